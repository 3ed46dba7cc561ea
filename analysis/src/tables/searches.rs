//! The questions asked of a table: what no row takes, what a row alone takes, what would change
//! without it.

use super::layout::{Budget, Found, Layout, Look, Region};
use engine::{Exact, Row, RowResult, Value};
use std::ops::ControlFlow;

/// Tells whether a row has no condition at all: `sinon`.
pub(crate) fn is_otherwise(row: &Row) -> bool {
    row.cells.iter().all(|cell| matches!(cell, engine::Cell::Any))
}

impl Layout<'_> {
    /// Shows regions that no row takes, until told to stop; absent when the search is too long.
    pub(crate) fn holes(
        &self,
        within: Region,
        budget: &mut Budget,
        found: &mut dyn FnMut(&Region) -> ControlFlow<()>,
    ) -> Option<()> {
        let mut look = |region: &Region, rows: &[usize]| {
            if rows.is_empty() {
                Look::Here
            } else if rows.iter().any(|row| self.holds(*row, region)) {
                Look::Nothing
            } else {
                Look::Divide
            }
        };
        self.search_all(within, budget, &mut look, found)
    }

    /// Finds a region that a row takes.
    pub(crate) fn taken_by(&self, row: usize, budget: &mut Budget) -> Found {
        let Some(around) = self.around(row) else { return Found::Nowhere };
        self.search(around, budget, &mut |region, rows| self.look_taken(row, region, rows))
    }

    /// Looks whether a row takes all of a region, or none of it.
    pub(super) fn look_taken(&self, row: usize, region: &Region, rows: &[usize]) -> Look {
        let before = rows.partition_point(|other| *other < row);
        let before = rows.get(..before).unwrap_or_default();
        if !self.meets(row, region) || before.iter().any(|other| self.holds(*other, region)) {
            Look::Nothing
        } else if before.is_empty() && self.holds(row, region) {
            Look::Here
        } else {
            Look::Divide
        }
    }

    /// Finds a region where the table would give something else, or nothing, without a row.
    /// `heirs` takes the rows that would speak in its place.
    pub(crate) fn changed_without(
        &self,
        row: usize,
        budget: &mut Budget,
        heirs: &mut dyn FnMut(usize),
    ) -> Found {
        let Some(around) = self.around(row) else { return Found::Nowhere };
        self.search(around, budget, &mut |region, rows| {
            let split = rows.partition_point(|other| *other < row);
            let (before, rest) = rows.split_at_checked(split).unwrap_or_default();
            if !self.meets(row, region) || before.iter().any(|other| self.holds(*other, region)) {
                return Look::Nothing;
            }
            if !before.is_empty() || !self.holds(row, region) {
                return Look::Divide;
            }
            match rest.iter().find(|other| **other > row) {
                None => Look::Here,
                Some(next) if !self.holds(*next, region) => Look::Divide,
                Some(next) if self.agree(row, *next, region) => {
                    heirs(*next);
                    Look::Nothing
                }
                Some(_) => Look::Here,
            }
        })
    }

    /// Tells whether two rows give the same result everywhere in a region that both hold.
    pub(crate) fn agree(&self, row: usize, other: usize, region: &Region) -> bool {
        let (Some(a), Some(b)) = (self.table.rows.get(row), self.table.rows.get(other)) else {
            return false;
        };
        if a.result == b.result {
            return true;
        }
        let along = [a, b].into_iter().find_map(|row| match row.result {
            RowResult::Linear { input, .. } => Some(input as usize),
            RowResult::Value(_) | RowResult::NoValue => None,
        });
        let Some(along) = along else { return false };
        let run = self.axes.get(along).zip(region.get(along));
        let Some((low, high)) = run.and_then(|(axis, run)| axis.extremes(run)) else {
            return false;
        };
        [low, high].into_iter().all(|x| {
            let (a, b) = (value_at(&a.result, along, x), value_at(&b.result, along, x));
            a.is_some() && a == b
        })
    }
}

/// What a row gives where one of its inputs is a number; absent when it gives none, or slopes along
/// another input.
pub(crate) fn value_at(result: &RowResult, along: usize, x: Exact) -> Option<Value> {
    match result {
        RowResult::Value(value) => Some(value.clone()),
        RowResult::NoValue => None,
        RowResult::Linear { input, .. } if *input as usize != along => None,
        RowResult::Linear { across: (x0, x1), between: (y0, y1), .. } => {
            let part = x.subtract(*x0).ok()?.divide(x1.subtract(*x0).ok()?).ok()?;
            let rise = y1.subtract(*y0).ok()?.multiply(part).ok()?;
            Some(Value::Number(y0.add(rise).ok()?))
        }
    }
}
