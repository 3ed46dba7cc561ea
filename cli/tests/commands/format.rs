//! `formater`, `verifier --corriger`, `--format court`.

use crate::bareme::{fixture, root, run, run_in, scratch};
use std::path::{Path, PathBuf};

const UNTIDY: &str = "politique points\nversion 1\nen vigueur a partir du 2019-07-01\nutilise faits\nsource \"S\"\nCRITERE grand \"Grand\"\n   donne 10 points\n   si foyer.personnes>=3\n";
const TIDY: &str = "politique points\nversion 1\nen vigueur à partir du 2019-07-01\nutilise faits\nsource \"S\"\n\ncritère grand \"Grand\"\n  donne 10 points\n  si foyer.personnes ≥ 3\n";

/// Makes a recueil of one policy, beside a vocabulary with the facts of a household.
fn recueil(name: &str, policy: &str) -> PathBuf {
    let directory = scratch(name);
    let manifest = "nom: essai\nlangage: 1\nunites: [\"*.bareme\"]\n";
    std::fs::write(directory.join("recueil.yaml"), manifest).unwrap();
    let facts = "vocabulaire faits\nversion 1\nen vigueur à partir du 2019-01-01\n\nentité foyer\n  personnes : entier\n";
    std::fs::write(directory.join("faits.bareme"), facts).unwrap();
    std::fs::write(directory.join("points.bareme"), policy).unwrap();
    directory
}

fn policy(directory: &Path) -> String {
    std::fs::read_to_string(directory.join("points.bareme")).unwrap()
}

#[test]
fn the_policies_are_in_the_style() {
    let run = run(&["formater", "--verifier", "policies"]);
    assert_eq!((run.exit, run.answer.as_str()), (0, ""), "{}", run.explanation);
}

#[test]
fn files_are_written_in_the_style_once() {
    let directory = recueil("formater", UNTIDY);
    let seen = run_in(&directory, &["formater", "--verifier"]);
    assert_eq!(seen.exit, 4);
    assert!(seen.answer.ends_with("points.bareme\n"), "{}", seen.answer);
    assert!(!seen.answer.contains("faits.bareme"));
    assert_eq!(policy(&directory), UNTIDY);
    assert_eq!(run_in(&directory, &["formater"]).exit, 0);
    assert_eq!(policy(&directory), TIDY);
    let again = run_in(&directory, &["fmt", "points.bareme", "--format", "json"]);
    assert_eq!(again.json(), serde_json::json!({ "fichiers": [], "diagnostics": [] }));
    assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 3);
}

#[test]
fn a_file_with_errors_is_never_written() {
    let broken = UNTIDY.replace("10 points", "10.5 points");
    let directory = recueil("formater_erreur", &broken);
    let run = run_in(&directory, &["formater", "--format", "court"]);
    assert_eq!(run.exit, 3);
    assert!(run.explanation.contains("points.bareme:7:10: erreur[E0104] "), "{}", run.explanation);
    assert_eq!(policy(&directory), broken);
    std::fs::write(directory.join("points.bareme"), b"politique p\xe9\n").unwrap();
    assert_eq!(run_in(&directory, &["formater", "points.bareme"]).exit, 3);
    assert_eq!(run_in(&directory, &["formater"]).exit, 3);
    assert_eq!(std::fs::read(directory.join("points.bareme")).unwrap(), b"politique p\xe9\n");
    assert_eq!(run_in(&directory, &["formater", "absent.bareme"]).exit, 1);
}

#[test]
fn safe_replacements_are_applied_until_none_is_left() {
    let broken = TIDY
        .replace("à partir du 2019-07-01", "à partir du 01/07/2019")
        .replace("foyer.personnes", "foyer.personne");
    let directory = recueil("corriger", &broken);
    let run = run_in(&directory, &["verifier", "--corriger", "--format", "court"]);
    assert_eq!(run.exit, 0, "{}{}", run.answer, run.explanation);
    assert_eq!(policy(&directory), TIDY);
    assert!(
        run.explanation
            .contains("points.bareme:3:24: corrigé[E0105] « 01/07/2019 » → « 2019-07-01 »"),
        "{}",
        run.explanation
    );
    assert!(run.explanation.contains("2 corrections appliquées"), "{}", run.explanation);
}

#[test]
fn a_replacement_that_brings_an_error_is_not_applied() {
    // The date, once written well, is a day before its period begins.
    let broken = TIDY.replace("à partir du 2019-07-01", "du 2019-07-01 au 01/07/2018");
    let directory = recueil("corriger_pire", &broken);
    let run = run_in(&directory, &["verifier", "--corriger"]);
    assert_eq!(run.exit, 3);
    assert_eq!(policy(&directory), broken);
    assert!(
        run.explanation.contains(
            "points.bareme:3:29: non corrigé[E0105] « 01/07/2018 » → « 2018-07-01 », qui ajouterait une erreur"
        ),
        "{}",
        run.explanation
    );
    assert!(run.explanation.contains("0 correction appliquée"), "{}", run.explanation);
}

#[test]
fn a_replacement_that_brings_an_error_holds_up_no_other() {
    let broken = TIDY
        .replace("à partir du 2019-07-01", "du 2019-07-01 au 01/07/2018")
        .replace("foyer.personnes", "foyer.personne")
        + "\ncritère petit \"Petit\"\n  donne 1 point\n  si foyer.personnes < 2.5\n";
    let directory = recueil("corriger_en_partie", &broken);
    let run = run_in(&directory, &["verifier", "--corriger", "--format", "court"]);
    assert_eq!(run.exit, 3, "{}{}", run.answer, run.explanation);
    let due = broken.replace("2.5", "2,5").replace("foyer.personne ", "foyer.personnes ");
    assert_eq!(policy(&directory), due, "{}", run.explanation);
    let told = |said: &str| run.explanation.matches(said).count();
    assert_eq!(told(": corrigé["), 2, "{}", run.explanation);
    assert_eq!(told("points.bareme:3:29: non corrigé[E0105] "), 1, "{}", run.explanation);
    assert!(run.explanation.ends_with("2 corrections appliquées\n"), "{}", run.explanation);
}

#[test]
fn a_diagnostic_is_a_line_for_editors() {
    let run = run(&["verifier", &fixture("erreurs"), "--format", "court", "--date", "2019-10-15"]);
    assert_eq!((run.exit, run.explanation.as_str()), (3, ""));
    let shaped = |line: &str| {
        let mut parts = line.splitn(4, ':');
        let path = parts.next().is_some_and(|path| {
            Path::new(&fixture("erreurs")).join(path).exists()
                || root().join(fixture("erreurs")).join(path).exists()
        });
        let numbers = parts.by_ref().take(2).all(|number| number.parse::<usize>().is_ok());
        path && numbers && parts.next().is_some_and(|rest| rest.contains("] "))
    };
    assert!(run.answer.lines().count() > 5 && run.answer.lines().all(shaped), "{}", run.answer);
    let failed = crate::bareme::run(&["tester", &fixture("exemple_faux"), "--format", "court"]);
    assert_eq!(failed.exit, 4);
    assert!(
        failed.answer.lines().all(|line| line.contains(": erreur[E0702] ")),
        "{}",
        failed.answer
    );
}
