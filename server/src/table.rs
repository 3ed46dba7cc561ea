//! Every route: what it does, who may ask it, what it takes and gives. The interface's description is made
//! from it, so that neither can say more than the other.

use crate::access::Door;
use crate::answers::Form;
use crate::app::App;
use crate::problem::Problem;
use crate::roles::Action;
use crate::routes::{
    audit, batch, bench, case, checks, companies, comparisons, decisions, described, drafts,
    evaluations, explanations, health, home, journal, links, listing, operation, policies,
    publications, rankings, rules, sessions,
};
use axum::routing::{MethodRouter, delete, get, post, put};
use schemars::Schema;
use wire::schema_of;

/// How a route is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// DELETE.
    Delete,
}

impl Method {
    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// What the body of a request is.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A dossier, in JSON or YAML.
    Dossier,
    /// A dossier a line.
    Dossiers,
    /// The text of rules.
    Text,
    /// JSON of the route's own.
    Json(fn() -> Schema),
    /// A form of a page.
    Form,
}

/// What a route answers.
#[derive(Clone, Copy, Debug)]
pub enum Gives {
    /// Whatever JSON.
    AnyJson,
    /// JSON of a shape.
    Json(fn() -> Schema),
    /// One of several forms.
    Forms(&'static [Form]),
    /// One JSON object a line.
    Lines,
    /// Another address.
    Elsewhere,
    /// Nothing.
    Nothing,
}

impl Gives {
    /// Tells whether it may be of a form.
    pub fn has(self, form: Form) -> bool {
        match self {
            Self::Forms(forms) => forms.contains(&form),
            Self::AnyJson | Self::Json(_) | Self::Lines => form == Form::Json,
            Self::Elsewhere | Self::Nothing => false,
        }
    }
}

/// A parameter of an address.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    /// Whether it must be there.
    pub due: bool,
}

/// A route.
#[derive(Clone, Copy)]
pub struct Route {
    /// How it is asked.
    pub method: Method,
    /// The pattern of its address.
    pub path: &'static str,
    /// What asking it is.
    pub action: Action,
    /// What it does, for people.
    pub says: &'static str,
    /// What its address may ask.
    pub asks: &'static [Parameter],
    /// What its body is.
    pub takes: Takes,
    /// What it answers.
    pub gives: Gives,
    /// Whether rules make the answer, so that older ones may be named.
    pub by_rules: bool,
    /// How one comes in.
    pub door: Door,
    /// What it does.
    pub does: fn() -> MethodRouter<App>,
}

const fn due(name: &'static str, says: &'static str) -> Parameter {
    Parameter { name, says, due: true }
}

const fn may(name: &'static str, says: &'static str) -> Parameter {
    Parameter { name, says, due: false }
}

const CANDIDATE: Parameter = due("candidat", "l'identifiant du candidat dans le dossier");
const VIEW: Parameter = may("vue", "demandeur, rh, territoire ou auditeur, parmi celles du rôle");
const LANGUAGE: Parameter = may("langue", "fr ou en");
const REPORT: Parameter = may("rapport", "oui pour ajouter le rapport de l'article R311-3-1-2");
const DATE: Parameter = may("date", "le jour où les règles sont en vigueur ; aujourd'hui sinon");
const PLACE: Parameter =
    may("fichier", "où l'écrire, pour une version nouvelle ; à côté des semblables sinon");
const PURPOSE: Parameter = may("finalite", "pourquoi la décision est prise ; classement sinon");
const EXPLAINED: Gives = Gives::Forms(&[Form::Json, Form::Html, Form::Pdf]);
const PAGE: Gives = Gives::Forms(&[Form::Html]);
const FORM: Takes = Takes::Form;
const SHEET: Gives = Gives::Forms(&[Form::Json, Form::Html, Form::Text]);

macro_rules! routes {
    ($($method:ident $path:literal, $action:ident, $does:path, $says:literal,
        [$($asks:expr),*], $takes:expr, $gives:expr, $by:literal $(, $door:ident)?;)*) => {
        const TABLE: &[Route] = &[$(Route {
            method: routes!(@method $method),
            path: $path,
            action: Action::$action,
            says: $says,
            asks: &[$($asks),*],
            takes: $takes,
            gives: $gives,
            by_rules: $by,
            door: routes!(@door $($door)?),
            does: || $method($does),
        }),*];
    };
    (@door) => { Door::Key };
    (@door $door:ident) => { Door::$door };
    (@method get) => { Method::Get };
    (@method post) => { Method::Post };
    (@method put) => { Method::Put };
    (@method delete) => { Method::Delete };
}

const NOTHING: Takes = Takes::Nothing;
const DOSSIER: Takes = Takes::Dossier;
const ANY: Gives = Gives::AnyJson;

routes! {
    get "/", See, home::home, "L'accueil : ce qui est en vigueur aujourd'hui", [], NOTHING, PAGE, false, Page;
    get "/healthz", See, health::alive, "Si le serveur vit", [], NOTHING, Gives::Forms(&[Form::Text]), false;
    get "/readyz", See, health::ready, "Si le serveur est prêt, et ce qui sert", [], NOTHING, Gives::Json(schema_of::<health::Ready>), false;
    get "/metrics", Measure, health::measures, "Les mesures, pour Prometheus", [], NOTHING, Gives::Forms(&[Form::Measures]), false;
    get "/docs", See, described::page, "Cette interface, pour les personnes", [], NOTHING, Gives::Forms(&[Form::Html]), false;
    get "/v1/openapi.json", See, described::openapi, "Cette interface, en OpenAPI 3.1", [], NOTHING, ANY, false;
    get "/v1/schemas/dossier", ReadRules, rules::dossier_schema, "Le JSON Schema d'un dossier", [], NOTHING, ANY, true;
    get "/v1/vocabulaire", ReadRules, rules::vocabulary, "Les faits qu'un dossier peut porter", [], NOTHING, Gives::Json(schema_of::<wire::Vocabulary>), true;
    get "/v1/recueil", ReadRules, rules::recueil, "Le recueil, version par version", [], NOTHING, Gives::Json(schema_of::<rules::Recueil>), true;
    post "/v1/recueil/retour", StepBack, rules::step_back, "Remet en service les règles d'avant", [], NOTHING, Gives::Json(schema_of::<rules::Stepped>), false;
    get "/v1/politiques", ReadRules, policies::all, "Les politiques publiées", [DATE, may("attendre", "combien de secondes attendre un changement, avec If-None-Match")], NOTHING, Gives::Json(schema_of::<policies::Policies>), true;
    get "/v1/politiques/{id}", ReadRules, policies::in_force, "La version d'une politique en vigueur un jour", [DATE], NOTHING, SHEET, true;
    get "/v1/politiques/{id}/versions/{version}", ReadRules, policies::version, "Une version d'une politique", [], NOTHING, SHEET, true;
    put "/v1/politiques/{id}/versions/{version}", Publish, publications::publish, "Publie une version, vérifiée comme les fichiers du répertoire", [PLACE], Takes::Text, Gives::Json(schema_of::<publications::Published>), false;
    post "/v1/politiques/{id}/versions/{version}/retrait", Publish, publications::withdraw, "Retire une version à partir d'un jour", [], Takes::Json(schema_of::<publications::Withdrawal>), Gives::Json(schema_of::<publications::Withdrawn>), false;
    get "/v1/brouillons", Draft, drafts::list, "Ses brouillons", [], NOTHING, Gives::Json(schema_of::<drafts::Drafts>), false;
    get "/v1/brouillons/{id}/{version}", Draft, drafts::read, "Le texte d'un brouillon", [], NOTHING, Gives::Forms(&[Form::Text]), false;
    put "/v1/brouillons/{id}/{version}", Draft, drafts::keep, "Garde un brouillon", [], Takes::Text, Gives::Json(schema_of::<drafts::Draft>), false;
    delete "/v1/brouillons/{id}/{version}", Draft, drafts::remove, "Efface un brouillon", [], NOTHING, Gives::Nothing, false;
    get "/v1/brouillons/{id}/{version}/comparaison", Check, drafts::compare, "Ce que publier un brouillon changerait", [PLACE], NOTHING, Gives::Json(schema_of::<wire::ComparisonAnswer>), false;
    post "/v1/brouillons/{id}/{version}/essai", Check, drafts::try_out, "Ce que publier un brouillon changerait à un dossier", [PLACE], DOSSIER, Gives::Json(schema_of::<drafts::Tried>), false;
    get "/regles/{fichier}", ReadRules, policies::page, "Les pages des règles publiées", [], NOTHING, SHEET, true;
    post "/v1/evaluations", Simulate, evaluations::evaluate, "Classe les candidats d'un dossier, sans rien enregistrer", [], DOSSIER, Gives::Json(schema_of::<evaluations::Simulated>), true;
    post "/v1/evaluations/lot", Simulate, batch::evaluate, "Classe un dossier par ligne, au fil de l'eau, sans rien enregistrer", [], Takes::Dossiers, Gives::Lines, true;
    post "/v1/explications", Explain, explanations::explain, "Explique les points d'un candidat, sans rien enregistrer", [CANDIDATE, VIEW, LANGUAGE, REPORT], DOSSIER, EXPLAINED, true;
    post "/v1/verifications", Check, checks::check, "Vérifie des règles, posées sur le recueil", [may("fichier", "le chemin du fichier, quand le corps en est le texte")], Takes::Json(schema_of::<checks::Sent>), Gives::Json(schema_of::<wire::Verification>), true;
    post "/v1/comparaisons", Check, comparisons::compare, "Compare deux versions de règles", [may("unite", "une seule unité")], Takes::Json(schema_of::<comparisons::Sent>), Gives::Json(schema_of::<wire::ComparisonAnswer>), true;
    post "/v1/classements", Decide, rankings::rank, "Classe, enregistre, et répond l'ordre", [PURPOSE], DOSSIER, Gives::Json(schema_of::<rankings::Ranked>), true;
    post "/v1/decisions", Decide, decisions::decide, "Classe, enregistre, et répond chaque ligne", [PURPOSE], DOSSIER, ANY, true;
    get "/v1/decisions", ReadDecision, listing::list, "Les décisions enregistrées, page par page, dans l'ordre du journal", [may("depuis", "le premier jour d'évaluation"), may("jusqua", "le dernier jour d'évaluation"), may("recueil", "l'empreinte du recueil"), may("candidature", "l'identifiant d'un candidat"), may("offre", "l'identifiant de l'offre"), may("limite", "combien par page, de 1 à 500 ; 100 sinon"), may("apres", "le « suivant » de la page d'avant")], NOTHING, Gives::Json(schema_of::<listing::Decisions>), false;
    get "/v1/decisions/{id}", ReadDecision, decisions::read, "Une décision, telle qu'elle est gardée", [], NOTHING, ANY, false;
    get "/v1/decisions/{id}/explication", ReadExplanation, explanations::of_decision, "Explique une décision enregistrée", [CANDIDATE, VIEW, LANGUAGE, REPORT], NOTHING, EXPLAINED, false;
    get "/v1/decisions/{id}/preuve", ReadDecision, decisions::proof, "La preuve qu'une décision est dans le journal", [], NOTHING, ANY, false;
    get "/v1/decisions/{id}/recu", ReadDecision, decisions::receipt, "Le reçu d'un candidat", [CANDIDATE], NOTHING, ANY, false;
    get "/v1/decisions/{id}/dossier", ExportCase, case::file, "Le dossier d'une décision : une archive, avec de quoi la vérifier ailleurs", [may("candidat", "un seul candidat ; tous sinon, jusqu'à 100")], NOTHING, Gives::Forms(&[Form::Zip]), false;
    post "/v1/decisions/{id}/rejeu", ReadDecision, decisions::replay, "Rejoue une décision sous ses propres règles", [], NOTHING, ANY, false;
    post "/v1/liens", GiveLink, links::give, "Donne à un demandeur un lien vers son explication", [], Takes::Json(schema_of::<links::Wanted>), Gives::Json(schema_of::<links::Given>), false;
    post "/v1/liens/{id}/retrait", GiveLink, links::withdraw, "Retire un lien", [], Takes::Json(schema_of::<links::Why>), Gives::Json(schema_of::<links::Withdrawn>), false;
    get "/explication/{lien}", OpenLink, links::open, "L'explication qu'ouvre un lien", [LANGUAGE, REPORT], NOTHING, Gives::Forms(&[Form::Html, Form::Pdf, Form::Json]), false;
    get "/session", See, sessions::ask, "Où ouvrir une session, par une clé ou un jeton", [may("vers", "où aller ensuite")], NOTHING, PAGE, false, Page;
    post "/session", See, sessions::open, "Ouvre une session : les pages, pendant une heure, par un cookie", [], FORM, Gives::Elsewhere, false;
    post "/session/fin", See, sessions::end, "Ferme une session", [], FORM, Gives::Elsewhere, false, Page;
    get "/recueils/{empreinte}/{fichier}", ReadRules, policies::page_of, "Les pages de règles gardées, telles qu'elles étaient", [], NOTHING, SHEET, false;
    get "/essai", Simulate, bench::choose, "Le banc d'essai : un exemple des règles, ses faits dans un formulaire", [may("exemple", "le numéro d'un exemple"), may("candidat", "la place d'un de ses candidats")], NOTHING, PAGE, false, Page;
    post "/essai", Simulate, bench::change, "Le même, des faits changés : les points avant et après, rien d'enregistré", [], FORM, PAGE, false, Page;
    get "/entreprise", SeeCompany, companies::own, "La politique de son entreprise, en mots, version par version", [], NOTHING, PAGE, false, Page;
    get "/exploitation", Measure, operation::page, "Ce qui sert, les derniers regards, les mises en service", [], NOTHING, PAGE, false, Page;
    post "/exploitation/retour", StepBack, operation::back, "Remet en service les règles d'avant, celles que la page a dites", [], FORM, Gives::Elsewhere, false, Page;
    get "/audit", Audit, audit::search, "Les décisions, pour l'auditeur", [may("decision", "l'identifiant d'une décision, où aller"), may("depuis", "le premier jour d'évaluation"), may("jusqua", "le dernier jour d'évaluation"), may("offre", "l'identifiant de l'offre"), may("candidature", "l'identifiant d'un candidat"), may("recueil", "l'empreinte du recueil"), may("apres", "où la page d'avant s'arrête")], NOTHING, PAGE, false, Page;
    get "/audit/decisions/{id}", Audit, audit::decision, "Une décision : ses preuves, son rejeu, ses candidats", [may("depuis", "la place du premier candidat")], NOTHING, PAGE, false, Page;
    get "/audit/decisions/{id}/dossier", ExportCase, audit::whole_case, "Son dossier, en une archive", [], NOTHING, Gives::Forms(&[Form::Zip]), false, Page;
    get "/audit/decisions/{id}/candidats/{place}", Audit, audit::candidate, "Un candidat : ses faits, ses lignes, ce que redonne le rejeu", [], NOTHING, PAGE, false, Page;
    get "/audit/decisions/{id}/candidats/{place}/dossier", ExportCase, audit::case, "Le dossier d'un candidat, en une archive", [], NOTHING, Gives::Forms(&[Form::Zip]), false, Page;
    get "/audit/decisions/{id}/candidats/{place}/explication", Audit, audit::explanation, "L'explication d'un candidat, pour l'auditeur", [], NOTHING, Gives::Forms(&[Form::Html, Form::Pdf]), false, Page;
    get "/v1/journal/checkpoint", ReadLog, journal::checkpoint, "Le dernier point de contrôle signé", [], NOTHING, Gives::Forms(&[Form::Text]), false;
    get "/v1/journal/entrees", ReadLog, journal::entries, "Les entrées du journal", [may("depuis", "la première place"), may("nombre", "combien, au plus 1000")], NOTHING, ANY, false;
    get "/v1/journal/coherence", ReadLog, journal::consistency, "La preuve que le journal continue celui d'une taille", [due("depuis", "la taille d'avant")], NOTHING, ANY, false;
}

/// Returns every route.
pub fn table() -> &'static [Route] {
    TABLE
}

/// Returns the shape of what is answered when something is wrong.
pub fn problem() -> Schema {
    schema_of::<Problem>()
}
