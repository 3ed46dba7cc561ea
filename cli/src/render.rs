//! Answers and diagnostics for people: text with styles that the terminal's edge may strip.

mod codes;
mod comparison;
mod configuration;
mod coverage;
mod diagnostics;
mod dossiers;
mod evaluation;
mod excerpt;
mod explanation;
mod facts;
mod footprint;
mod page;
mod population;
mod publication;
mod reachable;
pub mod registry;
pub mod replay;
mod style;
mod table;
mod units;
mod words;

pub use codes::code_page;
pub use comparison::comparison;
pub use configuration::configuration;
pub use coverage::{coverage, examples};
pub use diagnostics::{diagnostics, plain_diagnostics, short, summary};
pub use dossiers::{dossier_errors, plain_dossier_errors};
pub use evaluation::evaluation;
pub use explanation::explanation;
pub use facts::facts;
pub use footprint::footprint;
pub use page::Page;
pub use population::{mapping, population, simulation};
pub use publication::publication;
pub use reachable::reachable;
pub use style::{heading, paint};
pub use table::{Align, Table};
pub use units::units;
pub use words::{operations, unit_kind};

use crate::failure::Failure;
use std::path::Path;

/// Says what stopped a command.
pub fn failure(failure: &Failure) -> String {
    let mut page = Page::starting(format!("{} : {failure}\n", paint(style::ERROR, "erreur")));
    if let Some(help) = failure.help() {
        page.lines(help_line(&help));
    }
    page.done()
}

/// Says where an answer was written.
pub fn written(path: &Path) -> String {
    format!("Écrit dans « {} »\n", path.display())
}

/// Says what to do, under a message.
fn help_line(help: &str) -> String {
    format!("  = {} : {help}\n", paint(style::HELP, "aide"))
}
