//! Dossiers as they come in a request.

use crate::app::App;
use crate::problem::Problem;
use crate::rules::Rules;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use dossier::{Format, Forms};
use engine::{Assessment, Pool, Told};
use std::convert::Infallible;

/// The form in which a body is written.
pub struct Written(pub Format);

impl FromRequestParts<App> for Written {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(format(&parts.headers)))
    }
}

/// Tells the form of a body: YAML when the request says so, else JSON.
pub fn format(headers: &HeaderMap) -> Format {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.contains("yaml") { Format::Yaml } else { Format::Json }
}

/// Reads a dossier and checks its facts.
///
/// Errors: every mistake of the dossier; no date; more candidates than are let through.
pub fn read(app: &App, format: Format, body: &[u8], rules: &Rules) -> Result<Pool, Problem> {
    let read = dossier::read(body, format, &rules.program().schema, Forms::none());
    let dossier = read.map_err(|errors| Problem::dossier(&errors))?;
    let date = dossier.date.ok_or_else(|| Problem::unreadable("le dossier n'a pas de « date »"))?;
    let most = app.settings.limits.candidates;
    if dossier.candidates.len() > most {
        return Err(Problem::too_large(format!("un dossier a au plus {most} candidats")));
    }
    Ok(Pool { date, candidates: dossier.candidates })
}

/// Ranks a pool, in sentences. Errors: no ranking on its date.
pub fn tell<'r>(app: &App, pool: &Pool, rules: &'r Rules) -> Result<Told<'r>, Problem> {
    let told = rules.evaluator().tell_in_sentences(pool);
    app.metrics.evaluated.inc_by(pool.candidates.len() as u64);
    told.ok_or_else(|| Problem::no_ranking(&pool.date.to_string()))
}

/// Ranks a pool, without a word. Errors: no ranking on its date.
pub fn assess<'r>(app: &App, pool: &Pool, rules: &'r Rules) -> Result<Assessment<'r>, Problem> {
    let assessed = rules.evaluator().assess(pool);
    app.metrics.evaluated.inc_by(pool.candidates.len() as u64);
    assessed.ok_or_else(|| Problem::no_ranking(&pool.date.to_string()))
}
