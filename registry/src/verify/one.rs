//! One decision looked at on its own, when somebody asks: what it says, followed link by link to a signed
//! checkpoint, and each candidate's values to what was committed of them.
//!
//! What is not looked at is not said to hold: a link holds, is not covered yet, or is broken by a named fault.

use super::decisions::{records, values};
use super::{Fault, Place};
use crate::entry::{Act, Entry, Kind};
use crate::read::{InclusionProof, StoredDecision, StoredEntry, Values};
use crate::registry::{Registry, RegistryError};
use crate::store::StoreError;
use crate::tree::Head;

/// Whether an entry is in the log that a signed checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InLog {
    /// It is: the proof was followed up to the root that is signed.
    Proved {
        /// The size and the root that are signed.
        head: Head,
        /// The proof, with the checkpoint.
        proof: InclusionProof,
    },
    /// The last checkpoint covers fewer entries.
    NotYet {
        /// How many it covers.
        covered: u64,
    },
    /// It is not, or nothing signed can be read.
    Broken(Fault),
}

/// What a decision is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// Its entry, in the log.
    pub log: InLog,
    /// Its candidates' records, in its entry.
    pub candidates: Result<(), Fault>,
    /// The rules that are kept, under the hash that it names.
    pub rules: Result<(), Fault>,
}

/// What the values of one candidate are bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValuesLink {
    /// They are those that were committed to.
    Committed,
    /// They were erased, by this entry of the log.
    Erased {
        /// Its place.
        entry: u64,
        /// Whether it is in the log.
        log: InLog,
    },
    /// They are not, or are gone without an erasure.
    Broken(Fault),
}

impl Registry {
    /// Follows a decision up to a signed checkpoint, down to its candidates' records, and to its rules.
    ///
    /// Errors: the store does not answer.
    pub async fn examine(&self, decision: &StoredDecision) -> Result<Examined, RegistryError> {
        Ok(Examined {
            log: self.decision_in_log(decision).await?,
            candidates: records(
                decision.entry.index,
                &decision.said.content.candidates,
                &decision.candidates,
            ),
            rules: self.rules_kept(&decision.said.content.recueil).await?,
        })
    }

    /// Follows the values of the candidate at a place to what its record commits to.
    ///
    /// Errors: the store does not answer; no candidate is there.
    pub async fn examine_values(
        &self,
        decision: &StoredDecision,
        place: usize,
    ) -> Result<ValuesLink, RegistryError> {
        let absent = || RegistryError::Unknown(format!("candidat {place}"));
        let candidate = decision.candidates.get(place).ok_or_else(absent)?;
        let at = Place { entry: decision.entry.index, candidate: place as u64 };
        let other = ValuesLink::Broken(Fault::OtherCandidates(at.entry));
        let Ok(record) = candidate.said() else { return Ok(other) };
        if record.subject != candidate.subject {
            return Ok(other);
        }
        match &candidate.values {
            Values::Erased(entry) => self.erased(&candidate.subject, *entry, at).await,
            Values::Torn => Ok(ValuesLink::Broken(Fault::BrokenSeal(at))),
            Values::Sealed { sealed, wrapped } => {
                let fault = values(self, &decision.entry.id, &record, (sealed, wrapped), at);
                Ok(fault.map_or(ValuesLink::Committed, ValuesLink::Broken))
            }
        }
    }

    async fn decision_in_log(&self, decision: &StoredDecision) -> Result<InLog, RegistryError> {
        if decision.said.id != decision.entry.id || decision.said.kind != Kind::Decision {
            return Ok(InLog::Broken(Fault::OtherColumns(decision.entry.index)));
        }
        self.in_log(&decision.entry).await
    }

    /// Follows an entry up to the last checkpoint.
    async fn in_log(&self, entry: &StoredEntry) -> Result<InLog, RegistryError> {
        let Some((size, note)) = self.last_note().await? else {
            return Ok(InLog::NotYet { covered: 0 });
        };
        let head = match self.public.open(&note) {
            Ok(head) if head.size == size => head,
            Ok(_) | Err(_) => return Ok(InLog::Broken(Fault::UnsignedCheckpoint(size))),
        };
        if entry.index >= head.size {
            return Ok(InLog::NotYet { covered: head.size });
        }
        match self.proved(entry, head, note).await {
            Ok(proof) => Ok(InLog::Proved { head, proof }),
            Err(
                RegistryError::Broken
                | RegistryError::Foreign(_)
                | RegistryError::Store(StoreError::Foreign(_)),
            ) => Ok(InLog::Broken(Fault::OtherRoot(head.size))),
            Err(other) => Err(other),
        }
    }

    /// Looks for the entry that says an erasure, which must name the application.
    async fn erased(
        &self,
        subject: &str,
        entry: u64,
        at: Place,
    ) -> Result<ValuesLink, RegistryError> {
        let lost = ValuesLink::Broken(Fault::LostKey(at));
        let stored = self.entries(entry, 1).await?.into_iter().find(|one| one.index == entry);
        let Some(stored) = stored else { return Ok(lost) };
        let said: Option<Entry<Act>> = serde_json::from_slice(&stored.body).ok();
        let is_so = said.is_some_and(|said| {
            said.kind == Kind::Effacement && said.content.object.as_deref() == Some(subject)
        });
        if !is_so {
            return Ok(lost);
        }
        Ok(ValuesLink::Erased { entry, log: self.in_log(&stored).await? })
    }

    /// Compares the files of a recueil that is kept with its hash.
    pub(super) async fn rules_kept(&self, hash: &str) -> Result<Result<(), Fault>, RegistryError> {
        let whole = match self.recueil(hash).await {
            Ok(files) => {
                let opened = dsl::recueil::open(&files).value;
                opened.is_some_and(|recueil| recueil.hash == hash)
            }
            Err(RegistryError::Unknown(_) | RegistryError::Foreign(_)) => false,
            Err(other) => return Err(other),
        };
        Ok(if whole { Ok(()) } else { Err(Fault::OtherRecueil(hash.to_owned())) })
    }
}
