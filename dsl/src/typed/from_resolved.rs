//! The resolved recueil to the typed tree: the driver of the checker.
//!
//! The units that others may stand on come first, together; the fillings of closed frames after
//! them, one by one, since nothing stands on them.
//!
//! Each unit is checked once per segment of its life during which the vocabularies and the frame it
//! uses keep one version; what several units share (a set of vocabularies, a frame's own criteria)
//! is checked once.

use super::frames::FrameParts;
use super::scope::{PoolAccess, Scope, Symbol};
use super::tree;
use crate::resolved::tree::{Recueil, Unit, UnitId};
use crate::resolved::{Segment, segments};
use crate::syntax::tree::{DeclarationKind, UnitKind};
use crate::{Script, ScriptIndex};
use source::{Checked, Diagnostic, FileId, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a recueil holds beside its rule files.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// CSV tables by path, in the sources.
    pub tables: BTreeMap<String, FileId>,
    /// Scripts by path.
    pub scripts: ScriptIndex,
}

impl Files {
    /// Finds a CSV table by path or by file name.
    pub(super) fn table(&self, name: &str) -> Option<FileId> {
        by_name(&self.tables, name).map(|(_, &id)| id)
    }

    /// Finds a script by path or by file name.
    pub(super) fn script(&self, name: &str) -> Option<(&str, &Script)> {
        by_name(&self.scripts, name).map(|(path, script)| (path.as_str(), script))
    }
}

fn by_name<'m, T>(files: &'m BTreeMap<String, T>, name: &str) -> Option<(&'m String, &'m T)> {
    let suffix = format!("/{name}");
    files.get_key_value(name).or_else(|| files.iter().find(|(path, _)| path.ends_with(&suffix)))
}

/// The state of the checker.
pub(crate) struct Checker<'a> {
    pub(super) resolved: &'a Recueil,
    pub(super) sources: &'a Sources,
    pub(super) files: &'a Files,
    pub(super) tree: tree::Recueil,
    pub(super) out: Vec<Diagnostic>,
    pub(super) items: u32,
    pub(super) libraries: BTreeMap<Vec<UnitId>, Rc<Scope>>,
    scopes: BTreeMap<(UnitId, Vec<UnitId>), Rc<Scope>>,
    pub(super) frames: BTreeMap<(UnitId, Vec<UnitId>), Rc<FrameParts>>,
}

impl<'a> Checker<'a> {
    /// Checks the units that fillings stand on: types, units of measure, names and structure.
    ///
    /// Errors: `E02xx` to `E07xx`, as all that is checked after.
    pub(crate) fn new(resolved: &'a Recueil, sources: &'a Sources, files: &'a Files) -> Self {
        let mut checker = Self {
            resolved,
            sources,
            files,
            tree: tree::Recueil { schema: resolved.schema.clone(), ..tree::Recueil::default() },
            out: Vec::new(),
            items: 0,
            libraries: BTreeMap::new(),
            scopes: BTreeMap::new(),
            frames: BTreeMap::new(),
        };
        for (id, unit) in (0u32..).map(UnitId).zip(&resolved.units) {
            checker.unit(id, unit);
        }
        checker
    }

    /// Checks a filling of a closed frame.
    pub(crate) fn check(&mut self, filling: &Unit) {
        let id = UnitId(u32::MAX);
        self.unit(id, filling);
        // Nobody else reads its names.
        self.scopes.retain(|(unit, _), _| *unit != id);
    }

    /// Compares the fillings with one another, and gives what has been checked.
    pub(crate) fn finish(mut self) -> Checked<tree::Recueil> {
        self.check_fillings();
        Checked::new(Some(self.tree), self.out)
    }

    /// What has been checked so far.
    pub(crate) fn tree(&self) -> &tree::Recueil {
        &self.tree
    }

    fn unit(&mut self, id: UnitId, unit: &Unit) {
        let mut dependencies = BTreeSet::new();
        self.vocabularies_of(unit, &mut dependencies);
        if let Some(frame) = &unit.applies {
            for (_, frame_unit) in self.resolved.versions(&frame.text) {
                self.vocabularies_of(frame_unit, &mut dependencies);
            }
            if self.resolved.by_name.contains_key(&frame.text) {
                dependencies.insert(frame.text.clone());
            }
        }
        dependencies.remove(&unit.name.text);
        let segments = segments(self.resolved, unit.period, &dependencies);
        self.examples_without_a_day(unit, &segments);
        for segment in segments {
            match unit.kind {
                UnitKind::Vocabulary => self.vocabulary(id, unit, &segment),
                UnitKind::Frame => self.frame(id, unit, &segment),
                UnitKind::Policy if unit.applies.is_some() => self.fill_frame(id, unit, &segment),
                UnitKind::Policy => self.policy(id, unit, &segment),
                UnitKind::Ranking => self.ranking(id, unit, &segment),
            }
        }
    }

    /// Tells whether a vocabulary that a unit uses is absent, or its clause broken.
    pub(super) fn lacks_vocabulary(&self, unit: &Unit) -> bool {
        let is_known = |name: &str| {
            self.resolved.versions(name).any(|(_, unit)| unit.kind == UnitKind::Vocabulary)
        };
        unit.is_broken("utilise") || unit.uses.iter().any(|name| !is_known(&name.text))
    }

    /// Adds the names of all vocabularies a unit uses, directly or not.
    fn vocabularies_of(&self, unit: &Unit, into: &mut BTreeSet<String>) {
        for name in &unit.uses {
            if self.resolved.by_name.contains_key(&name.text) && into.insert(name.text.clone()) {
                for (_, used) in self.resolved.versions(&name.text) {
                    self.vocabularies_of(used, into);
                }
            }
        }
    }

    fn vocabulary(&mut self, id: UnitId, unit: &Unit, segment: &Segment) {
        let mut versions = self.library_key(segment);
        versions.push(id);
        versions.sort();
        let scope = self.library(versions);
        self.guarantees(unit, &scope, tree::Target::Definitions);
        self.examples(unit, &scope, segment, tree::Target::Definitions);
    }

    /// Returns the vocabulary versions of a segment.
    pub(super) fn library_key(&self, segment: &Segment) -> Vec<UnitId> {
        let is_vocabulary = |id: &&UnitId| {
            self.resolved.unit(**id).is_some_and(|unit| unit.kind == UnitKind::Vocabulary)
        };
        let mut versions: Vec<UnitId> =
            segment.versions.values().filter(is_vocabulary).copied().collect();
        versions.sort();
        versions
    }

    /// Returns the names that a set of vocabulary versions declares together.
    pub(super) fn library(&mut self, versions: Vec<UnitId>) -> Rc<Scope> {
        if let Some(scope) = self.libraries.get(&versions) {
            return Rc::clone(scope);
        }
        let resolved = self.resolved;
        let units: Vec<&'a Unit> = versions.iter().filter_map(|&id| resolved.unit(id)).collect();
        let mut scope = Scope::default();
        for declaration in units.iter().flat_map(|unit| unit.held()) {
            if let DeclarationKind::Entity(entity) = &declaration.kind
                && let Some(id) = self.tree.schema.entity_named(&entity.name.text)
            {
                scope.set(&entity.name.text, Symbol::Entity(id), entity.name.span);
            }
        }
        let place = "dans un vocabulaire : écrivez la comparaison dans la politique";
        let scope = self.declare(scope, &units, PoolAccess::Refused(place));
        self.libraries.insert(versions, Rc::clone(&scope));
        scope
    }

    /// Returns the names of a unit over its vocabularies.
    pub(super) fn unit_scope(&mut self, id: UnitId, unit: &Unit, segment: &Segment) -> Rc<Scope> {
        let versions = self.library_key(segment);
        let key = (id, versions);
        if let Some(scope) = self.scopes.get(&key) {
            return Rc::clone(scope);
        }
        let library = self.library(key.1.clone());
        let scope = self.declare(Scope::over(library), &[unit], PoolAccess::Allowed);
        self.scopes.insert(key, Rc::clone(&scope));
        scope
    }
}
