//! The total of one version of a grid: files that bring it as high, or as low, as they can.
//!
//! Lines are taken one by one, the greatest first; what one more line asks is kept when some file
//! does it too. A file found is a fact, checked by the engine; not finding one says nothing.

use crate::points::{part_range, slots};
use crate::scales::version;

use crate::witness::{self, Aim, Goal, Question, Texts};
use dsl::Compiled;
use dsl::lower::GridPlace;
use engine::{
    Bound, Case, CellRange, Code, Criterion, Evaluator, Exact, Grid, GridState, GridVersion,
    Interval, LineOutcome, Part, Perimeter, Pool, Program, ProofGate, Range, Reach, Retains,
    Scripts, Slot, ValidationGate, Value,
};
use std::sync::Arc;

/// How many steps a search takes while lines are added one by one.
const TRIAL: u32 = 300;

/// One version of a grid, to be evaluated.
#[derive(Clone, Copy)]
pub(crate) struct Total<'c> {
    pub(crate) program: &'c Program,
    pub(crate) scripts: &'c dyn Scripts,
    pub(crate) grid: &'c Grid,
    pub(crate) version: &'c GridVersion,
}

/// Which end of a total is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Least,
    Most,
}

impl<'c> Total<'c> {
    /// Finds a typed grid's.
    pub(crate) fn at(
        compiled: &'c Compiled,
        scripts: &'c dyn Scripts,
        place: GridPlace,
    ) -> Option<Self> {
        let (GridPlace::Version { grid, .. } | GridPlace::Filling { grid, .. }) = place;
        let program = &compiled.lowered.program;
        let version = version(compiled, place)?;
        Some(Self { program, scripts, grid: program.grids.get(grid as usize)?, version })
    }

    /// Evaluates the first candidate of a pool.
    pub(crate) fn outcome(&self, pool: &Pool) -> Option<(GridState, Option<Exact>)> {
        let evaluator = Evaluator::new(self.program, self.scripts);
        let outcomes = evaluator.grid(self.grid, self.version, pool);
        outcomes.first().map(|outcome| (outcome.state, outcome.points))
    }

    /// Returns the lines of the first candidate of a pool.
    pub(crate) fn lines(&self, pool: &Pool) -> Option<Vec<LineOutcome>> {
        let evaluator = Evaluator::new(self.program, self.scripts);
        let outcomes = evaluator.grid(self.grid, self.version, pool);
        outcomes.into_iter().next().map(|outcome| outcome.lines)
    }

    /// Returns the first candidate's points; absent when the grid is not established.
    pub(crate) fn of(&self, pool: &Pool) -> Option<Exact> {
        self.outcome(pool)?.1
    }

    /// The parts' criteria.
    pub(crate) fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.version.parts.iter().flat_map(criteria)
    }

    /// Every slot that the total reads.
    pub(crate) fn reads(&self) -> Vec<Slot> {
        let gates = self.gates().into_iter().map(|goal| goal.slot);
        gates.chain(self.criteria().flat_map(slots)).collect()
    }

    /// What opens the grid.
    pub(crate) fn gates(&self) -> Vec<Goal> {
        gates(self.version)
    }

    /// Looks for a file that meets goals.
    pub(crate) fn find(
        &self,
        goals: &[Goal],
        budget: u32,
        accept: &mut dyn FnMut(&Pool) -> bool,
    ) -> Option<Pool> {
        let proofs: Vec<ProofGate> =
            self.criteria().flat_map(|criterion| criterion.proofs.clone()).collect();
        let question = Question {
            program: self.program,
            scripts: self.scripts,
            code: &self.version.code,
            days: self.version.period,
            goals,
            reads: &self.reads(),
            fixed: &Case::default(),
            proofs: &proofs,
            budget,
        };
        witness::find(question, accept)
    }

    /// Looks for a file whose total a last look accepts, near one end of what it can be.
    pub(crate) fn extreme(&self, end: End, accept: &mut dyn FnMut(Exact) -> bool) -> Option<Pool> {
        let code = &self.version.code;
        let reach = engine::reach(code, self.program, self.version.period);
        let mut goals = self.gates();
        let mut lines: Vec<(Exact, Vec<Goal>)> = self
            .version
            .parts
            .iter()
            .filter_map(|part| {
                let range = part_range(self.program, self.version, part);
                let weight = weight(range, end)?;
                Some((weight, lines_of(part, code, &reach, end)))
            })
            .collect();
        lines.sort_by(|(a, _), (b, _)| b.cmp(a));
        for (_, more) in lines {
            let mut trial = goals.clone();
            trial.extend(more);
            if self.find(&trial, TRIAL, &mut |_| true).is_some() {
                goals = trial;
            }
        }
        let mut wanted = |pool: &Pool| self.of(pool).is_some_and(&mut *accept);
        self.find(&goals, witness::BUDGET, &mut wanted)
    }
}

/// What opens a version of a grid: its perimeter, its population, sharing and validation.
pub(crate) fn gates(version: &GridVersion) -> Vec<Goal> {
    let mut goals = Vec::new();
    if let Some((perimeter, slot)) = &version.perimeter {
        goals.push(Goal::new(*slot, Aim::Text(inside(perimeter))));
    }
    goals.extend(version.applies.map(|slot| Goal::new(slot, Aim::Truth(true))));
    if let Some(sharing) = &version.sharing {
        let everything = Interval::closed(Some(Exact::whole(2)), None);
        goals.push(Goal::new(sharing.gate, Aim::Numbers(everything)));
    }
    match version.validation {
        ValidationGate::Open => {}
        ValidationGate::Fact { slot, confirmed, .. } => {
            goals.push(Goal::new(slot, Aim::Enum(vec![confirmed])));
        }
    }
    goals
}

/// The criteria of a part.
pub(crate) fn criteria(part: &Part) -> &[Criterion] {
    part.criteria()
}

/// What a part's end is worth.
fn weight(range: Range, end: End) -> Option<Exact> {
    let unbounded = Exact::whole(1_000_000);
    let worth = match end {
        End::Most => range.high.unwrap_or(unbounded),
        End::Least => range.low.map_or(Some(unbounded), |low| low.negate().ok())?,
    };
    let other = match end {
        End::Most => range.low.and_then(|low| low.negate().ok()),
        End::Least => range.high,
    };
    Some(if worth.is_zero() { other.unwrap_or(unbounded) } else { worth })
}

/// What brings a part to one end: one criterion open, or all those that count the other way shut.
pub(crate) fn lines_of(part: &Part, code: &Code, reach: &[Reach], end: End) -> Vec<Goal> {
    match part {
        Part::Criterion(criterion) => criterion_goals(criterion, code, reach, end),
        Part::Tranche(tranche) => match (tranche.points > Exact::ZERO, end) {
            (true, End::Most) | (false, End::Least) => {
                tranche.criteria.first().map_or_else(Vec::new, opens)
            }
            (true, End::Least) | (false, End::Most) => {
                tranche.criteria.iter().flat_map(shuts).collect()
            }
        },
        Part::Family(family) => {
            let range = |one: &Criterion| engine::criterion_range(one, code, reach);
            match (end, family.retains) {
                (End::Most, Retains::Maximum | Retains::First) => {
                    let best = family.criteria.iter().max_by_key(|one| range(one).high);
                    best.map_or_else(Vec::new, |one| criterion_goals(one, code, reach, end))
                }
                (End::Least, Retains::Maximum | Retains::First) => {
                    family.criteria.iter().flat_map(shuts).collect()
                }
            }
        }
    }
}

/// What opens a criterion.
pub(crate) fn opens(criterion: &Criterion) -> Vec<Goal> {
    let condition = criterion.condition.map(|slot| Goal::new(slot, Aim::Truth(true)));
    let exception = criterion.exception.map(|slot| Goal::new(slot, Aim::Truth(false)));
    condition.into_iter().chain(exception).collect()
}

/// What shuts a criterion.
pub(crate) fn shuts(criterion: &Criterion) -> Vec<Goal> {
    let condition = criterion.condition.map(|slot| Goal::new(slot, Aim::Truth(false)));
    let exception = criterion.exception.map(|slot| Goal::new(slot, Aim::Truth(true)));
    condition.or(exception).into_iter().collect()
}

/// What brings a criterion to one end.
pub(crate) fn criterion_goals(
    criterion: &Criterion,
    code: &Code,
    reach: &[Reach],
    end: End,
) -> Vec<Goal> {
    let range = engine::criterion_range(criterion, code, reach);
    let worthless = match end {
        End::Most => range.high.is_some_and(|high| high <= Exact::ZERO),
        End::Least => range.low.is_some_and(|low| low >= Exact::ZERO),
    };
    if worthless {
        return shuts(criterion);
    }
    let mut goals = opens(criterion);
    let limit = match end {
        End::Most => criterion.cap,
        End::Least => criterion.floor,
    };
    let numbers = |slot: Slot| reach.get(slot.0 as usize).and_then(|reach| reach.numbers());
    for contribution in &criterion.contributions {
        let of = numbers(contribution.amount).unwrap_or(Interval::ANY);
        let counts = match end {
            End::Most => of.high.is_none_or(|high| high > Exact::ZERO),
            End::Least => of.low.is_none_or(|low| low < Exact::ZERO),
        };
        goals.extend(contribution.condition.map(|slot| Goal::new(slot, Aim::Truth(counts))));
        if !counts {
            continue;
        }
        let far = limit.and_then(numbers).and_then(Interval::single);
        let aim = match end {
            End::Most => {
                let low = of.high.or(far).unwrap_or(Exact::whole(100));
                Interval::closed(Some(far.map_or(low, |far| far.min(low))), None)
            }
            End::Least => {
                let high = of.low.or(far).unwrap_or(Exact::whole(-100));
                Interval::closed(None, Some(far.map_or(high, |far| far.max(high))))
            }
        };
        goals.push(Goal::new(contribution.amount, Aim::Numbers(aim)));
    }
    goals
}

/// A commune inside a perimeter.
fn inside(perimeter: &Perimeter) -> Texts {
    let range = |(low, high): &(String, String)| {
        let bound =
            |code: &str| Some(Bound { value: Value::Text(Arc::from(code)), included: true });
        CellRange { low: bound(low), high: bound(high) }
    };
    Texts {
        within: perimeter.included.first().map(range),
        outside: perimeter.excluded.iter().map(range).collect(),
    }
}
