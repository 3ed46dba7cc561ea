//! The facts of a case and of a pool, as the evaluation takes them.

use crate::{Date, EntityId, Exact, FieldId};
use litemap::LiteMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A known value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// `oui` / `non`.
    Bool(bool),
    /// A number, in the unit of its type (months for durations in years).
    Number(Exact),
    /// A date.
    Date(Date),
    /// The index of a value in its enumeration.
    Enum(u32),
    /// A text or a code.
    Text(Arc<str>),
}

/// How well a fact is established.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// `déclaré`.
    #[default]
    Declared,
    /// `vérifié`.
    Verified,
    /// `validé`, by a role when known.
    Validated(Option<Arc<str>>),
}

/// The state of a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FactState {
    /// Its value.
    Known(Value),
    /// `non renseigné`.
    #[default]
    Missing,
    /// `non communiqué`, by the applicant's choice.
    Withheld,
}

/// A fact with where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// Its state.
    pub state: FactState,
    /// Its proof.
    pub proof: Proof,
    /// Where it comes from, such as a box of the form.
    pub source: Option<Arc<str>>,
    /// When it was established.
    pub date: Option<Date>,
}

impl Fact {
    /// Makes a declared known fact.
    pub fn known(value: Value) -> Self {
        Self { state: FactState::Known(value), ..Self::default() }
    }
}

/// Facts by field, in the order of the schema: they are few, and mostly come in order.
pub type Facts = LiteMap<FieldId, Fact>;

/// One item of a list: its facts by field; an absent field is missing.
pub type Item = Facts;

/// The state of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ListState {
    /// Its items, possibly none.
    Known(Vec<Item>),
    /// `non renseigné`.
    #[default]
    Missing,
    /// `non communiqué`.
    Withheld,
}

/// The facts of one application for one offer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// Facts of single entities (the offer's included); an absent field is missing.
    pub facts: Facts,
    /// Lists; an absent list is missing.
    pub lists: BTreeMap<EntityId, ListState>,
}

/// A candidate for an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its identifier in the dossier.
    pub id: String,
    /// Whether it has applied (`postule`).
    pub applies: bool,
    /// Its facts.
    pub case: Case,
}

/// What is evaluated: candidates for one offer, at a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The date of evaluation.
    pub date: Date,
    /// The candidates.
    pub candidates: Vec<Candidate>,
}
