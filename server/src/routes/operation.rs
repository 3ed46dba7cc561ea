//! The operator's page, and its one form: the step back.

use super::health::since;
use super::rules::stepped;
use super::sessions::visitor;
use crate::access::By;
use crate::activation;
use crate::answers::Document;
use crate::app::App;
use crate::forms::Sent;
use crate::problem::Problem;
use crate::reload::Attempt;
use crate::roles::Action;
use crate::routes::audit::instant;
use axum::extract::{Extension, State};
use axum::response::Redirect;
use pages::people::operation::{Activation, Look, Operation};
use registry::entry::{Act, Entry, Kind};

/// How many activations are shown.
const SHOWN: usize = 30;

/// `GET /exploitation`.
pub async fn page(
    State(app): State<App>,
    Extension(by): Extension<By>,
) -> Result<Document, Problem> {
    let generation = app.generation();
    let registry = app.registry.size().await;
    let is_up = registry.is_ok();
    let acts = if is_up { app.registry.acts(Kind::Activation, 0).await? } else { Vec::new() };
    let back = if is_up { activation::step(&app.registry).await? } else { None };
    let lately = app.reloader.lately();
    let failing = app.reloader.last().failing_since;
    Ok(Document::page(pages::people::operation::operation(&Operation {
        visitor: visitor(&app, &by),
        recueil: generation.rules.recueil.name.clone(),
        hash: generation.rules.hash().to_owned(),
        generation: generation.number,
        since: format!(
            "{}, soit {}",
            instant(&generation.since.to_string()),
            lasting(since(generation.since).as_secs())
        ),
        registry: registry.map_err(|error| error.to_string()),
        failing_since: failing.map(|at| instant(&at.to_string())),
        looks: lately.iter().map(look).collect(),
        activations: acts.into_iter().rev().take(SHOWN).filter_map(activated).collect(),
        back: back.map(|step| step.to),
        may_step: app.access.is_open() || by.role.is_some_and(|role| Action::StepBack.is_for(role)),
    })))
}

/// `POST /exploitation/retour`: one step back, to the rules that the page has said.
///
/// Errors: a step back leads elsewhere meanwhile.
pub async fn back(
    State(app): State<App>,
    Extension(by): Extension<By>,
    sent: Sent,
) -> Result<Redirect, Problem> {
    let step = activation::step(&app.registry).await?;
    let step = step.ok_or_else(|| Problem::unknown("règles d'avant"))?;
    if sent.field("vers") != Some(step.to.as_str()) {
        return Err(Problem::moved_on());
    }
    stepped(app, by, step).await?;
    Ok(Redirect::to("/exploitation"))
}

fn look(attempt: &Attempt) -> Look {
    Look {
        instant: instant(&attempt.at.to_string()),
        outcome: attempt.outcome.says(),
        failed: attempt.outcome.is_failure(),
        errors: attempt.outcome.errors(),
    }
}

fn activated((place, act): (u64, Entry<Act>)) -> Option<Activation> {
    let Act { par, reason, recueil, .. } = act.content;
    Some(Activation { place, instant: instant(&act.instant), by: par, reason, hash: recueil? })
}

/// Says how long something lasts, by its two greatest units. Unit: seconds.
fn lasting(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => "moins d'une minute".to_owned(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} j {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_said_by_its_two_greatest_units() {
        let said = [59, 60, 3_599, 3_600, 86_399, 86_400, 200_000].map(lasting);
        let expected = [
            "moins d'une minute",
            "1 min",
            "59 min",
            "1 h 0 min",
            "23 h 59 min",
            "1 j 0 h",
            "2 j 7 h",
        ];
        assert_eq!(said, expected);
    }
}
