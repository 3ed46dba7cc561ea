//! Outcomes as columns, one value for each row, in buffers that serve from one batch to the next.

use super::layout::Layout;
use crate::{Assessed, Exact, FieldId, GridState, LineState, Truth};
use std::collections::BTreeMap;

/// Which columns are wanted beside points, totals and ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// None.
    Points,
    /// The state of each line too.
    States,
}

/// A row that cannot be evaluated: the field whose slot its type cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The field.
    pub field: FieldId,
}

/// A number for each row: whole counts, but for the few rows whose number is none, or too great.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Whole numbers, read where the row is not among the others.
    pub whole: Vec<i32>,
    /// Rows whose number is another.
    pub others: BTreeMap<usize, Exact>,
}

impl Amounts {
    /// Reads the number of a row.
    pub fn get(&self, row: usize) -> Option<Exact> {
        let other = (!self.others.is_empty()).then(|| self.others.get(&row)).flatten();
        other.copied().or_else(|| self.whole.get(row).map(|whole| Exact::from(i64::from(*whole))))
    }

    pub(super) fn begin(&mut self, rows: usize) {
        self.whole.clear();
        self.whole.resize(rows, 0);
        self.others.clear();
    }

    pub(super) fn set(&mut self, row: usize, value: Exact) {
        let whole = if value.is_whole() { i32::try_from(value.numerator()).ok() } else { None };
        match (whole, self.whole.get_mut(row)) {
            (Some(whole), Some(held)) => *held = whole,
            (_, _) => drop(self.others.insert(row, value)),
        }
    }
}

/// One line of a grid for every row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineColumn {
    /// Its id: the criterion's or tranche's name, `ecretement`, `ecretement.FAMILLE`.
    pub id: String,
    /// Its points; 0 where there is no such line.
    pub points: Amounts,
    /// Its state, absent where there is no such line; empty unless asked.
    pub states: Vec<Option<LineState>>,
}

/// One grid for every row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridColumn {
    /// Its index in the program.
    pub grid: u32,
    /// Its name.
    pub id: String,
    /// Its state.
    pub states: Vec<GridState>,
    /// Its points; 0 unless established.
    pub points: Amounts,
    /// Its lines: of each version in the order of its text, then what clips.
    pub lines: Vec<LineColumn>,
}

/// What is said of the rows of some pools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Whether each is eligible.
    pub eligible: Vec<Truth>,
    /// The total.
    pub total: Amounts,
    /// The rank among the eligible who applied, from 1; 0 for who has none.
    pub rank: Vec<u32>,
    /// Whether each is among those proposed.
    pub kept: Vec<bool>,
    /// The rank if every eligible candidate applied; 0 for who has none.
    pub rank_if_all: Vec<u32>,
    /// The total if every eligible candidate applied; that of today for who has none.
    pub total_if_all: Amounts,
    /// The grids, in the ranking's order.
    pub grids: Vec<GridColumn>,
    /// Rows that cannot be evaluated, in order; nothing is said of them.
    pub errors: Vec<(usize, RowError)>,
}

impl Outcomes {
    /// Empties every column, then makes room for rows.
    pub(super) fn begin(&mut self, layout: &Layout, rows: usize, asked: Asked) {
        if !self.is_of(layout) {
            self.grids = columns_of(layout);
        }
        refill(&mut self.eligible, rows, Truth::Unknown);
        self.total.begin(rows);
        refill(&mut self.rank, rows, 0);
        refill(&mut self.kept, rows, false);
        refill(&mut self.rank_if_all, rows, 0);
        self.total_if_all.begin(rows);
        for grid in &mut self.grids {
            refill(&mut grid.states, rows, GridState::NotEstablished);
            grid.points.begin(rows);
            for line in &mut grid.lines {
                line.points.begin(rows);
                refill(&mut line.states, if asked == Asked::States { rows } else { 0 }, None);
            }
        }
        self.errors.clear();
    }

    fn is_of(&self, layout: &Layout) -> bool {
        self.grids.len() == layout.grids.len()
            && self.grids.iter().zip(&layout.grids).all(|(held, due)| {
                held.grid == due.grid
                    && held.lines.len() == due.lines.len()
                    && held.lines.iter().zip(&due.lines).all(|(held, due)| held.id == *due)
            })
    }

    pub(super) fn error(&mut self, row: usize, error: RowError) {
        self.errors.push((row, error));
    }

    /// Writes what was decided of a row.
    pub(super) fn take(&mut self, row: usize, assessed: &Assessed<'_>) {
        set(&mut self.eligible, row, assessed.eligible);
        self.total.set(row, assessed.total);
        set(&mut self.rank, row, assessed.rank.unwrap_or(0));
        set(&mut self.kept, row, assessed.kept);
        let all = assessed.if_all_apply;
        set(&mut self.rank_if_all, row, all.map_or(0, |all| all.rank));
        self.total_if_all.set(row, all.map_or(assessed.total, |all| all.total));
        for (column, grid) in self.grids.iter_mut().zip(&assessed.grids) {
            set(&mut column.states, row, grid.state);
            column.points.set(row, grid.points.unwrap_or(Exact::ZERO));
            for line in &grid.lines {
                let id = line.id();
                if let Some(held) = column.lines.iter_mut().find(|held| held.id == id) {
                    held.points.set(row, line.points);
                    set(&mut held.states, row, Some(line.state));
                }
            }
        }
    }
}

fn columns_of(layout: &Layout) -> Vec<GridColumn> {
    let grids = layout.grids.iter().map(|grid| GridColumn {
        grid: grid.grid,
        id: grid.id.clone(),
        states: Vec::new(),
        points: Amounts::default(),
        lines: grid.lines.iter().map(|id| line(id)).collect(),
    });
    grids.collect()
}

fn line(id: &str) -> LineColumn {
    LineColumn { id: id.to_owned(), points: Amounts::default(), states: Vec::new() }
}

fn refill<T: Copy>(column: &mut Vec<T>, rows: usize, value: T) {
    column.clear();
    column.resize(rows, value);
}

/// Sets a row of a column; a column that was not asked has none.
fn set<T>(column: &mut [T], row: usize, value: T) {
    if let Some(held) = column.get_mut(row) {
        *held = value;
    }
}
