//! Intervals of exact numbers and of days, with open ends.

use crate::{Arithmetic, Date, Exact, Rounding};
use std::cmp::Ordering;

/// Numbers between two ends, both included unless said otherwise; an absent end is unbounded.
///
/// Only comparisons look at excluded ends: a computed interval takes its ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The least.
    pub low: Option<Exact>,
    /// The most.
    pub high: Option<Exact>,
    /// Whether every number of it is whole.
    pub whole: bool,
    /// Which of its ends are not in it.
    pub excluded: Excluded,
}

/// The ends of an interval that do not belong to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Excluded {
    /// The lower one.
    pub low: bool,
    /// The upper one.
    pub high: bool,
}

impl Excluded {
    /// Neither.
    pub const NONE: Self = Self { low: false, high: false };
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
    pub const ANY: Self = Self::closed(None, None);
    /// Every whole number.
    pub const WHOLE: Self = Self { whole: true, ..Self::ANY };

    /// Makes the interval of the numbers between two ends, both included.
    pub const fn closed(low: Option<Exact>, high: Option<Exact>) -> Self {
        Self { low, high, whole: false, excluded: Excluded::NONE }
    }

    /// Makes the interval of the whole numbers between two ends, both included.
    pub(crate) fn counts(low: Option<Exact>, high: Option<Exact>) -> Self {
        Self { whole: true, ..Self::closed(low, high) }
    }

    /// Makes the interval of one number.
    pub fn only(x: Exact) -> Self {
        Self { whole: x.is_whole(), ..Self::closed(Some(x), Some(x)) }
    }

    /// Returns its number when it holds but one.
    pub fn single(self) -> Option<Exact> {
        self.low.filter(|low| self.high == Some(*low))
    }

    /// Tells whether a number belongs to it.
    pub fn contains(self, x: Exact) -> bool {
        self.low.is_none_or(|low| low < x || (low == x && !self.excluded.low))
            && self.high.is_none_or(|high| x < high || (high == x && !self.excluded.high))
            && (!self.whole || x.is_whole())
    }

    /// Returns the smallest interval that covers both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            low: self.low.zip(other.low).map(|(a, b)| a.min(b)),
            high: self.high.zip(other.high).map(|(a, b)| a.max(b)),
            whole: self.whole && other.whole,
            excluded: Excluded::NONE,
        }
    }

    /// Returns what is common to both; absent when nothing is.
    #[must_use]
    pub fn and(self, other: Self) -> Option<Self> {
        let mut excluded = Excluded::NONE;
        let low = match (self.low, other.low) {
            (Some(a), Some(b)) => {
                excluded.low = (a >= b && self.excluded.low) || (b >= a && other.excluded.low);
                Some(a.max(b))
            }
            (Some(a), None) => {
                excluded.low = self.excluded.low;
                Some(a)
            }
            (None, b) => {
                excluded.low = other.excluded.low;
                b
            }
        };
        let high = match (self.high, other.high) {
            (Some(a), Some(b)) => {
                excluded.high = (a <= b && self.excluded.high) || (b <= a && other.excluded.high);
                Some(a.min(b))
            }
            (Some(a), None) => {
                excluded.high = self.excluded.high;
                Some(a)
            }
            (None, b) => {
                excluded.high = other.excluded.high;
                b
            }
        };
        Self { low, high, whole: self.whole || other.whole, excluded }.tightened()
    }

    /// Takes whole ends in and tells whether a number is left.
    fn tightened(mut self) -> Option<Self> {
        if self.whole {
            let end = |x: Exact, mode, out: bool, step: i128| {
                let inside = x.round(mode, Exact::ONE).ok()?;
                if out && inside == x { x.add(Exact::whole(step)).ok() } else { Some(inside) }
            };
            let excluded = std::mem::replace(&mut self.excluded, Excluded::NONE);
            self.low = self.low.and_then(|x| end(x, Rounding::Up, excluded.low, 1));
            self.high = self.high.and_then(|x| end(x, Rounding::Down, excluded.high, -1));
        }
        match (self.low, self.high) {
            (Some(low), Some(high)) if low > high => None,
            (Some(low), Some(high)) if low == high && (self.excluded.low || self.excluded.high) => {
                None
            }
            _ => Some(self),
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
            excluded: Excluded::NONE,
        }
    }

    fn minus(self, other: Self) -> Self {
        let end =
            |a: Option<Exact>, b: Option<Exact>| a.zip(b).and_then(|(a, b)| a.subtract(b).ok());
        Self {
            low: end(self.low, other.high),
            high: end(self.high, other.low),
            whole: self.whole && other.whole,
            excluded: Excluded::NONE,
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
            excluded: Excluded::NONE,
        }
    }

    /// Keeps the greater of each pair.
    pub(crate) fn greatest(self, other: Self) -> Self {
        Self {
            low: self.low.max(other.low),
            high: self.high.zip(other.high).map(|(a, b)| a.max(b)),
            whole: self.whole && other.whole,
            excluded: Excluded::NONE,
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
            return Some(Self { whole, ..Self::closed(end(self.low), end(self.high)) });
        }
        let low = self.low.zip(step.high).and_then(|(x, step)| x.subtract(step).ok());
        let high = self.high.zip(step.high).and_then(|(x, step)| x.add(step).ok());
        Some(Self { whole, ..Self::closed(low, high) })
    }
}

fn times_ends(a: (End, End), b: (End, End)) -> Interval {
    let corners = [a.0.times(b.0), a.0.times(b.1), a.1.times(b.0), a.1.times(b.1)];
    let low = corners.iter().copied().min().and_then(End::finite);
    let high = corners.iter().copied().max().and_then(End::finite);
    Interval::closed(low, high)
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

    /// Returns the days common to both; absent when there is none.
    pub(crate) fn and(self, other: Self) -> Option<Self> {
        let period = |days: Self| crate::Period { from: days.low, to: days.high };
        let common = period(self).intersection(period(other))?;
        Some(Self { low: common.from, high: common.to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(low: i128, high: i128) -> Interval {
        Interval::counts(Some(Exact::whole(low)), Some(Exact::whole(high)))
    }

    fn from(low: i128) -> Interval {
        Interval::counts(Some(Exact::whole(low)), None)
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
