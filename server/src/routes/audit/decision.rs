//! The page of a decision.

use super::{facts, proofs, rerun, stored, words};
use crate::access::{By, hexadecimal};
use crate::answers::Document;
use crate::app::App;
use crate::problem::Problem;
use crate::routes::case::{self as archive, MOST, Whose};
use crate::routes::sessions::visitor;
use crate::rules::Rules;
use crate::under::Asked;
use axum::extract::{Extension, Path, State};
use axum::response::Response;
use pages::people::audit::{CandidateRow, Decision, Pair, Proof};
use registry::entry::Mode;
use registry::verify::{Examined, InLog};
use registry::{StoredDecision, Unsealed};
use serde::Deserialize;
use std::sync::Arc;

/// How many candidates a page has.
const PAGE: usize = 50;

/// Which candidates are shown.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct From {
    /// The place of the first.
    #[serde(default)]
    depuis: usize,
}

/// `GET /audit/decisions/{id}?depuis=`.
pub async fn show(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Path(id): Path<String>,
    Asked(from): Asked<From>,
) -> Result<Document, Problem> {
    let stored = Arc::new(stored(&app, &id).await?);
    let examined = app.registry.examine(&stored).await?;
    let rerun = rerun::rerun(&app, &stored, None).await?;
    let (candidates, values) = candidates(&app, &stored, from.depuis).await?;
    let (rules, count) = (rerun.rules.as_deref(), stored.candidates.len());
    let mut proofs = proofs::of_decision(&app, &stored, &examined);
    proofs.extend(proofs::of_many(&values));
    let address = |from: usize| format!("/audit/decisions/{}?depuis={from}", stored.entry.id);
    let (checkpoint, path) = way(examined);
    Ok(Document::page(pages::people::audit::decision(&Decision {
        visitor: visitor(&app, &by),
        id: stored.entry.id.clone(),
        day: words::day(&stored.said.content.date),
        said: said(&stored, rules),
        proofs,
        replayed: rerun.replayed,
        before: (from.depuis > 0).then(|| address(from.depuis.saturating_sub(PAGE))),
        after: (from.depuis + candidates.len() < count).then(|| address(from.depuis + PAGE)),
        candidates,
        count,
        offer: facts::rows(&stored.said.content.offer.facts, rules),
        entry: String::from_utf8_lossy(&stored.entry.body).into_owned(),
        path,
        checkpoint,
        is_taken_whole: count <= MOST,
    })))
}

/// `GET /audit/decisions/{id}/dossier`: its whole case file.
pub async fn case(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
    archive::given(&app, &stored(&app, &id).await?, Whose::All).await
}

/// Writes the way from the entry to the checkpoint, when it was followed.
fn way(examined: Examined) -> (Option<String>, Vec<String>) {
    match examined.log {
        InLog::Proved { proof, .. } => {
            let path = proof.path.iter().map(|digest| hexadecimal(&digest.0)).collect();
            (Some(proof.checkpoint), path)
        }
        InLog::NotYet { .. } | InLog::Broken(_) => (None, Vec::new()),
    }
}

/// Says where the rules of a recueil are, as they were.
pub fn page_of(rules: &Rules, unit: &str, version: &str) -> Option<String> {
    let mut sheets = rules.published().sheets.iter();
    let sheet = sheets.find(|sheet| sheet.unit == unit && sheet.version == version)?;
    Some(format!("/recueils/{}/{}.html", rules.hash(), sheet.address))
}

fn said(stored: &StoredDecision, rules: Option<&Rules>) -> Vec<Pair> {
    let (said, content) = (&stored.said, &stored.said.content);
    let ranking = &content.ranking;
    let pair = |name, value: String| Pair { name, value, address: None };
    let page = rules.and_then(|rules| page_of(rules, &ranking.unit, &ranking.version));
    let all = rules.map(|rules| format!("/recueils/{}/index.html", rules.hash()));
    let mode = match content.mode {
        Mode::Proposition => "proposition, à confirmer par une personne",
        Mode::Automatique => "automatique",
    };
    let offer = content.offer.id.clone().unwrap_or_else(|| "sans identifiant".to_owned());
    let engine =
        format!("{}, édition {} du langage", content.engine.version, content.engine.edition);
    vec![
        pair("Enregistrée", words::instant(&said.instant)),
        pair("Place dans le journal", stored.entry.index.to_string()),
        pair("Demandée par", content.par.clone()),
        pair("Finalité", content.purpose.clone()),
        pair("Mode", mode.to_owned()),
        pair("Offre", offer),
        pair("Moteur", engine),
        Pair {
            name: "Classement",
            value: format!("{}, version {}", ranking.unit, ranking.version),
            address: page,
        },
        Pair { name: "Recueil", value: content.recueil.clone(), address: all },
    ]
}

async fn candidates(
    app: &App,
    stored: &StoredDecision,
    from: usize,
) -> Result<(Vec<CandidateRow>, Vec<Proof>), Problem> {
    let shown = stored.candidates.iter().enumerate().skip(from).take(PAGE);
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for (place, candidate) in shown {
        let proof = proofs::of_values(app, &app.registry.examine_values(stored, place).await?);
        let record = candidate.said().ok();
        let rank = record.as_ref().and_then(|record| record.rank);
        rows.push(CandidateRow {
            place,
            id: name(app, stored, place)?,
            rank: rank.map_or_else(|| "sans rang".to_owned(), |rank| rank.to_string()),
            total: record.as_ref().map(|record| record.total.clone()).unwrap_or_default(),
            kept: record.is_some_and(|record| record.kept),
            check: proof.check,
        });
        values.push(proof);
    }
    Ok((rows, values))
}

/// Reads the identifier of a candidate; nothing when it is erased or does not open.
fn name(app: &App, stored: &StoredDecision, place: usize) -> Result<Option<String>, Problem> {
    match app.registry.unseal(stored, place) {
        Ok(Unsealed::Whole(sealed, _)) => Ok(Some(sealed.application)),
        Ok(Unsealed::Erased { .. }) | Err(registry::RegistryError::Foreign(_)) => Ok(None),
        Err(other) => Err(other.into()),
    }
}
