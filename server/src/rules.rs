//! Rules that are fit to serve: one state of a recueil, whole, verified, immutable.

use analysis::{Opened, Verifier, run_examples};
use dsl::Compiled;
use dsl::recueil::{Recueil, canonical};
use engine::{Date, Evaluator, Pool, Program};
use explain::since::Side;
use pages::Publication;
use registry::facts::FactNames;
use script::Sandbox;
use source::{Checked, Diagnostic, Severity, Sources};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use wire::Judged;

/// The files of a recueil, by path from its manifest.
pub type Files = BTreeMap<String, Vec<u8>>;

/// One state of the rules.
pub struct Rules {
    /// The recueil: its name, its hash, its sources.
    pub recueil: Recueil,
    /// Its files.
    pub files: Files,
    /// Its program and typed tree.
    pub compiled: Compiled,
    /// Its scripts.
    pub sandbox: Sandbox,
    /// The names of its vocabulary, as records write them.
    pub names: FactNames,
    /// Its pages, once somebody has asked for them.
    published: OnceLock<Publication>,
}

impl Rules {
    fn new(recueil: Recueil, files: Files, compiled: Compiled, sandbox: Sandbox) -> Self {
        let names = FactNames::new(&compiled.lowered.program.schema);
        Self { recueil, files, compiled, sandbox, names, published: OnceLock::new() }
    }

    /// Compiles files that have served before, which were verified then.
    ///
    /// Errors: they have errors under this version of the language.
    pub fn compile(files: Files) -> Result<Self, Box<Refused>> {
        Stage::default().recall(files)
    }

    /// Returns its hash.
    pub fn hash(&self) -> &str {
        &self.recueil.hash
    }

    /// Returns the files that its manifest names, and itself, as their hash is taken.
    pub fn named(&self) -> Files {
        let listed = self.recueil.listing.lines().filter_map(|line| line.split_once("  "));
        let file = |(_, path): (&str, &str)| {
            let bytes = canonical(self.files.get(path)?).into_owned();
            Some((path.to_owned(), bytes))
        };
        listed.filter_map(file).collect()
    }

    /// Returns its program.
    pub fn program(&self) -> &Program {
        &self.compiled.lowered.program
    }

    /// Returns its name and its hash.
    pub fn identity(&self) -> (&str, &str) {
        (&self.recueil.name, &self.recueil.hash)
    }

    /// Lends it to whoever tells of it: nothing wrong was found.
    pub fn judged(&self) -> Judged<'_> {
        Judged { files: &self.recueil, compiled: &self.compiled, diagnostics: &[] }
    }

    /// Puts it beside a pool, to explain a candidate.
    pub fn side<'e>(&'e self, pool: &'e Pool) -> Side<'e> {
        let recueil = self.identity();
        Side { rules: &self.compiled, scripts: &self.sandbox, recueil, pool }
    }

    /// Returns what it says in words; made when it is first asked for.
    pub fn published(&self) -> &Publication {
        self.published.get_or_init(|| pages::publication(&self.recueil, &self.compiled))
    }

    /// Returns what evaluates with it.
    pub fn evaluator(&self) -> Evaluator<'_> {
        Evaluator::new(self.program(), &self.sandbox)
    }
}

/// Why rules are not fit to serve.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The hash of the files; empty when their manifest cannot be read.
    pub hash: String,
    /// The errors.
    pub errors: Vec<Diagnostic>,
    /// The texts that they point at.
    pub sources: Sources,
}

impl Refused {
    /// Says each error in one line: its place, its code, its message.
    pub fn lines(&self) -> Vec<String> {
        let line = |one: &Diagnostic| match self.sources.get(one.primary.file) {
            Some(file) => {
                let at = file.line_column(one.primary.start);
                format!("{}:{}:{}: {} {}", file.path, at.line, at.column, one.code, one.message)
            }
            None => format!("{} {}", one.code, one.message),
        };
        self.errors.iter().map(line).collect()
    }
}

/// Where rules are made ready, while others serve.
///
/// It remembers what it verified last, so that a change to one company's policy does not verify the
/// others again.
#[derive(Default)]
pub struct Stage {
    verifier: Verifier,
}

impl Stage {
    /// Compiles files that have served before, which were verified then, and remembers what it compiled.
    ///
    /// Errors: they have errors under this version of the language.
    pub fn recall(&mut self, files: Files) -> Result<Rules, Box<Refused>> {
        let opened = Opened::of(&files);
        let checked = self.verifier.compile(&opened);
        let Opened { recueil, sandbox, .. } = opened;
        finished((recueil, files), checked, sandbox, |_, _| Vec::new())
    }

    /// Makes files ready: compiled, verified, every example run. Reviews that are due are judged on a
    /// day when one is given.
    ///
    /// Errors: [`Refused`], with every error.
    pub fn make_ready(&mut self, files: Files, today: Option<Date>) -> Result<Rules, Box<Refused>> {
        let opened = Opened::of(&files);
        let checked = self.verifier.verify(&opened, today);
        let Opened { recueil, sandbox, .. } = opened;
        finished((recueil, files), checked, sandbox, |compiled, sandbox| {
            let reports = run_examples(compiled, sandbox);
            reports.into_iter().flat_map(|report| report.failures).collect()
        })
    }
}

/// Makes rules of what was compiled, when neither that nor `tried` finds an error.
fn finished(
    (recueil, files): (Recueil, Files),
    checked: Checked<Compiled>,
    sandbox: Sandbox,
    tried: impl FnOnce(&Compiled, &Sandbox) -> Vec<Diagnostic>,
) -> Result<Rules, Box<Refused>> {
    let compiled = checked.value.unwrap_or_default();
    let errors = checked.diagnostics.into_iter().filter(|one| one.severity == Severity::Error);
    let mut errors: Vec<Diagnostic> = errors.collect();
    if errors.is_empty() {
        errors = tried(&compiled, &sandbox);
    }
    if errors.is_empty() {
        Ok(Rules::new(recueil, files, compiled, sandbox))
    } else {
        let Recueil { hash, sources, .. } = recueil;
        Err(Box::new(Refused { hash, errors, sources }))
    }
}
