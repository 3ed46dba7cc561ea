//! The built command, from outside: what it answers, explains and exits with.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says that it failed by panicking"
)]

mod bareme;
mod check;
mod compare;
mod dossiers;
mod evaluate;
mod explain;
mod facts;
mod footprint;
mod format;
mod loading;
mod page;
mod population;
mod publish;
mod simulate;
mod simulate_against;
mod solver;
mod test;
mod usage;
