//! Populations by tables: drawn from a seed, written as CSV, Parquet or JSON.
//!
//! Everything is row by row and in bounded memory. No file is opened here and nothing is printed: the caller
//! gives what is written to. No number passes through a float.

mod draw;
mod population;
mod table;

pub use population::{Population, PopulationError};
pub use table::{Cell, Form, Heading, Kind, Sink, TableError};
