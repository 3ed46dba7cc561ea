//! Conditions in words: what a rule asks for, and how a value stands to it.
//!
//! The same sentence serves a published rule, whose values are open (« Âge : moins de 30 ans »), and
//! one candidate (« Âge : 31 ans ; il faut moins de 30 ans (1 an de trop) »). It is built as
//! « libellé : comparaison », so that no gender is guessed for the words of an author.

use super::clause::{Clause, Link};
use super::messages::Key;
use super::steps::is_told_apart;
use super::terms::{has_no_value, is_computed, is_fixed};
use super::{Words, in_sentence, short};
use crate::reasoning::{Accepted, Between, Comparison, Fold, Operation, Step};
use crate::value::{Shown, State};
use engine::{Type, Value};

/// How a condition is put into words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Whether it is to hold, or its contrary.
    pub(super) polarity: Polarity,
    /// Whether something is missed when it fails.
    pub(super) need: Need,
    /// How much of it is said.
    pub(super) scope: Scope,
}

/// Whether a condition is to hold, or its contrary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Polarity {
    /// It is to hold.
    Affirmed,
    /// It is to fail.
    Denied,
}

/// Whether something is missed when a condition fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// It is asked for.
    Wanted,
    /// It only decides of something.
    Told,
}

/// How much of a condition is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All of it.
    Whole,
    /// The parts that make it what it is.
    Decisive,
}

impl Asked {
    /// A condition that is asked for, whole.
    pub(super) const WANTED: Self =
        Self { polarity: Polarity::Affirmed, need: Need::Wanted, scope: Scope::Whole };
    /// A condition that only decides of something.
    pub(super) const TOLD: Self = Self { need: Need::Told, ..Self::WANTED };

    /// Keeps what decides.
    pub(super) fn decisive(self) -> Self {
        Self { scope: Scope::Decisive, ..self }
    }

    fn denied(self) -> Self {
        let polarity = match self.polarity {
            Polarity::Affirmed => Polarity::Denied,
            Polarity::Denied => Polarity::Affirmed,
        };
        Self { polarity, ..self }
    }

    /// Tells whether what is asked is met, when the condition's truth is known.
    fn is_met(self, truth: Option<bool>) -> Option<bool> {
        truth.map(|truth| truth == (self.polarity == Polarity::Affirmed))
    }
}

impl Words {
    /// Says what a condition asks for, or how it stands for a candidate.
    pub fn condition(&self, step: &Step) -> Clause {
        self.clause(step, Asked::WANTED)
    }

    pub(super) fn clause(&self, step: &Step, asked: Asked) -> Clause {
        if step.label.is_some() && is_composite(&step.operation) {
            let inner = self.operation_clause(step, asked);
            return Clause::detailed(self.truth_told(step, asked), vec![inner]);
        }
        self.operation_clause(step, asked)
    }

    fn operation_clause(&self, step: &Step, asked: Asked) -> Clause {
        match &step.operation {
            Operation::Compare { operator, terms, gap } => match terms.as_slice() {
                [left, right] => {
                    let parts = Compared { step, left, right, operator: *operator, gap };
                    Clause::plain(self.comparison(&parts, asked))
                }
                _ => Clause::default(),
            },
            Operation::And { parts } => self.group(parts, Link::All, asked),
            Operation::Or { parts } => self.group(parts, Link::Any, asked),
            Operation::Not { part } => self.clause(part, asked.denied()),
            Operation::IsKnown { part } => Clause::plain(self.known(part, asked)),
            Operation::Select { condition, taken, branches } => {
                self.choice(condition, taken.as_deref(), branches, asked)
            }
            Operation::List { operator: Fold::Exists | Fold::All, .. } => {
                Clause::plain(self.list_condition(step, asked))
            }
            Operation::Constant => {
                let met = asked.is_met(step.value.truth()) != Some(false);
                Clause::plain(self.say(if met { Key::Always } else { Key::Never }, &[]))
            }
            Operation::NoValue
            | Operation::EvaluationDate
            | Operation::Fact { .. }
            | Operation::Seen
            | Operation::Arithmetic { .. }
            | Operation::Round { .. }
            | Operation::Calendar { .. }
            | Operation::Table { .. }
            | Operation::Call { .. }
            | Operation::List { .. }
            | Operation::Rank { .. }
            | Operation::Pool { .. }
            | Operation::GridTotal { .. } => Clause::plain(self.truth_told(step, asked)),
        }
    }

    /// Says something that is true or false: « Entreprise cotisante : oui ».
    fn truth_told(&self, step: &Step, asked: Asked) -> String {
        let due = self.truth(asked.polarity == Polarity::Affirmed);
        let subject = self.named(step);
        if has_no_value(step) {
            return self.say(Key::ComparisonRule, &[("subject", &subject), ("what", &due)]);
        }
        let value = self.value_or_absence(&step.value);
        let stands = self.say(Key::Subject, &[("subject", &subject), ("value", &value)]);
        match (asked.is_met(step.value.truth()), asked.need) {
            (Some(false), Need::Wanted) => self
                .say(Key::ComparisonMissed, &[("subject", &stands), ("what", &due), ("gap", "")]),
            (Some(_) | None, _) => stands,
        }
    }

    /// Names a step: by its label, else by what it computes.
    fn named(&self, step: &Step) -> String {
        step.label.as_deref().map_or_else(|| self.how(step), short)
    }

    /// Says several conditions: a range or a choice in one sentence, else one by one.
    fn group(&self, parts: &[Step], link: Link, asked: Asked) -> Clause {
        let link = match (link, asked.polarity) {
            (link, Polarity::Affirmed) => link,
            (Link::All, Polarity::Denied) => Link::Any,
            (Link::Any | Link::Detail, Polarity::Denied) => Link::All,
        };
        if let Some(text) = self.range(parts, link, asked).or_else(|| self.set(parts, link, asked))
        {
            return Clause::plain(text);
        }
        let said = parts.iter().filter(|part| asked.scope == Scope::Whole || part.decisive);
        self.joined(said.map(|part| self.clause(part, asked)).collect(), link)
    }

    /// Says « au moins A et au plus B » of one value as one range.
    fn range(&self, parts: &[Step], link: Link, asked: Asked) -> Option<String> {
        let [first, second] = parts else { return None };
        let (a, b) = (compared(first)?, compared(second)?);
        let (low, high) = match (a.operator, b.operator) {
            (Comparison::GreaterOrEqual, Comparison::LessOrEqual) => (&a, &b),
            (Comparison::LessOrEqual, Comparison::GreaterOrEqual) => (&b, &a),
            _ => return None,
        };
        let alike = same(a.left, b.left) && is_fixed(a.right) && is_fixed(b.right);
        if !alike || link != Link::All || asked.polarity == Polarity::Denied {
            return None;
        }
        let (from, to) = (self.bound(&low.right.value), self.bound(&high.right.value));
        let what = self.say(Key::Between, &[("low", &from), ("high", &to)]);
        let truth = both(first.value.truth(), second.value.truth());
        let gap = [&a, &b].into_iter().find_map(|it| it.gap.as_ref().map(|gap| (it, gap)));
        let gap = gap.map_or_else(String::new, |(it, gap)| self.gap(it, gap));
        let standing = Standing { left: a.left, what, gap, truth, met: Met::Within };
        Some(self.standing(&standing, asked))
    }

    /// Says « = A ou = B » of one value as one choice, and its contrary.
    fn set(&self, parts: &[Step], link: Link, asked: Asked) -> Option<String> {
        let all: Vec<Compared<'_>> = parts.iter().map(compared).collect::<Option<_>>()?;
        let first = all.first()?;
        let operator = match (link, asked.polarity) {
            (Link::Any, Polarity::Affirmed) | (Link::All, Polarity::Denied) => Comparison::Equal,
            (Link::All, Polarity::Affirmed) | (Link::Any, Polarity::Denied) => Comparison::NotEqual,
            (Link::Detail, _) => return None,
        };
        let alike = |it: &Compared<'_>| {
            it.operator == operator && same(it.left, first.left) && is_fixed(it.right)
        };
        if all.len() < 2 || !all.iter().all(alike) {
            return None;
        }
        let is_choice = link == Link::Any;
        let values: Vec<String> = all.iter().map(|it| self.bound(&it.right.value)).collect();
        let listed = self.listed(&values, Key::JoinLastOr);
        let what =
            if is_choice { listed.clone() } else { self.say(Key::Other, &[("operand", &listed)]) };
        let truths = parts.iter().map(|part| part.value.truth());
        let truth = if operator == Comparison::Equal { any(truths) } else { every(truths) };
        let met = if is_choice { Met::Equal } else { Met::Apart(listed) };
        let standing = Standing { left: first.left, what, gap: String::new(), truth, met };
        Some(self.standing(&standing, asked))
    }

    /// Lists values: « A, B ou C ».
    pub(super) fn listed(&self, values: &[String], last: Key) -> String {
        match values.split_last() {
            None => String::new(),
            Some((only, [])) => only.clone(),
            Some((end, rest)) => self.say(last, &[("values", &rest.join(", ")), ("last", end)]),
        }
    }

    fn comparison(&self, parts: &Compared<'_>, asked: Asked) -> String {
        let parts = parts.with_constant_last();
        let operator = match asked.polarity {
            Polarity::Affirmed => parts.operator,
            Polarity::Denied => contrary(parts.operator),
        };
        let standing = Standing {
            left: parts.left,
            what: self.comparator(operator, parts.right),
            gap: parts.gap.as_ref().map_or_else(String::new, |gap| self.gap(&parts, gap)),
            truth: parts.step.value.truth(),
            met: self.how_met(operator, parts.right),
        };
        self.standing(&standing, asked)
    }

    fn how_met(&self, operator: Comparison, right: &Step) -> Met {
        match (operator, &right.label) {
            (Comparison::Equal, Some(label)) => {
                Met::Like(self.say(Key::SameTerm, &[("operand", &self.quoted(label))]))
            }
            (Comparison::Equal, None) => Met::Equal,
            (Comparison::NotEqual, _) => Met::Apart(self.operand(right).0),
            (
                Comparison::Less
                | Comparison::LessOrEqual
                | Comparison::Greater
                | Comparison::GreaterOrEqual,
                _,
            ) => Met::Within,
        }
    }

    /// Says how a value stands to what is asked of it.
    fn standing(&self, standing: &Standing<'_>, asked: Asked) -> String {
        let Standing { left, what, gap, truth, met } = standing;
        if has_no_value(left) {
            let subject = self.named(left);
            return self.say(Key::ComparisonRule, &[("subject", &subject), ("what", what)]);
        }
        let subject = self.subject(left);
        let variables = [("subject", subject.as_str()), ("what", what.as_str())];
        match (asked.is_met(*truth), asked.need) {
            (Some(true), _) => match met {
                Met::Within => self.say(Key::ComparisonMet, &variables),
                Met::Apart(other) => {
                    self.say(Key::ComparisonNot, &[("subject", &subject), ("what", other)])
                }
                Met::Like(like) => {
                    self.say(Key::ComparisonAlike, &[("subject", &subject), ("what", like)])
                }
                Met::Equal => subject,
            },
            (Some(false), Need::Wanted) => {
                let [subject, what] = variables;
                self.say(Key::ComparisonMissed, &[subject, what, ("gap", gap)])
            }
            (Some(false), Need::Told) => self.say(Key::ComparisonNot, &variables),
            (None, _) => self.say(Key::ComparisonUnknown, &variables),
        }
    }

    /// Says a value with its name: « Âge : 31 ans », « 500 € ÷ 1 600 € = 31,25 % ».
    fn subject(&self, step: &Step) -> String {
        let value = self.told(&step.value);
        match &step.label {
            Some(label) => self.say(Key::Subject, &[("subject", &short(label)), ("value", &value)]),
            None if is_computed(step) && step.value.state == State::Known => {
                self.say(Key::SubjectEquals, &[("how", &self.how(step)), ("value", &value)])
            }
            None if is_computed(step) || is_told_apart(&step.operation) => {
                self.say(Key::Subject, &[("subject", &self.how(step)), ("value", &value)])
            }
            None => value,
        }
    }

    /// Says what a comparison asks for: « moins de 30 ans », « au plus tôt le 10 octobre 2017 ».
    fn comparator(&self, operator: Comparison, right: &Step) -> String {
        let (operand, is_value) = self.operand(right);
        let is_date = right.ty == Type::Date;
        let key = match (operator, is_date, is_value) {
            (Comparison::Equal, _, true) => return operand,
            (Comparison::Equal, _, false) => Key::SameTerm,
            (Comparison::NotEqual, _, _) => Key::Other,
            (Comparison::Less, true, _) => Key::Before,
            (Comparison::LessOrEqual, true, _) => Key::NotAfter,
            (Comparison::Greater, true, _) => Key::After,
            (Comparison::GreaterOrEqual, true, _) => Key::NotBefore,
            (Comparison::Less, false, true) => Key::LessValue,
            (Comparison::Less, false, false) => Key::LessTerm,
            (Comparison::LessOrEqual, false, _) => Key::AtMost,
            (Comparison::Greater, false, true) => Key::MoreValue,
            (Comparison::Greater, false, false) => Key::MoreTerm,
            (Comparison::GreaterOrEqual, false, _) => Key::AtLeast,
        };
        self.say(key, &[("operand", &operand)])
    }

    /// Says what a value is compared with. Shape: the words, and whether they are a value.
    fn operand(&self, step: &Step) -> (String, bool) {
        if is_fixed(step) {
            return (self.bound(&step.value), true);
        }
        if step.value.state != State::Known {
            if step.value.state == State::OfOthers {
                let term = step.label.as_ref().map(|label| self.quoted(label));
                return (term.unwrap_or_else(|| self.how(step)), false);
            }
            let term = self.term(step);
            let absent = !has_no_value(step) && step.value.state != State::Known;
            if absent {
                let why = self.absence(&step.value);
                let term = step.label.as_ref().map_or(term, |label| self.quoted(label));
                let said = self.say(Key::TermWithoutValue, &[("term", &term), ("why", &why)]);
                return (said, false);
            }
            return (term, false);
        }
        let value = self.bound(&step.value);
        let term = step.label.as_deref().map(in_sentence);
        let term = term.or_else(|| is_computed(step).then(|| self.how(step)));
        match term {
            Some(term) => {
                (self.say(Key::ValueAndTerm, &[("value", &value), ("term", &term)]), true)
            }
            None => (value, true),
        }
    }

    /// Says a value where a comparison ends: a date takes its article.
    pub(super) fn bound(&self, shown: &Shown) -> String {
        match &shown.value {
            Some((Value::Date(day), _)) => self.say(Key::DateAt, &[("date", &self.day(*day))]),
            Some(_) | None => self.value(shown),
        }
    }

    /// Says by how much a comparison is missed; nothing when it is by nothing.
    fn gap(&self, compared: &Compared<'_>, gap: &Shown) -> String {
        if matches!(&gap.value, Some((Value::Number(number), _)) if number.is_zero()) {
            return String::new();
        }
        let is_date = compared.left.ty == Type::Date;
        let key = match (compared.operator, is_date) {
            (Comparison::Less | Comparison::LessOrEqual, false) => Key::TooMuch,
            (Comparison::Less | Comparison::LessOrEqual, true) => Key::TooLate,
            (Comparison::Greater | Comparison::GreaterOrEqual, false) => Key::TooLittle,
            (Comparison::Greater | Comparison::GreaterOrEqual, true) => Key::TooEarly,
            (Comparison::Equal | Comparison::NotEqual, _) => return String::new(),
        };
        self.say(key, &[("gap", &self.value(gap))])
    }

    fn known(&self, part: &Step, asked: Asked) -> String {
        let is_known = match part.value.state {
            State::Open | State::PerItem => asked.polarity == Polarity::Affirmed,
            State::Known => true,
            State::NoValue
            | State::Missing
            | State::Withheld
            | State::NotShared
            | State::Failed
            | State::NotRanked
            | State::OfOthers => false,
        };
        let key = if is_known { Key::Known } else { Key::NotKnown };
        self.say(key, &[("subject", &self.named(part))])
    }

    /// Says a condition that is chosen by another.
    fn choice(
        &self,
        condition: &Step,
        taken: Option<&Step>,
        branches: &[Step],
        asked: Asked,
    ) -> Clause {
        let told = Asked { polarity: Polarity::Affirmed, ..Asked::TOLD };
        let met = self.clause(condition, told);
        match (taken, branches) {
            (Some(taken), _) => self.joined(vec![met, self.clause(taken, asked)], Link::All),
            (None, [yes, no]) => {
                let contrary = self.clause(condition, told.denied());
                let yes = self.joined(vec![met, self.clause(yes, asked)], Link::All);
                let no = self.joined(vec![contrary, self.clause(no, asked)], Link::All);
                self.joined(vec![yes, no], Link::Any)
            }
            (None, _) => met,
        }
    }

    /// Says whether one, all, none or not all of a list are such.
    fn list_condition(&self, step: &Step, asked: Asked) -> String {
        let Operation::List { operator, list_label, filter, .. } = &step.operation else {
            return String::new();
        };
        let key = match (operator, asked.polarity) {
            (Fold::All, Polarity::Affirmed) => Key::ListAll,
            (Fold::All, Polarity::Denied) => Key::ListNotAll,
            (_, Polarity::Affirmed) => Key::ListExists,
            (_, Polarity::Denied) => Key::ListNone,
        };
        let such = self.such_that(filter.as_deref());
        let list = self.quoted(list_label);
        let rule = self.say(key, &[("list", &list), ("such", &such)]);
        if has_no_value(step) {
            return rule;
        }
        let value = self.value_or_absence(&step.value);
        let stands = self.say(Key::Subject, &[("subject", &rule), ("value", &value)]);
        // The value is that of the condition as written: its contrary is said by « il faut ».
        match (asked.polarity, asked.need) {
            (Polarity::Affirmed, _) | (_, Need::Told) => stands,
            (Polarity::Denied, Need::Wanted) => {
                let held = asked.is_met(step.value.truth()).map(|met| self.truth(met));
                let value = held.unwrap_or(value);
                self.say(Key::Subject, &[("subject", &rule), ("value", &value)])
            }
        }
    }

    /// Says what the items of a list are to satisfy; nothing when it is all of them.
    pub(super) fn such_that(&self, filter: Option<&Step>) -> String {
        filter.map_or_else(String::new, |filter| {
            let told = self.flat(&self.clause(filter, Asked::TOLD));
            self.say(Key::SuchThat, &[("condition", &told)])
        })
    }

    /// Says what a cell of a table accepts.
    pub(super) fn accepted(&self, accepted: &Accepted) -> String {
        let ranges: Vec<String> = accepted.ranges.iter().map(|it| self.interval(it)).collect();
        self.listed(&ranges, Key::JoinLastOr)
    }

    fn interval(&self, between: &Between) -> String {
        match (&between.low, &between.high) {
            (Some(low), Some(high)) if low == high => self.bound(&low.value),
            (Some(low), Some(high)) => {
                let key = match (low.included, high.included) {
                    (true, true) => Key::Between,
                    (true, false) => Key::FromToBelow,
                    (false, true) => Key::AboveTo,
                    (false, false) => Key::InsideBounds,
                };
                let (low, high) = (self.bound(&low.value), self.bound(&high.value));
                self.say(key, &[("low", &low), ("high", &high)])
            }
            (Some(low), None) => {
                let is_date = matches!(low.value.value, Some((Value::Date(_), _)));
                let key = match (is_date, low.included) {
                    (false, true) => Key::AtLeast,
                    (false, false) => Key::MoreValue,
                    (true, true) => Key::NotBefore,
                    (true, false) => Key::After,
                };
                self.say(key, &[("operand", &self.bound(&low.value))])
            }
            (None, Some(high)) => {
                let is_date = matches!(high.value.value, Some((Value::Date(_), _)));
                let key = match (is_date, high.included) {
                    (false, true) => Key::AtMost,
                    (false, false) => Key::LessValue,
                    (true, true) => Key::NotAfter,
                    (true, false) => Key::Before,
                };
                self.say(key, &[("operand", &self.bound(&high.value))])
            }
            (None, None) => String::new(),
        }
    }
}

/// A comparison.
#[derive(Clone, Copy)]
struct Compared<'s> {
    step: &'s Step,
    left: &'s Step,
    right: &'s Step,
    operator: Comparison,
    gap: &'s Option<Shown>,
}

impl Compared<'_> {
    /// Puts what the rule writes on the right: « 30 ans > âge » reads « âge < 30 ans ».
    fn with_constant_last(&self) -> Self {
        if is_fixed(self.left) && !is_fixed(self.right) {
            let operator = mirrored(self.operator);
            return Self { left: self.right, right: self.left, operator, ..*self };
        }
        *self
    }
}

/// How a value stands to what is asked of it.
struct Standing<'s> {
    left: &'s Step,
    what: String,
    gap: String,
    truth: Option<bool>,
    met: Met,
}

/// How what is asked of a value is told when it is met.
enum Met {
    /// « 29 ans, soit moins de 30 ans ».
    Within,
    /// « 42, et non 69 ».
    Apart(String),
    /// « PME, la même valeur que « Catégorie en cours » ».
    Like(String),
    /// The value says it all.
    Equal,
}

fn compared(step: &Step) -> Option<Compared<'_>> {
    match &step.operation {
        Operation::Compare { operator, terms, gap } if step.label.is_none() => {
            let [left, right] = terms.as_slice() else { return None };
            let compared = Compared { step, left, right, operator: *operator, gap };
            Some(compared.with_constant_last())
        }
        _ => None,
    }
}

/// Tells whether two steps are one quantity: named alike, and the same fact.
fn same(a: &Step, b: &Step) -> bool {
    match (&a.operation, &b.operation) {
        (Operation::Fact { fact: a }, Operation::Fact { fact: b }) => a == b,
        _ => a.name.is_some() && a.name == b.name,
    }
}

/// Tells whether a condition is made of others, so that its label does not say it all.
fn is_composite(operation: &Operation) -> bool {
    match operation {
        Operation::Compare { .. }
        | Operation::And { .. }
        | Operation::Or { .. }
        | Operation::Not { .. }
        | Operation::IsKnown { .. }
        | Operation::Select { .. }
        | Operation::List { .. } => true,
        Operation::Constant
        | Operation::NoValue
        | Operation::EvaluationDate
        | Operation::Fact { .. }
        | Operation::Seen
        | Operation::Arithmetic { .. }
        | Operation::Round { .. }
        | Operation::Calendar { .. }
        | Operation::Table { .. }
        | Operation::Call { .. }
        | Operation::Rank { .. }
        | Operation::Pool { .. }
        | Operation::GridTotal { .. } => false,
    }
}

fn contrary(operator: Comparison) -> Comparison {
    match operator {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

fn mirrored(operator: Comparison) -> Comparison {
    match operator {
        Comparison::Equal | Comparison::NotEqual => operator,
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
    }
}

fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    every([a, b].into_iter())
}

/// Kleene's « et » of truths.
fn every(mut truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    truths
        .try_fold(Some(true), |all, truth| match (all, truth) {
            (_, Some(false)) => Err(()),
            (Some(true), Some(true)) => Ok(Some(true)),
            (_, _) => Ok(None),
        })
        .unwrap_or(Some(false))
}

/// Kleene's « ou » of truths.
fn any(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    every(truths.map(|truth| truth.map(|truth| !truth))).map(|none| !none)
}
