//! The search: goals are met one by one, each by the operation that computes its slot, backwards.
//!
//! A state is a case under construction. What is already known of it is computed by the engine, so a
//! goal that is decided is dropped, or drops its branch. An operation with two open operands takes a
//! plain value for one of them, then asks for the other.

use super::aims::{Aim, at_least, interval};
use super::invert::{self, Counted};
use super::{Goal, Question, alone, holds, plain};
use crate::rows;
use engine::{
    Arithmetic, Calendar, Candidate, Case, Cell, CellRange, Computed, Date, Direction, EntityId,
    Evaluator, Exact, Fact, FactState, FieldId, Fold, Interval, Item, ListState, Op, Period, Pool,
    Proof, ProofGate, ProofLevel, RowResult, Sharing, Slot, Table, TableId, Type, Value,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// No list and no pool is made longer than this.
const MOST_MEMBERS: i128 = 12;
/// No more rows of a table are tried than this.
const MOST_ROWS: usize = 64;

/// What is still to be met.
#[derive(Clone)]
enum Task {
    /// A goal.
    Goal(Goal),
    /// A slot that falls in one of a cell's ranges.
    Cell(Slot, Vec<CellRange>),
    /// A table whose rows before one all refuse.
    Refuse { table: TableId, inputs: Vec<Slot>, before: usize },
}

/// Others in the pool.
#[derive(Clone, Copy)]
struct Others {
    count: usize,
    /// The fact by which they come first, and which way it is ranked.
    ahead: Option<(FieldId, Direction)>,
}

/// A case under construction.
#[derive(Clone)]
struct State {
    case: Case,
    /// Lists whose item of that index is to be there several times.
    copies: Vec<(EntityId, usize, usize)>,
    others: Option<Others>,
}

/// One way on.
struct Way {
    state: Option<State>,
    tasks: Vec<Task>,
}

impl Way {
    fn asks(tasks: Vec<Task>) -> Self {
        Self { state: None, tasks }
    }

    fn gives(state: State, tasks: Vec<Task>) -> Self {
        Self { state: Some(state), tasks }
    }
}

fn goal(slot: Slot, aim: Aim) -> Task {
    Task::Goal(Goal { slot, aim })
}

/// Whether what is known decides a task.
enum Verdict {
    Met,
    Failed,
    Open,
}

/// A search on one day.
pub(super) struct Search<'s> {
    question: Question<'s>,
    cone: &'s [bool],
    date: Date,
    left: u32,
    accept: &'s mut dyn FnMut(&Pool) -> bool,
    /// Slots whose value may change as more facts are given.
    unstable: Vec<bool>,
    texts: Vec<Arc<str>>,
}

impl<'s> Search<'s> {
    pub(super) fn new(
        question: Question<'s>,
        cone: &'s [bool],
        date: Date,
        budget: u32,
        accept: &'s mut dyn FnMut(&Pool) -> bool,
    ) -> Self {
        let unstable = unstable(&question);
        let texts = texts(&question, cone);
        Self { question, cone, date, left: budget, accept, unstable, texts }
    }

    /// Runs it.
    pub(super) fn run(mut self) -> Option<Pool> {
        let state = State { case: self.question.fixed.clone(), copies: Vec::new(), others: None };
        let tasks = self.question.goals.iter().rev().cloned().map(Task::Goal).collect();
        self.meet(state, tasks)
    }

    /// Meets the last task, then the others.
    fn meet(&mut self, state: State, mut tasks: Vec<Task>) -> Option<Pool> {
        let known = self.known(&state);
        let task = loop {
            let Some(task) = tasks.pop() else { return self.finish(state) };
            match self.judge(&state, &known, &task) {
                Verdict::Met => {}
                Verdict::Failed => return None,
                Verdict::Open => break task,
            }
        };
        for way in self.ways(&state, &known, &task) {
            self.left = self.left.checked_sub(1)?;
            let mut next = tasks.clone();
            next.extend(way.tasks.into_iter().rev());
            let state = way.state.unwrap_or_else(|| state.clone());
            if let Some(found) = self.meet(state, next) {
                return Some(found);
            }
        }
        None
    }

    fn op(&self, slot: Slot) -> Option<&'s Op> {
        self.question.code.ops.get(slot.0 as usize)
    }

    fn known(&self, state: &State) -> Vec<Computed> {
        let pool = self.pool(state);
        let evaluator = Evaluator::new(self.question.program, self.question.scripts);
        evaluator.values(self.question.code, &pool).into_iter().next().unwrap_or_default()
    }

    fn judge(&self, state: &State, known: &[Computed], task: &Task) -> Verdict {
        match task {
            Task::Goal(Goal { slot, aim }) => self.judge_goal(state, known, *slot, aim),
            Task::Cell(slot, ranges) => match value(known, *slot) {
                Some(value) if ranges.iter().any(|range| rows::holds(range, value)) => Verdict::Met,
                Some(_) if self.settled(known, *slot) => Verdict::Failed,
                Some(_) | None => Verdict::Open,
            },
            Task::Refuse { table, inputs, before } => {
                match self.first_not_refused(known, *table, inputs, *before) {
                    None => Verdict::Met,
                    Some((_, Some(true))) => Verdict::Failed,
                    Some((_, _)) => Verdict::Open,
                }
            }
        }
    }

    fn judge_goal(&self, state: &State, known: &[Computed], slot: Slot, aim: &Aim) -> Verdict {
        let Some(op) = self.op(slot) else { return Verdict::Failed };
        if self.unstable(slot) && !matches!(op, Op::FoldList { .. }) {
            return Verdict::Open;
        }
        match (value(known, slot), aim) {
            (Some(value), aim) if aim.holds(value) => Verdict::Met,
            (Some(_), _) if matches!(op, Op::FoldList { .. }) => Verdict::Open,
            (Some(_), _) => Verdict::Failed,
            (None, Aim::Unknown) if is_given(state, op) => Verdict::Met,
            (None, _) if is_given(state, op) => Verdict::Failed,
            (None, _) => Verdict::Open,
        }
    }

    /// The first row in force before one that does not surely refuse, and whether it accepts.
    fn first_not_refused(
        &self,
        known: &[Computed],
        table: TableId,
        inputs: &[Slot],
        before: usize,
    ) -> Option<(usize, Option<bool>)> {
        let table = self.table(table)?;
        let inputs: Vec<Option<&Value>> = inputs.iter().map(|slot| value(known, *slot)).collect();
        let rows = table.rows.iter().enumerate().take(before);
        rows.filter(|(_, row)| row.period.contains(self.date)).find_map(|(at, row)| {
            let accepts = rows::accepts(row, &inputs);
            (accepts != Some(false)).then_some((at, accepts))
        })
    }

    fn table(&self, id: TableId) -> Option<&'s Table> {
        self.question.program.tables.get(id.0 as usize)
    }

    fn unstable(&self, slot: Slot) -> bool {
        self.unstable.get(slot.0 as usize).copied().unwrap_or(false)
    }

    fn settled(&self, known: &[Computed], slot: Slot) -> bool {
        value(known, slot).is_some() && !self.unstable(slot)
    }

    fn ways(&self, state: &State, known: &[Computed], task: &Task) -> Vec<Way> {
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
                    (Aim::Days(_), _) => (*operator == Arithmetic::Minimum
                        || *operator == Arithmetic::Maximum)
                        .then(|| aim.clone()),
                    (Aim::Known, Side::Right(_)) if *operator == Arithmetic::Divide => {
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
                let comparison = if truth { *comparison } else { opposite(*comparison) };
                self.compared(known, slot, aim, comparison, (*a, *b))
            }
            Op::And(a, b) => self.joined(aim, *a, *b, true),
            Op::Or(a, b) => self.joined(aim, *a, *b, false),
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
            Op::Call(_, arguments) => self.call(known, slot, aim, arguments),
            Op::FoldList { .. } => self.fold(state, known, op, aim),
            Op::Rank { key, direction, .. } => self.ranked(state, aim, *key, *direction),
            Op::FoldPool { fold, filter, value, .. } => {
                self.pooled(state, aim, *fold, *filter, *value)
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

    fn plain(&self, field: FieldId, aim: &Aim) -> Vec<Value> {
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
        comparison: engine::Comparison,
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
            ways.extend(aims(b, mirrored(comparison), held));
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

    /// Ways to « et » (`all` is true) and to « ou ».
    fn joined(&self, aim: &Aim, a: Slot, b: Slot, all: bool) -> Vec<Way> {
        match wanted_truth(aim) {
            None => vec![both(a, Aim::Known, b, Aim::Known)],
            Some(truth) if truth == all => vec![both(a, Aim::Truth(truth), b, Aim::Truth(truth))],
            Some(truth) => [a, b]
                .into_iter()
                .map(|slot| Way::asks(vec![goal(slot, Aim::Truth(truth))]))
                .collect(),
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
    fn call(&self, known: &[Computed], slot: Slot, aim: &Aim, arguments: &[Slot]) -> Vec<Way> {
        if arguments.iter().all(|slot| value(known, *slot).is_some()) {
            return Vec::new();
        }
        let mut tasks: Vec<Task> =
            arguments.iter().map(|argument| goal(*argument, Aim::Known)).collect();
        tasks.push(goal(slot, aim.clone()));
        vec![Way::asks(tasks)]
    }

    fn fold(&self, state: &State, known: &[Computed], op: &Op, aim: &Aim) -> Vec<Way> {
        let Op::FoldList { fold, list, shared, filter, value: folded, .. } = op else {
            return Vec::new();
        };
        let mut gate = Vec::new();
        match shared {
            None => {}
            Some((None, _)) => return Vec::new(),
            Some((Some(needs), slot)) => gate.push(goal(*slot, at_least(level(*needs)))),
        }
        let items = match state.case.lists.get(list) {
            None => 0,
            Some(ListState::Known(items)) => items.len(),
            Some(ListState::Missing | ListState::Withheld) => return Vec::new(),
        };
        let mut ways = Vec::new();
        if items == 0 && state.case.lists.get(list).is_none() && empty_gives(*fold, aim) {
            let mut state = state.clone();
            state.case.lists.insert(*list, ListState::Known(Vec::new()));
            ways.push(Way::gives(state, gate.clone()));
        }
        let Some((truth, value_aim, copies)) = wanted_item(*fold, aim, items) else { return ways };
        let mut next = state.clone();
        let entry = next.case.lists.entry(*list).or_insert_with(|| ListState::Known(Vec::new()));
        let ListState::Known(held) = entry else { return ways };
        held.push(Item::new());
        if copies > 1 {
            next.copies.push((*list, held.len() - 1, copies));
        }
        let mut tasks = gate;
        tasks.extend(filter.map(|slot| goal(slot, Aim::Truth(truth))));
        if let (Some(slot), Some(aim)) = (folded, value_aim) {
            tasks.push(goal(*slot, aim));
        }
        let _ = known;
        ways.push(Way::gives(next, tasks));
        ways
    }

    fn ranked(&self, state: &State, aim: &Aim, key: Slot, direction: Direction) -> Vec<Way> {
        let wanted = if let Aim::Numbers(wanted) = aim { *wanted } else { Interval::ANY };
        let counted = Interval { whole: true, ..Interval::closed(Some(Exact::ONE), None) };
        let Some(rank) = wanted.and(counted).and_then(|wanted| wanted.low) else {
            return Vec::new();
        };
        let mut next = state.clone();
        if rank > Exact::ONE {
            let field = match self.op(key) {
                Some(Op::Fact(field) | Op::SharedFact { field, .. }) => *field,
                Some(_) | None => return Vec::new(),
            };
            let Some(count) = members(rank) else { return Vec::new() };
            if next.others.is_some() {
                return Vec::new();
            }
            next.others = Some(Others { count: count - 1, ahead: Some((field, direction)) });
        }
        vec![Way::gives(next, vec![goal(key, Aim::Known)])]
    }

    fn pooled(
        &self,
        state: &State,
        aim: &Aim,
        fold: Fold,
        filter: Option<Slot>,
        folded: Option<Slot>,
    ) -> Vec<Way> {
        match (fold, aim) {
            (Fold::Count, Aim::Numbers(wanted)) => {
                let truth = Interval { whole: true, ..Interval::closed(Some(Exact::ZERO), None) };
                let Some(low) = wanted.and(truth).and_then(|wanted| wanted.low) else {
                    return Vec::new();
                };
                let Some(count) = members(low) else { return Vec::new() };
                let mut next = state.clone();
                let asked = |truth| filter.map(|slot| goal(slot, Aim::Truth(truth)));
                if count == 0 {
                    return vec![Way::gives(next, asked(false).into_iter().collect())];
                }
                if count > 1 && next.others.is_none() {
                    next.others = Some(Others { count: count - 1, ahead: None });
                }
                vec![Way::gives(next, asked(true).into_iter().collect())]
            }
            (
                Fold::Count | Fold::Sum | Fold::Minimum | Fold::Maximum | Fold::Exists | Fold::All,
                _,
            ) => {
                let filter = filter.map(|slot| goal(slot, Aim::Truth(true)));
                let folded = folded.map(|slot| goal(slot, aim.clone()));
                vec![Way::asks(filter.into_iter().chain(folded).collect())]
            }
        }
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

    /// Gives the facts that are left, and has the engine look.
    fn finish(&mut self, mut state: State) -> Option<Pool> {
        self.complete(&mut state.case);
        for (list, at, copies) in std::mem::take(&mut state.copies) {
            if let Some(ListState::Known(items)) = state.case.lists.get_mut(&list)
                && let Some(item) = items.get(at).cloned()
            {
                items.extend(std::iter::repeat_n(item, copies - 1));
            }
        }
        prove(&mut state.case, self.question.proofs);
        let pool = self.pool(&state);
        (holds(&self.question, &pool) && (self.accept)(&pool)).then_some(pool)
    }

    /// Gives every fact that the code reads a plain value.
    fn complete(&self, case: &mut Case) {
        let ops = self.question.code.ops.iter().zip(self.cone).filter(|(_, needed)| **needed);
        let ops: Vec<&Op> = ops.map(|(op, _)| op).collect();
        for op in &ops {
            match op {
                Op::Fact(field) | Op::SharedFact { field, .. } => {
                    if let Some(value) = self.plain(*field, &Aim::Known).into_iter().next() {
                        case.facts.entry(*field).or_insert_with(|| Fact::known(value));
                    }
                }
                Op::FoldList { list, .. } => {
                    case.lists.entry(*list).or_insert_with(|| ListState::Known(Vec::new()));
                }
                _ => {}
            }
        }
        for op in &ops {
            let Op::ItemFact { field, .. } = op else { continue };
            let entity = self.question.program.schema.field(*field).map(|def| def.entity);
            let list = entity.and_then(|entity| case.lists.get_mut(&entity));
            let Some(ListState::Known(items)) = list else { continue };
            let Some(value) = self.plain(*field, &Aim::Known).into_iter().next() else { continue };
            for item in items {
                item.entry(*field).or_insert_with(|| Fact::known(value.clone()));
            }
        }
    }

    fn pool(&self, state: &State) -> Pool {
        let mut pool = alone(state.case.clone(), self.date);
        let Some(others) = state.others else { return pool };
        for number in 0..others.count {
            let mut case = state.case.clone();
            if let Some((field, direction)) = others.ahead
                && let Some(Fact { state: FactState::Known(value), .. }) =
                    case.facts.get_mut(&field)
            {
                ahead(value, direction, number + 1);
            }
            let id = format!("autre_{}", number + 1);
            pool.candidates.push(Candidate { id, applies: true, case });
        }
        pool
    }
}

/// Which operand is looked for, with the value of the other.
enum Side<'v> {
    Left(&'v Value),
    Right(&'v Value),
}

fn both(a: Slot, of_a: Aim, b: Slot, of_b: Aim) -> Way {
    Way::asks(vec![goal(a, of_a), goal(b, of_b)])
}

fn value(known: &[Computed], slot: Slot) -> Option<&Value> {
    match known.get(slot.0 as usize)? {
        Computed::Known(value) => Some(value),
        Computed::NoValue | Computed::Unknown(_) => None,
    }
}

fn number(value: &Value) -> Option<Exact> {
    if let Value::Number(number) = value { Some(*number) } else { None }
}

fn wanted_truth(aim: &Aim) -> Option<bool> {
    if let Aim::Truth(truth) = aim { Some(*truth) } else { None }
}

/// Tells whether the fact of an operation is given already, known or not.
fn is_given(state: &State, op: &Op) -> bool {
    match op {
        Op::Fact(field) => state.case.facts.contains_key(field),
        _ => false,
    }
}

fn level(sharing: Sharing) -> Exact {
    match sharing {
        Sharing::Nothing => Exact::ZERO,
        Sharing::Identification => Exact::ONE,
        Sharing::Complete => Exact::whole(2),
    }
}

fn opposite(comparison: engine::Comparison) -> engine::Comparison {
    use engine::Comparison as C;
    match comparison {
        C::Equal => C::NotEqual,
        C::NotEqual => C::Equal,
        C::Less => C::GreaterOrEqual,
        C::LessOrEqual => C::Greater,
        C::Greater => C::LessOrEqual,
        C::GreaterOrEqual => C::Less,
    }
}

fn mirrored(comparison: engine::Comparison) -> engine::Comparison {
    use engine::Comparison as C;
    match comparison {
        C::Equal | C::NotEqual => comparison,
        C::Less => C::Greater,
        C::LessOrEqual => C::GreaterOrEqual,
        C::Greater => C::Less,
        C::GreaterOrEqual => C::LessOrEqual,
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

/// Tells whether a fold over no item may give what is wanted.
fn empty_gives(fold: Fold, aim: &Aim) -> bool {
    match fold {
        Fold::Count | Fold::Sum => aim.holds(&Value::Number(Exact::ZERO)),
        Fold::Exists => aim.holds(&Value::Bool(false)),
        Fold::All => aim.holds(&Value::Bool(true)),
        Fold::Minimum | Fold::Maximum => false,
    }
}

/// What one more item must be: the truth of its filter, its value, and how many alike.
fn wanted_item(fold: Fold, aim: &Aim, items: usize) -> Option<(bool, Option<Aim>, usize)> {
    match (fold, aim) {
        (Fold::Exists, Aim::Truth(truth)) => Some((*truth, None, 1)),
        (Fold::All, Aim::Truth(truth)) => (!truth).then_some((false, None, 1)),
        (Fold::Count, Aim::Numbers(wanted)) => {
            let counted = Interval { whole: true, ..Interval::closed(Some(Exact::ONE), None) };
            let least = wanted.and(counted).and_then(|wanted| wanted.low)?;
            let held = i128::try_from(items).ok()?;
            let more = least.subtract(Exact::whole(held)).ok()?.max(Exact::ONE);
            Some((true, None, members(more)?))
        }
        (Fold::Sum | Fold::Minimum | Fold::Maximum, _) => Some((true, Some(aim.clone()), 1)),
        (Fold::Exists | Fold::All | Fold::Count, _) => None,
    }
}

fn members(count: Exact) -> Option<usize> {
    let whole = count.is_whole() && count <= Exact::whole(MOST_MEMBERS);
    whole.then(|| usize::try_from(count.numerator()).ok())?
}

/// Moves a key ahead of what it is.
fn ahead(value: &mut Value, direction: Direction, by: usize) {
    let by = i64::try_from(by).unwrap_or(1);
    let by = if direction == Direction::Ascending { -by } else { by };
    match value {
        Value::Date(day) => *day = day.plus_days(by).unwrap_or(*day),
        Value::Number(number) => *number = number.add(Exact::from(by)).unwrap_or(*number),
        Value::Bool(_) | Value::Enum(_) | Value::Text(_) => {}
    }
}

/// Gives known facts the proofs asked for.
fn prove(case: &mut Case, proofs: &[ProofGate]) {
    for gate in proofs {
        let proof = match &gate.level {
            ProofLevel::Verified => Proof::Verified,
            ProofLevel::Validated(role) => {
                Proof::Validated(role.as_ref().map(|role| Arc::from(role.as_str())))
            }
        };
        for field in &gate.fields {
            if let Some(fact) = case.facts.get_mut(field)
                && matches!(fact.state, FactState::Known(_))
                && !matches!(fact.proof, Proof::Validated(_))
            {
                fact.proof = proof.clone();
            }
        }
    }
}

/// Slots that change as facts are added: they ask « renseigné », or compare candidates.
fn unstable(question: &Question<'_>) -> Vec<bool> {
    let ops = &question.code.ops;
    let mut marks = vec![false; ops.len()];
    for at in 0..ops.len() {
        let Some(op) = ops.get(at) else { continue };
        let mut mark = matches!(op, Op::IsKnown(_) | Op::Rank { .. } | Op::FoldPool { .. });
        op.each_operand(&mut |slot| {
            mark |= marks.get(slot.0 as usize).copied().unwrap_or(false);
        });
        if let Some(own) = marks.get_mut(at) {
            *own = mark;
        }
    }
    marks
}

/// The texts that the code knows, in order.
fn texts(question: &Question<'_>, cone: &[bool]) -> Vec<Arc<str>> {
    let mut found: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut add = |value: &Value| {
        if let Value::Text(text) = value {
            found.insert(Arc::clone(text));
        }
    };
    for (op, _) in question.code.ops.iter().zip(cone).filter(|(_, needed)| **needed) {
        match op {
            Op::Constant(value) => add(value),
            Op::Table(id, _) => {
                let rows = question.program.tables.get(id.0 as usize).map(|table| &table.rows);
                let cells = rows.into_iter().flatten().flat_map(|row| &row.cells);
                for cell in cells {
                    let Cell::OneOf(ranges) = cell else { continue };
                    let bounds =
                        ranges.iter().flat_map(|range| range.low.iter().chain(&range.high));
                    bounds.for_each(|bound| add(&bound.value));
                }
            }
            _ => {}
        }
    }
    for goal in question.goals {
        let Aim::Text(texts) = &goal.aim else { continue };
        let ranges = texts.within.iter().chain(&texts.outside);
        ranges
            .flat_map(|range| range.low.iter().chain(&range.high))
            .for_each(|bound| add(&bound.value));
    }
    found.into_iter().collect()
}
