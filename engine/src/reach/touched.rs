//! Which slots a candidate's missing facts could change.

use super::walk::{Candidate, Membership};
use crate::evaluate::body_of;
use crate::{Case, Code, FactState, FieldId, ListState, Op, Population, Schema};

/// Tells, by slot, whether it depends on something missing or uncertain. A fold depends on its body
/// through the filter and the value it reads there.
pub(crate) fn touched(code: &Code, schema: &Schema, candidate: &Candidate<'_>) -> Vec<bool> {
    let mut marks = Marks { slots: vec![false; code.ops.len()], any: false };
    mark(code, schema, candidate, 0..code.ops.len(), &mut marks);
    marks.slots
}

/// The slots that are touched so far, and whether there is one: before the first, no operand is looked at.
struct Marks {
    slots: Vec<bool>,
    any: bool,
}

fn mark(
    code: &Code,
    schema: &Schema,
    candidate: &Candidate<'_>,
    range: std::ops::Range<usize>,
    marks: &mut Marks,
) {
    let mut at = range.start;
    while at < range.end {
        let Some(op) = code.ops.get(at) else { return };
        let body = at + 1..(at + 1 + body_of(op)).min(marks.slots.len());
        if !body.is_empty() {
            mark(code, schema, candidate, body.clone(), marks);
        }
        let mut touched = is_source(op, at, schema, candidate);
        if marks.any {
            op.each_operand(&mut |slot| {
                touched = touched || marks.slots.get(slot.0 as usize).copied().unwrap_or(false);
            });
        }
        if touched && let Some(mark) = marks.slots.get_mut(at) {
            (*mark, marks.any) = (true, true);
        }
        at = body.end.max(at + 1);
    }
}

fn is_missing(case: &Case, field: FieldId) -> bool {
    match case.facts.get(&field).map(|fact| &fact.state) {
        None | Some(FactState::Missing) => true,
        Some(FactState::Known(_) | FactState::Withheld) => false,
    }
}

/// Tells whether an operation itself meets something missing or uncertain.
fn is_source(op: &Op, at: usize, schema: &Schema, candidate: &Candidate<'_>) -> bool {
    match op {
        Op::Fact(field) | Op::SharedFact { field, .. } => is_missing(candidate.case, *field),
        Op::ItemFact { field, .. } => {
            let entity = schema.field(*field).map(|def| def.entity);
            match entity.and_then(|entity| candidate.case.lists.get(&entity)) {
                Some(ListState::Known(items)) => items.iter().any(|item| {
                    item.get(field).is_none_or(|fact| fact.state == FactState::Missing)
                }),
                Some(ListState::Missing | ListState::Withheld) | None => false,
            }
        }
        Op::FoldList { list, .. } => match candidate.case.lists.get(list) {
            None | Some(ListState::Missing) => true,
            Some(ListState::Known(_) | ListState::Withheld) => false,
        },
        Op::Rank { population, .. } | Op::FoldPool { population, .. } => {
            // Without its column, the comparison was not made: its cell says nothing.
            let compared = candidate.columns.iter().any(|(index, _)| *index == at);
            let uncertain = *population == Population::Eligible
                && candidate.membership == Membership::Uncertain;
            uncertain || !compared
        }
        Op::GridTotal(grid) => {
            let range = candidate.totals.iter().find(|(id, _)| id == grid);
            range.is_some_and(|(_, range)| range.single().is_none())
        }
        Op::Constant(_)
        | Op::NoValue
        | Op::EvaluationDate
        | Op::Arithmetic(..)
        | Op::Round(..)
        | Op::Calendar(..)
        | Op::Compare(..)
        | Op::And(..)
        | Op::Or(..)
        | Op::Not(_)
        | Op::IsKnown(_)
        | Op::Select(..)
        | Op::Table(..)
        | Op::Call(..) => false,
    }
}
