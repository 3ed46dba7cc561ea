//! What goes wrong, as the command says it: tampering, keys, stores; never with a personal value.

use crate::bareme::{Desk, Run, run};
use std::os::unix::fs::PermissionsExt;

/// What no error and no log line may hold.
const PERSONAL: [&str; 6] = ["tabanou", "leclerc", "zibeline", "1990-03-14", "1600", "Air France"];

#[track_caller]
fn told(run: Run, exit: i32, words: &str) -> Run {
    let run = run.ends(exit);
    let all = format!("{}{}", run.answer, run.said);
    assert!(all.contains(words), "« {words} » is not in\n{all}");
    for value in PERSONAL {
        assert!(!all.contains(value), "« {value} » is in\n{all}");
    }
    run
}

#[tokio::test]
async fn each_tampering_is_told_in_a_line_and_by_the_exit() {
    let changed = "UPDATE candidates SET record = CAST(REPLACE(CAST(record AS TEXT), \
                   '\"rang\":2', '\"rang\":1') AS BLOB)";
    let cases: [(&[&str], &str); 4] = [
        (&[changed], "les candidats de l'entrée 0 ne sont pas ceux qu'elle dit"),
        (
            &["DELETE FROM candidates WHERE entry = 1", "DELETE FROM entries WHERE position = 1"],
            "le journal est coupé : un point de contrôle dit 2 entrées",
        ),
        (
            &["UPDATE candidates SET sealed = x'00' WHERE entry = 0 AND place = 1"],
            "le scellé est modifié (entrée 0, candidat 1)",
        ),
        (&["DELETE FROM recueils"], "n'est pas gardé en entier"),
    ];
    for (statements, words) in cases {
        let desk = Desk::new();
        desk.worked_example();
        desk.worked_example();
        desk.change(statements).await;
        let verified = told(desk.run(&["registre", "verifier", "--complet"]), 1, words);
        assert!(verified.answer.contains("faute : "), "{}", verified.answer);
        let json =
            desk.run(&["registre", "verifier", "--complet", "--format", "json"]).ends(1).json();
        assert!(json["fautes"].to_string().contains(words), "{json}");
    }
}

#[tokio::test]
async fn a_log_that_was_cut_serves_nobody() {
    let desk = Desk::new();
    let decision = desk.worked_example();
    let id = decision["decision"].as_str().unwrap();
    desk.worked_example();
    desk.change(&[
        "DELETE FROM candidates WHERE entry = 1",
        "DELETE FROM entries WHERE position = 1",
    ])
    .await;
    let broken = "le registre ne correspond pas à son dernier point de contrôle";
    for verb in [&["registre", "etat"][..], &["registre", "prouver", id], &["rejouer", id]] {
        let run = told(desk.run(verb), 1, broken);
        assert!(run.said.contains("verifier --complet"), "{}", run.said);
    }
}

#[test]
fn keys_that_are_absent_exposed_or_others_are_told() {
    let desk = Desk::new();
    desk.worked_example();
    let registry = desk.text("registre.sqlite");
    let with =
        |keys: &str| run(&["registre", "etat", "--registre", &registry, "--cles", keys], &[]);
    told(with(&desk.text("ailleurs")), 1, "maitre.cle » : absent");
    let nothing = run(&["registre", "etat", "--registre", &registry], &[]);
    assert!(told(nothing, 2, "aucun répertoire de clés nommé").said.contains("BAREME_CLES"));
    assert!(
        told(run(&["registre", "etat"], &[]), 2, "aucun registre nommé")
            .said
            .contains("--registre")
    );
    let other = Desk::new();
    told(with(&other.text("cles")), 1, "celui d'un autre journal que la clé de signature");
    for name in ["maitre.cle", "journal.cle"] {
        let path = desk.path("cles").join(name);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let exposed = told(desk.run(&["registre", "etat"]), 1, "que d'autres que son propriétaire");
        assert!(exposed.said.contains("chmod 600"), "{}", exposed.said);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    std::fs::write(desk.path("cles/maitre.cle"), "pas une clé").unwrap();
    told(desk.run(&["registre", "etat"]), 1, "maitre.cle » ne contient pas la clé attendue");
}

#[test]
fn another_master_key_opens_no_value() {
    let desk = Desk::new();
    let decision = desk.worked_example();
    let other = Desk::new();
    std::fs::copy(other.path("cles/maitre.cle"), desk.path("cles/maitre.cle")).unwrap();
    let id = decision["decision"].as_str().unwrap();
    told(desk.run(&["registre", "recu", id, "--candidat", "tabanou"]), 1, "un scellé modifié");
    told(desk.run(&["registre", "verifier", "--complet"]), 1, "le scellé est modifié");
}

#[test]
fn keys_are_never_overwritten_and_keep_their_log() {
    let desk = Desk::new();
    let before = std::fs::read(desk.path("cles/maitre.cle")).unwrap();
    let again = desk.run(&["registre", "creer", "--nom", "bareme.exemple/essai"]).ends(0);
    assert!(again.answer.contains("déjà là, reprises"), "{}", again.answer);
    assert_eq!(std::fs::read(desk.path("cles/maitre.cle")).unwrap(), before);
    let other = desk.run(&["registre", "creer", "--nom", "bareme.exemple/autre"]);
    told(other, 2, "celles du journal « bareme.exemple/essai »");
    let nameless = Desk::empty();
    told(nameless.run(&["registre", "creer", "--nom", "a b"]), 2, "ni espace");
    assert!(!nameless.path("cles").exists());
    let mode = std::fs::metadata(desk.path("cles/journal.cle")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn stores_that_cannot_be_opened_are_told() {
    let desk = Desk::new();
    desk.worked_example();
    let at = |registry: &str, verb: &[&str]| {
        desk.run(&[&["registre"], verb, &["--registre", registry]].concat())
    };
    let absent = "le fichier est absent, ou son accès est refusé";
    told(at(&desk.text("absent.sqlite"), &["etat"]), 1, absent);
    assert!(!desk.path("absent.sqlite").exists(), "looking makes nothing");
    told(
        at(&desk.text("aucun/dossier/r.sqlite"), &["creer", "--nom", "bareme.exemple/essai"]),
        1,
        absent,
    );
    told(at(&desk.text("cles"), &["etat"]), 1, absent);
    std::fs::write(desk.path("texte.sqlite"), "ceci n'est pas une base de données ".repeat(99))
        .unwrap();
    told(at(&desk.text("texte.sqlite"), &["etat"]), 1, "ce fichier n'est pas une base SQLite");
    told(at("mysql://ici/b", &["etat"]), 1, "adresse de registre inconnue");
    std::fs::write(desk.path("vide.sqlite"), "").unwrap();
    let empty = told(
        at(&desk.text("vide.sqlite"), &["etat"]),
        1,
        "il n'y a pas de registre à cette adresse",
    );
    assert!(empty.said.contains("registre creer"), "{}", empty.said);
    let closed = format!("sqlite://{}?mode=ro", desk.text("registre.sqlite"));
    let arguments = ["effacer", "--candidature", "zibeline", "--par", "dpo", "--raison", "essai"];
    let refused = at(&closed, &arguments).ends(1);
    assert!(!refused.said.contains("zibeline"), "{}", refused.said);
}

#[test]
fn a_request_that_is_not_complete_is_a_mistake_of_usage() {
    let desk = Desk::new();
    let both = ["examples/lyon-6e.yaml", "examples/un-candidat.yaml"];
    let record = ["registre", "enregistrer", both[0], both[1], "--recueil", "policies"];
    let one_key = desk.run(&[&record[..], &["--par", "s", "--cle-de-requete", "k"]].concat());
    told(one_key, 2, "une clé de requête vaut pour une décision");
    told(desk.run(&record), 2, "qui demande la décision n'est pas dit");
    for arguments in [
        &["registre"][..],
        &["registre", "effacer", "--par", "dpo", "--raison", "r"],
        &[
            "registre",
            "effacer",
            "--candidature",
            "a",
            "--sujet",
            "b",
            "--par",
            "d",
            "--raison",
            "r",
        ],
        &["rejouer"],
        &["recu"],
        &[
            "registre",
            "cloturer",
            "--candidature",
            "a",
            "--motif",
            "oubli",
            "--le",
            "2020-01-01",
            "--par",
            "x",
        ],
    ] {
        assert_eq!(desk.run(arguments).exit, 2, "{arguments:?}");
    }
    told(desk.run(&["registre", "prouver", "0"]), 1, "le registre ne contient pas « 0 »");
}
