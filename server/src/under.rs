//! What a request is answered under: the rules that serve when it comes, or older ones that it names.
//!
//! Taken once, and kept to the end of the answer, so that nothing mixes two generations.

use crate::app::App;
use crate::problem::Problem;
use crate::rules::Rules;
use axum::extract::{FromRequestParts, Query};
use axum::http::HeaderValue;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The rules of a request: those in force, or those of the hash that its `Bareme-Recueil` header names.
#[derive(Clone)]
pub struct Under(pub Arc<Rules>);

impl Under {
    /// Takes the rules of a request, by the hash that it names when it names one.
    ///
    /// Errors: rules that nobody kept.
    pub async fn named(app: &App, hash: Option<HeaderValue>) -> Result<Self, Problem> {
        match hash {
            None => Ok(Self(app.generation().rules.clone())),
            Some(hash) => {
                let hash = hash.to_str().map_err(|_| Problem::unknown_rules())?;
                app.rules(hash).await.map(Self)
            }
        }
    }
}

/// Finds them where they were put when the request was let in; a route that asks for them says so in its row.
impl FromRequestParts<App> for Under {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(Problem::broken)
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
