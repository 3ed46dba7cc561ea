//! Mistakes of a dossier: the place, the path, what was due; never an excerpt, since the text
//! around a mistake is a person's.

use super::diagnostics::safe;
use super::help_line;
use super::page::Page;
use super::style::{self, paint};
use dossier::DossierError;
use std::path::Path;

/// Says what is wrong with a dossier.
pub fn dossier_errors(path: &Path, errors: &[DossierError]) -> String {
    errors.iter().map(|error| one(path, error)).collect()
}

/// Draws them without styles, as a file or a pipe receives them.
pub fn plain_dossier_errors(path: &Path, errors: &[DossierError]) -> String {
    anstream::adapter::strip_str(&dossier_errors(path, errors)).to_string()
}

fn one(path: &Path, error: &DossierError) -> String {
    let head = paint(style::ERROR, &format!("erreur[{}]", error.code));
    let mut page = Page::starting(format!("{head} : {}\n", safe(&error.message)));
    let (line, column) = (error.place.line, error.place.column);
    let at = safe(&path.display().to_string());
    let place = if line == 0 { at } else { format!("{at}:{line}:{column}") };
    page.lines(format!("  --> {place}"));
    if !error.path.is_empty() {
        page.lines(format!(", {}", safe(&error.path)));
    }
    page.blank();
    if let Some(help) = &error.help {
        page.lines(help_line(&safe(help)));
    }
    page.blank();
    page.done()
}
