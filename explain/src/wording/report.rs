//! The report of CRPA R311-3-1-2 in words: its four headings, the notice of L311-3-1, and how to
//! have a decision looked at again.

use super::messages::Key;
use super::{Words, author};
use crate::explanation::{Explanation, Rules, Truth};
use crate::points::Points;
use crate::report::{Contribution, Operation, Parameter, Report, Responsible};
use schemars::JsonSchema;
use serde::Serialize;

/// Les phrases du rapport
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PhrasesDuRapport")]
pub struct ReportTexts {
    /// La mention de l'article L311-3-1, et ce qu'elle permet de demander
    pub mention: Vec<String>,
    /// Les quatre rubriques de l'article R311-3-1-2, dans son ordre
    #[serde(rename = "rubriques")]
    pub headings: Vec<Heading>,
    /// Comment faire corriger, réexaminer, contester
    #[serde(rename = "recours")]
    pub contest: Vec<String>,
}

/// Une rubrique
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Rubrique")]
pub struct Heading {
    /// Son titre
    #[serde(rename = "titre")]
    pub title: String,
    /// Ses phrases
    #[serde(rename = "phrases")]
    pub sentences: Vec<String>,
}

/// What the law has said of a program that ranks, and how to contest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    /// The notice of L311-3-1, and what may be asked for.
    pub mention: Vec<String>,
    /// How to have a fact mended, a case looked at again, a decision contested.
    pub contest: Vec<String>,
}

/// Rules in force on all days or on some.
const RULES_DAYS: [Key; 4] = [Key::RulesFromTo, Key::RulesFrom, Key::RulesTo, Key::RulesAlways];

impl ReportTexts {
    /// Calls a function on every text, in the order of reading.
    pub(super) fn each_text(&self, see: &mut dyn FnMut(&str)) {
        let headings = self.headings.iter();
        let headings = headings.flat_map(|it| std::iter::once(&it.title).chain(&it.sentences));
        self.mention.iter().chain(headings).chain(&self.contest).for_each(|text| see(text));
    }
}

impl Words {
    /// Puts a report into words, with the rules that it applied.
    pub fn report<'r>(
        &self,
        explanation: &Explanation,
        report: &'r Report,
        applied: impl Iterator<Item = &'r Rules>,
    ) -> ReportTexts {
        let data = report.data.iter().map(|fact| self.fact(fact)).collect();
        let parameters = report.parameters.iter().map(|it| self.parameter(it)).collect();
        let operations = report.operations.iter().flat_map(|it| self.operation(it)).collect();
        let Rights { mention, contest } = self.rights(explanation);
        ReportTexts {
            mention,
            headings: vec![
                self.heading(
                    Key::ReportContribution,
                    self.contribution(&report.contribution, applied),
                ),
                self.heading(Key::ReportData, data),
                self.heading(Key::ReportParameters, parameters),
                self.heading(Key::ReportOperations, operations),
            ],
            contest,
        }
    }

    /// Says what the law asks of the notice (what the processing is for, what one may ask, whom, what
    /// to do without an answer), and how to contest.
    ///
    /// Source: CRPA R311-3-1-1.
    pub fn rights(&self, explanation: &Explanation) -> Rights {
        let responsible = explanation.recueil.responsible.as_ref();
        Rights { mention: self.mention(explanation), contest: self.contest(responsible) }
    }

    /// Says what the program does.
    pub fn what_it_does(&self) -> String {
        self.say(Key::ReportAid, &[])
    }

    /// Says who decides, and that points are no dwelling.
    pub fn who_decides(&self) -> String {
        self.say(Key::ReportCommission, &[])
    }

    fn mention(&self, explanation: &Explanation) -> Vec<String> {
        let mut said = vec![self.say(Key::Mention, &[])];
        said.extend(explanation.ranking.as_ref().map(|ranking| {
            let ranking = self.quoted(&ranking.label);
            self.say(Key::MentionPurpose, &[("ranking", &ranking)])
        }));
        let report = if explanation.report.is_some() { "below" } else { "absent" };
        said.push(self.say(Key::MentionRight, &[("report", report)]));
        match &explanation.recueil.responsible {
            Some(responsible) => said.extend(self.responsible(responsible)),
            None => said.push(self.say(Key::MentionUnnamed, &[])),
        }
        said.push(self.say(Key::MentionSilence, &[]));
        said
    }

    /// Names who answers for the rules, and how to write to it.
    fn responsible(&self, responsible: &Responsible) -> [String; 2] {
        let named = [Some(&responsible.name), responsible.service.as_ref()];
        let named: Vec<String> = named.into_iter().flatten().map(|text| author(text)).collect();
        let ways = [responsible.address.as_ref(), responsible.email.as_ref()];
        let ways: Vec<String> = ways.into_iter().flatten().map(|text| author(text)).collect();
        [
            self.say(Key::MentionResponsible, &[("named", &named.join(", "))]),
            self.say(Key::MentionContact, &[("ways", &ways.join(&self.say(Key::JoinOr, &[])))]),
        ]
    }

    /// Says how to have a mistake put right, a file looked at again, a decision contested.
    fn contest(&self, responsible: Option<&Responsible>) -> Vec<String> {
        let mut said = self.all(&[Key::ContestCorrect, Key::ContestReview, Key::ContestAppeal]);
        let own = responsible.and_then(|responsible| responsible.appeal.as_ref());
        said.extend(own.map(|appeal| author(appeal.trim_end_matches('.'))));
        said
    }

    fn all(&self, keys: &[Key]) -> Vec<String> {
        keys.iter().map(|key| self.say(*key, &[])).collect()
    }

    fn heading(&self, title: Key, sentences: Vec<String>) -> Heading {
        Heading { title: self.say(title, &[]), sentences }
    }

    fn contribution<'r>(
        &self,
        contribution: &'r Contribution,
        applied: impl Iterator<Item = &'r Rules>,
    ) -> Vec<String> {
        let mut said = vec![self.what_it_does()];
        if let Some(most) = contribution.keeps {
            let most = most.to_string();
            let told = [("most", most.as_str()), ("plural", self.plural(&most))];
            said.push(self.say(Key::ReportKeeps, &told));
        }
        said.push(self.who_decides());
        let rules = contribution.ranking.iter().chain(applied);
        said.extend(rules.map(|rules| self.rules(rules)));
        said
    }

    /// Names rules, their version and the days on which they are in force.
    fn rules(&self, rules: &Rules) -> String {
        let (label, version) = (author(&rules.label), self.version(rules));
        self.say(Key::ReportRules, &[("label", &label), ("version", &version)])
    }

    /// Says the version of rules and the days on which they are in force.
    pub fn version(&self, rules: &Rules) -> String {
        let period = self.days(rules.in_force, RULES_DAYS);
        self.say(Key::RulesVersion, &[("version", &rules.version), ("period", &period)])
    }

    fn parameter(&self, parameter: &Parameter) -> String {
        let (grid, label) = (author(&parameter.grid), author(&parameter.label));
        let verdict = self.verdict(parameter.points, parameter.maximum);
        let told = [("grid", grid.as_str()), ("label", &label), ("verdict", &verdict)];
        self.say(Key::ReportParameter, &told)
    }

    fn operation(&self, operation: &Operation) -> Vec<String> {
        match operation {
            Operation::Eligibility { conditions } => conditions
                .iter()
                .map(|it| {
                    let truth = self.say(condition_key(it.truth), &[]);
                    let label = author(&it.label);
                    self.say(Key::ReportCondition, &[("label", &label), ("truth", &truth)])
                })
                .collect(),
            Operation::Lines { grid, terms, sum } => {
                let (label, sum) = (author(grid), self.figure(sum.0));
                if terms.len() < 2 {
                    return vec![self.say(Key::StepLabelled, &[("label", &label), ("rule", &sum)])];
                }
                let terms = self.terms(terms);
                let told = [("label", label.as_str()), ("terms", &terms), ("sum", &sum)];
                vec![self.say(Key::ReportSum, &told)]
            }
            Operation::WithoutPoints { grid, state } => {
                let (label, state) = (author(grid), self.grid_state(*state));
                vec![self.say(Key::ReportState, &[("label", &label), ("state", &state)])]
            }
            Operation::Total { terms, sum } => {
                let (terms, sum) = (self.terms(terms), self.figure(sum.0));
                vec![self.say(Key::ReportTotal, &[("terms", &terms), ("sum", &sum)])]
            }
        }
    }

    /// Writes terms to be added up: « 70 + 0 + (−40) »; none is zero.
    fn terms(&self, terms: &[Points]) -> String {
        let written = terms.iter().enumerate().map(|(at, term)| {
            let figure = self.figure(term.0);
            if at > 0 && term.0.is_negative() { format!("({figure})") } else { figure }
        });
        let written: Vec<String> = written.collect();
        if written.is_empty() { self.figure(engine::Exact::ZERO) } else { written.join(" + ") }
    }
}

fn condition_key(truth: Truth) -> Key {
    match truth {
        Truth::Yes => Key::ConditionHolds,
        Truth::No => Key::ConditionFails,
        Truth::Unknown => Key::ConditionUnknown,
    }
}
