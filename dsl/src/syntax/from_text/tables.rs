//! Rows and cells of tables, parameters, sharing and facts.

use super::Built;
use super::clauses::sharing_level;
use super::expressions::{expr, sum_expr};
use super::literals::{name, path, period};
use super::node::{Node, Parts, Rule, unexpected};
use crate::syntax::tree::{
    Bound, Cell, CellItem, CellKind, Expr, FactRow, Name, ParameterRow, Path, RowResult,
    SharingRow, TableRow,
};
use source::{Diagnostic, code, counted};

/// `| choix => partage |`.
pub(super) fn sharing_row(node: &Node) -> Built<SharingRow> {
    let mut parts = node.parts();
    let value = name(&parts.need(Rule::name)?);
    Ok(SharingRow { value, level: sharing_level(&parts.need(Rule::sharing_level)?) })
}

/// `| période => valeur |`.
pub(super) fn parameter_row(node: &Node) -> Built<ParameterRow> {
    let mut parts = node.parts();
    let period = period(&parts.need(Rule::period)?)?;
    let value = parts.accept(Rule::expr).map(|value| expr(&value)).transpose()?;
    Ok(ParameterRow { period: Some(period), value, span: node.span() })
}

/// The header of a table.
pub(super) struct TableHead {
    pub(super) inputs: Vec<Expr>,
    pub(super) result: Name,
}

/// `| entrée | entrée => résultat |`.
pub(super) fn table_head(node: &Node) -> Built<TableHead> {
    let mut parts = node.parts();
    let mut inputs = Vec::new();
    while let Some(input) = parts.accept(Rule::expr) {
        inputs.push(expr(&input)?);
    }
    Ok(TableHead { inputs, result: name(&parts.need(Rule::name)?) })
}

/// `| cellule | cellule => résultat |`. Errors: `E0504` when it has not one cell per input.
pub(super) fn table_row(node: &Node, inputs: usize) -> Built<TableRow> {
    let mut parts = node.parts();
    let mut cells = Vec::new();
    while let Some(written) = parts.accept(Rule::cell) {
        cells.push(Cell { kind: cell(&written)?, span: written.span() });
    }
    let covers_all = matches!(cells.as_slice(), [Cell { kind: CellKind::Otherwise, .. }]);
    if cells.len() != inputs && !covers_all {
        return Err(Box::new(wrong_shape(node, inputs, cells.len())));
    }
    let result = result(&parts.need(Rule::result)?)?;
    Ok(TableRow { period: None, cells, result, span: node.span() })
}

fn wrong_shape(node: &Node, due: usize, found: usize) -> Diagnostic {
    let cells = counted(due, "cellule", "cellules");
    node.fault(code::TABLE_SHAPE, format!("attendu {cells} comme dans l'en-tête, trouvé {found}"))
        .with_help("chaque colonne de l'en-tête a sa cellule, même sans condition : « * »")
}

/// What a cell accepts.
pub(super) fn cell(node: &Node) -> Built<CellKind> {
    match node.only().rule() {
        Rule::any => Ok(CellKind::Any),
        Rule::otherwise => Ok(CellKind::Otherwise),
        _ => Ok(CellKind::OneOf(
            node.parts().map(|item| cell_item(&item.only())).collect::<Built<_>>()?,
        )),
    }
}

fn cell_item(node: &Node) -> Built<CellItem> {
    let mut parts = node.parts();
    match node.rule() {
        Rule::below => Ok(CellItem::Range(None, Some(bound(node)?))),
        Rule::above => Ok(CellItem::Range(Some(bound(node)?), None)),
        Rule::from_to | Rule::between_bounds => {
            let low = bound(&parts.need_any()?)?;
            Ok(CellItem::Range(Some(low), Some(bound(&parts.need_any()?)?)))
        }
        Rule::value_or_range => value_or_range(parts),
        _ => Err(unexpected(node.span())),
    }
}

fn value_or_range(mut parts: Parts<'_>) -> Built<CellItem> {
    let value = sum_expr(&parts.need(Rule::sum)?)?;
    let Some(tail) = parts.next() else {
        return Ok(CellItem::Value(value));
    };
    let bound_here = Bound { value, included: true };
    match tail.rule() {
        Rule::up_to => Ok(CellItem::Range(Some(bound_here), Some(bound(&tail.only())?))),
        Rule::or_more => Ok(CellItem::Range(Some(bound_here), None)),
        Rule::or_less => Ok(CellItem::Range(None, Some(bound_here))),
        _ => Err(unexpected(tail.span())),
    }
}

/// `A` (in), `moins de A` and `plus de A` (out).
fn bound(node: &Node) -> Built<Bound> {
    let included = node.rule() == Rule::closed;
    Ok(Bound { value: sum_expr(&node.parts().need(Rule::sum)?)?, included })
}

/// The result of a row.
pub(super) fn result(node: &Node) -> Built<RowResult> {
    let form = node.only();
    let mut parts = form.parts();
    match form.rule() {
        Rule::no_value => Ok(RowResult::NoValue(form.span())),
        Rule::linear => {
            let from = sum_expr(&parts.need(Rule::sum)?)?;
            Ok(RowResult::Linear(from, sum_expr(&parts.need(Rule::sum)?)?))
        }
        Rule::expr => Ok(RowResult::Value(expr(&form)?)),
        _ => Err(unexpected(form.span())),
    }
}

/// `| fait | fait |`.
pub(super) fn fact_head(node: &Node) -> Vec<Path> {
    node.parts().map(|head| path(&head)).collect()
}

/// `| valeur | valeur |`, the closing bar apart. Errors: `E0504`.
pub(super) fn fact_row(node: &Node, heads: usize) -> Built<FactRow> {
    let mut cells = Vec::new();
    for cell in node.parts() {
        cells.push(cell.parts().accept(Rule::sum).map(|value| sum_expr(&value)).transpose()?);
    }
    // A bar at the end closes the row: `| 1 |` is one cell, `| 1 | |` is two.
    if node.text().ends_with('|') {
        cells.pop();
    }
    if cells.len() != heads {
        return Err(Box::new(wrong_shape(node, heads, cells.len())));
    }
    Ok(FactRow { cells, span: node.span() })
}
