//! What is asked wrongly gets a clear problem, and never a score.

use server::{Access, Action, Caller, Role};
use sha2::{Digest, Sha256};
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
    for path in ["/", "/v1", "/v1/decisions/inconnue", "/v1/decisions/%2e%2e%2f/preuve", "/v2/x"] {
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
    assert_eq!(served.wait_for(served.given.registry.size()).unwrap(), 0);
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

/// The routes, each with what it does and how it is asked.
const ROUTES: [(&str, &str, Action); 12] = [
    ("GET", "/healthz", Action::See),
    ("GET", "/readyz", Action::See),
    ("GET", "/v1/schemas/dossier", Action::ReadRules),
    ("GET", "/v1/recueil", Action::ReadRules),
    ("POST", "/v1/explications?candidat=tabanou", Action::Simulate),
    ("POST", "/v1/decisions", Action::Decide),
    ("GET", "/v1/decisions/x", Action::ReadDecision),
    ("GET", "/v1/decisions/x/preuve", Action::ReadDecision),
    ("GET", "/v1/decisions/x/recu?candidat=y", Action::ReadDecision),
    ("GET", "/v1/journal/checkpoint", Action::ReadLog),
    ("GET", "/v1/journal/entrees", Action::ReadLog),
    ("GET", "/v1/journal/coherence?depuis=1", Action::ReadLog),
];

fn caller(role: Role, key: &str) -> Caller {
    let hash = Sha256::digest(key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    Caller { name: key.to_owned(), role, hash, until: None }
}

#[test]
fn every_route_is_open_to_the_roles_of_its_row_and_to_no_other() {
    let keys = [("service", Role::Service), ("cour", Role::Auditeur), ("nuit", Role::Exploitant)];
    let callers = keys.iter().map(|(key, role)| caller(*role, key)).collect();
    let served = Served::new(On::Sqlite, Access::to(callers));
    let ask = |method: &str, path: &str, key: Option<&str>| {
        let bearer = key.map(|key| format!("Bearer {key}")).unwrap_or_default();
        let authorization = ("Authorization", bearer.as_str());
        match (method, key) {
            ("POST", Some(_)) => served.post(path, &[YAML, authorization], &example()).status(),
            ("POST", None) => served.post(path, &[YAML], &example()).status(),
            (_, Some(key)) => served.get_as(path, key).status(),
            (_, None) => served.get(path).status(),
        }
    };
    for (method, path, action) in ROUTES {
        for (key, role) in keys {
            let barred = matches!(ask(method, path, Some(key)).as_u16(), 401 | 403);
            assert_eq!(!barred, action.is_for(role), "{method} {path} {role:?}");
        }
        let barred = ask(method, path, None).as_u16() == 401;
        assert_eq!(!barred, action.is_public(), "{method} {path} without a key");
        let barred = ask(method, path, Some("autre")).as_u16() == 401;
        assert_eq!(!barred, action.is_public(), "{method} {path} with a key of nobody");
    }
}
