//! A recueil from its directory to a program, with everything found on the way.

use crate::failure::Failure;
use crate::files;
use crate::progress;
use analysis::{Solver, Verifier};
use dsl::{Compiled, Script, ScriptIndex};
use engine::Date;
use script::{Sandbox, ScriptError};
use source::{Checked, Diagnostic, Severity, SourceFile, Sources, Span, code};
use std::collections::BTreeMap;
use std::path::Path;

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
            Self::compile(dsl::recueil::open(bytes), today)
        })
    }

    fn compile(opened: Checked<dsl::recueil::Recueil>, today: Option<Date>) -> Self {
        let mut diagnostics = opened.diagnostics;
        let mut files = opened.value.unwrap_or_default();
        let scripts = Sandbox::compile(&files.scripts, &files.adapters);
        for error in &scripts.errors {
            diagnostics.push(script_error(&mut files, error));
        }
        let index = index(&scripts.sandbox, &files);
        let checked = Verifier::default().verify(&files, &index, &scripts.sandbox, today);
        diagnostics.extend(checked.diagnostics);
        let compiled = checked.value.unwrap_or_default();
        let diagnostics = Checked::new(Some(()), diagnostics).diagnostics;
        Self { files, compiled, sandbox: scripts.sandbox, diagnostics }
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

    /// Returns its files with places.
    pub fn sources(&self) -> &Sources {
        &self.files.sources
    }
}

/// Lists what each script of a recueil declares.
pub fn index(sandbox: &Sandbox, files: &dsl::recueil::Recueil) -> ScriptIndex {
    let script = |path: &String| (path.clone(), Script::new(sandbox.functions(path)));
    files.scripts.keys().map(script).collect()
}

/// Gives a script's error its place in the script, which becomes a source of the recueil.
pub fn script_error(files: &mut dsl::recueil::Recueil, error: &ScriptError) -> Diagnostic {
    let text = files.scripts.get(&error.path).or_else(|| files.adapters.get(&error.path));
    let file = SourceFile::new(&error.path, text.cloned().unwrap_or_default());
    let place = file.to_line_end(error.line, error.column);
    let id = files.sources.add(file);
    Diagnostic::new(code::SCRIPT_FILE, Span::new(id, place.start, place.end), error.message.clone())
}
