//! The reasoning of a line in words: what is computed first, then what it decides.
//!
//! A quantity with a label has a sentence of its own, before what uses it.

use super::clause::Clause;
use super::conditions::Asked;
use super::messages::Key;
use super::terms::{has_no_value, is_computed, is_written};
use super::{Words, lowered, short};
use crate::explanation::{Amount, Reasoning};
use crate::reasoning::{Accepted, Operation, Step};
use crate::value::State;

impl Words {
    /// Says the reasoning of a line or of a condition, step by step.
    pub fn reasoning(&self, reasoning: &Reasoning) -> Vec<Clause> {
        let mut said = self.steps(reasoning);
        said.iter_mut().for_each(Clause::raise);
        said
    }

    fn steps(&self, reasoning: &Reasoning) -> Vec<Clause> {
        let mut said = Vec::new();
        if let Some(condition) = &reasoning.condition {
            self.prerequisites(condition, &mut said);
            said.push(self.clause(condition, Asked::WANTED));
        }
        // What a condition has already refused is not computed any further for the reader.
        let refused = |step: &Option<Step>, by| {
            step.as_ref().is_some_and(|step| step.value.truth() == Some(by))
        };
        if refused(&reasoning.condition, false) {
            return said;
        }
        if let Some(exception) = &reasoning.exception {
            self.prerequisites(exception, &mut said);
            let told = lowered(&self.flat(&self.clause(exception, Asked::TOLD)));
            said.push(Clause::plain(self.say(Key::StepUnless, &[("condition", &told)])));
        }
        if refused(&reasoning.exception, true) {
            return said;
        }
        for amount in &reasoning.amounts {
            self.amount(amount, &mut said);
        }
        self.bounds(reasoning, &mut said);
        said
    }

    /// Says the least and the most of a line: of a rule, or when they are computed. What they
    /// change for a candidate is said by its motive.
    fn bounds(&self, reasoning: &Reasoning, said: &mut Vec<Clause>) {
        let is_rule = reasoning.steps().any(has_no_value);
        for (bound, key) in [(&reasoning.floor, Key::StepFloor), (&reasoning.cap, Key::StepCap)] {
            if let Some(bound) = bound.as_ref().filter(|it| is_rule || !is_written(it)) {
                self.prerequisites(bound, said);
                said.push(Clause::plain(self.say(key, &[("value", &self.term(bound))])));
            }
        }
    }

    /// Says a value that a rule gives, and what it comes from.
    pub fn computed(&self, step: &Step) -> Vec<Clause> {
        let mut said = Vec::new();
        self.prerequisites(step, &mut said);
        self.statement(step, &mut said);
        said.iter_mut().for_each(Clause::raise);
        said
    }

    fn amount(&self, amount: &Amount, said: &mut Vec<Clause>) {
        if let Some(condition) = &amount.condition {
            self.prerequisites(condition, said);
            let told = self.clause(condition, Asked::WANTED);
            let points = self.term(&amount.amount);
            let text = lowered(&self.flat(&told));
            said.push(Clause::plain(
                self.say(Key::StepIf, &[("points", &points), ("condition", &text)]),
            ));
        }
        if !is_written(&amount.amount) {
            self.prerequisites(&amount.amount, said);
            self.statement(&amount.amount, said);
        }
    }

    /// Says each labelled quantity behind a step, each after what it needs.
    fn prerequisites(&self, step: &Step, said: &mut Vec<Clause>) {
        if matches!(step.operation, Operation::List { .. } | Operation::Pool { .. }) {
            return;
        }
        // What a comparison looks at is said with it.
        let is_compared = matches!(step.operation, Operation::Compare { .. });
        step.operation.each_term(&mut |term| {
            self.prerequisites(term, said);
            let is_apart = is_told_apart(&term.operation) && !is_compared && !has_no_value(term);
            if (term.label.is_some() || is_apart) && !is_condition(term) {
                self.statement(term, said);
            }
        });
    }

    /// Says how a quantity was computed; nothing of what is a plain value.
    fn statement(&self, step: &Step, said: &mut Vec<Clause>) {
        let is_unknown = step.value.state != State::Known && !has_no_value(step);
        match &step.operation {
            _ if is_unknown && step.label.is_none() => {}
            Operation::Constant
            | Operation::NoValue
            | Operation::EvaluationDate
            | Operation::Fact { .. }
            | Operation::Seen => {}
            Operation::Table { inputs, row, linear } => {
                self.table(step, (inputs, row.as_deref(), *linear), said);
            }
            Operation::Round { number, .. } if !is_computed(step) => {
                if number.label.is_none() {
                    self.statement(number, said);
                }
            }
            Operation::Arithmetic { .. }
            | Operation::Round { .. }
            | Operation::Calendar { .. }
            | Operation::Compare { .. }
            | Operation::And { .. }
            | Operation::Or { .. }
            | Operation::Not { .. }
            | Operation::IsKnown { .. }
            | Operation::Select { .. }
            | Operation::Call { .. }
            | Operation::List { .. }
            | Operation::Rank { .. }
            | Operation::Pool { .. }
            | Operation::GridTotal { .. } => said.push(Clause::plain(self.equation(step))),
        }
    }

    /// Says a quantity, how it is computed and what it is: « Taux d'effort : 500 € ÷ 1 600 € =
    /// 31,25 % ».
    fn equation(&self, step: &Step) -> String {
        let how = self.how(step);
        let rule = if has_no_value(step) {
            how
        } else {
            let value = self.told(&step.value);
            let key = match (is_computed(step), &step.label) {
                (true, _) if step.value.state == State::Known => Key::StepEquals,
                (_, Some(_)) => Key::StepHow,
                (_, None) => Key::StepHowAlone,
            };
            self.say(key, &[("how", &how), ("value", &value)])
        };
        match &step.label {
            Some(label) => {
                let label = short(label);
                self.say(Key::StepLabelled, &[("label", &label), ("rule", &rule)])
            }
            None => rule,
        }
    }

    /// Says the row of a table: what it accepts of each input, then its result.
    fn table(
        &self,
        step: &Step,
        (inputs, row, linear): (&[Step], Option<&[Accepted]>, bool),
        said: &mut Vec<Clause>,
    ) {
        let Some(row) = row.filter(|_| !has_no_value(step)) else {
            said.push(Clause::plain(self.equation(step)));
            return;
        };
        for (input, accepted) in inputs.iter().zip(row) {
            self.input(input, accepted, said);
        }
        if step.label.is_none() && step.value.state == State::Known && !linear {
            return;
        }
        let key = if linear { Key::Linear } else { Key::TableRow };
        let result = self.say(key, &[("value", &self.told(&step.value))]);
        said.push(Clause::plain(match &step.label {
            Some(label) => {
                let label = short(label);
                self.say(Key::StepLabelled, &[("label", &label), ("rule", &result)])
            }
            None => result,
        }));
    }

    /// Says an input of a table and what its row accepts: « 31,25 %, entre 26 % et 33 % ».
    fn input(&self, input: &Step, accepted: &Accepted, said: &mut Vec<Clause>) {
        // The input has just been said as a quantity of its own: what the row accepts ends it.
        let own = self.equation_of_input(input);
        let is_last = said.last().is_some_and(|last| last.text == own);
        if accepted.ranges.is_empty() {
            return;
        }
        let is_value = accepted.ranges.iter().all(|range| range.low == range.high);
        let text = if is_value {
            own
        } else {
            let accepted = self.accepted(accepted);
            self.say(Key::StepAccepted, &[("input", &own), ("accepted", &accepted)])
        };
        if is_last {
            said.pop();
        }
        said.push(Clause::plain(text));
    }

    fn equation_of_input(&self, input: &Step) -> String {
        match &input.operation {
            Operation::Constant
            | Operation::NoValue
            | Operation::EvaluationDate
            | Operation::Fact { .. }
            | Operation::Seen
            | Operation::Table { .. } => {
                let value = self.told(&input.value);
                match &input.label {
                    Some(label) => {
                        let label = short(label);
                        self.say(Key::StepLabelled, &[("label", &label), ("rule", &value)])
                    }
                    None => value,
                }
            }
            _ => self.equation(input),
        }
    }
}

/// Tells whether an operation has a sentence of its own even without a label.
pub(super) fn is_told_apart(operation: &Operation) -> bool {
    match operation {
        Operation::Rank { .. }
        | Operation::Pool { .. }
        | Operation::List { .. }
        | Operation::GridTotal { .. } => true,
        Operation::Constant
        | Operation::NoValue
        | Operation::EvaluationDate
        | Operation::Fact { .. }
        | Operation::Seen
        | Operation::Arithmetic { .. }
        | Operation::Round { .. }
        | Operation::Calendar { .. }
        | Operation::Compare { .. }
        | Operation::And { .. }
        | Operation::Or { .. }
        | Operation::Not { .. }
        | Operation::IsKnown { .. }
        | Operation::Select { .. }
        | Operation::Table { .. }
        | Operation::Call { .. } => false,
    }
}

/// Tells whether a quantity is said as a condition, with its parts, where it is used.
fn is_condition(step: &Step) -> bool {
    step.ty == engine::Type::Bool
}
