//! What logs and traces say: routes, names of requests, rules, statuses; nothing of a person. Each server of the
//! tests reads the logs of all again when it ends; here, who wishes to be in them is not.

use server::{Access, Caller, Role};
use tests::logged::{betrayals, said};
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json};

const YAML: (&str, &str) = ("Content-Type", "application/yaml");
const BEARER: (&str, &str) = ("Authorization", "Bearer s3rv");

#[test]
fn whoever_wishes_to_be_in_the_logs_is_not() {
    let served =
        Served::new(On::Sqlite, Access::to(vec![Caller::new("calcul", Role::Service, "s3rv")]));
    let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
    let name = ("x-request-id", "tabanou");
    let decided = served.post(
        "/v1/decisions?finalite=tabanou",
        &[YAML, BEARER, name, ("Idempotency-Key", "tabanou")],
        &example,
    );
    assert_eq!(decided.status(), 201);
    let given = decided.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert!(given.len() == 36 && given != "tabanou", "{given}");
    let id = json(decided)["decision"].as_str().unwrap().to_owned();
    for path in [
        format!("/v1/decisions/{id}/explication?candidat=tabanou"),
        format!("/v1/decisions/{id}/recu?candidat=leclerc"),
        "/v1/decisions?candidature=tabanou".to_owned(),
        "/v1/decisions/tabanou".to_owned(),
        "/tabanou?leclerc=1990-03-14".to_owned(),
        "/explication/tabanou".to_owned(),
        "/audit?candidature=tabanou".to_owned(),
    ] {
        served.get_with(
            &path,
            &[BEARER, ("User-Agent", "tabanou"), ("Referer", "https://a.fr/tabanou")],
        );
    }
    let broken = String::from_utf8_lossy(&example).replace("revenus: 1600", "revenus: tabanou");
    for body in [broken.as_bytes(), b"tabanou", &example[..700]] {
        served.post("/v1/evaluations", &[YAML, BEARER], body);
        served.post("/v1/decisions", &[YAML, BEARER], body);
    }
    served.post(
        "/session",
        &[("Content-Type", "application/x-www-form-urlencoded")],
        b"cle=s3cr3t&vers=/tabanou",
    );
    served.get_with("/readyz", &[("x-request-id", "0af7651916cd43dd8448eb211c80319c")]);

    let said = said();
    assert_eq!(betrayals(&said), Vec::<&str>::new());
    let of = |demande: &str, what: &str| {
        said.lines().any(|line| line.contains(demande) && line.contains(what))
    };
    assert!(of(&given, "r\u{e9}pondu"), "each request has its line: {said}");
    let hash = served.app.generation().rules.hash().to_owned();
    for what in [
        "http.route=\"/v1/decisions\"",
        "http.response.status_code=201",
        "http.request.method=\"POST\"",
        &hash,
    ] {
        assert!(of(&given, what), "its span says {what}: {said}");
    }
    assert!(of("0af7651916cd43dd8448eb211c80319c", "/readyz"), "a name of machines is kept");
}

#[test]
fn what_is_of_a_person_is_found_where_it_is() {
    let said = "INFO requete: répondu\nINFO candidat tabanou\nWARN clé s3cr3t";
    assert_eq!(betrayals(said), ["INFO candidat tabanou", "WARN clé s3cr3t"]);
}
