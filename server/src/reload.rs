//! Rules that follow their directory while they serve.
//!
//! The directory is watched, not its files: editors write beside and rename, links are swapped, whole
//! trees are checked out. An event is a hint; what is read is what counts, by its hash. What is not fit
//! to serve changes nothing, is told where the state is told, and is tried again when something
//! changes, never in a loop.

use crate::activation::{LastGood, Origin};
use crate::directory::{Changes, Written, between, laid_over, read};
use crate::generations::{Generation, Generations};
use crate::rules::{Files, Refused, Rules, Stage};
use jiff::Timestamp;
use notify_debouncer_full::notify::{
    self, Config, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher,
};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer_opt};
use registry::After;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a directory is let come to rest.
pub const DEBOUNCE: Duration = Duration::from_millis(150);

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
    /// A version was published, or withdrawn: its rules serve, as this generation.
    Published(u64),
    /// Another server of the registry has put rules into force: they serve here too, as this generation.
    Followed(u64),
    /// They lag behind those that were put into force since, which serve, until something changes.
    Behind,
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
            Self::Published(_) => "publie",
            Self::Followed(_) => "suivi",
            Self::Behind => "en_retard",
        }
    }

    /// Says it in words.
    pub fn says(&self) -> &'static str {
        match self {
            Self::Same => "Rien n'a changé",
            Self::Activated(_) => "Les règles du répertoire sont en service",
            Self::Refused(_) => "Les règles du répertoire sont refusées",
            Self::Unreadable(_) => "Le répertoire ne se lit pas",
            Self::SteppedBack(_) => "Les règles d'avant sont de retour",
            Self::Published(_) => "Une version publiée, ou retirée, est en service",
            Self::Followed(_) => "Les règles d'un autre serveur sont suivies",
            Self::Behind => "Le répertoire est en retard sur le journal",
        }
    }

    /// Says what is wrong: places, codes, messages.
    pub fn errors(&self) -> Vec<String> {
        match self {
            Self::Refused(lines) => lines.clone(),
            Self::Unreadable(why) => vec![why.clone()],
            Self::Same
            | Self::Activated(_)
            | Self::SteppedBack(_)
            | Self::Published(_)
            | Self::Followed(_)
            | Self::Behind => Vec::new(),
        }
    }

    /// Tells whether the directory is not fit to serve.
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Unreadable(_) => true,
            Self::Same
            | Self::Activated(_)
            | Self::SteppedBack(_)
            | Self::Published(_)
            | Self::Followed(_)
            | Self::Behind => false,
        }
    }
}

/// What is told of rules of the directory that begin to serve, before they do: whoever keeps them for ever, and
/// says in the log that they are put into force. Gives the place.
pub type Keeper = Box<dyn Fn(&Rules) -> Result<u64, String> + Send>;

/// The rules of a directory, and their way into force.
pub struct Reloader {
    directory: PathBuf,
    generations: Arc<Generations>,
    work: Mutex<Work>,
    looks: Mutex<Looks>,
}

/// How many looks before the last are remembered.
const REMEMBERED: usize = 19;

/// What the last looks gave.
struct Looks {
    last: Attempt,
    /// Those before it, the latest last.
    before: VecDeque<Attempt>,
}

impl Looks {
    fn add(&mut self, look: Attempt) {
        let same = self.last.outcome == look.outcome;
        let before = std::mem::replace(&mut self.last, look);
        if !same {
            self.before.push_back(before);
        }
        if self.before.len() > REMEMBERED {
            self.before.pop_front();
        }
    }
}

/// What a look takes, one at a time.
struct Work {
    stage: Stage,
    keep: Keeper,
    /// The files that were refused or put aside last, which are not tried again as they are.
    refused: Option<Files>,
    /// The place in the log of the activation that serves.
    place: u64,
    judged: Judged,
}

/// Where rules were judged fit to serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    /// Here.
    Here,
    /// Before this server began, by whoever put them into force.
    Before,
}

/// Why a version is not published, or withdrawn.
#[derive(Debug)]
pub enum Unpublished<E> {
    /// Other rules serve than those that it was made for.
    Overtaken,
    /// The directory holds other rules than those that serve.
    Elsewhere,
    /// The directory cannot be read or written.
    Disk(std::io::Error),
    /// The rules would not be fit to serve.
    Refused(Box<Refused>),
    /// Whoever asked does not want them so, or they cannot be kept.
    Other(E),
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
    /// Begins with the rules of a directory; with those that served last, if they are given, when those of the
    /// directory are not fit to serve or lag behind. Where both are the same, they are served as they were judged then,
    /// until [`Reloader::judge`].
    ///
    /// Errors: [`BeginError`].
    pub fn begin(
        directory: &Path,
        keep: Keeper,
        last_good: Option<LastGood>,
    ) -> Result<Self, BeginError> {
        let now = Timestamp::now();
        let mut stage = Stage::default();
        let last = |good: LastGood| Rules::compile(good.files).ok();
        let before = last_good.as_ref().map(|good| good.activation.hash.as_str());
        let (rules, judged, outcome, refused) = match first(directory, &mut stage, before) {
            Ok((rules, judged)) => {
                match last_good.filter(|good| good.overtakes(rules.hash())).and_then(last) {
                    Some(good) => (good, judged, Outcome::Behind, Some(rules.files)),
                    None => (rules, judged, Outcome::Activated(1), None),
                }
            }
            Err((error, files)) => {
                let Some(rules) = last_good.and_then(last) else { return Err(error) };
                let outcome = match error {
                    BeginError::Refused(refused) => Outcome::Refused(refused.lines()),
                    other => Outcome::Unreadable(other.to_string()),
                };
                (rules, Judged::Here, outcome, files)
            }
        };
        let place = keep(&rules).map_err(BeginError::Unkept)?;
        let failing_since = outcome.is_failure().then_some(now);
        let last = Attempt { at: now, outcome, failing_since };
        Ok(Self {
            directory: directory.to_owned(),
            generations: Arc::new(Generations::new(rules, now)),
            work: Mutex::new(Work { stage, keep, refused, place, judged }),
            looks: Mutex::new(Looks { last, before: VecDeque::new() }),
        })
    }

    /// Returns the generations.
    pub fn generations(&self) -> &Arc<Generations> {
        &self.generations
    }

    /// Tells what the last look gave.
    pub fn last(&self) -> Attempt {
        self.looks().last.clone()
    }

    /// Lists what the last looks gave, the latest first; those that gave the same in a row are one.
    pub fn lately(&self) -> Vec<Attempt> {
        let looks = self.looks();
        std::iter::once(&looks.last).chain(looks.before.iter().rev()).cloned().collect()
    }

    /// Looks at the directory, and puts what it holds in force if it is new and fit to serve.
    pub fn look(&self) -> Attempt {
        let mut work = self.work();
        let outcome = self.outcome(&mut work);
        self.remember(outcome)
    }

    /// Judges the rules that serve, when that was done before this server began: a program of another version may
    /// see more. They go on serving; what is wrong is told, as of a directory that is not fit to serve.
    pub fn judge(&self) -> Option<Attempt> {
        let mut work = self.work();
        if std::mem::replace(&mut work.judged, Judged::Here) == Judged::Here {
            return None;
        }
        let files = self.generations.current().rules.files.clone();
        let refused = work.stage.make_ready(files.clone(), None).err()?;
        work.refused = Some(files);
        let attempt = self.remember(Outcome::Refused(refused.lines()));
        tell(&attempt);
        Some(attempt)
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts back rules that served before, once `record` has said so in the log. What the directory holds is
    /// put aside until something changes in it.
    ///
    /// Errors: those of `record`; nothing is changed.
    pub fn step_back<E>(
        &self,
        rules: Arc<Rules>,
        record: impl FnOnce() -> Result<u64, E>,
    ) -> Result<Arc<Generation>, E> {
        let mut work = self.work();
        work.place = record()?;
        let generation = self.generations.activate(rules, Timestamp::now());
        work.refused = read(&self.directory).ok();
        self.remember(Outcome::SteppedBack(generation.number));
        Ok(generation)
    }

    /// Puts into force the rules that serve, changed: through the same gate as those of the directory, which is
    /// written too, once `record` has said so in the log.
    ///
    /// Errors: [`Unpublished`]; nothing is changed, on disk or in force.
    pub fn publish<E>(
        &self,
        base: &Rules,
        changes: &Changes,
        record: impl FnOnce(&Rules, After) -> Result<u64, E>,
    ) -> Result<Arc<Generation>, Unpublished<E>> {
        let mut work = self.work();
        if self.generations.current().rules.hash() != base.hash() {
            return Err(Unpublished::Overtaken);
        }
        let held = read(&self.directory).map_err(Unpublished::Disk)?;
        if hash_of(&held) != base.hash() {
            return Err(Unpublished::Elsewhere);
        }
        let made = work.stage.make_ready(laid_over(held, changes), None);
        let rules = made.map_err(Unpublished::Refused)?;
        let written = Written::beside(&self.directory, changes).map_err(Unpublished::Disk)?;
        let after = After::This(Some(work.place));
        work.place = record(&rules, after).map_err(Unpublished::Other)?;
        self.place(&mut work, written);
        let generation = self.generations.activate(Arc::new(rules), Timestamp::now());
        self.remember(Outcome::Published(generation.number));
        Ok(generation)
    }

    /// Follows another server of the registry, which has put rules into force at a place of the log. Versions
    /// that it published are written here too, when the directory holds what they were published over;
    /// otherwise what it holds is put aside until something changes in it.
    pub fn follow(&self, rules: Arc<Rules>, place: u64, origin: Origin) -> Option<Attempt> {
        let mut work = self.work();
        if place <= work.place {
            return None;
        }
        work.place = place;
        let before = self.generations.current().rules.clone();
        if before.hash() == rules.hash() {
            return None;
        }
        let held = read(&self.directory).ok();
        let held = held.filter(|files| hash_of(files) != rules.hash());
        let follows = held.as_ref().is_some_and(|files| hash_of(files) == before.hash());
        let named = |rules: &Rules| rules.named();
        let changes = between(&named(&before), &named(&rules));
        match Written::beside(&self.directory, &changes) {
            Ok(written) if origin.is_written() && follows => self.place(&mut work, written),
            Ok(_) | Err(_) => work.refused = held,
        }
        let generation = self.generations.activate(rules, Timestamp::now());
        let attempt = self.remember(Outcome::Followed(generation.number));
        tell(&attempt);
        Some(attempt)
    }

    /// Puts files in their places. What could not be is put aside: the log says what serves.
    fn place(&self, work: &mut Work, written: Written) {
        work.refused = None;
        if let Err(error) = written.place() {
            tracing::error!(%error, "le répertoire des règles ne s'écrit pas");
            work.refused = read(&self.directory).ok();
        }
    }

    /// Tells whether what serves was put into force before a place of the log; not while a look is under way.
    pub fn is_behind(&self, place: u64) -> bool {
        self.work.try_lock().is_ok_and(|work| work.place < place)
    }

    fn remember(&self, outcome: Outcome) -> Attempt {
        let mut looks = self.looks();
        let at = Timestamp::now();
        let failing_since = outcome.is_failure().then(|| looks.last.failing_since.unwrap_or(at));
        looks.add(Attempt { at, outcome, failing_since });
        looks.last.clone()
    }

    fn looks(&self) -> MutexGuard<'_, Looks> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
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
                Ok(place) => {
                    (work.refused, work.place) = (None, place);
                    let generation = self.generations.activate(Arc::new(rules), Timestamp::now());
                    Outcome::Activated(generation.number)
                }
            },
        }
    }
}

/// Makes ready the rules that a directory holds; says where they were judged, which is before for those of the hash
/// that served last.
///
/// Errors: with the files, when they could be read.
fn first(
    directory: &Path,
    stage: &mut Stage,
    before: Option<&str>,
) -> Result<(Rules, Judged), (BeginError, Option<Files>)> {
    let unreadable = |error| (BeginError::Unreadable(directory.to_owned(), error), None);
    let files = read(directory).map_err(unreadable)?;
    if before.is_some_and(|hash| hash_of(&files) == hash)
        && let Ok(rules) = stage.recall(files.clone())
    {
        return Ok((rules, Judged::Before));
    }
    match stage.make_ready(files.clone(), None) {
        Ok(rules) => Ok((rules, Judged::Here)),
        Err(refused) => Err((BeginError::Refused(refused), Some(files))),
    }
}

/// Returns the hash of files; empty when their manifest cannot be read.
fn hash_of(files: &Files) -> String {
    dsl::recueil::open(files).value.unwrap_or_default().hash
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
        Outcome::Published(number) => tracing::info!(generation = number, "version publiée"),
        Outcome::Followed(number) => tracing::info!(generation = number, "règles suivies"),
        Outcome::Behind => tracing::warn!("le répertoire des règles est en retard"),
    }
}
