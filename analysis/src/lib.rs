//! Verdicts about compiled rules: scales, guarantees, the linter, examples and their coverage.
//!
//! Verdicts come from the compiled program itself: what an interval or a dependency decides is
//! decided, and the rest says so.

mod boundaries;
mod cells;
mod chains;
pub mod compare;
mod costs;
mod coverage;
mod criteria;
mod days;
mod equal;
mod examples;
mod footprint;
mod guarantees;
mod lines;
mod lints;
mod obtainable;
mod opened;
mod points;
mod readers;
mod rows;
mod scales;
mod solver;
mod tables;
mod totals;
mod trends;
mod verifier;
mod witness;

pub use cells::cone;
pub use coverage::{Coverage, Covered, Missed, coverage};
pub use examples::{ExampleReport, run_examples};
pub use footprint::{Choice, FactReader, ReadFact, ReaderRole, UnitReads, footprints};
pub use guarantees::{Opinion, opinions, settle};
pub use lints::{Category, Lint, lint, lint_of, lints};
pub use opened::Opened;
pub use points::{LinePoints, UnitPoints, points};
pub use rows::row_taken;
pub use solver::{Solver, SolverFailure};
pub use tables::{Course, direction};
pub use verifier::{Verifier, verify};
