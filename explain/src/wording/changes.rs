//! What could change, in words: what to do and what it gives, what may move without a loss, then
//! what is missing.
//!
//! What to do is said in the sentence of the lever's author, with what was found in its place. The
//! best of many come first, and the rest is counted.

use super::clause::Clause;
use super::messages::Key;
use super::why::seen_by;
use super::{Words, author, raised};
use crate::changes::{Action, Change, Changes, Goal, Margin, NamedFact, Phrase, Proof, Step};
use crate::explanation::{Grid, Truth, View};
use crate::standing::LineChange;
use crate::value::Shown;
use engine::{Exact, Unit};

/// How many changes are told.
const MOST_CHANGES: usize = 5;
/// How many lines that change are told of one.
const MOST_LINES: usize = 10;

/// For whom it is said, as messages have it.
pub(super) type Viewed = (&'static str, &'static str);

impl Words {
    /// Says what could change for a candidate: each statement with its details.
    pub fn changes(&self, changes: &Changes, grids: &[Grid], view: View) -> Vec<Clause> {
        let viewed: Viewed = ("view", seen_by(view));
        let mut said = vec![self.proposals(&changes.proposals, viewed)];
        said.extend(changes.undecided.iter().map(|it| Clause::plain(self.undecided(it))));
        if !changes.margins.is_empty() {
            let margins = changes.margins.iter().map(|it| Clause::plain(self.margin(it)));
            said.push(Clause::detailed(self.say(Key::Margins, &[viewed]), margins.collect()));
        }
        said.extend(self.lacks(changes, grids, viewed));
        said
    }

    fn proposals(&self, proposals: &[Change], viewed: Viewed) -> Clause {
        if proposals.is_empty() {
            return Clause::plain(self.say(Key::ChangesNone, &[viewed]));
        }
        let told = proposals.iter().take(MOST_CHANGES).map(|it| self.proposal(it, viewed));
        let mut told: Vec<Clause> = told.collect();
        told.extend(self.left_out(proposals.len(), MOST_CHANGES, Key::ChangesMore));
        Clause::detailed(self.say(Key::ChangesSome, &[viewed]), told)
    }

    /// Counts what is beyond the most that is told.
    pub(super) fn left_out(&self, of: usize, most: usize, key: Key) -> Option<Clause> {
        let left = of.checked_sub(most).filter(|left| *left > 0)?.to_string();
        let told = [("count", left.as_str()), ("plural", self.plural(&left))];
        Some(Clause::plain(self.say(key, &told)))
    }

    /// Says one change: what to do, then what it gives.
    fn proposal(&self, change: &Change, viewed: Viewed) -> Clause {
        let steps: Vec<String> = change.steps.iter().map(|step| self.step(step)).collect();
        let text = match steps.as_slice() {
            [only] => only.clone(),
            _ => {
                let steps: Vec<String> = steps.iter().map(|step| super::lowered(step)).collect();
                let steps = steps.join(&self.say(Key::JoinAnd, &[]));
                self.say(Key::ChangeTogether, &[("steps", &steps)])
            }
        };
        let mut given: Vec<String> =
            change.steps.iter().filter_map(|step| self.today(step)).collect();
        given.extend(change.lines.iter().take(MOST_LINES).map(|it| self.moved(it, &change.goals)));
        given.extend(
            self.left_out(change.lines.len(), MOST_LINES, Key::More).map(|clause| clause.text),
        );
        given.push(self.total_moved(change));
        given.extend(change.goals.iter().filter_map(|goal| self.gained(goal)));
        given.extend(self.eligible(change, viewed));
        given.extend(self.rank_moved(change, viewed));
        Clause::detailed(text, given.into_iter().map(Clause::plain).collect())
    }

    /// Says what to do.
    fn step(&self, step: &Step) -> String {
        let text = match &step.action {
            Action::Choose { phrase, nearest, from, to, .. } => {
                let place = match (from, to) {
                    (None, None) => {
                        self.say(Key::ChangeExactly, &[("value", &self.value(nearest))])
                    }
                    (from, to) => self.place(from.as_ref(), to.as_ref()),
                };
                filled(phrase, &place)
            }
            Action::Pick { phrase, value, .. } => filled(phrase, &value.text),
            Action::Reach { says, .. } => says.clone(),
            Action::Wait { phrase, months, .. } => {
                let months = self.number(Exact::whole(i128::from(*months)), Unit::months());
                filled(phrase, &months)
            }
            Action::Prove { level, role } => self.prove(*level, role.as_deref(), &step.facts),
        };
        raised(&author(&text))
    }

    /// Says values where a lever's sentence has their place.
    fn place(&self, from: Option<&Shown>, to: Option<&Shown>) -> String {
        match (from.map(|it| self.value(it)), to.map(|it| self.value(it))) {
            (Some(low), Some(high)) if low == high => {
                self.say(Key::ChangeExactly, &[("value", &low)])
            }
            (Some(low), Some(high)) => {
                self.say(Key::ChangeBetween, &[("low", &low), ("high", &high)])
            }
            (Some(low), None) => self.say(Key::ChangeAtLeast, &[("value", &low)]),
            (None, Some(high)) => self.say(Key::ChangeAtMost, &[("value", &high)]),
            (None, None) => String::new(),
        }
    }

    fn prove(&self, level: Proof, role: Option<&str>, facts: &[NamedFact]) -> String {
        let labels: Vec<String> = facts.iter().map(|fact| self.quoted(&fact.label)).collect();
        let plural = if labels.len() > 1 { "other" } else { "one" };
        let facts = labels.join(", ");
        match (level, role) {
            (Proof::Verified, _) => {
                self.say(Key::ChangeVerify, &[("facts", &facts), ("plural", plural)])
            }
            (Proof::Validated, None) => self.say(Key::ChangeValidate, &[("facts", &facts)]),
            (Proof::Validated, Some(role)) => {
                let by = role.replace('_', " ");
                self.say(Key::ChangeValidateBy, &[("facts", &facts), ("by", &by)])
            }
        }
    }

    /// Says what is so today, and where the nearest value or the day is.
    fn today(&self, step: &Step) -> Option<String> {
        let label = step.facts.first().map(|fact| author(&fact.label))?;
        let today = |current: &Shown| {
            let value = self.value(current);
            self.say(Key::ChangeToday, &[("label", &label), ("value", &value)])
        };
        match &step.action {
            Action::Choose { current, nearest, from, to, .. } => {
                if from == to {
                    return Some(today(current));
                }
                let (value, nearest) = (self.value(current), self.value(nearest));
                let told = [("label", label.as_str()), ("value", &value), ("nearest", &nearest)];
                Some(self.say(Key::ChangeNearest, &told))
            }
            Action::Pick { current, .. } => Some(today(current)),
            Action::Reach { current, .. } => current.as_ref().map(today),
            Action::Wait { first_day, last_day, .. } => {
                let day = self.day(*first_day);
                Some(match last_day {
                    None => self.say(Key::ChangeFromDay, &[("day", &day)]),
                    Some(last) if last == first_day => {
                        self.say(Key::ChangeThatDay, &[("day", &day)])
                    }
                    Some(last) => {
                        let told = [("day", day.as_str()), ("last", &self.day(*last))];
                        self.say(Key::ChangeFromToDay, &told)
                    }
                })
            }
            Action::Prove { .. } => None,
        }
    }

    /// Says a line's points before and after, and whether more is to be had.
    fn moved(&self, line: &LineChange, goals: &[Goal]) -> String {
        let most = goals.iter().any(|goal| match goal {
            Goal::Most(name) => *name == line.name,
            Goal::More(_) | Goal::Gain { .. } | Goal::Eligible => false,
        });
        let reach = match line.maximum {
            Some(maximum) if maximum == line.points.after && !maximum.0.is_zero() => "whole",
            Some(_) | None if most => "best",
            Some(_) | None => "other",
        };
        let (label, before) = (author(&line.label), self.points(line.points.before.0));
        let after = self.points(line.points.after.0);
        let told =
            [("label", label.as_str()), ("before", &before), ("after", &after), ("reach", reach)];
        self.say(Key::ChangeLine, &told)
    }

    fn total_moved(&self, change: &Change) -> String {
        let (before, after) = (change.total.before.0, change.total.after.0);
        let difference = after.subtract(before).ok().map(crate::Points);
        let points = self.points(before);
        match difference.and_then(|difference| self.signed(difference)) {
            Some(difference) => {
                let after = self.points(after);
                let told =
                    [("before", points.as_str()), ("after", &after), ("difference", &difference)];
                self.say(Key::ChangeTotal, &told)
            }
            None => self.say(Key::ChangeTotalSame, &[("points", &points)]),
        }
    }

    /// Says the points that were wanted in all; what lines and conditions reach is told with them.
    fn gained(&self, goal: &Goal) -> Option<String> {
        match goal {
            Goal::Gain { points } => {
                Some(self.say(Key::ChangeGain, &[("points", &self.points(points.0))]))
            }
            Goal::More(_) | Goal::Most(_) | Goal::Eligible => None,
        }
    }

    fn eligible(&self, change: &Change, viewed: Viewed) -> Option<String> {
        if change.eligible.before == change.eligible.after {
            return None;
        }
        match change.eligible.after {
            Truth::Yes => Some(self.say(Key::ChangeEligible, &[viewed])),
            Truth::Unknown => Some(self.say(Key::ChangeMaybeEligible, &[viewed])),
            Truth::No => None,
        }
    }

    fn rank_moved(&self, change: &Change, viewed: Viewed) -> Option<String> {
        match (change.rank.before, change.rank.after) {
            (Some(before), Some(after)) if before == after => {
                Some(self.say(Key::ChangeRankSame, &[("rank", &self.ordinal(after))]))
            }
            (Some(before), Some(after)) => {
                let (before, after) = (self.ordinal(before), self.ordinal(after));
                Some(self.say(Key::ChangeRank, &[("before", &before), ("after", &after)]))
            }
            (None, Some(after)) => {
                Some(self.say(Key::ChangeRanked, &[viewed, ("rank", &self.ordinal(after))]))
            }
            (Some(_) | None, None) => None,
        }
    }

    fn margin(&self, margin: &Margin) -> String {
        let label = author(&margin.fact.label);
        let interval = self.span(margin.from.as_ref(), margin.to.as_ref()).unwrap_or_default();
        let value = self.value(&margin.current);
        let told = [("label", label.as_str()), ("interval", &interval), ("value", &value)];
        self.say(Key::Margin, &told)
    }

    /// Says between what values are: « entre 416 €/mois et 528 €/mois ».
    pub(super) fn span(&self, from: Option<&Shown>, to: Option<&Shown>) -> Option<String> {
        match (from.map(|it| self.value(it)), to.map(|it| self.value(it))) {
            (Some(low), Some(high)) if low == high => Some(low),
            (Some(low), Some(high)) => {
                Some(self.say(Key::Between, &[("low", &low), ("high", &high)]))
            }
            (Some(low), None) => Some(self.say(Key::AtLeast, &[("operand", &low)])),
            (None, Some(high)) => Some(self.say(Key::AtMost, &[("operand", &high)])),
            (None, None) => None,
        }
    }
}

/// Puts what was found in its place.
fn filled(phrase: &Phrase, found: &str) -> String {
    format!("{}{found}{}", phrase.before, phrase.after)
}
