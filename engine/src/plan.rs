//! Plans: the rules in force on a stretch of days, compiled to steps over registers.
//!
//! A plan says nothing of its own: it computes what the walk of the program would, where every fact is
//! known and no operation fails, and says nothing otherwise, so that the program is walked. What is
//! made of what it computes (lines, ranks, states) is made by the same code in both cases.

pub(crate) mod code;
pub(crate) mod days;
pub(crate) mod facts;
pub(crate) mod lower;
pub(crate) mod tables;
pub(crate) mod walk;
mod wanted;

use crate::evaluate::{Completeness, GridTotals, first_stage};
use crate::scalar::{Run, Scalar};
use crate::{
    Assessment, Case, Code, Date, Evaluator, Exact, FactState, Period, Pool, Program, Value,
};
use code::{Export, Place, PlannedCode, Shape};
use facts::Items;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use walk::{Deferred, Ended, Walk};

pub(crate) use wanted::Wishes;

/// The plans of a program, one for each stretch of days on which the same rules are in force; each
/// code is lowered when it is first met.
pub struct Plans<'p> {
    evaluator: Evaluator<'p>,
    program: &'p Program,
    /// The first day of each stretch, in order; what is before the first is a stretch too.
    starts: Vec<Date>,
    stretches: Vec<OnceLock<Arc<Plan>>>,
}

/// The plan of a stretch of days: the code of each version in force, by its address.
pub(crate) struct Plan {
    codes: BTreeMap<usize, OnceLock<Option<PlannedCode>>>,
    /// A day of the stretch.
    date: Date,
}

/// A plan with what it is walked with, from one case to the next.
pub(crate) struct Planner {
    plan: Arc<Plan>,
    registers: Vec<i64>,
    items: Items,
}

impl<'p> Plans<'p> {
    /// Prepares the plans of a program.
    pub fn new(evaluator: Evaluator<'p>) -> Self {
        let program = evaluator.program();
        let mut starts = starts(program);
        starts.sort_unstable();
        starts.dedup();
        let stretches = (0..=starts.len()).map(|_| OnceLock::new()).collect();
        Self { evaluator, program, starts, stretches }
    }

    /// Returns what evaluates without a plan.
    pub fn evaluator(&self) -> Evaluator<'p> {
        self.evaluator
    }

    /// Ranks a pool as [`Evaluator::assess`] does, and faster.
    pub fn assess(&self, pool: &Pool) -> Option<Assessment<'p>> {
        self.evaluator.assess_by(pool, self.planner(pool.date))
    }

    /// Ranks a pool as [`Plans::assess`] does; returns the keys of the order beside, by candidate.
    pub(crate) fn assess_with_keys(
        &self,
        pool: &Pool,
    ) -> Option<(Assessment<'p>, Vec<Vec<Option<Value>>>)> {
        self.evaluator.assess_with_keys(pool, self.planner(pool.date))
    }

    fn planner(&self, date: Date) -> Option<Box<Planner>> {
        let (registers, items) = (Vec::new(), Items::default());
        self.on(date).map(|plan| Box::new(Planner { plan, registers, items }))
    }

    /// Counts the codes in force on a day, and those of them that are planned.
    pub fn coverage(&self, date: Date) -> (usize, usize) {
        let program = self.program;
        let versions = program.grids.iter().flat_map(crate::Grid::all_versions);
        let versions = versions.filter(|version| version.period.contains(date));
        let grids = versions.map(|version| (&version.code, Wishes::Grid(version)));
        let ranking = program.ranking_at(date);
        let ranking = ranking.map(|ranking| (&ranking.code, Wishes::Ranking(ranking)));
        let plan = self.on(date);
        let (mut all, mut planned) = (0, 0);
        for (code, wishes) in grids.chain(ranking) {
            all += 1;
            let held = plan.as_ref().and_then(|plan| plan.code(program, code, wishes));
            planned += usize::from(held.is_some());
        }
        (all, planned)
    }

    /// Returns the plan of a day.
    fn on(&self, date: Date) -> Option<Arc<Plan>> {
        let place = self.starts.partition_point(|start| *start <= date);
        let plan = self.stretches.get(place)?;
        Some(Arc::clone(plan.get_or_init(|| Arc::new(Plan::new(self.program, date)))))
    }
}

/// Lists the days from which other rules are in force.
fn starts(program: &Program) -> Vec<Date> {
    let mut starts = Vec::new();
    let mut take = |period: Period| {
        starts.extend(period.from);
        starts.extend(period.to.map(Date::tomorrow));
    };
    for row in program.tables.iter().flat_map(|table| &table.rows) {
        take(row.period);
    }
    for version in program.grids.iter().flat_map(crate::Grid::all_versions) {
        take(version.period);
    }
    program.rankings.iter().for_each(|ranking| take(ranking.period));
    starts
}

/// The address of a code, by which its plan is found.
fn address(code: &Code) -> usize {
    std::ptr::from_ref(code).addr()
}

impl Plan {
    fn new(program: &Program, date: Date) -> Self {
        let grids = program.grids.iter().flat_map(crate::Grid::all_versions);
        let grids = grids.filter(|version| version.period.contains(date));
        let grids = grids.map(|version| &version.code);
        let ranking = program.ranking_at(date).map(|ranking| &ranking.code);
        let codes = grids.chain(ranking).map(|code| (address(code), OnceLock::new())).collect();
        Self { codes, date }
    }

    fn code(&self, program: &Program, code: &Code, wishes: Wishes<'_>) -> Option<&PlannedCode> {
        let planned = self.codes.get(&address(code))?;
        let lowered = || lower::lower(program, code, self.date, &wanted::of(code, wishes));
        planned.get_or_init(lowered).as_ref()
    }
}

/// Whether a first stage was computed by its plan: then only what is read from outside is written, and
/// every fact is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Walked {
    /// Every cell is written.
    Whole,
    ByPlan,
}

/// Computes what is read of a code's first stage: by its plan where it can say it, else by the walk of
/// the program.
pub(crate) fn read_stage(
    run: &mut Run<'_>,
    (code, wishes): (&Code, Wishes<'_>),
    case: &Case,
    totals: GridTotals<'_>,
    cells: &mut Vec<Scalar>,
) -> (Completeness, Walked) {
    let said = run.planner.take().is_some_and(|mut planner| {
        let said = planner.says(run, (code, wishes), (case, totals), cells).is_ok();
        run.planner = Some(planner);
        said
    });
    if said {
        (Completeness::Complete, Walked::ByPlan)
    } else {
        (first_stage(run, code, case, totals, cells), Walked::Whole)
    }
}

impl Planner {
    /// Writes what is read of a code.
    fn says(
        &mut self,
        run: &mut Run<'_>,
        (code, wishes): (&Code, Wishes<'_>),
        (case, totals): (&Case, GridTotals<'_>),
        cells: &mut Vec<Scalar>,
    ) -> Result<(), Deferred> {
        let plan = Arc::clone(&self.plan);
        let planned = plan.code(run.program, code, wishes).ok_or(Deferred)?;
        let count = match self.walk(planned, (case, totals), run.date)? {
            Ended::Whole => planned.exports.len(),
            Ended::AtGate => planned.before_gate,
        };
        // What another case left in the other cells is not read.
        if cells.len() != code.ops.len() {
            cells.clear();
            cells.resize(code.ops.len(), Scalar::UNSET);
        }
        for (slot, export) in planned.exports.iter().take(count) {
            let cell = cells.get_mut(slot.0 as usize).ok_or(Deferred)?;
            *cell = said(run, export, case, &self.registers).ok_or(Deferred)?;
        }
        Ok(())
    }

    fn walk(
        &mut self,
        code: &PlannedCode,
        (case, totals): (&Case, GridTotals<'_>),
        date: Date,
    ) -> Result<Ended, Deferred> {
        let Self { registers, items, .. } = self;
        if registers.len() < code.registers as usize {
            registers.resize(code.registers as usize, 0);
        }
        facts::read(code, case, registers, items)?;
        facts::read_totals(code, totals, registers)?;
        let today = days::packed(date).ok_or(Deferred)?;
        Walk { code, registers, items, today }.whole()
    }
}

/// Reads what is said of a slot.
fn said(run: &mut Run<'_>, export: &Export, case: &Case, registers: &[i64]) -> Option<Scalar> {
    let (register, shape) = match export {
        Export::Fact(field) => {
            let Some(FactState::Known(value)) = case.facts.get(field).map(|fact| &fact.state)
            else {
                return None;
            };
            return Some(run.scalar(value));
        }
        Export::Place(Place::Constant(value)) => return Some(run.scalar(value)),
        Export::Place(Place::NoValue) => return Some(Scalar::NoValue),
        Export::Place(Place::Outside) => return None,
        Export::Place(Place::Register(register, shape)) => (*register as usize, *shape),
    };
    let held = *registers.get(register)?;
    match shape {
        Shape::Bool => Some(Scalar::Bool(held == 1)),
        Shape::Date => days::unpacked(held).map(Scalar::Date),
        Shape::Enum => u32::try_from(held).ok().map(Scalar::Enum),
        Shape::Number(1) => Some(Scalar::Number(Exact::from(held))),
        Shape::Number(parts) => Exact::fraction(held.into(), parts.into()).map(Scalar::Number),
        Shape::Ratio => {
            let below = *registers.get(register + 1)?;
            Exact::fraction(held.into(), below.into()).map(Scalar::Number)
        }
        Shape::Text => None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
