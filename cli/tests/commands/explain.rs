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
    assert_eq!(json["phrases"]["resultat"]["total"], "Vous avez 536\u{a0}points");
    let lines = json["grilles"][0]["lignes"].as_array().unwrap();
    let texts = json["phrases"]["grilles"][0]["lignes"].as_array().unwrap();
    let ids = |lines: &[Value]| -> Vec<Value> { lines.iter().map(|it| it["id"].clone()).collect() };
    assert_eq!(ids(lines), ids(texts));
    assert_eq!(texts[0]["resume"], "J'ai moins de 30 ans\u{a0}: vous avez 29\u{a0}ans → 70 sur 70");
}

/// Asks for the explanation of a candidate of an example.
fn of(name: &str, id: &str, more: &[&str]) -> String {
    let path = format!("examples/{name}.yaml");
    let mut all = vec!["expliquer", path.as_str(), "--candidat", id];
    all.extend(more);
    let run = run(&all);
    assert_eq!((run.exit, run.explanation.as_str()), (0, ""));
    run.answer
}

/// Keeps what could change.
fn could_change(answer: &str, title: &str) -> String {
    let (_, told) = answer.split_once(&format!("{title}\n")).unwrap();
    told.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_could_change_is_told_and_what_is_missing() {
    let cases = [("un-candidat", "leclerc"), ("anonyme", "tabanou"), ("territoire", "deuxieme")];
    for (name, id) in cases {
        let told = could_change(&of(name, id, &[]), "Ce qui pourrait changer");
        insta::assert_snapshot!(format!("changements_{name}"), told);
    }
    let english = of("un-candidat", "leclerc", &["--langue", "en"]);
    insta::assert_snapshot!(
        "changements_un-candidat_en",
        could_change(&english, "What could change")
    );
}

#[test]
fn what_could_change_has_its_json() {
    for (name, id) in [("lyon-6e", "tabanou"), ("validation-en-cours", "tabanou")] {
        let json: Value = serde_json::from_str(&of(name, id, &["--format", "json"])).unwrap();
        let shown = serde_json::json!({
            "changements": json["changements"],
            "phrases": json["phrases"]["changements"],
        });
        let text = serde_json::to_string_pretty(&shown).unwrap();
        insta::assert_snapshot!(format!("changements_json_{name}"), text);
    }
    let json: Value =
        serde_json::from_str(&of("un-candidat", "leclerc", &["--format", "json"])).unwrap();
    let missing = json["changements"]["faits_manquants"].as_array().unwrap();
    assert_eq!(
        (&missing[0]["fait"], &missing[0]["raison"], &missing[0]["decide"]),
        (&"demande.choix_partage".into(), &"non_renseigne".into(), &520.into())
    );
    assert_eq!(json["changements"]["intervalle"], serde_json::json!({ "min": 20, "max": 930 }));
}

#[test]
fn the_employer_is_told_nothing_of_what_could_change() {
    for (name, id) in [("validation-en-cours", "tabanou"), ("lyon-6e", "leclerc")] {
        let answer = of(name, id, &["--vue", "rh", "--format", "json"]);
        assert!(!answer.contains("changements") && !answer.contains("intervalle"), "{answer}");
        let answer = of(name, id, &["--vue", "rh"]);
        assert!(!answer.contains("Ce qui pourrait changer"), "{answer}");
    }
}

#[test]
fn only_what_the_vocabulary_marks_is_advised_and_nobody_is_sent_to_a_refusal() {
    const LEVERS: [&str; 6] = [
        "demande.choix_partage",
        "demande.date_dépôt",
        "demande.pièces_complètes",
        "employeur.validation",
        "offre.loyer",
        "offre.typologie",
    ];
    let mut advised = 0;
    let cases = [
        ("anonyme", "tabanou"),
        ("choix-2", "morel"),
        ("loyer-nul", "tabanou"),
        ("lyon-6e", "leclerc"),
        ("territoire", "deuxieme"),
        ("validation-en-cours", "tabanou"),
    ];
    for (name, id) in cases {
        let json: Value = serde_json::from_str(&of(name, id, &["--format", "json"])).unwrap();
        for change in json["changements"]["propositions"].as_array().unwrap() {
            for step in change["gestes"].as_array().unwrap() {
                advised += 1;
                let is_proof = step["geste"] == "prouver";
                for fact in step["faits"].as_array().unwrap() {
                    let path = fact["fait"].as_str().unwrap();
                    assert!(is_proof || LEVERS.contains(&path), "{name}: {path}");
                }
            }
        }
        for clause in json["phrases"]["changements"][0]["parties"].as_array().into_iter().flatten()
        {
            let text = clause["texte"].as_str().unwrap();
            for word in ["refus", "âge", "enfant", "santé", "handicap", "enceinte", "violences"] {
                assert!(!text.contains(word), "{name}: {text}");
            }
        }
    }
    assert!(advised > 6, "{advised}");
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
