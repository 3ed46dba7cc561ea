//! The log, for whoever watches it: no value of a person is in it.

use crate::app::App;
use crate::problem::Problem;
use crate::under::Asked as Query;
use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// How many entries are given at most.
const MOST: u32 = 1_000;

/// `GET /v1/journal/checkpoint`: the last signed checkpoint, as C2SP writes it.
pub async fn checkpoint(State(app): State<App>) -> Result<Response, Problem> {
    let (_, note) = app.registry.checkpoint().await?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response())
}

/// Which entries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// From which place on.
    #[serde(default)]
    depuis: u64,
    /// How many.
    #[serde(default = "most")]
    nombre: u32,
}

fn most() -> u32 {
    MOST
}

/// `GET /v1/journal/entrees?depuis=&nombre=`: entries as they are hashed.
pub async fn entries(
    State(app): State<App>,
    Query(page): Query<Page>,
) -> Result<Json<Value>, Problem> {
    let entries = app.registry.entries(page.depuis, page.nombre.min(MOST)).await?;
    let texts = entries.iter().map(
        |entry| json!({ "index": entry.index, "texte": String::from_utf8_lossy(&entry.body) }),
    );
    Ok(Json(json!({ "entrees": texts.collect::<Vec<_>>() })))
}

/// From which size.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct From {
    depuis: u64,
}

/// `GET /v1/journal/coherence?depuis=TAILLE`: the proof that the log goes on from that size.
pub async fn consistency(
    State(app): State<App>,
    Query(from): Query<From>,
) -> Result<Json<Value>, Problem> {
    let proof = app.registry.consistency(from.depuis).await?;
    Ok(Json(json!({ "preuve": proof.path, "point_de_controle": proof.checkpoint })))
}
