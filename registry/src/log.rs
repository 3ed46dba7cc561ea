//! The log as the store holds it: its size, its right edge, the hashes that a proof takes.

use crate::canonical::Digest;
use crate::entry::Kind;
use crate::store::{StoreError, signed, unsigned};
use crate::tree::{Edge, Nodes, TilePlace, WIDTH, leaf};
use sqlx::{AnyConnection, Row};

/// The end of the log: all that appending to it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The right edge of the tree.
    pub edge: Edge,
    /// The hash of the last leaf.
    pub last: Option<Digest>,
    /// The size at the last checkpoint.
    pub checked: u64,
}

/// Reads the end of the log.
pub async fn tail(connection: &mut AnyConnection) -> Result<Tail, StoreError> {
    let size = size(connection).await?;
    let mut levels = Vec::new();
    for (level, width) in (0_u8..).zip(Edge::widths(size)) {
        let from = (size >> (8 * u32::from(level))) - width;
        levels.push(level_hashes(connection, level, from, width).await?);
    }
    let last = last_leaf(connection, size).await?;
    let sql = "SELECT COALESCE(MAX(size), 0) FROM checkpoints";
    let checked = unsigned(&sqlx::query(sql).fetch_one(connection).await?, 0)?;
    Ok(Tail { edge: Edge::new(size, levels), last, checked })
}

/// Counts the entries.
pub async fn size(connection: &mut AnyConnection) -> Result<u64, StoreError> {
    let sql = "SELECT COALESCE(MAX(position) + 1, 0) FROM entries";
    unsigned(&sqlx::query(sql).fetch_one(connection).await?, 0)
}

/// Finds the place of the last entry of a kind that is not a decision.
pub async fn last_of(
    connection: &mut AnyConnection,
    kind: Kind,
) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT position FROM entries WHERE kind <> 'decision' AND kind = $1 \
               ORDER BY position DESC LIMIT 1";
    let row = sqlx::query(sql).bind(kind.word()).fetch_optional(connection).await?;
    row.map(|row| unsigned(&row, 0)).transpose()
}

/// Hashes the last leaf of a log of a size.
pub async fn last_leaf(
    connection: &mut AnyConnection,
    size: u64,
) -> Result<Option<Digest>, StoreError> {
    let Some(last) = size.checked_sub(1) else { return Ok(None) };
    Ok(leaves(connection, last, 1).await?.pop())
}

/// Reads the hashes of a level of tiles, from one on.
async fn level_hashes(
    connection: &mut AnyConnection,
    level: u8,
    from: u64,
    count: u64,
) -> Result<Vec<Digest>, StoreError> {
    let hashes = match level.checked_sub(1) {
        None => leaves(connection, from, count).await?,
        Some(below) => roots(connection, below, from, count).await?,
    };
    if hashes.len() as u64 == count {
        Ok(hashes)
    } else {
        Err(StoreError::Foreign("un journal à trous"))
    }
}

async fn leaves(
    connection: &mut AnyConnection,
    from: u64,
    count: u64,
) -> Result<Vec<Digest>, StoreError> {
    let sql = "SELECT body FROM entries WHERE position >= $1 AND position < $2 ORDER BY position";
    let query = sqlx::query(sql).bind(signed(from)).bind(signed(from + count));
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| Ok(leaf(&row.try_get::<Vec<u8>, _>(0)?))).collect()
}

async fn roots(
    connection: &mut AnyConnection,
    level: u8,
    from: u64,
    count: u64,
) -> Result<Vec<Digest>, StoreError> {
    let sql = "SELECT root FROM tiles WHERE level = $1 AND position >= $2 AND position < $3 \
               ORDER BY position";
    let query = sqlx::query(sql).bind(i64::from(level)).bind(signed(from));
    let rows = query.bind(signed(from + count)).fetch_all(connection).await?;
    let root = |bytes: Vec<u8>| {
        Digest::from_bytes(&bytes).ok_or(StoreError::Foreign("une empreinte d'une autre longueur"))
    };
    rows.iter().map(|row| root(row.try_get(0)?)).collect()
}

/// Reads the hashes that the root and proofs about some leaves take, in the tree of a size.
pub async fn nodes(
    connection: &mut AnyConnection,
    about: &[u64],
    size: u64,
) -> Result<Nodes, StoreError> {
    let mut nodes = Nodes::default();
    let last = size.checked_sub(1);
    let mut places: Vec<TilePlace> =
        about.iter().copied().chain(last).flat_map(|leaf| Nodes::path(leaf, size)).collect();
    places.sort_unstable();
    places.dedup();
    for place in places {
        nodes.insert(place, tile(connection, place, size).await?);
    }
    Ok(nodes)
}

/// Reads a tile of the tree of a size, whole or as far as it goes.
async fn tile(
    connection: &mut AnyConnection,
    place: TilePlace,
    size: u64,
) -> Result<Vec<Digest>, StoreError> {
    let sql = "SELECT hashes FROM tiles WHERE level = $1 AND position = $2";
    let query = sqlx::query(sql).bind(i64::from(place.level)).bind(signed(place.index));
    if let Some(row) = query.fetch_optional(&mut *connection).await? {
        return split(&row.try_get::<Vec<u8>, _>(0)?);
    }
    let from = place.index * WIDTH;
    let count = (size >> (8 * u32::from(place.level))).saturating_sub(from).min(WIDTH);
    level_hashes(connection, place.level, from, count).await
}

fn split(bytes: &[u8]) -> Result<Vec<Digest>, StoreError> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() {
        Ok(hashes.iter().copied().map(Digest).collect())
    } else {
        Err(StoreError::Foreign("une tuile d'une autre longueur"))
    }
}
