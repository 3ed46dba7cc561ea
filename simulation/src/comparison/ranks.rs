//! Where ranks go, from one recueil to the other, over all offers and offer by offer.
//!
//! Steps of ranks follow how many an offer keeps: with five, first; 2 to 5; 6 to 10; 11 to 20; 21 to 50; beyond; and
//! without a rank. Rows of an offer come together, so that one offer is held at a time.

use super::{Passage, Told};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many are kept where rules do not say.
const KEEPS: u32 = 5;

/// How many offers are named.
const NAMED: usize = 20;

/// A step of ranks, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// From a rank to another; without an end: and beyond.
    Ranks(u32, Option<u32>),
    /// Without a rank.
    None,
}

/// Where ranks go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flows {
    /// The steps, best first.
    pub steps: Vec<Step>,
    /// How many rows go from each step, in its row, to each step, in its column.
    pub counts: Vec<Vec<u64>>,
    /// How many ranked rows have a better rank after, the same, a worse one.
    pub better: u64,
    /// Of those ranked on both sides, how many keep their rank.
    pub same: u64,
    /// How many have a worse one.
    pub worse: u64,
}

/// What happens offer by offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offers {
    /// How many offers there are.
    pub all: u64,
    /// How many keep others than before.
    pub changed: u64,
    /// Those where most change among the kept, at most twenty.
    pub most: Vec<OfferMoves>,
}

/// What happens in an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferMoves {
    /// The offer.
    pub offer: String,
    /// How many of its candidates were compared.
    pub candidates: u64,
    /// How many change their rank, or their having one.
    pub moved: u64,
    /// Who is kept.
    pub kept: Passage,
}

#[derive(Default)]
struct Current {
    offer: String,
    candidates: u64,
    moved: u64,
    kept: Passage,
}

/// Ranks that are being counted.
pub(super) struct Ranks {
    flows: Flows,
    all: u64,
    changed: u64,
    current: Current,
    /// Offers where most change; then where most move, then as they come.
    most: BTreeMap<(Reverse<u64>, Reverse<u64>, u64), OfferMoves>,
}

impl Ranks {
    pub(super) fn new(keeps: Option<u32>) -> Self {
        let steps = steps(keeps.unwrap_or(KEEPS));
        let counts = vec![vec![0; steps.len()]; steps.len()];
        let flows = Flows { steps, counts, better: 0, same: 0, worse: 0 };
        Self { flows, all: 0, changed: 0, current: Current::default(), most: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, offer: &str, [before, after]: [&Told; 2]) {
        if self.current.offer != offer {
            self.end_of_offer();
            offer.clone_into(&mut self.current.offer);
        }
        self.current.candidates += 1;
        self.current.moved += u64::from(before.rank != after.rank);
        self.current.kept.take(before.kept, after.kept);
        let (from, to) = (self.step(before.rank), self.step(after.rank));
        if let Some(count) = self.flows.counts.get_mut(from).and_then(|row| row.get_mut(to)) {
            *count += 1;
        }
        if before.rank != 0 && after.rank != 0 {
            match after.rank.cmp(&before.rank) {
                std::cmp::Ordering::Less => self.flows.better += 1,
                std::cmp::Ordering::Equal => self.flows.same += 1,
                std::cmp::Ordering::Greater => self.flows.worse += 1,
            }
        }
    }

    /// Finds the step of a rank; the last is that of those who have none.
    fn step(&self, rank: u32) -> usize {
        let holds = |step: &Step| match step {
            Step::Ranks(from, to) => *from <= rank && to.is_none_or(|to| rank <= to),
            Step::None => true,
        };
        self.flows.steps.iter().position(holds).unwrap_or(0)
    }

    fn end_of_offer(&mut self) {
        let Current { offer, candidates, moved, kept } = std::mem::take(&mut self.current);
        if candidates == 0 {
            return;
        }
        self.all += 1;
        let changes = kept.entering + kept.leaving;
        self.changed += u64::from(changes > 0);
        if changes > 0 {
            let order = (Reverse(changes), Reverse(moved), self.all);
            self.most.insert(order, OfferMoves { offer, candidates, moved, kept });
        }
        if self.most.len() > NAMED {
            self.most.pop_last();
        }
    }

    pub(super) fn done(mut self) -> (Flows, Offers) {
        self.end_of_offer();
        let most = self.most.into_values().collect();
        let offers = Offers { all: self.all, changed: self.changed, most };
        (self.flows, offers)
    }
}

/// Cuts ranks by how many are kept.
fn steps(keeps: u32) -> Vec<Step> {
    let times = |by: u32| keeps.max(1).saturating_mul(by);
    let mut ends = vec![1, times(1), times(2), times(4), times(10)];
    ends.dedup();
    let mut from = 1;
    let mut steps = Vec::new();
    for end in ends {
        steps.push(Step::Ranks(from, Some(end)));
        from = end.saturating_add(1);
    }
    steps.extend([Step::Ranks(from, None), Step::None]);
    steps
}
