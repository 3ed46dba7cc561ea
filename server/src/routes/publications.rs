//! Versions published, and withdrawn, by those who answer for them.

use super::links::read;
use crate::access::By;
use crate::activation::{self, Origin};
use crate::answers::by_rules;
use crate::app::{App, today};
use crate::generations::Generation;
use crate::problem::Problem;
use crate::publication::{
    self, Change, Expected, check_published, closing, publishing, tag_of, withdrawing,
};
use crate::rules::Rules;
use crate::under::Asked;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{Extension, Path, State};
use axum::http::header::ETAG;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use engine::Date;
use registry::entry::{Act, Kind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::runtime::Handle;

/// What entries of the log call the end of the version before.
const ENDED: &str = "fin";

/// Une version publiée
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Publiee")]
pub struct Published {
    unite: String,
    version: String,
    /// Où elle est écrite, depuis le manifeste
    fichier: String,
    /// La version qui finit où celle-ci commence, et son dernier jour
    #[serde(skip_serializing_if = "Option::is_none")]
    fin: Option<Ended>,
    #[serde(flatten)]
    en_service: InForce,
}

/// La fin d'une version
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Fin")]
struct Ended {
    version: String,
    au: String,
}

/// Ce qui sert maintenant
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EnService")]
struct InForce {
    /// La génération qui sert
    generation: u64,
    /// L'empreinte de ses règles
    empreinte: String,
}

impl InForce {
    fn of(generation: &Generation) -> Self {
        let empreinte = generation.rules.hash().to_owned();
        Self { generation: generation.number, empreinte }
    }
}

/// Depuis quand une version est retirée
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RetraitDeVersion")]
pub struct Withdrawal {
    /// Le premier jour où elle ne vaut plus, aujourd'hui au plus tôt
    a_partir_du: String,
    /// La raison, qui va au journal
    raison: String,
}

/// Une version retirée
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Retiree")]
pub struct Withdrawn {
    unite: String,
    version: String,
    /// Son dernier jour ; absent si elle n'a jamais valu
    #[serde(skip_serializing_if = "Option::is_none")]
    au: Option<String>,
    /// La version qui vaut de nouveau à sa place, que sa publication avait fermée
    #[serde(skip_serializing_if = "Option::is_none")]
    reprend: Option<Again>,
    #[serde(flatten)]
    en_service: InForce,
}

/// Une version qui vaut de nouveau
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Reprise")]
struct Again {
    version: String,
    /// Son dernier jour ; absent si elle n'en a pas
    #[serde(skip_serializing_if = "Option::is_none")]
    au: Option<String>,
}

/// Where a version is to be written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Where {
    #[serde(default)]
    pub fichier: Option<String>,
}

/// `PUT /v1/politiques/{id}/versions/{version}`: publishes a version, by the gate that files pass. It serves
/// when this answers; from which day it is in force, its text says.
pub async fn publish(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Path((id, version)): Path<(String, String)>,
    Asked(to): Asked<Where>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let text = text(body)?;
    let expected = Expected::of(&headers);
    let base = app.generation().rules.clone();
    let named = (id.as_str(), version.as_str());
    let path = to.fichier.as_deref();
    let asked = publication::Asked { named, text: &text, path, expected: &expected };
    let change = publishing(&base, &by.own, &asked, day()?)?;
    let act = Act { object: Some(format!("{id} {version}")), ..Act::new(&by.name, "publication") };
    let act = Act { details: details(&change), ..act };
    let acting = Acting { by, origin: Origin::Publication, kind: Kind::Publication, act };
    let (generation, change) = put(&app, base, change, acting).await?;
    let status = if change.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let fin = change.ended.map(|(version, last)| Ended { version, au: last.to_string() });
    let Change { unit, version, path, .. } = change;
    let en_service = InForce::of(&generation);
    let published = Published { unite: unit, version, fichier: path, fin, en_service };
    Ok(tagged(&text, by_rules(&generation.rules, (status, Json(published)))))
}

/// `POST /v1/politiques/{id}/versions/{version}/retrait`: a version ends, today at the earliest; one to come goes, and
/// the one that it was to take over from goes on.
pub async fn withdraw(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Path((id, version)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Json<Withdrawal>, JsonRejection>,
) -> Result<Response, Problem> {
    let Withdrawal { a_partir_du, raison } = read(body)?;
    let from = Date::parse_iso(&a_partir_du);
    let from = from.ok_or_else(|| Problem::unreadable("« a_partir_du » s'écrit 2026-11-28"))?;
    let base = app.generation().rules.clone();
    let named = (id.as_str(), version.as_str());
    let object = format!("{id} {version}");
    let (expected, closed) = (Expected::of(&headers), closed_by(&app, &object).await?);
    let change = withdrawing(&base, &by.own, named, &expected, (from, day()?), &closed)?;
    let goes = change.files.get(&change.path).is_some_and(Option::is_none);
    let au = (!goes).then(|| from.yesterday().to_string());
    let mut details = details(&change);
    details.insert("a_partir_du".to_owned(), from.to_string());
    let act = Act { object: Some(object), details, ..Act::new(&by.name, &raison) };
    let acting = Acting { by, origin: Origin::Withdrawal, kind: Kind::Retrait, act };
    let (generation, change) = put(&app, base, change, acting).await?;
    let Change { unit, version, reopened, .. } = change;
    let en_service = InForce::of(&generation);
    let again = |(version, last): (String, Option<Date>)| Again {
        version,
        au: last.map(|last| last.to_string()),
    };
    let reprend = reopened.map(again);
    let withdrawn = Withdrawn { unite: unit, version, au, reprend, en_service };
    Ok(by_rules(&generation.rules, Json(withdrawn)))
}

/// Reads in the log what publishing a version has brought to an end.
async fn closed_by(app: &App, object: &str) -> Result<Vec<String>, Problem> {
    let acts = app.registry.acts(Kind::Publication, 0).await?;
    let own = acts.into_iter().filter(|(_, act)| act.content.object.as_deref() == Some(object));
    Ok(own.filter_map(|(_, mut act)| act.content.details.remove(ENDED)).collect())
}

/// Who does what, as the log says it.
struct Acting {
    by: By,
    origin: Origin,
    kind: Kind,
    act: Act,
}

/// Puts a change of versions into force, and says so in the log.
async fn put(
    app: &App,
    base: Arc<Rules>,
    change: Change,
    acting: Acting,
) -> Result<(Arc<Generation>, Change), Problem> {
    let (registry, reloader) = (app.registry.clone(), app.reloader.clone());
    let handle = Handle::current();
    let work = move || {
        let Acting { by, origin, kind, act } = acting;
        let put = reloader.publish(&base, &change.files, |rules, after| {
            if origin == Origin::Publication {
                check_published(rules, &by.own, &change)?;
            }
            let acts = vec![(kind, Act { recueil: Some(rules.hash().to_owned()), ..act })];
            let who = (by.name.as_str(), origin);
            let said = handle.block_on(activation::record(&registry, rules, who, acts, after));
            Ok::<_, Problem>(said?)
        });
        put.map(|generation| (generation, change)).map_err(Problem::from)
    };
    let put = app.workshop.long(work).await;
    app.metrics.looked(if put.is_ok() { "publie" } else { "publication_refusee" });
    put
}

fn details(change: &Change) -> BTreeMap<String, String> {
    let Change { unit, version, path, ended, reopened, .. } = change;
    let said = [("unite", unit.clone()), ("version", version.clone()), ("fichier", path.clone())];
    let ended = ended.iter().map(|ended| (ENDED, closing(ended)));
    let reopened = reopened.iter().map(|(version, last)| {
        let until = last.map_or_else(|| "sans fin".to_owned(), |last| format!("jusqu'au {last}"));
        ("reprise", format!("{version} {until}"))
    });
    said.into_iter()
        .chain(ended)
        .chain(reopened)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Reads a text. Errors: too long, or not UTF-8.
pub fn text(body: Result<Bytes, BytesRejection>) -> Result<String, Problem> {
    let bytes = body.map_err(|rejection| Problem::of_status(rejection.status()))?;
    let text = String::from_utf8(bytes.to_vec());
    text.map_err(|_| Problem::unreadable("le texte n'est pas en UTF-8"))
}

/// Says the tag of a text in an answer.
pub fn tagged(text: &str, mut response: Response) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&tag_of(text)) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// Returns the day it is.
pub fn day() -> Result<Date, Problem> {
    Date::parse_iso(&today()).ok_or_else(Problem::broken)
}
