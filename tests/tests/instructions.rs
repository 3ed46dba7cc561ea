//! What is done most takes no more instructions than it did, unless the changelog says why.
//!
//! `instructions/figures.txt` holds what each thing took at the last release. Instructions are counted by
//! Valgrind, of a build that is optimized: noise does not touch them. A thing that takes over 5 % more has a line under
//! `[Unreleased]` that says « instructions » and its name in backquotes; at a release the figures are written
//! anew with `INSTRUCTIONS_ECRIT=1`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tests::rules::root;

const FIGURES: &str = "instructions/figures.txt";

/// How many instructions each thing takes, by its name.
type Figures = BTreeMap<String, u64>;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Builds the program whose instructions are counted.
fn program() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--locked", "--profile", "counted", "-p", "instructions"]);
    let target = root().join("target");
    let built = build.arg("--target-dir").arg(&target).current_dir(root()).output().unwrap();
    assert!(built.status.success(), "{}", said(&built));
    target.join("counted/instructions")
}

fn valgrind() -> PathBuf {
    let output = Command::new(root().join("tests/tools/valgrind")).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

/// Counts the instructions of a thing done so many times, and of what comes before.
fn counted(valgrind: &Path, program: &Path, name: &str, times: u64) -> u64 {
    let mut command = Command::new(valgrind);
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    let output = command.arg(program).args([name, &times.to_string()]).output().unwrap();
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    let line = said.lines().find_map(|line| line.split_once("Collected :"));
    line.and_then(|(_, count)| count.trim().parse().ok()).unwrap_or_else(|| panic!("{said}"))
}

/// Counts what each thing takes once: what more times take, beside a few.
fn measured() -> Figures {
    let (program, valgrind) = (program(), valgrind());
    let names = Command::new(&program).output().unwrap();
    let names = String::from_utf8(names.stdout).unwrap();
    let things = names.lines().map(|line| {
        let (name, enough) = line.split_once(' ').unwrap();
        let enough: u64 = enough.parse().unwrap();
        let count = |times: u64| counted(&valgrind, &program, name, times);
        // Both at once: what each counts is its own.
        let (few, more) = std::thread::scope(|scope| {
            let few = scope.spawn(|| count(2));
            let more = count(2 + enough);
            (few.join().unwrap(), more)
        });
        (name.to_owned(), (more - few) / enough)
    });
    things.collect()
}

fn read(text: &str) -> Figures {
    let figure = |line: &str| {
        let (name, count) = line.split_once(' ').unwrap();
        (name.to_owned(), count.parse().unwrap())
    };
    text.lines().map(figure).collect()
}

/// Lists what takes over 5 % more than it did without a word in the changelog, and what has no figure.
fn faults(before: &Figures, now: &Figures, changelog: &str) -> Vec<String> {
    let unreleased = changelog.split("\n## ").find(|part| part.starts_with("[Unreleased]"));
    let explained = |name: &str| {
        let entries = unreleased.unwrap_or_default().split("\n- ");
        let name = format!("`{name}`");
        entries.skip(1).any(|entry| entry.contains("instructions") && entry.contains(&name))
    };
    let fault = |(name, now): (&String, &u64)| match before.get(name) {
        None => Some(format!("{name}: {now}, and no figure to compare with")),
        Some(before) if now * 100 > before * 105 && !explained(name) => {
            Some(format!("{name}: {now} instructions, against {before}"))
        }
        Some(_) => None,
    };
    let gone = before.keys().filter(|name| !now.contains_key(*name));
    let gone = gone.map(|name| format!("{name}: a figure of what is not counted any more"));
    now.iter().filter_map(fault).chain(gone).collect()
}

#[test]
fn what_is_done_most_takes_no_more_instructions() {
    let now = measured();
    let path = root().join(FIGURES);
    if std::env::var_os("INSTRUCTIONS_ECRIT").is_some() {
        let lines: String = now.iter().map(|(name, count)| format!("{name} {count}\n")).collect();
        std::fs::write(&path, lines).unwrap();
    }
    let before = read(&std::fs::read_to_string(path).unwrap());
    for (name, count) in &now {
        let before = before.get(name).copied().unwrap_or(0);
        println!("{name}: {count} instructions, {before} at the last release");
    }
    let changelog = std::fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    assert_eq!(faults(&before, &now, &changelog), Vec::<String>::new());
}

#[test]
fn what_takes_more_is_found_unless_the_changelog_says_why() {
    let before = read("read 1000\nsingle 1000\n");
    let told = |now: &str, changelog: &str| faults(&before, &read(now), changelog);
    let silent = "# Changelog\n\n## [Unreleased]\n\n- `single` is nicer.\n";
    assert!(told("read 1000\nsingle 1050\n", silent).is_empty());
    assert_eq!(
        told("read 1000\nsingle 1051\n", silent),
        ["single: 1051 instructions, against 1000"]
    );
    let explained =
        "# Changelog\n\n## [Unreleased]\n\n- `single`: more instructions, for ranges.\n";
    assert!(told("read 1000\nsingle 2000\n", explained).is_empty());
    assert_eq!(told("read 2000\nsingle 2000\n", explained).len(), 1);
    let released = "# Changelog\n\n## [Unreleased]\n\n## [1.0]\n\n- `single`: more instructions.\n";
    assert_eq!(told("read 1000\nsingle 2000\n", released).len(), 1);
}

#[test]
fn what_has_no_figure_and_a_figure_of_nothing_are_found() {
    let before = read("read 1000\nsingle 1000\n");
    let told = faults(&before, &read("read 1000\nworded 5\n"), "");
    assert_eq!(told.len(), 2, "{told:?}");
}
