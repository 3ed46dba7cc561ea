//! The search: goals are met one by one, each by the operation that computes its slot, backwards.
//!
//! A state is a case under construction. What is already known of it is computed by the engine, so a
//! goal that is decided is dropped, or drops its branch. An operation with two open operands takes a
//! plain value for one of them, then asks for the other.

mod members;
mod ways;

use super::aims::Aim;
use super::{Goal, Question, alone, holds};
use crate::rows;
use engine::{
    Candidate, Case, Cell, CellRange, Computed, Date, Direction, EntityId, Evaluator, Fact,
    FactState, FieldId, ListState, Op, Pool, Proof, ProofGate, ProofLevel, Slot, Table, TableId,
    Value,
};
use members::ahead;
use std::collections::BTreeSet;
use std::sync::Arc;

/// No list and no pool is made longer than this.
const MOST_MEMBERS: i128 = 12;
/// No more rows of a table are tried than this.
const MOST_ROWS: usize = 64;

/// No more tasks are met in a row than this: the search recurses on the stack.
const DEEPEST: usize = 200;

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
        self.meet(state, tasks, 0)
    }

    /// Meets the last task, then the others.
    fn meet(&mut self, state: State, mut tasks: Vec<Task>, depth: usize) -> Option<Pool> {
        if depth > DEEPEST {
            return None;
        }
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
            if let Some(found) = self.meet(state, next, depth + 1) {
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
        self.fill_bare_items(case);
    }

    /// Gives a fact to items of which nothing is read: a table of facts has no empty row.
    fn fill_bare_items(&self, case: &mut Case) {
        for (list, state) in &mut case.lists {
            let ListState::Known(items) = state else { continue };
            let entity = self.question.program.schema.entity(*list);
            let first = entity.and_then(|entity| entity.fields.first().copied());
            let value = first.and_then(|first| {
                Some((first, self.plain(first, &Aim::Known).into_iter().next()?))
            });
            let Some((field, value)) = value else { continue };
            for item in items.iter_mut().filter(|item| item.is_empty()) {
                item.insert(field, Fact::known(value.clone()));
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

fn value(known: &[Computed], slot: Slot) -> Option<&Value> {
    match known.get(slot.0 as usize)? {
        Computed::Known(value) => Some(value),
        Computed::NoValue | Computed::Unknown(_) => None,
    }
}

/// Tells whether the fact of an operation is given already, known or not.
fn is_given(state: &State, op: &Op) -> bool {
    match op {
        Op::Fact(field) => state.case.facts.contains_key(field),
        _ => false,
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
