//! Grids over a pool: which version each candidate has, its lines, and its range.
//!
//! A version that compares candidates is computed for the whole pool, whoever has it: a rank is a
//! place among all. The others are computed and put into words candidate by candidate.

mod maximum;
mod selection;

use crate::evaluate::{Completeness, GridTotals, Matrix, Members, PoolColumns, first_stage, stage};
use crate::lines::{
    Cause, Line, Sheet, draft, grid_words, line_why, line_words, may_be_asked, total, why,
};
use crate::plan::{Walked, Wishes, read_stage};
use crate::reach::{Candidate, Membership, candidate_reach, grid_range, waits};
use crate::scalar::{Run, Scalar};
use crate::scratch::Scratch;
use crate::told::Speech;
use crate::{
    AssessedGrid, AssessedLine, Case, Criterion, Exact, Grid, GridState, GridVersion, Pool, Range,
    SpokenGrid, Subject,
};
use selection::{Pick, Picked, Selection};
use source::Span;

/// The pool as one pass compares it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pass {
    pub(crate) members: Members,
    /// By candidate, for ranges.
    pub(crate) memberships: Vec<Membership>,
}

impl Pass {
    /// Makes a pass in which membership depends on nothing missing.
    pub(crate) fn certain(ranked: Vec<bool>) -> Self {
        let memberships = ranked
            .iter()
            .map(|ranked| if *ranked { Membership::In } else { Membership::Out })
            .collect();
        Self { members: Members { ranked }, memberships }
    }

    fn membership(&self, index: usize) -> Membership {
        self.memberships.get(index).copied().unwrap_or_default()
    }
}

/// Which versions are looked at.
#[derive(Clone, Copy)]
pub(crate) enum Choice<'p> {
    /// Those in force for each candidate.
    InForce,
    /// One, whoever it is for.
    Only(&'p GridVersion),
}

/// A candidate's grid.
#[derive(Clone, Debug)]
pub(crate) struct Scored<'g> {
    pub(crate) assessed: AssessedGrid<'g>,
    /// What is said of it, nothing in silence.
    pub(crate) words: SpokenGrid<'g>,
    /// Its points in the second pass.
    pub(crate) second: Exact,
}

impl<'g> Scored<'g> {
    fn new(assessed: AssessedGrid<'g>, words: SpokenGrid<'g>) -> Self {
        let second = assessed.points.unwrap_or(Exact::ZERO);
        Self { assessed, words, second }
    }

    /// Its points in the first pass.
    pub(crate) fn first(&self) -> Exact {
        self.assessed.points.unwrap_or(Exact::ZERO)
    }
}

/// One grid under evaluation.
struct Scoring<'g, 'r, 'e> {
    run: &'r mut Run<'e>,
    grid: &'g Grid,
    pool: &'r Pool,
    first: &'r Pass,
    lines: Vec<Line<'g>>,
}

/// Candidates who share a version that compares candidates.
struct Deferred<'g> {
    version: &'g GridVersion,
    picks: Vec<(usize, Pick<'g>)>,
}

/// Evaluates a grid for every candidate, in one pass or in two.
pub(crate) fn score<'g>(
    run: &mut Run<'_>,
    grid: &'g Grid,
    choice: Choice<'g>,
    pool: &Pool,
    (first, second): (&Pass, Option<&Pass>),
) -> Vec<Scored<'g>> {
    let selection = match choice {
        Choice::InForce => Selection::new(grid, run.date),
        Choice::Only(version) => Selection::only(grid, version, run.date),
    };
    score_with(run, grid, selection, pool, (first, second))
}

fn score_with<'g>(
    run: &mut Run<'_>,
    grid: &'g Grid,
    mut selection: Selection<'g>,
    pool: &Pool,
    (first, second): (&Pass, Option<&Pass>),
) -> Vec<Scored<'g>> {
    let mut scoring = Scoring { run, grid, pool, first, lines: Vec::new() };
    let mut scored: Vec<Scored<'g>> = Vec::with_capacity(pool.candidates.len());
    let mut deferred: Vec<Deferred<'g>> = Vec::new();
    for (index, candidate) in pool.candidates.iter().enumerate() {
        let mark = scoring.run.reasons.mark();
        let pick = selection.pick(scoring.run, &candidate.case);
        let own = match pick.picked {
            Picked::None { state, cause } => scoring.without_lines(&pick, index, state, cause),
            Picked::Version(version) if !version.code.reads_pool() => {
                let computed = selection.load(scoring.run, version, &candidate.case);
                let cells = selection.cells();
                let columns = PoolColumns::new();
                let at = Place { index, version, cells, computed, columns: &columns };
                scoring.established(&pick, at)
            }
            Picked::Version(version) => {
                let found = deferred.iter().position(|d| std::ptr::eq(d.version, version));
                match found.and_then(|at| deferred.get_mut(at)) {
                    Some(same) => same.picks.push((index, pick)),
                    None => deferred.push(Deferred { version, picks: vec![(index, pick)] }),
                }
                Scored::new(scoring.blank(GridState::NotEstablished), SpokenGrid::default())
            }
        };
        scoring.run.reasons.reset(mark);
        scored.push(own);
    }
    for group in deferred {
        scoring.compare(&group, second, &mut scored);
    }
    scored
}

/// A candidate's cells for a version.
#[derive(Clone, Copy)]
struct Place<'g, 'r> {
    index: usize,
    version: &'g GridVersion,
    cells: &'r [Scalar],
    computed: (Completeness, Walked),
    columns: &'r PoolColumns,
}

impl<'g> Scoring<'g, '_, '_> {
    /// Computes the candidates of a version that compares them.
    fn compare(&mut self, group: &Deferred<'g>, second: Option<&Pass>, scored: &mut [Scored<'g>]) {
        let mark = self.run.reasons.mark();
        let version = group.version;
        let (mut matrix, computed) = first_stages(self.run, version, self.pool);
        let columns =
            matrix.compare_candidates(self.run, &version.code, self.pool, &self.first.members);
        for (index, pick) in &group.picks {
            let Some(computed) = computed.get(*index).copied() else { continue };
            let cells = matrix.row(*index);
            let at = Place { index: *index, version, cells, computed, columns: &columns };
            let own = self.established(pick, at);
            if let Some(place) = scored.get_mut(*index) {
                *place = own;
            }
        }
        // Among the same members, the second pass gives what the first gave.
        if let Some(second) = second.filter(|second| second.members != self.first.members) {
            matrix.compare_candidates(self.run, &version.code, self.pool, &second.members);
            for (index, _) in &group.picks {
                let points = self.points(version, *index, matrix.row(*index));
                if let Some(place) = scored.get_mut(*index) {
                    place.second = points;
                }
            }
        }
        self.run.reasons.reset(mark);
    }

    /// Computes a candidate's points alone.
    fn points(&mut self, version: &'g GridVersion, index: usize, cells: &[Scalar]) -> Exact {
        let Some(candidate) = self.pool.candidates.get(index) else { return Exact::ZERO };
        draft(self.run, version, Sheet { cells, case: &candidate.case }, &mut self.lines);
        total(&self.lines).unwrap_or(Exact::ZERO)
    }

    fn blank(&self, state: GridState) -> AssessedGrid<'g> {
        AssessedGrid {
            grid: self.grid,
            version: None,
            state,
            why: None,
            points: None,
            range: Range::only(Exact::ZERO),
            lines: Vec::new(),
        }
    }

    fn without_lines(
        &mut self,
        pick: &Pick<'g>,
        index: usize,
        state: GridState,
        cause: Cause,
    ) -> Scored<'g> {
        let mut assessed = self.blank(state);
        let why = why(self.run, cause);
        let said = grid_words(self.run, &why);
        assessed.why = Some(why);
        assessed.version = pick.named;
        assessed.range = self.with_others(pick, index, assessed.range);
        Scored::new(assessed, SpokenGrid { why: said, lines: Vec::new() })
    }

    /// Decides an established grid, and puts it into words when it is to be.
    fn established(&mut self, pick: &Pick<'g>, at: Place<'g, '_>) -> Scored<'g> {
        let Place { index, version, cells, .. } = at;
        let Some(candidate) = self.pool.candidates.get(index) else {
            return Scored::new(self.blank(GridState::NotEstablished), SpokenGrid::default());
        };
        let sheet = Sheet { cells, case: &candidate.case };
        draft(self.run, version, sheet, &mut self.lines);
        let points = match total(&self.lines) {
            Ok(points) => points,
            Err(error) => {
                let cause = crate::lines::failure(self.run, error, Span::default());
                let state = GridState::Indeterminate;
                return self.without_lines(pick, index, state, Cause::Unknown(cause));
            }
        };
        let ranges = (!self.is_certain(at)).then(|| self.ranges(at, &candidate.case));
        self.run.observe_grid(index, &self.grid.id, cells);
        let own = ranges.as_ref().map_or(Range::only(points), |ranges| ranges.grid);
        let mut lines = Vec::with_capacity(self.lines.len());
        for (number, line) in self.lines.iter().enumerate() {
            let Line { subject, draft } = *line;
            let range = ranges.as_ref().and_then(|ranges| ranges.lines.get(number).copied());
            let range = range.unwrap_or(Range::only(draft.points));
            let (why, conditions) = line_why(self.run, line, sheet);
            let (state, points) = (draft.state, draft.points);
            lines.push(AssessedLine { subject, state, points, range, why, conditions });
        }
        let said = match self.run.speech {
            Speech::Silent => Vec::new(),
            Speech::Sentences | Speech::Whole => {
                lines.iter().map(|line| line_words(self.run, line, sheet)).collect()
            }
        };
        let assessed = AssessedGrid {
            version: Some(version),
            points: Some(points),
            range: self.with_others(pick, index, own),
            lines,
            ..self.blank(GridState::Established)
        };
        Scored::new(assessed, SpokenGrid { why: None, lines: said })
    }

    /// Tells whether nothing missing, pending or uncertain could change a drafted grid.
    fn is_certain(&self, at: Place<'g, '_>) -> bool {
        let program = self.run.program;
        let case = self.pool.candidates.get(at.index).map(|candidate| &candidate.case);
        let asked =
            |criterion: &Criterion| case.is_some_and(|case| may_be_asked(program, criterion, case));
        let may_be_asked = |line: &Line<'_>| match line.subject {
            Subject::Criterion(criterion) => asked(criterion),
            Subject::Tranche(tranche) => tranche.criteria.iter().any(asked),
            Subject::FamilyClip(_) | Subject::GridClip => false,
        };
        at.computed.0 == Completeness::Complete
            && !self.lines.iter().any(|line| waits(line) || may_be_asked(line))
            && !(at.version.code.reads_pool()
                && self.first.membership(at.index) == Membership::Uncertain)
    }

    fn ranges(&mut self, at: Place<'g, '_>, case: &Case) -> crate::reach::GridReach {
        let whole = match at.computed.1 {
            Walked::Whole => None,
            Walked::ByPlan => Some(self.rewalked(at, case)),
        };
        let cells = whole.as_ref().map_or(at.cells, |whole| whole.as_slice());
        let sheet = Sheet { cells, case };
        let candidate = Candidate {
            case,
            cells,
            columns: at.columns,
            membership: self.first.membership(at.index),
            totals: &[],
        };
        let reach = candidate_reach(self.run, &at.version.code, candidate);
        grid_range(self.run, at.version, sheet, &reach, &self.lines)
    }

    /// Walks the program's first stage again where its plan said only what is read.
    fn rewalked(&mut self, at: Place<'g, '_>, case: &Case) -> Scratch<Scalar> {
        let mut cells = Scratch::new();
        first_stage(self.run, &at.version.code, case, &[], &mut cells);
        let first = stage(&at.version.code, 0).end;
        for (cell, later) in cells.iter_mut().zip(at.cells).skip(first) {
            *cell = *later;
        }
        cells
    }

    /// Widens a range to the versions that the missing facts could bring, or take away.
    fn with_others(&mut self, pick: &Pick<'g>, index: usize, own: Range) -> Range {
        let mut range = own;
        if pick.may_have_none {
            range = range.or(Range::only(Exact::ZERO));
        }
        // The pool outlives what is done with its candidate.
        let pool = self.pool;
        let Some(candidate) = pool.candidates.get(index).filter(|_| !pick.others.is_empty()) else {
            return range;
        };
        let case = &candidate.case;
        let (mut cells, mut lines) = (Scratch::new(), Vec::new());
        let columns = PoolColumns::new();
        for version in &pick.others {
            first_stage(self.run, &version.code, case, &[], &mut cells);
            let sheet = Sheet { cells: &cells, case };
            draft(self.run, version, sheet, &mut lines);
            let candidate = Candidate {
                case,
                cells: &cells,
                columns: &columns,
                membership: Membership::Uncertain,
                totals: &[],
            };
            let reach = candidate_reach(self.run, &version.code, candidate);
            range = range.or(grid_range(self.run, version, sheet, &reach, &lines).grid);
        }
        range
    }
}

/// Computes what is read of the first stage of a version for every candidate.
pub(crate) fn first_stages(
    run: &mut Run<'_>,
    version: &GridVersion,
    pool: &Pool,
) -> (Matrix, Vec<(Completeness, Walked)>) {
    let mut matrix = Matrix::new(version.code.ops.len());
    let mut cells = Scratch::new();
    let mut computed = Vec::with_capacity(pool.candidates.len());
    let code = (&version.code, Wishes::Grid(version));
    for candidate in &pool.candidates {
        let totals: GridTotals<'_> = &[];
        computed.push(read_stage(run, code, &candidate.case, totals, &mut cells));
        matrix.push(&cells);
    }
    (matrix, computed)
}

#[cfg(test)]
mod tests;
