//! Ranking a pool: eligibility, the two populations, totals, order.
//!
//! Eligibility is decided first and compares nobody. Grids are then computed among the eligible who
//! applied, and again among all the eligible. The order is total by the language's rules; should two
//! candidates still be equal, the pool's order decides, and an unknown key comes last.

use crate::evaluate::{Completeness, PoolColumns, first_stage, ordered};
use crate::grids::{Choice, Pass, Scored, score};
use crate::lines::{Sheet, condition_why, condition_words, grid_words, may_be_asked, unmet};
use crate::plan::{Walked, Wishes, read_stage};
use crate::reach::{Candidate, Membership, candidate_reach, opens};
use crate::scalar::{Run, Scalar};
use crate::scratch::Scratch;
use crate::told::Speech;
use crate::{
    Assessed, AssessedCondition, Assessment, Case, Direction, Exact, GridState, IfAllApply,
    MotifCode, Op, OrderKeyKind, Pool, Range, RankingVersion, Spoken, SpokenGrid, Told, Truth,
    Value, Why, Words,
};
use std::cmp::Ordering;

/// What the ranking's own code says of a candidate.
struct Standing<'p> {
    eligible: Truth,
    /// Whether its missing or pending facts could change that.
    membership: Membership,
    conditions: Vec<AssessedCondition<'p>>,
    /// The conditions in words, none in silence.
    words: Vec<Words<'p>>,
    /// One per key of the order; absent for the total.
    keys: Vec<Option<Scalar>>,
}

/// Ranks a pool, and says what the run is to say.
pub(crate) fn rank<'p>(run: &mut Run<'p>, ranking: &'p RankingVersion, pool: &Pool) -> Told<'p> {
    decided(run, ranking, pool).0
}

/// Ranks a pool; returns the keys of the order beside, by candidate of the pool, absent where one has no
/// value or is the total.
pub(crate) fn with_keys<'p>(
    run: &mut Run<'p>,
    ranking: &'p RankingVersion,
    pool: &Pool,
) -> (Assessment<'p>, Vec<Vec<Option<Value>>>) {
    let (told, standings) = decided(run, ranking, pool);
    let keys = standings.iter().map(|standing| {
        standing.keys.iter().map(|key| key.and_then(|key| run.value(key))).collect()
    });
    (told.assessment, keys.collect())
}

fn decided<'p>(
    run: &mut Run<'p>,
    ranking: &'p RankingVersion,
    pool: &Pool,
) -> (Told<'p>, Vec<Standing<'p>>) {
    let totals = Totals::of(run, ranking, pool);
    let mut standings = Vec::with_capacity(pool.candidates.len());
    let mut cells = Scratch::new();
    for (index, candidate) in pool.candidates.iter().enumerate() {
        standings.push(standing(run, ranking, &candidate.case, totals.row(index), &mut cells));
        run.observe_standing(index, &cells);
    }
    drop(cells);
    let applied = pass(&standings, |index| {
        pool.candidates.get(index).is_some_and(|candidate| candidate.applies)
    });
    let everyone = pass(&standings, |_| true);
    let grids = scores(run, ranking, pool, (&applied, Some(&everyone)));
    let mut unplaced = unplaced(run, pool, &mut standings, grids);
    place(run, ranking, &standings, &mut unplaced);
    unplaced.sort_by_key(|held| {
        let candidate = &held.candidate;
        (candidate.rank.is_none(), candidate.rank, candidate.index)
    });
    let (candidates, words) = unplaced.into_iter().map(|held| (held.candidate, held.words)).unzip();
    (Told { assessment: Assessment { ranking, candidates }, words }, standings)
}

/// Totals of grids that eligibility reads, by candidate.
struct Totals {
    known: Vec<Vec<(u32, Exact)>>,
    ranges: Vec<Vec<(u32, Range)>>,
}

/// One candidate's totals.
#[derive(Clone, Copy)]
struct TotalsRow<'r> {
    known: &'r [(u32, Exact)],
    ranges: &'r [(u32, Range)],
}

impl Totals {
    /// Computes the grids that `total_de` names, before anyone is ranked.
    fn of(run: &mut Run<'_>, ranking: &RankingVersion, pool: &Pool) -> Self {
        let count = pool.candidates.len();
        let mut totals = Self { known: vec![Vec::new(); count], ranges: vec![Vec::new(); count] };
        let named = ranking
            .code
            .ops
            .iter()
            .filter_map(|op| if let Op::GridTotal(grid) = op { Some(*grid) } else { None });
        let named: std::collections::BTreeSet<u32> = named.collect();
        let nobody = Pass::certain(vec![false; count]);
        for id in named {
            let Some(grid) = run.program.grids.get(id as usize) else { continue };
            let scored = score(run, grid, Choice::InForce, pool, (&nobody, None));
            let rows = totals.known.iter_mut().zip(&mut totals.ranges);
            for ((known, ranges), scored) in rows.zip(scored) {
                known.push((id, scored.first()));
                ranges.push((id, scored.assessed.range));
            }
        }
        totals
    }

    fn row(&self, index: usize) -> TotalsRow<'_> {
        TotalsRow {
            known: self.known.get(index).map_or(&[], Vec::as_slice),
            ranges: self.ranges.get(index).map_or(&[], Vec::as_slice),
        }
    }
}

fn standing<'p>(
    run: &mut Run<'_>,
    ranking: &'p RankingVersion,
    case: &Case,
    totals: TotalsRow<'_>,
    cells: &mut Vec<Scalar>,
) -> Standing<'p> {
    let code = (&ranking.code, Wishes::Ranking(ranking));
    let (completeness, walked) = read_stage(run, code, case, totals.known, cells);
    let sheet = Sheet { cells, case };
    let mut conditions = Vec::with_capacity(ranking.eligibilities.len());
    for eligibility in &ranking.eligibilities {
        conditions.push(condition_why(run, &eligibility.criterion, sheet));
    }
    let words = match run.speech {
        Speech::Silent => Vec::new(),
        Speech::Sentences | Speech::Whole => {
            conditions.iter().map(|one| condition_words(run, one, sheet)).collect()
        }
    };
    let eligible = conditions.iter().fold(Truth::Yes, |all, one| match (all, one.truth) {
        (Truth::No, _) | (_, Truth::No) => Truth::No,
        (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
        (Truth::Yes, Truth::Yes) => Truth::Yes,
    });
    let keys = ranking.order.iter().map(|key| match key.key {
        OrderKeyKind::Total => None,
        OrderKeyKind::Slot(slot) => Some(sheet.get(slot)),
    });
    let keys = keys.collect();
    let uncertain_total = totals.ranges.iter().any(|(_, range)| range.single().is_none());
    let waits = conditions.iter().any(|one| {
        one.why.code == MotifCode::ProofAwaited
            || may_be_asked(run.program, one.criterion, sheet.case)
    });
    let membership = if completeness == Completeness::Complete && !uncertain_total && !waits {
        if eligible == Truth::Yes { Membership::In } else { Membership::Out }
    } else {
        if walked == Walked::ByPlan {
            first_stage(run, &ranking.code, case, totals.known, cells);
        }
        membership(run, ranking, Sheet { cells, case }, totals)
    };
    Standing { eligible, membership, conditions, words, keys }
}

/// Tells whether a candidate with missing or pending facts may, and may not, become eligible.
fn membership(
    run: &mut Run<'_>,
    ranking: &RankingVersion,
    sheet: Sheet<'_>,
    totals: TotalsRow<'_>,
) -> Membership {
    let columns = PoolColumns::new();
    let candidate = Candidate {
        case: sheet.case,
        cells: sheet.cells,
        columns: &columns,
        membership: Membership::Out,
        totals: totals.ranges,
    };
    let reach = candidate_reach(run, &ranking.code, candidate);
    let (mut may, mut surely) = (true, true);
    for eligibility in &ranking.eligibilities {
        let criterion = &eligibility.criterion;
        let open = opens(criterion, &reach);
        let in_force = criterion.period.contains(run.date);
        may = may && open.can_open && in_force;
        surely = surely
            && in_force
            && !open.can_stay_shut
            && criterion.proofs.is_empty()
            && !unmet(run.program, criterion, sheet.case);
    }
    match (may, surely) {
        (false, _) => Membership::Out,
        (true, true) => Membership::In,
        (true, false) => Membership::Uncertain,
    }
}

fn pass(standings: &[Standing<'_>], counts: impl Fn(usize) -> bool) -> Pass {
    let mut pass = Pass::default();
    for (index, standing) in standings.iter().enumerate() {
        let counted = counts(index);
        pass.members.ranked.push(counted && standing.eligible == Truth::Yes);
        pass.memberships.push(if counted { standing.membership } else { Membership::Out });
    }
    pass
}

/// Computes every grid of the ranking: by grid, by candidate.
fn scores<'p>(
    run: &mut Run<'p>,
    ranking: &RankingVersion,
    pool: &Pool,
    passes: (&Pass, Option<&Pass>),
) -> Vec<Vec<Scored<'p>>> {
    let mut scores = Vec::with_capacity(ranking.grids.len());
    for id in &ranking.grids {
        if let Some(grid) = run.program.grids.get(*id as usize) {
            scores.push(score(run, grid, Choice::InForce, pool, passes));
        }
    }
    scores
}

/// A candidate before it is placed.
struct Unplaced<'p> {
    candidate: Assessed<'p>,
    words: Spoken<'p>,
    second: Exact,
}

fn unplaced<'p>(
    run: &Run<'_>,
    pool: &Pool,
    standings: &mut [Standing<'p>],
    grids: Vec<Vec<Scored<'p>>>,
) -> Vec<Unplaced<'p>> {
    let mut columns: Vec<_> = grids.into_iter().map(Vec::into_iter).collect();
    let mut outcomes = Vec::with_capacity(pool.candidates.len());
    for (index, (candidate, standing)) in pool.candidates.iter().zip(standings).enumerate() {
        let mut total = Exact::ZERO;
        let mut second = Exact::ZERO;
        let mut range = Range::only(Exact::ZERO);
        let mut held = Vec::with_capacity(columns.len());
        let mut words =
            Spoken { conditions: std::mem::take(&mut standing.words), grids: Vec::new() };
        for column in &mut columns {
            let Some(mut scored) = column.next() else { continue };
            match (total.add(scored.first()), second.add(scored.second)) {
                (Ok(first), Ok(other)) => (total, second) = (first, other),
                (Err(_), _) | (_, Err(_)) => leave_out(run, &mut scored),
            }
            range = range.plus(scored.assessed.range);
            held.push(scored.assessed);
            words.grids.push(scored.words);
        }
        outcomes.push(Unplaced {
            candidate: Assessed {
                index,
                eligible: standing.eligible,
                eligibilities: std::mem::take(&mut standing.conditions),
                applies: candidate.applies,
                rank: None,
                kept: false,
                total,
                range,
                if_all_apply: None,
                grids: held,
            },
            words,
            second,
        });
    }
    outcomes
}

/// Leaves out a grid whose points overflow the total: it is not determined, and counts nothing.
fn leave_out(run: &Run<'_>, scored: &mut Scored<'_>) {
    let assessed = &mut scored.assessed;
    assessed.state = GridState::Indeterminate;
    assessed.points = None;
    assessed.lines.clear();
    let error = Some(crate::EvalError::Overflow);
    let why = Why { error, ..Why::plain(MotifCode::Calculation) };
    scored.words = SpokenGrid { why: grid_words(run, &why), lines: Vec::new() };
    assessed.why = Some(why);
}

/// Gives ranks among those who applied, and among all the eligible.
fn place(
    run: &Run<'_>,
    ranking: &RankingVersion,
    standings: &[Standing<'_>],
    outcomes: &mut [Unplaced<'_>],
) {
    let eligible = |held: &Unplaced<'_>| held.candidate.eligible == Truth::Yes;
    let first: Vec<Competitor<'_>> = outcomes
        .iter()
        .filter(|held| eligible(held) && held.candidate.applies)
        .filter_map(|held| Competitor::of(standings, held, held.candidate.total))
        .collect();
    let second: Vec<Competitor<'_>> = outcomes
        .iter()
        .filter(|held| eligible(held))
        .filter_map(|held| Competitor::of(standings, held, held.second))
        .collect();
    let of = u32::try_from(second.len()).unwrap_or(u32::MAX);
    for (rank, index) in ranked(run, ranking, first) {
        if let Some(held) = outcomes.get_mut(index) {
            held.candidate.rank = Some(rank);
            held.candidate.kept = ranking.keeps.is_none_or(|keeps| rank <= keeps);
        }
    }
    for (rank, index) in ranked(run, ranking, second) {
        if let Some(held) = outcomes.get_mut(index) {
            held.candidate.if_all_apply = Some(IfAllApply { rank, of, total: held.second });
        }
    }
}

struct Competitor<'r> {
    index: usize,
    total: Exact,
    keys: &'r [Option<Scalar>],
}

impl<'r> Competitor<'r> {
    fn of(standings: &'r [Standing<'_>], held: &Unplaced<'_>, total: Exact) -> Option<Self> {
        let index = held.candidate.index;
        let keys = standings.get(index)?.keys.as_slice();
        Some(Self { index, total, keys })
    }
}

/// Orders competitors; ranks are 1, 2, 3… without ties.
fn ranked(
    run: &Run<'_>,
    ranking: &RankingVersion,
    mut competitors: Vec<Competitor<'_>>,
) -> Vec<(u32, usize)> {
    competitors.sort_by(|a, b| {
        let mut order = Ordering::Equal;
        for (place, key) in ranking.order.iter().enumerate() {
            let own = |competitor: &Competitor<'_>| match key.key {
                OrderKeyKind::Total => Scalar::Number(competitor.total),
                OrderKeyKind::Slot(_) => {
                    competitor.keys.get(place).copied().flatten().unwrap_or(Scalar::UNSET)
                }
            };
            order = order.then(key_order(run, key.direction, own(a), own(b)));
        }
        order.then(a.index.cmp(&b.index))
    });
    let ranks = 1..=u32::MAX;
    ranks.zip(competitors).map(|(rank, competitor)| (rank, competitor.index)).collect()
}

/// Compares two keys, best first; one without a value comes last.
fn key_order(run: &Run<'_>, direction: Direction, a: Scalar, b: Scalar) -> Ordering {
    let absent = |key: Scalar| match key {
        Scalar::NoValue | Scalar::Unknown(_) => true,
        Scalar::Bool(_)
        | Scalar::Number(_)
        | Scalar::Date(_)
        | Scalar::Enum(_)
        | Scalar::Text(_) => false,
    };
    absent(a).cmp(&absent(b)).then_with(|| ordered(run, direction, a, b))
}

#[cfg(test)]
mod tests;
