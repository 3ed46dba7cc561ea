//! Rules that are sent to be checked, before anybody puts them in force: what an editor needs.

use super::links::read;
use crate::answers::{Document, by_rules};
use crate::app::App;
use crate::directory::is_inside;
use crate::problem::Problem;
use crate::rules::{Files, Rules};
use crate::under::{Asked, Under};
use analysis::{Opened, Verifier};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use dsl::Compiled;
use dsl::recueil::Recueil;
use schemars::JsonSchema;
use script::Sandbox;
use serde::Deserialize;
use source::{Diagnostic, Severity};
use std::collections::BTreeMap;
use wire::Judged;

/// The most files that are laid over a recueil.
const MOST_FILES: usize = 10_000;

/// Des fichiers à poser sur le recueil
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FichiersEnvoyes")]
pub struct Sent {
    /// Le texte de chaque fichier, par chemin depuis le manifeste ; null l'enlève
    pub fichiers: BTreeMap<String, Option<String>>,
}

/// Which file a text is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    #[serde(default)]
    fichier: Option<String>,
}

/// `POST /v1/verifications`: everything that is found in the recueil once files are laid over it. The body is
/// JSON, or with `?fichier=CHEMIN` the text of one file.
pub async fn check(
    State(app): State<App>,
    Asked(which): Asked<Which>,
    Under(rules): Under,
    request: Request,
) -> Result<Response, Problem> {
    let sent = sent(request, which.fichier).await?;
    let (made_by, workshop) = (rules.clone(), app.workshop.clone());
    let work = move || {
        let checked = Checked::of(&laid_over(&rules, sent)?);
        Document::json(&wire::check(checked.judged()))
    };
    Ok(by_rules(&made_by, workshop.long(work).await?))
}

/// Reads what is sent.
async fn sent(request: Request, file: Option<String>) -> Result<Sent, Problem> {
    let media = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let is_json = media.is_none_or(|it| it.starts_with("application/json"));
    match file {
        None if is_json => read(Json::from_request(request, &()).await),
        None => Err(Problem::unreadable("pour un texte, « ?fichier= » dit quel fichier c'est")),
        Some(path) => {
            let bytes = Bytes::from_request(request, &()).await;
            let bytes = bytes.map_err(|it| Problem::of_status(it.status()))?;
            let text = String::from_utf8(bytes.to_vec());
            let text = text.map_err(|_| Problem::unreadable("le texte n'est pas en UTF-8"))?;
            Ok(Sent { fichiers: BTreeMap::from([(path, Some(text))]) })
        }
    }
}

/// Lays files over those of a recueil.
///
/// Errors: too many, or a path that goes elsewhere.
pub fn laid_over(rules: &Rules, sent: Sent) -> Result<Files, Problem> {
    let mut files = rules.files.clone();
    if sent.fichiers.len() > MOST_FILES {
        return Err(Problem::too_large(format!("au plus {MOST_FILES} fichiers")));
    }
    for (path, text) in sent.fichiers {
        if !is_inside(&path) {
            return Err(Problem::unreadable("un chemin part du manifeste et n'en remonte pas"));
        }
        match text {
            Some(text) => drop(files.insert(path, text.into_bytes())),
            None => drop(files.remove(&path)),
        }
    }
    Ok(files)
}

/// A recueil as it was found.
pub struct Checked {
    /// Its files, its name, its hash.
    pub files: Recueil,
    /// Its program, as far as it could be made.
    pub compiled: Compiled,
    /// Its scripts.
    pub sandbox: Sandbox,
    diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// Checks files.
    pub fn of(files: &Files) -> Self {
        let opened = Opened::of(files);
        let checked = Verifier::default().verify(&opened, None);
        let Opened { recueil, sandbox, .. } = opened;
        let (compiled, diagnostics) = (checked.value.unwrap_or_default(), checked.diagnostics);
        Self { files: recueil, compiled, sandbox, diagnostics }
    }

    /// Lends it to whoever tells of it.
    pub fn judged(&self) -> Judged<'_> {
        let Self { files, compiled, diagnostics, .. } = self;
        Judged { files, compiled, diagnostics }
    }

    /// Counts its errors.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|one| one.severity == Severity::Error).count()
    }
}
