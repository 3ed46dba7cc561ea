//! The facts of one candidate, from JSON straight into the slots that a kernel reads.
//!
//! The text is an object of entities, as a candidate of a dossier has them; the offer is one of them (`offre`).
//! What it says plainly is read once, by serde, each value into its slot: no tree, no map, nothing allocated.
//! All else is told to be another's ([`Way::Long`]): a fact that is missing, withheld or with its proof, a list
//! that has items, a key that nothing declares or that is given twice, a value of another type, a number that no
//! slot holds, a text that is no JSON. Every fact of the text is looked at, wanted or not, so that what is read
//! here is what [`crate::read`] says of the same facts, and never another value.

mod field;
mod names;
mod walk;

use crate::builder::composed;
use crate::limits;
use crate::vocabulary::Vocabulary;
use engine::{EntityDef, EntityId, FieldId, Schema};
use field::Field;
use names::Names;
use serde::de::DeserializeSeed;
use source::fold;
use walk::{Document, Row};

/// The keys of a candidate that are no entities.
const OWN_KEYS: [&str; 3] = ["id", "postule", "cerfa"];

/// How the facts of a candidate are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Way {
    /// Every slot holds its fact.
    Straight,
    /// Slots do not say them, and mean nothing: [`crate::read`] is asked, which says what is missing or wrong.
    Long,
}

/// Reads facts of candidates into slots, in the order of the fields that were wanted.
pub struct Straight<'s> {
    vocabulary: Vocabulary<'s>,
    entities: Names<Holds>,
    wanted: usize,
    /// Marks what was met in one text.
    round: u64,
}

/// What an entity holds.
enum Holds {
    /// The facts of a single one.
    Fields(Names<Field>),
    /// Items.
    List,
}

impl<'s> Straight<'s> {
    /// Prepares the reading of some fields. Absent: one of them has no slot of its own (a text, the field of a
    /// list), or is wanted twice.
    pub fn new(schema: &'s Schema, wanted: &[FieldId]) -> Option<Self> {
        let vocabulary = Vocabulary { schema };
        let mut entities = Vec::new();
        for (id, def) in (0..).map(EntityId).zip(&schema.entities) {
            if is_plain(&def.name)
                && vocabulary.entity(&def.name) == Some(id)
                && !OWN_KEYS.contains(&def.name.as_str())
            {
                entities.push((def.name.as_str(), holds(vocabulary, (id, def), wanted)));
            }
        }
        let slots = entities.iter().map(|(_, holds)| holds.slots());
        let are_distinct = (1..)
            .zip(wanted)
            .all(|(next, field)| wanted.get(next..).is_some_and(|others| !others.contains(field)));
        let is_whole = slots.sum::<usize>() == wanted.len() && are_distinct;
        let entities = Names::new(entities);
        is_whole.then_some(Self { vocabulary, entities, wanted: wanted.len(), round: 0 })
    }

    /// Reads the facts of one candidate from JSON.
    ///
    /// Shape: `slots` has one for each field that was wanted, in their order.
    /// Unit: of a number, the parts of its type ([`engine::parts_of_type`]); of a day, [`engine::pack_day`].
    pub fn read(&mut self, json: &[u8], slots: &mut [i64]) -> Way {
        if json.len() > limits::TEXT_BYTES || slots.len() != self.wanted {
            return Way::Long;
        }
        let Ok(text) = std::str::from_utf8(json) else { return Way::Long };
        self.round += 1;
        let mut row = Row { vocabulary: self.vocabulary, round: self.round, slots, filled: 0 };
        let mut json = serde_json::Deserializer::from_str(text);
        let document = Document { entities: &mut self.entities, row: &mut row };
        let read = document.deserialize(&mut json).and_then(|()| json.end());
        if read.is_ok() && row.filled == self.wanted { Way::Straight } else { Way::Long }
    }
}

impl Holds {
    /// How many slots it fills.
    fn slots(&self) -> usize {
        match self {
            Self::Fields(fields) => fields.iter().filter(|field| field.slot.is_some()).count(),
            Self::List => 0,
        }
    }
}

fn holds(
    vocabulary: Vocabulary<'_>,
    (id, def): (EntityId, &EntityDef),
    wanted: &[FieldId],
) -> Holds {
    if def.list {
        return Holds::List;
    }
    let fields = def.fields.iter().filter_map(|own| {
        let name = vocabulary.schema.field(*own)?.name.as_str();
        let (found, field) = vocabulary.field(id, name)?;
        let slot = wanted.iter().position(|wanted| wanted == own);
        let field = Field::new(vocabulary, (found, field), slot)?;
        (found == *own && is_plain(name)).then_some((name, field))
    });
    Holds::Fields(Names::new(fields))
}

/// Tells whether a name is found as it is spelt, and is no mark of the dossier.
fn is_plain(name: &str) -> bool {
    composed(name.to_owned()) == name && fold(name) != "non_communique"
}
