//! The test bench: an example of the rules, its facts in a form, the points before and after a change.

use super::Visitor;
use crate::html::rendered;
use askama::Template;

/// An example that can be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its number among the examples.
    pub number: usize,
    /// Its label.
    pub label: String,
    /// Whether it is the one that is tried.
    pub is_chosen: bool,
}

/// A value that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// What is sent.
    pub name: String,
    /// What is read.
    pub label: String,
}

/// How a fact is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Among values.
    Among(Vec<Value>),
    /// As a number, of a unit.
    Number(String),
    /// As a day.
    Day,
    /// As a text.
    Text,
}

/// A fact of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its path, which names it.
    pub path: String,
    /// Its label.
    pub label: String,
    /// How it is entered.
    pub input: Input,
    /// What it holds.
    pub value: String,
    /// Whether what it holds cannot be read.
    pub is_wrong: bool,
    /// Whether it is not that of the example.
    pub is_changed: bool,
}

/// The facts of an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub label: String,
    /// Its facts.
    pub fields: Vec<Field>,
}

impl Group {
    fn known(&self) -> usize {
        self.fields.iter().filter(|field| !field.value.is_empty()).count()
    }

    fn is_touched(&self) -> bool {
        self.fields.iter().any(|field| field.is_changed || field.is_wrong)
    }
}

/// What is said of a line on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Its points, or its value.
    pub value: String,
    /// Why.
    pub why: String,
}

/// A line before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its label.
    pub label: String,
    /// As the example has it.
    pub before: Option<Side>,
    /// As it is after the change.
    pub after: Option<Side>,
    /// What moved, in words; nothing when nothing did.
    pub moved: Option<String>,
}

/// Lines that go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Their title.
    pub title: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// An example that is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Its number.
    pub number: usize,
    /// Its label.
    pub label: String,
    /// The day of evaluation.
    pub day: String,
    /// Which of its candidates is tried.
    pub candidate: usize,
    /// The identifiers of all of them.
    pub candidates: Vec<String>,
    /// The form.
    pub groups: Vec<Group>,
    /// The labels of what cannot be read.
    pub wrong: Vec<String>,
    /// The labels of what was changed.
    pub changed: Vec<String>,
    /// The total before and after, in a sentence.
    pub total: String,
    /// The lines.
    pub lines: Vec<Lines>,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bench {
    /// Who looks.
    pub visitor: Visitor,
    /// The hash of the rules that are tried.
    pub rules: String,
    /// The examples.
    pub choices: Vec<Choice>,
    /// What is tried.
    pub trial: Option<Trial>,
}

#[derive(Template)]
#[template(path = "people/bench.html")]
struct BenchView<'p> {
    visitor: &'p Visitor,
    page: &'p Bench,
}

/// Makes the page.
pub fn bench(page: &Bench) -> String {
    rendered(&BenchView { visitor: &page.visitor, page })
}
