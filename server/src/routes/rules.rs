//! What is in force, for whoever wants to know.

use crate::app::{App, by_rules};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

/// The rules in force.
#[derive(Debug, Serialize)]
struct Recueil {
    nom: String,
    empreinte: String,
    generation: u64,
    depuis: String,
    unites: Vec<Unit>,
}

/// A version of a unit.
#[derive(Debug, Serialize)]
struct Unit {
    nom: String,
    version: String,
}

/// `GET /v1/schemas/dossier`: the JSON Schema of dossiers under the rules in force.
pub async fn dossier_schema(State(app): State<App>) -> Response {
    let generation = app.generation();
    let schema = dossier::schema(&generation.rules.program().schema);
    by_rules(&generation, Json(schema))
}

/// `GET /v1/recueil`: the rules in force, unit by unit.
pub async fn recueil(State(app): State<App>) -> Response {
    let generation = app.generation();
    let rules = &generation.rules;
    let units = rules.compiled.resolved.units.iter();
    let unites =
        units.map(|unit| Unit { nom: unit.name.text.clone(), version: unit.version.clone() });
    let recueil = Recueil {
        nom: rules.recueil.name.clone(),
        empreinte: rules.hash().to_owned(),
        generation: generation.number,
        depuis: generation.since.to_string(),
        unites: unites.collect(),
    };
    by_rules(&generation, Json(recueil))
}
