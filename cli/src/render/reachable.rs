//! What each line of each grid can give, whatever the facts, as a table.

use super::style;
use super::table::{Align, Cell, Table};
use analysis::UnitPoints;
use engine::{Exact, Range};
use explain::points::decimal;

/// Draws the table: a row per grid, then one per line.
pub fn reachable(units: &[UnitPoints]) -> String {
    let columns =
        [(Align::Left, "Points possibles"), (Align::Right, "Au moins"), (Align::Right, "Au plus")];
    let mut table = Table::headed(columns);
    for unit in units {
        let name = match &unit.filling {
            Some((filling, version)) => format!("{}, {filling} {version}", unit.unit),
            None => format!("{} {}", unit.unit, unit.version),
        };
        let [low, high] = ends(unit.range);
        table.row(vec![Cell::styled(style::TITLE, name), low.into(), high.into()]);
        for line in &unit.lines {
            let [low, high] = ends(line.range);
            table.row(vec![format!("  {}", line.id).into(), low.into(), high.into()]);
        }
    }
    table.draw("")
}

fn ends(range: Range) -> [String; 2] {
    let end = |end: Option<Exact>| {
        end.map_or_else(|| "sans limite".to_owned(), |end| decimal(end).replace('.', ","))
    };
    [end(range.low), end(range.high)]
}
