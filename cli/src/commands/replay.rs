//! `rejouer`: recorded decisions run again, under their own rules or under others.
//!
//! A range is read by pieces in the order of the log: the next is read while the decisions of one are
//! unsealed and evaluated on every core. Rules are compiled once for each hash.

mod resumed;

use crate::arguments::Format;
use crate::arguments::registry::Replay as Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::{Steps, counted};
use crate::store::Opened;
use crate::{files, render, terminal};
use rayon::prelude::*;
use registry::{Access, Days, Registry, RegistryError, Replay, Rules, StoredDecision};
use resumed::Resumed;
use std::collections::BTreeMap;
use std::path::Path;
use wire::replay::{Replayed, Verdict};

/// How many decisions are read at once.
const PIECE: u32 = 512;

/// Runs the command.
pub fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let other = match &arguments.avec {
        Some(directory) => match other(directory, format)? {
            Some(rules) => Some(rules),
            None => return Ok(Exit::Policy),
        },
        None => None,
    };
    let opened = Opened::at(&arguments.place, Access::Write)?;
    let mut run = Run { opened: &opened, other, own: BTreeMap::new() };
    let replayed = match &arguments.decision {
        Some(id) => run.one(id)?,
        None => run.range(arguments)?,
    };
    match format {
        Format::Json => terminal::answer_json(&replayed)?,
        Format::Humain | Format::Court => terminal::answer(&render::replay::replayed(&replayed))?,
    }
    let differs = replayed.differentes > 0 && replayed.avec.is_none();
    Ok(if differs || replayed.impossibles > 0 { Exit::Failure } else { Exit::Yes })
}

/// Compiles other rules; when they have errors, says them and returns nothing.
fn other(directory: &Path, format: Format) -> Result<Option<Rules>, Failure> {
    let directory = files::locate(Some(directory), Path::new("."))?;
    if super::sound(&directory, format)?.is_none() {
        return Ok(None);
    }
    Ok(Some(Rules::compile(&files::read_all(&directory)?)?))
}

/// Rules that are run, or why they cannot be.
type Known = Result<Rules, String>;

/// A run in progress.
struct Run<'o> {
    opened: &'o Opened,
    other: Option<Rules>,
    /// The rules that decisions name, by hash.
    own: BTreeMap<String, Known>,
}

impl Run<'_> {
    fn registry(&self) -> &Registry {
        self.opened.registry()
    }

    fn begun(&self) -> Replayed {
        let with = self.other.as_ref().map(|rules| rules.hash.clone());
        Replayed { avec: with, ..Replayed::default() }
    }

    fn one(&mut self, id: &str) -> Result<Replayed, Failure> {
        let mut replayed = self.begun();
        let decision = self.opened.wait(self.registry().decision(id))?;
        self.piece(&[decision], &mut replayed, &Steps::default())?;
        Ok(replayed)
    }

    fn range(&mut self, arguments: &Arguments) -> Result<Replayed, Failure> {
        let days = Days { from: arguments.depuis, to: arguments.jusqu_a };
        let begun = self.begun();
        let log = self.registry().public().name().to_owned();
        let mut resumed = Resumed::read(arguments.reprise.as_deref(), days, &log, begun)?;
        let from = resumed.next();
        let count = self.opened.wait(self.registry().count_of(days, from))?;
        let total = usize::try_from(count).unwrap_or(usize::MAX);
        counted("Rejeu", total, |steps| self.pieces(days, &mut resumed, steps))?;
        Ok(resumed.done())
    }

    fn pieces(&mut self, days: Days, resumed: &mut Resumed, steps: &Steps) -> Result<(), Failure> {
        let opened = self.opened;
        let reading = |from: u64| {
            let registry = opened.registry().clone();
            opened.start(async move { registry.decisions_of(days, from, PIECE).await })
        };
        let mut next = reading(resumed.next());
        loop {
            let read = opened.wait(next).map_err(|_| RegistryError::Broken)?;
            let piece = read?;
            let Some(last) = piece.last() else { return Ok(()) };
            next = reading(last.entry.index + 1);
            self.piece(&piece, resumed.replayed(), steps)?;
            resumed.keep(last.entry.index + 1)?;
        }
    }

    /// Runs the decisions of a piece again, on every core.
    fn piece(
        &mut self,
        piece: &[StoredDecision],
        replayed: &mut Replayed,
        steps: &Steps,
    ) -> Result<(), Failure> {
        if self.other.is_none() {
            for decision in piece {
                self.compile(&decision.said.content.recueil)?;
            }
        }
        let ready = self.ready();
        let registry = self.registry();
        let judge = |decision: &StoredDecision| {
            let verdict = verdict(registry, decision, &ready);
            steps.done();
            verdict
        };
        let verdicts: Vec<Verdict> = piece.par_iter().map(judge).collect();
        for (decision, verdict) in piece.iter().zip(verdicts) {
            replayed.add(decision, verdict);
        }
        Ok(())
    }

    /// Compiles the rules of a hash, once.
    fn compile(&mut self, hash: &str) -> Result<(), Failure> {
        if self.own.contains_key(hash) {
            return Ok(());
        }
        let known = match self.opened.wait(self.registry().rules(hash)) {
            Ok(rules) => Ok(rules),
            Err(registry::ReplayError::Registry(RegistryError::Store(error))) => {
                return Err(RegistryError::Store(error).into());
            }
            Err(error) => Err(error.to_string()),
        };
        self.own.insert(hash.to_owned(), known);
        Ok(())
    }

    /// Makes the rules ready to run.
    fn ready(&self) -> Ready<'_> {
        match &self.other {
            Some(other) => Ready::Other(other),
            None => Ready::Own(&self.own),
        }
    }
}

/// Rules that are ready to run.
enum Ready<'r> {
    /// Those that each decision names.
    Own(&'r BTreeMap<String, Known>),
    /// Others.
    Other(&'r Rules),
}

fn verdict(registry: &Registry, decision: &StoredDecision, ready: &Ready<'_>) -> Verdict {
    let with = match ready {
        Ready::Other(other) => other,
        Ready::Own(own) => match own.get(decision.said.content.recueil.as_str()) {
            Some(Ok(rules)) => rules,
            Some(Err(why)) => return Verdict::Impossible(why.clone()),
            None => return Verdict::Impossible("son recueil n'est pas gardé".to_owned()),
        },
    };
    match registry.replay(decision, with) {
        Ok(Replay::Same) => Verdict::Same,
        Ok(Replay::Different { differences, recorded_by }) => {
            Verdict::Different(differences, recorded_by)
        }
        Ok(Replay::Gone(lost)) => Verdict::Gone(lost),
        Err(error) => Verdict::Impossible(error.to_string()),
    }
}
