//! Outcomes from what was decided and the words made beside it.

use crate::assessment::Spoken;
use crate::lines::motif;
use crate::scalar::Run;
use crate::{
    Assessed, AssessedGrid, Assessment, CandidateOutcome, GridOutcome, LineOutcome, Pool,
    PoolOutcome,
};

impl PoolOutcome {
    /// Joins an assessment and its words, one for each candidate in the same order.
    pub(crate) fn new(
        run: &Run<'_>,
        assessment: Assessment<'_>,
        words: Vec<Spoken>,
        pool: &Pool,
    ) -> Self {
        let ranking = assessment.ranking;
        let candidates = assessment.candidates.into_iter().zip(words);
        let joined = candidates.map(|(candidate, words)| {
            let own = pool.candidates.get(candidate.index);
            let id = own.map(|own| own.id.clone()).unwrap_or_default();
            CandidateOutcome::new(run, id, &candidate, words)
        });
        Self {
            ranking: (ranking.unit.clone(), ranking.version.clone()),
            candidates: joined.collect(),
        }
    }
}

impl CandidateOutcome {
    fn new(run: &Run<'_>, id: String, assessed: &Assessed<'_>, words: Spoken) -> Self {
        let grids = assessed.grids.iter().zip(words.lines);
        Self {
            index: assessed.index,
            id,
            eligible: assessed.eligible,
            eligibilities: words.conditions,
            applies: assessed.applies,
            rank: assessed.rank,
            kept: assessed.kept,
            total: assessed.total,
            range: assessed.range,
            if_all_apply: assessed.if_all_apply,
            grids: grids.map(|(grid, lines)| GridOutcome::new(run, grid, lines)).collect(),
        }
    }
}

impl GridOutcome {
    /// Joins a grid and its lines in words.
    pub(crate) fn new(run: &Run<'_>, grid: &AssessedGrid<'_>, lines: Vec<LineOutcome>) -> Self {
        let version = grid.version;
        Self {
            id: grid.grid.id.clone(),
            label: grid.grid.label.clone(),
            version: version.map(|version| (version.unit.clone(), version.version.clone())),
            filling: version.and_then(|version| version.filling.clone()),
            state: grid.state,
            motif: grid.why.as_ref().map(|why| motif(run, why)),
            points: grid.points,
            maximum: grid.maximum(),
            range: grid.range,
            lines,
        }
    }
}
