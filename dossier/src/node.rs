//! The tree that YAML and JSON are read into: raw spelling, places, no interpretation.
//!
//! Invariants: a tree is no deeper than [`limits::DEPTH`]; keys of a map are unique; scalars and
//! keys are in Unicode form NFC.

use crate::error::{DossierError, Fault};
use crate::path::Path;
use crate::{json, limits, yaml};
use source::code;
use std::sync::Arc;

/// A place in the text, both counted from 1 in characters; zero for what a script made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Place {
    /// The start of a text.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where it starts.
    pub place: Place,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A scalar.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text.
    Map(Vec<Entry>),
}

/// A scalar as it was spelt: `1234.50` keeps its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// Its text, without quotes and escapes.
    pub text: String,
    /// Whether it was quoted.
    pub spelling: Spelling,
}

/// Whether a scalar was quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spelling {
    /// Bare: `31.5`, `oui`, `null`.
    Plain,
    /// Between quotes, or a block of text.
    Quoted,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key starts.
    pub place: Place,
    /// The value.
    pub value: Node,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON.
    Json,
}

impl Format {
    /// Returns the format that a file name means: JSON for `.json`, YAML for all others.
    pub fn of_name(name: &str) -> Self {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        match extension {
            Some(extension) if extension.eq_ignore_ascii_case("json") => Self::Json,
            Some(_) | None => Self::Yaml,
        }
    }
}

impl Scalar {
    /// Makes a bare scalar.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), spelling: Spelling::Plain }
    }

    /// Makes a quoted scalar.
    pub fn quoted(text: impl Into<String>) -> Self {
        Self { text: text.into(), spelling: Spelling::Quoted }
    }

    /// Tells whether it stands for nothing: `null`, `~` or an empty place.
    pub fn is_null(&self) -> bool {
        self.spelling == Spelling::Plain
            && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }
}

impl Node {
    /// Makes a scalar without a place.
    pub fn scalar(scalar: Scalar) -> Self {
        Self { kind: NodeKind::Scalar(scalar), place: Place::default() }
    }

    /// Makes a list without a place.
    pub fn list(items: Vec<Self>) -> Self {
        Self { kind: NodeKind::List(items), place: Place::default() }
    }

    /// Makes a map without a place; of two equal keys the last counts.
    pub fn map(entries: impl IntoIterator<Item = (String, Self)>) -> Self {
        let mut unique = std::collections::BTreeMap::new();
        unique.extend(entries);
        let entries = unique.into_iter().map(|(key, value)| Entry {
            key: key.into(),
            place: Place::default(),
            value,
        });
        Self { kind: NodeKind::Map(entries.collect()), place: Place::default() }
    }

    /// Tells whether it stands for nothing.
    pub fn is_null(&self) -> bool {
        match &self.kind {
            NodeKind::Scalar(scalar) => scalar.is_null(),
            NodeKind::List(_) | NodeKind::Map(_) => false,
        }
    }

    /// Returns the value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.kind {
            NodeKind::Map(entries) => {
                entries.iter().find(|entry| &*entry.key == key).map(|entry| &entry.value)
            }
            NodeKind::Scalar(_) | NodeKind::List(_) => None,
        }
    }

    /// Gives every node of the tree one place: that of what it was made from.
    pub fn place_all(&mut self, place: Place) {
        self.place = place;
        match &mut self.kind {
            NodeKind::Scalar(_) => {}
            NodeKind::List(items) => items.iter_mut().for_each(|item| item.place_all(place)),
            NodeKind::Map(entries) => {
                for entry in entries {
                    entry.place = place;
                    entry.value.place_all(place);
                }
            }
        }
    }
}

/// Reads YAML or JSON into a tree.
///
/// Errors: `D0101` when the text is malformed, `D0102` when it passes a limit.
pub fn parse(bytes: &[u8], format: Format) -> Result<Node, Vec<DossierError>> {
    let refuse = |fault: Fault| vec![fault.at(&Path::Root, Place::START)];
    if bytes.len() > limits::TEXT_BYTES {
        let megabytes = limits::TEXT_BYTES / (1024 * 1024);
        let message = format!("texte trop long : {megabytes} Mo au plus");
        return Err(refuse(Fault::new(code::DOSSIER_LIMIT, message)));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        let fault = Fault::new(code::DOSSIER_SYNTAX, "texte qui n'est pas de l'UTF-8")
            .helped("enregistrez le dossier en UTF-8");
        return Err(refuse(fault));
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let builder = match format {
        Format::Yaml => yaml::read(text),
        Format::Json => json::read(text),
    };
    builder?.finish()
}
