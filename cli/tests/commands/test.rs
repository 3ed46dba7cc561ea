//! `tester`: examples and their coverage.

use crate::bareme::{fixture, run};

#[test]
fn the_policies_hold_and_are_covered() {
    let run = run(&["tester", "policies", "--couverture"]);
    assert_eq!(run.exit, 0, "{}", run.answer);
    assert!(run.answer.contains("tous vérifiés"));
    assert_eq!(run.answer.matches("(100 %), seuil 100 %").count(), 2, "{}", run.answer);
}

#[test]
fn a_failed_example_shows_its_place() {
    let run = run(&["tester", &fixture("exemple_faux")]);
    assert_eq!(run.exit, 4);
    insta::assert_snapshot!(run.answer);
}

#[test]
fn coverage_names_what_is_missed() {
    let run = run(&["test", &fixture("exemple_faux"), "--couverture"]);
    assert_eq!(run.exit, 4);
    insta::assert_snapshot!(run.answer);
}

#[test]
fn a_threshold_is_asked_for_or_declared() {
    let simple = fixture("simple");
    assert_eq!(run(&["tester", &simple]).exit, 0);
    assert_eq!(run(&["tester", &simple, "--couverture"]).exit, 0);
    assert_eq!(run(&["tester", &simple, "--seuil", "66"]).exit, 0);
    assert_eq!(run(&["tester", &simple, "--seuil", "67"]).exit, 4);
}

#[test]
fn examples_have_a_json_shape() {
    let failed = run(&["tester", &fixture("exemple_faux"), "--couverture", "--format", "json"]);
    assert_eq!(failed.exit, 4);
    insta::assert_snapshot!(failed.answer);
}

#[test]
fn an_invalid_recueil_runs_no_example() {
    let run = run(&["tester", &fixture("erreurs")]);
    assert_eq!((run.exit, run.answer.as_str()), (3, ""));
}
