//! The result in words: the total, each grid, the rank and what it counts, ties, what is proposed.

use super::messages::Key;
use super::why::seen_by;
use super::{Language, Words, author};
use crate::explanation::{Grid, GridState, Headline, Range, Tie, Truth, View};
use crate::points::Points;
use schemars::JsonSchema;
use serde::Serialize;

/// Le résultat en phrases
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PhrasesDuResultat")]
pub struct HeadlineTexts {
    /// Le total
    pub total: String,
    /// Entre quoi il finira, quand il peut bouger
    #[serde(rename = "intervalle", skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// Les grilles, en une ligne
    #[serde(rename = "grilles")]
    pub grids: String,
    /// Le rang et ce qu'il compte, ou pourquoi il n'y en a pas
    #[serde(rename = "rang")]
    pub rank: String,
    /// Le rang si tous les candidats éligibles postulaient, quand il est autre
    #[serde(rename = "si_tous_postulent", skip_serializing_if = "Option::is_none")]
    pub if_all_apply: Option<String>,
    /// Ceux qui ont le même total
    #[serde(rename = "egalite", skip_serializing_if = "Option::is_none")]
    pub tie: Option<String>,
    /// Si la candidature est proposée
    #[serde(rename = "propose", skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
}

impl HeadlineTexts {
    /// Iterates over its sentences, in the order of reading.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        let total = std::iter::once(&self.total).chain(&self.range);
        total.chain(std::iter::once(&self.grids)).map(String::as_str).chain(self.standing())
    }

    /// Iterates over the sentences about the place among candidates.
    pub fn standing(&self) -> impl Iterator<Item = &str> {
        let others = self.if_all_apply.iter().chain(&self.tie).chain(&self.proposed);
        std::iter::once(&self.rank).chain(others).map(String::as_str)
    }
}

impl Words {
    /// Says the result.
    pub fn headline(&self, headline: &Headline, grids: &[Grid], view: View) -> HeadlineTexts {
        let view = ("view", seen_by(view));
        let grids: Vec<String> = grids.iter().map(|grid| self.grid_summary(grid)).collect();
        HeadlineTexts {
            total: self.total(headline, view),
            range: self.range_told(headline.range, Key::TotalRange),
            grids: self.say(Key::Grids, &[("grids", &grids.join(" · "))]),
            rank: self.rank_told(headline, view),
            if_all_apply: self.if_all_apply(headline, view),
            tie: headline.tie.as_ref().map(|tie| self.tie(tie)),
            proposed: self.proposed(headline, view),
        }
    }

    /// Says a grid in one line: « Classement ALS : 130 sur 240 ».
    pub(super) fn grid_summary(&self, grid: &Grid) -> String {
        let state = match grid.points {
            Some(points) => self.verdict(points, grid.maximum),
            None => self.grid_state(grid.state),
        };
        self.say(Key::StepLabelled, &[("label", &author(&grid.label)), ("rule", &state)])
    }

    /// Says the state of a grid that has no points: « pas encore établi ».
    pub fn grid_state(&self, state: GridState) -> String {
        let key = match state {
            GridState::Established | GridState::NotEstablished => Key::GridNotEstablished,
            GridState::NotApplicable => Key::GridNotApplicable,
            GridState::Indeterminate => Key::GridIndeterminate,
        };
        self.say(key, &[])
    }

    /// Says points on their maximum: « 40 sur 40 », « −40 points ».
    pub(super) fn verdict(&self, points: Points, maximum: Option<Points>) -> String {
        // A line that only takes points away has a maximum of zero, which says nothing.
        match maximum.filter(|most| !most.0.is_zero()) {
            Some(most) => {
                let (points, most) = (self.figure(points.0), self.figure(most.0));
                self.say(Key::PointsOf, &[("points", &points), ("maximum", &most)])
            }
            None => self.points(points.0),
        }
    }

    /// Says between what points will be; nothing when they will not move.
    pub(super) fn range_told(&self, range: Range, key: Key) -> Option<String> {
        if range.is_one() {
            return None;
        }
        let low = range.low.map(|low| self.figure(low.0));
        let high = range.high.map(|high| self.points(high.0));
        let interval = match (low, high) {
            (Some(low), Some(high)) => self.say(Key::Between, &[("low", &low), ("high", &high)]),
            (Some(_), None) => {
                let low = range.low.map(|low| self.points(low.0)).unwrap_or_default();
                self.say(Key::AtLeast, &[("operand", &low)])
            }
            (None, Some(high)) => self.say(Key::AtMost, &[("operand", &high)]),
            (None, None) => return None,
        };
        Some(self.say(key, &[("interval", &interval)]))
    }

    fn total(&self, headline: &Headline, view: (&'static str, &str)) -> String {
        let points = self.points(headline.total.0);
        match headline.maximum {
            Some(most) => {
                let most = self.figure(most.0);
                self.say(Key::TotalOf, &[view, ("points", &points), ("maximum", &most)])
            }
            None => self.say(Key::Total, &[view, ("points", &points)]),
        }
    }

    fn rank_told(&self, headline: &Headline, view: (&'static str, &str)) -> String {
        if let Some(rank) = headline.rank {
            let (place, of) = (self.ordinal(rank.rank), rank.of.to_string());
            let plural = self.plural(&of);
            let variables = [view, ("rank", place.as_str()), ("of", &of), ("plural", plural)];
            return self.say(Key::RankOf, &variables);
        }
        let key = match (headline.eligible, headline.applies) {
            (Truth::No, _) => Key::NotEligible,
            (Truth::Unknown, _) => Key::MaybeEligible,
            (Truth::Yes, false) => Key::NotApplied,
            (Truth::Yes, true) => Key::Unranked,
        };
        self.say(key, &[view])
    }

    /// Says the place if all the eligible applied, when it is not the same.
    fn if_all_apply(&self, headline: &Headline, view: (&'static str, &str)) -> Option<String> {
        let all = headline.if_all_apply?;
        let same = headline.rank.is_some_and(|rank| (rank.rank, rank.of) == (all.rank, all.of));
        if same {
            return None;
        }
        let (rank, of) = (self.ordinal(all.rank), all.of.to_string());
        let points = self.points(all.total.0);
        let plural = self.plural(&of);
        let variables =
            [view, ("rank", rank.as_str()), ("of", &of), ("plural", plural), ("points", &points)];
        Some(self.say(Key::RankIfAll, &variables))
    }

    fn tie(&self, tie: &Tie) -> String {
        let others = tie.others.to_string();
        let plural = self.plural(&others);
        let keys: Vec<String> = tie.keys.iter().map(|key| self.quoted(key)).collect();
        let named = if keys.is_empty() { "none" } else { "some" };
        let keys = keys.join(", ");
        let variables =
            [("others", others.as_str()), ("plural", plural), ("named", named), ("keys", &keys)];
        self.say(Key::Tie, &variables)
    }

    fn proposed(&self, headline: &Headline, view: (&'static str, &str)) -> Option<String> {
        headline.rank?;
        let most = headline.keeps?.to_string();
        let key = if headline.kept { Key::Proposed } else { Key::NotProposed };
        Some(self.say(key, &[view, ("most", &most), ("plural", self.plural(&most))]))
    }

    pub(super) fn ordinal(&self, rank: u32) -> String {
        let kind = match (self.language, rank % 10, rank % 100) {
            (Language::French, _, _) if rank == 1 => "one",
            (Language::French, _, _) => "other",
            (Language::English, _, 11..=13) => "other",
            (Language::English, 1, _) => "one",
            (Language::English, 2, _) => "two",
            (Language::English, 3, _) => "few",
            (Language::English, _, _) => "other",
        };
        self.say(Key::Ordinal, &[("rank", &rank.to_string()), ("kind", kind)])
    }
}
