//! The limits on what arrives: every one of them is a `D0102` or a `D0205` when passed.

/// The longest text read, in bytes.
pub(crate) const TEXT_BYTES: usize = 64 * 1024 * 1024;

/// The most nodes of one text, aliases expanded: ten thousand complete applications fit.
pub(crate) const NODES: usize = 4_000_000;

/// The most nodes that anchors and aliases may copy.
pub(crate) const ALIASED_NODES: usize = 100_000;

/// How many bytes of copied text weigh as much as one node.
pub(crate) const ALIASED_BYTES_PER_NODE: usize = 64;

/// How deep lists and maps may nest. The walks over a tree are recursive and rely on it.
pub(crate) const DEPTH: usize = 64;

/// The longest scalar or key, in bytes.
pub(crate) const SCALAR_BYTES: usize = 100_000;

/// The most errors reported for one dossier.
pub(crate) const ERRORS: usize = 100;

/// The most digits before the decimal mark. The product of two such numbers fits in 128 bits.
pub(crate) const INTEGER_DIGITS: usize = 18;

/// The most digits after the decimal mark.
pub(crate) const DECIMAL_DIGITS: usize = 12;

/// The longest code, in characters.
pub(crate) const CODE_CHARACTERS: usize = 64;

/// The most characters of an author's word that a message repeats.
pub(crate) const QUOTED_CHARACTERS: usize = 60;

/// The most values of an enumeration that a help lists.
pub(crate) const LISTED_VALUES: usize = 20;
