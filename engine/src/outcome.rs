//! What an evaluation says: states, points and motives, line by line.
//!
//! Invariant: the points of a grid are the sum of its lines' points, and the total is the sum of
//! the grids' points, by construction.

mod worded;

use crate::{EntityId, EvalError, Exact, FieldId, Type, Value};
use std::sync::Arc;

/// The state of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineState {
    /// `obtenu`.
    Obtained,
    /// `non_obtenu`.
    NotObtained,
    /// `non_evaluable`.
    NotEvaluable,
    /// `en_attente`.
    Pending,
    /// `plafonne`: clipped by the line's own `au plus` or `au moins`.
    Capped,
}

/// The state of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GridState {
    /// `etabli`: it has points and a maximum.
    Established,
    /// `non_etabli`: no version in force, or no filling.
    NotEstablished,
    /// `sans_objet`: outside its population or perimeter.
    NotApplicable,
    /// `indetermine`: its population or perimeter depends on an unknown.
    Indeterminate,
}

/// Three-valued truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// `oui`.
    Yes,
    /// `non`.
    No,
    /// `indetermine`.
    Unknown,
}

/// The least and the most that points may be, now or once missing and pending facts are known; an
/// absent end is unbounded.
///
/// The points as they stand always belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub low: Option<Exact>,
    /// The most.
    pub high: Option<Exact>,
}

impl Range {
    /// Makes the range of one value.
    pub fn only(points: Exact) -> Self {
        Self { low: Some(points), high: Some(points) }
    }

    /// Tells whether the points belong to it.
    pub fn contains(self, points: Exact) -> bool {
        self.low.is_none_or(|low| low <= points) && self.high.is_none_or(|high| points <= high)
    }

    /// Returns the only value; none when there may be several, or no bounds.
    pub fn single(self) -> Option<Exact> {
        self.low.filter(|low| self.high == Some(*low))
    }

    /// Returns the smallest range that covers both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            low: self.low.zip(other.low).map(|(a, b)| a.min(b)),
            high: self.high.zip(other.high).map(|(a, b)| a.max(b)),
        }
    }

    /// Adds two ranges; an end beyond exact numbers is unbounded.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let end = |a: Option<Exact>, b: Option<Exact>| a.zip(b).and_then(|(a, b)| a.add(b).ok());
        Self { low: end(self.low, other.low), high: end(self.high, other.high) }
    }
}

/// Why a line, a grid or a condition is as it is: the one list of motive codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MotifCode {
    /// The condition holds, or the line needs none.
    Condition,
    /// The condition is false.
    ConditionFalse,
    /// The exception (`sauf si`) holds.
    Exception,
    /// A fact is missing.
    Missing,
    /// A fact is withheld by the applicant's choice.
    Withheld,
    /// A fact is not shared through the frame by the applicant's choice.
    NotShared,
    /// The applicant chose to stay anonymous.
    Anonymous,
    /// The proof asked for is awaited.
    ProofAwaited,
    /// The employer's validation is under way.
    ValidationPending,
    /// The employer refused its validation.
    ValidationRefused,
    /// Outside the criterion's own period.
    OutsidePeriod,
    /// Another line of the family counts.
    FamilyOther,
    /// The frame's tranche is not filled.
    SlotUnfilled,
    /// Clipped by a cap.
    Capped,
    /// Raised by a floor.
    Floored,
    /// A dated parameter has no value on that day.
    NoValue,
    /// A calculation error.
    Calculation,
    /// A scripted function failed.
    Script,
    /// The candidate is not among those who are ranked.
    NotRanked,
    /// No version is in force, or nothing fills the frame.
    NotEstablished,
    /// Outside the perimeter.
    OutsidePerimeter,
    /// Outside the population (`s'applique si`).
    OutsidePopulation,
}

impl MotifCode {
    /// Every code with its ASCII word, in order.
    pub const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Condition, "condition"),
        (Self::ConditionFalse, "condition_fausse"),
        (Self::Exception, "exception"),
        (Self::Missing, "non_renseigne"),
        (Self::Withheld, "non_communique"),
        (Self::NotShared, "non_partage"),
        (Self::Anonymous, "anonyme"),
        (Self::ProofAwaited, "preuve_attendue"),
        (Self::ValidationPending, "validation_en_cours"),
        (Self::ValidationRefused, "validation"),
        (Self::OutsidePeriod, "hors_periode"),
        (Self::FamilyOther, "famille"),
        (Self::SlotUnfilled, "tranche_non_definie"),
        (Self::Capped, "plafond"),
        (Self::Floored, "plancher"),
        (Self::NoValue, "pas_de_valeur"),
        (Self::Calculation, "calcul"),
        (Self::Script, "fonction"),
        (Self::NotRanked, "non_classe"),
        (Self::NotEstablished, "non_etabli"),
        (Self::OutsidePerimeter, "hors_perimetre"),
        (Self::OutsidePopulation, "hors_population"),
    ];

    /// Its ASCII word.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(code, _)| *code == self).map_or("", |(_, word)| word)
    }
}

/// A fact or a list that a motive names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactRef {
    /// A field (of a single entity or of an item).
    Field(FieldId),
    /// A list.
    List(EntityId),
}

/// Who speaks in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// The rule: `dit` or `sinon dit`.
    Rule,
    /// The engine, for want of a better.
    Engine,
}

/// Why, with the facts that matter and a French sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Motif {
    /// The code.
    pub code: MotifCode,
    /// The facts it names, sorted, without duplicates.
    pub facts: Vec<FactRef>,
    /// The sentence, in French: the author's `dit` / `sinon dit` when there is one.
    pub text: String,
    /// Whose sentence it is.
    pub voice: Voice,
    /// The value before clipping, for a capped line.
    pub raw: Option<Exact>,
    /// The error, for a calculation or script motive.
    pub error: Option<EvalError>,
}

/// An intermediate quantity as it was on that evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its name in the language.
    pub name: Arc<str>,
    /// Its label.
    pub label: Arc<str>,
    /// Its type.
    pub ty: Type,
    /// Its value; absent when unknown or without a value.
    pub value: Option<Value>,
}

/// One line of a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineOutcome {
    /// Its id: the criterion's or tranche's name, `ecretement`, `ecretement.FAMILLE`.
    pub id: String,
    /// What the applicant reads.
    pub label: String,
    /// Its state.
    pub state: LineState,
    /// Its points; 0 unless known.
    pub points: Exact,
    /// The most it can give, when bounded.
    pub maximum: Option<Exact>,
    /// The least and the most, now or once missing and pending facts are known.
    pub range: Range,
    /// Why.
    pub motif: Motif,
    /// What was looked at.
    pub quantities: Vec<Shown>,
    /// A tranche's sub-criteria: their id, label, truth and motive.
    pub sub_criteria: Vec<ConditionOutcome>,
}

/// The outcome of a condition: a sub-criterion, or a condition of eligibility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionOutcome {
    /// Its name.
    pub id: String,
    /// Its label.
    pub label: String,
    /// Whether it holds.
    pub truth: Truth,
    /// Why.
    pub motif: Motif,
    /// What was looked at.
    pub quantities: Vec<Shown>,
}

/// One grid of one candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridOutcome {
    /// Its name.
    pub id: String,
    /// Its label.
    pub label: String,
    /// The unit and version that gave it, when one did.
    pub version: Option<(Arc<str>, Arc<str>)>,
    /// The filling's unit and version, for a filled frame.
    pub filling: Option<(Arc<str>, Arc<str>)>,
    /// Its state.
    pub state: GridState,
    /// Why, unless established.
    pub motif: Option<Motif>,
    /// Its points; absent unless established.
    pub points: Option<Exact>,
    /// Its maximum; absent unless established and bounded.
    pub maximum: Option<Exact>,
    /// The least and the most of the grid.
    pub range: Range,
    /// Its lines.
    pub lines: Vec<LineOutcome>,
}

/// Where a candidate would stand if every eligible candidate applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfAllApply {
    /// The rank, from 1.
    pub rank: u32,
    /// Among how many.
    pub of: u32,
    /// The total there.
    pub total: Exact,
}

/// One candidate of a ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateOutcome {
    /// The index in the pool.
    pub index: usize,
    /// The identifier.
    pub id: String,
    /// Whether all conditions of eligibility hold.
    pub eligible: Truth,
    /// The conditions.
    pub eligibilities: Vec<ConditionOutcome>,
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
    pub grids: Vec<GridOutcome>,
}

/// A ranked pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolOutcome {
    /// The ranking's unit and version.
    pub ranking: (String, String),
    /// Candidates in rank order, then the unranked in the pool's order.
    pub candidates: Vec<CandidateOutcome>,
}
