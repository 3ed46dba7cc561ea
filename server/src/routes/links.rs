//! Links of applicants: given, opened, taken back.

use super::explanations::{Decided, Language, Wish, YesNo};
use crate::access::By;
use crate::answers::Form;
use crate::app::App;
use crate::links::Link;
use crate::problem::Problem;
use crate::under::Asked;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use explain::View;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most days that a link opens.
const MOST_DAYS: u32 = 366;

/// Un lien demandé
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LienDemande")]
pub struct Wanted {
    /// La décision
    decision: String,
    /// L'identifiant du candidat
    candidat: String,
    /// Combien de jours il ouvre
    #[serde(default)]
    jours: Option<u32>,
}

/// Un lien
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Lien")]
pub struct Given {
    /// L'adresse à donner au demandeur
    pub lien: String,
    /// Son identifiant, pour le retirer
    pub id: String,
    /// Son dernier instant, RFC 3339
    pub jusqu_a: String,
}

/// Pourquoi un lien est retiré
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RetraitDemande")]
pub struct Why {
    /// La raison, sans rien de personnel : elle est au journal
    raison: String,
}

/// Un lien retiré
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LienRetire")]
pub struct Withdrawn {
    id: String,
    /// La place du retrait dans le journal
    index: u64,
}

/// Reads a body in JSON. Errors: another form.
pub fn read<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Problem> {
    match body {
        Ok(Json(value)) => Ok(value),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE))
        }
        Err(_) => Err(Problem::unreadable("le corps n'a pas la forme attendue, en JSON")),
    }
}

/// Gives a link to the explanation of a candidate of a decision.
///
/// Errors: there is no such candidate.
pub async fn given(
    app: &App,
    decision: &str,
    candidate: &str,
    days: u32,
) -> Result<Given, Problem> {
    let stored = app.registry.decision(decision).await?;
    let place = app.registry.place_of(&stored, candidate)?;
    let lasting = SignedDuration::from_hours(24 * i64::from(days));
    let until = Timestamp::now().checked_add(lasting).map_err(|_| Problem::broken())?;
    let (text, Link { id, .. }) =
        app.links.give(decision, place, until).map_err(|_| Problem::broken())?;
    let lien = format!("{}/explication/{text}", app.settings.public);
    Ok(Given { lien, id, jusqu_a: until.to_string() })
}

/// `POST /v1/liens`: a link that its applicant opens without a key.
pub async fn give(
    State(app): State<App>,
    body: Result<Json<Wanted>, JsonRejection>,
) -> Result<Response, Problem> {
    let Wanted { decision, candidat, jours } = read(body)?;
    let days = jours.unwrap_or(app.settings.link_days);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Problem::unreadable(format!("un lien ouvre de 1 à {MOST_DAYS} jours")));
    }
    let given = given(&app, &decision, &candidat, days).await?;
    Ok((StatusCode::CREATED, Json(given)).into_response())
}

/// `POST /v1/liens/{id}/retrait`: the link opens nothing any more, on any server of this registry.
pub async fn withdraw(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Path(id): Path<String>,
    body: Result<Json<Why>, JsonRejection>,
) -> Result<Json<Withdrawn>, Problem> {
    let Why { raison } = read(body)?;
    let is_name =
        id.len() == 16 && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if !is_name {
        return Err(Problem::unknown("lien"));
    }
    let index = app.links.withdraw(&id, &by.name, &raison, &app.registry).await?;
    Ok(Json(Withdrawn { id, index }))
}

/// How an explanation is opened.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct How {
    #[serde(default)]
    langue: Language,
    #[serde(default)]
    rapport: YesNo,
}

/// `GET /explication/{lien}`: the applicant's own explanation, as a page unless another form is asked for.
pub async fn open(
    State(app): State<App>,
    Path(text): Path<String>,
    Asked(how): Asked<How>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = Form::asked(&headers, &[Form::Html, Form::Pdf, Form::Json])?;
    let link = app.links.open(&text, Timestamp::now(), &app.registry).await?;
    let wish = Wish { view: View::Applicant, form, language: how.langue, report: how.rapport };
    Decided::read(&app, &link.decision).await?.explained(&app, link.place, wish).await
}
