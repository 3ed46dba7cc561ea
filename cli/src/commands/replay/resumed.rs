//! Where a replay is, kept in a file after each piece, so that one that was stopped goes on.
//!
//! The file names what it is the mark of: another registry, other days or other rules do not go on
//! from it.

use crate::failure::Failure;
use crate::files;
use registry::Days;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use wire::replay::Replayed;

/// The longest mark. Unit: bytes.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// Where a replay is.
pub struct Resumed {
    path: Option<PathBuf>,
    mark: Mark,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    journal: String,
    depuis: Option<String>,
    jusqu_a: Option<String>,
    /// The first entry that is not done.
    suivante: u64,
    rejeu: Replayed,
}

impl Resumed {
    /// Begins, or goes on from the mark of a file.
    ///
    /// Errors: a file that is no mark, or that of another replay.
    pub fn read(
        path: Option<&Path>,
        days: Days,
        log: &str,
        begun: Replayed,
    ) -> Result<Self, Failure> {
        let day = |day: Option<engine::Date>| day.map(|day| day.to_string());
        let mark = Mark {
            journal: log.to_owned(),
            depuis: day(days.from),
            jusqu_a: day(days.to),
            suivante: 0,
            rejeu: begun,
        };
        let Some(path) = path else { return Ok(Self { path: None, mark }) };
        let kept = if path.exists() { Some(kept(path)?) } else { None };
        let mark = match kept {
            Some(kept) if !kept.goes_on(&mark) => {
                return Err(Failure::OtherReplay { path: path.to_path_buf() });
            }
            Some(kept) => kept,
            None => mark,
        };
        Ok(Self { path: Some(path.to_path_buf()), mark })
    }

    /// Returns the first entry that is not done.
    pub fn next(&self) -> u64 {
        self.mark.suivante
    }

    /// Returns what was found so far, to be added to.
    pub fn replayed(&mut self) -> &mut Replayed {
        &mut self.mark.rejeu
    }

    /// Notes that all entries before one are done.
    pub fn keep(&mut self, next: u64) -> Result<(), Failure> {
        self.mark.suivante = next;
        match &self.path {
            Some(path) => files::put_private(path, &serde_json::to_vec(&self.mark)?),
            None => Ok(()),
        }
    }

    /// Returns what was found.
    pub fn done(self) -> Replayed {
        self.mark.rejeu
    }
}

impl Mark {
    fn goes_on(&self, asked: &Self) -> bool {
        self.journal == asked.journal
            && (&self.depuis, &self.jusqu_a) == (&asked.depuis, &asked.jusqu_a)
            && self.rejeu.avec == asked.rejeu.avec
    }
}

fn kept(path: &Path) -> Result<Mark, Failure> {
    let other = || Failure::NotThat { path: path.to_path_buf(), what: "la reprise d'un rejeu" };
    let bytes = files::read_at_most(path, MOST_BYTES)?.ok_or_else(other)?;
    serde_json::from_slice(&bytes).map_err(|_| other())
}
