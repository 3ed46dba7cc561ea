//! Where a candidate stands: what is compared before and after a change.

use super::value::{
    Change, EligibleChange, Goal, LineChange, LineName, PointsChange, RankChange, Step,
};
use crate::points::Points;
use engine::{CandidateOutcome, Exact, GridState, PoolOutcome, Truth};
use std::collections::{BTreeMap, BTreeSet};

/// A candidate's points, line by line, as the engine gave them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) lines: BTreeMap<LineName, LineStanding>,
    pub(super) total: Exact,
    pub(super) eligible: Truth,
    pub(super) rank: Option<u32>,
}

/// A line's points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineStanding {
    pub(super) label: String,
    pub(super) points: Exact,
    pub(super) maximum: Option<Exact>,
}

/// Finds a candidate of a ranked pool.
pub(super) fn of_candidate(outcome: &PoolOutcome, index: usize) -> Option<&CandidateOutcome> {
    outcome.candidates.iter().find(|candidate| candidate.index == index)
}

impl Standing {
    /// Reads a candidate's outcome.
    pub(super) fn of(outcome: &CandidateOutcome) -> Self {
        let established = outcome.grids.iter().filter(|grid| grid.state == GridState::Established);
        let lines = established.flat_map(|grid| {
            grid.lines.iter().map(|line| {
                let name = LineName { grid: grid.id.clone(), line: line.id.clone() };
                let (label, points, maximum) = (line.label.clone(), line.points, line.maximum);
                (name, LineStanding { label, points, maximum })
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
    pub(super) fn points(&self, line: &LineName) -> Exact {
        self.lines.get(line).map_or(Exact::ZERO, |line| line.points)
    }

    /// Returns the lines that have more points than before, what clips apart.
    pub(super) fn risen(&self, before: &Self) -> BTreeSet<LineName> {
        let risen = self
            .lines
            .iter()
            .filter(|(name, line)| !is_clip(name) && line.points > before.points(name));
        risen.map(|(name, _)| name.clone()).collect()
    }

    /// Tells whether one would advise the change: the total rises, or the candidate becomes eligible
    /// for no fewer points; and it is never less eligible than before.
    pub(super) fn is_better_than(&self, before: &Self) -> bool {
        let (own, its) = (certainty(self.eligible), certainty(before.eligible));
        own >= its && (self.total > before.total || own > its && self.total == before.total)
    }

    /// Tells whether the candidate becomes eligible.
    pub(super) fn becomes_eligible(&self, before: &Self) -> bool {
        self.eligible == Truth::Yes && before.eligible != Truth::Yes
    }

    /// Tells whether the total gains that many points.
    pub(super) fn gains(&self, before: &Self, points: Exact) -> bool {
        before.total.add(points).is_ok_and(|due| self.total >= due)
    }

    /// Puts a change into a value.
    pub(super) fn change(&self, before: &Self, steps: Vec<Step>, goals: Vec<Goal>) -> Change {
        Change {
            steps,
            goals,
            lines: self.changed_lines(before),
            total: points_change(before.total, self.total),
            rank: RankChange { before: before.rank, after: self.rank },
            eligible: EligibleChange {
                before: before.eligible.into(),
                after: self.eligible.into(),
            },
        }
    }

    fn changed_lines(&self, before: &Self) -> Vec<LineChange> {
        let names: BTreeSet<&LineName> = self.lines.keys().chain(before.lines.keys()).collect();
        let changed = names.into_iter().filter(|name| self.points(name) != before.points(name));
        changed
            .map(|name| {
                let line = self.lines.get(name).or_else(|| before.lines.get(name));
                LineChange {
                    name: name.clone(),
                    label: line.map(|line| line.label.clone()).unwrap_or_default(),
                    points: points_change(before.points(name), self.points(name)),
                    maximum: line.and_then(|line| line.maximum).map(Points),
                }
            })
            .collect()
    }
}

/// A line of what is cut off by a cap or a floor is nobody's goal.
fn is_clip(name: &LineName) -> bool {
    name.line == "ecretement" || name.line.starts_with("ecretement.")
}

fn certainty(eligible: Truth) -> u8 {
    match eligible {
        Truth::No => 0,
        Truth::Unknown => 1,
        Truth::Yes => 2,
    }
}

fn points_change(before: Exact, after: Exact) -> PointsChange {
    PointsChange { before: Points(before), after: Points(after) }
}
