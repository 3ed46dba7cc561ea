//! Rules held as they were on an earlier day, to be applied on a later one.
//!
//! What is in force on both days, or on neither, is left as it is: only what began or ended between
//! them is changed.

use engine::{Criterion, Date, GridVersion, Part, Period, Program, Table};
use std::sync::Arc;

/// A period without a day.
const NEVER: fn(Date) -> Period = |day| Period { from: Some(day.tomorrow()), to: Some(day) };

/// What is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freeze {
    /// Dated values: rows of tables, parameters, criteria with a period of their own.
    Values,
    /// These, and the versions of units too.
    VersionsAndValues,
}

/// Returns a program that says on `now` what it said on `then`, as far as it is held.
pub(super) fn frozen(program: &Program, (then, now): (Date, Date), freeze: Freeze) -> Program {
    let days = Days { then, now };
    let mut held = program.clone();
    for table in &mut held.tables {
        days.hold_rows(table);
    }
    for grid in &mut held.grids {
        for version in grid.versions.iter_mut().chain(&mut grid.fillings) {
            days.hold_version(version, freeze);
        }
    }
    if freeze == Freeze::VersionsAndValues {
        for ranking in &mut held.rankings {
            days.hold(&mut ranking.period);
        }
    }
    held
}

#[derive(Clone, Copy)]
struct Days {
    then: Date,
    now: Date,
}

impl Days {
    /// Tells whether something began or ended between the two days.
    fn differ(self, period: Period) -> bool {
        period.contains(self.then) != period.contains(self.now)
    }

    fn hold(self, period: &mut Period) {
        if self.differ(*period) {
            let was_in_force = period.contains(self.then);
            *period = if was_in_force { Period::default() } else { NEVER(self.now) };
        }
    }

    /// Holds the rows of a table that had one in force; a table without any then is new, and stays.
    fn hold_rows(self, table: &mut Table) {
        if table.rows.iter().any(|row| row.period.contains(self.then)) {
            for row in &mut table.rows {
                self.hold(&mut row.period);
            }
        }
    }

    fn hold_version(self, version: &mut Arc<GridVersion>, freeze: Freeze) {
        let moves = freeze == Freeze::VersionsAndValues && self.differ(version.period);
        let dated = criteria(version).any(|criterion| self.differ(criterion.period));
        if !moves && !dated {
            return;
        }
        let version = Arc::make_mut(version);
        if moves {
            self.hold(&mut version.period);
        }
        for part in &mut version.parts {
            for criterion in members_mut(part) {
                self.hold(&mut criterion.period);
            }
        }
    }
}

fn criteria(version: &GridVersion) -> impl Iterator<Item = &Criterion> {
    version.parts.iter().flat_map(Part::criteria)
}

fn members_mut(part: &mut Part) -> &mut [Criterion] {
    match part {
        Part::Criterion(criterion) => std::slice::from_mut(Arc::make_mut(criterion)),
        Part::Family(family) => &mut Arc::make_mut(family).criteria,
        Part::Tranche(tranche) => &mut Arc::make_mut(tranche).criteria,
    }
}
