//! Which way each value of compiled code goes when some facts move: rising, falling, or neither.
//!
//! A trend is composed operation by operation, and proves: where nothing is sure, it is
//! [`Trend::Either`]. It speaks of complete files: all facts known, and only those that move differ.
//! Truths go « non », unknown, « oui »; a number whose being known may depend on what moves has no
//! sure trend.

mod first;
mod tables;

use engine::{
    Arithmetic, Calendar, Code, Comparison, Criterion, Direction, EntityId, Exact, Family, FieldId,
    Fold, GridVersion, Interval, Op, Part, Period, Program, Reach, Retains, Slot, Tranche,
    ValidationGate, criterion_range,
};
use std::collections::BTreeSet;

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trend {
    /// It stays.
    Constant,
    /// It never goes down.
    Rising,
    /// It never goes up.
    Falling,
    /// Not known.
    Either,
}

impl Trend {
    /// The trend of what grows with both.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Constant, other) | (other, Self::Constant) => other,
            (Self::Rising, Self::Rising) => Self::Rising,
            (Self::Falling, Self::Falling) => Self::Falling,
            (Self::Rising | Self::Falling | Self::Either, _) => Self::Either,
        }
    }

    /// The other way round.
    pub(crate) fn reversed(self) -> Self {
        match self {
            Self::Rising => Self::Falling,
            Self::Falling => Self::Rising,
            Self::Constant | Self::Either => self,
        }
    }

    /// The trend of something that goes this way along a value of another trend.
    pub(crate) fn along(self, of: Self) -> Self {
        match self {
            Self::Constant => Self::Constant,
            Self::Rising => of,
            Self::Falling => of.reversed(),
            Self::Either if of == Self::Constant => Self::Constant,
            Self::Either => Self::Either,
        }
    }
}

/// What moves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moved {
    /// These facts, upwards.
    pub(crate) fields: BTreeSet<FieldId>,
    /// These lists, in any way.
    pub(crate) lists: BTreeSet<EntityId>,
    /// A slot that rises, whatever the facts behind it do; they have no trend of their own then.
    pub(crate) quantity: Option<Slot>,
}

/// Trends of every slot of a code.
pub(crate) struct Trends<'c> {
    program: &'c Program,
    code: &'c Code,
    days: Period,
    moved: &'c Moved,
    reach: Vec<Reach>,
    slots: Vec<Trend>,
}

impl<'c> Trends<'c> {
    /// Walks the code.
    pub(crate) fn new(
        program: &'c Program,
        code: &'c Code,
        days: Period,
        moved: &'c Moved,
    ) -> Self {
        let reach = engine::reach(code, program, days);
        let slots = vec![Trend::Either; code.ops.len()];
        let mut trends = Self { program, code, days, moved, reach, slots };
        trends.walk(0..code.ops.len());
        trends
    }

    /// Returns a slot's trend.
    pub(crate) fn of(&self, slot: Slot) -> Trend {
        self.slots.get(slot.0 as usize).copied().unwrap_or(Trend::Either)
    }

    fn of_some(&self, slot: Option<Slot>) -> Trend {
        slot.map_or(Trend::Constant, |slot| self.of(slot))
    }

    fn walk(&mut self, range: std::ops::Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let Some(op) = self.code.ops.get(at) else { return };
            let body = op.body();
            self.walk(at + 1..at + 1 + body);
            let pinned = self.moved.quantity.is_some_and(|slot| slot.0 as usize == at);
            let trend = if pinned { Trend::Rising } else { self.op(op) };
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = trend;
            }
            at += 1 + body;
        }
    }

    fn op(&self, op: &Op) -> Trend {
        match op {
            Op::Constant(_) | Op::NoValue | Op::EvaluationDate | Op::IsKnown(_) => Trend::Constant,
            Op::Fact(field) => self.fact(*field),
            Op::SharedFact { field, gate, .. } => match self.of(*gate) {
                Trend::Constant => self.fact(*field),
                Trend::Rising | Trend::Falling | Trend::Either => Trend::Either,
            },
            Op::ItemFact { field, .. } => {
                let entity = self.program.schema.field(*field).map(|def| def.entity);
                let still = entity.is_none_or(|entity| !self.moved.lists.contains(&entity));
                if still { Trend::Constant } else { Trend::Either }
            }
            Op::Arithmetic(operator, a, b) => self.arithmetic(*operator, *a, *b),
            Op::Round(_, a, step) => match self.of(*step) {
                Trend::Constant => self.of(*a),
                Trend::Rising | Trend::Falling | Trend::Either => Trend::Either,
            },
            Op::Calendar(calendar, a, b) => {
                let (a, b) = (self.of(*a), self.of(*b));
                match calendar {
                    Calendar::AddMonths | Calendar::AddDays => a.and(b),
                    Calendar::SubtractMonths | Calendar::SubtractDays => a.and(b.reversed()),
                    Calendar::CompletedMonths
                    | Calendar::CompletedYears
                    | Calendar::DaysBetween => a.reversed().and(b),
                }
            }
            Op::Compare(comparison, a, b) => self.compare(*comparison, *a, *b),
            Op::And(a, b) | Op::Or(a, b) => self.of(*a).and(self.of(*b)),
            Op::Not(a) => self.of(*a).reversed(),
            Op::Select(condition, a, b) => match self.of(*condition) {
                Trend::Constant => self.of(*a).and(self.of(*b)),
                Trend::Rising | Trend::Falling | Trend::Either => Trend::Either,
            },
            Op::Table(id, inputs) => self.table(*id, inputs),
            Op::Call(_, arguments) => {
                let still = arguments.iter().all(|slot| self.of(*slot) == Trend::Constant);
                if still { Trend::Constant } else { Trend::Either }
            }
            Op::FoldList { fold, list, shared, filter, value, .. } => {
                let still = !self.moved.lists.contains(list)
                    && self.of_some(shared.map(|(_, gate)| gate)) == Trend::Constant;
                if still { self.fold(*fold, *filter, *value) } else { Trend::Either }
            }
            Op::Rank { key, direction, .. } => match direction {
                Direction::Ascending => self.of(*key),
                Direction::Descending => self.of(*key).reversed(),
            },
            Op::FoldPool { fold, filter, value, .. } => self.fold(*fold, *filter, *value),
            Op::GridTotal(_) => Trend::Either,
        }
    }

    fn fact(&self, field: FieldId) -> Trend {
        if !self.moved.fields.contains(&field) {
            Trend::Constant
        } else if self.moved.quantity.is_some() {
            Trend::Either
        } else {
            Trend::Rising
        }
    }

    fn numbers(&self, slot: Slot) -> Interval {
        let reach = self.reach.get(slot.0 as usize);
        reach.and_then(|reach| reach.numbers()).unwrap_or(Interval::ANY)
    }

    fn arithmetic(&self, operator: Arithmetic, a: Slot, b: Slot) -> Trend {
        let (of_a, of_b) = (self.of(a), self.of(b));
        match operator {
            Arithmetic::Add | Arithmetic::Minimum | Arithmetic::Maximum => of_a.and(of_b),
            Arithmetic::Subtract => of_a.and(of_b.reversed()),
            Arithmetic::Multiply => {
                let by_a = Sign::of(self.numbers(b)).along(of_a);
                by_a.and(Sign::of(self.numbers(a)).along(of_b))
            }
            Arithmetic::Divide => {
                let divisor = self.numbers(b);
                let positive = divisor.low.is_some_and(|low| low > Exact::ZERO);
                let by_b = match of_b {
                    Trend::Constant => Trend::Constant,
                    // A divisor that may become zero may make the result unknown.
                    Trend::Rising | Trend::Falling if positive => {
                        Sign::of(self.numbers(a)).along(of_b.reversed())
                    }
                    Trend::Rising | Trend::Falling | Trend::Either => Trend::Either,
                };
                Sign::of(divisor).along(of_a).and(by_b)
            }
        }
    }

    fn compare(&self, comparison: Comparison, a: Slot, b: Slot) -> Trend {
        let difference = self.of(a).and(self.of(b).reversed());
        match comparison {
            Comparison::Greater | Comparison::GreaterOrEqual => difference,
            Comparison::Less | Comparison::LessOrEqual => difference.reversed(),
            Comparison::Equal | Comparison::NotEqual => match difference {
                Trend::Constant => Trend::Constant,
                Trend::Rising | Trend::Falling | Trend::Either => Trend::Either,
            },
        }
    }

    fn fold(&self, fold: Fold, filter: Option<Slot>, value: Option<Slot>) -> Trend {
        let (filter, value) = (self.of_some(filter), self.of_some(value));
        match fold {
            Fold::Exists => filter,
            // A filter that turns from « non » to unknown makes a count unknown.
            Fold::Count => match filter {
                Trend::Constant => Trend::Constant,
                Trend::Rising | Trend::Falling | Trend::Either => Trend::Either,
            },
            Fold::All => match value {
                Trend::Constant => filter,
                Trend::Rising | Trend::Falling | Trend::Either => Trend::Either,
            },
            Fold::Sum | Fold::Minimum | Fold::Maximum => match filter {
                Trend::Constant => value,
                Trend::Rising | Trend::Falling | Trend::Either => Trend::Either,
            },
        }
    }

    /// The trend of a grid's part.
    pub(crate) fn part(&self, part: &Part) -> Trend {
        match part {
            Part::Criterion(criterion) => self.criterion(criterion),
            Part::Family(family) => self.family(family),
            Part::Tranche(tranche) => self.tranche(tranche),
        }
    }

    /// The trend of what stands before the lines: whether there is a grid, and open.
    pub(crate) fn gates(&self, version: &GridVersion) -> Trend {
        let perimeter = version.perimeter.as_ref().map(|(_, slot)| *slot);
        let sharing = version.sharing.as_ref().map(|sharing| sharing.gate);
        let validation = match version.validation {
            ValidationGate::Open => None,
            ValidationGate::Fact { slot, .. } => Some(slot),
        };
        let gates = [perimeter, version.applies, sharing, validation];
        let moves = |slot: Option<Slot>| self.of_some(slot) != Trend::Constant;
        if gates.into_iter().any(moves) { Trend::Either } else { Trend::Constant }
    }

    fn opening(&self, criterion: &Criterion) -> Trend {
        self.of_some(criterion.condition).and(self.of_some(criterion.exception).reversed())
    }

    fn criterion(&self, criterion: &Criterion) -> Trend {
        let range = criterion_range(criterion, self.code, &self.reach);
        let sign = Sign::of(Interval::closed(range.low, range.high));
        opened(self.opening(criterion), self.amount(criterion), sign)
    }

    /// The trend of what a criterion gives when it is open.
    fn amount(&self, criterion: &Criterion) -> Trend {
        let mut sum = Trend::Constant;
        for contribution in &criterion.contributions {
            let amount = self.of(contribution.amount);
            let given = self.of_some(contribution.condition);
            let sign = Sign::of(self.numbers(contribution.amount));
            sum = sum.and(opened(given, amount, sign));
        }
        sum.and(self.of_some(criterion.floor)).and(self.of_some(criterion.cap))
    }

    fn family(&self, family: &Family) -> Trend {
        match family.retains {
            Retains::Maximum => self.best(&family.criteria),
            Retains::First => self.first(&family.criteria),
        }
    }

    fn best(&self, lines: &[Criterion]) -> Trend {
        let trend = lines.iter().fold(Trend::Constant, |all, one| all.and(self.criterion(one)));
        // A line that closes gives way to one that is no worse than nothing.
        let sure = lines.iter().all(|line| {
            let range = criterion_range(line, self.code, &self.reach);
            range.low.is_some_and(|low| low >= Exact::ZERO) || self.opening(line) == Trend::Constant
        });
        if sure || trend == Trend::Constant { trend } else { Trend::Either }
    }

    fn tranche(&self, tranche: &Tranche) -> Trend {
        let open = tranche.criteria.iter();
        let open = open.fold(Trend::Constant, |all, one| all.and(self.opening(one)));
        opened(open, Trend::Constant, Sign::of(Interval::only(tranche.points)))
    }
}

/// Which side of zero numbers are on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    AtLeastZero,
    AtMostZero,
    Any,
}

impl Sign {
    fn of(numbers: Interval) -> Self {
        if numbers.low.is_some_and(|low| low >= Exact::ZERO) {
            Self::AtLeastZero
        } else if numbers.high.is_some_and(|high| high <= Exact::ZERO) {
            Self::AtMostZero
        } else {
            Self::Any
        }
    }

    /// The trend of a product by a number of this sign.
    fn along(self, trend: Trend) -> Trend {
        match (self, trend) {
            (_, Trend::Constant) => Trend::Constant,
            (Self::AtLeastZero, trend) => trend,
            (Self::AtMostZero, trend) => trend.reversed(),
            (Self::Any, Trend::Rising | Trend::Falling | Trend::Either) => Trend::Either,
        }
    }
}

/// The trend of a value of a sign that counts behind a condition, and is nothing otherwise.
fn opened(condition: Trend, value: Trend, sign: Sign) -> Trend {
    match condition {
        Trend::Constant => value,
        Trend::Rising | Trend::Falling | Trend::Either => sign.along(condition).and(value),
    }
}
