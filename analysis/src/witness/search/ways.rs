//! The ways to meet a task: what each operation asks of its operands to give what is wanted.

use super::{MOST_ROWS, Search, State, Task, Way, goal, value};
use crate::witness::aims::{Aim, at_least, interval};
use crate::witness::invert::{self, Counted};
use crate::witness::{Goal, plain};
use engine::{
    Calendar, Cell, Comparison, Computed, Date, Exact, Fact, FactState, FieldId, Interval,
    ListState, Op, Period, RowResult, Sharing, Slot, TableId, Type, Value,
};

impl Search<'_> {
    pub(super) fn ways(&self, state: &State, known: &[Computed], task: &Task) -> Vec<Way> {
        match task {
            Task::Goal(Goal { slot, aim }) => match aim {
                Aim::Unknown => self.unknown_ways(state, *slot),
                Aim::Known
                | Aim::Truth(_)
                | Aim::Numbers(_)
                | Aim::Days(_)
                | Aim::Enum(_)
                | Aim::Text(_) => self.goal_ways(state, known, *slot, aim),
            },
            Task::Cell(slot, ranges) => {
                let aims = Aim::within(ranges).into_iter();
                aims.map(|aim| Way::asks(vec![goal(*slot, aim)])).collect()
            }
            Task::Refuse { table, inputs, before } => {
                self.refusals(known, *table, inputs, *before, task)
            }
        }
    }

    fn refusals(
        &self,
        known: &[Computed],
        id: TableId,
        inputs: &[Slot],
        before: usize,
        again: &Task,
    ) -> Vec<Way> {
        let Some((at, _)) = self.first_not_refused(known, id, inputs, before) else {
            return Vec::new();
        };
        let Some(table) = self.table(id) else { return Vec::new() };
        let Some(row) = table.rows.get(at) else { return Vec::new() };
        let mut ways = Vec::new();
        for (column, (cell, slot)) in row.cells.iter().zip(inputs).enumerate() {
            let Cell::OneOf(ranges) = cell else { continue };
            if self.settled(known, *slot) {
                continue;
            }
            let ty = table.inputs.get(column).copied();
            for aim in Aim::outside(ranges, ty, &self.question.program.schema) {
                ways.push(Way::asks(vec![goal(*slot, aim), again.clone()]));
            }
        }
        ways
    }

    fn goal_ways(&self, state: &State, known: &[Computed], slot: Slot, aim: &Aim) -> Vec<Way> {
        let Some(op) = self.op(slot) else { return Vec::new() };
        match op {
            Op::Constant(_) | Op::NoValue | Op::EvaluationDate | Op::GridTotal(_) => Vec::new(),
            Op::Fact(field) => self.facts(state, *field, aim, None),
            Op::SharedFact { field, needs, gate } => {
                self.facts(state, *field, aim, Some((*needs, *gate)))
            }
            Op::ItemFact { field, .. } => self.item_facts(state, *field, aim),
            Op::Arithmetic(operator, a, b) => {
                self.binary(known, slot, aim, (*a, *b), &|side| match (aim, side) {
                    (Aim::Numbers(wanted), Side::Left(b)) => {
                        invert::left(*operator, *wanted, number(b)?).map(Aim::Numbers)
                    }
                    (Aim::Numbers(wanted), Side::Right(a)) => {
                        invert::right(*operator, *wanted, number(a)?).map(Aim::Numbers)
                    }
                    // Any, but a divisor that is zero.
                    (Aim::Known, Side::Right(_)) => {
                        invert::right(*operator, Interval::ANY, Exact::ONE).map(Aim::Numbers)
                    }
                    (_, _) => Some(Aim::Known),
                })
            }
            Op::Round(mode, a, step) => {
                let wanted = if let Aim::Numbers(wanted) = aim { *wanted } else { Interval::ANY };
                let step_value = value(known, *step).and_then(number);
                match step_value.map(|step| invert::rounded(*mode, wanted, step)) {
                    Some(Some(of)) => vec![Way::asks(vec![goal(*a, Aim::Numbers(of))])],
                    Some(None) => Vec::new(),
                    None => vec![Way::asks(vec![goal(*step, Aim::Known), goal(slot, aim.clone())])],
                }
            }
            Op::Calendar(calendar, a, b) => {
                self.binary(known, slot, aim, (*a, *b), &|side| dated(*calendar, aim, &side))
            }
            Op::Compare(comparison, a, b) => {
                let Some(truth) = wanted_truth(aim) else {
                    return vec![both(*a, Aim::Known, *b, Aim::Known)];
                };
                let comparison = if truth { *comparison } else { comparison.opposite() };
                self.compared(known, slot, aim, comparison, (*a, *b))
            }
            Op::And(a, b) => joined(aim, *a, *b, Join::All),
            Op::Or(a, b) => joined(aim, *a, *b, Join::Any),
            Op::Not(a) => match wanted_truth(aim) {
                Some(truth) => vec![Way::asks(vec![goal(*a, Aim::Truth(!truth))])],
                None => vec![Way::asks(vec![goal(*a, Aim::Known)])],
            },
            Op::IsKnown(a) => match wanted_truth(aim) {
                Some(false) => vec![Way::asks(vec![goal(*a, Aim::Unknown)])],
                Some(true) | None => vec![Way::asks(vec![goal(*a, Aim::Known)])],
            },
            Op::Select(condition, a, b) => [(true, *a), (false, *b)]
                .into_iter()
                .map(|(truth, chosen)| {
                    let chosen = goal(chosen, aim.clone());
                    Way::asks(vec![goal(*condition, Aim::Truth(truth)), chosen])
                })
                .collect(),
            Op::Table(id, inputs) => self.table_ways(aim, *id, inputs),
            Op::Call(_, arguments) => Self::call(known, slot, aim, arguments),
            Op::FoldList { .. } => Self::fold(state, op, aim),
            Op::Rank { key, direction, .. } => self.ranked(state, aim, *key, *direction),
            Op::FoldPool { fold, filter, value, .. } => {
                Self::pooled(state, aim, *fold, *filter, *value)
            }
        }
    }

    fn facts(
        &self,
        state: &State,
        field: FieldId,
        aim: &Aim,
        shared: Option<(Option<Sharing>, Slot)>,
    ) -> Vec<Way> {
        let gate = match shared {
            None => Vec::new(),
            Some((None, _)) => return Vec::new(),
            Some((Some(needs), gate)) => vec![goal(gate, at_least(level(needs)))],
        };
        let given = state.case.facts.get(&field).map(|fact| &fact.state);
        let values = match given {
            // Given, but not shared yet: what is given may be what is wanted.
            Some(FactState::Known(value)) if aim.holds(value) => vec![value.clone()],
            Some(FactState::Known(_) | FactState::Missing | FactState::Withheld) => Vec::new(),
            None => self.plain(field, aim),
        };
        let with = |value: Value| {
            let mut state = state.clone();
            state.case.facts.entry(field).or_insert_with(|| Fact::known(value));
            Way::gives(state, gate.clone())
        };
        values.into_iter().map(with).collect()
    }

    pub(super) fn plain(&self, field: FieldId, aim: &Aim) -> Vec<Value> {
        let schema = &self.question.program.schema;
        let Some(def) = schema.field(field) else { return Vec::new() };
        plain::values(aim, def.ty, self.date, schema, &self.texts)
    }

    fn item_facts(&self, state: &State, field: FieldId, aim: &Aim) -> Vec<Way> {
        let entity = self.question.program.schema.field(field).map(|def| def.entity);
        let given = |value: Value| {
            let mut state = state.clone();
            let list = entity.and_then(|entity| state.case.lists.get_mut(&entity));
            let Some(ListState::Known(items)) = list else { return None };
            let item = items.last_mut()?;
            if item.contains_key(&field) {
                return None;
            }
            item.insert(field, Fact::known(value));
            Some(Way::gives(state, Vec::new()))
        };
        self.plain(field, aim).into_iter().filter_map(given).collect()
    }

    /// Ways to an operation of two operands: `of` says what one must be when the other has a value.
    fn binary(
        &self,
        known: &[Computed],
        slot: Slot,
        aim: &Aim,
        (a, b): (Slot, Slot),
        of: &dyn Fn(Side<'_>) -> Option<Aim>,
    ) -> Vec<Way> {
        let mut ways = Vec::new();
        if let Some(held) = value(known, b)
            && !self.settled(known, a)
        {
            ways.extend(of(Side::Left(held)).map(|aim| Way::asks(vec![goal(a, aim)])));
        }
        if let Some(held) = value(known, a)
            && !self.settled(known, b)
        {
            ways.extend(of(Side::Right(held)).map(|aim| Way::asks(vec![goal(b, aim)])));
        }
        if value(known, a).is_none() && value(known, b).is_none() {
            let again = goal(slot, aim.clone());
            ways.push(Way::asks(vec![goal(a, Aim::Known), again.clone()]));
            ways.push(Way::asks(vec![goal(b, Aim::Known), again]));
        }
        ways
    }

    fn compared(
        &self,
        known: &[Computed],
        slot: Slot,
        aim: &Aim,
        comparison: Comparison,
        (a, b): (Slot, Slot),
    ) -> Vec<Way> {
        let schema = &self.question.program.schema;
        let aims = |of: Slot, comparison, held: &Value| {
            let ty = self.enumeration(of);
            let aims = Aim::compared(comparison, held, ty, schema);
            aims.into_iter().map(move |aim| Way::asks(vec![goal(of, aim)]))
        };
        let mut ways = Vec::new();
        if let Some(held) = value(known, b)
            && !self.settled(known, a)
        {
            ways.extend(aims(a, comparison, held));
        }
        if let Some(held) = value(known, a)
            && !self.settled(known, b)
        {
            ways.extend(aims(b, comparison.mirrored(), held));
        }
        if value(known, a).is_none() && value(known, b).is_none() {
            let again = goal(slot, aim.clone());
            ways.push(Way::asks(vec![goal(a, Aim::Known), again.clone()]));
            ways.push(Way::asks(vec![goal(b, Aim::Known), again]));
        }
        ways
    }

    /// The enumeration of a slot that holds a fact or the result of a table.
    fn enumeration(&self, slot: Slot) -> Option<Type> {
        match self.op(slot)? {
            Op::Fact(field) | Op::SharedFact { field, .. } | Op::ItemFact { field, .. } => {
                self.question.program.schema.field(*field).map(|def| def.ty)
            }
            Op::Table(id, _) => self.table(*id).map(|table| table.ty),
            Op::Select(_, a, b) => self.enumeration(*a).or_else(|| self.enumeration(*b)),
            Op::Constant(_)
            | Op::NoValue
            | Op::EvaluationDate
            | Op::Arithmetic(..)
            | Op::Round(..)
            | Op::Calendar(..)
            | Op::Compare(..)
            | Op::And(..)
            | Op::Or(..)
            | Op::Not(_)
            | Op::IsKnown(_)
            | Op::Call(..)
            | Op::FoldList { .. }
            | Op::Rank { .. }
            | Op::FoldPool { .. }
            | Op::GridTotal(_) => None,
        }
    }

    fn table_ways(&self, aim: &Aim, id: TableId, inputs: &[Slot]) -> Vec<Way> {
        let Some(table) = self.table(id) else { return Vec::new() };
        let in_force = table.rows.iter().enumerate();
        let in_force = in_force.filter(|(_, row)| row.period.contains(self.date));
        let mut ways = Vec::new();
        for (at, row) in in_force {
            if ways.len() >= MOST_ROWS {
                break;
            }
            let mut tasks = Vec::new();
            match &row.result {
                RowResult::Value(value) if aim.holds(value) => {}
                RowResult::Value(_) | RowResult::NoValue => continue,
                RowResult::Linear { input, across, between } => {
                    let wanted =
                        if let Aim::Numbers(wanted) = aim { *wanted } else { Interval::ANY };
                    let Some(of) = invert::linear(wanted, *across, *between) else { continue };
                    let cell = row.cells.get(*input as usize);
                    let of = match cell {
                        Some(Cell::OneOf(ranges)) => {
                            ranges.first().and_then(|range| of.and(interval(range)))
                        }
                        Some(Cell::Any) | None => Some(of),
                    };
                    let (Some(of), Some(slot)) = (of, inputs.get(*input as usize)) else {
                        continue;
                    };
                    tasks.push(goal(*slot, Aim::Numbers(of)));
                }
            }
            for (cell, slot) in row.cells.iter().zip(inputs) {
                if let Cell::OneOf(ranges) = cell {
                    tasks.push(Task::Cell(*slot, ranges.clone()));
                }
            }
            tasks.push(Task::Refuse { table: id, inputs: inputs.to_vec(), before: at });
            ways.push(Way::asks(tasks));
        }
        ways
    }

    /// A script cannot be read backwards: its arguments are given, and the result is looked at.
    fn call(known: &[Computed], slot: Slot, aim: &Aim, arguments: &[Slot]) -> Vec<Way> {
        if arguments.iter().all(|slot| value(known, *slot).is_some()) {
            return Vec::new();
        }
        let mut tasks: Vec<Task> =
            arguments.iter().map(|argument| goal(*argument, Aim::Known)).collect();
        tasks.push(goal(slot, aim.clone()));
        vec![Way::asks(tasks)]
    }

    /// Ways for a slot to have no known value.
    fn unknown_ways(&self, state: &State, slot: Slot) -> Vec<Way> {
        let Some(op) = self.op(slot) else { return Vec::new() };
        match op {
            Op::Fact(field) | Op::SharedFact { field, .. } => {
                if state.case.facts.contains_key(field) {
                    return Vec::new();
                }
                let mut next = state.clone();
                next.case.facts.insert(*field, Fact::default());
                vec![Way::gives(next, Vec::new())]
            }
            Op::ItemFact { field, .. } => {
                let mut next = state.clone();
                let entity = self.question.program.schema.field(*field).map(|def| def.entity);
                let list = entity.and_then(|entity| next.case.lists.get_mut(&entity));
                match list {
                    Some(ListState::Known(items)) => match items.last_mut() {
                        Some(item) if !item.contains_key(field) => {
                            item.insert(*field, Fact::default());
                            vec![Way::gives(next, Vec::new())]
                        }
                        Some(_) | None => Vec::new(),
                    },
                    Some(ListState::Missing | ListState::Withheld) | None => Vec::new(),
                }
            }
            Op::FoldList { list, .. } => {
                if state.case.lists.contains_key(list) {
                    return Vec::new();
                }
                let mut next = state.clone();
                next.case.lists.insert(*list, ListState::Missing);
                vec![Way::gives(next, Vec::new())]
            }
            Op::Constant(_)
            | Op::NoValue
            | Op::EvaluationDate
            | Op::GridTotal(_)
            | Op::IsKnown(_)
            | Op::FoldPool { .. } => Vec::new(),
            Op::And(a, b) => vec![
                both(*a, Aim::Unknown, *b, Aim::Truth(true)),
                both(*b, Aim::Unknown, *a, Aim::Truth(true)),
            ],
            Op::Or(a, b) => vec![
                both(*a, Aim::Unknown, *b, Aim::Truth(false)),
                both(*b, Aim::Unknown, *a, Aim::Truth(false)),
            ],
            Op::Arithmetic(..)
            | Op::Round(..)
            | Op::Calendar(..)
            | Op::Compare(..)
            | Op::Not(_)
            | Op::Select(..)
            | Op::Table(..)
            | Op::Call(..)
            | Op::Rank { .. } => {
                let mut ways = Vec::new();
                op.each_operand(&mut |operand| {
                    ways.push(Way::asks(vec![goal(operand, Aim::Unknown)]));
                });
                ways
            }
        }
    }
}

/// Which operand is looked for, with the value of the other.
enum Side<'v> {
    Left(&'v Value),
    Right(&'v Value),
}

pub(super) fn both(a: Slot, of_a: Aim, b: Slot, of_b: Aim) -> Way {
    Way::asks(vec![goal(a, of_a), goal(b, of_b)])
}

fn number(value: &Value) -> Option<Exact> {
    if let Value::Number(number) = value { Some(*number) } else { None }
}

fn wanted_truth(aim: &Aim) -> Option<bool> {
    if let Aim::Truth(truth) = aim { Some(*truth) } else { None }
}

pub(super) fn level(sharing: Sharing) -> Exact {
    match sharing {
        Sharing::Nothing => Exact::ZERO,
        Sharing::Identification => Exact::ONE,
        Sharing::Complete => Exact::whole(2),
    }
}

/// What one operand of a calendar operation must be.
fn dated(calendar: Calendar, aim: &Aim, side: &Side<'_>) -> Option<Aim> {
    match (aim, side) {
        (Aim::Numbers(wanted), Side::Left(Value::Date(day))) => {
            invert::counted(calendar, *wanted, &Counted::To(*day)).map(Aim::Days)
        }
        (Aim::Numbers(wanted), Side::Right(Value::Date(day))) => {
            invert::counted(calendar, *wanted, &Counted::From(*day)).map(Aim::Days)
        }
        (Aim::Days(wanted), Side::Left(Value::Number(by))) => {
            invert::moved(calendar, *wanted, *by).map(Aim::Days)
        }
        (Aim::Days(wanted), Side::Right(Value::Date(from))) => {
            between(calendar, *from, *wanted).map(Aim::Numbers)
        }
        (_, _) => Some(Aim::Known),
    }
}

/// How many months or days from a day reach a period.
fn between(calendar: Calendar, from: Date, wanted: Period) -> Option<Interval> {
    let count = |day: Date| match calendar {
        Calendar::AddMonths => Some(from.completed_months_until(day)),
        Calendar::SubtractMonths => Some(-from.completed_months_until(day)),
        Calendar::AddDays => Some(from.days_until(day)),
        Calendar::SubtractDays => Some(-from.days_until(day)),
        Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween => None,
    };
    let ends = [wanted.from.and_then(count), wanted.to.and_then(count)];
    let [a, b] = ends.map(|end| end.map(Exact::from));
    let backwards = matches!(calendar, Calendar::SubtractMonths | Calendar::SubtractDays);
    let (low, high) = if backwards { (b, a) } else { (a, b) };
    Interval { whole: true, ..Interval::closed(low, high) }.and(Interval::ANY)
}

/// How two conditions are joined.
#[derive(Clone, Copy)]
enum Join {
    All,
    Any,
}

/// Ways to « et » and to « ou ».
fn joined(aim: &Aim, a: Slot, b: Slot, join: Join) -> Vec<Way> {
    // Both are needed for « et » to hold, and for « ou » not to.
    let of_both = match join {
        Join::All => true,
        Join::Any => false,
    };
    match wanted_truth(aim) {
        None => vec![both(a, Aim::Known, b, Aim::Known)],
        Some(truth) if truth == of_both => vec![both(a, Aim::Truth(truth), b, Aim::Truth(truth))],
        Some(truth) => {
            [a, b].into_iter().map(|slot| Way::asks(vec![goal(slot, Aim::Truth(truth))])).collect()
        }
    }
}
