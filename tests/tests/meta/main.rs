//! What the house says of itself, checked: its arrows, its codes, its examples, its style, its
//! promises. Each check is a function of texts, with a negative beside it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod arrows;
mod codes;
mod examples;
mod promises;
mod style;

use std::path::{Path, PathBuf};
use tests::rules::root;

/// One file of the repository: its path from the root, and its text when it is one.
pub struct House {
    /// The path, with `/`.
    pub path: String,
    /// The text, empty for a file that is not one.
    pub text: String,
}

/// Folders of what is built or fetched, of version control, and of what fuzzing finds.
const NOT_OURS: &[&str] = &[
    "target",
    ".git",
    "tests/browser/node_modules",
    "fuzz/target",
    "benches/target",
    "batch/target",
    "fuzz/corpus",
    "fuzz/artifacts",
];

/// Lists the files of the repository that are ours: neither built nor of version control.
pub fn house() -> Vec<House> {
    let root = root();
    let mut files = Vec::new();
    let mut waiting = vec![root.clone()];
    while let Some(at) = waiting.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            let name = relative(&root, &path);
            if NOT_OURS.contains(&name.as_str()) || name.ends_with(".snap.new") {
                continue;
            }
            if path.is_dir() {
                waiting.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                files
                    .push(House { path: name, text: String::from_utf8(bytes).unwrap_or_default() });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Returns the text of a file of the repository.
pub fn text(path: &str) -> String {
    let at: PathBuf = root().join(path);
    std::fs::read_to_string(&at).unwrap_or_else(|error| panic!("{}: {error}", at.display()))
}
