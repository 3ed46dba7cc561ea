//! `bareme-lot calculer` from outside: what stops it is told in French, first what was being done, and no file is half
//! there.

use crate::given::{DAY, Given};
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_bareme-lot");

/// Notes a population of a dozen candidates with other arguments than the usual ones.
fn asked(given: &Given, other: &[(&str, &str)]) -> Output {
    let population = given.path("population");
    if !population.exists() {
        given.draw(12, 1, 1);
    }
    let (library, out) = (given.library(), given.path("notes.parquet"));
    let mut arguments = vec![
        ("--population", population.to_str().unwrap()),
        ("--recueils", library.to_str().unwrap()),
        ("--recueil", given.recueil.as_str()),
        ("--date", DAY),
        ("--requete", "SELECT id, total FROM notes"),
        ("--sortie", out.to_str().unwrap()),
    ];
    for (name, value) in other {
        arguments.retain(|(known, _)| known != name);
        arguments.push((name, value));
    }
    let pairs = arguments.iter().flat_map(|(name, value)| [*name, *value]);
    Command::new(PROGRAM).arg("calculer").args(pairs).output().unwrap()
}

#[test]
fn what_is_found_is_counted_and_written() {
    let given = Given::new();
    let output = asked(&given, &[]);
    assert!(output.status.success(), "{output:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with("12 lignes dans ") && told.ends_with("notes.parquet\n"), "{told}");
    assert!(given.path("notes.parquet").exists());
}

#[test]
fn what_stops_it_says_what_was_being_done_and_writes_nothing() {
    let given = Given::new();
    let nowhere = given.path("nulle-part.parquet");
    let nowhere = nowhere.to_str().unwrap();
    let deep = given.path("absent/notes.parquet");
    let absent = format!("« {nowhere} » ne peut pas être notée : ");
    for (other, told) in [
        ([("--population", nowhere)], &*absent),
        ([("--recueil", "..")], "ne peut pas être notée : « .. » n'est pas l'empreinte"),
        ([("--date", "hier")], "ne peut pas être notée : « hier » n'est pas une date"),
        ([("--correspondance", nowhere)], nowhere),
        ([("--requete", "SELEC")], "la requête est refusée : "),
        ([("--requete", "SELECT totaux FROM notes")], "la requête est refusée : "),
        ([("--requete", "SELECT 1 / (total - total) FROM notes")], "la requête n'a rien rendu : "),
        ([("--sortie", deep.to_str().unwrap())], "absent/notes.parquet » : "),
        ([("--grappe", "127.0.0.1:1")], "la grappe 127.0.0.1:1 n'a rien rendu : "),
    ] {
        let output = asked(&given, &other);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{other:?}");
        assert!(error.starts_with("bareme-lot : ") && error.contains(told), "{other:?}: {error}");
        for name in ["notes.parquet", "notes.en_cours"] {
            assert!(!given.path(name).exists(), "{other:?}");
        }
    }
}
