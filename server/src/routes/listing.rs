//! The decisions that are recorded, found by what is said of them, page by page.

use crate::app::App;
use crate::problem::Problem;
use crate::under::Asked;
use axum::Json;
use axum::extract::State;
use engine::Date;
use registry::entry::Mode;
use registry::{Cursor, Days, Filter, Listed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many decisions a page has when nothing is said, and at most.
const USUAL: u32 = 100;
const MOST: u32 = 500;

/// Which decisions, as an address asks it; read one by one, to say which is wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    depuis: Option<String>,
    jusqua: Option<String>,
    recueil: Option<String>,
    candidature: Option<String>,
    offre: Option<String>,
    limite: Option<String>,
    apres: Option<String>,
}

/// How many decisions a page for people has.
pub const PAGE: u32 = 50;

impl Which {
    /// Takes what is asked, and after which place.
    ///
    /// Errors: what is not written as it must be.
    pub fn filter(self) -> Result<(Filter, Option<Cursor>), Problem> {
        let (days, after) = (self.days()?, self.after()?);
        let Self { recueil, candidature: application, offre: offer, .. } = self;
        Ok((Filter { days, recueil, application, offer }, after))
    }

    /// Errors: what is not a day; days in the wrong order.
    fn days(&self) -> Result<Days, Problem> {
        let days = Days {
            from: day("depuis", self.depuis.as_deref())?,
            to: day("jusqua", self.jusqua.as_deref())?,
        };
        match (days.from, days.to) {
            (Some(from), Some(to)) if from > to => {
                Err(Problem::unreadable("« depuis » vient après « jusqua » : échangez les deux"))
            }
            _ => Ok(days),
        }
    }

    fn limit(&self) -> Result<u32, Problem> {
        let Some(written) = &self.limite else { return Ok(USUAL) };
        let limit = written.parse().ok().filter(|limit| (1..=MOST).contains(limit));
        limit.ok_or_else(|| {
            let out = "pour en lire plus, suivez « suivant » par « apres »";
            Problem::unreadable(format!("« limite » est un nombre de 1 à {MOST} ; {out}"))
        })
    }

    fn after(&self) -> Result<Option<Cursor>, Problem> {
        let Some(written) = &self.apres else { return Ok(None) };
        let cursor = Cursor::parse(written).ok_or_else(|| {
            Problem::unreadable(
                "« apres » n'est pas le « suivant » d'une page : recopiez-le tel quel, ou \
                 recommencez sans « apres »",
            )
        });
        cursor.map(Some)
    }
}

fn day(name: &str, written: Option<&str>) -> Result<Option<Date>, Problem> {
    let Some(written) = written else { return Ok(None) };
    let unreadable = || Problem::unreadable(format!("« {name} » est un jour, écrit 2026-11-28"));
    Date::parse_iso(written).map(Some).ok_or_else(unreadable)
}

/// Une page de décisions
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Decisions")]
pub struct Decisions {
    /// Dans l'ordre du journal
    decisions: Vec<DecisionListed>,
    /// Ce que prend « apres » pour la page d'après ; absent de la dernière
    #[serde(skip_serializing_if = "Option::is_none")]
    suivant: Option<String>,
}

/// Une décision, sans ses candidats
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DecisionListee")]
struct DecisionListed {
    /// Son identifiant
    decision: String,
    /// Sa place dans le journal
    index: u64,
    /// Quand elle a été enregistrée
    instant: String,
    /// Le jour d'évaluation
    date: String,
    /// Pourquoi elle a été prise
    finalite: String,
    /// proposition ou automatique
    mode: &'static str,
    /// L'identifiant de l'offre, quand elle en a un
    #[serde(skip_serializing_if = "Option::is_none")]
    offre: Option<String>,
    /// Qui l'a demandée
    par: String,
    /// L'empreinte du recueil
    recueil: String,
    /// Combien elle a de candidats
    candidats: u64,
}

impl From<Listed> for DecisionListed {
    fn from(listed: Listed) -> Self {
        let Listed { index, said } = listed;
        let content = said.content;
        Self {
            decision: said.id,
            index,
            instant: said.instant,
            date: content.date,
            finalite: content.purpose,
            mode: match content.mode {
                Mode::Proposition => "proposition",
                Mode::Automatique => "automatique",
            },
            offre: content.offer.id,
            par: content.par,
            recueil: content.recueil,
            candidats: content.candidates.count,
        }
    }
}

/// `GET /v1/decisions?depuis=&jusqua=&recueil=&candidature=&offre=&limite=&apres=`.
pub async fn list(
    State(app): State<App>,
    Asked(which): Asked<Which>,
) -> Result<Json<Decisions>, Problem> {
    let limit = which.limit()?;
    let (filter, after) = which.filter()?;
    let page = app.registry.decisions_among(&filter, after, limit).await?;
    let decisions = page.decisions.into_iter().map(DecisionListed::from).collect();
    Ok(Json(Decisions { decisions, suivant: page.next.map(Cursor::text) }))
}
