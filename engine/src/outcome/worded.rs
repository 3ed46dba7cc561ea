//! Outcomes from what was decided and what is said of it: whole, for whoever keeps them.

use crate::{
    Assessed, AssessedCondition, AssessedGrid, AssessedLine, CandidateOutcome, ConditionOutcome,
    GridOutcome, LineOutcome, Motif, Pool, PoolOutcome, Spoken, SpokenGrid, Told, Why, Words,
};

impl PoolOutcome {
    /// Takes what was told of a pool.
    pub fn of(told: Told<'_>, pool: &Pool) -> Self {
        let ranking = told.assessment.ranking;
        let candidates = told.assessment.candidates.into_iter().zip(told.words);
        let joined = candidates.map(|(candidate, words)| {
            let own = pool.candidates.get(candidate.index);
            let id = own.map(|own| own.id.clone()).unwrap_or_default();
            CandidateOutcome::new(id, candidate, words)
        });
        Self {
            ranking: (ranking.unit.clone(), ranking.version.clone()),
            candidates: joined.collect(),
        }
    }
}

impl CandidateOutcome {
    fn new(id: String, assessed: Assessed<'_>, words: Spoken<'_>) -> Self {
        let conditions = assessed.eligibilities.into_iter().zip(words.conditions);
        let grids = assessed.grids.into_iter().zip(words.grids);
        Self {
            index: assessed.index,
            id,
            eligible: assessed.eligible,
            eligibilities: conditions.map(|(one, said)| ConditionOutcome::new(one, said)).collect(),
            applies: assessed.applies,
            rank: assessed.rank,
            kept: assessed.kept,
            total: assessed.total,
            range: assessed.range,
            if_all_apply: assessed.if_all_apply,
            grids: grids.map(|(grid, said)| GridOutcome::new(grid, said)).collect(),
        }
    }
}

impl GridOutcome {
    /// Joins a grid and what is said of it.
    pub(crate) fn new(grid: AssessedGrid<'_>, words: SpokenGrid<'_>) -> Self {
        let (version, maximum) = (grid.version, grid.maximum());
        let lines = grid.lines.into_iter().zip(words.lines);
        Self {
            id: grid.grid.id.clone(),
            label: grid.grid.label.clone(),
            version: version.map(|version| (version.unit.clone(), version.version.clone())),
            filling: version.and_then(|version| version.filling.clone()),
            state: grid.state,
            motif: grid.why.zip(words.why).map(|(why, said)| Motif::new(why, said)),
            points: grid.points,
            maximum,
            range: grid.range,
            lines: lines.map(|(line, said)| LineOutcome::new(line, said)).collect(),
        }
    }
}

impl LineOutcome {
    fn new(line: AssessedLine<'_>, mut words: Words<'_>) -> Self {
        let (id, label) = (line.id().into_owned(), line.label().into_owned());
        let maximum = line.maximum();
        let AssessedLine { state, points, range, why, conditions, .. } = line;
        let quantities = std::mem::take(&mut words.quantities);
        let conditions = conditions.into_iter().zip(std::mem::take(&mut words.conditions));
        let sub_criteria = conditions.map(|(one, said)| ConditionOutcome::new(one, said)).collect();
        let motif = Motif::new(why, words);
        Self { id, label, state, points, maximum, range, motif, quantities, sub_criteria }
    }
}

impl ConditionOutcome {
    fn new(condition: AssessedCondition<'_>, mut words: Words<'_>) -> Self {
        let AssessedCondition { criterion, truth, why } = condition;
        let quantities = std::mem::take(&mut words.quantities);
        let (id, label) = (criterion.id.clone(), criterion.label.clone());
        Self { id, label, truth, motif: Motif::new(why, words), quantities }
    }
}

impl Motif {
    fn new(why: Why, words: Words<'_>) -> Self {
        let Why { code, facts, raw, error } = why;
        let Words { text, voice, .. } = words;
        Self { code, facts, text: text.into_owned(), voice, raw, error }
    }
}
