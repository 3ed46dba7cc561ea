//! Rules that follow their directory while they serve.
//!
//! The directory is watched, not its files: editors write beside and rename, links are swapped, whole
//! trees are checked out. An event is a hint; what is read is what counts, by its hash. What is not fit
//! to serve changes nothing, is told where the state is told, and is tried again when something
//! changes, never in a loop.

use crate::generations::Generations;
use crate::rules::{Files, Refused, Rules, Stage};
use jiff::Timestamp;
use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a directory is let come to rest.
pub const DEBOUNCE: Duration = Duration::from_millis(150);

/// The longest file of a recueil that is read. Unit: bytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// What the last look at the directory gave.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
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
    /// The files that were refused last, which are not tried again as they are.
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
    /// Begins with the rules of a directory.
    ///
    /// Errors: [`BeginError`].
    pub fn begin(directory: &Path, keep: Keeper) -> Result<Self, BeginError> {
        let unreadable = |error| BeginError::Unreadable(directory.to_owned(), error);
        let files = read(directory).map_err(unreadable)?;
        let mut stage = Stage::default();
        let rules = stage.make_ready(files, None).map_err(BeginError::Refused)?;
        keep(&rules).map_err(BeginError::Unkept)?;
        let now = Timestamp::now();
        let last = Attempt { at: now, outcome: Outcome::Activated(1) };
        Ok(Self {
            directory: directory.to_owned(),
            generations: Arc::new(Generations::new(rules, now)),
            work: Mutex::new(Work { stage, keep, refused: None }),
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
        let attempt = Attempt { at: Timestamp::now(), outcome };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = attempt.clone();
        attempt
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

/// Who watches a directory; it stops with this value.
pub struct Watch {
    _debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
}

/// Watches the directory of rules: each time it comes to rest, it is looked at.
///
/// Errors: the system does not let it be watched.
pub fn watch(reloader: Arc<Reloader>) -> Result<Watch, notify_debouncer_full::notify::Error> {
    let directory = reloader.directory.clone();
    let look = move |_: DebounceEventResult| {
        let attempt = reloader.look();
        tell(&attempt);
    };
    let mut debouncer = new_debouncer(DEBOUNCE, None, look)?;
    // A link to a directory is watched by its parent: swapping the link changes nothing in the old one.
    let parent = directory.parent().filter(|_| directory.is_symlink());
    if let Some(parent) = parent {
        debouncer.watch(parent, RecursiveMode::NonRecursive)?;
    }
    debouncer.watch(&directory, RecursiveMode::Recursive)?;
    Ok(Watch { _debouncer: debouncer })
}

fn tell(attempt: &Attempt) {
    match &attempt.outcome {
        Outcome::Same => tracing::debug!("règles inchangées"),
        Outcome::Activated(number) => tracing::info!(generation = number, "règles en service"),
        Outcome::Refused(lines) => tracing::warn!(erreurs = lines.len(), "règles refusées"),
        Outcome::Unreadable(why) => tracing::error!(pourquoi = %why, "règles illisibles"),
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
