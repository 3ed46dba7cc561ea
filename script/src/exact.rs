//! Exact decimals for scripts: `+ - * /` give the exact result or fail, where the decimals of
//! Rhai round at the 28th digit without a word.

use engine::{EvalError, Exact};
use rhai::{Engine, EvalAltResult, INT};
use rust_decimal::Decimal;

type Outcome = Result<Decimal, Box<EvalAltResult>>;

/// The functions on decimals whose results are not exact.
const INEXACT: [&str; 7] = ["sqrt", "exp", "ln", "log", "sin", "cos", "tan"];

/// An operator on decimals, in both its forms.
#[derive(Clone, Copy)]
struct Operator {
    symbol: &'static str,
    assignment: &'static str,
    apply: fn(Exact, Exact) -> Result<Exact, EvalError>,
}

const OPERATORS: [Operator; 4] = [
    Operator { symbol: "+", assignment: "+=", apply: Exact::add },
    Operator { symbol: "-", assignment: "-=", apply: Exact::subtract },
    Operator { symbol: "*", assignment: "*=", apply: Exact::multiply },
    Operator { symbol: "/", assignment: "/=", apply: Exact::divide },
];

/// Registers exact arithmetic over the approximate one.
pub(crate) fn register(engine: &mut Engine) {
    for operator in OPERATORS {
        let apply = move |a: Decimal, b: Decimal| result((operator.apply)(exact(a), exact(b)));
        engine.register_fn(operator.symbol, apply);
        engine.register_fn(operator.symbol, move |a: Decimal, b: INT| apply(a, b.into()));
        engine.register_fn(operator.symbol, move |a: INT, b: Decimal| apply(a.into(), b));
        engine.register_fn(operator.assignment, move |a: &mut Decimal, b: Decimal| {
            apply(*a, b).map(|result| *a = result)
        });
        engine.register_fn(operator.assignment, move |a: &mut Decimal, b: INT| {
            apply(*a, b.into()).map(|result| *a = result)
        });
    }
    engine.register_fn("**=", |_: &mut Decimal, _: Decimal| inexact().map(|_| ()));
    engine.register_fn("**=", |_: &mut Decimal, _: INT| inexact().map(|_| ()));
    engine.register_fn("**", |_: Decimal, _: Decimal| inexact());
    engine.register_fn("**", |_: Decimal, _: INT| inexact());
    engine.register_fn("**", |_: INT, _: Decimal| inexact());
    for name in INEXACT {
        engine.register_fn(name, |_: Decimal| inexact());
    }
    engine.register_fn("parse_decimal", |text: &str| {
        Exact::parse_decimal(text).and_then(decimal).ok_or_else(|| failure("not a decimal"))
    });
    engine.register_fn("parse_float", |_: &str| inexact());
}

/// Returns the exact number of a decimal.
pub(crate) fn exact(decimal: Decimal) -> Exact {
    // A decimal has at most 96 bits and 28 decimals: both parts fit in 128 bits.
    Exact::decimal(decimal.mantissa(), decimal.scale()).unwrap_or(Exact::ZERO)
}

/// Returns the decimal of an exact number, when it is one of at most 28 digits.
pub(crate) fn decimal(number: Exact) -> Option<Decimal> {
    let (mut mantissa, mut rest, mut scale) = (number.numerator(), number.denominator(), 0_u32);
    while rest != 1 {
        // One more decimal: the numerator gets a factor of ten, less what the denominator has.
        let (by_two, by_five) = (rest % 2 == 0, rest % 5 == 0);
        let factor = match (by_two, by_five) {
            (true, true) => 1,
            (true, false) => 5,
            (false, true) => 2,
            (false, false) => return None,
        };
        rest /= 10 / factor;
        mantissa = mantissa.checked_mul(factor)?;
        scale += 1;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

fn result(number: Result<Exact, EvalError>) -> Outcome {
    match number {
        Ok(number) => decimal(number).map_or_else(inexact, Ok),
        Err(error) => Err(failure(error.message())),
    }
}

fn inexact() -> Outcome {
    Err(failure("not an exact decimal"))
}

#[expect(clippy::unnecessary_box_returns, reason = "the error type of Rhai's functions")]
fn failure(message: &str) -> Box<EvalAltResult> {
    message.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str) -> Option<String> {
        decimal(Exact::parse_decimal(text)?).map(|decimal| decimal.to_string())
    }

    #[test]
    fn decimals_cross_the_border_unchanged() {
        for text in
            ["0", "31.25", "-0.1", "1600", "0.000000000001", "-79228162514264337593543950335"]
        {
            assert_eq!(round_trip(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_third_is_no_decimal() {
        assert_eq!(decimal(Exact::fraction(1, 3).unwrap()), None);
        assert_eq!(decimal(Exact::fraction(1, 7 * 1024).unwrap()), None);
        assert_eq!(decimal(Exact::whole(i128::MAX)), None);
        assert_eq!(decimal(Exact::fraction(1, 1 << 90).unwrap()), None);
    }
}
