//! What is asked wrongly gets a clear problem, and never a score.

use server::Access;
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json};

const YAML: (&str, &str) = ("Content-Type", "application/yaml");

fn example() -> Vec<u8> {
    std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap()
}

#[test]
fn a_bad_dossier_is_told_mistake_by_mistake_without_its_values() {
    let served = Served::new(On::Sqlite, Access::open());
    let text = String::from_utf8(example()).unwrap();
    let text =
        text.replace("1990-03-14", "1990-13-77").replace("revenus: 1600", "revenus: beaucoup");
    let answer = served.post("/v1/decisions", &[YAML], text.as_bytes());
    assert_eq!(answer.status(), 422);
    let problem = json(answer);
    assert_eq!(problem["type"], "dossier");
    assert_eq!(problem["erreurs"].as_array().unwrap().len(), 2);
    assert_eq!(problem["erreurs"][0]["code"], "D0202");
    let said = problem.to_string();
    assert!(!said.contains("beaucoup") && !said.contains("1990-13-77"), "{said}");
}

#[test]
fn what_is_not_there_or_cannot_be_read_is_told() {
    let served = Served::new(On::Sqlite, Access::open());
    for path in ["/v1", "/v1/decisions/inconnue", "/v1/decisions/%2e%2e%2f/preuve", "/v2/x"] {
        assert_eq!(served.get(path).status(), 404, "{path}");
    }
    assert_eq!(served.post("/v1/decisions", &[], b"{").status(), 422);
    assert_eq!(served.post("/v1/decisions", &[], b"").status(), 422);
    let unknown = served.post("/v1/explications?candidat=personne", &[YAML], &example());
    assert_eq!(unknown.status(), 404);
    let nobody = served.post("/v1/explications", &[YAML], &example());
    assert_eq!(nobody.status(), 400);
    let long = "k".repeat(201);
    let answer = served.post("/v1/decisions", &[YAML, ("Idempotency-Key", &long)], &example());
    assert_eq!(answer.status(), 400);
    let huge = vec![b' '; 17 * 1024 * 1024];
    assert!(served.refuses_to_read("/v1/decisions", &huge));
    let entries = served.wait_for(served.given.registry.size()).unwrap();
    assert_eq!(entries, 1, "the activation of the rules, and no decision");
}

#[test]
fn a_key_used_for_something_else_is_refused() {
    let served = Served::new(On::Sqlite, Access::open());
    let key = [YAML, ("Idempotency-Key", "une")];
    assert_eq!(served.post("/v1/decisions", &key, &example()).status(), 201);
    let other = std::fs::read(root().join("examples/un-candidat.yaml")).unwrap();
    let answer = served.post("/v1/decisions", &key, &other);
    assert_eq!(answer.status(), 409);
    assert_eq!(json(answer)["type"], "cle_utilisee");
}
