//! The facts that a rule looked at, in words: value, proof, source and date.

use super::messages::Key;
use super::{Words, author, in_sentence};
use crate::explanation::{Fact, Known, Proof};

impl Words {
    /// Says a fact: « Date de naissance : 14 mars 1990 (sur déclaration) ».
    pub fn fact(&self, fact: &Fact) -> String {
        let values: Vec<String> = fact.values.iter().map(|known| self.known_value(known)).collect();
        let values = match values.as_slice() {
            [] => self.say(Key::NoItem, &[]),
            _ => values.join(" ; ").replace(" ;", "\u{a0};"),
        };
        let label = match &fact.list {
            Some(list) => {
                let (label, list) = (author(&fact.label), in_sentence(list));
                self.say(Key::FactOfList, &[("label", &label), ("list", &list)])
            }
            None => author(&fact.label),
        };
        self.say(Key::StepLabelled, &[("label", &label), ("rule", &values)])
    }

    fn known_value(&self, known: &Known) -> String {
        let value = self.told(&known.value);
        let mut origins = Vec::new();
        if let Some(proof) = known.proof {
            origins.push(self.proof(proof, known.validator.as_deref()));
        }
        if let Some(source) = &known.source {
            origins
                .push(self.say(Key::FactSource, &[("source", &author(&source.replace('_', " ")))]));
        }
        if let Some(day) = known.date {
            origins.push(self.say(Key::FactDate, &[("date", &self.day(day))]));
        }
        if origins.is_empty() {
            return value;
        }
        let origins = origins.join(", ");
        self.say(Key::FactOrigin, &[("value", &value), ("origin", &origins)])
    }

    fn proof(&self, proof: Proof, by: Option<&str>) -> String {
        match (proof, by) {
            (Proof::Declared, _) => self.say(Key::Declared, &[]),
            (Proof::Verified, _) => self.say(Key::Verified, &[]),
            (Proof::Validated, Some(by)) => self.say(Key::ValidatedBy, &[("by", by)]),
            (Proof::Validated, None) => self.say(Key::Validated, &[]),
        }
    }
}
