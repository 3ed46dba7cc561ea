//! The operator's page: what serves, how the last looks at the rules went, what was put into force, the way back.

use super::Visitor;
use crate::html::rendered;
use askama::Template;

/// A look at the rules' directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub instant: String,
    /// What became of it, in words.
    pub outcome: &'static str,
    /// Whether it failed.
    pub failed: bool,
    /// What is wrong: places, codes, messages.
    pub errors: Vec<String>,
}

/// Rules put into force, as the log says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// The place of the entry.
    pub place: u64,
    /// When.
    pub instant: String,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The hash of the rules.
    pub hash: String,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Who looks.
    pub visitor: Visitor,
    /// The name of the recueil that serves.
    pub recueil: String,
    /// Its hash.
    pub hash: String,
    /// The generation.
    pub generation: u64,
    /// Since when, and for how long.
    pub since: String,
    /// What is known of the registry.
    pub registry: Result<u64, String>,
    /// Since when the directory is not fit to serve.
    pub failing_since: Option<String>,
    /// The last looks, the latest first.
    pub looks: Vec<Look>,
    /// The last activations, the latest first.
    pub activations: Vec<Activation>,
    /// The hash of the rules that a step back leads to.
    pub back: Option<String>,
    /// Whether who looks may step back.
    pub may_step: bool,
}

#[derive(Template)]
#[template(path = "people/operation.html")]
struct OperationView<'p> {
    visitor: &'p Visitor,
    page: &'p Operation,
}

/// Makes the page.
pub fn operation(page: &Operation) -> String {
    rendered(&OperationView { visitor: &page.visitor, page })
}
