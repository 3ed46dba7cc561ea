//! Facts brought into registers: decoded once, each by the shape that the code gives it.

use super::code::{FactRegister, PlannedCode, Shape};
use super::days;
use super::lower::TOTAL_PARTS;
use super::walk::Deferred;
use crate::evaluate::GridTotals;
use crate::{Case, Exact, Fact, FactState, FieldId, ListState, Value};
use std::sync::Arc;

/// The facts of the items of each list, item after item.
#[derive(Clone, Debug, Default)]
pub(super) struct Items {
    values: Vec<i64>,
    /// By list: where its values begin, how many an item has, how many items.
    lists: Vec<(usize, usize, usize)>,
}

impl Items {
    /// Iterates over the items of a list.
    pub(super) fn of(&self, list: usize) -> impl Iterator<Item = &[i64]> {
        let (start, width, count) = self.lists.get(list).copied().unwrap_or_default();
        (0..count).map(move |item| {
            let from = start + item * width;
            self.values.get(from..from + width).unwrap_or_default()
        })
    }
}

/// Brings a case into registers.
pub(super) fn read(
    code: &PlannedCode,
    case: &Case,
    registers: &mut [i64],
    items: &mut Items,
) -> Result<(), Deferred> {
    let mut held = case.facts.iter().peekable();
    for fact in &code.facts {
        while held.next_if(|(field, _)| **field < fact.field).is_some() {}
        let Some((_, known)) = held.next_if(|(field, _)| **field == fact.field) else {
            return Err(Deferred);
        };
        let value = decoded(known, *fact, &code.texts)?;
        *registers.get_mut(fact.register as usize).ok_or(Deferred)? = value;
    }
    if code.compares_texts {
        tell_apart(code, case, registers)?;
    }
    for field in &code.others {
        if !case.facts.get(field).is_some_and(is_known) {
            return Err(Deferred);
        }
    }
    for (list, fields) in &code.items {
        let Some(ListState::Known(items)) = case.lists.get(list) else { return Err(Deferred) };
        let known = |field| items.iter().all(|item| item.get(field).is_some_and(is_known));
        if !fields.iter().all(known) {
            return Err(Deferred);
        }
    }
    read_items(code, case, items)
}

/// Brings the totals of grids into registers, 0 for those that have none.
pub(super) fn read_totals(
    code: &PlannedCode,
    totals: GridTotals<'_>,
    registers: &mut [i64],
) -> Result<(), Deferred> {
    for (grid, register) in &code.totals {
        let held = totals.iter().find(|(other, _)| other == grid);
        let total = held.map_or(Exact::ZERO, |(_, total)| *total);
        let parts = parts_of(total, TOTAL_PARTS).ok_or(Deferred)?;
        *registers.get_mut(*register as usize).ok_or(Deferred)? = parts;
    }
    Ok(())
}

fn read_items(code: &PlannedCode, case: &Case, items: &mut Items) -> Result<(), Deferred> {
    items.values.clear();
    items.lists.clear();
    for planned in &code.lists {
        let Some(ListState::Known(held)) = case.lists.get(&planned.list) else {
            return Err(Deferred);
        };
        items.lists.push((items.values.len(), planned.facts.len(), held.len()));
        for item in held {
            for fact in &planned.facts {
                let known = item.get(&fact.field).ok_or(Deferred)?;
                items.values.push(decoded(known, *fact, &code.texts)?);
            }
        }
    }
    Ok(())
}

fn is_known(fact: &Fact) -> bool {
    matches!(fact.state, FactState::Known(_))
}

fn decoded(fact: &Fact, due: FactRegister, texts: &[Arc<str>]) -> Result<i64, Deferred> {
    let FactState::Known(value) = &fact.state else { return Err(Deferred) };
    match (value, due.shape) {
        (Value::Bool(value), Shape::Bool) => Ok(i64::from(*value)),
        (Value::Number(value), Shape::Number(parts)) => parts_of(*value, parts).ok_or(Deferred),
        (Value::Date(day), Shape::Date) => days::packed(*day).ok_or(Deferred),
        (Value::Enum(value), Shape::Enum) => Ok(i64::from(*value)),
        (Value::Text(text), Shape::Text) => Ok(place_of(text, texts)),
        (
            Value::Bool(_) | Value::Number(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_),
            _,
        ) => Err(Deferred),
    }
}

/// Returns a number in parts of a denominator; absent when it is not a whole count of them.
pub(crate) fn parts_of(value: Exact, parts: i64) -> Option<i64> {
    let below = i64::try_from(value.denominator()).ok()?;
    let above = i64::try_from(value.numerator()).ok()?;
    if parts % below == 0 { above.checked_mul(parts / below) } else { None }
}

/// How many texts of a case may be told apart between two of the code.
const APART: i64 = 16;

/// Returns a number that keeps the order of texts: an odd multiple for one of the code, the even one
/// between for another.
pub(crate) fn place_of(text: &str, texts: &[Arc<str>]) -> i64 {
    let (place, equal) = match texts.binary_search_by(|held| held.as_ref().cmp(text)) {
        Ok(place) => (place, 1),
        Err(place) => (place, 0),
    };
    (i64::try_from(place).unwrap_or(i64::MAX / 64) * 2 + equal) * APART
}

/// Tells apart the texts of a case that are between the same two of the code.
fn tell_apart(code: &PlannedCode, case: &Case, registers: &mut [i64]) -> Result<(), Deferred> {
    let texts = || code.facts.iter().filter(|fact| fact.shape == Shape::Text);
    for fact in texts() {
        let own = text_of(case, fact.field)?;
        let place = place_of(own, &code.texts);
        if (place / APART) % 2 == 1 {
            continue;
        }
        let mut below = 0;
        for other in texts() {
            let text = text_of(case, other.field)?;
            below += i64::from(text < own && place_of(text, &code.texts) == place);
        }
        if below >= APART {
            return Err(Deferred);
        }
        *registers.get_mut(fact.register as usize).ok_or(Deferred)? = place + below;
    }
    Ok(())
}

fn text_of(case: &Case, field: FieldId) -> Result<&str, Deferred> {
    match case.facts.get(&field).map(|fact| &fact.state) {
        Some(FactState::Known(Value::Text(text))) => Ok(text),
        Some(FactState::Known(_) | FactState::Missing | FactState::Withheld) | None => {
            Err(Deferred)
        }
    }
}
