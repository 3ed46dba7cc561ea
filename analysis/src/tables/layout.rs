//! A table laid out over its axes: each row is a set of boxes, and questions about rows are searches
//! for a region.
//!
//! A search divides a region in two along a bound of its rows until what it asks is plain: some row
//! holds the whole region, or none meets it. Regions are few where rows are disjoint, since each cut
//! leaves each row on one side; where rows cross one another a search may be long, so it has a
//! budget, and says when it ran out.

use super::axis::{Axis, Domain};
use engine::{Cell, Period, Table, Value};
use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

/// Some pieces of each axis: inputs in order, then days.
pub(crate) type Region = Vec<Range<usize>>;

/// A table over the pieces of its axes.
pub(crate) struct Layout<'t> {
    /// The table.
    pub(crate) table: &'t Table,
    /// One per input, then the days.
    pub(crate) axes: Vec<Axis>,
    rows: Vec<Vec<Vec<Range<usize>>>>,
    index: Index,
}

/// The rows that meet each piece of the axis that parts them best.
struct Index {
    axis: usize,
    rows: Vec<Vec<usize>>,
}

/// What a search makes of a region and of the rows that meet it, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// It is what is looked for.
    Here,
    /// Nothing is to be found in it.
    Nothing,
    /// It must be divided.
    Divide,
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// There is no such region.
    Nowhere,
    /// In this region.
    Here(Region),
    /// It is too long.
    TooLong,
}

/// How many rows searches may still look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget(pub(crate) usize);

impl Budget {
    fn spend(&mut self, rows: usize) -> Option<()> {
        self.0 = self.0.checked_sub(rows + 1)?;
        Some(())
    }
}

impl<'t> Layout<'t> {
    /// Lays a table out over domains, one per input, on the days of a period.
    pub(crate) fn new(table: &'t Table, domains: Vec<Domain>, days: Period) -> Self {
        Self::cut_at(table, domains, days, &[])
    }

    /// Lays a table out over domains that are cut at more values than its rows name.
    pub(crate) fn cut_at(
        table: &'t Table,
        domains: Vec<Domain>,
        days: Period,
        more: &[Vec<Value>],
    ) -> Self {
        let mut axes: Vec<Axis> = domains
            .into_iter()
            .enumerate()
            .map(|(column, domain)| {
                let mut cuts = bounds(table, column);
                cuts.extend(more.get(column).into_iter().flatten().cloned());
                Axis::cut(domain, cuts)
            })
            .collect();
        axes.push(Axis::cut(Domain::Days(days), period_bounds(table)));
        let rows: Vec<Vec<Vec<Range<usize>>>> = table
            .rows
            .iter()
            .map(|row| {
                let mut sides: Vec<Vec<Range<usize>>> =
                    row.cells.iter().zip(&axes).map(|(cell, axis)| axis.accepted(cell)).collect();
                sides.extend(axes.last().map(|axis| axis.days(row.period)));
                sides
            })
            .collect();
        let index = Index::new(&axes, &rows);
        Self { table, axes, rows, index }
    }

    /// How many rows there are.
    pub(crate) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// The pieces of each axis that a row accepts; absent when one of them is none.
    pub(crate) fn sides(&self, row: usize) -> Option<&[Vec<Range<usize>>]> {
        let sides = self.rows.get(row)?;
        sides.iter().all(|runs| !runs.is_empty()).then_some(sides)
    }

    /// Everything.
    pub(crate) fn everywhere(&self) -> Region {
        self.axes.iter().map(|axis| 0..axis.len()).collect()
    }

    /// The smallest region around a row; absent when it accepts nothing.
    pub(crate) fn around(&self, row: usize) -> Option<Region> {
        let hull = |runs: &Vec<Range<usize>>| Some(runs.first()?.start..runs.last()?.end);
        self.sides(row)?.iter().map(hull).collect()
    }

    /// Tells whether a row accepts something of a region.
    pub(crate) fn meets(&self, row: usize, region: &Region) -> bool {
        self.rows.get(row).is_some_and(|sides| {
            sides.iter().zip(region).all(|(runs, span)| {
                runs.iter().any(|run| run.start < span.end && span.start < run.end)
            })
        })
    }

    /// Tells whether a row accepts all of a region.
    pub(crate) fn holds(&self, row: usize, region: &Region) -> bool {
        self.rows.get(row).is_some_and(|sides| {
            sides.iter().zip(region).all(|(runs, span)| {
                runs.iter().any(|run| run.start <= span.start && span.end <= run.end)
            })
        })
    }

    /// The rows that meet a region, in order.
    pub(crate) fn near(&self, region: &Region) -> Vec<usize> {
        let Some(span) = region.get(self.index.axis) else { return Vec::new() };
        if span.len() == self.index.rows.len() {
            return (0..self.rows.len()).filter(|row| self.meets(*row, region)).collect();
        }
        let pieces = self.index.rows.get(span.clone()).unwrap_or_default();
        let mut rows: Vec<usize> = pieces.iter().flatten().copied().collect();
        rows.sort_unstable();
        rows.dedup();
        rows.retain(|row| self.meets(*row, region));
        rows
    }

    /// Searches a region among the rows that meet it.
    pub(crate) fn search(
        &self,
        region: Region,
        budget: &mut Budget,
        look: &mut dyn FnMut(&Region, &[usize]) -> Look,
    ) -> Found {
        let mut found = Found::Nowhere;
        self.search_all(region, budget, look, &mut |region| {
            found = Found::Here(region.clone());
            ControlFlow::Break(())
        })
        .map_or(Found::TooLong, |()| found)
    }

    /// Searches every region; absent when it is too long.
    pub(crate) fn search_all(
        &self,
        region: Region,
        budget: &mut Budget,
        look: &mut dyn FnMut(&Region, &[usize]) -> Look,
        found: &mut dyn FnMut(&Region) -> ControlFlow<()>,
    ) -> Option<()> {
        if region.iter().any(Range::is_empty) {
            return Some(());
        }
        let rows = self.near(&region);
        let mut waiting = vec![(region, rows)];
        while let Some((region, rows)) = waiting.pop() {
            budget.spend(rows.len())?;
            match look(&region, &rows) {
                Look::Nothing => {}
                Look::Here => {
                    if found(&region).is_break() {
                        return Some(());
                    }
                }
                Look::Divide => {
                    let (first, second) = self.divide(&region, &rows)?;
                    for half in [second, first] {
                        let met = rows.iter().copied().filter(|row| self.meets(*row, &half));
                        let met = met.collect();
                        waiting.push((half, met));
                    }
                }
            }
        }
        Some(())
    }

    /// Divides a region at the middle bound of the axis that has most; absent when no row has a
    /// bound inside it.
    fn divide(&self, region: &Region, rows: &[usize]) -> Option<(Region, Region)> {
        let inside = |axis: usize, span: &Range<usize>| {
            let mut bounds = BTreeSet::new();
            for runs in rows.iter().filter_map(|row| self.rows.get(*row)?.get(axis)) {
                let ends = runs.iter().flat_map(|run| [run.start, run.end]);
                bounds.extend(ends.filter(|end| span.start < *end && *end < span.end));
            }
            bounds
        };
        let per_axis = region.iter().enumerate().map(|(axis, span)| (axis, inside(axis, span)));
        let (axis, bounds) =
            per_axis.max_by_key(|(axis, bounds)| (bounds.len(), usize::MAX - axis))?;
        let at = *bounds.iter().nth(bounds.len() / 2)?;
        let (mut first, mut second) = (region.clone(), region.clone());
        first.get_mut(axis)?.end = at;
        second.get_mut(axis)?.start = at;
        Some((first, second))
    }

    /// A point of a region: one value per axis, the day last.
    pub(crate) fn point(&self, region: &Region) -> Option<Vec<Value>> {
        let sample = |(axis, span): (&Axis, &Range<usize>)| axis.sample(span.start).cloned();
        self.axes.iter().zip(region).map(sample).collect()
    }
}

impl Index {
    /// Takes the axis on which rows meet one another least.
    fn new(axes: &[Axis], rows: &[Vec<Vec<Range<usize>>>]) -> Self {
        let weight = |axis: &usize| -> usize {
            let mut counts = vec![0_usize; axes.get(*axis).map_or(0, Axis::len)];
            for run in rows.iter().filter_map(|sides| sides.get(*axis)).flatten() {
                counts.get_mut(run.clone()).unwrap_or_default().iter_mut().for_each(|n| *n += 1);
            }
            counts.iter().map(|count| count * count).sum()
        };
        let axis = (0..axes.len()).min_by_key(weight).unwrap_or(0);
        let mut held: Vec<Vec<usize>> = vec![Vec::new(); axes.get(axis).map_or(0, Axis::len)];
        for (at, sides) in rows.iter().enumerate() {
            for run in sides.get(axis).into_iter().flatten() {
                for piece in held.get_mut(run.clone()).unwrap_or_default() {
                    piece.push(at);
                }
            }
        }
        Self { axis, rows: held }
    }
}

fn bounds(table: &Table, column: usize) -> Vec<Value> {
    let cells = table.rows.iter().filter_map(|row| row.cells.get(column));
    let ranges = cells.filter_map(|cell| match cell {
        Cell::OneOf(ranges) => Some(ranges),
        Cell::Any => None,
    });
    let bounds = ranges.flatten().flat_map(|range| range.low.iter().chain(&range.high));
    bounds.map(|bound| bound.value.clone()).collect()
}

fn period_bounds(table: &Table) -> Vec<Value> {
    let ends = table.rows.iter().flat_map(|row| [row.period.from, row.period.to]);
    ends.flatten().map(Value::Date).collect()
}
