//! Values and bounds as an author would write them in a table, exactly.

use super::axis::Ends;
use dsl::typed::tree::TypedTable;
use engine::{Bound, Exact, NumberForm, Schema, Type, Unit, Value};
use source::Sources;

/// What is needed to speak of a table.
#[derive(Clone, Copy)]
pub(crate) struct Speech<'c> {
    pub(crate) schema: &'c Schema,
    pub(crate) sources: &'c Sources,
    pub(crate) typed: &'c TypedTable,
}

impl Speech<'_> {
    /// The input of a column, in the author's words.
    pub(crate) fn input(&self, column: usize) -> &str {
        self.typed.inputs.get(column).map_or("", |input| self.sources.excerpt(input.span).trim())
    }

    /// A value of a column.
    pub(crate) fn value(&self, column: usize, value: &Value) -> String {
        match self.typed.table.inputs.get(column) {
            Some(ty) => literal(value, *ty, self.schema),
            None => String::new(),
        }
    }

    /// A point of the table: `personnes = 3 ; zone = autres_régions le 2020-01-01`, with the day when
    /// rows are dated.
    pub(crate) fn point(&self, point: &[Value]) -> String {
        let columns = self.typed.table.inputs.len();
        let said: Vec<String> = point
            .iter()
            .take(columns)
            .enumerate()
            .map(|(column, value)| {
                format!("{} = {}", self.input(column), self.value(column, value))
            })
            .collect();
        format!("{}{}", said.join(" ; "), self.day(point))
    }

    /// The day of a point, when the rows are dated: ` le 2020-01-01`.
    pub(crate) fn day(&self, point: &[Value]) -> String {
        let dated = self.typed.table.rows.iter().any(|row| row.period != engine::Period::default());
        match point.get(self.typed.table.inputs.len()) {
            Some(Value::Date(day)) if dated => format!(" le {day}"),
            Some(_) | None => String::new(),
        }
    }

    /// A run of values of a column, closed on both sides: `entre 199 et 200`.
    pub(crate) fn run(&self, column: usize, ends: &Ends) -> Option<String> {
        let (low, high) = (ends.low.as_ref()?, ends.high.as_ref()?);
        let said = |bound: &Bound| self.value(column, &bound.value);
        Some(match (low.included, high.included) {
            (true, true) if low.value == high.value => format!("à {} exactement", said(low)),
            (true, true) => format!("de {} à {}", said(low), said(high)),
            (true, false) => format!("de {} à moins de {}", said(low), said(high)),
            (false, true) => format!("de plus de {} à {}", said(low), said(high)),
            (false, false) => format!("entre {} et {}", said(low), said(high)),
        })
    }
}

/// Writes a value as the language reads it.
pub(crate) fn literal(value: &Value, ty: Type, schema: &Schema) -> String {
    match (value, ty) {
        (Value::Bool(true), _) => "oui".to_owned(),
        (Value::Bool(false), _) => "non".to_owned(),
        (Value::Date(day), _) => day.to_string(),
        (Value::Text(text), _) => format!("\"{text}\""),
        (Value::Enum(index), Type::Enum(id)) => {
            let values = schema.enumeration(id).map(|def| &def.values);
            let named = values.and_then(|values| values.get(*index as usize));
            named.map_or_else(String::new, |value| value.name.clone())
        }
        (Value::Number(number), Type::Number(unit, form)) => quantity(*number, unit, form),
        (Value::Enum(_) | Value::Number(_), _) => String::new(),
    }
}

fn quantity(number: Exact, unit: Unit, form: NumberForm) -> String {
    let percent = number.multiply(Exact::whole(100)).ok();
    if unit.is_none() {
        return match (form, percent) {
            (NumberForm::Percent, Some(percent)) => format!("{} %", decimal(percent)),
            (NumberForm::Percent | NumberForm::Whole | NumberForm::Decimal, _) => decimal(number),
        };
    }
    let years = number.divide(Exact::whole(12)).ok().filter(|years| years.is_whole());
    match years {
        Some(years) if unit == Unit::months() && !years.is_zero() => {
            let word = if years == Exact::ONE { "an" } else { "ans" };
            format!("{} {word}", decimal(years))
        }
        Some(_) | None => format!("{} {unit}", decimal(number)),
    }
}

/// Writes a number with all its decimals, thousands apart; as a fraction when they have no end.
fn decimal(number: Exact) -> String {
    let tens = (0_u32..=18).find_map(|places| {
        let scaled = number.multiply(Exact::whole(10_i128.checked_pow(places)?)).ok()?;
        scaled.is_whole().then(|| (scaled.numerator(), places as usize))
    });
    let Some((digits, places)) = tens else { return number.to_string() };
    let sign = if digits < 0 { "-" } else { "" };
    let padded = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    let comma = if fraction.is_empty() { "" } else { "," };
    format!("{sign}{}{comma}{fraction}", grouped(whole))
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Base;

    fn written(number: &str, unit: Unit, form: NumberForm) -> String {
        quantity(Exact::parse_decimal(number).unwrap(), unit, form)
    }

    #[test]
    fn numbers_are_written_as_the_language_reads_them() {
        let euros = Unit::of(Base::Euro);
        assert_eq!(written("1234567,125", euros, NumberForm::Decimal), "1 234 567,125 €");
        assert_eq!(written("-0,5", euros, NumberForm::Decimal), "-0,5 €");
        assert_eq!(written("0,335", Unit::NONE, NumberForm::Percent), "33,5 %");
        assert_eq!(written("12", Unit::months(), NumberForm::Whole), "1 an");
        assert_eq!(written("348", Unit::months(), NumberForm::Whole), "29 ans");
        assert_eq!(written("35", Unit::months(), NumberForm::Whole), "35 mois");
        let third = Exact::fraction(1, 3).unwrap();
        assert_eq!(quantity(third, Unit::NONE, NumberForm::Decimal), "1/3");
    }
}
