//! Which row of a table a set of values falls in.

use engine::{Bound, Cell, CellRange, Code, Computed, Date, Op, Table, Value};
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
        let inputs: Vec<Option<&Value>> = inputs
            .iter()
            .map(|slot| match values.get(slot.0 as usize) {
                Some(Computed::Known(value)) => Some(value),
                Some(Computed::NoValue | Computed::Unknown(_)) | None => None,
            })
            .collect();
        let row = table.rows.iter().position(|row| {
            row.period.contains(date)
                && row.cells.iter().zip(&inputs).all(|(cell, input)| accepts(cell, *input))
        });
        if let Some(row) = row {
            seen(id.0 as usize, row);
        }
    }
}

fn accepts(cell: &Cell, input: Option<&Value>) -> bool {
    match (cell, input) {
        (Cell::Any, _) => true,
        (Cell::OneOf(_), None) => false,
        (Cell::OneOf(ranges), Some(value)) => ranges.iter().any(|range| holds(range, value)),
    }
}

fn holds(range: &CellRange, value: &Value) -> bool {
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
