//! The entries of the log: what each says, and the bytes that its leaf is made of.
//!
//! An entry holds no personal value. A decision's holds the root of a tree over its candidates'
//! records, so that each can be shown what is recorded of them and nothing of the others.

use crate::canonical::{Digest, canonical};
use crate::facts::Facts;
use crate::ledger::QuotaMove;
use crate::outcome::Version;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the form of entries.
pub const FORM: u32 = 1;

/// An entry of the log. Its leaf is the hash of its canonical bytes (RFC 6962 §2.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry<C> {
    /// What it says.
    #[serde(rename = "contenu")]
    pub content: C,
    /// Its identifier.
    pub id: String,
    /// When it was recorded, RFC 3339, UTC, to the microsecond.
    pub instant: String,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The version of its form.
    pub v: u32,
}

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Points and ranks given.
    Decision,
    /// A recueil put into force.
    Activation,
    /// A version of a policy published.
    Publication,
    /// What was published or given is withdrawn: a version of a policy, a link to an explanation.
    Retrait,
    /// An application's values destroyed.
    Effacement,
    /// What a person decided of a proposal.
    Intervention,
    /// The end of an application: radiation, attribution.
    Cloture,
    /// A run of the retention rules.
    Purge,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Decision,
        Self::Activation,
        Self::Publication,
        Self::Retrait,
        Self::Effacement,
        Self::Intervention,
        Self::Cloture,
        Self::Purge,
    ];

    /// Returns its word, as entries write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Activation => "activation",
            Self::Publication => "publication",
            Self::Retrait => "retrait",
            Self::Effacement => "effacement",
            Self::Intervention => "intervention",
            Self::Cloture => "cloture",
            Self::Purge => "purge",
        }
    }

    /// Finds the kind of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What a decision says of all: by which rules, for whom, when, over which candidates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Its candidates.
    #[serde(rename = "candidats")]
    pub candidates: Candidates,
    /// The ranking that was in force.
    #[serde(rename = "classement")]
    pub ranking: Version<'static>,
    /// The commitment to the key of the request, when it has one.
    #[serde(rename = "cle", skip_serializing_if = "Option::is_none")]
    pub key: Option<Digest>,
    /// The date of evaluation, ISO.
    pub date: String,
    /// What for.
    #[serde(rename = "finalite")]
    pub purpose: String,
    /// What the decision is without a person.
    pub mode: Mode,
    /// The version of the engine and the edition of the language.
    #[serde(rename = "moteur")]
    pub engine: EngineVersion,
    /// The offer.
    #[serde(rename = "offre")]
    pub offer: Offer,
    /// Who asked.
    pub par: String,
    /// What the decision did to companies' quotas.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub quotas: Vec<QuotaMove>,
    /// The recueil's hash.
    pub recueil: String,
}

/// What a decision is before a person has looked at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A proposal: a named person confirms, changes or rejects it.
    #[default]
    Proposition,
    /// The decision itself. Never by rules that read a `sensible` fact (loi 78-17, art. 47).
    Automatique,
}

/// The candidates of a decision, by the root of the tree over their records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidates {
    /// How many.
    #[serde(rename = "nombre")]
    pub count: u64,
    /// The root (RFC 6962 §2.1) of the canonical records, in the pool's order.
    #[serde(rename = "racine")]
    pub root: Digest,
}

/// The offer, whose facts are those of no person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Its facts.
    #[serde(rename = "faits")]
    pub facts: Facts,
    /// Its identifier, when the caller names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Which program computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineVersion {
    /// The edition of the language.
    pub edition: u32,
    /// The version of the engine.
    pub version: String,
}

impl EngineVersion {
    /// The one of this build.
    pub fn current() -> Self {
        Self { edition: dsl::recueil::EDITION, version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// What is recorded of one candidate in a decision, readable by all: commitments, and what was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateRecord {
    /// A salted commitment to each fact, by path.
    #[serde(rename = "faits")]
    pub facts: BTreeMap<String, Digest>,
    /// Whether the candidate has applied.
    #[serde(rename = "postule")]
    pub applies: bool,
    /// The rank.
    #[serde(rename = "rang", skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// A salted commitment to the whole outcome.
    #[serde(rename = "resultat")]
    pub outcome: Digest,
    /// Whether the candidate is proposed.
    #[serde(rename = "retenu")]
    pub kept: bool,
    /// The application, under a name that says nothing.
    #[serde(rename = "sujet")]
    pub subject: String,
    /// The total.
    pub total: String,
}

/// The path under which an outcome is committed to. No fact has it: fields have a point, lists a name
/// of the language.
pub const OUTCOME: &str = "=resultat";

/// An action on the rules, or on the registry itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// The decision or the subject that it is about.
    #[serde(rename = "objet", skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Who did it.
    pub par: String,
    /// More, by name.
    #[serde(rename = "precisions", skip_serializing_if = "BTreeMap::is_empty", default)]
    pub details: BTreeMap<String, String>,
    /// What it did to companies' quotas.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub quotas: Vec<QuotaMove>,
    /// Why.
    #[serde(rename = "raison")]
    pub reason: String,
    /// The recueil's hash, when rules are concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recueil: Option<String>,
}

impl Act {
    /// Makes an act of someone, with its reason, and nothing more.
    pub fn new(by: &str, reason: &str) -> Self {
        Self {
            object: None,
            par: by.to_owned(),
            details: BTreeMap::new(),
            quotas: Vec::new(),
            reason: reason.to_owned(),
            recueil: None,
        }
    }
}

impl<C: Serialize> Entry<C> {
    /// Writes the bytes that its leaf is the hash of.
    pub fn bytes(&self) -> Vec<u8> {
        canonical(self)
    }
}
