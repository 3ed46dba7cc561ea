//! A decision before it is recorded: what was computed, by which rules, for whom.
//!
//! Made where the evaluation was made, in the caller's thread; what needs the store (keys, places in
//! the log) comes when it is written.

use crate::applications::{Application, new_id};
use crate::canonical::{Digest, canonical};
use crate::entry::{
    CandidateRecord, Candidates, Decision, EngineVersion, Entry, FORM, Kind, Mode, OUTCOME, Offer,
};
use crate::facts::{FactNames, Facts};
use crate::ledger::{QuotaMove, QuotaRequest};
use crate::outcome::{Outcome, Version};
use crate::seal::{ApplicationKey, Key, MasterKey, SealError};
use crate::tree::{leaf, root_over};
use engine::{FieldId, Op, Pool, PoolOutcome, Program};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Why a decision is made, and at whose request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Context {
    /// Who asks: the name of a service or of a person in charge.
    pub by: String,
    /// What for.
    pub purpose: String,
    /// The offer's identifier, when it has one.
    pub offer: Option<String>,
    /// The recueil's hash.
    pub recueil: String,
    /// The key of the request: the same key records once.
    pub key: Option<String>,
    /// Whether a person decides after.
    pub mode: Mode,
}

/// Why a decision cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// An automatic decision by rules that read a `sensible` fact (loi 78-17, art. 47).
    #[error("une règle lit « {0} », donnée sensible : la décision ne peut pas être automatique")]
    Sensitive(String),
}

/// A decision to record.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) context: Context,
    pub(crate) date: String,
    pub(crate) ranking: Version,
    pub(crate) offer: Facts,
    pub(crate) candidates: Vec<DraftCandidate>,
    pub(crate) quotas: Vec<QuotaRequest>,
}

/// A candidate of a decision to record: what will be sealed of it.
pub(crate) type DraftCandidate = Sealed;

/// What is sealed of a candidate: keys in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// The application, by the identifier of the dossier.
    #[serde(rename = "candidature")]
    pub application: String,
    /// Its facts.
    #[serde(rename = "faits")]
    pub facts: Facts,
    /// What it was given.
    #[serde(rename = "resultat")]
    pub outcome: Outcome,
}

impl Draft {
    /// Takes what an evaluation of a pool gave. The candidates stay in the pool's order.
    ///
    /// Errors: [`DraftError::Sensitive`].
    pub fn new(
        context: Context,
        program: &Program,
        pool: &Pool,
        outcome: &PoolOutcome,
    ) -> Result<Self, DraftError> {
        Self::named(context, program, &FactNames::new(&program.schema), pool, outcome)
    }

    /// Takes the same, with the names of the vocabulary, which serve many decisions.
    pub fn named(
        context: Context,
        program: &Program,
        names: &FactNames,
        pool: &Pool,
        outcome: &PoolOutcome,
    ) -> Result<Self, DraftError> {
        if context.mode == Mode::Automatique
            && let Some(path) = sensitive_read(program, outcome)
        {
            return Err(DraftError::Sensitive(path));
        }
        let offer = pool.candidates.first().map(|first| names.offer(&first.case));
        let (unit, version) = outcome.ranking.clone();
        let mut candidates: Vec<(usize, DraftCandidate)> = outcome
            .candidates
            .iter()
            .filter_map(|given| {
                let candidate = pool.candidates.get(given.index)?;
                let drafted = DraftCandidate {
                    application: candidate.id.clone(),
                    facts: names.own(&candidate.case),
                    outcome: Outcome::of(given, &program.schema),
                };
                Some((given.index, drafted))
            })
            .collect();
        candidates.sort_by_key(|(index, _)| *index);
        Ok(Self {
            context,
            date: pool.date.to_string(),
            ranking: Version { unit, version },
            offer: offer.unwrap_or_default(),
            candidates: candidates.into_iter().map(|(_, candidate)| candidate).collect(),
            quotas: Vec::new(),
        })
    }

    /// Asks for points of companies' quotas, in the transaction of the decision.
    #[must_use]
    pub fn with_quotas(self, quotas: Vec<QuotaRequest>) -> Self {
        Self { quotas, ..self }
    }

    /// Makes the whole record under keys that are thrown away, and returns its length: what recording
    /// takes without a store. Unit: bytes.
    ///
    /// Errors: [`SealError::NoRandomness`].
    pub fn rehearse(&self) -> Result<usize, SealError> {
        let master = MasterKey::new(&Key::generate()?);
        let draw = |_: &DraftCandidate| Application::draw(&master);
        let drawn = self.candidates.iter().map(draw).collect::<Result<Vec<_>, _>>()?;
        let id = new_id();
        let written = seal(&id, &self.candidates, &drawn)?;
        let entry = entry(self, id, String::new(), None, Vec::new(), &written).bytes();
        let candidates = written.iter().map(|one| one.record.len() + one.sealed.len());
        Ok(leaf(&entry).0.len() + entry.len() + candidates.sum::<usize>())
    }

    /// Writes what was asked, to tell a retry from another request under the same key. What was
    /// given is no part of it: rules may have changed since.
    pub(crate) fn asked(&self) -> Vec<u8> {
        let candidates = self.candidates.iter();
        let asked: Vec<_> =
            candidates.map(|it| (&it.application, it.outcome.applies, &it.facts)).collect();
        canonical(&(&self.context.by, &self.context.purpose, &self.date, &self.offer, asked))
    }
}

/// Finds a `sensible` fact that the grids of an outcome read.
fn sensitive_read(program: &Program, outcome: &PoolOutcome) -> Option<String> {
    let given = outcome.candidates.iter().flat_map(|candidate| &candidate.grids);
    let units: BTreeSet<&(String, String)> =
        given.flat_map(|grid| grid.version.iter().chain(&grid.filling)).collect();
    let versions = program.grids.iter().flat_map(|grid| grid.versions.iter().chain(&grid.fillings));
    let versions = versions.filter(|one| units.contains(&(one.unit.clone(), one.version.clone())));
    let read = versions.flat_map(|version| &version.code.ops).filter_map(|op| match op {
        Op::Fact(field) | Op::SharedFact { field, .. } => Some(*field),
        _ => None,
    });
    let sensitive = |id: &FieldId| program.schema.field(*id).is_some_and(|field| field.sensitive);
    read.into_iter().find(sensitive).map(|id| program.schema.path(id))
}

/// A candidate as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub subject: String,
    pub record: Vec<u8>,
    pub sealed: Vec<u8>,
}

/// Seals the candidates of a decision, each under the key of its application.
///
/// Errors: [`SealError`].
pub(crate) fn seal(
    id: &str,
    candidates: &[DraftCandidate],
    keys: &[Application],
) -> Result<Vec<Written>, SealError> {
    let placed = candidates.iter().zip(keys).enumerate();
    placed.map(|(place, (candidate, application))| one(id, place, candidate, application)).collect()
}

fn one(
    id: &str,
    place: usize,
    candidate: &DraftCandidate,
    Application { subject, key, .. }: &Application,
) -> Result<Written, SealError> {
    let outcome = canonical(&candidate.outcome);
    let record = CandidateRecord {
        facts: commitments(id, &candidate.facts, key),
        applies: candidate.outcome.applies,
        rank: candidate.outcome.rank,
        outcome: key.commitment(id, OUTCOME, &outcome),
        kept: candidate.outcome.kept,
        subject: subject.clone(),
        total: candidate.outcome.total.clone(),
    };
    let plain = zeroize::Zeroizing::new(canonical(candidate));
    let sealed = key.seal(&sealed_place(id, place), &plain)?;
    Ok(Written { subject: subject.clone(), record: canonical(&record), sealed })
}

/// Commits to each fact of a candidate in a decision.
pub(crate) fn commitments(
    id: &str,
    facts: &Facts,
    key: &ApplicationKey,
) -> BTreeMap<String, Digest> {
    let commit =
        |(path, value): (&String, _)| (path.clone(), key.commitment(id, path, &canonical(value)));
    facts.iter().map(commit).collect()
}

/// Says where a sealed value stands, which it is bound to.
pub(crate) fn sealed_place(id: &str, place: usize) -> String {
    format!("{id}/{place}")
}

/// Makes the log's entry of a decision, over its candidates' records.
pub(crate) fn entry(
    draft: &Draft,
    id: String,
    instant: String,
    key: Option<Digest>,
    quotas: Vec<QuotaMove>,
    written: &[Written],
) -> Entry<Decision> {
    let leaves: Vec<Digest> = written.iter().map(|one| leaf(&one.record)).collect();
    let content = Decision {
        candidates: Candidates { count: leaves.len() as u64, root: root_over(&leaves) },
        ranking: draft.ranking.clone(),
        key,
        date: draft.date.clone(),
        purpose: draft.context.purpose.clone(),
        engine: EngineVersion::current(),
        mode: draft.context.mode,
        offer: Offer { facts: draft.offer.clone(), id: draft.context.offer.clone() },
        par: draft.context.by.clone(),
        quotas,
        recueil: draft.context.recueil.clone(),
    };
    Entry { content, id, instant, kind: Kind::Decision, v: FORM }
}
