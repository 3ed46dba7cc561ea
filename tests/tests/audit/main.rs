//! The registry from outside: the command on real stores, receipts under another program, the test
//! vectors, the golden corpus.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod bareme;
mod ends;
mod faults;
mod golden;
mod recorded;
mod replayed;
mod verifier;
