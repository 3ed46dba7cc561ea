//! The code read at one value of the fact that moves: how each slot goes around it.
//!
//! The engine's own values at the sample decide which way the code goes; only where it would go
//! another way is worked out here.

use super::form::{At, Form, Local, Stretch};
use engine::{
    Arithmetic, Cell, CellRange, Code, Computed, Date, Exact, FieldId, Fold, Op, Program, Row,
    RowResult, Slot, TableId, Value,
};
use std::cmp::Ordering;

/// Which slots of a code depend on a fact.
#[derive(Clone, Debug)]
pub(super) struct Touched(Vec<bool>);

impl Touched {
    /// Looks at a code; `grids` are those whose total depends on the fact.
    pub(super) fn by(code: &Code, field: FieldId, grids: &dyn Fn(u32) -> bool) -> Self {
        let mut touched = Self(vec![false; code.ops.len()]);
        touched.walk(code, field, grids, 0..code.ops.len());
        touched
    }

    fn walk(
        &mut self,
        code: &Code,
        field: FieldId,
        grids: &dyn Fn(u32) -> bool,
        range: std::ops::Range<usize>,
    ) {
        let mut at = range.start;
        while at < range.end {
            let Some(op) = code.ops.get(at) else { return };
            let body = at + 1..at + 1 + op.body();
            self.walk(code, field, grids, body.clone());
            let mut reads = match op {
                Op::Fact(read) | Op::SharedFact { field: read, .. } => *read == field,
                Op::GridTotal(grid) => grids(*grid),
                _ => self.0.get(body.clone()).is_some_and(|body| body.contains(&true)),
            };
            op.each_operand(&mut |slot| reads = reads || self.has(slot));
            if let Some(mark) = self.0.get_mut(at) {
                *mark = reads;
            }
            at = body.end;
        }
    }

    /// Tells whether a slot depends on it.
    pub(super) fn has(&self, slot: Slot) -> bool {
        self.0.get(slot.0 as usize).copied().unwrap_or(false)
    }

    /// Tells whether any slot does.
    pub(super) fn any(&self) -> bool {
        self.0.contains(&true)
    }
}

/// A code, with what the engine computed at the sample.
#[derive(Clone, Copy)]
pub(super) struct Sample<'s> {
    pub(super) program: &'s Program,
    pub(super) code: &'s Code,
    pub(super) date: Date,
    pub(super) at: At,
    pub(super) touched: &'s Touched,
    /// By slot.
    pub(super) values: &'s [Computed],
    /// The other candidates' values, by slot; they do not move before candidates are compared.
    pub(super) others: &'s [Vec<Computed>],
}

/// A code read at a sample.
pub(super) struct Reading<'s> {
    sample: Sample<'s>,
    locals: Vec<Local>,
}

impl<'s> Reading<'s> {
    /// Reads every slot.
    pub(super) fn of(sample: Sample<'s>) -> Self {
        let mut reading = Self { sample, locals: Vec::with_capacity(sample.code.ops.len()) };
        let mut at = 0;
        while let Some(op) = sample.code.ops.get(at) {
            let slot = Slot(u32::try_from(at).unwrap_or(u32::MAX));
            let local = if sample.touched.has(slot) {
                reading.op(op, slot)
            } else {
                Local::still(reading.number(slot))
            };
            reading.locals.push(local);
            for inner in 0..op.body() {
                let slot = Slot(slot.0.saturating_add(1 + u32::try_from(inner).unwrap_or(0)));
                reading.locals.push(sample.at.pinned(reading.number(slot)));
            }
            at += 1 + op.body();
        }
        reading
    }

    /// Returns what was read of a slot.
    pub(super) fn get(&self, slot: Slot) -> Local {
        let held = self.locals.get(slot.0 as usize).copied();
        held.unwrap_or_else(|| self.sample.at.pinned(None))
    }

    /// Returns the stretch over which a slot keeps its value.
    pub(super) fn stretch(&self, slot: Slot) -> Stretch {
        self.sample.at.settled(self.get(slot)).stretch
    }

    /// Returns the truth a slot holds at the sample; absent when it is unknown.
    pub(super) fn truth(&self, slot: Slot) -> Option<bool> {
        match self.value(slot) {
            Some(Value::Bool(truth)) => Some(*truth),
            Some(Value::Number(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_)) | None => {
                None
            }
        }
    }

    /// Returns the sample.
    pub(super) fn at(&self) -> At {
        self.sample.at
    }

    fn value(&self, slot: Slot) -> Option<&'s Value> {
        match self.sample.values.get(slot.0 as usize) {
            Some(Computed::Known(value)) => Some(value),
            Some(Computed::NoValue | Computed::Unknown(_)) | None => None,
        }
    }

    fn number(&self, slot: Slot) -> Option<Exact> {
        match self.value(slot) {
            Some(Value::Number(number)) => Some(*number),
            Some(Value::Bool(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_)) | None => None,
        }
    }

    fn op(&self, op: &Op, slot: Slot) -> Local {
        let at = self.sample.at;
        let value = self.number(slot);
        match op {
            Op::Fact(_) => at.fact(),
            Op::SharedFact { gate, .. } => {
                let fact = if value.is_some() { at.fact() } else { Local::still(None) };
                fact.within(self.stretch(*gate))
            }
            Op::Arithmetic(operator, a, b) => self.arithmetic(*operator, *a, *b, value),
            Op::Round(mode, a, step) => at.rounded(*mode, self.get(*a), self.get(*step), value),
            Op::Compare(_, a, b) => Local::still(None).within(at.order(self.get(*a), self.get(*b))),
            Op::And(a, b) => Local::still(None).within(self.both(*a, *b, false)),
            Op::Or(a, b) => Local::still(None).within(self.both(*a, *b, true)),
            Op::Not(a) | Op::IsKnown(a) => Local::still(None).within(self.stretch(*a)),
            Op::Select(condition, a, b) => {
                let taken = self.truth(*condition).map(|truth| if truth { *a } else { *b });
                let taken = taken.map_or(Local::still(None), |slot| self.get(slot));
                taken.within(self.stretch(*condition))
            }
            Op::Table(id, inputs) => self.table(*id, inputs, value),
            Op::Calendar(_, a, b) => {
                Local::still(value).within(self.stretch(*a)).within(self.stretch(*b))
            }
            Op::Rank { key, .. } => self.rank(*key, value),
            Op::FoldPool { fold, filter, value: folded, .. } => {
                self.fold_pool(*fold, *filter, *folded, value)
            }
            Op::Constant(_) | Op::NoValue | Op::EvaluationDate | Op::ItemFact { .. } => {
                Local::still(value)
            }
            Op::Call(..) | Op::FoldList { .. } | Op::GridTotal(_) => at.pinned(value),
        }
    }

    /// The stretch of a junction: one operand that decides is enough.
    fn both(&self, a: Slot, b: Slot, decides: bool) -> Stretch {
        let decided = [a, b].into_iter().find(|slot| self.truth(*slot) == Some(decides));
        match decided {
            Some(slot) => self.stretch(slot),
            None => self.stretch(a).and(self.stretch(b)),
        }
    }

    fn arithmetic(&self, operator: Arithmetic, a: Slot, b: Slot, value: Option<Exact>) -> Local {
        let at = self.sample.at;
        let (a, b) = (self.get(a), self.get(b));
        let local = match operator {
            Arithmetic::Add => at.sum(a, b),
            Arithmetic::Subtract => at.sum(a, at.negated(b)),
            Arithmetic::Multiply => at.product(a, b),
            Arithmetic::Divide => at.quotient(a, b),
            Arithmetic::Minimum => at.extreme(Ordering::Less, a, b),
            Arithmetic::Maximum => at.extreme(Ordering::Greater, a, b),
        };
        let divides_by_nothing = operator == Arithmetic::Divide && b.value == Some(Exact::ZERO);
        let has_operands = a.value.is_some() && b.value.is_some();
        // A number that is not there though its operands are has overflowed.
        let overflows = value.is_none() && has_operands && !divides_by_nothing;
        if local.value == value && !overflows { local } else { at.pinned(value) }
    }

    fn table(&self, id: TableId, inputs: &[Slot], value: Option<Exact>) -> Local {
        let Some(table) = self.sample.program.tables.get(id.0 as usize) else {
            return self.sample.at.pinned(value);
        };
        let in_force = || table.rows.iter().filter(|row| row.period.contains(self.sample.date));
        let mut stretch = Stretch::ALL;
        for (column, slot) in inputs.iter().enumerate() {
            let input = self.get(*slot);
            stretch = stretch.and(match input.form {
                Form::Still => input.stretch,
                Form::Moving(_) | Form::Stepped(_) => in_force()
                    .flat_map(|row| bounds(row, column))
                    .map(|bound| self.sample.at.order(input, Local::still(Some(bound))))
                    .fold(input.stretch, Stretch::and),
            });
        }
        let taken = value.and_then(|_| in_force().find(|row| self.accepts(row, inputs)));
        self.result(taken, inputs, value).within(stretch)
    }

    fn accepts(&self, row: &Row, inputs: &[Slot]) -> bool {
        row.cells.iter().zip(inputs).all(|(cell, slot)| match cell {
            Cell::Any => true,
            Cell::OneOf(ranges) => self
                .value(*slot)
                .is_some_and(|value| ranges.iter().any(|range| in_range(range, value))),
        })
    }

    fn result(&self, row: Option<&Row>, inputs: &[Slot], value: Option<Exact>) -> Local {
        let Some(RowResult::Linear { input, across, between }) = row.map(|row| &row.result) else {
            return Local::still(value);
        };
        let at = self.sample.at;
        let slope = slope(*across, *between);
        let (Some(slope), Some(slot)) = (slope, inputs.get(*input as usize)) else {
            return at.pinned(value);
        };
        let from = Local::still(across.0.negate().ok());
        let risen = at.product(at.sum(self.get(*slot), from), Local::still(Some(slope)));
        let local = at.sum(risen, Local::still(Some(between.0)));
        if local.value == value { local } else { at.pinned(value) }
    }

    /// A rank stays while the key passes no other candidate's.
    fn rank(&self, key: Slot, value: Option<Exact>) -> Local {
        let at = self.sample.at;
        let own = self.get(key);
        if !self.is_before_comparing(key) {
            return at.pinned(value);
        }
        if own.form == Form::Still {
            return Local::still(value).within(own.stretch);
        }
        let keys = self.sample.others.iter().filter_map(|row| match row.get(key.0 as usize) {
            Some(Computed::Known(Value::Number(number))) => Some(Local::still(Some(*number))),
            Some(_) | None => None,
        });
        let stretch = keys.map(|other| at.order(own, other)).fold(own.stretch, Stretch::and);
        Local::still(value).within(stretch)
    }

    fn fold_pool(
        &self,
        fold: Fold,
        filter: Option<Slot>,
        folded: Option<Slot>,
        value: Option<Exact>,
    ) -> Local {
        let at = self.sample.at;
        let read = || filter.iter().chain(&folded).copied();
        if !read().all(|slot| self.is_before_comparing(slot)) {
            return at.pinned(value);
        }
        match fold {
            Fold::Count | Fold::Exists | Fold::All => {
                let stretches = read().map(|slot| self.stretch(slot));
                Local::still(value).within(stretches.fold(Stretch::ALL, Stretch::and))
            }
            Fold::Sum | Fold::Minimum | Fold::Maximum => {
                let still = read().all(|slot| self.get(slot).form == Form::Still);
                let stretches = read().map(|slot| self.get(slot).stretch);
                let stretch = stretches.fold(Stretch::ALL, Stretch::and);
                if still { Local::still(value).within(stretch) } else { at.pinned(value) }
            }
        }
    }

    /// Tells whether a slot is computed before candidates are compared: the others' then stay.
    fn is_before_comparing(&self, slot: Slot) -> bool {
        self.sample.code.stages.get(1).is_none_or(|first| slot.0 < *first)
    }
}

fn slope(across: (Exact, Exact), between: (Exact, Exact)) -> Option<Exact> {
    let run = across.1.subtract(across.0).ok()?;
    between.1.subtract(between.0).ok()?.divide(run).ok()
}

/// The numbers that a row compares a column with.
fn bounds(row: &Row, column: usize) -> Vec<Exact> {
    let Some(Cell::OneOf(ranges)) = row.cells.get(column) else { return Vec::new() };
    let bounds = ranges.iter().flat_map(|range| range.low.iter().chain(&range.high));
    bounds
        .filter_map(|bound| match &bound.value {
            Value::Number(number) => Some(*number),
            Value::Bool(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_) => None,
        })
        .collect()
}

fn in_range(range: &CellRange, value: &Value) -> bool {
    let side = |bound: &Option<engine::Bound>, inside: Ordering| {
        bound.as_ref().is_none_or(|bound| {
            order(value, &bound.value)
                .is_some_and(|order| order == inside || (order.is_eq() && bound.included))
        })
    };
    side(&range.low, Ordering::Greater) && side(&range.high, Ordering::Less)
}

fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Enum(a), Value::Enum(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (
            Value::Bool(_) | Value::Number(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_),
            _,
        ) => None,
    }
}
