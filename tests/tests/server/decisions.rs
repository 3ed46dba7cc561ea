//! A decision is recorded before it is answered; what was answered is read, proved and run again.

use registry::receipt::Receipt;
use server::Access;
use std::path::Path;
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json};

const YAML: (&str, &str) = ("Content-Type", "application/yaml");

fn worked_example() -> Vec<u8> {
    std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap()
}

fn decided_on(on: On) {
    let served = Served::new(on, Access::open());
    let headers = [YAML, ("Idempotency-Key", "demande-1")];
    let answer = served.post("/v1/decisions", &headers, &worked_example());
    assert_eq!(answer.status(), 201);
    let hash = answer.headers()["bareme-recueil"].to_str().unwrap().to_owned();
    let decided = json(answer);
    assert_eq!(decided["recueil"], hash);
    assert_eq!(decided["candidats"][0]["id"], "tabanou");
    assert_eq!(decided["candidats"][0]["resultat"]["total"], "536");
    let id = decided["decision"].as_str().unwrap();

    let again = served.post("/v1/decisions", &headers, &worked_example());
    assert_eq!(again.status(), 200);
    let again = json(again);
    assert_eq!(
        (&again["decision"], &again["deja_enregistree"]),
        (&decided["decision"], &true.into())
    );
    assert_eq!(again["candidats"], decided["candidats"]);

    let kept = json(served.get(&format!("/v1/decisions/{id}")));
    assert_eq!(kept["candidats"][1]["fiche"]["total"], "539");
    assert_eq!(kept["candidats"][1]["valeurs"]["candidature"], "leclerc");
    let replay = json(served.post(&format!("/v1/decisions/{id}/rejeu"), &[], b""));
    assert_eq!(replay["issue"], "identique");

    let receipt = json(served.get(&format!("/v1/decisions/{id}/recu?candidat=tabanou")));
    let receipt: Receipt = serde_json::from_value(receipt).unwrap();
    let proved = receipt.check(served.given.registry.public()).unwrap();
    assert_eq!(proved.record.total, "536");

    let entries = json(served.get("/v1/journal/entrees"));
    assert_eq!(entries["entrees"].as_array().unwrap().len(), 2, "the activation, then this");
    let mut checkpoint = served.get("/v1/journal/checkpoint");
    let note = checkpoint.body_mut().read_to_string().unwrap();
    assert_eq!(served.given.registry.public().open(&note).unwrap().size, 2);
}

#[test]
fn a_decision_is_recorded_answered_proved_and_replayed_on_sqlite() {
    decided_on(On::Sqlite);
}

#[test]
fn a_decision_is_recorded_answered_proved_and_replayed_on_postgresql() {
    decided_on(On::Postgres);
}

#[test]
fn a_simulation_records_nothing() {
    let served = Served::new(On::Sqlite, Access::open());
    let answer = served.post("/v1/explications?candidat=tabanou", &[YAML], &worked_example());
    assert_eq!(answer.status(), 200);
    let text = json(answer).to_string();
    assert!(text.contains("536"));
    assert!(!text.contains("La Baguette"), "nothing of the other candidate");
    let entries = served.wait_for(served.given.registry.size()).unwrap();
    assert_eq!(entries, 1, "the activation of the rules, and nothing more");
}

#[test]
fn a_registry_that_cannot_be_written_answers_no_score() {
    let served = Served::new(On::Sqlite, Access::open());
    let file = served.given.directory.path().join("registre.sqlite");
    let lock = format!("sqlite://{}", file.display());
    let (held, release) = std::sync::mpsc::channel::<()>();
    let (taken, wait) = std::sync::mpsc::channel();
    let locker = std::thread::spawn(move || hold_lock(&lock, &taken, &release));
    wait.recv().unwrap();
    let mut answer = served.post("/v1/decisions", &[YAML], &worked_example());
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "2");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let text = answer.body_mut().read_to_string().unwrap();
    assert!(!text.contains("536") && !text.contains("tabanou"), "{text}");
    held.send(()).unwrap();
    locker.join().unwrap();
    assert_eq!(served.post("/v1/decisions", &[YAML], &worked_example()).status(), 201);
    assert!(Path::new(&file).exists());
}

fn hold_lock(
    url: &str,
    taken: &std::sync::mpsc::Sender<()>,
    release: &std::sync::mpsc::Receiver<()>,
) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let database = sqlx::AnyPool::connect(url).await.unwrap();
        let lock = database.begin_with("BEGIN EXCLUSIVE").await.unwrap();
        taken.send(()).unwrap();
        release.recv().unwrap();
        lock.rollback().await.unwrap();
    });
}
