//! Evaluations without a record: a dossier in, its ranking and its lines out.

use super::dossiers::{self, Written};
use crate::answers::{Document, by_rules};
use crate::app::App;
use crate::problem::Problem;
use crate::rules::Rules;
use crate::under::Under;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use dossier::Format;
use schemars::JsonSchema;
use serde::Serialize;

/// Un classement simulé : rien n'est enregistré
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Simulation")]
pub struct Simulated<'o> {
    /// Toujours vrai : rien n'est enregistré
    simulation: bool,
    #[serde(flatten)]
    evaluation: wire::Evaluation<'o>,
}

/// Evaluates one dossier, and has its ranking written.
///
/// Errors: those of the dossier and of the writing.
pub fn simulated<T>(
    app: &App,
    (format, body): (Format, &[u8]),
    rules: &Rules,
    write: impl FnOnce(&Simulated<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let pool = dossiers::read(app, format, body, rules)?;
    let told = dossiers::tell(app, &pool, rules)?;
    let schema = &rules.program().schema;
    let evaluation = wire::evaluation(rules.identity(), schema, &pool, &told);
    write(&Simulated { simulation: true, evaluation })
}

/// `POST /v1/evaluations`: ranks a dossier. Nothing is recorded.
pub async fn evaluate(
    State(app): State<App>,
    Under(rules): Under,
    Written(format): Written,
    body: Bytes,
) -> Result<Response, Problem> {
    let made_by = rules.clone();
    let (workshop, length) = (app.workshop.clone(), body.len());
    let work = move || simulated(&app, (format, &body), &rules, |told| Document::json(told));
    let document = workshop.of_length(length, work).await?;
    Ok(by_rules(&made_by, document))
}
