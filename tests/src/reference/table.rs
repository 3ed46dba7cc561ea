//! Tables: the first row, in the order of the text, whose cells surely accept the inputs.
//!
//! A cell is a comparison, so it follows Kleene's logic: an unknown input is no matter to `*`, and a
//! row is refused as soon as one known cell refuses. A row that is neither surely accepted nor surely
//! refused makes the result unknown: a later one may not speak in its place.

use super::value::{Val, Whys, rational};
use engine::{Bound, Cell, CellRange, Date, EvalError, Row, RowResult, Table};
use num_rational::BigRational;
use std::cmp::Ordering;

/// Computes a table on its inputs, on a day.
pub fn table(table: &Table, inputs: &[Val], day: Date) -> Val {
    for row in table.rows.iter().filter(|row| row.period.contains(day)) {
        match accepts(row, inputs) {
            Accepts::No => {}
            Accepts::Yes => return result(row, inputs),
            Accepts::Unknown(whys) => return Val::Unknown(whys),
        }
    }
    Val::failed(EvalError::NoRow)
}

enum Accepts {
    Yes,
    No,
    Unknown(Whys),
}

fn accepts(row: &Row, inputs: &[Val]) -> Accepts {
    let mut whys = Whys::new();
    for (cell, input) in row.cells.iter().zip(inputs) {
        match cell {
            Cell::Any => {}
            Cell::OneOf(ranges) => match input.doubt() {
                Some(doubt) => whys.extend(doubt),
                None if ranges.iter().any(|range| in_range(range, input)) => {}
                None => return Accepts::No,
            },
        }
    }
    if whys.is_empty() { Accepts::Yes } else { Accepts::Unknown(whys) }
}

fn in_range(range: &CellRange, input: &Val) -> bool {
    let side = |bound: &Option<Bound>, inside: Ordering| match bound {
        None => true,
        Some(bound) => {
            let order = input.order(&Val::from(&bound.value));
            order == Some(inside) || (bound.included && order == Some(Ordering::Equal))
        }
    };
    side(&range.low, Ordering::Greater) && side(&range.high, Ordering::Less)
}

fn result(row: &Row, inputs: &[Val]) -> Val {
    match &row.result {
        RowResult::Value(value) => Val::from(value),
        RowResult::NoValue => Val::NoValue,
        RowResult::Linear { input, across, between } => {
            let x = inputs.get(*input as usize).map(Val::number);
            match x {
                Some(Ok(x)) => Val::Number(between_ends(
                    &x,
                    (&rational(across.0), &rational(across.1)),
                    (&rational(between.0), &rational(between.1)),
                )),
                Some(Err(whys)) => Val::Unknown(whys),
                None => Val::failed(EvalError::IllTyped),
            }
        }
    }
}

/// The ends weighted by how near `x` is to each: both sides of the interval serve alike.
fn between_ends(
    x: &BigRational,
    across: (&BigRational, &BigRational),
    between: (&BigRational, &BigRational),
) -> BigRational {
    let width = across.1 - across.0;
    (between.0 * (across.1 - x) + between.1 * (x - across.0)) / width
}
