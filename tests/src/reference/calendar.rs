//! Civil dates by counting one month or one day at a time.

use engine::Date;

/// Returns how many days a month has.
fn length_of(year: i16, month: i8) -> i8 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Adds months, clamping to the month's last day; absent outside the calendar.
pub fn plus_months(date: Date, months: i64) -> Option<Date> {
    let count = i64::from(date.year()) * 12 + i64::from(date.month()) - 1 + months;
    let year = i16::try_from(count.div_euclid(12)).ok()?;
    let month = i8::try_from(count.rem_euclid(12) + 1).ok()?;
    Date::new(year, month, date.day().min(length_of(year, month)))
}

/// Adds days, one at a time; absent outside the calendar.
pub fn plus_days(date: Date, days: i64) -> Option<Date> {
    let mut at = date;
    for _ in 0..days.abs() {
        at = if days > 0 { tomorrow(at)? } else { yesterday(at)? };
    }
    Some(at)
}

fn tomorrow(date: Date) -> Option<Date> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    if day < length_of(year, month) {
        Date::new(year, month, day + 1)
    } else if month < 12 {
        Date::new(year, month + 1, 1)
    } else {
        Date::new(year.checked_add(1)?, 1, 1)
    }
}

fn yesterday(date: Date) -> Option<Date> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    if day > 1 {
        Date::new(year, month, day - 1)
    } else if month > 1 {
        Date::new(year, month - 1, length_of(year, month - 1))
    } else {
        Date::new(year.checked_sub(1)?, 12, 31)
    }
}

/// Counts the days from a date to another, negative when it is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    if to < from {
        return -days_between(to, from);
    }
    let mut days = 0;
    let mut at = from;
    while at < to {
        let Some(next) = tomorrow(at) else { return days };
        at = next;
        days += 1;
    }
    days
}

/// Returns the largest `n` such that `from + n × step months ≤ to`.
pub fn completed(from: Date, to: Date, step: i64) -> i64 {
    let fits = |n: i64| plus_months(from, n * step).is_some_and(|reached| reached <= to);
    let mut n = 0;
    while fits(n + 1) {
        n += 1;
    }
    while n > -20_000 && !fits(n) {
        n -= 1;
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<Date> {
        Date::parse_iso(text)
    }

    #[test]
    fn the_month_clamps_and_years_turn() {
        let jump = |from, months| day(from).and_then(|from| plus_months(from, months));
        assert_eq!(jump("2019-01-31", 1), day("2019-02-28"));
        assert_eq!(jump("2020-01-31", 1), day("2020-02-29"));
        assert_eq!(jump("2020-01-31", -2), day("2019-11-30"));
        assert_eq!(jump("2020-02-29", 12), day("2021-02-28"));
    }

    #[test]
    fn counting_agrees_with_the_engine_over_twenty_years() {
        let from = day("2000-02-29").into_iter().chain(day("1999-12-31"));
        for from in from {
            for days in (-4000_i64..4000).step_by(37) {
                let to = plus_days(from, days).unwrap_or(from);
                assert_eq!(from.plus_days(days), Some(to));
                assert_eq!(from.days_until(to), days_between(from, to));
                assert_eq!(from.completed_months_until(to), completed(from, to, 1));
            }
        }
    }
}
