//! Calculations in words: « 21 points − 1 point × 1 », « 6 mois avant « Date de dépôt » ».
//!
//! A quantity with a label is told by its value, or by its label where there is no value; one
//! without is told by what computes it.

use super::Words;
use super::messages::Key;
use crate::reasoning::{
    Arithmetic, Calendar, Direction, Fold, Operation, Population, Rounding, Step,
};
use crate::value::{Shown, State};
use engine::{Exact, Type, Value};

/// Tells whether a step has no value of its own here: the rule is told for all, or for each item.
pub(super) fn has_no_value(step: &Step) -> bool {
    matches!(step.value.state, State::Open | State::PerItem)
}

/// Tells whether a step is written in the rule, without a name.
pub(super) fn is_fixed(step: &Step) -> bool {
    matches!(step.operation, Operation::Constant) && step.label.is_none()
}

/// Tells whether a step says more by its calculation than by its value alone.
pub(super) fn is_computed(step: &Step) -> bool {
    match &step.operation {
        Operation::Arithmetic { .. } | Operation::Calendar { .. } => true,
        Operation::Round { number, .. } => {
            has_no_value(step) || number.value.exact != step.value.exact
        }
        Operation::Constant
        | Operation::NoValue
        | Operation::EvaluationDate
        | Operation::Fact { .. }
        | Operation::Seen
        | Operation::Compare { .. }
        | Operation::And { .. }
        | Operation::Or { .. }
        | Operation::Not { .. }
        | Operation::IsKnown { .. }
        | Operation::Select { .. }
        | Operation::Table { .. }
        | Operation::Call { .. }
        | Operation::List { .. }
        | Operation::Rank { .. }
        | Operation::Pool { .. }
        | Operation::GridTotal { .. } => false,
    }
}

/// How tightly a calculation binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Words,
    Sum,
    Product,
    Whole,
}

impl Words {
    /// Says a value, or why there is none.
    pub(super) fn value_or_absence(&self, shown: &Shown) -> String {
        if shown.state == State::Known { self.value(shown) } else { self.absence(shown) }
    }

    /// Says a value, and that it is rounded for reading where it is; or why there is none.
    pub(super) fn told(&self, shown: &Shown) -> String {
        if shown.state == State::Known { self.value_told(shown) } else { self.absence(shown) }
    }

    /// Says why there is no value.
    pub(super) fn absence(&self, shown: &Shown) -> String {
        let key = match shown.state {
            State::Missing => Key::ValueMissing,
            State::Withheld => Key::ValueWithheld,
            State::NotShared => Key::ValueNotShared,
            State::Failed => Key::ValueFailed,
            State::NoValue => Key::ValueNone,
            State::NotRanked => Key::ValueNotRanked,
            State::OfOthers => Key::ValueOfOthers,
            State::Known | State::PerItem | State::Open => Key::ValueUnknown,
        };
        self.say(key, &[])
    }

    /// Says a step in the middle of a calculation.
    pub(super) fn term(&self, step: &Step) -> String {
        match (&step.label, step.value.state) {
            (Some(_), State::Known) => self.value(&step.value),
            (Some(label), _) => self.quoted(label),
            (None, _) if is_computed(step) => self.how(step),
            (None, State::Known) => self.value(&step.value),
            (None, State::Open | State::PerItem) => self.how(step),
            (None, _) => self.absence(&step.value),
        }
    }

    /// Says what a step computes.
    pub(super) fn how(&self, step: &Step) -> String {
        match &step.operation {
            Operation::Constant => self.value(&step.value),
            Operation::NoValue => self.say(Key::NoValueWritten, &[]),
            Operation::EvaluationDate if has_no_value(step) => self.say(Key::EvaluationDay, &[]),
            Operation::EvaluationDate | Operation::Fact { .. } | Operation::Seen => {
                self.value_or_absence(&step.value)
            }
            Operation::Arithmetic { operator, terms } => self.arithmetic(*operator, terms),
            Operation::Round { mode, step, number } => self.rounding(*mode, step, number),
            Operation::Calendar { operator, terms } => self.calendar(*operator, terms),
            Operation::Compare { .. }
            | Operation::And { .. }
            | Operation::Or { .. }
            | Operation::Not { .. }
            | Operation::IsKnown { .. } => {
                let bare = Step { label: None, ..step.clone() };
                self.say(Key::Grouped, &[("inner", &self.flat(&self.condition(&bare)))])
            }
            Operation::Select { condition, taken, branches } => {
                self.chosen(condition, taken.as_deref(), branches)
            }
            Operation::Table { inputs, .. } if inputs.is_empty() => {
                self.say(Key::FromParameter, &[])
            }
            Operation::Table { inputs, .. } => {
                self.say(Key::FromTable, &[("inputs", &self.names(inputs))])
            }
            Operation::Call { arguments } => {
                self.say(Key::FromScript, &[("inputs", &self.names(arguments))])
            }
            Operation::List { operator, list_label, filter, each, .. } => {
                let list = self.quoted(list_label);
                self.folded(*operator, &list, filter.as_deref(), each.as_deref())
            }
            Operation::Rank { key, direction, population } => {
                self.rank(key, *direction, *population)
            }
            Operation::Pool { operator, population, filter, each } => {
                let among = self.among(*population);
                self.folded(*operator, &among, filter.as_deref(), each.as_deref())
            }
            Operation::GridTotal { grid } => {
                self.say(Key::GridTotal, &[("grid", &self.quoted(grid))])
            }
        }
    }

    fn arithmetic(&self, operator: Arithmetic, terms: &[Step]) -> String {
        let [left, right] = terms else { return String::new() };
        let sign = match operator {
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "−",
            Arithmetic::Multiply => "×",
            Arithmetic::Divide => "÷",
            Arithmetic::Minimum | Arithmetic::Maximum => {
                let key = if operator == Arithmetic::Minimum { Key::Minimum } else { Key::Maximum };
                let a = self.bracketed(left, Tightness::Whole);
                let b = self.bracketed(right, Tightness::Whole);
                return self.say(key, &[("a", &a), ("b", &b)]);
            }
        };
        if operator == Arithmetic::Subtract && is_zero(left) {
            return format!("−{}", self.bracketed(right, Tightness::Product));
        }
        let ratio = if operator == Arithmetic::Divide {
            self.ratio(&left.value, &right.value).filter(|_| is_leaf(left) && is_leaf(right))
        } else {
            None
        };
        let (a, b) = ratio.unwrap_or_else(|| {
            let own = tightness(operator);
            let after = match operator {
                Arithmetic::Subtract => Tightness::Product,
                Arithmetic::Divide => Tightness::Whole,
                _ => own,
            };
            (self.bracketed(left, own), self.bracketed(right, after))
        });
        format!("{a} {sign} {b}")
    }

    /// Says a term, in brackets when it binds less tightly than it must.
    fn bracketed(&self, step: &Step, least: Tightness) -> String {
        let text = self.term(step);
        if tightness_of(step) < least {
            return self.say(Key::Grouped, &[("inner", &text)]);
        }
        text
    }

    fn rounding(&self, mode: Rounding, step: &Step, number: &Step) -> String {
        let is_one = matches!(&step.value.value, Some((Value::Number(by), _)) if *by == Exact::ONE);
        let key = match (mode, is_one) {
            (Rounding::Down, true) => Key::RoundWholeDown,
            (Rounding::Up, true) => Key::RoundWholeUp,
            (Rounding::HalfAway, true) => Key::RoundWholeNearest,
            (Rounding::HalfEven, true) => Key::RoundWholeEven,
            (Rounding::Down, false) => Key::RoundDown,
            (Rounding::Up, false) => Key::RoundUp,
            (Rounding::HalfAway, false) => Key::RoundNearest,
            (Rounding::HalfEven, false) => Key::RoundEven,
        };
        let number = self.term(number);
        if is_one {
            return self.say(key, &[("number", &number)]);
        }
        self.say(key, &[("number", &number), ("step", &self.term(step))])
    }

    fn calendar(&self, operator: Calendar, terms: &[Step]) -> String {
        let [left, right] = terms else { return String::new() };
        let a = self.moment(left);
        let key = match operator {
            Calendar::AddMonths | Calendar::AddDays => Key::LaterBy,
            Calendar::SubtractMonths | Calendar::SubtractDays => Key::EarlierBy,
            Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween => {
                let key = match operator {
                    Calendar::CompletedYears => Key::CompletedYears,
                    Calendar::CompletedMonths => Key::CompletedMonths,
                    _ => Key::DaysBetween,
                };
                return self.say(key, &[("from", &a), ("to", &self.moment(right))]);
            }
        };
        self.say(key, &[("by", &self.term(right)), ("from", &a)])
    }

    /// Says a date with its article.
    fn moment(&self, step: &Step) -> String {
        let known = matches!(&step.value.value, Some((Value::Date(_), _)));
        if known && (step.label.is_some() || !is_computed(step)) {
            return self.bound(&step.value);
        }
        self.term(step)
    }

    fn chosen(&self, condition: &Step, taken: Option<&Step>, branches: &[Step]) -> String {
        let told = self.flat(&self.clause(condition, super::conditions::Asked::TOLD));
        match (taken, branches) {
            (Some(taken), _) => {
                self.say(Key::Chosen, &[("value", &self.term(taken)), ("condition", &told)])
            }
            (None, [yes, no]) => {
                let (yes, no) = (self.term(yes), self.term(no));
                let variables = [("yes", yes.as_str()), ("condition", &told), ("no", &no)];
                self.say(Key::ChosenBetween, &variables)
            }
            (None, _) => told,
        }
    }

    /// Lists the names of what is looked at.
    fn names(&self, steps: &[Step]) -> String {
        let names: Vec<String> = steps
            .iter()
            .map(|step| match &step.label {
                Some(label) => self.quoted(label),
                None => self.how(step),
            })
            .collect();
        self.listed(&names, Key::JoinLastAnd)
    }

    fn folded(&self, fold: Fold, list: &str, filter: Option<&Step>, each: Option<&Step>) -> String {
        let such = self.such_that(filter);
        let each = each.map_or_else(String::new, |each| self.term(each));
        let key = match fold {
            Fold::Count => Key::ListCount,
            Fold::Exists => Key::ListExists,
            Fold::All => Key::ListAll,
            Fold::Sum => Key::ListSum,
            Fold::Minimum => Key::ListMinimum,
            Fold::Maximum => Key::ListMaximum,
        };
        let variables = [("list", list), ("such", &such), ("each", &each)];
        match fold {
            Fold::Count | Fold::Exists | Fold::All => {
                let [list, such, _] = variables;
                self.say(key, &[list, such])
            }
            Fold::Sum | Fold::Minimum | Fold::Maximum => self.say(key, &variables),
        }
    }

    fn rank(&self, key: &Step, direction: Direction, population: Population) -> String {
        let order = match (direction, key.ty == Type::Date) {
            (Direction::Ascending, true) => Key::OldestFirst,
            (Direction::Descending, true) => Key::NewestFirst,
            (Direction::Ascending, false) => Key::SmallestFirst,
            (Direction::Descending, false) => Key::GreatestFirst,
        };
        let by = match &key.label {
            Some(label) => self.quoted(label),
            None => self.how(key),
        };
        let (among, order) = (self.among(population), self.say(order, &[]));
        self.say(Key::RankAmong, &[("among", &among), ("by", &by), ("order", &order)])
    }

    fn among(&self, population: Population) -> String {
        let key = match population {
            Population::Eligible => Key::AmongEligible,
            Population::Everyone => Key::AmongEveryone,
        };
        self.say(key, &[])
    }
}

/// Tells whether a step is one value in a calculation.
fn is_leaf(step: &Step) -> bool {
    step.label.is_some() || !matches!(step.operation, Operation::Arithmetic { .. })
}

fn is_zero(step: &Step) -> bool {
    let zero = matches!(&step.value.value, Some((Value::Number(number), _)) if number.is_zero());
    zero && is_fixed(step)
}

/// Tells whether a step is written whole in the rule: constants, and what is made of them.
pub(super) fn is_written(step: &Step) -> bool {
    match &step.operation {
        Operation::Constant => true,
        Operation::Arithmetic { terms, .. } => terms.iter().all(is_written),
        _ => false,
    }
}

fn tightness_of(step: &Step) -> Tightness {
    match &step.operation {
        _ if step.label.is_some() => Tightness::Whole,
        Operation::Arithmetic { operator, .. } => tightness(*operator),
        Operation::Constant | Operation::EvaluationDate | Operation::Fact { .. } => {
            Tightness::Whole
        }
        _ if step.value.state == State::Known && !is_computed(step) => Tightness::Whole,
        _ => Tightness::Words,
    }
}

fn tightness(operator: Arithmetic) -> Tightness {
    match operator {
        Arithmetic::Add | Arithmetic::Subtract => Tightness::Sum,
        Arithmetic::Multiply | Arithmetic::Divide => Tightness::Product,
        Arithmetic::Minimum | Arithmetic::Maximum => Tightness::Words,
    }
}
