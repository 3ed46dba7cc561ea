//! Is the registry what was written? Everything that the log proves, looked at again.
//!
//! Two depths. The quick look follows the last checkpoint down the tiles, and those that witnesses
//! hold. The complete one reads every entry, builds the tree anew, compares each tile and checkpoint,
//! and follows each decision to its candidates, their keys and their commitments. Pieces of the log are read and
//! looked into at once, as many as there are processors, and put together in their order.

mod decisions;
mod one;
mod piece;

pub use one::{Examined, InLog, ValuesLink};

use crate::checkpoint::PublicKey;
use crate::log;
use crate::registry::{Registry, RegistryError};
use crate::store::{Cell, Reads, StoreError, first, unsigned};
use crate::tree::{Edge, Head, Tile, TilePlace, WIDTH};
use decisions::Gathered;
use futures_util::stream::{self, StreamExt};
use piece::{KeptTile, Piece};
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZero;

/// How many entries are read at once: those of some whole tiles.
const CHUNK: u64 = 8 * WIDTH;

/// How many pieces are read and looked into at once.
fn at_once() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// What is wrong, and where. Never says a personal value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// An entry is not where it was.
    MissingEntry(u64),
    /// The log ends before a checkpoint.
    CutBefore(u64),
    /// A checkpoint that the log's key has not signed.
    UnsignedCheckpoint(u64),
    /// The tree of a checkpoint's size has not its root.
    OtherRoot(u64),
    /// A checkpoint held outside is of another log, or of another past of this one.
    OtherPast(u64),
    /// A tile is missing, or is not that of the entries.
    OtherTile(TilePlace),
    /// An entry that has not the form of its kind.
    Unreadable(u64),
    /// What an entry is found by is not what it says.
    OtherColumns(u64),
    /// The candidates of a decision are not those of its entry.
    OtherCandidates(u64),
    /// A candidate's sealed values do not open.
    BrokenSeal(Place),
    /// A candidate's values are not those that were committed to.
    OtherValues(Place),
    /// A candidate's key is gone without an erasure in the log.
    LostKey(Place),
    /// An application that the log says erased still has a key.
    NotErased(u64),
    /// A movement on a quota does not follow from those before it.
    BadMove(u64),
    /// The state of quotas is not what the log says.
    OtherQuotas,
    /// A recueil that decisions name is not kept whole.
    OtherRecueil(String),
}

/// A candidate of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The decision's entry.
    pub entry: u64,
    /// The candidate's place in the pool.
    pub candidate: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entrée {}, candidat {}", self.entry, self.candidate)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingEntry(at) => write!(f, "l'entrée {at} manque"),
            Self::CutBefore(size) => {
                write!(f, "le journal est coupé : un point de contrôle dit {size} entrées")
            }
            Self::UnsignedCheckpoint(size) => {
                write!(f, "le point de contrôle à {size} entrées n'est pas signé par le journal")
            }
            Self::OtherRoot(size) => {
                write!(
                    f,
                    "les {size} premières entrées ne sont pas celles de leur point de contrôle"
                )
            }
            Self::OtherPast(size) => write!(
                f,
                "le journal n'est pas la suite de celui qu'un témoin a vu à {size} entrées"
            ),
            Self::OtherTile(place) => {
                write!(f, "l'empreinte {}/{} n'est pas celle des entrées", place.level, place.index)
            }
            Self::Unreadable(at) => write!(f, "l'entrée {at} ne se lit pas"),
            Self::OtherColumns(at) => {
                write!(f, "l'entrée {at} est rangée sous autre chose que ce qu'elle dit")
            }
            Self::OtherCandidates(at) => {
                write!(f, "les candidats de l'entrée {at} ne sont pas ceux qu'elle dit")
            }
            Self::BrokenSeal(place) => write!(f, "le scellé est modifié ({place})"),
            Self::OtherValues(place) => {
                write!(f, "les valeurs ne sont pas celles qui ont été engagées ({place})")
            }
            Self::LostKey(place) => {
                write!(f, "la clé a disparu sans que le journal dise un effacement ({place})")
            }
            Self::NotErased(at) => {
                write!(f, "l'effacement de l'entrée {at} n'a pas détruit la clé")
            }
            Self::BadMove(at) => {
                write!(f, "un mouvement de quota de l'entrée {at} ne suit pas des précédents")
            }
            Self::OtherQuotas => {
                f.write_str("l'état des quotas n'est pas celui que dit le journal")
            }
            Self::OtherRecueil(hash) => write!(f, "le recueil {hash} n'est pas gardé en entier"),
        }
    }
}

/// What was looked at, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many entries the log has.
    pub entries: u64,
    /// How many decisions were looked into.
    pub decisions: u64,
    /// How many checkpoints were compared.
    pub checkpoints: u64,
    /// How many entries come after the last checkpoint: nothing signed says them yet.
    pub uncovered: u64,
    /// What is wrong, in the order of the log.
    pub faults: Vec<Fault>,
}

/// Checkpoints that others hold, against which the log is compared. Shape: notes.
pub type Witnesses<'w> = &'w [String];

impl Registry {
    /// Looks at the last checkpoint and at those of witnesses, through the tiles.
    pub async fn verify_quickly(&self, held: Witnesses<'_>) -> Result<Report, RegistryError> {
        let mut connection = self.store.pool().acquire().await?;
        let mut look = Look::new(log::size(&mut connection).await?, &self.public);
        look.read_checkpoints(&mut connection, Which::Last).await?;
        look.hold(held)?;
        for (size, expected) in std::mem::take(&mut look.due) {
            let nodes = log::nodes(&mut connection, &[size.saturating_sub(1)], size).await;
            let root = nodes.ok().and_then(|nodes| nodes.root(size).ok());
            expected.compare(root.map(|root| Head { size, root }), size, &mut look.report);
        }
        Ok(look.done())
    }

    /// Reads everything again.
    pub async fn verify_completely(&self, held: Witnesses<'_>) -> Result<Report, RegistryError> {
        let mut connection = self.store.pool().acquire().await?;
        let mut look = Look::new(log::size(&mut connection).await?, &self.public);
        look.read_checkpoints(&mut connection, Which::All).await?;
        look.hold(held)?;
        let mut gathered = Gathered::default();
        let places = (0..look.report.entries.div_ceil(CHUNK)).map(|piece| piece * CHUNK);
        let begun = stream::iter(places).map(|from| Piece::reading(self, from));
        let mut pieces = begun.buffered(at_once());
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| StoreError::Unended)??;
            look.piece(&mut connection, &piece).await?;
            gathered.piece(piece);
        }
        drop(connection);
        let mut report = look.done();
        gathered.done(self, &mut report).await?;
        report.faults.sort();
        report.faults.dedup();
        Ok(report)
    }
}

async fn kept_tile(
    by: &mut impl Reads,
    place: TilePlace,
) -> Result<Option<KeptTile>, RegistryError> {
    let sql = "SELECT root, hashes FROM tiles WHERE level = $1 AND position = $2";
    let values = [u64::from(place.level), place.index].map(Cell::unsigned);
    let row = first(by, sql, values.to_vec()).await?;
    Ok(row.map(|mut row| KeptTile::of(&mut row)).transpose()?)
}

/// Which checkpoints are looked at.
#[derive(Clone, Copy)]
enum Which {
    Last,
    All,
}

/// What checkpoints say of a size.
#[derive(Default)]
struct Expected {
    /// Those of the store.
    kept: Vec<Head>,
    /// Those that others hold.
    held: Vec<Head>,
}

impl Expected {
    fn compare(&self, found: Option<Head>, size: u64, report: &mut Report) {
        report.checkpoints += (self.kept.len() + self.held.len()) as u64;
        if self.kept.iter().any(|head| Some(*head) != found) {
            report.faults.push(Fault::OtherRoot(size));
        }
        if self.held.iter().any(|head| Some(*head) != found) {
            report.faults.push(Fault::OtherPast(size));
        }
    }
}

/// A look in progress.
struct Look<'k> {
    key: &'k PublicKey,
    report: Report,
    /// What is expected at each size, until it is reached.
    due: BTreeMap<u64, Expected>,
    covered: u64,
    /// The tree over the entries, up to the first that is missing.
    edge: Edge,
    /// How far the log was read.
    read: u64,
}

impl<'k> Look<'k> {
    fn new(entries: u64, key: &'k PublicKey) -> Self {
        let report = Report { entries, ..Report::default() };
        let due = BTreeMap::new();
        Self { key, report, due, covered: 0, edge: Edge::default(), read: 0 }
    }

    async fn read_checkpoints(
        &mut self,
        connection: &mut AnyConnection,
        which: Which,
    ) -> Result<(), RegistryError> {
        let sql = match which {
            Which::Last => "SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1",
            Which::All => "SELECT size, note FROM checkpoints ORDER BY size",
        };
        for row in sqlx::query(sql).fetch_all(connection).await? {
            let (size, note) = (unsigned(&row, 0)?, row.try_get::<String, _>(1)?);
            match self.key.open(&note) {
                Ok(head) if head.size == size => {
                    self.covered = self.covered.max(size);
                    self.expect(size, |expected| expected.kept.push(head));
                }
                Ok(_) | Err(_) => self.report.faults.push(Fault::UnsignedCheckpoint(size)),
            }
        }
        Ok(())
    }

    /// Takes checkpoints that others hold. Errors: one that the log's key has not signed proves
    /// nothing, so it is refused.
    fn hold(&mut self, notes: Witnesses<'_>) -> Result<(), RegistryError> {
        for note in notes {
            let head = self.key.open(note)?;
            self.expect(head.size, |expected| expected.held.push(head));
        }
        Ok(())
    }

    fn expect(&mut self, size: u64, add: impl FnOnce(&mut Expected)) {
        if size > self.report.entries {
            self.report.faults.push(Fault::CutBefore(size));
        } else {
            add(self.due.entry(size).or_default());
        }
    }

    /// Builds the tree over a piece, unless an entry was missing before; compares what it passes.
    async fn piece(&mut self, by: &mut impl Reads, piece: &Piece) -> Result<(), RegistryError> {
        let whole = self.edge.size() == self.read;
        self.read = piece.to();
        if !whole {
            return Ok(());
        }
        let mut tiles = Vec::new();
        for entry in &piece.entries {
            if entry.index != self.edge.size() {
                break;
            }
            tiles.extend(self.edge.push(entry.leaf));
            self.reached();
        }
        if self.edge.size() < self.read.min(self.report.entries) {
            self.report.faults.push(Fault::MissingEntry(self.edge.size()));
            return Ok(());
        }
        self.compare_tiles(by, &tiles, piece).await
    }

    fn reached(&mut self) {
        let size = self.edge.size();
        if let Some(expected) = self.due.remove(&size) {
            let head = self.edge.root().ok().map(|root| Head { size, root });
            expected.compare(head, size, &mut self.report);
        }
    }

    /// Compares tiles with those that are kept: the lowest were read with their piece.
    async fn compare_tiles(
        &mut self,
        by: &mut impl Reads,
        tiles: &[Tile],
        piece: &Piece,
    ) -> Result<(), RegistryError> {
        for tile in tiles {
            let same = match tile.place.level {
                0 => piece.tiles.get(&tile.place.index).is_some_and(|kept| kept.is(tile)),
                _ => kept_tile(by, tile.place).await?.is_some_and(|kept| kept.is(tile)),
            };
            if !same {
                self.report.faults.push(Fault::OtherTile(tile.place));
            }
        }
        Ok(())
    }

    fn done(mut self) -> Report {
        self.report.uncovered = self.report.entries.saturating_sub(self.covered);
        self.report
    }
}
