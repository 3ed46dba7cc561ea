//! A pool as columns, and what columns say of it beside what is decided of the pool itself.

use engine::{
    Asked, Assessed, AssessedGrid, AssessedLine, Assessment, Batch, Bits, Case, ColumnError,
    Columns, EntityId, Exact, Fact, FactColumn, FactState, FieldId, GridColumn, ListColumn,
    ListState, Outcomes, Plans, Pool, Proof, Schema, Slots, Type, Value, pack_day, parts_of_type,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The facts of one field as owned columns.
#[derive(Default)]
struct Held {
    values: Vec<i64>,
    places: Vec<u32>,
    texts: Vec<Arc<str>>,
    known: Vec<u8>,
    withheld: Vec<u8>,
    proofs: Vec<u8>,
    roles: Vec<Proof>,
}

impl Held {
    /// Adds the fact of a row; tells whether a slot can say it.
    fn push(&mut self, ty: Type, row: usize, fact: Option<&Fact>) -> bool {
        let state = fact.map_or(&FactState::Missing, |fact| &fact.state);
        mark(&mut self.known, row, matches!(state, FactState::Known(_)));
        mark(&mut self.withheld, row, *state == FactState::Withheld);
        let proof = fact.map(|fact| fact.proof.clone()).unwrap_or_default();
        let role = self.roles.iter().position(|role| *role == proof).unwrap_or_else(|| {
            self.roles.push(proof);
            self.roles.len() - 1
        });
        self.proofs.push(u8::try_from(role).unwrap_or(u8::MAX));
        let value = match state {
            FactState::Known(value) => Some(value),
            FactState::Missing | FactState::Withheld => None,
        };
        let slot = value.map(|value| self.slot(ty, value));
        self.values.push(slot.flatten().unwrap_or(0));
        if self.places.len() < self.values.len() {
            self.places.push(0);
        }
        slot.is_none_or(|slot| slot.is_some())
    }

    fn slot(&mut self, ty: Type, value: &Value) -> Option<i64> {
        match value {
            Value::Bool(truth) => Some(i64::from(*truth)),
            Value::Enum(place) => Some(i64::from(*place)),
            Value::Date(day) => pack_day(*day),
            Value::Text(text) => {
                self.places.push(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
                self.texts.push(Arc::clone(text));
                Some(0)
            }
            Value::Number(number) => {
                let (above, below) = (number.numerator(), number.denominator());
                let parts = i128::from(parts_of_type(ty));
                let whole = (parts % below == 0).then(|| above.checked_mul(parts / below))?;
                i64::try_from(whole?).ok()
            }
        }
    }

    fn column(&self, ty: Type) -> FactColumn<'_> {
        let values = match ty {
            Type::Text | Type::Code => Slots::Texts(&self.places, &self.texts),
            Type::Bool | Type::Number(..) | Type::Date | Type::Enum(_) | Type::Item(_) => {
                Slots::Wide(&self.values)
            }
        };
        let (known, withheld) = (Some(Bits(&self.known)), Some(Bits(&self.withheld)));
        FactColumn { values, known, withheld, proofs: Some((&self.proofs, &self.roles)) }
    }
}

fn mark(bits: &mut Vec<u8>, row: usize, bit: bool) {
    if bits.len() <= row / 8 {
        bits.push(0);
    }
    if let Some(byte) = bits.get_mut(row / 8) {
        *byte |= u8::from(bit) << (row % 8);
    }
}

/// The items of one list as owned columns.
#[derive(Default)]
struct HeldList {
    offsets: Vec<u32>,
    known: Vec<u8>,
    withheld: Vec<u8>,
    facts: BTreeMap<FieldId, Held>,
    items: usize,
}

impl HeldList {
    fn push(&mut self, schema: &Schema, list: EntityId, row: usize, state: &ListState) -> bool {
        mark(&mut self.known, row, matches!(state, ListState::Known(_)));
        mark(&mut self.withheld, row, *state == ListState::Withheld);
        let mut said = true;
        if let ListState::Known(items) = state {
            for item in items {
                for (field, ty) in fields(schema, list) {
                    let held = self.facts.entry(field).or_default();
                    said &= held.push(ty, self.items, item.get(&field));
                }
                self.items += 1;
            }
        }
        self.offsets.push(u32::try_from(self.items).unwrap_or(u32::MAX));
        said
    }
}

/// A pool as owned columns.
pub struct Transposed<'p> {
    schema: &'p Schema,
    pool: &'p Pool,
    facts: BTreeMap<FieldId, Held>,
    lists: BTreeMap<EntityId, HeldList>,
    applies: Vec<u8>,
    /// Rows that slots cannot say.
    replaced: BTreeSet<usize>,
}

impl<'p> Transposed<'p> {
    /// Transposes a pool.
    pub fn new(schema: &'p Schema, pool: &'p Pool) -> Self {
        let (facts, lists) = (BTreeMap::new(), BTreeMap::new());
        let (applies, replaced) = (Vec::new(), BTreeSet::new());
        let mut all = Self { schema, pool, facts, lists, applies, replaced };
        for (row, candidate) in pool.candidates.iter().enumerate() {
            mark(&mut all.applies, row, candidate.applies);
            if !all.push(row, &candidate.case) {
                all.replaced.insert(row);
            }
        }
        all
    }

    fn push(&mut self, row: usize, case: &Case) -> bool {
        let mut said = true;
        for (id, entity) in (0..).map(EntityId).zip(&self.schema.entities) {
            if entity.list {
                let state = case.lists.get(&id).unwrap_or(&ListState::Missing);
                let held = self
                    .lists
                    .entry(id)
                    .or_insert_with(|| HeldList { offsets: vec![0], ..HeldList::default() });
                said &= held.push(self.schema, id, row, state);
                continue;
            }
            for (field, ty) in fields(self.schema, id) {
                let held = self.facts.entry(field).or_default();
                said &= held.push(ty, row, case.facts.get(&field));
            }
        }
        said
    }

    /// Makes a batch of the columns. Errors: a column that is refused.
    pub fn batch<'a>(&'a self, columns: &Columns<'a>) -> Result<Batch<'a>, ColumnError> {
        let mut batch = columns.batch(self.pool.date, self.pool.candidates.len());
        let entities = (0..).map(EntityId).zip(&self.schema.entities);
        for (field, ty) in entities.flat_map(|(id, _)| fields(self.schema, id)) {
            if let Some(held) = self.facts.get(&field) {
                batch.add(field, held.column(ty))?;
            }
        }
        for (list, held) in &self.lists {
            let facts = fields(self.schema, *list);
            let facts =
                facts.filter_map(|(field, ty)| Some((field, held.facts.get(&field)?.column(ty))));
            let facts = facts.collect();
            let (known, withheld) = (Some(Bits(&held.known)), Some(Bits(&held.withheld)));
            let column = ListColumn { offsets: &held.offsets, known, withheld, facts };
            batch.add_list(*list, column)?;
        }
        batch.applying(Bits(&self.applies))?;
        for row in &self.replaced {
            if let Some(candidate) = self.pool.candidates.get(*row) {
                batch.replace(*row, candidate.case.clone());
            }
        }
        Ok(batch)
    }
}

/// Iterates over the fields of an entity, with their types.
fn fields(schema: &Schema, entity: EntityId) -> impl Iterator<Item = (FieldId, Type)> {
    let fields = schema.entity(entity).map_or(&[][..], |def| &def.fields);
    fields.iter().filter_map(|field| Some((*field, schema.field(*field)?.ty)))
}

/// Evaluates a pool by columns, and compares with what is decided of it.
///
/// Errors: a sentence with the first candidate that differs.
pub fn says_the_same(
    plans: Plans<'_>,
    pool: &Pool,
    assessment: &Assessment<'_>,
) -> Result<(), String> {
    let schema = &plans.evaluator().program().schema;
    let transposed = Transposed::new(schema, pool);
    let columns = Columns::new(plans);
    let batch = transposed.batch(&columns).map_err(|error| error.to_string())?;
    let mut outcomes = Outcomes::default();
    let whole = 0..pool.candidates.len();
    if !columns.evaluate(&batch, std::slice::from_ref(&whole), Asked::States, &mut outcomes) {
        return Err("les colonnes n'ont pas de classement".to_owned());
    }
    if let Some((row, error)) = outcomes.errors.first() {
        return Err(format!("ligne {row} : {error:?}"));
    }
    match assessment.candidates.iter().find(|one| !is_said(&outcomes, one)) {
        None => Ok(()),
        Some(one) => Err(format!("par colonnes {outcomes:#?}\ndécidé {one:#?}")),
    }
}

fn is_said(outcomes: &Outcomes, one: &Assessed<'_>) -> bool {
    let row = one.index;
    let all = one.if_all_apply;
    outcomes.eligible.get(row) == Some(&one.eligible)
        && outcomes.total.get(row) == Some(one.total)
        && outcomes.rank.get(row) == Some(&one.rank.unwrap_or(0))
        && outcomes.kept.get(row) == Some(&one.kept)
        && outcomes.rank_if_all.get(row) == Some(&all.map_or(0, |all| all.rank))
        && outcomes.total_if_all.get(row) == Some(all.map_or(one.total, |all| all.total))
        && outcomes.grids.len() == one.grids.len()
        && outcomes.grids.iter().zip(&one.grids).all(|(column, grid)| is_grid(column, row, grid))
}

fn is_grid(column: &GridColumn, row: usize, grid: &AssessedGrid<'_>) -> bool {
    let named = |line: &AssessedLine<'_>| column.lines.iter().any(|held| held.id == line.id());
    column.states.get(row) == Some(&grid.state)
        && column.points.get(row) == Some(grid.points.unwrap_or(Exact::ZERO))
        && grid.lines.iter().all(named)
        && column.lines.iter().all(|held| {
            let line = grid.lines.iter().find(|line| line.id() == held.id);
            let points = line.map_or(Exact::ZERO, |line| line.points);
            held.states.get(row) == Some(&line.map(|line| line.state))
                && held.points.get(row) == Some(points)
        })
}
