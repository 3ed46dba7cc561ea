//! What is found of many candidates as columns, where every number is whole: what [`Told`](super::Told) says of each,
//! without going row by row.

use super::reading::{Piece, Row};
use crate::table::Filling;
use engine::{Amounts, GridState, Outcomes, Truth};

/// Tells whether all that is found is a column: no row is in error, and every number is whole.
pub(super) fn are_columns(outcomes: &Outcomes) -> bool {
    let lines = outcomes.grids.iter().flat_map(|grid| &grid.lines).map(|line| &line.points);
    let grids = outcomes.grids.iter().map(|grid| &grid.points);
    let mut all = std::iter::once(&outcomes.total).chain(grids).chain(lines);
    outcomes.errors.is_empty() && all.all(|points| points.others.is_empty())
}

/// Says of some rows whose they are, their offers, and what is found of each, in the order of the headings.
pub(super) fn fill(into: &mut Filling<'_>, piece: &Piece<'_>, rows: &[Row], outcomes: &Outcomes) {
    into.texts(rows.iter().map(|row| piece.id(row)));
    into.texts(rows.iter().map(|row| piece.offer(row)));
    into.texts(outcomes.eligible.iter().map(|truth| eligibility(*truth)));
    into.wholes(points(&outcomes.total, |_| true));
    into.wholes(ranks(&outcomes.rank));
    into.truths(&outcomes.kept);
    into.wholes(ranks(&outcomes.rank_if_all));
    for grid in &outcomes.grids {
        let established = |row: usize| grid.states.get(row) == Some(&GridState::Established);
        into.wholes(points(&grid.points, established));
        for line in &grid.lines {
            let is_there = |row: usize| matches!(line.states.get(row), Some(Some(_)));
            into.wholes(points(&line.points, is_there));
        }
    }
}

/// Says whether someone is eligible.
pub(super) fn eligibility(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "oui",
        Truth::No => "non",
        Truth::Unknown => "indetermine",
    }
}

/// Points as counts of decimal parts, where they are there.
fn points(
    held: &Amounts,
    is_there: impl Fn(usize) -> bool,
) -> impl ExactSizeIterator<Item = Option<i64>> {
    let scale = 10_i64.pow(super::DECIMALS.into());
    let values = held.whole.iter().map(move |whole| i64::from(*whole) * scale).enumerate();
    values.map(move |(row, value)| is_there(row).then_some(value))
}

fn ranks(ranks: &[u32]) -> impl ExactSizeIterator<Item = Option<i64>> {
    ranks.iter().map(|rank| (*rank != 0).then(|| i64::from(*rank)))
}
