//! A decision before it is recorded: what was computed, by which rules, for whom.
//!
//! Made where the evaluation was made, in the caller's thread; what needs the store (keys, places in
//! the log) comes when it is written.

use crate::applications::{Application, new_id};
use crate::canonical::{Digest, canonical, raw};
use crate::entry::{
    CandidateRecord, Candidates, Decision, EngineVersion, Entry, FORM, Kind, Mode, OUTCOME, Offer,
};
use crate::facts::{FactNames, Facts};
use crate::ledger::{QuotaMove, QuotaRequest};
use crate::outcome::{Outcome, OutcomeOf, Version};
use crate::seal::{ApplicationKey, Key, MasterKey, SealError};
use crate::tree::{leaf, root_over};
use bytes::Bytes;
use engine::{AssessedGrid, Assessment, FieldId, Op, Pool, Schema};
use explain::points::decimal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Why a decision is made, and at whose request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Context {
    /// Who asks: the name of a service or of a person in charge.
    pub by: String,
    /// What for.
    pub purpose: String,
    /// The offer's identifier; when none is given, what the dossier calls it.
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
    pub(crate) ranking: Version<'static>,
    pub(crate) offer: Facts,
    pub(crate) candidates: Vec<DraftCandidate>,
    pub(crate) quotas: Vec<QuotaRequest>,
}

/// A candidate of a decision to record: what will be sealed of it, and what its record says.
#[derive(Clone, Debug)]
pub(crate) struct DraftCandidate {
    pub application: String,
    facts: Facts,
    outcome: Box<RawValue>,
    applies: bool,
    rank: Option<u32>,
    kept: bool,
    total: String,
}

/// What is sealed of a candidate: keys in their order. Its facts and its outcome may be read later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed<A = String, F = Facts, O = Outcome> {
    /// The application, by the identifier of the dossier.
    #[serde(rename = "candidature")]
    pub application: A,
    /// Its facts.
    #[serde(rename = "faits")]
    pub facts: F,
    /// What it was given.
    #[serde(rename = "resultat")]
    pub outcome: O,
}

/// What a decision gives, and by which rules.
#[derive(Clone, Debug)]
pub struct Given {
    /// The recueil's hash.
    pub recueil: String,
    /// Its candidates, in the pool's order.
    pub candidates: Vec<GivenCandidate>,
}

/// What a candidate is given, in the canonical form.
#[derive(Clone, Debug)]
pub struct GivenCandidate {
    /// The application, by the identifier of the dossier.
    pub application: String,
    /// Its outcome.
    pub outcome: Box<RawValue>,
}

impl Draft {
    /// Takes what an evaluation of a pool decided, with the names of its vocabulary. The candidates stay
    /// in the pool's order.
    ///
    /// Errors: [`DraftError::Sensitive`].
    pub fn new(
        context: Context,
        names: &FactNames,
        pool: &Pool,
        assessment: &Assessment<'_>,
    ) -> Result<Self, DraftError> {
        if context.mode == Mode::Automatique
            && let Some(path) = sensitive_read(names.schema(), assessment)
        {
            return Err(DraftError::Sensitive(path));
        }
        let first = pool.candidates.first().map(|first| &first.case);
        let offer = first.map(|case| names.offer(case));
        let named = context.offer.or_else(|| names.offer_id(first?));
        let (unit, version) = (&assessment.ranking.unit, &assessment.ranking.version);
        let mut candidates: Vec<(usize, DraftCandidate)> = assessment
            .candidates
            .iter()
            .filter_map(|given| {
                let candidate = pool.candidates.get(given.index)?;
                let drafted = DraftCandidate {
                    application: candidate.id.clone(),
                    facts: names.own(&candidate.case),
                    outcome: raw(&OutcomeOf::of(given, names)),
                    applies: given.applies,
                    rank: given.rank,
                    kept: given.kept,
                    total: decimal(given.total),
                };
                Some((given.index, drafted))
            })
            .collect();
        candidates.sort_by_key(|(index, _)| *index);
        Ok(Self {
            context: Context { offer: named, ..context },
            date: pool.date.to_string(),
            ranking: Version { unit: unit.clone().into(), version: version.clone().into() },
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

    /// Says what each candidate is given, as it is recorded: all that a decision that is new is answered.
    pub fn given(&self) -> Given {
        let candidate = |it: &DraftCandidate| GivenCandidate {
            application: it.application.clone(),
            outcome: it.outcome.clone(),
        };
        let candidates = self.candidates.iter().map(candidate).collect();
        Given { recueil: self.context.recueil.clone(), candidates }
    }

    /// Makes the whole record under keys that are thrown away: what recording takes without a store. Shape: the hash
    /// of the leaf, the entry, then the record and what is sealed of each candidate.
    ///
    /// Errors: [`SealError::NoRandomness`].
    pub fn rehearse(&self) -> Result<Vec<Vec<u8>>, SealError> {
        let master = MasterKey::new(&Key::generate()?);
        let draw = |_: &DraftCandidate| Application::draw(&master);
        let drawn = self.candidates.iter().map(draw).collect::<Result<Vec<_>, _>>()?;
        let id = new_id();
        let (written, _) = self.seal(&id, &drawn)?;
        let entry = entry(&self.content(None, &written), &id, "");
        let candidates = written.into_iter().flat_map(|one| [one.record.into(), one.sealed.into()]);
        Ok([leaf(&entry).0.to_vec(), entry].into_iter().chain(candidates).collect())
    }

    /// Seals the candidates, each under the key of its application; returns also what was sealed of each.
    ///
    /// Errors: [`SealError`].
    pub(crate) fn seal(
        &self,
        id: &str,
        applications: &[Application],
    ) -> Result<(Vec<Written>, Vec<Plain>), SealError> {
        let placed = self.candidates.iter().zip(applications).enumerate();
        placed.map(|(place, (it, application))| it.seal(id, place, application)).collect()
    }

    /// Writes what the log says of a decision that moves no quota, over its candidates' records.
    pub(crate) fn content(&self, key: Option<Digest>, written: &[Written]) -> Box<RawValue> {
        raw(&Decision {
            candidates: candidates(written),
            ranking: self.ranking.clone(),
            key,
            date: self.date.clone(),
            purpose: self.context.purpose.clone(),
            engine: EngineVersion::current(),
            mode: self.context.mode,
            offer: Offer { facts: self.offer.clone(), id: self.context.offer.clone() },
            par: self.context.by.clone(),
            quotas: Vec::new(),
            recueil: self.context.recueil.clone(),
        })
    }

    /// Writes what was asked, to tell a retry from another request under the same key. What was
    /// given is no part of it: rules may have changed since.
    pub(crate) fn asked(&self) -> Vec<u8> {
        let candidates = self.candidates.iter();
        let asked: Vec<_> = candidates.map(|it| (&it.application, it.applies, &it.facts)).collect();
        canonical(&(&self.context.by, &self.context.purpose, &self.date, &self.offer, asked))
    }
}

/// Finds a `sensible` fact that the grids of an assessment read.
fn sensitive_read(schema: &Schema, assessment: &Assessment<'_>) -> Option<String> {
    let grids = assessment.candidates.iter().flat_map(|candidate| &candidate.grids);
    let versions = grids.filter_map(|grid: &AssessedGrid<'_>| grid.version);
    let read = versions.flat_map(|version| &version.code.ops).filter_map(|op| match op {
        Op::Fact(field) | Op::SharedFact { field, .. } => Some(*field),
        _ => None,
    });
    let sensitive = |id: &FieldId| schema.field(*id).is_some_and(|field| field.sensitive);
    read.into_iter().find(sensitive).map(|id| schema.path(id))
}

/// A candidate as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub subject: String,
    pub record: Bytes,
    pub sealed: Bytes,
}

impl Written {
    fn of(record: CandidateRecord, sealed: Vec<u8>) -> Self {
        let written = canonical(&record);
        Self { subject: record.subject, record: written.into(), sealed: sealed.into() }
    }
}

/// What is sealed of a candidate, before it is.
pub(crate) type Plain = Zeroizing<Vec<u8>>;

impl DraftCandidate {
    fn seal(
        &self,
        id: &str,
        place: usize,
        application: &Application,
    ) -> Result<(Written, Plain), SealError> {
        let Self { application: name, facts, outcome, applies, rank, kept, total } = self;
        let Application { subject, key, .. } = application;
        let record = CandidateRecord {
            facts: commitments(id, facts, key),
            applies: *applies,
            rank: *rank,
            outcome: key.commitment(id, OUTCOME, outcome.get().as_bytes()),
            kept: *kept,
            subject: subject.clone(),
            total: total.clone(),
        };
        let plain = Zeroizing::new(canonical(&Sealed { application: name, facts, outcome }));
        let sealed = key.seal(&sealed_place(id, place), &plain)?;
        Ok((Written::of(record, sealed), plain))
    }
}

/// Seals a candidate again under the key of another application than it was taken for.
///
/// Errors: [`SealError`].
pub(crate) fn seal_again(
    id: &str,
    place: usize,
    (written, plain): (&Written, &Plain),
    Application { subject, key, .. }: &Application,
) -> Result<Written, SealError> {
    let broken = |_: serde_json::Error| SealError::Broken;
    let Sealed { facts, outcome, .. }: Sealed<String, Facts, Box<RawValue>> =
        serde_json::from_slice(plain).map_err(broken)?;
    let record: CandidateRecord = serde_json::from_slice(&written.record).map_err(broken)?;
    let record = CandidateRecord {
        facts: commitments(id, &facts, key),
        outcome: key.commitment(id, OUTCOME, outcome.get().as_bytes()),
        subject: subject.clone(),
        ..record
    };
    let sealed = key.seal(&sealed_place(id, place), plain)?;
    Ok(Written::of(record, sealed))
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

/// Says which candidates a decision has, by their records.
fn candidates(written: &[Written]) -> Candidates {
    let leaves: Vec<Digest> = written.iter().map(|one| leaf(&one.record)).collect();
    Candidates { count: leaves.len() as u64, root: root_over(&leaves) }
}

/// Writes again what the log says of a decision, as it was sealed and by what it did to quotas.
///
/// Errors: [`SealError::Broken`] when it is not what was written.
pub(crate) fn content_again(
    content: &RawValue,
    quotas: Vec<QuotaMove>,
    written: &[Written],
) -> Result<Box<RawValue>, SealError> {
    let said: Decision = serde_json::from_str(content.get()).map_err(|_| SealError::Broken)?;
    Ok(raw(&Decision { candidates: candidates(written), quotas, ..said }))
}

/// Writes the log's entry of a decision, around what it says.
pub(crate) fn entry(content: &RawValue, id: &str, instant: &str) -> Vec<u8> {
    let (id, instant) = (id.to_owned(), instant.to_owned());
    Entry { content, id, instant, kind: Kind::Decision, v: FORM }.bytes()
}
