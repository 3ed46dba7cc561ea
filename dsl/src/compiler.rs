//! Compiling again after a change: what did not change is kept.
//!
//! A file is parsed again when its text changes. The filling of a closed frame (a company's policy)
//! is checked and lowered again when its text changes, or when anything that it may stand on does:
//! the rest of the recueil is few, and is always compiled whole. Compiling again gives the same as
//! compiling anew, which a test compares.

use crate::recueil::Recueil;
use crate::resolved::tree::Unit;
use crate::typed::{Files, Fillings};
use crate::{Compiled, ScriptIndex, forgotten, lower, resolved, syntax, typed};
use rayon::prelude::*;
use source::{Checked, Diagnostic, FileId, SourceFile};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A compiler that remembers what it compiled last.
#[derive(Debug, Default)]
pub struct Compiler {
    read: BTreeMap<FileId, Read>,
    base: Base,
    fillings: Fillings,
    versions: lower::Versions,
}

/// A rule file, parsed and read by itself.
#[derive(Clone, Debug)]
struct Read {
    file: Arc<SourceFile>,
    unit: Option<Arc<Unit>>,
    diagnostics: Vec<Diagnostic>,
}

/// What every filling may stand on.
#[derive(Debug, Default, PartialEq, Eq)]
struct Base {
    files: BTreeMap<FileId, Arc<SourceFile>>,
    scripts: ScriptIndex,
}

impl Compiler {
    /// Parses, resolves, checks and lowers a recueil. The value is there even when diagnostics are
    /// errors, as far as it could be made; it is fit for use only without errors.
    pub fn compile(&mut self, recueil: &Recueil, scripts: &ScriptIndex) -> Checked<Compiled> {
        let read = self.parse(recueil);
        let unchanged = |id: &FileId, now: &Read| {
            self.read.get(id).is_some_and(|before| Arc::ptr_eq(&before.file, &now.file))
        };
        let same: BTreeSet<FileId> =
            read.iter().filter(|(id, now)| unchanged(id, now)).map(|(id, _)| *id).collect();
        self.read = read;
        let mut diagnostics: Vec<Diagnostic> =
            self.read.values().flat_map(|read| read.diagnostics.clone()).collect();
        let units = self.read.values().filter_map(|read| read.unit.clone()).collect();
        let resolved = resolved::resolve(units);
        diagnostics.extend(resolved.diagnostics);
        let resolved = resolved.value.unwrap_or_default();
        let kept = self.forget(recueil, scripts, &resolved, &same);
        let files = Files { tables: recueil.tables.clone(), scripts: scripts.clone() };
        let typed = typed::check(&resolved, &recueil.sources, &files, &mut self.fillings);
        diagnostics.extend(typed.diagnostics);
        let typed = typed.value.unwrap_or_default();
        self.versions.keep(&kept, self.fillings.files());
        let lowered = lower::lower(&typed, &mut self.versions);
        diagnostics.extend(lowered.diagnostics.iter().cloned());
        let diagnostics = forgotten::vocabularies(diagnostics, &resolved, &recueil.sources);
        Checked::new(Some(Compiled { resolved, typed, lowered, kept }), diagnostics)
    }

    /// Parses the rule files that are not as they were.
    fn parse(&self, recueil: &Recueil) -> BTreeMap<FileId, Read> {
        let read = |&id: &FileId| {
            let file = recueil.sources.get(id)?;
            let before = self.read.get(&id).filter(|before| before.file == *file);
            Some((id, before.map_or_else(|| Read::new(id, file), Clone::clone)))
        };
        recueil.rules.par_iter().filter_map(read).collect()
    }

    /// Forgets the fillings that have changed, and all when what they stand on has. Shape: the
    /// files whose compiled form is as it was.
    fn forget(
        &mut self,
        recueil: &Recueil,
        scripts: &ScriptIndex,
        resolved: &resolved::tree::Recueil,
        same: &BTreeSet<FileId>,
    ) -> BTreeSet<FileId> {
        let fillings: BTreeSet<FileId> = resolved
            .units
            .iter()
            .filter(|unit| resolved.fills_a_closed_frame(unit))
            .map(|unit| unit.span.file)
            .collect();
        let files = recueil.sources.iter().filter(|(id, _)| !fillings.contains(id));
        let base = Base {
            files: files.map(|(id, file)| (id, Arc::clone(file))).collect(),
            scripts: scripts.clone(),
        };
        let stands = base == self.base;
        self.base = base;
        self.fillings.retain(|id| stands && same.contains(&id) && fillings.contains(&id));
        self.fillings.files()
    }
}

impl Read {
    fn new(id: FileId, file: &Arc<SourceFile>) -> Self {
        let parsed = syntax::parse(id, &file.text);
        let mut diagnostics = parsed.diagnostics;
        let unit = parsed.value.map(|unit| Arc::new(resolved::read(unit, &mut diagnostics)));
        Self { file: Arc::clone(file), unit, diagnostics }
    }
}
