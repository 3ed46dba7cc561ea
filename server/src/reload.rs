//! Rules that follow their directory while they serve.
//!
//! The directory is watched, not its files: editors write beside and rename, links are swapped, whole
//! trees are checked out. An event is a hint; what is read is what counts, by its hash. What is not fit
//! to serve changes nothing, is told where the state is told, and is tried again when something
//! changes, never in a loop.

use crate::generations::Generations;
use crate::rules::{Files, Refused, Rules, Stage};
use jiff::Timestamp;
use notify_debouncer_full::notify::{
    self, Config, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher,
};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer_opt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a directory is let come to rest.
pub const DEBOUNCE: Duration = Duration::from_millis(150);

/// The longest file of a recueil that is read. Unit: bytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// How often a directory is looked at when the system does not tell what happens in it.
const POLLING: Duration = Duration::from_secs(2);

/// What the last look at the directory gave.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
    /// Since when the directory is not fit to serve; absent while it is.
    pub failing_since: Option<Timestamp>,
}

/// What became of a look at the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The files are those of the rules that serve.
    Same,
    /// They serve now, as this generation.
    Activated(u64),
    /// They are not fit to serve; each line says why.
    Refused(Vec<String>),
    /// They cannot be read.
    Unreadable(String),
    /// They were put aside: the rules of before serve again, until something changes.
    SteppedBack(u64),
}

impl Outcome {
    /// Says it in one word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Same => "inchange",
            Self::Activated(_) => "en_service",
            Self::Refused(_) => "refuse",
            Self::Unreadable(_) => "illisible",
            Self::SteppedBack(_) => "retour",
        }
    }

    fn is_failure(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Unreadable(_) => true,
            Self::Same | Self::Activated(_) | Self::SteppedBack(_) => false,
        }
    }
}

/// What is told of rules that begin to serve, before they do: whoever keeps them for ever.
pub type Keeper = Box<dyn Fn(&Rules) -> Result<(), String> + Send>;

/// The rules of a directory, and their way into force.
pub struct Reloader {
    directory: PathBuf,
    generations: Arc<Generations>,
    work: Mutex<Work>,
    last: Mutex<Attempt>,
}

/// What a look takes, one at a time.
struct Work {
    stage: Stage,
    keep: Keeper,
    /// The files that were refused or put aside last, which are not tried again as they are.
    refused: Option<Files>,
}

/// Why a server cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The directory cannot be read.
    #[error("le recueil « {0} » ne se lit pas : {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// The rules are not fit to serve.
    #[error("le recueil n'est pas en état de servir :\n{}", .0.lines().join("\n"))]
    Refused(Box<Refused>),
    /// The rules cannot be kept.
    #[error("le recueil ne peut pas être gardé : {0}")]
    Unkept(String),
}

impl Reloader {
    /// Begins with the rules of a directory; when they are not fit to serve, with those that served last, if
    /// they are given.
    ///
    /// Errors: [`BeginError`].
    pub fn begin(
        directory: &Path,
        keep: Keeper,
        last_good: Option<Files>,
    ) -> Result<Self, BeginError> {
        let now = Timestamp::now();
        let mut stage = Stage::default();
        let (rules, outcome, refused) = match first(directory, &mut stage) {
            Ok(rules) => (rules, Outcome::Activated(1), None),
            Err((error, files)) => {
                let rules = last_good.and_then(|files| Rules::compile(files).ok());
                let Some(rules) = rules else { return Err(error) };
                let outcome = match error {
                    BeginError::Refused(refused) => Outcome::Refused(refused.lines()),
                    other => Outcome::Unreadable(other.to_string()),
                };
                (rules, outcome, files)
            }
        };
        keep(&rules).map_err(BeginError::Unkept)?;
        let failing_since = outcome.is_failure().then_some(now);
        let last = Attempt { at: now, outcome, failing_since };
        Ok(Self {
            directory: directory.to_owned(),
            generations: Arc::new(Generations::new(rules, now)),
            work: Mutex::new(Work { stage, keep, refused }),
            last: Mutex::new(last),
        })
    }

    /// Returns the generations.
    pub fn generations(&self) -> &Arc<Generations> {
        &self.generations
    }

    /// Tells what the last look gave.
    pub fn last(&self) -> Attempt {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at the directory, and puts what it holds in force if it is new and fit to serve.
    pub fn look(&self) -> Attempt {
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = self.outcome(&mut work);
        self.remember(outcome)
    }

    /// Puts back the rules that served before, which whoever calls has found by the hash that
    /// [`Generations::step`] gave. What the directory holds is put aside until something changes in it.
    /// Nothing when another step was made meanwhile.
    pub fn step_back(&self, rules: Arc<Rules>) -> Option<Attempt> {
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = self.generations.step_back(rules, Timestamp::now())?;
        work.refused = read(&self.directory).ok();
        Some(self.remember(Outcome::SteppedBack(generation.number)))
    }

    fn remember(&self, outcome: Outcome) -> Attempt {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let at = Timestamp::now();
        let failing_since = outcome.is_failure().then(|| last.failing_since.unwrap_or(at));
        *last = Attempt { at, outcome, failing_since };
        last.clone()
    }

    fn outcome(&self, work: &mut Work) -> Outcome {
        let files = match read(&self.directory) {
            Ok(files) => files,
            Err(error) => return Outcome::Unreadable(error.to_string()),
        };
        if self.generations.current().rules.files == files {
            work.refused = None;
            return Outcome::Same;
        }
        if work.refused.as_ref() == Some(&files) {
            return self.last().outcome;
        }
        let refused = |work: &mut Work, files, lines| {
            work.refused = Some(files);
            Outcome::Refused(lines)
        };
        match work.stage.make_ready(files.clone(), None) {
            Err(errors) => refused(work, files, errors.lines()),
            Ok(rules) if rules.hash() == self.generations.current().rules.hash() => Outcome::Same,
            Ok(rules) => match (work.keep)(&rules) {
                Err(why) => Outcome::Unreadable(why),
                Ok(()) => {
                    work.refused = None;
                    let generation = self.generations.activate(rules, Timestamp::now());
                    Outcome::Activated(generation.number)
                }
            },
        }
    }
}

/// Makes ready the rules that a directory holds.
///
/// Errors: with the files, when they could be read.
fn first(directory: &Path, stage: &mut Stage) -> Result<Rules, (BeginError, Option<Files>)> {
    let unreadable = |error| (BeginError::Unreadable(directory.to_owned(), error), None);
    let files = read(directory).map_err(unreadable)?;
    let made = stage.make_ready(files.clone(), None);
    made.map_err(|refused| (BeginError::Refused(refused), Some(files)))
}

/// How a directory is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ear {
    /// By what the system tells.
    Events,
    /// By looking every few seconds.
    Polling,
}

/// Who watches a directory; it stops with this value.
pub struct Watch {
    _watching: Box<dyn Send + Sync>,
}

/// Watches the directory of rules: each time it comes to rest, it is looked at, and what that gave is told.
///
/// Errors: the system does not let it be watched.
pub fn watch(
    reloader: Arc<Reloader>,
    ear: Ear,
    told: impl Fn(&Attempt) + Send + Sync + 'static,
) -> Result<Watch, notify::Error> {
    let directory = reloader.directory.clone();
    let look = move |_: DebounceEventResult| {
        let attempt = reloader.look();
        tell(&attempt);
        told(&attempt);
    };
    let watching: Box<dyn Send + Sync> = match ear {
        Ear::Events => Box::new(debounced::<RecommendedWatcher, _>(&directory, look)?),
        Ear::Polling => Box::new(debounced::<PollWatcher, _>(&directory, look)?),
    };
    Ok(Watch { _watching: watching })
}

fn debounced<W, F>(
    directory: &Path,
    look: F,
) -> Result<Debouncer<W, RecommendedCache>, notify::Error>
where
    W: Watcher,
    F: FnMut(DebounceEventResult) + Send + 'static,
{
    let config = Config::default().with_poll_interval(POLLING).with_compare_contents(true);
    let cache = RecommendedCache::new();
    let mut debouncer = new_debouncer_opt::<F, W, _>(DEBOUNCE, None, look, cache, config)?;
    // A link to a directory is watched by its parent: swapping the link changes nothing in the old one.
    let parent = directory.parent().filter(|_| directory.is_symlink());
    if let Some(parent) = parent {
        debouncer.watch(parent, RecursiveMode::NonRecursive)?;
    }
    debouncer.watch(directory, RecursiveMode::Recursive)?;
    Ok(debouncer)
}

fn tell(attempt: &Attempt) {
    match &attempt.outcome {
        Outcome::Same => tracing::debug!("règles inchangées"),
        Outcome::Activated(number) => tracing::info!(generation = number, "règles en service"),
        Outcome::Refused(lines) => tracing::warn!(erreurs = lines.len(), "règles refusées"),
        Outcome::Unreadable(why) => tracing::error!(pourquoi = %why, "règles illisibles"),
        Outcome::SteppedBack(number) => tracing::warn!(generation = number, "règles d'avant"),
    }
}

/// Reads the files of a directory, by path from it; hidden ones (those of editors and of version
/// control) are left.
fn read(directory: &Path) -> std::io::Result<Files> {
    let mut files = Files::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(at) = waiting.pop() {
        for entry in std::fs::read_dir(at)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let kind = std::fs::metadata(&path)?;
            if kind.is_dir() {
                waiting.push(path);
            } else if kind.is_file() {
                let name = path.strip_prefix(directory).unwrap_or(&path);
                files.insert(
                    name.to_string_lossy().replace('\\', "/"),
                    read_file(&path, kind.len())?,
                );
            }
        }
    }
    Ok(files)
}

fn read_file(path: &Path, length: u64) -> std::io::Result<Vec<u8>> {
    if length > MOST_BYTES {
        let why = format!("« {} » est trop long", path.display());
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, why));
    }
    std::fs::read(path)
}
