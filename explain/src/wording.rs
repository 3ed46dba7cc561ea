//! An explanation in words: one renderer per construct, the same for the terminal, pages and JSON.
//!
//! The author's sentences come first; all else is generated from the rule, without a name of the
//! language. The words are in Fluent files, one folder per language; bundles are read once.

mod changes;
mod clause;
mod conditions;
mod facts;
mod glossary;
mod headline;
mod lacks;
mod messages;
mod numbers;
mod patterns;
mod phrases;
mod report;
mod since;
mod steps;
mod terms;
mod titles;
mod why;

pub use clause::Clause;
pub use glossary::Acronym;
pub use headline::HeadlineTexts;
pub use phrases::{ConditionTexts, GridTexts, LineTexts, Phrases, Worded};
pub use report::{Heading, ReportTexts, Rights};
pub use titles::Title;

use messages::{ENGLISH, FRENCH, Files, Key, Messages};
use std::sync::LazyLock;

/// The words of a language.
#[derive(Debug)]
pub struct Words {
    language: Language,
    messages: Messages,
}

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    French,
    English,
}

static IN_FRENCH: LazyLock<Words> = LazyLock::new(|| Words::read(Language::French, &FRENCH));
static IN_ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::read(Language::English, &ENGLISH));

impl Words {
    /// Returns the words of French.
    pub fn french() -> &'static Self {
        &IN_FRENCH
    }

    /// Returns the words of English. What authors wrote stays as they wrote it.
    pub fn english() -> &'static Self {
        &IN_ENGLISH
    }

    /// Returns the tag of the language: `fr`.
    pub fn tag(&self) -> &'static str {
        match self.language {
            Language::French => FRENCH.tag,
            Language::English => ENGLISH.tag,
        }
    }

    fn read(language: Language, files: &Files) -> Self {
        Self { language, messages: Messages::of(files) }
    }

    fn say(&self, key: Key, variables: &[(&'static str, &str)]) -> String {
        self.messages.say(key, variables)
    }

    /// Returns a label as it is cited.
    fn quoted(&self, label: &str) -> String {
        self.say(Key::Quoted, &[("text", &short(label))])
    }
}

/// Returns a label up to its explanation: « Taux d'effort : loyer sur revenus » gives
/// « Taux d'effort ».
fn short(label: &str) -> String {
    let name = label.split_once(" : ").map_or(label, |(name, _)| name);
    author(name)
}

/// Returns a label as it stands in the middle of a sentence.
fn in_sentence(label: &str) -> String {
    lowered(&short(label))
}

/// Returns an author's text with the spaces of French that do not break.
fn author(text: &str) -> String {
    const BEFORE: [&str; 5] = [" :", " ;", " ?", " !", " »"];
    let mut text = text.replace("« ", "«\u{a0}");
    for mark in BEFORE {
        if text.contains(mark) {
            text = text.replace(mark, &mark.replace(' ', "\u{a0}"));
        }
    }
    text
}

/// Begins a sentence with a capital.
pub fn raised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Lowers the first letter of a sentence, unless it begins an acronym or a name.
fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    let (first, next) = (letters.next(), letters.next());
    match (first, next) {
        (Some(first), Some(next)) if !next.is_uppercase() && !next.is_numeric() => {
            let mut lowered: String = first.to_lowercase().collect();
            lowered.push_str(text.get(first.len_utf8()..).unwrap_or_default());
            lowered
        }
        (Some(_) | None, _) => text.to_owned(),
    }
}
