//! Text to the syntax tree.

pub mod tree;
