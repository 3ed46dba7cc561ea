//! Tables: rows that give different results for one set of values.
//!
//! Exact: two rows are compared column by column; where all columns meet, their results must agree,
//! at the shared boundary of two intervals as well. A row without any condition (`sinon`) is what is
//! left when no other row fits, and overlaps none.

use dsl::Compiled;
use engine::{Bound, Cell, CellRange, Exact, NumberForm, Row, RowResult, Table, Type, Value};
use source::{Diagnostic, code};
use std::cmp::Ordering;

/// Past this many rows, a table is compared with its neighbours only, in order of text.
const PAIRWISE_ROWS: usize = 1_500;

/// Reports overlapping rows with different results. Errors: `E0505`.
pub(crate) fn check(compiled: &Compiled, out: &mut Vec<Diagnostic>) {
    for typed in compiled.typed.tables.iter().filter(|typed| !typed.parameter) {
        let table = &typed.table;
        for (at, later) in table.rows.iter().enumerate() {
            let from = if table.rows.len() > PAIRWISE_ROWS { at.saturating_sub(2) } else { 0 };
            let earlier = table.rows.get(from..at).unwrap_or_default();
            let clash = earlier.iter().find_map(|row| Some((row, clash(table, row, later)?)));
            if let Some((row, witness)) = clash {
                let message = format!(
                    "deux lignes du tableau « {} » donnent des résultats différents{witness}",
                    table.name
                );
                out.push(
                    Diagnostic::new(code::TABLE_OVERLAP, later.span, message)
                        .with_label(row.span, "l'autre ligne")
                        .with_help("excluez la borne de l'une des deux : « de A à moins de B », « plus de A »"),
                );
            }
        }
    }
}

/// Where two rows meet and disagree, in French: a shared value when it is a single number.
fn clash(table: &Table, a: &Row, b: &Row) -> Option<String> {
    let unconditional = |row: &Row| row.cells.iter().all(|cell| matches!(cell, Cell::Any));
    if unconditional(a) || unconditional(b) || a.period.intersection(b.period).is_none() {
        return None;
    }
    let mut meetings = Vec::new();
    for ((cell, other), ty) in a.cells.iter().zip(&b.cells).zip(&table.inputs) {
        meetings.push(meet(cell, other, *ty)?);
    }
    let points: Vec<Option<Exact>> = meetings.iter().map(Meeting::single).collect();
    if agree(&a.result, &b.result, &points) {
        return None;
    }
    let single = points.iter().flatten().next();
    Some(
        single
            .map_or_else(String::new, |value| format!(" à leur borne commune ({})", shown(*value))),
    )
}

fn shown(value: Exact) -> String {
    let percent = value.multiply(Exact::whole(100));
    match percent {
        Ok(percent) if !value.is_whole() && percent.is_whole() => format!("{percent} %"),
        _ => value.to_string(),
    }
}

/// How two cells meet.
enum Meeting {
    /// In one number only.
    Point(Exact),
    /// In more than that, or in something else than a number.
    More,
}

impl Meeting {
    fn single(&self) -> Option<Exact> {
        match self {
            Self::Point(value) => Some(*value),
            Self::More => None,
        }
    }
}

fn meet(a: &Cell, b: &Cell, ty: Type) -> Option<Meeting> {
    let (Cell::OneOf(a), Cell::OneOf(b)) = (a, b) else { return Some(Meeting::More) };
    let mut found = None;
    for range in a {
        for other in b {
            match (meet_ranges(range, other, ty), &found) {
                (Some(Meeting::More), _) => return Some(Meeting::More),
                (Some(Meeting::Point(_)), Some(Meeting::Point(_) | Meeting::More)) => {
                    return Some(Meeting::More);
                }
                (Some(point), None) => found = Some(point),
                (None, _) => {}
            }
        }
    }
    found
}

fn meet_ranges(a: &CellRange, b: &CellRange, ty: Type) -> Option<Meeting> {
    let low = tighter(a.low.as_ref(), b.low.as_ref(), Ordering::Greater);
    let high = tighter(a.high.as_ref(), b.high.as_ref(), Ordering::Less);
    let (Some(low), Some(high)) = (low, high) else { return Some(Meeting::More) };
    match compare(&low.value, &high.value)? {
        Ordering::Greater => None,
        Ordering::Equal => match &low.value {
            _ if !(low.included && high.included) => None,
            Value::Number(value) => Some(Meeting::Point(*value)),
            Value::Bool(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_) => {
                Some(Meeting::More)
            }
        },
        Ordering::Less => holds_a_value(low, high, ty).then_some(Meeting::More),
    }
}

/// Between two different bounds there is always a number, but not always a whole one.
fn holds_a_value(low: &Bound, high: &Bound, ty: Type) -> bool {
    let whole = matches!(ty, Type::Number(unit, NumberForm::Whole) if unit.is_none());
    let (Value::Number(from), Value::Number(to), true) = (&low.value, &high.value, whole) else {
        return true;
    };
    let step = if low.included { Exact::ZERO } else { Exact::ONE };
    let first = from
        .round(engine::Rounding::Up, Exact::ONE)
        .and_then(|up| if from.is_whole() { up.add(step) } else { Ok(up) });
    match first {
        Ok(first) => first < *to || (first == *to && high.included),
        Err(_) => true,
    }
}

fn tighter<'b>(a: Option<&'b Bound>, b: Option<&'b Bound>, wins: Ordering) -> Option<&'b Bound> {
    let (Some(a), Some(b)) = (a, b) else { return a.or(b) };
    match compare(&a.value, &b.value) {
        Some(Ordering::Equal) => Some(if a.included { b } else { a }),
        Some(order) if order == wins => Some(a),
        Some(_) | None => Some(b),
    }
}

fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    crate::rows::compare(a, b)
}

/// Tells whether two results are the same wherever the rows meet; `points` are the columns that
/// meet in one number.
fn agree(a: &RowResult, b: &RowResult, points: &[Option<Exact>]) -> bool {
    if a == b {
        return true;
    }
    match (value_at(a, points), value_at(b, points)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

fn value_at(result: &RowResult, points: &[Option<Exact>]) -> Option<Value> {
    match result {
        RowResult::Value(value) => Some(value.clone()),
        RowResult::NoValue => None,
        RowResult::Linear { input, across: (x0, x1), between: (y0, y1) } => {
            let x = (*points.get(*input as usize)?)?;
            let along = x.subtract(*x0).ok()?.divide(x1.subtract(*x0).ok()?).ok()?;
            let rise = y1.subtract(*y0).ok()?.multiply(along).ok()?;
            Some(Value::Number(y0.add(rise).ok()?))
        }
    }
}
