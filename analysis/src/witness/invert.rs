//! Operations read backwards: what one operand must be for a result, the other being given.
//!
//! An inverse may be too wide, never too narrow by more than the ends of a rounding: the engine
//! checks what comes of it.

use engine::{Arithmetic, Calendar, Date, EvalError, Exact, Excluded, Interval, Period, Rounding};

/// What the left operand must be, the right one being `b`.
pub(super) fn left(operator: Arithmetic, wanted: Interval, b: Exact) -> Option<Interval> {
    match operator {
        Arithmetic::Add => Some(rising(wanted, |x| x.subtract(b))),
        Arithmetic::Subtract => Some(rising(wanted, |x| x.add(b))),
        Arithmetic::Multiply => factor(wanted, b),
        Arithmetic::Divide if b.is_zero() => None,
        Arithmetic::Divide if b.is_negative() => Some(falling(wanted, |x| x.multiply(b))),
        Arithmetic::Divide => Some(rising(wanted, |x| x.multiply(b))),
        Arithmetic::Minimum => extreme(wanted, b, Side::High),
        Arithmetic::Maximum => extreme(wanted, b, Side::Low),
    }
}

/// What the right operand must be, the left one being `a`.
pub(super) fn right(operator: Arithmetic, wanted: Interval, a: Exact) -> Option<Interval> {
    match operator {
        Arithmetic::Subtract => Some(falling(wanted, |x| a.subtract(x))),
        Arithmetic::Divide => divisor(wanted, a),
        Arithmetic::Add | Arithmetic::Multiply | Arithmetic::Minimum | Arithmetic::Maximum => {
            left(operator, wanted, a)
        }
    }
}

fn factor(wanted: Interval, by: Exact) -> Option<Interval> {
    if by.is_zero() {
        return wanted.contains(Exact::ZERO).then_some(Interval::ANY);
    }
    let map = |x: Exact| x.divide(by);
    Some(if by.is_negative() { falling(wanted, map) } else { rising(wanted, map) })
}

/// Positive divisors only: amounts and counts are.
fn divisor(wanted: Interval, a: Exact) -> Option<Interval> {
    let positive = Interval {
        excluded: Excluded { low: true, high: false },
        ..Interval::closed(Some(Exact::ZERO), None)
    };
    if a.is_zero() {
        return wanted.contains(Exact::ZERO).then_some(positive);
    }
    let (wanted, a) = if a.is_negative() {
        (falling(wanted, Exact::negate), a.negate().ok()?)
    } else {
        (wanted, a)
    };
    if wanted.high.is_some_and(|high| high <= Exact::ZERO) {
        return None;
    }
    let low = wanted.high.and_then(|high| a.divide(high).ok());
    let high = wanted.low.filter(|low| *low > Exact::ZERO).and_then(|low| a.divide(low).ok());
    let excluded = Excluded { low: wanted.excluded.high, high: wanted.excluded.low };
    Interval { excluded, ..Interval::closed(low, high) }.and(positive)
}

#[derive(Clone, Copy)]
enum Side {
    Low,
    High,
}

/// The smaller of two (`open` high) or the greater (`open` low) is wanted, the other being `b`.
fn extreme(wanted: Interval, b: Exact, open: Side) -> Option<Interval> {
    let (reached, beyond) = match open {
        Side::High => (wanted.contains(b), Interval { high: None, ..wanted }),
        Side::Low => (wanted.contains(b), Interval { low: None, ..wanted }),
    };
    if reached {
        return Some(beyond);
    }
    let possible = match open {
        Side::High => wanted.low.is_none_or(|low| low <= b),
        Side::Low => wanted.high.is_none_or(|high| high >= b),
    };
    possible.then_some(wanted)
}

fn rising(of: Interval, map: impl Fn(Exact) -> Result<Exact, EvalError>) -> Interval {
    let end = |x: Option<Exact>| x.and_then(|x| map(x).ok());
    Interval { low: end(of.low), high: end(of.high), whole: false, excluded: of.excluded }
}

fn falling(of: Interval, map: impl Fn(Exact) -> Result<Exact, EvalError>) -> Interval {
    let end = |x: Option<Exact>| x.and_then(|x| map(x).ok());
    let excluded = Excluded { low: of.excluded.high, high: of.excluded.low };
    Interval { low: end(of.high), high: end(of.low), whole: false, excluded }
}

/// What a number must be for its rounding to be wanted.
pub(super) fn rounded(mode: Rounding, wanted: Interval, step: Exact) -> Option<Interval> {
    let shifted = |x: Option<Exact>, by: i128, to| {
        let x = x?.round(to, step).ok()?;
        x.add(step.multiply(Exact::fraction(by, 2)?).ok()?).ok()
    };
    let (below, above) = match mode {
        Rounding::Down => (0, 2),
        Rounding::Up => (-2, 0),
        Rounding::HalfAway | Rounding::HalfEven => (-1, 1),
    };
    let low = shifted(wanted.low, below, Rounding::Up);
    let high = shifted(wanted.high, above, Rounding::Down);
    let excluded =
        Excluded { low: below != 0 && low.is_some(), high: above != 0 && high.is_some() };
    let range = Interval { excluded, ..Interval::closed(low, high) };
    range.and(Interval::ANY)
}

/// A line read backwards, inside the interval it runs across.
pub(super) fn linear(
    wanted: Interval,
    across: (Exact, Exact),
    between: (Exact, Exact),
) -> Option<Interval> {
    let whole = Interval::closed(Some(across.0), Some(across.1));
    let rise = between.1.subtract(between.0).ok()?;
    if rise.is_zero() {
        return wanted.contains(between.0).then_some(whole);
    }
    let run = across.1.subtract(across.0).ok()?;
    let at = |y: Exact| across.0.add(y.subtract(between.0)?.multiply(run)?.divide(rise)?);
    if rise.is_negative() { falling(wanted, at) } else { rising(wanted, at) }.and(whole)
}

/// The days whose calendar count to, or from, a day is wanted.
pub(super) enum Counted {
    /// The count runs from the day looked for to this one.
    To(Date),
    /// The count runs from this day to the one looked for.
    From(Date),
}

/// What a day must be for a count of months, years (in months) or days to be wanted.
pub(super) fn counted(calendar: Calendar, wanted: Interval, other: &Counted) -> Option<Period> {
    let unit = match calendar {
        Calendar::CompletedYears => Exact::whole(12),
        Calendar::CompletedMonths
        | Calendar::DaysBetween
        | Calendar::AddMonths
        | Calendar::SubtractMonths
        | Calendar::AddDays
        | Calendar::SubtractDays => Exact::ONE,
    };
    let inside = |x: Exact, mode, out: bool, step: i128| {
        let count = x.divide(unit).ok()?.round(mode, Exact::ONE).ok()?;
        let reaches = count.multiply(unit).ok()? == x;
        i64::try_from(count.numerator())
            .ok()
            .map(|n| if out && reaches { n + i64::try_from(step).unwrap_or(0) } else { n })
    };
    let low = wanted.low.and_then(|x| inside(x, Rounding::Up, wanted.excluded.low, 1));
    let high = wanted.high.and_then(|x| inside(x, Rounding::Down, wanted.excluded.high, -1));
    if let (Some(low), Some(high)) = (low, high)
        && low > high
    {
        return None;
    }
    let moved = |day: Date, count: i64| match calendar {
        Calendar::CompletedYears => day.plus_months(count.checked_mul(12)?),
        Calendar::CompletedMonths => day.plus_months(count),
        Calendar::DaysBetween
        | Calendar::AddMonths
        | Calendar::SubtractMonths
        | Calendar::AddDays
        | Calendar::SubtractDays => day.plus_days(count),
    };
    Some(match other {
        Counted::To(day) => Period {
            from: high.and_then(|n| Some(moved(*day, -n.checked_add(1)?)?.tomorrow())),
            to: low.and_then(|n| moved(*day, n.checked_neg()?)),
        },
        Counted::From(day) => Period {
            from: low.and_then(|n| moved(*day, n)),
            to: high.and_then(|n| Some(moved(*day, n.checked_add(1)?)?.yesterday())),
        },
    })
}

/// What a day must be for it, moved by a number of months or days, to be wanted.
pub(super) fn moved(calendar: Calendar, wanted: Period, by: Exact) -> Option<Period> {
    let by = by.is_whole().then(|| i64::try_from(by.numerator()).ok())??;
    let back = |day: Date| match calendar {
        Calendar::AddMonths => day.plus_months(-by),
        Calendar::SubtractMonths => day.plus_months(by),
        Calendar::AddDays => day.plus_days(-by),
        Calendar::SubtractDays => day.plus_days(by),
        Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween => None,
    };
    Some(Period { from: wanted.from.and_then(back), to: wanted.to.and_then(back) })
}
