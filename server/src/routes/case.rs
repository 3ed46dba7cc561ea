//! The case file of a decision: one archive with all that is kept of it, and what checks it elsewhere.
//!
//! Texts that are hashed are there byte for byte. Names of files come from places, never from identifiers
//! of persons.

use super::decisions::said_of_proof;
use crate::access::hexadecimal;
use crate::answers::{Document, Form};
use crate::app::App;
use crate::problem::Problem;
use crate::under::Asked;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::{IntoResponse, Response};
use registry::outcome::{Grid, Outcome};
use registry::{StoredDecision, Unsealed, canonical};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// How many candidates a case file has at most.
pub const MOST: usize = 100;

const README: &str = include_str!("case/LISEZMOI.txt");
const VERIFIER: &str = include_str!("../../../docs/registre/verifier_recu.py");

/// What an address asks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    candidat: Option<String>,
}

/// Whose case file.
#[derive(Clone, Debug)]
pub enum Whose {
    /// Every candidate's.
    All,
    /// That of an application.
    Of(String),
    /// That of the candidate at a place.
    At(usize),
}

/// The files of an archive, in their order.
#[derive(Default)]
struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.push((path.into(), bytes.into()));
    }

    fn add_json<T: Serialize>(&mut self, path: String, value: &T) -> Result<(), Problem> {
        self.add(path, Document::json(value)?.bytes);
        Ok(())
    }

    /// Makes the archive: the same bytes for the same files.
    fn archive(self) -> Result<Vec<u8>, Problem> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in self.0 {
            archive.start_file(path, options).map_err(|_| Problem::broken())?;
            archive.write_all(&bytes).map_err(|_| Problem::broken())?;
        }
        Ok(archive.finish().map_err(|_| Problem::broken())?.into_inner())
    }
}

/// `GET /v1/decisions/{id}/dossier?candidat=`.
pub async fn file(
    State(app): State<App>,
    Path(id): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Problem> {
    let stored = app.registry.decision(&id).await?;
    given(&app, &stored, wanted.candidat.map_or(Whose::All, Whose::Of)).await
}

/// Makes the case file of a decision.
///
/// Errors: more candidates than an archive has; what reading them and proving them says.
pub async fn given(app: &App, stored: &StoredDecision, whose: Whose) -> Result<Response, Problem> {
    let places = places(app, stored, whose)?;
    let mut files = Files::default();
    add_decision(&mut files, app, stored).await?;
    for place in places {
        add_candidate(&mut files, app, stored, place).await?;
    }
    add_rules(&mut files, &app.registry.recueil(&stored.said.content.recueil).await?);
    files.add("verifier_recu.py", VERIFIER);
    let bytes = app.workshop.long(move || files.archive()).await?;
    let mut response = Document { form: Form::Zip, bytes }.into_response();
    let named = format!("attachment; filename=\"decision-{}.zip\"", stored.entry.id);
    let named = HeaderValue::from_str(&named).map_err(|_| Problem::broken())?;
    response.headers_mut().insert(CONTENT_DISPOSITION, named);
    Ok(response)
}

fn places(app: &App, stored: &StoredDecision, whose: Whose) -> Result<Vec<usize>, Problem> {
    let count = stored.candidates.len();
    match whose {
        Whose::Of(application) => Ok(vec![app.registry.place_of(stored, &application)?]),
        Whose::At(place) if place < count => Ok(vec![place]),
        Whose::At(_) => Err(Problem::unknown("candidat")),
        Whose::All if count > MOST => Err(Problem::too_large(format!(
            "cette décision a plus de {MOST} candidats : demandez le dossier d'un seul par « candidat »"
        ))),
        Whose::All => Ok((0..count).collect()),
    }
}

async fn add_decision(
    files: &mut Files,
    app: &App,
    stored: &StoredDecision,
) -> Result<(), Problem> {
    let proof = app.registry.prove(&stored.entry).await?;
    let public = app.registry.public();
    let readme = README
        .replace("{decision}", &stored.entry.id)
        .replace("{index}", &stored.entry.index.to_string())
        .replace("{instant}", &stored.said.instant)
        .replace("{recueil}", &stored.said.content.recueil)
        .replace("{journal}", public.name());
    files.add("LISEZMOI.txt", readme);
    files.add("decision.json", stored.entry.body.clone());
    files.add("point_de_controle.txt", proof.checkpoint.clone());
    files.add("journal.pub", format!("{}\n", public.text()));
    files.add_json("preuve.json".to_owned(), &said_of_proof(&stored.entry, &proof))
}

async fn add_candidate(
    files: &mut Files,
    app: &App,
    stored: &StoredDecision,
    place: usize,
) -> Result<(), Problem> {
    let at = |name: &str| format!("candidats/{place}/{name}");
    let candidate = stored.candidates.get(place).ok_or_else(Problem::broken)?;
    files.add(at("fiche.json"), candidate.record.clone());
    match app.registry.unseal(stored, place)? {
        Unsealed::Whole(sealed, _) => {
            files.add(at("valeurs.json"), canonical(&*sealed));
            files.add(at("lignes.txt"), lines(&sealed.outcome));
            let receipt = app.registry.receipt(stored, place).await?;
            files.add_json(at("recu.json"), &receipt)
        }
        Unsealed::Erased { entry, facts } => {
            let facts = facts.join("\n");
            let said = format!("Effacé : entrée {entry} du journal.\nFaits effacés :\n{facts}\n");
            files.add(at("efface.txt"), said);
            Ok(())
        }
    }
}

/// Adds rules as they were, with the list whose hash is that of the recueil.
fn add_rules(files: &mut Files, rules: &BTreeMap<String, Vec<u8>>) {
    let listed = rules
        .iter()
        .map(|(path, bytes)| format!("{}  {path}\n", hexadecimal(&Sha256::digest(bytes))));
    files.add("recueil.sha256", listed.collect::<String>());
    for (path, bytes) in rules {
        files.add(format!("recueil/{path}"), bytes.clone());
    }
}

/// Writes the lines of an outcome, as they were recorded.
fn lines(outcome: &Outcome) -> String {
    let grids: String = outcome.grids.iter().map(grid).collect();
    let rank = outcome.rank.map_or_else(|| "sans rang".to_owned(), |rank| format!("rang {rank}"));
    format!("{grids}Total : {} ({rank})\n", outcome.total)
}

fn grid(grid: &Grid<'_>) -> String {
    let lines = grid.lines.iter().map(|line| {
        let most = line.maximum.as_ref().map(|it| format!(" sur {it}")).unwrap_or_default();
        let (id, points, state) = (&line.id, &line.points, &line.state);
        format!("  {id} : {points}{most} ({state}, {})\n", line.motif.code)
    });
    let points = grid.points.as_deref().unwrap_or("sans points");
    format!("{} : {points} ({})\n{}\n", grid.id, grid.state, lines.collect::<String>())
}
