//! `evaluer`: dossiers to ranked, justified lists.

use crate::arguments::{Evaluate, Format};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::counted;
use crate::recueil::Recueil;
use crate::{dossiers, files, render, terminal};
use dossier::DossierError;
use engine::{Date, Evaluator, Pool, PoolOutcome, Told};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use wire::{Answer, One};

/// Runs the command: every dossier is read, the first of the worst outcomes is the exit.
pub fn run(arguments: &Evaluate, format: Format) -> Result<Exit, Failure> {
    let recueils = Recueils::load(&arguments.dossiers, arguments.under.recueil.as_deref())?;
    let outcomes = recueils.rank(&arguments.dossiers, arguments.under.date)?;
    answer(&outcomes, format)?;
    Ok(outcomes.iter().map(Outcome::exit).max().unwrap_or(Exit::Yes))
}

/// The recueils of the dossiers, each loaded once.
pub(super) struct Recueils {
    by_directory: BTreeMap<PathBuf, Loaded>,
    of_dossier: BTreeMap<PathBuf, PathBuf>,
}

/// A recueil, with the files that it was made of.
struct Loaded {
    recueil: Recueil,
    files: BTreeMap<String, Vec<u8>>,
}

impl Recueils {
    /// Loads the recueil of each dossier, or the one that is named.
    pub(super) fn load(dossiers: &[PathBuf], named: Option<&Path>) -> Result<Self, Failure> {
        let mut recueils = Self { by_directory: BTreeMap::new(), of_dossier: BTreeMap::new() };
        for dossier in dossiers {
            let near = dossier.parent().unwrap_or(Path::new(""));
            let directory = files::locate(named, near)?;
            if !recueils.by_directory.contains_key(&directory) {
                let files = files::read_all(&directory)?;
                let recueil = Recueil::of(&files, None);
                recueils.by_directory.insert(directory.clone(), Loaded { recueil, files });
            }
            recueils.of_dossier.insert(dossier.clone(), directory);
        }
        Ok(recueils)
    }

    /// Ranks the candidates of each dossier.
    pub(super) fn rank<'a>(
        &'a self,
        dossiers: &'a [PathBuf],
        date: Option<Date>,
    ) -> Result<Vec<Outcome<'a>>, Failure> {
        let results: Vec<Result<Outcome<'a>, Failure>> =
            counted("Classement", dossiers.len(), |steps| {
                let ranked = dossiers.iter().map(|path| {
                    let outcome = self.outcome(path, date);
                    steps.done();
                    outcome
                });
                ranked.collect()
            });
        results.into_iter().collect()
    }

    fn outcome<'a>(&'a self, path: &'a Path, date: Option<Date>) -> Result<Outcome<'a>, Failure> {
        let (directory, Loaded { recueil, files }) = self.of(path)?;
        let made = |found| Ok(Outcome { path, directory, recueil, files, found });
        if recueil.has_errors() {
            return made(Found::Invalid);
        }
        let pool = match dossiers::pool(path, recueil, date)? {
            Ok(pool) => pool,
            Err(errors) => return made(Found::Refused(errors)),
        };
        let date = pool.date;
        let evaluator = Evaluator::new(&recueil.compiled.lowered.program, &recueil.sandbox);
        let told = evaluator.tell(&pool).ok_or(Failure::NoRanking(date))?;
        made(Found::Ranked(pool, told))
    }

    fn of(&self, dossier: &Path) -> Result<(&PathBuf, &Loaded), Failure> {
        let directory = self.of_dossier.get(dossier);
        let found = directory.and_then(|directory| self.by_directory.get_key_value(directory));
        found.ok_or(Failure::NoRecueil)
    }
}

/// What became of a dossier.
pub(super) struct Outcome<'a> {
    /// The dossier.
    pub path: &'a Path,
    directory: &'a Path,
    /// Its recueil.
    pub recueil: &'a Recueil,
    /// The files of its recueil.
    pub files: &'a BTreeMap<String, Vec<u8>>,
    /// What was found.
    pub found: Found<'a>,
}

/// What was found of a dossier.
pub(super) enum Found<'a> {
    /// The recueil has errors.
    Invalid,
    /// The dossier has mistakes.
    Refused(Vec<DossierError>),
    /// The pool, and its ranking.
    Ranked(Pool, Told<'a>),
}

impl Outcome<'_> {
    /// Returns how a command that answers this ends.
    pub(super) fn exit(&self) -> Exit {
        match &self.found {
            Found::Invalid => Exit::Policy,
            Found::Refused(_) => Exit::Dossier,
            Found::Ranked(..) => Exit::Yes,
        }
    }
}

/// Answers outcomes as `evaluer` does.
pub(super) fn answer(outcomes: &[Outcome<'_>], format: Format) -> Result<(), Failure> {
    match format {
        Format::Humain | Format::Court => say(outcomes, format),
        Format::Json => terminal::answer_json(&written(outcomes)),
    }
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
            Found::Ranked(pool, told) => {
                let ranked = PoolOutcome::of(told.clone(), pool);
                render::evaluation(outcome.recueil, pool.date, &ranked)
            }
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

fn written<'o>(outcomes: &'o [Outcome<'_>]) -> Answer<'o> {
    let mut answers: Vec<One<'_>> = outcomes
        .iter()
        .map(|outcome| match &outcome.found {
            Found::Invalid => wire::invalid(outcome.recueil.judged()),
            Found::Refused(errors) => wire::refused(outcome.path.display().to_string(), errors),
            Found::Ranked(pool, told) => wire::answer(outcome.recueil.judged(), pool, told),
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
