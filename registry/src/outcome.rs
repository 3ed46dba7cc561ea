//! What an evaluation gave a candidate, as it is recorded and compared with a replay.
//!
//! States, points, ranges, motives and the facts that these name: all that the rules decided. What
//! rules say (labels, sentences) is in the recueil, which is kept by its hash.

use crate::facts::FactNames;
use engine::{
    Assessed, AssessedCondition, AssessedGrid, AssessedLine, EvalError, Exact, GridState,
    IfAllApply, LineState, Range, Truth, Why,
};
use explain::points::decimal;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A text of the rules, of a word or of a number.
pub type Text<'a> = Cow<'a, str>;

/// The outcome of one candidate, as it was read.
pub type Outcome = OutcomeOf<'static>;

/// The outcome of one candidate. Keys in their order; exact numbers are texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeOf<'a> {
    /// The conditions of eligibility.
    #[serde(rename = "eligibilites")]
    pub eligibilities: Vec<Condition<'a>>,
    /// Whether all of them hold.
    pub eligible: Text<'a>,
    /// The grids, in the ranking's order.
    #[serde(rename = "grilles")]
    pub grids: Vec<Grid<'a>>,
    /// Whether the candidate has applied.
    #[serde(rename = "postule")]
    pub applies: bool,
    /// The rank among those who applied, from 1.
    #[serde(rename = "rang", skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// Whether the candidate is proposed.
    #[serde(rename = "retenu")]
    pub kept: bool,
    /// The place if every eligible candidate applied.
    #[serde(rename = "si_tous_postulent", skip_serializing_if = "Option::is_none")]
    pub if_all_apply: Option<IfAll<'a>>,
    /// The total.
    pub total: Text<'a>,
    /// The most that it may be.
    #[serde(rename = "total_max", skip_serializing_if = "Option::is_none")]
    pub high: Option<Text<'a>>,
    /// The least that it may be.
    #[serde(rename = "total_min", skip_serializing_if = "Option::is_none")]
    pub low: Option<Text<'a>>,
}

/// A place if every eligible candidate applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IfAll<'a> {
    /// The rank.
    #[serde(rename = "rang")]
    pub rank: u32,
    /// Among how many.
    #[serde(rename = "sur")]
    pub of: u32,
    /// The total there.
    pub total: Text<'a>,
}

/// A condition of eligibility, or a part of a tranche.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition<'a> {
    /// Whether it holds.
    #[serde(rename = "etat")]
    pub state: Text<'a>,
    /// Its name.
    pub id: Text<'a>,
    /// Why.
    pub motif: Reason<'a>,
}

/// A grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid<'a> {
    /// Its state.
    #[serde(rename = "etat")]
    pub state: Text<'a>,
    /// Its name.
    pub id: Text<'a>,
    /// Its lines.
    #[serde(rename = "lignes")]
    pub lines: Vec<Line<'a>>,
    /// The most that it may be.
    #[serde(rename = "max", skip_serializing_if = "Option::is_none")]
    pub high: Option<Text<'a>>,
    /// Its scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Text<'a>>,
    /// The least that it may be.
    #[serde(rename = "min", skip_serializing_if = "Option::is_none")]
    pub low: Option<Text<'a>>,
    /// Why it is not established.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motif: Option<Reason<'a>>,
    /// Its points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Text<'a>>,
    /// The policy that fills it.
    #[serde(rename = "remplissage", skip_serializing_if = "Option::is_none")]
    pub filling: Option<Version<'a>>,
    /// The policy that gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version<'a>>,
}

/// A unit of rules and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version<'a> {
    /// The unit.
    #[serde(rename = "unite")]
    pub unit: Text<'a>,
    /// Its version.
    pub version: Text<'a>,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line<'a> {
    /// Its state.
    #[serde(rename = "etat")]
    pub state: Text<'a>,
    /// Its id.
    pub id: Text<'a>,
    /// The most that it may be.
    #[serde(rename = "max", skip_serializing_if = "Option::is_none")]
    pub high: Option<Text<'a>>,
    /// Its scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Text<'a>>,
    /// The least that it may be.
    #[serde(rename = "min", skip_serializing_if = "Option::is_none")]
    pub low: Option<Text<'a>>,
    /// Why.
    pub motif: Reason<'a>,
    /// Its points.
    pub points: Text<'a>,
    /// A tranche's criteria.
    #[serde(rename = "sous_criteres", skip_serializing_if = "Vec::is_empty", default)]
    pub criteria: Vec<Condition<'a>>,
}

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason<'a> {
    /// The value before clipping.
    #[serde(rename = "brut", skip_serializing_if = "Option::is_none")]
    pub raw: Option<Text<'a>>,
    /// The code, as `evaluer` writes it.
    pub code: Text<'a>,
    /// The error of a calculation.
    #[serde(rename = "erreur", skip_serializing_if = "Option::is_none")]
    pub error: Option<Text<'a>>,
    /// The facts that it names.
    #[serde(rename = "faits", skip_serializing_if = "Vec::is_empty", default)]
    pub facts: Vec<Text<'a>>,
}

impl<'a> OutcomeOf<'a> {
    /// Records what the engine gave.
    pub fn of(candidate: &'a Assessed<'a>, names: &'a FactNames) -> Self {
        let (low, high) = ends(candidate.range);
        Self {
            eligible: truth(candidate.eligible).into(),
            eligibilities: conditions(&candidate.eligibilities, names),
            grids: candidate.grids.iter().map(|grid| Grid::of(grid, names)).collect(),
            applies: candidate.applies,
            rank: candidate.rank,
            kept: candidate.kept,
            if_all_apply: candidate.if_all_apply.map(IfAll::from),
            total: text(candidate.total),
            high,
            low,
        }
    }
}

impl From<IfAllApply> for IfAll<'_> {
    fn from(place: IfAllApply) -> Self {
        Self { rank: place.rank, of: place.of, total: text(place.total) }
    }
}

impl<'a> Grid<'a> {
    fn of(grid: &'a AssessedGrid<'a>, names: &'a FactNames) -> Self {
        let (low, high) = ends(grid.range);
        let filling = grid.version.and_then(|version| version.filling.as_ref());
        Self {
            state: grid_state(grid.state).into(),
            id: Text::from(&grid.grid.id),
            lines: grid.lines.iter().map(|line| Line::of(line, names)).collect(),
            high,
            maximum: grid.maximum().map(text),
            low,
            motif: grid.why.as_ref().map(|why| Reason::of(why, names)),
            points: grid.points.map(text),
            filling: filling.map(|(unit, version)| Version::of(unit, version)),
            version: grid.version.map(|given| Version::of(&given.unit, &given.version)),
        }
    }
}

impl<'a> Version<'a> {
    fn of(unit: &'a str, version: &'a str) -> Self {
        Self { unit: unit.into(), version: version.into() }
    }
}

impl<'a> Line<'a> {
    fn of(line: &'a AssessedLine<'a>, names: &'a FactNames) -> Self {
        let (low, high) = ends(line.range);
        Self {
            state: line_state(line.state).into(),
            id: line.id(),
            high,
            maximum: line.maximum().map(text),
            low,
            motif: Reason::of(&line.why, names),
            points: text(line.points),
            criteria: conditions(&line.conditions, names),
        }
    }
}

impl<'a> Reason<'a> {
    fn of(why: &'a Why, names: &'a FactNames) -> Self {
        Self {
            raw: why.raw.map(text),
            code: why.code.word().into(),
            error: why.error.map(|error| error_word(error).into()),
            facts: why.facts.iter().map(|fact| names.path_of(*fact).into()).collect(),
        }
    }
}

fn conditions<'a>(
    conditions: &'a [AssessedCondition<'a>],
    names: &'a FactNames,
) -> Vec<Condition<'a>> {
    let of = |condition: &'a AssessedCondition<'a>| Condition {
        state: truth(condition.truth).into(),
        id: Text::from(&condition.criterion.id),
        motif: Reason::of(&condition.why, names),
    };
    conditions.iter().map(of).collect()
}

/// Writes the ends of a range, the least first.
fn ends<'a>(range: Range) -> (Option<Text<'a>>, Option<Text<'a>>) {
    let written = |end: Option<Exact>| end.map(text);
    (written(range.low), written(range.high))
}

/// Writes a number; nothing is what most lines give.
fn text<'a>(number: Exact) -> Text<'a> {
    if number.is_zero() { Text::Borrowed("0") } else { decimal(number).into() }
}

fn truth(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "oui",
        Truth::No => "non",
        Truth::Unknown => "indetermine",
    }
}

fn grid_state(state: GridState) -> &'static str {
    match state {
        GridState::Established => "etabli",
        GridState::NotEstablished => "non_etabli",
        GridState::NotApplicable => "sans_objet",
        GridState::Indeterminate => "indetermine",
    }
}

fn line_state(state: LineState) -> &'static str {
    match state {
        LineState::Obtained => "obtenu",
        LineState::NotObtained => "non_obtenu",
        LineState::NotEvaluable => "non_evaluable",
        LineState::Pending => "en_attente",
        LineState::Capped => "plafonne",
    }
}

fn error_word(error: EvalError) -> &'static str {
    match error {
        EvalError::DivisionByZero => "division_par_zero",
        EvalError::Overflow => "trop_grand",
        EvalError::BadStep => "pas_d_arrondi",
        EvalError::NoRow => "aucune_ligne",
        EvalError::TwoFillings => "deux_remplissages",
        EvalError::NotWhole => "non_entier",
        EvalError::EmptyList => "liste_vide",
        EvalError::ScriptLimit => "limite_de_fonction",
        EvalError::ScriptFailure => "fonction_en_erreur",
        EvalError::IllTyped => "autre_type",
    }
}
