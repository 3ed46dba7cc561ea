//! Recueils by their hash, on this machine.

use analysis::{Opened, Verifier};
use dsl::Compiled;
use script::Sandbox;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Why a recueil is not there. Told in French, with a way out.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// No directory of that name.
    #[error("le recueil {0} n'est pas dans la bibliothèque : copiez-y son répertoire sous ce nom")]
    Absent(String),
    /// Its files are those of another.
    #[error("le répertoire {named} de la bibliothèque contient le recueil {found}")]
    Other {
        /// The hash that it is named by.
        named: String,
        /// The hash of its files.
        found: String,
    },
    /// It does not compile.
    #[error("le recueil {hash} ne se compile pas : {error}")]
    Unsound {
        /// Its hash.
        hash: String,
        /// The first of its errors.
        error: String,
    },
    /// A name that is no hash.
    #[error("« {0} » n'est pas l'empreinte d'un recueil")]
    NoHash(String),
    /// Its files cannot be read.
    #[error("le recueil {0} ne peut pas être lu")]
    Read(String, #[source] std::io::Error),
}

/// A recueil, compiled.
pub struct Rules {
    /// Its hash.
    pub hash: String,
    /// Its program.
    pub compiled: Compiled,
    /// Its scripts.
    pub sandbox: Sandbox,
}

/// A directory of recueils, each under its hash. Those that were compiled stay as long as the process: it serves few.
pub struct Library {
    /// None has no recueil.
    directory: Option<PathBuf>,
    compiled: Mutex<HashMap<String, &'static Rules>>,
}

impl Library {
    /// Takes a directory; nothing is read of it yet.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: Some(directory.into()), compiled: Mutex::default() }
    }

    /// Makes one without recueils, for who only plans.
    pub fn none() -> Self {
        Self { directory: None, compiled: Mutex::default() }
    }

    /// Returns the recueil of a hash, compiled once.
    ///
    /// Errors: [`LibraryError`].
    pub fn rules(&self, hash: &str) -> Result<&'static Rules, LibraryError> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = compiled.get(hash) {
            return Ok(rules);
        }
        let rules: &'static Rules = Box::leak(Box::new(self.compile(hash)?));
        compiled.insert(hash.to_owned(), rules);
        Ok(rules)
    }

    fn compile(&self, hash: &str) -> Result<Rules, LibraryError> {
        // It names a directory, and nothing outside of ours.
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(LibraryError::NoHash(hash.to_owned()));
        }
        let directory = self.directory.as_deref().map(|directory| directory.join(hash));
        let directory = directory.filter(|directory| directory.is_dir());
        let directory = directory.ok_or_else(|| LibraryError::Absent(hash.to_owned()))?;
        let files = files_of(&directory);
        let files = files.map_err(|error| LibraryError::Read(hash.to_owned(), error))?;
        let opened = Opened::of(&files);
        let found = opened.recueil.hash.clone();
        if found != hash {
            return Err(LibraryError::Other { named: hash.to_owned(), found });
        }
        let checked = Verifier::default().verify(&opened, None);
        let errors = opened.diagnostics.iter().chain(&checked.diagnostics);
        if let Some(error) = errors.into_iter().find(|one| one.severity == source::Severity::Error)
        {
            let error = error.message.clone();
            return Err(LibraryError::Unsound { hash: hash.to_owned(), error });
        }
        let compiled = checked.value.unwrap_or_default();
        Ok(Rules { hash: found, compiled, sandbox: opened.sandbox })
    }
}

/// Reads the files of a directory, by path from it; those that begin with a dot are of no recueil.
///
/// Errors: what cannot be read.
pub fn files_of(directory: &Path) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![directory.to_path_buf()];
    while let Some(at) = waiting.pop() {
        for entry in std::fs::read_dir(at)? {
            let path = entry?.path();
            let hidden =
                path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
            if hidden {
                continue;
            }
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(relative) = path.strip_prefix(directory) {
                let name = relative.to_string_lossy().replace('\\', "/");
                files.insert(name, std::fs::read(&path)?);
            }
        }
    }
    Ok(files)
}
