//! The blocks of code of a manual, found in its text and run.
//!
//! A block says what it is on the line that opens it:
//!
//! - `bareme prélude`: the vocabulary under every other block;
//! - `bareme`: whole files (`=== fichier NOM` before each, when there are several), or a fragment
//!   completed with the header of a policy; `bareme vocabulaire` and `bareme cadre` complete it
//!   with the header of a vocabulary or a frame;
//! - `bareme erreur E0302`, `avertissement W0101`, `remarque N0101`: what the block must be told,
//!   and nothing else;
//! - `yaml dossier`: facts that the vocabulary accepts; `json formulaire`: a raw application that
//!   the adapter of the block before it accepts;
//! - `text`: a form to read, which is not run. Nothing else may open a block.

use crate::rules::Rules;
use dossier::{Format, Forms};
use engine::Date;
use source::{Diagnostic, Severity};

/// One block of a manual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The line of the manual that opens it, from 1.
    pub line: usize,
    /// What follows the three backticks.
    pub info: String,
    /// Its text.
    pub text: String,
}

/// A file of a block or of a section of the suite.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NamedText {
    path: String,
    text: String,
}

/// Finds the blocks of a text in Markdown, in order.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (at, line) in markdown.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(info), None) => {
                let info = info.trim().to_owned();
                open = Some(Block { line: at + 1, info, text: String::new() });
            }
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks.extend(open);
    blocks
}

/// The day on which reviews are judged due.
const TODAY: &str = "2025-01-01";

/// The header that completes a fragment.
const COMMON: &str = "version 1\nen vigueur à partir du 2019-01-01\nutilise manuel\n";

/// Runs every block. Shape: one sentence per block that is not as it says.
pub fn failures(blocks: &[Block]) -> Vec<String> {
    let prelude = blocks.iter().find(|block| block.info == "bareme prélude");
    let prelude = prelude.map(|block| block.text.as_str()).unwrap_or_default();
    let mut failures = Vec::new();
    let mut before: Option<Rules> = None;
    for block in blocks {
        let words: Vec<&str> = block.info.split_whitespace().collect();
        let told = match words.as_slice() {
            ["text"] => Vec::new(),
            ["yaml", "dossier"] => dossier_faults(prelude, &block.text),
            ["json", "formulaire"] => form_faults(before.as_ref(), &block.text),
            ["bareme", rest @ ..] => match Expected::read(rest) {
                Some(expected) => {
                    let rules = rules_of(prelude, block, expected.header);
                    let told = expected.judge(&rules);
                    before = Some(rules);
                    told
                }
                None => vec!["mots inconnus après « bareme »".to_owned()],
            },
            _ => vec![format!("bloc d'un genre inconnu : « {} »", block.info)],
        };
        failures.extend(told.into_iter().map(|said| format!("ligne {} : {said}", block.line)));
    }
    failures
}

/// What a block says of itself.
struct Expected<'b> {
    header: &'b str,
    codes: Vec<&'b str>,
}

impl<'b> Expected<'b> {
    fn read(words: &[&'b str]) -> Option<Self> {
        let (header, rest) = match words {
            [kind @ ("vocabulaire" | "cadre"), rest @ ..] => (*kind, rest),
            ["prélude", rest @ ..] => ("vocabulaire", rest),
            rest => ("politique", rest),
        };
        let codes = match rest {
            [] => Vec::new(),
            ["erreur" | "avertissement" | "remarque", codes @ ..] if !codes.is_empty() => {
                codes.to_vec()
            }
            _ => return None,
        };
        Some(Self { header, codes })
    }

    /// Compares what is told of a block with what it says, then runs its examples.
    fn judge(&self, rules: &Rules) -> Vec<String> {
        let mut diagnostics = rules.diagnostics.clone();
        let sound = |d: &Diagnostic| d.severity != Severity::Error;
        if diagnostics.iter().all(sound) {
            let today = Date::parse_iso(TODAY);
            diagnostics.extend(analysis::verify(&rules.recueil, &rules.compiled, today));
            let reports = analysis::run_examples(&rules.compiled, &rules.sandbox);
            diagnostics.extend(reports.into_iter().flat_map(|report| report.failures));
        }
        let expected = |d: &Diagnostic| self.codes.contains(&d.code.0);
        let silent = |d: &Diagnostic| d.severity == Severity::Note;
        let unexpected = diagnostics.iter().filter(|d| !expected(d) && !silent(d));
        let mut told: Vec<String> = unexpected.map(|d| rules.say(d)).collect();
        let found = |code: &str| diagnostics.iter().any(|d| d.code.0 == code);
        let absent = self.codes.iter().filter(|code| !found(code));
        told.extend(absent.map(|code| format!("{code} était annoncé et n'est pas dit")));
        told
    }
}

fn rules_of(prelude: &str, block: &Block, header: &str) -> Rules {
    let mut files = if block.text.lines().any(|line| file_name(line).is_some()) {
        files_of(&block.text)
    } else if is_whole(&block.text) {
        vec![NamedText { path: "bloc.bareme".to_owned(), text: block.text.clone() }]
    } else {
        let source = "source \"Manuel du langage\"\n";
        let text = format!("{header} essai\n{COMMON}{source}\n{}", block.text);
        vec![NamedText { path: "bloc.bareme".to_owned(), text }]
    };
    if block.text != prelude {
        files.push(NamedText { path: "manuel.bareme".to_owned(), text: prelude.to_owned() });
    }
    Rules::from_texts(files.iter().map(|file| (file.path.as_str(), file.text.as_str())))
}

/// Tells whether a text begins with the header of a unit.
fn is_whole(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let word = first.and_then(|line| line.split_whitespace().next()).unwrap_or_default();
    matches!(word, "vocabulaire" | "cadre" | "politique" | "classement")
}

fn file_name(line: &str) -> Option<&str> {
    line.strip_prefix("=== fichier ").map(str::trim)
}

fn files_of(text: &str) -> Vec<NamedText> {
    let mut files: Vec<NamedText> = Vec::new();
    for line in text.lines() {
        match (file_name(line), files.last_mut()) {
            (Some(path), _) => {
                files.push(NamedText { path: path.to_owned(), text: String::new() });
            }
            (None, Some(file)) => {
                file.text.push_str(line);
                file.text.push('\n');
            }
            (None, None) => {}
        }
    }
    files
}

/// Reads a dossier against the prelude's vocabulary.
fn dossier_faults(prelude: &str, text: &str) -> Vec<String> {
    let rules = Rules::from_texts([("manuel.bareme", prelude)]);
    let schema = &rules.compiled.typed.schema;
    let read = dossier::read(text.as_bytes(), Format::Yaml, schema, Forms::none());
    read.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// Turns a raw application into facts with the adapter of the block before.
fn form_faults(rules: Option<&Rules>, text: &str) -> Vec<String> {
    let Some(rules) = rules else { return vec!["aucun adaptateur avant ce formulaire".to_owned()] };
    let paths = rules.recueil.adapters.keys();
    let Some(adapter) = paths.into_iter().find_map(|path| rules.sandbox.adapter(path)) else {
        return vec!["aucun adaptateur avant ce formulaire".to_owned()];
    };
    let schema = &rules.compiled.typed.schema;
    let form = dossier::parse(text.as_bytes(), Format::Json);
    let facts = form.and_then(|form| dossier::facts_of_form(&form, &adapter, schema));
    match facts {
        Ok(case) if case.facts.is_empty() => vec!["le formulaire ne donne aucun fait".to_owned()],
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}
