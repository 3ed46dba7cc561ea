//! All the texts of an explanation, beside the explanation they are made from.
//!
//! Invariant: grids, lines and conditions are in the order of the explanation's, one for one.

use super::clause::Clause;
use super::glossary::{Acronym, Acronyms};
use super::headline::HeadlineTexts;
use super::messages::Key;
use super::report::ReportTexts;
use super::{Words, author, lowered};
use crate::explanation::{Condition, Explanation, Fact, Grid, Line, Rounded, Rules, Truth, View};
use engine::MotifCode;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Une explication et ses phrases
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ExplicationRedigee")]
pub struct Worded<'e> {
    /// L'explication
    #[serde(flatten)]
    pub explanation: &'e Explanation,
    /// Ses phrases
    pub phrases: Phrases,
}

/// Les phrases d'une explication
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Phrases")]
pub struct Phrases {
    /// Le résultat ; absent de la vue de l'entreprise
    #[serde(rename = "resultat", skip_serializing_if = "Option::is_none")]
    pub headline: Option<HeadlineTexts>,
    /// Les conditions pour être classé
    #[serde(rename = "eligibilite", skip_serializing_if = "Vec::is_empty")]
    pub eligibility: Vec<ConditionTexts>,
    /// Les grilles
    #[serde(rename = "grilles")]
    pub grids: Vec<GridTexts>,
    /// Ce qui a changé depuis une évaluation précédente, quand l'explication le porte
    #[serde(rename = "depuis", skip_serializing_if = "Vec::is_empty")]
    pub since: Vec<Clause>,
    /// Ce qui pourrait changer : ce que l'on peut faire, ce qui peut bouger sans perte, ce qui manque
    #[serde(rename = "changements", skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Clause>,
    /// Le rapport de l'article R311-3-1-2, quand l'explication le porte
    #[serde(rename = "rapport", skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportTexts>,
    /// Les sigles employés, chacun une fois
    #[serde(rename = "sigles", skip_serializing_if = "Vec::is_empty")]
    pub acronyms: Vec<Acronym>,
}

/// Les phrases d'une grille
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PhrasesDeGrille")]
pub struct GridTexts {
    /// La grille
    pub id: String,
    /// La grille en une ligne
    #[serde(rename = "resume")]
    pub summary: String,
    /// Pourquoi elle n'a pas de points
    #[serde(rename = "pourquoi", skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Ce qu'elle regarde avant ses lignes
    #[serde(rename = "faits", skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
    /// Entre quoi elle finira
    #[serde(rename = "remarques", skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Ses lignes
    #[serde(rename = "lignes")]
    pub lines: Vec<LineTexts>,
}

/// Les phrases d'une ligne
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PhrasesDeLigne")]
pub struct LineTexts {
    /// La ligne
    pub id: String,
    /// La ligne en une phrase : ce que l'on a regardé, et ses points
    #[serde(rename = "resume")]
    pub summary: String,
    /// Ses points sur leur maximum
    pub verdict: String,
    /// Pourquoi, zéro compris
    #[serde(rename = "pourquoi")]
    pub why: String,
    /// Le raisonnement, étape par étape
    #[serde(rename = "raisonnement", skip_serializing_if = "Vec::is_empty")]
    pub reasoning: Vec<Clause>,
    /// Ce que l'on a regardé
    #[serde(rename = "faits", skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
    /// Les critères d'une tranche
    #[serde(rename = "criteres", skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<ConditionTexts>,
    /// Ce qui peut changer, ce qui est arrondi, ce qui manque
    #[serde(rename = "remarques", skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Les phrases d'une condition
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PhrasesDeCondition")]
pub struct ConditionTexts {
    /// La condition
    pub id: String,
    /// La condition en une phrase : si elle est remplie, et pourquoi
    #[serde(rename = "resume")]
    pub summary: String,
    /// Le raisonnement, étape par étape
    #[serde(rename = "raisonnement", skip_serializing_if = "Vec::is_empty")]
    pub reasoning: Vec<Clause>,
    /// Ce que l'on a regardé
    #[serde(rename = "faits", skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
}

impl Words {
    /// Puts a whole explanation into words; acronyms are explained from a glossary.
    pub fn worded<'e>(
        &self,
        explanation: &'e Explanation,
        glossary: &BTreeMap<String, String>,
    ) -> Worded<'e> {
        let view = explanation.view;
        let headline = explanation.headline.as_ref();
        let headline = headline.map(|it| self.headline(it, &explanation.grids, view));
        let mut phrases = Phrases {
            headline,
            eligibility: self.conditions(&explanation.eligibility, view),
            grids: explanation.grids.iter().map(|grid| self.grid(grid, view)).collect(),
            since: explanation.since.as_ref().map(|it| self.since(it, view)).unwrap_or_default(),
            changes: explanation
                .changes
                .as_ref()
                .map(|it| self.changes(it, &explanation.grids, view))
                .unwrap_or_default(),
            report: explanation
                .report
                .as_ref()
                .map(|it| self.report(explanation, it, applied(explanation))),
            acronyms: Vec::new(),
        };
        let mut acronyms = Acronyms::of(glossary);
        phrases.each_text(&mut |text| acronyms.read(text));
        phrases.acronyms = acronyms.found();
        Worded { explanation, phrases }
    }

    /// Puts a grid into words.
    pub fn grid(&self, grid: &Grid, view: View) -> GridTexts {
        let range = grid.range.and_then(|range| self.range_told(range, Key::GridRange));
        GridTexts {
            id: grid.id.clone(),
            summary: self.grid_summary(grid),
            why: self.why_grid(grid, view),
            facts: self.facts(&grid.facts),
            notes: range.into_iter().collect(),
            lines: grid.lines.iter().map(|line| self.line(line, view)).collect(),
        }
    }

    /// Puts a line into words.
    pub fn line(&self, line: &Line, view: View) -> LineTexts {
        let (why, verdict) = (self.why_line(line, view), self.verdict(line.points, line.maximum));
        LineTexts {
            id: line.id.clone(),
            summary: self.line_summary(line, &why, &verdict),
            verdict,
            reasoning: match line.motif.code {
                MotifCode::OutsidePeriod => Vec::new(),
                _ => self.reasoning(&line.reasoning),
            },
            facts: self.facts(&line.facts),
            criteria: self.conditions(&line.criteria, view),
            notes: self.notes(line),
            why,
        }
    }

    /// Says a line in one sentence: « J'ai moins de 30 ans : vous avez 29 ans → 70 sur 70 ».
    fn line_summary(&self, line: &Line, why: &str, verdict: &str) -> String {
        let label = author(&line.label);
        let relative = if line.relative { "yes" } else { "no" };
        let (why, told) = (lowered(why), if why.is_empty() { "no" } else { "yes" });
        // A condition that bears the label of its line does not repeat it.
        let same = self.say(Key::Subject, &[("subject", &lowered(&label)), ("value", "")]);
        let why = why.strip_prefix(&same).unwrap_or(&why);
        let variables = [
            ("label", label.as_str()),
            ("told", told),
            ("why", why),
            ("verdict", verdict),
            ("relative", relative),
        ];
        self.say(Key::LineSummary, &variables)
    }

    fn notes(&self, line: &Line) -> Vec<String> {
        let mut notes = Vec::new();
        if line.relative {
            notes.push(self.say(Key::NoteRelative, &[]));
        }
        notes.extend(line.rounded.iter().map(|rounded| self.rounded(rounded)));
        notes.extend(line.range.and_then(|range| self.range_told(range, Key::LineRange)));
        notes
    }

    fn rounded(&self, rounded: &Rounded) -> String {
        let (before, after) = (self.value(&rounded.before), self.value(&rounded.after));
        self.say(Key::NoteRounded, &[("before", &before), ("after", &after)])
    }

    fn conditions(&self, conditions: &[Condition], view: View) -> Vec<ConditionTexts> {
        conditions.iter().map(|condition| self.condition_texts(condition, view)).collect()
    }

    /// Puts a condition of eligibility, or a criterion of a tranche, into words.
    pub fn condition_texts(&self, condition: &Condition, view: View) -> ConditionTexts {
        let why = lowered(&self.why_condition(condition, view));
        let truth = self.say(
            match condition.truth {
                Truth::Yes => Key::ConditionHolds,
                Truth::No => Key::ConditionFails,
                Truth::Unknown => Key::ConditionUnknown,
            },
            &[],
        );
        let label = author(&condition.label);
        let same = self.say(Key::Subject, &[("subject", &lowered(&label)), ("value", &truth)]);
        let told = if why.is_empty() || why == same { "no" } else { "yes" };
        let variables =
            [("label", label.as_str()), ("told", told), ("why", &why), ("truth", &truth)];
        ConditionTexts {
            id: condition.id.clone(),
            summary: self.say(Key::ConditionSummary, &variables),
            reasoning: self.reasoning(&condition.reasoning),
            facts: self.facts(&condition.facts),
        }
    }

    fn facts(&self, facts: &[Fact]) -> Vec<String> {
        facts.iter().map(|fact| self.fact(fact)).collect()
    }
}

/// Iterates over the rules that gave the grids.
fn applied(explanation: &Explanation) -> impl Iterator<Item = &Rules> {
    explanation.grids.iter().flat_map(|grid| grid.rules.iter().chain(&grid.filling))
}

impl Phrases {
    /// Calls a function on every text, in the order of reading.
    pub fn each_text(&self, see: &mut dyn FnMut(&str)) {
        self.headline.iter().flat_map(HeadlineTexts::sentences).for_each(&mut *see);
        self.eligibility.iter().for_each(|condition| condition.each_text(see));
        for grid in &self.grids {
            see(&grid.summary);
            grid.why.iter().chain(&grid.facts).chain(&grid.notes).for_each(|text| see(text));
            for line in &grid.lines {
                see(&line.summary);
                see(&line.why);
                line.reasoning.iter().for_each(|clause| clause.each_text(see));
                line.facts.iter().chain(&line.notes).for_each(|text| see(text));
                line.criteria.iter().for_each(|condition| condition.each_text(see));
            }
        }
        let changes = self.since.iter().chain(&self.changes);
        changes.for_each(|clause| clause.each_text(see));
        if let Some(report) = &self.report {
            report.each_text(see);
        }
    }
}

impl ConditionTexts {
    fn each_text(&self, see: &mut dyn FnMut(&str)) {
        see(&self.summary);
        self.reasoning.iter().for_each(|clause| clause.each_text(see));
        self.facts.iter().for_each(|text| see(text));
    }
}
