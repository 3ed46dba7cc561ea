//! What is found of many candidates as columns, where every number is whole: what [`Told`](super::Told) says of each,
//! without going row by row.

use super::reading::{Piece, Row};
use crate::table::Column;
use engine::{Amounts, GridState, Outcomes, Truth};

/// Returns who some rows are of, and their offers.
pub(super) fn roles(piece: &Piece<'_>, rows: &[Row]) -> [Column; 2] {
    let ids = rows.iter().map(|row| piece.id(row));
    let offers = rows.iter().map(|row| piece.offer(row));
    [Column::texts(ids), Column::texts(offers)]
}

/// Returns what is said of each row, in the order of the headings. Absent: a row is in error, or has points that are
/// no whole number.
pub(super) fn found(outcomes: &Outcomes) -> Option<Vec<Column>> {
    if !outcomes.errors.is_empty() {
        return None;
    }
    let mut columns = vec![
        Column::texts(outcomes.eligible.iter().map(|truth| eligibility(*truth))),
        points(&outcomes.total, |_| true)?,
        ranks(&outcomes.rank),
        Column::truths(outcomes.kept.clone()),
        ranks(&outcomes.rank_if_all),
    ];
    for grid in &outcomes.grids {
        let established = |row: usize| grid.states.get(row) == Some(&GridState::Established);
        columns.push(points(&grid.points, established)?);
        for line in &grid.lines {
            let is_there = |row: usize| matches!(line.states.get(row), Some(Some(_)));
            columns.push(points(&line.points, is_there)?);
        }
    }
    Some(columns)
}

/// Says whether someone is eligible.
pub(super) fn eligibility(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "oui",
        Truth::No => "non",
        Truth::Unknown => "indetermine",
    }
}

/// Points, where they are there. Absent: some are no whole number.
fn points(held: &Amounts, is_there: impl Fn(usize) -> bool) -> Option<Column> {
    if !held.others.is_empty() {
        return None;
    }
    let scale = 10_i64.pow(super::DECIMALS.into());
    let values = held.whole.iter().map(|whole| i64::from(*whole) * scale).enumerate();
    Some(Column::wholes(values.map(|(row, value)| is_there(row).then_some(value))))
}

fn ranks(ranks: &[u32]) -> Column {
    Column::wholes(ranks.iter().map(|rank| (*rank != 0).then(|| i64::from(*rank))))
}
