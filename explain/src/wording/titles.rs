//! The titles and labels around the sentences, the same on a terminal and on a page.

use super::messages::Key;
use super::{Words, author};
use crate::explanation::Explanation;
use engine::Exact;

/// A title, or the label of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Title {
    /// The conditions of eligibility.
    Eligibility,
    /// What changed since last time.
    Since,
    /// What could change.
    Changes,
    /// The acronyms.
    Acronyms,
    /// A text obeyed.
    Source,
    /// A legal basis.
    LegalBasis,
    /// A hypothesis.
    Hypothesis,
}

impl Words {
    /// Says a title.
    pub fn title(&self, title: Title) -> String {
        let key = match title {
            Title::Eligibility => Key::HeadingEligibility,
            Title::Since => Key::HeadingSince,
            Title::Changes => Key::HeadingChanges,
            Title::Acronyms => Key::HeadingAcronyms,
            Title::Source => Key::HeadingSource,
            Title::LegalBasis => Key::HeadingLegalBasis,
            Title::Hypothesis => Key::HeadingHypothesis,
        };
        self.say(key, &[])
    }

    /// Says a text after its label: « Source : … ».
    pub fn labelled(&self, label: &str, text: &str) -> String {
        let text = author(text);
        self.say(Key::StepLabelled, &[("label", label), ("rule", &text)])
    }

    /// Says a statement that announces what follows: « … : ».
    pub fn announced(&self, text: &str) -> String {
        self.say(Key::Announced, &[("text", text)])
    }

    /// Says whose explanation it is, under which ranking, on which day.
    pub fn opening(&self, explanation: &Explanation) -> String {
        let day = self.day(explanation.date);
        let candidate = explanation.candidate.as_str();
        match &explanation.ranking {
            Some(ranking) => {
                let ranking = author(&ranking.label);
                let variables = [("candidate", candidate), ("ranking", &ranking), ("day", &day)];
                self.say(Key::TitleRanked, &variables)
            }
            None => self.say(Key::Title, &[("candidate", candidate), ("day", &day)]),
        }
    }

    /// Says which recueil is applied, with the beginning of its hash.
    pub fn recueil_named(&self, name: &str, hash: &str) -> String {
        self.say(Key::RecueilNamed, &[("name", name), ("hash", hash)])
    }

    /// Says which unit is applied, and its version.
    pub fn rules_named(&self, name: &str, version: &str) -> String {
        self.say(Key::RulesNamed, &[("name", name), ("version", version)])
    }

    /// Says how many lines are not shown, and their points.
    pub fn more_lines(&self, count: usize, points: Exact) -> String {
        let figure = self.figure(Exact::whole(i128::try_from(count).unwrap_or(i128::MAX)));
        let points = self.points(points);
        let plural = self.plural(&figure);
        self.say(Key::MoreLines, &[("count", &figure), ("points", &points), ("plural", plural)])
    }

    /// Says how many details are not shown.
    pub fn more(&self, count: usize) -> String {
        self.say(Key::More, &[("count", &count.to_string())])
    }
}
