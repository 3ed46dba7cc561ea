//! What is published: policies, frames and rankings in words, their JSON, their text; what is in force on a
//! day; the wait for a change.

use crate::access::hexadecimal;
use crate::answers::{Document, Form, by_rules};
use crate::app::{App, today};
use crate::problem::Problem;
use crate::publication::tag_of;
use crate::rules::Rules;
use crate::under::{Asked, Under};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use engine::{Date, Period};
use pages::publication::Sheet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// The longest wait for a change. Unit: seconds.
const LONGEST: u64 = 30;

/// The forms of a sheet, for a machine first.
const FORMS: [Form; 3] = [Form::Json, Form::Html, Form::Text];

/// Les politiques publiées
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Politiques")]
pub struct Policies {
    /// L'empreinte du recueil
    empreinte: String,
    /// Une par version de politique, de cadre ou de classement
    versions: Vec<PolicyVersion>,
}

/// Une version d'une politique
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "VersionPubliee")]
struct PolicyVersion {
    unite: String,
    version: String,
    sorte: pages::publication::Kind,
    libelle: String,
    /// Premier jour en vigueur ; null si ouvert
    du: Option<String>,
    /// Dernier jour en vigueur ; null si ouvert
    au: Option<String>,
    /// Si elle est en vigueur le jour demandé
    en_vigueur: bool,
    /// Sa page
    page: String,
}

impl PolicyVersion {
    fn of(sheet: &Sheet, day: Date) -> Self {
        let Period { from, to } = sheet.period;
        Self {
            unite: sheet.unit.clone(),
            version: sheet.version.clone(),
            sorte: sheet.kind,
            libelle: sheet.label.clone(),
            du: from.map(|day| day.to_string()),
            au: to.map(|day| day.to_string()),
            en_vigueur: sheet.period.contains(day),
            page: format!("/regles/{}.html", sheet.address),
        }
    }
}

/// What is asked of policies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    attendre: Option<u64>,
}

impl When {
    /// Returns the day that is asked for; today without.
    ///
    /// Errors: not a date.
    fn day(&self) -> Result<Date, Problem> {
        let written = self.date.clone().unwrap_or_else(today);
        let day = Date::parse_iso(&written);
        day.ok_or_else(|| Problem::unreadable("« date » s'écrit 2026-11-28"))
    }
}

/// `GET /v1/politiques?date=&attendre=`: every version; only those in force on the day, when one is asked for.
/// With `If-None-Match` and `attendre`, answers when something changes, or that nothing did.
pub async fn all(
    State(app): State<App>,
    Asked(when): Asked<When>,
    Under(mut rules): Under,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let day = when.day()?;
    let what = format!("politiques {day}");
    let mut changes = app.reloader.generations().changes();
    // Rules that are named do not change, and those that have just changed are not waited for.
    let serve = app.generation().rules.hash() == rules.hash();
    if let Some(seconds) = when.attendre
        && serve
        && is_known(&headers, &tag(&rules, &what))
    {
        let wait = Duration::from_secs(seconds.min(LONGEST));
        // Nothing has changed when the time is over: the tag is the same still.
        drop(tokio::time::timeout(wait, changes.changed()).await);
        rules = app.generation().rules.clone();
    }
    let only = when.date.is_some();
    let made_by = rules.clone();
    let work = move || {
        let sheets = rules.published().sheets.iter();
        let versions = sheets.map(|sheet| PolicyVersion::of(sheet, day));
        let versions = versions.filter(|one| one.en_vigueur || !only).collect();
        Document::json(&Policies { empreinte: rules.hash().to_owned(), versions })
    };
    let tag = tag(&made_by, &what);
    tagged(&app, &made_by, &headers, tag, work).await
}

/// `GET /v1/politiques/{id}?date=`: the version in force on a day.
pub async fn in_force(
    State(app): State<App>,
    Path(id): Path<String>,
    Asked(when): Asked<When>,
    Under(rules): Under,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let day = when.day()?;
    let found = move |sheet: &Sheet| sheet.unit == id && sheet.period.contains(day);
    sheet(&app, rules, &headers, &format!("en vigueur {day}"), found).await
}

/// `GET /v1/politiques/{id}/versions/{version}`.
pub async fn version(
    State(app): State<App>,
    Path((id, version)): Path<(String, String)>,
    Under(rules): Under,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = move |sheet: &Sheet| sheet.unit == id && sheet.version == version;
    sheet(&app, rules, &headers, "version", found).await
}

/// Answers a sheet in the form that is asked for; its page is at an address of its own, where its links
/// lead.
async fn sheet(
    app: &App,
    rules: Arc<Rules>,
    headers: &HeaderMap,
    what: &str,
    found: impl Fn(&Sheet) -> bool + Send + 'static,
) -> Result<Response, Problem> {
    let form = Form::asked(headers, &FORMS)?;
    let made_by = rules.clone();
    if form == Form::Html {
        let address = move || {
            let sheet = rules.published().sheets.iter().find(|sheet| found(sheet));
            sheet.map(|sheet| sheet.address.clone()).ok_or_else(|| Problem::unknown("politique"))
        };
        let address = app.workshop.long(address).await?;
        return Ok(by_rules(&made_by, Redirect::to(&format!("/regles/{address}.html"))));
    }
    let work = move || {
        let sheet = rules.published().sheets.iter().find(|sheet| found(sheet));
        let sheet = sheet.ok_or_else(|| Problem::unknown("politique"))?;
        match form {
            // A text is named by what it says: it changes when it does, whatever the other rules do.
            Form::Text => {
                let bytes = sheet.text.clone().into_bytes();
                Ok((Some(tag_of(&sheet.text)), Document { form, bytes }))
            }
            Form::Json | Form::Html | Form::Pdf | Form::Zip | Form::Measures => {
                Ok((None, Document::json(sheet)?))
            }
        }
    };
    let (tag_of_text, document) = app.workshop.long(work).await?;
    let tag = tag_of_text.unwrap_or_else(|| tag(&made_by, &format!("{what} {}", form.media())));
    tagged(app, &made_by, headers, tag, || Ok(document)).await
}

/// `GET /regles/{fichier}`: the files that `publier` writes.
pub async fn page(
    State(app): State<App>,
    Path(file): Path<String>,
    Under(rules): Under,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    one_of(&app, rules, file, &headers).await
}

/// `GET /recueils/{empreinte}/{fichier}`: the same of rules that are kept, whatever serves.
pub async fn page_of(
    State(app): State<App>,
    Path((hash, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let rules = app.rules(&hash).await?;
    one_of(&app, rules, file, &headers).await
}

async fn one_of(
    app: &App,
    rules: Arc<Rules>,
    file: String,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let made_by = rules.clone();
    let tag = tag(&made_by, &file);
    let work = move || {
        let unknown = || Problem::unknown("page");
        let (name, extension) = file.rsplit_once('.').ok_or_else(unknown)?;
        let publication = rules.published();
        let html = |text: String| Document { form: Form::Html, bytes: text.into_bytes() };
        match (name, extension) {
            ("index", "html") => return Ok(html(pages::html::index(publication))),
            ("index", "json") => return Document::json(publication),
            _ => {}
        }
        let sheet = publication.sheets.iter().find(|sheet| sheet.address == name);
        let sheet = sheet.ok_or_else(unknown)?;
        match extension {
            "html" => Ok(html(pages::html::sheet(publication, sheet))),
            "json" => Document::json(sheet),
            "bareme" => Ok(Document { form: Form::Text, bytes: sheet.text.clone().into_bytes() }),
            _ => Err(unknown()),
        }
    };
    tagged(app, &made_by, headers, tag, work).await
}

/// Answers what rules say and nothing else, which a caller who has it already is not sent again.
async fn tagged(
    app: &App,
    rules: &Rules,
    headers: &HeaderMap,
    tag: String,
    work: impl FnOnce() -> Result<Document, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let mut response = if is_known(headers, &tag) {
        by_rules(rules, StatusCode::NOT_MODIFIED)
    } else {
        by_rules(rules, app.workshop.long(work).await?.into_response())
    };
    let told = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        told.insert(ETAG, tag);
    }
    told.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// Names an answer: the rules that it is made from, and which of theirs it is.
fn tag(rules: &Rules, what: &str) -> String {
    let hash: String = rules.hash().chars().take(32).collect();
    format!("\"{hash}-{}\"", hexadecimal(what.as_bytes()))
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|value| value.split(','));
    known.any(|one| one.trim().trim_start_matches("W/") == tag || one.trim() == "*")
}
