//! The typed tree to the engine's program.
//!
//! Definitions are put in place and shared; names, units of measure and sharing rules are gone: what
//! is left is slots. `Lowered::grids` says where each typed grid went.

mod builder;
mod checks;
mod criteria;
mod expressions;
mod grids;
mod kept;

pub use checks::{ExampleCode, GuaranteeCode, Probe, TableCode};
pub use kept::Versions;

use crate::typed::tree::Recueil;
use engine::{Grid, Program};
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

/// Lowers a checked recueil; what was kept of some files is put back, and what they become is kept.
///
/// Errors: `E0110` for code beyond the limit.
pub fn lower(tree: &Recueil, kept: &mut Versions) -> Lowered {
    let mut diagnostics = Vec::new();
    let mut program = Program {
        schema: tree.schema.clone(),
        tables: tree.tables.iter().map(|table| table.table.clone()).collect(),
        functions: tree.functions.clone(),
        ..Program::default()
    };
    let mut by_name: BTreeMap<String, u32> = BTreeMap::new();
    let mut grids: Vec<Grid> = Vec::new();
    for grid in &tree.grids {
        by_name.entry(grid.unit.clone()).or_insert_with(|| {
            grids.push(empty_grid(tree, grid));
            u32::try_from(grids.len() - 1).unwrap_or(u32::MAX)
        });
    }
    let mut places = Vec::new();
    let versions = kept.versions(&tree.grids, |typed| grids::grid(tree, typed, &by_name, &program));
    for (typed, version) in tree.grids.iter().zip(versions) {
        diagnostics.extend(version.diagnostic.map(|told| *told));
        let at = by_name.get(&typed.unit).copied().unwrap_or(u32::MAX);
        if let Some(grid) = grids.get_mut(at as usize) {
            places.push(place(grid, at, version.version));
        }
    }
    for grid in &mut grids {
        index_fillings(grid);
    }
    program.grids = grids;
    program.rankings =
        tree.rankings.iter().map(|ranking| grids::ranking(tree, ranking, &by_name)).collect();
    let examples =
        kept.examples(&tree.examples, |example| checks::example(tree, example, &by_name));
    let guarantees = tree
        .guarantees
        .iter()
        .map(|guarantee| checks::guarantee(tree, guarantee, &by_name))
        .collect();
    let tables = tree.tables.iter().map(|table| checks::table(tree, table, &by_name)).collect();
    Lowered { program, grids: places, examples, guarantees, tables, diagnostics }
}

fn empty_grid(tree: &Recueil, grid: &crate::typed::tree::Grid) -> Grid {
    let schema = &tree.schema;
    let siren = schema.entity_named("employeur").and_then(|id| schema.field_named(id, "siren"));
    Grid {
        id: grid.unit.clone(),
        label: grid.label.clone(),
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
