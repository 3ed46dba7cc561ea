//! Populations by tables: drawn from a seed, read as CSV or Parquet, evaluated, written as CSV, Parquet or JSON.
//!
//! Everything is row by row and in bounded memory: an offer, or a few thousand rows. No file is opened by name
//! here and nothing is printed: the caller gives what is read and what is written to. No number passes through a
//! float.

mod comparison;
mod dense;
mod draw;
mod incoming;
mod mapping;
mod population;
mod run;
mod slots;
mod table;

pub use comparison::{
    Asides, Bin, Category, Comparison, Distribution, Flows, Group, LineMovement, Movement,
    OfferMoves, Offers, Passage, Report, Side, Spread, Step, Value,
};
pub use incoming::{DECODER, Incoming, ReadError, RowFault, Table};
pub use mapping::{Mapping, Mistake};
pub use population::{Population, PopulationError};
pub use run::{By, Counts, RunError, Simulation};
pub use table::{Cell, Form, Heading, Kind, Sink, TableError};
