//! Types, units of measure and the meaning of every name.

mod criteria;
mod csv_tables;
mod declarations;
mod examples;
mod expressions;
mod footprints;
mod frames;
mod from_resolved;
mod grids;
mod guarantees;
mod kept;
mod names;
mod operators;
mod pools;
mod rankings;
mod scope;
mod tables;
pub mod tree;
mod types;
mod walk;
mod ways;

pub(crate) use from_resolved::Checker;
pub use from_resolved::Files;
pub(crate) use kept::{Filling, Mark, Piece, Shared};
pub use ways::{Read, Step};
