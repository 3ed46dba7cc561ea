//! Which row of a table a set of values falls in.

use engine::{Bound, Cell, CellRange, Code, Computed, Date, Op, Row, Table, Value};
use std::cmp::Ordering;

/// Calls `seen` with the table's index and the row's for each table that the code looked into.
pub(crate) fn visit(
    code: &Code,
    values: &[Computed],
    tables: &[Table],
    date: Date,
    seen: &mut impl FnMut(usize, usize),
) {
    for op in &code.ops {
        let Op::Table(id, inputs) = op else { continue };
        let Some(table) = tables.get(id.0 as usize) else { continue };
        let computed: Vec<Option<&Computed>> =
            inputs.iter().map(|slot| values.get(slot.0 as usize)).collect();
        if let Some(row) = row_taken(table, &computed, date) {
            seen(id.0 as usize, row);
        }
    }
}

/// Returns the row of a table that gave its result on a day; absent when none accepts the inputs,
/// or when an unknown leaves it undecided.
pub fn row_taken(table: &Table, inputs: &[Option<&Computed>], date: Date) -> Option<usize> {
    let inputs: Vec<Option<&Value>> = inputs
        .iter()
        .map(|input| match input {
            Some(Computed::Known(value)) => Some(value),
            Some(Computed::NoValue | Computed::Unknown(_)) | None => None,
        })
        .collect();
    let in_force = |row: &&Row| row.period.contains(date);
    let rows = table.rows.iter().enumerate().filter(|(_, row)| in_force(row));
    for (at, row) in rows {
        match accepts(row, &inputs) {
            Some(true) => return Some(at),
            Some(false) => {}
            None => return None,
        }
    }
    None
}

/// Tells whether a row accepts; absent when an unknown input leaves it undecided.
pub(crate) fn accepts(row: &Row, inputs: &[Option<&Value>]) -> Option<bool> {
    let mut decided = true;
    for (cell, input) in row.cells.iter().zip(inputs) {
        match (cell, input) {
            (Cell::Any, _) => {}
            (Cell::OneOf(_), None) => decided = false,
            (Cell::OneOf(ranges), Some(value)) => {
                if !ranges.iter().any(|range| holds(range, value)) {
                    return Some(false);
                }
            }
        }
    }
    decided.then_some(true)
}

/// Tells whether a value belongs to a range.
pub(crate) fn holds(range: &CellRange, value: &Value) -> bool {
    let within = |bound: &Option<Bound>, outer: Ordering| {
        bound.as_ref().is_none_or(|bound| match compare(value, &bound.value) {
            Some(Ordering::Equal) => bound.included,
            Some(order) => order == outer,
            None => false,
        })
    };
    within(&range.low, Ordering::Greater) && within(&range.high, Ordering::Less)
}

/// Compares two values of one type.
pub(crate) fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Enum(a), Value::Enum(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        _ => None,
    }
}
