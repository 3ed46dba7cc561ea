//! Each decision followed to its candidates: their records, their keys, their commitments; each
//! erasure to the key that is gone; each recueil to its files.

use super::{CHUNK, Fault, Place, Report};
use crate::canonical::{Digest, canonical};
use crate::draft::{commitments, sealed_place};
use crate::entry::{Act, CandidateRecord, Entry, Kind, OUTCOME};
use crate::ledger::{Quota, QuotaMove};
use crate::read::{StoredCandidate, StoredEntry, Values};
use crate::registry::{Registry, RegistryError};
use crate::store::{signed, unsigned};
use crate::tree::{leaf, root_over};
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, BTreeSet};

/// What is gathered on the way.
#[derive(Default)]
struct Gathered {
    faults: Vec<Fault>,
    decisions: u64,
    recueils: BTreeSet<String>,
    /// Erasures that the log says, by subject.
    erased: BTreeMap<String, u64>,
    /// Quotas as the log says them, by company and period.
    quotas: BTreeMap<(String, String), Quota>,
    /// Candidates without a key, with the erasure that the store says.
    keyless: Vec<(Place, String, u64)>,
}

/// Looks into every decision. Adds to a report.
pub async fn verify(registry: &Registry, report: &mut Report) -> Result<(), RegistryError> {
    let mut gathered = Gathered::default();
    let mut from = 0;
    while from < report.entries {
        let to = from + CHUNK;
        let entries = gathered.columns(registry, from, to).await?;
        let mut candidates = registry.candidates(from, to).await?;
        for entry in entries {
            let candidates = candidates.remove(&entry.index).unwrap_or_default();
            gathered.entry(registry, &entry, &candidates);
        }
        for left in candidates.into_keys() {
            gathered.faults.push(Fault::OtherCandidates(left));
        }
        from = to;
    }
    gathered.erasures(registry).await?;
    gathered.keeps(registry).await?;
    let mut connection = registry.store.pool().acquire().await?;
    if Quota::all(&mut connection).await? != gathered.quotas {
        gathered.faults.push(Fault::OtherQuotas);
    }
    report.decisions = gathered.decisions;
    report.faults.extend(gathered.faults);
    Ok(())
}

impl Gathered {
    /// Reads entries, and compares what they are found by with what they say.
    async fn columns(
        &mut self,
        registry: &Registry,
        from: u64,
        to: u64,
    ) -> Result<Vec<StoredEntry>, RegistryError> {
        let sql = "SELECT position, id, kind, body, day, recueil, offer, instant FROM entries \
                   WHERE position >= $1 AND position < $2 ORDER BY position";
        let query = sqlx::query(sql).bind(signed(from)).bind(signed(to));
        let rows = query.fetch_all(registry.store.pool()).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in &rows {
            let index = unsigned(row, 0)?;
            match StoredEntry::of(row) {
                Ok(entry) => {
                    if columns_of(row)? != said(&entry) {
                        self.faults.push(Fault::OtherColumns(index));
                    }
                    entries.push(entry);
                }
                Err(_) => self.faults.push(Fault::Unreadable(index)),
            }
        }
        Ok(entries)
    }

    fn entry(&mut self, registry: &Registry, entry: &StoredEntry, candidates: &[StoredCandidate]) {
        if entry.kind != Kind::Decision && !candidates.is_empty() {
            self.faults.push(Fault::OtherCandidates(entry.index));
        }
        match entry.kind {
            Kind::Decision => self.decision(registry, entry, candidates),
            Kind::Effacement => match serde_json::from_slice::<Entry<Act>>(&entry.body) {
                Ok(Entry { content: Act { object: Some(subject), .. }, .. }) => {
                    self.erased.insert(subject, entry.index);
                }
                Ok(_) | Err(_) => self.faults.push(Fault::Unreadable(entry.index)),
            },
            Kind::Activation
            | Kind::Publication
            | Kind::Retrait
            | Kind::Intervention
            | Kind::Cloture
            | Kind::Purge => match serde_json::from_slice::<Entry<Act>>(&entry.body) {
                Ok(act) => self.moves(entry.index, &act.content.quotas),
                Err(_) => self.faults.push(Fault::Unreadable(entry.index)),
            },
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

    fn decision(
        &mut self,
        registry: &Registry,
        entry: &StoredEntry,
        candidates: &[StoredCandidate],
    ) {
        let Ok(said) = entry.decision() else {
            self.faults.push(Fault::Unreadable(entry.index));
            return;
        };
        self.decisions += 1;
        self.recueils.insert(said.content.recueil.clone());
        self.moves(entry.index, &said.content.quotas);
        let leaves: Vec<Digest> = candidates.iter().map(|one| leaf(&one.record)).collect();
        let there = said.content.candidates;
        if there.count != leaves.len() as u64 || there.root != root_over(&leaves) {
            self.faults.push(Fault::OtherCandidates(entry.index));
            return;
        }
        for (candidate, place) in candidates.iter().zip(0..) {
            let place = Place { entry: entry.index, candidate: place };
            let fault = self.candidate(registry, &entry.id, candidate, place);
            self.faults.extend(fault);
        }
    }

    fn candidate(
        &mut self,
        registry: &Registry,
        id: &str,
        candidate: &StoredCandidate,
        place: Place,
    ) -> Option<Fault> {
        let Ok(record) = candidate.said() else {
            return Some(Fault::OtherCandidates(place.entry));
        };
        if record.subject != candidate.subject {
            return Some(Fault::OtherCandidates(place.entry));
        }
        match &candidate.values {
            Values::Erased(at) => {
                self.keyless.push((place, candidate.subject.clone(), *at));
                None
            }
            Values::Torn => Some(Fault::BrokenSeal(place)),
            Values::Sealed { sealed, wrapped } => {
                values(registry, id, &record, (sealed, wrapped), place)
            }
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
            let whole = match registry.recueil(hash).await {
                Ok(files) => {
                    dsl::recueil::open(&files).value.is_some_and(|recueil| recueil.hash == *hash)
                }
                Err(RegistryError::Unknown(_) | RegistryError::Foreign(_)) => false,
                Err(other) => return Err(other),
            };
            if !whole {
                self.faults.push(Fault::OtherRecueil(hash.clone()));
            }
        }
        Ok(())
    }
}

/// Compares the values of a candidate with what was committed to.
fn values(
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
        && (outcome.rank, outcome.kept, outcome.applies, &outcome.total)
            == (record.rank, record.kept, record.applies, &record.total);
    (!same).then_some(Fault::OtherValues(place))
}

/// What an entry is found by.
#[derive(PartialEq, Eq)]
struct Columns {
    id: String,
    kind: String,
    day: Option<String>,
    recueil: Option<String>,
    offer: Option<String>,
    instant: Option<i64>,
}

fn columns_of(row: &AnyRow) -> Result<Columns, RegistryError> {
    Ok(Columns {
        id: row.try_get(1)?,
        kind: row.try_get(2)?,
        day: row.try_get(4)?,
        recueil: row.try_get(5)?,
        offer: row.try_get(6)?,
        instant: Some(row.try_get(7)?),
    })
}

/// What an entry says that it is found by.
fn said(entry: &StoredEntry) -> Columns {
    let instant =
        |text: &str| text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_microsecond);
    if let Ok(said) = entry.decision() {
        return Columns {
            id: said.id,
            kind: said.kind.word().to_owned(),
            day: Some(said.content.date),
            recueil: Some(said.content.recueil),
            offer: said.content.offer.id,
            instant: instant(&said.instant),
        };
    }
    let act = serde_json::from_slice::<Entry<Act>>(&entry.body).ok();
    Columns {
        id: act.as_ref().map(|act| act.id.clone()).unwrap_or_default(),
        kind: act.as_ref().map(|act| act.kind.word().to_owned()).unwrap_or_default(),
        day: None,
        offer: None,
        instant: act.as_ref().and_then(|act| instant(&act.instant)),
        recueil: act.and_then(|act| act.content.recueil),
    }
}
