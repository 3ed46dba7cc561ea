//! What a request is answered under: the rules that serve when it comes, or older ones that it names.
//!
//! Taken once, and kept to the end of the answer, so that nothing mixes two generations.

use crate::answers::RECUEIL;
use crate::app::App;
use crate::problem::Problem;
use crate::rules::Rules;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The rules of a request: those in force, or those of the hash that its `Bareme-Recueil` header names.
pub struct Under(pub Arc<Rules>);

impl FromRequestParts<App> for Under {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match parts.headers.get(RECUEIL) {
            None => Ok(Self(app.generation().rules.clone())),
            Some(hash) => {
                let hash = hash.to_str().map_err(|_| Problem::unknown_rules())?;
                app.rules(hash).await.map(Self)
            }
        }
    }
}

/// What the address of a request asks; a name that is not expected is refused.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let Query(asked) = Query::try_from_uri(&parts.uri).map_err(|_| {
            Problem::unreadable("un paramètre manque, est inconnu, ou n'a pas la forme attendue")
        })?;
        Ok(Self(asked))
    }
}
