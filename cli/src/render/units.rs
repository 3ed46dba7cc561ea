//! The units of a recueil and their versions, as a table.

use super::table::{Align, Table};
use super::words;
use crate::recueil::Recueil;
use dsl::resolved::tree::Unit;
use std::sync::Arc;

/// Draws the table, ordered by kind, name and time.
pub fn units(recueil: &Recueil) -> String {
    let columns = ["Genre", "Unité", "Version", "En vigueur"].map(|name| (Align::Left, name));
    let mut table = Table::headed(columns);
    for unit in ordered(recueil) {
        table.row(vec![
            words::unit_kind(unit.kind).into(),
            unit.name.text.as_str().into(),
            unit.version.as_str().into(),
            unit.period.to_string().into(),
        ]);
    }
    table.draw("")
}

/// Returns the units in order of kind, name and time.
pub fn ordered(recueil: &Recueil) -> Vec<&Unit> {
    let mut units: Vec<&Unit> = recueil.compiled.resolved.units.iter().map(Arc::as_ref).collect();
    units.sort_by_key(|unit| (words::kind_order(unit.kind), &unit.name.text, unit.period.from));
    units
}
