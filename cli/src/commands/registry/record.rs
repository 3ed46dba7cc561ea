//! `registre enregistrer`: dossiers ranked, and the decisions recorded before they are answered.

use crate::arguments::Format;
use crate::arguments::registry::{Place, Record};
use crate::commands::evaluate::{self, Found, Outcome, Recueils};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::Opened;
use crate::{files, progress, render, terminal};
use engine::{FactState, Pool, Schema, Value};
use registry::entry::Mode;
use registry::{Access, Context, Draft, Recorded, Registry, StoredDecision, Unsealed};
use std::path::Path;
use wire::registry::Recording;

/// Runs the command. Nothing is recorded unless every dossier can be ranked.
pub fn run(arguments: &Record, place: &Place, format: Format) -> Result<Exit, Failure> {
    if arguments.cle_de_requete.is_some() && arguments.dossiers.len() > 1 {
        return Err(Failure::OneKey);
    }
    let by = requester(arguments)?;
    let recueils = Recueils::load(&arguments.dossiers, arguments.recueil.as_deref())?;
    let outcomes = recueils.rank(&arguments.dossiers, arguments.date)?;
    let refused = outcomes.iter().map(Outcome::exit).max().filter(|exit| *exit != Exit::Yes);
    if let Some(exit) = refused {
        let refused: Vec<Outcome<'_>> =
            outcomes.into_iter().filter(|outcome| outcome.exit() != Exit::Yes).collect();
        evaluate::answer(&refused, format)?;
        terminal::explain("Rien n'est enregistré.\n");
        return Ok(exit);
    }
    if let Some(directory) = &arguments.recu {
        files::private_directory(directory)?;
    }
    let opened = Opened::at(place, Access::Write)?;
    let recordings = progress::counted("Enregistrement", outcomes.len(), |steps| {
        let recorded = outcomes.iter().map(|outcome| {
            let recording = record(&opened, arguments, &by, outcome);
            steps.done();
            recording
        });
        recorded.collect::<Result<Vec<Recording>, Failure>>()
    })?;
    match (format, recordings.as_slice()) {
        (Format::Json, [only]) => terminal::answer_json(only)?,
        (Format::Json, all) => terminal::answer_json(&all)?,
        (Format::Humain | Format::Court, all) => {
            let said: Vec<String> = all.iter().map(render::registry::recording).collect();
            terminal::answer(&said.join("\n"))?;
        }
    }
    Ok(Exit::Yes)
}

/// Returns who asks: who is named, or whose session it is.
fn requester(arguments: &Record) -> Result<String, Failure> {
    let named = arguments.par.clone().or_else(|| std::env::var("USER").ok());
    named.filter(|name| !name.trim().is_empty()).ok_or(Failure::NoRequester)
}

/// Records the decision over one dossier, and reads it back.
fn record(
    opened: &Opened,
    arguments: &Record,
    by: &str,
    outcome: &Outcome<'_>,
) -> Result<Recording, Failure> {
    let Found::Ranked(pool, ranked) = &outcome.found else { return Err(Failure::NoRecueil) };
    let (registry, recueil) = (opened.registry(), outcome.recueil);
    let program = &recueil.compiled.lowered.program;
    let context = Context {
        by: by.to_owned(),
        purpose: arguments.pour.clone(),
        offer: offer(pool, &program.schema),
        recueil: recueil.files.hash.clone(),
        key: arguments.cle_de_requete.clone(),
        mode: Mode::Proposition,
    };
    let draft = Draft::new(context, program, pool, ranked)?;
    opened.wait(registry.keep(&recueil.files, outcome.files))?;
    let recorded = opened.wait(registry.record(draft))?;
    let decision = opened.wait(registry.decision(&recorded.id))?;
    answer(opened, &recorded, &decision, arguments.recu.as_deref())
}

/// Returns the identifier of the offer, when the dossier gives one.
fn offer(pool: &Pool, schema: &Schema) -> Option<String> {
    let field = schema.field_named(schema.entity_named("offre")?, "id")?;
    match &pool.candidates.first()?.case.facts.get(&field)?.state {
        FactState::Known(Value::Text(id)) => Some(id.to_string()),
        FactState::Known(_) | FactState::Missing | FactState::Withheld => None,
    }
}

/// Makes the answer from what is in the registry, with the receipts that are asked for.
fn answer(
    opened: &Opened,
    recorded: &Recorded,
    decision: &StoredDecision,
    receipts: Option<&Path>,
) -> Result<Recording, Failure> {
    let registry = opened.registry();
    let read = |place: usize| candidate(registry, decision, place);
    let candidates: Vec<_> =
        (0..decision.candidates.len()).map(read).collect::<Result<_, Failure>>()?;
    let mut recording = Recording::new(recorded, decision, &candidates);
    if let Some(directory) = receipts {
        for (place, one) in recording.candidats.iter_mut().enumerate() {
            if one.id.is_some() {
                let receipt = opened.wait(registry.receipt(decision, place))?;
                let path = directory.join(format!("{}-{}.json", recorded.id, place + 1));
                files::put_private(&path, &serde_json::to_vec_pretty(&receipt)?)?;
                one.recu = Some(path.display().to_string());
            }
        }
    }
    Ok(recording.in_order())
}

fn candidate(
    registry: &Registry,
    decision: &StoredDecision,
    place: usize,
) -> Result<(registry::entry::CandidateRecord, Unsealed), Failure> {
    let absent = || registry::RegistryError::Unknown(format!("candidat {place}"));
    let record = decision.candidates.get(place).ok_or_else(absent)?.said()?;
    Ok((record, registry.unseal(decision, place)?))
}
