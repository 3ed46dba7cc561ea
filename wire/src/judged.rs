//! A recueil as answers tell of it: borrowed, whoever holds it.

use dsl::Compiled;
use dsl::recueil::Recueil;
use dsl::resolved::tree::Unit;
use dsl::syntax::tree::UnitKind;
use source::{Diagnostic, Severity, Sources};
use std::sync::Arc;

/// A recueil, compiled as far as it could be, with everything found on the way.
#[derive(Clone, Copy)]
pub struct Judged<'r> {
    /// Its files, its name, its hash.
    pub files: &'r Recueil,
    /// Its program and typed tree; fit for use only without errors.
    pub compiled: &'r Compiled,
    /// Everything found, in order of place.
    pub diagnostics: &'r [Diagnostic],
}

impl<'r> Judged<'r> {
    /// Returns its files with places.
    pub fn sources(self) -> &'r Sources {
        &self.files.sources
    }

    /// Tells whether it has errors.
    pub fn has_errors(self) -> bool {
        self.diagnostics.iter().any(|one| one.severity == Severity::Error)
    }

    /// Returns its units in order of kind, name and time: what is used before what uses it.
    pub fn units(self) -> Vec<&'r Unit> {
        let units = self.compiled.resolved.units.iter();
        let mut units: Vec<&Unit> = units.map(Arc::as_ref).collect();
        units.sort_by_key(|unit| (order(unit.kind), &unit.name.text, unit.period.from));
        units
    }
}

fn order(kind: UnitKind) -> u8 {
    match kind {
        UnitKind::Vocabulary => 0,
        UnitKind::Frame => 1,
        UnitKind::Policy => 2,
        UnitKind::Ranking => 3,
    }
}
