//! Today: the one place that reads a clock. No evaluation depends on it, only reviews that are due.

use engine::Date;
use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_A_DAY: u64 = 24 * 60 * 60;

/// Returns the day it is, in universal time.
pub fn today() -> Option<Date> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    let days = i64::try_from(seconds / SECONDS_A_DAY).ok()?;
    Date::new(1970, 1, 1)?.plus_days(days)
}

/// Reads a date of the command line. Errors: one line in French.
pub fn argument(text: &str) -> Result<Date, String> {
    Date::parse_iso(text).ok_or_else(|| "attendu une date comme 2019-10-15".to_owned())
}
