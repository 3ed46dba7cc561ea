//! The flat walk: operation `i` writes slot `i`, stage by stage, without short-circuit.
//!
//! A failed operation makes an unknown whose reason is the failure with its place; nothing else
//! stops. The body of a fold lies after it and is walked once per item; the outer walk skips it.

mod calendar;
mod lists;
mod ops;
mod pool;
mod tables;

pub(crate) use calendar::calendar;
pub(crate) use lists::Folding;
pub(crate) use ops::{arithmetic, compare, holds};
pub(crate) use pool::{Matrix, Members, PoolColumn, PoolColumns, ordered};
pub(crate) use tables::{linear, table};

use crate::reason::Reason;
use crate::scalar::{Run, Scalar};
use crate::{
    Case, Code, EvalError, Exact, Fact, FactRef, FactState, FieldId, Item, ListState, Op, Sharing,
    Slot,
};
use source::Span;

/// Total of a grid for the candidate, by index, for `total_de`.
pub(crate) type GridTotals<'r> = &'r [(u32, Exact)];

/// One walk of code over one case.
pub(crate) struct Walk<'r, 'e> {
    pub(crate) run: &'r mut Run<'e>,
    pub(crate) code: &'r Code,
    pub(crate) case: &'r Case,
    pub(crate) cells: &'r mut [Scalar],
    pub(crate) totals: GridTotals<'r>,
    items: Vec<&'r Item>,
    incomplete: Completeness,
}

/// Whether a walk read something missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Completeness {
    /// Every fact read was known or withheld.
    #[default]
    Complete,
    /// A fact or a list read was missing.
    Incomplete,
}

/// Returns where each stage begins and ends.
pub(crate) fn stage(code: &Code, stage: usize) -> std::ops::Range<usize> {
    let start = match (stage, code.stages.get(stage)) {
        (_, Some(start)) => *start as usize,
        (0, None) => 0,
        (_, None) => code.ops.len(),
    };
    let end = code.stages.get(stage + 1).map_or(code.ops.len(), |end| *end as usize);
    start.min(code.ops.len())..end.min(code.ops.len())
}

/// Walks the operations of stage 0 into empty cells.
pub(crate) fn first_stage(
    run: &mut Run<'_>,
    code: &Code,
    case: &Case,
    totals: GridTotals<'_>,
    cells: &mut Vec<Scalar>,
) -> Completeness {
    cells.clear();
    cells.resize(code.ops.len(), Scalar::UNSET);
    let range = stage(code, 0);
    later_stage(run, code, case, totals, cells, range)
}

/// Walks a range of operations; those that compare candidates are already written.
pub(crate) fn later_stage(
    run: &mut Run<'_>,
    code: &Code,
    case: &Case,
    totals: GridTotals<'_>,
    cells: &mut [Scalar],
    range: std::ops::Range<usize>,
) -> Completeness {
    let incomplete = Completeness::Complete;
    let mut walk = Walk { run, code, case, cells, totals, items: Vec::new(), incomplete };
    walk.ops(range);
    walk.incomplete
}

impl<'r> Walk<'r, '_> {
    fn ops(&mut self, range: std::ops::Range<usize>) {
        let code = self.code;
        let mut at = range.start;
        while at < range.end {
            let Some(op) = code.ops.get(at) else { return };
            let span = code.spans.get(at).copied().unwrap_or_default();
            let written = self.op(op, at, span);
            if let (Some(value), Some(cell)) = (written, self.cells.get_mut(at)) {
                *cell = value;
            }
            at += 1 + body_of(op);
        }
    }

    pub(crate) fn get(&self, slot: Slot) -> Scalar {
        self.cells.get(slot.0 as usize).copied().unwrap_or(Scalar::UNSET)
    }

    /// Computes an operation; absent when its cell is already written.
    fn op(&mut self, op: &'r Op, at: usize, span: Span) -> Option<Scalar> {
        let value = match op {
            Op::Constant(value) => self.run.scalar(value),
            Op::NoValue => Scalar::NoValue,
            Op::EvaluationDate => Scalar::Date(self.run.date),
            Op::Fact(field) => self.fact(self.case.facts.get(field), *field),
            Op::SharedFact { field, needs, gate } => {
                let fact = FactRef::Field(*field);
                match self.not_shared(*needs, *gate, fact) {
                    Some(unknown) => unknown,
                    None => self.fact(self.case.facts.get(field), *field),
                }
            }
            Op::ItemFact { field, depth } => {
                let item = self.items.get(*depth as usize).copied();
                self.fact(item.and_then(|item| item.get(field)), *field)
            }
            Op::Arithmetic(operator, a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                arithmetic(self.run, *operator, a, b, span)
            }
            Op::Round(mode, a, step) => self.round(*mode, *a, *step, span),
            Op::Calendar(operator, a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                match self.run.stops_either(a, b, span) {
                    Some(reason) => Scalar::Unknown(reason),
                    None => calendar(*operator, a, b)
                        .unwrap_or_else(|error| self.run.failed(error, span)),
                }
            }
            Op::Compare(comparison, a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                compare(self.run, *comparison, a, b, span)
            }
            Op::And(a, b) => self.and(*a, *b, span),
            Op::Or(a, b) => self.or(*a, *b, span),
            Op::Not(a) => self.not(*a, span),
            Op::IsKnown(a) => Scalar::Bool(match self.get(*a) {
                Scalar::Unknown(id) => !self.run.reasons.is_absence(id),
                Scalar::Bool(_)
                | Scalar::Number(_)
                | Scalar::Date(_)
                | Scalar::Enum(_)
                | Scalar::Text(_)
                | Scalar::NoValue => true,
            }),
            Op::Select(condition, a, b) => match self.get(*condition) {
                Scalar::Bool(true) => self.get(*a),
                Scalar::Bool(false) => self.get(*b),
                other => self.stopped(other, span),
            },
            Op::Table(id, inputs) => self.table(*id, inputs, span),
            Op::Call(id, arguments) => self.call(*id, arguments, span),
            Op::FoldList { .. } => self.fold_list(op, at, span),
            Op::Rank { .. } | Op::FoldPool { .. } => return None,
            Op::GridTotal(grid) => {
                let found = self.totals.iter().find(|(id, _)| id == grid);
                Scalar::Number(found.map_or(Exact::ZERO, |(_, total)| *total))
            }
        };
        Some(value)
    }

    /// What an operation on an operand that is no value of its type gives.
    pub(crate) fn stopped(&mut self, operand: Scalar, span: Span) -> Scalar {
        match self.run.stops(operand, span) {
            Some(reason) => Scalar::Unknown(reason),
            None => self.run.failed(EvalError::IllTyped, span),
        }
    }

    fn fact(&mut self, fact: Option<&'r Fact>, field: FieldId) -> Scalar {
        let field = FactRef::Field(field);
        match fact.map(|fact| &fact.state) {
            Some(FactState::Known(value)) => self.run.scalar(value),
            Some(FactState::Withheld) => self.run.unknown(Reason::Withheld(field)),
            Some(FactState::Missing) | None => self.missing(field),
        }
    }

    fn missing(&mut self, fact: FactRef) -> Scalar {
        self.incomplete = Completeness::Incomplete;
        self.run.unknown(Reason::Missing(fact))
    }

    /// Returns the unknown of a fact that the choice does not share. An unknown choice shares
    /// nothing, and is itself the reason.
    fn not_shared(&mut self, needs: Option<Sharing>, gate: Slot, fact: FactRef) -> Option<Scalar> {
        match self.get(gate) {
            Scalar::Unknown(id) => Some(Scalar::Unknown(id)),
            Scalar::Number(level) if needs.is_some_and(|needs| level_of(needs) <= level) => None,
            Scalar::Number(_)
            | Scalar::NoValue
            | Scalar::Bool(_)
            | Scalar::Date(_)
            | Scalar::Enum(_)
            | Scalar::Text(_) => Some(self.run.unknown(Reason::NotShared(fact))),
        }
    }

    /// Returns the items of a list, or the unknown that stands for it.
    fn list(&mut self, op: &'r Op) -> Result<&'r [Item], Scalar> {
        let Op::FoldList { list, shared, .. } = op else { return Ok(&[]) };
        let name = FactRef::List(*list);
        if let Some((needs, gate)) = shared
            && let Some(unknown) = self.not_shared(*needs, *gate, name)
        {
            return Err(unknown);
        }
        match self.case.lists.get(list) {
            Some(ListState::Known(items)) => Ok(items),
            Some(ListState::Withheld) => Err(self.run.unknown(Reason::Withheld(name))),
            Some(ListState::Missing) | None => Err(self.missing(name)),
        }
    }
}

/// A level of sharing as the number a gate holds.
pub(crate) fn level_of(sharing: Sharing) -> Exact {
    match sharing {
        Sharing::Nothing => Exact::ZERO,
        Sharing::Identification => Exact::ONE,
        Sharing::Complete => Exact::whole(2),
    }
}

/// How many operations the outer walk skips after one.
pub(crate) fn body_of(op: &Op) -> usize {
    match op {
        Op::FoldList { body, .. } => *body as usize,
        Op::Constant(_)
        | Op::NoValue
        | Op::EvaluationDate
        | Op::Fact(_)
        | Op::SharedFact { .. }
        | Op::ItemFact { .. }
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
        | Op::Call(..)
        | Op::Rank { .. }
        | Op::FoldPool { .. }
        | Op::GridTotal(_) => 0,
    }
}

#[cfg(test)]
mod pool_tests;
#[cfg(test)]
mod tests;
