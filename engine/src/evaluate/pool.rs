//! Comparing candidates: competition ranks and folds over the pool, one stage at a time.
//!
//! A member whose key is unknown has no rank and is not counted for the others. Every rank of a
//! stage costs one sort of the keys.

use super::{Folding, later_stage, stage};
use crate::scalar::{Run, Scalar};
use crate::scratch::Scratch;
use crate::{Code, Direction, Fold, Op, Pool, Population, Slot};
use source::Span;
use std::cmp::Ordering;

/// Who is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Members {
    /// By index in the pool.
    pub(crate) ranked: Vec<bool>,
}

impl Members {
    /// Tells whether a candidate is among those ranked.
    pub(crate) fn has(&self, index: usize) -> bool {
        self.ranked.get(index).copied().unwrap_or(false)
    }
}

/// Tells whether a candidate belongs to a population.
pub(crate) fn member(members: &Members, population: Population, index: usize) -> bool {
    match population {
        Population::Eligible => members.has(index),
        Population::Everyone => true,
    }
}

/// What a pool operation saw, kept to bound what one candidate's missing facts could change.
#[derive(Clone, Debug)]
pub(crate) enum PoolColumn {
    /// The known keys, best first.
    Rank(Vec<Scalar>),
    /// A fold.
    Fold {
        /// How many members certainly count.
        count: usize,
    },
}

/// The pool operations of one code, with their indexes.
pub(crate) type PoolColumns = Vec<(usize, PoolColumn)>;

/// The cells of every candidate for one code.
#[derive(Debug)]
pub(crate) struct Matrix {
    width: usize,
    cells: Scratch<Scalar>,
}

impl Matrix {
    /// Makes an empty matrix for a code.
    pub(crate) fn new(width: usize) -> Self {
        Self { width, cells: Scratch::new() }
    }

    /// Adds a candidate's row.
    pub(crate) fn push(&mut self, row: &[Scalar]) {
        self.cells.extend_from_slice(row);
    }

    /// Returns a candidate's row.
    pub(crate) fn row(&self, index: usize) -> &[Scalar] {
        let start = index * self.width;
        self.cells.get(start..start + self.width).unwrap_or(&[])
    }

    fn row_mut(&mut self, index: usize) -> &mut [Scalar] {
        let start = index * self.width;
        self.cells.get_mut(start..start + self.width).unwrap_or(&mut [])
    }

    fn get(&self, index: usize, slot: Slot) -> Scalar {
        self.row(index).get(slot.0 as usize).copied().unwrap_or(Scalar::UNSET)
    }

    fn set(&mut self, index: usize, at: usize, value: Scalar) {
        if let Some(cell) = self.row_mut(index).get_mut(at) {
            *cell = value;
        }
    }

    /// Runs the stages that compare candidates; the first stage is already written.
    pub(crate) fn compare_candidates(
        &mut self,
        run: &mut Run<'_>,
        code: &Code,
        pool: &Pool,
        members: &Members,
    ) -> PoolColumns {
        let mut columns = PoolColumns::new();
        for number in 1..code.stages.len() {
            let range = stage(code, number);
            for at in range.clone() {
                let Some(op) = code.ops.get(at) else { continue };
                let span = code.spans.get(at).copied().unwrap_or_default();
                if let Some(column) = self.compare_with(run, op, at, span, members) {
                    columns.push((at, column));
                }
            }
            for (index, candidate) in pool.candidates.iter().enumerate() {
                let row = self.row_mut(index);
                later_stage(run, code, &candidate.case, &[], row, range.clone());
            }
        }
        columns
    }

    fn compare_with(
        &mut self,
        run: &mut Run<'_>,
        op: &Op,
        at: usize,
        span: Span,
        members: &Members,
    ) -> Option<PoolColumn> {
        match op {
            Op::Rank { key, direction, population } => {
                Some(self.rank(run, at, *key, *direction, (members, *population), span))
            }
            Op::FoldPool { fold, population, filter, value } => {
                let read = (*filter, *value);
                Some(self.fold(run, at, *fold, read, (members, *population), span))
            }
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
            | Op::FoldList { .. }
            | Op::GridTotal(_) => None,
        }
    }

    fn candidates(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    fn rank(
        &mut self,
        run: &mut Run<'_>,
        at: usize,
        key: Slot,
        direction: Direction,
        (members, population): (&Members, Population),
        span: Span,
    ) -> PoolColumn {
        let mut keys = Vec::new();
        for index in 0..self.candidates() {
            if !member(members, population, index) {
                self.set(index, at, Scalar::UNSET);
                continue;
            }
            let held = self.get(index, key);
            match run.stops(held, span) {
                Some(reason) => self.set(index, at, Scalar::Unknown(reason)),
                None => keys.push((held, index)),
            }
        }
        keys.sort_by(|(a, i), (b, j)| ordered(run, direction, *a, *b).then(i.cmp(j)));
        let mut rank = 0;
        let mut before = None;
        for (place, (held, index)) in keys.iter().enumerate() {
            let tied = before.is_some_and(|b| ordered(run, direction, b, *held).is_eq());
            if !tied {
                rank = place + 1;
            }
            before = Some(*held);
            self.set(*index, at, Scalar::count(rank));
        }
        PoolColumn::Rank(keys.into_iter().map(|(held, _)| held).collect())
    }

    fn fold(
        &mut self,
        run: &mut Run<'_>,
        at: usize,
        fold: Fold,
        (filter, value): (Option<Slot>, Option<Slot>),
        (members, population): (&Members, Population),
        span: Span,
    ) -> PoolColumn {
        let mut folding = Folding::new(fold, span);
        let mut count = 0;
        for index in 0..self.candidates() {
            if !member(members, population, index) {
                continue;
            }
            let filter = filter.map(|slot| self.get(index, slot));
            let value = value.map(|slot| self.get(index, slot));
            folding.take(run, filter, value);
            if matches!(filter, None | Some(Scalar::Bool(true))) {
                count += 1;
            }
        }
        let result = folding.end(run);
        for index in 0..self.candidates() {
            self.set(index, at, result);
        }
        PoolColumn::Fold { count }
    }
}

/// Compares two keys, best first.
pub(crate) fn ordered(run: &Run<'_>, direction: Direction, a: Scalar, b: Scalar) -> Ordering {
    let order = run.order(a, b).unwrap_or(Ordering::Equal);
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}
