//! Candidates compared within their pool: ranks, folds, the final order.

use super::build::{Compared, ComparedKind, Key};
use crate::{Direction, FieldId, Fold, OrderKey, Population};
use std::cmp::Ordering;

/// The columns that a comparison reads, for the rows of one pool.
pub(crate) struct Pool<'r> {
    /// By row, whether it is among those who are ranked.
    pub(crate) members: &'r [bool],
    pub(crate) keys: &'r dyn Fn(u8) -> &'r [i64],
}

/// Compares the rows of a pool, and writes what each is given; ranks are exact below the greatest that matters.
/// Returns whether it can be said of every
/// row: a rank among others than oneself, an empty fold, a sum that does not fit cannot.
pub(crate) fn compare(
    (one, greatest): (&Compared<u8>, i64),
    pool: &Pool<'_>,
    given: &mut [i64],
    order: &mut Vec<u64>,
) -> bool {
    let is_member = |row: usize| match one.population {
        Population::Everyone => true,
        Population::Eligible => pool.members.get(row).copied().unwrap_or(false),
    };
    match one.kind {
        ComparedKind::Rank(key, direction) => {
            let keys = (pool.keys)(key);
            let all = one.population == Population::Everyone || (0..keys.len()).all(is_member);
            all && rank(keys, direction, greatest, given, order)
        }
        ComparedKind::Fold { fold, filter, value } => {
            let filter = filter.map(pool.keys);
            let value = value.map(pool.keys);
            let counts = |row: &usize| {
                let passes = filter.is_none_or(|filter| filter.get(*row) == Some(&1));
                is_member(*row) && passes
            };
            let rows = 0..given.len();
            let count = rows.clone().filter(counts).count();
            let values = || {
                let value = value.unwrap_or_default();
                rows.clone().filter(counts).filter_map(move |row| value.get(row).copied())
            };
            let members = rows.clone().filter(|row| is_member(*row)).count();
            let result = match fold {
                Fold::Count => i64::try_from(count).ok(),
                Fold::Exists => Some(i64::from(count > 0)),
                Fold::All => Some(i64::from(count == members)),
                Fold::Sum => values()
                    .try_fold(0_i64, i64::checked_add)
                    .filter(|sum| sum.unsigned_abs() < 1 << 56),
                Fold::Minimum => values().min(),
                Fold::Maximum => values().max(),
            };
            given.fill(result.unwrap_or_default());
            result.is_some_and(|result| result.unsigned_abs() < 1 << 56)
        }
    }
}

/// How many bits say which row a packed key is of.
const ROW_BITS: u32 = 20;
const ROWS_OF_KEY: u64 = (1 << ROW_BITS) - 1;
/// The greatest rank that is given: larger pools are not ranked here.
pub(super) const GREATEST_RANK: i64 = 1 << ROW_BITS;

/// Returns the least and the greatest; the contrary where there is none.
fn ends(keys: &[i64]) -> (i64, i64) {
    let start = (i64::MAX, i64::MIN);
    keys.iter().fold(start, |(least, most), key| (least.min(*key), most.max(*key)))
}

/// Gives each its competition rank: 1, 2, 2, 4. A rank that is not below the greatest that matters is given as
/// any that is not.
fn rank(
    keys: &[i64],
    direction: Direction,
    greatest: i64,
    given: &mut [i64],
    order: &mut Vec<u64>,
) -> bool {
    if keys.is_empty() {
        return true;
    }
    let (least, most) = ends(keys);
    let Some(width) = most.checked_sub(least) else { return false };
    if keys.len() >= 1 << ROW_BITS || width >= 1 << (63 - ROW_BITS) {
        return false;
    }
    order.clear();
    order.resize(keys.len(), 0);
    pack(order, keys, direction, (0, least, most));
    number(order, ROW_BITS);
    let wanted = usize::try_from(greatest.saturating_sub(1)).unwrap_or(usize::MAX);
    if wanted < keys.len() {
        given.fill(greatest);
        keep_first(order, wanted, bits(width.unsigned_abs()) + ROW_BITS);
    }
    order.sort_unstable();
    let (mut rank, mut before) = (0, u64::MAX);
    for (place, packed) in (1_i64..).zip(order.iter()) {
        let key = packed >> ROW_BITS;
        if key != before {
            (rank, before) = (place, key);
        }
        let row = usize::try_from(packed & ROWS_OF_KEY).unwrap_or(usize::MAX);
        if let Some(given) = given.get_mut(row) {
            *given = rank;
        }
    }
    true
}

/// Puts keys after what is packed: so many bits, which hold how far each is from the best.
fn pack(
    packed: &mut [u64],
    keys: &[i64],
    direction: Direction,
    (width, least, most): (u32, i64, i64),
) {
    let keys = packed.iter_mut().zip(keys);
    match direction {
        Direction::Ascending => keys.for_each(|(packed, key)| {
            *packed = *packed << width | key.wrapping_sub(least).cast_unsigned();
        }),
        Direction::Descending => keys.for_each(|(packed, key)| {
            *packed = *packed << width | most.wrapping_sub(*key).cast_unsigned();
        }),
    }
}

/// Puts the row of each after what is packed, in so many bits.
fn number(packed: &mut [u64], row_bits: u32) {
    // A range that ends is counted without looking for its overflow.
    let rows = 0..u64::try_from(packed.len()).unwrap_or(u64::MAX);
    packed.iter_mut().zip(rows).for_each(|(packed, row)| *packed = *packed << row_bits | row);
}

/// Keeps the least of some whole numbers of so many bits, at least as many as are wanted, and none that equals
/// or exceeds one that is left out by its first bits.
fn keep_first(packed: &mut Vec<u64>, wanted: usize, width: u32) {
    let shift = width.saturating_sub(u8::BITS);
    let mut counts = [0_u32; 1 << u8::BITS];
    for one in packed.iter() {
        let first = u8::try_from(one >> shift).unwrap_or(u8::MAX);
        if let Some(count) = counts.get_mut(usize::from(first)) {
            *count = count.wrapping_add(1);
        }
    }
    let mut held = 0;
    let reaches = counts.iter().position(|count| {
        held += *count as usize;
        held >= wanted
    });
    let Some(end) = reaches.and_then(|last| u64::try_from(last + 1).ok()) else { return };
    let end = end << shift;
    keep(packed, |one| one < end);
}

/// Keeps the numbers for which a truth holds, in their order, without a branch.
fn keep(packed: &mut Vec<u64>, mut holds: impl FnMut(u64) -> bool) {
    let mut count = 0;
    for at in 0..packed.len() {
        let one = packed.get(at).copied().unwrap_or_default();
        if let Some(place) = packed.get_mut(count) {
            *place = one;
        }
        count = count.wrapping_add(usize::from(holds(one)));
    }
    packed.truncate(count);
}

/// What places the rows of a pool.
pub(crate) struct Placed<'r> {
    pub(crate) totals: &'r [i64],
    /// By key of the order.
    keys: Vec<PlacedKey<'r>>,
    text: &'r dyn Fn(FieldId, usize) -> &'r str,
}

/// A key of the order, for the rows of a pool.
enum PlacedKey<'r> {
    Total(Direction),
    Numbers(&'r [i64], Direction),
    /// The text of a fact, read row by row.
    Texts(FieldId, Direction),
}

impl<'r> Placed<'r> {
    /// Reads the keys of an order; those held by registers in turn.
    pub(crate) fn new(
        totals: &'r [i64],
        keys: &[Key<u8>],
        order: &[OrderKey],
        numbers: &dyn Fn(usize) -> &'r [i64],
        text: &'r dyn Fn(FieldId, usize) -> &'r str,
    ) -> Self {
        let mut registers = 0..;
        let keys = keys.iter().zip(order).filter_map(|(key, named)| match key {
            Key::Total => Some(PlacedKey::Total(named.direction)),
            Key::Register(..) => {
                Some(PlacedKey::Numbers(numbers(registers.next()?), named.direction))
            }
            Key::Text(field) => Some(PlacedKey::Texts(*field, named.direction)),
            Key::None => None,
        });
        Self { totals, keys: keys.collect(), text }
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        let number = |of: &[i64]| {
            let at = |row: usize| of.get(row).copied().unwrap_or_default();
            at(a).cmp(&at(b))
        };
        let mut order = Ordering::Equal;
        for key in &self.keys {
            let (own, direction) = match key {
                PlacedKey::Total(direction) => (number(self.totals), direction),
                PlacedKey::Numbers(numbers, direction) => (number(numbers), direction),
                PlacedKey::Texts(field, direction) => {
                    ((self.text)(*field, a).cmp((self.text)(*field, b)), direction)
                }
            };
            order = order.then(match direction {
                Direction::Ascending => own,
                Direction::Descending => own.reverse(),
            });
        }
        order.then(a.cmp(&b))
    }

    /// Reads a key of whole numbers.
    fn numbers(&self, key: usize) -> Option<(&[i64], Direction)> {
        match self.keys.get(key)? {
            PlacedKey::Total(direction) => Some((self.totals, *direction)),
            PlacedKey::Numbers(numbers, direction) => Some((numbers, *direction)),
            PlacedKey::Texts(..) => None,
        }
    }
}

fn bits(width: u64) -> u32 {
    u64::BITS - width.leading_zeros()
}

/// Orders the members of a pool, best first: as many keys as fit are packed before the row, so that whole
/// numbers are sorted; what is equal by those is compared by the others.
pub(crate) fn order(
    placed: &Placed<'_>,
    members: &[bool],
    ranked: &mut Vec<u32>,
    packed: &mut Vec<u64>,
) {
    let row_bits = bits(u64::try_from(members.len()).unwrap_or(u64::MAX));
    packed.clear();
    packed.resize(members.len(), 0);
    let mut used = row_bits;
    let mut taken = 0;
    while let Some((numbers, direction)) = placed.numbers(taken) {
        let (least, most) = ends(numbers);
        let width = most.checked_sub(least).and_then(|width| u64::try_from(width).ok());
        let Some(width) = width.map(bits).filter(|width| used + width <= u64::BITS) else { break };
        pack(packed, numbers, direction, (width, least, most));
        used += width;
        taken += 1;
    }
    number(packed, row_bits);
    let mut members = members.iter();
    keep(packed, |_| members.next() == Some(&true));
    packed.sort_unstable();
    let mask = (1_u64 << row_bits) - 1;
    ranked.clear();
    ranked.extend(packed.iter().map(|packed| u32::try_from(packed & mask).unwrap_or(u32::MAX)));
    if taken < placed.keys.len() {
        let runs = packed.chunk_by(|a, b| a >> row_bits == b >> row_bits);
        let mut start = 0;
        for run in runs {
            if let Some(rows) = ranked.get_mut(start..start + run.len()).filter(|run| run.len() > 1)
            {
                rows.sort_unstable_by(|a, b| placed.compare(*a as usize, *b as usize));
            }
            start += run.len();
        }
    }
}

#[cfg(test)]
mod tests;
