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
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// The entity whose facts are the offer's.
const OFFER: &str = "offre";

/// A fact. Keys in their order; an absent one is the usual: known, declared, from nowhere in
/// particular.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedFact<T = String> {
    /// When it was established, ISO.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<T>,
    /// Why it has no value.
    #[serde(rename = "etat", skip_serializing_if = "Option::is_none")]
    pub absence: Option<Absent>,
    /// How well it is established, when more than declared.
    #[serde(rename = "preuve", skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proven>,
    /// Who validated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<T>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<T>,
    /// Its value, as a text.
    #[serde(rename = "valeur", skip_serializing_if = "Option::is_none")]
    pub value: Option<T>,
}

impl<T> Default for RecordedFact<T> {
    fn default() -> Self {
        Self { date: None, absence: None, proof: None, role: None, source: None, value: None }
    }
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
pub enum Recorded<T: Ord = String> {
    /// The items of a list, each by the names of its fields.
    Items(Vec<BTreeMap<T, RecordedFact<T>>>),
    /// A fact, or a list without items.
    Fact(RecordedFact<T>),
}

/// Tells a list from a fact by its first sign, so that neither is kept aside until it is known.
impl<'de, T: Ord + Deserialize<'de>> Deserialize<'de> for Recorded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RecordedVisitor(PhantomData))
    }
}

struct RecordedVisitor<T>(PhantomData<T>);

impl<'de, T: Ord + Deserialize<'de>> Visitor<'de> for RecordedVisitor<T> {
    type Value = Recorded<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("un fait ou une liste")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Recorded<T>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(Recorded::Items)
    }

    fn visit_map<A: MapAccess<'de>>(self, fact: A) -> Result<Recorded<T>, A::Error> {
        RecordedFact::deserialize(MapAccessDeserializer::new(fact)).map(Recorded::Fact)
    }
}

/// Facts by path.
pub type Facts = BTreeMap<String, Recorded>;

/// A text as it stands in what is read, unless an escape keeps it from being taken from there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub(crate) struct Borrowed<'t>(#[serde(borrow)] Cow<'t, str>);

impl AsRef<str> for Borrowed<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Facts by path as they stand in what is read, to be put into a case.
pub(crate) struct FactsRead<'t>(Vec<(Borrowed<'t>, Recorded<Borrowed<'t>>)>);

impl<'de: 't, 't> Deserialize<'de> for FactsRead<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FactsVisitor)
    }
}

struct FactsVisitor;

impl<'de> Visitor<'de> for FactsVisitor {
    type Value = FactsRead<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("des faits par chemin")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut facts: A) -> Result<FactsRead<'de>, A::Error> {
        let mut read = Vec::new();
        while let Some(fact) = facts.next_entry()? {
            read.push(fact);
        }
        Ok(FactsRead(read))
    }
}

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
        facts.iter().try_for_each(|(path, recorded)| self.read_one(path, recorded, case))
    }

    /// Puts the same back as they stand in what was read.
    pub(crate) fn put_into(
        &self,
        facts: &FactsRead<'_>,
        case: &mut Case,
    ) -> Result<(), UnreadableFact> {
        facts.0.iter().try_for_each(|(path, recorded)| self.read_one(&path.0, recorded, case))
    }

    fn read_one<T: Ord + AsRef<str>>(
        &self,
        path: &str,
        recorded: &Recorded<T>,
        case: &mut Case,
    ) -> Result<(), UnreadableFact> {
        let unreadable = || UnreadableFact { path: path.to_owned() };
        match (self.fields.get(path), recorded) {
            (Some(field), Recorded::Fact(fact)) => {
                case.facts.insert(*field, self.read(*field, fact).ok_or_else(unreadable)?);
            }
            (Some(_), Recorded::Items(_)) => return Err(unreadable()),
            (None, recorded) => {
                let list = *self.lists.get(path).ok_or_else(unreadable)?;
                let state = self.read_list(list, recorded).ok_or_else(unreadable)?;
                case.lists.insert(list, state);
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

    fn read<T: AsRef<str>>(&self, id: FieldId, fact: &RecordedFact<T>) -> Option<Fact> {
        let text = |text: &T| Arc::from(text.as_ref());
        let ty = self.schema.field(id)?.ty;
        let state = match (&fact.value, fact.absence) {
            (Some(value), None) => FactState::Known(self.read_value(ty, value.as_ref())?),
            (None, Some(Absent::Missing)) => FactState::Missing,
            (None, Some(Absent::Withheld)) => FactState::Withheld,
            (Some(_), Some(_)) | (None, None) => return None,
        };
        let proof = match fact.proof {
            None => Proof::Declared,
            Some(Proven::Verified) => Proof::Verified,
            Some(Proven::Validated) => Proof::Validated(fact.role.as_ref().map(text)),
        };
        let date = match &fact.date {
            Some(text) => Some(Date::parse_iso(text.as_ref())?),
            None => None,
        };
        Some(Fact { state, proof, source: fact.source.as_ref().map(text), date })
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

    fn read_list<T: Ord + AsRef<str>>(
        &self,
        id: EntityId,
        recorded: &Recorded<T>,
    ) -> Option<ListState> {
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

    fn read_item<T: Ord + AsRef<str>>(
        &self,
        id: EntityId,
        item: &BTreeMap<T, RecordedFact<T>>,
    ) -> Option<Item> {
        let read = item.iter().map(|(name, fact)| {
            let field = self.schema.field_named(id, name.as_ref())?;
            Some((field, self.read(field, fact)?))
        });
        read.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says a fact whatever its texts are held by.
    fn said<T: AsRef<str> + Ord>(path: &str, recorded: &Recorded<T>) -> String {
        let fact = |fact: &RecordedFact<T>| {
            let texts = [&fact.date, &fact.role, &fact.source, &fact.value];
            let texts = texts.map(|text| text.as_ref().map(|text| text.as_ref().to_owned()));
            format!("{texts:?} {:?} {:?}", fact.absence, fact.proof)
        };
        match recorded {
            Recorded::Fact(one) => format!("{path} {}", fact(one)),
            Recorded::Items(items) => {
                let item = |item: &BTreeMap<T, RecordedFact<T>>| {
                    let named =
                        item.iter().map(|(name, one)| (name.as_ref().to_owned(), fact(one)));
                    named.collect::<Vec<_>>()
                };
                format!("{path} {:?}", items.iter().map(item).collect::<Vec<_>>())
            }
        }
    }

    #[test]
    fn facts_are_the_same_as_they_stand_and_taken_apart() {
        let text = r#"{
            "demandeur.nom": {"valeur": "d'\u00c9vry\n\"x\"", "source": "piece"},
            "foyer.revenus": {"etat": "non_communique", "date": "2019-10-15"},
            "personne_\u00e0_charge": [{"age": {"valeur": "3"}, "n\u00e9": {"valeur": "oui"}}, {}],
            "co_titulaire": {"etat": "non_renseigne"},
            "emploi.siren": {"preuve": "valide", "role": "employeur", "valeur": "1"}
        }"#;
        let apart: Facts = serde_json::from_str(text).unwrap();
        let read: FactsRead<'_> = serde_json::from_str(text).unwrap();
        let mut read: Vec<String> =
            read.0.iter().map(|(path, one)| said(path.as_ref(), one)).collect();
        read.sort();
        let apart: Vec<String> = apart.iter().map(|(path, one)| said(path, one)).collect();
        assert_eq!(read, apart);
    }

    #[test]
    fn what_is_no_fact_is_refused_either_way() {
        for text in [r#"{"a": "oui"}"#, r#"{"a": {"autre": "x"}}"#, r#"{"a": {"valeur": 7}}"#, "[]"]
        {
            assert!(serde_json::from_str::<Facts>(text).is_err(), "{text}");
            assert!(serde_json::from_str::<FactsRead<'_>>(text).is_err(), "{text}");
        }
    }
}
