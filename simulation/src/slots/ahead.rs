//! The cells of a column of a block of rows, read at once where each is plainly a slot, or missing.
//!
//! Invariant: it says of each cell what [`Field::read`] says of it alone; where one takes more than that (a text
//! that many rows do not share, a level of its own, a mistake), the column is read cell by cell.

use super::{Field, MOST, Slot, mark};
use crate::incoming::{Given, Held, day};
use crate::mapping::{Column, Proven};
use arrow_array::Array;
use dossier::Cells;
use engine::{Proof, Type, pack_day};
use std::ops::Range;
use std::sync::LazyLock;

/// The most different texts of a block that are looked up one by one.
const WORDS: usize = 24;

/// What a column says of each row of a block.
pub(super) struct Ahead {
    slots: Vec<i64>,
    /// Which are missing, as far as the last that is.
    missing: Vec<bool>,
    /// The place of the level of those that are not.
    proof: u8,
}

impl Ahead {
    /// Returns what it says of a row, and the place of the level. Absent: there is no such row.
    pub(super) fn at(&self, row: usize) -> Option<(Slot, u8)> {
        match self.missing.get(row) {
            Some(true) => Some((Slot::Missing, 0)),
            Some(false) | None => self.slots.get(row).map(|slot| (Slot::At(*slot), self.proof)),
        }
    }
}

/// Slots, and which are missing, as far as the last that is.
#[derive(Default)]
struct Taken(Vec<i64>, Vec<bool>);

impl Taken {
    /// Takes values one after the other. Absent: one is no slot.
    fn of<T>(
        values: impl Iterator<Item = Option<T>>,
        mut slot: impl FnMut(T) -> Option<i64>,
    ) -> Option<Self> {
        let mut taken = Self(Vec::with_capacity(values.size_hint().0), Vec::new());
        for value in values {
            match value {
                Some(value) => taken.0.push(slot(value)?),
                None => taken.miss(),
            }
        }
        Some(taken)
    }

    fn miss(&mut self) {
        self.1.resize(self.0.len(), false);
        self.1.push(true);
        self.0.push(0);
    }
}

/// Iterates over the values of an array, each present or not.
macro_rules! values {
    ($array:expr, $rows:expr, $take:expr) => {{
        let (array, rows) = ($array, $rows);
        let held = array.values().get(rows.clone()).unwrap_or_default().iter().copied();
        if array.null_count() == 0 {
            Taken::of(held.map(Some), $take)
        } else {
            let there = rows.zip(held).map(|(row, value)| array.is_valid(row).then_some(value));
            Taken::of(there, $take)
        }
    }};
}

impl Field {
    /// Reads some rows of a column at once. Absent: a cell is not plainly a slot.
    pub(super) fn ahead(
        &mut self,
        cells: &Cells<'_>,
        column: &Column,
        (held, rows): (&Held, Range<usize>),
    ) -> Option<Ahead> {
        if self.is_text() {
            return None;
        }
        let proof = match &column.proof {
            Proven::As(Proof::Declared) => 0,
            Proven::As(proof) => self.level(proof.clone()).ok()?,
            Proven::By(_) => return None,
        };
        let as_it_is = column.unit.is_none() && column.values.is_empty();
        let Taken(slots, missing) = match (held, self.ty) {
            (Held::Text(array), _) => self.words(cells, column, rows.map(|row| text(array, row))),
            (Held::LongText(array), _) => {
                self.words(cells, column, rows.map(|row| text(array, row)))
            }
            (Held::Viewed(array), _) => self.words(cells, column, rows.map(|row| text(array, row))),
            (Held::Truth(array), Type::Bool) if as_it_is => {
                let there = rows.map(|row| array.is_valid(row).then(|| array.value(row)));
                Taken::of(there, |truth| Some(i64::from(truth)))
            }
            (Held::Whole(array, scale), Type::Number(..)) if as_it_is => {
                let counting = self.counting(*scale)?;
                values!(array, rows, |value| counting.slot(value.into()))
            }
            (Held::Wide(array), Type::Number(..)) if as_it_is => {
                let counting = self.counting(0)?;
                values!(array, rows, |value| counting.slot(value.into()))
            }
            (Held::Decimal(array, scale), Type::Number(..)) if as_it_is => {
                let counting = self.counting(*scale)?;
                values!(array, rows, |value| counting.slot(value))
            }
            (Held::Day(array), Type::Date) if as_it_is => values!(array, rows, packed),
            _ => None,
        }?;
        Some(Ahead { slots, missing, proof })
    }

    /// Reads texts, each word once. Absent: too many words, or one that is not plainly a slot.
    fn words<'t>(
        &mut self,
        cells: &Cells<'_>,
        column: &Column,
        texts: impl Iterator<Item = Option<&'t str>>,
    ) -> Option<Taken> {
        if self.is_wordy {
            return None;
        }
        let mut words: Vec<(Option<&str>, Option<i64>)> = Vec::new();
        let mut taken = Taken::default();
        for text in texts {
            let known = words.iter().find(|(word, _)| *word == text).map(|(_, slot)| *slot);
            let slot = match known {
                Some(slot) => slot,
                None if words.len() == WORDS => {
                    self.is_wordy = true;
                    return None;
                }
                None => {
                    let given = text.map_or(Given::Absent, Given::Text);
                    let slot = match self.said(cells, column, given) {
                        Ok(Slot::At(slot)) => Some(slot),
                        Ok(Slot::Missing) => None,
                        Ok(Slot::Withheld | Slot::Beyond(_)) | Err(_) => return None,
                    };
                    words.push((text, slot));
                    slot
                }
            };
            match slot {
                Some(slot) => taken.0.push(slot),
                None => taken.miss(),
            }
        }
        Some(taken)
    }

    /// How counts of decimal parts become slots. Absent: by their text.
    fn counting(&self, scale: u8) -> Option<Counting<'_>> {
        let own = self.whole_parts()?;
        let below = 10_i128.checked_pow(scale.into())?;
        let times = (own % below == 0).then(|| i64::try_from(own / below).ok()).flatten();
        Some(Counting { field: self, scale, times, end: MOST.checked_mul(below)? })
    }

    /// Adds the cells of some rows that were read at once, from a row on.
    pub(super) fn extend(&mut self, ahead: &Ahead, rows: &[u32], first: usize) {
        let slot = |row: &u32| ahead.slots.get(*row as usize).copied().unwrap_or_default();
        self.values.extend(rows.iter().map(slot));
        let end = first + rows.len();
        self.withheld.resize(end.div_ceil(8), 0);
        if ahead.missing.is_empty() {
            mark_all(&mut self.known, first..end);
            self.proofs.resize(end, ahead.proof);
            return;
        }
        let is_missing = |row: &u32| ahead.missing.get(*row as usize) == Some(&true);
        for (row, at) in rows.iter().zip(first..) {
            mark(&mut self.known, at, !is_missing(row));
        }
        let proof = |row: &u32| if is_missing(row) { 0 } else { ahead.proof };
        self.proofs.extend(rows.iter().map(proof));
    }
}

/// Marks rows that follow each other.
fn mark_all(bits: &mut Vec<u8>, rows: Range<usize>) {
    let whole = rows.start.next_multiple_of(8).min(rows.end);
    for row in rows.start..whole {
        mark(bits, row, true);
    }
    bits.resize(bits.len().max(whole / 8) + (rows.end - whole) / 8, u8::MAX);
    for row in (rows.end - (rows.end - whole) % 8)..rows.end {
        mark(bits, row, true);
    }
}

/// How counts of decimal parts become slots.
struct Counting<'f> {
    field: &'f Field,
    scale: u8,
    /// What a count is multiplied by, where nothing is to be divided.
    times: Option<i64>,
    /// Counts from here on are read by their text.
    end: i128,
}

impl Counting<'_> {
    fn slot(&self, count: i128) -> Option<i64> {
        match self.times {
            Some(times) if (0..self.end).contains(&count) => {
                i64::try_from(count).ok()?.checked_mul(times)
            }
            Some(_) | None => self.field.counted(count, self.scale),
        }
    }
}

/// Returns a text that is there.
fn text<A: Texts>(array: &A, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.text(row))
}

/// Arrays of texts.
trait Texts: Array {
    fn text(&self, row: usize) -> &str;
}

impl Texts for arrow_array::StringArray {
    fn text(&self, row: usize) -> &str {
        self.value(row)
    }
}

impl Texts for arrow_array::LargeStringArray {
    fn text(&self, row: usize) -> &str {
        self.value(row)
    }
}

impl Texts for arrow_array::StringViewArray {
    fn text(&self, row: usize) -> &str {
        self.value(row)
    }
}

/// The days of two centuries, packed, from the first of 1900.
static DAYS: LazyLock<Vec<Option<i64>>> =
    LazyLock::new(|| (FIRST..LAST).map(|days| day(days).and_then(pack_day)).collect());
/// Unit: days since the first of 1970.
const FIRST: i32 = -25_567;
const LAST: i32 = 47_482;

/// Packs a day.
fn packed(days: i32) -> Option<i64> {
    match usize::try_from(i64::from(days) - i64::from(FIRST)) {
        Ok(at) if days < LAST => DAYS.get(at).copied().flatten(),
        Ok(_) | Err(_) => day(days).and_then(pack_day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_packed_as_the_calendar_has_them() {
        for days in (FIRST - 400..LAST + 400).step_by(7).chain([i32::MIN, i32::MAX]) {
            assert_eq!(packed(days), day(days).and_then(pack_day), "{days}");
        }
    }
}
