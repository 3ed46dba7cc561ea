//! What is in force, for whoever wants to know; the way back for whoever runs the server.

use crate::access::By;
use crate::activation::{self, Origin, Step};
use crate::answers::json_by_rules;
use crate::app::App;
use crate::problem::Problem;
use crate::under::Under;
use axum::Json;
use axum::extract::{Extension, State};
use axum::response::Response;
use registry::After;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::runtime::Handle;

/// Le recueil qui sert
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RecueilEnService")]
pub struct Recueil {
    nom: String,
    empreinte: String,
    /// La génération qui sert
    generation: u64,
    /// Depuis quand elle sert
    depuis: String,
    unites: Vec<Unit>,
}

/// Une version d'une unité
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UniteEnService")]
struct Unit {
    nom: String,
    version: String,
}

/// `GET /v1/schemas/dossier`: the JSON Schema of dossiers.
pub async fn dossier_schema(Under(rules): Under) -> Response {
    json_by_rules(&rules, &dossier::schema(&rules.program().schema))
}

/// `GET /v1/vocabulaire`: the facts that a dossier may hold.
pub async fn vocabulary(Under(rules): Under) -> Response {
    json_by_rules(&rules, &wire::vocabulary(&rules.program().schema, rules.hash()))
}

/// `GET /v1/recueil`: the rules, unit by unit.
pub async fn recueil(State(app): State<App>, Under(rules): Under) -> Response {
    let generation = app.generation();
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
    json_by_rules(&rules, &recueil)
}

/// Un retour en arrière
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Retour")]
pub struct Stepped {
    /// La génération qui sert maintenant
    generation: u64,
    /// L'empreinte de ses règles
    empreinte: String,
}

/// `POST /v1/recueil/retour`: one step back, to the rules that served before. What the directory holds is put
/// aside until it changes.
pub async fn step_back(
    State(app): State<App>,
    Extension(by): Extension<By>,
) -> Result<Json<Stepped>, Problem> {
    let step = activation::step(&app.registry).await?;
    stepped(app, by, step.ok_or_else(|| Problem::unknown("règles d'avant"))?).await.map(Json)
}

/// Makes a step back.
///
/// Errors: others were put into force meanwhile; the registry does not answer.
pub async fn stepped(app: App, by: By, step: Step) -> Result<Stepped, Problem> {
    let Step { to, after } = step;
    let rules = app.rules(&to).await?;
    let (registry, reloader) = (app.registry.clone(), app.reloader.clone());
    let handle = Handle::current();
    let back = move || {
        let by = (by.name.as_str(), Origin::StepBack);
        let after = After::This(Some(after));
        let said = activation::record(&registry, &rules, by, Vec::new(), after);
        reloader.step_back(rules.clone(), || handle.block_on(said)).map_err(Problem::from)
    };
    let generation = app.workshop.long(back).await?;
    Ok(Stepped { generation: generation.number, empreinte: to })
}
