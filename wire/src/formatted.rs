//! What `formater` answers.

use crate::found::Found;
use schemars::JsonSchema;
use serde::Serialize;

/// La mise en forme de fichiers de règles
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MiseEnForme")]
pub struct Formatted {
    /// Les fichiers mis en forme, ou à mettre en forme avec --verifier
    fichiers: Vec<String>,
    /// Les erreurs des fichiers laissés tels quels
    diagnostics: Vec<Found>,
}

impl Formatted {
    /// Makes the answer.
    pub fn of(fichiers: Vec<String>, diagnostics: Vec<Found>) -> Self {
        Self { fichiers, diagnostics }
    }
}
