//! Which slots a candidate's missing facts could change.

use super::walk::{Candidate, Membership};
use crate::evaluate::body_of;
use crate::scalar::Scalar;
use crate::{Case, Code, FactState, FieldId, ListState, Op, Population, Schema};

/// The slots that a candidate's missing facts could change, as far as they are looked at: in their order. Until
/// one is, no operand is looked at.
pub(super) struct Touched {
    slots: Vec<bool>,
    any: bool,
}

impl Touched {
    /// None, of so many slots.
    pub(super) fn none(count: usize) -> Self {
        Self { slots: vec![false; count], any: false }
    }

    /// Every slot, of anyone's facts.
    pub(super) fn all() -> Self {
        Self { slots: Vec::new(), any: true }
    }

    /// Tells whether a slot is touched.
    pub(super) fn has(&self, at: usize) -> bool {
        self.slots.get(at).copied().unwrap_or(true)
    }

    /// Says whether a slot is touched.
    pub(super) fn set(&mut self, at: usize, touched: bool) {
        if let Some(mark) = self.slots.get_mut(at) {
            *mark = touched;
            self.any = self.any || touched;
        }
    }

    /// Tells whether an operation depends on something missing or uncertain, itself or through what it reads. A
    /// fold depends on its body through the filter and the value it reads there.
    pub(super) fn reaches(
        &mut self,
        code: &Code,
        schema: &Schema,
        candidate: &Candidate<'_>,
        at: usize,
    ) -> bool {
        let Some(op) = code.ops.get(at) else { return true };
        let end = at + 1 + body_of(op);
        let mut inner = at + 1;
        while inner < end {
            let touched = self.reaches(code, schema, candidate, inner);
            self.set(inner, touched);
            inner += 1 + code.ops.get(inner).map_or(0, body_of);
        }
        let mut touched = is_source(op, at, schema, candidate);
        if self.any {
            op.each_operand(&mut |slot| touched = touched || self.has(slot.0 as usize));
        }
        touched
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
        Op::Fact(field) | Op::SharedFact { field, .. } => {
            // What was read is not missing.
            matches!(candidate.cells.get(at), Some(Scalar::Unknown(_)) | None)
                && is_missing(candidate.case, *field)
        }
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
