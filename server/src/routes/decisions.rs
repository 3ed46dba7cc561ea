//! Decisions: made and recorded, then read, proved, run again.

use super::dossiers;
use crate::access::By;
use crate::answers::by_rules;
use crate::app::App;
use crate::problem::Problem;
use crate::rules::Rules;
use crate::under::{Asked as Query, Under};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use registry::entry::{CandidateRecord, Decision, Entry, Mode};
use registry::{
    Context, Draft, Given, GivenCandidate, InclusionProof, Recorded, Replay, StoredEntry, Unsealed,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::sync::Arc;

/// The header of a request's key.
pub(crate) const KEY: &str = "idempotency-key";

/// What a decision is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// What for.
    #[serde(default = "ranking")]
    finalite: String,
}

impl Asked {
    /// What an example is recorded for.
    pub fn example() -> Self {
        Self { finalite: "démonstration".to_owned() }
    }
}

fn ranking() -> String {
    "classement".to_owned()
}

/// A decision as it is answered: what the registry keeps.
#[derive(Debug, Serialize)]
struct Decided {
    /// Its identifier.
    decision: String,
    /// Its place in the log.
    index: u64,
    /// Whether it had been recorded before, under the same key.
    deja_enregistree: bool,
    recueil: String,
    candidats: Vec<DecidedCandidate>,
}

/// A candidate of a decision.
#[derive(Debug, Serialize)]
struct DecidedCandidate {
    id: String,
    resultat: Box<RawValue>,
}

/// A decision that is recorded.
pub struct Recording {
    /// Where it is.
    pub recorded: Recorded,
    /// What it gave, as it is recorded.
    pub given: Given,
}

impl Recording {
    /// Returns the status of an answer that tells it: it may have been recorded before.
    pub fn status(&self) -> StatusCode {
        if self.recorded.again { StatusCode::OK } else { StatusCode::CREATED }
    }
}

/// Ranks a dossier, records, and tells what is recorded. The same `Idempotency-Key` records once, and is
/// answered the same.
///
/// Errors: those of the dossier and of the registry.
pub async fn recorded(
    app: &App,
    by: By,
    asked: Asked,
    rules: &Arc<Rules>,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Recording, Problem> {
    let (format, key) = (dossiers::format(headers), key(headers)?);
    let (state, under, length) = (app.clone(), rules.clone(), body.len());
    let work = move || {
        let pool = dossiers::read(&state, format, &body, &under)?;
        let assessment = dossiers::assess(&state, &pool, &under)?;
        let context = Context {
            by: by.name,
            purpose: asked.finalite,
            offer: None,
            recueil: under.hash().to_owned(),
            key,
            mode: Mode::Proposition,
        };
        let draft = Draft::new(context, &under.names, &pool, &assessment);
        let draft = draft.map_err(|error| Problem::unreadable(error.to_string()))?;
        Ok((draft.given(), draft))
    };
    let (new, draft) = app.workshop.of_length(length, work).await?;
    let recorded = app.registry.record(draft).await?;
    let given = if recorded.again {
        app.registry.given(&recorded.id).await?.ok_or_else(Problem::erased)?
    } else {
        app.metrics.recorded.inc();
        new
    };
    Ok(Recording { recorded, given })
}

/// `POST /v1/decisions?finalite=…`: records a ranking, then answers each line that is recorded.
pub async fn decide(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Query(asked): Query<Asked>,
    Under(rules): Under,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let recording = recorded(&app, by, asked, &rules, &headers, body).await?;
    let status = recording.status();
    let Recording { recorded, given } = recording;
    let candidat =
        |one: GivenCandidate| DecidedCandidate { id: one.application, resultat: one.outcome };
    let decided = Decided {
        decision: recorded.id,
        index: recorded.index,
        deja_enregistree: recorded.again,
        recueil: given.recueil,
        candidats: given.candidates.into_iter().map(candidat).collect(),
    };
    Ok(by_rules(&rules, (status, Json(decided))))
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get(KEY) else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| (1..=200).contains(&key.len()));
    let key = key.ok_or_else(|| Problem::unreadable("clé de requête illisible"))?;
    Ok(Some(key.to_owned()))
}

/// A decision as it is kept.
#[derive(Debug, Serialize)]
struct Kept {
    index: u64,
    entree: Entry<Decision>,
    candidats: Vec<KeptCandidate>,
}

/// A candidate as it is kept.
#[derive(Debug, Serialize)]
struct KeptCandidate {
    fiche: CandidateRecord,
    /// Its application, facts and outcome; absent once erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    valeurs: Option<registry::Sealed>,
    /// The entry that says its erasure.
    #[serde(skip_serializing_if = "Option::is_none")]
    efface_par: Option<u64>,
}

/// `GET /v1/decisions/{id}`.
pub async fn read(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
    let stored = app.registry.decision(&id).await?;
    let mut candidats = Vec::with_capacity(stored.candidates.len());
    for (place, candidate) in stored.candidates.iter().enumerate() {
        let (valeurs, efface_par) = match app.registry.unseal(&stored, place)? {
            Unsealed::Whole(sealed, _) => (Some(*sealed), None),
            Unsealed::Erased { entry, .. } => (None, Some(entry)),
        };
        candidats.push(KeptCandidate { fiche: candidate.said()?, valeurs, efface_par });
    }
    let kept = Kept { index: stored.entry.index, entree: stored.said, candidats };
    Ok(Json(kept).into_response())
}

/// `GET /v1/decisions/{id}/preuve`: the way from its entry to a signed checkpoint.
pub async fn proof(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let stored = app.registry.decision(&id).await?;
    let proof = app.registry.prove(&stored.entry).await?;
    Ok(Json(said_of_proof(&stored.entry, &proof)))
}

/// Says the way from an entry to a checkpoint.
pub fn said_of_proof(entry: &StoredEntry, proof: &InclusionProof) -> Value {
    json!({
        "index": entry.index,
        "texte": String::from_utf8_lossy(&entry.body),
        "preuve": proof.path,
        "point_de_controle": proof.checkpoint,
    })
}

/// Which candidate a receipt is for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForWhom {
    candidat: String,
}

/// `GET /v1/decisions/{id}/recu?candidat=ID`.
pub async fn receipt(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(whom): Query<ForWhom>,
) -> Result<Response, Problem> {
    let stored = app.registry.decision(&id).await?;
    let place = app.registry.place_of(&stored, &whom.candidat)?;
    Ok(Json(app.registry.receipt(&stored, place).await?).into_response())
}

/// `POST /v1/decisions/{id}/rejeu`: the same rules on the same facts.
pub async fn replay(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let stored = app.registry.decision(&id).await?;
    let rules = app.registry.rules(&stored.said.content.recueil).await?;
    let replay = app.registry.replay(&stored, &rules)?;
    Ok(Json(match replay {
        Replay::Same => json!({ "issue": "identique" }),
        Replay::Different { differences, recorded_by } => json!({
            "issue": "different",
            "differences": differences.iter().map(|one| json!({
                "candidat": one.place,
                "ou": one.at,
                "enregistre": one.recorded,
                "trouve": one.found,
            })).collect::<Vec<_>>(),
            "enregistre_par": recorded_by,
        }),
        Replay::Gone(lost) => json!({
            "issue": "effaces",
            "candidats": lost.iter().map(|one| json!({
                "candidat": one.place,
                "efface_par": one.entry,
                "faits": one.facts,
            })).collect::<Vec<_>>(),
        }),
    }))
}
