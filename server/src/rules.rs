//! Rules that are fit to serve: one state of a recueil, whole, verified, immutable.

use analysis::{Opened, Verifier, run_examples};
use dsl::Compiled;
use dsl::recueil::Recueil;
use engine::{Date, Evaluator, Program};
use registry::facts::FactNames;
use script::Sandbox;
use source::{Diagnostic, Severity, Sources};
use std::collections::BTreeMap;

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
}

impl Rules {
    /// Returns its hash.
    pub fn hash(&self) -> &str {
        &self.recueil.hash
    }

    /// Returns its program.
    pub fn program(&self) -> &Program {
        &self.compiled.lowered.program
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
    /// Makes files ready: compiled, verified, every example run. Reviews that are due are judged on a
    /// day when one is given.
    ///
    /// Errors: [`Refused`], with every error.
    pub fn make_ready(&mut self, files: Files, today: Option<Date>) -> Result<Rules, Box<Refused>> {
        let opened = Opened::of(&files);
        let checked = self.verifier.verify(&opened, today);
        let Opened { recueil, sandbox, .. } = opened;
        let compiled = checked.value.unwrap_or_default();
        let errors = checked.diagnostics.into_iter().filter(|one| one.severity == Severity::Error);
        let mut errors: Vec<Diagnostic> = errors.collect();
        if errors.is_empty() {
            let reports = run_examples(&compiled, &sandbox);
            errors.extend(reports.into_iter().flat_map(|report| report.failures));
        }
        if errors.is_empty() {
            let names = FactNames::new(&compiled.lowered.program.schema);
            Ok(Rules { recueil, files, compiled, sandbox, names })
        } else {
            let Recueil { hash, sources, .. } = recueil;
            Err(Box::new(Refused { hash, errors, sources }))
        }
    }
}
