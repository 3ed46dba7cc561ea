//! What an evaluation gave a candidate, as it is recorded and compared with a replay.
//!
//! States, points, ranges, motives and the facts that these name: all that the rules decided. What
//! rules say (labels, sentences) is in the recueil, which is kept by its hash.

use engine::{
    CandidateOutcome, ConditionOutcome, EvalError, Exact, FactRef, GridOutcome, GridState,
    IfAllApply, LineOutcome, LineState, Motif, Range, Schema, Truth,
};
use explain::points::decimal;
use serde::{Deserialize, Serialize};

/// The outcome of one candidate. Keys in their order; exact numbers are texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The conditions of eligibility.
    #[serde(rename = "eligibilites")]
    pub eligibilities: Vec<Condition>,
    /// Whether all of them hold.
    pub eligible: String,
    /// The grids, in the ranking's order.
    #[serde(rename = "grilles")]
    pub grids: Vec<Grid>,
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
    pub if_all_apply: Option<IfAll>,
    /// The total.
    pub total: String,
    /// The most that it may be.
    #[serde(rename = "total_max", skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
    /// The least that it may be.
    #[serde(rename = "total_min", skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
}

/// A place if every eligible candidate applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IfAll {
    /// The rank.
    #[serde(rename = "rang")]
    pub rank: u32,
    /// Among how many.
    #[serde(rename = "sur")]
    pub of: u32,
    /// The total there.
    pub total: String,
}

/// A condition of eligibility, or a part of a tranche.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Whether it holds.
    #[serde(rename = "etat")]
    pub state: String,
    /// Its name.
    pub id: String,
    /// Why.
    pub motif: Reason,
}

/// A grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    /// Its state.
    #[serde(rename = "etat")]
    pub state: String,
    /// Its name.
    pub id: String,
    /// Its lines.
    #[serde(rename = "lignes")]
    pub lines: Vec<Line>,
    /// The most that it may be.
    #[serde(rename = "max", skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
    /// Its scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
    /// The least that it may be.
    #[serde(rename = "min", skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// Why it is not established.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motif: Option<Reason>,
    /// Its points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<String>,
    /// The policy that fills it.
    #[serde(rename = "remplissage", skip_serializing_if = "Option::is_none")]
    pub filling: Option<Version>,
    /// The policy that gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}

/// A unit of rules and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// The unit.
    #[serde(rename = "unite")]
    pub unit: String,
    /// Its version.
    pub version: String,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its state.
    #[serde(rename = "etat")]
    pub state: String,
    /// Its id.
    pub id: String,
    /// The most that it may be.
    #[serde(rename = "max", skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
    /// Its scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
    /// The least that it may be.
    #[serde(rename = "min", skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// Why.
    pub motif: Reason,
    /// Its points.
    pub points: String,
    /// A tranche's criteria.
    #[serde(rename = "sous_criteres", skip_serializing_if = "Vec::is_empty", default)]
    pub criteria: Vec<Condition>,
}

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The value before clipping.
    #[serde(rename = "brut", skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// The code, as `evaluer` writes it.
    pub code: String,
    /// The error of a calculation.
    #[serde(rename = "erreur", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The facts that it names.
    #[serde(rename = "faits", skip_serializing_if = "Vec::is_empty", default)]
    pub facts: Vec<String>,
}

impl Outcome {
    /// Records what the engine gave.
    pub fn of(candidate: &CandidateOutcome, schema: &Schema) -> Self {
        let (low, high) = ends(candidate.range);
        Self {
            eligible: truth(candidate.eligible),
            eligibilities: conditions(&candidate.eligibilities, schema),
            grids: candidate.grids.iter().map(|grid| Grid::of(grid, schema)).collect(),
            applies: candidate.applies,
            rank: candidate.rank,
            kept: candidate.kept,
            if_all_apply: candidate.if_all_apply.map(IfAll::from),
            total: decimal(candidate.total),
            high,
            low,
        }
    }
}

impl From<IfAllApply> for IfAll {
    fn from(place: IfAllApply) -> Self {
        Self { rank: place.rank, of: place.of, total: decimal(place.total) }
    }
}

impl Grid {
    fn of(grid: &GridOutcome, schema: &Schema) -> Self {
        let (low, high) = ends(grid.range);
        Self {
            state: grid_state(grid.state).to_owned(),
            id: grid.id.clone(),
            lines: grid.lines.iter().map(|line| Line::of(line, schema)).collect(),
            high,
            maximum: grid.maximum.map(decimal),
            low,
            motif: grid.motif.as_ref().map(|motif| Reason::of(motif, schema)),
            points: grid.points.map(decimal),
            filling: version(grid.filling.as_ref()),
            version: version(grid.version.as_ref()),
        }
    }
}

impl Line {
    fn of(line: &LineOutcome, schema: &Schema) -> Self {
        let (low, high) = ends(line.range);
        Self {
            state: line_state(line.state).to_owned(),
            id: line.id.clone(),
            high,
            maximum: line.maximum.map(decimal),
            low,
            motif: Reason::of(&line.motif, schema),
            points: decimal(line.points),
            criteria: conditions(&line.sub_criteria, schema),
        }
    }
}

impl Reason {
    fn of(motif: &Motif, schema: &Schema) -> Self {
        let fact = |fact: &FactRef| match *fact {
            FactRef::Field(field) => schema.path(field),
            FactRef::List(id) => schema.entity(id).map_or_else(String::new, |def| def.name.clone()),
        };
        Self {
            raw: motif.raw.map(decimal),
            code: motif.code.word().to_owned(),
            error: motif.error.map(|error| error_word(error).to_owned()),
            facts: motif.facts.iter().map(fact).collect(),
        }
    }
}

fn conditions(conditions: &[ConditionOutcome], schema: &Schema) -> Vec<Condition> {
    let of = |condition: &ConditionOutcome| Condition {
        state: truth(condition.truth),
        id: condition.id.clone(),
        motif: Reason::of(&condition.motif, schema),
    };
    conditions.iter().map(of).collect()
}

fn version(version: Option<&(String, String)>) -> Option<Version> {
    let (unit, version) = version?;
    Some(Version { unit: unit.clone(), version: version.clone() })
}

/// Writes the ends of a range, the least first.
fn ends(range: Range) -> (Option<String>, Option<String>) {
    let written = |end: Option<Exact>| end.map(decimal);
    (written(range.low), written(range.high))
}

fn truth(truth: Truth) -> String {
    let word = match truth {
        Truth::Yes => "oui",
        Truth::No => "non",
        Truth::Unknown => "indetermine",
    };
    word.to_owned()
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
