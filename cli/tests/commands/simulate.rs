//! Populations evaluated from outside: the same as dossiers say, row by row; what is wrong is told, set aside or
//! stops everything, and no file is half there.

use crate::bareme::{Run, run, scratch};
use crate::population::dossier;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) type Rows = Vec<Map<String, Value>>;

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub(crate) fn draw(path: &Path, size: &str, offers: &str, seed: &str) {
    let asked = ["--nombre", size, "--offres", offers, "--graine", seed];
    let mut arguments = vec!["population", "--sortie", text(path)];
    arguments.extend(asked);
    assert_eq!(run(&arguments).exit, 0);
}

pub(crate) fn simulate(population: &Path, out: &Path, more: &[&str]) -> Run {
    let mut arguments = vec!["simuler", "--population", text(population), "--recueil", "policies"];
    arguments.extend(["--date", "2019-10-15", "--sortie", text(out)]);
    arguments.extend(more);
    run(&arguments)
}

pub(crate) fn rows(path: &Path) -> Rows {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// What `evaluer` says of a candidate, as a row of a simulation.
fn said(candidate: &Value) -> BTreeMap<String, Value> {
    let mut row = BTreeMap::new();
    for (name, key) in [("eligible", "eligible"), ("total", "total"), ("rang", "rang")] {
        row.insert(name.to_owned(), candidate[key].clone());
    }
    row.insert("rang_si_tous".to_owned(), candidate["si_tous_postulent"]["rang"].clone());
    for grid in candidate["grilles"].as_array().unwrap() {
        let name = grid["id"].as_str().unwrap();
        let established = grid["etat"] == "etabli";
        row.insert(name.to_owned(), if established { grid["points"].clone() } else { Value::Null });
        for line in grid["lignes"].as_array().unwrap() {
            row.insert(format!("{name}.{}", line["id"].as_str().unwrap()), line["points"].clone());
        }
    }
    row
}

#[test]
fn every_row_says_what_its_dossier_says() {
    let directory = scratch("simulate_same");
    for (seed, size, offers) in [("1", "240", "3"), ("2", "36", "9"), ("3", "150", "1")] {
        let [json, csv, parquet, out] =
            ["a.json", "a.csv", "a.parquet", "b.json"].map(|name| directory.join(name));
        [&json, &csv, &parquet].into_iter().for_each(|path| draw(path, size, offers, seed));
        assert_eq!(simulate(&csv, &out, &[]).whole().lines().next(), Some("sortie 0"));
        let of_csv = std::fs::read(&out).unwrap();
        assert_eq!(simulate(&parquet, &out, &[]).exit, 0);
        assert_eq!(of_csv, std::fs::read(&out).unwrap(), "CSV and Parquet say the same");
        let (drawn, found) = (rows(&json), rows(&out));
        assert_eq!(drawn.len(), found.len());
        let ids = |rows: &Rows| rows.iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&drawn), ids(&found), "in the order of the population");
        let mut compared = 0;
        for offer in drawn.chunk_by(|a, b| a["offre.id"] == b["offre.id"]) {
            let path = directory.join("dossier.json");
            std::fs::write(&path, dossier(offer).to_string()).unwrap();
            let ranked =
                run(&["evaluer", text(&path), "--recueil", "policies", "--format", "json"]).json();
            for candidate in ranked["candidats"].as_array().unwrap() {
                let row = found.iter().find(|row| row["id"] == candidate["id"]).unwrap();
                let said = said(candidate);
                let wrong = said.iter().find(|(name, value)| row.get(*name) != Some(value));
                assert_eq!(wrong, None, "{row:?}");
                let others = row.iter().filter(|(name, _)| !said.contains_key(*name));
                let own = ["id", "offre", "retenu"];
                let more = others
                    .clone()
                    .find(|(name, value)| !own.contains(&name.as_str()) && !value.is_null());
                assert_eq!(more, None, "a line that the dossier does not have");
                compared += 1;
            }
        }
        assert_eq!(compared, found.len());
        let unknown = found.iter().filter(|row| row["eligible"] == "indetermine").count();
        assert!(unknown > 0 || size == "36", "some facts that decide are unknown");
    }
}

/// A small population: one offer, two candidates, and a mapping of its own names.
fn small(directory: &Path, table: &str, mapping: &str) -> (PathBuf, PathBuf, PathBuf) {
    let [population, file, out] = ["p.csv", "c.yaml", "o.csv"].map(|name| directory.join(name));
    std::fs::write(&population, table).unwrap();
    std::fs::write(&file, mapping).unwrap();
    (population, file, out)
}

const TABLE: &str = "dossier;logement;loyer annuel;revenus;situation;vu le\n\
                     a;L1;6000;1 600,50;S;hier\nb;L1;6000;;H;hier\n";

const MAPPING: &str = "id: dossier\noffre: logement\ncolonnes:\n  \
    revenus: foyer.revenus\n  situation:\n    fait: logement_actuel.catégorie\n    \
    valeurs: { S: sans_abri, H: locataire_hlm }\nignorer: [vu le, loyer annuel]\n";

#[test]
fn a_mapping_gives_columns_their_facts() {
    let directory = scratch("simulate_mapping");
    let (population, file, out) = small(&directory, TABLE, MAPPING);
    let run = simulate(&population, &out, &["--correspondance", text(&file), "--format", "json"]);
    assert_eq!((run.exit, run.explanation.as_str()), (0, ""), "{}", run.answer);
    assert_eq!((run.json()["lignes"].as_u64(), run.json()["ecrites"].as_u64()), (Some(2), Some(2)));
    let written = std::fs::read_to_string(&out).unwrap();
    let first: Vec<&str> = written.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(first, ["id", "a", "b"]);
}

#[test]
fn each_mistake_of_a_mapping_is_told_at_its_place() {
    let directory = scratch("simulate_mistakes");
    let wrong = "id: dossié\noffre: logement\ncolonne: {}\ncolonnes:\n  revenu: foyer.revenus\n  \
        revenus: foyer.revenu\n  situation:\n    fait: logement_actuel.catégorie\n    \
        valeurs: { S: sans_abris }\n  loyer annuel: { fait: offre.loyer, unite: km }\n  \
        vu le: { fait: co_titulaire.lien }\n";
    let (population, file, out) = small(&directory, TABLE, wrong);
    let run = simulate(&population, &out, &["--correspondance", text(&file)]);
    assert_eq!((run.exit, run.answer.as_str()), (5, ""));
    insta::assert_snapshot!(run.explanation.replace(text(&directory), "…"));
    let bare = simulate(&population, &out, &[]);
    assert_eq!(bare.exit, 5);
    insta::assert_snapshot!(bare.explanation.replace(text(&directory), "…"));
    let broken = small(&directory, TABLE, "id: [");
    assert_eq!(simulate(&broken.0, &out, &["--correspondance", text(&file)]).exit, 5);
    let parquet = directory.join("p.parquet");
    draw(&parquet, "5", "1", "1");
    std::fs::write(&file, "colonnes: { offre.loyer: logement_actuel.depuis_le }").unwrap();
    let typed = simulate(&parquet, &out, &["--correspondance", text(&file)]);
    assert_eq!(typed.exit, 5);
    let told = "c.yaml:1:26 : la colonne « offre.loyer » a des nombres, et le fait attend une date";
    assert!(typed.explanation.contains(told), "{}", typed.explanation);
    assert!(!out.exists() && !directory.join("o.ecartes.csv").exists());
}

#[test]
fn rows_in_error_are_aside_with_their_reason_and_none_is_lost() {
    let directory = scratch("simulate_aside");
    let table = directory.join("a.csv");
    let rows = "id,offre.id,postule,foyer.revenus,demande.date_dépôt,offre.loyer,co_titulaire\n\
        a,L1,oui,1600.50,2018-04-10,500,[]\n\
        b,L1,oui,seize cents,2018-04-10,500,[]\n\
        c,L1,oui,1600\n\
        a,L1,oui,1600,2018-04-10,500,[]\n\
        d,L1,peut-être,1600,2018-04-10,500,[]\n\
        ,L1,oui,1600,2018-04-10,500,[]\n\
        e,,oui,1600,2018-04-10,500,[]\n\
        f,L1,oui,1600,2018-02-30,500,[]\n\
        g,L1,oui,1600,2018-04-10,501,[]\n\
        h,L1,oui,-5,2018-04-10,500,[]\n\
        i,L1,oui,1600,2018-04-10,500,\"[{\"\"lien\"\":\"\"voisin\"\"}]\"\n\
        j,L1,oui,non communiqué,,500,\n\
        k,L1,oui,0.001,2018-04-10,500,[]\n";
    let mut bytes = rows.as_bytes().to_vec();
    bytes.extend(b"\xff,L1,oui,1600,2018-04-10,500,[]\n");
    std::fs::write(&table, bytes).unwrap();
    let out = directory.join("b.json");
    let run = simulate(&table, &out, &["--format", "json"]);
    let counts = ["lignes", "ecrites", "ecartees"].map(|key| run.json()[key].as_u64().unwrap());
    assert_eq!((run.exit, counts), (5, [14, 3, 11]));
    let written: Vec<Value> = self::rows(&out).iter().map(|row| row["id"].clone()).collect();
    assert_eq!(written, ["a", "j", "k"]);
    let aside = std::fs::read_to_string(directory.join("b.ecartes.csv")).unwrap();
    assert!(!aside.contains("seize") && !aside.contains("voisin"), "no value is told");
    insta::assert_snapshot!(aside);
}

#[test]
fn what_cannot_be_read_or_written_leaves_nothing() {
    let directory = scratch("simulate_refused");
    let (csv, parquet) = (directory.join("a.csv"), directory.join("a.parquet"));
    draw(&parquet, "600", "3", "1");
    let whole = std::fs::read(&parquet).unwrap();
    let mut said = String::new();
    let out = directory.join("b.csv");
    let mut refused = |population: &Path, out: &Path, exit: i32| {
        let run = simulate(population, out, &[]);
        assert_eq!((run.exit, run.answer.as_str()), (exit, ""), "{}", run.explanation);
        said.extend([&run.explanation.replace(text(&directory), "…"), "\n"]);
    };
    for bytes in [&whole[..whole.len() / 2], &whole[..20], b"", b"id,offre.id\n"] {
        std::fs::write(&parquet, bytes).unwrap();
        refused(&parquet, &out, 1);
    }
    for bytes in [
        &b""[..],
        b"id,id,offre.id\n",
        b"id,,offre.id\n",
        b"\xe9,offre.id\n",
        b"id,offre.id\na,L1\nb,L2\nc,L1\n",
    ] {
        std::fs::write(&csv, bytes).unwrap();
        refused(&csv, &out, 1);
    }
    std::fs::write(&csv, "id,offre.id\na,L1\n").unwrap();
    refused(&csv, &directory.join("nulle/part.csv"), 1);
    refused(&csv, &csv, 2);
    refused(&directory.join("absent.csv"), &out, 1);
    refused(&directory.join("a.json"), &out, 1);
    std::fs::write(directory.join("a.json"), "[]").unwrap();
    refused(&directory.join("a.json"), &out, 2);
    refused(&csv, &directory.join("a.xlsx"), 2);
    insta::assert_snapshot!(said);
    assert!(!out.exists() && !directory.join("b.ecartes.csv").exists());
    assert_eq!(std::fs::read_to_string(&csv).unwrap(), "id,offre.id\na,L1\n");
    let hidden = std::fs::read_dir(&directory).unwrap();
    let names = hidden.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| !name.starts_with('.')));
    let none = simulate(&csv, &out, &["--date", "1990-01-01"]);
    assert_ne!(none.exit, 0);
}

/// Lists what a directory has, hidden files too.
fn names(directory: &Path) -> Vec<String> {
    let all = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = all.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_damaged_population_is_told_with_its_file_and_leaves_nothing() {
    let directory = scratch("simulate_damaged");
    let (parquet, out) = (directory.join("a.parquet"), directory.join("b.parquet"));
    draw(&parquet, "9000", "30", "1");
    let whole = std::fs::read(&parquet).unwrap();
    let middle = whole.len() / 2;
    std::fs::write(&out, "avant").unwrap();
    let mut said = String::new();
    let mut zeroed = whole.clone();
    zeroed[middle..middle + 2_048].fill(0);
    let without = [&whole[..middle], &whole[middle + 500..]].concat();
    for bytes in [zeroed, without, whole[..middle].to_vec()] {
        std::fs::write(&parquet, bytes).unwrap();
        let run = simulate(&parquet, &out, &[]);
        assert_eq!((run.exit, run.answer.as_str()), (1, ""));
        said.push_str(&run.explanation.replace(text(&directory), "…"));
        assert_eq!(names(&directory), ["a.parquet", "b.parquet"]);
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "avant");
    }
    insta::assert_snapshot!(said);
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_named_and_nothing_half_written_stays() {
    let directory = scratch("simulate_full");
    let population = directory.join("a.csv");
    draw(&population, "900", "3", "1");
    let bad = directory.join("c.csv");
    let row = "id,offre.id,foyer.revenus\n";
    let wrong: String = (0..4_000).map(|at| format!("{at},L,beaucoup\n")).collect();
    std::fs::write(&bad, format!("{row}{wrong}")).unwrap();
    let full = |name: &str| {
        let _ = std::fs::remove_file(directory.join(name));
        std::os::unix::fs::symlink("/dev/full", directory.join(name)).unwrap();
    };
    let told = |run: Run, named: &str| {
        assert_eq!((run.exit, run.answer.as_str()), (1, ""), "{named}");
        let place = directory.join(named);
        let due = format!("écriture impossible de « {} » : plus de place", text(&place));
        assert!(run.explanation.contains(&due), "{}", run.explanation);
        assert!(run.explanation.contains("aide : libérez de la place"), "{}", run.explanation);
    };
    for form in ["csv", "json", "parquet"] {
        let name = format!("b.{form}");
        full(&name);
        told(simulate(&population, &directory.join(&name), &[]), &name);
        assert!(!directory.join("b.ecartes.csv").exists());
        std::fs::remove_file(directory.join(name)).unwrap();
    }
    full("d.ecartes.csv");
    told(simulate(&bad, &directory.join("d.csv"), &[]), "d.ecartes.csv");
    full("r.html");
    let (own, report) = (crate::bareme::root().join("policies"), directory.join("r.html"));
    let with = ["--contre", text(&own), "--rapport", text(&report)];
    told(simulate(&population, &directory.join("e.csv"), &with), "r.html");
    assert_eq!(names(&directory), ["a.csv", "c.csv", "d.ecartes.csv", "r.html"]);
    let closed = simulate(&population, Path::new("/sys/kernel/b.csv"), &[]);
    assert_eq!(closed.exit, 1);
    let due = "écriture impossible de « /sys/kernel/b.csv » : ";
    assert!(closed.explanation.contains(due), "{}", closed.explanation);
    assert!(closed.explanation.contains("aide : nommez un répertoire"), "{}", closed.explanation);
}

/// Levels as a column writes them, and as a dossier does.
const LEVELS: [(&str, &str); 6] = [
    ("", "{ valeur: oui }"),
    ("déclaré", "{ valeur: oui, statut: déclaré }"),
    ("vérifié", "{ valeur: oui, statut: vérifié }"),
    ("validé", "{ valeur: oui, statut: validé }"),
    ("validé par travailleur_social", "{ valeur: oui, statut: validé, role: travailleur_social }"),
    ("validé par commission", "{ valeur: oui, statut: validé, role: commission }"),
];

#[test]
fn facts_are_established_as_their_mapping_says() {
    let directory = scratch("simulate_levels");
    let [table, mapping, out, dossier] =
        ["a.csv", "c.yaml", "b.json", "d.yaml"].map(|name| directory.join(name));
    let offer = "69386,2020-06-01,première_demande,oui,oui";
    let mut rows =
        "id,offre.id,offre.commune,demande.date_dépôt,demande.type,violences,dalo,preuve\n"
            .to_owned();
    let mut candidates = String::new();
    for (at, (level, fact)) in LEVELS.iter().enumerate() {
        rows.push_str(&format!("c{at},L,{offer},{level}\n"));
        candidates.push_str(&format!(
            "  - id: c{at}\n    demande: {{ type: première_demande, date_dépôt: 2020-06-01, violences: {fact}, dalo: {fact} }}\n"
        ));
    }
    rows.push_str(&format!("c9,L,{offer},certain\n"));
    std::fs::write(&table, rows).unwrap();
    let simulated = |statuses: [&str; 2]| {
        let column = |name: &str, status: &str| {
            format!("  {name}: {{ fait: demande.{name}, statut: {status} }}\n")
        };
        let columns = [column("violences", statuses[0]), column("dalo", statuses[1])].concat();
        let ignored = if statuses.concat().contains("preuve") { "" } else { "ignorer: [preuve]\n" };
        std::fs::write(&mapping, format!("colonnes:\n{columns}{ignored}")).unwrap();
        let mut arguments = vec!["simuler", "--population", text(&table), "--recueil", "policies"];
        arguments.extend(["--date", "2021-03-01", "--sortie", text(&out)]);
        arguments.extend(["--correspondance", text(&mapping)]);
        run(&arguments)
    };
    let lines = |row: &Map<String, Value>| {
        ["violences", "dalo"].map(|line| row[&format!("territoire.{line}")].as_i64().unwrap())
    };
    let by_column = simulated(["{ colonne: preuve }", "{ colonne: preuve }"]);
    assert_eq!((by_column.exit, by_column.explanation.as_str()), (5, ""));
    let found: Vec<_> = self::rows(&out).iter().map(lines).collect();
    let aside = std::fs::read_to_string(directory.join("b.ecartes.csv")).unwrap();
    let told = "7,c9,violences,\"attendu déclaré, vérifié, validé ou validé par RÔLE\"\n";
    assert!(aside.ends_with(told), "{aside}");

    let text_of =
        format!("date: 2021-03-01\noffre: {{ commune: \"69386\" }}\ncandidats:\n{candidates}");
    std::fs::write(&dossier, text_of).unwrap();
    let ranked =
        run(&["evaluer", text(&dossier), "--recueil", "policies", "--format", "json"]).json();
    let said = |at: usize| {
        let all = ranked["candidats"].as_array().unwrap();
        let own = all.iter().find(|one| one["id"] == format!("c{at}")).unwrap();
        let row = self::said(own).into_iter().collect::<Map<_, _>>();
        lines(&row)
    };
    let due: Vec<_> = (0..LEVELS.len()).map(said).collect();
    assert_eq!(found, due);
    assert_eq!(due, [[0, 0], [0, 0], [0, 50], [0, 50], [30, 50], [0, 50]]);

    let all_alike = simulated(["validé par travailleur_social", "déclaré"]);
    assert_eq!(all_alike.exit, 0);
    assert!(self::rows(&out).iter().all(|row| lines(row) == [30, 0]));
    let mut wrong = String::new();
    for status in
        ["sûr", "validé par", "{ colonne: prouve }", "{ colonnes: preuve }", "[vérifié]", "{}"]
    {
        let run = simulated([status, "{ colonne: preuve }"]);
        assert_eq!((run.exit, run.answer.as_str()), (5, ""), "{status}");
        wrong.push_str(&run.explanation.replace(text(&directory), "…"));
    }
    let list = "colonnes: { violences: { fait: co_titulaire, statut: vérifié } }\nignorer: [dalo, preuve]\n";
    std::fs::write(&mapping, list).unwrap();
    let run = simulate(&table, &out, &["--correspondance", text(&mapping)]);
    wrong.push_str(&run.explanation.replace(text(&directory), "…"));
    insta::assert_snapshot!(wrong);
}
