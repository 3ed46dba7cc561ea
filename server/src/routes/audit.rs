//! The auditor's pages: decisions found, one with its proofs and its replay, one candidate of it.
//!
//! Each proof is checked while the page is made, on the very bytes that the page shows; what is not checked is
//! never said to be verified.

mod candidate;
mod decision;
mod facts;
mod proofs;
mod rerun;
mod search;
mod words;

pub use candidate::{case, explanation, show as candidate};
pub use decision::{case as whole_case, show as decision};
pub use search::search;
pub use words::instant;

use crate::app::App;
use crate::problem::Problem;
use registry::{RegistryError, StoredDecision};

/// Reads a decision.
///
/// Errors: there is none; its record was changed.
async fn stored(app: &App, id: &str) -> Result<StoredDecision, Problem> {
    app.registry.decision(id).await.map_err(changed)
}

/// Says a record that this program did not write as what it is: changed.
fn changed(error: RegistryError) -> Problem {
    match error {
        RegistryError::Foreign(what) => Problem::tampered(what),
        other => other.into(),
    }
}
