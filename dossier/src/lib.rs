//! Dossiers as they arrive: YAML or JSON, checked against the vocabulary, turned into facts.
//!
//! One reader makes a [`Node`] tree that keeps every scalar as it was spelt and its place, so a
//! number never passes through a float. Reading a dossier collects every error with its path; no
//! message ever holds a person's value. The crate opens no file and speaks no protocol: what a
//! dossier refers to is handed to it by the caller.

mod builder;
mod cells;
mod error;
mod facts;
mod form;
mod json;
mod limits;
mod node;
mod path;
mod quantity;
mod read;
mod scalar;
mod schema;
mod straight;
mod vocabulary;
mod yaml;

pub use cells::{CellFault, Cells, Named, proof};
pub use error::DossierError;
pub use form::{
    AdaptedForm, AdapterFailure, FormAdapter, Forms, NoAdapter, Refusal, facts_of_form,
};
pub use node::{Entry, Format, Node, NodeKind, Place, Scalar, Spelling, parse};
pub use read::{Dossier, read};
pub use schema::schema;
pub use straight::{Straight, Way};
