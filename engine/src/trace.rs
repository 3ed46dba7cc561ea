//! The trace of one candidate: what every operation of the very walk that gave the points computed.
//!
//! A plain evaluation watches nobody and keeps nothing; nothing is computed for the trace alone.

use crate::scalar::{Run, Scalar};
use crate::{Computed, GridOutcome, GridVersion, Program, RankingVersion};
use std::collections::BTreeMap;

/// What the walks over one candidate computed, by slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The ranking's own code: eligibility and order keys.
    pub standing: Vec<Computed>,
    /// The code of each established grid, by the grid's name; ranks are among those who applied.
    pub grids: BTreeMap<String, Vec<Computed>>,
}

/// A candidate under watch.
#[derive(Debug)]
pub(crate) struct Watch {
    candidate: usize,
    trace: Trace,
}

impl Watch {
    /// Begins to watch a candidate of the pool.
    pub(crate) fn new(candidate: usize) -> Self {
        Self { candidate, trace: Trace::default() }
    }

    /// Ends the watch.
    pub(crate) fn trace(self) -> Trace {
        self.trace
    }
}

impl Run<'_> {
    /// Keeps what the ranking's code computed for a candidate, when that one is watched.
    pub(crate) fn observe_standing(&mut self, candidate: usize, cells: &[Scalar]) {
        if let Some(values) = self.observed(candidate, cells)
            && let Some(watch) = &mut self.watch
        {
            watch.trace.standing = values;
        }
    }

    /// Keeps what a grid's code computed for a candidate, when that one is watched; the last walk
    /// among those who are ranked is the one that counts.
    pub(crate) fn observe_grid(&mut self, candidate: usize, grid: &str, cells: &[Scalar]) {
        if let Some(values) = self.observed(candidate, cells)
            && let Some(watch) = &mut self.watch
        {
            watch.trace.grids.insert(grid.to_owned(), values);
        }
    }

    fn observed(&self, candidate: usize, cells: &[Scalar]) -> Option<Vec<Computed>> {
        self.watch.as_ref().filter(|watch| watch.candidate == candidate)?;
        Some(cells.iter().map(|cell| self.computed(*cell)).collect())
    }
}

impl Program {
    /// Returns the version of the ranking of that unit and version label.
    pub fn ranking_version(&self, unit: &str, version: &str) -> Option<&RankingVersion> {
        self.rankings.iter().find(|ranking| ranking.unit == unit && ranking.version == version)
    }

    /// Returns the version of a grid that gave an outcome.
    pub fn version_of(&self, outcome: &GridOutcome) -> Option<&GridVersion> {
        let grid = self.grids.iter().find(|grid| grid.id == outcome.id)?;
        let (unit, version) = outcome.version.as_ref()?;
        grid.all_versions().find(|candidate| {
            candidate.unit == *unit
                && candidate.version == *version
                && candidate.filling == outcome.filling
        })
    }
}
