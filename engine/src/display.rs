//! Values as a French reader expects them. Display rounds, commercially; arithmetic never does.
//!
//! Thousands are parted by U+202F and a number from its unit by U+00A0. A duration of whole years is
//! said in years, another in months.

use crate::{Base, Date, Exact, NumberForm, Rounding, Schema, Type, Unit, Value};

const THOUSANDS: char = '\u{202f}';
const SPACE: char = '\u{a0}';

/// Shows a value of a type in French, rounded for reading.
pub fn show(value: &Value, ty: Type, schema: &Schema) -> String {
    shown(value, ty, schema, Decimals::UpTo(2))
}

/// Shows a value of a type in French, whole: as a fraction when its decimals have no end.
pub fn show_exactly(value: &Value, ty: Type, schema: &Schema) -> String {
    shown(value, ty, schema, Decimals::All)
}

/// Shows a number without a unit in French, rounded for reading.
pub fn show_number(number: Exact) -> String {
    decimal(number, Decimals::UpTo(2))
}

/// Counts things in French, thousands apart: `1 candidat`, `1 234 candidats`.
pub fn show_counted(count: u64, one: &str, many: &str) -> String {
    let noun = if count > 1 { many } else { one };
    format!("{} {noun}", show_number(Exact::whole(count.into())))
}

fn shown(value: &Value, ty: Type, schema: &Schema, decimals: Decimals) -> String {
    match value {
        Value::Bool(true) => "oui".to_owned(),
        Value::Bool(false) => "non".to_owned(),
        Value::Date(day) => date(*day),
        Value::Text(text) => text.to_string(),
        Value::Enum(index) => enum_label(*index, ty, schema),
        Value::Number(number) => match ty {
            Type::Number(unit, form) => quantity(*number, unit, form, decimals),
            Type::Bool | Type::Text | Type::Code | Type::Date | Type::Enum(_) | Type::Item(_) => {
                decimal(*number, decimals)
            }
        },
    }
}

fn enum_label(index: u32, ty: Type, schema: &Schema) -> String {
    let Type::Enum(id) = ty else { return String::new() };
    let value = schema.enumeration(id).and_then(|def| def.values.get(index as usize));
    value.map_or_else(String::new, |value| value.label.clone())
}

fn date(day: Date) -> String {
    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let month = usize::try_from(day.month() - 1).ok().and_then(|at| MONTHS.get(at));
    let ordinal = if day.day() == 1 { "er" } else { "" };
    format!("{}{ordinal} {} {}", day.day(), month.copied().unwrap_or_default(), day.year())
}

fn quantity(number: Exact, unit: Unit, form: NumberForm, decimals: Decimals) -> String {
    if unit.is_none() {
        return match form {
            NumberForm::Percent => percentage(number, decimals),
            NumberForm::Whole | NumberForm::Decimal => decimal(number, decimals),
        };
    }
    if unit == Unit::months() {
        return duration(number, decimals);
    }
    let euros = unit.exponent(Base::Euro) > 0;
    let figures = match decimals {
        Decimals::UpTo(_) if euros && !is_shown_whole(number) => {
            decimal(number, Decimals::Exactly(2))
        }
        Decimals::All if euros && hundredths(number) == Some(number) && !number.is_whole() => {
            decimal(number, Decimals::Exactly(2))
        }
        Decimals::UpTo(_) | Decimals::Exactly(_) | Decimals::All => decimal(number, decimals),
    };
    format!("{figures}{SPACE}{}", unit_word(unit, number))
}

fn percentage(number: Exact, decimals: Decimals) -> String {
    match number.multiply(Exact::whole(100)) {
        Ok(hundredths) => format!("{}{SPACE}%", decimal(hundredths, decimals)),
        Err(_) => decimal(number, decimals),
    }
}

fn duration(months: Exact, decimals: Decimals) -> String {
    let years = months.divide(Exact::whole(12)).ok().filter(|years| years.is_whole());
    match years {
        Some(years) if !years.is_zero() => {
            let word = if is_plural(years) { "ans" } else { "an" };
            format!("{}{SPACE}{word}", decimal(years, decimals))
        }
        Some(_) | None => format!("{}{SPACE}mois", decimal(months, decimals)),
    }
}

/// Two and more are plural in French; one and a half is not.
fn is_plural(number: Exact) -> bool {
    let two = Exact::whole(2);
    number >= two || number <= Exact::whole(-2)
}

fn unit_word(unit: Unit, number: Exact) -> String {
    let plural = is_plural(number);
    let word = |one: &str, many: &str| if plural { many.to_owned() } else { one.to_owned() };
    if unit == Unit::points() {
        word("point", "points")
    } else if unit == Unit::days() {
        word("jour", "jours")
    } else if unit == Unit::of(Base::Minute) {
        word("minute", "minutes")
    } else {
        let written = unit.to_string();
        match written.strip_prefix("point/") {
            Some(rest) if plural => format!("points/{rest}"),
            Some(_) | None => written,
        }
    }
}

/// How many decimals are shown.
#[derive(Clone, Copy)]
enum Decimals {
    UpTo(u32),
    Exactly(u32),
    All,
}

/// The most decimals that a number is written with; beyond, it is a fraction.
const MOST_DECIMALS: u32 = 30;

/// How many decimals a number has, when they end.
fn places(number: Exact) -> Option<u32> {
    (0..=MOST_DECIMALS).find(|places| {
        let scale = 10_i128.checked_pow(*places);
        scale.is_some_and(|scale| scale.checked_rem(number.denominator()) == Some(0))
    })
}

fn hundredths(number: Exact) -> Option<Exact> {
    let step = Exact::decimal(1, 2)?;
    number.round(Rounding::HalfAway, step).ok()
}

fn is_shown_whole(number: Exact) -> bool {
    hundredths(number).is_none_or(Exact::is_whole)
}

fn decimal(number: Exact, decimals: Decimals) -> String {
    let whole = i64::try_from(number.numerator()).ok().filter(|_| number.is_whole());
    if let (Decimals::UpTo(_) | Decimals::All, Some(whole)) = (decimals, whole) {
        let sign = if whole < 0 { "-" } else { "" };
        return format!("{sign}{}", grouped(&whole.unsigned_abs().to_string()));
    }
    let places = match decimals {
        Decimals::UpTo(places) | Decimals::Exactly(places) => places,
        Decimals::All => match places(number) {
            Some(places) => places,
            None => return number.to_string(),
        },
    };
    let scaled = 10_i128
        .checked_pow(places)
        .and_then(|scale| number.multiply(Exact::whole(scale)).ok())
        .and_then(|scaled| scaled.round(Rounding::HalfAway, Exact::ONE).ok());
    let Some(scaled) = scaled else { return grouped(&number.to_string()) };
    let digits = scaled.numerator().unsigned_abs().to_string();
    let width = places as usize + 1;
    let padded = format!("{digits:0>width$}");
    let (whole, fraction) = padded.split_at(padded.len() - places as usize);
    let fraction = match decimals {
        Decimals::UpTo(_) => fraction.trim_end_matches('0'),
        Decimals::Exactly(_) | Decimals::All => fraction,
    };
    let sign = if scaled.is_negative() { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{}", grouped(whole))
    } else {
        format!("{sign}{},{fraction}", grouped(whole))
    }
}

/// Parts digits by threes.
fn grouped(digits: &str) -> String {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(THOUSANDS);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EnumDef, EnumId, EnumValue, Scaled};

    fn shown(number: &str, unit: Unit, form: NumberForm) -> String {
        let number = Exact::parse_decimal(number).unwrap();
        show(&Value::Number(number), Type::Number(unit, form), &Schema::default())
    }

    fn monthly() -> Unit {
        Scaled::of_word("€", 1).unwrap().and(Scaled::of_word("mois", -1).unwrap()).unwrap().unit
    }

    #[test]
    fn amounts_show_cents_only_when_there_are_some() {
        assert_eq!(shown("1600", monthly(), NumberForm::Decimal), "1\u{202f}600\u{a0}€/mois");
        let euro = Unit::of(Base::Euro);
        assert_eq!(shown("500,5", euro, NumberForm::Decimal), "500,50\u{a0}€");
        assert_eq!(
            shown("1234567,895", euro, NumberForm::Decimal),
            "1\u{202f}234\u{202f}567,90\u{a0}€"
        );
        assert_eq!(shown("500,001", euro, NumberForm::Decimal), "500\u{a0}€");
    }

    #[test]
    fn percentages_show_two_decimals_at_most() {
        let of = |numerator, denominator| {
            let ratio = Exact::fraction(numerator, denominator).unwrap();
            let ty = Type::Number(Unit::NONE, NumberForm::Percent);
            show(&Value::Number(ratio), ty, &Schema::default())
        };
        assert_eq!(of(500, 1600), "31,25\u{a0}%");
        assert_eq!(of(500, 1550), "32,26\u{a0}%");
        assert_eq!(of(26, 100), "26\u{a0}%");
        assert_eq!(of(0, 1), "0\u{a0}%");
    }

    #[test]
    fn durations_are_years_when_whole_else_months() {
        assert_eq!(shown("348", Unit::months(), NumberForm::Whole), "29\u{a0}ans");
        assert_eq!(shown("12", Unit::months(), NumberForm::Whole), "1\u{a0}an");
        assert_eq!(shown("18", Unit::months(), NumberForm::Whole), "18\u{a0}mois");
        assert_eq!(shown("0", Unit::months(), NumberForm::Whole), "0\u{a0}mois");
    }

    #[test]
    fn plural_begins_at_two() {
        let points = |number| shown(number, Unit::points(), NumberForm::Decimal);
        assert_eq!(points("0"), "0\u{a0}point");
        assert_eq!(points("1,5"), "1,5\u{a0}point");
        assert_eq!(points("2"), "2\u{a0}points");
        assert_eq!(points("-40"), "-40\u{a0}points");
        assert_eq!(shown("1", Unit::days(), NumberForm::Whole), "1\u{a0}jour");
        assert_eq!(shown("75", Unit::of(Base::Minute), NumberForm::Whole), "75\u{a0}minutes");
        assert_eq!(shown("70", Unit::of(Base::Kilometre), NumberForm::Decimal), "70\u{a0}km");
    }

    #[test]
    fn dates_truths_and_enumerations_are_words() {
        let day = |text| Value::Date(Date::parse_iso(text).unwrap());
        let schema = Schema {
            enums: vec![EnumDef {
                name: "statut".to_owned(),
                label: None,
                values: vec![EnumValue { name: "cdi".to_owned(), label: "CDI".to_owned() }],
            }],
            ..Schema::default()
        };
        assert_eq!(show(&day("2020-05-01"), Type::Date, &schema), "1er mai 2020");
        assert_eq!(show(&day("2020-05-02"), Type::Date, &schema), "2 mai 2020");
        assert_eq!(show(&Value::Bool(true), Type::Bool, &schema), "oui");
        assert_eq!(show(&Value::Enum(0), Type::Enum(EnumId(0)), &schema), "CDI");
        assert_eq!(show(&Value::Enum(9), Type::Enum(EnumId(0)), &schema), "");
    }

    #[test]
    fn a_value_shown_exactly_loses_nothing() {
        let exactly = |numerator, denominator, unit, form| {
            let number = Exact::fraction(numerator, denominator).unwrap();
            show_exactly(&Value::Number(number), Type::Number(unit, form), &Schema::default())
        };
        let (plain, euro) = (Unit::NONE, Unit::of(Base::Euro));
        assert_eq!(exactly(1, 8, plain, NumberForm::Decimal), "0,125");
        assert_eq!(exactly(1, 3, plain, NumberForm::Decimal), "1/3");
        assert_eq!(exactly(33_335, 100_000, plain, NumberForm::Percent), "33,335\u{a0}%");
        assert_eq!(exactly(5005, 10, euro, NumberForm::Decimal), "500,50\u{a0}€");
        assert_eq!(exactly(500_001, 1000, euro, NumberForm::Decimal), "500,001\u{a0}€");
        assert_eq!(exactly(500, 1, euro, NumberForm::Decimal), "500\u{a0}€");
        assert_eq!(exactly(348, 1, Unit::months(), NumberForm::Whole), "29\u{a0}ans");
        assert_eq!(exactly(-7, 2, Unit::months(), NumberForm::Decimal), "-3,5\u{a0}mois");
    }

    #[test]
    fn counts_have_their_thousands_apart_and_their_noun() {
        let counted = |count| show_counted(count, "offre", "offres");
        assert_eq!([0, 1, 2].map(counted), ["0 offre", "1 offre", "2 offres"]);
        assert_eq!(counted(1_234_567), "1\u{202f}234\u{202f}567 offres");
    }

    #[test]
    fn a_number_beyond_display_is_shown_whole() {
        let huge = Value::Number(Exact::whole(i128::MAX));
        let ty = Type::Number(Unit::NONE, NumberForm::Decimal);
        assert!(show(&huge, ty, &Schema::default()).starts_with("170\u{202f}141"));
    }
}
