//! Whether the server lives, and is fit to answer.

use crate::app::App;
use crate::reload::Outcome;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "vivant\n"
}

/// The state of a server.
#[derive(Debug, Serialize)]
pub struct Ready {
    /// The generation that serves.
    generation: u64,
    /// Since when, RFC 3339.
    depuis: String,
    /// The hash of its rules.
    recueil: String,
    /// Whether the registry answers.
    registre: bool,
    /// The last look at the rules' directory.
    dernier_essai: LastAttempt,
}

/// The last look at the rules' directory.
#[derive(Debug, Serialize)]
struct LastAttempt {
    instant: String,
    /// `inchange`, `en_service`, `refuse`, `illisible`.
    issue: &'static str,
    /// What is wrong: places, codes, messages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    erreurs: Vec<String>,
}

/// `GET /readyz`: what serves, and how the last reload went. A refused reload leaves the server ready:
/// the last good rules serve.
pub async fn ready(State(app): State<App>) -> (StatusCode, Json<Ready>) {
    let (generation, last) = (app.generation(), app.reloader.last());
    let registre = app.registry.size().await.is_ok();
    let (issue, erreurs) = match last.outcome {
        Outcome::Same => ("inchange", Vec::new()),
        Outcome::Activated(_) => ("en_service", Vec::new()),
        Outcome::Refused(lines) => ("refuse", lines),
        Outcome::Unreadable(why) => ("illisible", vec![why]),
    };
    let ready = Ready {
        generation: generation.number,
        depuis: generation.since.to_string(),
        recueil: generation.rules.hash().to_owned(),
        registre,
        dernier_essai: LastAttempt { instant: last.at.to_string(), issue, erreurs },
    };
    let status = if registre { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(ready))
}
