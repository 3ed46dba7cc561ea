//! `registre enregistrer`: dossiers ranked, and the decisions recorded before they are answered.

use crate::arguments::Format;
use crate::arguments::registry::{Place, Record};
use crate::commands::evaluate::{self, Found, Outcome, Recueils};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::Opened;
use crate::{files, progress, render, terminal};
use engine::Evaluator;
use registry::entry::Mode;
use registry::facts::FactNames;
use registry::{Access, Context, Draft, Recorded, Registry, StoredDecision, Unsealed};
use std::collections::BTreeSet;
use std::path::Path;
use wire::registry::Recording;

/// Runs the command. Nothing is recorded unless every dossier can be ranked.
pub fn run(arguments: &Record, place: &Place, format: Format) -> Result<Exit, Failure> {
    if arguments.cle_de_requete.is_some() && arguments.dossiers.len() > 1 {
        return Err(Failure::OneKey);
    }
    let by = requester(arguments)?;
    let recueils = Recueils::load(&arguments.dossiers, arguments.under.recueil.as_deref())?;
    let outcomes = recueils.rank(&arguments.dossiers, arguments.under.date)?;
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
    let recorded = record(&opened, arguments, &by, &outcomes)?;
    let recordings = progress::counted("Relecture", recorded.len(), |steps| {
        let read = recorded.iter().map(|recorded| {
            let recording = answer(&opened, recorded, arguments.recu.as_deref());
            steps.done();
            recording
        });
        read.collect::<Result<Vec<Recording>, Failure>>()
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

/// Records the decisions over dossiers, together, once their recueils are kept.
fn record(
    opened: &Opened,
    arguments: &Record,
    by: &str,
    outcomes: &[Outcome<'_>],
) -> Result<Vec<Recorded>, Failure> {
    let registry = opened.registry();
    let drafts = outcomes.iter().map(|outcome| draft(arguments, by, outcome));
    let drafts = drafts.collect::<Result<Vec<Draft>, Failure>>()?;
    let mut kept = BTreeSet::new();
    for outcome in outcomes {
        if kept.insert(&outcome.recueil.files.hash) {
            opened.wait(registry.keep(&outcome.recueil.files, outcome.files))?;
        }
    }
    let recorded = opened.wait(registry.record_all(drafts));
    Ok(recorded.into_iter().collect::<Result<_, _>>()?)
}

/// Makes the decision over one dossier.
fn draft(arguments: &Record, by: &str, outcome: &Outcome<'_>) -> Result<Draft, Failure> {
    let Found::Ranked(pool, _) = &outcome.found else { return Err(Failure::NoRecueil) };
    let (program, sandbox) = (&outcome.recueil.compiled.lowered.program, &outcome.recueil.sandbox);
    let assessment = Evaluator::new(program, sandbox).assess(pool);
    let assessment = assessment.ok_or(Failure::NoRanking(pool.date))?;
    let context = Context {
        by: by.to_owned(),
        purpose: arguments.pour.clone(),
        offer: None,
        recueil: outcome.recueil.files.hash.clone(),
        key: arguments.cle_de_requete.clone(),
        mode: Mode::Proposition,
    };
    Ok(Draft::new(context, &FactNames::new(&program.schema), pool, &assessment)?)
}

/// Makes the answer from what is in the registry, with the receipts that are asked for.
fn answer(
    opened: &Opened,
    recorded: &Recorded,
    receipts: Option<&Path>,
) -> Result<Recording, Failure> {
    let registry = opened.registry();
    let decision = &opened.wait(registry.decision(&recorded.id))?;
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
