//! The codes: each is told somewhere in a test, and has texts of its own.

use crate::{House, house};
use source::{CodeInfo, all_codes};
use std::collections::BTreeSet;

/// Tells whether a file is a test of what is told: the mistakes and the remarks of the suite, the
/// tests of hostile texts, of dossiers, of the command.
fn is_test(path: &str) -> bool {
    let marked = path.contains("/fail/") || path.contains("/pass/verdicts");
    marked && path.starts_with("tests/suite/")
        || ["dsl/tests/", "dossier/tests/", "cli/tests/"]
            .iter()
            .any(|folder| path.starts_with(folder))
}

/// Tells whether a page has a block that announces a code; the tests run these blocks.
fn announces(file: &House, code: &str) -> bool {
    let words = ["erreur", "avertissement", "remarque"];
    file.path.starts_with("docs/")
        && words.iter().any(|word| file.text.contains(&format!(" {word} {code}\n")))
}

/// Lists the codes that no test is told.
fn untold(codes: &[CodeInfo], files: &[House]) -> Vec<&'static str> {
    let tests: Vec<&House> = files.iter().filter(|file| is_test(&file.path)).collect();
    let told = |code: &str| {
        tests.iter().any(|file| file.text.contains(code))
            || files.iter().any(|file| announces(file, code))
    };
    codes.iter().map(|info| info.code.0).filter(|code| !told(code)).collect()
}

/// What is wrong with the texts of codes.
fn faults(codes: &[CodeInfo]) -> Vec<String> {
    let mut faults = Vec::new();
    let (mut titles, mut explanations) = (BTreeSet::new(), BTreeSet::new());
    for info in codes {
        let code = info.code;
        if info.title.is_empty() || info.title.ends_with('.') || !titles.insert(info.title) {
            faults.push(format!("{code}: a title of its own, without a full stop"));
        }
        if !info.explanation.ends_with('.') || !explanations.insert(info.explanation) {
            faults.push(format!("{code}: an explanation of its own, in whole sentences"));
        }
    }
    faults
}

/// Codes that only rules too long for a case are told.
const COSTLY: &[&str] = &["N0105"];

#[test]
fn every_code_is_told_in_a_test() {
    let mut untold = untold(all_codes(), &house());
    untold.retain(|code| !COSTLY.contains(code));
    assert!(untold.is_empty(), "no case of the suite, of dossiers or of the command: {untold:?}");
}

#[test]
fn every_code_has_texts_of_its_own() {
    assert_eq!(faults(all_codes()), Vec::<String>::new());
}

#[test]
fn a_code_that_no_test_is_told_is_found() {
    let file = |path: &str| House { path: path.to_owned(), text: "E0101".to_owned() };
    let codes: Vec<CodeInfo> = all_codes().iter().take(1).copied().collect();
    assert_eq!(untold(&codes, &[file("tests/suite/a/pass/a.bareme")]), ["E0101"]);
    assert!(untold(&codes, &[file("tests/suite/a/fail/a.bareme")]).is_empty());
    let twice: Vec<CodeInfo> = codes.iter().chain(&codes).copied().collect();
    assert_eq!(faults(&twice).len(), 2);
}
