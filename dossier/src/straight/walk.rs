//! The walk of one text, by serde: entities, their fields, values. Whatever is not plain is an error, which
//! nobody reads: the long way tells its own.

use super::Holds;
use super::field::{Field, Kind};
use super::names::{After, Names};
use crate::vocabulary::Vocabulary;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The slots of one candidate, as they are filled.
pub(super) struct Row<'r, 's> {
    pub(super) vocabulary: Vocabulary<'s>,
    /// The number of the text.
    pub(super) round: u64,
    pub(super) slots: &'r mut [i64],
    /// How many are.
    pub(super) filled: usize,
}

impl Row<'_, '_> {
    fn fill(&mut self, slot: Option<usize>, value: i64) {
        if let Some(held) = slot.and_then(|slot| self.slots.get_mut(slot)) {
            *held = value;
            self.filled += 1;
        }
    }
}

/// What is not plain.
fn otherwise<E: Error>() -> E {
    E::custom("")
}

/// Writes what a visitor waits for, which nobody reads.
macro_rules! expecting {
    () => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a plain value")
        }
    };
}

/// Reads the entities of a candidate.
pub(super) struct Document<'d, 'r, 's> {
    pub(super) entities: &'d mut Names<Holds>,
    pub(super) row: &'d mut Row<'r, 's>,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_, '_> {
    type Value = ();

    expecting!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { entities, row } = self;
        let mut after = After::default();
        while let Some(found) = map.next_key_seed(Key { names: entities, after, row: row.round })? {
            after = found;
            match entities.get(found).ok_or_else(otherwise)? {
                Holds::Fields(fields) => map.next_value_seed(Facts { fields, row })?,
                Holds::List => map.next_value_seed(Empty)?,
            }
        }
        Ok(())
    }
}

/// Reads the name of something.
struct Key<'d, T> {
    names: &'d mut Names<T>,
    after: After,
    row: u64,
}

impl<'de, T> DeserializeSeed<'de> for Key<'_, T> {
    type Value = After;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<After, D::Error> {
        json.deserialize_str(self)
    }
}

impl<T> Visitor<'_> for Key<'_, T> {
    type Value = After;

    expecting!();

    fn visit_str<E: Error>(self, name: &str) -> Result<After, E> {
        self.names.find(name, self.after, self.row).ok_or_else(otherwise)
    }
}

/// Reads the facts of an entity.
struct Facts<'d, 'r, 's> {
    fields: &'d mut Names<Field>,
    row: &'d mut Row<'r, 's>,
}

impl<'de> DeserializeSeed<'de> for Facts<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Facts<'_, '_, '_> {
    type Value = ();

    expecting!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { fields, row } = self;
        let mut after = After::default();
        while let Some(found) = map.next_key_seed(Key { names: fields, after, row: row.round })? {
            after = found;
            let field: &Field = fields.get(found).ok_or_else(otherwise)?;
            let value = map.next_value_seed(Given { field, vocabulary: row.vocabulary })?;
            row.fill(field.slot, value);
        }
        Ok(())
    }
}

/// Reads the value of a fact.
struct Given<'d, 's> {
    field: &'d Field,
    vocabulary: Vocabulary<'s>,
}

impl<'de> DeserializeSeed<'de> for Given<'_, '_> {
    type Value = i64;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<i64, D::Error> {
        match self.field.kind {
            // By its digits: a number with decimals is never a float.
            Kind::Parts(..) => {
                self.raw(<&RawValue>::deserialize(json)?.get()).ok_or_else(otherwise)
            }
            Kind::Truth | Kind::Whole(_) | Kind::Day | Kind::OneOf(_) | Kind::Text | Kind::Code => {
                json.deserialize_any(self)
            }
        }
    }
}

impl Given<'_, '_> {
    fn raw(&self, raw: &str) -> Option<i64> {
        match raw.as_bytes().first()? {
            b'-' | b'0'..=b'9' => self.field.word(self.vocabulary, raw),
            b'"' => {
                let text: Cow<'_, str> = serde_json::from_str(raw).ok()?;
                self.field.text(self.vocabulary, &text)
            }
            _ => None,
        }
    }
}

impl Visitor<'_> for Given<'_, '_> {
    type Value = i64;

    expecting!();

    fn visit_bool<E: Error>(self, truth: bool) -> Result<i64, E> {
        self.field.truth(truth).ok_or_else(otherwise)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
        let number = i64::try_from(number).ok();
        number.and_then(|number| self.field.whole(number)).ok_or_else(otherwise)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
        self.field.whole(number).ok_or_else(otherwise)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
        self.field.text(self.vocabulary, text).ok_or_else(otherwise)
    }
}

/// Reads a list without items.
struct Empty;

impl<'de> DeserializeSeed<'de> for Empty {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Empty {
    type Value = ();

    expecting!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        match items.next_element::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(otherwise()),
        }
    }
}
