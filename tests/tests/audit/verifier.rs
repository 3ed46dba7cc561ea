//! Another program, written from the documents alone, says of every receipt what ours says; and finds
//! every test vector again, from the master key on.

use registry::checkpoint::{LogKey, PublicKey};
use registry::receipt::Receipt;
use registry::seal::{Key, MasterKey};
use registry::tree::leaf;
use registry::{Digest, canonical};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;
use tests::explained::example;
use tests::registered::{Given, On};
use tests::rules::root;

fn python(arguments: &[&Path]) -> Output {
    let mut command = Command::new("python3");
    command.arg("-B").args(arguments).output().expect("python3 runs")
}

fn script(name: &str) -> PathBuf {
    root().join("docs/registre").join(name)
}

/// What one program says of a receipt: the link that does not hold, if any.
#[derive(Debug, PartialEq, Eq)]
struct Said(Option<String>);

fn ours(text: &str, key: &PublicKey) -> Said {
    let Ok(receipt) = serde_json::from_str::<Receipt>(text) else {
        return Said(Some("forme".to_owned()));
    };
    Said(receipt.check(key).err().map(|error| error.link().to_owned()))
}

fn theirs(directory: &TempDir, text: &str, key: &PublicKey) -> Said {
    let (receipt, public) = (directory.path().join("recu.json"), directory.path().join("cle.pub"));
    std::fs::write(&receipt, text).unwrap();
    std::fs::write(&public, key.text()).unwrap();
    let output = python(&[&script("verifier_recu.py"), &receipt, &public, Path::new("--json")]);
    let said: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let link = said["maillon"].as_str().map(str::to_owned);
    assert_eq!(output.status.code(), Some(i32::from(link.is_some())));
    Said(link)
}

/// Records seven decisions; returns the receipts of both candidates of the third.
async fn receipts() -> (Given, String, String) {
    let given = Given::new(On::Sqlite).await;
    let mut third = String::new();
    for number in 0..7 {
        let recorded = given.record(&example("lyon-6e", |text| text)).await;
        if number == 2 {
            third = recorded.id;
        }
    }
    let decision = given.registry.decision(&third).await.unwrap();
    let text = async |place| {
        serde_json::to_string(&given.registry.receipt(&decision, place).await.unwrap()).unwrap()
    };
    let (one, other) = (text(0).await, text(1).await);
    (given, one, other)
}

/// Changes a receipt at a place of its JSON.
fn changed(text: &str, pointer: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(text).unwrap();
    change(value.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")));
    value.to_string()
}

fn put(value: impl Into<Value>) -> impl FnOnce(&mut Value) {
    move |place| *place = value.into()
}

fn replaced(from: &'static str, to: &'static str) -> impl FnOnce(&mut Value) {
    move |place| {
        let text = place.as_str().unwrap();
        assert!(text.contains(from), "« {from} » is not in {text}");
        *place = Value::from(text.replacen(from, to, 1));
    }
}

#[tokio::test]
async fn both_programs_say_the_same_of_each_link() {
    let (given, receipt, other) = receipts().await;
    let income = "/faits/foyer.revenus/valeur/valeur";
    let borrowed: Value = serde_json::from_str(&other).unwrap();
    let one =
        |pointer: &str, change: Box<dyn FnOnce(&mut Value)>| changed(&receipt, pointer, change);
    let cases: Vec<(&str, String)> = vec![
        ("", receipt.clone()),
        ("", other.clone()),
        ("forme", "bonjour".to_owned()),
        ("forme", "{}".to_owned()),
        ("forme", one("/format", Box::new(put("bareme-recu/0")))),
        ("forme", receipt.replacen("\"format\"", "\"autre\":1,\"format\"", 1)),
        ("point_de_controle", one("/point_de_controle", Box::new(replaced("\n7\n", "\n8\n")))),
        ("point_de_controle", one("/point_de_controle", Box::new(put("rien")))),
        ("journal", one("/decision/index", Box::new(put(3)))),
        ("journal", one("/decision/index", Box::new(put(7)))),
        ("journal", one("/decision/preuve", Box::new(|it| drop(it.as_array_mut().unwrap().pop())))),
        ("journal", one("/decision/texte", Box::new(replaced("2019-10-15", "2019-10-16")))),
        ("decision", one("/candidat/index", Box::new(put(1)))),
        ("decision", one("/candidat/texte", Box::new(replaced("\"rang\":2", "\"rang\":1")))),
        ("decision", one("/candidat/preuve", Box::new(put(Vec::<Value>::new())))),
        ("fait", one("/candidat", Box::new(put(borrowed["candidat"].clone())))),
        ("fait", one(income, Box::new(put("1700")))),
        (
            "fait",
            one("/faits", Box::new(|it| drop(it.as_object_mut().unwrap().remove("foyer.revenus")))),
        ),
        (
            "fait",
            one(
                "/faits/foyer.revenus/sel",
                Box::new(put(borrowed["faits"]["foyer.revenus"]["sel"].clone())),
            ),
        ),
        ("resultat", one("/resultat/valeur/total", Box::new(put("600")))),
        ("resultat", one("/resultat", Box::new(put(borrowed["resultat"].clone())))),
    ];
    let key = given.registry.public();
    for (link, text) in cases {
        let due = Said((!link.is_empty()).then(|| link.to_owned()));
        assert_eq!(ours(&text, key), due, "{text}");
        assert_eq!(theirs(&given.directory, &text, key), due, "{text}");
    }
    let another = LogKey::generate(key.name()).unwrap();
    let due = Said(Some("point_de_controle".to_owned()));
    assert_eq!(ours(&receipt, another.public()), due);
    assert_eq!(theirs(&given.directory, &receipt, another.public()), due);
}

#[tokio::test]
async fn a_receipt_that_a_witness_has_signed_holds_for_both() {
    let (given, receipt, _) = receipts().await;
    let witness = LogKey::generate("temoin.exemple").unwrap();
    let cosigned = changed(&receipt, "/point_de_controle", |note| {
        *note = Value::from(witness.cosign(note.as_str().unwrap()).unwrap());
    });
    let key = given.registry.public();
    assert_eq!(
        (ours(&cosigned, key), theirs(&given.directory, &cosigned, key)),
        (Said(None), Said(None))
    );
}

#[test]
fn a_program_under_three_hundred_lines_of_the_standard_library() {
    let text = std::fs::read_to_string(script("verifier_recu.py")).unwrap();
    assert!(text.lines().count() < 300, "{}", text.lines().count());
    let imports: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("import ") || line.starts_with("from "))
        .collect();
    let standard =
        ["base64", "binascii", "hashlib", "json", "sys"].map(|it| format!("import {it}"));
    assert_eq!(imports, standard);
}

#[test]
fn the_vectors_are_found_again_by_another_program() {
    let output = python(&[&script("vecteurs.py")]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let directory = TempDir::new().unwrap();
    let text = std::fs::read_to_string(script("vecteurs.json")).unwrap();
    for (from, to) in [
        ("\"place\": 0", "\"place\": 1"),
        ("\"candidature\": \"tabanou\"", "\"candidature\": \"autre\""),
    ] {
        assert!(text.contains(from), "{from}");
        let path = directory.path().join("vecteurs.json");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        assert!(!python(&[&script("vecteurs.py"), &path]).status.success(), "{to}");
    }
}

#[test]
fn the_vectors_are_what_this_program_computes() {
    let text = std::fs::read_to_string(script("vecteurs.json")).unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let of = |name: &str| vectors[name].as_str().unwrap();
    let bytes = |name: &str| {
        use base64::Engine;
        base64::prelude::BASE64_STANDARD.decode(of(name)).unwrap()
    };
    let master = MasterKey::new(&Key::parse(of("maitre")).unwrap());
    assert_eq!(master.tag(of("candidature")).to_string(), of("etiquette"));
    let key = master.unwrap(of("sujet"), &bytes("cle_emballee")).unwrap();
    let plain = key.open(&format!("{}/0", of("decision")), &bytes("scelle")).unwrap();
    assert_eq!(plain.as_slice(), of("clair").as_bytes());
    assert_eq!(leaf(of("fiche").as_bytes()).to_string(), of("feuille"));
    let record: registry::entry::CandidateRecord = serde_json::from_str(of("fiche")).unwrap();
    let sealed: registry::Sealed = serde_json::from_str(of("clair")).unwrap();
    for (path, value) in &sealed.facts {
        let committed: Digest = key.commitment(of("decision"), path, &canonical(value));
        assert_eq!(record.facts[path], committed, "{path}");
    }
    let public = PublicKey::parse(of("journal")).unwrap();
    assert_eq!(ours(&vectors["recu"].to_string(), &public), Said(None));
}
