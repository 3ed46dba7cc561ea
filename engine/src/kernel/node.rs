//! Nodes: what a kernel computes before it has registers, each computed once, with the range it stays in.
//!
//! Invariant: whatever its operands hold, an operation gives a value; where that is not the value that
//! the rules mean (an overflow, a division by what is not positive), the row is marked, and nothing of
//! it is said. Arithmetic is checked only where ranges do not prove that it fits.

use crate::plan::days;
use crate::{Arithmetic, Calendar, Rounding};
use std::collections::HashMap;

/// A node.
pub(super) type Id = u32;

/// An operation over registers of a kind: nodes while a kernel is built, bytes once it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op<R> {
    /// A constant.
    Set(i64),
    /// What comes from outside, by its place.
    Input(u32),
    /// `a × by + plus`.
    Affine {
        a: R,
        by: i32,
        plus: i64,
    },
    Add(R, R),
    Subtract(R, R),
    Multiply(R, R),
    Minimum(R, R),
    Maximum(R, R),
    /// Addition, subtraction or multiplication that may not fit.
    Checked(Arithmetic, R, R),
    AtLeast(R, i64),
    Below(R, i64),
    Is(R, i64),
    IsNot(R, i64),
    Less(R, R),
    AtMost(R, R),
    Same(R, R),
    Differs(R, R),
    And(R, R),
    Or(R, R),
    Not(R),
    Select(R, R, R),
    /// The constant where true, else 0.
    Give(R, i64),
    /// The second where the first is true, else 0.
    Keep(R, R),
    /// What the table gives at the place.
    Lookup(R, u32),
    /// What the table gives for the piece.
    Table(R, u32),
    /// The rounding of a quotient whose denominator is positive.
    Quotient(Rounding, R, R),
    Calendar(Calendar, R, R),
    // What follows is several of the above as one (see `fuse`).
    GiveAtLeast {
        a: R,
        to: i64,
        value: i32,
    },
    GiveBelow {
        a: R,
        to: i64,
        value: i32,
    },
    GiveIs {
        a: R,
        to: i64,
        value: i32,
    },
    GiveBoth {
        a: R,
        b: R,
        value: i32,
    },
    /// The first, with one of the others.
    AndEither(R, R, R),
    /// `a × by + b × times`.
    Linear {
        a: R,
        by: i32,
        b: R,
        times: i32,
    },
    /// `a × by + plus`, not below the least.
    AffineAtLeast {
        a: R,
        by: i32,
        plus: i32,
        least: i32,
    },
    AddThree(R, R, R),
    AddFour(R, R, R, R),
    AddPlus {
        a: R,
        b: R,
        plus: i32,
    },
    MaximumThree(R, R, R),
}

impl<R: Copy> Op<R> {
    /// Returns the same over other registers.
    pub(super) fn map<S>(self, f: &mut impl FnMut(R) -> S) -> Op<S> {
        match self {
            Self::Set(value) => Op::Set(value),
            Self::Input(place) => Op::Input(place),
            Self::Affine { a, by, plus } => Op::Affine { a: f(a), by, plus },
            Self::Add(a, b) => Op::Add(f(a), f(b)),
            Self::Subtract(a, b) => Op::Subtract(f(a), f(b)),
            Self::Multiply(a, b) => Op::Multiply(f(a), f(b)),
            Self::Minimum(a, b) => Op::Minimum(f(a), f(b)),
            Self::Maximum(a, b) => Op::Maximum(f(a), f(b)),
            Self::Checked(operator, a, b) => Op::Checked(operator, f(a), f(b)),
            Self::AtLeast(a, to) => Op::AtLeast(f(a), to),
            Self::Below(a, to) => Op::Below(f(a), to),
            Self::Is(a, to) => Op::Is(f(a), to),
            Self::IsNot(a, to) => Op::IsNot(f(a), to),
            Self::Less(a, b) => Op::Less(f(a), f(b)),
            Self::AtMost(a, b) => Op::AtMost(f(a), f(b)),
            Self::Same(a, b) => Op::Same(f(a), f(b)),
            Self::Differs(a, b) => Op::Differs(f(a), f(b)),
            Self::And(a, b) => Op::And(f(a), f(b)),
            Self::Or(a, b) => Op::Or(f(a), f(b)),
            Self::Not(a) => Op::Not(f(a)),
            Self::Select(condition, a, b) => Op::Select(f(condition), f(a), f(b)),
            Self::Give(a, value) => Op::Give(f(a), value),
            Self::Keep(a, b) => Op::Keep(f(a), f(b)),
            Self::Lookup(a, table) => Op::Lookup(f(a), table),
            Self::Table(a, table) => Op::Table(f(a), table),
            Self::Quotient(mode, a, b) => Op::Quotient(mode, f(a), f(b)),
            Self::Calendar(operator, a, b) => Op::Calendar(operator, f(a), f(b)),
            Self::GiveAtLeast { a, to, value } => Op::GiveAtLeast { a: f(a), to, value },
            Self::GiveBelow { a, to, value } => Op::GiveBelow { a: f(a), to, value },
            Self::GiveIs { a, to, value } => Op::GiveIs { a: f(a), to, value },
            Self::GiveBoth { a, b, value } => Op::GiveBoth { a: f(a), b: f(b), value },
            Self::Linear { a, by, b, times } => Op::Linear { a: f(a), by, b: f(b), times },
            Self::AffineAtLeast { a, by, plus, least } => {
                Op::AffineAtLeast { a: f(a), by, plus, least }
            }
            Self::AndEither(a, b, c) => Op::AndEither(f(a), f(b), f(c)),
            Self::AddThree(a, b, c) => Op::AddThree(f(a), f(b), f(c)),
            Self::AddFour(a, b, c, d) => Op::AddFour(f(a), f(b), f(c), f(d)),
            Self::AddPlus { a, b, plus } => Op::AddPlus { a: f(a), b: f(b), plus },
            Self::MaximumThree(a, b, c) => Op::MaximumThree(f(a), f(b), f(c)),
        }
    }

    /// Calls a function on each register that is read.
    pub(super) fn each(self, f: &mut impl FnMut(R)) {
        self.map(&mut |register| f(register));
    }
}

/// A table of values by piece or by place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Pieces {
    /// Each piece begins at its cut; what is below the first is the first piece.
    pub(super) cuts: Vec<i64>,
    pub(super) values: Vec<i64>,
    /// The values of the first whole numbers, up to the last cut, where these are few: what is beyond has the last.
    pub(super) dense: Vec<i64>,
}

/// The greatest cut of a table whose values are also held one by one.
const DENSE: i64 = 64;

impl Pieces {
    pub(super) fn new(cuts: Vec<i64>, values: Vec<i64>) -> Self {
        let dense = match (cuts.first(), cuts.last()) {
            (Some(1..), Some(last @ ..=DENSE)) => {
                let reached = |number: i64| cuts.partition_point(|cut| *cut <= number);
                let value = |number| values.get(reached(number)).copied().unwrap_or_default();
                (0..=*last).map(value).collect()
            }
            (_, _) => Vec::new(),
        };
        Self { cuts, values, dense }
    }
}

/// A node with its range.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) op: Op<Id>,
    pub(super) low: i64,
    pub(super) high: i64,
}

/// Nodes under construction.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    pub(super) all: Vec<Node>,
    pub(super) tables: Vec<Pieces>,
    seen: HashMap<Op<Id>, Id>,
}

const NONE: Node = Node { op: Op::Set(0), low: 0, high: 0 };

impl Nodes {
    pub(super) fn get(&self, id: Id) -> Node {
        self.all.get(id as usize).copied().unwrap_or(NONE)
    }

    /// Returns the value of a node that has one only.
    pub(super) fn constant(&self, id: Id) -> Option<i64> {
        let node = self.get(id);
        (node.low == node.high).then_some(node.low)
    }

    /// Adds a node, unless the same is there or its range holds one value.
    pub(super) fn push(&mut self, op: Op<Id>, (low, high): (i64, i64)) -> Id {
        let op = if low == high { Op::Set(low) } else { op };
        if let Some(id) = self.seen.get(&op) {
            return *id;
        }
        let id = Id::try_from(self.all.len()).unwrap_or(Id::MAX);
        self.all.push(Node { op, low, high });
        self.seen.insert(op, id);
        id
    }

    pub(super) fn set(&mut self, value: i64) -> Id {
        self.push(Op::Set(value), (value, value))
    }

    fn range(&self, id: Id) -> (i128, i128) {
        let node = self.get(id);
        (i128::from(node.low), i128::from(node.high))
    }

    /// Computes `a × by + plus`.
    pub(super) fn affine(&mut self, a: Id, by: i64, plus: i64) -> Id {
        if by == 1 && plus == 0 {
            return a;
        }
        if by == 0 {
            return self.set(plus);
        }
        if let Op::Affine { a: inner, by: first, plus: then } = self.get(a).op
            && let Some(both) = i64::from(first).checked_mul(by)
            && let Some(plus) = then.checked_mul(by).and_then(|then| then.checked_add(plus))
        {
            return self.affine(inner, both, plus);
        }
        if let Some(table) = self.table_scaled(a, by, plus) {
            return table;
        }
        let (low, high) = self.range(a);
        let ends = [low, high].map(|end| end * i128::from(by) + i128::from(plus));
        match (fitting(ends), i32::try_from(by)) {
            (Some(range), Ok(by)) => self.push(Op::Affine { a, by, plus }, range),
            (_, _) => {
                let by = self.set(by);
                let product = self.multiply(a, by);
                let plus = self.set(plus);
                self.add(product, plus)
            }
        }
    }

    /// Computes `a × by + plus` where `a` comes from a table: of the values of the table, beforehand.
    fn table_scaled(&mut self, a: Id, by: i64, plus: i64) -> Option<Id> {
        let Op::Table(input, table) = self.get(a).op else { return None };
        let Pieces { cuts, values, .. } = self.tables.get(table as usize)?.clone();
        let values = values.iter().map(|value| value.checked_mul(by)?.checked_add(plus));
        let table = Pieces::new(cuts, values.collect::<Option<_>>()?);
        Some(self.by_piece(input, table))
    }

    pub(super) fn add(&mut self, a: Id, b: Id) -> Id {
        match (self.constant(a), self.constant(b)) {
            (Some(a), Some(b)) if a.checked_add(b).is_some() => self.set(a + b),
            (Some(0), _) => b,
            (_, Some(0)) => a,
            (Some(plus), None) if self.shifts(b, plus) => self.affine(b, 1, plus),
            (None, Some(plus)) if self.shifts(a, plus) => self.affine(a, 1, plus),
            (_, _) => {
                let ((a_low, a_high), (b_low, b_high)) = (self.range(a), self.range(b));
                let ends = [a_low + b_low, a_high + b_high];
                self.fit(Arithmetic::Add, Op::Add(a.min(b), a.max(b)), ends)
            }
        }
    }

    /// Tells whether a constant can be added without leaving 64 bits.
    fn shifts(&self, a: Id, plus: i64) -> bool {
        let (low, high) = self.range(a);
        fitting([low + i128::from(plus), high + i128::from(plus)]).is_some()
    }

    pub(super) fn subtract(&mut self, a: Id, b: Id) -> Id {
        let ((a_low, a_high), (b_low, b_high)) = (self.range(a), self.range(b));
        let ends = [a_low - b_high, a_high - b_low];
        if a == b {
            return self.set(0);
        }
        match (self.constant(a), self.constant(b), fitting(ends)) {
            (_, Some(0), _) => a,
            (Some(from), None, Some(_)) => self.affine(b, -1, from),
            (None, Some(less), Some(_)) if less != i64::MIN => self.affine(a, 1, -less),
            (_, _, _) => self.fit(Arithmetic::Subtract, Op::Subtract(a, b), ends),
        }
    }

    pub(super) fn multiply(&mut self, a: Id, b: Id) -> Id {
        let ((a_low, a_high), (b_low, b_high)) = (self.range(a), self.range(b));
        let ends = [a_low * b_low, a_low * b_high, a_high * b_low, a_high * b_high];
        let fits = fitting(ends).is_some();
        match (self.constant(a), self.constant(b)) {
            (Some(by), _) if fits && i32::try_from(by).is_ok() => self.affine(b, by, 0),
            (_, Some(by)) if fits && i32::try_from(by).is_ok() => self.affine(a, by, 0),
            (_, _) => self.fit(Arithmetic::Multiply, Op::Multiply(a.min(b), a.max(b)), ends),
        }
    }

    /// Adds plain arithmetic where it fits, checked arithmetic where it may not.
    fn fit<const N: usize>(&mut self, operator: Arithmetic, op: Op<Id>, ends: [i128; N]) -> Id {
        if let Some(range) = fitting(ends) {
            return self.push(op, range);
        }
        let mut operands = [0; 2];
        let mut held = operands.iter_mut();
        op.each(&mut |id| {
            if let Some(place) = held.next() {
                *place = id;
            }
        });
        let [a, b] = operands;
        self.push(Op::Checked(operator, a, b), (-i64::MAX, i64::MAX))
    }

    pub(super) fn minimum(&mut self, a: Id, b: Id) -> Id {
        let (x, y) = (self.get(a), self.get(b));
        if x.high <= y.low || a == b {
            return a;
        }
        if y.high <= x.low {
            return b;
        }
        self.push(Op::Minimum(a.min(b), a.max(b)), (x.low.min(y.low), x.high.min(y.high)))
    }

    pub(super) fn maximum(&mut self, a: Id, b: Id) -> Id {
        let (x, y) = (self.get(a), self.get(b));
        if x.low >= y.high || a == b {
            return a;
        }
        if y.low >= x.high {
            return b;
        }
        self.push(Op::Maximum(a.min(b), a.max(b)), (x.low.max(y.low), x.high.max(y.high)))
    }

    /// Tells whether a number is not below a constant.
    pub(super) fn at_least(&mut self, a: Id, to: i64) -> Id {
        let node = self.get(a);
        if node.low >= to || node.high < to {
            return self.truth(node.low >= to);
        }
        match node.op {
            Op::Affine { a, by, plus } if by != 0 => {
                let (rest, by) = (i128::from(to) - i128::from(plus), i128::from(by));
                let bound = if by > 0 { ceil(rest, by) } else { (-rest).div_euclid(-by) };
                match (i64::try_from(bound), by > 0) {
                    (Ok(bound), true) => self.at_least(a, bound),
                    (Ok(bound), false) => match bound.checked_add(1) {
                        Some(above) => self.below(a, above),
                        None => self.truth(true),
                    },
                    (Err(_), _) => self.push(Op::AtLeast(a, to), (0, 1)),
                }
            }
            Op::Calendar(operator, from, until) => self
                .days_at_least((operator, from, until), to)
                .unwrap_or_else(|| self.push(Op::AtLeast(a, to), (0, 1))),
            _ => self.push(Op::AtLeast(a, to), (0, 1)),
        }
    }

    pub(super) fn below(&mut self, a: Id, to: i64) -> Id {
        let not = self.at_least(a, to);
        self.not(not)
    }

    /// A count between a day and a constant one is compared as the day itself.
    fn days_at_least(
        &mut self,
        (operator, from, until): (Calendar, Id, Id),
        to: i64,
    ) -> Option<Id> {
        if !days::counts(operator) {
            return None;
        }
        if let Some(until) = self.constant(until) {
            // The later the first day, the fewer: those that reach the count come first.
            let node = self.get(from);
            let reaches = |day: i64| days::counted(operator, day, until) >= to;
            let first = days::first_where((node.low, node.high), |day| !reaches(day));
            return Some(self.below(from, first));
        }
        let from = self.constant(from)?;
        let node = self.get(until);
        let first = days::first_where((node.low, node.high), |day| {
            days::counted(operator, from, day) >= to
        });
        Some(self.at_least(until, first))
    }

    pub(super) fn is(&mut self, a: Id, to: i64) -> Id {
        let node = self.get(a);
        if to < node.low || node.high < to {
            return self.truth(false);
        }
        if (node.low, node.high) == (0, 1) {
            return if to == 1 { a } else { self.not(a) };
        }
        self.push(Op::Is(a, to), (0, 1))
    }

    pub(super) fn less(&mut self, a: Id, b: Id) -> Id {
        let (x, y) = (self.get(a), self.get(b));
        if x.high < y.low || x.low >= y.high {
            return self.truth(x.high < y.low);
        }
        match (self.constant(a), self.constant(b)) {
            (_, Some(to)) => self.below(a, to),
            (Some(to), _) => match to.checked_add(1) {
                Some(above) => self.at_least(b, above),
                None => self.truth(false),
            },
            (None, None) => self.push(Op::Less(a, b), (0, 1)),
        }
    }

    pub(super) fn same(&mut self, a: Id, b: Id) -> Id {
        match (self.constant(a), self.constant(b)) {
            (_, Some(to)) => self.is(a, to),
            (Some(to), _) => self.is(b, to),
            (None, None) if a == b => self.truth(true),
            (None, None) => self.push(Op::Same(a.min(b), a.max(b)), (0, 1)),
        }
    }

    pub(super) fn truth(&mut self, truth: bool) -> Id {
        self.set(i64::from(truth))
    }

    pub(super) fn not(&mut self, a: Id) -> Id {
        if let Some(truth) = self.constant(a) {
            return self.truth(truth == 0);
        }
        let op = match self.get(a).op {
            Op::AtLeast(a, to) => Op::Below(a, to),
            Op::Below(a, to) => Op::AtLeast(a, to),
            Op::Is(a, to) => Op::IsNot(a, to),
            Op::IsNot(a, to) => Op::Is(a, to),
            Op::Less(a, b) => Op::AtMost(b, a),
            Op::AtMost(a, b) => Op::Less(b, a),
            Op::Same(a, b) => Op::Differs(a, b),
            Op::Differs(a, b) => Op::Same(a, b),
            Op::Not(a) => return a,
            _ => Op::Not(a),
        };
        self.push(op, (0, 1))
    }

    pub(super) fn and(&mut self, a: Id, b: Id) -> Id {
        match (self.constant(a), self.constant(b)) {
            (Some(0), _) | (_, Some(0)) => self.truth(false),
            (Some(_), _) => b,
            (_, Some(_)) => a,
            (None, None) if a == b => a,
            (None, None) => self.push(Op::And(a.min(b), a.max(b)), (0, 1)),
        }
    }

    pub(super) fn or(&mut self, a: Id, b: Id) -> Id {
        match (self.constant(a), self.constant(b)) {
            (Some(0), _) => b,
            (_, Some(0)) => a,
            (Some(_), _) | (_, Some(_)) => self.truth(true),
            (None, None) if a == b => a,
            (None, None) => self.push(Op::Or(a.min(b), a.max(b)), (0, 1)),
        }
    }

    pub(super) fn select(&mut self, condition: Id, a: Id, b: Id) -> Id {
        if a == b {
            return a;
        }
        match self.constant(condition) {
            Some(0) => return b,
            Some(_) => return a,
            None => {}
        }
        let (x, y) = (self.get(a), self.get(b));
        let range = (x.low.min(y.low), x.high.max(y.high));
        match (self.constant(a), self.constant(b)) {
            (Some(1), Some(0)) => condition,
            (Some(value), Some(0)) => self.push(Op::Give(condition, value), range),
            (Some(a), Some(b)) if i32::try_from(a.wrapping_sub(b)).is_ok() => {
                self.affine(condition, a.wrapping_sub(b), b)
            }
            (None, Some(0)) => self.push(Op::Keep(condition, a), range),
            (Some(0), None) => {
                let not = self.not(condition);
                self.push(Op::Keep(not, b), range)
            }
            (_, _) => self.push(Op::Select(condition, a, b), range),
        }
    }

    /// Returns a number where a truth holds, else 0.
    pub(super) fn keep(&mut self, condition: Id, a: Id) -> Id {
        let none = self.set(0);
        self.select(condition, a, none)
    }

    /// Rounds a quotient; its denominator is positive, or the row is marked.
    pub(super) fn quotient(&mut self, mode: Rounding, a: Id, b: Id) -> Id {
        let (a, b) = self.reduced(a, b);
        if self.constant(b) == Some(1) {
            return a;
        }
        let (x, y) = (self.get(a), self.get(b));
        let least = y.low.max(1);
        // Nearest to zero with the greatest denominator, farthest with the least.
        let low = (x.low.min(0) / least).saturating_sub(1);
        let high = (x.high.max(0) / least).saturating_add(1);
        let low = if x.low >= 0 { 0 } else { low };
        self.push(Op::Quotient(mode, a, b), (low, high))
    }

    /// Takes out of a fraction what divides both.
    fn reduced(&mut self, a: Id, b: Id) -> (Id, Id) {
        let times = |op: Op<Id>| match op {
            Op::Affine { a, by, plus: 0 } => Some((a, i64::from(by))),
            _ => None,
        };
        match (times(self.get(a).op), times(self.get(b).op)) {
            (Some((above, a_by)), Some((below, b_by))) if b_by > 0 => {
                let common = num_integer::Integer::gcd(&a_by, &b_by);
                (self.affine(above, a_by / common, 0), self.affine(below, b_by / common, 0))
            }
            (_, _) => (a, b),
        }
    }

    pub(super) fn calendar(&mut self, operator: Calendar, a: Id, b: Id) -> Id {
        if let (true, Some(a), Some(b)) =
            (days::counts(operator), self.constant(a), self.constant(b))
        {
            return self.set(days::counted(operator, a, b));
        }
        let range = if days::counts(operator) { (-3_700_000, 3_700_000) } else { days::PACKED };
        self.push(Op::Calendar(operator, a, b), range)
    }

    fn kept(&mut self, table: Pieces) -> u32 {
        let held = self.tables.iter().position(|held| *held == table);
        let place = held.unwrap_or_else(|| {
            self.tables.push(table);
            self.tables.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// Says in which piece a number is.
    pub(super) fn piece(&mut self, a: Id, cuts: &[i64]) -> Id {
        let values = (0..=cuts.len()).map(|place| i64::try_from(place).unwrap_or(0));
        self.by_piece(a, Pieces::new(cuts.to_vec(), values.collect()))
    }

    /// Reads a table by the piece in which a number is; cuts beyond its range are dropped, those of a
    /// count of days are days.
    pub(super) fn by_piece(&mut self, a: Id, mut table: Pieces) -> Id {
        let node = self.get(a);
        if let Op::Calendar(operator, from, until) = node.op
            && let Some(until) = self.constant(until).filter(|_| days::counts(operator))
        {
            // The order of days is that of counts, reversed.
            let day = self.get(from);
            let first = |cut: &i64| {
                days::first_where((day.low, day.high), |day| {
                    days::counted(operator, day, until) < *cut
                })
            };
            let cuts = table.cuts.iter().rev().map(first).collect();
            let values = table.values.iter().rev().copied().collect();
            return self.by_piece(from, Pieces::new(cuts, values));
        }
        let above = table.cuts.iter().take_while(|cut| **cut <= node.low).count();
        table.cuts.drain(..above);
        table.values.drain(..above.min(table.values.len()));
        let reached = table.cuts.iter().take_while(|cut| **cut <= node.high).count();
        table.cuts.truncate(reached);
        table.values.truncate(reached + 1);
        let low = table.values.iter().copied().min().unwrap_or(0);
        let high = table.values.iter().copied().max().unwrap_or(0);
        let table = self.kept(Pieces::new(table.cuts, table.values));
        self.push(Op::Table(a, table), (low, high))
    }

    /// Reads values by place.
    pub(super) fn lookup(&mut self, a: Id, values: Vec<i64>) -> Id {
        let low = values.iter().copied().min().unwrap_or(0);
        let high = values.iter().copied().max().unwrap_or(0);
        let table = self.kept(Pieces::new(Vec::new(), values));
        self.push(Op::Lookup(a, table), (low.min(0), high.max(0)))
    }
}

/// Returns the least and the greatest when both fit.
fn fitting<const N: usize>(ends: [i128; N]) -> Option<(i64, i64)> {
    let low = i64::try_from(ends.iter().copied().min()?).ok()?;
    let high = i64::try_from(ends.iter().copied().max()?).ok()?;
    (low != i64::MIN).then_some((low, high))
}

fn ceil(above: i128, below: i128) -> i128 {
    -((-above).div_euclid(below))
}
