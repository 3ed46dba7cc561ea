//! `expliquer --format html` and `--format pdf`, `--sortie`, and what stops them.

use crate::bareme::{Run, fixture, root, run, run_where, scratch};
use std::process::Command;

const DOSSIER: [&str; 4] = ["expliquer", "examples/lyon-6e.yaml", "--candidat", "tabanou"];

fn asked(more: &[&str]) -> Run {
    run(&[&DOSSIER, more].concat())
}

#[test]
fn a_page_goes_to_the_standard_output_or_to_a_file() {
    let run = asked(&["--format", "html"]);
    assert_eq!((run.exit, run.explanation.as_str()), (0, ""));
    assert!(run.answer.starts_with("<!DOCTYPE html>\n<html lang=\"fr\">"), "{}", run.answer);
    assert!(run.answer.contains("<h1>Vous avez 536\u{a0}points</h1>"));

    let file = scratch("page").join("tabanou.html");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "avant").unwrap();
    let written =
        asked(&["--format", "html", "--langue", "en", "--vue", "auditeur", "--sortie", path]);
    assert_eq!((written.exit, written.explanation.as_str()), (0, ""));
    assert_eq!(written.answer, format!("Écrit dans « {path} »\n"));
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.contains("<html lang=\"en\">") && page.contains("Total: 536 points"), "{page}");
}

#[test]
fn every_form_goes_to_a_file_as_it_would_be_shown() {
    let folder = scratch("page-forms");
    for format in ["humain", "json", "html"] {
        let file = folder.join(format);
        let shown = asked(&["--format", format]).answer;
        let run = asked(&["--format", format, "--sortie", file.to_str().unwrap()]);
        assert_eq!(run.exit, 0, "{}", run.explanation);
        let written = std::fs::read_to_string(&file).unwrap();
        // The hash of the recueil is left out of what a run shows.
        assert_eq!(written.lines().count(), shown.lines().count(), "{format}");
        assert_eq!(written.lines().next(), shown.lines().next(), "{format}");
        assert!(!written.contains('\u{1b}'), "{format}: no style");
    }
}

#[test]
fn a_pdf_is_printed_by_the_browser_of_the_machine() {
    let setup = Command::new(root().join("tests/browser/setup")).output().unwrap();
    assert!(setup.status.success(), "{}", String::from_utf8_lossy(&setup.stderr));
    let printed = String::from_utf8(setup.stdout).unwrap();
    let chromium = printed.lines().last().unwrap();
    let file = scratch("page-pdf").join("tabanou.pdf");
    let arguments =
        [&DOSSIER[..], &["--format", "pdf", "--sortie", file.to_str().unwrap()]].concat();
    let run = run_where(&[("BAREME_CHROMIUM", chromium)], &arguments);
    assert_eq!((run.exit, run.explanation.as_str()), (0, ""));
    assert!(std::fs::read(&file).unwrap().starts_with(b"%PDF-"));
}

#[test]
fn without_a_browser_a_pdf_is_a_clear_failure_and_nothing_is_written() {
    let file = scratch("page-none").join("tabanou.pdf");
    let arguments =
        [&DOSSIER[..], &["--format", "pdf", "--sortie", file.to_str().unwrap()]].concat();
    let absent = run_where(&[("BAREME_CHROMIUM", ""), ("PATH", "/nowhere")], &arguments);
    insta::assert_snapshot!("page_without_a_browser", absent.whole());
    let broken = run_where(&[("BAREME_CHROMIUM", "/bin/false")], &arguments);
    assert_eq!((broken.exit, broken.answer.as_str()), (1, ""));
    assert!(broken.explanation.contains("(« /bin/false ») n'imprime pas la page"));
    assert!(!file.exists());
}

#[test]
fn other_commands_have_no_page_of_this_kind() {
    for format in ["html", "pdf"] {
        let run = run(&["evaluer", "examples/lyon-6e.yaml", "--format", format]);
        assert_eq!((run.exit, run.answer.as_str()), (2, ""));
        assert_eq!(
            run.explanation,
            "erreur : seul « bareme expliquer » répond par une page html ou pdf\n  = aide : « bareme publier » écrit des pages sans cette option\n"
        );
    }
}

#[test]
fn what_cannot_be_written_is_said_and_a_refused_dossier_writes_nothing() {
    let nowhere = asked(&["--format", "html", "--sortie", "/nowhere/page.html"]);
    assert_eq!((nowhere.exit, nowhere.answer.as_str()), (1, ""));
    assert!(nowhere.explanation.contains("écriture impossible de « /nowhere/page.html »"));

    let file = scratch("page-refused").join("ana.html");
    let (dossier, recueil) = (fixture("dossiers/mauvais.yaml"), fixture("simple"));
    let arguments = ["expliquer", &dossier, "--recueil", &recueil, "--candidat", "ana"];
    let page = ["--format", "html", "--sortie", file.to_str().unwrap()];
    let refused = run(&[&arguments[..], &page].concat());
    assert_eq!((refused.exit, refused.answer.as_str()), (5, ""));
    assert_eq!(refused.explanation, run(&arguments).explanation, "mistakes are said as text");
    assert!(!file.exists());
}
