//! The typed tree to the engine's program.
//!
//! Definitions are put in place and shared; names, units of measure and sharing rules are gone: what
//! is left is slots. `Lowered::grids` says where each typed grid went.

mod builder;
mod checks;
mod criteria;
mod expressions;
mod grids;

pub use checks::{ExampleCode, GuaranteeCode, Probe, TableCode};

use crate::typed::Piece;
use crate::typed::tree::{self as typed, Example, Recueil};
use engine::{FieldId, Grid, GridVersion, Program, Schema};
use rayon::prelude::*;
use source::Diagnostic;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a typed grid is in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridPlace {
    /// `program.grids[grid].versions[version]`.
    Version {
        /// The grid.
        grid: u32,
        /// The version.
        version: u32,
    },
    /// `program.grids[grid].fillings[filling]`.
    Filling {
        /// The grid.
        grid: u32,
        /// The filling.
        filling: u32,
    },
}

/// A program with the code of its examples, guarantees and tables.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// The program.
    pub program: Program,
    /// Where each typed grid is.
    pub grids: Vec<GridPlace>,
    /// The code of each typed example.
    pub examples: Vec<Arc<ExampleCode>>,
    /// The code of each typed guarantee.
    pub guarantees: Vec<GuaranteeCode>,
    /// The code of each typed table's inputs; absent when they need arguments.
    pub tables: Vec<Option<TableCode>>,
    /// What could not be lowered.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a piece of the typed tree became.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoweredPiece {
    versions: Vec<LoweredVersion>,
    examples: Vec<Arc<ExampleCode>>,
}

/// A lowered version of a grid, with what there is to say of it.
#[derive(Clone, Debug)]
struct LoweredVersion {
    version: Arc<GridVersion>,
    diagnostic: Option<Box<Diagnostic>>,
}

/// What is found by name, and what it is called.
#[derive(Debug, Default)]
struct Names {
    /// Indexes into the program's grids.
    grids: BTreeMap<String, u32>,
    /// Path and label of each field of the schema, said once for all who read it.
    facts: Vec<(Arc<str>, Arc<str>)>,
}

impl Names {
    fn of(schema: &Schema) -> Self {
        let fields = (0u32..).map(FieldId).zip(&schema.fields);
        let facts = fields.map(|(id, field)| (schema.path(id).into(), field.label.as_str().into()));
        Self { grids: BTreeMap::new(), facts: facts.collect() }
    }
}

/// Lowers a checked recueil piece by piece, in the order of the tree.
#[derive(Debug, Default)]
pub(crate) struct Lowerer {
    /// Its schema, tables, functions and grids so far.
    program: Program,
    names: Names,
    places: Vec<GridPlace>,
    examples: Vec<Arc<ExampleCode>>,
    /// Of the examples that look at lines and totals alone: most of the companies'.
    no_code: Arc<ExampleCode>,
    diagnostics: Vec<Diagnostic>,
}

impl Lowerer {
    pub(crate) fn new(tree: &Recueil) -> Self {
        let program = Program { schema: tree.schema.clone(), ..Program::default() };
        Self { program, names: Names::of(&tree.schema), ..Self::default() }
    }

    /// Makes ready for the grids that were added to the tree, and for what they refer to.
    pub(crate) fn prepare(&mut self, tree: &Recueil) {
        let tables = tree.tables.iter().skip(self.program.tables.len());
        self.program.tables.extend(tables.map(|table| table.table.clone()));
        let functions = tree.functions.iter().skip(self.program.functions.len());
        self.program.functions.extend(functions.cloned());
        for grid in tree.grids.iter().skip(self.places.len()) {
            if !self.names.grids.contains_key(&*grid.unit) {
                let at = u32::try_from(self.program.grids.len()).unwrap_or(u32::MAX);
                self.names.grids.insert(grid.unit.to_string(), at);
                self.program.grids.push(empty_grid(tree, grid));
            }
        }
    }

    /// Lowers a piece of the tree. Invariant: it was prepared for.
    ///
    /// Errors: `E0110` for code beyond the limit.
    pub(crate) fn lower(&self, tree: &Recueil, piece: &Piece) -> LoweredPiece {
        let (grids, examples) =
            (tree.grids.get(piece.grids.clone()), tree.examples.get(piece.examples.clone()));
        let version =
            |typed: &Arc<typed::Grid>| grids::grid(tree, typed, &self.names, &self.program);
        let example = |example: &Example| {
            let code = checks::example(tree, example, &self.names);
            if code.is_empty() { Arc::clone(&self.no_code) } else { Arc::new(code) }
        };
        LoweredPiece {
            versions: grids.unwrap_or_default().par_iter().map(version).collect(),
            examples: examples.unwrap_or_default().par_iter().map(example).collect(),
        }
    }

    /// Puts what a piece became after what is there. Invariant: pieces come in the order of the tree.
    pub(crate) fn put(&mut self, tree: &Recueil, piece: LoweredPiece) {
        for LoweredVersion { version, diagnostic } in piece.versions {
            self.diagnostics.extend(diagnostic.map(|told| *told));
            let Some(typed) = tree.grids.get(self.places.len()) else { return };
            let at = self.names.grids.get(&*typed.unit).copied().unwrap_or(u32::MAX);
            if let Some(grid) = self.program.grids.get_mut(at as usize) {
                self.places.push(place(grid, at, version));
            }
        }
        self.examples.extend(piece.examples);
    }

    /// Lowers what reads all grids, and gives the program.
    pub(crate) fn finish(self, tree: &Recueil) -> Lowered {
        let Self { mut program, names, places, examples, diagnostics, .. } = self;
        for grid in &mut program.grids {
            index_fillings(grid);
        }
        let ranking = |ranking| grids::ranking(tree, ranking, &names);
        program.rankings = tree.rankings.iter().map(ranking).collect();
        let guarantee = |guarantee| checks::guarantee(tree, guarantee, &names);
        let guarantees = tree.guarantees.iter().map(guarantee).collect();
        let tables = tree.tables.iter().map(|table| checks::table(tree, table, &names)).collect();
        Lowered { program, grids: places, examples, guarantees, tables, diagnostics }
    }
}

fn empty_grid(tree: &Recueil, grid: &typed::Grid) -> Grid {
    let schema = &tree.schema;
    let siren = schema.entity_named("employeur").and_then(|id| schema.field_named(id, "siren"));
    Grid {
        id: grid.unit.to_string(),
        label: grid.label.to_string(),
        siren: if grid.frame { siren } else { None },
        open_frame: grid.open,
        versions: Vec::new(),
        fillings: Vec::new(),
        by_siren: BTreeMap::new(),
        for_all: Vec::new(),
    }
}

fn place(grid: &mut Grid, at: u32, version: Arc<engine::GridVersion>) -> GridPlace {
    let next = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    if version.filling.is_some() {
        grid.fillings.push(version);
        GridPlace::Filling { grid: at, filling: next(grid.fillings.len() - 1) }
    } else {
        grid.versions.push(version);
        GridPlace::Version { grid: at, version: next(grid.versions.len() - 1) }
    }
}

fn index_fillings(grid: &mut Grid) {
    for (at, filling) in (0u32..).zip(&grid.fillings) {
        if filling.sirens.is_empty() {
            grid.for_all.push(at);
        }
        for siren in &filling.sirens {
            grid.by_siren.entry(siren.clone()).or_default().push(at);
        }
    }
}
