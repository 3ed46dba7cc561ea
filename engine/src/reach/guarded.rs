//! What a number can be where conditions hold: what they compare narrows it, and the difference of
//! two numbers that they compare has a sign.
//!
//! Sound: a condition that holds says the order of two known values; where one has none, what is
//! computed from it has none either, and nothing is said of it. Only operations on numbers are
//! computed again, a few levels deep; all else stays as it was reached.

use super::interval::{Excluded, Interval};
use super::possible::Reached;
use crate::{Arithmetic, Code, Comparison, Exact, Op, Slot};

/// How many operations deep a number is computed again.
const DEPTH: u32 = 6;

/// What conditions that hold say of the numbers of some code.
#[derive(Clone)]
pub(super) struct Guarded<'g> {
    code: &'g Code,
    reach: &'g dyn Reached,
    orders: Vec<(Slot, Comparison, Slot)>,
}

impl<'g> Guarded<'g> {
    /// Where no condition is known to hold.
    pub(super) fn new(code: &'g Code, reach: &'g dyn Reached) -> Self {
        Self { code, reach, orders: Vec::new() }
    }

    /// The same where a condition has a truth besides.
    #[must_use]
    pub(super) fn given(mut self, condition: Option<Slot>, truth: bool) -> Self {
        if let Some(condition) = condition {
            self.read(condition, truth, DEPTH);
        }
        self
    }

    fn read(&mut self, condition: Slot, truth: bool, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match self.code.ops.get(condition.0 as usize) {
            Some(Op::Not(a)) => self.read(*a, !truth, depth),
            Some(Op::And(a, b)) if truth => {
                self.read(*a, true, depth);
                self.read(*b, true, depth);
            }
            Some(Op::Or(a, b)) if !truth => {
                self.read(*a, false, depth);
                self.read(*b, false, depth);
            }
            // A comparison with « pas de valeur » is false, and says nothing of the other side.
            Some(Op::Compare(_, a, b))
                if !truth && [a, b].into_iter().any(|side| self.may_lack(*side)) => {}
            Some(Op::Compare(comparison, a, b)) => {
                let holds = if truth { *comparison } else { comparison.opposite() };
                self.orders.extend([(*a, holds, *b), (*b, holds.mirrored(), *a)]);
            }
            Some(_) | None => {}
        }
    }

    fn may_lack(&self, slot: Slot) -> bool {
        self.reach.at(slot).no_value
    }

    /// Returns the numbers that a slot may be; absent when it can be none.
    pub(super) fn numbers(&self, slot: Slot) -> Option<Interval> {
        self.number(slot, DEPTH)
    }

    fn plain(&self, slot: Slot) -> Option<Interval> {
        self.reach.at(slot).numbers()
    }

    fn number(&self, slot: Slot, depth: u32) -> Option<Interval> {
        let plain = self.plain(slot)?;
        let Some(depth) = depth.checked_sub(1).filter(|_| !self.orders.is_empty()) else {
            return Some(plain);
        };
        let own = self.orders.iter().filter(|(a, ..)| *a == slot);
        let held = own.clone().try_fold(plain, |held, (_, order, other)| {
            self.plain(*other).map_or(Some(held), |other| held.and(side(*order, other)))
        })?;
        match self.code.ops.get(slot.0 as usize) {
            Some(Op::Arithmetic(operator, a, b)) => {
                let (x, y) = (self.number(*a, depth)?, self.number(*b, depth)?);
                let computed = x.arithmetic(*operator, y)?.and(held)?;
                if *operator == Arithmetic::Subtract {
                    self.difference(*a, *b, computed)
                } else {
                    Some(computed)
                }
            }
            Some(Op::Round(mode, a, step)) => {
                let (a, step) = (self.number(*a, depth)?, self.number(*step, depth)?);
                a.round(*mode, step)?.and(held)
            }
            Some(_) | None => Some(held),
        }
    }

    /// Limits a difference by how its two numbers compare.
    fn difference(&self, a: Slot, b: Slot, computed: Interval) -> Option<Interval> {
        let zero = Interval::only(Exact::ZERO);
        let mut orders = self.orders.iter().filter(|(x, _, y)| (*x, *y) == (a, b));
        orders.try_fold(computed, |held, (_, order, _)| held.and(side(*order, zero)))
    }
}

/// The numbers that compare so with one of others.
fn side(order: Comparison, others: Interval) -> Interval {
    let (strict, low, high) = match order {
        Comparison::Equal => return others,
        Comparison::NotEqual => (false, None, None),
        Comparison::Less => (true, None, others.high),
        Comparison::LessOrEqual => (false, None, others.high),
        Comparison::Greater => (true, others.low, None),
        Comparison::GreaterOrEqual => (false, others.low, None),
    };
    let excluded = Excluded { low: strict && low.is_some(), high: strict && high.is_some() };
    Interval { excluded, ..Interval::closed(low, high) }
}
