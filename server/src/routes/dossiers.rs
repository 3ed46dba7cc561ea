//! Dossiers as they come in a request.

use crate::problem::Problem;
use crate::rules::Rules;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use dossier::{Format, Forms};
use engine::{Pool, PoolOutcome};

/// Reads a dossier and checks its facts; YAML when the request says so, else JSON.
///
/// Errors: every mistake of the dossier; no date.
pub fn read(headers: &HeaderMap, body: &[u8], rules: &Rules) -> Result<Pool, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let format = if kind.contains("yaml") { Format::Yaml } else { Format::Json };
    let read = dossier::read(body, format, &rules.program().schema, Forms::none());
    let dossier = read.map_err(|errors| Problem::dossier(&errors))?;
    let date = dossier.date.ok_or_else(|| Problem::unreadable("le dossier n'a pas de « date »"))?;
    Ok(Pool { date, candidates: dossier.candidates })
}

/// Ranks a pool. Errors: no ranking on its date.
pub fn rank(pool: &Pool, rules: &Rules) -> Result<PoolOutcome, Problem> {
    let ranked = rules.evaluator().rank(pool);
    ranked.ok_or_else(|| Problem::no_ranking(&pool.date.to_string()))
}
