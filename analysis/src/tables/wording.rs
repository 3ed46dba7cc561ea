//! Values and bounds as an author would write them in a table, exactly.

use super::axis::Ends;
use crate::witness;
use dsl::typed::tree::TypedTable;
use engine::{Bound, Exact, Schema, Type, Unit, Value};
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

/// Writes a value as the language reads it, whole years as such; as a fraction when its decimals
/// have no end.
pub(crate) fn literal(value: &Value, ty: Type, schema: &Schema) -> String {
    match (value, ty) {
        (Value::Number(number), Type::Number(unit, _)) => {
            let years = years(*number, unit);
            let spelled = years.or_else(|| witness::spelled(value, ty, schema));
            spelled.unwrap_or_else(|| number.to_string())
        }
        _ => witness::spelled(value, ty, schema).unwrap_or_default(),
    }
}

fn years(number: Exact, unit: Unit) -> Option<String> {
    let years = number.divide(Exact::whole(12)).ok().filter(|years| years.is_whole())?;
    let word = if years == Exact::ONE { "an" } else { "ans" };
    (unit == Unit::months() && !years.is_zero()).then(|| format!("{years} {word}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{Base, NumberForm};

    fn written(number: &str, unit: Unit, form: NumberForm) -> String {
        let number = Value::Number(Exact::parse_decimal(number).unwrap());
        literal(&number, Type::Number(unit, form), &Schema::default())
    }

    #[test]
    fn numbers_are_written_as_the_language_reads_them() {
        let euros = Unit::of(Base::Euro);
        assert_eq!(written("1234567,125", euros, NumberForm::Decimal), "1 234 567,125 €");
        assert_eq!(written("-0,5", euros, NumberForm::Decimal), "-0,5 €");
        assert_eq!(written("0,335", Unit::NONE, NumberForm::Percent), "33,5 %");
        assert_eq!(written("0", Unit::points(), NumberForm::Whole), "0 point");
        assert_eq!(written("12", Unit::months(), NumberForm::Whole), "1 an");
        assert_eq!(written("348", Unit::months(), NumberForm::Whole), "29 ans");
        assert_eq!(written("35", Unit::months(), NumberForm::Whole), "35 mois");
        let third = Value::Number(Exact::fraction(1, 3).unwrap());
        let ty = Type::Number(Unit::NONE, NumberForm::Decimal);
        assert_eq!(literal(&third, ty, &Schema::default()), "1/3");
    }
}
