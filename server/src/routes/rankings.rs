//! Rankings that are recorded: the order, the places, who is proposed, why others are not ranked.

use super::decisions::{self, Recording};
use crate::access::By;
use crate::answers::by_rules;
use crate::app::App;
use crate::problem::Problem;
use crate::under::{Asked, Under};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use registry::Given;
use registry::outcome::Outcome;
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;

/// Un classement enregistré
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Classement")]
pub struct Ranked {
    /// L'identifiant de la décision
    decision: String,
    /// Sa place dans le journal
    index: u64,
    /// Si elle avait déjà été enregistrée, sous la même clé
    deja_enregistree: bool,
    /// L'empreinte du recueil
    recueil: String,
    /// Les candidats classés, dans l'ordre ; puis ceux qui n'ont pas postulé, par identifiant
    ordre: Vec<Place>,
    /// Ceux que le classement propose, dans l'ordre
    retenus: Vec<String>,
    /// Les candidats qui ne sont pas classés, et pourquoi
    exclus: Vec<Excluded>,
}

/// La place d'un candidat
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlaceClassee")]
struct Place {
    candidat: String,
    total: String,
    /// Parmi ceux qui ont postulé ; null s'il n'a pas postulé
    parmi_les_postulants: Option<Among>,
    /// Parmi tous les éligibles, s'ils postulaient tous
    si_tous_postulent: Option<Among>,
    retenu: bool,
}

/// Un rang parmi d'autres
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(rename = "RangParmi")]
struct Among {
    rang: u32,
    sur: u32,
}

/// Un candidat qui n'est pas classé
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Exclusion")]
struct Excluded {
    candidat: String,
    /// non, ou indetermine quand un fait manque
    eligible: String,
    /// Les conditions qui ne sont pas remplies
    motifs: Vec<Reason>,
}

/// Une condition qui n'est pas remplie
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MotifExclusion")]
struct Reason {
    condition: String,
    etat: String,
    code: String,
    faits: Vec<String>,
}

/// `POST /v1/classements?finalite=…`: ranks a pool, records, then answers the order that is recorded.
pub async fn rank(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Asked(asked): Asked<decisions::Asked>,
    Under(rules): Under,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let recording = decisions::recorded(&app, by, asked, &rules, &headers, body).await?;
    let status = recording.status();
    Ok(by_rules(&rules, (status, Json(ranked(recording)?))))
}

fn ranked(recording: Recording) -> Result<Ranked, Problem> {
    let Recording { recorded, given: Given { recueil, candidates } } = recording;
    let read = candidates.into_iter().map(|one| Ok((one.read()?, one.application)));
    let candidates = read.collect::<Result<Vec<(Outcome, String)>, Problem>>()?;
    let of = candidates.iter().filter(|(outcome, _)| outcome.rank.is_some()).count();
    let of = u32::try_from(of).unwrap_or(u32::MAX);
    let (mut order, mut excluded) = (Vec::new(), Vec::new());
    for (outcome, id) in candidates {
        if outcome.rank.is_some() || outcome.if_all_apply.is_some() {
            order.push(place(id, &outcome, of));
        } else {
            excluded.push(exclusion(id, outcome));
        }
    }
    let rank = |place: &Place| place.parmi_les_postulants.map_or(u32::MAX, |among| among.rang);
    order.sort_by(|a, b| (rank(a), &a.candidat).cmp(&(rank(b), &b.candidat)));
    let kept = order.iter().filter(|place| place.retenu).map(|place| place.candidat.clone());
    Ok(Ranked {
        decision: recorded.id,
        index: recorded.index,
        deja_enregistree: recorded.again,
        recueil,
        retenus: kept.collect(),
        ordre: order,
        exclus: excluded,
    })
}

fn place(candidat: String, outcome: &Outcome, of: u32) -> Place {
    let all = outcome.if_all_apply.as_ref();
    Place {
        candidat,
        total: outcome.total.to_string(),
        parmi_les_postulants: outcome.rank.map(|rang| Among { rang, sur: of }),
        si_tous_postulent: all.map(|all| Among { rang: all.rank, sur: all.of }),
        retenu: outcome.kept,
    }
}

fn exclusion(candidat: String, outcome: Outcome) -> Excluded {
    let unmet = outcome.eligibilities.into_iter().filter(|it| it.state != "oui");
    let reason = |it: registry::outcome::Condition<'_>| Reason {
        condition: it.id.into_owned(),
        etat: it.state.into_owned(),
        code: it.motif.code.into_owned(),
        faits: it.motif.facts.into_iter().map(Cow::into_owned).collect(),
    };
    Excluded {
        candidat,
        eligible: outcome.eligible.into_owned(),
        motifs: unmet.map(reason).collect(),
    }
}
