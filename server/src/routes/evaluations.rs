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
use serde_json::value::{RawValue, to_raw_value};

/// Un classement simulé : rien n'est enregistré
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Simulation")]
pub struct Simulated<'o> {
    /// Toujours vrai : rien n'est enregistré
    simulation: bool,
    #[serde(flatten)]
    evaluation: wire::Evaluation<'o>,
}

/// Evaluates one dossier. Shape of what is returned: [`Simulated`] in JSON.
///
/// Errors: those of the dossier.
pub fn simulated(
    app: &App,
    format: Format,
    body: &[u8],
    rules: &Rules,
) -> Result<Box<RawValue>, Problem> {
    let pool = dossiers::read(app, format, body, rules)?;
    let outcome = dossiers::rank(app, &pool, rules)?;
    let schema = &rules.program().schema;
    let evaluation = wire::evaluation(rules.identity(), schema, pool.date, &outcome);
    to_raw_value(&Simulated { simulation: true, evaluation }).map_err(|_| Problem::broken())
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
    let work = move || simulated(&app, format, &body, &rules).map(Document::raw);
    let document = workshop.of_length(length, work).await?;
    Ok(by_rules(&made_by, document))
}
