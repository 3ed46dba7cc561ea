//! Verdicts about compiled rules: scales, guarantees, reviews, examples and their coverage.
//!
//! Verdicts come from the compiled program itself: what an interval or a dependency decides is
//! decided, and the rest says so.

mod cells;
mod chains;
mod coverage;
mod criteria;
mod examples;
mod guarantees;
mod lines;
mod points;
mod reviews;
mod rows;
mod scales;
mod tables;

pub use coverage::{Coverage, Covered, Missed, coverage};
pub use examples::{ExampleReport, run_examples};
pub use points::{LinePoints, UnitPoints, points};

use dsl::Compiled;
use dsl::recueil::Recueil;
use engine::Date;
use source::{Checked, Diagnostic};

/// Checks a compiled recueil beyond its types: tables, scales, guarantees, reviews due on a day.
///
/// Errors: `E0404`, `E0412`, `E0505`; warnings `W0101`, `W0102`; remarks `N0101`.
pub fn verify(recueil: &Recueil, compiled: &Compiled, today: Option<Date>) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    tables::check(compiled, &mut out);
    scales::check(compiled, &mut out);
    criteria::check(compiled, &mut out);
    guarantees::check(compiled, &mut out);
    if let Some(today) = today {
        reviews::check(recueil, compiled, today, &mut out);
    }
    Checked::new(Some(()), out).diagnostics
}
