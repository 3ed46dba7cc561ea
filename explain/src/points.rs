//! Points, exactly: a JSON integer when whole, else a text.

use engine::Exact;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// An exact number on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(pub Exact);

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let whole = i64::try_from(self.0.numerator()).ok().filter(|_| self.0.is_whole());
        match whole {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_str(&decimal(self.0)),
        }
    }
}

impl JsonSchema for Points {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Points")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Nombre exact : un entier JSON ; à défaut un texte décimal (« 12.5 ») ou une fraction (« 1/3 »)",
            "anyOf": [
                { "type": "integer" },
                { "type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+|/[0-9]+)?$" }
            ]
        })
    }
}

/// Writes a number as a decimal when it has a finite one of at most 30 places, else as a fraction.
pub fn decimal(number: Exact) -> String {
    const PLACES: u32 = 30;
    let mut scaled = number;
    for places in 0..=PLACES {
        if scaled.is_whole() {
            return placed(scaled.numerator(), places as usize);
        }
        match scaled.multiply(Exact::whole(10)) {
            Ok(next) => scaled = next,
            Err(_) => break,
        }
    }
    number.to_string()
}

fn placed(digits: i128, places: usize) -> String {
    if places == 0 {
        return digits.to_string();
    }
    let sign = if digits < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(numerator: i128, denominator: i128) -> String {
        serde_json::to_string(&Points(Exact::fraction(numerator, denominator).unwrap())).unwrap()
    }

    #[test]
    fn whole_points_are_integers() {
        assert_eq!(written(40, 1), "40");
        assert_eq!(written(-3, 1), "-3");
        assert_eq!(written(0, 1), "0");
    }

    #[test]
    fn others_are_texts_without_loss() {
        assert_eq!(written(5, 16), "\"0.3125\"");
        assert_eq!(written(-25, 2), "\"-12.5\"");
        assert_eq!(written(1, 3), "\"1/3\"");
        assert_eq!(written(i128::from(i64::MAX) + 1, 1), "\"9223372036854775808\"");
    }
}
