//! The units of a recueil and their versions, as a table.

use super::table::{Align, Table};
use super::words;
use crate::recueil::Recueil;

/// Draws the table, ordered by kind, name and time.
pub fn units(recueil: &Recueil) -> String {
    let columns = ["Genre", "Unité", "Version", "En vigueur"].map(|name| (Align::Left, name));
    let mut table = Table::headed(columns);
    for unit in recueil.judged().units() {
        table.row(vec![
            words::unit_kind(unit.kind).into(),
            unit.name.text.as_str().into(),
            unit.version.as_str().into(),
            unit.period.to_string().into(),
        ]);
    }
    table.draw("")
}
