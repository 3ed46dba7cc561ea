//! A recueil from its directory to a program, with everything found on the way.

use crate::failure::Failure;
use crate::files;
use crate::progress;
use analysis::{Opened, Solver, Verifier};
use dsl::Compiled;
use engine::Date;
use script::Sandbox;
use source::{Checked, Diagnostic, Severity, Sources};
use std::collections::BTreeMap;
use std::path::Path;
use wire::Judged;

/// A recueil, compiled as far as it could be.
pub struct Recueil {
    /// Its files, its name, its hash.
    pub files: dsl::recueil::Recueil,
    /// Its program and typed tree; fit for use only without errors.
    pub compiled: Compiled,
    /// Its scripts.
    pub sandbox: Sandbox,
    /// Everything found, in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Recueil {
    /// Reads and compiles the recueil of a directory; reviews are judged on a day when one is
    /// given.
    ///
    /// Errors: only the disk's; the author's are in `diagnostics`.
    pub fn load(directory: &Path, today: Option<Date>) -> Result<Self, Failure> {
        Ok(Self::of(&files::read_all(directory)?, today))
    }

    /// Compiles the recueil of these files, by path from the manifest.
    pub fn of(bytes: &BTreeMap<String, Vec<u8>>, today: Option<Date>) -> Self {
        progress::during("Compilation du recueil", || {
            let opened = Opened::of(bytes);
            let Checked { value, diagnostics } = Verifier::default().verify(&opened, today);
            let Opened { recueil: files, sandbox, .. } = opened;
            Self { files, compiled: value.unwrap_or_default(), sandbox, diagnostics }
        })
    }

    /// Asks a solver about the guarantees that are not decided.
    ///
    /// Errors: the solver does not answer.
    pub fn settle(&mut self, solver: &dyn Solver) -> Result<(), Failure> {
        let Self { files, compiled, sandbox, diagnostics } = self;
        analysis::settle(&files.sources, compiled, sandbox, solver, diagnostics)?;
        diagnostics.sort_by_key(|one| (one.primary, one.severity, one.code));
        Ok(())
    }

    /// Tells whether it has errors.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Counts the diagnostics of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// Lends it to whoever tells of it.
    pub fn judged(&self) -> Judged<'_> {
        let Self { files, compiled, diagnostics, .. } = self;
        Judged { files, compiled, diagnostics }
    }

    /// Returns its files with places.
    pub fn sources(&self) -> &Sources {
        &self.files.sources
    }
}
