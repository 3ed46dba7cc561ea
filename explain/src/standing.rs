//! Where a candidate stands, line by line, and what differs between two standings: what could change
//! and what changed are told the same way.

use crate::points::Points;
use engine::{Assessed, AssessedGrid, AssessedLine, Exact, GridState, Truth};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Une ligne, par sa grille et son nom
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "NomDeLigne")]
pub struct LineName {
    /// La grille
    #[serde(rename = "grille")]
    pub grid: String,
    /// La ligne
    #[serde(rename = "ligne")]
    pub line: String,
}

impl LineName {
    /// Names a line of a grid.
    pub(crate) fn of(grid: &AssessedGrid<'_>, line: &AssessedLine<'_>) -> Self {
        Self { grid: grid.grid.id.clone(), line: line.id().into_owned() }
    }
}

/// Une ligne dont les points changent
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "LigneChangee")]
pub struct LineChange {
    /// Laquelle
    #[serde(flatten)]
    pub name: LineName,
    /// Ce que lit le demandeur
    #[serde(rename = "libelle")]
    pub label: String,
    /// Ses points
    #[serde(flatten)]
    pub points: PointsChange,
    /// Son maximum
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Points>,
}

/// Des points, avant et après
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PointsChanges")]
pub struct PointsChange {
    /// Aujourd'hui
    #[serde(rename = "avant")]
    pub before: Points,
    /// Après le changement
    #[serde(rename = "apres")]
    pub after: Points,
}

impl PointsChange {
    pub(crate) fn of(before: Exact, after: Exact) -> Self {
        Self { before: Points(before), after: Points(after) }
    }
}

/// A candidate's points, line by line, as the engine gave them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) lines: BTreeMap<LineName, LineStanding>,
    pub(crate) total: Exact,
    pub(crate) eligible: Truth,
    pub(crate) rank: Option<u32>,
}

/// A line's points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineStanding {
    pub(crate) label: String,
    pub(crate) points: Exact,
    pub(crate) maximum: Option<Exact>,
}

impl Standing {
    /// Reads what was decided of a candidate.
    pub(crate) fn of(outcome: &Assessed<'_>) -> Self {
        let established = outcome.grids.iter().filter(|grid| grid.state == GridState::Established);
        let lines = established.flat_map(|grid| {
            grid.lines.iter().map(|line| {
                let (label, points) = (line.label().into_owned(), line.points);
                let maximum = line.maximum();
                (LineName::of(grid, line), LineStanding { label, points, maximum })
            })
        });
        Self {
            lines: lines.collect(),
            total: outcome.total,
            eligible: outcome.eligible,
            rank: outcome.rank,
        }
    }

    /// Returns a line's points, 0 where there is no such line.
    pub(crate) fn points(&self, line: &LineName) -> Exact {
        self.lines.get(line).map_or(Exact::ZERO, |line| line.points)
    }

    /// Lists the lines whose points differ.
    pub(crate) fn changed_lines(&self, before: &Self) -> Vec<LineChange> {
        let names: BTreeSet<&LineName> = self.lines.keys().chain(before.lines.keys()).collect();
        let changed = names.into_iter().filter(|name| self.points(name) != before.points(name));
        changed
            .map(|name| {
                let line = self.lines.get(name).or_else(|| before.lines.get(name));
                LineChange {
                    name: name.clone(),
                    label: line.map(|line| line.label.clone()).unwrap_or_default(),
                    points: PointsChange::of(before.points(name), self.points(name)),
                    maximum: line.and_then(|line| line.maximum).map(Points),
                }
            })
            .collect()
    }
}
