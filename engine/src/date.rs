//! Civil dates and the two calendar counts the language knows.
//!
//! No clock and no time zone: a date is a day of the proleptic Gregorian calendar.

/// A civil day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Makes a date; absent when the day does not exist.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self)
    }

    /// Reads `2020-05-02`, exactly.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let widths = (year.len(), month.len(), day.len());
        let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if parts.next().is_some() || widths != (4, 2, 2) || !digits {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, from 1.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, from 1.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// Adds calendar months, clamping to the month's last day (31 January + 1 month = 28 or 29
    /// February). Absent outside the calendar's range.
    pub fn plus_months(self, months: i64) -> Option<Self> {
        let span = jiff::Span::new().try_months(months).ok()?;
        self.0.checked_add(span).ok().map(Self)
    }

    /// Adds days. Absent outside the calendar's range.
    pub fn plus_days(self, days: i64) -> Option<Self> {
        let span = jiff::Span::new().try_days(days).ok()?;
        self.0.checked_add(span).ok().map(Self)
    }

    /// Returns the next day, itself at the calendar's end.
    #[must_use]
    pub fn tomorrow(self) -> Self {
        self.plus_days(1).unwrap_or(self)
    }

    /// Returns the day before, itself at the calendar's start.
    #[must_use]
    pub fn yesterday(self) -> Self {
        self.plus_days(-1).unwrap_or(self)
    }

    /// Counts days from `self` to `other`, negative when `other` is earlier.
    ///
    /// Unit: days.
    pub fn days_until(self, other: Self) -> i64 {
        self.day_number_of(other)
    }

    fn day_number_of(self, other: Self) -> i64 {
        self.0.until(other.0).map_or(0, |span| i64::from(span.get_days()))
    }

    /// Returns the largest `n` such that `self + n months ≤ other` (negative when `other` is
    /// earlier), adding as [`Date::plus_months`] does.
    ///
    /// Unit: months.
    pub fn completed_months_until(self, other: Self) -> i64 {
        let estimate = (i64::from(other.year()) - i64::from(self.year())) * 12
            + i64::from(other.month())
            - i64::from(self.month());
        match self.plus_months(estimate) {
            Some(reached) if reached <= other => estimate,
            _ => estimate - 1,
        }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

/// An interval of days, both included; an absent end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

impl Period {
    /// Tells whether the day belongs to the period.
    pub fn contains(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Returns the days common to both, when there is one.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match (from, to) {
            (Some(from), Some(to)) if to < from => None,
            _ => Some(Self { from, to }),
        }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.from, self.to) {
            (Some(from), Some(to)) => write!(f, "du {from} au {to}"),
            (Some(from), None) => write!(f, "à partir du {from}"),
            (None, Some(to)) => write!(f, "jusqu'au {to}"),
            (None, None) => f.write_str("sans limite de date"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse_iso(text).unwrap()
    }

    #[test]
    fn adding_a_month_clamps_to_its_last_day() {
        assert_eq!(day("2019-01-31").plus_months(1), Some(day("2019-02-28")));
        assert_eq!(day("2020-01-31").plus_months(1), Some(day("2020-02-29")));
    }

    #[test]
    fn completed_months_are_the_largest_count_that_fits() {
        assert_eq!(day("2018-04-10").completed_months_until(day("2019-10-15")), 18);
        assert_eq!(day("2019-01-31").completed_months_until(day("2019-02-28")), 1);
        assert_eq!(day("2019-01-31").completed_months_until(day("2019-02-27")), 0);
        assert_eq!(day("2019-02-01").completed_months_until(day("2019-01-31")), -1);
    }

    #[test]
    fn a_count_beyond_the_calendar_gives_no_date() {
        for count in [i64::MAX, i64::MIN, 2_000_000_000, -2_000_000_000] {
            assert_eq!(day("2020-01-01").plus_days(count), None);
            assert_eq!(day("2020-01-01").plus_months(count), None);
        }
    }

    #[test]
    fn an_impossible_day_is_no_date() {
        assert!(Date::parse_iso("2020-02-31").is_none());
        assert!(Date::parse_iso("2020-2-3").is_none());
        assert!(Date::parse_iso("-200-02-03").is_none());
    }

    #[test]
    fn days_count_across_years() {
        assert_eq!(day("2019-12-31").days_until(day("2020-03-01")), 61);
        assert_eq!(day("2020-03-01").days_until(day("2019-12-31")), -61);
    }
}
