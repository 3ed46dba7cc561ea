//! Explanations: of a dossier, without a record, or of a decision that is recorded; as JSON, as a page, on
//! paper. Who asks decides which view is given.

use super::dossiers;
use crate::access::By;
use crate::answers::{Document, Form, by_rules};
use crate::app::App;
use crate::problem::Problem;
use crate::rules::Rules;
use crate::tenants;
use crate::under::{Asked, Under};
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use explain::report::Responsible;
use explain::{Explanation, View, Words};
use printer::Chromium;
use registry::Known;
use serde::Deserialize;
use std::sync::Arc;

/// The forms of an explanation, for a machine first.
pub const FORMS: [Form; 3] = [Form::Json, Form::Html, Form::Pdf];

/// Which explanation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// The candidate's identifier in the dossier.
    candidat: String,
    #[serde(default)]
    vue: Option<Seen>,
    #[serde(default)]
    langue: Language,
    #[serde(default)]
    rapport: YesNo,
}

/// A view, as an address names it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Seen {
    Demandeur,
    Rh,
    Territoire,
    Auditeur,
}

impl From<Seen> for View {
    fn from(seen: Seen) -> Self {
        match seen {
            Seen::Demandeur => Self::Applicant,
            Seen::Rh => Self::Employer,
            Seen::Territoire => Self::Territory,
            Seen::Auditeur => Self::Auditor,
        }
    }
}

/// The language of sentences.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

/// Whether something is added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YesNo {
    /// It is.
    Oui,
    /// It is not.
    #[default]
    Non,
}

/// How an explanation is to be given.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// For whom.
    pub view: View,
    /// In which form.
    pub form: Form,
    /// In which language.
    pub language: Language,
    /// Whether with the report of the law.
    pub report: YesNo,
}

impl Which {
    /// Takes what is asked, if it is among what the one who asks may have.
    ///
    /// Errors: a view of another role; a form that there is not.
    fn wish(&self, by: &By, headers: &HeaderMap) -> Result<Wish, Problem> {
        let views = by.role.map_or(&[][..], crate::roles::Role::views);
        let asked = self.vue.map(View::from).or_else(|| views.first().copied());
        let view = asked.filter(|view| views.contains(view)).ok_or_else(Problem::forbidden)?;
        let form = Form::asked(headers, &FORMS)?;
        Ok(Wish { view, form, language: self.langue, report: self.rapport })
    }
}

/// `POST /v1/explications?candidat=ID`: why a candidate of a dossier has these points. Nothing is recorded.
pub async fn explain(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Asked(which): Asked<Which>,
    Under(rules): Under,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let wish = which.wish(&by, &headers)?;
    let (format, made_by, workshop) =
        (dossiers::format(&headers), rules.clone(), app.workshop.clone());
    let work = move || {
        let pool = dossiers::read(&app, format, &body, &rules)?;
        let index = pool.candidates.iter().position(|one| one.id == which.candidat);
        let index = index.ok_or_else(|| Problem::unknown(&which.candidat))?;
        tenants::may_see(&by, &rules, &pool, index)?;
        let (explanation, _) = rules.side(&pool).explain_at(index, wish.view)?;
        document(&rules, explanation, wish)
    };
    Ok(by_rules(&made_by, workshop.long(work).await?))
}

/// `GET /v1/decisions/{id}/explication?candidat=ID`: why a recorded decision gave these points, by the rules
/// that gave them.
pub async fn of_decision(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Path(id): Path<String>,
    Asked(which): Asked<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wish = which.wish(&by, &headers)?;
    let recorded = Decided::read(&app, &id).await?;
    let candidates = &recorded.known.pool.candidates;
    let place = candidates.iter().position(|one| one.id == which.candidat);
    let place = place.ok_or_else(|| Problem::unknown(&which.candidat))?;
    tenants::may_see(&by, &recorded.rules, &recorded.known.pool, place)?;
    recorded.explained(&app, place, wish).await
}

/// A recorded decision, ready to be explained.
pub struct Decided {
    rules: Arc<Rules>,
    known: Known,
}

impl Decided {
    /// Reads a decision, with the rules that it was made by.
    ///
    /// Errors: there is none; its facts were erased.
    pub async fn read(app: &App, id: &str) -> Result<Self, Problem> {
        let stored = app.registry.decision(id).await?;
        let rules = app.rules(&stored.said.content.recueil).await?;
        let known = app.registry.facts_of(&stored, &rules.names)?;
        Ok(Self { rules, known: known.map_err(|_| Problem::erased())? })
    }

    /// Explains the candidate at a place, if the rules still give what was recorded of it.
    ///
    /// Errors: they do not.
    pub async fn explained(self, app: &App, place: usize, wish: Wish) -> Result<Response, Problem> {
        let made_by = self.rules.clone();
        let work = move || {
            let Self { rules, known } = self;
            let assessed = rules.evaluator().assess(&known.pool).ok_or_else(Problem::differs)?;
            let differences = known.compared(&assessed, &rules.names)?;
            if differences.iter().any(|one| one.place == place) {
                return Err(Problem::differs());
            }
            let (explanation, _) = rules.side(&known.pool).explain_at(place, wish.view)?;
            document(&rules, explanation, wish)
        };
        Ok(by_rules(&made_by, app.workshop.long(work).await?))
    }
}

/// Puts an explanation in the form that is wished.
///
/// Errors: nothing prints here.
fn document(rules: &Rules, explanation: Explanation, wish: Wish) -> Result<Document, Problem> {
    let responsible = rules.recueil.responsible.as_ref().map(Responsible::from);
    let mut explanation = explanation.with_responsible(responsible).seen_by(wish.view);
    if wish.report == YesNo::Oui {
        explanation = explanation.with_report();
    }
    let words = match wish.language {
        Language::Fr => Words::french(),
        Language::En => Words::english(),
    };
    let worded = words.worded(&explanation, &rules.recueil.glossary);
    let page = || pages::explanation(&worded, words);
    let bytes = match wish.form {
        Form::Json => return Document::json(&worded),
        Form::Html | Form::Text | Form::Zip | Form::Measures => page().into_bytes(),
        Form::Pdf => {
            let chromium = Chromium::find().ok_or_else(Problem::no_printer)?;
            chromium.print(&page())?
        }
    };
    Ok(Document { form: wish.form, bytes })
}
