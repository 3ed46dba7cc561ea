//! The facts of an application as they are recorded, and back.
//!
//! A record outlives the program that read the dossier, so facts are kept by name: `entité.champ` for
//! a field of a single entity, the entity's name for a list. An enumeration's value is its name, a
//! number an exact text, a date ISO. Facts of the offer are those of no person: they are kept apart.

use crate::ledger::number;
use engine::{
    Case, Date, EntityId, Fact, FactRef, FactState, FieldId, Item, ListState, Proof, Schema, Type,
    Value,
};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

/// The entity whose facts are the offer's.
const OFFER: &str = "offre";

/// A fact. Keys in their order; an absent one is the usual: known, declared, from nowhere in
/// particular.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedFact {
    /// When it was established, ISO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Why it has no value.
    #[serde(rename = "etat", skip_serializing_if = "Option::is_none")]
    pub absence: Option<Absent>,
    /// How well it is established, when more than declared.
    #[serde(rename = "preuve", skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proven>,
    /// Who validated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its value, as a text.
    #[serde(rename = "valeur", skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Why a fact has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Absent {
    /// Nobody gave it.
    #[serde(rename = "non_renseigne")]
    Missing,
    /// The applicant withheld it.
    #[serde(rename = "non_communique")]
    Withheld,
}

/// A proof beyond a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proven {
    /// By a document.
    #[serde(rename = "verifie")]
    Verified,
    /// By someone.
    #[serde(rename = "valide")]
    Validated,
}

/// What is recorded under one path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Recorded {
    /// The items of a list, each by the names of its fields.
    Items(Vec<BTreeMap<String, RecordedFact>>),
    /// A fact, or a list without items.
    Fact(RecordedFact),
}

/// Tells a list from a fact by its first sign, so that neither is kept aside until it is known.
impl<'de> Deserialize<'de> for Recorded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RecordedVisitor)
    }
}

struct RecordedVisitor;

impl<'de> Visitor<'de> for RecordedVisitor {
    type Value = Recorded;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("un fait ou une liste")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Recorded, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(Recorded::Items)
    }

    fn visit_map<A: MapAccess<'de>>(self, fact: A) -> Result<Recorded, A::Error> {
        RecordedFact::deserialize(MapAccessDeserializer::new(fact)).map(Recorded::Fact)
    }
}

/// Facts by path.
pub type Facts = BTreeMap<String, Recorded>;

/// A path that cannot be read back under a vocabulary. Never says the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("le fait « {path} » ne se lit pas dans le vocabulaire de ce recueil")]
pub struct UnreadableFact {
    /// The path.
    pub path: String,
}

/// Names of a vocabulary, from and to its ids. Made once for many dossiers.
#[derive(Debug)]
pub struct FactNames {
    schema: Schema,
    offer: Option<EntityId>,
    paths: Vec<String>,
    fields: HashMap<String, FieldId>,
    lists: HashMap<String, EntityId>,
}

impl FactNames {
    /// Indexes a vocabulary.
    pub fn new(schema: &Schema) -> Self {
        let ids = || (0..).map(FieldId).take(schema.fields.len());
        let paths: Vec<String> = ids().map(|id| schema.path(id)).collect();
        let fields = paths.iter().cloned().zip(ids()).collect();
        let entities = (0..).map(EntityId).zip(&schema.entities);
        let lists = entities.filter(|(_, def)| def.list).map(|(id, def)| (def.name.clone(), id));
        let (offer, lists) = (schema.entity_named(OFFER), lists.collect());
        Self { schema: schema.clone(), offer, paths, fields, lists }
    }

    /// Returns the vocabulary.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Records the facts of a case that are of no offer.
    pub fn own(&self, case: &Case) -> Facts {
        let own = case.facts.iter().filter(|(id, _)| !self.is_of_offer(**id));
        let facts = own.map(|(id, fact)| (self.path(*id), self.fact(*id, fact)));
        let lists = case.lists.iter().filter_map(|(id, list)| {
            Some((self.schema.entity(*id)?.name.clone(), self.list(list)))
        });
        facts.map(|(path, fact)| (path, Recorded::Fact(fact))).chain(lists).collect()
    }

    /// Records the facts of the offer.
    pub fn offer(&self, case: &Case) -> Facts {
        let offer = case.facts.iter().filter(|(id, _)| self.is_of_offer(**id));
        let facts = offer.map(|(id, fact)| (self.path(*id), Recorded::Fact(self.fact(*id, fact))));
        facts.collect()
    }

    /// Returns the identifier of the offer, when the dossier gives one.
    pub fn offer_id(&self, case: &Case) -> Option<String> {
        let id = self.schema.field_named(self.offer?, "id")?;
        match &case.facts.get(&id)?.state {
            FactState::Known(Value::Text(id)) => Some(id.to_string()),
            FactState::Known(_) | FactState::Missing | FactState::Withheld => None,
        }
    }

    /// Puts recorded facts back into a case. Errors: a path or a value that the vocabulary has not.
    pub fn read_into(&self, facts: &Facts, case: &mut Case) -> Result<(), UnreadableFact> {
        for (path, recorded) in facts {
            let unreadable = || UnreadableFact { path: path.clone() };
            match (self.fields.get(path), self.lists.get(path), recorded) {
                (Some(field), _, Recorded::Fact(fact)) => {
                    case.facts.insert(*field, self.read(*field, fact).ok_or_else(unreadable)?);
                }
                (None, Some(list), recorded) => {
                    let state = self.read_list(*list, recorded).ok_or_else(unreadable)?;
                    case.lists.insert(*list, state);
                }
                (Some(_), _, Recorded::Items(_)) | (None, None, _) => return Err(unreadable()),
            }
        }
        Ok(())
    }

    /// Returns the path of a fact that a motive names.
    pub(crate) fn path_of(&self, fact: FactRef) -> &str {
        match fact {
            FactRef::Field(id) => self.paths.get(id.0 as usize).map_or("", String::as_str),
            FactRef::List(id) => self.schema.entity(id).map_or("", |def| &def.name),
        }
    }

    fn path(&self, id: FieldId) -> String {
        self.path_of(FactRef::Field(id)).to_owned()
    }

    fn is_of_offer(&self, id: FieldId) -> bool {
        self.schema.field(id).is_some_and(|field| Some(field.entity) == self.offer)
    }

    fn fact(&self, id: FieldId, fact: &Fact) -> RecordedFact {
        let (proof, role) = match &fact.proof {
            Proof::Declared => (None, None),
            Proof::Verified => (Some(Proven::Verified), None),
            Proof::Validated(role) => (Some(Proven::Validated), role.as_deref()),
        };
        let (absence, value) = match &fact.state {
            FactState::Known(value) => (None, self.written(id, value)),
            FactState::Missing => (Some(Absent::Missing), None),
            FactState::Withheld => (Some(Absent::Withheld), None),
        };
        RecordedFact {
            date: fact.date.map(|date| date.to_string()),
            absence,
            proof,
            role: role.map(str::to_owned),
            source: fact.source.as_deref().map(str::to_owned),
            value,
        }
    }

    fn written(&self, id: FieldId, value: &Value) -> Option<String> {
        Some(match value {
            Value::Bool(true) => "oui".to_owned(),
            Value::Bool(false) => "non".to_owned(),
            Value::Number(number) => explain::points::decimal(*number),
            Value::Date(date) => date.to_string(),
            Value::Text(text) => text.to_string(),
            Value::Enum(at) => {
                let Type::Enum(def) = self.schema.field(id)?.ty else { return None };
                self.schema.enumeration(def)?.values.get(*at as usize)?.name.clone()
            }
        })
    }

    fn list(&self, list: &ListState) -> Recorded {
        let absent =
            |why| Recorded::Fact(RecordedFact { absence: Some(why), ..Default::default() });
        match list {
            ListState::Known(items) => {
                Recorded::Items(items.iter().map(|item| self.item(item)).collect())
            }
            ListState::Missing => absent(Absent::Missing),
            ListState::Withheld => absent(Absent::Withheld),
        }
    }

    fn item(&self, item: &Item) -> BTreeMap<String, RecordedFact> {
        let named = |id: FieldId| self.schema.field(id).map(|field| field.name.clone());
        item.iter().filter_map(|(id, fact)| Some((named(*id)?, self.fact(*id, fact)))).collect()
    }

    fn read(&self, id: FieldId, fact: &RecordedFact) -> Option<Fact> {
        let ty = self.schema.field(id)?.ty;
        let state = match (&fact.value, fact.absence) {
            (Some(value), None) => FactState::Known(self.read_value(ty, value)?),
            (None, Some(Absent::Missing)) => FactState::Missing,
            (None, Some(Absent::Withheld)) => FactState::Withheld,
            (Some(_), Some(_)) | (None, None) => return None,
        };
        let proof = match fact.proof {
            None => Proof::Declared,
            Some(Proven::Verified) => Proof::Verified,
            Some(Proven::Validated) => Proof::Validated(fact.role.as_deref().map(Arc::from)),
        };
        let date = match &fact.date {
            Some(text) => Some(Date::parse_iso(text)?),
            None => None,
        };
        Some(Fact { state, proof, source: fact.source.as_deref().map(Arc::from), date })
    }

    fn read_value(&self, ty: Type, text: &str) -> Option<Value> {
        Some(match ty {
            Type::Bool => Value::Bool(match text {
                "oui" => true,
                "non" => false,
                _ => return None,
            }),
            Type::Number(..) => Value::Number(number(text)?),
            Type::Text | Type::Code => Value::Text(Arc::from(text)),
            Type::Date => Value::Date(Date::parse_iso(text)?),
            Type::Enum(id) => {
                let values = &self.schema.enumeration(id)?.values;
                let at = values.iter().position(|value| value.name == text)?;
                Value::Enum(u32::try_from(at).ok()?)
            }
            Type::Item(_) => return None,
        })
    }

    fn read_list(&self, id: EntityId, recorded: &Recorded) -> Option<ListState> {
        match recorded {
            Recorded::Items(items) => {
                let read = items.iter().map(|item| self.read_item(id, item));
                Some(ListState::Known(read.collect::<Option<_>>()?))
            }
            Recorded::Fact(fact) => match fact.absence? {
                Absent::Missing => Some(ListState::Missing),
                Absent::Withheld => Some(ListState::Withheld),
            },
        }
    }

    fn read_item(&self, id: EntityId, item: &BTreeMap<String, RecordedFact>) -> Option<Item> {
        let read = item.iter().map(|(name, fact)| {
            let field = self.schema.field_named(id, name)?;
            Some((field, self.read(field, fact)?))
        });
        read.collect()
    }
}
