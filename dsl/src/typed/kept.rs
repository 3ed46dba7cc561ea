//! What is kept of a filling of a closed frame, to be put back as it was.
//!
//! Companies are the many, and a company's policy declares nothing that others may refer to. What it
//! becomes depends on its own text and on what it stands on: vocabularies, frames, tables, scripts.
//! As long as these stay the same (which the [`Compiler`](crate::Compiler) sees to), it may be put
//! back. A filling is kept only when checking it added nothing shared, so that what is put back
//! refers to nothing that is gone.

use super::from_resolved::Checker;
use super::tree::{Example, Grid, Target};
use source::Diagnostic;
use std::ops::Range;
use std::sync::Arc;

/// What one filling became.
#[derive(Clone, Debug)]
pub(crate) struct Filling {
    grids: Vec<Arc<Grid>>,
    /// With targets counted from its first grid.
    examples: Vec<Example>,
    diagnostics: Vec<Diagnostic>,
}

/// How much a checker holds of what units share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shared {
    definitions: usize,
    tables: usize,
    functions: usize,
    guarantees: usize,
    libraries: usize,
    frames: usize,
    items: u32,
}

/// How much a checker holds of what each unit adds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mark {
    grids: usize,
    examples: usize,
    diagnostics: usize,
}

/// Grids and examples of the typed tree that follow one another: what some units added.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// Of the tree's grids.
    pub(crate) grids: Range<usize>,
    /// Of the tree's examples.
    pub(crate) examples: Range<usize>,
}

impl Checker<'_> {
    pub(crate) fn shared(&self) -> Shared {
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

    /// Numbers items as after those that fillings stand on; tells whether nothing that units share
    /// was added since.
    pub(crate) fn is_as_shared(&mut self, shared: Shared) -> bool {
        self.items = shared.items;
        self.shared() == shared
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            grids: self.tree.grids.len(),
            examples: self.tree.examples.len(),
            diagnostics: self.out.len(),
        }
    }

    /// What was added since a mark.
    pub(crate) fn since(&self, mark: Mark) -> Piece {
        Piece {
            grids: mark.grids..self.tree.grids.len(),
            examples: mark.examples..self.tree.examples.len(),
        }
    }

    /// Copies what a filling has become since a mark.
    pub(crate) fn filling(&self, mark: Mark) -> Filling {
        let relative = |example: &Example| Example {
            target: moved(example.target, |at| at.wrapping_sub(offset(mark.grids))),
            said: Arc::clone(&example.said),
        };
        Filling {
            grids: self.tree.grids.get(mark.grids..).unwrap_or_default().to_vec(),
            examples: self.tree.examples.iter().skip(mark.examples).map(relative).collect(),
            diagnostics: self.out.get(mark.diagnostics..).unwrap_or_default().to_vec(),
        }
    }

    /// Puts back a filling that was kept.
    pub(crate) fn put_back(&mut self, filling: &Filling) {
        let first = offset(self.tree.grids.len());
        self.tree.grids.extend(filling.grids.iter().cloned());
        self.tree.examples.extend(filling.examples.iter().map(|example| Example {
            target: moved(example.target, |at| at.wrapping_add(first)),
            said: Arc::clone(&example.said),
        }));
        self.out.extend(filling.diagnostics.iter().cloned());
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
