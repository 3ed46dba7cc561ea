//! Where the facts of blocks come from, and how they get there.

use crate::kernel::{Lane, Lanes, ROWS};
use std::hint::black_box;
use std::ops::Range;

/// Where an input comes from.
pub(super) enum Source<'a> {
    Wide(&'a [i64]),
    Narrow(&'a [i32]),
    Short(&'a [u16]),
    Bytes(&'a [u8]),
    Same(i64),
    /// Texts by what stands for them in the rules.
    Texts(&'a [u32], Vec<i64>),
    /// Whether proofs are awaited.
    Proofs(Vec<i64>),
    Given(usize),
}

/// The rows of a block, with their places among outcomes.
#[derive(Clone, Copy)]
pub(super) enum Rows<'a> {
    /// Some that follow each other: the first row, its place, how many.
    Run(usize, usize, usize),
    Some(&'a [u32], &'a [u32]),
}

/// How many rows are fetched ahead of the blocks that need them.
pub(super) const AHEAD: usize = 32 * ROWS;

/// How many bytes memory gives at once.
const LINE: usize = 64;

impl Source<'_> {
    /// Reads one value of each line of memory that some rows have: the lines are asked for together, where
    /// blocks would wait for each in turn.
    pub(super) fn fetch(&self, rows: Range<usize>) {
        match self {
            Self::Wide(values) => fetch(values, rows),
            Self::Narrow(values) => fetch(values, rows),
            Self::Short(values) => fetch(values, rows),
            Self::Bytes(values) => fetch(values, rows),
            Self::Texts(places, _) => fetch(places, rows),
            Self::Proofs(values) => fetch(values, rows),
            Self::Same(_) | Self::Given(_) => {}
        }
    }
}

fn fetch<T: Copy + Into<i64>>(values: &[T], rows: Range<usize>) {
    let end = rows.end.min(values.len());
    let values = values.get(rows.start.min(end)..end).unwrap_or_default();
    let firsts = values.iter().step_by(LINE / size_of::<T>());
    black_box(firsts.fold(0, |all, value| all ^ (*value).into()));
}

/// Brings an input of a block of rows into lanes.
pub(super) fn bring<L: Lane>(
    sources: &[Source<'_>],
    given: &[Vec<i64>],
    input: u32,
    rows: Rows<'_>,
    lanes: &mut Lanes<L>,
) {
    let Some(source) = sources.get(input as usize) else { return };
    match source {
        Source::Wide(values) => brought(values, rows, lanes, |value| *value),
        Source::Narrow(values) => brought(values, rows, lanes, |value| i64::from(*value)),
        Source::Short(values) => brought(values, rows, lanes, |value| i64::from(*value)),
        Source::Bytes(values) => brought(values, rows, lanes, |value| i64::from(*value)),
        Source::Same(value) => lanes.fill(L::of(*value)),
        Source::Texts(places, stand) => brought(places, rows, lanes, |place| {
            stand.get(*place as usize).copied().unwrap_or_default()
        }),
        Source::Proofs(values) => brought(values, rows, lanes, |value| *value),
        Source::Given(number) => {
            let values = given.get(*number).map_or(&[][..], |given| given);
            let places = match rows {
                Rows::Run(_, place, count) => Rows::Run(place, place, count),
                Rows::Some(_, places) => Rows::Some(places, places),
            };
            brought(values, places, lanes, |value| *value);
        }
    }
}

#[inline]
fn brought<T, L: Lane>(values: &[T], rows: Rows<'_>, lanes: &mut Lanes<L>, of: impl Fn(&T) -> i64) {
    match rows {
        Rows::Run(row, _, count) => {
            let values = values.get(row..row + count).unwrap_or_default();
            lanes.iter_mut().zip(values).for_each(|(lane, value)| *lane = L::of(of(value)));
        }
        Rows::Some(rows, _) => lanes.iter_mut().zip(rows).for_each(|(lane, row)| {
            *lane = L::of(values.get(*row as usize).map_or(0, &of));
        }),
    }
}
