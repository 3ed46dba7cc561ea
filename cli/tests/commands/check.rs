//! `verifier`, `code`, `empreinte`, `schema`.

use crate::bareme::{fixture, run, scratch};
use serde_json::Value;

#[test]
fn a_sound_recueil_shows_its_units() {
    let run = run(&["verifier", &fixture("simple"), "--date", "2019-10-15"]);
    insta::assert_snapshot!(run.whole());
}

#[test]
fn every_error_of_every_file_is_shown() {
    let run = run(&["verifier", &fixture("erreurs"), "--date", "2019-10-15"]);
    assert_eq!(run.exit, 3);
    insta::assert_snapshot!(run.answer);
}

#[test]
fn diagnostics_have_a_json_shape() {
    let run = run(&["verifier", &fixture("erreurs"), "--format", "json", "--date", "2019-10-15"]);
    assert_eq!(run.exit, 3);
    let json = run.json();
    let found = json["diagnostics"].as_array().unwrap();
    let codes: Vec<&str> = found.iter().map(|it| it["code"].as_str().unwrap()).collect();
    for code in ["E0101", "E0102", "E0105", "E0106", "E0201", "E0202", "E0302", "E0501", "E0601"] {
        let is_due = code != "E0101";
        assert_eq!(codes.contains(&code), is_due, "{code} in {codes:?}");
    }
    insta::assert_json_snapshot!(found.iter().find(|it| it["code"] == "E0201").unwrap());
    insta::assert_json_snapshot!(found.iter().find(|it| it["code"] == "E0501").unwrap());
}

#[test]
fn a_broken_manifest_is_an_invalid_recueil() {
    let run = run(&["verifier", &fixture("manifeste")]);
    insta::assert_snapshot!(run.whole());
}

#[test]
fn a_directory_without_manifest_is_an_invalid_recueil() {
    let directory = scratch("sans_manifeste");
    let run = run(&["verifier", directory.to_str().unwrap()]);
    assert_eq!(run.exit, 3);
    assert!(run.answer.contains("E0901"), "{}", run.answer);
}

#[test]
fn what_lines_can_give_is_shown_when_asked() {
    let shown = run(&["verifier", "policies", "--points", "--date", "2019-10-15"]);
    let rows: Vec<Vec<&str>> =
        shown.answer.lines().map(|line| line.split_whitespace().collect()).collect();
    for row in [["entreprise", "2019.1", "0", "520"], ["als", "2019.1", "-40", "240"]] {
        assert!(rows.contains(&row.to_vec()), "{row:?} in {}", shown.answer);
    }
    let asked = ["verifier", "policies", "--points", "--format", "json", "--date", "2019-10-15"];
    let json = run(&asked).json();
    let frame = json["points"].as_array().unwrap().iter().find(|it| it["unite"] == "entreprise");
    assert_eq!(frame.unwrap()["max"], 520);
    assert_eq!(frame.unwrap()["lignes"][0]["nom"], "cotisante");
    let unasked = run(&["verifier", "policies", "--format", "json"]).json();
    assert!(unasked.get("points").is_none());
}

#[test]
fn the_policies_are_sound() {
    let run = run(&["verifier", "policies", "--format", "json", "--date", "2019-10-15"]);
    assert_eq!(run.exit, 0, "{}", run.answer);
    let json = run.json();
    let errors = json["diagnostics"].as_array().unwrap().iter();
    assert_eq!(errors.filter(|it| it["severite"] == "erreur").count(), 0);
    assert!(json["unites"].as_array().unwrap().len() >= 12);
}

#[test]
fn a_review_that_is_due_is_a_warning_on_that_day_only() {
    let codes = |day| {
        let run = run(&["verifier", "policies", "--format", "json", "--date", day]);
        assert_eq!(run.exit, 0);
        run.answer.contains("W0102")
    };
    assert!(!codes("2019-10-15"));
    assert!(codes("2199-01-01"));
}

#[test]
fn a_code_is_explained_whatever_its_case() {
    let run_one = run(&["code", "e0302"]);
    insta::assert_snapshot!(run_one.whole());
    let all = run(&["code", "--format", "json"]).json();
    assert!(all.as_array().unwrap().iter().any(|it| it["code"] == "D0202"));
    let unknown = run(&["code", "E030"]);
    assert_eq!(unknown.exit, 2);
    assert!(unknown.explanation.contains("vouliez-vous dire"), "{}", unknown.explanation);
}

#[test]
fn the_hash_is_one_line_and_the_same_everywhere() {
    let run_one = run(&["empreinte", &fixture("simple")]);
    assert_eq!(run_one.exit, 0);
    let hash = run_one.answer.trim();
    assert_eq!(hash.len(), 64);
    assert_eq!(run(&["hash", &fixture("simple")]).answer.trim(), hash);
    let manifest = format!("{}/recueil.yaml", fixture("simple"));
    assert_eq!(run(&["empreinte", &manifest]).answer.trim(), hash);
    assert_eq!(run(&["empreinte", &fixture("manifeste")]).exit, 3);
}

#[test]
fn schemas_are_json_schemas() {
    let dossier = run(&["schema", "policies"]);
    assert_eq!(dossier.exit, 0, "{}", dossier.explanation);
    assert!(dossier.json()["$schema"].as_str().unwrap().contains("json-schema.org"));
    assert_eq!(run(&["schema", &fixture("erreurs")]).exit, 3);
}

#[test]
fn each_word_gives_the_schema_of_its_type() {
    for (word, schema) in cli::schemas() {
        let run = run(&["schema", "--de", word]);
        assert_eq!(run.exit, 0, "{word}: {}", run.explanation);
        assert_eq!(run.json(), schema.to_value(), "{word}");
        assert!(run.json()["$schema"].as_str().unwrap().contains("json-schema.org"), "{word}");
    }
}

#[test]
fn the_documented_schema_is_the_command_s() {
    let page = std::fs::read_to_string(crate::bareme::root().join("docs/json.md")).unwrap();
    let (_, rest) = page.split_once("```json schema\n").unwrap();
    let (block, _) = rest.split_once("\n```").unwrap();
    let documented: Value = serde_json::from_str(block).unwrap();
    assert_eq!(documented, run(&["schema", "--de", "evaluation"]).json());
}
