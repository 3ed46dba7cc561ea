//! Explanations of a dossier, without a record.

use super::dossiers;
use crate::app::{App, by_rules};
use crate::problem::Problem;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use explain::{Evaluation, View, Words};
use serde::Deserialize;

/// Which candidate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Its identifier in the dossier.
    candidat: String,
}

/// `POST /v1/explications?candidat=ID`: why a candidate has these points, as the applicant reads it.
/// Nothing is recorded.
pub async fn explain(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let generation = app.generation();
    let rules = &generation.rules;
    let pool = dossiers::read(&headers, &body, rules)?;
    let index = pool.candidates.iter().position(|one| one.id == asked.candidat);
    let index = index.ok_or_else(|| Problem::unknown(&asked.candidat))?;
    let traced = rules.evaluator().rank_traced(&pool, index);
    let (outcome, trace) = traced.ok_or_else(|| Problem::no_ranking(&pool.date.to_string()))?;
    let candidate = outcome.candidates.iter().find(|one| one.index == index);
    let candidate = candidate.ok_or_else(|| Problem::unknown(&asked.candidat))?;
    let recueil = (&*rules.recueil.name, rules.hash());
    let evaluation = Evaluation { rules: &rules.compiled, recueil, pool: &pool, outcome: &outcome };
    let explanation = evaluation.explain(candidate, &trace).seen_by(View::Applicant);
    let words = Words::french();
    let worded = words.worded(&explanation, &rules.recueil.glossary);
    Ok(by_rules(&generation, Json(worded)))
}
