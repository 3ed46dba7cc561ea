//! What `expliquer` answers.

use crate::check::Verification;
use crate::evaluation::Refused;
use dossier::DossierError;
use explain::wording::Worded;
use schemars::JsonSchema;
use serde::Serialize;

/// Réponse de « bareme expliquer »
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "ReponseExpliquee")]
pub enum ExplanationAnswer<'e> {
    /// L'explication et ses phrases
    Explained(Box<Worded<'e>>),
    /// Le dossier est refusé (code de sortie 5)
    Refused(Refused),
    /// Le recueil a des erreurs (code de sortie 3)
    Invalid(Verification),
}

impl ExplanationAnswer<'_> {
    /// Makes the answer for a dossier with mistakes.
    pub fn refused(dossier: String, errors: &[DossierError]) -> Self {
        Self::Refused(Refused::new(dossier, errors))
    }
}
