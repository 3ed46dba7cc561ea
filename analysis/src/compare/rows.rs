//! The rows of a table, of a CSV file or of a parameter, as an author would write them.

use super::joint::Side;
use crate::tables::literal;
use engine::{Bound, Cell, CellRange, Exact, Period, Row, RowResult, Schema, Table, Type, Value};
use source::Span;

/// The rows of the table whose name stands there; none when there is no such table.
pub(super) fn of(side: Side<'_>, name: Span) -> Vec<String> {
    let tables = &side.compiled.typed.tables;
    let Some(typed) = tables.iter().find(|table| table.span == name) else { return Vec::new() };
    let schema = &side.compiled.typed.schema;
    let words = |span| side.recueil.sources.excerpt(span).split_whitespace().collect::<Vec<_>>();
    let heads = typed.inputs.iter().map(|input| words(input.span).join(" "));
    let heads: Vec<String> = heads.collect();
    let head = (!heads.is_empty()).then(|| format!("| {} |", heads.join(" | ")));
    let rows = typed.table.rows.iter().map(|row| self::row(&typed.table, row, schema));
    head.into_iter().chain(rows).collect()
}

fn row(table: &Table, row: &Row, schema: &Schema) -> String {
    let days = (row.period != Period::default()).then(|| row.period.to_string());
    let cells = row.cells.iter().zip(&table.inputs);
    let cells = cells.map(|(cell, ty)| self::cell(cell, *ty, schema));
    let cells: Vec<String> = days.into_iter().chain(cells).collect();
    let result = result(&row.result, table.ty, schema);
    if cells.is_empty() {
        format!("= {result}")
    } else {
        format!("| {} => {result} |", cells.join(" | "))
    }
}

fn cell(cell: &Cell, ty: Type, schema: &Schema) -> String {
    match cell {
        Cell::Any => "*".to_owned(),
        Cell::OneOf(ranges) => {
            let said: Vec<String> =
                ranges.iter().map(|range| self::range(range, ty, schema)).collect();
            said.join(" ; ")
        }
    }
}

fn range(range: &CellRange, ty: Type, schema: &Schema) -> String {
    let said = |bound: &Bound| literal(&bound.value, ty, schema);
    match (&range.low, &range.high) {
        (Some(low), Some(high)) if low.value == high.value => said(low),
        (Some(low), Some(high)) => {
            let from = if low.included { "de" } else { "de plus de" };
            let to = if high.included { "à" } else { "à moins de" };
            format!("{from} {} {to} {}", said(low), said(high))
        }
        (Some(low), None) if low.included => format!("{} ou plus", said(low)),
        (Some(low), None) => format!("plus de {}", said(low)),
        (None, Some(high)) if high.included => format!("{} ou moins", said(high)),
        (None, Some(high)) => format!("moins de {}", said(high)),
        (None, None) => "*".to_owned(),
    }
}

fn result(result: &RowResult, ty: Type, schema: &Schema) -> String {
    let number = |number: Exact| literal(&Value::Number(number), ty, schema);
    match result {
        RowResult::Value(value) => literal(value, ty, schema),
        RowResult::Linear { between: (from, to), .. } => {
            format!("de {} à {}", number(*from), number(*to))
        }
        RowResult::NoValue => "pas de valeur".to_owned(),
    }
}
