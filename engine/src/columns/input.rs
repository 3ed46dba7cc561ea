//! Facts as columns: values, which are known, which are withheld, how they are established.
//!
//! Invariant: a column of a batch has a value for each of its rows, of the kind of its field's type.

use crate::kernel::range_of;
use crate::lines::meets;
use crate::plan::days;
use crate::{Case, Date, EntityId, FieldId, NumberForm, Proof, ProofGate, Schema, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A bit for each row, the least significant of the first byte being that of row 0, as Arrow has it.
#[derive(Clone, Copy, Debug)]
pub struct Bits<'a>(pub &'a [u8]);

impl Bits<'_> {
    /// Reads the bit of a row; rows beyond the end have none.
    pub fn get(self, row: usize) -> bool {
        self.0.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1)
    }

    fn holds(self, rows: usize) -> bool {
        self.0.len() >= rows.div_ceil(8)
    }
}

/// The values of a column, in the narrowest form that holds them.
#[derive(Clone, Copy, Debug)]
pub enum Slots<'a> {
    /// 64 bits each.
    Wide(&'a [i64]),
    /// 32 bits each.
    Narrow(&'a [i32]),
    /// 16 bits each.
    Short(&'a [u16]),
    /// 8 bits each.
    Bytes(&'a [u8]),
    /// The same for every row.
    Same(i64),
    /// Texts and codes: the place of each in a list.
    Texts(&'a [u32], &'a [Arc<str>]),
}

impl Slots<'_> {
    /// Reads the slot of a row; for texts, their place.
    pub(super) fn get(&self, row: usize) -> Option<i64> {
        match self {
            Self::Wide(values) => values.get(row).copied(),
            Self::Narrow(values) => values.get(row).copied().map(i64::from),
            Self::Short(values) => values.get(row).copied().map(i64::from),
            Self::Bytes(values) => values.get(row).copied().map(i64::from),
            Self::Same(value) => Some(*value),
            Self::Texts(places, _) => places.get(row).copied().map(i64::from),
        }
    }

    fn holds(&self, rows: usize) -> bool {
        match self {
            Self::Wide(values) => values.len() >= rows,
            Self::Narrow(values) => values.len() >= rows,
            Self::Short(values) => values.len() >= rows,
            Self::Bytes(values) => values.len() >= rows,
            Self::Same(_) => true,
            Self::Texts(places, _) => places.len() >= rows,
        }
    }
}

/// One fact for every row.
#[derive(Clone, Copy, Debug)]
pub struct FactColumn<'a> {
    /// The values; those of rows that are not known are not read.
    pub values: Slots<'a>,
    /// Which are known; absent: all.
    pub known: Option<Bits<'a>>,
    /// Which of the others are withheld, rather than missing; absent: none.
    pub withheld: Option<Bits<'a>>,
    /// How each is established: places in a list; absent: declared.
    pub proofs: Option<(&'a [u8], &'a [Proof])>,
}

impl<'a> FactColumn<'a> {
    /// Makes a column of known and declared values.
    pub fn known(values: Slots<'a>) -> Self {
        Self { values, known: None, withheld: None, proofs: None }
    }

    fn holds(&self, rows: usize) -> bool {
        let bits = |bits: Option<Bits<'_>>| bits.is_none_or(|bits| bits.holds(rows));
        self.values.holds(rows)
            && bits(self.known)
            && bits(self.withheld)
            && self.proofs.is_none_or(|(places, _)| places.len() >= rows)
    }
}

/// The items of a list for every row: those of a row are from its offset to the next.
#[derive(Clone, Debug)]
pub struct ListColumn<'a> {
    /// One more than rows, never descending.
    pub offsets: &'a [u32],
    /// Of which rows the list is known; absent: all.
    pub known: Option<Bits<'a>>,
    /// Of which of the others it is withheld, rather than missing; absent: none.
    pub withheld: Option<Bits<'a>>,
    /// The facts of the items, a row for each item.
    pub facts: BTreeMap<FieldId, FactColumn<'a>>,
}

/// Why a column cannot belong to a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnError {
    /// The field is not of the schema, or not of that entity.
    Field,
    /// The values are not of the kind of the field's type: texts for a text, numbers for the others.
    Kind,
    /// Fewer values, bits or items than rows.
    Length,
}

impl std::fmt::Display for ColumnError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Field => "champ inconnu du vocabulaire",
            Self::Kind => "valeurs d'un autre type que celui du champ",
            Self::Length => "colonne plus courte que le nombre de lignes",
        })
    }
}

impl std::error::Error for ColumnError {}

/// Rows to be evaluated on one day.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    schema: &'a Schema,
    date: Date,
    rows: usize,
    facts: BTreeMap<FieldId, FactColumn<'a>>,
    lists: BTreeMap<EntityId, ListColumn<'a>>,
    applies: Option<Bits<'a>>,
    replaced: BTreeMap<usize, Case>,
    /// Rows whose slot is known, and is none of those that kernels take.
    irregular: BTreeMap<FieldId, BTreeSet<usize>>,
    /// Between which numbers the slots of numbers are.
    ranges: BTreeMap<FieldId, (i64, i64)>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(schema: &'a Schema, date: Date, rows: usize) -> Self {
        let (facts, lists) = (BTreeMap::new(), BTreeMap::new());
        let (replaced, irregular, ranges) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { schema, date, rows, facts, lists, applies: None, replaced, irregular, ranges }
    }

    /// Adds a fact of a single entity; a fact that is not added is missing.
    ///
    /// Errors: an unknown field, another kind of values, too few of them.
    pub fn add(&mut self, field: FieldId, column: FactColumn<'a>) -> Result<(), ColumnError> {
        let def = self.schema.field(field).ok_or(ColumnError::Field)?;
        let single = self.schema.entity(def.entity).is_some_and(|entity| !entity.list);
        if !single {
            return Err(ColumnError::Field);
        }
        fits(def.ty, &column, self.rows)?;
        let is_number = matches!(def.ty, Type::Number(..));
        let range = is_number.then(|| ends(&column.values, self.rows));
        self.ranges.extend(range.map(|range| (field, range)));
        let irregular = irregular(self.schema, def.ty, (&column, range), self.rows);
        self.irregular.insert(field, irregular);
        self.facts.insert(field, column);
        Ok(())
    }

    /// Adds a list; a list that is not added is missing.
    ///
    /// Errors: an entity that is no list, a field of another, another kind of values, too few.
    pub fn add_list(&mut self, list: EntityId, column: ListColumn<'a>) -> Result<(), ColumnError> {
        if !self.schema.entity(list).is_some_and(|entity| entity.list) {
            return Err(ColumnError::Field);
        }
        let bits = |bits: Option<Bits<'_>>| bits.is_none_or(|bits| bits.holds(self.rows));
        let ends = column.offsets.get(..=self.rows).ok_or(ColumnError::Length)?;
        if !bits(column.known) || !bits(column.withheld) || !ends.is_sorted() {
            return Err(ColumnError::Length);
        }
        let items = ends.last().map_or(0, |end| *end as usize);
        for (field, facts) in &column.facts {
            let def = self.schema.field(*field).filter(|def| def.entity == list);
            fits(def.ok_or(ColumnError::Field)?.ty, facts, items)?;
        }
        self.lists.insert(list, column);
        Ok(())
    }

    /// Says who applies; everyone does otherwise.
    ///
    /// Errors: too few bits.
    pub fn applying(&mut self, applies: Bits<'a>) -> Result<(), ColumnError> {
        if !applies.holds(self.rows) {
            return Err(ColumnError::Length);
        }
        self.applies = Some(applies);
        Ok(())
    }

    /// Gives all the facts of a row as a case, in place of what columns hold there.
    pub fn replace(&mut self, row: usize, case: Case) {
        self.replaced.insert(row, case);
    }

    /// The day of evaluation.
    pub fn date(&self) -> Date {
        self.date
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn schema(&self) -> &'a Schema {
        self.schema
    }

    pub(super) fn facts(&self) -> &BTreeMap<FieldId, FactColumn<'a>> {
        &self.facts
    }

    pub(super) fn lists(&self) -> &BTreeMap<EntityId, ListColumn<'a>> {
        &self.lists
    }

    pub(super) fn everyone_applies(&self) -> bool {
        self.applies.is_none()
    }

    pub(super) fn applies(&self, row: usize) -> bool {
        self.applies.is_none_or(|applies| applies.get(row))
    }

    /// Rows whose slot of a fact is known, and is none of those that kernels take.
    pub(super) fn irregular(&self, field: FieldId) -> &BTreeSet<usize> {
        const NONE: &BTreeSet<usize> = &BTreeSet::new();
        self.irregular.get(&field).unwrap_or(NONE)
    }

    /// Tells whether the slots of a fact are in a range, those that are not known too.
    pub(super) fn keeps_to(&self, field: FieldId, (low, high): (i64, i64)) -> bool {
        self.ranges.get(&field).is_some_and(|(least, most)| low <= *least && *most <= high)
    }

    /// Tells of each row whether a fact of a proof gate is not established as well as it asks. Absent:
    /// the gate looks at lists.
    pub(super) fn short_of(&self, gate: &ProofGate) -> Option<Vec<i64>> {
        if !gate.item_fields.is_empty() {
            return None;
        }
        let mut short = vec![0; self.rows];
        for column in gate.fields.iter().filter_map(|field| self.facts.get(field)) {
            let met: Vec<bool> = column.proofs.map_or_else(Vec::new, |(_, proofs)| {
                proofs.iter().map(|proof| meets(proof, &gate.level)).collect()
            });
            let declared = meets(&Proof::Declared, &gate.level);
            for (row, short) in short.iter_mut().enumerate() {
                let own = column.proofs.and_then(|(places, _)| places.get(row));
                let met = own
                    .map_or(declared, |own| met.get(usize::from(*own)).copied().unwrap_or(false));
                let known = column.known.is_none_or(|known| known.get(row));
                *short |= i64::from(known && !met);
            }
        }
        Some(short)
    }

    pub(super) fn replaced(&self) -> &BTreeMap<usize, Case> {
        &self.replaced
    }
}

fn fits(ty: Type, column: &FactColumn<'_>, rows: usize) -> Result<(), ColumnError> {
    let is_text = matches!(ty, Type::Text | Type::Code);
    let holds_texts = matches!(column.values, Slots::Texts(..));
    match (is_text == holds_texts, column.holds(rows)) {
        (false, _) => Err(ColumnError::Kind),
        (true, false) => Err(ColumnError::Length),
        (true, true) => Ok(()),
    }
}

/// Lists the rows whose slot is known, and is none of those that kernels take. The ends of the slots are given
/// where they are numbers.
fn irregular(
    schema: &Schema,
    ty: Type,
    (column, ends): (&FactColumn<'_>, Option<(i64, i64)>),
    rows: usize,
) -> BTreeSet<usize> {
    let (low, high) = match column.values {
        Slots::Texts(_, texts) => (0, i64::try_from(texts.len()).unwrap_or(i64::MAX) - 1),
        _ => range_of(schema, ty),
    };
    let is_date = ty == Type::Date;
    let fits = |slot: i64| low <= slot && slot <= high && (!is_date || days::is_day(slot));
    // All at once first: nearly every column is regular.
    let all = match (ends, column.values) {
        (Some((least, most)), _) => low <= least && most <= high,
        (None, Slots::Wide(values)) => all_of(values, rows, |slot| fits(*slot)),
        (None, Slots::Narrow(values)) => all_of(values, rows, |slot| fits(i64::from(*slot))),
        (None, Slots::Short(values)) => all_of(values, rows, |slot| fits(i64::from(*slot))),
        (None, Slots::Bytes(values)) => all_of(values, rows, |slot| fits(i64::from(*slot))),
        (None, Slots::Same(value)) => fits(value),
        (None, Slots::Texts(places, _)) => all_of(places, rows, |place| fits(i64::from(*place))),
    };
    let proven = column.proofs.is_none_or(|(places, proofs)| {
        all_of(places, rows, |place| usize::from(*place) < proofs.len())
    });
    if all && proven {
        return BTreeSet::new();
    }
    let known = |row: &usize| column.known.is_none_or(|known| known.get(*row));
    let wrong = |row: &usize| {
        let proof = column.proofs.is_none_or(|(places, proofs)| {
            places.get(*row).is_some_and(|place| usize::from(*place) < proofs.len())
        });
        !proof || column.values.get(*row).is_none_or(|slot| !fits(slot))
    };
    (0..rows).filter(known).filter(wrong).collect()
}

/// Returns the least and the greatest slot; the contrary where there is none.
fn ends(values: &Slots<'_>, rows: usize) -> (i64, i64) {
    match values {
        Slots::Wide(values) => ends_of(values, rows, (i64::MAX, i64::MIN)),
        Slots::Narrow(values) => ends_of(values, rows, (i32::MAX, i32::MIN)),
        Slots::Short(values) => ends_of(values, rows, (u16::MAX, u16::MIN)),
        Slots::Bytes(values) => ends_of(values, rows, (u8::MAX, u8::MIN)),
        Slots::Same(value) => (*value, *value),
        Slots::Texts(..) => (i64::MAX, i64::MIN),
    }
}

fn ends_of<T: Copy + Ord + Into<i64>>(values: &[T], rows: usize, start: (T, T)) -> (i64, i64) {
    let values = values.get(..rows).unwrap_or_default();
    let (least, most) =
        values.iter().fold(start, |(least, most), value| (least.min(*value), most.max(*value)));
    (least.into(), most.into())
}

/// Tells whether a truth holds of every row, without stopping at one of which it does not.
fn all_of<T>(values: &[T], rows: usize, holds: impl Fn(&T) -> bool) -> bool {
    values.get(..rows).unwrap_or_default().iter().fold(true, |all, value| all & holds(value))
}

/// Returns in how many parts of its unit a number of a type is counted in a slot: cents for amounts,
/// hundredths of a percent for ratios, wholes for counts; 1 for what is no number.
pub fn parts_of_type(ty: Type) -> i64 {
    match ty {
        Type::Number(_, NumberForm::Decimal) => 100,
        Type::Number(_, NumberForm::Percent) => 10_000,
        Type::Number(_, NumberForm::Whole)
        | Type::Bool
        | Type::Text
        | Type::Code
        | Type::Date
        | Type::Enum(_)
        | Type::Item(_) => 1,
    }
}

/// Packs a day into the slot of a column; absent outside the years 1 to 9999.
pub fn pack_day(day: Date) -> Option<i64> {
    days::packed(day)
}

/// Takes a packed day apart; absent when there is no such day.
pub fn unpack_day(slot: i64) -> Option<Date> {
    days::unpacked(slot)
}
