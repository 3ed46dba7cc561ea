//! One row as a case, for what is evaluated row by row.

use super::input::{Batch, FactColumn, ListColumn, Slots, unpack_day};
use super::output::RowError;
use super::parts_of_type;
use crate::{Case, Exact, Fact, FactState, FieldId, ListState, Proof, Schema, Type, Value};
use std::sync::Arc;

/// Reads the facts of a row. Errors: a slot that its type cannot hold.
pub(super) fn case(batch: &Batch<'_>, row: usize) -> Result<Case, RowError> {
    if let Some(case) = batch.replaced().get(&row) {
        return Ok(case.clone());
    }
    let mut case = Case::default();
    for (field, column) in batch.facts() {
        case.facts.insert(*field, fact(batch.schema(), *field, column, row)?);
    }
    for (list, column) in batch.lists() {
        case.lists.insert(*list, items(batch.schema(), column, row)?);
    }
    Ok(case)
}

fn items(schema: &Schema, column: &ListColumn<'_>, row: usize) -> Result<ListState, RowError> {
    if !column.known.is_none_or(|known| known.get(row)) {
        let withheld = column.withheld.is_some_and(|withheld| withheld.get(row));
        return Ok(if withheld { ListState::Withheld } else { ListState::Missing });
    }
    let end = |row: usize| column.offsets.get(row).map_or(0, |end| *end as usize);
    let items = (end(row)..end(row + 1)).map(|item| {
        let facts = column.facts.iter();
        facts.map(|(field, facts)| Ok((*field, fact(schema, *field, facts, item)?))).collect()
    });
    items.collect::<Result<_, _>>().map(ListState::Known)
}

fn fact(
    schema: &Schema,
    field: FieldId,
    column: &FactColumn<'_>,
    row: usize,
) -> Result<Fact, RowError> {
    let error = RowError { field };
    if !column.known.is_none_or(|known| known.get(row)) {
        let withheld = column.withheld.is_some_and(|withheld| withheld.get(row));
        let state = if withheld { FactState::Withheld } else { FactState::Missing };
        return Ok(Fact { state, ..Fact::default() });
    }
    let slot = column.values.get(row).ok_or(error)?;
    let value = value(schema, field, &column.values, slot).ok_or(error)?;
    let proof = match column.proofs {
        None => Proof::Declared,
        Some((places, proofs)) => {
            let place = places.get(row).ok_or(error)?;
            proofs.get(usize::from(*place)).cloned().ok_or(error)?
        }
    };
    Ok(Fact { proof, ..Fact::known(value) })
}

/// Reads a slot by the type of its field.
fn value(schema: &Schema, field: FieldId, values: &Slots<'_>, slot: i64) -> Option<Value> {
    let ty = schema.field(field)?.ty;
    match ty {
        Type::Bool => match slot {
            0 => Some(Value::Bool(false)),
            1 => Some(Value::Bool(true)),
            _ => None,
        },
        Type::Number(..) => {
            Exact::fraction(slot.into(), parts_of_type(ty).into()).map(Value::Number)
        }
        Type::Text | Type::Code => {
            let Slots::Texts(_, texts) = values else { return None };
            texts.get(usize::try_from(slot).ok()?).map(|text| Value::Text(Arc::clone(text)))
        }
        Type::Date => unpack_day(slot).map(Value::Date),
        Type::Enum(id) => {
            let place = u32::try_from(slot).ok()?;
            let count = schema.enumeration(id)?.values.len();
            (usize::try_from(place).ok()? < count).then_some(Value::Enum(place))
        }
        Type::Item(_) => None,
    }
}
