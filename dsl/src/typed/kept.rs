//! What is kept of a compilation for the next one: the checked fillings of closed frames.
//!
//! Companies are the many, and a company's policy declares nothing that others may refer to. What it
//! becomes depends on its own text and on what it stands on: vocabularies, frames, tables, scripts.
//! As long as these stay the same (which the [`Compiler`](crate::Compiler) sees to), it may be put
//! back as it was. A filling is kept only when checking it added nothing shared, so that what is put
//! back refers to nothing that is gone.

use super::from_resolved::Checker;
use super::tree::{Example, Grid, Target};
use crate::resolved::tree::Unit;
use source::{Diagnostic, FileId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Checked fillings by file.
#[derive(Debug, Default)]
pub struct Fillings {
    by_file: BTreeMap<FileId, Filling>,
}

/// What one filling became.
#[derive(Debug)]
struct Filling {
    grids: Vec<Arc<Grid>>,
    /// With targets counted from its first grid.
    examples: Vec<Example>,
    diagnostics: Vec<Diagnostic>,
}

impl Fillings {
    /// Forgets all but some files.
    pub(crate) fn retain(&mut self, wanted: impl Fn(FileId) -> bool) {
        self.by_file.retain(|file, _| wanted(*file));
    }

    /// Lists the files that are kept.
    pub(crate) fn files(&self) -> BTreeSet<FileId> {
        self.by_file.keys().copied().collect()
    }
}

/// How much a checker holds of what units share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shared {
    definitions: usize,
    tables: usize,
    functions: usize,
    guarantees: usize,
    libraries: usize,
    frames: usize,
    pub(super) items: u32,
}

/// How much a checker holds of what each unit adds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    grids: usize,
    examples: usize,
    diagnostics: usize,
}

impl Checker<'_> {
    pub(super) fn shared(&self) -> Shared {
        Shared {
            definitions: self.tree.definitions.len(),
            tables: self.tree.tables.len(),
            functions: self.tree.functions.len(),
            guarantees: self.tree.guarantees.len(),
            libraries: self.libraries.len(),
            frames: self.frames.len(),
            items: self.items,
        }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            grids: self.tree.grids.len(),
            examples: self.tree.examples.len(),
            diagnostics: self.out.len(),
        }
    }

    /// Keeps what a filling has become since a mark, unless anything shared was added since the
    /// first filling.
    pub(super) fn keep(&self, unit: &Unit, shared: Shared, mark: Mark, kept: &mut Fillings) {
        let now = Shared { items: shared.items, ..self.shared() };
        if now != shared {
            return;
        }
        let since = |example: &Example| Example {
            target: moved(example.target, |at| at.wrapping_sub(offset(mark.grids))),
            ..example.clone()
        };
        let filling = Filling {
            grids: self.tree.grids.get(mark.grids..).unwrap_or_default().to_vec(),
            examples: self.tree.examples.iter().skip(mark.examples).map(since).collect(),
            diagnostics: self.out.get(mark.diagnostics..).unwrap_or_default().to_vec(),
        };
        kept.by_file.insert(unit.span.file, filling);
    }

    /// Puts back a filling that was kept; tells whether there was one.
    pub(super) fn put_back(&mut self, unit: &Unit, kept: &Fillings) -> bool {
        let Some(filling) = kept.by_file.get(&unit.span.file) else { return false };
        let first = offset(self.tree.grids.len());
        self.tree.grids.extend(filling.grids.iter().cloned());
        self.tree.examples.extend(filling.examples.iter().map(|example| Example {
            target: moved(example.target, |at| at.wrapping_add(first)),
            ..example.clone()
        }));
        self.out.extend(filling.diagnostics.iter().cloned());
        true
    }
}

fn offset(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn moved(target: Target, to: impl Fn(u32) -> u32) -> Target {
    match target {
        Target::Grid(at) => Target::Grid(to(at)),
        Target::Definitions | Target::Ranking(_) => target,
    }
}
