//! Everything that is found in a recueil: what the compiler says, then the verdicts
//! and the linter.
//!
//! A [`Verifier`] compiles and verifies again after a change, and keeps the verdicts about files
//! whose compiled form is as it was (see [`dsl::Compiler`]): those of fillings of closed frames,
//! which depend on nothing else. Verdicts about several units together are always found anew.

use crate::lints::{lint_files, lint_together};
use crate::opened::Opened;
use crate::{boundaries, costs, criteria, days, guarantees, readers, scales, tables};
use dsl::recueil::Recueil;
use dsl::{Compiled, Compiler};
use engine::{Date, Scripts};
use source::{Checked, Diagnostic, FileId};
use std::collections::{BTreeMap, BTreeSet};

/// Which files are looked at.
#[derive(Debug, Default)]
pub(crate) struct Look {
    known: BTreeSet<FileId>,
}

impl Look {
    /// Tells whether what a file declares is to be looked at.
    pub(crate) fn at(&self, file: FileId) -> bool {
        !self.known.contains(&file)
    }
}

/// A verifier that remembers what it verified last.
#[derive(Debug, Default)]
pub struct Verifier {
    compiler: Compiler,
    /// What was found in each file that may stay as it was.
    known: BTreeMap<FileId, Vec<Diagnostic>>,
    around: Around,
}

/// What verdicts depend on, besides the compiled form of files.
#[derive(Debug, Default, PartialEq, Eq)]
struct Around {
    today: Option<Date>,
    glossary: BTreeMap<String, String>,
}

impl Verifier {
    /// Compiles an opened recueil and, when that finds no error, checks it beyond its types and runs
    /// the linter; all at the levels of the manifest, less what it allows.
    ///
    /// Says what opening it found as well.
    pub fn verify(&mut self, opened: &Opened, today: Option<Date>) -> Checked<Compiled> {
        let Opened { recueil, sandbox, index, .. } = opened;
        let checked = self.compiler.compile(recueil, index);
        let sound = !checked.has_errors();
        let compiled = checked.value.unwrap_or_default();
        let mut diagnostics = checked.diagnostics;
        let around = Around { today, glossary: recueil.glossary.clone() };
        if around != self.around {
            self.known.clear();
            self.around = around;
        }
        self.known.retain(|file, _| compiled.kept.contains(file));
        if sound {
            diagnostics.extend(self.verdicts(recueil, &compiled, sandbox, today));
        }
        dsl::apply_manifest(recueil, &compiled.resolved, &mut diagnostics);
        diagnostics.extend_from_slice(&opened.diagnostics);
        Checked::new(Some(compiled), diagnostics)
    }

    /// Compiles an opened recueil that was judged before, elsewhere, and remembers what it compiled: judging it
    /// afterwards compiles nothing again.
    ///
    /// Says what opening it found as well.
    pub fn compile(&mut self, opened: &Opened) -> Checked<Compiled> {
        let checked = self.compiler.compile(&opened.recueil, &opened.index);
        let compiled = checked.value.unwrap_or_default();
        self.known.retain(|file, _| compiled.kept.contains(file));
        let mut diagnostics = checked.diagnostics;
        diagnostics.extend_from_slice(&opened.diagnostics);
        Checked::new(Some(compiled), diagnostics)
    }

    fn verdicts(
        &mut self,
        recueil: &Recueil,
        compiled: &Compiled,
        scripts: &dyn Scripts,
        today: Option<Date>,
    ) -> Vec<Diagnostic> {
        let look = Look { known: self.known.keys().copied().collect() };
        let fillings = compiled.resolved.units.iter();
        let fillings = fillings.filter(|unit| compiled.resolved.fills_a_closed_frame(unit));
        for file in fillings.map(|unit| unit.span.file).filter(|file| look.at(*file)) {
            self.known.insert(file, Vec::new());
        }
        let mut found = together(recueil, compiled, scripts);
        found.extend(lint_together(recueil, compiled, today));
        let mut of_files = by_file(recueil, compiled, scripts, &look);
        of_files.extend(lint_files(recueil, compiled, today, &look));
        for diagnostic in of_files {
            match self.known.get_mut(&diagnostic.primary.file) {
                Some(known) => known.push(diagnostic),
                None => found.push(diagnostic),
            }
        }
        found.extend(self.known.values().flatten().cloned());
        found
    }
}

/// Checks a compiled recueil beyond its types: tables, scales, criteria, guarantees.
///
/// Faults come with an example that shows them when one is found.
///
/// Errors: `E0404`, `E0412`, `E0505`, `E0904`; warnings `W0101`, `W012x`, `W013x`, `W019x`; remarks `N010x`.
pub fn verify(recueil: &Recueil, compiled: &Compiled, scripts: &dyn Scripts) -> Vec<Diagnostic> {
    let mut out = together(recueil, compiled, scripts);
    out.extend(by_file(recueil, compiled, scripts, &Look::default()));
    Checked::new(Some(()), out).diagnostics
}

/// What takes several units together, or concerns few.
fn together(recueil: &Recueil, compiled: &Compiled, scripts: &dyn Scripts) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let readers = readers::readers(compiled);
    tables::check(recueil, compiled, scripts, &readers, &mut out);
    days::check(&recueil.sources, compiled, scripts, &readers, &mut out);
    scales::check(compiled, scripts, &mut out);
    guarantees::check(&recueil.sources, compiled, scripts, &mut out);
    out
}

/// What is said of a file's own declarations, each file by itself.
fn by_file(
    recueil: &Recueil,
    compiled: &Compiled,
    scripts: &dyn Scripts,
    look: &Look,
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    costs::check(compiled, look, &mut out);
    criteria::check(compiled, look, &mut out);
    boundaries::check(compiled, &recueil.sources, scripts, look, &mut out);
    out
}
