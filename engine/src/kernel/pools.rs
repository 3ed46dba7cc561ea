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

/// Compares the rows of a pool, and writes what each is given. Returns whether it can be said of every
/// row: a rank among others than oneself, an empty fold, a sum that does not fit cannot.
pub(crate) fn compare(
    one: &Compared<u8>,
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
            (0..keys.len()).all(is_member) && rank(keys, direction, given, order)
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

/// Gives each its competition rank: 1, 2, 2, 4.
fn rank(keys: &[i64], direction: Direction, given: &mut [i64], order: &mut Vec<u64>) -> bool {
    let Some(least) = keys.iter().min() else { return true };
    let Some(most) = keys.iter().max() else { return true };
    let Some(width) = most.checked_sub(*least) else { return false };
    if keys.len() >= 1 << ROW_BITS || width >= 1 << (63 - ROW_BITS) {
        return false;
    }
    order.clear();
    let from = |key: i64| match direction {
        Direction::Ascending => key - least,
        Direction::Descending => most - key,
    };
    order.extend((0_u64..).zip(keys).map(|(row, key)| from(*key).unsigned_abs() << ROW_BITS | row));
    order.sort_unstable();
    let (mut rank, mut before) = (0, u64::MAX);
    for (place, packed) in (1_i64..).zip(order.iter()) {
        let key = packed >> ROW_BITS;
        if key != before {
            (rank, before) = (place, key);
        }
        let row = usize::try_from(packed & ((1 << ROW_BITS) - 1)).unwrap_or(usize::MAX);
        if let Some(given) = given.get_mut(row) {
            *given = rank;
        }
    }
    true
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

/// Orders some rows of a pool, best first: as many keys as fit are packed beside the place of the row, so
/// that whole numbers are sorted; what is equal by those is compared by the others.
pub(crate) fn order(placed: &Placed<'_>, rows: &mut [u32], packed: &mut Vec<u64>) {
    let row = |row: u32| row as usize;
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let place_bits = bits(count);
    packed.clear();
    packed.resize(rows.len(), 0);
    let mut used = place_bits;
    let mut taken = 0;
    while let Some((numbers, direction)) = placed.numbers(taken) {
        let key = |at: &u32| numbers.get(row(*at)).copied().unwrap_or_default();
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        for key in rows.iter().map(key) {
            (least, most) = (least.min(key), most.max(key));
        }
        let Some(width) = most.checked_sub(least).and_then(|width| u64::try_from(width).ok())
        else {
            break;
        };
        if used + bits(width) > u64::BITS {
            break;
        }
        for (packed, at) in packed.iter_mut().zip(rows.iter()) {
            let from = match direction {
                Direction::Ascending => key(at) - least,
                Direction::Descending => most - key(at),
            };
            *packed = *packed << bits(width) | from.unsigned_abs();
        }
        used += bits(width);
        taken += 1;
    }
    for (place, packed) in (0_u64..).zip(packed.iter_mut()) {
        *packed = *packed << place_bits | place;
    }
    packed.sort_unstable();
    let mask = (1_u64 << place_bits) - 1;
    let before = rows.to_vec();
    let place = |packed: u64| usize::try_from(packed & mask).unwrap_or(usize::MAX);
    for (row, packed) in rows.iter_mut().zip(packed.iter()) {
        *row = before.get(place(*packed)).copied().unwrap_or_default();
    }
    if taken < placed.keys.len() {
        let runs = packed.chunk_by(|a, b| a >> place_bits == b >> place_bits);
        let mut start = 0;
        for run in runs {
            if let Some(rows) = rows.get_mut(start..start + run.len()).filter(|run| run.len() > 1) {
                rows.sort_unstable_by(|a, b| placed.compare(row(*a), row(*b)));
            }
            start += run.len();
        }
    }
}
