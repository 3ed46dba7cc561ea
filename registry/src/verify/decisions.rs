//! Each decision followed to its candidates: their records, their keys, their commitments; each
//! erasure to the key that is gone; each recueil to its files.

use super::piece::{Piece, Said};
use super::{Fault, Place, Report};
use crate::canonical::{Digest, canonical};
use crate::draft::{commitments, sealed_place};
use crate::entry::{Act, CandidateRecord, Candidates, Decision, Entry, Kind, OUTCOME};
use crate::ledger::{Quota, QuotaMove};
use crate::read::{StoredCandidate, Values};
use crate::registry::{Registry, RegistryError};
use crate::store::unsigned;
use crate::tree::{leaf, root_over};
use std::collections::{BTreeMap, BTreeSet};

/// What is gathered on the way.
#[derive(Default)]
pub struct Gathered {
    faults: Vec<Fault>,
    decisions: u64,
    recueils: BTreeSet<String>,
    /// Erasures that the log says, by subject.
    erased: BTreeMap<String, u64>,
    /// Quotas as the log says them, by company and period.
    quotas: BTreeMap<(String, String), Quota>,
    keyless: Vec<Keyless>,
}

/// A candidate without a key: where, the application, and the erasure that the store says.
pub type Keyless = (Place, String, u64);

impl Gathered {
    /// Takes what was found in a piece, and follows what goes from one entry to another.
    pub fn piece(&mut self, piece: Piece) {
        self.faults.extend(piece.faults);
        self.keyless.extend(piece.keyless);
        for entry in piece.entries {
            match entry.said {
                Some(Said::Decision(said)) => self.decision(entry.index, said.content),
                Some(Said::Act(said)) => self.act(entry.index, said.kind, said.content),
                None => {}
            }
        }
    }

    /// Looks at what only the whole log tells. Adds to a report.
    pub async fn done(
        mut self,
        registry: &Registry,
        report: &mut Report,
    ) -> Result<(), RegistryError> {
        self.erasures(registry).await?;
        self.keeps(registry).await?;
        let mut connection = registry.store.pool().acquire().await?;
        if Quota::all(&mut connection).await? != self.quotas {
            self.faults.push(Fault::OtherQuotas);
        }
        report.decisions = self.decisions;
        report.faults.extend(self.faults);
        Ok(())
    }

    fn act(&mut self, entry: u64, kind: Kind, said: Act) {
        self.moves(entry, &said.quotas);
        match (kind, said.object) {
            (Kind::Effacement, Some(subject)) => {
                self.erased.insert(subject, entry);
            }
            (Kind::Effacement, None) => self.faults.push(Fault::Unreadable(entry)),
            (_, _) => {}
        }
    }

    /// Follows the quotas through the movements of an entry.
    fn moves(&mut self, entry: u64, moves: &[QuotaMove]) {
        for said in moves {
            let at = (said.siren.clone(), said.period.clone());
            let before = self.quotas.get(&at).copied().unwrap_or_default();
            let request = said.request();
            let after = request.and_then(|request| Some((before.after(&request).ok()?, request)));
            match after {
                Some((after, request)) if after.said(&request) == *said => {
                    self.quotas.insert(at, after);
                }
                Some(_) | None => self.faults.push(Fault::BadMove(entry)),
            }
        }
    }

    fn decision(&mut self, entry: u64, said: Decision) {
        self.decisions += 1;
        self.moves(entry, &said.quotas);
        if !self.recueils.contains(&said.recueil) {
            self.recueils.insert(said.recueil);
        }
    }

    /// Compares the keys that are gone with the erasures that the log says.
    async fn erasures(&mut self, registry: &Registry) -> Result<(), RegistryError> {
        for (place, subject, at) in &self.keyless {
            if self.erased.get(subject) != Some(at) {
                self.faults.push(Fault::LostKey(*place));
            }
        }
        for (subject, at) in &self.erased {
            let sql = "SELECT COUNT(*) FROM subjects WHERE subject = $1 AND wrapped IS NOT NULL";
            let query = sqlx::query(sql).bind(subject.clone());
            if unsigned(&query.fetch_one(registry.store.pool()).await?, 0)? > 0 {
                self.faults.push(Fault::NotErased(*at));
            }
        }
        Ok(())
    }

    /// Compares the files of each recueil with the hash that decisions name.
    async fn keeps(&mut self, registry: &Registry) -> Result<(), RegistryError> {
        for hash in &self.recueils {
            self.faults.extend(registry.rules_kept(hash).await?.err());
        }
        Ok(())
    }
}

/// Follows the candidates of a decision to their records, their keys and their commitments. Returns what is wrong,
/// and those without a key.
pub fn candidates(
    registry: &Registry,
    entry: u64,
    said: &Entry<Decision>,
    there: &[StoredCandidate],
) -> (Vec<Fault>, Vec<Keyless>) {
    if let Err(fault) = records(entry, &said.content.candidates, there) {
        return (vec![fault], Vec::new());
    }
    let (mut faults, mut keyless) = (Vec::new(), Vec::new());
    for (one, candidate) in there.iter().zip(0..) {
        let place = Place { entry, candidate };
        match (candidate_fault(registry, &said.id, one, place), &one.values) {
            (Some(fault), _) => faults.push(fault),
            (None, Values::Erased(at)) => keyless.push((place, one.subject.clone(), *at)),
            (None, Values::Torn | Values::Sealed { .. }) => {}
        }
    }
    (faults, keyless)
}

fn candidate_fault(
    registry: &Registry,
    id: &str,
    candidate: &StoredCandidate,
    place: Place,
) -> Option<Fault> {
    let said = candidate.said().ok().filter(|said| said.subject == candidate.subject);
    let Some(record) = said else { return Some(Fault::OtherCandidates(place.entry)) };
    match &candidate.values {
        Values::Erased(_) => None,
        Values::Torn => Some(Fault::BrokenSeal(place)),
        Values::Sealed { sealed, wrapped } => {
            values(registry, id, &record, (sealed, wrapped), place)
        }
    }
}

/// Compares the records of a decision's candidates with what its entry says of them.
pub(super) fn records(
    entry: u64,
    there: &Candidates,
    candidates: &[StoredCandidate],
) -> Result<(), Fault> {
    let leaves: Vec<Digest> = candidates.iter().map(|one| leaf(&one.record)).collect();
    let same = there.count == leaves.len() as u64 && there.root == root_over(&leaves);
    if same { Ok(()) } else { Err(Fault::OtherCandidates(entry)) }
}

/// Compares the values of a candidate with what was committed to.
pub(super) fn values(
    registry: &Registry,
    id: &str,
    record: &CandidateRecord,
    (sealed, wrapped): (&[u8], &[u8]),
    place: Place,
) -> Option<Fault> {
    let key = registry.master.unwrap(&record.subject, wrapped).ok();
    let at = sealed_place(id, usize::try_from(place.candidate).ok()?);
    let opened = key.and_then(|key| Some((key.open(&at, sealed).ok()?, key)));
    let Some((plain, key)) = opened else { return Some(Fault::BrokenSeal(place)) };
    let Ok(values) = serde_json::from_slice::<crate::draft::Sealed>(&plain) else {
        return Some(Fault::BrokenSeal(place));
    };
    let outcome = &values.outcome;
    let same = commitments(id, &values.facts, &key) == record.facts
        && key.commitment(id, OUTCOME, &canonical(outcome)) == record.outcome
        && (outcome.rank, outcome.kept, outcome.applies, &*outcome.total)
            == (record.rank, record.kept, record.applies, record.total.as_str());
    (!same).then_some(Fault::OtherValues(place))
}
