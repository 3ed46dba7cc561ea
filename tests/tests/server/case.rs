//! A case file is unpacked by another program, and checked by what it holds; only an auditor has it.

use registry::Whose;
use serde_json::Value;
use server::{Access, Caller, Role};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json};

const YAML: (&str, &str) = ("Content-Type", "application/yaml");

fn decided(served: &Served, key: &str) -> String {
    let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
    let answer = served.post("/v1/decisions", &[YAML, ("Authorization", key)], &example);
    assert_eq!(answer.status(), 201);
    json(answer)["decision"].as_str().unwrap().to_owned()
}

/// Runs a program in a directory.
fn run(directory: &Path, program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).current_dir(directory).output().unwrap()
}

/// Takes a case file, and unpacks it.
fn unpacked(served: &Served, path: &str) -> TempDir {
    let mut answer = served.get(path);
    assert_eq!(answer.status(), 200, "{path}");
    assert_eq!(answer.headers()["content-type"], "application/zip");
    let named = answer.headers()["content-disposition"].to_str().unwrap();
    assert!(named.starts_with("attachment; filename=\"decision-"), "{named}");
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("x.zip"), answer.body_mut().read_to_vec().unwrap())
        .unwrap();
    let out = run(directory.path(), "python3", &["-m", "zipfile", "-e", "x.zip", "."]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    directory
}

fn text(directory: &TempDir, path: &str) -> String {
    std::fs::read_to_string(directory.path().join(path)).unwrap_or_else(|_| panic!("{path}"))
}

/// What the verifier of the archive says of a receipt in it: the link that does not hold, if any.
fn verified(directory: &TempDir, receipt: &str) -> Option<String> {
    let arguments = ["-B", "verifier_recu.py", receipt, "journal.pub", "--json"];
    let out = run(directory.path(), "python3", &arguments);
    let said: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(out.status.success(), said["valide"] == true);
    said["maillon"].as_str().map(str::to_owned)
}

fn checked_on(on: On) {
    let served = Served::new(on, Access::open());
    let id = decided(&served, "");
    let case = unpacked(&served, &format!("/v1/decisions/{id}/dossier"));
    let readme = text(&case, "LISEZMOI.txt");
    assert!(readme.contains(&id) && !readme.contains('{'), "{readme}");
    for (place, total) in [(0, "536"), (1, "539")] {
        let path = format!("candidats/{place}/recu.json");
        assert_eq!(verified(&case, &path), None);
        let receipt: Value = serde_json::from_str(&text(&case, &path)).unwrap();
        let record = text(&case, &format!("candidats/{place}/fiche.json"));
        assert_eq!(receipt["candidat"]["texte"], record);
        assert_eq!(receipt["decision"]["texte"], text(&case, "decision.json"));
        assert_eq!(receipt["point_de_controle"], text(&case, "point_de_controle.txt"));
        let lines = text(&case, &format!("candidats/{place}/lignes.txt"));
        assert!(lines.contains(&format!("Total : {total}")), "{lines}");
        // One byte of the record is another.
        let record = record.replace(&format!("\"total\":\"{total}\""), "\"total\":\"53X\"");
        let mut changed = receipt.clone();
        changed["candidat"]["texte"] = record.into();
        std::fs::write(case.path().join("autre.json"), changed.to_string()).unwrap();
        assert_eq!(verified(&case, "autre.json").as_deref(), Some("decision"));
    }
    let rules = run(&case.path().join("recueil"), "sha256sum", &["-c", "../recueil.sha256"]);
    assert!(rules.status.success(), "{}", String::from_utf8_lossy(&rules.stdout));
    let whole = run(case.path(), "sha256sum", &["recueil.sha256"]);
    let entry: Value = serde_json::from_str(&text(&case, "decision.json")).unwrap();
    let hash = entry["contenu"]["recueil"].as_str().unwrap();
    assert!(String::from_utf8_lossy(&whole.stdout).starts_with(hash));
}

#[test]
fn a_case_file_is_checked_by_what_it_holds_on_sqlite() {
    checked_on(On::Sqlite);
}

#[test]
fn a_case_file_is_checked_by_what_it_holds_on_postgresql() {
    checked_on(On::Postgres);
}

#[test]
fn a_case_file_of_one_candidate_says_nothing_of_the_other_and_one_that_is_erased_is_said_so() {
    let served = Served::new(On::Sqlite, Access::open());
    let id = decided(&served, "");
    let path = format!("/v1/decisions/{id}/dossier");
    let own = unpacked(&served, &format!("{path}?candidat=leclerc"));
    assert_eq!(verified(&own, "candidats/1/recu.json"), None);
    assert!(!own.path().join("candidats/0").exists());
    let found =
        run(own.path(), "grep", &["-rlE", "tabanou|Air France", "candidats", "decision.json"]);
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
    let whose = Whose::Application("tabanou".to_owned());
    served.wait_for(served.given.registry.erase(whose, "dpo", "demande")).unwrap();
    let left = unpacked(&served, &path);
    assert_eq!(verified(&left, "candidats/1/recu.json"), None);
    assert!(text(&left, "candidats/0/efface.txt").contains("entrée 2 du journal"));
    assert!(!left.path().join("candidats/0/valeurs.json").exists());
    assert_eq!(served.get(&format!("{path}?candidat=tabanou")).status(), 404);
    assert_eq!(served.get(&format!("{path}?candidat=personne")).status(), 404);
    assert_eq!(served.get(&format!("{path}?candidats=leclerc")).status(), 400);
    assert_eq!(served.get("/v1/decisions/inconnue/dossier").status(), 404);
}

#[test]
fn only_an_auditor_takes_a_case_file_away() {
    let callers =
        Role::ALL.map(|role| Caller::new(&format!("{role:?}"), role, &format!("{role:?}")));
    let served = Served::new(On::Sqlite, Access::to(callers.to_vec()));
    let id = decided(&served, "Bearer Service");
    for role in Role::ALL {
        let answer = served.get_as(&format!("/v1/decisions/{id}/dossier"), &format!("{role:?}"));
        let expected = if role == Role::Auditeur { 200 } else { 403 };
        assert_eq!(answer.status(), expected, "{role:?}");
    }
    assert_eq!(served.get(&format!("/v1/decisions/{id}/dossier")).status(), 401);
}
