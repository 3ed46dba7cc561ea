//! What the reference and the engine both say, in one comparable shape.

use super::value::rational;
use engine::{
    CandidateOutcome, ConditionOutcome, FactRef, GridOutcome, GridState, LineOutcome, LineState,
    Motif, MotifCode, PoolOutcome, Truth,
};
use num_rational::BigRational;
use std::sync::Arc;

/// A motive: its code, and the facts it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// The code.
    pub code: MotifCode,
    /// The facts, sorted.
    pub facts: Vec<FactRef>,
}

impl Because {
    /// Makes a motive without facts.
    pub fn plain(code: MotifCode) -> Self {
        Self { code, facts: Vec::new() }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// Its state.
    pub state: LineState,
    /// Its points.
    pub points: BigRational,
    /// Why.
    pub because: Because,
}

/// One grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Its name.
    pub id: String,
    /// Its state.
    pub state: GridState,
    /// Why, unless established.
    pub because: Option<Because>,
    /// The filling's name and version.
    pub filling: Option<(Arc<str>, Arc<str>)>,
    /// Its points, when established.
    pub points: Option<BigRational>,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A condition of eligibility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its name.
    pub id: String,
    /// Whether it holds.
    pub truth: Truth,
    /// Why.
    pub because: Because,
}

/// Where a candidate would stand if all eligible applied: the rank, among how many, the total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfAllApply {
    /// The rank.
    pub rank: u32,
    /// Among how many.
    pub of: u32,
    /// The total.
    pub total: BigRational,
}

/// One candidate of a ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its identifier.
    pub id: String,
    /// Whether it is eligible.
    pub eligible: Truth,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// Its rank.
    pub rank: Option<u32>,
    /// Whether it is proposed.
    pub kept: bool,
    /// Its total.
    pub total: BigRational,
    /// The other population.
    pub if_all_apply: Option<IfAllApply>,
    /// Its grids.
    pub grids: Vec<Grid>,
}

impl From<&Motif> for Because {
    fn from(motif: &Motif) -> Self {
        Self { code: motif.code, facts: motif.facts.clone() }
    }
}

impl From<&LineOutcome> for Line {
    fn from(line: &LineOutcome) -> Self {
        Self {
            id: line.id.clone(),
            state: line.state,
            points: rational(line.points),
            because: Because::from(&line.motif),
        }
    }
}

impl From<&GridOutcome> for Grid {
    fn from(grid: &GridOutcome) -> Self {
        Self {
            id: grid.id.clone(),
            state: grid.state,
            because: grid.motif.as_ref().map(Because::from),
            filling: grid.filling.clone(),
            points: grid.points.map(rational),
            lines: grid.lines.iter().map(Line::from).collect(),
        }
    }
}

impl From<&ConditionOutcome> for Condition {
    fn from(condition: &ConditionOutcome) -> Self {
        Self {
            id: condition.id.clone(),
            truth: condition.truth,
            because: Because::from(&condition.motif),
        }
    }
}

impl From<&CandidateOutcome> for Candidate {
    fn from(candidate: &CandidateOutcome) -> Self {
        Self {
            id: candidate.id.clone(),
            eligible: candidate.eligible,
            conditions: candidate.eligibilities.iter().map(Condition::from).collect(),
            rank: candidate.rank,
            kept: candidate.kept,
            total: rational(candidate.total),
            if_all_apply: candidate.if_all_apply.map(|all| IfAllApply {
                rank: all.rank,
                of: all.of,
                total: rational(all.total),
            }),
            grids: candidate.grids.iter().map(Grid::from).collect(),
        }
    }
}

/// Returns what the engine says of a pool, in the reference's shape.
pub fn of_pool(outcome: &PoolOutcome) -> Vec<Candidate> {
    outcome.candidates.iter().map(Candidate::from).collect()
}
