//! Raw applications: the recueil's adapters, and the files that dossiers name beside them.

use crate::files;
use crate::recueil::Recueil;
use dossier::{AdaptedForm, AdapterFailure, FormAdapter, Node, NodeKind};
use script::Adapter;
use std::path::{Path, PathBuf};

/// The longest form read, in bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// The adapters of a recueil: each form goes to the one whose file is named for it.
pub struct Adapters<'r> {
    adapters: Vec<(&'r str, Adapter<'r>)>,
}

impl<'r> Adapters<'r> {
    /// Returns those of a recueil.
    pub fn of(recueil: &'r Recueil) -> Self {
        let paths = recueil.files.adapters.keys();
        let found = paths.filter_map(|path| Some((path.as_str(), recueil.sandbox.adapter(path)?)));
        Self { adapters: found.collect() }
    }

    /// Returns the adapter for a form: the only one, or the one named for the form's number.
    fn choose(&self, form: &Node) -> Option<&Adapter<'r>> {
        if let [(_, only)] = self.adapters.as_slice() {
            return Some(only);
        }
        let number = match form.get("formulaire").map(|node| &node.kind) {
            Some(NodeKind::Scalar(scalar)) => scalar.text.split('*').next().unwrap_or("").trim(),
            Some(NodeKind::List(_) | NodeKind::Map(_)) | None => "",
        };
        let is_named = |path: &str| {
            let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
            !number.is_empty() && stem.split(['_', '-']).any(|word| word == number)
        };
        self.adapters.iter().find(|(path, _)| is_named(path)).map(|(_, adapter)| adapter)
    }
}

impl FormAdapter for Adapters<'_> {
    fn adapt(&self, form: &Node) -> Result<AdaptedForm, AdapterFailure> {
        let message = if self.adapters.is_empty() {
            "le recueil n'a pas d'adaptateur de formulaire"
        } else {
            "le recueil n'a pas d'adaptateur pour ce formulaire"
        };
        match self.choose(form) {
            Some(adapter) => adapter.adapt(form),
            None => Err(AdapterFailure { message: message.to_owned() }),
        }
    }
}

/// Reads the forms beside a dossier.
pub struct Beside {
    directory: Option<PathBuf>,
}

impl Beside {
    /// Looks beside a dossier.
    pub fn dossier(path: &Path) -> Self {
        let directory = files::in_full(path.parent().unwrap_or(Path::new("")));
        Self { directory: std::fs::canonicalize(directory).ok() }
    }

    /// Reads a form; absent when it is not there, leads elsewhere or is too long.
    pub fn load(&self, path: &str) -> Option<Vec<u8>> {
        let directory = self.directory.as_deref()?;
        let path = directory.join(path);
        if files::is_file_inside(&path, directory) {
            files::read_at_most(&path, MOST_BYTES).ok().flatten()
        } else {
            None
        }
    }
}
