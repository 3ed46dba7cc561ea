//! The server as a whole: a real port, a real store, real files on disk.

mod decisions;
mod refusals;
mod reloads;
