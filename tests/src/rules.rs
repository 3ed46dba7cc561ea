//! Rule files to something that can be evaluated, from texts or from a directory.

use analysis::Opened;
use dsl::Compiled;
use dsl::lower::GridPlace;
use dsl::recueil::{MANIFEST, Recueil};
use engine::{CandidateOutcome, Date, Evaluator, Grid, GridVersion, Pool, PoolOutcome};
use script::Sandbox;
use source::{Checked, Diagnostic, Severity, code};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A recueil, compiled, with everything found on the way.
pub struct Rules {
    /// The files.
    pub recueil: Recueil,
    /// The program and the typed tree, as far as they could be made.
    pub compiled: Compiled,
    /// The scripts.
    pub sandbox: Sandbox,
    /// What compiling found; [`Rules::verified`] says more.
    pub diagnostics: Vec<Diagnostic>,
}

impl Rules {
    /// Compiles files by path relative to the manifest.
    pub fn from_files(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let Opened { recueil, sandbox, index, mut diagnostics } = Opened::of(files);
        let compiled = dsl::compile(&recueil, &index);
        diagnostics.extend(compiled.diagnostics);
        let compiled =
            compiled.value.unwrap_or_else(|| unreachable!("compile always gives a value"));
        Self { recueil, compiled, sandbox, diagnostics }
    }

    /// Compiles rule texts by path, under a manifest that takes them all.
    pub fn from_texts<'t, T: AsRef<[u8]>>(texts: impl IntoIterator<Item = (&'t str, T)>) -> Self {
        let bytes = |(path, text): (&str, T)| (path.to_owned(), text.as_ref().to_vec());
        Self::from_bytes(texts.into_iter().map(bytes).collect())
    }

    /// Compiles files by path, under a manifest that takes them all if they bring none.
    pub fn from_bytes(mut files: BTreeMap<String, Vec<u8>>) -> Self {
        files.entry(MANIFEST.to_owned()).or_insert_with(|| OPEN_MANIFEST.as_bytes().to_vec());
        Self::from_files(&files)
    }

    /// Compiles a recueil on disk. Errors: a directory that cannot be read.
    pub fn from_dir(dir: &Path) -> std::io::Result<Self> {
        Ok(Self::from_files(&files_of(dir)?))
    }

    /// Says all that the whole verification finds, examples included, at the levels of the manifest
    /// and less what it excepts. Examples and analyses wait for rules without errors.
    ///
    /// A text that shows one thing is no finished recueil: the linter says nothing of it.
    pub fn verified(&self) -> Vec<Diagnostic> {
        self.verified_watching(&[])
    }

    /// Says the same, and what the rules of the linter that are watched find; Z3 is asked about what
    /// is not decided when its proofs (`N0110`) are watched.
    pub fn verified_watching(&self, watched: &[&str]) -> Vec<Diagnostic> {
        let mut found = self.diagnostics.clone();
        if found.iter().all(|one| one.severity != Severity::Error) {
            found.extend(analysis::verify(&self.recueil, &self.compiled, &self.sandbox));
            let today = Date::parse_iso(TODAY);
            found.extend(analysis::lint(&self.recueil, &self.compiled, today));
            let reports = analysis::run_examples(&self.compiled, &self.sandbox);
            found.extend(reports.into_iter().flat_map(|report| report.failures));
        }
        if watched.contains(&code::GUARANTEE_PROVED_BY_SOLVER.0) {
            self.settle(&mut found);
        }
        dsl::apply_manifest(&self.recueil, &self.compiled.resolved, &mut found);
        found.retain(|one| analysis::lint_of(one.code).is_none() || watched.contains(&one.code.0));
        Checked::new(Some(()), found).diagnostics
    }

    /// Asks Z3 about the guarantees that are not decided.
    #[expect(clippy::panic, reason = "a test that cannot ask Z3 has failed")]
    pub fn settle(&self, found: &mut [Diagnostic]) {
        let (sources, scripts) = (&self.recueil.sources, &self.sandbox);
        let settled = analysis::settle(sources, &self.compiled, scripts, crate::z3::z3(), found);
        settled.unwrap_or_else(|failure| panic!("{failure}"));
    }

    /// Tells whether a diagnostic is about a file.
    pub fn is_in(&self, diagnostic: &Diagnostic, path: &str) -> bool {
        let file = self.recueil.sources.get(diagnostic.primary.file);
        file.is_some_and(|file| file.path == path)
    }

    /// Returns the engine's evaluator.
    pub fn evaluator(&self) -> Evaluator<'_> {
        Evaluator::new(&self.compiled.lowered.program, &self.sandbox)
    }

    /// Ranks a pool with the engine.
    pub fn rank(&self, pool: &Pool) -> Option<PoolOutcome> {
        self.evaluator().rank(pool)
    }

    /// Finds the version of a grid at a place of the program.
    pub fn grid_at(&self, place: GridPlace) -> Option<(&Grid, &GridVersion)> {
        let (GridPlace::Version { grid, .. } | GridPlace::Filling { grid, .. }) = place;
        let grid = self.compiled.lowered.program.grids.get(grid as usize)?;
        let version = match place {
            GridPlace::Version { version, .. } => grid.versions.get(version as usize)?,
            GridPlace::Filling { filling, .. } => grid.fillings.get(filling as usize)?,
        };
        Some((grid, version))
    }

    /// Lists the errors, one line each.
    pub fn errors(&self) -> Vec<String> {
        let errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        errors.map(|diagnostic| self.say(diagnostic)).collect()
    }

    /// Says a diagnostic in one line: its place, its code, its message.
    pub fn say(&self, diagnostic: &Diagnostic) -> String {
        let (code, message) = (diagnostic.code, &diagnostic.message);
        match self.recueil.sources.get(diagnostic.primary.file) {
            Some(file) => {
                let at = file.line_column(diagnostic.primary.start);
                format!("{}:{}:{}: {code} {message}", file.path, at.line, at.column)
            }
            None => format!("{code} {message}"),
        }
    }
}

/// The day on which reviews are judged due.
const TODAY: &str = "2025-01-01";

const OPEN_MANIFEST: &str = "nom: essai\nlangage: 1\nunites: [\"**/*.bareme\", \"*.bareme\"]\n\
                             tables: [\"**/*.csv\"]\nscripts: [\"**/*.rhai\"]\n";

/// Reads every file under a directory, by path relative to it. Errors: what cannot be read.
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

/// Returns the root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Finds a candidate of a ranked pool.
pub fn candidate<'o>(outcome: &'o PoolOutcome, index: usize) -> Option<&'o CandidateOutcome> {
    outcome.candidates.iter().find(|candidate| candidate.index == index)
}
