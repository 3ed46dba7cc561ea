//! A registry made, decisions recorded, proved, carried and witnessed, by the command alone.

use crate::bareme::{Desk, run};
use tests::postgres::fresh_database;

#[test]
fn the_worked_example_is_recorded_read_again_and_proved() {
    let desk = Desk::empty();
    let created = desk.run(&["registre", "creer", "--nom", "bareme.exemple/essai"]).ends(0);
    insta::assert_snapshot!("creer", created.steady(&desk));
    let receipts = desk.text("recus");
    let arguments = ["registre", "enregistrer", "examples/lyon-6e.yaml", "--recueil", "policies"];
    let more = ["--par", "service", "--recu", &receipts];
    let recorded = desk.run(&[&arguments[..], &more].concat()).ends(0);
    insta::assert_snapshot!("enregistrer", recorded.steady(&desk));
    insta::assert_snapshot!("etat", desk.run(&["registre", "etat"]).ends(0).steady(&desk));
    let verified = desk.run(&["registre", "verifier", "--complet"]).ends(0);
    insta::assert_snapshot!("verifier", verified.steady(&desk));
    let key = desk.text("cles/journal.pub");
    let mut kept: Vec<_> =
        std::fs::read_dir(desk.path("recus")).unwrap().map(|it| it.unwrap().path()).collect();
    kept.sort();
    assert_eq!(kept.len(), 2);
    let receipt = kept[0].to_str().unwrap();
    let checked = desk.run(&["recu", "verifier", receipt, "--cle", &key]).ends(0);
    insta::assert_snapshot!("recu", without_instant(&checked.steady(&desk)));
    let held = desk.run(&["registre", "verifier", "--temoin", receipt, "--format", "json"]).ends(0);
    assert_eq!(held.json()["points_de_controle"], 2);
}

fn without_instant(text: &str) -> String {
    let line = |line: &str| match line.split_once("Enregistrée le") {
        Some((before, _)) => format!("{before}Enregistrée le …\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn what_is_answered_is_what_evaluer_answers() {
    let desk = Desk::new();
    let recorded = desk.recorded("examples/neuf-candidats.yaml");
    let arguments = ["evaluer", "examples/neuf-candidats.yaml", "--recueil", "policies"];
    let ranked = run(&[&arguments[..], &["--format", "json"]].concat(), &[]).ends(0).json();
    let ranks = |of: &serde_json::Value| -> Vec<(String, Option<u64>)> {
        let all = of["candidats"].as_array().unwrap().iter();
        let mut all: Vec<_> =
            all.map(|it| (it["id"].as_str().unwrap().to_owned(), it["rang"].as_u64())).collect();
        all.sort();
        all
    };
    assert_eq!(ranks(&recorded), ranks(&ranked));
    assert_eq!(recorded["candidats"].as_array().unwrap().len(), 9);
}

#[test]
fn the_same_request_records_once_and_another_under_its_key_is_refused() {
    let desk = Desk::new();
    let under = |dossier: &str| {
        let arguments = ["registre", "enregistrer", dossier, "--recueil", "policies"];
        let more = ["--par", "service", "--cle-de-requete", "k", "--format", "json"];
        desk.run(&[&arguments[..], &more].concat())
    };
    let first = under("examples/lyon-6e.yaml").ends(0).json();
    let again = under("examples/lyon-6e.yaml").ends(0).json();
    assert_eq!((&first["deja"], &again["deja"]), (&false.into(), &true.into()));
    assert_eq!(first["decision"], again["decision"]);
    assert_eq!(first["candidats"], again["candidats"]);
    let other = under("examples/un-candidat.yaml").ends(1);
    assert_eq!(other.said, "erreur : cette clé de requête a déjà servi pour une autre demande\n");
    let state = desk.run(&["registre", "etat", "--format", "json"]).ends(0).json();
    assert_eq!(state["taille"], 1);
}

#[test]
fn a_dossier_that_is_refused_records_nothing() {
    let desk = Desk::new();
    let bad = desk.text("bad.yaml");
    let text = std::fs::read_to_string(tests::rules::root().join("examples/lyon-6e.yaml")).unwrap();
    std::fs::write(&bad, text.replace("revenus: 1600", "revenus: seize-cents-zibelines")).unwrap();
    let arguments = ["registre", "enregistrer", "examples/lyon-6e.yaml", &bad];
    let refused =
        desk.run(&[&arguments[..], &["--recueil", "policies", "--par", "s"]].concat()).ends(5);
    assert!(refused.said.contains("Rien n'est enregistré."), "{}", refused.said);
    assert!(!refused.said.contains("zibelines"), "{}", refused.said);
    assert_eq!(desk.run(&["registre", "etat", "--format", "json"]).json()["taille"], 0);
}

#[test]
fn a_proof_and_a_receipt_are_given_for_a_decision() {
    let desk = Desk::new();
    desk.worked_example();
    let second = desk.worked_example();
    let id = second["decision"].as_str().unwrap();
    let proof = desk.run(&["registre", "prouver", id]).ends(0).json();
    assert_eq!((&proof["index"], proof["preuve"].as_array().unwrap().len()), (&1.into(), 1));
    assert!(proof["texte"].as_str().unwrap().contains(id));
    let out = desk.text("recu.json");
    let arguments = ["registre", "recu", id, "--candidat", "leclerc", "--sortie", &out];
    desk.run(&arguments).ends(0);
    let key = desk.text("cles/journal.pub");
    let arguments = ["recu", "verifier", &out, "--cle", &key, "--format", "json"];
    let checked = desk.run(&arguments).ends(0).json();
    assert_eq!(
        (&checked["prouve"]["total"], &checked["prouve"]["rang"]),
        (&"539".into(), &1.into())
    );
    let again = desk.run(&["registre", "recu", id, "--candidat", "leclerc", "--sortie", &out]);
    assert!(again.ends(1).said.contains("il existe déjà"));
    let nobody = desk.run(&["registre", "recu", id, "--candidat", "zibeline"]).ends(1);
    assert!(!nobody.said.contains("zibeline"), "{}", nobody.said);
}

#[tokio::test]
async fn an_export_is_read_into_postgresql_and_verified_there() {
    let desk = Desk::new();
    desk.worked_example();
    desk.recorded("examples/neuf-candidats.yaml");
    let erase = ["registre", "effacer", "--candidature", "tabanou"];
    desk.run(&[&erase[..], &["--par", "dpo", "--raison", "demande"]].concat()).ends(0);
    let export = desk.text("export.ndjson");
    let exported = desk.run(&["registre", "exporter", "--sortie", &export]).ends(0);
    assert!(exported.answer.starts_with("Registre exporté : 3 entrées, "), "{}", exported.answer);
    let there = fresh_database().await;
    let on = |verb: &[&str]| desk.run(&[&["registre"], verb, &["--registre", &there]].concat());
    let imported = on(&["importer", &export]).ends(0);
    assert!(imported.answer.contains("3 entrées, 2 décisions relues, aucune faute"));
    on(&["verifier", "--complet"]).ends(0);
    let back = on(&["exporter"]).ends(0);
    assert!(back.answer.as_bytes() == std::fs::read(&export).unwrap(), "the same export");
    assert!(on(&["importer", &export]).ends(1).said.contains("dans un registre vide"));
}

#[test]
fn a_witness_signs_what_goes_on_and_nothing_else() {
    let desk = Desk::new();
    desk.worked_example();
    let (key, log) = (desk.text("temoin.cle"), desk.text("cles/journal.pub"));
    let shown = |name: &str, more: &[&str]| {
        let shown = desk.run(&[&["registre", "checkpoint"], more].concat()).ends(0);
        std::fs::write(desk.path(name), &shown.answer).unwrap();
        desk.text(name)
    };
    let sign = |file: &str, more: &[&str]| {
        let arguments = ["registre", "temoigner", file, "--cle", &key, "--journal", &log];
        run(&[&arguments[..], more].concat(), &[])
    };
    let first = sign(&shown("un.json", &[]), &["--nom", "temoin.exemple"]).ends(0);
    let last = desk.text("dernier.txt");
    std::fs::write(&last, &first.answer).unwrap();
    desk.worked_example();
    desk.worked_example();
    let two = shown("deux.json", &["--depuis", "1"]);
    let signed = sign(&two, &["--dernier", &last]).ends(0);
    assert_eq!(signed.answer.matches("— ").count(), 2, "the log's signature and the witness's");
    let note = desk.text("note.txt");
    std::fs::write(&note, &signed.answer).unwrap();
    desk.run(&["registre", "deposer", &note]).ends(0);
    assert!(desk.run(&["registre", "checkpoint"]).ends(0).answer.contains("temoin.exemple"));
    let without_proof = shown("trois.json", &[]);
    let refused = sign(&without_proof, &["--dernier", &last]).ends(1);
    assert!(refused.said.contains("ne continue pas celui que le témoin a vu à 1 entrées"));
    let forged = desk.text("forgé.txt");
    std::fs::write(&forged, signed.answer.replacen("\n3\n", "\n4\n", 1)).unwrap();
    assert!(desk.run(&["registre", "deposer", &forged]).ends(1).said.contains("pas signé"));
}
