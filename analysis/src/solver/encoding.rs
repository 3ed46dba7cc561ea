//! Compiled code as a formula: each operation is a value, whether it is known, and whether it is
//! « pas de valeur », in the logic of Kleene that the engine follows.
//!
//! What is not translated (folds, calendars, scripts, comparisons of candidates) is a value of which
//! nothing is said but what it can reach: the formula is true of more than the engine computes, so
//! what it makes impossible is impossible. The two files of a pair share what does not depend on the
//! facts that differ.

mod leaves;
mod ops;

use super::smt::{self, Term, all, any, choice, compared, not};
use super::values::{Sort, Words, day_number};
use crate::cells::cone;
use engine::{
    Cell, Code, Comparison, Date, EntityId, Exact, FieldId, Op, Period, Program, Reach, RowResult,
    Sharing, Slot, Value,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Which files are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Files {
    /// All.
    Any,
    /// Those whose facts are all known.
    Complete,
}

/// One of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Copy {
    /// The first.
    First,
    /// The second of a pair.
    Second,
}

impl Copy {
    fn letter(self) -> char {
        match self {
            Self::First => 'a',
            Self::Second => 'b',
        }
    }
}

/// What is free in the formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A fact.
    Fact(FieldId),
    /// What an operation gives, which is not translated.
    Operation(Slot),
}

/// A free value.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) origin: Origin,
    pub(crate) sort: Sort,
    /// The file it is of; absent when both share it.
    pub(crate) copy: Option<Copy>,
    /// Whether the formula says more of it than what it can be: a file then has this very value.
    pub(crate) spoken: bool,
    /// Its name; that of whether it is known follows.
    pub(crate) value: Term,
    pub(crate) known: Term,
}

/// What an operation gives.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    /// Absent: it is never known.
    pub(crate) sort: Option<Sort>,
    pub(crate) value: Term,
    pub(crate) known: Term,
    pub(crate) none: Term,
}

impl Given {
    fn unknown() -> Self {
        let no = smt::truth(false);
        Self { sort: None, value: no.clone(), known: no.clone(), none: no }
    }

    /// That it is true, and known so.
    pub(crate) fn is(&self, truth: bool) -> Term {
        let value = if truth { self.value.clone() } else { not(&self.value) };
        all([self.known.clone(), value])
    }

    fn as_sort(&self, sort: Option<Sort>) -> Term {
        match (self.sort, sort) {
            (None, Some(sort)) => sort.any(),
            _ => self.value.clone(),
        }
    }
}

/// The facts that differ between two files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moved {
    pub(crate) fields: BTreeSet<FieldId>,
    pub(crate) lists: BTreeSet<EntityId>,
}

/// The code of a question.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'c> {
    pub(crate) program: &'c Program,
    pub(crate) code: &'c Code,
    pub(crate) period: Period,
    pub(crate) files: Files,
}

/// A formula under construction.
pub(crate) struct Encoding<'c> {
    pub(crate) asked: Asked<'c>,
    pub(crate) words: Words,
    pub(crate) leaves: Vec<Leaf>,
    /// The declarations, definitions and assertions.
    pub(crate) text: String,
    /// What was not translated, in French.
    pub(crate) untold: BTreeSet<&'static str>,
    reach: Vec<Reach>,
    moved: Moved,
    touched: Vec<bool>,
    /// What the operations that are translated read.
    spoken: Vec<bool>,
    /// Slots of one number compute the same.
    equal: Vec<u32>,
    given: BTreeMap<(Copy, u32), Given>,
    fresh: usize,
}

impl<'c> Encoding<'c> {
    /// Begins the formula of what some slots read, for files that differ by some facts.
    pub(crate) fn new(asked: Asked<'c>, targets: &[Slot], moved: &Moved, named: &[Value]) -> Self {
        let needed = cone(asked.code, targets);
        let mut words = Words::default();
        for value in named {
            words.add(value);
        }
        for (op, _) in asked.code.ops.iter().zip(&needed).filter(|(_, needed)| **needed) {
            each_constant(asked.program, op, &mut |value| words.add(value));
        }
        let mut encoding = Self {
            asked,
            words,
            leaves: Vec::new(),
            text: String::new(),
            untold: BTreeSet::new(),
            reach: engine::reach(asked.code, asked.program, asked.period),
            moved: moved.clone(),
            touched: touched(asked.code, moved),
            spoken: spoken(asked.code, &needed, targets),
            equal: crate::equal::numbers(asked.code),
            given: BTreeMap::new(),
            fresh: 0,
        };
        encoding.day();
        let copies: &[Copy] = if moved.fields.is_empty() && moved.lists.is_empty() {
            &[Copy::First]
        } else {
            &[Copy::First, Copy::Second]
        };
        let mut at = 0;
        while let Some(op) = asked.code.ops.get(at) {
            if needed.get(at) == Some(&true) {
                for copy in copies {
                    encoding.define(at, op, *copy);
                }
            }
            at += 1 + op.body();
        }
        encoding
    }

    /// What a slot gives in a file.
    pub(crate) fn get(&self, slot: Slot, copy: Copy) -> Given {
        let copy = if self.is_touched(slot) { copy } else { Copy::First };
        self.given.get(&(copy, slot.0)).cloned().unwrap_or_else(Given::unknown)
    }

    /// Tells whether what a slot gives depends on the facts that differ.
    pub(crate) fn is_touched(&self, slot: Slot) -> bool {
        self.touched.get(slot.0 as usize).copied().unwrap_or(false)
    }

    /// Tells whether a fact differs between the files.
    pub(crate) fn is_moved(&self, field: FieldId) -> bool {
        self.moved.fields.contains(&field)
    }

    /// Adds an assertion.
    pub(crate) fn assert(&mut self, term: &str) {
        if term != "true" {
            let _ = writeln!(self.text, "(assert {term})");
        }
    }

    /// Names a term.
    pub(crate) fn named(&mut self, sort: &str, term: Term) -> Term {
        if !term.starts_with('(') {
            return term;
        }
        self.fresh += 1;
        let name = format!("t{}", self.fresh);
        let _ = writeln!(self.text, "(define-fun {name} () {sort} {term})");
        name
    }

    /// A truth of which nothing is known.
    pub(crate) fn free_truth(&mut self) -> Term {
        self.fresh += 1;
        let name = format!("t{}", self.fresh);
        let _ = writeln!(self.text, "(declare-const {name} Bool)");
        name
    }

    fn day(&mut self) {
        let _ = writeln!(self.text, "(declare-const {DAY} Int)");
        let (first, last) = (Date::new(1, 1, 1), Date::new(9999, 12, 31));
        let all = Period { from: first, to: last };
        self.assert(&within(self.asked.period.intersection(all).unwrap_or(all), DAY));
    }

    fn two(&self, a: Slot, b: Slot, copy: Copy) -> (Given, Given) {
        (self.get(a, copy), self.get(b, copy))
    }

    fn define(&mut self, at: usize, op: &Op, copy: Copy) {
        let Ok(slot) = u32::try_from(at).map(Slot) else { return };
        if copy == Copy::Second && !self.is_touched(slot) {
            return;
        }
        let given = self.op(slot, op, copy);
        let sort = given.sort.map_or("Bool", Sort::name);
        let value = self.named(sort, given.value);
        let known = self.named("Bool", given.known);
        let none = self.named("Bool", given.none);
        self.given.insert((copy, slot.0), Given { sort: given.sort, value, known, none });
    }

    fn op(&mut self, slot: Slot, op: &Op, copy: Copy) -> Given {
        match op {
            Op::Constant(value) => known(Sort::of_value(value), self.words.term(value)),
            Op::NoValue => Given { none: smt::truth(true), ..Given::unknown() },
            Op::EvaluationDate => known(Sort::Day, DAY.to_owned()),
            Op::Fact(field) => self.fact(*field, copy),
            Op::SharedFact { field, needs, gate } => {
                let gate = self.get(*gate, copy);
                let granted = needs.map(|needs| smt::number(level(needs)));
                let granted = granted.map_or(smt::truth(false), |level| {
                    compared(Comparison::LessOrEqual, &level, &gate.value)
                });
                let fact = self.fact(*field, copy);
                let known = all([gate.known, granted, fact.known]);
                Given { known, ..fact }
            }
            Op::Arithmetic(operator, a, b) => {
                let (a, b) = self.two(*a, *b, copy);
                self.arithmetic(*operator, &a, &b)
            }
            Op::Round(mode, a, step) => {
                let (a, step) = self.two(*a, *step, copy);
                ops::rounded(*mode, &a, &step)
            }
            Op::Compare(comparison, a, b) => {
                let (of_a, of_b) = self.two(*a, *b, copy);
                self.compare(*comparison, (slot, op), (*a, &of_a), (*b, &of_b), copy)
            }
            Op::And(a, b) => {
                let (a, b) = self.two(*a, *b, copy);
                let decided = [a.is(false), b.is(false), all([a.known, b.known])];
                truth(all([a.value, b.value]), any(decided))
            }
            Op::Or(a, b) => {
                let (a, b) = self.two(*a, *b, copy);
                let decided = [a.is(true), b.is(true), all([a.known.clone(), b.known.clone()])];
                // An unknown value counts for nothing.
                truth(any([a.is(true), b.is(true)]), any(decided))
            }
            Op::Not(a) => {
                let a = self.get(*a, copy);
                truth(not(&a.value), a.known)
            }
            Op::IsKnown(a) => self.is_known(*a, copy),
            Op::Select(condition, a, b) => {
                let condition = self.get(*condition, copy);
                let (a, b) = self.two(*a, *b, copy);
                let sort = a.sort.or(b.sort);
                let taken = |a: &str, b: &str| choice(&condition.value, a, b);
                Given {
                    sort,
                    value: taken(&a.as_sort(sort), &b.as_sort(sort)),
                    known: all([condition.known.clone(), taken(&a.known, &b.known)]),
                    none: all([condition.known.clone(), taken(&a.none, &b.none)]),
                }
            }
            Op::Table(id, inputs) => {
                let inputs: Vec<Given> = inputs.iter().map(|slot| self.get(*slot, copy)).collect();
                self.table(id.0 as usize, &inputs)
            }
            Op::Calendar(..)
            | Op::ItemFact { .. }
            | Op::Call(..)
            | Op::FoldList { .. }
            | Op::Rank { .. }
            | Op::FoldPool { .. }
            | Op::GridTotal(_) => self.untranslated(slot, op, copy),
        }
    }
}

/// The name of the day of evaluation.
pub(crate) const DAY: &str = "today";

fn known(sort: Sort, value: Term) -> Given {
    Given { sort: Some(sort), value, known: smt::truth(true), none: smt::truth(false) }
}

fn truth(value: Term, known: Term) -> Given {
    Given { sort: Some(Sort::Truth), value, known, none: smt::truth(false) }
}

/// That the day of evaluation is in a period.
pub(crate) fn during(period: Period) -> Term {
    within(period, DAY)
}

/// That a day is in a period.
fn within(period: Period, day: &str) -> Term {
    let bound = |comparison, end: Option<Date>| {
        end.map(|end| compared(comparison, day, &smt::integer(day_number(end))))
    };
    let from = bound(Comparison::GreaterOrEqual, period.from);
    all(from.into_iter().chain(bound(Comparison::LessOrEqual, period.to)))
}

/// A level of sharing as the number that a gate holds.
fn level(sharing: Sharing) -> Exact {
    match sharing {
        Sharing::Nothing => Exact::ZERO,
        Sharing::Identification => Exact::ONE,
        Sharing::Complete => Exact::whole(2),
    }
}

/// The operations that depend on the facts that differ, bodies of folds included.
fn touched(code: &Code, moved: &Moved) -> Vec<bool> {
    let mut touched = vec![false; code.ops.len()];
    for (at, op) in code.ops.iter().enumerate() {
        let mut reads = match op {
            Op::Fact(field) | Op::SharedFact { field, .. } | Op::ItemFact { field, .. } => {
                moved.fields.contains(field)
            }
            Op::FoldList { list, .. } => moved.lists.contains(list),
            _ => false,
        };
        op.each_operand(&mut |slot| reads |= touched.get(slot.0 as usize) == Some(&true));
        let body = code.ops.get(at + 1..=at + op.body()).unwrap_or_default();
        reads |= body.iter().any(|op| match op {
            Op::Fact(field) | Op::SharedFact { field, .. } | Op::ItemFact { field, .. } => {
                moved.fields.contains(field)
            }
            Op::FoldList { list, .. } => moved.lists.contains(list),
            op => {
                let mut outer = false;
                op.each_operand(&mut |slot| outer |= touched.get(slot.0 as usize) == Some(&true));
                outer
            }
        });
        if let Some(mark) = touched.get_mut(at) {
            *mark = reads;
        }
    }
    touched
}

/// What the operations that are translated read, and what is asked about.
fn spoken(code: &Code, needed: &[bool], targets: &[Slot]) -> Vec<bool> {
    let mut spoken = vec![false; code.ops.len()];
    let mut say = |slot: Slot| {
        if let Some(mark) = spoken.get_mut(slot.0 as usize) {
            *mark = true;
        }
    };
    targets.iter().copied().for_each(&mut say);
    let mut at = 0;
    while let Some(op) = code.ops.get(at) {
        if needed.get(at) == Some(&true) && leaves::name(op).is_none() {
            op.each_operand(&mut say);
        }
        at += 1 + op.body();
    }
    spoken
}

/// Shows the constants that an operation compares with.
fn each_constant(program: &Program, op: &Op, see: &mut dyn FnMut(&Value)) {
    match op {
        Op::Constant(value) => see(value),
        Op::Table(id, _) => {
            let rows = program.tables.get(id.0 as usize).map(|table| &table.rows);
            for row in rows.into_iter().flatten() {
                for cell in &row.cells {
                    let Cell::OneOf(ranges) = cell else { continue };
                    let bounds =
                        ranges.iter().flat_map(|range| range.low.iter().chain(&range.high));
                    bounds.for_each(|bound| see(&bound.value));
                }
                if let RowResult::Value(value) = &row.result {
                    see(value);
                }
            }
        }
        _ => {}
    }
}
