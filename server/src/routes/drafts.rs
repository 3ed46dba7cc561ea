//! Versions that are being written: kept, listed, compared with what serves, tried on dossiers that are sent.
//! Each sees its own drafts alone; the authors of Action Logement share theirs. They hold rules, no fact of a person;
//! dossiers that are sent to try them are not kept.

use super::comparisons::{of_rules, said};
use super::dossiers::{self, Written};
use super::publications::{Where, day, tagged, text};
use crate::access::{By, Own};
use crate::answers::{Document, by_rules};
use crate::app::App;
use crate::directory::laid_over;
use crate::problem::Problem;
use crate::publication::{self, Change, Expected, publishing, tag_of};
use crate::rules::Rules;
use crate::tenants;
use crate::under::Asked;
use analysis::compare::Scope;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::Pool;
use jiff::Timestamp;
use registry::{Difference, RuleDraft, moved};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use wire::replay::{Line, Stood};

/// The longest draft: what a file of rules may be. Unit: bytes.
const MOST_BYTES: usize = 1024 * 1024;

/// The longest name of a unit or of a version. Unit: characters.
const LONGEST_NAME: usize = 100;

/// Les brouillons de qui demande
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Brouillons")]
pub struct Drafts {
    brouillons: Vec<Draft>,
}

/// Un brouillon
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Brouillon")]
pub struct Draft {
    unite: String,
    version: String,
    /// Qui l'a écrit en dernier
    par: String,
    /// Quand, RFC 3339
    instant: String,
    /// L'ETag de son texte
    etag: String,
}

impl From<RuleDraft> for Draft {
    fn from(draft: RuleDraft) -> Self {
        let RuleDraft { unit, version, author, at, text, .. } = draft;
        let (instant, etag) = (at.to_string(), tag_of(&text));
        Self { unite: unit, version, par: author, instant, etag }
    }
}

/// Ce qu'un brouillon donnerait à un dossier, une fois publié
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Essai")]
pub struct Tried {
    /// L'empreinte des règles qui servent
    avant: String,
    /// Celle qu'elles auraient
    apres: String,
    /// Combien de candidats ont le même résultat
    identiques: usize,
    /// Les autres
    candidats: Vec<Changed>,
}

/// Un candidat dont le résultat changerait
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CandidatEssaye")]
struct Changed {
    id: String,
    /// Où il est ; absent pour une entreprise, qui ne voit que sa grille
    #[serde(skip_serializing_if = "Option::is_none")]
    avant: Option<Stood>,
    /// Où il serait
    #[serde(skip_serializing_if = "Option::is_none")]
    apres: Option<Stood>,
    /// Les lignes dont les points changeraient
    lignes: Vec<Line>,
}

/// Names who shares drafts with a caller. Errors: it writes no rules, and has none.
fn owner(own: &Own) -> Result<String, Problem> {
    match own {
        Own::All => Ok("auteur".to_owned()),
        Own::Company(siren) => Ok(format!("siren {siren}")),
        Own::Territory(communes) => {
            let all: Vec<String> =
                communes.iter().map(|it| format!("{}-{}", it.from, it.to)).collect();
            Ok(format!("communes {}", all.join(" ")))
        }
        Own::Nothing => Err(Problem::unknown("brouillon")),
    }
}

async fn found(app: &App, by: &By, id: &str, version: &str) -> Result<RuleDraft, Problem> {
    let draft = app.registry.draft((&owner(&by.own)?, id, version)).await?;
    draft.ok_or_else(|| Problem::unknown("brouillon"))
}

/// `GET /v1/brouillons`: one's own drafts.
pub async fn list(
    State(app): State<App>,
    Extension(by): Extension<By>,
) -> Result<Json<Drafts>, Problem> {
    let drafts = app.registry.drafts(&owner(&by.own)?).await?;
    Ok(Json(Drafts { brouillons: drafts.into_iter().map(Draft::from).collect() }))
}

/// `GET /v1/brouillons/{id}/{version}`: the text of a draft.
pub async fn read(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Path((id, version)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let draft = found(&app, &by, &id, &version).await?;
    let mut response = draft.text.clone().into_response();
    let media = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, media);
    Ok(tagged(&draft.text, response))
}

/// `PUT /v1/brouillons/{id}/{version}`: keeps a text, sound or not, in place of what `If-Match` expects.
pub async fn keep(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Path((id, version)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let text = text(body)?;
    let is_name = |name: &str| (1..=LONGEST_NAME).contains(&name.chars().count());
    if !is_name(&id) || !is_name(&version) {
        return Err(Problem::unreadable(format!("un nom a au plus {LONGEST_NAME} caractères")));
    }
    if text.len() > MOST_BYTES || text.contains('\0') {
        return Err(Problem::too_large("un fichier de règles a au plus 1 Mio, sans caractère nul"));
    }
    let expected = Expected::of(&headers);
    let (owner, at) = (owner(&by.own)?, Timestamp::now());
    let draft = RuleDraft { owner, unit: id, version, text, author: by.name, at };
    let mut status = StatusCode::CREATED;
    let allows = |there: Option<&RuleDraft>| {
        if there.is_some() {
            status = StatusCode::OK;
        }
        match &expected {
            Expected::Unsaid => Ok(()),
            expected => expected.check(there.map(|draft| draft.text.as_str())),
        }
    };
    app.registry.keep_draft(draft.clone(), allows).await??;
    let text = draft.text.clone();
    Ok(tagged(&text, (status, Json(Draft::from(draft))).into_response()))
}

/// `DELETE /v1/brouillons/{id}/{version}`.
pub async fn remove(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Path((id, version)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let gone = app.registry.drop_draft((&owner(&by.own)?, &id, &version)).await?;
    if gone { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::unknown("brouillon")) }
}

/// `GET /v1/brouillons/{id}/{version}/comparaison`: what publishing a draft would change, and for whom.
pub async fn compare(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Path((id, version)): Path<(String, String)>,
    Asked(to): Asked<Where>,
) -> Result<Response, Problem> {
    let draft = found(&app, &by, &id, &version).await?;
    let rules = app.generation().rules.clone();
    let made_by = rules.clone();
    let work = move || {
        let (after, change) = as_published(&rules, &by.own, &draft, to.fichier.as_deref())?;
        let scope = scope(&rules, &after, &change);
        said(of_rules(&rules), of_rules(&after), scope, Some(&draft.unit))
    };
    Ok(by_rules(&made_by, app.workshop.long(work).await?))
}

/// `POST /v1/brouillons/{id}/{version}/essai`: what publishing a draft would change for a dossier that is sent.
pub async fn try_out(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Path((id, version)): Path<(String, String)>,
    Asked(to): Asked<Where>,
    Written(format): Written,
    body: Bytes,
) -> Result<Response, Problem> {
    let draft = found(&app, &by, &id, &version).await?;
    let rules = app.generation().rules.clone();
    let (made_by, workshop) = (rules.clone(), app.workshop.clone());
    let work = move || {
        let (after, _) = as_published(&rules, &by.own, &draft, to.fichier.as_deref())?;
        // Each reads the dossier by its own vocabulary.
        let pools = (
            dossiers::read(&app, format, &body, &rules)?,
            dossiers::read(&app, format, &body, &after)?,
        );
        let before = dossiers::assess(&app, &pools.0, &rules)?;
        let found = dossiers::assess(&app, &pools.1, &after)?;
        let differences = moved(&pools.1, (&before, &rules.names), (&found, &after.names));
        Document::json(&Tried::of(&by, (&rules, &pools.0), &after, differences))
    };
    Ok(by_rules(&made_by, workshop.long(work).await?))
}

impl Tried {
    /// Tells what changes to whoever asks: to a company or a territory, its own candidates through its own grid.
    fn of(
        by: &By,
        (rules, pool): (&Rules, &Pool),
        after: &Rules,
        differences: Vec<Difference>,
    ) -> Self {
        let seen = |one: &Difference| tenants::may_see(by, rules, pool, one.place).is_ok();
        let count = (0..pool.candidates.len())
            .filter(|place| tenants::may_see(by, rules, pool, *place).is_ok())
            .count();
        let all = tenants::sees_all(by);
        let own = |at: &str| {
            let grid = at.split_once('/').map_or(at, |(grid, _)| grid);
            let mut grids = after.program().grids.iter();
            grids.any(|it| &*it.id == grid && tenants::may_see_grid(by, it))
        };
        let changed = |one: Difference| {
            let lines = one.lines.into_iter().filter(|line| all || own(&line.at));
            let lignes: Vec<Line> = lines.map(Line::from).collect();
            let stood = |standing| all.then(|| Stood::from(standing));
            let (avant, apres) = (stood(one.before), stood(one.after));
            Changed { id: one.application, avant, apres, lignes }
        };
        let candidats = differences.into_iter().filter(seen).map(changed);
        let candidats = candidats.filter(|one| one.avant.is_some() || !one.lignes.is_empty());
        let candidats: Vec<Changed> = candidats.collect();
        let identiques = count - candidats.len();
        let (avant, apres) = (rules.hash().to_owned(), after.hash().to_owned());
        Self { avant, apres, identiques, candidats }
    }
}

/// Makes the rules that publishing a draft would put into force.
///
/// Errors: those of publishing it now.
fn as_published(
    rules: &Arc<Rules>,
    own: &Own,
    draft: &RuleDraft,
    path: Option<&str>,
) -> Result<(Rules, Change), Problem> {
    let named = (draft.unit.as_str(), draft.version.as_str());
    let expected = &Expected::Anything;
    let asked = publication::Asked { named, text: &draft.text, path, expected };
    let change = publishing(rules, own, &asked, day()?)?;
    let files = laid_over(rules.files.clone(), &change.files);
    let after = Rules::compile(files).map_err(|refused| Problem::refused(&refused))?;
    publication::check_published(&after, own, &change)?;
    Ok((after, change))
}

/// Sets a version beside the one whose place it takes; beside nothing when it is the first of its unit.
fn scope(before: &Rules, after: &Rules, change: &Change) -> Scope {
    let find = |rules: &Rules, version: &str| {
        let mut versions = rules.compiled.resolved.versions(&change.unit);
        versions.find(|(_, unit)| unit.version == version).map(|(id, _)| id)
    };
    let taken_over = change.ended.as_ref().and_then(|(version, _)| find(before, version));
    let replaced = find(before, &change.version).or(taken_over);
    match (replaced, find(after, &change.version)) {
        (Some(before), Some(after)) => Scope::Versions(before, after),
        (_, None) | (None, _) => Scope::Everything,
    }
}
