//! Decisions found: the filters of the list of decisions, as a form.

use crate::access::By;
use crate::answers::Document;
use crate::app::App;
use crate::problem::Problem;
use crate::routes::listing::{PAGE, Which};
use crate::routes::sessions::visitor;
use axum::extract::{Extension, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use pages::people::audit::{Field, Listed, Search};
use registry::{Cursor, Page};
use serde::Serialize;

/// The fields of the form: names of addresses, labels, kinds.
const FIELDS: [(&str, &str, &str); 6] = [
    ("decision", "Identifiant d'une décision", "text"),
    ("depuis", "Évaluées depuis le", "date"),
    ("jusqua", "Évaluées jusqu'au", "date"),
    ("offre", "Identifiant de l'offre", "text"),
    ("candidature", "Identifiant d'un candidat", "text"),
    ("recueil", "Empreinte du recueil", "text"),
];

/// `GET /audit`: the decisions that answer to a form.
pub async fn search(
    State(app): State<App>,
    Extension(by): Extension<By>,
    asked: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let unreadable = |_| Problem::unreadable("cette adresse n'est pas celle d'une recherche");
    let Query(mut asked) = asked.map_err(unreadable)?;
    for (_, value) in &mut asked {
        *value = value.trim().to_owned();
    }
    asked.retain(|(_, value)| !value.is_empty());
    if let Some((_, id)) = asked.iter().find(|(name, _)| name == "decision") {
        let id = app.registry.decision(id).await.map_err(super::changed)?.entry.id;
        return Ok(Redirect::to(&format!("/audit/decisions/{id}")).into_response());
    }
    let (found, refused) = match among(&app, &asked).await {
        Ok(page) => (page, None),
        Err(problem) if problem.status() == 400 => {
            (Page { decisions: Vec::new(), next: None }, Some(problem.detail().to_owned()))
        }
        Err(problem) => return Err(problem),
    };
    let status = if refused.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let page = Search {
        visitor: visitor(&app, &by),
        fields: fields(&asked),
        refused,
        next: found.next.map(|next| address(&asked, next)).transpose()?,
        found: found.decisions.into_iter().map(listed).collect(),
        is_first: !asked.iter().any(|(name, _)| name == "apres"),
    };
    Ok((status, Document::page(pages::people::audit::search(&page))).into_response())
}

async fn among(app: &App, asked: &[(String, String)]) -> Result<Page, Problem> {
    let unknown = || Problem::unreadable("un paramètre est inconnu, ou donné deux fois");
    let which: Which = serde_urlencoded::from_str(&query(asked)?).map_err(|_| unknown())?;
    let (filter, after) = which.filter()?;
    Ok(app.registry.decisions_among(&filter, after, PAGE).await?)
}

fn fields(asked: &[(String, String)]) -> Vec<Field> {
    let value = |name: &str| asked.iter().find(|(field, _)| field == name);
    let field = |(name, label, kind)| {
        let value = value(name).map_or_else(String::new, |(_, value)| value.clone());
        Field { name, label, kind, value }
    };
    FIELDS.into_iter().map(field).collect()
}

/// Writes the address of the page that follows: the same questions, after a place.
fn address(asked: &[(String, String)], next: Cursor) -> Result<String, Problem> {
    let next = ("apres".to_owned(), next.text());
    let same = asked.iter().filter(|(name, _)| name != "apres");
    Ok(format!("/audit?{}", query(same.chain([&next]).collect::<Vec<_>>())?))
}

fn query(pairs: impl Serialize) -> Result<String, Problem> {
    serde_urlencoded::to_string(pairs).map_err(|_| Problem::broken())
}

fn listed(listed: registry::Listed) -> Listed {
    let registry::Listed { index, said } = listed;
    let content = said.content;
    Listed {
        id: said.id,
        index,
        instant: super::words::instant(&said.instant),
        date: super::words::day(&content.date),
        purpose: content.purpose,
        offer: content.offer.id.unwrap_or_default(),
        by: content.par,
        candidates: content.candidates.count,
    }
}
