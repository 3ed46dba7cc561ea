//! The acronyms of a text, each explained once from the glossary of the recueil.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Un sigle et son explication
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Sigle")]
pub struct Acronym {
    /// Le sigle
    #[serde(rename = "sigle")]
    pub acronym: String,
    /// Ce qu'il veut dire
    #[serde(rename = "explication")]
    pub meaning: String,
}

/// Finds the acronyms of texts, in order of meeting.
#[derive(Debug)]
pub(super) struct Acronyms<'g> {
    glossary: &'g BTreeMap<String, String>,
    met: BTreeSet<&'g str>,
    found: Vec<Acronym>,
}

impl<'g> Acronyms<'g> {
    pub(super) fn of(glossary: &'g BTreeMap<String, String>) -> Self {
        Self { glossary, met: BTreeSet::new(), found: Vec::new() }
    }

    /// Looks at a text.
    pub(super) fn read(&mut self, text: &str) {
        let words = text.split(|c: char| !c.is_alphanumeric());
        for word in words.filter(|word| is_acronym(word)) {
            let Some((acronym, meaning)) = self.glossary.get_key_value(word) else { continue };
            if self.met.insert(acronym) {
                self.found.push(Acronym { acronym: acronym.clone(), meaning: meaning.clone() });
            }
        }
    }

    pub(super) fn found(self) -> Vec<Acronym> {
        self.found
    }
}

/// Tells whether a word is an acronym: two letters or more, all capital.
fn is_acronym(word: &str) -> bool {
    word.chars().nth(1).is_some() && word.chars().all(char::is_uppercase)
}
