//! The blocks of code of a manual or of the page of a code, found in its text and run.
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
//!   the adapter of the block before it accepts; with `erreur D0202`, what they are told;
//! - `text`: a form to read, which is not run. Nothing else may open a block.
//!
//! `=== fichier NOM (latin-1)` is a file that was not saved in UTF-8.

use crate::fragments::{Header, files_of, is_silent, is_whole};
use crate::rules::Rules;
use dossier::{DossierError, Format, Forms};
use source::{Diagnostic, Severity};
use std::collections::BTreeMap;

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

/// Whether a remark that a block does not announce is a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remarks {
    /// A manual leaves them aside.
    LeftAside,
    /// The page of a code answers for all that is said.
    Counted,
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

/// The file of the prelude, under the blocks.
pub const PRELUDE: &str = "manuel.bareme";

/// Runs every block, under the prelude among them. Shape: one sentence per block that is not as it
/// says.
pub fn failures(blocks: &[Block]) -> Vec<String> {
    failures_under(prelude(blocks), blocks, Remarks::LeftAside)
}

/// Returns the vocabulary under the blocks of a manual.
pub fn prelude(blocks: &[Block]) -> &str {
    let prelude = blocks.iter().find(|block| block.info == "bareme prélude");
    prelude.map(|block| block.text.as_str()).unwrap_or_default()
}

/// Runs every block under a vocabulary. Shape: one sentence per block that is not as it says.
pub fn failures_under(prelude: &str, blocks: &[Block], remarks: Remarks) -> Vec<String> {
    let mut failures = Vec::new();
    let mut before: Option<Rules> = None;
    // What a block is told, the next one mends: the linter's rules are watched there too.
    let mut watched: Vec<&str> = Vec::new();
    for block in blocks {
        let words: Vec<&str> = block.info.split_whitespace().collect();
        let told = match words.as_slice() {
            ["text"] => Vec::new(),
            ["yaml", "dossier", rest @ ..] => {
                judge_facts(rest, &dossier_faults(prelude, &block.text))
            }
            ["json", "formulaire", rest @ ..] => match form_faults(before.as_ref(), &block.text) {
                Ok(faults) => judge_facts(rest, &faults),
                Err(absent) => vec![absent.to_owned()],
            },
            ["bareme", rest @ ..] => match Expected::read(rest) {
                Some(expected) => {
                    let rules = rules_of(prelude, block, expected.header);
                    let told = expected.judge(&rules, remarks, &watched);
                    before = Some(rules);
                    watched = expected.codes;
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

/// Returns the codes that the end of a block's first line announces.
fn announced<'b>(words: &[&'b str]) -> Option<Vec<&'b str>> {
    match words {
        [] => Some(Vec::new()),
        ["erreur" | "avertissement" | "remarque", codes @ ..] if !codes.is_empty() => {
            Some(codes.to_vec())
        }
        _ => None,
    }
}

/// Compares what is told of a dossier or of a form with what its block announces.
fn judge_facts(words: &[&str], faults: &[DossierError]) -> Vec<String> {
    let Some(codes) = announced(words) else { return vec![format!("mots inconnus : {words:?}")] };
    let unexpected = faults.iter().filter(|fault| !codes.contains(&fault.code.0));
    let mut told: Vec<String> = unexpected.map(ToString::to_string).collect();
    told.extend(missing(&codes, |code| faults.iter().any(|fault| fault.code.0 == code)));
    told
}

fn missing(codes: &[&str], found: impl Fn(&str) -> bool) -> Vec<String> {
    let absent = codes.iter().filter(|code| !found(code));
    absent.map(|code| format!("{code} était annoncé et n'est pas dit")).collect()
}

/// What a block says of itself.
struct Expected<'b> {
    header: Header,
    codes: Vec<&'b str>,
}

impl<'b> Expected<'b> {
    fn read(words: &[&'b str]) -> Option<Self> {
        let (header, rest) = match words {
            ["vocabulaire" | "prélude", rest @ ..] => (Header::Vocabulary, rest),
            ["cadre", rest @ ..] => (Header::Frame, rest),
            rest => (Header::Policy, rest),
        };
        Some(Self { header, codes: announced(rest)? })
    }

    /// Compares what is told of a block with what it says, then runs its examples.
    fn judge(&self, rules: &Rules, remarks: Remarks, watched: &[&str]) -> Vec<String> {
        let watched: Vec<&str> = self.codes.iter().chain(watched).copied().collect();
        let mut diagnostics = rules.verified_watching(&watched);
        // The linter reads the prelude too, which is not the block's.
        diagnostics.retain(|d| analysis::lint_of(d.code).is_none() || !rules.is_in(d, PRELUDE));
        let expected = |d: &Diagnostic| self.codes.contains(&d.code.0);
        let silent = |d: &Diagnostic| d.severity == Severity::Note && remarks == Remarks::LeftAside;
        let unexpected = diagnostics.iter().filter(|d| !expected(d) && !silent(d));
        let mut told: Vec<String> = unexpected.map(|d| rules.say(d)).collect();
        told.extend(missing(&self.codes, |code| diagnostics.iter().any(|d| d.code.0 == code)));
        told
    }
}

fn rules_of(prelude: &str, block: &Block, header: Header) -> Rules {
    let mut files = texts_of(block, header);
    if block.text != prelude {
        files.insert(PRELUDE.to_owned(), prelude.as_bytes().to_vec());
    }
    Rules::from_bytes(files)
}

/// Returns the files of a block of rules, its fragment completed; none for another block.
pub fn files_of_block(block: &Block) -> Option<BTreeMap<String, Vec<u8>>> {
    let words: Vec<&str> = block.info.split_whitespace().collect();
    let ["bareme", rest @ ..] = words.as_slice() else { return None };
    Some(texts_of(block, Expected::read(rest)?.header))
}

fn texts_of(block: &Block, header: Header) -> BTreeMap<String, Vec<u8>> {
    let mut files = files_of(&block.text, "bloc.bareme");
    match files.first_mut() {
        Some(first) if is_silent(&first.text) => drop(files.remove(0)),
        Some(first) if !is_whole(&first.text) => {
            first.text.insert_str(0, &header.text("manuel"));
        }
        _ => {}
    }
    files.iter().map(|file| (file.path.clone(), file.bytes())).collect()
}

/// Reads a dossier against the prelude's vocabulary.
fn dossier_faults(prelude: &str, text: &str) -> Vec<DossierError> {
    let rules = Rules::from_texts([(PRELUDE, prelude)]);
    let schema = &rules.compiled.typed.schema;
    let read = dossier::read(text.as_bytes(), Format::Yaml, schema, Forms::none());
    read.err().unwrap_or_default()
}

/// Turns a raw application into facts with the adapter of the block before. Errors: there is none,
/// or it gives no fact.
fn form_faults(rules: Option<&Rules>, text: &str) -> Result<Vec<DossierError>, &'static str> {
    let absent = "aucun adaptateur avant ce formulaire";
    let rules = rules.ok_or(absent)?;
    let paths = rules.recueil.adapters.keys();
    let adapter = paths.into_iter().find_map(|path| rules.sandbox.adapter(path)).ok_or(absent)?;
    let schema = &rules.compiled.typed.schema;
    let form = dossier::parse(text.as_bytes(), Format::Json);
    let facts = form.and_then(|form| dossier::facts_of_form(&form, &adapter, schema));
    match facts {
        Ok(case) if case.facts.is_empty() => Err("le formulaire ne donne aucun fait"),
        Ok(_) => Ok(Vec::new()),
        Err(errors) => Ok(errors),
    }
}
