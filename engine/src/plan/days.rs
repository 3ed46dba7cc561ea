//! Days packed in a number that keeps their order: year, month and day side by side.
//!
//! Only the years 1 to 9999 are packed; what leaves them is left to the walk of the program.

use crate::{Calendar, Date};

/// Packs a day; absent outside the years 1 to 9999.
pub(crate) fn packed(date: Date) -> Option<i64> {
    let year = i64::from(date.year());
    (1..=9999).contains(&year).then(|| join(year, i64::from(date.month()), i64::from(date.day())))
}

/// Takes a packed day apart.
pub(crate) fn unpacked(day: i64) -> Option<Date> {
    let year = i16::try_from(day >> 9).ok()?;
    Date::new(year, i8::try_from(month(day)).ok()?, i8::try_from(day & 31).ok()?)
}

/// Tells whether a packed number is a day of the years 1 to 9999.
pub(crate) fn is_day(slot: i64) -> bool {
    let (year, of_year, of_month) = (slot >> 9, month(slot), slot & 31);
    // Leap years are looked at on 29 February alone.
    let longest =
        31 - i64::from((0b1010_0101_0000 >> of_year) & 1 == 1) - 2 * i64::from(of_year == 2);
    let leaps = of_year != 2 || of_month != 29 || is_leap(year);
    (1..=9999).contains(&year)
        & (1..=12).contains(&of_year)
        & (1..=longest).contains(&of_month)
        & leaps
}

fn join(year: i64, month: i64, day: i64) -> i64 {
    (year << 9) | (month << 5) | day
}

fn month(day: i64) -> i64 {
    (day >> 5) & 15
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// As [`Date::completed_months_until`].
pub(super) fn completed_months(from: i64, to: i64) -> i64 {
    let months = ((to >> 9) - (from >> 9)) * 12 + month(to) - month(from);
    // The day reached is that of `from`, or the last of the month of `to`: this one is reached anyway.
    let is_reached = (from & 31) <= (to & 31) || (to & 31) == length(to >> 9, month(to));
    months - i64::from(!is_reached)
}

/// As [`Date::plus_months`]; absent outside the years that are packed.
pub(super) fn plus_months(day: i64, months: i64) -> Option<i64> {
    let count = (day >> 9).checked_mul(12)?.checked_add(month(day) - 1)?.checked_add(months)?;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    let days = (day & 31).min(length(year, month));
    (1..=9999).contains(&year).then(|| join(year, month, days))
}

/// Days from 1 March of the year 0.
fn number(day: i64) -> i64 {
    let month = month(day);
    let year = (day >> 9) - i64::from(month <= 2);
    let shifted = (month + 9) % 12;
    365 * year + year / 4 - year / 100 + year / 400 + (153 * shifted + 2) / 5 + (day & 31) - 1
}

/// As [`Date::days_until`].
pub(super) fn days_between(from: i64, to: i64) -> i64 {
    number(to) - number(from)
}

/// As [`Date::plus_days`]; absent outside the years that are packed.
pub(super) fn plus_days(day: i64, days: i64) -> Option<i64> {
    packed(unpacked(day)?.plus_days(days)?)
}

/// Where packed days are.
pub(crate) const PACKED: (i64, i64) = ((1 << 9) | (1 << 5) | 1, (9999 << 9) | (12 << 5) | 31);

/// Tells whether an operation counts between two days.
pub(crate) fn counts(operator: Calendar) -> bool {
    match operator {
        Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween => true,
        Calendar::AddMonths
        | Calendar::SubtractMonths
        | Calendar::AddDays
        | Calendar::SubtractDays => false,
    }
}

/// Counts between two days.
pub(crate) fn counted(operator: Calendar, from: i64, to: i64) -> i64 {
    match operator {
        Calendar::DaysBetween => days_between(from, to),
        Calendar::CompletedYears => completed_months(from, to).div_euclid(12) * 12,
        Calendar::CompletedMonths
        | Calendar::AddMonths
        | Calendar::SubtractMonths
        | Calendar::AddDays
        | Calendar::SubtractDays => completed_months(from, to),
    }
}

/// Moves a day by a count; absent outside the years that are packed.
pub(crate) fn moved(operator: Calendar, day: i64, by: i64) -> Option<i64> {
    match operator {
        Calendar::AddMonths => plus_months(day, by),
        Calendar::SubtractMonths => plus_months(day, by.checked_neg()?),
        Calendar::AddDays => plus_days(day, by),
        Calendar::SubtractDays => plus_days(day, by.checked_neg()?),
        Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween => None,
    }
}

/// Finds the first packed number of a range from which a truth holds, the end of the range plus one when
/// it never does. Numbers between two days, which no fact holds, keep the order of those around.
pub(crate) fn first_where((low, high): (i64, i64), holds: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (low, high + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(real(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Brings a packed number to the last day not after it.
fn real(day: i64) -> i64 {
    let (year, of_year) = (day >> 9, (day >> 5) & 15);
    match (of_year, day & 31) {
        (0, _) => join(year - 1, 12, 31),
        (13.., _) => join(year, 12, 31),
        (1, 0) => join(year - 1, 12, 31),
        (month, 0) => join(year, month - 1, length(year, month - 1)),
        (month, of_month) => join(year, month, of_month.min(length(year, month))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> impl Strategy<Value = Date> {
        let whole = Date::new(1, 1, 1).unwrap();
        let near = Date::new(2019, 12, 25).unwrap();
        prop_oneof![
            (0_i64..3_652_000).prop_map(move |by| whole.plus_days(by).unwrap()),
            (0_i64..1600).prop_map(move |by| near.plus_days(by).unwrap()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn packed_days_are_those_of_the_calendar(a in day(), b in day(), by in -40_000_i64..40_000) {
            let (x, y) = (packed(a).unwrap(), packed(b).unwrap());
            prop_assert_eq!(unpacked(x), Some(a));
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(completed_months(x, y), a.completed_months_until(b));
            prop_assert_eq!(days_between(x, y), a.days_until(b));
            prop_assert_eq!(plus_days(x, by), a.plus_days(by).and_then(packed));
            prop_assert_eq!(plus_months(x, by), a.plus_months(by).and_then(packed));
            prop_assert!(is_day(x) && is_day(y));
            let near = x + by % 600;
            prop_assert_eq!(is_day(near), unpacked(near).and_then(packed) == Some(near));
            for operator in [Calendar::CompletedMonths, Calendar::CompletedYears, Calendar::DaysBetween] {
                let count = counted(operator, x, y);
                let first = first_where(PACKED, |day| counted(operator, day, y) < count);
                prop_assert!(x < first);
                let first = first_where(PACKED, |day| counted(operator, x, day) >= count);
                prop_assert!(first <= y);
                prop_assert!(counted(operator, x, real(first)) >= count);
            }
        }
    }

    #[test]
    fn years_that_are_not_packed_are_absent() {
        assert_eq!(packed(Date::new(0, 12, 31).unwrap()), None);
        let last = packed(Date::new(9999, 12, 31).unwrap()).unwrap();
        assert_eq!(plus_days(last, 1), None);
        assert_eq!(plus_months(last, 1), None);
        assert_eq!(plus_months(last, i64::MAX), None);
    }
}
