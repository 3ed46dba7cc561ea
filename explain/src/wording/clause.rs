//! A statement, and the statements that it is made of.

use super::messages::Key;
use super::{Words, lowered, raised};
use schemars::JsonSchema;
use serde::Serialize;

/// Une phrase, et celles qui la détaillent
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Phrase")]
pub struct Clause {
    /// La phrase, sans point final
    #[serde(rename = "texte")]
    pub text: String,
    /// Ce qui la détaille
    #[serde(rename = "parties", skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Clause>,
    /// How the parts make the whole.
    #[serde(skip)]
    #[schemars(skip)]
    pub(super) link: Link,
}

/// How the parts of a statement make the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Link {
    /// They tell more of it.
    #[default]
    Detail,
    /// All are needed.
    All,
    /// One is enough.
    Any,
}

impl Clause {
    /// Begins the text with a capital, and those of the parts.
    pub(super) fn raise(&mut self) {
        self.text = raised(&self.text);
        self.parts.iter_mut().for_each(Self::raise);
    }

    /// Makes a statement that is whole.
    pub(super) fn plain(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// Calls a function on the text and on those of the parts.
    pub fn each_text(&self, see: &mut dyn FnMut(&str)) {
        see(&self.text);
        self.parts.iter().for_each(|part| part.each_text(see));
    }

    /// Makes a statement with what details it.
    pub(super) fn detailed(text: String, parts: Vec<Self>) -> Self {
        Self { text, parts, link: Link::Detail }
    }
}

impl Words {
    /// Makes one statement of many; one alone stays itself.
    pub(super) fn joined(&self, mut parts: Vec<Clause>, link: Link) -> Clause {
        if parts.len() == 1
            && let Some(only) = parts.pop()
        {
            return only;
        }
        let text = match link {
            Link::Detail => String::new(),
            Link::All => self.say(Key::AllOf, &[]),
            Link::Any => self.say(Key::AnyOf, &[]),
        };
        Clause { text, parts, link }
    }

    /// Says a statement in one sentence.
    pub fn flat(&self, clause: &Clause) -> String {
        let joiner = match clause.link {
            Link::Detail => return clause.text.clone(),
            Link::All => self.say(Key::JoinAnd, &[]),
            Link::Any => self.say(Key::JoinOr, &[]),
        };
        let parts = clause.parts.iter().enumerate().map(|(at, part)| {
            let text = if at == 0 { self.flat(part) } else { lowered(&self.flat(part)) };
            match part.link {
                Link::Detail => text,
                Link::All | Link::Any => self.say(Key::Grouped, &[("inner", &text)]),
            }
        });
        let parts: Vec<String> = parts.collect();
        parts.join(&joiner)
    }
}
