//! `comparer`: what changed between two versions of rules, on the real policies.

use crate::bareme::{fixture, root, run, scratch};
use std::path::{Path, PathBuf};

/// Copies the policies, with some changes: file, what is there, what is put in its place.
fn changed(name: &str, edits: &[(&str, &str, &str)]) -> PathBuf {
    let directory = scratch(name);
    copy(&root().join("policies"), &directory);
    for (file, from, to) in edits {
        let path = directory.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "« {from} » is in {file}");
        std::fs::write(&path, text.replace(from, to)).unwrap();
    }
    directory
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn compared(name: &str, edits: &[(&str, &str, &str)]) -> String {
    let other = changed(name, edits);
    let run = run(&["comparer", "policies", other.to_str().unwrap()]);
    assert_eq!(run.exit, 0, "{}", run.explanation);
    run.answer
}

const ALS: &str = "als/als_2019.bareme";

#[test]
fn nothing_changes_in_a_copy() {
    let answer = compared("copie", &[]);
    assert_eq!(answer, "Aucune différence ; 13 versions comparées\n");
}

#[test]
fn a_threshold_weakens_a_condition() {
    let edit = (ALS, "si âge < 30 ans", "si âge < 31 ans");
    insta::assert_snapshot!(compared("seuil", &[edit]));
}

#[test]
fn a_row_of_a_table_changes_points() {
    let edit =
        (ALS, "| de 26 % à 33 % => 40 points              |", "| de 26 % à 33 % => 39 points |");
    let other = (
        ALS,
        "| de 16 % à 26 % => de 0 point à 40 points |",
        "| de 16 % à 26 % => de 0 point à 39 points |",
    );
    let last = (
        ALS,
        "| de 33 % à 43 % => de 40 points à 0 point |",
        "| de 33 % à 43 % => de 39 points à 0 point |",
    );
    insta::assert_snapshot!(compared("ligne", &[edit, other, last]));
}

#[test]
fn a_condition_of_a_company_changes_both_ways() {
    let file = "entreprises/orango.bareme";
    let edit = (file, "entre 40 km et 70 km", "entre 50 km et 75 km");
    insta::assert_snapshot!(compared("entreprise", &[edit]));
}

#[test]
fn a_frame_weighs_less_for_those_who_fill_it() {
    let file = "cadres/cadre_entreprise.bareme";
    let edits = [
        (file, "donne 166 points", "donne 160 points"),
        (file, "sur 520 points", "sur 514 points"),
    ];
    insta::assert_snapshot!(compared("cadre", &edits));
}

#[test]
fn an_order_changes_who_comes_first() {
    let edits = [(
        "classement/classement.bareme",
        "demande.date_dépôt croissant",
        "demande.date_dépôt décroissant",
    )];
    insta::assert_snapshot!(compared("ordre", &edits));
}

#[test]
fn a_comparison_has_a_json_shape() {
    let other = changed("json", &[(ALS, "si âge < 30 ans", "si âge < 31 ans")]);
    let run = run(&["compare", "policies", other.to_str().unwrap(), "--format", "json"]);
    assert_eq!(run.exit, 0, "{}", run.explanation);
    let json = run.json();
    assert_eq!(json["comparees"], 13);
    insta::assert_json_snapshot!(json["unites"]);
}

#[test]
fn one_unit_is_shown_when_asked() {
    let edits = [
        (ALS, "si âge < 30 ans", "si âge < 31 ans"),
        ("entreprises/orango.bareme", "entre 40 km et 70 km", "entre 50 km et 75 km"),
    ];
    let other = changed("une", &edits);
    let other = other.to_str().unwrap();
    let shown = run(&["comparer", "policies", other, "--unite", "orango"]);
    assert!(shown.answer.contains("orango 3") && !shown.answer.contains("als 2019.1"));
    let unknown = run(&["comparer", "policies", other, "--unite", "orengo"]);
    assert_eq!(unknown.exit, 2);
    assert!(unknown.explanation.contains("vouliez-vous dire « orango » ?"));
}

#[test]
fn two_files_are_compared_in_the_place_of_theirs() {
    let file = root().join("policies").join(ALS);
    let text = std::fs::read_to_string(file).unwrap();
    let directory = scratch("fichiers");
    let (old, new) = (directory.join("avant.bareme"), directory.join("apres.bareme"));
    std::fs::write(&old, &text).unwrap();
    std::fs::write(&new, text.replace("retire 40 points", "retire 30 points")).unwrap();
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let found = run(&["comparer", old, new, "--recueil", "policies"]);
    assert_eq!(found.exit, 0, "{}", found.explanation);
    assert!(
        found.answer.contains("-30\u{a0}points au lieu de -40\u{a0}points"),
        "{}",
        found.answer
    );
    let other = directory.join("ailleurs.bareme");
    std::fs::write(&other, text.replace("politique als", "politique ailleurs")).unwrap();
    let found = run(&["comparer", old, other.to_str().unwrap(), "--recueil", "policies"]);
    assert_eq!(found.exit, 2);
    assert!(
        found.explanation.contains("n'a pas de place dans le recueil"),
        "{}",
        found.explanation
    );
}

/// Two versions of a grid, which are never in force on the same day.
fn versions(name: &str) -> String {
    let policy = |version: &str, days: &str, points: &str| {
        format!(
            "politique points\nversion {version}\nen vigueur {days}\nutilise faits\nsource \"Texte\"\n\n\
             critère aide \"Une aide\"\n  donne {points}\n  si foyer.personnes ≥ 3\n  source \"Texte\"\n"
        )
    };
    let directory = scratch(name);
    let manifest = "nom: versions\nlangage: 1\nunites: [\"*.bareme\"]\n";
    let facts = "vocabulaire faits\nversion 1\nen vigueur à partir du 2019-01-01\nsource \"Texte\"\n\n\
                 entité foyer\n  personnes : entier\n";
    std::fs::write(directory.join("recueil.yaml"), manifest).unwrap();
    std::fs::write(directory.join("faits.bareme"), facts).unwrap();
    let first = policy("2019.1", "du 2019-01-01 au 2019-12-31", "10 points");
    std::fs::write(directory.join("a.bareme"), first).unwrap();
    let second = policy("2020.1", "à partir du 2020-01-01", "12 points");
    std::fs::write(directory.join("b.bareme"), second).unwrap();
    directory.to_str().unwrap().to_owned()
}

#[test]
fn two_versions_of_a_unit_are_compared_on_the_days_of_the_second() {
    let directory = versions("versions");
    let found = run(&["comparer", "points@2019.1", "points@2020.1", "--recueil", &directory]);
    assert_eq!(found.exit, 0, "{}", found.explanation);
    insta::assert_snapshot!(found.answer);
}

#[test]
fn what_cannot_be_compared_is_said() {
    let directory = versions("usage");
    let said = |arguments: &[&str], exit: i32, words: &str| {
        let all: Vec<&str> = ["comparer"]
            .iter()
            .chain(arguments)
            .chain(&["--recueil", &directory])
            .copied()
            .collect();
        let found = run(&all);
        assert_eq!(found.exit, exit, "{arguments:?} : {}", found.explanation);
        assert!(found.explanation.contains(words), "{arguments:?} : {}", found.explanation);
    };
    said(
        &["points", "points@2020.1"],
        2,
        "« points » a plusieurs versions : « 2019.1 », « 2020.1 »",
    );
    said(&["points@2018", "points@2020.1"], 2, "« points » n'a pas de version « 2018 »");
    said(&["point@2019.1", "points@2020.1"], 2, "vouliez-vous dire « points » ?");
    said(&["points@2020.1", "points@2020.1"], 2, "comparé à lui-même");
    said(&["points@2020.1", "faits"], 2, "ne sont pas du même genre : politique, vocabulaire");
    said(&["policies", "policies"], 2, "comparé à lui-même");
    said(&["policies", "policies/als/als_2019.bareme"], 2, "ne se comparent pas");
    said(&["policies", "absent/als.bareme"], 1, "lecture impossible");
    said(&["policies", &fixture("erreurs")], 3, "Recueil invalide");
}

#[test]
fn facts_of_another_type_are_no_comparison() {
    let (first, second) = (versions("faits_avant"), versions("faits_apres"));
    let facts = "vocabulaire faits\nversion 1\nen vigueur à partir du 2019-01-01\nsource \"Texte\"\n\n\
                 entité foyer\n  personnes : nombre\n";
    std::fs::write(Path::new(&second).join("faits.bareme"), facts).unwrap();
    let found = run(&["comparer", &first, &second]);
    assert_eq!(found.exit, 1);
    assert!(
        found.explanation.contains("« foyer.personnes » n'a pas le même type"),
        "{}",
        found.explanation
    );
}
