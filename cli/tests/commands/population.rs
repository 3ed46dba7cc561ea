//! Synthetic populations from outside: the files, what is refused, the facts that the policies know.

use crate::bareme::{Run, run, scratch};
use serde_json::{Map, Value, json};
use std::path::Path;

fn drawn(file: &Path, more: &[&str]) -> Run {
    let file = file.to_str().unwrap();
    let mut arguments = vec!["population", "--sortie", file];
    arguments.extend(more);
    run(&arguments)
}

fn is_alone(directory: &Path, names: &[&str]) {
    let mut found: Vec<String> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, names);
}

/// Makes the dossier of the rows of an offer.
pub fn dossier(rows: &[Map<String, Value>]) -> Value {
    let mut offer = Value::Null;
    let candidates = rows.iter().map(|row| {
        let mut candidate = json!({});
        for (name, value) in row.clone() {
            match name.split_once('.') {
                Some(("offre", field)) => offer[field] = value,
                Some((entity, field)) => candidate[entity][field] = value,
                None if value.as_str().is_some_and(|text| text.starts_with('[')) => {
                    candidate[name] = serde_json::from_str(value.as_str().unwrap()).unwrap();
                }
                None => candidate[name] = value,
            }
        }
        candidate
    });
    let candidates: Vec<Value> = candidates.collect();
    json!({ "date": "2019-10-15", "offre": offer, "candidats": candidates })
}

#[test]
fn a_seed_is_the_same_file_in_each_form() {
    let directory = scratch("population");
    for form in ["csv", "json", "parquet"] {
        let paths = ["a", "b"].map(|name| directory.join(format!("{name}.{form}")));
        for path in &paths {
            let run = drawn(path, &["--nombre", "1200", "--graine", "7"]);
            assert_eq!((run.exit, run.explanation.as_str()), (0, ""));
            let told = "1 200 candidats pour 5 offres, au 15 octobre 2019, dans « ";
            assert!(
                run.answer.replace(['\u{a0}', '\u{202f}'], " ").starts_with(told),
                "{}",
                run.answer
            );
            let command = format!("simuler --population \"{}\" --date 2019-10-15", path.display());
            assert_eq!(run.answer.contains(&command), form != "json", "{}", run.answer);
        }
        let [a, b] = paths.map(|path| std::fs::read(path).unwrap());
        assert!(!a.is_empty() && a == b, "{form}");
    }
    is_alone(&directory, &["a.csv", "a.json", "a.parquet", "b.csv", "b.json", "b.parquet"]);
    let other = directory.join("a.csv");
    let before = std::fs::read(&other).unwrap();
    let run = drawn(&other, &["--nombre", "1200", "--graine", "8", "--format", "json"]);
    assert_eq!(
        (run.json()["candidats"].as_u64(), run.json()["offres"].as_u64()),
        (Some(1200), Some(5))
    );
    assert_ne!(before, std::fs::read(&other).unwrap(), "another seed takes its place");
}

#[test]
fn the_policies_know_every_fact_that_is_drawn() {
    let directory = scratch("population_facts");
    let file = directory.join("a.json");
    assert_eq!(drawn(&file, &["--nombre", "40", "--offres", "1", "--graine", "3"]).exit, 0);
    let rows: Vec<Map<String, Value>> =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let dossier = dossier(&rows);
    let path = directory.join("dossier.json");
    std::fs::write(&path, dossier.to_string()).unwrap();
    let run =
        run(&["evaluer", path.to_str().unwrap(), "--recueil", "policies", "--format", "json"]);
    assert_eq!((run.exit, run.explanation.as_str()), (0, ""), "{}", run.answer);
    let answered = run.json()["candidats"].as_array().unwrap().clone();
    assert_eq!(answered.len(), 40);
    let of = |eligible: &str| answered.iter().filter(|it| it["eligible"] == eligible).count();
    assert!(of("oui") >= 10 && of("non") >= 2, "{} and {}", of("oui"), of("non"));
}

#[test]
fn what_cannot_be_drawn_or_written_leaves_nothing() {
    let directory = scratch("population_refused");
    let csv = directory.join("a.csv");
    let mut said = String::new();
    for arguments in [
        &["--nombre", "0", "--graine", "1"][..],
        &["--nombre", "1000000000", "--graine", "1"],
        &["--nombre", "5", "--graine", "1", "--offres", "6"],
        &["--nombre", "5", "--graine", "1", "--offres", "0"],
        &["--nombre", "cinq", "--graine", "1"],
        &["--nombre", "5"],
    ] {
        let run = drawn(&csv, arguments);
        assert_eq!((run.exit, run.answer.as_str()), (2, ""), "{arguments:?}");
        said.extend(["$ ", &arguments.join(" "), "\n", &run.explanation, "\n"]);
    }
    let few = ["--nombre", "5", "--graine", "1"];
    for name in ["a.xlsx", "a"] {
        let run = drawn(&directory.join(name), &few);
        assert_eq!(run.exit, 2, "{name}");
        said.extend([&run.explanation.replace(directory.to_str().unwrap(), "…"), "\n"]);
    }
    for name in ["nulle/part/a.csv", "a.csv/b.csv"] {
        std::fs::write(&csv, "avant").unwrap();
        let run = drawn(&directory.join(name), &few);
        assert_eq!(run.exit, 1, "{name}");
        said.extend([&run.explanation.replace(directory.to_str().unwrap(), "…"), "\n"]);
    }
    insta::assert_snapshot!(said);
    is_alone(&directory, &["a.csv"]);
    assert_eq!(std::fs::read_to_string(&csv).unwrap(), "avant");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_leaves_no_half_of_a_file() {
    let directory = scratch("population_full");
    for form in ["csv", "json", "parquet"] {
        let link = directory.join(format!("a.{form}"));
        std::os::unix::fs::symlink("/dev/full", &link).unwrap();
        let run = drawn(&link, &["--nombre", "2000", "--graine", "1"]);
        assert_eq!((run.exit, run.answer.as_str()), (1, ""), "{form}");
        assert!(run.explanation.contains("écriture impossible"), "{}", run.explanation);
    }
    is_alone(&directory, &["a.csv", "a.json", "a.parquet"]);
}
