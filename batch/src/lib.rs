//! A recueil as a function of DataFusion: SQL and DataFrames give each candidate of a population its points, its
//! lines and its rank, on one machine or, by Ballista, on many.
//!
//! The function is the evaluation by columns of `simulation`, and no second meaning of rules. It is of a window:
//! `notes(…) OVER (PARTITION BY offre)` sees the candidates of an offer together, as a ranking must. What travels
//! is the hash of the recueil, never its text: each machine has a [`Library`], and compiles there what it is named.

mod cluster;
mod codec;
mod library;
mod notes;
mod session;

pub use cluster::{Executor, Scheduler};
pub use codec::Codec;
pub use library::{Library, LibraryError, Rules, files_of};
pub use notes::{Notes, NotesError};
pub use session::{Population, local, noted, remote, written};
