//! Errors as they are answered: problem+json (RFC 9457), in French, without a personal value.
//!
//! What went wrong inside is logged, not sent.

use crate::activation::NotRecorded;
use crate::answers::Form;
use crate::links::Closed;
use crate::reload::Unpublished;
use crate::rules::Refused;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dossier::DossierError;
use explain::Unexplained;
use printer::PrinterFailure;
use registry::{RecordError, RegistryError, ReplayError};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use wire::{DossierMistake, Found};

/// How long a caller is asked to wait when the server cannot answer now. Unit: seconds.
const RETRY_AFTER: u64 = 2;

/// Un problème (RFC 9457)
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Probleme")]
pub struct Problem {
    /// La sorte de problème, en un mot
    #[serde(rename = "type")]
    kind: &'static str,
    /// La sorte, en clair
    title: &'static str,
    /// Le code HTTP
    status: u16,
    /// Ce qui ne va pas ici
    detail: String,
    /// Chaque erreur d'un dossier
    #[serde(rename = "erreurs", skip_serializing_if = "Vec::is_empty")]
    errors: Vec<DossierMistake>,
    /// Ce que la vérification des règles a trouvé
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<Found>,
    #[serde(skip)]
    retry: Option<u64>,
}

impl Problem {
    fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        let retry = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_AFTER);
        let (detail, errors, diagnostics) = (detail.into(), Vec::new(), Vec::new());
        Self { kind, title, status: status.as_u16(), detail, errors, diagnostics, retry }
    }

    /// Returns its status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Says what is wrong here, in a sentence.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Says it for a page.
    pub fn said(&self) -> pages::people::Trouble<'_> {
        pages::people::Trouble { status: self.status, title: self.title, detail: &self.detail }
    }

    /// Nothing of that name.
    pub fn unknown(what: &str) -> Self {
        let detail = format!("rien ne porte ici le nom « {what} »");
        Self::new(StatusCode::NOT_FOUND, "inconnu", "Introuvable", detail)
    }

    /// Rules that are not kept.
    pub fn unknown_rules() -> Self {
        let detail = "aucun recueil de cette empreinte n'est gardé ici";
        Self::new(StatusCode::NOT_FOUND, "recueil_inconnu", "Recueil inconnu", detail)
    }

    /// A request that cannot be read.
    pub fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "illisible", "Requête illisible", detail)
    }

    /// A caller whom nobody knows.
    pub fn anonymous() -> Self {
        let detail = "une clé d'accès est attendue : « Authorization: Bearer … »";
        Self::new(StatusCode::UNAUTHORIZED, "anonyme", "Accès non reconnu", detail)
    }

    /// A caller who may not.
    pub fn forbidden() -> Self {
        let detail = "cette clé ne permet pas cela";
        Self::new(StatusCode::FORBIDDEN, "interdit", "Accès refusé", detail)
    }

    /// A form that no page of this session gave.
    pub fn foreign_form() -> Self {
        let detail = "ce formulaire ne vient pas d'une page de cette session : rouvrez la page, et recommencez";
        Self::new(StatusCode::FORBIDDEN, "interdit", "Formulaire refusé", detail)
    }

    /// A caller who asks too often; for how long it waits. Unit: seconds.
    pub fn too_often(wait: u64) -> Self {
        let (status, detail) = (StatusCode::TOO_MANY_REQUESTS, "trop de requêtes en une minute");
        let problem = Self::new(status, "trop_souvent", "Trop de requêtes", detail);
        Self { retry: Some(wait.max(1)), ..problem }
    }

    /// More than is let through.
    pub fn too_large(detail: impl Into<String>) -> Self {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self::new(status, "trop_grand", "Requête trop grande", detail)
    }

    /// A form that there is not.
    pub fn no_such_form(offered: &[Form]) -> Self {
        let all: Vec<&str> = offered.iter().map(|form| form.media()).collect();
        let detail = format!("formes possibles ici : {}", all.join(", "));
        Self::new(StatusCode::NOT_ACCEPTABLE, "forme", "Forme non servie", detail)
    }

    /// A body that is packed.
    pub fn packed() -> Self {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let detail = "le corps d'une requête s'envoie sans « Content-Encoding »";
        Self::new(status, "compression", "Corps compressé", detail)
    }

    /// A server that has too much to do.
    pub fn busy() -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "occupe", "Serveur occupé", "trop de travaux sont en cours")
    }

    /// A fault of ours.
    pub fn broken() -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "interne", "Erreur interne", "le serveur a fait une erreur")
    }

    /// What nothing more precise says, by its status.
    pub fn of_status(status: StatusCode) -> Self {
        let (kind, title, detail) = match status {
            StatusCode::METHOD_NOT_ALLOWED => {
                ("methode", "Méthode refusée", "cette adresse se demande autrement")
            }
            StatusCode::PAYLOAD_TOO_LARGE => {
                ("trop_grand", "Requête trop grande", "le corps dépasse la limite")
            }
            StatusCode::REQUEST_TIMEOUT => {
                ("delai", "Trop long", "la requête a pris trop de temps")
            }
            StatusCode::NOT_FOUND => ("inconnu", "Introuvable", "rien n'est à cette adresse"),
            _ if status.is_client_error() => (
                "illisible",
                "Requête illisible",
                "la requête n'est pas celle qui est attendue ici",
            ),
            _ => ("interne", "Erreur interne", "le serveur a fait une erreur"),
        };
        Self::new(status, kind, title, detail)
    }

    /// A dossier with mistakes.
    pub fn dossier(errors: &[DossierError]) -> Self {
        let detail = format!("le dossier a {} erreur(s)", errors.len());
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let problem = Self::new(status, "dossier", "Dossier refusé", detail);
        Self { errors: DossierMistake::all(errors), ..problem }
    }

    /// No ranking on the date of a dossier.
    pub fn no_ranking(date: &str) -> Self {
        let detail = format!("aucun classement n'est en vigueur le {date}");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "sans_classement", "Pas de classement", detail)
    }

    /// Rules with errors, where sound ones are expected.
    pub fn unsound(detail: impl Into<String>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self::new(status, "regles", "Règles invalides", detail)
    }

    /// Rules that are not fit to serve, with all that was found.
    pub fn refused(refused: &Refused) -> Self {
        let detail = format!("la vérification trouve {} erreur(s)", refused.errors.len());
        let diagnostics = Found::all(&refused.errors, &refused.sources);
        Self { diagnostics, ..Self::unsound(detail) }
    }

    /// A request that says what it expects to find, and does not find it.
    pub fn unexpected() -> Self {
        let detail = "la version n'est pas celle que « If-Match » ou « If-None-Match » attend";
        let status = StatusCode::PRECONDITION_FAILED;
        Self::new(status, "precondition", "Version inattendue", detail)
    }

    /// A request that must say what it expects to find.
    pub fn expectation_due() -> Self {
        let detail = "dites « If-None-Match: * » pour une version nouvelle, « If-Match » et l'ETag du \
                      texte pour une autre";
        let status = StatusCode::PRECONDITION_REQUIRED;
        Self::new(status, "precondition", "Attente à dire", detail)
    }

    /// A version that was in force, which does not change.
    pub fn immutable() -> Self {
        let detail =
            "cette version est ou a été en vigueur : elle ne change plus, publiez-en une autre";
        Self::new(StatusCode::CONFLICT, "en_vigueur", "Version en vigueur", detail)
    }

    /// A date that is not one for what is asked.
    pub fn bad_day(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "date", "Date refusée", detail)
    }

    /// Rules that are put into force meanwhile by somebody else.
    pub fn overtaken() -> Self {
        RecordError::Overtaken.into()
    }

    /// A directory of rules that holds others than those that serve.
    pub fn elsewhere() -> Self {
        let detail = "le répertoire des règles ne tient pas celles qui servent (voyez /readyz) : rien ne \
                      s'y publie";
        Self::new(StatusCode::CONFLICT, "repertoire", "Répertoire à part", detail)
    }

    /// A directory of rules that cannot be read or written.
    pub fn unwritable(error: &std::io::Error) -> Self {
        tracing::error!(%error, "répertoire des règles");
        let detail = "le répertoire des règles ne s'écrit pas : rien n'est publié";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "repertoire", "Répertoire fermé", detail)
    }

    /// A decision whose facts were erased.
    pub fn erased() -> Self {
        let detail = "les faits de cette décision ont été effacés";
        Self::new(StatusCode::GONE, "efface", "Faits effacés", detail)
    }

    /// A decision that these rules no longer give: explaining it would say something else.
    pub fn differs() -> Self {
        let detail = "ce moteur ne redonne pas ce qui a été enregistré ; voyez le rejeu";
        Self::new(StatusCode::CONFLICT, "differe", "Décision non redonnée", detail)
    }

    /// A record that was changed: nothing of it is told as if it were whole.
    pub fn tampered(what: &str) -> Self {
        let detail = format!("le registre contient « {what} », que ce programme n'a pas écrit");
        Self::new(StatusCode::CONFLICT, "rompu", "Enregistrement modifié", detail)
    }

    /// A page that says what is no more: something happened since.
    pub fn moved_on() -> Self {
        let detail =
            "d'autres règles ont été mises en service depuis que la page a été faite : rouvrez-la";
        Self::new(StatusCode::CONFLICT, "depasse", "Page dépassée", detail)
    }

    /// No program that prints.
    pub fn no_printer() -> Self {
        let detail = "Chromium, qui imprime les pages, n'est pas installé ici";
        Self::new(StatusCode::NOT_IMPLEMENTED, "impression", "Pas d'imprimeur", detail)
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
            RecordError::Overtaken => (StatusCode::CONFLICT, "depasse", "Règles dépassées"),
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

impl From<NotRecorded> for Problem {
    fn from(error: NotRecorded) -> Self {
        match error {
            NotRecorded::Registry(error) => error.into(),
            NotRecorded::Record(error) => error.into(),
        }
    }
}

impl From<Unpublished<Self>> for Problem {
    fn from(why: Unpublished<Self>) -> Self {
        match why {
            Unpublished::Overtaken => Self::overtaken(),
            Unpublished::Elsewhere => Self::elsewhere(),
            Unpublished::Disk(error) => Self::unwritable(&error),
            Unpublished::Refused(refused) => Self::refused(&refused),
            Unpublished::Other(problem) => problem,
        }
    }
}

impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Unknown(what) => Self::unknown(&what),
            RegistryError::Full => Self::new(
                StatusCode::CONFLICT,
                "trop_de_brouillons",
                "Trop de brouillons",
                error.to_string(),
            ),
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

impl From<Closed> for Problem {
    fn from(closed: Closed) -> Self {
        let detail = closed.to_string();
        match closed {
            Closed::Registry(error) => error.into(),
            Closed::Forged => Self::new(StatusCode::NOT_FOUND, "lien", "Lien inconnu", detail),
            Closed::Expired | Closed::Withdrawn => {
                Self::new(StatusCode::GONE, "lien", "Lien fermé", detail)
            }
        }
    }
}

impl From<Unexplained> for Problem {
    fn from(why: Unexplained) -> Self {
        match why {
            Unexplained::NoSuchCandidate => Self::unknown("candidat"),
            Unexplained::NoRanking(date) => Self::no_ranking(&date.to_string()),
        }
    }
}

impl From<PrinterFailure> for Problem {
    fn from(error: PrinterFailure) -> Self {
        tracing::error!(%error, "impression");
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "impression", "Impression impossible", "la page ne s'imprime pas")
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
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = self.retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        // Kept at hand, for who would rather read a page.
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
