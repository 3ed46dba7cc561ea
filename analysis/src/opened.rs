//! A recueil opened: from its files to all that compiling and verifying it take.
//!
//! The one first step of whoever compiles a recueil: its manifest and its texts, its scripts in their
//! sandbox, what these declare. Reading the files is the caller's.

use dsl::recueil::Recueil;
use dsl::{Script, ScriptIndex};
use script::{Sandbox, ScriptError};
use source::{Diagnostic, SourceFile, Span, code};
use std::collections::BTreeMap;

/// A recueil with its scripts, as far as they could be made.
pub struct Opened {
    /// Its files, its name, its hash.
    pub recueil: Recueil,
    /// Its scripts.
    pub sandbox: Sandbox,
    /// What each script declares.
    pub index: ScriptIndex,
    /// What the manifest, the files and the scripts have that is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl Opened {
    /// Opens the recueil of these files, by path from the manifest.
    ///
    /// Errors, as diagnostics: `E0901` to `E0903`, `E0601`, and those of texts.
    pub fn of(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let found = dsl::recueil::open(files);
        let mut opened = Self::scripted(found.value.unwrap_or_default());
        opened.diagnostics.splice(..0, found.diagnostics);
        opened
    }

    /// Compiles the scripts of a recueil. Errors, as diagnostics: `E0601`.
    pub fn scripted(mut recueil: Recueil) -> Self {
        let scripts = Sandbox::compile(&recueil.scripts, &recueil.adapters);
        let errors = scripts.errors.iter();
        let diagnostics = errors.map(|error| placed(&mut recueil, error)).collect();
        let index = index(&scripts.sandbox, &recueil);
        Self { recueil, sandbox: scripts.sandbox, index, diagnostics }
    }
}

fn index(sandbox: &Sandbox, recueil: &Recueil) -> ScriptIndex {
    let script = |path: &String| (path.clone(), Script::new(sandbox.functions(path)));
    recueil.scripts.keys().map(script).collect()
}

/// Gives a script's error its place in the script, which becomes a source of the recueil.
fn placed(recueil: &mut Recueil, error: &ScriptError) -> Diagnostic {
    let text = recueil.scripts.get(&error.path).or_else(|| recueil.adapters.get(&error.path));
    let file = SourceFile::new(&error.path, text.cloned().unwrap_or_default());
    let place = file.to_line_end(error.line, error.column);
    let id = recueil.sources.add(file);
    Diagnostic::new(code::SCRIPT_FILE, Span::new(id, place.start, place.end), error.message.clone())
}
