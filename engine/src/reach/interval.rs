//! Intervals of exact numbers and of days, with open ends.

use crate::{Arithmetic, Date, Exact, Rounding};
use std::cmp::Ordering;

/// Numbers between two ends, both included; an absent end is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The least.
    pub low: Option<Exact>,
    /// The most.
    pub high: Option<Exact>,
    /// Whether every number of it is whole.
    pub whole: bool,
}

/// A number or an infinite end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Minus,
    At(Exact),
    Plus,
}

impl End {
    fn sign(self) -> i8 {
        match self {
            Self::Minus => -1,
            Self::At(x) => match x.cmp(&Exact::ZERO) {
                Ordering::Less => -1,
                Ordering::Equal => 0,
                Ordering::Greater => 1,
            },
            Self::Plus => 1,
        }
    }

    /// Multiplies; nothing times an infinite end is nothing, and an overflow is infinite.
    fn times(self, other: Self) -> Self {
        let exact = match (self, other) {
            (Self::At(a), Self::At(b)) => a.multiply(b).ok().map(Self::At),
            (Self::Minus | Self::Plus | Self::At(_), _) => None,
        };
        exact.unwrap_or_else(|| match (self.sign() * other.sign()).cmp(&0) {
            Ordering::Less => Self::Minus,
            Ordering::Equal => Self::At(Exact::ZERO),
            Ordering::Greater => Self::Plus,
        })
    }

    /// Returns the finite end.
    fn finite(self) -> Option<Exact> {
        match self {
            Self::At(x) => Some(x),
            Self::Minus | Self::Plus => None,
        }
    }

    /// Returns one over an end on the positive side; over zero it is infinite.
    fn positive_inverse(self) -> Self {
        match self {
            Self::Plus | Self::Minus => Self::At(Exact::ZERO),
            Self::At(x) => Exact::ONE.divide(x).map_or(Self::Plus, Self::At),
        }
    }
}

impl Interval {
    /// Every number.
    pub const ANY: Self = Self { low: None, high: None, whole: false };
    /// Every whole number.
    pub const WHOLE: Self = Self { low: None, high: None, whole: true };

    /// Makes the interval of one number.
    pub fn only(x: Exact) -> Self {
        Self { low: Some(x), high: Some(x), whole: x.is_whole() }
    }

    /// Returns its number when it holds but one.
    pub fn single(self) -> Option<Exact> {
        self.low.filter(|low| self.high == Some(*low))
    }

    /// Tells whether a number belongs to it.
    pub fn contains(self, x: Exact) -> bool {
        self.low.is_none_or(|low| low <= x)
            && self.high.is_none_or(|high| x <= high)
            && (!self.whole || x.is_whole())
    }

    /// Returns the smallest interval that covers both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            low: self.low.zip(other.low).map(|(a, b)| a.min(b)),
            high: self.high.zip(other.high).map(|(a, b)| a.max(b)),
            whole: self.whole && other.whole,
        }
    }

    /// Tells whether both ends are closed.
    pub(crate) fn is_bounded(self) -> bool {
        self.low.is_some() && self.high.is_some()
    }

    fn ends(self) -> (End, End) {
        (self.low.map_or(End::Minus, End::At), self.high.map_or(End::Plus, End::At))
    }

    /// Adds.
    pub(crate) fn plus(self, other: Self) -> Self {
        let end = |a: Option<Exact>, b: Option<Exact>| a.zip(b).and_then(|(a, b)| a.add(b).ok());
        Self {
            low: end(self.low, other.low),
            high: end(self.high, other.high),
            whole: self.whole && other.whole,
        }
    }

    fn minus(self, other: Self) -> Self {
        let end =
            |a: Option<Exact>, b: Option<Exact>| a.zip(b).and_then(|(a, b)| a.subtract(b).ok());
        Self {
            low: end(self.low, other.high),
            high: end(self.high, other.low),
            whole: self.whole && other.whole,
        }
    }

    fn times(self, other: Self) -> Self {
        let whole = self.whole && other.whole;
        Self { whole, ..times_ends(self.ends(), other.ends()) }
    }

    /// Divides; absent when the divisor is zero and nothing else.
    fn over(self, other: Self) -> Option<Self> {
        let (low, high) = other.ends();
        let zero = End::At(Exact::ZERO);
        if low == zero && high == zero {
            return None;
        }
        if low < zero && high > zero {
            return Some(Self::ANY);
        }
        let quotient = if low >= zero {
            times_ends(self.ends(), (high.positive_inverse(), low.positive_inverse()))
        } else {
            let minus = End::At(Exact::whole(-1));
            let (low, high) = (high.times(minus), low.times(minus));
            let flipped =
                times_ends(self.ends(), (high.positive_inverse(), low.positive_inverse()));
            times_ends(flipped.ends(), (minus, minus))
        };
        let whole = quotient.single().is_some_and(Exact::is_whole);
        Some(Self { whole, ..quotient })
    }

    /// Keeps the smaller of each pair.
    pub(crate) fn least(self, other: Self) -> Self {
        Self {
            low: self.low.zip(other.low).map(|(a, b)| a.min(b)),
            high: match (self.high, other.high) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
            whole: self.whole && other.whole,
        }
    }

    /// Keeps the greater of each pair.
    pub(crate) fn greatest(self, other: Self) -> Self {
        Self {
            low: self.low.max(other.low),
            high: self.high.zip(other.high).map(|(a, b)| a.max(b)),
            whole: self.whole && other.whole,
        }
    }

    /// Computes arithmetic; absent when it cannot but fail.
    pub(crate) fn arithmetic(self, operator: Arithmetic, other: Self) -> Option<Self> {
        match operator {
            Arithmetic::Add => Some(self.plus(other)),
            Arithmetic::Subtract => Some(self.minus(other)),
            Arithmetic::Multiply => Some(self.times(other)),
            Arithmetic::Divide => self.over(other),
            Arithmetic::Minimum => Some(self.least(other)),
            Arithmetic::Maximum => Some(self.greatest(other)),
        }
    }

    /// Rounds to a step; absent when the step cannot be positive.
    pub(crate) fn round(self, mode: Rounding, step: Self) -> Option<Self> {
        if step.high.is_some_and(|high| high <= Exact::ZERO) {
            return None;
        }
        let whole = step.whole;
        if let Some(step) = step.single() {
            let end = |x: Option<Exact>| x.and_then(|x| x.round(mode, step).ok());
            return Some(Self { low: end(self.low), high: end(self.high), whole });
        }
        let low = self.low.zip(step.high).and_then(|(x, step)| x.subtract(step).ok());
        let high = self.high.zip(step.high).and_then(|(x, step)| x.add(step).ok());
        Some(Self { low, high, whole })
    }
}

fn times_ends(a: (End, End), b: (End, End)) -> Interval {
    let corners = [a.0.times(b.0), a.0.times(b.1), a.1.times(b.0), a.1.times(b.1)];
    let low = corners.iter().copied().min().and_then(End::finite);
    let high = corners.iter().copied().max().and_then(End::finite);
    Interval { low, high, whole: false }
}

/// Days between two ends, both included; an absent end is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) low: Option<Date>,
    pub(crate) high: Option<Date>,
}

impl Days {
    pub(crate) const ANY: Self = Self { low: None, high: None };

    pub(crate) fn only(day: Date) -> Self {
        Self { low: Some(day), high: Some(day) }
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            low: self.low.zip(other.low).map(|(a, b)| a.min(b)),
            high: self.high.zip(other.high).map(|(a, b)| a.max(b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(low: i128, high: i128) -> Interval {
        Interval { low: Some(Exact::whole(low)), high: Some(Exact::whole(high)), whole: true }
    }

    fn from(low: i128) -> Interval {
        Interval { low: Some(Exact::whole(low)), high: None, whole: true }
    }

    #[test]
    fn a_product_takes_its_extreme_corners() {
        assert_eq!(between(-2, 3).times(between(-5, 4)), between(-15, 12));
    }

    #[test]
    fn nothing_times_an_open_end_stays_nothing() {
        assert_eq!(between(0, 0).times(from(1)), between(0, 0));
        assert_eq!(between(0, 2).times(from(1)), from(0));
    }

    #[test]
    fn a_divisor_that_may_be_zero_opens_an_end() {
        let quotient = between(1, 2).over(between(0, 4)).unwrap();
        assert_eq!((quotient.low, quotient.high), (Exact::fraction(1, 4), None));
        let quotient = between(1, 2).over(between(-4, 0)).unwrap();
        assert_eq!((quotient.low, quotient.high), (None, Exact::fraction(-1, 4)));
        assert_eq!(between(1, 2).over(between(-1, 1)), Some(Interval::ANY));
        assert_eq!(between(1, 2).over(between(0, 0)), None);
    }

    #[test]
    fn an_overflowing_end_is_open() {
        let huge = Interval::only(Exact::whole(i128::MAX));
        assert_eq!(huge.plus(Interval::only(Exact::ONE)).high, None);
        assert_eq!(huge.times(huge).high, None);
    }
}
