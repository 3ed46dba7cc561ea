//! Every route: what it does, who may ask it, what it takes and gives. The interface's description is made
//! from it, so that neither can say more than the other.
//!
//! The table that serves names no shape: what computes schemas is called by the description alone, and is not in
//! a program that only serves.

use crate::access::Door;
use crate::answers::Form;
use crate::app::App;
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
    Json,
    /// A form of a page.
    Form,
}

/// What a route answers.
#[derive(Clone, Copy, Debug)]
pub enum Gives {
    /// JSON.
    Json,
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
            Self::Json | Self::Lines => form == Form::Json,
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

/// A route, and the schemas of its JSON where it has a shape.
pub struct Shaped {
    /// The route.
    pub route: &'static Route,
    /// What its body is.
    pub taken: Option<Schema>,
    /// What it answers.
    pub given: Option<Schema>,
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
const EXPLAINED: &[Form] = &[Form::Json, Form::Html, Form::Pdf];
const PAGE: &[Form] = &[Form::Html];
const SHEET: &[Form] = &[Form::Json, Form::Html, Form::Text];

macro_rules! routes {
    ($($method:ident $path:literal, $action:ident, $does:path, $says:literal,
        [$($asks:expr),*], $takes:ident $(<$taken:ty>)?, $gives:ident $(($forms:expr))? $(<$given:ty>)?,
        $by:literal $(, $door:ident)?;)*) => {
        const TABLE: &[Route] = &[$(Route {
            method: routes!(@method $method),
            path: $path,
            action: Action::$action,
            says: $says,
            asks: &[$($asks),*],
            takes: Takes::$takes,
            gives: Gives::$gives $(($forms))?,
            by_rules: $by,
            door: routes!(@door $($door)?),
            does: || $method($does),
        }),*];

        /// Returns every route with the schemas of its JSON.
        pub fn shaped() -> impl Iterator<Item = Shaped> {
            let schemas = [$([routes!(@schema $($taken)?), routes!(@schema $($given)?)]),*];
            TABLE.iter().zip(schemas).map(|(route, [taken, given])| Shaped { route, taken, given })
        }
    };
    (@schema) => { None };
    (@schema $shape:ty) => { Some(schema_of::<$shape>()) };
    (@door) => { Door::Key };
    (@door $door:ident) => { Door::$door };
    (@method get) => { Method::Get };
    (@method post) => { Method::Post };
    (@method put) => { Method::Put };
    (@method delete) => { Method::Delete };
}

routes! {
    get "/", See, home::home, "L'accueil : ce qui est en vigueur aujourd'hui", [], Nothing, Forms(PAGE), false, Page;
    get "/healthz", See, health::alive, "Si le serveur vit", [], Nothing, Forms(&[Form::Text]), false;
    get "/readyz", See, health::ready, "Si le serveur est prêt, et ce qui sert", [], Nothing, Json<health::Ready>, false;
    get "/metrics", Measure, health::measures, "Les mesures, pour Prometheus", [], Nothing, Forms(&[Form::Measures]), false;
    get "/docs", See, described::page, "Cette interface, pour les personnes", [], Nothing, Forms(&[Form::Html]), false;
    get "/v1/openapi.json", See, described::openapi, "Cette interface, en OpenAPI 3.1", [], Nothing, Json, false;
    get "/v1/schemas/dossier", ReadRules, rules::dossier_schema, "Le JSON Schema d'un dossier", [], Nothing, Json, true;
    get "/v1/vocabulaire", ReadRules, rules::vocabulary, "Les faits qu'un dossier peut porter", [], Nothing, Json<wire::Vocabulary>, true;
    get "/v1/recueil", ReadRules, rules::recueil, "Le recueil, version par version", [], Nothing, Json<rules::Recueil>, true;
    post "/v1/recueil/retour", StepBack, rules::step_back, "Remet en service les règles d'avant", [], Nothing, Json<rules::Stepped>, false;
    get "/v1/politiques", ReadRules, policies::all, "Les politiques publiées", [DATE, may("attendre", "combien de secondes attendre un changement, avec If-None-Match")], Nothing, Json<policies::Policies>, true;
    get "/v1/politiques/{id}", ReadRules, policies::in_force, "La version d'une politique en vigueur un jour", [DATE], Nothing, Forms(SHEET), true;
    get "/v1/politiques/{id}/versions/{version}", ReadRules, policies::version, "Une version d'une politique", [], Nothing, Forms(SHEET), true;
    put "/v1/politiques/{id}/versions/{version}", Publish, publications::publish, "Publie une version, vérifiée comme les fichiers du répertoire", [PLACE], Text, Json<publications::Published>, false;
    post "/v1/politiques/{id}/versions/{version}/retrait", Publish, publications::withdraw, "Retire une version à partir d'un jour", [], Json<publications::Withdrawal>, Json<publications::Withdrawn>, false;
    get "/v1/brouillons", Draft, drafts::list, "Ses brouillons", [], Nothing, Json<drafts::Drafts>, false;
    get "/v1/brouillons/{id}/{version}", Draft, drafts::read, "Le texte d'un brouillon", [], Nothing, Forms(&[Form::Text]), false;
    put "/v1/brouillons/{id}/{version}", Draft, drafts::keep, "Garde un brouillon", [], Text, Json<drafts::Draft>, false;
    delete "/v1/brouillons/{id}/{version}", Draft, drafts::remove, "Efface un brouillon", [], Nothing, Nothing, false;
    get "/v1/brouillons/{id}/{version}/comparaison", Check, drafts::compare, "Ce que publier un brouillon changerait", [PLACE], Nothing, Json<wire::ComparisonAnswer>, false;
    post "/v1/brouillons/{id}/{version}/essai", Check, drafts::try_out, "Ce que publier un brouillon changerait à un dossier", [PLACE], Dossier, Json<drafts::Tried>, false;
    get "/regles/{fichier}", ReadRules, policies::page, "Les pages des règles publiées", [], Nothing, Forms(SHEET), true;
    post "/v1/evaluations", Simulate, evaluations::evaluate, "Classe les candidats d'un dossier, sans rien enregistrer", [], Dossier, Json<evaluations::Simulated>, true;
    post "/v1/evaluations/lot", Simulate, batch::evaluate, "Classe un dossier par ligne, au fil de l'eau, sans rien enregistrer", [], Dossiers, Lines, true;
    post "/v1/explications", Explain, explanations::explain, "Explique les points d'un candidat, sans rien enregistrer", [CANDIDATE, VIEW, LANGUAGE, REPORT], Dossier, Forms(EXPLAINED), true;
    post "/v1/verifications", Check, checks::check, "Vérifie des règles, posées sur le recueil", [may("fichier", "le chemin du fichier, quand le corps en est le texte")], Json<checks::Sent>, Json<wire::Verification>, true;
    post "/v1/comparaisons", Check, comparisons::compare, "Compare deux versions de règles", [may("unite", "une seule unité")], Json<comparisons::Sent>, Json<wire::ComparisonAnswer>, true;
    post "/v1/classements", Decide, rankings::rank, "Classe, enregistre, et répond l'ordre", [PURPOSE], Dossier, Json<rankings::Ranked>, true;
    post "/v1/decisions", Decide, decisions::decide, "Classe, enregistre, et répond chaque ligne", [PURPOSE], Dossier, Json, true;
    get "/v1/decisions", ReadDecision, listing::list, "Les décisions enregistrées, page par page, dans l'ordre du journal", [may("depuis", "le premier jour d'évaluation"), may("jusqua", "le dernier jour d'évaluation"), may("recueil", "l'empreinte du recueil"), may("candidature", "l'identifiant d'un candidat"), may("offre", "l'identifiant de l'offre"), may("limite", "combien par page, de 1 à 500 ; 100 sinon"), may("apres", "le « suivant » de la page d'avant")], Nothing, Json<listing::Decisions>, false;
    get "/v1/decisions/{id}", ReadDecision, decisions::read, "Une décision, telle qu'elle est gardée", [], Nothing, Json, false;
    get "/v1/decisions/{id}/explication", ReadExplanation, explanations::of_decision, "Explique une décision enregistrée", [CANDIDATE, VIEW, LANGUAGE, REPORT], Nothing, Forms(EXPLAINED), false;
    get "/v1/decisions/{id}/preuve", ReadDecision, decisions::proof, "La preuve qu'une décision est dans le journal", [], Nothing, Json, false;
    get "/v1/decisions/{id}/recu", ReadDecision, decisions::receipt, "Le reçu d'un candidat", [CANDIDATE], Nothing, Json, false;
    get "/v1/decisions/{id}/dossier", ExportCase, case::file, "Le dossier d'une décision : une archive, avec de quoi la vérifier ailleurs", [may("candidat", "un seul candidat ; tous sinon, jusqu'à 100")], Nothing, Forms(&[Form::Zip]), false;
    post "/v1/decisions/{id}/rejeu", ReadDecision, decisions::replay, "Rejoue une décision sous ses propres règles", [], Nothing, Json, false;
    post "/v1/liens", GiveLink, links::give, "Donne à un demandeur un lien vers son explication", [], Json<links::Wanted>, Json<links::Given>, false;
    post "/v1/liens/{id}/retrait", GiveLink, links::withdraw, "Retire un lien", [], Json<links::Why>, Json<links::Withdrawn>, false;
    get "/explication/{lien}", OpenLink, links::open, "L'explication qu'ouvre un lien", [LANGUAGE, REPORT], Nothing, Forms(&[Form::Html, Form::Pdf, Form::Json]), false;
    get "/session", See, sessions::ask, "Où ouvrir une session, par une clé ou un jeton", [may("vers", "où aller ensuite")], Nothing, Forms(PAGE), false, Page;
    post "/session", See, sessions::open, "Ouvre une session : les pages, pendant une heure, par un cookie", [], Form, Elsewhere, false;
    post "/session/fin", See, sessions::end, "Ferme une session", [], Form, Elsewhere, false, Page;
    get "/recueils/{empreinte}/{fichier}", ReadRules, policies::page_of, "Les pages de règles gardées, telles qu'elles étaient", [], Nothing, Forms(SHEET), false;
    get "/essai", Simulate, bench::choose, "Le banc d'essai : un exemple des règles, ses faits dans un formulaire", [may("exemple", "le numéro d'un exemple"), may("candidat", "la place d'un de ses candidats")], Nothing, Forms(PAGE), false, Page;
    post "/essai", Simulate, bench::change, "Le même, des faits changés : les points avant et après, rien d'enregistré", [], Form, Forms(PAGE), false, Page;
    get "/entreprise", SeeCompany, companies::own, "La politique de son entreprise, en mots, version par version", [], Nothing, Forms(PAGE), false, Page;
    get "/exploitation", Measure, operation::page, "Ce qui sert, les derniers regards, les mises en service", [], Nothing, Forms(PAGE), false, Page;
    post "/exploitation/retour", StepBack, operation::back, "Remet en service les règles d'avant, celles que la page a dites", [], Form, Elsewhere, false, Page;
    get "/audit", Audit, audit::search, "Les décisions, pour l'auditeur", [may("decision", "l'identifiant d'une décision, où aller"), may("depuis", "le premier jour d'évaluation"), may("jusqua", "le dernier jour d'évaluation"), may("offre", "l'identifiant de l'offre"), may("candidature", "l'identifiant d'un candidat"), may("recueil", "l'empreinte du recueil"), may("apres", "où la page d'avant s'arrête")], Nothing, Forms(PAGE), false, Page;
    get "/audit/decisions/{id}", Audit, audit::decision, "Une décision : ses preuves, son rejeu, ses candidats", [may("depuis", "la place du premier candidat")], Nothing, Forms(PAGE), false, Page;
    get "/audit/decisions/{id}/dossier", ExportCase, audit::whole_case, "Son dossier, en une archive", [], Nothing, Forms(&[Form::Zip]), false, Page;
    get "/audit/decisions/{id}/candidats/{place}", Audit, audit::candidate, "Un candidat : ses faits, ses lignes, ce que redonne le rejeu", [], Nothing, Forms(PAGE), false, Page;
    get "/audit/decisions/{id}/candidats/{place}/dossier", ExportCase, audit::case, "Le dossier d'un candidat, en une archive", [], Nothing, Forms(&[Form::Zip]), false, Page;
    get "/audit/decisions/{id}/candidats/{place}/explication", Audit, audit::explanation, "L'explication d'un candidat, pour l'auditeur", [], Nothing, Forms(&[Form::Html, Form::Pdf]), false, Page;
    get "/v1/journal/checkpoint", ReadLog, journal::checkpoint, "Le dernier point de contrôle signé", [], Nothing, Forms(&[Form::Text]), false;
    get "/v1/journal/entrees", ReadLog, journal::entries, "Les entrées du journal", [may("depuis", "la première place"), may("nombre", "combien, au plus 1000")], Nothing, Json, false;
    get "/v1/journal/coherence", ReadLog, journal::consistency, "La preuve que le journal continue celui d'une taille", [due("depuis", "la taille d'avant")], Nothing, Json, false;
}

/// Returns every route.
pub fn table() -> &'static [Route] {
    TABLE
}
