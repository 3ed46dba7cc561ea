//! What a name means in a unit, and what an expression may do where it stands.

use super::tree::{DefinitionId, Footprint, FunctionId, ItemId, TableId};
use crate::syntax::tree::Name;
use engine::{EntityId, Type};
use source::Span;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a name refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    /// An entity: the head of a path.
    Entity(EntityId),
    /// A definition.
    Definition(DefinitionId),
    /// A table or a parameter.
    Table(TableId),
    /// A scripted function.
    Function(FunctionId),
    /// A declaration with an error of its own: no second error is reported for it.
    Broken,
}

/// The names of a unit, over those of the vocabularies it uses.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    parent: Option<Rc<Scope>>,
    names: BTreeMap<String, (Symbol, Span)>,
    lacks_vocabulary: bool,
}

impl Scope {
    /// Makes a scope over another.
    pub(super) fn over(parent: Rc<Scope>) -> Self {
        Self { parent: Some(parent), ..Self::default() }
    }

    /// Finds a name.
    pub(super) fn get(&self, name: &str) -> Option<(Symbol, Span)> {
        match self.names.get(name) {
            Some(&found) => Some(found),
            None => self.parent.as_ref()?.get(name),
        }
    }

    /// Declares a name, replacing what it meant.
    pub(super) fn set(&mut self, name: &str, symbol: Symbol, span: Span) {
        self.names.insert(name.to_owned(), (symbol, span));
    }

    /// Declares a name whose declaration has an error of its own, unless it means something.
    pub(super) fn set_broken(&mut self, name: &Name) {
        if self.get(&name.text).is_none() {
            self.set(&name.text, Symbol::Broken, name.span);
        }
    }

    /// Says that a vocabulary it uses is absent or broken: what is not found may be there.
    pub(super) fn lack_vocabulary(&mut self) {
        self.lacks_vocabulary = true;
    }

    /// Tells whether what is not found may be in a vocabulary that is absent.
    pub(super) fn is_partial(&self) -> bool {
        self.lacks_vocabulary || self.parent.as_ref().is_some_and(|parent| parent.is_partial())
    }

    /// Lists every name in sight.
    pub(super) fn all_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.names.keys().map(String::as_str).collect();
        if let Some(parent) = &self.parent {
            names.extend(parent.all_names());
        }
        names
    }
}

/// Whether candidates may be compared where an expression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PoolAccess {
    /// In a criterion or a definition of a policy.
    Allowed,
    /// Elsewhere: why not, in French.
    Refused(&'static str),
}

/// What an expression sees where it stands.
#[derive(Clone, Debug)]
pub(super) struct Env {
    /// The unit's names.
    pub(super) scope: Rc<Scope>,
    /// Arguments of the enclosing definition or table.
    pub(super) arguments: Vec<(String, Type)>,
    /// Items bound by enclosing folds, innermost last.
    pub(super) items: Vec<(String, ItemId, EntityId)>,
    /// Local names of the enclosing criterion.
    pub(super) locals: Vec<(String, Type, Footprint)>,
    /// Whether candidates may be compared.
    pub(super) pool: PoolAccess,
    /// Grids whose totals may be read (`total_de`), in eligibility.
    pub(super) grid_totals: Vec<String>,
}

impl Env {
    /// Makes the environment of a unit.
    pub(super) fn new(scope: Rc<Scope>, pool: PoolAccess) -> Self {
        Self {
            scope,
            arguments: Vec::new(),
            items: Vec::new(),
            locals: Vec::new(),
            pool,
            grid_totals: Vec::new(),
        }
    }

    /// Tells whether a word is declared in the unit or around the expression.
    pub(super) fn declares(&self, word: &str) -> bool {
        self.locals.iter().any(|(name, _, _)| name == word)
            || self.arguments.iter().any(|(name, _)| name == word)
            || self.items.iter().any(|(name, _, _)| name == word)
            || self.scope.get(word).is_some()
    }
}
