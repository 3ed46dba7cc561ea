//! Arithmetic, rounding and calendar operations over reaches.

use super::interval::{Days, Interval};
use super::possible::{Possible, Reach};
use crate::evaluate;
use crate::scalar::Scalar;
use crate::{Arithmetic, Calendar, Date, Exact, Rounding};

/// Computes arithmetic; a divisor that may be zero and an end that overflows may be unknown.
pub(super) fn arithmetic(operator: Arithmetic, a: Reach, b: Reach) -> Reach {
    let reach = if let (Possible::Date(x), Possible::Date(y)) = (a.possible, b.possible) {
        Reach::known(Possible::Date(x.or(y)))
    } else {
        let operands = a.numbers().zip(b.numbers());
        operands.map_or(Reach::UNKNOWN, |(x, y)| of_numbers(operator, x, y))
    };
    reach.stopped_by(a).stopped_by(b)
}

fn of_numbers(operator: Arithmetic, x: Interval, y: Interval) -> Reach {
    let Some(result) = x.arithmetic(operator, y) else { return Reach::UNKNOWN };
    let zero = operator == Arithmetic::Divide && y.contains(Exact::ZERO);
    let overflow = x.is_bounded() && y.is_bounded() && !result.is_bounded();
    let reach = Reach::known(Possible::Number(result));
    if zero || overflow { reach.or_unknown() } else { reach }
}

/// Rounds; a step that may not be positive may be unknown.
pub(super) fn round(mode: Rounding, a: Reach, step: Reach) -> Reach {
    let rounded = a.numbers().zip(step.numbers()).and_then(|(a, step)| {
        let may_fail = step.low.is_none_or(|low| low <= Exact::ZERO);
        a.round(mode, step).map(|rounded| (Reach::known(Possible::Number(rounded)), may_fail))
    });
    let reach = match rounded {
        Some((rounded, true)) => rounded.or_unknown(),
        Some((rounded, false)) => rounded,
        None => Reach::UNKNOWN,
    };
    reach.stopped_by(a).stopped_by(step)
}

/// Computes a calendar operation, end by end: each is monotone in both operands.
pub(super) fn calendar(operator: Calendar, a: Reach, b: Reach) -> Reach {
    let reach = match (a.days(), b.days(), b.numbers()) {
        (Some(days), _, Some(count)) => moved(operator, days, count),
        (Some(a), Some(b), None) => {
            let (low, high) = (between(operator, a.high, b.low), between(operator, a.low, b.high));
            Reach::known(Possible::Number(Interval::counts(low, high)))
        }
        (None, _, _) | (_, None, None) => Reach::UNKNOWN,
    };
    reach.stopped_by(a).stopped_by(b)
}

/// Moves days by a count. Only whole counts move a day, so the ends are the whole ones inside.
fn moved(operator: Calendar, days: Days, count: Interval) -> Reach {
    let (low, high) = match operator {
        Calendar::AddMonths | Calendar::AddDays => (
            moved_day(operator, days.low, count.low, Rounding::Up),
            moved_day(operator, days.high, count.high, Rounding::Down),
        ),
        Calendar::SubtractMonths | Calendar::SubtractDays => (
            moved_day(operator, days.low, count.high, Rounding::Down),
            moved_day(operator, days.high, count.low, Rounding::Up),
        ),
        Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween => {
            return Reach::UNKNOWN;
        }
    };
    let reach = Reach::known(Possible::Date(Days { low, high }));
    let sure = count.whole && low.is_some() && high.is_some();
    if sure { reach } else { reach.or_unknown() }
}

fn moved_day(
    operator: Calendar,
    day: Option<Date>,
    count: Option<Exact>,
    inward: Rounding,
) -> Option<Date> {
    let count = count?.round(inward, Exact::ONE).ok()?;
    evaluate::calendar(operator, Scalar::Date(day?), Scalar::Number(count)).ok()?.date().ok()
}

fn between(operator: Calendar, a: Option<Date>, b: Option<Date>) -> Option<Exact> {
    evaluate::calendar(operator, Scalar::Date(a?), Scalar::Date(b?)).ok()?.number().ok()
}
