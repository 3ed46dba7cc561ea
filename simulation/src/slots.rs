//! Facts of rows as the columns of [`engine::Columns`]: slots, what is known, what is withheld.
//!
//! A cell is read by `dossier`, once for each text that a column repeats; plain numbers go straight to their slot.
//! What no slot says (a third of a cent, more parts than the type counts) makes its row a case.

mod ahead;

use crate::incoming::{Block, Given, day};
use crate::mapping::{Column, Proven};
use ahead::Ahead;
use dossier::{CellFault, Cells, Named};
use engine::{
    Batch, Bits, Case, ColumnError, EntityId, Fact, FactColumn, FactState, FieldId, ListColumn,
    ListState, NumberForm, Proof, Schema, Slots, Type, Value, pack_day, parts_of_type,
};
use std::collections::HashMap;
use std::sync::Arc;

/// The most texts whose slot a column keeps.
const KEPT: usize = 4_096;

/// The longest text of a list that is kept. Unit: bytes.
const SHORT: usize = 64;

/// Whole numbers beyond are read by their text.
const MOST: i128 = 1_000_000_000_000;

/// What a cell is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Slot {
    Missing,
    Withheld,
    At(i64),
    /// No slot says it.
    Beyond(Value),
}

/// The facts of one field, row by row.
struct Field {
    id: FieldId,
    ty: Type,
    values: Vec<i64>,
    places: Vec<u32>,
    texts: Vec<Arc<str>>,
    known: Vec<u8>,
    withheld: Vec<u8>,
    kept: HashMap<String, Slot>,
    /// How each is established: places among the levels.
    proofs: Vec<u8>,
    /// Declared, then those that came.
    levels: Vec<Proof>,
    /// Whether its texts are too many to be looked up one by one.
    is_wordy: bool,
}

impl Field {
    fn new(schema: &Schema, id: FieldId) -> Option<Self> {
        let ty = schema.field(id)?.ty;
        Some(Self {
            id,
            ty,
            values: Vec::new(),
            places: Vec::new(),
            texts: Vec::new(),
            known: Vec::new(),
            withheld: Vec::new(),
            kept: HashMap::new(),
            proofs: Vec::new(),
            levels: vec![Proof::Declared],
            is_wordy: false,
        })
    }

    /// Forgets the rows, and keeps what texts mean.
    fn clear(&mut self) {
        self.values.clear();
        self.places.clear();
        self.texts.clear();
        self.known.clear();
        self.withheld.clear();
        self.proofs.clear();
        if matches!(self.ty, Type::Text | Type::Code) {
            self.kept.clear();
        }
    }

    fn is_text(&self) -> bool {
        matches!(self.ty, Type::Text | Type::Code)
    }

    /// Adds the cell of a row; returns its value when no slot says it.
    fn push(&mut self, row: usize, read: Read) -> Option<Value> {
        let withheld = read.slot == Slot::Withheld;
        self.proofs.push(read.proof);
        let (slot, beyond) = match read.slot {
            Slot::At(slot) => (Some(slot), None),
            Slot::Beyond(value) => (Some(0), Some(value)),
            Slot::Missing | Slot::Withheld => (None, None),
        };
        mark(&mut self.known, row, slot.is_some());
        mark(&mut self.withheld, row, withheld);
        if self.is_text() {
            self.places.push(slot.and_then(|slot| u32::try_from(slot).ok()).unwrap_or(0));
        } else {
            self.values.push(slot.unwrap_or(0));
        }
        beyond
    }

    /// Reads a cell, without adding it. Errors: a value of another type.
    fn read(
        &mut self,
        cells: &Cells<'_>,
        column: &Column,
        (given, level): (Given<'_>, Given<'_>),
    ) -> Result<Read, CellFault> {
        let slot = self.said(cells, column, given)?;
        let proof = match (&slot, &column.proof) {
            (Slot::Missing | Slot::Withheld, _) | (_, Proven::As(Proof::Declared)) => 0,
            (_, Proven::As(proof)) => self.level(proof.clone())?,
            (_, Proven::By(_)) => self.level(dossier::proof(&level.text())?)?,
        };
        Ok(Read { slot, proof })
    }

    /// Finds the place of a level. Errors: there are too many.
    fn level(&mut self, proof: Proof) -> Result<u8, CellFault> {
        let place = self.levels.iter().position(|level| *level == proof);
        let place = place.unwrap_or_else(|| {
            self.levels.push(proof);
            self.levels.len() - 1
        });
        u8::try_from(place).map_err(|_| {
            self.levels.truncate(usize::from(u8::MAX) + 1);
            let message = "trop de rôles qui valident ce fait".to_owned();
            CellFault { code: source::code::DOSSIER_TYPE, message, help: None }
        })
    }

    /// Reads the value of a cell. Errors: one of another type.
    fn said(
        &mut self,
        cells: &Cells<'_>,
        column: &Column,
        given: Given<'_>,
    ) -> Result<Slot, CellFault> {
        let as_it_is = column.unit.is_none() && column.values.is_empty();
        if let Some(slot) = as_it_is.then(|| self.straight(given)).flatten() {
            return Ok(slot);
        }
        let text = &*given.text();
        if let Some(slot) = self.kept.get(text) {
            return Ok(slot.clone());
        }
        let meant = meant(column, text);
        let slot = match cells.fact(self.id, &meant)? {
            FactState::Missing => Slot::Missing,
            FactState::Withheld => Slot::Withheld,
            FactState::Known(value) => self.slot(value),
        };
        // A text keeps its place in the list of this piece, so that it is always kept.
        if self.kept.len() < KEPT || self.is_text() {
            self.kept.insert(text.to_owned(), slot.clone());
        }
        Ok(slot)
    }

    /// Takes what its table holds in the very type of the field; absent: its text is read.
    fn straight(&self, given: Given<'_>) -> Option<Slot> {
        let slot = match (given, self.ty) {
            (Given::Absent, _) => return Some(Slot::Missing),
            (Given::Text(text), _) => self.plain(text),
            (Given::Truth(truth), Type::Bool) => Some(i64::from(truth)),
            (Given::Number(count, scale), Type::Number(..)) => self.counted(count, scale),
            (Given::Day(days), Type::Date) => day(days).and_then(pack_day),
            (Given::Truth(_) | Given::Number(..) | Given::Day(_), _) => None,
        };
        slot.map(Slot::At)
    }

    /// In how many parts its numbers are counted. Absent: they are percentages, or there are none.
    fn whole_parts(&self) -> Option<i128> {
        match self.ty {
            Type::Number(_, NumberForm::Whole) => Some(1),
            Type::Number(_, NumberForm::Decimal) => Some(100),
            _ => None,
        }
    }

    /// Takes a count of decimal parts, as [`Self::plain`] takes its digits.
    fn counted(&self, count: i128, scale: u8) -> Option<i64> {
        let own = self.whole_parts()?;
        let below = 10_i128.checked_pow(scale.into())?;
        let slot = count.checked_mul(own)?;
        let is_plain = (0..MOST.checked_mul(below)?).contains(&count) && slot % below == 0;
        is_plain.then(|| i64::try_from(slot / below).ok()).flatten()
    }

    /// Reads digits, with at most two decimals where the type counts hundredths.
    fn plain(&self, text: &str) -> Option<i64> {
        let Type::Number(_, form) = self.ty else { return None };
        let (whole, parts) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 12 || !digits(whole) || !digits(parts) {
            return None;
        }
        let dot = text.len() > whole.len();
        match (form, parts.len()) {
            (NumberForm::Whole, 0) if !dot => whole.parse().ok(),
            (NumberForm::Decimal, 0) if !dot => Some(whole.parse::<i64>().ok()? * 100),
            (NumberForm::Decimal, 1) => {
                Some(whole.parse::<i64>().ok()? * 100 + parts.parse::<i64>().ok()? * 10)
            }
            (NumberForm::Decimal, 2) => {
                Some(whole.parse::<i64>().ok()? * 100 + parts.parse::<i64>().ok()?)
            }
            (NumberForm::Whole | NumberForm::Decimal | NumberForm::Percent, _) => None,
        }
    }

    /// Takes the state of a fact that was read elsewhere.
    fn of_state(&mut self, state: Option<&FactState>) -> Read {
        let slot = match state {
            None | Some(FactState::Missing) => Slot::Missing,
            Some(FactState::Withheld) => Slot::Withheld,
            Some(FactState::Known(value)) => self.slot(value.clone()),
        };
        Read { slot, proof: 0 }
    }

    fn slot(&mut self, value: Value) -> Slot {
        let slot = match &value {
            Value::Bool(truth) => Some(i64::from(*truth)),
            Value::Enum(place) => Some(i64::from(*place)),
            Value::Date(day) => pack_day(*day),
            Value::Text(text) => {
                self.texts.push(Arc::clone(text));
                i64::try_from(self.texts.len() - 1).ok()
            }
            Value::Number(number) => {
                let parts = i128::from(parts_of_type(self.ty));
                let (above, below) = (number.numerator(), number.denominator());
                let count = (parts % below == 0).then(|| above.checked_mul(parts / below));
                count.flatten().and_then(|count| i64::try_from(count).ok())
            }
        };
        slot.map_or(Slot::Beyond(value), Slot::At)
    }

    /// Reads back the fact of a row.
    fn fact(&self, row: usize) -> Fact {
        if !Bits(&self.known).get(row) {
            let withheld = Bits(&self.withheld).get(row);
            let state = if withheld { FactState::Withheld } else { FactState::Missing };
            return Fact { state, ..Fact::default() };
        }
        let slot = self.values.get(row).copied().unwrap_or(0);
        let value = match self.ty {
            Type::Bool => Some(Value::Bool(slot == 1)),
            Type::Number(..) => {
                let parts = parts_of_type(self.ty);
                engine::Exact::fraction(slot.into(), parts.into()).map(Value::Number)
            }
            Type::Date => engine::unpack_day(slot).map(Value::Date),
            Type::Enum(_) => u32::try_from(slot).ok().map(Value::Enum),
            Type::Text | Type::Code => {
                let place = self.places.get(row).map(|place| *place as usize);
                place
                    .and_then(|place| self.texts.get(place))
                    .map(|text| Value::Text(Arc::clone(text)))
            }
            Type::Item(_) => None,
        };
        let fact = value.map(Fact::known).unwrap_or_default();
        Fact { proof: self.proof(row), ..fact }
    }

    /// Reads back how the fact of a row is established.
    fn proof(&self, row: usize) -> Proof {
        let place = self.proofs.get(row).map(|place| usize::from(*place));
        place.and_then(|place| self.levels.get(place)).cloned().unwrap_or_default()
    }

    fn column(&self) -> FactColumn<'_> {
        let values = if self.is_text() {
            Slots::Texts(&self.places, &self.texts)
        } else {
            Slots::Wide(&self.values)
        };
        let (known, withheld) = (Some(Bits(&self.known)), Some(Bits(&self.withheld)));
        let proofs = (self.levels.len() > 1).then_some((&*self.proofs, &*self.levels));
        FactColumn { values, known, withheld, proofs }
    }
}

/// A cell that was read, of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    slot: Slot,
    /// The place of its level.
    proof: u8,
}

/// Says what a cell means, by its column.
fn meant<'t>(column: &'t Column, text: &'t str) -> std::borrow::Cow<'t, str> {
    if let Some(meant) = column.values.get(text) {
        return meant.into();
    }
    match &column.unit {
        Some(unit) if text.bytes().last().is_some_and(|byte| byte.is_ascii_digit()) => {
            format!("{text}{unit}").into()
        }
        Some(_) | None => text.into(),
    }
}

pub(crate) fn mark(bits: &mut Vec<u8>, row: usize, bit: bool) {
    if bits.len() <= row / 8 {
        bits.resize(row / 8 + 1, 0);
    }
    if let Some(byte) = bits.get_mut(row / 8) {
        *byte |= u8::from(bit) << (row % 8);
    }
}

/// The items of one list, row by row.
struct List {
    id: EntityId,
    offsets: Vec<u32>,
    known: Vec<u8>,
    withheld: Vec<u8>,
    items: usize,
    fields: Vec<Field>,
    /// What short texts mean: most lists are empty.
    kept: HashMap<String, ListState>,
}

impl List {
    fn new(schema: &Schema, id: EntityId) -> Self {
        let fields = schema.entity(id).map_or(&[][..], |def| &def.fields);
        let fields = fields.iter().filter_map(|field| Field::new(schema, *field)).collect();
        let (known, withheld) = (Vec::new(), Vec::new());
        let kept = HashMap::new();
        Self { id, offsets: vec![0], known, withheld, items: 0, fields, kept }
    }

    fn clear(&mut self) {
        self.offsets.truncate(1);
        self.known.clear();
        self.withheld.clear();
        self.items = 0;
        self.fields.iter_mut().for_each(Field::clear);
    }

    /// Reads a cell, without adding it. Errors: the first of its mistakes.
    fn read(
        &mut self,
        cells: &mut Cells<'_>,
        column: &Column,
        text: &str,
    ) -> Result<ListState, CellFault> {
        if let Some(state) = self.kept.get(text) {
            return Ok(state.clone());
        }
        let state = cells.list(self.id, &meant(column, text))?;
        if text.len() <= SHORT && self.kept.len() < KEPT {
            self.kept.insert(text.to_owned(), state.clone());
        }
        Ok(state)
    }

    /// Adds the list of a row; tells whether slots say all of it.
    fn push(&mut self, row: usize, state: &ListState) -> bool {
        mark(&mut self.known, row, matches!(state, ListState::Known(_)));
        mark(&mut self.withheld, row, *state == ListState::Withheld);
        let mut said = true;
        if let ListState::Known(items) = state {
            for item in items {
                for field in &mut self.fields {
                    let fact = item.get(&field.id);
                    said &= fact.is_none_or(|fact| fact.proof == Proof::Declared);
                    let read = field.of_state(fact.map(|fact| &fact.state));
                    said &= field.push(self.items, read).is_none();
                }
                self.items += 1;
            }
        }
        self.offsets.push(u32::try_from(self.items).unwrap_or(u32::MAX));
        said
    }

    fn column(&self) -> ListColumn<'_> {
        let (known, withheld) = (Some(Bits(&self.known)), Some(Bits(&self.withheld)));
        let facts = self.fields.iter().map(|field| (field.id, field.column())).collect();
        ListColumn { offsets: &self.offsets, known, withheld, facts }
    }
}

/// Where the cells of a column go.
enum Target {
    Field(Field),
    List(List),
}

/// A cell that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Fact(Read),
    List(ListState),
}

/// The facts of rows.
///
/// Columns of which a whole block was read at once are filled when it is asked ([`Facts::settle`]); the others cell
/// by cell.
pub(crate) struct Facts {
    targets: Vec<Target>,
    rows: usize,
    /// By column, what was read of a block at once.
    ahead: Vec<Option<Ahead>>,
    /// The columns that are read cell by cell.
    odd: Vec<usize>,
    /// The first row of the block that was read at once.
    from: usize,
    /// The rows of the block that are added, and not yet in the columns that were read at once.
    taken: Vec<u32>,
    /// Rows that slots do not say.
    cases: Vec<(usize, Case)>,
}

impl Facts {
    /// Makes room for the facts of columns.
    pub(crate) fn new(schema: &Schema, columns: &[Column]) -> Self {
        let targets = columns.iter().filter_map(|column| match column.named {
            Named::Field(id) => Field::new(schema, id).map(Target::Field),
            Named::List(id) => Some(Target::List(List::new(schema, id))),
        });
        let targets: Vec<Target> = targets.collect();
        let (ahead, odd) = (targets.iter().map(|_| None).collect(), (0..targets.len()).collect());
        Self { targets, rows: 0, ahead, odd, from: 0, taken: Vec::new(), cases: Vec::new() }
    }

    /// Reads a block of rows at once, as far as each cell of a column is plainly a slot.
    pub(crate) fn look_ahead(&mut self, cells: &Cells<'_>, columns: &[Column], block: &Block<'_>) {
        self.settle();
        self.from = block.rows.start;
        self.odd.clear();
        let targets = self.targets.iter_mut().zip(columns).zip(&mut self.ahead);
        for (at, ((target, column), ahead)) in targets.enumerate() {
            *ahead = match (target, block.columns.get(column.at)) {
                (Target::Field(field), Some(held)) => {
                    field.ahead(cells, column, (held, block.rows.clone()))
                }
                (Target::Field(_), None) | (Target::List(_), _) => None,
            };
            if ahead.is_none() {
                self.odd.push(at);
            }
        }
    }

    /// Lists the columns that are read cell by cell.
    pub(crate) fn odd(&self) -> &[usize] {
        &self.odd
    }

    /// Returns the cell of a row of the block, where its column was read at once.
    pub(crate) fn seen(&self, at: usize, row: usize) -> Option<Cell> {
        let (slot, proof) = self.ahead.get(at)?.as_ref()?.at(row.checked_sub(self.from)?)?;
        Some(Cell::Fact(Read { slot, proof }))
    }

    /// Brings the rows that were added into the columns that were read at once.
    pub(crate) fn settle(&mut self) {
        for (target, ahead) in self.targets.iter_mut().zip(&self.ahead) {
            if let (Target::Field(field), Some(ahead)) = (target, ahead) {
                let first = field.values.len();
                field.extend(ahead, &self.taken, first);
            }
        }
        self.taken.clear();
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Forgets the rows.
    pub(crate) fn clear(&mut self) {
        self.rows = 0;
        self.cases.clear();
        for target in &mut self.targets {
            match target {
                Target::Field(field) => field.clear(),
                Target::List(list) => list.clear(),
            }
        }
    }

    /// Reads the cell of a column, by its place. Errors: a value of another type.
    pub(crate) fn read(
        &mut self,
        at: usize,
        cells: &mut Cells<'_>,
        column: &Column,
        given: Given<'_>,
        level: Given<'_>,
    ) -> Result<Cell, CellFault> {
        match self.targets.get_mut(at) {
            Some(Target::Field(field)) => field.read(cells, column, (given, level)).map(Cell::Fact),
            Some(Target::List(list)) => list.read(cells, column, &given.text()).map(Cell::List),
            None => Ok(Cell::List(ListState::Missing)),
        }
    }

    /// Reads back the fact of a row, by the place of its column; nothing of a list.
    pub(crate) fn fact(&self, at: usize, row: usize) -> Option<Fact> {
        match self.targets.get(at) {
            Some(Target::Field(field)) => Some(field.fact(row)),
            Some(Target::List(_)) | None => None,
        }
    }

    /// Adds a row: its place in the block, and the cells of the columns that are read one by one, each with the place
    /// of its column.
    pub(crate) fn push(&mut self, at: usize, cells: impl IntoIterator<Item = (usize, Cell)>) {
        let (row, mut beyond, mut lists, mut said) = (self.rows, Vec::new(), Vec::new(), true);
        for (place, cell) in cells {
            match (self.targets.get_mut(place), cell) {
                (Some(Target::Field(field)), Cell::Fact(read)) => {
                    beyond.extend(field.push(row, read).map(|value| (field.id, value)));
                }
                (Some(Target::List(list)), Cell::List(state)) => {
                    said &= list.push(row, &state);
                    lists.push((list.id, state));
                }
                (Some(Target::Field(_)), Cell::List(_))
                | (Some(Target::List(_)), Cell::Fact(_))
                | (None, _) => {}
            }
        }
        if self.odd.len() < self.targets.len() {
            self.taken.extend(at.checked_sub(self.from).and_then(|at| u32::try_from(at).ok()));
        }
        if !said || !beyond.is_empty() {
            self.settle();
            self.cases.push((row, self.case(row, beyond, lists)));
        }
        self.rows += 1;
    }

    /// The facts of a row as a case, in which what no slot says is.
    fn case(
        &self,
        row: usize,
        beyond: Vec<(FieldId, Value)>,
        lists: Vec<(EntityId, ListState)>,
    ) -> Case {
        let mut case = Case::default();
        for target in &self.targets {
            if let Target::Field(field) = target {
                case.facts.insert(field.id, field.fact(row));
            }
        }
        for (id, value) in beyond {
            let proof = case.facts.get(&id).map(|fact| fact.proof.clone()).unwrap_or_default();
            case.facts.insert(id, Fact { proof, ..Fact::known(value) });
        }
        case.lists.extend(lists);
        case
    }

    /// Puts them into a batch. Errors: a column that the engine refuses.
    pub(crate) fn fill<'a>(&'a self, batch: &mut Batch<'a>) -> Result<(), ColumnError> {
        for target in &self.targets {
            match target {
                Target::Field(field) => batch.add(field.id, field.column())?,
                Target::List(list) => batch.add_list(list.id, list.column())?,
            }
        }
        self.cases.iter().for_each(|(row, case)| batch.replace(*row, case.clone()));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
