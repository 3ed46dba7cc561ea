//! Why a line, a condition or a grid is as it is: the author's sentence, else one generated from
//! what decided, whose part and by how much.

use super::conditions::Asked;
use super::messages::Key;
use super::{Words, author, short};
use crate::explanation::{
    Condition, Family, Grid, InForce, Line, Motif, Proof, Reasoning, Required, Retains, Truth,
    View, Voice,
};
use engine::{EvalError, MotifCode};

/// What a motive is about.
struct Subject<'s> {
    reasoning: Option<&'s Reasoning>,
    proofs: Vec<&'s Required>,
    in_force: InForce,
    family: Option<&'s Family>,
    /// The points, for one that is capped.
    points: Option<engine::Exact>,
    /// The criteria of a tranche that hold.
    held: Option<&'s [Condition]>,
}

/// A line that holds on some days only.
const LINE_DAYS: [Key; 4] =
    [Key::InForceFromTo, Key::InForceFrom, Key::InForceTo, Key::WhyOutsidePeriod];

impl Words {
    /// Says why a line is as it is, without a full stop.
    pub(super) fn why_line(&self, line: &Line, view: View) -> String {
        let subs = line.criteria.iter().flat_map(|condition| &condition.proofs);
        let subject = Subject {
            reasoning: Some(&line.reasoning),
            proofs: line.proofs.iter().chain(subs).collect(),
            in_force: line.in_force,
            family: line.family.as_ref(),
            points: Some(line.points.0),
            held: (!line.criteria.is_empty()).then_some(line.criteria.as_slice()),
        };
        self.why(&line.motif, &subject, view)
    }

    /// Says why a condition holds or not, without a full stop.
    pub(super) fn why_condition(&self, condition: &Condition, view: View) -> String {
        let subject = Subject {
            reasoning: Some(&condition.reasoning),
            proofs: condition.proofs.iter().collect(),
            in_force: InForce::default(),
            family: None,
            points: None,
            held: None,
        };
        self.why(&condition.motif, &subject, view)
    }

    /// Says why a grid has no points, without a full stop.
    pub(super) fn why_grid(&self, grid: &Grid, view: View) -> Option<String> {
        let motif = grid.motif.as_ref()?;
        let applies = grid.applies.as_ref();
        let population = applies.filter(|_| motif.code == MotifCode::OutsidePopulation);
        if let Some(applies) = population {
            let told = self.flat(&self.clause(applies, Asked::WANTED.decisive()));
            return Some(self.say(Key::WhyOutsidePopulationFor, &[("condition", &told)]));
        }
        let subject = Subject {
            reasoning: None,
            proofs: Vec::new(),
            in_force: InForce::default(),
            family: None,
            points: None,
            held: None,
        };
        Some(self.why(motif, &subject, view))
    }

    fn why(&self, motif: &Motif, subject: &Subject<'_>, view: View) -> String {
        if motif.voice == Voice::Rule {
            return author(motif.text.trim_end_matches('.'));
        }
        let view = ("view", seen_by(view));
        match motif.code {
            MotifCode::Condition => self.why_given(subject),
            MotifCode::ConditionFalse => self.why_refused(subject),
            MotifCode::Exception => self.why_excepted(subject),
            MotifCode::Missing if motif.facts.is_empty() => self.say(Key::WhyMissingOfOthers, &[]),
            MotifCode::Missing => self.about_facts(Key::WhyMissing, motif, view),
            MotifCode::Withheld => self.about_facts(Key::WhyWithheld, motif, view),
            MotifCode::NotShared | MotifCode::Anonymous => self.why_silent(motif, view),
            MotifCode::ProofAwaited => self.why_proof(motif, &subject.proofs),
            MotifCode::ValidationPending => self.say(Key::WhyValidationPending, &[view]),
            MotifCode::ValidationRefused => self.say(Key::WhyValidationRefused, &[view]),
            MotifCode::OutsidePeriod => self.days(subject.in_force, LINE_DAYS),
            MotifCode::FamilyOther => self.why_family(subject.family),
            MotifCode::SlotUnfilled => self.say(Key::WhySlotUnfilled, &[view]),
            MotifCode::Capped => self.why_clipped(Key::WhyCapped, motif, subject),
            MotifCode::Floored => self.why_clipped(Key::WhyFloored, motif, subject),
            MotifCode::NoValue => self.say(Key::WhyNoValue, &[]),
            MotifCode::Calculation | MotifCode::Script => self.why_failed(motif.error),
            MotifCode::NotRanked => self.say(Key::WhyNotRanked, &[view]),
            MotifCode::NotEstablished => self.say(Key::WhyNotEstablished, &[]),
            MotifCode::OutsidePerimeter => self.say(Key::WhyOutsidePerimeter, &[]),
            MotifCode::OutsidePopulation => self.say(Key::WhyOutsidePopulation, &[]),
        }
    }

    /// Says what gave the points: the parts of the condition that hold, or the last calculation.
    fn why_given(&self, subject: &Subject<'_>) -> String {
        let held = subject.held.and_then(|held| held.iter().find(|it| it.truth == Truth::Yes));
        if let Some(held) = held {
            return self.say(Key::WhyHeld, &[("label", &short(&held.label))]);
        }
        let Some(reasoning) = subject.reasoning else { return String::new() };
        if let Some(condition) = &reasoning.condition {
            return self.flat(&self.clause(condition, Asked::WANTED.decisive()));
        }
        match (self.reasoning(reasoning).last(), reasoning.amounts.len()) {
            (None, _) => self.say(Key::WhyUnconditional, &[]),
            (Some(last), 0 | 1) => self.flat(last),
            (Some(_), _) => self.say(Key::WhySeveral, &[]),
        }
    }

    fn why_refused(&self, subject: &Subject<'_>) -> String {
        if subject.held.is_some() {
            return self.say(Key::WhyNoneHeld, &[]);
        }
        let condition = subject.reasoning.and_then(|reasoning| reasoning.condition.as_ref());
        match condition {
            Some(condition) => self.flat(&self.clause(condition, Asked::WANTED.decisive())),
            None => self.say(Key::WhyRefused, &[]),
        }
    }

    fn why_excepted(&self, subject: &Subject<'_>) -> String {
        let exception = subject.reasoning.and_then(|reasoning| reasoning.exception.as_ref());
        let told = exception.map(|it| self.flat(&self.clause(it, Asked::TOLD.decisive())));
        self.say(Key::WhyExcepted, &[("condition", &told.unwrap_or_default())])
    }

    fn about_facts(&self, key: Key, motif: &Motif, view: (&'static str, &'static str)) -> String {
        let plural = if motif.facts.len() > 1 { "other" } else { "one" };
        let facts = self.facts_named(motif);
        self.say(key, &[("plural", plural), ("facts", &facts), view])
    }

    /// Names the facts of a motive: « Loyer », « Revenus du foyer ».
    fn facts_named(&self, motif: &Motif) -> String {
        let names: Vec<String> = motif.facts.iter().map(|fact| self.quoted(&fact.label)).collect();
        self.listed(&names, Key::JoinLastAnd)
    }

    /// Says that the applicant's choice to share keeps facts from the employer.
    fn why_silent(&self, motif: &Motif, view: (&'static str, &'static str)) -> String {
        let choice = motif.choice.as_ref().map(|choice| self.value(choice)).unwrap_or_default();
        let named = if choice.is_empty() { "none" } else { "one" };
        let choice = [("named", named), ("choice", choice.as_str()), view];
        let [named, choice, view] = choice;
        if motif.code == MotifCode::Anonymous || motif.facts.is_empty() {
            return self.say(Key::WhyAnonymous, &[named, choice, view]);
        }
        let plural = if motif.facts.len() > 1 { "other" } else { "one" };
        let facts = self.facts_named(motif);
        let variables = [named, choice, view, ("plural", plural), ("facts", facts.as_str())];
        self.say(Key::WhyNotShared, &variables)
    }

    fn why_proof(&self, motif: &Motif, proofs: &[&Required]) -> String {
        let facts = self.facts_named(motif);
        let validated = proofs.iter().find(|proof| proof.proof == Proof::Validated);
        match validated.map(|proof| proof.by.as_deref()) {
            Some(Some(by)) => self.say(Key::WhyValidationBy, &[("facts", &facts), ("by", by)]),
            Some(None) => self.say(Key::WhyValidation, &[("facts", &facts)]),
            None => self.say(Key::WhyVerification, &[("facts", &facts)]),
        }
    }

    /// Says days: both ends, the first alone, the last alone, or none.
    pub(super) fn days(&self, days: InForce, [both, first, last, none]: [Key; 4]) -> String {
        let (from, to) = (days.from.map(|day| self.day(day)), days.to.map(|day| self.day(day)));
        match (from, to) {
            (Some(from), Some(to)) => self.say(both, &[("from", &from), ("to", &to)]),
            (Some(from), None) => self.say(first, &[("from", &from)]),
            (None, Some(to)) => self.say(last, &[("to", &to)]),
            (None, None) => self.say(none, &[]),
        }
    }

    fn why_family(&self, family: Option<&Family>) -> String {
        let key = match family.map(|family| family.retains) {
            Some(Retains::First) => Key::WhyFamilyFirst,
            Some(Retains::Maximum) | None => Key::WhyFamilyBest,
        };
        let family = family.map_or_else(String::new, |family| self.quoted(&family.label));
        self.say(key, &[("family", &family)])
    }

    fn why_clipped(&self, key: Key, motif: &Motif, subject: &Subject<'_>) -> String {
        let raw = motif.raw.map(|raw| self.points(raw.0)).unwrap_or_default();
        let points = subject.points.map(|points| self.points(points)).unwrap_or_default();
        self.say(key, &[("raw", &raw), ("points", &points)])
    }

    fn why_failed(&self, error: Option<EvalError>) -> String {
        let key = match error {
            Some(EvalError::DivisionByZero) => Key::FailedDivision,
            Some(EvalError::Overflow) => Key::FailedOverflow,
            Some(EvalError::BadStep) => Key::FailedStep,
            Some(EvalError::NoRow) => Key::FailedRow,
            Some(EvalError::TwoFillings) => Key::FailedTwoFillings,
            Some(EvalError::NotWhole) => Key::FailedNotWhole,
            Some(EvalError::EmptyList) => Key::FailedEmptyList,
            Some(EvalError::ScriptLimit | EvalError::ScriptFailure | EvalError::IllTyped)
            | None => Key::FailedScript,
        };
        self.say(key, &[])
    }
}

/// Names a view for the messages.
pub(super) fn seen_by(view: View) -> &'static str {
    match view {
        View::Applicant => "applicant",
        View::Employer => "employer",
        View::Territory => "territory",
        View::Auditor => "auditor",
    }
}
