//! Movements by the values of some facts: enumerations, or columns that were named.
//!
//! The values of a code are counted in the order in which they come, up to a bound; the rest together, so that no row
//! is left out.

use super::{Movement, Passage, Tally};
use crate::incoming::Table;
use crate::mapping::{Mapping, Mistake};
use crate::run::{By, Told};
use dossier::Named;
use engine::{FactState, FieldId, Schema, Type};
use std::collections::BTreeMap;

/// The most values that are told apart.
const VALUES: usize = 100;

/// Movements by the values of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The column of the table.
    pub column: String,
    /// The fact, `entité.champ`.
    pub fact: String,
    /// The label of the fact.
    pub label: String,
    /// A group for each value that rows have.
    pub groups: Vec<Group>,
}

/// The rows that have a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Which.
    pub value: Value,
    /// How many they are.
    pub count: u64,
    /// What their totals move.
    pub movement: Movement,
    /// Who of them is kept.
    pub kept: Passage,
}

/// A value of a category.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A value of an enumeration: its place, its name, its label.
    Of(u32, String, String),
    /// A truth.
    Truth(bool),
    /// A code.
    Code(String),
    /// All the values beyond those that are told apart.
    Others,
    /// The fact is missing.
    Missing,
    /// The fact is withheld.
    Withheld,
}

/// A category that is being counted.
pub(crate) struct Counted {
    /// For which recueil the fact is read, and the place of its column there.
    pub(super) side: usize,
    pub(super) at: usize,
    column: String,
    fact: String,
    label: String,
    /// The names and labels of its enumeration's values.
    values: Vec<(String, String)>,
    groups: BTreeMap<Key, (Tally, Passage)>,
}

/// A value while it is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Place(u32),
    Truth(bool),
    Code(std::sync::Arc<str>),
    Others,
    Missing,
    Withheld,
}

/// Finds the categories of a comparison. Errors: a named column that is none.
pub(crate) fn categories(
    table: &Table,
    mappings: [&Mapping; 2],
    schemas: [&Schema; 2],
    by: By<'_>,
) -> Result<Vec<Counted>, Vec<Mistake>> {
    let names = &table.names;
    let all = || names.iter().enumerate();
    let find = |at: usize| Found::of(at, mappings, schemas);
    match by {
        By::Enumerations => {
            let found = all().filter_map(|(at, name)| Some((name, find(at)?)));
            Ok(found.filter(|(_, it)| it.is_usual()).map(|(name, it)| it.counted(name)).collect())
        }
        By::Columns(wanted) => {
            let (mut categories, mut mistakes) = (Vec::new(), Vec::new());
            for wanted in wanted {
                let found = all().find(|(_, name)| *name == wanted);
                match found.map(|(at, name)| (name, find(at).filter(Found::is_told))) {
                    Some((name, Some(found))) => categories.push(found.counted(name)),
                    Some((name, None)) => mistakes.push(no_category(name)),
                    None => mistakes.push(Mistake::no_column(None, wanted, names)),
                }
            }
            if mistakes.is_empty() { Ok(categories) } else { Err(mistakes) }
        }
    }
}

fn no_category(name: &str) -> Mistake {
    let message = format!("la colonne « {name} » ne fait pas de catégories");
    let help = "une catégorie est une énumération, un oui ou non, ou un code que plusieurs candidats peuvent avoir".to_owned();
    Mistake { place: None, message, help: Some(help) }
}

/// The fact of a column, for the first recueil that reads it.
struct Found<'a> {
    side: usize,
    at: usize,
    field: FieldId,
    schema: &'a Schema,
}

impl<'a> Found<'a> {
    fn of(column: usize, mappings: [&Mapping; 2], schemas: [&'a Schema; 2]) -> Option<Self> {
        mappings.into_iter().zip(schemas).enumerate().find_map(|(side, (mapping, schema))| {
            let at = mapping.columns.iter().position(|it| it.at == column)?;
            match mapping.columns.get(at)?.named {
                Named::Field(field) => Some(Self { side, at, field, schema }),
                Named::List(_) => None,
            }
        })
    }

    fn ty(&self) -> Option<Type> {
        self.schema.field(self.field).map(|def| def.ty)
    }

    /// Tells whether it is a category without being named.
    fn is_usual(&self) -> bool {
        let is_sensitive = self.schema.field(self.field).is_some_and(|def| def.sensitive);
        matches!(self.ty(), Some(Type::Enum(_))) && !is_sensitive
    }

    /// Tells whether it may be a category.
    fn is_told(&self) -> bool {
        let is_unique = self.schema.field(self.field).is_some_and(|def| def.unique);
        matches!(self.ty(), Some(Type::Enum(_) | Type::Bool | Type::Code)) && !is_unique
    }

    fn counted(&self, column: &str) -> Counted {
        let def = self.schema.field(self.field);
        let values = match self.ty() {
            Some(Type::Enum(id)) => self.schema.enumeration(id).map(|of| of.values.as_slice()),
            _ => None,
        };
        let named = |value: &engine::EnumValue| (value.name.clone(), value.label.clone());
        Counted {
            side: self.side,
            at: self.at,
            column: column.to_owned(),
            fact: self.schema.path(self.field),
            label: def.map_or_else(String::new, |def| def.label.clone()),
            values: values.unwrap_or_default().iter().map(named).collect(),
            groups: BTreeMap::new(),
        }
    }
}

impl Counted {
    pub(super) fn take(&mut self, state: FactState, [before, after]: [&Told; 2]) {
        let key = match state {
            FactState::Missing => Key::Missing,
            FactState::Withheld => Key::Withheld,
            FactState::Known(engine::Value::Enum(place)) => Key::Place(place),
            FactState::Known(engine::Value::Bool(truth)) => Key::Truth(truth),
            FactState::Known(engine::Value::Text(text)) => Key::Code(text),
            FactState::Known(engine::Value::Number(_) | engine::Value::Date(_)) => Key::Others,
        };
        let is_full = self.groups.len() >= VALUES && !self.groups.contains_key(&key);
        let key = if is_full && matches!(key, Key::Code(_)) { Key::Others } else { key };
        let (tally, kept) = self.groups.entry(key).or_default();
        tally.take(before.total, after.total);
        kept.take(before.kept, after.kept);
    }

    pub(super) fn done(self) -> Category {
        let Self { column, fact, label, values, groups, .. } = self;
        let group = |(key, (tally, kept)): (Key, (Tally, Passage))| {
            let count = tally.gain + tally.lose + tally.same;
            Group { value: value(key, &values), count, movement: tally.movement(), kept }
        };
        Category { column, fact, label, groups: groups.into_iter().map(group).collect() }
    }
}

fn value(key: Key, values: &[(String, String)]) -> Value {
    match key {
        Key::Place(place) => {
            let found = usize::try_from(place).ok().and_then(|place| values.get(place));
            let (name, label) = found.cloned().unwrap_or_default();
            Value::Of(place, name, label)
        }
        Key::Truth(truth) => Value::Truth(truth),
        Key::Code(text) => Value::Code(text.to_string()),
        Key::Others => Value::Others,
        Key::Missing => Value::Missing,
        Key::Withheld => Value::Withheld,
    }
}
