//! The Merkle tree over the log (RFC 6962 §2, RFC 9162 §2.1), kept by tiles.
//!
//! A tile holds 256 neighbouring hashes of a level that is a multiple of eight (C2SP tlog-tiles);
//! those that are whole are kept in the store, one row in 256 entries. The right edge, up to 255
//! hashes a level, is held here and is read again from the store at start. The arithmetic of the tree
//! and of its proofs is that of `tlog_tiles`.

use crate::canonical::Digest;
use std::collections::BTreeMap;
use tlog_tiles::tlog::{self, Hash, HashReader, node_hash, record_hash, split_stored_hash_index};

/// How many levels of the tree a tile holds.
const HEIGHT: u8 = 8;
/// How many hashes a whole tile holds.
pub const WIDTH: u64 = 1 << HEIGHT;

/// Where a tile stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePlace {
    /// Its level, in tiles: 0 holds leaves.
    pub level: u8,
    /// Its place in its level.
    pub index: u64,
}

/// A whole tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Where it stands.
    pub place: TilePlace,
    /// The hash over it.
    pub root: Digest,
    /// Its hashes.
    pub hashes: Vec<Digest>,
}

/// A tree that cannot be read or a proof that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// A tile that is not there.
    #[error("l'arbre du journal est incomplet : il manque une part de ses empreintes")]
    Missing,
    /// An index or a size outside the tree.
    #[error("cette place n'est pas dans le journal")]
    Outside,
    /// A proof that does not lead to the root.
    #[error("la preuve ne mène pas à la racine")]
    BadProof,
}

/// Hashes an entry as a leaf: `SHA-256(0x00 ‖ entry)`.
pub fn leaf(entry: &[u8]) -> Digest {
    Digest(record_hash(entry).0)
}

/// Computes the root over whole leaves in memory; the hash of nothing when there are none.
pub fn root_over(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(&[]),
        [only] => *only,
        more => {
            let left = more.len().next_power_of_two() / 2;
            let (a, b) = more.split_at(left);
            node(root_over(a), root_over(b))
        }
    }
}

/// Hashes two neighbours: `SHA-256(0x01 ‖ left ‖ right)`.
fn node(left: Digest, right: Digest) -> Digest {
    Digest(node_hash(Hash(left.0), Hash(right.0)).0)
}

/// Computes the roots of the whole trees that stand side by side in a tile, the largest first.
fn peaks_of(mut tile: &[Digest]) -> Vec<Digest> {
    let mut peaks = Vec::new();
    while let Some(width) = tile.len().checked_ilog2() {
        let (whole, rest) = tile.split_at(1 << width);
        peaks.push(root_over(whole));
        tile = rest;
    }
    peaks
}

/// The right edge of a tree: all that appending takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// The hashes of each level's last tile, while it is not whole.
    levels: Vec<Vec<Digest>>,
    /// The roots of the whole trees that stand side by side in it, the largest first: one a bit of its size.
    peaks: Vec<Digest>,
}

impl Edge {
    /// Makes the edge of a tree from the hashes of each level's partial tile.
    pub fn new(size: u64, levels: Vec<Vec<Digest>>) -> Self {
        let peaks = levels.iter().rev().flat_map(|tile| peaks_of(tile)).collect();
        Self { size, levels, peaks }
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Lists how many hashes each level's partial tile has, for a tree of a size.
    pub fn widths(size: u64) -> Vec<u64> {
        let levels = std::iter::successors(Some(size), |size| Some(size >> HEIGHT));
        levels.take_while(|size| *size > 0).map(|size| size % WIDTH).collect()
    }

    /// Appends a leaf; returns the tiles that it makes whole, the lowest first.
    pub fn push(&mut self, leaf: Digest) -> Vec<Tile> {
        let mut made = Vec::new();
        let mut carried = leaf;
        for level in 0_u8.. {
            let at = usize::from(level);
            if self.levels.len() == at {
                self.levels.push(Vec::new());
            }
            let Some(tile) = self.levels.get_mut(at) else { break };
            tile.push(carried);
            if (tile.len() as u64) < WIDTH {
                break;
            }
            let hashes = std::mem::take(tile);
            let index = self.size >> (u32::from(HEIGHT) * (u32::from(level) + 1));
            carried = root_over(&hashes);
            made.push(Tile { place: TilePlace { level, index }, root: carried, hashes });
        }
        let joined = self.peaks.len().saturating_sub(self.size.trailing_ones() as usize);
        let peaks = self.peaks.split_off(joined);
        self.peaks.push(peaks.into_iter().rfold(leaf, |right, left| node(left, right)));
        self.size += 1;
        made
    }

    /// Computes the root. Errors: [`TreeError::Missing`] when it was made of other hashes than its size asks for.
    pub fn root(&self) -> Result<Digest, TreeError> {
        let widths = self.levels.iter().map(|tile| tile.len() as u64);
        if !widths.eq(Self::widths(self.size)) {
            return Err(TreeError::Missing);
        }
        let peaks = self.peaks.iter().copied();
        Ok(peaks.rev().reduce(|right, left| node(left, right)).unwrap_or_else(|| root_over(&[])))
    }
}

/// Hashes of a tree that were read: enough for a root or a proof.
#[derive(Clone, Debug, Default)]
pub struct Nodes {
    tiles: BTreeMap<TilePlace, Vec<Digest>>,
}

impl Nodes {
    /// Takes the right edge of a tree.
    pub fn of_edge(edge: &Edge) -> Self {
        let mut nodes = Self::default();
        for (level, hashes) in (0_u8..).zip(&edge.levels) {
            let index = edge.size >> (u32::from(HEIGHT) * (u32::from(level) + 1));
            nodes.insert(TilePlace { level, index }, hashes.clone());
        }
        nodes
    }

    /// Adds a tile, whole or the beginning of one.
    pub fn insert(&mut self, place: TilePlace, hashes: Vec<Digest>) {
        self.tiles.insert(place, hashes);
    }

    /// Adds the tiles of others.
    pub fn add(&mut self, others: Self) {
        self.tiles.extend(others.tiles);
    }

    /// Lists the tiles on the way from a leaf to the root, in a tree of a size: a proof about this
    /// leaf, and the root, need no others than these and those of the last leaf.
    pub fn path(leaf: u64, size: u64) -> Vec<TilePlace> {
        let levels =
            (0_u8..).take_while(|level| size >> (u32::from(HEIGHT) * u32::from(*level)) > 0);
        let place = |level: u8| TilePlace {
            level,
            index: leaf >> (u32::from(HEIGHT) * (u32::from(level) + 1)),
        };
        levels.map(place).collect()
    }

    /// Computes the root of the tree's first leaves.
    pub fn root(&self, size: u64) -> Result<Digest, TreeError> {
        if size == 0 {
            return Ok(root_over(&[]));
        }
        tlog::tree_hash(size, self).map(|hash| Digest(hash.0)).map_err(|_| TreeError::Missing)
    }

    /// Proves that a leaf is in the tree of a size. Shape: the siblings, from the leaf up.
    pub fn inclusion(&self, leaf: u64, size: u64) -> Result<Vec<Digest>, TreeError> {
        if leaf >= size {
            return Err(TreeError::Outside);
        }
        digests(tlog::prove_record(size, leaf, self))
    }

    /// Proves that a tree is the beginning of another.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Digest>, TreeError> {
        if old == 0 || old > new {
            return Err(TreeError::Outside);
        }
        digests(tlog::prove_tree(new, old, self))
    }

    fn hash(&self, index: u64) -> Option<Hash> {
        let (level, at) = split_stored_hash_index(index);
        let (level, within) = (level / HEIGHT, level % HEIGHT);
        let first = at << within;
        let place = TilePlace { level, index: first >> HEIGHT };
        let hashes = self.tiles.get(&place)?;
        let from = usize::try_from(first % WIDTH).ok()?;
        let part = hashes.get(from..from + (1 << within))?;
        Some(Hash(root_over(part).0))
    }
}

impl HashReader for Nodes {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        let hashes = indexes.iter().map(|index| self.hash(*index));
        hashes.collect::<Option<_>>().ok_or(tlog::Error::IndexesNotInTree)
    }
}

fn digests(proof: Result<Vec<Hash>, tlog::Error>) -> Result<Vec<Digest>, TreeError> {
    let proof = proof.map_err(|_| TreeError::Missing)?;
    Ok(proof.into_iter().map(|hash| Digest(hash.0)).collect())
}

/// The root of a tree with its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many leaves.
    pub size: u64,
    /// The root.
    pub root: Digest,
}

/// Checks that a leaf is at an index of a tree. Errors: [`TreeError::Outside`],
/// [`TreeError::BadProof`].
pub fn check_inclusion(
    proof: &[Digest],
    head: Head,
    index: u64,
    leaf: Digest,
) -> Result<(), TreeError> {
    if index >= head.size {
        return Err(TreeError::Outside);
    }
    let proof = hashes(proof);
    let checked = tlog::check_record(&proof, head.size, Hash(head.root.0), index, Hash(leaf.0));
    checked.map_err(|_| TreeError::BadProof)
}

/// Checks that a tree is the beginning of another. Errors: as [`check_inclusion`].
pub fn check_consistency(proof: &[Digest], old: Head, new: Head) -> Result<(), TreeError> {
    if old.size == 0 || old.size > new.size {
        return Err(TreeError::Outside);
    }
    let proof = hashes(proof);
    let checked = tlog::check_tree(&proof, new.size, Hash(new.root.0), old.size, Hash(old.root.0));
    checked.map_err(|_| TreeError::BadProof)
}

fn hashes(proof: &[Digest]) -> Vec<Hash> {
    proof.iter().map(|digest| Hash(digest.0)).collect()
}

/// Proves that a leaf is among few, all in memory: the candidates of a decision.
pub fn inclusion_among(leaves: &[Digest], index: u64) -> Result<Vec<Digest>, TreeError> {
    let mut edge = Edge::default();
    let mut nodes = Nodes::default();
    for leaf in leaves {
        for tile in edge.push(*leaf) {
            nodes.insert(tile.place, tile.hashes);
        }
    }
    nodes.add(Nodes::of_edge(&edge));
    nodes.inclusion(index, edge.size())
}
