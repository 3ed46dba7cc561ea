//! What the benches share: a recueil compiled from its files, dossiers, the workload, times.

pub mod columns;
pub mod json;
pub mod workload;

use dossier::{Format, Forms};
use dsl::{Compiled, Script, ScriptIndex};
use engine::{Evaluator, Pool, Program};
use script::Sandbox;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
pub use yardstick::{by_hand, population, timing};

/// A recueil, compiled.
pub struct Rules {
    /// What its texts came to.
    pub compiled: Compiled,
    /// Its scripts.
    pub sandbox: Sandbox,
}

impl Rules {
    /// Compiles a recueil on disk. Errors: a sentence.
    pub fn from_dir(dir: &Path) -> Result<Self, String> {
        Self::of(&files_of(dir).map_err(|error| error.to_string())?)
    }

    /// Compiles the files of a recueil, by path from its manifest. Errors: a sentence.
    pub fn of(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, String> {
        let opened = dsl::recueil::open(files);
        let recueil = opened.value.ok_or("recueil sans valeur")?;
        let sandbox = Sandbox::compile(&recueil.scripts, &recueil.adapters).sandbox;
        let script = |path: &String| (path.clone(), Script::new(sandbox.functions(path)));
        let index: ScriptIndex = recueil.scripts.keys().map(script).collect();
        let compiled = dsl::compile(&recueil, &index);
        let diagnostics: Vec<_> =
            opened.diagnostics.into_iter().chain(compiled.diagnostics).collect();
        let mut errors = diagnostics.iter().filter(|one| one.severity == source::Severity::Error);
        if let Some(error) = errors.next() {
            return Err(error.message.clone());
        }
        let compiled = compiled.value.ok_or("recueil sans valeur")?;
        Ok(Self { compiled, sandbox })
    }

    /// Returns its program.
    pub fn program(&self) -> &Program {
        &self.compiled.lowered.program
    }

    /// Returns the engine's evaluator.
    pub fn evaluator(&self) -> Evaluator<'_> {
        Evaluator::new(self.program(), &self.sandbox)
    }

    /// Reads a dossier. Errors: a sentence.
    pub fn pool(&self, text: &str) -> Result<Pool, String> {
        let read =
            dossier::read(text.as_bytes(), Format::Yaml, &self.program().schema, Forms::none());
        let dossier = read.map_err(|errors| format!("{errors:?}"))?;
        let date = dossier.date.ok_or("dossier sans date")?;
        Ok(Pool { date, candidates: dossier.candidates })
    }
}

/// Returns the root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Reads the files of a folder, by path from it.
pub fn files_of(dir: &Path) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![dir.to_path_buf()];
    while let Some(at) = waiting.pop() {
        for entry in std::fs::read_dir(at)? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(relative) = path.strip_prefix(dir) {
                let name = relative.to_string_lossy().replace('\\', "/");
                files.insert(name, std::fs::read(&path)?);
            }
        }
    }
    Ok(files)
}
