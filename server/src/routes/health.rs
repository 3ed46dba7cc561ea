//! Whether the server lives, and is fit to answer.

use crate::answers::{Document, Form};
use crate::app::App;
use crate::metrics::Now;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "vivant\n"
}

/// L'état d'un serveur
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Etat")]
pub struct Ready {
    /// La génération qui sert
    generation: u64,
    /// Depuis quand, RFC 3339
    depuis: String,
    /// L'empreinte de ses règles
    recueil: String,
    /// Si le registre répond
    registre: bool,
    /// Le dernier regard sur le répertoire des règles
    dernier_essai: LastAttempt,
    /// Depuis quand le répertoire n'est pas en état de servir ; absent s'il l'est
    #[serde(skip_serializing_if = "Option::is_none")]
    en_echec_depuis: Option<String>,
}

/// Le dernier regard sur le répertoire des règles
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DernierEssai")]
struct LastAttempt {
    instant: String,
    /// inchange, en_service, refuse, illisible, retour, publie, suivi, en_retard
    issue: &'static str,
    /// Ce qui ne va pas : endroits, codes, messages
    #[serde(skip_serializing_if = "Vec::is_empty")]
    erreurs: Vec<String>,
}

/// `GET /readyz`: what serves, and how the last reload went. A refused reload leaves the server ready, since
/// the last good rules serve, until it has lasted longer than the configuration allows.
pub async fn ready(State(app): State<App>) -> (StatusCode, Json<Ready>) {
    let (generation, last) = (app.generation(), app.reloader.last());
    let registre = app.registry.size().await.is_ok();
    let issue = last.outcome.word();
    let erreurs = last.outcome.errors();
    let ready = Ready {
        generation: generation.number,
        depuis: generation.since.to_string(),
        recueil: generation.rules.hash().to_owned(),
        registre,
        dernier_essai: LastAttempt { instant: last.at.to_string(), issue, erreurs },
        en_echec_depuis: last.failing_since.map(|at| at.to_string()),
    };
    let is_ready = registre && is_fresh(&app);
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(ready))
}

/// Tells whether the directory of rules has been unfit for no longer than the configuration allows.
pub fn is_fresh(app: &App) -> bool {
    let failing = app.reloader.last().failing_since.map(since);
    match (failing, app.settings.max_staleness) {
        (Some(failing), Some(most)) => failing <= most,
        (None, _) | (_, None) => true,
    }
}

/// `GET /metrics`, as Prometheus reads it.
pub async fn measures(State(app): State<App>) -> Document {
    let generation = app.generation();
    let text = app.metrics.text(&Now {
        generation: generation.number,
        age: since(generation.since),
        works: app.workshop.running(),
        queued: app.workshop.waiting(),
        unwritten: app.registry.waiting(),
    });
    Document { form: Form::Measures, bytes: text.into_bytes() }
}

/// Returns how long ago an instant was.
pub fn since(at: Timestamp) -> Duration {
    Duration::try_from(Timestamp::now().duration_since(at)).unwrap_or_default()
}
