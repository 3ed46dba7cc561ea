//! The front door: evaluates a pool, a grid or bare code with a [`Program`].

use crate::evaluate::{Matrix, first_stage};
use crate::grids::{Choice, Pass, score};
use crate::plan::Planner;
use crate::ranking;
use crate::scalar::Run;
use crate::told::Speech;
use crate::trace::{Trace, Watch};
use crate::{
    Assessment, Code, Grid, GridOutcome, GridVersion, Pool, PoolOutcome, Program, Reason, Scripts,
    Told, Value,
};

/// What an operation computed for a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Computed {
    /// A value.
    Known(Value),
    /// « pas de valeur ».
    NoValue,
    /// Unknown, and why: sorted, without duplicates.
    Unknown(Vec<Reason>),
}

/// Evaluates a program. One serves any number of cases and pools.
#[derive(Clone, Copy)]
pub struct Evaluator<'p> {
    program: &'p Program,
    scripts: &'p dyn Scripts,
}

impl<'p> Evaluator<'p> {
    /// Makes an evaluator.
    pub fn new(program: &'p Program, scripts: &'p dyn Scripts) -> Self {
        Self { program, scripts }
    }

    /// Ranks a pool; absent when no ranking is in force on its date.
    pub fn rank(&self, pool: &Pool) -> Option<PoolOutcome> {
        self.tell(pool).map(|told| PoolOutcome::of(told, pool))
    }

    /// Ranks a pool as [`Evaluator::rank`] does, by reference to the rules.
    pub fn tell(&self, pool: &Pool) -> Option<Told<'p>> {
        self.told(&mut self.worded(pool, Speech::Whole), pool)
    }

    /// Ranks a pool as [`Evaluator::tell`] does, without the quantities that were looked at, nor what each
    /// sub-criterion of a tranche says.
    pub fn tell_in_sentences(&self, pool: &Pool) -> Option<Told<'p>> {
        self.told(&mut self.worded(pool, Speech::Sentences), pool)
    }

    /// Ranks a pool and keeps the trace of one candidate, given by its index in the pool.
    pub fn rank_traced(&self, pool: &Pool, candidate: usize) -> Option<(PoolOutcome, Trace)> {
        let watch = Some(Watch::new(candidate));
        let mut run = Run { watch, ..self.worded(pool, Speech::Whole) };
        let told = self.told(&mut run, pool)?;
        Some((PoolOutcome::of(told, pool), run.watch.map(Watch::trace).unwrap_or_default()))
    }

    /// Ranks a pool as [`Evaluator::rank`] does, without a word.
    pub fn assess(&self, pool: &Pool) -> Option<Assessment<'p>> {
        self.told(&mut self.run(pool), pool).map(|told| told.assessment)
    }

    /// Ranks a pool without a word, first stages by their plans.
    pub(crate) fn assess_by(
        &self,
        pool: &Pool,
        planner: Option<Box<Planner>>,
    ) -> Option<Assessment<'p>> {
        self.told(&mut Run { planner, ..self.run(pool) }, pool).map(|told| told.assessment)
    }

    /// Ranks a pool as [`Evaluator::assess_by`] does; returns the keys of the order beside, by candidate.
    pub(crate) fn assess_with_keys(
        &self,
        pool: &Pool,
        planner: Option<Box<Planner>>,
    ) -> Option<(Assessment<'p>, Vec<Vec<Option<Value>>>)> {
        let ranking = self.program.ranking_at(pool.date)?;
        let mut run = Run { planner, ..self.run(pool) };
        Some(ranking::with_keys(&mut run, ranking, pool))
    }

    /// Returns its program.
    pub fn program(&self) -> &'p Program {
        self.program
    }

    /// Ranks a pool without a word, and keeps the trace of one candidate.
    pub fn assess_traced(&self, pool: &Pool, candidate: usize) -> Option<(Assessment<'p>, Trace)> {
        let mut run = Run { watch: Some(Watch::new(candidate)), ..self.run(pool) };
        let told = self.told(&mut run, pool)?;
        Some((told.assessment, run.watch.map(Watch::trace).unwrap_or_default()))
    }

    /// Evaluates one version of a grid for every candidate, whoever its filling is for; those who
    /// apply are the population.
    pub fn grid(&self, grid: &Grid, version: &GridVersion, pool: &Pool) -> Vec<GridOutcome> {
        self.scored(grid, Choice::Only(version), pool)
    }

    /// Evaluates a grid for every candidate, with the version and the filling in force for each;
    /// those who apply are the population.
    pub fn grid_in_force(&self, grid: &Grid, pool: &Pool) -> Vec<GridOutcome> {
        self.scored(grid, Choice::InForce, pool)
    }

    /// Runs bare code for every candidate: what each operation computed, by slot; those who apply
    /// are the population. Slots of a fold's body hold the last item's values.
    pub fn values(&self, code: &Code, pool: &Pool) -> Vec<Vec<Computed>> {
        let mut run = self.run(pool);
        let mut matrix = Matrix::new(code.ops.len());
        let mut cells = Vec::new();
        for candidate in &pool.candidates {
            first_stage(&mut run, code, &candidate.case, &[], &mut cells);
            matrix.push(&cells);
        }
        matrix.compare_candidates(&mut run, code, pool, &applied(pool).members);
        (0..pool.candidates.len())
            .map(|index| matrix.row(index).iter().map(|cell| run.computed(*cell)).collect())
            .collect()
    }

    fn run(&self, pool: &Pool) -> Run<'p> {
        Run::new(self.program, self.scripts, pool.date)
    }

    fn worded(&self, pool: &Pool, speech: Speech) -> Run<'p> {
        Run { speech, ..self.run(pool) }
    }

    /// Ranks a pool by a run, which says what it is to say.
    fn told(&self, run: &mut Run<'p>, pool: &Pool) -> Option<Told<'p>> {
        let ranking = self.program.ranking_at(pool.date)?;
        Some(ranking::rank(run, ranking, pool))
    }

    fn scored(&self, grid: &Grid, choice: Choice<'_>, pool: &Pool) -> Vec<GridOutcome> {
        let mut run = self.worded(pool, Speech::Whole);
        let scored = score(&mut run, grid, choice, pool, (&applied(pool), None));
        let worded = scored.into_iter();
        worded.map(|scored| GridOutcome::new(scored.assessed, scored.words)).collect()
    }
}

/// Takes everyone who applies as eligible.
fn applied(pool: &Pool) -> Pass {
    Pass::certain(pool.candidates.iter().map(|candidate| candidate.applies).collect())
}
