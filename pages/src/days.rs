//! Days and periods in words.

use engine::{Date, Period, Schema, Type, Value, show};

/// Says a day: « 1er juillet 2019 ».
pub fn day(day: Date) -> String {
    show(&Value::Date(day), Type::Date, &Schema::default())
}

/// Says a period, both days included.
pub fn period(period: Period) -> String {
    match (period.from, period.to) {
        (None, None) => "sans limite de durée".to_owned(),
        (Some(from), None) => format!("à partir du {}", day(from)),
        (None, Some(to)) => format!("jusqu'au {}", day(to)),
        (Some(from), Some(to)) => format!("du {} au {}", day(from), day(to)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_period_says_its_ends_in_words() {
        let on = |text: &str| Date::parse_iso(text).unwrap();
        let said = |from: Option<&str>, to: Option<&str>| {
            period(Period { from: from.map(on), to: to.map(on) })
        };
        assert_eq!(said(Some("2019-07-01"), None), "à partir du 1er juillet 2019");
        assert_eq!(said(None, Some("2020-02-29")), "jusqu'au 29 février 2020");
        assert_eq!(
            said(Some("2019-07-01"), Some("2019-12-31")),
            "du 1er juillet 2019 au 31 décembre 2019"
        );
        assert_eq!(said(None, None), "sans limite de durée");
    }
}
