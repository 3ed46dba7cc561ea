//! A piece of the log as it is kept, looked into as far as it can be alone: entries with what they are found by,
//! their leaves, their candidates, the lowest tiles over them. Pieces are read and looked into beside each other.

use super::decisions::{Keyless, candidates};
use super::{CHUNK, Fault};
use crate::canonical::Digest;
use crate::entry::{Act, Decision, Entry, Kind};
use crate::read::StoredCandidate;
use crate::registry::{Registry, RegistryError};
use crate::store::{Cell, Row, StoreError};
use crate::tree::{Tile, WIDTH, leaf};
use std::collections::BTreeMap;
use tokio::task::{JoinHandle, spawn_blocking};

/// A piece of the log.
pub struct Piece {
    /// Where it begins.
    pub from: u64,
    /// Its entries, in order; some may be missing.
    pub entries: Vec<Looked>,
    /// The tiles of its leaves, by their place.
    pub tiles: BTreeMap<u64, KeptTile>,
    /// What is wrong within it.
    pub faults: Vec<Fault>,
    /// Its candidates without a key.
    pub keyless: Vec<Keyless>,
}

/// An entry that was looked into.
pub struct Looked {
    /// Its place.
    pub index: u64,
    /// Its leaf.
    pub leaf: Digest,
    /// What it says; none when it has not the form of its kind.
    pub said: Option<Said>,
}

/// A tile as it is kept.
pub struct KeptTile {
    root: Vec<u8>,
    hashes: Vec<u8>,
}

/// An entry, with what it is found by.
struct Kept {
    index: u64,
    /// None when it has the word of no kind.
    kind: Option<Kind>,
    body: Vec<u8>,
    id: String,
    day: Option<String>,
    recueil: Option<String>,
    offer: Option<String>,
    instant: i64,
}

/// What an entry says.
pub enum Said {
    /// A decision.
    Decision(Box<Entry<Decision>>),
    /// Anything else.
    Act(Box<Entry<Act>>),
}

impl Piece {
    /// Begins to read the piece at a place of the log, and to look into it.
    pub fn reading(registry: &Registry, from: u64) -> JoinHandle<Result<Self, RegistryError>> {
        let registry = registry.clone();
        tokio::spawn(async move { Self::read(registry, from).await })
    }

    /// Returns the place after its last.
    pub fn to(&self) -> u64 {
        self.from + CHUNK
    }

    async fn read(registry: Registry, from: u64) -> Result<Self, RegistryError> {
        let to = from + CHUNK;
        let sql = "SELECT position, id, kind, body, day, recueil, offer, instant FROM entries \
                   WHERE position >= $1 AND position < $2 ORDER BY position";
        let rows = registry.store.read(sql, [from, to].map(Cell::unsigned).to_vec()).await?;
        let candidates = registry.candidates(from, to).await?;
        let tiles = tiles(&registry, from / WIDTH, to / WIDTH).await?;
        let empty =
            Self { from, entries: Vec::new(), tiles, faults: Vec::new(), keyless: Vec::new() };
        let looked = spawn_blocking(move || empty.looked(&registry, rows, candidates));
        Ok(looked.await.map_err(|_| StoreError::Unended)??)
    }

    /// Looks into each entry, with its candidates.
    fn looked(
        mut self,
        registry: &Registry,
        rows: Vec<Row>,
        mut there: BTreeMap<u64, Vec<StoredCandidate>>,
    ) -> Result<Self, StoreError> {
        for row in rows {
            let kept = Kept::of(row)?;
            let of_entry = there.remove(&kept.index).unwrap_or_default();
            let said = kept.said();
            if !said.as_ref().is_some_and(|said| kept.is_found_by(said)) {
                self.faults.push(Fault::OtherColumns(kept.index));
            }
            match &said {
                Some(Said::Decision(said)) => {
                    let found = candidates(registry, kept.index, said, &of_entry);
                    self.faults.extend(found.0);
                    self.keyless.extend(found.1);
                }
                Some(Said::Act(_)) if of_entry.is_empty() => {}
                Some(Said::Act(_)) => self.faults.push(Fault::OtherCandidates(kept.index)),
                None => self.faults.push(Fault::Unreadable(kept.index)),
            }
            self.entries.push(Looked { index: kept.index, leaf: leaf(&kept.body), said });
        }
        self.faults.extend(there.into_keys().map(Fault::OtherCandidates));
        Ok(self)
    }
}

/// Reads the tiles of leaves from a place to another.
async fn tiles(
    registry: &Registry,
    from: u64,
    to: u64,
) -> Result<BTreeMap<u64, KeptTile>, StoreError> {
    let sql = "SELECT root, hashes, position FROM tiles WHERE level = 0 AND position >= $1 AND \
               position < $2";
    let rows = registry.store.read(sql, [from, to].map(Cell::unsigned).to_vec()).await?;
    let tile = |mut row: Row| Ok((row.unsigned(2)?, KeptTile::of(&mut row)?));
    rows.into_iter().map(tile).collect()
}

impl KeptTile {
    /// Takes a tile out of a row that begins with its root and its hashes.
    pub fn of(row: &mut Row) -> Result<Self, StoreError> {
        Ok(Self { root: row.bytes(0)?, hashes: row.bytes(1)? })
    }

    /// Tells whether it is the tile that the entries make.
    pub fn is(&self, tile: &Tile) -> bool {
        let (hashes, rest) = self.hashes.as_chunks::<32>();
        self.root == tile.root.0
            && rest.is_empty()
            && hashes.iter().eq(tile.hashes.iter().map(|digest| &digest.0))
    }
}

impl Kept {
    fn of(mut row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            index: row.unsigned(0)?,
            id: row.text(1)?,
            kind: Kind::of_word(&row.text(2)?),
            body: row.bytes(3)?,
            day: row.text_if_any(4)?,
            recueil: row.text_if_any(5)?,
            offer: row.text_if_any(6)?,
            instant: row.integer(7)?,
        })
    }

    /// Reads what it says; none when it has not the form of its kind.
    fn said(&self) -> Option<Said> {
        Some(match self.kind? {
            Kind::Decision => Said::Decision(serde_json::from_slice(&self.body).ok()?),
            Kind::Activation
            | Kind::Publication
            | Kind::Retrait
            | Kind::Effacement
            | Kind::Intervention
            | Kind::Cloture
            | Kind::Purge => Said::Act(serde_json::from_slice(&self.body).ok()?),
        })
    }

    /// Tells whether it is found by what it says.
    fn is_found_by(&self, said: &Said) -> bool {
        match said {
            Said::Decision(said) => {
                self.is_headed(said)
                    && self.day.as_ref() == Some(&said.content.date)
                    && self.recueil.as_ref() == Some(&said.content.recueil)
                    && self.offer == said.content.offer.id
            }
            Said::Act(said) => {
                self.is_headed(said)
                    && self.recueil == said.content.recueil
                    && (&self.day, &self.offer) == (&None, &None)
            }
        }
    }

    fn is_headed<C>(&self, said: &Entry<C>) -> bool {
        let instant = said.instant.parse::<jiff::Timestamp>();
        self.id == said.id
            && self.kind == Some(said.kind)
            && instant.is_ok_and(|instant| instant.as_microsecond() == self.instant)
    }
}
