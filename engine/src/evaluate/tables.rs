//! Tables: the first row in force whose cells accept the inputs.

use crate::scalar::{Run, Scalar};
use crate::{Bound, Cell, CellRange, EvalError, Exact, Row, RowResult, Table};
use std::cmp::Ordering;

/// Computes a table on known inputs.
///
/// Errors: no row accepts them; a linear row whose numbers overflow.
pub(crate) fn table(
    run: &mut Run<'_>,
    table: &Table,
    input: &dyn Fn(usize) -> Option<Scalar>,
) -> Result<Scalar, EvalError> {
    for row in &table.rows {
        if row.period.contains(run.date) && accepts(run, row, input)? {
            return result(run, row, input);
        }
    }
    Err(EvalError::NoRow)
}

fn accepts(
    run: &Run<'_>,
    row: &Row,
    input: &dyn Fn(usize) -> Option<Scalar>,
) -> Result<bool, EvalError> {
    for (at, cell) in row.cells.iter().enumerate() {
        let accepted = match cell {
            Cell::Any => true,
            Cell::OneOf(ranges) => {
                let value = input(at).ok_or(EvalError::IllTyped)?;
                let mut any = false;
                for range in ranges {
                    any = any || in_range(run, range, value)?;
                }
                any
            }
        };
        if !accepted {
            return Ok(false);
        }
    }
    Ok(true)
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
