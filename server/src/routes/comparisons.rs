//! Two versions of rules side by side: what changes, and for whom.

use super::checks::{self, Checked};
use super::links::read;
use crate::answers::{Document, by_rules};
use crate::app::App;
use crate::problem::Problem;
use crate::rules::Rules;
use crate::under::{Asked, Under};
use analysis::compare::{Scope, Side, UnitChanges, compare as compared};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use wire::Judged;

/// Deux versions de règles ; celle qui n'est pas nommée est celle qui est en vigueur
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Comparees")]
pub struct Sent {
    /// L'empreinte du recueil d'avant
    #[serde(default)]
    avant: Option<String>,
    /// L'empreinte du recueil d'après
    #[serde(default)]
    apres: Option<String>,
    /// Des fichiers à poser sur le recueil d'après : le texte de chacun, par chemin ; null l'enlève
    #[serde(default)]
    fichiers: BTreeMap<String, Option<String>>,
}

/// Which unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    #[serde(default)]
    unite: Option<String>,
}

/// `POST /v1/comparaisons?unite=`: what changes between two versions of rules.
pub async fn compare(
    State(app): State<App>,
    Asked(which): Asked<Which>,
    Under(rules): Under,
    body: Result<Json<Sent>, JsonRejection>,
) -> Result<Response, Problem> {
    let Sent { avant, apres, fichiers } = read(body)?;
    let before = match avant {
        Some(hash) => app.rules(&hash).await?,
        None => rules.clone(),
    };
    let after = match apres {
        Some(hash) => app.rules(&hash).await?,
        None => rules.clone(),
    };
    let work = move || {
        let unit = which.unite.as_deref();
        if fichiers.is_empty() {
            return said(of_rules(&before), of_rules(&after), Scope::Everything, unit);
        }
        let checked = Checked::of(&checks::laid_over(&after, checks::Sent { fichiers })?);
        if checked.errors() > 0 {
            let detail = format!("{} erreur(s) : voyez /v1/verifications", checked.errors());
            return Err(Problem::unsound(detail));
        }
        let Checked { files, compiled, sandbox, .. } = &checked;
        let side = Side { recueil: files, compiled, scripts: sandbox };
        said(of_rules(&before), (side, checked.judged()), Scope::Everything, unit)
    };
    Ok(by_rules(&rules, app.workshop.long(work).await?))
}

/// Lends rules to be compared.
pub fn of_rules(rules: &Rules) -> (Side<'_>, Judged<'_>) {
    let Rules { recueil, compiled, sandbox, .. } = rules;
    (Side { recueil, compiled, scripts: sandbox }, rules.judged())
}

/// Says what changes between two rules, in one unit when one is named.
///
/// Errors: they cannot be compared.
pub fn said(
    (before, told_before): (Side<'_>, Judged<'_>),
    (after, told_after): (Side<'_>, Judged<'_>),
    scope: Scope,
    unit: Option<&str>,
) -> Result<Document, Problem> {
    let comparison = compared(before, after, scope);
    let mut comparison = comparison.map_err(|apart| Problem::unsound(apart.to_string()))?;
    if let Some(wanted) = unit {
        let named = |changes: &UnitChanges| {
            changes.before.iter().chain(&changes.after).any(|version| version.unit == wanted)
        };
        comparison.units.retain(named);
    }
    Document::json(&wire::comparison(&comparison, (told_before, told_after)))
}
