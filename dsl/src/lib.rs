//! Rule files to a compiled program: the whole way is [`compile`].
//!
//! text → [`syntax`] → [`resolved`] → [`typed`] → `engine::Program`. Each pass is one function named
//! for its result; what a pass settles, the next representation cannot get wrong. Nothing here
//! evaluates a rule or opens a file.

mod compiler;
mod forgotten;
mod format;
pub mod limits;
pub mod lower;
pub mod recueil;
pub mod resolved;
pub mod syntax;
pub mod typed;

pub use compiler::Compiler;
pub use format::format;

use recueil::{Exception, Recueil};
use source::{Checked, Diagnostic, FileId, Severity, code};
use std::collections::{BTreeMap, BTreeSet};

/// The scripts of a recueil, by path.
pub type ScriptIndex = BTreeMap<String, Script>;

/// What compiling a script gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Script {
    /// It does not compile, which is told in the script and nowhere else.
    Broken,
    /// Its functions: name without accents, number of arguments.
    Declares(BTreeSet<(String, usize)>),
}

impl Script {
    /// Makes one of the arities of each function; nothing for a script that does not compile.
    pub fn new(functions: Option<BTreeMap<String, Vec<usize>>>) -> Self {
        let Some(functions) = functions else { return Self::Broken };
        let each = |(name, arities): (String, Vec<usize>)| {
            arities.into_iter().map(move |count| (name.clone(), count))
        };
        Self::Declares(functions.into_iter().flat_map(each).collect())
    }
}

/// A compiled recueil, with what its analysis needs.
#[derive(Debug, Default)]
pub struct Compiled {
    /// Units, versions and schema.
    pub resolved: resolved::tree::Recueil,
    /// The typed tree.
    pub typed: typed::tree::Recueil,
    /// The program, and the code of examples and guarantees.
    pub lowered: lower::Lowered,
    /// The files whose compiled form is as the compilation before gave it.
    pub kept: BTreeSet<FileId>,
}

/// Parses, resolves, checks and lowers a recueil. The value is there even when diagnostics are
/// errors, as far as it could be made; it is fit for use only without errors.
pub fn compile(recueil: &Recueil, scripts: &ScriptIndex) -> Checked<Compiled> {
    Compiler::default().compile(recueil, scripts)
}

/// Gives warnings the levels of the manifest, removes those that it allows, and reports exceptions
/// that allow nothing (`W0105`).
pub fn apply_manifest(
    recueil: &Recueil,
    resolved: &resolved::tree::Recueil,
    diagnostics: &mut Vec<Diagnostic>,
) {
    diagnostics.retain_mut(|diagnostic| match recueil.level_of(diagnostic.code) {
        None => true,
        Some(level) => level.severity().inspect(|it| diagnostic.severity = *it).is_some(),
    });
    apply_exceptions(recueil, resolved, diagnostics);
}

fn apply_exceptions(
    recueil: &Recueil,
    resolved: &resolved::tree::Recueil,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let units: BTreeMap<FileId, &str> =
        resolved.units.iter().map(|unit| (unit.span.file, unit.name.text.as_str())).collect();
    let mut used = BTreeSet::new();
    diagnostics.retain(|diagnostic| {
        let unit = units.get(&diagnostic.primary.file).copied().unwrap_or_default();
        let allowed = diagnostic.code.is_adjustable() && recueil.allows(diagnostic.code, unit);
        if allowed {
            used.insert((diagnostic.code.0, unit));
        }
        !allowed
    });
    // Of rules with errors, the rest was not looked for: nothing shows that an exception is useless.
    if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return;
    }
    for exception in &recueil.exceptions {
        let Exception { code, unit, place } = exception;
        if !used.contains(&(code.0, unit.as_str())) {
            let message = format!("l'exception « {code} » de « {unit} » ne sert à rien");
            diagnostics.push(Diagnostic::new(code::UNUSED_EXEMPTION, *place, message));
        }
    }
}
