//! What an evaluation decides, without a word of text: truths, states, points, ranges, causes.
//!
//! Rules are referred to, never copied, so that whoever looks at points alone pays for no sentence.
//! What is said of it stands beside ([`crate::Told`]); outcomes ([`crate::PoolOutcome`]) hold both.

use crate::lines::CLIP;
use crate::{
    Criterion, EvalError, Exact, FactRef, Family, Grid, GridState, GridVersion, IfAllApply,
    LineState, MotifCode, Range, RankingVersion, Tranche, Truth,
};
use std::borrow::Cow;

/// Why a line, a grid or a condition is as it is: a motive without its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The code.
    pub code: MotifCode,
    /// The facts it names, sorted, without duplicates.
    pub facts: Vec<FactRef>,
    /// The value before clipping, for a capped line.
    pub raw: Option<Exact>,
    /// The error, for a calculation or script motive.
    pub error: Option<EvalError>,
}

impl Why {
    /// Makes a code that says all.
    pub(crate) fn plain(code: MotifCode) -> Self {
        Self { code, facts: Vec::new(), raw: None, error: None }
    }
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'p> {
    /// A criterion.
    Criterion(&'p Criterion),
    /// A tranche.
    Tranche(&'p Tranche),
    /// The `ecretement` of a family.
    FamilyClip(&'p Family),
    /// The `ecretement` of the grid.
    GridClip,
}

/// One line of a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessedLine<'p> {
    /// What it is about.
    pub subject: Subject<'p>,
    /// Its state.
    pub state: LineState,
    /// Its points; 0 unless known.
    pub points: Exact,
    /// The least and the most, now or once missing and pending facts are known.
    pub range: Range,
    /// Why.
    pub why: Why,
    /// A tranche's sub-criteria.
    pub conditions: Vec<AssessedCondition<'p>>,
}

impl<'p> AssessedLine<'p> {
    /// Its id: the criterion's or tranche's name, `ecretement`, `ecretement.FAMILLE`.
    pub fn id(&self) -> Cow<'p, str> {
        match self.subject {
            Subject::Criterion(criterion) => Cow::Borrowed(&criterion.id),
            Subject::Tranche(tranche) => Cow::Borrowed(&tranche.id),
            Subject::FamilyClip(family) => Cow::Owned(format!("{CLIP}.{}", family.id)),
            Subject::GridClip => Cow::Borrowed(CLIP),
        }
    }

    /// What the applicant reads.
    pub fn label(&self) -> Cow<'p, str> {
        let clip = if self.why.code == MotifCode::Floored { "Plancher" } else { "Plafond" };
        match self.subject {
            Subject::Criterion(criterion) => Cow::Borrowed(&criterion.label),
            Subject::Tranche(tranche) => Cow::Borrowed(&tranche.label),
            Subject::FamilyClip(family) => Cow::Owned(format!("{clip} : {}", family.label)),
            Subject::GridClip => Cow::Borrowed(clip),
        }
    }

    /// The most it can give, when bounded.
    pub fn maximum(&self) -> Option<Exact> {
        match self.subject {
            Subject::Criterion(criterion) => criterion.maximum,
            Subject::Tranche(tranche) => Some(tranche.points),
            Subject::FamilyClip(_) | Subject::GridClip => None,
        }
    }
}

/// A condition: a sub-criterion, or a condition of eligibility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessedCondition<'p> {
    /// Which.
    pub criterion: &'p Criterion,
    /// Whether it holds.
    pub truth: Truth,
    /// Why.
    pub why: Why,
}

/// One grid of one candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessedGrid<'p> {
    /// Which.
    pub grid: &'p Grid,
    /// The version that gave it, when one did.
    pub version: Option<&'p GridVersion>,
    /// Its state.
    pub state: GridState,
    /// Why, unless established.
    pub why: Option<Why>,
    /// Its points; absent unless established.
    pub points: Option<Exact>,
    /// The least and the most of the grid.
    pub range: Range,
    /// Its lines.
    pub lines: Vec<AssessedLine<'p>>,
}

impl AssessedGrid<'_> {
    /// Its maximum; absent unless established and bounded.
    pub fn maximum(&self) -> Option<Exact> {
        self.points.and(self.version).and_then(GridVersion::maximum)
    }
}

/// One candidate of a ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed<'p> {
    /// The index in the pool.
    pub index: usize,
    /// Whether all conditions of eligibility hold.
    pub eligible: Truth,
    /// The conditions.
    pub eligibilities: Vec<AssessedCondition<'p>>,
    /// Whether it has applied.
    pub applies: bool,
    /// The rank among eligible candidates who applied, from 1.
    pub rank: Option<u32>,
    /// Whether it is among those proposed.
    pub kept: bool,
    /// The total.
    pub total: Exact,
    /// The least and the most of the total, now or once missing and pending facts are known.
    pub range: Range,
    /// The same if every eligible candidate applied; absent when not eligible.
    pub if_all_apply: Option<IfAllApply>,
    /// The grids, in the ranking's order.
    pub grids: Vec<AssessedGrid<'p>>,
}

/// A ranked pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment<'p> {
    /// The ranking.
    pub ranking: &'p RankingVersion,
    /// Candidates in rank order, then the unranked in the pool's order.
    pub candidates: Vec<Assessed<'p>>,
}

impl<'p> Assessment<'p> {
    /// Finds a candidate by its index in the pool.
    pub fn candidate(&self, index: usize) -> Option<&Assessed<'p>> {
        self.candidates.iter().find(|candidate| candidate.index == index)
    }
}
