//! Whether two slots hold the same in one cell, or one no more than the other, although they are computed
//! by different operations: what a change leaves alone, and what it only lowers, is then seen as such,
//! even where intervals cannot tell.

use crate::rows::compare;
use engine::{
    Arithmetic, Bound, Cell, CellRange, Code, Criterion, Exact, Interval, Op, Period, Program,
    Reach, Row, RowResult, Slot, Table, TableId, Value,
};
use std::cmp::Ordering;

/// No deeper than this are operations compared.
const DEEPEST: u32 = 48;

/// What is looked into.
#[derive(Clone, Copy)]
pub(super) struct Alike<'c> {
    pub(super) program: &'c Program,
    pub(super) code: &'c Code,
    pub(super) days: Period,
}

impl<'c> Alike<'c> {
    /// Tells whether the conditions of two criteria hold together in a cell.
    pub(super) fn conditions(self, a: &Criterion, b: &Criterion, reach: &[Reach]) -> bool {
        self.both(a.condition, b.condition, reach) && self.both(a.exception, b.exception, reach)
    }

    /// Tells whether an open criterion surely gives no more than another in a cell.
    pub(super) fn gives_no_more(self, a: &Criterion, b: &Criterion, reach: &[Reach]) -> bool {
        let mut given = a.contributions.iter().zip(&b.contributions);
        a.contributions.len() == b.contributions.len()
            && given.all(|(a, b)| {
                self.both(a.condition, b.condition, reach)
                    && self.at_most(a.amount, b.amount, reach, 0)
            })
            && self.bound(a.floor, b.floor, reach)
            && self.bound(a.cap, b.cap, reach)
    }

    fn bound(self, a: Option<Slot>, b: Option<Slot>, reach: &[Reach]) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => self.at_most(a, b, reach, 0),
            (a, b) => a == b,
        }
    }

    /// Tells whether two slots are known together, and the first is then no more than the second.
    fn at_most(self, a: Slot, b: Slot, reach: &[Reach], depth: u32) -> bool {
        if self.slots(a, b, reach, depth) {
            return true;
        }
        let (a, b) = (self.settled(a, reach), self.settled(b, reach));
        let (Some(of_a), Some(of_b)) = (at(reach, a), at(reach, b)) else { return false };
        let known = is_known(of_a) && is_known(of_b);
        let high = of_a.numbers().and_then(|numbers| numbers.high);
        let low = of_b.numbers().and_then(|numbers| numbers.low);
        if known && high.zip(low).is_some_and(|(high, low)| high <= low) {
            return true;
        }
        let ops = |slot: Slot| self.code.ops.get(slot.0 as usize);
        let (Some(op_a), Some(op_b)) = (ops(a), ops(b)) else { return false };
        if depth > DEEPEST {
            return false;
        }
        let most = |a: Slot, b: Slot| self.at_most(a, b, reach, depth + 1);
        match (op_a, op_b) {
            (Op::Round(k, a, step), Op::Round(l, b, other)) => {
                k == l && self.slots(*step, *other, reach, depth + 1) && most(*a, *b)
            }
            (Op::Arithmetic(k, a, b), Op::Arithmetic(l, c, d)) if k == l => match k {
                Arithmetic::Minimum | Arithmetic::Maximum => most(*a, *c) && most(*b, *d),
                // Sums beyond exact numbers are unknown: they are compared where they surely are not.
                Arithmetic::Add => known && most(*a, *c) && most(*b, *d),
                Arithmetic::Subtract => known && most(*a, *c) && most(*d, *b),
                Arithmetic::Multiply => {
                    let same = |x: Slot, y: Slot| {
                        self.slots(x, y, reach, depth + 1) && is_positive(reach, x)
                    };
                    known && ((same(*a, *c) && most(*b, *d)) || (same(*b, *d) && most(*a, *c)))
                }
                Arithmetic::Divide => false,
            },
            (Op::Table(k, a), Op::Table(l, b)) => {
                let same = a.len() == b.len()
                    && a.iter().zip(b).all(|(a, b)| self.slots(*a, *b, reach, depth + 1));
                let rows = self.rows(*k, a, reach).zip(self.rows(*l, b, reach));
                same && rows.is_some_and(|(a, b)| {
                    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.gives_no_more(b))
                })
            }
            _ => false,
        }
    }

    fn both(self, a: Option<Slot>, b: Option<Slot>, reach: &[Reach]) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => self.slots(a, b, reach, 0),
            (a, b) => a == b,
        }
    }

    fn slots(self, a: Slot, b: Slot, reach: &[Reach], depth: u32) -> bool {
        let (a, b) = (self.settled(a, reach), self.settled(b, reach));
        if a == b {
            return true;
        }
        let (Some(of_a), Some(of_b)) = (at(reach, a), at(reach, b)) else { return false };
        if is_one(of_a) && of_a == of_b {
            return true;
        }
        let ops = |slot: Slot| self.code.ops.get(slot.0 as usize);
        let (Some(op_a), Some(op_b)) = (ops(a), ops(b)) else { return false };
        if depth > DEEPEST {
            return false;
        }
        let same = |a: Slot, b: Slot| self.slots(a, b, reach, depth + 1);
        match (op_a, op_b) {
            (Op::Arithmetic(k, a, b), Op::Arithmetic(l, c, d)) => {
                k == l && same(*a, *c) && same(*b, *d)
            }
            (Op::Round(k, a, b), Op::Round(l, c, d)) => k == l && same(*a, *c) && same(*b, *d),
            (Op::Calendar(k, a, b), Op::Calendar(l, c, d)) => {
                k == l && same(*a, *c) && same(*b, *d)
            }
            (Op::Compare(k, a, b), Op::Compare(l, c, d)) => k == l && same(*a, *c) && same(*b, *d),
            (Op::And(a, b), Op::And(c, d)) | (Op::Or(a, b), Op::Or(c, d)) => {
                same(*a, *c) && same(*b, *d)
            }
            (Op::Not(a), Op::Not(b)) | (Op::IsKnown(a), Op::IsKnown(b)) => same(*a, *b),
            (Op::Select(c, a, b), Op::Select(d, e, f)) => {
                same(*c, *d) && same(*a, *e) && same(*b, *f)
            }
            (Op::Table(k, a), Op::Table(l, b)) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|(a, b)| same(*a, *b))
                    && self
                        .rows(*k, a, reach)
                        .is_some_and(|own| Some(own) == self.rows(*l, b, reach))
            }
            (Op::Call(k, a), Op::Call(l, b)) => {
                k == l && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(*a, *b))
            }
            _ => false,
        }
    }

    /// Follows a choice that the cell decides.
    fn settled(self, mut slot: Slot, reach: &[Reach]) -> Slot {
        while let Some(Op::Select(condition, yes, no)) = self.code.ops.get(slot.0 as usize) {
            let Some(held) = at(reach, *condition).filter(|held| is_one(*held)) else { break };
            slot = if held.can_be_true() { *yes } else { *no };
        }
        slot
    }

    /// The rows that may be taken in a cell, up to one that surely is.
    fn rows(self, id: TableId, inputs: &[Slot], reach: &[Reach]) -> Option<Vec<Left<'c>>> {
        let table: &'c Table = self.program.tables.get(id.0 as usize)?;
        let inputs: Vec<Reach> =
            inputs.iter().map(|slot| at(reach, *slot)).collect::<Option<_>>()?;
        let mut left = Vec::new();
        for row in &table.rows {
            let Some(days) = row.period.intersection(self.days) else { continue };
            let cells = row.cells.iter().zip(&inputs).map(|(cell, held)| accepts(cell, *held));
            match cells.fold(Accepts::Surely, Accepts::and) {
                Accepts::Never => {}
                Accepts::Maybe => left.push(Left { days, row }),
                Accepts::Surely if days == self.days => {
                    left.push(Left { days, row });
                    break;
                }
                Accepts::Surely => left.push(Left { days, row }),
            }
        }
        Some(left)
    }
}

/// A row that is left, on the days looked at.
struct Left<'c> {
    days: Period,
    row: &'c Row,
}

impl Left<'_> {
    /// Tells whether two rows take the same, and the first gives no more.
    fn gives_no_more(&self, other: &Self) -> bool {
        let result = match (&self.row.result, &other.row.result) {
            (RowResult::Value(Value::Number(a)), RowResult::Value(Value::Number(b))) => a <= b,
            (
                RowResult::Linear { input: k, across: x, between: (a, b) },
                RowResult::Linear { input: l, across: y, between: (c, d) },
            ) => k == l && x == y && a <= c && b <= d,
            (a, b) => a == b,
        };
        result && self.days == other.days && self.row.cells == other.row.cells
    }
}

impl PartialEq for Left<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.days == other.days
            && self.row.cells == other.row.cells
            && self.row.result == other.row.result
    }
}

fn at(reach: &[Reach], slot: Slot) -> Option<Reach> {
    reach.get(slot.0 as usize).copied()
}

/// Tells whether a slot is never below zero.
fn is_positive(reach: &[Reach], slot: Slot) -> bool {
    let low = at(reach, slot).and_then(Reach::numbers).and_then(|numbers| numbers.low);
    low.is_some_and(|low| low >= Exact::ZERO)
}

fn is_known(reach: Reach) -> bool {
    !reach.can_be_unknown() && !reach.can_have_no_value()
}

/// Tells whether a reach is one known value.
fn is_one(reach: Reach) -> bool {
    let one_number = reach.numbers().is_some_and(|numbers| numbers.single().is_some());
    is_known(reach) && (one_number || (reach.can_be_true() != reach.can_be_false()))
}

/// Whether a cell accepts what a reach holds.
#[derive(Clone, Copy)]
enum Accepts {
    Never,
    Maybe,
    Surely,
}

impl Accepts {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Maybe, _) | (_, Self::Maybe) => Self::Maybe,
            (Self::Surely, Self::Surely) => Self::Surely,
        }
    }
}

/// An input that may be unknown is refused by no cell.
fn accepts(cell: &Cell, reach: Reach) -> Accepts {
    let Cell::OneOf(ranges) = cell else { return Accepts::Surely };
    if !is_known(reach) {
        return Accepts::Maybe;
    }
    let each = ranges.iter().map(|range| within(range, reach));
    each.fold(Accepts::Never, |all, one| match (all, one) {
        (Accepts::Surely, _) | (_, Accepts::Surely) => Accepts::Surely,
        (Accepts::Maybe, _) | (_, Accepts::Maybe) => Accepts::Maybe,
        (Accepts::Never, Accepts::Never) => Accepts::Never,
    })
}

fn within(range: &CellRange, reach: Reach) -> Accepts {
    if let Some(held) = reach.numbers() {
        return numbers(crate::witness::interval(range), held);
    }
    if let Some((low, high)) = reach.dates() {
        let value = |day: engine::Date| Value::Date(day);
        return ends(range, low.map(value).as_ref(), high.map(value).as_ref());
    }
    let only = match (&range.low, &range.high) {
        (Some(low), Some(high)) if low.value == high.value => &low.value,
        _ => return Accepts::Maybe,
    };
    match only {
        Value::Bool(true) if !reach.can_be_true() => Accepts::Never,
        Value::Bool(false) if !reach.can_be_false() => Accepts::Never,
        Value::Bool(_) if is_one(reach) => Accepts::Surely,
        Value::Enum(index) if !reach.can_be_value(*index) => Accepts::Never,
        Value::Bool(_) | Value::Enum(_) | Value::Number(_) | Value::Date(_) | Value::Text(_) => {
            Accepts::Maybe
        }
    }
}

fn numbers(range: Interval, held: Interval) -> Accepts {
    let Some(common) = range.and(held) else { return Accepts::Never };
    let whole =
        common.low == held.low && common.high == held.high && common.excluded == held.excluded;
    if whole { Accepts::Surely } else { Accepts::Maybe }
}

/// Days between two ends against a range.
fn ends(range: &CellRange, low: Option<&Value>, high: Option<&Value>) -> Accepts {
    let side = |bound: &Option<Bound>, end: Option<&Value>, outer: Ordering| match (bound, end) {
        (None, _) => Some(true),
        (Some(_), None) => None,
        (Some(bound), Some(end)) => match compare(end, &bound.value) {
            Some(Ordering::Equal) => Some(bound.included),
            Some(order) => Some(order == outer),
            None => None,
        },
    };
    let inside =
        (side(&range.low, low, Ordering::Greater), side(&range.high, high, Ordering::Less));
    let beyond = side(&range.low, high, Ordering::Greater) == Some(false)
        || side(&range.high, low, Ordering::Less) == Some(false);
    match inside {
        _ if beyond => Accepts::Never,
        (Some(true), Some(true)) => Accepts::Surely,
        _ => Accepts::Maybe,
    }
}
