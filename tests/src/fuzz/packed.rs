//! Several files in one input, as the suite and the manual write them: `=== fichier CHEMIN` opens a
//! file, down to the next such line. What precedes the first is `essai.bareme`.
//!
//! An input that names the vocabulary `commun` stands on the shared texts of the suite, one that
//! names `manuel` on the vocabulary of the manual, unless it brings files of these names: so a small
//! input says what a whole recueil says.

use crate::manual::{PRELUDE, blocks, prelude};
use crate::rules::root;
use crate::suite::Shared;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The files of a recueil by path.
pub type Files = BTreeMap<String, Vec<u8>>;

const OPENING: &[u8] = b"=== fichier ";
const UNNAMED: &str = "essai.bareme";

/// Writes files as one input.
pub fn pack(files: &Files) -> Vec<u8> {
    let mut out = Vec::new();
    for (path, bytes) in files {
        out.extend(OPENING);
        out.extend(path.as_bytes());
        out.push(b'\n');
        out.extend(bytes);
        if !bytes.ends_with(b"\n") {
            out.push(b'\n');
        }
    }
    out
}

/// Reads the files of an input, with those that it stands on.
pub fn unpack(input: &[u8]) -> Files {
    let mut files = Files::new();
    let mut path = UNNAMED.to_owned();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        if let Some(name) = line.strip_prefix(OPENING) {
            path = String::from_utf8_lossy(name).trim().to_owned();
            files.entry(path.clone()).or_default();
        } else {
            files.entry(path.clone()).or_default().extend(line);
        }
    }
    for (name, shared) in shared() {
        if input.windows(name.len()).any(|word| word == name.as_bytes()) {
            for (path, text) in shared {
                files.entry(path.clone()).or_insert_with(|| text.clone());
            }
        }
    }
    files
}

/// Returns what inputs may stand on, by the word that asks for it.
fn shared() -> &'static [(&'static str, Files); 2] {
    static SHARED: OnceLock<[(&'static str, Files); 2]> = OnceLock::new();
    SHARED.get_or_init(|| {
        let suite = Shared::read().map(|shared| shared.files()).unwrap_or_default();
        let manual = std::fs::read_to_string(root().join("docs/langage.md")).unwrap_or_default();
        let manual = prelude(&blocks(&manual)).as_bytes().to_vec();
        [("commun", suite), ("manuel", Files::from([(PRELUDE.to_owned(), manual)]))]
    })
}
