//! Values at the border of a script, converted by the types a function declares.
//!
//! Whole numbers are integers and other numbers decimals, whatever their value: a script never
//! divides an amount as integers because it happened to be round. Dates are texts `2020-05-02`,
//! enumerations the name of their value; a percentage is the ratio (0,3125).

use crate::exact;
use engine::{Date, EnumId, Exact, NumberForm, Schema, Type, Value};
use rhai::{Dynamic, INT, Map};
use rust_decimal::Decimal;

/// Turns a value into what a script reads. Absent when it has no exact form there, or is not of
/// the type.
pub(crate) fn to_script(value: &Value, ty: Type, schema: &Schema) -> Option<Dynamic> {
    match (value, ty) {
        (Value::Bool(value), Type::Bool) => Some((*value).into()),
        (Value::Number(number), Type::Number(_, NumberForm::Whole)) => whole(*number),
        (Value::Number(number), Type::Number(_, NumberForm::Decimal | NumberForm::Percent)) => {
            exact::decimal(*number).map(Dynamic::from)
        }
        (Value::Date(date), Type::Date) => Some(date.to_string().into()),
        (Value::Text(text), Type::Text | Type::Code) => Some(text.as_ref().into()),
        (Value::Enum(index), Type::Enum(id)) => {
            let values = &schema.enumeration(id)?.values;
            values.get(usize::try_from(*index).ok()?).map(|value| value.name.as_str().into())
        }
        (
            Value::Bool(_) | Value::Number(_) | Value::Date(_) | Value::Text(_) | Value::Enum(_),
            Type::Bool
            | Type::Number(..)
            | Type::Text
            | Type::Code
            | Type::Date
            | Type::Enum(_)
            | Type::Item(_),
        ) => None,
    }
}

/// Turns what a script returned into a value of a type. Absent when it is of another type.
pub(crate) fn from_script(value: &Dynamic, ty: Type, schema: &Schema) -> Option<Value> {
    match ty {
        Type::Bool => value.as_bool().ok().map(Value::Bool),
        Type::Number(_, form) => {
            let number = number(value)?;
            let fits = form != NumberForm::Whole || number.is_whole();
            fits.then_some(Value::Number(number))
        }
        Type::Text => text(value).map(|text| Value::Text(text.into())),
        Type::Code => {
            let text = text(value)?;
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
            plain.then(|| Value::Text(text.into()))
        }
        Type::Date => Date::parse_iso(&text(value)?).map(Value::Date),
        Type::Enum(id) => enumerated(&text(value)?, id, schema).map(Value::Enum),
        Type::Item(_) => None,
    }
}

fn whole(number: Exact) -> Option<Dynamic> {
    let whole = number.is_whole().then(|| INT::try_from(number.numerator()).ok())?;
    whole.map(Dynamic::from)
}

/// Reads an integer, a decimal or `#{ numerateur, denominateur }`.
fn number(value: &Dynamic) -> Option<Exact> {
    if let Some(number) = simple_number(value) {
        return Some(number);
    }
    let map = value.as_map_ref().ok()?;
    let map: &Map = &map;
    let part = |name: &str| simple_number(map.get(name)?);
    part("numerateur")?.divide(part("denominateur")?).ok()
}

fn simple_number(value: &Dynamic) -> Option<Exact> {
    if let Ok(whole) = value.as_int() {
        return Some(whole.into());
    }
    value.clone().try_cast::<Decimal>().map(exact::exact)
}

fn text(value: &Dynamic) -> Option<String> {
    value.as_immutable_string_ref().ok().map(|text| text.to_string())
}

fn enumerated(name: &str, id: EnumId, schema: &Schema) -> Option<u32> {
    let values = &schema.enumeration(id)?.values;
    let at = values.iter().position(|value| value.name == name)?;
    u32::try_from(at).ok()
}
