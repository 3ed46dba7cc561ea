//! The arrows between crates: those of `cargo metadata` are among those that `ARCHITECTURE.md`
//! draws, and it names every crate.

use crate::text;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// An arrow: the first may be used by the second.
type Arrow = (String, String);

/// Reads the drawing under « ## Arrows ». A chain `a ──► b ──► c` is two arrows; a line that starts
/// from `└` goes on from the name above it; `every other crate` is what it says.
fn drawn(architecture: &str, crates: &BTreeSet<String>) -> BTreeSet<Arrow> {
    let section = architecture.split("## Arrows").nth(1).unwrap_or("");
    let drawing = section.split("```text\n").nth(1).unwrap_or("").split("```").next().unwrap_or("");
    let mut placed: Vec<(usize, usize, String)> = Vec::new();
    let mut arrows = BTreeSet::new();
    for line in drawing.lines() {
        let mut before = corner(line).and_then(|at| {
            let above = placed.iter().rev().find(|(from, to, _)| (*from..*to).contains(&at));
            above.map(|(_, _, name)| name.clone())
        });
        let mut found = Vec::new();
        for (from, to, name) in names(line) {
            let all = crates.iter().filter(|other| Some(*other) != before.as_ref());
            let ends: Vec<String> = match name.as_str() {
                "every other crate" => all.cloned().collect(),
                _ => vec![name.clone()],
            };
            if let Some(before) = &before {
                arrows.extend(ends.iter().map(|end| (before.clone(), end.clone())));
            }
            before = Some(name.clone());
            found.push((from, to, name));
        }
        placed.extend(found);
    }
    closed(arrows)
}

/// Returns the column of a corner.
fn corner(line: &str) -> Option<usize> {
    line.chars().position(|sign| sign == '└')
}

/// Returns the names on a line with their columns.
fn names(line: &str) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    let mut word: Option<(usize, String)> = None;
    for (at, sign) in line.chars().chain("─".chars()).enumerate() {
        let drawn = matches!(sign, '─' | '►' | '│' | '└');
        match &mut word {
            Some((_, name)) if !drawn => name.push(sign),
            Some((from, name)) => {
                let name = name.trim_end().to_owned();
                found.push((*from, *from + name.chars().count(), name));
                word = None;
            }
            None if !drawn && sign != ' ' => word = Some((at, sign.to_string())),
            None => {}
        }
    }
    found
}

/// Adds the arrows that follow from others.
fn closed(mut arrows: BTreeSet<Arrow>) -> BTreeSet<Arrow> {
    loop {
        let further: Vec<Arrow> = arrows
            .iter()
            .flat_map(|(a, b)| {
                arrows.iter().filter(move |(c, _)| c == b).map(move |(_, d)| (a.clone(), d.clone()))
            })
            .filter(|arrow| !arrows.contains(arrow))
            .collect();
        if further.is_empty() {
            return arrows;
        }
        arrows.extend(further);
    }
}

/// Reads the crates and their arrows from `cargo metadata`.
fn real() -> (BTreeSet<String>, BTreeSet<Arrow>) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(tests::rules::root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let crates: BTreeSet<String> = packages.iter().map(name).collect();
    let mut arrows = BTreeSet::new();
    for package in packages {
        for used in package["dependencies"].as_array().unwrap() {
            if crates.contains(&name(used)) {
                arrows.insert((name(used), name(package)));
            }
        }
    }
    (crates, arrows)
}

/// Reads the first column of the table under « ## Rooms ».
fn rooms(architecture: &str) -> BTreeSet<String> {
    let section = architecture.split("## Rooms").nth(1).unwrap_or("");
    let section = section.split("\n## ").next().unwrap_or("");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next()).map(str::to_owned).collect()
}

#[test]
fn no_crate_uses_another_against_the_drawing() {
    let (crates, real) = real();
    let drawn = drawn(&text("ARCHITECTURE.md"), &crates);
    let against: Vec<&Arrow> = real.difference(&drawn).collect();
    assert!(against.is_empty(), "used by, and not drawn: {against:?}");
    assert!(real.len() >= 20, "{real:?}");
}

#[test]
fn the_drawing_names_crates_only() {
    let (crates, _) = real();
    let drawn = drawn(&text("ARCHITECTURE.md"), &crates);
    let named: BTreeSet<String> = drawn.into_iter().flat_map(|(a, b)| [a, b]).collect();
    let strange: Vec<&String> =
        named.difference(&crates).filter(|name| *name != "every other crate").collect();
    assert!(strange.is_empty(), "{strange:?}");
}

#[test]
fn every_crate_has_its_row_among_the_rooms() {
    assert_eq!(rooms(&text("ARCHITECTURE.md")), real().0);
}

#[test]
fn a_drawing_is_read_as_it_looks() {
    let crates: BTreeSet<String> = ["a", "bb", "c", "d", "e"].map(str::to_owned).into();
    let page = "## Arrows\n\n```text\na ──► bb ──► c\n│     └───► d\n└─► every other crate\n```\n";
    let drawn = drawn(page, &crates);
    let has = |a: &str, b: &str| drawn.contains(&(a.to_owned(), b.to_owned()));
    assert!(has("a", "bb") && has("bb", "c") && has("bb", "d") && has("a", "e"));
    assert!(has("a", "c"), "what follows from two arrows");
    assert!(!has("d", "c") && !has("c", "bb") && !has("e", "a") && !has("bb", "e"));
    let names: BTreeMap<String, usize> =
        names("  bb ──► every other").into_iter().map(|(at, _, name)| (name, at)).collect();
    assert_eq!(names, BTreeMap::from([("bb".to_owned(), 2), ("every other".to_owned(), 9)]));
}
