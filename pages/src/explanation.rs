//! The page of an explanation: why these points, for the applicant, HR or the auditor.
//!
//! It draws the value and its sentences, and adds none about points: what it says besides is titles,
//! in the language of the sentences. Texts of authors are marked as French in any language. Of a long
//! explanation it shows what [`explain::selection`] chooses, the rest counted, so that sums still add
//! up.

mod address;

use address::{Piece, pieces};
use askama::Template;
use engine::{Exact, Rounding};
use explain::explanation::{
    Condition, Explanation, Grid, Grounds, Headline, Line, LineState, Rules, View, Voice,
};
use explain::selection::{MOST_DETAILS, MOST_LINES, MOST_SENTENCES, Rest, Selection, cut, first};
use explain::wording::{
    Clause, ConditionTexts, GridTexts, LineTexts, Phrases, Rights, Title, Worded, raised,
};
use explain::{Points, Words};

/// How long a bar is. Unit: thousandths of its maximum.
const BAR: i128 = 1_000;

/// Makes the page of an explanation. Shape: HTML that stands alone.
pub fn explanation(worded: &Worded<'_>, words: &Words) -> String {
    let explanation = worded.explanation;
    let to = Reader { words, view: explanation.view };
    let phrases = &worded.phrases;
    let page = Page {
        to,
        explanation,
        phrases,
        headline: explanation.headline.as_ref(),
        parts: parts(worded, to),
        grids: grids(worded),
        rights: to.may_contest().then(|| words.rights(explanation)),
        applied: applied(explanation),
    };
    crate::html::rendered(&page)
}

/// For whom a page is, and in which words.
#[derive(Clone, Copy)]
struct Reader<'p> {
    words: &'p Words,
    view: View,
}

impl Reader<'_> {
    fn says(self, title: Title) -> String {
        self.words.title_for(title, self.view)
    }

    /// Writes a text that is not endless.
    fn text(text: &str) -> String {
        cut(text).into_owned()
    }

    /// Writes a text that stands alone.
    fn sentence(text: &str) -> String {
        raised(&cut(text))
    }

    fn opening(self, explanation: &Explanation) -> String {
        Self::text(&self.words.opening(explanation))
    }

    fn caption(self, grid: &Grid) -> String {
        Self::text(&self.words.labelled(&grid.label, &self.says(Title::LinesCaption)))
    }

    fn state(self, grid: &Grid) -> String {
        self.words.grid_state(grid.state)
    }

    fn is_french(self) -> bool {
        self.words.tag() == "fr"
    }

    /// Counts what is not shown; nothing when all is.
    fn more(self, left: usize) -> Option<String> {
        (left > 0).then(|| self.words.more(left))
    }

    fn rest(self, rest: &Rest) -> String {
        match rest.points {
            Some(points) => self.words.more_lines(rest.count, points),
            None => self.words.more(rest.count),
        }
    }

    /// Writes a text of an author.
    fn label(self, label: &str) -> String {
        Self::text(&self.words.label(label))
    }

    /// Tells whether the page says to its reader how to contest: the points are the applicant's, and
    /// who answers for one grid is told of it alone.
    fn may_contest(self) -> bool {
        self.view.is_whole()
    }
}

/// A part of the page, in its table of contents.
struct PagePart {
    anchor: &'static str,
    title: String,
}

/// A grid, its texts, and the lines that are shown.
struct GridPart<'p> {
    anchor: String,
    grid: &'p Grid,
    texts: &'p GridTexts,
    lines: Selection<'p>,
    fill: Option<i128>,
}

impl GridPart<'_> {
    /// Iterates over why it has no points, and what is known of those to come.
    fn remarks(&self) -> impl Iterator<Item = &String> {
        self.texts.why.iter().chain(&self.texts.notes)
    }
}

#[derive(Template)]
#[template(path = "explanation/page.html")]
struct Page<'p> {
    to: Reader<'p>,
    explanation: &'p Explanation,
    phrases: &'p Phrases,
    headline: Option<&'p Headline>,
    parts: Vec<PagePart>,
    grids: Vec<GridPart<'p>>,
    rights: Option<Rights>,
    applied: Vec<&'p Rules>,
}

#[derive(Template)]
#[template(path = "explanation/figures.html")]
struct FiguresView {
    points: String,
    maximum: String,
    has_maximum: bool,
}

impl FiguresView {
    fn of(to: &Reader<'_>, points: &Points, maximum: Option<&Points>) -> Self {
        Self::written(to, Some(points.0), maximum.map(|most| most.0))
    }

    fn rest(to: &Reader<'_>, rest: &Rest) -> Self {
        Self::written(to, rest.points, rest.maximum)
    }

    fn written(to: &Reader<'_>, points: Option<Exact>, maximum: Option<Exact>) -> Self {
        let maximum = maximum.map(|most| to.words.figure(most));
        Self {
            points: points.map(|points| to.words.figure(points)).unwrap_or_default(),
            has_maximum: maximum.is_some(),
            maximum: maximum.unwrap_or_else(|| to.says(Title::NoMaximum)),
        }
    }
}

#[derive(Template)]
#[template(path = "explanation/line.html")]
struct LineView<'p> {
    to: &'p Reader<'p>,
    line: &'p Line,
    texts: &'p LineTexts,
    mark: Option<String>,
    has_details: bool,
    is_of_author: bool,
    may_be_contested: bool,
}

impl<'p> LineView<'p> {
    fn of(to: &'p Reader<'p>, line: &'p Line, texts: &'p LineTexts) -> Self {
        let is_plain = texts.reasoning.is_empty()
            && texts.facts.is_empty()
            && texts.criteria.is_empty()
            && line.doc.is_none()
            && line.grounds == Grounds::default();
        Self {
            to,
            line,
            texts,
            mark: mark(line).map(|mark| to.says(mark)),
            has_details: !is_plain,
            is_of_author: line.motif.voice == Voice::Rule,
            may_be_contested: to.may_contest() && line.points.0.is_negative(),
        }
    }
}

/// Returns what is seen at a glance of a line whose points are not settled, in words.
fn mark(line: &Line) -> Option<Title> {
    match line.state {
        LineState::Obtained | LineState::NotObtained => None,
        LineState::NotEvaluable => Some(Title::NotEvaluable),
        LineState::Pending => Some(Title::Pending),
        LineState::Capped => Some(Title::Capped),
    }
}

#[derive(Template)]
#[template(path = "explanation/conditions.html")]
struct ConditionsView<'p> {
    to: &'p Reader<'p>,
    shown: Vec<(&'p Condition, &'p ConditionTexts)>,
    left: Option<String>,
}

impl<'p> ConditionsView<'p> {
    fn of(to: &'p Reader<'p>, conditions: &'p [Condition], texts: &'p [ConditionTexts]) -> Self {
        let (shown, left) = first(conditions, MOST_LINES);
        Self { to, shown: shown.iter().zip(texts).collect(), left: to.more(left) }
    }
}

#[derive(Template)]
#[template(path = "explanation/steps.html")]
struct StepsView<'p> {
    to: &'p Reader<'p>,
    shown: &'p [Clause],
    left: Option<String>,
}

impl<'p> StepsView<'p> {
    fn of(to: &'p Reader<'p>, steps: &'p [Clause]) -> Self {
        let (shown, left) = first(steps, MOST_DETAILS);
        Self { to, shown, left: to.more(left) }
    }
}

#[derive(Template)]
#[template(path = "explanation/list.html")]
struct ListView<'p> {
    shown: &'p [String],
    left: Option<String>,
}

impl<'p> ListView<'p> {
    fn of(to: &Reader<'_>, texts: &'p [String]) -> Self {
        let (shown, left) = first(texts, MOST_DETAILS);
        Self { shown, left: to.more(left) }
    }

    fn report(to: &Reader<'_>, texts: &'p [String]) -> Self {
        let (shown, left) = first(texts, MOST_SENTENCES);
        Self { shown, left: to.more(left) }
    }
}

#[derive(Template)]
#[template(path = "explanation/grounds.html")]
struct GroundsView<'p> {
    to: &'p Reader<'p>,
    kinds: Vec<(String, Vec<Vec<Piece<'p>>>)>,
    has_some: bool,
}

impl<'p> GroundsView<'p> {
    /// Takes the texts behind a rule; what they suppose is for the auditor.
    fn of(to: &'p Reader<'p>, grounds: &'p Grounds) -> Self {
        let mut kinds: Vec<(Title, &[String])> =
            vec![(Title::Source, &grounds.sources), (Title::LegalBasis, &grounds.legal_bases)];
        if to.view == View::Auditor {
            kinds.push((Title::Hypothesis, &grounds.hypotheses));
        }
        let cited =
            |texts: &'p [String]| -> Vec<_> { texts.iter().map(|text| pieces(text)).collect() };
        let kinds = kinds.into_iter().map(|(kind, texts)| (to.says(kind), cited(texts)));
        let kinds: Vec<_> = kinds.collect();
        let has_some = kinds.iter().any(|(_, texts)| !texts.is_empty());
        Self { to, kinds, has_some }
    }
}

fn parts(worded: &Worded<'_>, to: Reader<'_>) -> Vec<PagePart> {
    let (explanation, phrases) = (worded.explanation, &worded.phrases);
    let all = [
        (!phrases.since.is_empty(), "depuis", Title::Since),
        (!phrases.changes.is_empty(), "changements", Title::Changes),
        (true, "points", Title::Lines),
        (!explanation.eligibility.is_empty(), "conditions", Title::Eligibility),
        (true, "decision", Title::Decides),
        (to.may_contest(), "droits", Title::Rights),
        (phrases.report.is_some(), "rapport", Title::Report),
        (true, "regles", Title::AppliedRules),
        (!phrases.acronyms.is_empty(), "sigles", Title::Acronyms),
    ];
    let there = all.into_iter().filter(|(is_there, ..)| *is_there);
    there.map(|(_, anchor, title)| PagePart { anchor, title: to.says(title) }).collect()
}

fn grids<'p>(worded: &'p Worded<'_>) -> Vec<GridPart<'p>> {
    let grids = worded.explanation.grids.iter().zip(&worded.phrases.grids);
    let part = |(number, (grid, texts)): (usize, (&'p Grid, &'p GridTexts))| GridPart {
        anchor: format!("grille-{number}"),
        grid,
        texts,
        lines: Selection::of(grid, texts),
        fill: fill(grid.points, grid.maximum),
    };
    (1..).zip(grids).map(part).collect()
}

/// Says how much of its bar a grid fills; nothing where there is no maximum to fill.
fn fill(points: Option<Points>, maximum: Option<Points>) -> Option<i128> {
    let (points, most) = (points?.0, maximum?.0);
    let share = points.multiply(Exact::whole(BAR)).ok()?.divide(most).ok()?;
    let share = share.round(Rounding::Down, Exact::whole(1)).ok()?;
    Some(share.numerator().clamp(0, BAR))
}

/// Lists the rules that were applied, each once.
fn applied(explanation: &Explanation) -> Vec<&Rules> {
    let grids = explanation.grids.iter().flat_map(|grid| grid.rules.iter().chain(&grid.filling));
    explanation.ranking.iter().chain(grids).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_filled_by_the_share_of_the_maximum() {
        let filled = |points: i128, most: i128| {
            let share = |of: i128| Some(Points(Exact::whole(of)));
            fill(share(points), share(most))
        };
        assert_eq!(filled(130, 240), Some(541));
        assert_eq!((filled(0, 240), filled(240, 240)), (Some(0), Some(1_000)));
        assert_eq!((filled(-40, 240), filled(300, 240)), (Some(0), Some(1_000)));
        assert_eq!((filled(0, 0), fill(None, Some(Points(Exact::whole(240))))), (None, None));
    }
}
