//! Evaluations without a record: a dossier in, its ranking and its lines out.

use super::dossiers;
use crate::answers::{Document, by_rules};
use crate::app::App;
use crate::problem::Problem;
use crate::rules::Rules;
use crate::under::Under;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use dossier::Format;
use schemars::JsonSchema;
use serde::Serialize;

/// Un classement simulé : rien n'est enregistré
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Simulation")]
pub struct Simulated {
    /// Toujours vrai : rien n'est enregistré
    simulation: bool,
    #[serde(flatten)]
    evaluation: wire::Evaluation,
}

/// Evaluates one dossier.
///
/// Errors: those of the dossier.
pub fn simulated(
    app: &App,
    format: Format,
    body: &[u8],
    rules: &Rules,
) -> Result<Simulated, Problem> {
    let pool = dossiers::read(app, format, body, rules)?;
    let outcome = dossiers::rank(app, &pool, rules)?;
    let schema = &rules.program().schema;
    let evaluation = wire::evaluation(rules.identity(), schema, pool.date, &outcome);
    Ok(Simulated { simulation: true, evaluation })
}

/// `POST /v1/evaluations`: ranks a dossier. Nothing is recorded.
pub async fn evaluate(
    State(app): State<App>,
    Under(rules): Under,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let (format, made_by) = (dossiers::format(&headers), rules.clone());
    let (workshop, length) = (app.workshop.clone(), body.len());
    let work = move || Document::json(&simulated(&app, format, &body, &rules)?);
    let document = workshop.of_length(length, work).await?;
    Ok(by_rules(&made_by, document))
}
