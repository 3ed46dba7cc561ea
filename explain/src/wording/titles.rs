//! The titles and labels around the sentences, the same on a terminal and on a page.

use super::messages::Key;
use super::why::seen_by;
use super::{Words, author};
use crate::explanation::{Explanation, View};
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
    /// The link that skips to the content.
    Skip,
    /// The table of contents.
    Contents,
    /// What the page is.
    Kind,
    /// The lines of every grid.
    Lines,
    /// Who decides.
    Decides,
    /// The rights of the person.
    Rights,
    /// The report of the law.
    Report,
    /// The rules applied.
    AppliedRules,
    /// The column of grids.
    Grid,
    /// The column of what was looked at.
    Looked,
    /// The column of the situation.
    Situation,
    /// The column of points.
    Points,
    /// The column of maxima.
    Maximum,
    /// The row that adds up.
    Sum,
    /// In the place of a maximum.
    NoMaximum,
    /// The table of grids.
    GridsCaption,
    /// The table of a grid's lines.
    LinesCaption,
    /// What opens a detail.
    Detail,
    /// The steps of a calculation.
    DetailSteps,
    /// The facts looked at.
    DetailFacts,
    /// The criteria of a tranche.
    DetailCriteria,
    /// The mark of a line that waits.
    Pending,
    /// The mark of a line whose fact is missing.
    NotEvaluable,
    /// The mark of a line held within bounds.
    Capped,
    /// What a total counts.
    TotalNote,
    /// What a rank counts, and when it changes.
    RankNote,
    /// The link to how a fact is mended.
    Correct,
    /// The link to how points are contested.
    Contest,
}

impl Words {
    /// Says a title that is the same for everyone.
    pub fn title(&self, title: Title) -> String {
        self.title_for(title, View::Auditor)
    }

    /// Says a title to those whom a view is for.
    pub fn title_for(&self, title: Title, view: View) -> String {
        let key = match title {
            Title::Eligibility => Key::HeadingEligibility,
            Title::Since => Key::HeadingSince,
            Title::Changes => Key::HeadingChanges,
            Title::Acronyms => Key::HeadingAcronyms,
            Title::Source => Key::HeadingSource,
            Title::LegalBasis => Key::HeadingLegalBasis,
            Title::Hypothesis => Key::HeadingHypothesis,
            Title::Skip => Key::PageSkip,
            Title::Contents => Key::PageContents,
            Title::Kind => Key::PageKind,
            Title::Lines => Key::PageLines,
            Title::Decides => Key::PageDecides,
            Title::Rights => Key::PageRights,
            Title::Report => Key::PageReport,
            Title::AppliedRules => Key::PageAppliedRules,
            Title::Grid => Key::PageGrid,
            Title::Looked => Key::PageLooked,
            Title::Situation => Key::PageSituation,
            Title::Points => Key::PagePoints,
            Title::Maximum => Key::PageMaximum,
            Title::Sum => Key::PageSum,
            Title::NoMaximum => Key::PageNoMaximum,
            Title::GridsCaption => Key::PageGridsCaption,
            Title::LinesCaption => Key::PageLinesCaption,
            Title::Detail => Key::PageDetail,
            Title::DetailSteps => Key::PageDetailSteps,
            Title::DetailFacts => Key::PageDetailFacts,
            Title::DetailCriteria => Key::PageDetailCriteria,
            Title::Pending => Key::PagePending,
            Title::NotEvaluable => Key::PageNotEvaluable,
            Title::Capped => Key::PageCapped,
            Title::TotalNote => Key::PageTotalNote,
            Title::RankNote => Key::PageRankNote,
            Title::Correct => Key::PageCorrect,
            Title::Contest => Key::PageContest,
        };
        self.say(key, &[("view", seen_by(view))])
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

    /// Says a label as a page shows it, on its own.
    pub fn label(&self, label: &str) -> String {
        author(label)
    }

    /// Says how many details are not shown.
    pub fn more(&self, count: usize) -> String {
        self.say(Key::More, &[("count", &count.to_string())])
    }
}
