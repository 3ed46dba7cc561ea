//! What is wrong with a dossier, said without repeating what a person declared.

use crate::limits;
use crate::node::Place;
use crate::path::Path;
use source::Code;

/// One mistake of a dossier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} {path} (ligne {}, colonne {}) : {message}", place.line, place.column)]
pub struct DossierError {
    /// The code, such as `D0202`.
    pub code: Code,
    /// Where in the dossier, such as `candidats[2].foyer.revenus`; empty for the whole.
    pub path: String,
    /// One line in French: the type due and the kind found, never the value.
    pub message: String,
    /// Where in the text.
    pub place: Place,
    /// What to write instead.
    pub help: Option<String>,
}

/// A mistake before its place is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The code.
    pub(crate) code: Code,
    /// One line in French.
    pub(crate) message: String,
    /// What to write instead.
    pub(crate) help: Option<String>,
}

impl Fault {
    /// Makes a fault.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None }
    }

    /// Sets what to write instead.
    pub(crate) fn helped(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets what to write instead, when there is something to say.
    pub(crate) fn maybe_helped(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// Gives the fault its place.
    pub(crate) fn at(self, path: &Path<'_>, place: Place) -> DossierError {
        DossierError {
            code: self.code,
            path: path.to_string(),
            message: self.message,
            place,
            help: self.help,
        }
    }
}

/// The mistakes found so far, no more than a reader can use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problems {
    errors: Vec<DossierError>,
}

impl Problems {
    /// Records a mistake that has its place.
    pub(crate) fn record(&mut self, error: DossierError) {
        if !self.is_full() {
            self.errors.push(error);
        }
    }

    /// Records a mistake.
    pub(crate) fn push(&mut self, fault: Fault, path: &Path<'_>, place: Place) {
        self.record(fault.at(path, place));
    }

    /// Tells whether no more will be recorded.
    pub(crate) fn is_full(&self) -> bool {
        self.errors.len() >= limits::ERRORS
    }

    /// Returns the value when nothing was wrong, else every mistake in the order of the text.
    pub(crate) fn settle<T>(mut self, value: T) -> Result<T, Vec<DossierError>> {
        if self.errors.is_empty() {
            return Ok(value);
        }
        self.errors.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.path.cmp(&b.path)));
        Err(self.errors)
    }
}
