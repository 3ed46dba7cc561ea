//! Errors as they are answered: problem+json (RFC 9457), in French, without a personal value.
//!
//! What went wrong inside is logged, not sent.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dossier::DossierError;
use registry::{RecordError, RegistryError, ReplayError};
use serde::Serialize;

/// How long a caller is asked to wait when the registry does not answer. Unit: seconds.
const RETRY_AFTER: &str = "2";

/// An error as it is answered.
#[derive(Debug, Serialize)]
pub struct Problem {
    /// The short name of the kind, as the documentation lists it.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The kind in words.
    title: &'static str,
    status: u16,
    /// What is wrong here.
    detail: String,
    /// Each mistake of a dossier.
    #[serde(rename = "erreurs", skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Mistake>,
}

/// A mistake of a dossier.
#[derive(Debug, Serialize)]
struct Mistake {
    code: String,
    #[serde(rename = "chemin")]
    path: String,
    message: String,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: String) -> Self {
        Self { kind, title, status: status.as_u16(), detail, errors: Vec::new() }
    }

    /// Nothing of that name.
    pub fn unknown(what: &str) -> Self {
        let detail = format!("rien ne porte ici le nom « {what} »");
        Self::new(StatusCode::NOT_FOUND, "inconnu", "Introuvable", detail)
    }

    /// A request that cannot be read.
    pub fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "illisible", "Requête illisible", detail.into())
    }

    /// A caller whom nobody knows.
    pub fn anonymous() -> Self {
        let detail = "une clé d'accès est attendue : « Authorization: Bearer … »".to_owned();
        Self::new(StatusCode::UNAUTHORIZED, "anonyme", "Accès non reconnu", detail)
    }

    /// A caller who may not.
    pub fn forbidden() -> Self {
        let detail = "cette clé ne permet pas cela".to_owned();
        Self::new(StatusCode::FORBIDDEN, "interdit", "Accès refusé", detail)
    }

    /// A dossier with mistakes.
    pub fn dossier(errors: &[DossierError]) -> Self {
        let mistake = |error: &DossierError| Mistake {
            code: error.code.to_string(),
            path: error.path.clone(),
            message: error.message.clone(),
        };
        let detail = format!("le dossier a {} erreur(s)", errors.len());
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let problem = Self::new(status, "dossier", "Dossier refusé", detail);
        Self { errors: errors.iter().map(mistake).collect(), ..problem }
    }

    /// No ranking on the date of a dossier.
    pub fn no_ranking(date: &str) -> Self {
        let detail = format!("aucun classement n'est en vigueur le {date}");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "sans_classement", "Pas de classement", detail)
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        let detail = error.to_string();
        let (status, kind, title) = match error {
            RecordError::NotWritten | RecordError::Forked | RecordError::Seal(_) => {
                tracing::error!(%error, "registre");
                let status = StatusCode::SERVICE_UNAVAILABLE;
                (status, "registre", "Registre indisponible")
            }
            RecordError::KeyUsed => (StatusCode::CONFLICT, "cle_utilisee", "Clé déjà utilisée"),
            RecordError::Quota(_) => (StatusCode::CONFLICT, "quota", "Quota de l'entreprise"),
            RecordError::UnknownRecueil => {
                (StatusCode::CONFLICT, "recueil_inconnu", "Recueil non gardé")
            }
            RecordError::UnknownApplication => {
                (StatusCode::NOT_FOUND, "candidature_inconnue", "Candidature inconnue")
            }
        };
        Self::new(status, kind, title, detail)
    }
}

impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Unknown(what) => Self::unknown(&what),
            RegistryError::Store(_)
            | RegistryError::NoRegistry
            | RegistryError::OtherLog
            | RegistryError::Broken
            | RegistryError::Note(_)
            | RegistryError::Foreign(_) => {
                tracing::error!(%error, "registre");
                let status = StatusCode::SERVICE_UNAVAILABLE;
                Self::new(status, "registre", "Registre indisponible", error.to_string())
            }
        }
    }
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Registry(error) => error.into(),
            ReplayError::Rules(_)
            | ReplayError::OtherFiles(_)
            | ReplayError::Fact(_)
            | ReplayError::NoRanking(_) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                Self::new(status, "rejeu", "Rejeu impossible", error.to_string())
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self)).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
        }
        response
    }
}
