//! Receipts: a file that proves, without the registry, what was decided of one application.
//!
//! It binds, in one chain that anybody can follow: the values shown → the commitments of the
//! candidate's record → the root in the decision's entry → the leaf of the log → a signed checkpoint.
//! `docs/registre.md` says it byte by byte; `docs/registre/verifier_recu.py` is another program that
//! checks it.

use crate::canonical::{Digest, canonical};
use crate::checkpoint::{NoteError, PublicKey};
use crate::draft::Sealed;
use crate::entry::{CandidateRecord, Decision, Entry, OUTCOME};
use crate::facts::Recorded;
use crate::outcome::Outcome;
use crate::read::{StoredDecision, Unsealed};
use crate::registry::{Registry, RegistryError};
use crate::seal::{ApplicationKey, commitment};
use crate::tree::{Head, check_inclusion, inclusion_among, leaf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name of the format.
pub const FORMAT: &str = "bareme-recu/1";

/// A receipt. Entries and records are texts: their bytes are what is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Which candidate of the decision, and the way from its record to the decision.
    #[serde(rename = "candidat")]
    pub candidate: Placed,
    /// The decision's entry, and the way from it to the checkpoint.
    #[serde(rename = "decision")]
    pub decision: Placed,
    /// The facts, each with the salt of its commitment.
    #[serde(rename = "faits")]
    pub facts: BTreeMap<String, Opened<Recorded>>,
    /// The name of the format.
    pub format: String,
    /// The signed checkpoint.
    #[serde(rename = "point_de_controle")]
    pub checkpoint: String,
    /// The outcome, with the salt of its commitment.
    #[serde(rename = "resultat")]
    pub outcome: Opened<Outcome>,
}

/// A text that is a leaf of a tree, with its place and the siblings on its way to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placed {
    /// Its place, from 0.
    pub index: u64,
    /// The siblings, from the leaf up.
    #[serde(rename = "preuve")]
    pub path: Vec<Digest>,
    /// The text.
    #[serde(rename = "texte")]
    pub text: String,
}

/// A value with the salt of its commitment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened<V> {
    /// The salt.
    #[serde(rename = "sel")]
    pub salt: Digest,
    /// The value.
    #[serde(rename = "valeur")]
    pub value: V,
}

/// What a receipt has that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is no receipt, or one of another format.
    #[error("ce fichier n'est pas un reçu de ce format")]
    Malformed,
    /// The checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] NoteError),
    /// The decision is not in the log of the checkpoint.
    #[error("la décision n'est pas dans le journal que dit le point de contrôle")]
    NotInLog,
    /// The candidate is not in the decision.
    #[error("le candidat n'est pas dans cette décision")]
    NotInDecision,
    /// A fact is not the one that was recorded, or is missing or too many.
    #[error("le fait « {0} » n'est pas celui qui a été enregistré")]
    Fact(String),
    /// The outcome is not the one that was recorded.
    #[error("le résultat n'est pas celui qui a été enregistré")]
    Outcome,
}

impl ReceiptError {
    /// Returns the word of the link that does not hold, the same for every verifier.
    pub fn link(&self) -> &'static str {
        match self {
            Self::Malformed => "forme",
            Self::Checkpoint(_) => "point_de_controle",
            Self::NotInLog => "journal",
            Self::NotInDecision => "decision",
            Self::Fact(_) => "fait",
            Self::Outcome => "resultat",
        }
    }
}

/// What a receipt proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The size and the root of the log.
    pub head: Head,
    /// The decision.
    pub decision: Entry<Decision>,
    /// The candidate's record.
    pub record: CandidateRecord,
}

impl Receipt {
    /// Checks the whole chain under the log's public key.
    ///
    /// Errors: the first link that does not hold, from the signature down to the values.
    pub fn check(&self, key: &PublicKey) -> Result<Proved, ReceiptError> {
        if self.format != FORMAT {
            return Err(ReceiptError::Malformed);
        }
        let head = key.open(&self.checkpoint)?;
        let in_log = self.decision.leads_to(head);
        in_log.then_some(()).ok_or(ReceiptError::NotInLog)?;
        let decision: Entry<Decision> = read(&self.decision.text)?;
        let candidates = &decision.content.candidates;
        let there = Head { size: candidates.count, root: candidates.root };
        let in_decision = self.candidate.leads_to(there);
        in_decision.then_some(()).ok_or(ReceiptError::NotInDecision)?;
        let record: CandidateRecord = read(&self.candidate.text)?;
        self.check_facts(&record)?;
        self.check_outcome(&record)?;
        Ok(Proved { head, decision, record })
    }

    fn check_facts(&self, record: &CandidateRecord) -> Result<(), ReceiptError> {
        let named = record.facts.keys().chain(self.facts.keys());
        for path in named {
            let committed = self.facts.get(path).map(|opened| opened.commitment(path));
            if committed.is_none() || committed.as_ref() != record.facts.get(path) {
                return Err(ReceiptError::Fact(path.clone()));
            }
        }
        Ok(())
    }

    fn check_outcome(&self, record: &CandidateRecord) -> Result<(), ReceiptError> {
        let outcome = &self.outcome.value;
        let same = self.outcome.commitment(OUTCOME) == record.outcome
            && (outcome.rank, outcome.kept, outcome.applies)
                == (record.rank, record.kept, record.applies)
            && outcome.total == record.total;
        same.then_some(()).ok_or(ReceiptError::Outcome)
    }
}

impl Placed {
    fn leads_to(&self, head: Head) -> bool {
        check_inclusion(&self.path, head, self.index, leaf(self.text.as_bytes())).is_ok()
    }
}

impl<V: Serialize> Opened<V> {
    fn commitment(&self, path: &str) -> Digest {
        commitment(&self.salt, path, &canonical(&self.value))
    }
}

fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, ReceiptError> {
    serde_json::from_str(text).map_err(|_| ReceiptError::Malformed)
}

impl Registry {
    /// Makes the receipt of one candidate of a decision.
    ///
    /// Errors: [`RegistryError::Unknown`] for a candidate that is not there, that was erased, or that
    /// no checkpoint covers yet.
    pub async fn receipt(
        &self,
        decision: &StoredDecision,
        place: usize,
    ) -> Result<Receipt, RegistryError> {
        let erased = || RegistryError::Unknown(format!("candidat {place} (effacé)"));
        let (sealed, key) = match self.unseal(decision, place)? {
            Unsealed::Whole(sealed, key) => (sealed, key),
            Unsealed::Erased { .. } => return Err(erased()),
        };
        let proof = self.prove(&decision.entry).await?;
        Ok(Receipt {
            candidate: candidate_placed(decision, place)?,
            decision: Placed {
                index: decision.entry.index,
                path: proof.path,
                text: text(&decision.entry.body)?,
            },
            facts: opened_facts(&decision.entry.id, &sealed, &key),
            format: FORMAT.to_owned(),
            checkpoint: proof.checkpoint,
            outcome: Opened { salt: key.salt(&decision.entry.id, OUTCOME), value: sealed.outcome },
        })
    }
}

fn candidate_placed(decision: &StoredDecision, place: usize) -> Result<Placed, RegistryError> {
    let absent = || RegistryError::Unknown(format!("candidat {place}"));
    let leaves: Vec<Digest> = decision.candidates.iter().map(|one| leaf(&one.record)).collect();
    let candidate = decision.candidates.get(place).ok_or_else(absent)?;
    let index = place as u64;
    let path = inclusion_among(&leaves, index).map_err(|_| RegistryError::Broken)?;
    Ok(Placed { index, path, text: text(&candidate.record)? })
}

fn opened_facts(
    id: &str,
    sealed: &Sealed,
    key: &ApplicationKey,
) -> BTreeMap<String, Opened<Recorded>> {
    let opened = |(path, value): (&String, &Recorded)| {
        (path.clone(), Opened { salt: key.salt(id, path), value: value.clone() })
    };
    sealed.facts.iter().map(opened).collect()
}

fn text(bytes: &[u8]) -> Result<String, RegistryError> {
    let text = str::from_utf8(bytes).map_err(|_| RegistryError::Foreign("un texte illisible"))?;
    Ok(text.to_owned())
}
