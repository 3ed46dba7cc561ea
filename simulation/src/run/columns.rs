//! What is found of many candidates as columns of Arrow, where every number is whole: what [`Told`](super::Told)
//! says of each, without going row by row.

use super::reading::{Piece, Row};
use crate::table::{amounts, counts};
use arrow_array::{ArrayRef, BooleanArray, StringArray};
use engine::{Amounts, GridState, Outcomes, Truth};
use std::sync::Arc;

/// Returns who some rows are of, and their offers.
pub(super) fn roles(piece: &Piece<'_>, rows: &[Row]) -> [ArrayRef; 2] {
    let ids: StringArray = rows.iter().map(|row| Some(piece.id(row))).collect();
    let offers: StringArray = rows.iter().map(|row| Some(piece.offer(row))).collect();
    [Arc::new(ids), Arc::new(offers)]
}

/// Returns what is said of each row, in the order of the headings. Absent: a row is in error, or has points that are
/// no whole number.
pub(super) fn found(outcomes: &Outcomes) -> Option<Vec<ArrayRef>> {
    if !outcomes.errors.is_empty() {
        return None;
    }
    let eligible: StringArray =
        outcomes.eligible.iter().map(|truth| Some(eligibility(*truth))).collect();
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(eligible),
        points(&outcomes.total, None)?,
        ranks(&outcomes.rank),
        Arc::new(BooleanArray::from(outcomes.kept.clone())),
        ranks(&outcomes.rank_if_all),
    ];
    for grid in &outcomes.grids {
        let established = |row: usize| grid.states.get(row) == Some(&GridState::Established);
        columns.push(points(&grid.points, Some(&established))?);
        for line in &grid.lines {
            let is_there = |row: usize| matches!(line.states.get(row), Some(Some(_)));
            columns.push(points(&line.points, Some(&is_there))?);
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
fn points(held: &Amounts, is_there: Option<&dyn Fn(usize) -> bool>) -> Option<ArrayRef> {
    if !held.others.is_empty() {
        return None;
    }
    let scale = 10_i128.pow(super::DECIMALS.into());
    let values = held.whole.iter().map(|whole| i128::from(*whole) * scale);
    amounts(values, is_there, super::DECIMALS)
}

fn ranks(ranks: &[u32]) -> ArrayRef {
    counts(ranks.iter().map(|rank| (*rank != 0).then(|| i64::from(*rank))))
}
