//! `evaluer`: dossiers to ranked, justified lists.

use crate::arguments::{Evaluate, Format};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::counted;
use crate::recueil::Recueil;
use crate::wire::{Answer, One};
use crate::{dossiers, files, render, terminal, wire};
use dossier::DossierError;
use engine::{Date, Evaluator, PoolOutcome};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Runs the command: every dossier is read, the first of the worst outcomes is the exit.
pub fn run(arguments: &Evaluate, format: Format) -> Result<Exit, Failure> {
    let recueils = Recueils::load(arguments)?;
    let dossiers = &arguments.dossiers;
    let results: Vec<Result<Outcome<'_>, Failure>> =
        counted("Classement", dossiers.len(), |steps| {
            dossiers
                .iter()
                .map(|path| {
                    let outcome = outcome(arguments, path, &recueils);
                    steps.done();
                    outcome
                })
                .collect()
        });
    let outcomes: Vec<Outcome<'_>> = results.into_iter().collect::<Result<_, _>>()?;
    match format {
        Format::Humain | Format::Court => say(&outcomes, format)?,
        Format::Json => terminal::answer_json(&written(&outcomes))?,
    }
    let exits = outcomes.iter().map(|outcome| match &outcome.found {
        Found::Invalid => Exit::Policy,
        Found::Refused(_) => Exit::Dossier,
        Found::Ranked(..) => Exit::Yes,
    });
    Ok(exits.max().unwrap_or(Exit::Yes))
}

/// The recueils of the dossiers, each loaded once.
struct Recueils {
    by_directory: BTreeMap<PathBuf, Recueil>,
    of_dossier: BTreeMap<PathBuf, PathBuf>,
}

impl Recueils {
    fn load(arguments: &Evaluate) -> Result<Self, Failure> {
        let mut recueils = Self { by_directory: BTreeMap::new(), of_dossier: BTreeMap::new() };
        for dossier in &arguments.dossiers {
            let near = dossier.parent().unwrap_or(Path::new(""));
            let directory = files::locate(arguments.recueil.as_deref(), near)?;
            if !recueils.by_directory.contains_key(&directory) {
                let recueil = Recueil::load(&directory, None)?;
                recueils.by_directory.insert(directory.clone(), recueil);
            }
            recueils.of_dossier.insert(dossier.clone(), directory);
        }
        Ok(recueils)
    }

    fn of(&self, dossier: &Path) -> Result<(&PathBuf, &Recueil), Failure> {
        let directory = self.of_dossier.get(dossier);
        let found = directory.and_then(|directory| self.by_directory.get_key_value(directory));
        found.ok_or(Failure::NoRecueil)
    }
}

/// What became of a dossier.
struct Outcome<'a> {
    path: &'a Path,
    directory: &'a Path,
    recueil: &'a Recueil,
    found: Found,
}

enum Found {
    /// The recueil has errors.
    Invalid,
    /// The dossier has mistakes.
    Refused(Vec<DossierError>),
    /// The ranking on a date.
    Ranked(Date, PoolOutcome),
}

fn outcome<'a>(
    arguments: &Evaluate,
    path: &'a Path,
    recueils: &'a Recueils,
) -> Result<Outcome<'a>, Failure> {
    let (directory, recueil) = recueils.of(path)?;
    let made = |found| Ok(Outcome { path, directory, recueil, found });
    if recueil.has_errors() {
        return made(Found::Invalid);
    }
    let pool = match dossiers::pool(path, recueil, arguments.date)? {
        Ok(pool) => pool,
        Err(errors) => return made(Found::Refused(errors)),
    };
    let date = pool.date;
    let evaluator = Evaluator::new(&recueil.compiled.lowered.program, &recueil.sandbox);
    let ranked = evaluator.rank(&pool).ok_or(Failure::NoRanking(date))?;
    made(Found::Ranked(date, ranked))
}

fn say(outcomes: &[Outcome<'_>], format: Format) -> Result<(), Failure> {
    let mut explained: BTreeSet<&Path> = BTreeSet::new();
    let mut first = true;
    for outcome in outcomes {
        let text = match &outcome.found {
            Found::Invalid => {
                if explained.insert(outcome.directory) {
                    super::explain_errors(outcome.recueil, format);
                }
                continue;
            }
            Found::Refused(errors) => {
                terminal::explain(&render::dossier_errors(outcome.path, errors));
                continue;
            }
            Found::Ranked(date, ranked) => render::evaluation(outcome.recueil, *date, ranked),
        };
        if !first {
            terminal::answer("\n")?;
        }
        first = false;
        if outcomes.len() > 1 {
            let path = outcome.path.display().to_string();
            terminal::answer(&format!("{}\n", render::heading(&path)))?;
        }
        terminal::answer(&text)?;
    }
    Ok(())
}

fn written(outcomes: &[Outcome<'_>]) -> Answer {
    let mut answers: Vec<One> = outcomes
        .iter()
        .map(|outcome| match &outcome.found {
            Found::Invalid => wire::invalid(outcome.recueil),
            Found::Refused(errors) => wire::refused(outcome.path.display().to_string(), errors),
            Found::Ranked(date, ranked) => wire::answer(outcome.recueil, *date, ranked),
        })
        .collect();
    match answers.pop() {
        Some(only) if answers.is_empty() && outcomes.len() == 1 => Answer::One(Box::new(only)),
        Some(last) => {
            answers.push(last);
            Answer::Many(answers)
        }
        None => Answer::Many(answers),
    }
}
