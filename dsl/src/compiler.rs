//! Compiling: what others stand on first, whole; then the companies' policies, some at a time. And
//! compiling again after a change: what did not change is kept.
//!
//! The filling of a closed frame (a company's policy) declares nothing that another file may refer
//! to. So it goes the whole way alone: it is parsed, checked and lowered, and its syntax tree let go
//! before the next ones are read; however many they are, few trees are held. It is compiled again
//! when its text changes, or when anything that it may stand on does: the rest of the recueil is
//! few, and is always compiled whole. Compiling again gives the same as compiling anew, which a test
//! compares.

use crate::lower::{LoweredPiece, Lowerer};
use crate::recueil::Recueil;
use crate::resolved::tree::Unit;
use crate::typed::{Checker, Files, Filling, Mark, Piece, Shared};
use crate::{Compiled, ScriptIndex, forgotten, resolved, syntax};
use rayon::prelude::*;
use source::{Checked, Diagnostic, FileId, SourceFile, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many fillings are compiled at a time: enough to share among cores, few enough for caches.
const TOGETHER: usize = 64;

/// A compiler that remembers what it compiled last.
#[derive(Debug, Default)]
pub struct Compiler {
    read: BTreeMap<FileId, Read>,
    base: Base,
    fillings: BTreeMap<FileId, Kept>,
}

/// A rule file, parsed and read by itself. A filling has let go of its declarations.
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

/// What a filling became.
#[derive(Debug)]
struct Kept {
    checked: Filling,
    lowered: LoweredPiece,
}

/// Which files are compiled first, and which are fillings.
struct Order {
    first: BTreeMap<FileId, Read>,
    /// Each with whether it is as it was.
    fillings: BTreeMap<FileId, bool>,
}

impl Compiler {
    /// Parses, resolves, checks and lowers a recueil. The value is there even when diagnostics are
    /// errors, as far as it could be made; it is fit for use only without errors.
    pub fn compile(&mut self, recueil: &Recueil, scripts: &ScriptIndex) -> Checked<Compiled> {
        let mut others = BTreeSet::new();
        loop {
            let order = self.order(recueil, &others);
            match self.compile_in(order, recueil, scripts) {
                Ok(compiled) => return compiled,
                Err(strangers) => others.extend(strangers),
            }
        }
    }

    /// Parses what fillings may stand on, and tells fillings by the line that names their frame;
    /// some files are known to be something else.
    fn order(&self, recueil: &Recueil, others: &BTreeSet<FileId>) -> Order {
        let file = |id: &FileId| recueil.sources.get(*id);
        let applied = |id: &FileId| {
            let name = file(id).and_then(|file| frame_named(&file.text));
            name.filter(|_| !others.contains(id))
        };
        let parse = |id: &FileId| Some((*id, self.read(*id, file(id)?)));
        let (waiting, first): (Vec<FileId>, Vec<FileId>) =
            recueil.rules.iter().partition(|id| applied(id).is_some());
        let mut first: BTreeMap<FileId, Read> = first.par_iter().filter_map(parse).collect();
        let known = resolved::index(units(&first));
        let (mut fillings, mut rest) = (BTreeMap::new(), Vec::new());
        for id in waiting {
            let before = file(&id).and_then(|file| self.unchanged(id, file));
            let fills = match before.map(|read| &read.unit) {
                Some(Some(unit)) => known.fills_a_closed_frame(unit),
                Some(None) | None => applied(&id).is_some_and(|name| known.is_a_closed_frame(name)),
            };
            if fills {
                fillings.insert(id, before.is_some());
            } else {
                rest.push(id);
            }
        }
        first.par_extend(rest.par_iter().filter_map(parse));
        Order { first, fillings }
    }

    /// Returns what was read of a file, when it is as it was.
    fn unchanged(&self, id: FileId, file: &Arc<SourceFile>) -> Option<&Read> {
        self.read.get(&id).filter(|before| before.file == *file)
    }

    /// Parses a file, unless it is as it was and holds its declarations.
    fn read(&self, id: FileId, file: &Arc<SourceFile>) -> Read {
        let whole = |read: &&Read| read.unit.as_ref().is_none_or(|unit| unit.is_whole());
        let before = self.unchanged(id, file).filter(whole);
        before.map_or_else(|| Parsed::new(id, file).whole(), Clone::clone)
    }

    /// Compiles files in an order. Errors: those that were taken for fillings and are not.
    fn compile_in(
        &mut self,
        order: Order,
        recueil: &Recueil,
        scripts: &ScriptIndex,
    ) -> Result<Checked<Compiled>, BTreeSet<FileId>> {
        let Order { first: mut read, fillings } = order;
        let base = resolved::resolve(units(&read));
        let (base, of_schema) = (base.value.unwrap_or_default(), base.diagnostics);
        self.forget(recueil, scripts, &fillings);
        let kept = self.fillings.keys().copied().collect();
        let files = Files { tables: recueil.tables.clone(), scripts: scripts.clone() };
        let mut stage = Stage::new(&base, &recueil.sources, &files);
        let mut strangers = BTreeSet::new();
        let fillings: Vec<FileId> = fillings.into_keys().collect();
        for some in fillings.chunks(TOGETHER) {
            read.extend(self.fill(some, &mut stage, &mut strangers));
        }
        if !strangers.is_empty() {
            return Err(strangers);
        }
        let Stage { checker, lowerer, .. } = stage;
        let typed = checker.finish();
        let resolved = resolved::join(base, units(&read));
        self.read = read;
        let mut diagnostics: Vec<Diagnostic> =
            self.read.values().flat_map(|read| read.diagnostics.clone()).collect();
        diagnostics.extend(resolved.diagnostics);
        diagnostics.extend(of_schema);
        diagnostics.extend(typed.diagnostics);
        let resolved = resolved.value.unwrap_or_default();
        let typed = typed.value.unwrap_or_default();
        let lowered = lowerer.finish(&typed);
        diagnostics.extend(lowered.diagnostics.iter().cloned());
        let diagnostics = forgotten::vocabularies(diagnostics, &resolved, &recueil.sources);
        Ok(Checked::new(Some(Compiled { resolved, typed, lowered, kept }), diagnostics))
    }

    /// Forgets the fillings that have changed, and all when what they stand on has.
    fn forget(
        &mut self,
        recueil: &Recueil,
        scripts: &ScriptIndex,
        fillings: &BTreeMap<FileId, bool>,
    ) {
        let files = recueil.sources.iter().filter(|(id, _)| !fillings.contains_key(id));
        let base = Base {
            files: files.map(|(id, file)| (id, Arc::clone(file))).collect(),
            scripts: scripts.clone(),
        };
        let stands = base == self.base;
        self.base = base;
        self.fillings.retain(|id, _| stands && fillings.get(id) == Some(&true));
    }

    /// Puts back the fillings that are kept, and compiles the others side by side. Shape: what was
    /// read of each.
    fn fill(
        &mut self,
        some: &[FileId],
        stage: &mut Stage<'_>,
        strangers: &mut BTreeSet<FileId>,
    ) -> Vec<(FileId, Read)> {
        let sources = stage.sources;
        let parse = |id: &FileId| {
            let new = !self.fillings.contains_key(id);
            let file = sources.get(*id).filter(|_| new);
            file.map(|file| Parsed::new(*id, file))
        };
        let parsed: Vec<Option<Parsed>> = some.par_iter().map(parse).collect();
        let mut pieces = Vec::with_capacity(some.len());
        for (id, parsed) in some.iter().zip(&parsed) {
            let unit = parsed.as_ref().and_then(|parsed| parsed.unit.as_ref());
            match (unit, self.fillings.get(id)) {
                (Some(unit), _) if stage.base.fills_a_closed_frame(unit) => {
                    pieces.push(Some(stage.check(unit)));
                    continue;
                }
                (Some(_), _) => drop(strangers.insert(*id)),
                (None, Some(kept)) => stage.checker.put_back(&kept.checked),
                (None, None) => {}
            }
            pieces.push(None);
        }
        let lowered = stage.lower(&pieces);
        let mut read = Vec::with_capacity(some.len());
        for (((id, parsed), piece), lowered) in some.iter().zip(parsed).zip(pieces).zip(lowered) {
            if let (Some((_, Some(checked))), Some(lowered)) = (piece, &lowered) {
                self.fillings.insert(*id, Kept { checked, lowered: lowered.clone() });
            }
            let kept = || self.fillings.get(id).map(|kept| kept.lowered.clone());
            stage.put(lowered.or_else(kept).unwrap_or_default());
            let now = parsed.map(Parsed::let_go);
            read.extend(now.or_else(|| self.read.get(id).cloned()).map(|read| (*id, read)));
        }
        read
    }
}

/// A filling that was checked: where it is in the tree, and what may be kept of it.
type CheckedFilling = (Piece, Option<Filling>);

/// A recueil under way: what fillings stand on is there, and they come one after the other.
struct Stage<'a> {
    base: &'a resolved::tree::Recueil,
    sources: &'a Sources,
    checker: Checker<'a>,
    lowerer: Lowerer,
    shared: Shared,
}

impl<'a> Stage<'a> {
    /// Checks and lowers what fillings stand on.
    fn new(base: &'a resolved::tree::Recueil, sources: &'a Sources, files: &'a Files) -> Self {
        let checker = Checker::new(base, sources, files);
        let lowerer = Lowerer::new(checker.tree());
        let shared = checker.shared();
        let piece = checker.since(Mark::default());
        let mut stage = Self { base, sources, checker, lowerer, shared };
        for lowered in stage.lower(&[Some((piece, None))]) {
            stage.put(lowered.unwrap_or_default());
        }
        stage
    }

    /// Checks a filling; what it became may be kept when nothing shared was added.
    fn check(&mut self, unit: &Unit) -> CheckedFilling {
        let mark = self.checker.mark();
        self.checker.check(unit);
        let keep = self.checker.is_as_shared(self.shared);
        (self.checker.since(mark), keep.then(|| self.checker.filling(mark)))
    }

    /// Lowers pieces side by side.
    fn lower(&mut self, pieces: &[Option<CheckedFilling>]) -> Vec<Option<LoweredPiece>> {
        let tree = self.checker.tree();
        self.lowerer.prepare(tree);
        let lower = |piece: &CheckedFilling| self.lowerer.lower(tree, &piece.0);
        pieces.par_iter().map(|piece| piece.as_ref().map(lower)).collect()
    }

    fn put(&mut self, lowered: LoweredPiece) {
        self.lowerer.put(self.checker.tree(), lowered);
    }
}

/// A file that was just parsed, with its declarations.
struct Parsed {
    file: Arc<SourceFile>,
    unit: Option<Unit>,
    diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    fn new(id: FileId, file: &Arc<SourceFile>) -> Self {
        let parsed = syntax::parse(id, &file.text);
        let mut diagnostics = parsed.diagnostics;
        let unit = parsed.value.map(|unit| resolved::read(unit, &mut diagnostics));
        Self { file: Arc::clone(file), unit, diagnostics }
    }

    fn whole(self) -> Read {
        Read { file: self.file, unit: self.unit.map(Arc::new), diagnostics: self.diagnostics }
    }

    fn let_go(mut self) -> Read {
        self.unit.iter_mut().for_each(|unit| unit.let_go(&self.file));
        self.whole()
    }
}

fn units(read: &BTreeMap<FileId, Read>) -> Vec<Arc<Unit>> {
    read.values().filter_map(|read| read.unit.clone()).collect()
}

/// Finds the frame that a text says it fills, without parsing it: a hint, which only parsing
/// confirms.
fn frame_named(text: &str) -> Option<&str> {
    let rest = text.lines().find_map(|line| line.strip_prefix(APPLIES))?;
    rest.split_whitespace().next()
}

const APPLIES: &str = "applique ";
