//! What changed since last time, in words: the total before, the difference, each cause with its
//! lines.

use super::clause::Clause;
use super::messages::Key;
use super::why::seen_by;
use super::{Words, author, lowered};
use crate::explanation::View;
use crate::points::Points;
use crate::since::{Cause, Changed, Part, Since};

impl Words {
    /// Says what changed: the total before, the difference, then each cause that moved something.
    pub fn since(&self, since: &Since, view: View) -> Vec<Clause> {
        let view = ("view", seen_by(view));
        let before = &since.before;
        let (date, points) = (self.day(before.date), self.points(before.total.0));
        let told = [view, ("date", date.as_str()), ("points", &points)];
        let mut said = vec![Clause::plain(self.say(Key::SinceBefore, &told))];
        said.push(Clause::plain(match self.signed(since.difference) {
            Some(difference) => self.say(Key::SinceDifference, &[("difference", &difference)]),
            None => self.say(Key::SinceSame, &[]),
        }));
        for part in &since.parts {
            said.extend(self.part(part, since, view));
        }
        said.extend(since.untranslated.iter().map(|name| {
            let name = lowered(name);
            Clause::plain(self.say(Key::SinceUntranslated, &[("name", &name)]))
        }));
        said
    }

    /// Says what a cause changed; nothing when it changed nothing.
    fn part(&self, part: &Part, since: &Since, view: (&'static str, &str)) -> Option<Clause> {
        let mut details: Vec<Clause> = match part.cause {
            Cause::OwnFacts => since.facts.iter().map(|fact| self.changed_fact(fact)).collect(),
            Cause::Date | Cause::Rules | Cause::Campaign | Cause::Others => Vec::new(),
        };
        details.extend(part.lines.iter().map(|line| {
            let (before, after) = (line.points.before.0, line.points.after.0);
            self.change(&line.label, &self.points(before), &self.points(after))
        }));
        if let (Some(before), Some(after)) = (part.rank_before, part.rank_after)
            && before != after
        {
            let (before, after) = (self.ordinal(before), self.ordinal(after));
            let ranks = [("before", before.as_str()), ("after", &after)];
            details.push(Clause::plain(self.say(Key::SinceRank, &ranks)));
        }
        if details.is_empty() {
            return None;
        }
        let difference = self.signed(part.points).unwrap_or_else(|| self.points(part.points.0));
        let told = [("difference", difference.as_str())];
        let text = match part.cause {
            Cause::Date => self.say(Key::CauseDate, &told),
            Cause::Rules => self.say(Key::CauseRules, &told),
            Cause::Campaign => self.say(Key::CauseCampaign, &told),
            Cause::Others => self.say(Key::CauseOthers, &told),
            Cause::OwnFacts => {
                self.say(Key::CauseOwn, &[view, ("difference", difference.as_str())])
            }
        };
        Some(Clause::detailed(text, details))
    }

    fn changed_fact(&self, fact: &Changed) -> Clause {
        match (&fact.before, &fact.after) {
            (Some(before), Some(after)) => {
                self.change(&fact.label, &self.told(before), &self.told(after))
            }
            (Some(_) | None, _) => {
                let label = author(&fact.label);
                Clause::plain(self.say(Key::SinceList, &[("label", &label)]))
            }
        }
    }

    fn change(&self, label: &str, before: &str, after: &str) -> Clause {
        let label = author(label);
        let told = [("label", label.as_str()), ("before", before), ("after", after)];
        Clause::plain(self.say(Key::SinceChange, &told))
    }

    /// Says points gained or lost; absent when there are none.
    pub(super) fn signed(&self, points: Points) -> Option<String> {
        if points.0.is_zero() {
            return None;
        }
        if !points.0.is_negative() {
            return Some(self.say(Key::Gained, &[("points", &self.points(points.0))]));
        }
        let size = points.0.negate().unwrap_or(points.0);
        Some(self.say(Key::Lost, &[("points", &self.points(size))]))
    }
}
