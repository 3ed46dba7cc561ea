//! `publier`: rules as pages, written whole or not at all.

use crate::bareme::{fixture, run, scratch};
use std::path::Path;

fn held(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_version_has_its_page_its_json_and_its_text() {
    let root = scratch("publish-all");
    let out = root.join("regles");
    let run = run(&["publier", "--recueil", "policies", "--sortie", out.to_str().unwrap()]);
    assert_eq!(run.exit, 0, "{}", run.explanation);
    insta::assert_snapshot!(run.answer.replace(out.to_str().unwrap(), "regles"));
    let names = held(&out);
    assert_eq!(names.len(), 2 + 3 * 10, "{names:?}");
    let text = std::fs::read_to_string(out.join("orango-3.bareme")).unwrap();
    let policies = crate::bareme::root().join("policies/entreprises/orango.bareme");
    assert_eq!(text, std::fs::read_to_string(policies).unwrap());
    let page = std::fs::read_to_string(out.join("orango-3.html")).unwrap();
    for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        match link.strip_prefix('#') {
            Some(anchor) => assert!(page.contains(&format!("id=\"{anchor}\"")), "{link}"),
            None => assert!(names.contains(&link.to_owned()), "{link}"),
        }
    }
    assert_eq!(held(&root), ["regles"], "nothing is left beside");
}

#[test]
fn a_unit_and_a_version_may_be_chosen() {
    let chosen = run(&["publish", "orango@3", "als", "--recueil", "policies", "--format", "json"]);
    assert_eq!(chosen.exit, 0, "{}", chosen.explanation);
    let sheets = chosen.json()["fiches"].as_array().unwrap().clone();
    let units: Vec<&str> = sheets.iter().map(|it| it["unite"].as_str().unwrap()).collect();
    assert_eq!(units, ["als", "orango"]);
    assert!(sheets[1]["cadre"]["fichier"].is_null(), "the frame has no page here");
}

#[test]
fn the_json_is_what_its_schema_says() {
    let answer = run(&["publier", "als", "--recueil", "policies", "--format", "json"]).json();
    let schema = run(&["schema", "--de", "publication"]).json();
    let told = |of: &serde_json::Value| -> Vec<String> {
        of.as_object().unwrap().keys().cloned().collect()
    };
    let properties = told(&schema["$defs"]["Fiche"]["properties"]);
    for key in told(&answer["fiches"][0]) {
        assert!(properties.contains(&key), "{key}");
    }
    insta::assert_snapshot!(
        serde_json::to_string_pretty(&answer["fiches"][0]["inventaire"]).unwrap()
    );
}

#[test]
fn what_cannot_be_published_is_told() {
    let told = |units: &[&str]| {
        let mut arguments = vec!["publier", "--recueil", "policies", "--format", "json"];
        arguments.extend(units);
        let run = run(&arguments);
        assert!(run.answer.is_empty(), "{}", run.answer);
        (run.exit, run.explanation)
    };
    insta::assert_snapshot!(
        [told(&["orengo"]), told(&["orango@4"]), told(&["plafonds"]), told(&["als", "als@"])]
            .map(|(exit, text)| format!("sortie {exit}\n{text}"))
            .join("\n")
    );
}

#[test]
fn a_broken_recueil_publishes_nothing() {
    let root = scratch("publish-broken");
    let out = root.join("regles");
    let run =
        run(&["publier", "--recueil", &fixture("erreurs"), "--sortie", out.to_str().unwrap()]);
    assert_eq!(run.exit, 3, "{}", run.explanation);
    assert!(run.explanation.contains("erreur[E"), "{}", run.explanation);
    assert_eq!(held(&root), Vec::<String>::new());
}

#[test]
fn a_directory_of_something_else_is_left_alone() {
    let root = scratch("publish-other");
    std::fs::write(root.join("travail.txt"), "à garder").unwrap();
    let run = run(&["publier", "--recueil", "policies", "--sortie", root.to_str().unwrap()]);
    assert_eq!(run.exit, 1);
    assert!(run.explanation.contains("n'est pas une publication : rien n'est écrit"));
    assert_eq!(held(&root), ["travail.txt"]);
}
