//! What a slot may hold: known values of one type, « pas de valeur », an unknown.

use super::interval::{Days, Interval};
use crate::scalar::{Run, Scalar, TextId};
use crate::{Comparison, Date, EnumId, Exact, NumberForm, Schema, Slot, Type};
use std::cmp::Ordering;

/// A set of values of an enumeration; beyond the 128th, all or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EnumSet {
    mask: u128,
    beyond: bool,
}

impl EnumSet {
    pub(crate) fn only(value: u32) -> Self {
        match 1_u128.checked_shl(value) {
            Some(mask) => Self { mask, beyond: false },
            None => Self { mask: 0, beyond: true },
        }
    }

    fn all(schema: &Schema, id: EnumId) -> Self {
        let count = schema.enumeration(id).map_or(0, |def| def.values.len());
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        match 1_u128.checked_shl(count) {
            Some(above) => Self { mask: above - 1, beyond: false },
            None => Self { mask: u128::MAX, beyond: count > 128 },
        }
    }

    fn or(self, other: Self) -> Self {
        Self { mask: self.mask | other.mask, beyond: self.beyond || other.beyond }
    }

    pub(crate) fn single(self) -> Option<u32> {
        (!self.beyond && self.mask.is_power_of_two()).then(|| self.mask.trailing_zeros())
    }

    pub(crate) fn contains(self, value: u32) -> bool {
        1_u128.checked_shl(value).map_or(self.beyond, |bit| self.mask & bit != 0)
    }

    fn least(self) -> u32 {
        if self.mask == 0 { 128 } else { self.mask.trailing_zeros() }
    }

    fn greatest(self) -> u32 {
        if self.beyond { u32::MAX } else { 127_u32.saturating_sub(self.mask.leading_zeros()) }
    }

    /// The values of a list.
    pub(crate) fn of(values: &[u32]) -> Self {
        let none = Self { mask: 0, beyond: false };
        values.iter().fold(none, |set, value| set.or(Self::only(*value)))
    }

    fn and(self, other: Self) -> Option<Self> {
        let common = Self { mask: self.mask & other.mask, beyond: self.beyond && other.beyond };
        (common.mask != 0 || common.beyond).then_some(common)
    }

    fn meets(self, other: Self) -> bool {
        self.mask & other.mask != 0 || (self.beyond && other.beyond)
    }
}

/// The known values of one type that a slot may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Possible {
    /// None.
    Nothing,
    Bool {
        yes: bool,
        no: bool,
    },
    Number(Interval),
    Date(Days),
    Enum(EnumSet),
    /// One text, or any.
    Text(Option<TextId>),
}

impl Possible {
    /// Every value of a type.
    pub(crate) fn any(schema: &Schema, ty: Type) -> Self {
        match ty {
            Type::Bool => Self::Bool { yes: true, no: true },
            Type::Number(_, NumberForm::Whole) => Self::Number(Interval::WHOLE),
            Type::Number(_, NumberForm::Decimal | NumberForm::Percent) => {
                Self::Number(Interval::ANY)
            }
            Type::Text | Type::Code => Self::Text(None),
            Type::Date => Self::Date(Days::ANY),
            Type::Enum(id) => Self::Enum(EnumSet::all(schema, id)),
            Type::Item(_) => Self::Nothing,
        }
    }

    /// Every value of a fact of a type.
    pub(crate) fn of_fact(schema: &Schema, ty: Type) -> Self {
        match Self::any(schema, ty) {
            Self::Number(interval) if ty.counts_from_zero() => {
                Self::Number(Interval { low: Some(Exact::ZERO), ..interval })
            }
            other @ (Self::Nothing
            | Self::Bool { .. }
            | Self::Number(_)
            | Self::Date(_)
            | Self::Enum(_)
            | Self::Text(_)) => other,
        }
    }

    /// The values of either.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, other) => other,
            (Self::Bool { yes: a, no: b }, Self::Bool { yes: c, no: d }) => {
                Self::Bool { yes: a || c, no: b || d }
            }
            (Self::Number(a), Self::Number(b)) => Self::Number(a.or(b)),
            (Self::Date(a), Self::Date(b)) => Self::Date(a.or(b)),
            (Self::Enum(a), Self::Enum(b)) => Self::Enum(a.or(b)),
            (Self::Text(a), Self::Text(b)) => Self::Text(a.filter(|_| a == b)),
            (
                own @ (Self::Bool { .. }
                | Self::Number(_)
                | Self::Date(_)
                | Self::Enum(_)
                | Self::Text(_)),
                _,
            ) => own, // nothing to add, or a value of another type, which checked code has not
        }
    }

    /// The values of both.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::Bool { yes: a, no: b }, Self::Bool { yes: c, no: d }) => {
                let (yes, no) = (a && c, b && d);
                if yes || no { Self::Bool { yes, no } } else { Self::Nothing }
            }
            (Self::Number(a), Self::Number(b)) => a.and(b).map_or(Self::Nothing, Self::Number),
            (Self::Date(a), Self::Date(b)) => a.and(b).map_or(Self::Nothing, Self::Date),
            (Self::Enum(a), Self::Enum(b)) => a.and(b).map_or(Self::Nothing, Self::Enum),
            (Self::Text(None), text) | (text, Self::Text(None)) => text,
            (Self::Text(a), Self::Text(b)) => {
                if a == b {
                    Self::Text(a)
                } else {
                    Self::Nothing
                }
            }
            (
                own @ (Self::Bool { .. }
                | Self::Number(_)
                | Self::Date(_)
                | Self::Enum(_)
                | Self::Text(_)),
                _,
            ) => own, // a value of another type, which checked code has not
        }
    }

    /// The value when there is but one.
    pub(crate) fn single(self) -> Option<Scalar> {
        match self {
            Self::Bool { yes: true, no: false } => Some(Scalar::Bool(true)),
            Self::Bool { yes: false, no: true } => Some(Scalar::Bool(false)),
            Self::Nothing | Self::Bool { .. } => None,
            Self::Number(interval) => interval.single().map(Scalar::Number),
            Self::Date(days) => days.low.filter(|low| days.high == Some(*low)).map(Scalar::Date),
            Self::Enum(set) => set.single().map(Scalar::Enum),
            Self::Text(text) => text.map(Scalar::Text),
        }
    }
}

/// Which orders two sets of values may be in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Orders {
    less: bool,
    equal: bool,
    greater: bool,
}

impl Orders {
    const NONE: Self = Self { less: false, equal: false, greater: false };
    const ALL: Self = Self { less: true, equal: true, greater: true };

    /// Returns the orders that two sets of values of one type may be in.
    pub(crate) fn of(run: &Run<'_>, a: Possible, b: Possible) -> Self {
        match (a, b) {
            (Possible::Nothing, _) | (_, Possible::Nothing) => Self::NONE,
            (Possible::Number(a), Possible::Number(b)) => {
                let meet = |low: Interval, high: Interval| {
                    low.low != high.high || !(low.excluded.low || high.excluded.high)
                };
                let orders = Self::of_ends((a.low, a.high), (b.low, b.high));
                let apart = (a.low.is_some() && !meet(a, b)) || (b.low.is_some() && !meet(b, a));
                Self { equal: orders.equal && !apart, ..orders }
            }
            (Possible::Date(a), Possible::Date(b)) => {
                Self::of_ends((a.low, a.high), (b.low, b.high))
            }
            (Possible::Enum(a), Possible::Enum(b)) => {
                let ends = |set: EnumSet| (Some(set.least()), Some(set.greatest()));
                Self { equal: a.meets(b), ..Self::of_ends(ends(a), ends(b)) }
            }
            (Possible::Bool { yes: a, no: b }, Possible::Bool { yes: c, no: d }) => {
                Self { less: b && c, equal: (a && c) || (b && d), greater: a && d }
            }
            (Possible::Text(Some(a)), Possible::Text(Some(b))) => {
                match run.order(Scalar::Text(a), Scalar::Text(b)) {
                    Some(Ordering::Less) => Self { less: true, ..Self::NONE },
                    Some(Ordering::Greater) => Self { greater: true, ..Self::NONE },
                    Some(Ordering::Equal) | None => Self { equal: true, ..Self::NONE },
                }
            }
            (
                Possible::Text(_)
                | Possible::Number(_)
                | Possible::Date(_)
                | Possible::Enum(_)
                | Possible::Bool { .. },
                _,
            ) => Self::ALL,
        }
    }

    fn of_ends<T: Ord + Copy>(a: (Option<T>, Option<T>), b: (Option<T>, Option<T>)) -> Self {
        let below = |low: Option<T>, high: Option<T>| match (low, high) {
            (Some(low), Some(high)) => low.cmp(&high),
            (None, _) | (_, None) => Ordering::Less,
        };
        let (up, down) = (below(a.0, b.1), below(b.0, a.1));
        Self { less: up.is_lt(), equal: up.is_le() && down.is_le(), greater: down.is_lt() }
    }

    /// Returns whether a comparison may hold, and whether it may fail.
    pub(crate) fn truths(self, comparison: Comparison) -> Possible {
        let orders = [
            (self.less, Ordering::Less),
            (self.equal, Ordering::Equal),
            (self.greater, Ordering::Greater),
        ];
        let mut truths = (false, false);
        for (_, order) in orders.into_iter().filter(|(possible, _)| *possible) {
            if crate::evaluate::holds(comparison, order) {
                truths.0 = true;
            } else {
                truths.1 = true;
            }
        }
        match truths {
            (false, false) => Possible::Nothing,
            (yes, no) => Possible::Bool { yes, no },
        }
    }
}

/// What slots may hold, asked one by one.
pub(crate) trait Reached {
    /// Returns what a slot may hold.
    fn at(&self, slot: Slot) -> Reach;
}

impl Reached for &[Reach] {
    fn at(&self, slot: Slot) -> Reach {
        self.get(slot.0 as usize).copied().unwrap_or(Reach::UNKNOWN)
    }
}

/// What a slot may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    pub(crate) possible: Possible,
    pub(crate) unknown: bool,
    pub(crate) no_value: bool,
}

impl Reach {
    /// Nothing but an unknown.
    pub(crate) const UNKNOWN: Self =
        Self { possible: Possible::Nothing, unknown: true, no_value: false };

    /// Makes a reach of known values.
    pub(crate) fn known(possible: Possible) -> Self {
        Self { possible, unknown: false, no_value: false }
    }

    /// Makes a reach of truths.
    pub(crate) fn truths(yes: bool, no: bool) -> Self {
        if yes || no { Self::known(Possible::Bool { yes, no }) } else { Self::UNKNOWN }
    }

    /// Makes the reach of what a slot holds.
    pub(crate) fn exactly(scalar: Scalar) -> Self {
        match scalar {
            Scalar::Bool(truth) => Self::truths(truth, !truth),
            Scalar::Number(number) => Self::known(Possible::Number(Interval::only(number))),
            Scalar::Date(day) => Self::known(Possible::Date(Days::only(day))),
            Scalar::Enum(value) => Self::known(Possible::Enum(EnumSet::only(value))),
            Scalar::Text(text) => Self::known(Possible::Text(Some(text))),
            Scalar::NoValue => Self { possible: Possible::Nothing, unknown: false, no_value: true },
            Scalar::Unknown(_) => Self::UNKNOWN,
        }
    }

    /// The same, perhaps unknown.
    #[must_use]
    pub(crate) fn or_unknown(self) -> Self {
        Self { unknown: true, ..self }
    }

    /// The same, unknown where an operand may stop the operation.
    #[must_use]
    pub(crate) fn stopped_by(self, operand: Self) -> Self {
        Self { unknown: self.unknown || operand.unknown || operand.no_value, ..self }
    }

    /// Either.
    #[must_use]
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            possible: self.possible.or(other.possible),
            unknown: self.unknown || other.unknown,
            no_value: self.no_value || other.no_value,
        }
    }

    /// Tells whether it holds nothing but one known value.
    pub(crate) fn single(self) -> Option<Scalar> {
        if self.unknown || self.no_value { None } else { self.possible.single() }
    }

    /// Tells whether it may be true.
    pub fn can_be_true(self) -> bool {
        matches!(self.possible, Possible::Bool { yes: true, .. })
    }

    /// Tells whether it may be false.
    pub fn can_be_false(self) -> bool {
        matches!(self.possible, Possible::Bool { no: true, .. })
    }

    /// Tells whether it may be unknown.
    pub fn can_be_unknown(self) -> bool {
        self.unknown
    }

    /// Tells whether it may be « pas de valeur ».
    pub fn can_have_no_value(self) -> bool {
        self.no_value
    }

    /// Returns the numbers it may be; absent when it can be none.
    pub fn numbers(self) -> Option<Interval> {
        match self.possible {
            Possible::Number(interval) => Some(interval),
            Possible::Nothing
            | Possible::Bool { .. }
            | Possible::Date(_)
            | Possible::Enum(_)
            | Possible::Text(_) => None,
        }
    }

    /// Returns the first and the last day it may be, open when absent; absent when it can be none.
    pub fn dates(self) -> Option<(Option<Date>, Option<Date>)> {
        self.days().map(|days| (days.low, days.high))
    }

    /// Tells whether it may be a known value.
    pub fn can_be_known(self) -> bool {
        self.possible != Possible::Nothing
    }

    /// Returns the days it may be.
    pub(crate) fn days(self) -> Option<Days> {
        match self.possible {
            Possible::Date(days) => Some(days),
            Possible::Nothing
            | Possible::Bool { .. }
            | Possible::Number(_)
            | Possible::Enum(_)
            | Possible::Text(_) => None,
        }
    }

    /// Tells whether it may be a value of an enumeration, by its index.
    pub fn can_be_value(self, value: u32) -> bool {
        match self.possible {
            Possible::Enum(set) => set.contains(value),
            Possible::Nothing
            | Possible::Bool { .. }
            | Possible::Number(_)
            | Possible::Date(_)
            | Possible::Text(_) => false,
        }
    }
}
