//! Every file of the test data and of the recueil parses without a diagnostic, and prints back to
//! a text that parses to the same tree, places apart.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use dsl::syntax::{parse, print};
use source::FileId;
use std::path::{Path, PathBuf};

fn rule_files(directory: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            rule_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "bareme") {
            found.push(path);
        }
    }
    found.sort();
}

fn files(directory: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    rule_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(directory), &mut found);
    found
}

/// Removes every `Span { … }` from a tree's debug form.
fn without_places(debug: &str) -> String {
    let mut out = String::new();
    let mut rest = debug;
    while let Some(at) = rest.find("Span {") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('}').unwrap() + 1..];
    }
    out + rest
}

fn check(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let first = parse(FileId(0), &text);
    assert_eq!(first.diagnostics, [], "{}", path.display());
    let first = first.value.unwrap();
    let printed = print(&first);
    let second = parse(FileId(0), &printed);
    assert_eq!(second.diagnostics, [], "{} printed:\n{printed}", path.display());
    let second = second.value.unwrap();
    let trees = [&first, &second].map(|unit| without_places(&format!("{unit:#?}")));
    assert!(trees[0] == trees[1], "{} changes meaning when printed:\n{printed}", path.display());
    assert_eq!(print(&second), printed, "{} printed twice", path.display());
}

#[test]
fn the_test_data_round_trips() {
    let files = files("tests/data");
    assert!(files.len() >= 12, "{files:?}");
    for path in &files {
        check(path);
    }
}

#[test]
fn the_recueil_round_trips() {
    for path in &files("../policies") {
        check(path);
    }
}

/// CRLF, a byte order mark and decomposed letters do not change the tree.
#[test]
fn the_same_file_as_other_editors_save_it() {
    let text = include_str!("data/policy.bareme");
    let tree = |text: &str| {
        let parsed = parse(FileId(0), text);
        assert_eq!(parsed.diagnostics, []);
        without_places(&format!("{:?}", parsed.value.unwrap()))
    };
    let due = tree(text);
    assert!(tree(&text.replace('\n', "\r\n")) == due);
    assert!(tree(&format!("\u{feff}{text}")) == due);
    let decomposed =
        text.replace('é', "e\u{301}").replace('è', "e\u{300}").replace('à', "a\u{300}");
    assert!(tree(&decomposed) == due);
    assert!(tree(&text.replace('\'', "’")) == due);
    assert!(
        tree(&text.replace(' ', "\u{a0}").replace("\n\u{a0}", "\n ")) != due,
        "texts keep their spaces"
    );
}
