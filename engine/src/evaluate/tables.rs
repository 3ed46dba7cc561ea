//! Tables: the first row in force, in the order of the text, whose cells accept the inputs.
//!
//! A cell is a comparison, so it follows Kleene's logic: an unknown input is no matter to `*`, and one
//! known cell that refuses refuses its row. A row neither surely accepted nor surely refused makes the
//! result unknown: no later row speaks in its place.

use crate::reason::ReasonId;
use crate::scalar::{Run, Scalar};
use crate::{Bound, Cell, CellRange, EvalError, Exact, Row, RowResult, Table};
use source::Span;
use std::cmp::Ordering;

/// Whether a row accepts the inputs.
enum Acceptance {
    Yes,
    No,
    Unknown(ReasonId),
}

/// Computes a table on its inputs.
///
/// Errors: no row accepts them; a linear row whose numbers overflow.
pub(crate) fn table(
    run: &mut Run<'_>,
    table: &Table,
    input: &dyn Fn(usize) -> Option<Scalar>,
    span: Span,
) -> Result<Scalar, EvalError> {
    for row in &table.rows {
        if !row.period.contains(run.date) {
            continue;
        }
        match accepts(run, row, input, span)? {
            Acceptance::Yes => return result(run, row, input),
            Acceptance::No => {}
            Acceptance::Unknown(reason) => return Ok(Scalar::Unknown(reason)),
        }
    }
    Err(EvalError::NoRow)
}

fn accepts(
    run: &mut Run<'_>,
    row: &Row,
    input: &dyn Fn(usize) -> Option<Scalar>,
    span: Span,
) -> Result<Acceptance, EvalError> {
    let mut doubt: Option<ReasonId> = None;
    for (at, cell) in row.cells.iter().enumerate() {
        let Cell::OneOf(ranges) = cell else { continue };
        let value = input(at).ok_or(EvalError::IllTyped)?;
        if let Some(reason) = run.stops(value, span) {
            doubt = Some(doubt.map_or(reason, |before| run.reasons.both(before, reason)));
            continue;
        }
        let mut any = false;
        for range in ranges {
            any = any || in_range(run, range, value)?;
        }
        if !any {
            return Ok(Acceptance::No);
        }
    }
    Ok(doubt.map_or(Acceptance::Yes, Acceptance::Unknown))
}

fn in_range(run: &Run<'_>, range: &CellRange, value: Scalar) -> Result<bool, EvalError> {
    let side = |bound: &Option<Bound>, inside: Ordering| match bound {
        None => Ok(true),
        Some(bound) => match run.order_with(value, &bound.value) {
            Some(order) => Ok(order == inside || (order.is_eq() && bound.included)),
            None => Err(EvalError::IllTyped),
        },
    };
    Ok(side(&range.low, Ordering::Greater)? && side(&range.high, Ordering::Less)?)
}

fn result(
    run: &mut Run<'_>,
    row: &Row,
    input: &dyn Fn(usize) -> Option<Scalar>,
) -> Result<Scalar, EvalError> {
    match &row.result {
        RowResult::Value(value) => Ok(run.scalar(value)),
        RowResult::NoValue => Ok(Scalar::NoValue),
        RowResult::Linear { input: at, across, between } => {
            let x = input(*at as usize).ok_or(EvalError::IllTyped)?.number()?;
            linear(x, *across, *between).map(Scalar::Number)
        }
    }
}

/// Computes the value at `x` of the line through (across.0, between.0) and (across.1, between.1).
///
/// Errors: overflow; division by zero when the interval has no width.
pub(crate) fn linear(
    x: Exact,
    across: (Exact, Exact),
    between: (Exact, Exact),
) -> Result<Exact, EvalError> {
    let run = across.1.subtract(across.0)?;
    let rise = between.1.subtract(between.0)?;
    let part = x.subtract(across.0)?.divide(run)?;
    between.0.add(part.multiply(rise)?)
}
