//! Columns of which every fact is known, drawn from nothing but the number of the row.

use engine::{
    Batch, ColumnError, Columns, Date, EntityId, FactColumn, FieldId, ListColumn, Schema, Slots,
    Type, pack_day, parts_of_type,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The texts of a column of texts: a commune and a company of `policies/`, and neither.
const TEXTS: [&str; 3] = ["69386", "000000018", "69123"];

/// The columns of a batch, owned.
pub struct Filled {
    rows: usize,
    facts: Vec<(FieldId, Type, Vec<i64>)>,
    lists: Vec<EntityId>,
    /// One more than rows, all 0: lists are known, and empty.
    offsets: Vec<u32>,
    places: Vec<u32>,
    texts: Vec<Arc<str>>,
}

impl Filled {
    /// Fills the columns of every fact of a schema.
    pub fn new(schema: &Schema, rows: usize) -> Self {
        let entities = (0..).map(EntityId).zip(&schema.entities);
        let (mut facts, mut lists) = (Vec::new(), Vec::new());
        for (id, entity) in entities {
            if entity.list {
                lists.push(id);
                continue;
            }
            for field in &entity.fields {
                let Some(def) = schema.field(*field) else { continue };
                let values = (0..rows).map(|row| slot(schema, def.ty, row + facts.len()));
                let values = values.collect();
                facts.push((*field, def.ty, values));
            }
        }
        let (offsets, texts) = (vec![0; rows + 1], TEXTS.map(Arc::from).to_vec());
        let places = (0_u32..3).cycle().take(rows).collect();
        Self { rows, facts, lists, offsets, places, texts }
    }

    /// Makes a batch of them. Errors: a column that is refused.
    pub fn batch<'a>(&'a self, columns: &Columns<'a>, day: Date) -> Result<Batch<'a>, ColumnError> {
        let mut batch = columns.batch(day, self.rows);
        for (field, ty, values) in &self.facts {
            let values = match ty {
                Type::Text | Type::Code => Slots::Texts(&self.places, &self.texts),
                Type::Bool | Type::Number(..) | Type::Date | Type::Enum(_) | Type::Item(_) => {
                    Slots::Wide(values)
                }
            };
            batch.add(*field, FactColumn::known(values))?;
        }
        for list in &self.lists {
            let offsets = &self.offsets;
            let facts = BTreeMap::new();
            batch.add_list(*list, ListColumn { offsets, known: None, withheld: None, facts })?;
        }
        Ok(batch)
    }
}

/// Draws a value of a type from a number.
fn slot(schema: &Schema, ty: Type, number: usize) -> i64 {
    let below = |end: usize| i64::try_from(number * 7_919 % end.max(1)).unwrap_or(0);
    match ty {
        Type::Bool => below(2),
        // Never zero: rules divide.
        Type::Number(..) => parts_of_type(ty) * (1 + below(99)),
        Type::Enum(id) => below(schema.enumeration(id).map_or(1, |def| def.values.len())),
        Type::Date => {
            let (year, month, day) = (1970 + below(49), 1 + below(12), 1 + below(28));
            let part = |part: i64| i8::try_from(part).unwrap_or(1);
            let date = i16::try_from(year).ok().and_then(|y| Date::new(y, part(month), part(day)));
            date.and_then(pack_day).unwrap_or(0)
        }
        Type::Text | Type::Code | Type::Item(_) => 0,
    }
}
