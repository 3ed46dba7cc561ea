//! Values in a language.
//!
//! The engine's French tells how a value is read: how many decimals, years or months, singular or
//! plural. Another language takes the figures from it, and has its own marks and words.

use super::messages::Key;
use super::{Language, Words};
use crate::value::Shown;
use engine::{Base, Exact, NumberForm, Rounding, Schema, Type, Unit, Value};

/// Between a number and its unit, in the engine's French.
const SPACE: char = '\u{a0}';
/// Between thousands, in the engine's French.
const THOUSANDS: char = '\u{202f}';

impl Words {
    /// Says a value, rounded for reading. Shape: empty when it is not known.
    pub(super) fn value(&self, shown: &Shown) -> String {
        match (&shown.value, self.language) {
            (Some((Value::Enum(_) | Value::Text(_), Type::Enum(_) | Type::Text)), _) => {
                self.say(Key::Quoted, &[("text", &shown.text)])
            }
            (Some((Value::Bool(truth), _)), _) => self.truth(*truth),
            (_, Language::French) => shown.text.clone(),
            (Some((value, _)), Language::English) => self.translated(value, &shown.text),
            (None, Language::English) => String::new(),
        }
    }

    /// Says « oui » or « non ».
    pub(super) fn truth(&self, truth: bool) -> String {
        self.say(if truth { Key::Yes } else { Key::No }, &[])
    }

    /// Says a value, and that it is rounded for reading where it is.
    pub(super) fn value_told(&self, shown: &Shown) -> String {
        let text = self.value(shown);
        if is_rounded(shown) {
            return self.say(Key::RoundedForReading, &[("value", &text)]);
        }
        text
    }

    /// Says points: `40 points`.
    pub fn points(&self, points: Exact) -> String {
        self.number(points, Unit::points())
    }

    /// Says points without their unit: `40`.
    pub fn figure(&self, points: Exact) -> String {
        self.number(points, Unit::NONE)
    }

    /// Says a number of a unit.
    pub(super) fn number(&self, number: Exact, unit: Unit) -> String {
        let (value, ty) = (Value::Number(number), Type::Number(unit, NumberForm::Decimal));
        let text = engine::show(&value, ty, &Schema::default());
        match self.language {
            Language::French => text,
            Language::English => self.translated(&value, &text),
        }
    }

    /// Says a date: `15 octobre 2019`.
    pub fn day(&self, day: engine::Date) -> String {
        let month = format!("m{}", day.month());
        let place = if day.day() == 1 { "first" } else { "other" };
        let (number, year) = (day.day().to_string(), day.year().to_string());
        let variables =
            [("day", number.as_str()), ("place", place), ("month", &month), ("year", &year)];
        self.say(Key::Date, &variables)
    }

    /// Says in another language what the engine's French says of a number or a date.
    fn translated(&self, value: &Value, french: &str) -> String {
        match value {
            Value::Date(day) => self.day(*day),
            Value::Bool(_) | Value::Text(_) | Value::Enum(_) => french.to_owned(),
            Value::Number(_) => match french.split_once(SPACE) {
                Some((figure, "%")) => self.say(Key::Percent, &[("figure", &self.marked(figure))]),
                Some((figure, unit)) => {
                    let figure = self.marked(figure);
                    let unit = self.unit(unit, self.plural(&figure));
                    self.say(Key::Quantity, &[("figure", &figure), ("unit", &unit)])
                }
                None => self.marked(french),
            },
        }
    }

    fn marked(&self, figure: &str) -> String {
        let mut marked = String::with_capacity(figure.len());
        for c in figure.chars() {
            match c {
                THOUSANDS => marked.push_str(&self.say(Key::ThousandsMark, &[])),
                ',' => marked.push_str(&self.say(Key::DecimalMark, &[])),
                other => marked.push(other),
            }
        }
        marked
    }

    /// Translates a unit as the engine's French writes it: `€/mois`, `points`.
    fn unit(&self, french: &str, plural: &'static str) -> String {
        let mut parts = french.split('/');
        let above = parts.next().map(|part| self.base(part, plural)).unwrap_or_default();
        parts.fold(above, |above, part| format!("{above}/{}", self.base(part, "one")))
    }

    fn base(&self, french: &str, plural: &'static str) -> String {
        let key = match french {
            "€" => Key::Euro,
            "mois" => Key::Month,
            "an" | "ans" => Key::Year,
            "jour" | "jours" => Key::Day,
            "minute" | "minutes" => Key::Minute,
            "km" => Key::Kilometre,
            "m²" => Key::SquareMetre,
            "point" | "points" => Key::Point,
            other => return other.to_owned(),
        };
        self.say(key, &[("plural", plural)])
    }

    /// Tells the plural of a number as it is shown. Shape: `one`, `other`.
    pub(super) fn plural(&self, figure: &str) -> &'static str {
        let figure = figure.trim_start_matches('-');
        let is_one = match self.language {
            // Zero, one and what lies between two is singular in French.
            Language::French => {
                figure.split(',').next().is_some_and(|whole| matches!(whole, "0" | "1"))
            }
            Language::English => figure == "1",
        };
        if is_one { "one" } else { "other" }
    }

    /// Says the two terms of a ratio without the time that they share: `500 €`, `1 600 €`.
    pub(super) fn ratio(&self, a: &Shown, b: &Shown) -> Option<(String, String)> {
        let (left, unit) = number(a)?;
        let (right, other) = number(b)?;
        let kept = above(unit);
        let strips = unit == other && kept != unit && !kept.is_none();
        strips.then(|| (self.number(left, kept), self.number(right, kept)))
    }
}

fn number(shown: &Shown) -> Option<(Exact, Unit)> {
    match &shown.value {
        Some((Value::Number(number), Type::Number(unit, _))) => Some((*number, *unit)),
        Some(_) | None => None,
    }
}

/// Keeps what a unit has above the bar: `€/mois` gives `€`.
fn above(unit: Unit) -> Unit {
    let kept = Base::ALL.into_iter().filter(|base| unit.exponent(*base) > 0);
    kept.fold(Unit::NONE, |all, base| all.with(base, unit.exponent(base)))
}

/// Tells whether what is shown is not the whole number: beyond two decimals.
fn is_rounded(shown: &Shown) -> bool {
    let Some((Value::Number(number), Type::Number(unit, form))) = &shown.value else {
        return false;
    };
    let places = if unit.is_none() && *form == NumberForm::Percent { 4 } else { 2 };
    let step = Exact::decimal(1, places);
    let rounded = step.and_then(|step| number.round(Rounding::HalfAway, step).ok());
    rounded.is_some_and(|rounded| rounded != *number) && !is_whole_years(*number, *unit)
}

/// Tells whether a duration is shown in years, without a rest.
fn is_whole_years(months: Exact, unit: Unit) -> bool {
    let years = months.divide(Exact::whole(12));
    unit == Unit::months() && years.is_ok_and(Exact::is_whole)
}

#[cfg(test)]
mod tests {
    use super::super::messages::FRENCH;
    use super::*;
    use engine::Date;

    /// The messages of French say what the engine's French says, so that a third language needs
    /// its files alone.
    #[test]
    fn the_messages_of_french_say_numbers_as_the_engine_does() {
        let through_messages = Words::read(Language::English, &FRENCH);
        let units =
            [&[][..], &[("€", 1)], &[("€", 1), ("mois", -1)], &[("mois", 1)], &[("jours", 1)]];
        let more = [&[("minutes", 1)][..], &[("km", 1)], &[("m²", 1)], &[("points", 1)]];
        for factors in units.iter().chain(&more) {
            let unit = factors
                .iter()
                .map(|(word, exponent)| engine::Scaled::of_word(word, *exponent).unwrap().unit)
                .fold(Unit::NONE, |all, unit| all.times(unit).unit);
            for number in
                [(0, 1), (1, 1), (2, 1), (3, 2), (12, 1), (18, 1), (24, 1), (123_456, 1), (1, 3)]
            {
                let value = Value::Number(Exact::fraction(number.0, number.1).unwrap());
                for form in [NumberForm::Decimal, NumberForm::Percent] {
                    let text = engine::show(&value, Type::Number(unit, form), &Schema::default());
                    // The other language's rule of plurals is not that of French.
                    let plural = Words::french().plural(text.split(SPACE).next().unwrap());
                    let whole = through_messages.plural(text.split(SPACE).next().unwrap());
                    if plural == whole {
                        assert_eq!(through_messages.translated(&value, &text), text);
                    }
                }
            }
        }
        for day in ["2019-10-15", "2020-08-01"] {
            let day = Date::parse_iso(day).unwrap();
            let text = engine::show(&Value::Date(day), Type::Date, &Schema::default());
            assert_eq!(Words::french().day(day), text);
        }
    }

    #[test]
    fn what_is_rounded_for_reading_says_so() {
        let shown = |number, unit, form| {
            let value = Value::Number(number);
            is_rounded(&Shown::known(&value, Type::Number(unit, form), &Schema::default()))
        };
        let third = Exact::fraction(1, 3).unwrap();
        let exact = Exact::fraction(3125, 10_000).unwrap();
        assert!(shown(third, Unit::NONE, NumberForm::Percent));
        assert!(!shown(exact, Unit::NONE, NumberForm::Percent));
        assert!(shown(exact, Unit::points(), NumberForm::Decimal));
        assert!(!shown(Exact::whole(3), Unit::points(), NumberForm::Decimal));
        assert!(shown(third, Unit::months(), NumberForm::Decimal));
    }
}
