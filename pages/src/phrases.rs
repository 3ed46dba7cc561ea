//! Rules in words: a typed expression as a French phrase, with the names that it uses.
//!
//! Labels are cited between « » and verbs do not agree with them: a label may be of either gender.
//! Values are written whole. What a phrase names can be followed to where it is defined.

mod amounts;
mod conditions;
mod precedence;
mod tables;

pub use conditions::Condition;
pub use tables::{RowWords, TableWords};

use dsl::typed::tree::{DefinitionId, Expr, Recueil, TableId};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// What a phrase names and another place defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Defined {
    /// A definition.
    Definition(DefinitionId),
    /// A table or a parameter.
    Table(TableId),
}

impl Defined {
    /// Returns its anchor in a page.
    pub fn anchor(self) -> String {
        match self {
            Self::Definition(id) => format!("definition-{}", id.0),
            Self::Table(id) => format!("table-{}", id.0),
        }
    }
}

/// A part of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// A name, and where it is defined.
    Named(String, Defined),
}

/// A phrase, without a capital or a full stop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    /// Its parts, in order.
    pub pieces: Vec<Piece>,
}

impl Phrase {
    /// Makes a phrase of words.
    pub fn of(text: impl Into<String>) -> Self {
        Self { pieces: vec![Piece::Text(text.into())] }
    }

    /// Adds words.
    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        self.pieces.push(Piece::Text(text.to_owned()));
        self
    }

    /// Adds a phrase.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    /// Puts a phrase between words.
    fn between(before: &str, inside: Self, after: &str) -> Self {
        Self::of(before).with(inside).then(after)
    }

    /// Joins phrases as an enumeration: `a, b et c`.
    pub fn enumerated(items: Vec<Self>, last: &str) -> Self {
        let count = items.len();
        let mut joined = Self::default();
        for (at, item) in items.into_iter().enumerate() {
            joined = match count - at {
                _ if at == 0 => item,
                1 => joined.then(last).with(item),
                _ => joined.then(", ").with(item),
            };
        }
        joined
    }
}

impl std::fmt::Display for Phrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Text(text) | Piece::Named(text, _) => f.write_str(text),
        })
    }
}

impl JsonSchema for Phrase {
    fn schema_name() -> Cow<'static, str> {
        "Phrase".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "Une phrase, sans majuscule ni point" })
    }
}

impl Serialize for Phrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Puts expressions into words.
#[derive(Clone, Copy)]
pub struct Speech<'t> {
    /// The recueil.
    pub tree: &'t Recueil,
    /// The names of the arguments in scope.
    pub arguments: &'t [String],
    /// The names and values of the local names in scope.
    pub locals: &'t [(String, Expr)],
}

impl<'t> Speech<'t> {
    /// Makes one for expressions without arguments or local names.
    pub fn new(tree: &'t Recueil) -> Self {
        Self { tree, arguments: &[], locals: &[] }
    }
}

/// Cites a label; its quotes stay with it at the end of a line.
pub(crate) fn quoted(label: &str) -> String {
    format!("«\u{a0}{label}\u{a0}»")
}

/// Removes the quotes of a phrase that is nothing but a cited label, or begins with one.
pub(crate) fn unquoted(phrase: &str) -> String {
    phrase.replacen("«\u{a0}", "", 1).replacen("\u{a0}»", "", 1)
}
