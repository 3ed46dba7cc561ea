//! `faits`: raw applications to facts.

use crate::bareme::{fixture, run, scratch};

#[test]
fn a_form_becomes_facts_with_their_boxes() {
    let run_one = run(&["faits", "examples/cerfa/01-tabanou.json"]);
    assert_eq!(run_one.exit, 0, "{}", run_one.explanation);
    insta::assert_snapshot!("faits", run_one.answer);
    let json = run(&["facts", "examples/cerfa/01-tabanou.json", "--format", "json"]);
    insta::assert_snapshot!("faits_json", json.answer);
}

#[test]
fn a_refused_form_names_its_boxes() {
    let human = run(&["faits", "examples/cerfa/09-a-corriger.json"]);
    assert_eq!((human.exit, human.answer.as_str()), (5, ""));
    insta::assert_snapshot!("faits_refus", human.explanation);
    let json = run(&["faits", "examples/cerfa/09-a-corriger.json", "--format", "json"]);
    assert_eq!(json.exit, 5);
    let refused = json.json();
    assert!(refused["erreurs"].as_array().unwrap().iter().all(|it| it["code"] == "D0301"));
}

#[test]
fn facts_in_json_are_those_of_a_dossier() {
    let facts = run(&["faits", "examples/cerfa/03-couple-deux-enfants.json", "--format", "json"]);
    let mut candidate = facts.json()["faits"].clone();
    candidate["id"] = "un".into();
    let offer = serde_json::json!({
        "commune": "69386", "loyer": 500, "typologie": "T1", "zone": "autres_régions"
    });
    let dossier = serde_json::json!({
        "date": "2019-10-15", "offre": offer, "candidats": [candidate]
    });
    let path = scratch("faits_repris").join("dossier.json");
    std::fs::write(&path, dossier.to_string()).unwrap();
    let pasted = ["evaluer", path.to_str().unwrap(), "--recueil", "policies", "--format", "json"];
    let pasted = run(&pasted);
    assert_eq!(pasted.exit, 0, "{}", pasted.whole());
}

#[test]
fn a_recueil_without_adapter_refuses_forms() {
    let run = run(&["faits", "examples/cerfa/01-tabanou.json", "--recueil", &fixture("simple")]);
    assert_eq!(run.exit, 5);
    assert!(run.explanation.contains("n'a pas d'adaptateur"), "{}", run.explanation);
}

#[test]
fn a_form_that_is_no_json_is_refused() {
    let path = scratch("formulaire").join("un.json");
    std::fs::write(&path, "{").unwrap();
    let run = run(&["faits", path.to_str().unwrap(), "--recueil", "policies"]);
    assert_eq!(run.exit, 5);
    assert!(run.explanation.contains("D0101"), "{}", run.explanation);
}
