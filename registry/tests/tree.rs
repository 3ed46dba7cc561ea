//! The tree by tiles against another program's tree, and proofs that do not hold.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use registry::Digest;
use registry::tree::{
    Edge, Head, Nodes, TreeError, check_consistency, check_inclusion, leaf, root_over,
};
use sha2::Sha256;

/// A tree with every tile that it ever made.
struct Grown {
    edge: Edge,
    nodes: Nodes,
}

impl Grown {
    fn of(leaves: &[Digest]) -> Self {
        let (mut edge, mut nodes) = (Edge::default(), Nodes::default());
        for leaf in leaves {
            for tile in edge.push(*leaf) {
                assert_eq!(tile.root, root_over(&tile.hashes));
                nodes.insert(tile.place, tile.hashes);
            }
        }
        nodes.add(Nodes::of_edge(&edge));
        Self { edge, nodes }
    }

    fn head(&self, size: u64) -> Head {
        Head { size, root: self.nodes.root(size).unwrap() }
    }
}

fn entries(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|at| format!("entrée {at}").into_bytes()).collect()
}

fn leaves(entries: &[Vec<u8>]) -> Vec<Digest> {
    entries.iter().map(|entry| leaf(entry)).collect()
}

fn theirs(entries: &[Vec<u8>]) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    for entry in entries {
        tree.push(entry.clone());
    }
    tree
}

fn bytes(proof: &[Digest]) -> Vec<u8> {
    proof.iter().flat_map(|digest| digest.0).collect()
}

fn place(index: u64) -> usize {
    usize::try_from(index).unwrap()
}

#[test]
fn leaves_and_nodes_are_hashed_as_the_rfc_says() {
    assert_eq!(root_over(&[]), Digest::of(&[]), "RFC 6962 §2.1: the hash of an empty list");
    let one = Digest::of(&[&[0], b"L123456"]);
    assert_eq!(leaf(b"L123456"), one, "a leaf under 0x00");
    let two = Digest::of(&[&[1], &one.0, &leaf(b"b").0]);
    assert_eq!(root_over(&[one, leaf(b"b")]), two, "a node under 0x01");
}

#[test]
fn every_size_around_a_tile_has_the_same_root_as_ct_merkle() {
    for size in [1, 2, 3, 255, 256, 257, 511, 512, 513, 600] {
        let entries = entries(size);
        let root = Grown::of(&leaves(&entries)).edge.root().unwrap();
        assert_eq!(root.0[..], theirs(&entries).root().as_bytes()[..], "{size}");
        assert_eq!(root, root_over(&leaves(&entries)));
    }
}

#[test]
fn a_tree_of_three_levels_of_tiles_proves_its_first_and_last_leaves() {
    let leaves = leaves(&entries(66_000));
    let grown = Grown::of(&leaves);
    assert_eq!(grown.edge.root().unwrap(), root_over(&leaves));
    let head = grown.head(66_000);
    for index in [0, 255, 256, 65_535, 65_536, 65_999] {
        let proof = grown.nodes.inclusion(index, head.size).unwrap();
        assert_eq!(check_inclusion(&proof, head, index, leaves[place(index)]), Ok(()), "{index}");
    }
}

#[test]
fn an_edge_read_again_goes_on_as_the_one_that_was_kept() {
    let leaves = leaves(&entries(700));
    for size in [0, 1, 255, 256, 300, 512, 699] {
        let (before, after) = leaves.split_at(place(size));
        let mut kept = Grown::of(before).edge;
        let level = |(level, width): (usize, u64)| {
            let of_level: Vec<Digest> = match level {
                0 => before.to_vec(),
                _ => before.chunks_exact(256).map(root_over).collect(),
            };
            of_level[of_level.len() - place(width)..].to_vec()
        };
        let levels = Edge::widths(size).into_iter().enumerate().map(level).collect();
        let mut again = Edge::new(size, levels);
        for leaf in after {
            assert_eq!(kept.push(*leaf), again.push(*leaf));
        }
        assert_eq!(kept.root(), again.root(), "{size}");
    }
}

#[test]
fn an_edge_of_other_hashes_than_its_size_asks_for_has_no_root() {
    let leaves = leaves(&entries(5));
    for levels in [
        vec![],
        vec![leaves[..2].to_vec()],
        vec![leaves.clone()],
        vec![vec![], leaves[..3].to_vec()],
    ] {
        assert_eq!(Edge::new(3, levels.clone()).root(), Err(TreeError::Missing), "{levels:?}");
    }
    assert_eq!(Edge::new(3, vec![leaves[..3].to_vec()]).root(), Ok(root_over(&leaves[..3])));
}

#[test]
fn what_is_outside_the_tree_is_not_proved() {
    let grown = Grown::of(&leaves(&entries(10)));
    assert_eq!(grown.nodes.inclusion(10, 10), Err(TreeError::Outside));
    assert_eq!(grown.nodes.inclusion(12, 20), Err(TreeError::Missing));
    assert_eq!(grown.nodes.consistency(0, 10), Err(TreeError::Outside));
    assert_eq!(grown.nodes.consistency(11, 10), Err(TreeError::Outside));
    let other = Head { size: 10, root: leaf(b"autre") };
    assert_eq!(check_inclusion(&[], other, 10, leaf(b"x")), Err(TreeError::Outside));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn proofs_are_those_of_ct_merkle_and_hold(
        size in 1_u64..600, draw in any::<u64>(), less in any::<u64>()
    ) {
        let entries = entries(size);
        let leaves = leaves(&entries);
        let (grown, theirs) = (Grown::of(&leaves), theirs(&entries));
        let (index, old, head) = (draw % size, 1 + less % size, grown.head(size));
        let proof = grown.nodes.inclusion(index, size).unwrap();
        let of_theirs = theirs.prove_inclusion(place(index));
        prop_assert_eq!(bytes(&proof), of_theirs.as_bytes());
        prop_assert_eq!(check_inclusion(&proof, head, index, leaves[place(index)]), Ok(()));
        let proof = grown.nodes.consistency(old, size).unwrap();
        if old < size {
            let of_theirs = theirs.prove_consistency(place(size - old));
            prop_assert_eq!(bytes(&proof), of_theirs.as_bytes());
        }
        prop_assert_eq!(check_consistency(&proof, grown.head(old), head), Ok(()));
    }

    #[test]
    fn forged_proofs_are_refused(size in 2_u64..600, draw in any::<u64>(), bit in any::<usize>()) {
        let leaves = leaves(&entries(size));
        let grown = Grown::of(&leaves);
        let (index, head) = (draw % size, grown.head(size));
        let ours = leaves[place(index)];
        let proof = grown.nodes.inclusion(index, size).unwrap();
        let refused = |proof: &[Digest], head: Head, index: u64, leaf: Digest| {
            check_inclusion(proof, head, index, leaf).is_err()
        };
        prop_assert!(refused(&proof, head, (index + 1) % size, ours), "another index");
        prop_assert!(refused(&proof[1..], head, index, ours), "a truncated path");
        let longer: Vec<Digest> = proof.iter().copied().chain([head.root]).collect();
        prop_assert!(refused(&longer, head, index, ours), "a longer path");
        let twice = Head { size: size * 2 + 1, ..head };
        prop_assert!(refused(&proof, twice, index, ours), "another size");
        prop_assert!(refused(&proof, head, index, leaf(b"autre")), "another leaf");
        let mut changed = proof.clone();
        let which = bit % changed.len();
        changed[which].0[bit % 32] ^= 1;
        prop_assert!(refused(&changed, head, index, ours), "a changed bit");
    }

    #[test]
    fn a_rewritten_past_is_not_consistent(
        size in 2_u64..600, draw in any::<u64>(), less in any::<u64>()
    ) {
        let leaves = leaves(&entries(size));
        let old = 1 + less % (size - 1);
        let mut rewritten = leaves.clone();
        rewritten[place(draw % old)] = leaf(b"autre");
        let (before, after) = (Grown::of(&leaves), Grown::of(&rewritten));
        let proof = after.nodes.consistency(old, size).unwrap();
        prop_assert!(check_consistency(&proof, before.head(old), after.head(size)).is_err());
    }
}
