//! The formatter: the style of the recueil, the same meaning, nothing lost, nothing more to do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use dsl::syntax::{parse, print};
use proptest::prelude::*;
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

fn files(directories: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for directory in directories {
        rule_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(directory), &mut found);
    }
    found
}

fn formatted(text: &str) -> String {
    let found = dsl::format(FileId(0), text);
    found.value.unwrap_or_else(|| panic!("{:?}\n{text}", found.diagnostics))
}

fn comments(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.trim_start().starts_with('#'));
    lines.map(|line| line.trim().to_owned()).collect()
}

/// A text that parses keeps its meaning and its comments; formatting again changes nothing.
fn check(text: &str, whence: &str) {
    let before = parse(FileId(0), text);
    let found = dsl::format(FileId(0), text);
    if before.has_errors() {
        assert_eq!(found.value, None, "{whence} has errors and is formatted");
        assert_eq!(found.diagnostics, before.diagnostics, "{whence}");
        return;
    }
    let Some(once) = found.value else { panic!("{whence}: {:?}\n{text}", found.diagnostics) };
    let after = parse(FileId(0), &once);
    assert_eq!(after.diagnostics, [], "{whence}");
    assert_eq!(print(&after.value.unwrap()), print(&before.value.unwrap()), "{whence}");
    assert_eq!(formatted(&once), once, "{whence} formatted twice");
    assert_eq!(comments(&once), comments(text), "{whence} loses a comment");
    assert!(once.lines().all(|line| line.trim_end() == line), "{whence} ends a line with a space");
    assert!(!once.contains("\n\n\n") && !once.ends_with("\n\n") && !once.contains('\r'));
}

#[test]
fn real_files_keep_their_meaning() {
    let files = files(&["tests/data", "../policies", "../tests/suite", "../cli/tests/fixtures"]);
    assert!(files.len() >= 30, "{files:?}");
    for path in files {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        check(&text, &path.display().to_string());
    }
}

#[test]
fn the_recueil_is_in_the_style() {
    for path in files(&["../policies"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(formatted(&text) == text, "« bareme formater » changes {}", path.display());
    }
}

/// The blocks of the manual that parse once they have a header.
#[test]
fn the_manual_is_in_the_style() {
    let manual = include_str!("../../docs/langage.md");
    let mut formatted_blocks = 0;
    for block in manual.split("```bareme").skip(1) {
        let (_, rest) = block.split_once('\n').unwrap();
        let (text, _) = rest.split_once("\n```").unwrap();
        let whole = format!("politique essai\n\n{text}\n");
        check(&whole, text);
        if !parse(FileId(0), &whole).has_errors() {
            let shown = !text.contains("critere famille") && !text.contains("3 ans tout court");
            assert!(!shown || formatted(&whole) == whole, "{text}\n→\n{}", formatted(&whole));
            formatted_blocks += 1;
        }
    }
    assert!(formatted_blocks >= 60, "{formatted_blocks}");
}

#[test]
fn the_style() {
    let written = "\u{feff}# Avant tout\r\nPOLITIQUE p « Une politique »\r\nversion 1\r\n\r\n\r\n## Doc.\r\ncritere un \"Un\"   # à côté\r\n      donne 5 points*( a-b )\r\n          si f( x;2 )>=3   \r\n  # sur la suite\r\n  SI a <> b\r\n     et c!=-4\r\ncritere deux\r\n  donne 1600€\r\n\r\n\r\n# la table\r\nTABLE t:points\r\n|a|b=>r|\r\n  |moins de 3|*⇒0 point\r\n  # dans la table\r\n  |3 ou plus|4→10 points|  # dix\r\n  |sinon=>0 point|\r\nexemple “E” LE 2 Aout 2020\r\n etant donne :\r\n  a.b=1 600 €\r\n attend\r\n   critere un=NON OBTENU";
    let due = "# Avant tout
politique p \"Une politique\"
version 1

## Doc.
critère un \"Un\"  # à côté
  donne 5 points × (a - b)
    si f(x ; 2) ≥ 3
  # sur la suite
  si a ≠ b
    et c ≠ -4

critère deux
  donne 1600 €

# la table
table t : points
  | a          | b => r         |
  | moins de 3 | * =>  0 point  |
  # dans la table
  | 3 ou plus  | 4 => 10 points |  # dix
  | sinon          =>  0 point  |

exemple \"E\" le 2 août 2020
  étant donné
    a.b = 1 600 €
  attend
    critère un = non obtenu
";
    assert_eq!(formatted(written), due);
}

#[test]
fn blank_lines_part_declarations_and_guarantees_may_follow_one_another() {
    let written = "politique p\nversion 1\ncritère a\n  donne 1 point\n  # de a\n# de b\ncritère b\n\n\n  donne 1 point\ngarantie \"G\" total ≥ 0\ngarantie \"H\"\n  total ≥ 0\nretient 5 candidats\n\n\n# fin\n\n";
    let due = "politique p\nversion 1\n\ncritère a\n  donne 1 point\n  # de a\n\n# de b\ncritère b\n\n  donne 1 point\n\ngarantie \"G\" total ≥ 0\ngarantie \"H\"\n  total ≥ 0\n\nretient 5 candidats\n\n# fin\n";
    assert_eq!(formatted(written), due);
    let short = "vocabulaire v\nversion 1\n\ndéfinition a = 1\ndéfinition b = 2\n";
    assert_eq!(formatted(short), short);
}

#[test]
fn names_texts_and_labels_of_version_are_the_author_s() {
    let text =
        "vocabulaire Critere\nversion 3  Bis\nsource \"Et  OU >= * critere\"\nutilise Si ; ENTRE\n";
    assert_eq!(formatted(text), text);
}

#[test]
fn a_broken_file_is_not_formatted() {
    let found = dsl::format(FileId(0), "politique p\nversion 1\ncritere a\n  donne 31.5 points\n");
    assert_eq!(found.value, None);
    assert_eq!(found.diagnostics.iter().map(|it| it.code.0).collect::<Vec<_>>(), ["E0104"]);
}

/// A change that a hand could make to a file.
#[derive(Clone, Debug)]
enum Mangle {
    Space(usize),
    Upper(usize),
    Bare(usize),
    Indent(usize, usize),
    Comment(usize, bool),
    Blank(usize),
    Unindent(usize),
    Sign(usize),
}

fn mangled(text: &str, changes: &[Mangle]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for change in changes {
        let count = lines.len();
        let at = |at: &usize| at % count;
        match change {
            Mangle::Space(line) => lines[at(line)] = lines[at(line)].replace(' ', "  "),
            Mangle::Upper(line) => lines[at(line)] = lines[at(line)].to_uppercase(),
            Mangle::Bare(line) => lines[at(line)] = lines[at(line)].replace(['é', 'è'], "e"),
            Mangle::Indent(line, by) => lines[at(line)].insert_str(0, &" ".repeat(by % 7)),
            Mangle::Comment(line, true) => lines[at(line)].push_str("# fin de ligne"),
            Mangle::Comment(line, false) => lines.insert(at(line), "   # ligne".to_owned()),
            Mangle::Blank(line) => lines.insert(at(line), "  ".to_owned()),
            Mangle::Unindent(line) => lines[at(line)] = lines[at(line)].trim_start().to_owned(),
            Mangle::Sign(line) => {
                let swaps =
                    [("≥", ">="), ("≤", "<="), ("≠", "<>"), ("×", "*"), ("=>", "⇒"), (" = ", "=")];
                for (from, to) in swaps {
                    lines[at(line)] = lines[at(line)].replace(from, to);
                }
            }
        }
    }
    lines.join("\n")
}

fn change() -> impl Strategy<Value = Mangle> {
    prop_oneof![
        any::<usize>().prop_map(Mangle::Space),
        any::<usize>().prop_map(Mangle::Upper),
        any::<usize>().prop_map(Mangle::Bare),
        (any::<usize>(), any::<usize>()).prop_map(|(line, by)| Mangle::Indent(line, by)),
        (any::<usize>(), any::<bool>()).prop_map(|(line, end)| Mangle::Comment(line, end)),
        any::<usize>().prop_map(Mangle::Blank),
        any::<usize>().prop_map(Mangle::Unindent),
        any::<usize>().prop_map(Mangle::Sign),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mangled_files_come_back(file in any::<usize>(), changes in prop::collection::vec(change(), 1..6)) {
        let files = files(&["tests/data", "../policies/als", "../policies/entreprises", "../policies/cadres"]);
        let path = &files[file % files.len()];
        let text = mangled(&std::fs::read_to_string(path).unwrap(), &changes);
        check(&text, &format!("{} after {changes:?}", path.display()));
    }

    #[test]
    fn any_text_ends_without_a_panic(text in "(?s)[\u{0}-\u{ff}|#«»\"{};=>a-z\n ]{0,300}") {
        check(&text, "any text");
    }
}
