//! Published rules: what small rules say in words, as a value and as a page.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod hostile;
mod rules;
mod sheets;
mod small;
mod words;
