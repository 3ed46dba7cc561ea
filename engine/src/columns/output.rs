//! Outcomes as columns, one value for each row, in buffers that serve from one batch to the next.

use super::layout::Layout;
use super::run::Scratch;
use crate::kernel::Lane;
use crate::{Assessed, AssessedGrid, Exact, FieldId, GridState, LineState, Truth};
use std::collections::BTreeMap;
use std::ops::Range;

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

    /// Makes room for rows; each is written before it is read.
    pub(super) fn begin(&mut self, rows: usize) {
        self.whole.resize(rows, 0);
        self.others.clear();
    }

    pub(super) fn blank(&mut self, rows: Range<usize>) {
        self.whole.get_mut(rows).unwrap_or_default().fill(0);
    }

    /// Writes counts of parts.
    pub(super) fn write<L: Lane>(&mut self, rows: Range<usize>, counts: &[L], parts: i64) {
        let held = self.whole.get_mut(rows.clone()).unwrap_or_default();
        let mut widest = 0;
        for (held, count) in held.iter_mut().zip(counts) {
            #[expect(clippy::cast_possible_truncation, reason = "looked at after the loop")]
            {
                *held = count.wide() as i32;
            }
            widest |= count.width();
        }
        if parts != 1 || widest > i64::from(i32::MAX) {
            rows.zip(counts).for_each(|(row, count)| self.count(row, count.wide(), parts));
        }
    }

    /// Sets a row to a count of parts.
    pub(super) fn count(&mut self, row: usize, count: i64, parts: i64) {
        if let (1, Ok(whole), Some(held)) = (parts, i32::try_from(count), self.whole.get_mut(row)) {
            *held = whole;
        } else if let Some(value) = Exact::fraction(count.into(), parts.into()) {
            self.set(row, value);
        }
    }

    pub(super) fn set(&mut self, row: usize, value: Exact) {
        let whole = if value.is_whole() { i32::try_from(value.numerator()).ok() } else { None };
        match (whole, self.whole.get_mut(row)) {
            (Some(whole), Some(held)) => {
                *held = whole;
                self.others.remove(&row);
            }
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
    /// How many rows were evaluated one by one, because something of their pool is not known, or is
    /// nothing that kernels say.
    pub walked: usize,
    pub(super) scratch: Scratch,
}

impl Outcomes {
    /// Makes room for rows; each is written before it is read.
    pub(super) fn begin(&mut self, layout: &Layout, rows: usize, asked: Asked) {
        if !self.is_of(layout) {
            self.grids = columns_of(layout);
        }
        self.eligible.resize(rows, Truth::Unknown);
        self.total.begin(rows);
        self.rank.resize(rows, 0);
        self.kept.resize(rows, false);
        self.rank_if_all.resize(rows, 0);
        self.total_if_all.begin(rows);
        for grid in &mut self.grids {
            grid.states.resize(rows, GridState::NotEstablished);
            grid.points.begin(rows);
            for line in &mut grid.lines {
                line.points.begin(rows);
                line.states.resize(if asked == Asked::States { rows } else { 0 }, None);
            }
        }
        self.errors.clear();
        self.walked = 0;
    }

    fn is_of(&self, layout: &Layout) -> bool {
        self.grids.len() == layout.grids.len()
            && self.grids.iter().zip(&layout.grids).all(|(held, due)| {
                held.grid == due.grid
                    && held.lines.len() == due.lines.len()
                    && held.lines.iter().zip(&due.lines).all(|(held, due)| held.id == *due)
            })
    }

    /// Says nothing of a row but its error.
    pub(super) fn error(&mut self, row: usize, error: RowError) {
        self.errors.push((row, error));
        set(&mut self.eligible, row, Truth::Unknown);
        set(&mut self.rank, row, 0);
        set(&mut self.kept, row, false);
        set(&mut self.rank_if_all, row, 0);
        self.total.set(row, Exact::ZERO);
        self.total_if_all.set(row, Exact::ZERO);
        for column in &mut self.grids {
            set(&mut column.states, row, GridState::NotEstablished);
            column.take(row, None);
        }
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
            column.take(row, Some(grid));
        }
    }
}

impl GridColumn {
    fn take(&mut self, row: usize, grid: Option<&AssessedGrid<'_>>) {
        let points = grid.and_then(|grid| grid.points);
        self.points.set(row, points.unwrap_or(Exact::ZERO));
        for held in &mut self.lines {
            let mut lines = grid.iter().flat_map(|grid| &grid.lines);
            let line = lines.find(|line| line.id() == held.id);
            held.points.set(row, line.map_or(Exact::ZERO, |line| line.points));
            set(&mut held.states, row, line.map(|line| line.state));
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

/// Sets a row of a column; a column that was not asked has none.
fn set<T>(column: &mut [T], row: usize, value: T) {
    if let Some(held) = column.get_mut(row) {
        *held = value;
    }
}
