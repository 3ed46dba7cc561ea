//! What is missing, in words: between what the total will be, then each fact or proof that still
//! matters, why it does not count yet and what it decides.

use super::changes::Viewed;
use super::clause::Clause;
use super::messages::Key;
use super::{Words, author};
use crate::changes::{Changes, Lack, LineName, MissingFact, Undecided};
use crate::explanation::Grid;

/// How many facts are told.
const MOST_FACTS: usize = 10;
/// How many lines are named of one fact.
const MOST_LINES: usize = 5;

impl Words {
    /// Says between what the total will be, and what decides of it.
    pub(super) fn lacks(&self, changes: &Changes, grids: &[Grid], viewed: Viewed) -> Vec<Clause> {
        let range = match self.range_told(changes.range, Key::TotalRange) {
            Some(range) => range,
            None if changes.range.is_one() => self.say(Key::ChangesSettled, &[]),
            None => self.say(Key::ChangesUnbounded, &[]),
        };
        let mut said = vec![Clause::plain(range)];
        if changes.missing.is_empty() {
            return said;
        }
        let told = changes.missing.iter().take(MOST_FACTS).map(|it| self.lack(it, grids, viewed));
        let mut told: Vec<Clause> = told.collect();
        told.extend(self.left_out(changes.missing.len(), MOST_FACTS, Key::LacksMore));
        said.push(Clause::detailed(self.say(Key::Lacks, &[]), told));
        said
    }

    fn lack(&self, missing: &MissingFact, grids: &[Grid], viewed: Viewed) -> Clause {
        let label = author(&missing.fact.label);
        let told = [viewed, ("label", label.as_str())];
        let text = match missing.reason {
            Lack::Missing => self.say(Key::LackMissing, &told),
            Lack::ProofAwaited => self.say(Key::LackProof, &told),
            Lack::ValidationPending => self.say(Key::LackValidation, &told),
            Lack::Withheld => self.say(Key::LackWithheld, &told),
            Lack::NotShared => self.say(Key::LackNotShared, &told),
        };
        let mut details: Vec<String> = self.decides(missing).into_iter().collect();
        if missing.for_eligibility {
            details.push(self.say(Key::LackEligibility, &[viewed]));
        }
        details.extend(self.lines_named(&missing.lines, grids));
        Clause::detailed(text, details.into_iter().map(Clause::plain).collect())
    }

    /// Says how many points wait for a fact; for one that is enough among others, what it would
    /// give alone.
    fn decides(&self, missing: &MissingFact) -> Option<String> {
        match missing.decides {
            None => Some(self.say(Key::LackDecidesAll, &[])),
            Some(points) if points.0.is_zero() => {
                missing.alone.and_then(|alone| self.range_told(alone, Key::LackAlone))
            }
            Some(points) => {
                let plural = self.plural(&self.figure(points.0));
                let points = self.points(points.0);
                Some(self.say(Key::LackDecides, &[("points", &points), ("plural", plural)]))
            }
        }
    }

    fn lines_named(&self, lines: &[LineName], grids: &[Grid]) -> Option<String> {
        let labels = lines.iter().filter_map(|name| label_of(name, grids));
        let mut labels: Vec<String> =
            labels.take(MOST_LINES).map(|label| self.quoted(label)).collect();
        if labels.is_empty() {
            return None;
        }
        let plural = if labels.len() > 1 { "other" } else { "one" };
        if let Some(left) = lines.len().checked_sub(MOST_LINES).filter(|left| *left > 0) {
            labels.push(self.more(left));
        }
        let lines = labels.join(", ");
        Some(self.say(Key::LackLines, &[("lines", &lines), ("plural", plural)]))
    }

    /// Says that a lever was not tried to the end, and how far it was.
    pub(super) fn undecided(&self, undecided: &Undecided) -> String {
        let label = author(&undecided.fact.label);
        match self.span(undecided.from.as_ref(), undecided.to.as_ref()) {
            Some(interval) => {
                let told = [("label", label.as_str()), ("interval", &interval)];
                self.say(Key::UndecidedBeyond, &told)
            }
            None => self.say(Key::Undecided, &[("label", &label)]),
        }
    }
}

fn label_of<'g>(name: &LineName, grids: &'g [Grid]) -> Option<&'g str> {
    let grid = grids.iter().find(|grid| grid.id == name.grid)?;
    grid.lines.iter().find(|line| line.id == name.line).map(|line| line.label.as_str())
}
