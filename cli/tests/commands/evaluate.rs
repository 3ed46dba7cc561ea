//! `evaluer`: rankings, lines, justifications.

use crate::bareme::{Run, fixture, root, run, run_in};
use serde_json::Value;

fn simple(arguments: &[&str]) -> Run {
    let (recueil, dossier) = (fixture("simple"), fixture("dossiers/simple.yaml"));
    let mut all = vec!["evaluer", &dossier, "--recueil", &recueil];
    all.extend(arguments);
    run(&all)
}

#[test]
fn the_source_s_example_is_ranked() {
    let run = run(&["evaluer", "examples/lyon-6e.yaml", "--format", "json"]);
    assert_eq!(run.exit, 0, "{}", run.explanation);
    let json = run.json();
    let [leclerc, tabanou] = json["candidats"].as_array().unwrap().as_slice() else {
        panic!("two candidates")
    };
    let said = |candidate: &Value| {
        let points =
            |grid: &Value| (grid["id"].as_str().unwrap().to_owned(), grid["points"].clone());
        let grids: Vec<_> = candidate["grilles"].as_array().unwrap().iter().map(points).collect();
        (candidate["id"].clone(), candidate["rang"].clone(), candidate["total"].clone(), grids)
    };
    let grids = |points: [Value; 4]| -> Vec<(String, Value)> {
        let names = ["als", "entreprise", "territoire", "équilibrage"].map(str::to_owned);
        names.into_iter().zip(points).collect()
    };
    let none = Value::Null;
    let expected = grids([59.into(), 240.into(), none.clone(), 240.into()]);
    assert_eq!(said(leclerc), ("leclerc".into(), 1.into(), 539.into(), expected));
    let expected = grids([130.into(), 406.into(), none, 0.into()]);
    assert_eq!(said(tabanou), ("tabanou".into(), 2.into(), 536.into(), expected));
}

#[test]
fn each_example_reads_well() {
    for path in examples() {
        let run = run(&["evaluer", &format!("examples/{path}")]);
        assert_eq!((run.exit, run.explanation.as_str()), (0, ""), "{path}");
        let name = format!("humain@{}", path.trim_end_matches(".yaml"));
        insta::assert_snapshot!(name, run.answer);
    }
}

#[test]
fn each_example_adds_up() {
    for path in examples() {
        let run = run(&["evaluer", &format!("examples/{path}"), "--format", "json"]);
        for candidate in run.json()["candidats"].as_array().unwrap() {
            let mut total = 0;
            for grid in candidate["grilles"].as_array().unwrap() {
                let lines = grid["lignes"].as_array().unwrap();
                let sum: i64 = lines.iter().map(|line| line["points"].as_i64().unwrap()).sum();
                assert_eq!(grid["points"].as_i64().unwrap_or(0), sum, "{path}: {}", grid["id"]);
                total += sum;
            }
            assert_eq!(candidate["total"].as_i64(), Some(total), "{path}: {}", candidate["id"]);
            let (low, high) = (&candidate["total_min"], &candidate["total_max"]);
            assert!(low.as_i64().is_none_or(|low| low <= total), "{path}");
            assert!(high.as_i64().is_none_or(|high| total <= high), "{path}");
        }
    }
}

#[test]
fn examples_have_a_json_shape() {
    for path in ["lyon-6e", "choix-2", "validation-en-cours", "territoire", "un-candidat"] {
        let run = run(&["evaluer", &format!("examples/{path}.yaml"), "--format", "json"]);
        insta::assert_snapshot!(format!("json@{path}"), run.answer);
    }
}

fn examples() -> Vec<String> {
    let directory = std::fs::read_dir(root().join("examples")).unwrap();
    let names = directory.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut examples: Vec<String> = names.filter(|name| name.ends_with(".yaml")).collect();
    examples.sort();
    assert!(examples.len() >= 14);
    examples
}

#[test]
fn a_pool_says_who_is_not_ranked_and_why() {
    let run = simple(&[]);
    assert_eq!(run.exit, 0);
    insta::assert_snapshot!(run.answer);
}

#[test]
fn a_pool_in_json_puts_the_unranked_last() {
    let json = simple(&["--format", "json"]).json();
    let candidates = json["candidats"].as_array().unwrap();
    let said: Vec<(&str, &Value, &str, &str)> = candidates
        .iter()
        .map(|it| {
            let word = |key: &str| it[key].as_str().unwrap();
            (word("id"), &it["rang"], word("eligible"), word("postule"))
        })
        .collect();
    let (one, two, none) = (Value::from(1), Value::from(2), Value::Null);
    assert_eq!(
        said,
        [
            ("bao", &one, "oui", "oui"),
            ("ana", &two, "oui", "oui"),
            ("cleo", &none, "non", "oui"),
            ("dov", &none, "indetermine", "oui"),
            ("eve", &none, "oui", "non"),
        ]
    );
}

#[test]
fn the_option_s_date_wins() {
    let run =
        run(&["evaluer", "examples/lyon-6e.yaml", "--date", "2019-11-01", "--format", "json"]);
    let json = run.json();
    assert_eq!(json["date"], "2019-11-01");
    assert_eq!(json["candidats"][0]["id"], "tabanou");
    assert_eq!(json["candidats"][1]["total"], 299);
}

#[test]
fn without_a_date_there_is_no_evaluation() {
    let (recueil, dossier) = (fixture("simple"), fixture("dossiers/sans_date.yaml"));
    let none = run(&["evaluer", &dossier, "--recueil", &recueil]);
    insta::assert_snapshot!(none.whole());
    let given = run(&["evaluer", &dossier, "--recueil", &recueil, "--date", "2019-10-15"]);
    assert_eq!(given.exit, 0);
}

#[test]
fn a_day_without_ranking_is_a_failure() {
    let run = simple(&["--date", "2018-12-31"]);
    assert_eq!((run.exit, run.answer.as_str()), (1, ""));
    assert!(run.explanation.contains("2018-12-31"));
}

#[test]
fn an_empty_pool_is_a_correct_answer() {
    let (recueil, dossier) = (fixture("simple"), fixture("dossiers/vide.json"));
    let human = run(&["evaluer", &dossier, "--recueil", &recueil]);
    assert_eq!(human.exit, 0);
    assert!(human.answer.contains("aucun candidat"), "{}", human.answer);
    let json = run(&["evaluer", &dossier, "--recueil", &recueil, "--format", "json"]).json();
    assert_eq!(json["candidats"], Value::Array(Vec::new()));
}

#[test]
fn several_dossiers_make_a_list() {
    let run = run(&[
        "evaluer",
        "examples/lyon-6e.yaml",
        "examples/apres-la-campagne.yaml",
        "--format",
        "json",
    ]);
    let json = run.json();
    let dates: Vec<&Value> = json.as_array().unwrap().iter().map(|it| &it["date"]).collect();
    assert_eq!(dates, ["2019-10-15", "2019-11-01"]);
}

#[test]
fn an_invalid_recueil_evaluates_nothing() {
    let (recueil, dossier) = (fixture("erreurs"), fixture("dossiers/simple.yaml"));
    let human = run(&["evaluer", &dossier, "--recueil", &recueil]);
    assert_eq!((human.exit, human.answer.as_str()), (3, ""));
    assert!(human.explanation.contains("erreur[E0302]"), "{}", human.explanation);
    assert!(!human.explanation.contains("avertissement["));
    let json = run(&["evaluer", &dossier, "--recueil", &recueil, "--format", "json"]);
    assert_eq!(json.exit, 3);
    assert!(!json.json()["diagnostics"].as_array().unwrap().is_empty());
}

#[test]
fn the_nearest_recueil_is_found() {
    // Above the dossier, whatever the current directory.
    let dossier = root().join("examples/lyon-6e.yaml");
    let elsewhere = crate::bareme::scratch("ailleurs");
    let lost = run_in(&elsewhere, &["evaluer", dossier.to_str().unwrap()]);
    assert_eq!(lost.exit, 2, "{}", lost.whole());
    let beside = crate::bareme::scratch("recueil_au_dessus");
    for name in ["recueil.yaml", "faits.bareme", "points.bareme", "ordre.bareme"] {
        let from = root().join(fixture("simple")).join(name);
        std::fs::copy(from, beside.join(name)).unwrap();
    }
    std::fs::create_dir_all(beside.join("dossiers/2019")).unwrap();
    let dossier = beside.join("dossiers/2019/un.yaml");
    std::fs::copy(root().join(fixture("dossiers/simple.yaml")), &dossier).unwrap();
    let found = run_in(&elsewhere, &["evaluer", dossier.to_str().unwrap(), "--format", "json"]);
    assert_eq!(found.exit, 0, "{}", found.whole());
    assert_eq!(found.json()["recueil"]["nom"], "simple");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let once = run(&["evaluer", "examples/neuf-candidats.yaml", "--format", "json"]);
    let again = run(&["evaluer", "examples/neuf-candidats.yaml", "--format", "json"]);
    assert_eq!(once.answer, again.answer);
}
