//! The JSON that leaves: shapes, words and their JSON Schema.
//!
//! Comments on the shapes are the descriptions of the schema, hence in French; `docs/json.md`
//! holds the same for people.

mod check;
mod comparison;
mod evaluation;
mod examples;
mod explanation;
mod facts;
mod footprint;
mod formatted;
mod found;
mod judged;
pub mod registry;
pub mod replay;
mod vocabulary;

pub use check::{Verification, check};
pub use comparison::{ComparisonAnswer, comparison};
pub use evaluation::{Answer, Evaluation, One, answer, evaluation, invalid, refused};
pub use examples::{Due, TestsAnswer, reached, suffices, tests};
pub use explanation::ExplanationAnswer;
pub use facts::{FactsAnswer, facts};
pub use footprint::{FootprintAnswer, footprint};
pub use formatted::Formatted;
pub use found::{DossierMistake, Found};
pub use judged::Judged;
pub use vocabulary::{Vocabulary, vocabulary};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

/// Returns the JSON Schema of a shape.
pub fn schema_of<T: JsonSchema>() -> schemars::Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}
