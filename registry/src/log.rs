//! The log as the store holds it: its size, its right edge, the hashes that a proof takes.

use crate::canonical::Digest;
use crate::entry::Kind;
use crate::store::{Cell, Reads, StoreError, first};
use crate::tree::{Edge, Nodes, TilePlace, WIDTH, leaf};
use bytes::Bytes;

/// The end of the log: all that appending to it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The right edge of the tree.
    pub edge: Edge,
    /// The last entry, as the log holds it.
    pub last: Option<Bytes>,
    /// The size at the last checkpoint.
    pub checked: u64,
}

/// Reads the end of the log.
pub async fn tail(by: &mut impl Reads) -> Result<Tail, StoreError> {
    let size = size(by).await?;
    let mut levels = Vec::new();
    for (level, width) in (0_u8..).zip(Edge::widths(size)) {
        let from = (size >> (8 * u32::from(level))) - width;
        levels.push(level_hashes(by, level, from, width).await?);
    }
    let last = last_body(by, size).await?;
    let sql = "SELECT COALESCE(MAX(size), 0) FROM checkpoints";
    let checked = number(by, sql).await?;
    Ok(Tail { edge: Edge::new(size, levels), last, checked })
}

/// Counts the entries.
pub async fn size(by: &mut impl Reads) -> Result<u64, StoreError> {
    number(by, "SELECT COALESCE(MAX(position) + 1, 0) FROM entries").await
}

async fn number(by: &mut impl Reads, sql: &str) -> Result<u64, StoreError> {
    let row = first(by, sql, Vec::new()).await?;
    row.ok_or(StoreError::Foreign("un compte sans réponse"))?.unsigned(0)
}

/// Finds the place of the last entry of a kind that is not a decision.
pub async fn last_of(by: &mut impl Reads, kind: Kind) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT position FROM entries WHERE kind <> 'decision' AND kind = $1 \
               ORDER BY position DESC LIMIT 1";
    let row = first(by, sql, vec![Cell::text(kind.word())]).await?;
    row.map(|row| row.unsigned(0)).transpose()
}

/// Reads the last entry of a log of a size.
pub async fn last_body(by: &mut impl Reads, size: u64) -> Result<Option<Bytes>, StoreError> {
    let Some(last) = size.checked_sub(1) else { return Ok(None) };
    Ok(bodies(by, last, 1).await?.pop().map(Bytes::from))
}

/// Reads the hashes of a level of tiles, from one on.
async fn level_hashes(
    by: &mut impl Reads,
    level: u8,
    from: u64,
    count: u64,
) -> Result<Vec<Digest>, StoreError> {
    let hashes = match level.checked_sub(1) {
        None => leaves(by, from, count).await?,
        Some(below) => roots(by, below, from, count).await?,
    };
    if hashes.len() as u64 == count {
        Ok(hashes)
    } else {
        Err(StoreError::Foreign("un journal à trous"))
    }
}

async fn leaves(by: &mut impl Reads, from: u64, count: u64) -> Result<Vec<Digest>, StoreError> {
    Ok(bodies(by, from, count).await?.iter().map(|body| leaf(body)).collect())
}

async fn bodies(by: &mut impl Reads, from: u64, count: u64) -> Result<Vec<Vec<u8>>, StoreError> {
    let sql = "SELECT body FROM entries WHERE position >= $1 AND position < $2 ORDER BY position";
    let rows = by.rows(sql, vec![Cell::unsigned(from), Cell::unsigned(from + count)]).await?;
    rows.into_iter().map(|mut row| row.bytes(0)).collect()
}

async fn roots(
    by: &mut impl Reads,
    level: u8,
    from: u64,
    count: u64,
) -> Result<Vec<Digest>, StoreError> {
    let sql = "SELECT root FROM tiles WHERE level = $1 AND position >= $2 AND position < $3 \
               ORDER BY position";
    let values = [u64::from(level), from, from + count].map(Cell::unsigned);
    let rows = by.rows(sql, values.to_vec()).await?;
    let root = |bytes: Vec<u8>| {
        Digest::from_bytes(&bytes).ok_or(StoreError::Foreign("une empreinte d'une autre longueur"))
    };
    rows.into_iter().map(|mut row| root(row.bytes(0)?)).collect()
}

/// Reads the hashes that the root and proofs about some leaves take, in the tree of a size.
pub async fn nodes(by: &mut impl Reads, about: &[u64], size: u64) -> Result<Nodes, StoreError> {
    let mut nodes = Nodes::default();
    let last = size.checked_sub(1);
    let mut places: Vec<TilePlace> =
        about.iter().copied().chain(last).flat_map(|leaf| Nodes::path(leaf, size)).collect();
    places.sort_unstable();
    places.dedup();
    for place in places {
        nodes.insert(place, tile(by, place, size).await?);
    }
    Ok(nodes)
}

/// Reads a tile of the tree of a size, whole or as far as it goes.
async fn tile(by: &mut impl Reads, place: TilePlace, size: u64) -> Result<Vec<Digest>, StoreError> {
    let sql = "SELECT hashes FROM tiles WHERE level = $1 AND position = $2";
    let values = [u64::from(place.level), place.index].map(Cell::unsigned);
    if let Some(mut row) = first(by, sql, values.to_vec()).await? {
        return split(&row.bytes(0)?);
    }
    let from = place.index * WIDTH;
    let count = (size >> (8 * u32::from(place.level))).saturating_sub(from).min(WIDTH);
    level_hashes(by, place.level, from, count).await
}

fn split(bytes: &[u8]) -> Result<Vec<Digest>, StoreError> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() {
        Ok(hashes.iter().copied().map(Digest).collect())
    } else {
        Err(StoreError::Foreign("une tuile d'une autre longueur"))
    }
}
