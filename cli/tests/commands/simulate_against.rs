//! Two recueils on one population: the report says what its rows say, counted here by other means; what is wrong for one
//! of them is told and lost by neither.

use crate::bareme::{Run, root, run, scratch};
use crate::simulate::{Rows, draw, rows, simulate, text};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Copies the policies, changed.
fn reform(to: &Path, edits: &[(&str, &str, &str)]) -> PathBuf {
    let (from, to) = (root().join("policies"), to.join("reforme"));
    let mut waiting = vec![PathBuf::new()];
    while let Some(at) = waiting.pop() {
        std::fs::create_dir_all(to.join(&at)).unwrap();
        for entry in std::fs::read_dir(from.join(&at)).unwrap() {
            let entry = entry.unwrap();
            let place = at.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                waiting.push(place);
            } else {
                std::fs::copy(entry.path(), to.join(place)).unwrap();
            }
        }
    }
    for (file, old, new) in edits {
        let path = to.join(file);
        let before = std::fs::read_to_string(&path).unwrap();
        let after = before.replace(old, new);
        assert_ne!(before, after, "{file} has « {old} »");
        std::fs::write(path, after).unwrap();
    }
    to
}

const ALS: &str = "als/als_2019.bareme";
const CERFA: &str = "vocabulaires/cerfa_14069.bareme";

/// More for the young and older, less for those who move, a criterion under another name.
const REFORM: &[(&str, &str, &str)] = &[
    (ALS, "donne 70 points\n  si âge < 30 ans", "donne 90 points\n  si âge < 35 ans"),
    (
        ALS,
        "donne 70 points\n  si (mobilité.distance ≥ 70",
        "donne 50 points\n  si (mobilité.distance ≥ 50",
    ),
    (ALS, "refus_cal", "refus_en_commission"),
    ("equilibrage/equilibrage.bareme", "=> pme ", "=> ge "),
];

fn against(population: &Path, out: &Path, second: &Path, report: &Path, more: &[&str]) -> Run {
    let mut arguments = vec!["--contre", text(second), "--rapport", text(report)];
    arguments.extend(more);
    simulate(population, out, &arguments)
}

/// Reads points, in ten-thousandths.
fn parts(value: &Value) -> i64 {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if text == "null" {
        return 0;
    }
    let (whole, parts) = text.split_once('.').unwrap_or((&text, ""));
    let parts: i64 = format!("{parts:0<4}").parse().unwrap();
    let whole: i64 = whole.parse().unwrap();
    whole * 10_000 + if text.starts_with('-') { -parts } else { parts }
}

/// Who gains, loses and keeps, and by how much, from one column to another; `null` is 0.
fn movement<'r>(pairs: impl Iterator<Item = (&'r Value, &'r Value)>) -> [i64; 5] {
    let [mut gain, mut lose, mut same, mut gained, mut lost] = [0; 5];
    for (before, after) in pairs {
        match parts(after) - parts(before) {
            0 => same += 1,
            more if more > 0 => (gain, gained) = (gain + 1, gained + more),
            less => (lose, lost) = (lose + 1, lost - less),
        }
    }
    [gain, lose, same, gained, lost]
}

fn said(movement: &Value) -> [i64; 5] {
    let count = |key: &str| movement[key].as_i64().unwrap();
    let points = |key: &str| parts(&movement[key]);
    [
        count("gagnent"),
        count("perdent"),
        count("inchanges"),
        points("points_gagnes"),
        points("points_perdus"),
    ]
}

fn moved(rows: &Rows, column: &str) -> [i64; 5] {
    const NONE: Value = Value::Null;
    let of = |row: &'_ Map<String, Value>, side: &str| {
        row.get(&format!("{side}.{column}")).cloned().unwrap_or(NONE)
    };
    let pairs: Vec<_> = rows.iter().map(|row| (of(row, "avant"), of(row, "apres"))).collect();
    movement(pairs.iter().map(|(before, after)| (before, after)))
}

fn step(steps: &[Value], rank: &Value) -> usize {
    let of = |step: &Value| match (rank.as_u64(), step["de"].as_u64()) {
        (None, None) => true,
        (Some(rank), Some(from)) => rank >= from && step["a"].as_u64().is_none_or(|to| rank <= to),
        (None, Some(_)) | (Some(_), None) => false,
    };
    steps.iter().position(of).unwrap()
}

#[test]
fn a_report_says_what_its_rows_say() {
    let directory = scratch("against_same");
    let second = reform(&directory, REFORM);
    let [population, drawn, out, report] =
        ["a.parquet", "a.json", "b.json", "r.json"].map(|name| directory.join(name));
    for (seed, size, offers) in [("1", "400", "4"), ("2", "150", "5")] {
        draw(&population, size, offers, seed);
        draw(&drawn, size, offers, seed);
        let run = against(&population, &out, &second, &report, &["--format", "json"]);
        assert_eq!((run.exit, run.explanation.as_str()), (0, ""));
        let written: Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
        let mut found = written["comparaison"].clone();
        assert_eq!(found["total"], run.json()["comparaison"]["total"], "the same answer");
        let (rows, drawn) = (rows(&out), rows(&drawn));
        assert_eq!(found["lignes"]["comparees"].as_u64().unwrap(), rows.len() as u64);
        assert_eq!(said(&found["total"]), moved(&rows, "total"));
        assert!(said(&found["total"])[0] > 0 && said(&found["total"])[1] > 0, "someone moves");
        lines(&found, &rows);
        ranks(&found, &rows);
        categories(&found, &rows, &drawn);
        let apart = found["criteres"].as_array_mut().unwrap();
        apart.retain(|line| line["regles"] != "les_deux");
        let names: Vec<&str> = apart.iter().map(|line| line["id"].as_str().unwrap()).collect();
        assert_eq!(names, ["refus_en_commission", "refus_cal"]);
    }
}

/// Each line moves what its columns do, and all of them together what totals do.
fn lines(found: &Value, rows: &Rows) {
    let mut sum = 0;
    for line in found["criteres"].as_array().unwrap() {
        let (grid, id) = (line["grille"].as_str().unwrap(), line["id"].as_str().unwrap());
        let due = moved(rows, &format!("{grid}.{id}"));
        assert_eq!(said(&line["mouvement"]), due, "{grid}.{id}");
        sum += due[3] - due[4];
    }
    let total = said(&found["total"]);
    assert_eq!(sum, total[3] - total[4]);
}

fn ranks(found: &Value, rows: &Rows) {
    let steps = found["rangs"]["paliers"].as_array().unwrap();
    let mut due = vec![vec![0_u64; steps.len()]; steps.len()];
    let (mut entering, mut leaving) = (0_u64, 0_u64);
    for row in rows {
        due[step(steps, &row["avant.rang"])][step(steps, &row["apres.rang"])] += 1;
        let kept = |side: &str| row[&format!("{side}.retenu")] == true;
        entering += u64::from(kept("apres") && !kept("avant"));
        leaving += u64::from(kept("avant") && !kept("apres"));
    }
    assert_eq!(found["rangs"]["passages"], serde_json::json!(due));
    let kept = &found["retenus"];
    assert_eq!(
        (kept["entrent"].as_u64(), kept["sortent"].as_u64()),
        (Some(entering), Some(leaving))
    );
    assert!(entering > 0, "someone is kept instead of another");
}

fn categories(found: &Value, rows: &Rows, drawn: &Rows) {
    let names: Vec<_> = found["categories"].as_array().unwrap().iter().collect();
    assert!(names.len() > 5);
    for category in names {
        let column = category["colonne"].as_str().unwrap();
        let mut due: BTreeMap<String, Vec<(&Value, &Value)>> = BTreeMap::new();
        for (row, facts) in rows.iter().zip(drawn) {
            assert_eq!(row["id"], facts["id"]);
            let value = facts[column].as_str().unwrap_or("").to_owned();
            due.entry(value).or_default().push((&row["avant.total"], &row["apres.total"]));
        }
        let groups = category["groupes"].as_array().unwrap();
        assert_eq!(groups.len(), due.len(), "{column}");
        for group in groups {
            let own = &due[group["valeur"].as_str().unwrap_or("")];
            assert_eq!(said(&group["mouvement"]), movement(own.iter().copied()), "{column}");
            assert_eq!(group["candidats"].as_u64().unwrap(), own.len() as u64);
        }
    }
}

#[test]
fn against_itself_nothing_moves() {
    let directory = scratch("against_itself");
    let [population, out, report] = ["a.csv", "b.csv", "r.html"].map(|name| directory.join(name));
    draw(&population, "300", "3", "5");
    let own = root().join("policies");
    let run = against(&population, &out, &own, &report, &["--format", "json"]);
    assert_eq!(run.exit, 0);
    let found = &run.json()["comparaison"];
    assert_eq!(said(&found["total"]), [0, 0, 300, 0, 0]);
    for line in found["criteres"].as_array().unwrap() {
        assert_eq!(
            (said(&line["mouvement"]), &line["regles"]),
            ([0, 0, 300, 0, 0], &"les_deux".into())
        );
    }
    for (from, row) in found["rangs"]["passages"].as_array().unwrap().iter().enumerate() {
        let others = row.as_array().unwrap().iter().enumerate().filter(|(to, _)| *to != from);
        assert!(others.map(|(_, count)| count).all(|count| count == 0));
    }
    assert_eq!(
        (&found["offres"]["changees"], &found["retenus"]["entrent"]),
        (&0.into(), &0.into())
    );
    let alone = directory.join("alone.csv");
    assert_eq!(simulate(&population, &alone, &[]).exit, 0);
    let (both, alone) = (std::fs::read_to_string(&out), std::fs::read_to_string(&alone));
    for (both, alone) in both.unwrap().lines().zip(alone.unwrap().lines()).skip(1) {
        let told = alone.splitn(3, ',').nth(2).unwrap();
        assert_eq!(both, format!("{alone},{told}"), "each side says what it says alone");
    }
}

#[test]
fn the_json_is_what_its_schema_says() {
    let directory = scratch("against_schema");
    let [population, out, report] = ["a.csv", "b.csv", "r.json"].map(|name| directory.join(name));
    draw(&population, "40", "2", "3");
    let second = reform(&directory, REFORM);
    let answer = against(&population, &out, &second, &report, &["--format", "json"]).json();
    let schema = run(&["schema", "--de", "simulation"]).json();
    let agree = |value: &Value, described: &Value, what: &str| {
        let told: Vec<&String> = value.as_object().unwrap().keys().collect();
        let due: Vec<&String> = described["properties"].as_object().unwrap().keys().collect();
        assert_eq!(told, due, "{what}");
    };
    let found = &answer["comparaison"];
    agree(&answer, &schema, "Simulation");
    for (value, name) in [
        (found, "ComparaisonDePopulation"),
        (&found["lignes"], "Lignes"),
        (&found["total"], "Mouvement"),
        (&found["totaux"], "Repartition"),
        (&found["totaux"]["avant"], "Etendue"),
        (&found["criteres"][0], "LigneComparee"),
        (&found["categories"][0], "Categorie"),
        (&found["categories"][0]["groupes"][0], "GroupeCompare"),
        (&found["rangs"], "Rangs"),
        (&found["offres"]["plus_touchees"][0], "OffreComparee"),
    ] {
        agree(value, &schema["$defs"][name], name);
    }
    let floats = |text: &str| {
        text.split([',', ':', '[', ']', '{', '}', ' ', '\n']).any(|word| {
            word.contains('.') && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
    };
    assert!(
        !floats(&std::fs::read_to_string(&report).unwrap()),
        "a number that is not whole is a text"
    );
}

#[test]
fn a_row_that_is_wrong_for_one_recueil_is_told_apart() {
    let directory = scratch("against_apart");
    let [population, out, report] = ["a.csv", "b.csv", "r.html"].map(|name| directory.join(name));
    let second = reform(&directory, &[(CERFA, "  | veuf        \"Veuf (veuve)\"\n", "")]);
    let header = "id,offre.id,foyer.revenus,demandeur.situation_familiale\n";
    let rows = "a,L1,1600,marié\nb,L1,1500,veuf\nc,L1,beaucoup,marié\nd,L1,rien,veuf\ne,,1,marié\nf,L1,1,1,1\n";
    std::fs::write(&population, format!("{header}{rows}")).unwrap();
    let run = against(&population, &out, &second, &report, &["--format", "json"]);
    assert_eq!((run.exit, run.explanation.as_str()), (5, ""), "{}", run.answer);
    let lines = &run.json()["comparaison"]["lignes"];
    let counts = ["lues", "comparees", "ecartees_avant", "ecartees_apres", "ecartees_les_deux"];
    assert_eq!(counts.map(|key| lines[key].as_u64().unwrap()), [6, 1, 0, 1, 4]);
    insta::assert_snapshot!(std::fs::read_to_string(directory.join("b.ecartes.csv")).unwrap());
    let page = std::fs::read_to_string(&report).unwrap();
    assert!(page.contains("4 pour les deux recueils, 0 pour les seules règles d'avant, 1 pour"));
    let own = root().join("policies");
    let mut arguments = vec!["simuler", "--population", text(&population), "--sortie", text(&out)];
    arguments.extend(["--recueil", text(&second), "--contre", text(&own), "--rapport"]);
    arguments.extend([text(&report), "--date", "2019-10-15", "--format", "json"]);
    let turned = crate::bareme::run(&arguments);
    let lines = &turned.json()["comparaison"]["lignes"];
    assert_eq!(counts.map(|key| lines[key].as_u64().unwrap()), [6, 1, 1, 0, 4]);
}

#[test]
fn a_column_that_one_recueil_knows_is_read_by_it_alone() {
    let directory = scratch("against_column");
    let [population, out, report] = ["a.csv", "b.csv", "r.html"].map(|name| directory.join(name));
    let second = reform(
        &directory,
        &[(
            CERFA,
            "  profession : texte",
            "  vient_de_loin : booléen \"Je viens de loin\"\n  profession : texte",
        )],
    );
    std::fs::write(&population, "id,offre.id,demandeur.vient_de_loin,demandeur.age\na,L1,oui,3\n")
        .unwrap();
    let run = against(&population, &out, &second, &report, &[]);
    assert_eq!(run.exit, 5);
    insta::assert_snapshot!(run.explanation.replace(text(&directory), "…"));
    std::fs::write(&population, "id,offre.id,demandeur.vient_de_loin\na,L1,oui\n").unwrap();
    let run = against(&population, &out, &second, &report, &["--par", "demandeur.vient_de_loin"]);
    assert_eq!((run.exit, run.explanation.as_str()), (0, ""));
    insta::assert_snapshot!(run.answer.replace(text(&directory), "…"));
    let page = std::fs::read_to_string(&report).unwrap();
    let told = "les règles d'avant ne connaissent pas : <bdi>demandeur.vient_de_loin</bdi>";
    assert!(page.contains(told));
    assert!(page.contains("Je viens de loin"));
}

#[test]
fn what_cannot_be_compared_is_told_before_the_first_row() {
    let directory = scratch("against_refused");
    let [population, out, report, mapping] =
        ["a.csv", "b.csv", "r.html", "c.yaml"].map(|name| directory.join(name));
    let second = reform(&directory, &[(CERFA, "  | veuf        \"Veuf (veuve)\"\n", "")]);
    std::fs::write(
        &population,
        "id,offre.id,foyer.revenus,sit,demande.numéro_unique\na,L1,1,V,1\n",
    )
    .unwrap();
    let values = "{ fait: demandeur.situation_familiale, valeurs: { V: veuf } }";
    std::fs::write(&mapping, format!("colonnes:\n  sit: {values}\n")).unwrap();
    let mut said = String::new();
    let mut refused = |second: &Path, report: &Path, more: &[&str], exit: i32| {
        let run = against(&population, &out, second, report, more);
        assert_eq!((run.exit, run.answer.as_str()), (exit, ""), "{}", run.explanation);
        said.extend([&run.explanation.replace(text(&directory), "…"), "\n"]);
    };
    refused(&second, &report, &["--correspondance", text(&mapping)], 5);
    std::fs::write(&mapping, "ignorer: [sit]\n").unwrap();
    let with = ["--correspondance", text(&mapping), "--par"];
    refused(&second, &report, &[&with[..], &["foyer.revenu"]].concat(), 5);
    refused(&second, &report, &[&with[..], &["foyer.revenus"]].concat(), 5);
    refused(&second, &report, &[&with[..], &["demande.numéro_unique"]].concat(), 5);
    refused(&second, &report, &[&with[..], &["sit"]].concat(), 5);
    refused(&second, &directory.join("r.txt"), &with[..2], 2);
    refused(&second, &out, &with[..2], 2);
    refused(&directory.join("absent"), &report, &with[..2], 1);
    refused(&second, &directory.join("nulle/part.html"), &with[..2], 1);
    let alone = simulate(&population, &out, &["--rapport", text(&report)]);
    assert_eq!(alone.exit, 2);
    said.push_str(&alone.explanation);
    insta::assert_snapshot!(said);
    std::fs::write(second.join(ALS), "politique als\n").unwrap();
    assert_eq!(against(&population, &out, &second, &report, &with[..2]).exit, 3);
    assert!(!out.exists() && !report.exists() && !directory.join("b.ecartes.csv").exists());
}
