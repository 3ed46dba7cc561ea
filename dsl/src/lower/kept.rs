//! What lowering keeps of some files for the next compilation, and the lowering of the rest side by
//! side.

use super::ExampleCode;
use crate::typed::tree::{Example, Grid};
use engine::GridVersion;
use rayon::prelude::*;
use source::{Diagnostic, FileId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A lowered version of a grid, with what there is to say of it.
#[derive(Clone, Debug)]
pub(super) struct LoweredVersion {
    pub(super) version: Arc<GridVersion>,
    pub(super) diagnostic: Option<Box<Diagnostic>>,
}

/// Lowered versions and examples by file, in the order of the typed tree.
#[derive(Debug, Default)]
pub struct Versions {
    by_file: BTreeMap<FileId, Vec<LoweredVersion>>,
    examples: BTreeMap<FileId, Vec<Arc<ExampleCode>>>,
    keepable: BTreeSet<FileId>,
}

impl Versions {
    /// Forgets all but some files; these and some others are kept from now on.
    pub(crate) fn keep(&mut self, unchanged: &BTreeSet<FileId>, keepable: BTreeSet<FileId>) {
        self.by_file.retain(|file, _| unchanged.contains(file));
        self.examples.retain(|file, _| unchanged.contains(file));
        self.keepable = keepable;
    }

    pub(super) fn versions(
        &mut self,
        grids: &[Arc<Grid>],
        lower: impl Fn(&Grid) -> LoweredVersion + Sync,
    ) -> Vec<LoweredVersion> {
        let file = |grid: &Arc<Grid>| grid.span.file;
        through(&mut self.by_file, &self.keepable, grids, file, |grid| lower(grid))
    }

    pub(super) fn examples(
        &mut self,
        examples: &[Example],
        lower: impl Fn(&Example) -> ExampleCode + Sync,
    ) -> Vec<Arc<ExampleCode>> {
        let file = |example: &Example| example.span.file;
        let lower = |example: &Example| Arc::new(lower(example));
        through(&mut self.examples, &self.keepable, examples, file, lower)
    }
}

/// Makes one thing of each of some things, unless it was made and kept before.
fn through<T: Sync, U: Clone + Send + Sync>(
    kept: &mut BTreeMap<FileId, Vec<U>>,
    keepable: &BTreeSet<FileId>,
    things: &[T],
    file: impl Fn(&T) -> FileId,
    make: impl Fn(&T) -> U + Sync,
) -> Vec<U> {
    let mut seen: BTreeMap<FileId, usize> = BTreeMap::new();
    let before: Vec<Option<U>> = things
        .iter()
        .map(|thing| {
            let at = seen.entry(file(thing)).or_default();
            *at += 1;
            kept.get(&file(thing)).and_then(|made| made.get(*at - 1)).cloned()
        })
        .collect();
    let made: Vec<U> = things
        .par_iter()
        .zip(before)
        .map(|(thing, before)| before.unwrap_or_else(|| make(thing)))
        .collect();
    let known: BTreeSet<FileId> = kept.keys().copied().collect();
    for (thing, made) in things.iter().zip(&made) {
        let file = file(thing);
        if keepable.contains(&file) && !known.contains(&file) {
            kept.entry(file).or_default().push(made.clone());
        }
    }
    made
}
