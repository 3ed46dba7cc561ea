//! Witnesses: facts and a day that make some slots of compiled code take wanted values.
//!
//! A witness shows a fault to an author, as an `exemple` that can be pasted into the file. It is found
//! by reading the code backwards from what is wanted, with plain values first and within a budget, and
//! it is never believed: the engine is run on it, and what does not come out as wanted is dropped. So
//! the search may be as cursory as it likes; what it returns is true. It is deterministic.

mod aims;
mod invert;
mod plain;
mod search;
mod spell;

pub(crate) use aims::{Aim, Texts, interval, only};
pub(crate) use plain::values as plain_values;
pub(crate) use spell::{example, points as spell_points, value as spelled};

use crate::cells::cone;
use engine::{
    Candidate, Case, Code, Computed, Date, Evaluator, Op, Period, Pool, Program, ProofGate,
    Scripts, Slot, Value,
};
use search::Search;
use std::collections::BTreeSet;

/// How many steps a search takes, unless it is one of many.
pub(crate) const BUDGET: u32 = 4_000;
/// How many days of evaluation are tried.
const MAX_DAYS: usize = 8;

/// A slot and what is wanted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Goal {
    /// The slot.
    pub(crate) slot: Slot,
    /// What is wanted.
    pub(crate) aim: Aim,
}

impl Goal {
    /// Wants something of a slot.
    pub(crate) fn new(slot: Slot, aim: Aim) -> Self {
        Self { slot, aim }
    }
}

/// What is looked for.
#[derive(Clone, Copy)]
pub(crate) struct Question<'q> {
    pub(crate) program: &'q Program,
    pub(crate) scripts: &'q dyn Scripts,
    pub(crate) code: &'q Code,
    /// The days of evaluation.
    pub(crate) days: Period,
    /// What the witness does.
    pub(crate) goals: &'q [Goal],
    /// Slots whose facts are all to be given, besides those of the goals.
    pub(crate) reads: &'q [Slot],
    /// Facts given beforehand, which stay as they are.
    pub(crate) fixed: &'q Case,
    /// Proofs that known facts come with.
    pub(crate) proofs: &'q [ProofGate],
    /// How many steps the search takes at most, over all its days.
    pub(crate) budget: u32,
}

/// Finds a witness that a last look accepts; the first candidate of the pool is the one shown.
pub(crate) fn find(question: Question<'_>, accept: &mut dyn FnMut(&Pool) -> bool) -> Option<Pool> {
    let targets = question.goals.iter().map(|goal| goal.slot).chain(question.reads.iter().copied());
    let cone = cone(question.code, &targets.collect::<Vec<_>>());
    let days = evaluation_days(&question, &cone);
    let share = question.budget / u32::try_from(days.len()).unwrap_or(1).max(1);
    days.into_iter().find_map(|day| Search::new(question, &cone, day, share, &mut *accept).run())
}

/// Tells whether the goals hold of the first candidate of a pool.
pub(crate) fn holds(question: &Question<'_>, pool: &Pool) -> bool {
    let evaluator = Evaluator::new(question.program, question.scripts);
    let values = evaluator.values(question.code, pool);
    let Some(values) = values.first() else { return false };
    question.goals.iter().all(|goal| match (values.get(goal.slot.0 as usize), &goal.aim) {
        (Some(Computed::Known(value)), aim) => aim.holds(value),
        (Some(Computed::Unknown(_)), Aim::Unknown) => true,
        (Some(Computed::Unknown(_) | Computed::NoValue) | None, _) => false,
    })
}

/// Makes the pool of one candidate.
pub(crate) fn alone(case: Case, date: Date) -> Pool {
    Pool { date, candidates: vec![Candidate { id: "candidat".to_owned(), applies: true, case }] }
}

/// The days worth trying: the first, those on which a row of a table begins, those that the code
/// names.
fn evaluation_days(question: &Question<'_>, cone: &[bool]) -> Vec<Date> {
    let first = question.days.from.or(question.days.to).or_else(|| Date::new(2020, 1, 1));
    let mut days: Vec<Date> = first.into_iter().collect();
    let mut named: BTreeSet<Date> = BTreeSet::new();
    let ops = question.code.ops.iter().zip(cone).filter(|(_, needed)| **needed);
    let mut reads_the_day = false;
    for (op, _) in ops {
        match op {
            Op::Table(id, _) => {
                let rows = question.program.tables.get(id.0 as usize).map(|table| &table.rows);
                named.extend(rows.into_iter().flatten().filter_map(|row| row.period.from));
            }
            Op::EvaluationDate => reads_the_day = true,
            Op::Constant(Value::Date(day)) => {
                named.extend([day.yesterday(), *day, day.tomorrow()]);
            }
            Op::Constant(_)
            | Op::NoValue
            | Op::Fact(_)
            | Op::SharedFact { .. }
            | Op::ItemFact { .. }
            | Op::Arithmetic(..)
            | Op::Round(..)
            | Op::Calendar(..)
            | Op::Compare(..)
            | Op::And(..)
            | Op::Or(..)
            | Op::Not(_)
            | Op::IsKnown(_)
            | Op::Select(..)
            | Op::Call(..)
            | Op::FoldList { .. }
            | Op::Rank { .. }
            | Op::FoldPool { .. }
            | Op::GridTotal(_) => {}
        }
    }
    let other = named.into_iter().filter(|day| question.days.contains(*day) && Some(*day) != first);
    days.extend(other.take(MAX_DAYS - 1));
    if reads_the_day && days.len() < MAX_DAYS {
        let later = first.and_then(|day| day.plus_months(12));
        days.extend(later.filter(|day| question.days.contains(*day) && !days.contains(day)));
    }
    days
}
