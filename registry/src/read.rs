//! What the registry holds of one decision, and the proofs of it.

use crate::canonical::Digest;
use crate::days::Days;
use crate::draft::{Given, GivenCandidate, Sealed, sealed_place};
use crate::entry::{Act, CandidateRecord, Decision, Entry, Kind};
use crate::log;
use crate::outcome::Outcome;
use crate::registry::{Registry, RegistryError};
use crate::seal::ApplicationKey;
use crate::store::{Cell, Row, StoreError, first, signed, unsigned};
use crate::tree::{Head, Nodes, TreeError, check_inclusion, leaf};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use sqlx::{AnyConnection, Row as _};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its place in the log.
    pub index: u64,
    /// Its identifier.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// Its canonical bytes, which its leaf is the hash of.
    pub body: Vec<u8>,
}

/// A candidate of a decision as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCandidate {
    /// The application, under a name that says nothing.
    pub subject: String,
    /// Its canonical record.
    pub record: Vec<u8>,
    /// What is sealed.
    pub values: Values,
}

/// The sealed values of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// They can be opened.
    Sealed {
        /// What is sealed.
        sealed: Vec<u8>,
        /// The application's key, wrapped by the master key.
        wrapped: Vec<u8>,
    },
    /// The application was erased, by this entry of the log.
    Erased(u64),
    /// Sealed without a key, or a key without what it sealed: no writing of ours leaves this.
    Torn,
}

/// A decision as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDecision {
    /// Its entry.
    pub entry: StoredEntry,
    /// What its entry says.
    pub said: Entry<Decision>,
    /// Its candidates, in the pool's order.
    pub candidates: Vec<StoredCandidate>,
}

/// What is sealed of a candidate, opened and not read yet.
pub(crate) enum Opened {
    /// Its canonical bytes, with the application's key.
    Whole(Zeroizing<Vec<u8>>, ApplicationKey),
    /// Nothing but its record: the application was erased, at an entry of the log.
    Erased { entry: u64, facts: Vec<String> },
}

/// What can still be read of a candidate.
#[derive(Clone)]
pub enum Unsealed {
    /// All of it, with the key that its commitments are made under.
    Whole(Box<Sealed>, ApplicationKey),
    /// Nothing but its record: the application was erased, at an entry of the log.
    Erased {
        /// Where the log says it.
        entry: u64,
        /// The paths of the facts that are gone.
        facts: Vec<String>,
    },
}

/// The proof that an entry is in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// The signed checkpoint that it leads to.
    pub checkpoint: String,
    /// The siblings, from the leaf up.
    pub path: Vec<Digest>,
}

const ENTRY: &str = "SELECT position, id, kind, body FROM entries";
const CANDIDATES: &str = "SELECT c.entry, c.subject, c.record, c.sealed, s.wrapped, s.erased \
                          FROM candidates c JOIN subjects s ON s.subject = c.subject";
const PLACED: &str = "ORDER BY c.entry, c.place";

impl StoredEntry {
    /// Takes it from a row of [`ENTRY`].
    pub(crate) fn of(mut row: Row) -> Result<Self, RegistryError> {
        let kind = Kind::of_word(&row.text(2)?);
        let kind = kind.ok_or(RegistryError::Foreign("une entrée d'un autre type"))?;
        Ok(Self { index: row.unsigned(0)?, id: row.text(1)?, kind, body: row.bytes(3)? })
    }

    /// Returns its leaf.
    pub fn leaf(&self) -> Digest {
        leaf(&self.body)
    }

    /// Reads what a decision's entry says.
    pub fn decision(&self) -> Result<Entry<Decision>, RegistryError> {
        serde_json::from_slice(&self.body)
            .map_err(|_| RegistryError::Foreign("une décision d'une autre forme"))
    }
}

impl StoredDecision {
    pub(crate) fn new(
        entry: StoredEntry,
        candidates: &mut BTreeMap<u64, Vec<StoredCandidate>>,
    ) -> Result<Self, RegistryError> {
        let candidates = candidates.remove(&entry.index).unwrap_or_default();
        let said = entry.decision()?;
        if said.content.candidates.count != candidates.len() as u64 {
            return Err(RegistryError::Foreign("une décision sans tous ses candidats"));
        }
        Ok(Self { entry, said, candidates })
    }
}

impl StoredCandidate {
    fn of(row: &mut Row) -> Result<Self, RegistryError> {
        let (sealed, wrapped) = (row.bytes_if_any(3)?, row.bytes_if_any(4)?);
        let values = match (sealed, wrapped) {
            (Some(sealed), Some(wrapped)) => Values::Sealed { sealed, wrapped },
            (None, None) => Values::Erased(row.unsigned(5)?),
            (Some(_), None) | (None, Some(_)) => Values::Torn,
        };
        Ok(Self { subject: row.text(1)?, record: row.bytes(2)?, values })
    }

    /// Reads its record.
    pub fn said(&self) -> Result<CandidateRecord, RegistryError> {
        serde_json::from_slice(&self.record)
            .map_err(|_| RegistryError::Foreign("la fiche d'un candidat d'une autre forme"))
    }
}

impl GivenCandidate {
    /// Reads its outcome.
    pub fn read(&self) -> Result<Outcome, RegistryError> {
        sealed_in(self.outcome.get().as_bytes())
    }
}

impl Registry {
    /// Counts the entries.
    pub async fn size(&self) -> Result<u64, RegistryError> {
        Ok(log::size(&mut self.store.pool().acquire().await?).await?)
    }

    /// Reads entries in their order, from a place on.
    pub async fn entries(&self, from: u64, count: u32) -> Result<Vec<StoredEntry>, RegistryError> {
        let sql = format!("{ENTRY} WHERE position >= $1 ORDER BY position LIMIT $2");
        let values = [from, count.into()].map(Cell::unsigned).to_vec();
        self.store.rows(&sql, values).await?.into_iter().map(StoredEntry::of).collect()
    }

    /// Reads the acts of a kind from a place of the log on, in their order, each with its place.
    pub async fn acts(
        &self,
        kind: Kind,
        from: u64,
    ) -> Result<Vec<(u64, Entry<Act>)>, RegistryError> {
        // Decisions are not acts; leaving them out by a constant finds acts by their index.
        let sql = format!(
            "{ENTRY} WHERE kind <> 'decision' AND kind = $1 AND position >= $2 ORDER BY position"
        );
        let values = vec![Cell::text(kind.word()), Cell::unsigned(from)];
        self.store.rows(&sql, values).await?.into_iter().map(act).collect()
    }

    /// Reads the last act of a kind, with its place; none before the first.
    pub async fn last_act(&self, kind: Kind) -> Result<Option<(u64, Entry<Act>)>, RegistryError> {
        let mut connection = self.store.pool().acquire().await?;
        let Some(place) = log::last_of(&mut connection, kind).await? else { return Ok(None) };
        let sql = format!("{ENTRY} WHERE position = $1");
        let row = first(&mut connection, &sql, vec![Cell::unsigned(place)]).await?;
        act(row.ok_or(RegistryError::Foreign("un journal à trous"))?).map(Some)
    }

    /// Reads a decision. Errors: [`RegistryError::Unknown`].
    pub async fn decision(&self, id: &str) -> Result<StoredDecision, RegistryError> {
        let unknown = || RegistryError::Unknown(id.to_owned());
        let rows = self.store.rows(&format!("{ENTRY} WHERE id = $1"), vec![Cell::text(id)]).await?;
        let entry = StoredEntry::of(rows.into_iter().next().ok_or_else(unknown)?)?;
        if entry.kind != Kind::Decision {
            return Err(unknown());
        }
        let mut candidates = self.candidates(entry.index, entry.index + 1).await?;
        StoredDecision::new(entry, &mut candidates)
    }

    /// Reads back what a decision gave; none once a candidate is erased. Errors:
    /// [`RegistryError::Unknown`].
    pub async fn given(&self, id: &str) -> Result<Option<Given>, RegistryError> {
        let decision = self.decision(id).await?;
        let mut candidates = Vec::with_capacity(decision.candidates.len());
        for place in 0..decision.candidates.len() {
            match self.open_sealed(&decision, place)? {
                Opened::Whole(plain, _) => {
                    let sealed: Sealed<String, IgnoredAny, Box<RawValue>> = sealed_in(&plain)?;
                    let (application, outcome) = (sealed.application, sealed.outcome);
                    candidates.push(GivenCandidate { application, outcome });
                }
                Opened::Erased { .. } => return Ok(None),
            }
        }
        Ok(Some(Given { recueil: decision.said.content.recueil, candidates }))
    }

    /// Reads the decisions among the entries of a part of the log.
    pub async fn decisions(
        &self,
        from: u64,
        to: u64,
    ) -> Result<Vec<StoredDecision>, RegistryError> {
        let sql = format!(
            "{ENTRY} WHERE position >= $1 AND position < $2 AND kind = $3 ORDER BY position"
        );
        let [first, end] = [from, to].map(Cell::unsigned);
        let rows =
            self.store.read(&sql, vec![first, end, Cell::text(Kind::Decision.word())]).await?;
        let mut candidates = self.candidates(from, to).await?;
        let decision = |row| StoredDecision::new(StoredEntry::of(row)?, &mut candidates);
        rows.into_iter().map(decision).collect()
    }

    /// Reads the candidates of a part of the log, by entry.
    pub(crate) async fn candidates(
        &self,
        from: u64,
        to: u64,
    ) -> Result<BTreeMap<u64, Vec<StoredCandidate>>, RegistryError> {
        let sql = format!("{CANDIDATES} WHERE c.entry >= $1 AND c.entry < $2 {PLACED}");
        by_entry(self.store.read(&sql, [from, to].map(Cell::unsigned).to_vec()).await?)
    }

    /// Reads the candidates of the decisions of some days between two entries, by entry.
    pub(crate) async fn candidates_of(
        &self,
        days: Days,
        first: u64,
        last: u64,
    ) -> Result<BTreeMap<u64, Vec<StoredCandidate>>, RegistryError> {
        let sql = format!(
            "{CANDIDATES} JOIN entries e ON e.position = c.entry WHERE c.entry >= $1 AND \
             c.entry <= $2 AND e.day >= $3 AND e.day <= $4 {PLACED}"
        );
        let ([first, last], (from, to)) = ([first, last].map(Cell::unsigned), days.bounds());
        let values = vec![first, last, Cell::Text(Some(from)), Cell::Text(Some(to))];
        by_entry(self.store.read(&sql, values).await?)
    }

    /// Finds the place of an application in a decision. Errors: [`RegistryError::Unknown`], also for
    /// one that is erased, which nothing names any more.
    pub fn place_of(
        &self,
        decision: &StoredDecision,
        application: &str,
    ) -> Result<usize, RegistryError> {
        for place in 0..decision.candidates.len() {
            if let Unsealed::Whole(sealed, _) = self.unseal(decision, place)?
                && sealed.application == application
            {
                return Ok(place);
            }
        }
        Err(RegistryError::Unknown("candidat de cet identifiant dans cette décision".to_owned()))
    }

    /// Opens what is sealed of a candidate. Errors: [`RegistryError::Foreign`] for what does not open
    /// although it was not erased.
    pub fn unseal(
        &self,
        decision: &StoredDecision,
        place: usize,
    ) -> Result<Unsealed, RegistryError> {
        Ok(match self.open_sealed(decision, place)? {
            Opened::Erased { entry, facts } => Unsealed::Erased { entry, facts },
            Opened::Whole(plain, key) => Unsealed::Whole(Box::new(sealed_in(&plain)?), key),
        })
    }

    /// Opens the same without reading it. Errors: as [`Registry::unseal`].
    pub(crate) fn open_sealed(
        &self,
        decision: &StoredDecision,
        place: usize,
    ) -> Result<Opened, RegistryError> {
        let absent = || RegistryError::Unknown(format!("candidat {place}"));
        let candidate = decision.candidates.get(place).ok_or_else(absent)?;
        match &candidate.values {
            Values::Erased(entry) => {
                let facts = candidate.said()?.facts.into_keys().collect();
                Ok(Opened::Erased { entry: *entry, facts })
            }
            Values::Torn => Err(RegistryError::Foreign("un effacement à moitié fait")),
            Values::Sealed { sealed, wrapped } => {
                let broken = |_| RegistryError::Foreign("un scellé modifié");
                let key = self.master.unwrap(&candidate.subject, wrapped).map_err(broken)?;
                let at = sealed_place(&decision.entry.id, place);
                let plain = key.open(&at, sealed).map_err(broken)?;
                Ok(Opened::Whole(plain, key))
            }
        }
    }

    /// Returns the last checkpoint, with its note. Errors: [`RegistryError::Unknown`] before the
    /// first.
    pub async fn checkpoint(&self) -> Result<(Head, String), RegistryError> {
        let last = self.last_note().await?;
        let (_, note) =
            last.ok_or_else(|| RegistryError::Unknown("point de contrôle".to_owned()))?;
        Ok((self.public.open(&note)?, note))
    }

    /// Reads the last note as it is kept, with the size that it is kept under; none before the first.
    pub(crate) async fn last_note(&self) -> Result<Option<(u64, String)>, RegistryError> {
        let sql = "SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1";
        let row = sqlx::query(sql).fetch_optional(self.store.pool()).await?;
        row.map(|row| Ok((unsigned(&row, 0)?, row.try_get(1)?))).transpose()
    }

    /// Returns the checkpoint of a size. Errors: [`RegistryError::Unknown`].
    pub async fn checkpoint_at(&self, size: u64) -> Result<String, RegistryError> {
        let query = sqlx::query("SELECT note FROM checkpoints WHERE size = $1").bind(signed(size));
        let row = query.fetch_optional(self.store.pool()).await?;
        let unknown = || RegistryError::Unknown(format!("point de contrôle à {size} entrées"));
        Ok(row.ok_or_else(unknown)?.try_get(0)?)
    }

    /// Proves that an entry is in the log, as of the last checkpoint. The proof is checked before it
    /// is given.
    ///
    /// Errors: [`RegistryError::Unknown`] for an entry that no checkpoint covers yet,
    /// [`RegistryError::Broken`] when the log does not lead to its checkpoint.
    pub async fn prove(&self, entry: &StoredEntry) -> Result<InclusionProof, RegistryError> {
        let (head, checkpoint) = self.checkpoint().await?;
        if entry.index >= head.size {
            return Err(RegistryError::Unknown("point de contrôle de cette entrée".to_owned()));
        }
        self.proved(entry, head, checkpoint).await
    }

    /// Proves that an entry is in the log of a checkpoint, which was opened already.
    pub(crate) async fn proved(
        &self,
        entry: &StoredEntry,
        head: Head,
        checkpoint: String,
    ) -> Result<InclusionProof, RegistryError> {
        let nodes = self.nodes(entry.index, head.size).await?;
        let path = nodes.inclusion(entry.index, head.size).map_err(broken)?;
        check_inclusion(&path, head, entry.index, entry.leaf()).map_err(broken)?;
        Ok(InclusionProof { checkpoint, path })
    }

    /// Reads what proofs about a leaf take, in the tree of a size.
    async fn nodes(&self, leaf: u64, size: u64) -> Result<Nodes, StoreError> {
        self.store.reading(async move |by| log::nodes(by, &[leaf], size).await).await
    }

    /// Proves that the log of a size is the beginning of the one of the last checkpoint.
    pub async fn consistency(&self, old: u64) -> Result<InclusionProof, RegistryError> {
        let (head, checkpoint) = self.checkpoint().await?;
        let outside = || RegistryError::Unknown(format!("journal de {old} entrées"));
        let last = old.checked_sub(1).filter(|_| old <= head.size).ok_or_else(outside)?;
        let nodes = self.nodes(last, head.size).await?;
        let path = nodes.consistency(old, head.size).map_err(broken)?;
        Ok(InclusionProof { checkpoint, path })
    }

    /// Returns the files of a recueil that is kept, by path. Errors: [`RegistryError::Unknown`],
    /// [`RegistryError::Foreign`] for a file that is not the one that was kept.
    pub async fn recueil(&self, hash: &str) -> Result<BTreeMap<String, Vec<u8>>, RegistryError> {
        let mut connection = self.store.pool().acquire().await?;
        recueil_files(&mut connection, hash).await
    }
}

/// Reads an act, with its place.
fn act(row: Row) -> Result<(u64, Entry<Act>), RegistryError> {
    let stored = StoredEntry::of(row)?;
    let said = serde_json::from_slice(&stored.body)
        .map_err(|_| RegistryError::Foreign("un acte d'une autre forme"))?;
    Ok((stored.index, said))
}

/// Reads something of what was sealed.
pub(crate) fn sealed_in<'t, T: Deserialize<'t>>(text: &'t [u8]) -> Result<T, RegistryError> {
    serde_json::from_slice(text).map_err(|_| RegistryError::Foreign("un scellé d'une autre forme"))
}

fn by_entry(rows: Vec<Row>) -> Result<BTreeMap<u64, Vec<StoredCandidate>>, RegistryError> {
    let mut candidates: BTreeMap<u64, Vec<StoredCandidate>> = BTreeMap::new();
    for mut row in rows {
        candidates.entry(row.unsigned(0)?).or_default().push(StoredCandidate::of(&mut row)?);
    }
    Ok(candidates)
}

async fn recueil_files(
    connection: &mut AnyConnection,
    hash: &str,
) -> Result<BTreeMap<String, Vec<u8>>, RegistryError> {
    let query = sqlx::query("SELECT listing FROM recueils WHERE hash = $1").bind(hash.to_owned());
    let row = query.fetch_optional(&mut *connection).await?;
    let row = row.ok_or_else(|| RegistryError::Unknown(format!("recueil {hash}")))?;
    let listing: String = row.try_get(0)?;
    let mut files = BTreeMap::new();
    for line in listing.lines() {
        let (content, path) =
            line.split_once("  ").ok_or(RegistryError::Foreign("un recueil d'une autre forme"))?;
        let query = sqlx::query("SELECT bytes FROM contents WHERE hash = $1");
        let row = query.bind(content.to_owned()).fetch_optional(&mut *connection).await?;
        let row = row.ok_or_else(|| RegistryError::Unknown(path.to_owned()))?;
        files.insert(path.to_owned(), row.try_get(0)?);
    }
    Ok(files)
}

fn broken(_: TreeError) -> RegistryError {
    RegistryError::Broken
}
