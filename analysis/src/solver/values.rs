//! Values of the language as numbers of a solver, and back.
//!
//! A day is counted from a first one; a value of an enumeration is its index; a text is its place
//! among the texts that the code names, odd on one of them and even between two.

use super::smt::{self, Term};
use engine::{Date, Exact, Type, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The kind of what a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Truths.
    Truth,
    /// Numbers.
    Number,
    /// Days.
    Day,
    /// Values of an enumeration.
    Choice,
    /// Texts and codes.
    Word,
}

impl Sort {
    /// The sort of a type; items have none.
    pub(crate) fn of(ty: Type) -> Option<Self> {
        Some(match ty {
            Type::Bool => Self::Truth,
            Type::Number(..) => Self::Number,
            Type::Date => Self::Day,
            Type::Enum(_) => Self::Choice,
            Type::Text | Type::Code => Self::Word,
            Type::Item(_) => return None,
        })
    }

    /// The sort of a value.
    pub(crate) fn of_value(value: &Value) -> Self {
        match value {
            Value::Bool(_) => Self::Truth,
            Value::Number(_) => Self::Number,
            Value::Date(_) => Self::Day,
            Value::Enum(_) => Self::Choice,
            Value::Text(_) => Self::Word,
        }
    }

    /// Its name in SMT-LIB.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Truth => "Bool",
            Self::Number => "Real",
            Self::Day | Self::Choice | Self::Word => "Int",
        }
    }

    /// A term of it, where any will do.
    pub(crate) fn any(self) -> Term {
        match self {
            Self::Truth => smt::truth(false),
            Self::Number => smt::number(Exact::ZERO),
            Self::Day | Self::Choice | Self::Word => smt::integer(0),
        }
    }
}

/// The texts that the code names, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words(BTreeSet<Arc<str>>);

/// What a model says of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// It is one of those named.
    One(Arc<str>),
    /// It is none of them.
    Other,
}

impl Words {
    /// Adds a text.
    pub(crate) fn add(&mut self, value: &Value) {
        if let Value::Text(text) = value {
            self.0.insert(Arc::clone(text));
        }
    }

    fn place(&self, text: &str) -> i128 {
        let before = self.0.iter().filter(|word| word.as_ref() < text).count();
        let named = self.0.contains(text);
        i128::try_from(2 * before + usize::from(named)).unwrap_or(0)
    }

    /// Reads a place back.
    pub(crate) fn at(&self, place: i128) -> Word {
        let index = usize::try_from(place / 2).ok().filter(|_| place % 2 == 1);
        let word = index.and_then(|index| self.0.iter().nth(index));
        word.map_or(Word::Other, |word| Word::One(Arc::clone(word)))
    }

    /// Every text, the named ones included.
    pub(crate) fn named(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter()
    }

    /// The last place.
    pub(crate) fn last(&self) -> i128 {
        i128::try_from(2 * self.0.len()).unwrap_or(0)
    }

    /// Writes a value.
    pub(crate) fn term(&self, value: &Value) -> Term {
        match value {
            Value::Bool(truth) => smt::truth(*truth),
            Value::Number(number) => smt::number(*number),
            Value::Date(day) => smt::integer(day_number(*day)),
            Value::Enum(index) => smt::integer(i128::from(*index)),
            Value::Text(text) => smt::integer(self.place(text)),
        }
    }
}

/// The day from which days are counted.
fn first_day() -> Option<Date> {
    Date::new(2000, 1, 1)
}

/// The number of a day.
pub(crate) fn day_number(day: Date) -> i128 {
    first_day().map_or(0, |first| i128::from(first.days_until(day)))
}

/// The day of a number; absent outside the calendar.
pub(crate) fn day_of(number: i128) -> Option<Date> {
    first_day()?.plus_days(i64::try_from(number).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_at_its_place_or_between_two() {
        let mut words = Words::default();
        for text in ["69123", "75056"] {
            words.add(&Value::Text(Arc::from(text)));
        }
        let term = |text: &str| words.term(&Value::Text(Arc::from(text)));
        assert_eq!(
            ["01004", "69123", "70000", "75056", "99999"].map(term),
            ["0", "1", "2", "3", "4"]
        );
        assert_eq!(words.at(3), Word::One(Arc::from("75056")));
        assert_eq!([0, 2, 4].map(|place| words.at(place)), [Word::Other, Word::Other, Word::Other]);
    }

    #[test]
    fn a_day_is_the_day_of_its_number() {
        for day in ["1899-12-31", "2000-01-01", "2020-02-29"] {
            let day = Date::parse_iso(day).unwrap();
            assert_eq!(day_of(day_number(day)), Some(day));
        }
    }
}
