//! An explanation for people at a terminal: grid by grid, a line as one sentence, then its steps.
//!
//! What a dossier or a rule holds is shown as text whatever it is made of, and the whole stays
//! readable: lines, steps and values beyond a number are counted, and are all in the JSON.

use super::diagnostics::safe;
use super::page::Page;
use super::style;
use anstyle::Style;
use explain::Words;
use explain::explanation::{Condition, Explanation, Grid, Grounds, Line, LineState, Rules, View};
use explain::selection::{MOST_DETAILS, MOST_LINES, MOST_SENTENCES, Rest, Selection, cut, first};
use explain::wording::{
    Clause, ConditionTexts, GridTexts, HeadlineTexts, LineTexts, ReportTexts, Title, Worded,
};

/// How many digits of a hash identify a recueil for people.
const HASH_DIGITS: usize = 12;

/// Draws an explanation.
pub fn explanation(worded: &Worded<'_>, words: &Words) -> String {
    let explanation = worded.explanation;
    let mut page = Drawn { page: Page::default(), words, view: explanation.view };
    page.opening(explanation);
    for sentence in worded.phrases.headline.iter().flat_map(HeadlineTexts::sentences) {
        page.text(style::PLAIN, &format!("{sentence}."), 0);
    }
    if !explanation.eligibility.is_empty() {
        page.page.blank();
        page.text(style::TITLE, &words.title(Title::Eligibility), 0);
    }
    page.conditions(&explanation.eligibility, &worded.phrases.eligibility, MOST_LINES, 2);
    for (grid, texts) in explanation.grids.iter().zip(&worded.phrases.grids) {
        page.page.blank();
        page.grid(grid, texts);
    }
    if !worded.phrases.since.is_empty() {
        page.page.blank();
        page.text(style::TITLE, &words.title(Title::Since), 0);
        page.steps(&worded.phrases.since, 2);
    }
    if !worded.phrases.changes.is_empty() {
        page.page.blank();
        page.text(style::TITLE, &words.title(Title::Changes), 0);
        page.statements(&worded.phrases.changes);
    }
    if let Some(report) = &worded.phrases.report {
        page.report(report);
    }
    if !worded.phrases.acronyms.is_empty() {
        page.page.blank();
        page.text(style::TITLE, &words.title(Title::Acronyms), 0);
    }
    for acronym in &worded.phrases.acronyms {
        page.text(style::FAINT, &words.labelled(&acronym.acronym, &acronym.meaning), 2);
    }
    page.page.done()
}

/// An explanation in the making.
struct Drawn<'w> {
    page: Page,
    words: &'w Words,
    view: View,
}

impl Drawn<'_> {
    /// Draws the report of the law: the notice, the four headings, how to contest.
    fn report(&mut self, report: &ReportTexts) {
        self.page.blank();
        for sentence in &report.mention {
            self.text(style::PLAIN, &format!("{sentence}."), 0);
        }
        for (number, heading) in (1..).zip(&report.headings) {
            self.page.blank();
            self.text(style::TITLE, &format!("{number}° {}", heading.title), 0);
            self.listed(&heading.sentences, MOST_SENTENCES, 2);
        }
        self.page.blank();
        for sentence in &report.contest {
            self.text(style::PLAIN, &format!("{sentence}."), 0);
        }
    }

    /// Draws statements, each a sentence or the heading of what follows, with its details below.
    fn statements(&mut self, statements: &[Clause]) {
        for statement in statements {
            if statement.parts.is_empty() {
                self.text(style::PLAIN, &format!("{}.", statement.text), 2);
                continue;
            }
            self.text(style::PLAIN, &self.words.announced(&statement.text), 2);
            for part in &statement.parts {
                self.text(style::PLAIN, &format!("- {}", part.text), 4);
                let details: Vec<String> = part.parts.iter().map(|it| it.text.clone()).collect();
                self.details(&details, 8);
            }
        }
    }

    fn text(&mut self, style: Style, text: &str, margin: usize) {
        self.page.paragraph(style, &bounded(text), margin);
    }

    fn opening(&mut self, explanation: &Explanation) {
        self.text(style::TITLE, &self.words.opening(explanation), 0);
        if self.view == View::Auditor {
            let hash: String = explanation.recueil.hash.chars().take(HASH_DIGITS).collect();
            let named = self.words.recueil_named(&explanation.recueil.name, &hash);
            self.text(style::FAINT, &named, 0);
        }
        if let Some(ranking) = &explanation.ranking {
            self.rules(ranking, 0);
            self.page.blank();
        }
    }

    /// Draws what a unit of rules is and cites, for the auditor.
    fn rules(&mut self, rules: &Rules, margin: usize) {
        if self.view != View::Auditor {
            return;
        }
        let named = self.words.rules_named(&rules.unit, &rules.version);
        self.text(style::FAINT, &named, margin);
        self.grounds(&rules.grounds, margin);
    }

    fn grounds(&mut self, grounds: &Grounds, margin: usize) {
        let mut kinds =
            vec![(Title::Source, &grounds.sources), (Title::LegalBasis, &grounds.legal_bases)];
        if self.view == View::Auditor {
            kinds.push((Title::Hypothesis, &grounds.hypotheses));
        }
        for (kind, texts) in kinds {
            let label = self.words.title(kind);
            for text in texts {
                self.text(style::FAINT, &self.words.labelled(&label, text), margin);
            }
        }
    }

    fn grid(&mut self, grid: &Grid, texts: &GridTexts) {
        self.text(style::TITLE, &texts.summary, 0);
        for text in texts.why.iter().chain(&texts.notes) {
            self.text(style::PLAIN, &format!("{text}."), 2);
        }
        for rules in grid.rules.iter().chain(&grid.filling) {
            self.rules(rules, 2);
        }
        self.details(&texts.facts, 2);
        let lines = Selection::of(grid, texts);
        for (line, texts) in lines.shown {
            self.line(line, texts);
        }
        if let Some(rest) = lines.rest {
            self.rest(rest);
        }
    }

    /// Counts the lines that are not shown, with their points.
    fn rest(&mut self, rest: Rest) {
        let text = match rest.points {
            Some(points) => self.words.more_lines(rest.count, points),
            None => self.words.more(rest.count),
        };
        self.text(style::FAINT, &text, 2);
    }

    fn line(&mut self, line: &Line, texts: &LineTexts) {
        self.text(line_style(line.state), &texts.summary, 2);
        if let Some(doc) = &line.doc {
            self.text(style::FAINT, doc, 6);
        }
        self.steps(&texts.reasoning, 6);
        self.conditions(&line.criteria, &texts.criteria, MOST_DETAILS, 4);
        self.details(&texts.facts, 6);
        for note in &texts.notes {
            self.text(style::WATCH, &format!("{note}."), 6);
        }
        self.grounds(&line.grounds, 6);
    }

    fn condition(&mut self, condition: &Condition, texts: &ConditionTexts, margin: usize) {
        self.text(style::PLAIN, &texts.summary, margin);
        if let Some(doc) = &condition.doc {
            self.text(style::FAINT, doc, margin + 4);
        }
        self.steps(&texts.reasoning, margin + 4);
        self.details(&texts.facts, margin + 4);
        self.grounds(&condition.grounds, margin + 4);
    }

    fn conditions(
        &mut self,
        conditions: &[Condition],
        texts: &[ConditionTexts],
        most: usize,
        margin: usize,
    ) {
        let (shown, left) = first(conditions, most);
        for (condition, texts) in shown.iter().zip(texts) {
            self.condition(condition, texts, margin);
        }
        self.left_out(left, margin);
    }

    fn steps(&mut self, steps: &[Clause], margin: usize) {
        let (shown, left) = first(steps, MOST_DETAILS);
        for step in shown {
            self.text(style::PLAIN, &format!("= {}", step.text), margin);
            self.steps(&step.parts, margin + 2);
        }
        self.left_out(left, margin);
    }

    fn details(&mut self, details: &[String], margin: usize) {
        self.listed(details, MOST_DETAILS, margin);
    }

    fn listed(&mut self, texts: &[String], most: usize, margin: usize) {
        let (shown, left) = first(texts, most);
        for text in shown {
            self.text(style::FAINT, &format!("· {text}"), margin);
        }
        self.left_out(left, margin);
    }

    fn left_out(&mut self, left: usize, margin: usize) {
        if left > 0 {
            self.text(style::FAINT, &self.words.more(left), margin);
        }
    }
}

/// Makes a text fit for a terminal: without control characters, and not endless.
fn bounded(text: &str) -> String {
    safe(&cut(text))
}

fn line_style(state: LineState) -> Style {
    match state {
        LineState::Obtained | LineState::Capped => style::GOOD,
        LineState::NotObtained => style::PLAIN,
        LineState::NotEvaluable | LineState::Pending => style::WATCH,
    }
}
