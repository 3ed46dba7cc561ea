//! The front door: evaluates a pool, a grid or bare code with a [`Program`].

use crate::{
    Code, Grid, GridOutcome, GridVersion, Pool, PoolOutcome, Program, Reason, Scripts, Value,
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
        let ranking = self.program.ranking_at(pool.date)?;
        let _ = self.scripts;
        Some(PoolOutcome {
            ranking: (ranking.unit.clone(), ranking.version.clone()),
            candidates: Vec::new(),
        })
    }

    /// Evaluates one version of a grid for every candidate, whoever its filling is for; those who
    /// apply are the population.
    pub fn grid(&self, _grid: &Grid, _version: &GridVersion, _pool: &Pool) -> Vec<GridOutcome> {
        Vec::new()
    }

    /// Evaluates a grid for every candidate, with the version and the filling in force for each.
    pub fn grid_in_force(&self, _grid: &Grid, _pool: &Pool) -> Vec<GridOutcome> {
        Vec::new()
    }

    /// Runs bare code for every candidate: what each operation computed, by slot.
    pub fn values(&self, _code: &Code, _pool: &Pool) -> Vec<Vec<Computed>> {
        Vec::new()
    }
}
