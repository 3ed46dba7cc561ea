//! What is compared before and after a change.

use super::value::{Change, EligibleChange, Goal, RankChange, Step};
use crate::standing::{LineName, PointsChange, Standing};
use engine::{Exact, Truth};
use std::collections::BTreeSet;

impl Standing {
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

    /// Tells whether nothing is lost: neither points in all, nor eligibility.
    pub(super) fn is_as_good_as(&self, before: &Self) -> bool {
        self.total >= before.total && certainty(self.eligible) >= certainty(before.eligible)
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
            total: PointsChange::of(before.total, self.total),
            rank: RankChange { before: before.rank, after: self.rank },
            eligible: EligibleChange {
                before: before.eligible.into(),
                after: self.eligible.into(),
            },
        }
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
