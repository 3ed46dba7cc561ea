//! Exact numbers: rationals of 128-bit parts, checked, never rounded unless asked.
//!
//! Every operation returns an [`EvalError`] instead of wrapping, saturating or losing a digit.

use crate::EvalError;
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Signed, Zero};

/// An exact rational number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(Ratio<i128>);

/// How a value is rounded to a multiple of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// `arrondi_inférieur`: towards minus infinity.
    Down,
    /// `arrondi_supérieur`: towards plus infinity.
    Up,
    /// `arrondi_commercial`: to the nearest, halves away from zero.
    HalfAway,
    /// `arrondi_pair`: to the nearest, halves to the even multiple.
    HalfEven,
}

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self(Ratio::new_raw(0, 1));
    /// One.
    pub const ONE: Self = Self(Ratio::new_raw(1, 1));

    /// Makes a whole number.
    pub const fn whole(value: i128) -> Self {
        Self(Ratio::new_raw(value, 1))
    }

    /// Makes a fraction; absent when the denominator is zero or the parts cannot be reduced.
    pub fn fraction(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 || numerator == i128::MIN || denominator == i128::MIN {
            return None;
        }
        Some(Self(Ratio::new(numerator, denominator)))
    }

    /// Makes `digits × 10^-scale`; absent beyond 38 digits.
    pub fn decimal(digits: i128, scale: u32) -> Option<Self> {
        Self::fraction(digits, 10_i128.checked_pow(scale)?)
    }

    /// Reads a plain decimal: an optional sign, digits, and a `.` or `,` with digits.
    pub fn parse_decimal(text: &str) -> Option<Self> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (int, frac) = rest.split_once(['.', ',']).unwrap_or((rest, ""));
        let has_mark = rest.len() > int.len();
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if int.is_empty() || (has_mark && frac.is_empty()) || !plain(int) || !plain(frac) {
            return None;
        }
        let frac = frac.trim_end_matches('0');
        let digits: i128 = format!("{int}{frac}").parse().ok()?;
        Self::decimal(sign * digits, u32::try_from(frac.len()).ok()?)
    }

    /// The numerator, in lowest terms.
    pub fn numerator(self) -> i128 {
        *self.0.numer()
    }

    /// The denominator, in lowest terms, positive.
    pub fn denominator(self) -> i128 {
        *self.0.denom()
    }

    /// Tells whether it has no fractional part.
    pub fn is_whole(self) -> bool {
        self.0.is_integer()
    }

    /// Tells whether it is zero.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Tells whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.0.is_negative()
    }

    /// Adds. Errors: overflow.
    #[expect(clippy::should_implement_trait, reason = "it can fail, as the operator cannot")]
    pub fn add(self, other: Self) -> Result<Self, EvalError> {
        self.0.checked_add(&other.0).map(Self).ok_or(EvalError::Overflow)
    }

    /// Subtracts. Errors: overflow.
    pub fn subtract(self, other: Self) -> Result<Self, EvalError> {
        self.0.checked_sub(&other.0).map(Self).ok_or(EvalError::Overflow)
    }

    /// Multiplies. Errors: overflow.
    pub fn multiply(self, other: Self) -> Result<Self, EvalError> {
        self.0.checked_mul(&other.0).map(Self).ok_or(EvalError::Overflow)
    }

    /// Divides. Errors: division by zero, overflow.
    pub fn divide(self, other: Self) -> Result<Self, EvalError> {
        if other.is_zero() {
            return Err(EvalError::DivisionByZero);
        }
        self.0.checked_div(&other.0).map(Self).ok_or(EvalError::Overflow)
    }

    /// Negates. Errors: overflow.
    pub fn negate(self) -> Result<Self, EvalError> {
        Self::ZERO.subtract(self)
    }

    /// Rounds to a multiple of a positive step. Errors: overflow, a step that is not positive.
    pub fn round(self, mode: Rounding, step: Self) -> Result<Self, EvalError> {
        if step <= Self::ZERO {
            return Err(EvalError::BadStep);
        }
        let steps = self.divide(step)?;
        let floor = num_integer::Integer::div_floor(&steps.numerator(), &steps.denominator());
        let above = || floor.checked_add(1).ok_or(EvalError::Overflow);
        let twice_rest = steps.subtract(Self::whole(floor))?.multiply(Self::whole(2))?;
        let count = match mode {
            Rounding::Down => floor,
            Rounding::Up if steps.is_whole() => floor,
            Rounding::Up => above()?,
            Rounding::HalfAway | Rounding::HalfEven => match twice_rest.cmp(&Self::ONE) {
                std::cmp::Ordering::Less => floor,
                std::cmp::Ordering::Greater => above()?,
                std::cmp::Ordering::Equal => {
                    let takes_floor = match mode {
                        Rounding::HalfEven => floor % 2 == 0,
                        Rounding::HalfAway | Rounding::Down | Rounding::Up => steps.is_negative(),
                    };
                    if takes_floor { floor } else { above()? }
                }
            },
        };
        Self::whole(count).multiply(step)
    }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Self {
        Self::whole(i128::from(value))
    }
}

impl std::fmt::Display for Exact {
    /// Writes a whole number or `numerator/denominator`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse_decimal(text).unwrap()
    }

    #[test]
    fn a_third_times_three_is_one() {
        let third = Exact::ONE.divide(Exact::whole(3)).unwrap();
        assert_eq!(third.multiply(Exact::whole(3)), Ok(Exact::ONE));
    }

    #[test]
    fn the_four_roundings_differ_on_halves() {
        let round = |text, mode| exact(text).round(mode, Exact::ONE).unwrap();
        assert_eq!(round("2,5", Rounding::Down), Exact::whole(2));
        assert_eq!(round("2,5", Rounding::Up), Exact::whole(3));
        assert_eq!(round("2,5", Rounding::HalfAway), Exact::whole(3));
        assert_eq!(round("2,5", Rounding::HalfEven), Exact::whole(2));
        assert_eq!(round("-2,5", Rounding::Down), Exact::whole(-3));
        assert_eq!(round("-2,5", Rounding::Up), Exact::whole(-2));
        assert_eq!(round("-2,5", Rounding::HalfAway), Exact::whole(-3));
        assert_eq!(round("-2,5", Rounding::HalfEven), Exact::whole(-2));
    }

    #[test]
    fn a_step_may_be_any_positive_number() {
        assert_eq!(exact("31,256").round(Rounding::HalfAway, exact("0,01")), Ok(exact("31,26")));
        assert_eq!(exact("7").round(Rounding::Up, exact("5")), Ok(exact("10")));
        assert_eq!(exact("7").round(Rounding::Up, Exact::ZERO), Err(EvalError::BadStep));
    }

    #[test]
    fn overflow_and_zero_are_errors() {
        assert_eq!(Exact::whole(i128::MAX).add(Exact::ONE), Err(EvalError::Overflow));
        assert_eq!(Exact::ONE.divide(Exact::ZERO), Err(EvalError::DivisionByZero));
    }

    #[test]
    fn decimals_are_read_exactly() {
        assert_eq!(Exact::parse_decimal("1600,50"), Exact::fraction(3201, 2));
        assert_eq!(Exact::parse_decimal("1e5"), None);
        assert_eq!(Exact::parse_decimal("1."), None);
    }
}
