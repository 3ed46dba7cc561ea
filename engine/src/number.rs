//! Exact numbers: rationals of 128-bit parts, checked, never rounded unless asked.
//!
//! Every operation returns an [`EvalError`] instead of wrapping, saturating or losing a digit. Parts
//! are kept in lowest terms, the denominator positive. Where the parts fit in 64 bits, as nearly all
//! do, operations need no 128-bit division and cannot overflow; the others are those of [`Ratio`].

mod small;

use crate::EvalError;
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub};
use small::Small;
use std::cmp::Ordering;
use std::ops::Sub;

/// An exact rational number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Exact {
    numerator: i128,
    denominator: i128,
}

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

impl Rounding {
    /// Tells whether what lies between two multiples goes to the one above.
    ///
    /// Shape: a part of a step, as a count and how many make a whole step; then whether the multiple below is odd,
    /// and whether the number is negative, which decide halves.
    #[inline]
    pub(crate) fn goes_up<N: Copy + Default + Ord + Sub<Output = N>>(
        self,
        (rest, whole): (N, N),
        below_is_odd: bool,
        is_negative: bool,
    ) -> bool {
        // Twice the rest beside the whole, without doubling it.
        let beside_half = || rest.cmp(&(whole - rest));
        let nearest = |half: bool| match beside_half() {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => half,
        };
        match self {
            Self::Down => false,
            Self::Up => rest > N::default(),
            Self::HalfAway => nearest(!is_negative),
            Self::HalfEven => nearest(below_is_odd),
        }
    }
}

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self::whole(0);
    /// One.
    pub const ONE: Self = Self::whole(1);

    /// Makes a whole number.
    pub const fn whole(value: i128) -> Self {
        Self { numerator: value, denominator: 1 }
    }

    /// Makes a fraction; absent when the denominator is zero or the parts cannot be reduced.
    pub fn fraction(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 || numerator == i128::MIN || denominator == i128::MIN {
            return None;
        }
        Some(Self::of(Ratio::new(numerator, denominator)))
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
        self.numerator
    }

    /// The denominator, in lowest terms, positive.
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// Tells whether it has no fractional part.
    pub fn is_whole(self) -> bool {
        self.denominator == 1
    }

    /// Tells whether it is zero.
    pub fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Tells whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.numerator < 0
    }

    /// Adds. Errors: overflow.
    #[expect(clippy::should_implement_trait, reason = "it can fail, as the operator cannot")]
    pub fn add(self, other: Self) -> Result<Self, EvalError> {
        if self.is_whole() && other.is_whole() {
            return whole(self.numerator.checked_add(other.numerator));
        }
        match self.small().zip(other.small()) {
            Some((a, b)) => Ok(a.plus(b)),
            None => checked(self.ratio().checked_add(&other.ratio())),
        }
    }

    /// Subtracts. Errors: overflow.
    pub fn subtract(self, other: Self) -> Result<Self, EvalError> {
        if self.is_whole() && other.is_whole() {
            return whole(self.numerator.checked_sub(other.numerator));
        }
        match self.small().zip(other.small()) {
            Some((a, b)) => Ok(a.minus(b)),
            None => checked(self.ratio().checked_sub(&other.ratio())),
        }
    }

    /// Multiplies. Errors: overflow.
    pub fn multiply(self, other: Self) -> Result<Self, EvalError> {
        match self.small().zip(other.small()) {
            Some((a, b)) => Ok(a.times(b)),
            None => checked(self.ratio().checked_mul(&other.ratio())),
        }
    }

    /// Divides. Errors: division by zero, overflow.
    pub fn divide(self, other: Self) -> Result<Self, EvalError> {
        if other.is_zero() {
            return Err(EvalError::DivisionByZero);
        }
        match self.small().zip(other.small()) {
            Some((a, b)) => Ok(a.over(b)),
            None => checked(self.ratio().checked_div(&other.ratio())),
        }
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
        let (floor, rest) = steps.floor_and_rest();
        let part = (rest, steps.denominator);
        let goes_up = mode.goes_up(part, floor % 2 != 0, steps.is_negative());
        let count = floor.checked_add(i128::from(goes_up)).ok_or(EvalError::Overflow)?;
        Self::whole(count).multiply(step)
    }

    /// Returns the greatest whole number below, and what is above it in parts of the denominator.
    fn floor_and_rest(self) -> (i128, i128) {
        match self.small() {
            Some(small) => small.floor_and_rest(),
            None => num_integer::Integer::div_mod_floor(&self.numerator, &self.denominator),
        }
    }

    fn small(self) -> Option<Small> {
        Small::of(self.numerator, self.denominator)
    }

    fn ratio(self) -> Ratio<i128> {
        Ratio::new_raw(self.numerator, self.denominator)
    }

    fn of(ratio: Ratio<i128>) -> Self {
        let (numerator, denominator) = ratio.into_raw();
        Self { numerator, denominator }
    }
}

fn whole(value: Option<i128>) -> Result<Exact, EvalError> {
    value.map(Exact::whole).ok_or(EvalError::Overflow)
}

fn checked(ratio: Option<Ratio<i128>>) -> Result<Exact, EvalError> {
    ratio.map(Exact::of).ok_or(EvalError::Overflow)
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        match self.small().zip(other.small()) {
            Some((a, b)) => a.order(b),
            None => self.ratio().cmp(&other.ratio()),
        }
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
        self.ratio().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    fn part() -> impl Strategy<Value = i128> {
        let near = |at: i128| (-3_i128..=3).prop_map(move |by| at.saturating_add(by));
        prop_oneof![
            -30_i128..30,
            -1_000_000_i128..1_000_000,
            near(i128::from(i64::MAX)),
            near(i128::from(i64::MIN)),
            near(i128::MAX),
            near(-i128::MAX),
            any::<i64>().prop_map(i128::from),
            any::<i128>(),
        ]
    }

    fn ratio() -> impl Strategy<Value = Ratio<i128>> {
        let parts = (part(), part()).prop_filter("a fraction", |(numerator, denominator)| {
            *denominator != 0 && *numerator != i128::MIN && *denominator != i128::MIN
        });
        let fraction =
            parts.prop_map(|(numerator, denominator)| Ratio::new(numerator, denominator));
        prop_oneof![part().prop_map(Ratio::from_integer), fraction]
    }

    fn same(exact: Result<Exact, EvalError>, ratio: Option<Ratio<i128>>) -> bool {
        exact.ok().map(|exact| (exact.numerator(), exact.denominator()))
            == ratio.map(Ratio::into_raw)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn operations_are_those_of_ratios_up_to_overflow(a in ratio(), b in ratio()) {
            let (x, y) = (Exact::of(a), Exact::of(b));
            prop_assert!(same(x.add(y), a.checked_add(&b)));
            prop_assert!(same(x.subtract(y), a.checked_sub(&b)));
            prop_assert!(same(x.multiply(y), a.checked_mul(&b)));
            if y.is_zero() {
                prop_assert_eq!(x.divide(y), Err(EvalError::DivisionByZero));
            } else {
                prop_assert!(same(x.divide(y), a.checked_div(&b)));
            }
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(x == y, a == b);
        }

        #[test]
        fn a_rounded_number_is_a_multiple_of_the_step_less_than_one_away(
            a in -100_000_i128..100_000, b in 1_i128..1000, c in 1_i128..100, d in 1_i128..100,
        ) {
            let (number, step) = (Exact::fraction(a, b).unwrap(), Exact::fraction(c, d).unwrap());
            let round = |mode| number.round(mode, step).unwrap();
            for mode in [Rounding::Down, Rounding::Up, Rounding::HalfAway, Rounding::HalfEven] {
                let away = number.subtract(round(mode)).unwrap();
                prop_assert!(away.max(away.negate().unwrap()) < step);
                prop_assert!(round(mode).divide(step).unwrap().is_whole());
            }
            prop_assert!(round(Rounding::Down) <= number && number <= round(Rounding::Up));
            let twice = number.subtract(round(Rounding::HalfEven)).unwrap().multiply(Exact::whole(2));
            prop_assert!(twice.unwrap() <= step);
        }
    }
}
