//! Rationals whose parts fit in 64 bits: no operation on two of them leaves 128 bits.
//!
//! Invariant: in lowest terms, the denominator positive.

use super::Exact;
use std::cmp::Ordering;

/// A rational of small parts.
#[derive(Clone, Copy)]
pub(super) struct Small {
    numerator: i64,
    denominator: i64,
}

impl Small {
    /// Takes the parts of a number, in lowest terms; absent when they are not small. The least
    /// 64-bit number is not: it has no opposite.
    pub(super) fn of(numerator: i128, denominator: i128) -> Option<Self> {
        let numerator = i64::try_from(numerator).ok().filter(|part| *part != i64::MIN)?;
        let denominator = i64::try_from(denominator).ok()?;
        Some(Self { numerator, denominator })
    }

    pub(super) fn plus(self, other: Self) -> Exact {
        let Self { numerator, denominator } = other;
        if self.denominator == denominator {
            let sum = i128::from(self.numerator) + i128::from(numerator);
            return reduced(sum, i128::from(denominator));
        }
        let common = divisor(self.denominator.unsigned_abs(), denominator.unsigned_abs());
        let own = i128::from(self.denominator / common);
        let its = i128::from(denominator / common);
        let sum = i128::from(self.numerator) * its + i128::from(numerator) * own;
        reduced(sum, own * i128::from(denominator))
    }

    pub(super) fn minus(self, other: Self) -> Exact {
        self.plus(Self { numerator: -other.numerator, ..other })
    }

    pub(super) fn times(self, other: Self) -> Exact {
        let (a, b) = Self::without_common(self, other);
        Exact {
            numerator: i128::from(a.numerator) * i128::from(b.numerator),
            denominator: i128::from(a.denominator) * i128::from(b.denominator),
        }
    }

    /// Divides by a number that is not zero.
    pub(super) fn over(self, other: Self) -> Exact {
        let sign = if other.numerator < 0 { -1 } else { 1 };
        self.times(Self {
            numerator: sign * other.denominator,
            denominator: sign * other.numerator,
        })
    }

    pub(super) fn order(self, other: Self) -> Ordering {
        let own = i128::from(self.numerator) * i128::from(other.denominator);
        own.cmp(&(i128::from(other.numerator) * i128::from(self.denominator)))
    }

    pub(super) fn floor_and_rest(self) -> (i128, i128) {
        let rest = self.numerator.rem_euclid(self.denominator);
        let floor = self.numerator.div_euclid(self.denominator);
        (i128::from(floor), i128::from(rest))
    }

    /// Takes what each numerator shares with the other's denominator out of both.
    fn without_common(a: Self, b: Self) -> (Self, Self) {
        if a.denominator == 1 && b.denominator == 1 {
            return (a, b);
        }
        let above = divisor(a.numerator.unsigned_abs(), b.denominator.unsigned_abs());
        let below = divisor(b.numerator.unsigned_abs(), a.denominator.unsigned_abs());
        let part = |numerator, denominator| Self { numerator, denominator };
        (
            part(a.numerator / above, a.denominator / below),
            part(b.numerator / below, b.denominator / above),
        )
    }
}

/// Brings a fraction to lowest terms; its denominator is positive.
fn reduced(numerator: i128, denominator: i128) -> Exact {
    if denominator == 1 {
        return Exact { numerator, denominator };
    }
    if let (Ok(above), Ok(below)) = (i64::try_from(numerator), i64::try_from(denominator)) {
        let common = divisor(above.unsigned_abs(), below.unsigned_abs());
        // The least number divided by 1 only: its divisor would not be positive.
        let (numerator, denominator) = (i128::from(above), i128::from(below));
        return divided(numerator, denominator, i128::from(common));
    }
    divided(numerator, denominator, num_integer::Integer::gcd(&numerator, &denominator))
}

fn divided(numerator: i128, denominator: i128, common: i128) -> Exact {
    if common == 1 {
        return Exact { numerator, denominator };
    }
    match (i64::try_from(numerator), i64::try_from(denominator), i64::try_from(common)) {
        (Ok(numerator), Ok(denominator), Ok(common)) => Exact {
            numerator: i128::from(numerator / common),
            denominator: i128::from(denominator / common),
        },
        (_, _, _) => Exact { numerator: numerator / common, denominator: denominator / common },
    }
}

/// Returns the greatest common divisor of two numbers of which the second is a positive 64-bit
/// signed one, so that it is one too.
fn divisor(a: u64, b: u64) -> i64 {
    let common = if a == 1 || b == 1 { 1 } else { num_integer::Integer::gcd(&a, &b) };
    i64::try_from(common).unwrap_or(1)
}
