//! `expliquer`: three views, two languages, and what stops it.

use crate::bareme::{fixture, run};
use serde_json::Value;

const VIEWS: [&str; 3] = ["demandeur", "rh", "auditeur"];

fn example(arguments: &[&str]) -> String {
    let mut all = vec!["expliquer", "examples/lyon-6e.yaml"];
    all.extend(arguments);
    let run = run(&all);
    assert_eq!((run.exit, run.explanation.as_str()), (0, ""));
    run.answer
}

#[test]
fn the_worked_examples_in_three_views() {
    for id in ["tabanou", "leclerc"] {
        for view in VIEWS {
            let answer = example(&["--candidat", id, "--vue", view]);
            insta::assert_snapshot!(format!("explique_{id}_{view}"), answer);
        }
    }
}

#[test]
fn the_worked_example_in_english() {
    let answer = example(&["--candidat", "tabanou", "--langue", "en"]);
    insta::assert_snapshot!("explique_tabanou_en", answer);
}

#[test]
fn no_line_is_wider_than_eighty_columns_unless_one_word_is() {
    for view in VIEWS {
        let answer = example(&["--candidat", "tabanou", "--vue", view]);
        for line in answer.lines() {
            let words = line.trim_start().split(' ').count();
            assert!(line.chars().count() <= 80 || words == 1, "{line}");
        }
    }
}

#[test]
fn the_json_has_the_explanation_and_its_sentences() {
    let answer = example(&["--candidat", "tabanou", "--format", "json"]);
    let json: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((&json["vue"], &json["resultat"]["total"]), (&"demandeur".into(), &536.into()));
    assert_eq!(json["phrases"]["resultat"][0], "Vous avez 536\u{a0}points");
    let lines = json["grilles"][0]["lignes"].as_array().unwrap();
    let texts = json["phrases"]["grilles"][0]["lignes"].as_array().unwrap();
    let ids = |lines: &[Value]| -> Vec<Value> { lines.iter().map(|it| it["id"].clone()).collect() };
    assert_eq!(ids(lines), ids(texts));
    assert_eq!(texts[0]["resume"], "J'ai moins de 30 ans\u{a0}: vous avez 29\u{a0}ans → 70 sur 70");
}

#[test]
fn an_unknown_candidate_is_a_clear_error_that_does_not_repeat_it() {
    let run = run(&["expliquer", "examples/lyon-6e.yaml", "--candidat", "jean-personne"]);
    assert_eq!((run.exit, run.answer.as_str()), (2, ""));
    assert_eq!(
        run.explanation,
        "erreur : aucun candidat du dossier ne porte l'identifiant demandé\n  = aide : « bareme evaluer » montre les candidats d'un dossier\n"
    );
    assert!(!run.explanation.contains("jean-personne"));
}

#[test]
fn a_dossier_with_mistakes_is_refused_as_evaluer_refuses_it() {
    let dossier = fixture("dossiers/mauvais.yaml");
    let recueil = fixture("simple");
    let of = |verb: &str, more: &[&str]| {
        let mut all = vec![verb, &dossier, "--recueil", &recueil];
        all.extend(more);
        run(&all)
    };
    let (evaluated, explained) = (of("evaluer", &[]), of("expliquer", &["--candidat", "ana"]));
    assert_eq!((explained.exit, explained.answer.as_str()), (5, ""));
    assert_eq!(explained.explanation, evaluated.explanation);
    let json = of("expliquer", &["--candidat", "ana", "--format", "json"]).json();
    assert_eq!(json, of("evaluer", &["--format", "json"]).json());
}

#[test]
fn a_candidate_is_required() {
    let run = run(&["expliquer", "examples/lyon-6e.yaml"]);
    assert_eq!(run.exit, 2);
    assert!(run.explanation.contains("--candidat"), "{}", run.explanation);
}

#[test]
fn what_changed_since_another_evaluation_is_told_cause_by_cause() {
    let run = run(&[
        "expliquer",
        "examples/apres-la-campagne.yaml",
        "--candidat",
        "leclerc",
        "--depuis",
        "examples/lyon-6e.yaml",
    ]);
    assert_eq!((run.exit, run.explanation.as_str()), (0, ""));
    let (_, told) = run.answer.split_once("Ce qui a changé\n").unwrap();
    let told: Vec<&str> = told.lines().take_while(|line| !line.is_empty()).collect();
    insta::assert_snapshot!("explique_depuis", told.join("\n"));
}

#[test]
fn a_candidate_who_was_not_in_the_other_dossier_is_said() {
    let run = run(&[
        "expliquer",
        "examples/troisieme-candidat.yaml",
        "--candidat",
        "troisieme",
        "--depuis",
        "examples/lyon-6e.yaml",
    ]);
    assert_eq!((run.exit, run.answer.as_str()), (2, ""));
    assert_eq!(
        run.explanation,
        "erreur : le dossier précédent n'a pas de candidat de cet identifiant\n  = aide : un candidat garde son identifiant d'un dossier à l'autre\n"
    );
}

#[test]
fn the_report_of_the_law_comes_when_it_is_asked_for_and_never_to_the_employer() {
    let asked = |view: &str| example(&["--candidat", "tabanou", "--vue", view, "--rapport"]);
    let answer = asked("demandeur");
    let (_, report) = answer.split_once("Cette proposition repose").unwrap();
    insta::assert_snapshot!("explique_rapport", report);
    let headings = ["1° Degré et mode", "2° Données traitées", "3° Paramètres", "4° Opérations"];
    for heading in headings {
        assert!(report.contains(heading), "{heading}");
        assert!(!asked("rh").contains(heading), "{heading}");
        assert!(!example(&["--candidat", "tabanou"]).contains(heading), "{heading}");
    }
}
