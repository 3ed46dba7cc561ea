//! How totals are spread before and after, in steps of a width that readers know: 1, 5, 10, 50, 100 points.
//!
//! Widths divide one another, so that narrow steps join into wide ones and no total needs to be kept.

use super::points;
use crate::run::DECIMALS;
use engine::Exact;
use std::collections::BTreeMap;

/// The most steps that are kept while rows pass.
const KEPT: usize = 4_096;

/// The most steps that are shown.
const SHOWN: i64 = 20;

/// Decimal parts of a point.
const POINT: i64 = 10_i64.pow(DECIMALS as u32);

/// Totals before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// How wide a step is. Unit: points.
    pub width: Exact,
    /// The steps, without a gap, from the least total to the greatest.
    pub bins: Vec<Bin>,
    /// Totals before; absent without a row.
    pub before: Option<Spread>,
    /// Totals after; absent without a row.
    pub after: Option<Spread>,
}

/// A step: totals from a bound, to the next one excluded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bin {
    /// Its bound. Unit: points.
    pub from: Exact,
    /// How many totals are there before.
    pub before: u64,
    /// How many are there after.
    pub after: u64,
}

/// What is said of totals together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// The least.
    pub least: Exact,
    /// The greatest.
    pub greatest: Exact,
    /// Their sum.
    pub sum: Exact,
}

#[derive(Clone, Copy, Debug)]
struct Ends {
    least: i64,
    greatest: i64,
    sum: i128,
}

/// A distribution that is being counted.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    /// Unit: decimal parts of a point.
    width: i64,
    /// Rows by step, before and after.
    pub(super) steps: BTreeMap<i64, [u64; 2]>,
    ends: [Option<Ends>; 2],
}

impl Default for Histogram {
    fn default() -> Self {
        Self { width: POINT, steps: BTreeMap::new(), ends: [None, None] }
    }
}

impl Histogram {
    pub(super) fn take(&mut self, totals: [i64; 2]) {
        for (side, (total, ends)) in totals.into_iter().zip(&mut self.ends).enumerate() {
            let held = ends.get_or_insert(Ends { least: total, greatest: total, sum: 0 });
            held.least = held.least.min(total);
            held.greatest = held.greatest.max(total);
            held.sum += i128::from(total);
            let step = self.steps.entry(total.div_euclid(self.width)).or_default();
            step.get_mut(side).into_iter().for_each(|count| *count += 1);
        }
        while self.steps.len() > KEPT {
            self.widen();
        }
    }

    /// Joins steps into wider ones: five, then two, in turn.
    fn widen(&mut self) {
        let by = if is_power_of_ten(self.width / POINT) { 5 } else { 2 };
        let Some(width) = self.width.checked_mul(by) else { return self.steps.clear() };
        self.width = width;
        for (step, [before, after]) in std::mem::take(&mut self.steps) {
            let joined = self.steps.entry(step.div_euclid(by)).or_default();
            let [first, second] = joined;
            *first += before;
            *second += after;
        }
    }

    pub(super) fn distribution(mut self) -> Distribution {
        let span = |steps: &BTreeMap<i64, [u64; 2]>| {
            let (first, last) = (steps.keys().next().copied(), steps.keys().last().copied());
            first.zip(last)
        };
        while span(&self.steps).is_some_and(|(first, last)| last - first >= SHOWN) {
            self.widen();
        }
        let range = span(&self.steps).map(|(first, last)| first..=last);
        let bins = range.into_iter().flatten().map(|step| {
            let [before, after] = self.steps.get(&step).copied().unwrap_or_default();
            let from = points(i128::from(step) * i128::from(self.width));
            Bin { from, before, after }
        });
        let spread = |ends: Option<Ends>| {
            ends.map(|Ends { least, greatest, sum }| Spread {
                least: points(least.into()),
                greatest: points(greatest.into()),
                sum: points(sum),
            })
        };
        let [before, after] = self.ends.map(spread);
        Distribution { width: points(self.width.into()), bins: bins.collect(), before, after }
    }
}

fn is_power_of_ten(mut number: i64) -> bool {
    while number > 1 && number % 10 == 0 {
        number /= 10;
    }
    number == 1
}
