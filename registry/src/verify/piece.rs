//! A piece of the log as it is kept: entries with what they are found by, and their candidates. The next
//! is read while one is looked at.

use super::CHUNK;
use crate::entry::{Act, Decision, Entry, Kind};
use crate::read::StoredCandidate;
use crate::registry::{Registry, RegistryError};
use crate::store::{signed, unsigned};
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;
use tokio::task::JoinHandle;

/// A piece of the log.
pub struct Piece {
    /// Where it begins.
    pub from: u64,
    /// Its entries, in order; some may be missing.
    pub entries: Vec<Kept>,
    /// The candidates, by entry.
    pub candidates: BTreeMap<u64, Vec<StoredCandidate>>,
}

/// An entry, with what it is found by.
pub struct Kept {
    pub index: u64,
    /// None when it has the word of no kind.
    pub kind: Option<Kind>,
    pub body: Vec<u8>,
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
    /// Begins to read the piece at a place of the log.
    pub fn reading(registry: &Registry, from: u64) -> JoinHandle<Result<Self, RegistryError>> {
        let registry = registry.clone();
        tokio::spawn(async move { Self::read(&registry, from).await })
    }

    /// Returns the place after its last.
    pub fn to(&self) -> u64 {
        self.from + CHUNK
    }

    async fn read(registry: &Registry, from: u64) -> Result<Self, RegistryError> {
        let to = from + CHUNK;
        let sql = "SELECT position, id, kind, body, day, recueil, offer, instant FROM entries \
                   WHERE position >= $1 AND position < $2 ORDER BY position";
        let query = sqlx::query(sql).bind(signed(from)).bind(signed(to));
        let rows = query.fetch_all(registry.store.pool()).await?;
        let entries = rows.iter().map(Kept::of).collect::<Result<_, _>>()?;
        Ok(Self { from, entries, candidates: registry.candidates(from, to).await? })
    }
}

impl Kept {
    fn of(row: &AnyRow) -> Result<Self, RegistryError> {
        Ok(Self {
            index: unsigned(row, 0)?,
            id: row.try_get(1)?,
            kind: Kind::of_word(&row.try_get::<String, _>(2)?),
            body: row.try_get(3)?,
            day: row.try_get(4)?,
            recueil: row.try_get(5)?,
            offer: row.try_get(6)?,
            instant: row.try_get(7)?,
        })
    }

    /// Reads what it says; none when it has not the form of its kind.
    pub fn said(&self) -> Option<Said> {
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
    pub fn is_found_by(&self, said: &Said) -> bool {
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
