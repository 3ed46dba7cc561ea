//! The first page: what is in force today, and the state of the server.

use super::health::is_fresh;
use super::sessions::visitor;
use crate::access::By;
use crate::answers::{Document, by_rules};
use crate::app::{App, today};
use crate::problem::Problem;
use axum::extract::{Extension, State};
use axum::response::Response;
use engine::Date;
use pages::people::home::Home;

/// `GET /`.
pub async fn home(
    State(app): State<App>,
    Extension(by): Extension<By>,
) -> Result<Response, Problem> {
    let generation = app.generation();
    let rules = generation.rules.clone();
    let page = Home {
        visitor: visitor(&app, &by),
        day: Date::parse_iso(&today()).ok_or_else(Problem::broken)?,
        since: super::audit::instant(&generation.since.to_string()),
        is_ready: is_fresh(&app) && app.registry.size().await.is_ok(),
    };
    let work = move || Ok(Document::page(pages::people::home::home(&page, rules.published())));
    Ok(by_rules(&generation.rules, app.workshop.long(work).await?))
}
