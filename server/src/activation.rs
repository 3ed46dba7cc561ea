//! What the log says of the rules that were put into force: where they came from, which are the last, which a
//! step back leads to.
//!
//! The log is the one source of it: servers of one registry agree, and a restart changes nothing.

use crate::rules::{Files, Rules};
use registry::entry::{Act, Entry, Kind};
use registry::{After, RecordError, Registry, RegistryError};
use std::collections::BTreeSet;

/// The name, in an entry, of where rules came from.
const ORIGIN: &str = "origine";

/// Where rules that are put into force come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// What the rules' directory held.
    Directory,
    /// A version that was published.
    Publication,
    /// A version that was withdrawn.
    Withdrawal,
    /// Rules that had served before.
    StepBack,
}

impl Origin {
    const ALL: [Self; 4] = [Self::Directory, Self::Publication, Self::Withdrawal, Self::StepBack];

    /// Returns its word, as entries write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Directory => "repertoire",
            Self::Publication => "publication",
            Self::Withdrawal => "retrait",
            Self::StepBack => "retour",
        }
    }

    /// Tells whether the rules' directory is to hold them too: versions are published into it.
    pub fn is_written(self) -> bool {
        match self {
            Self::Publication | Self::Withdrawal => true,
            Self::Directory | Self::StepBack => false,
        }
    }
}

/// An activation, as the log says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Its place in the log.
    pub place: u64,
    /// The hash of the rules.
    pub hash: String,
    /// Where they came from.
    pub origin: Origin,
}

impl Activation {
    fn of((place, act): (u64, Entry<Act>)) -> Option<Self> {
        let Act { recueil, details, .. } = act.content;
        let said = details.get(ORIGIN);
        let origin = Origin::ALL.into_iter().find(|it| said.is_some_and(|said| said == it.word()));
        Some(Self { place, hash: recueil?, origin: origin.unwrap_or(Origin::Directory) })
    }
}

/// The rules that were put into force last, with what a server that begins has to know of those before.
pub struct LastGood {
    /// What was put into force.
    pub activation: Activation,
    /// Its files.
    pub files: Files,
    /// The hashes of all that was ever put into force.
    past: BTreeSet<String>,
}

impl LastGood {
    /// Tells whether a directory that holds rules of a hash lags behind: they were in force once, and somebody
    /// has published, withdrawn or stepped back since.
    pub fn overtakes(&self, hash: &str) -> bool {
        let Activation { hash: last, origin, .. } = &self.activation;
        *origin != Origin::Directory && last != hash && self.past.contains(hash)
    }
}

/// Reads what was put into force last; absent before the first.
///
/// Errors: the registry's.
pub async fn last_good(registry: &Registry) -> Result<Option<LastGood>, RegistryError> {
    let all = all(registry).await?;
    let past = all.iter().map(|one| one.hash.clone()).collect();
    let Some(activation) = all.into_iter().next_back() else { return Ok(None) };
    let files = registry.recueil(&activation.hash).await?;
    Ok(Some(LastGood { activation, files, past }))
}

async fn all(registry: &Registry) -> Result<Vec<Activation>, RegistryError> {
    let acts = registry.acts(Kind::Activation, 0).await?;
    Ok(acts.into_iter().filter_map(Activation::of).collect())
}

/// Reads the last activation.
///
/// Errors: the registry's.
pub async fn last(registry: &Registry) -> Result<Option<Activation>, RegistryError> {
    Ok(registry.last_act(Kind::Activation).await?.and_then(Activation::of))
}

/// A step back.
pub struct Step {
    /// The hash of the rules that it leads to.
    pub to: String,
    /// The place of the activation that it comes after.
    pub after: u64,
}

/// Finds where a step back leads: to the rules before those in force, however many steps were made.
///
/// Errors: the registry's.
pub async fn step(registry: &Registry) -> Result<Option<Step>, RegistryError> {
    let all = all(registry).await?;
    let Some(after) = all.last().map(|last| last.place) else { return Ok(None) };
    let mut served: Vec<&str> = Vec::new();
    for one in &all {
        if one.origin == Origin::StepBack {
            served.pop();
        }
        if served.last() != Some(&one.hash.as_str()) {
            served.push(&one.hash);
        }
    }
    served.pop();
    Ok(served.pop().map(|to| Step { to: to.to_owned(), after }))
}

/// Keeps rules for ever, and says in the log that they are put into force, after some acts of the same moment;
/// returns the place.
///
/// Errors: the registry's; others were put into force meanwhile.
pub async fn record(
    registry: &Registry,
    rules: &Rules,
    (by, origin): (&str, Origin),
    mut acts: Vec<(Kind, Act)>,
    after: After,
) -> Result<u64, NotRecorded> {
    registry.keep(&rules.recueil, &rules.files).await?;
    let reason = match origin {
        Origin::Directory => "règles du répertoire",
        Origin::Publication => "version publiée",
        Origin::Withdrawal => "version retirée",
        Origin::StepBack => "retour aux règles d'avant",
    };
    let details = [(ORIGIN.to_owned(), origin.word().to_owned())].into();
    let recueil = Some(rules.hash().to_owned());
    acts.push((Kind::Activation, Act { recueil, details, ..Act::new(by, reason) }));
    Ok(registry.activate(acts, after).await?.index)
}

/// Why rules could not be said to be in force.
#[derive(Debug, thiserror::Error)]
pub enum NotRecorded {
    /// They cannot be kept.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// It cannot be said.
    #[error(transparent)]
    Record(#[from] RecordError),
}
