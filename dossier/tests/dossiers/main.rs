//! Dossiers good and bad, read against a small vocabulary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod forms;
mod hostile;
mod reading;
mod refusals;
mod shapes;
mod straight;
mod vocabulary;
