//! Calendar arithmetic on scalars.

use crate::scalar::Scalar;
use crate::{Calendar, Date, EvalError, Exact};

/// Computes a calendar operation on two known values.
///
/// Errors: a duration that is not whole, a date outside the calendar.
pub(crate) fn calendar(operator: Calendar, a: Scalar, b: Scalar) -> Result<Scalar, EvalError> {
    let day = a.date()?;
    if let Scalar::Date(other) = b {
        between(operator, day, other).map(Scalar::Number)
    } else {
        moved(operator, day, b.number()?).map(Scalar::Date)
    }
}

fn moved(operator: Calendar, date: Date, count: Exact) -> Result<Date, EvalError> {
    let forward = whole(count)?;
    let backward = forward.checked_neg().ok_or(EvalError::Overflow)?;
    let moved = match operator {
        Calendar::AddMonths => date.plus_months(forward),
        Calendar::SubtractMonths => date.plus_months(backward),
        Calendar::AddDays => date.plus_days(forward),
        Calendar::SubtractDays => date.plus_days(backward),
        Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween => {
            return Err(EvalError::IllTyped);
        }
    };
    moved.ok_or(EvalError::Overflow)
}

fn whole(count: Exact) -> Result<i64, EvalError> {
    if count.is_whole() {
        i64::try_from(count.numerator()).map_err(|_| EvalError::Overflow)
    } else {
        Err(EvalError::NotWhole)
    }
}

fn between(operator: Calendar, a: Date, b: Date) -> Result<Exact, EvalError> {
    match operator {
        Calendar::CompletedMonths => Ok(Exact::from(a.completed_months_until(b))),
        Calendar::CompletedYears => {
            Ok(Exact::from(a.completed_months_until(b).div_euclid(12) * 12))
        }
        Calendar::DaysBetween => Ok(Exact::from(a.days_until(b))),
        Calendar::AddMonths
        | Calendar::SubtractMonths
        | Calendar::AddDays
        | Calendar::SubtractDays => Err(EvalError::IllTyped),
    }
}
