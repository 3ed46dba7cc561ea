//! One value as the slot of its field: what is plain at once, what is spelt otherwise as a dossier reads it.

use crate::builder::composed;
use crate::limits;
use crate::node::{Scalar, Spelling};
use crate::scalar;
use crate::vocabulary::Vocabulary;
use engine::{Date, FieldDef, FieldId, NumberForm, Type, Value, pack_day, parts_of_type};

/// The greatest number of parts that a slot holds: kernels take no greater.
const GREATEST: i64 = 1 << 40;

/// The longest number that is read digit by digit: no such one leaves 64 bits.
const DIGITS: usize = 14;

/// A field of a single entity.
pub(super) struct Field {
    id: FieldId,
    ty: Type,
    pub(super) kind: Kind,
    /// Where its fact goes; absent: it is read for its mistakes alone.
    pub(super) slot: Option<usize>,
}

/// What a field holds.
pub(super) enum Kind {
    /// A truth.
    Truth,
    /// A number without decimals.
    Whole(Least),
    /// A number, and the parts that one of it is, a power of ten.
    Parts(Least, i64),
    /// A day.
    Day,
    /// One of these, in order.
    OneOf(Vec<Box<str>>),
    /// A text.
    Text,
    /// A code.
    Code,
}

/// Where numbers begin.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Least {
    /// None is negative.
    Zero,
    /// Any is taken.
    Negative,
}

impl Field {
    /// Prepares a field. Absent: no dossier holds such a value, or no slot the one that is wanted.
    pub(super) fn new(
        vocabulary: Vocabulary<'_>,
        (id, def): (FieldId, &FieldDef),
        slot: Option<usize>,
    ) -> Option<Self> {
        let from = if def.ty.counts_from_zero() { Least::Zero } else { Least::Negative };
        let kind = match def.ty {
            Type::Bool => Kind::Truth,
            Type::Number(_, NumberForm::Whole) => Kind::Whole(from),
            Type::Number(_, NumberForm::Decimal) => Kind::Parts(from, parts_of_type(def.ty)),
            // A percentage is written as such: 31.25.
            Type::Number(unit, NumberForm::Percent) => {
                let written = if unit.is_none() { 100 } else { 1 };
                Kind::Parts(from, parts_of_type(def.ty) / written)
            }
            Type::Date => Kind::Day,
            Type::Enum(id) => Kind::OneOf(vocabulary.value_names(id).map(Box::from).collect()),
            Type::Text if slot.is_none() => Kind::Text,
            Type::Code if slot.is_none() => Kind::Code,
            Type::Text | Type::Code | Type::Item(_) => return None,
        };
        Some(Self { id, ty: def.ty, kind, slot })
    }

    /// Reads a truth. Absent: it is not one of this field.
    pub(super) fn truth(&self, truth: bool) -> Option<i64> {
        matches!(self.kind, Kind::Truth).then_some(i64::from(truth))
    }

    /// Reads a number without decimals. Absent: it is not one of this field.
    pub(super) fn whole(&self, number: i64) -> Option<i64> {
        let Kind::Whole(from) = self.kind else { return None };
        held(number, from)
    }

    /// Reads the word of a number. Absent: it is not one of this field.
    pub(super) fn word(&self, vocabulary: Vocabulary<'_>, word: &str) -> Option<i64> {
        let Kind::Parts(from, parts) = self.kind else { return None };
        match plain(word, parts) {
            Some(slot) => held(slot, from),
            None => self.spelt(vocabulary, Spelling::Plain, word),
        }
    }

    /// Reads a text. Absent: it is not one of this field.
    pub(super) fn text(&self, vocabulary: Vocabulary<'_>, text: &str) -> Option<i64> {
        let slot = match &self.kind {
            Kind::Day => day(text),
            Kind::OneOf(values) => {
                let place = values.iter().position(|value| **value == *text);
                place.and_then(|place| i64::try_from(place).ok())
            }
            // What is only looked at goes nowhere.
            Kind::Text if is_plain_text(text) => Some(0),
            Kind::Code if is_plain_code(text) => Some(0),
            Kind::Truth | Kind::Whole(_) | Kind::Parts(..) | Kind::Text | Kind::Code => None,
        };
        slot.or_else(|| self.spelt(vocabulary, Spelling::Quoted, text))
    }

    /// Reads a scalar as a dossier does. Absent: it is refused, or no slot says it.
    #[cold]
    fn spelt(&self, vocabulary: Vocabulary<'_>, spelling: Spelling, text: &str) -> Option<i64> {
        if text.len() > limits::SCALAR_BYTES {
            return None;
        }
        let def = vocabulary.schema.field(self.id)?;
        let scalar = Scalar { text: composed(text.to_owned()), spelling };
        match scalar::value(vocabulary, def, &scalar).ok()? {
            Value::Bool(truth) => Some(i64::from(truth)),
            Value::Enum(place) => Some(i64::from(place)),
            Value::Date(day) => pack_day(day),
            // It is looked at, and goes nowhere.
            Value::Text(_) => Some(0),
            Value::Number(number) => {
                let parts = i128::from(parts_of_type(self.ty));
                let (above, below) = (number.numerator(), number.denominator());
                let count = (parts % below == 0).then(|| above.checked_mul(parts / below));
                let slot = i64::try_from(count.flatten()?).ok()?;
                held(slot, Least::Negative)
            }
        }
    }
}

/// Tells whether a text is certainly one: some letters, none of which is beyond ASCII.
fn is_plain_text(text: &str) -> bool {
    let is_short = text.len() <= limits::SCALAR_BYTES;
    is_short && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && text.trim() != ""
}

fn is_plain_code(text: &str) -> bool {
    let is_short = (1..=limits::CODE_CHARACTERS).contains(&text.len());
    is_short && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Holds a count of parts to those that a slot says.
fn held(slot: i64, from: Least) -> Option<i64> {
    let least = match from {
        Least::Zero => 0,
        Least::Negative => -GREATEST,
    };
    (least..=GREATEST).contains(&slot).then_some(slot)
}

/// Counts the parts of a number spelt with digits, and few enough decimals.
fn plain(word: &str, parts: i64) -> Option<i64> {
    let (is_negative, digits) = match word.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.len() > DIGITS {
        return None;
    }
    let (mut count, mut one) = (0, None);
    for byte in digits {
        match (byte, &mut one) {
            (b'0'..=b'9', one) => {
                count = count * 10 + i64::from(byte - b'0');
                if let Some(one) = one {
                    *one *= 10;
                }
            }
            (b'.', None) => one = Some(1_i64),
            _ => return None,
        }
    }
    // JSON has digits on both sides of the mark.
    let one = one.unwrap_or(1);
    if one > parts {
        return None;
    }
    let slot = count * (parts / one);
    Some(if is_negative { -slot } else { slot })
}

/// Packs `2020-05-02`.
fn day(text: &str) -> Option<i64> {
    let [y, e, a, r, b'-', m, o, b'-', d, u] = text.as_bytes() else { return None };
    let number = |bytes: &[&u8]| {
        let mut digits = bytes.iter().map(|byte| byte.wrapping_sub(b'0'));
        digits.try_fold(0, |sum, digit| (digit < 10).then_some(sum * 10 + i16::from(digit)))
    };
    let (year, month, day) = (number(&[y, e, a, r])?, number(&[m, o])?, number(&[d, u])?);
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    pack_day(Date::new(year, month, day)?)
}
