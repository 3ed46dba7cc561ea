//! Rows that say nothing: never used, made useless by others, like `sinon`; and what `sinon` takes.
//!
//! Looked at whatever the facts and the day, since a row that serves once is not useless.

use super::layout::{Budget, Found, Layout};
use super::overlaps::clash;
use super::searches::is_otherwise;
use super::shown::Stage;
use super::wording::Speech;
use engine::{Cell, RowResult, Type, Value};
use source::{Diagnostic, code};
use std::collections::BTreeSet;

/// Tells the useless rows of a table, apart from those that clash with others; absent when the
/// search is too long.
pub(super) fn check(
    stage: Stage<'_>,
    layout: &Layout<'_>,
    clashing: &BTreeSet<usize>,
    budget: &mut Budget,
    out: &mut Vec<Diagnostic>,
) -> Option<()> {
    let speech = stage.speech;
    let mut unused = BTreeSet::new();
    for row in (0..layout.row_count()).filter(|row| !clashing.contains(row)) {
        match layout.taken_by(row, budget) {
            Found::Here(_) => {}
            Found::TooLong => return None,
            Found::Nowhere => {
                unused.insert(row);
                out.extend(never_used(stage, layout, row));
            }
        }
    }
    for row in (0..layout.row_count()).filter(|row| !clashing.contains(row)) {
        if !unused.contains(&row) {
            let mut heirs = BTreeSet::new();
            let changed = layout.changed_without(row, budget, &mut |heir| {
                heirs.insert(heir);
            });
            match changed {
                Found::Here(_) => {}
                Found::TooLong => return None,
                Found::Nowhere if heirs.iter().any(|heir| unused.contains(heir)) => {}
                Found::Nowhere => out.extend(redundant(speech, row, &heirs)),
            }
        }
    }
    for row in (0..layout.row_count()).filter(|row| !unused.contains(row)) {
        out.extend(taken_by_otherwise(speech, row));
    }
    Some(())
}

fn never_used(stage: Stage<'_>, layout: &Layout<'_>, row: usize) -> Option<Diagnostic> {
    let speech = stage.speech;
    let rows = &speech.typed.table.rows;
    let this = rows.get(row)?;
    let name = &speech.typed.table.name;
    let Some(around) = layout.around(row) else {
        let column = impossible(layout, row)?;
        let message = format!(
            "cette ligne du tableau « {name} » ne sert jamais : « {} » n'a aucune de ces valeurs",
            speech.input(column)
        );
        return Some(Diagnostic::new(code::ROW_NEVER_USED, this.span, message));
    };
    let (code, message) = if is_otherwise(this) {
        let message = format!(
            "« sinon » ne sert jamais dans le tableau « {name} » : les lignes au-dessus prennent toutes les valeurs"
        );
        (code::OTHERWISE_NEVER_USED, message)
    } else {
        let message = format!(
            "cette ligne du tableau « {name} » ne sert jamais : les lignes au-dessus prennent toutes ses valeurs"
        );
        (code::ROW_NEVER_USED, message)
    };
    let mut diagnostic = Diagnostic::new(code, this.span, message);
    let mut example = None;
    if !is_otherwise(this) {
        let near = layout.near(&around).into_iter();
        let before: Vec<usize> = near.filter(|other| *other < row).collect();
        for above in before.iter().filter_map(|above| rows.get(*above)).take(2) {
            diagnostic = diagnostic.with_label(above.span, "cette ligne passe avant");
        }
        example = before.into_iter().find_map(|above| taken_instead(stage, layout, (above, row)));
    }
    let diagnostic = diagnostic.with_help("retirez-la, ou corrigez les lignes au-dessus");
    Some(stage.show(diagnostic, example))
}

/// An example that expects what a row says where one above, `sinon` most often, gives another result.
fn taken_instead(
    stage: Stage<'_>,
    layout: &Layout<'_>,
    (above, row): (usize, usize),
) -> Option<String> {
    let rows = &layout.table.rows;
    let RowResult::Value(due) = &rows.get(row)?.result else { return None };
    let region = clash(layout, above, row)?;
    if layout.near(&region).first() != Some(&above) {
        return None;
    }
    let periods = [rows.get(above)?.period, rows.get(row)?.period];
    let point = stage.on_a_day_of(&layout.point(&region)?, periods)?;
    stage.expects_instead(&point, due)
}

/// The first column of which no possible value suits a row.
fn impossible(layout: &Layout<'_>, row: usize) -> Option<usize> {
    let cells = &layout.table.rows.get(row)?.cells;
    let none = |(axis, cell): (&super::axis::Axis, &Cell)| axis.accepted(cell).is_empty();
    layout.axes.iter().zip(cells).position(none)
}

fn redundant(speech: Speech<'_>, row: usize, heirs: &BTreeSet<usize>) -> Option<Diagnostic> {
    let rows = &speech.typed.table.rows;
    let this = rows.get(row)?;
    let name = &speech.typed.table.name;
    let heir = heirs.first().and_then(|heir| rows.get(*heir))?;
    let by_otherwise = heirs.iter().filter_map(|heir| rows.get(*heir)).any(is_otherwise);
    Some(if by_otherwise {
        let message = format!(
            "cette ligne du tableau « {name} » dit la même chose que « sinon » pour toutes ses valeurs"
        );
        Diagnostic::new(code::ROW_LIKE_OTHERWISE, this.span, message)
    } else {
        let message = format!(
            "cette ligne du tableau « {name} » ne change aucun résultat : les lignes qui suivent donnent le même"
        );
        Diagnostic::new(code::ROW_REDUNDANT, this.span, message)
            .with_label(heir.span, "cette ligne donne déjà ce résultat")
            .with_help("retirez-la, ou corrigez son résultat")
    })
}

/// Lists the values of enumerations that only `sinon` takes.
fn taken_by_otherwise(speech: Speech<'_>, row: usize) -> Vec<Diagnostic> {
    let table = &speech.typed.table;
    let Some(this) = table.rows.get(row).filter(|row| is_otherwise(row)) else { return Vec::new() };
    let named = |column: usize, value: u32| {
        table.rows.iter().filter(|row| !is_otherwise(row)).any(|row| match row.cells.get(column) {
            Some(Cell::OneOf(ranges)) => ranges.iter().any(|range| {
                range.low.as_ref().is_some_and(|bound| bound.value == Value::Enum(value))
            }),
            Some(Cell::Any) | None => true,
        })
    };
    let mut said = Vec::new();
    for (column, ty) in table.inputs.iter().enumerate() {
        let Type::Enum(id) = ty else { continue };
        let Some(def) = speech.schema.enumeration(*id) else { continue };
        let hidden: Vec<&str> = (0_u32..)
            .zip(&def.values)
            .filter(|(value, _)| !named(column, *value))
            .map(|(_, value)| value.name.as_str())
            .collect();
        if !hidden.is_empty() {
            let message = format!(
                "« sinon » prend {} de « {} »",
                counted(hidden.len()),
                speech.input(column)
            );
            let values = format!("aucune autre ligne ne prend : {}", hidden.join(", "));
            said.push(Diagnostic::new(code::OTHERWISE_TAKES, this.span, message).with_help(values));
        }
    }
    said
}

fn counted(values: usize) -> String {
    if values == 1 { "une valeur".to_owned() } else { format!("{values} valeurs") }
}
