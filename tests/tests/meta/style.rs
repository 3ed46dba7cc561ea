//! House style, as far as text tells: sizes, openings, names of rooms, and a project that speaks of
//! itself only.

use crate::{House, house};

/// The longest file.
const FILE: usize = 800;
/// The longest function, but for the exhaustive matches below.
const FUNCTION: usize = 100;

/// Data, not code: vocabularies of forms, references, locks, what a command prints.
const LONG: &[&str] = &[
    "Cargo.lock",
    "batch/Cargo.lock",
    "benches/Cargo.lock",
    "docs/json.md",
    "docs/langage.md",
    "fuzz/Cargo.lock",
    "policies/adaptateurs/cerfa_14069.rhai",
    "policies/vocabulaires/cerfa_14069.bareme",
];

/// Functions that are one exhaustive match.
const MATCHES: &[&str] = &["describe"];

/// Modules that would hold anything.
const NAMELESS: &[&str] =
    &["mod.rs", "utils.rs", "util.rs", "helpers.rs", "helper.rs", "common.rs", "misc.rs"];

/// Words of places that are not the project's.
const ELSEWHERE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("work", "tree"),
    concat!("sub", "agent"),
];

/// What is not as the house wants it in a file.
fn faults(file: &House) -> Vec<String> {
    let mut faults = Vec::new();
    let House { path, text } = file;
    let lines = text.lines().count();
    let printed = path.ends_with(".snap") || path.starts_with("cli/schemas/");
    if lines > FILE && !printed && !LONG.contains(&path.as_str()) {
        faults.push(format!("{path}: {lines} lines"));
    }
    for word in ELSEWHERE.iter().filter(|word| text.contains(**word)) {
        faults.push(format!("{path}: « {word} »"));
    }
    if !path.ends_with(".rs") {
        return faults;
    }
    if !text.starts_with("//!") {
        faults.push(format!("{path}: does not open with //!"));
    }
    if NAMELESS.contains(&path.rsplit('/').next().unwrap_or(path)) {
        faults.push(format!("{path}: a room without a name"));
    }
    for (name, length) in functions(text) {
        if length > FUNCTION && !MATCHES.contains(&name) {
            faults.push(format!("{path}: « {name} » has {length} lines"));
        }
    }
    faults
}

/// Lists functions with their lengths: from the line of `fn` to the brace at the same indent.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        let mut words = code.split(' ').skip_while(|word| *word != "fn");
        let declares = code.split("fn ").next().is_some_and(|before| {
            before.split_whitespace().all(|word| {
                word.starts_with("pub") || matches!(word, "const" | "super)" | "async" | "unsafe")
            })
        });
        let (Some(_), Some(name), true) = (words.next(), words.next(), declares) else { continue };
        let name = name.split(['(', '<']).next().unwrap_or(name);
        let closing = format!("{}}}", " ".repeat(indent));
        let length = lines.iter().skip(at).position(|end| *end == closing || end.ends_with(';'));
        let one_line = line.ends_with('}');
        let body = lines.iter().skip(at).position(|end| *end == closing);
        let declared_only = length.is_some_and(|end| Some(end) != body) && body.is_none();
        if one_line || declared_only {
            continue;
        }
        found.extend(body.map(|end| (name, end + 1)));
    }
    found
}

#[test]
fn every_file_is_as_the_house_wants_it() {
    let faults: Vec<String> = house().iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn what_the_house_does_not_want_is_found() {
    let told = |path: &str, text: &str| {
        faults(&House { path: path.to_owned(), text: text.to_owned() }).len()
    };
    let long_function = format!("//! A.\nfn a() {{\n{}}}\n", "    b();\n".repeat(FUNCTION));
    let right_function =
        format!("//! A.\npub(super) fn a() {{\n{}}}\n", "    b();\n".repeat(FUNCTION - 2));
    assert_eq!(told("a/src/b.rs", "//! B.\n"), 0);
    assert_eq!(told("a/src/b.rs", "fn b() {}\n"), 1);
    assert_eq!(told("a/src/utils.rs", "//! B.\n"), 1);
    assert_eq!(told("a/src/b/mod.rs", "//! B.\n"), 1);
    assert_eq!(told("a/src/b.rs", &format!("//! B.\n{}", "\n".repeat(FILE))), 1);
    assert_eq!(told("a/src/b.rs", &long_function), 1);
    assert_eq!(told("a/src/b.rs", &right_function), 0);
    assert_eq!(told("README.md", concat!("see /tm", "p/a\n")), 1);
}
