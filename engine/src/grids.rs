//! Grids over a pool: which version each candidate has, its lines, and its range.
//!
//! A version that compares candidates is computed for the whole pool, whoever has it: a rank is a
//! place among all. The others are computed and put into words candidate by candidate.

mod selection;

use crate::evaluate::{Completeness, GridTotals, Matrix, Members, PoolColumns, first_stage};
use crate::lines::{Cause, Line, Sheet, draft, grid_motif, line_outcome, total};
use crate::reach::{Candidate, Membership, candidate_reach, grid_range, waits};
use crate::scalar::{Run, Scalar};
use crate::{Case, Exact, Grid, GridOutcome, GridState, GridVersion, Part, Pool, Range};
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
pub(crate) struct Scored {
    pub(crate) outcome: GridOutcome,
    /// Its points in the second pass.
    pub(crate) second: Exact,
}

impl Scored {
    /// Its points in the first pass.
    pub(crate) fn first(&self) -> Exact {
        self.outcome.points.unwrap_or(Exact::ZERO)
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
pub(crate) fn score(
    run: &mut Run<'_>,
    grid: &Grid,
    choice: Choice<'_>,
    pool: &Pool,
    (first, second): (&Pass, Option<&Pass>),
) -> Vec<Scored> {
    match choice {
        Choice::InForce => {
            let selection = Selection::new(grid, run.date);
            score_with(run, grid, selection, pool, (first, second))
        }
        Choice::Only(version) => {
            let selection = Selection::only(grid, version, run.date);
            score_with(run, grid, selection, pool, (first, second))
        }
    }
}

fn score_with<'g>(
    run: &mut Run<'_>,
    grid: &'g Grid,
    mut selection: Selection<'g>,
    pool: &Pool,
    (first, second): (&Pass, Option<&Pass>),
) -> Vec<Scored> {
    let mut scoring = Scoring { run, grid, pool, first, lines: Vec::new() };
    let mut scored: Vec<Option<Scored>> = Vec::with_capacity(pool.candidates.len());
    let mut deferred: Vec<Deferred<'g>> = Vec::new();
    for (index, candidate) in pool.candidates.iter().enumerate() {
        let mark = scoring.run.reasons.mark();
        let pick = selection.pick(scoring.run, &candidate.case);
        let outcome = match pick.picked {
            Picked::None { state, cause } => {
                Some(scoring.without_lines(&pick, index, state, cause))
            }
            Picked::Version(version) if !version.code.reads_pool() => {
                let completeness = selection.load(scoring.run, version, &candidate.case);
                let cells = selection.cells();
                let columns = PoolColumns::new();
                let at = Place { index, version, cells, completeness, columns: &columns };
                Some(scoring.established(&pick, at))
            }
            Picked::Version(version) => {
                let found = deferred.iter().position(|d| std::ptr::eq(d.version, version));
                match found.and_then(|at| deferred.get_mut(at)) {
                    Some(same) => same.picks.push((index, pick)),
                    None => deferred.push(Deferred { version, picks: vec![(index, pick)] }),
                }
                None
            }
        };
        scoring.run.reasons.reset(mark);
        scored.push(outcome.map(|outcome| {
            let second = outcome.points.unwrap_or(Exact::ZERO);
            Scored { outcome, second }
        }));
    }
    for group in deferred {
        scoring.compare(&group, second, &mut scored);
    }
    scored.into_iter().flatten().collect()
}

/// A candidate's cells for a version.
#[derive(Clone, Copy)]
struct Place<'g, 'r> {
    index: usize,
    version: &'g GridVersion,
    cells: &'r [Scalar],
    completeness: Completeness,
    columns: &'r PoolColumns,
}

impl<'g> Scoring<'g, '_, '_> {
    fn case(&self, index: usize) -> Option<&Case> {
        self.pool.candidates.get(index).map(|candidate| &candidate.case)
    }

    /// Computes the candidates of a version that compares them.
    fn compare(
        &mut self,
        group: &Deferred<'g>,
        second: Option<&Pass>,
        scored: &mut [Option<Scored>],
    ) {
        let mark = self.run.reasons.mark();
        let version = group.version;
        let (mut matrix, completeness) = first_stages(self.run, version, self.pool);
        let columns =
            matrix.compare_candidates(self.run, &version.code, self.pool, &self.first.members);
        for (index, pick) in &group.picks {
            let completeness = completeness.get(*index).copied().unwrap_or_default();
            let cells = matrix.row(*index);
            let at = Place { index: *index, version, cells, completeness, columns: &columns };
            let outcome = self.established(pick, at);
            let second = outcome.points.unwrap_or(Exact::ZERO);
            if let Some(place) = scored.get_mut(*index) {
                *place = Some(Scored { outcome, second });
            }
        }
        if let Some(second) = second {
            matrix.compare_candidates(self.run, &version.code, self.pool, &second.members);
            for (index, _) in &group.picks {
                let points = self.points(version, *index, matrix.row(*index));
                if let Some(Some(place)) = scored.get_mut(*index) {
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

    fn blank(&self, state: GridState) -> GridOutcome {
        GridOutcome {
            id: self.grid.id.clone(),
            label: self.grid.label.clone(),
            version: None,
            filling: None,
            state,
            motif: None,
            points: None,
            maximum: None,
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
    ) -> GridOutcome {
        let mut outcome = self.blank(state);
        outcome.motif = Some(grid_motif(self.run, cause));
        if let Some(version) = pick.named {
            outcome.version = Some((version.unit.clone(), version.version.clone()));
            outcome.filling.clone_from(&version.filling);
        }
        outcome.range = self.with_others(pick, index, outcome.range);
        outcome
    }

    /// Puts an established grid into words.
    fn established(&mut self, pick: &Pick<'g>, at: Place<'g, '_>) -> GridOutcome {
        let Place { index, version, cells, .. } = at;
        let Some(candidate) = self.pool.candidates.get(index) else {
            return self.blank(GridState::NotEstablished);
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
        let certain = at.completeness == Completeness::Complete
            && !self.lines.iter().any(waits)
            && !(version.code.reads_pool()
                && self.first.membership(index) == Membership::Uncertain);
        let ranges = (!certain).then(|| self.ranges(at, sheet));
        self.run.observe_grid(index, &self.grid.id, cells);
        let own = ranges.as_ref().map_or(Range::only(points), |ranges| ranges.grid);
        let mut lines = Vec::with_capacity(self.lines.len());
        for (number, line) in self.lines.iter().enumerate() {
            let range = ranges.as_ref().and_then(|ranges| ranges.lines.get(number).copied());
            let range = range.unwrap_or(Range::only(line.draft.points));
            lines.push(line_outcome(self.run, line, sheet, range));
        }
        GridOutcome {
            version: Some((version.unit.clone(), version.version.clone())),
            filling: version.filling.clone(),
            points: Some(points),
            maximum: maximum(version),
            range: self.with_others(pick, index, own),
            lines,
            ..self.blank(GridState::Established)
        }
    }

    fn ranges(&mut self, at: Place<'g, '_>, sheet: Sheet<'_>) -> crate::reach::GridReach {
        let candidate = Candidate {
            case: sheet.case,
            cells: at.cells,
            columns: at.columns,
            membership: self.first.membership(at.index),
            totals: &[],
        };
        let reach = candidate_reach(self.run, &at.version.code, candidate);
        grid_range(self.run, at.version, sheet, &reach, &self.lines)
    }

    /// Widens a range to the versions that the missing facts could bring, or take away.
    fn with_others(&mut self, pick: &Pick<'g>, index: usize, own: Range) -> Range {
        let mut range = own;
        if pick.may_have_none {
            range = range.or(Range::only(Exact::ZERO));
        }
        for version in &pick.others {
            let Some(case) = self.case(index).cloned() else { continue };
            let mut cells = Vec::new();
            let mut lines = Vec::new();
            first_stage(self.run, &version.code, &case, &[], &mut cells);
            let sheet = Sheet { cells: &cells, case: &case };
            draft(self.run, version, sheet, &mut lines);
            let columns = PoolColumns::new();
            let membership = Membership::Uncertain;
            let candidate = Candidate {
                case: &case,
                cells: &cells,
                columns: &columns,
                membership,
                totals: &[],
            };
            let reach = candidate_reach(self.run, &version.code, candidate);
            range = range.or(grid_range(self.run, version, sheet, &reach, &lines).grid);
        }
        range
    }
}

/// Runs the first stage of a version for every candidate.
pub(crate) fn first_stages(
    run: &mut Run<'_>,
    version: &GridVersion,
    pool: &Pool,
) -> (Matrix, Vec<Completeness>) {
    let mut matrix = Matrix::new(version.code.ops.len());
    let mut cells = Vec::new();
    let mut completeness = Vec::with_capacity(pool.candidates.len());
    for candidate in &pool.candidates {
        let totals: GridTotals<'_> = &[];
        completeness.push(first_stage(run, &version.code, &candidate.case, totals, &mut cells));
        matrix.push(&cells);
    }
    (matrix, completeness)
}

/// Returns the most a grid can give: its declared scale, else the sum of its lines' maxima.
fn maximum(version: &GridVersion) -> Option<Exact> {
    if version.scale.is_some() {
        return version.scale;
    }
    let mut sum = Exact::ZERO;
    for part in &version.parts {
        let part = match part {
            Part::Criterion(criterion) => criterion.maximum,
            Part::Tranche(tranche) => Some(tranche.points),
            Part::Family(family) => {
                let most = family
                    .criteria
                    .iter()
                    .map(|criterion| criterion.maximum)
                    .try_fold(Exact::ZERO, |most, one| one.map(|one| most.max(one)));
                lowest(most, family.cap)
            }
        };
        let Some(next) = part.and_then(|part| sum.add(part).ok()) else { return version.cap };
        sum = next;
    }
    lowest(Some(sum), version.cap)
}

fn lowest(a: Option<Exact>, b: Option<Exact>) -> Option<Exact> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests;
