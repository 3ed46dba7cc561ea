//! Numbers as people write them: `1600`, `1234.50`, `1 600,50`, `1 600 €/mois`, `31,25 %`, `3 ans`.
//!
//! Every number becomes an [`Exact`]; nothing is rounded and no float is involved.

use crate::limits;
use engine::{Exact, NumberForm, Scaled, Unit};

/// The texts that may be numbers, for the JSON Schema; [`Quantity::parse`] decides.
pub(crate) const PATTERN: &str =
    "^ *-?[0-9][0-9 \u{a0}\u{202f}]*([.,][0-9]+)?([eE][+-]?[0-9]+)?[^0-9]*$";

/// A number with the unit written after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quantity {
    number: Exact,
    unit: WrittenUnit,
}

/// The unit written after a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WrittenUnit {
    /// None: the field's own.
    None,
    /// `%`.
    Percent,
    /// Any other.
    Unit(Scaled),
}

/// Why a text is no number of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuantityFault {
    /// It is no number.
    NotANumber,
    /// It has more digits than the engine keeps exactly.
    TooManyDigits,
    /// It is in another unit, named when it is one.
    OtherUnit(Option<Unit>),
    /// It has decimals where a whole number is due.
    NotWhole,
}

impl Quantity {
    /// Reads a number and its unit.
    pub(crate) fn parse(text: &str) -> Result<Self, QuantityFault> {
        let text = text.trim_matches(is_space);
        let end = text.find(|c: char| !is_number_character(c)).unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        let digits = digits.trim_end_matches(is_space);
        let (exponent, unit) = exponent(rest)?;
        let number = decimal(digits, exponent)?;
        Ok(Self { number, unit: written_unit(unit.trim_matches(is_space))? })
    }

    /// Returns the number in the unit of a field: months for durations, a ratio for percentages.
    /// A number without a unit is in the field's unit; percentages are written as such (31,25).
    pub(crate) fn in_unit(self, unit: Unit, form: NumberForm) -> Result<Exact, QuantityFault> {
        let percent = form == NumberForm::Percent && unit.is_none();
        let too_many = |_| QuantityFault::TooManyDigits;
        let number = match self.unit {
            WrittenUnit::None | WrittenUnit::Percent if percent => {
                self.number.divide(Exact::whole(100)).map_err(too_many)?
            }
            WrittenUnit::None => self.number,
            WrittenUnit::Percent => return Err(QuantityFault::OtherUnit(None)),
            WrittenUnit::Unit(written) if written.unit == unit => {
                self.number.multiply(written.factor).map_err(too_many)?
            }
            WrittenUnit::Unit(written) => {
                return Err(QuantityFault::OtherUnit(Some(written.unit)));
            }
        };
        match form {
            NumberForm::Whole if !number.is_whole() => Err(QuantityFault::NotWhole),
            NumberForm::Whole | NumberForm::Decimal | NumberForm::Percent => Ok(number),
        }
    }
}

/// Tells whether a text is a number written without a unit.
pub(crate) fn is_number(text: &str) -> bool {
    Quantity::parse(text).is_ok_and(|quantity| quantity.unit == WrittenUnit::None)
}

/// Reads one part of a fraction: a whole number.
pub(crate) fn whole(text: &str) -> Result<Exact, QuantityFault> {
    let quantity = Quantity::parse(text)?;
    quantity.in_unit(Unit::NONE, NumberForm::Whole)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}')
}

fn is_number_character(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '-' | '.' | ',') || is_space(c)
}

/// Splits off the exponent that programs write: `1e3`. Absent: zero.
fn exponent(rest: &str) -> Result<(i32, &str), QuantityFault> {
    let Some(after) = rest.strip_prefix(['e', 'E']) else { return Ok((0, rest)) };
    let unsigned = after.strip_prefix(['+', '-']).unwrap_or(after);
    if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return Ok((0, rest));
    }
    let exponent: i32 = after.parse().map_err(|_| QuantityFault::TooManyDigits)?;
    Ok((exponent, ""))
}

fn decimal(text: &str, exponent: i32) -> Result<Exact, QuantityFault> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (int, frac) = match unsigned.split_once(['.', ',']) {
        Some((_, "")) => return Err(QuantityFault::NotANumber),
        Some(parts) => parts,
        None => (unsigned, ""),
    };
    let int = without_thousands(int).ok_or(QuantityFault::NotANumber)?;
    if !frac.bytes().all(|b| b.is_ascii_digit()) {
        return Err(QuantityFault::NotANumber);
    }
    let (int, frac) = shifted(&int, frac, exponent)?;
    let significant = int.trim_start_matches('0');
    let frac = frac.trim_end_matches('0');
    if significant.len() > limits::INTEGER_DIGITS || frac.len() > limits::DECIMAL_DIGITS {
        return Err(QuantityFault::TooManyDigits);
    }
    let mark = if frac.is_empty() { "" } else { "." };
    let plain = format!("{sign}0{significant}{mark}{frac}");
    Exact::parse_decimal(&plain).ok_or(QuantityFault::NotANumber)
}

/// Returns the digits of a whole part, with or without spaces between groups of three.
fn without_thousands(int: &str) -> Option<String> {
    let mut groups = int.split(is_space);
    let first = groups.next()?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(first) {
        return None;
    }
    let mut out = first.to_owned();
    for group in groups {
        if group.len() != 3 || !digits(group) || first.len() > 3 {
            return None;
        }
        out.push_str(group);
    }
    Some(out)
}

/// Moves the decimal mark by an exponent.
fn shifted(int: &str, frac: &str, exponent: i32) -> Result<(String, String), QuantityFault> {
    let places = usize::try_from(exponent.unsigned_abs()).unwrap_or(usize::MAX);
    let most = limits::INTEGER_DIGITS + limits::DECIMAL_DIGITS;
    if places > most || int.len() > 4 * most || frac.len() > 4 * most {
        return Err(QuantityFault::TooManyDigits);
    }
    let zeros = "0".repeat(places);
    if exponent >= 0 {
        let padded = format!("{frac}{zeros}");
        let (moved, rest) = padded.split_at_checked(places).unwrap_or((&padded, ""));
        Ok((format!("{int}{moved}"), rest.to_owned()))
    } else {
        let padded = format!("{zeros}{int}");
        let at = padded.len().saturating_sub(places);
        let (rest, moved) = padded.split_at_checked(at).unwrap_or(("", &padded));
        Ok((rest.to_owned(), format!("{moved}{frac}")))
    }
}

fn written_unit(text: &str) -> Result<WrittenUnit, QuantityFault> {
    match text {
        "" => return Ok(WrittenUnit::None),
        "%" => return Ok(WrittenUnit::Percent),
        _ => {}
    }
    let mut unit = Scaled { unit: Unit::NONE, factor: Exact::ONE };
    for (index, word) in text.split('/').enumerate() {
        let power = if index == 0 { 1 } else { -1 };
        let word = word.trim_matches(is_space);
        unit = Scaled::of_word(word, power)
            .and_then(|factor| unit.and(factor))
            .ok_or(QuantityFault::NotANumber)?;
    }
    Ok(WrittenUnit::Unit(unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Base;

    fn plain(text: &str) -> Result<Exact, QuantityFault> {
        Quantity::parse(text)?.in_unit(Unit::NONE, NumberForm::Decimal)
    }

    fn exact(text: &str) -> Result<Exact, QuantityFault> {
        Exact::parse_decimal(text).ok_or(QuantityFault::NotANumber)
    }

    #[test]
    fn decimals_are_exact_in_both_marks() {
        assert_eq!(plain("1234.50"), exact("1234,5"));
        assert_eq!(plain("0,1"), Ok(Exact::fraction(1, 10).unwrap()));
        assert_eq!(plain("-12,25"), exact("-12,25"));
        assert_eq!(plain("007"), exact("7"));
    }

    #[test]
    fn thousands_are_groups_of_three() {
        assert_eq!(plain("1 600,50"), exact("1600,5"));
        assert_eq!(plain("1\u{202f}600\u{a0}000"), exact("1600000"));
        for bad in ["16 00", "1 6000", "1600 000", "1 600 0", " 600 1"] {
            assert_eq!(plain(bad), Err(QuantityFault::NotANumber), "{bad}");
        }
    }

    #[test]
    fn exponents_are_exact_or_refused() {
        assert_eq!(plain("1.6e3"), exact("1600"));
        assert_eq!(plain("16e-1"), exact("1,6"));
        assert_eq!(plain("5E-3"), exact("0,005"));
        for bad in ["1e400", "1e-400", "1e99999999999999999999", "1e31"] {
            assert_eq!(plain(bad), Err(QuantityFault::TooManyDigits), "{bad}");
        }
    }

    #[test]
    fn a_number_beyond_any_scale_is_refused() {
        let sixty = "9".repeat(60);
        assert_eq!(plain(&sixty), Err(QuantityFault::TooManyDigits));
        assert_eq!(plain(&format!("0.{sixty}")), Err(QuantityFault::TooManyDigits));
        assert_eq!(plain(&"9".repeat(18)), exact(&"9".repeat(18)));
        assert_eq!(plain(&"9".repeat(100_000)), Err(QuantityFault::TooManyDigits));
    }

    #[test]
    fn what_is_no_number_is_not_one() {
        for bad in ["", "-", ".", "1.", ".5", "1,2,3", "--1", "+5", "1_000", "0x1F", ".inf", "NaN"]
        {
            assert_eq!(plain(bad), Err(QuantityFault::NotANumber), "{bad}");
        }
    }

    #[test]
    fn a_unit_is_the_field_s_own() {
        let rent = Scaled::of_word("€", 1).unwrap().and(Scaled::of_word("mois", -1).unwrap());
        let rent = rent.unwrap().unit;
        let read = |text: &str, unit| Quantity::parse(text)?.in_unit(unit, NumberForm::Decimal);
        assert_eq!(read("1 600 €/mois", rent), exact("1600"));
        assert_eq!(read("3 ans", Unit::months()), exact("36"));
        assert_eq!(read("18", Unit::months()), exact("18"));
        assert_eq!(read("1 h", Unit::of(Base::Minute)), exact("60"));
        let yearly = rent.with(Base::Month, 1).with(Base::Year, -1);
        assert_eq!(read("19200 €/an", rent), Err(QuantityFault::OtherUnit(Some(yearly))));
        assert_eq!(read("3 francs", rent), Err(QuantityFault::NotANumber));
    }

    #[test]
    fn a_percentage_is_a_ratio_kept_exactly() {
        let read = |text: &str| Quantity::parse(text)?.in_unit(Unit::NONE, NumberForm::Percent);
        assert_eq!(read("31,25 %"), exact("0,3125"));
        assert_eq!(read("31.25"), exact("0,3125"));
        assert_eq!(plain("31 %"), Err(QuantityFault::OtherUnit(None)));
    }

    #[test]
    fn a_whole_number_has_no_decimals() {
        let read = |text: &str| Quantity::parse(text)?.in_unit(Unit::NONE, NumberForm::Whole);
        assert_eq!(read("31,5"), Err(QuantityFault::NotWhole));
        assert_eq!(read("31.0"), exact("31"));
    }
}
