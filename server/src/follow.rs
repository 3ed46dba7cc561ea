//! Servers of one registry follow each other: what one puts into force, the others do.
//!
//! News are hints (PostgreSQL tells them, else the log is looked at every few seconds); what the last activation
//! of the log says is what counts. Rules that another server has put into force were verified there, and are read
//! from the registry by their hash.

use crate::activation;
use crate::app::App;
use crate::problem::Problem;
use std::time::Duration;

/// How often the log is looked at, whatever the news.
const TURN: Duration = Duration::from_secs(2);

/// How long is waited when news cannot be listened to.
const PAUSE: Duration = Duration::from_secs(10);

/// Follows the other servers of the registry, until it is dropped.
pub async fn follow(app: App) {
    loop {
        match app.registry.news().await {
            Ok(mut news) => loop {
                if let Err(problem) = caught_up(&app).await {
                    tracing::error!(statut = problem.status(), "les règles ne sont pas suivies");
                }
                news.wait(TURN).await;
            },
            Err(error) => {
                tracing::error!(%error, "registre");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Puts into force what the log says last, if it is not already.
///
/// Errors: the registry's; the rules cannot be read by this version of the language.
async fn caught_up(app: &App) -> Result<(), Problem> {
    let Some(last) = activation::last(&app.registry).await? else { return Ok(()) };
    if !app.reloader.is_behind(last.place) {
        return Ok(());
    }
    let rules = app.rules(&last.hash).await?;
    let reloader = app.reloader.clone();
    let follow = move || Ok(reloader.follow(rules, last.place, last.origin));
    if let Some(attempt) = app.workshop.long(follow).await? {
        app.metrics.looked(attempt.outcome.word());
    }
    Ok(())
}
