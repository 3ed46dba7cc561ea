//! A cell as its table holds it, and the text that a dossier would have in its place.

use crate::table::number;
use engine::Date;
use std::borrow::Cow;

/// A cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given<'t> {
    /// Nothing.
    Absent,
    /// A text.
    Text(&'t str),
    /// A truth.
    Truth(bool),
    /// A count of decimal parts, and how many decimals they are of.
    Number(i128, u8),
    /// Days since the first of 1970.
    Day(i32),
}

impl<'t> Given<'t> {
    /// Writes it as a dossier would. A day that no calendar has is one that cannot be read.
    pub(crate) fn text(self) -> Cow<'t, str> {
        match self {
            Self::Absent => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Truth(true) => Cow::Borrowed("oui"),
            Self::Truth(false) => Cow::Borrowed("non"),
            Self::Number(count, scale) => Cow::Owned(number(count, scale)),
            Self::Day(days) => match day(days) {
                Some(day) => Cow::Owned(day.to_string()),
                None => Cow::Borrowed("9999-99-99"),
            },
        }
    }
}

/// Finds a day of the calendar.
pub(crate) fn day(since_1970: i32) -> Option<Date> {
    Date::new(1970, 1, 1)?.plus_days(since_1970.into())
}
