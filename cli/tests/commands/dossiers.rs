//! Bad dossiers: exit 5, the path, what was due, never a person's value.

use crate::bareme::{fixture, run, scratch};

const SECRETS: [&str; 6] =
    ["beaucoup-trop-cher", "1987", "987654321", "123456789", "secret-medical", "hospitalis"];

#[test]
fn every_mistake_is_said_without_values() {
    let (recueil, dossier) = (fixture("simple"), fixture("dossiers/mauvais.yaml"));
    let run = run(&["evaluer", &dossier, "--recueil", &recueil]);
    assert_eq!((run.exit, run.answer.as_str()), (5, ""));
    for secret in SECRETS {
        assert!(!run.explanation.contains(secret), "{secret}: {}", run.explanation);
    }
    insta::assert_snapshot!(run.explanation);
}

#[test]
fn mistakes_have_a_json_shape() {
    let (recueil, dossier) = (fixture("simple"), fixture("dossiers/mauvais.yaml"));
    let run = run(&["evaluer", &dossier, "--recueil", &recueil, "--format", "json"]);
    assert_eq!((run.exit, run.explanation.as_str()), (5, ""));
    for secret in SECRETS {
        assert!(!run.answer.contains(secret), "{secret}: {}", run.answer);
    }
    let json = run.json();
    let mistakes = json["erreurs"].as_array().unwrap();
    assert!(mistakes.iter().any(|it| it["chemin"] == "candidats[0].demande.urgence"));
    assert!(mistakes.iter().all(|it| it["ligne"].as_u64().unwrap() > 0));
}

#[test]
fn a_dossier_that_is_cut_short_is_refused() {
    let (recueil, dossier) = (fixture("simple"), fixture("dossiers/casse.json"));
    let run = run(&["evaluer", &dossier, "--recueil", &recueil]);
    assert_eq!(run.exit, 5);
    assert!(run.explanation.contains("D0101"), "{}", run.explanation);
}

#[test]
fn one_bad_dossier_hides_no_other() {
    let (bad, good) = (fixture("dossiers/mauvais.yaml"), fixture("dossiers/simple.yaml"));
    let recueil = fixture("simple");
    let human = run(&["evaluer", &bad, &good, "--recueil", &recueil]);
    assert_eq!(human.exit, 5);
    assert!(human.answer.contains("Proposition"), "{}", human.answer);
    assert!(human.explanation.contains("D0202"), "{}", human.explanation);
    let json = run(&["evaluer", &bad, &good, "--recueil", &recueil, "--format", "json"]);
    assert_eq!(json.exit, 5);
    let list = json.json();
    assert!(list[0]["erreurs"].is_array());
    assert!(list[1]["candidats"].is_array());
}

#[test]
fn a_form_outside_the_dossier_s_directory_is_refused() {
    let directory = scratch("formulaire_dehors");
    std::fs::create_dir_all(directory.join("dossier")).unwrap();
    std::fs::write(directory.join("dehors.json"), "{\"secret\": \"dehors\"}").unwrap();
    let dossier = directory.join("dossier/un.yaml");
    let text = "date: 2019-10-15\noffre: {}\ncandidats:\n  - { id: a, cerfa: ../dehors.json }\n";
    std::fs::write(&dossier, text).unwrap();
    let path = dossier.to_str().unwrap();
    let climbs = run(&["evaluer", path, "--recueil", "policies"]);
    assert_eq!(climbs.exit, 5, "{}", climbs.whole());
    assert!(climbs.explanation.contains("D0301"), "{}", climbs.explanation);
    if cfg!(unix) {
        link(&directory.join("dehors.json"), &directory.join("dossier/lien.json"));
        std::fs::write(&dossier, text.replace("../dehors.json", "lien.json")).unwrap();
        let linked = run(&["evaluer", path, "--recueil", "policies"]);
        assert_eq!(linked.exit, 5, "{}", linked.whole());
        assert!(linked.explanation.contains("introuvable"), "{}", linked.explanation);
    }
}

#[cfg(unix)]
fn link(target: &std::path::Path, path: &std::path::Path) {
    std::os::unix::fs::symlink(target, path).unwrap();
}

#[cfg(not(unix))]
fn link(_: &std::path::Path, _: &std::path::Path) {}
