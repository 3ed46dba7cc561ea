//! Links of applicants: they open one page for who has no key, until they end or are taken back, on every server
//! of the registry; a browser shows the page as it is meant.

use server::{Access, Caller, Role};
use std::process::Command;
use tests::browser::installed;
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json, text};

const BEARER: (&str, &str) = ("Authorization", "Bearer s3rv");
const JSON: (&str, &str) = ("Content-Type", "application/json");

fn served() -> Served {
    Served::new(On::Sqlite, access())
}

fn access() -> Access {
    Access::to(vec![Caller::new("calcul", Role::Service, "s3rv")])
}

/// Decides the worked example and gives a link to each of its two applicants. Shape: what is answered for each,
/// and the decision.
fn given(served: &Served) -> ([serde_json::Value; 2], String) {
    let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
    let yaml = ("Content-Type", "application/yaml");
    let decided = json(served.post("/v1/decisions", &[yaml, BEARER], &example));
    let decision = decided["decision"].as_str().unwrap().to_owned();
    let links = ["tabanou", "leclerc"].map(|candidate| give(served, &decision, candidate));
    (links, decision)
}

fn give(served: &Served, decision: &str, candidate: &str) -> serde_json::Value {
    let body = serde_json::json!({ "decision": decision, "candidat": candidate }).to_string();
    let answer = served.post("/v1/liens", &[JSON, BEARER], body.as_bytes());
    assert_eq!(answer.status(), 201);
    json(answer)
}

fn path(served: &Served, link: &serde_json::Value) -> String {
    link["lien"].as_str().unwrap().strip_prefix(served.address()).unwrap().to_owned()
}

#[test]
fn a_link_opens_the_page_of_its_applicant_and_no_other() {
    let served = served();
    let ([tabanou, leclerc], decision) = given(&served);
    for (link, total, name, other) in
        [(&tabanou, "536", "tabanou", "leclerc"), (&leclerc, "539", "leclerc", "tabanou")]
    {
        let page = served.get(&path(&served, link));
        assert_eq!(page.status(), 200);
        assert_eq!(page.headers()["referrer-policy"], "no-referrer");
        assert_eq!(page.headers()["cache-control"], "no-store");
        let page = text(page);
        assert!(page.contains(total) && page.contains(name) && !page.contains(other));
        let value = json(served.get_with(&path(&served, link), &[("Accept", "application/json")]));
        assert_eq!(value["vue"], "demandeur");
        assert!(!path(&served, link).contains(name), "it names nobody");
    }
    // It opens nothing else.
    let lien = path(&served, &tabanou).replace("/explication/", "");
    let with = [("Authorization", &*format!("Bearer {lien}"))];
    assert_eq!(served.get_with(&format!("/v1/decisions/{decision}"), &with).status(), 401);
    for changed in [format!("{lien}A"), lien.replace('.', ""), lien.to_uppercase(), "x".to_owned()]
    {
        assert_eq!(served.get(&format!("/explication/{changed}")).status(), 404, "{changed}");
    }
    let asked = served.get(&format!("{}?vue=auditeur", path(&served, &tabanou)));
    assert_eq!(asked.status(), 400, "a view is not asked for");
}

#[test]
fn a_link_that_is_taken_back_opens_nowhere_and_its_erasure_is_said() {
    let served = served();
    let ([tabanou, leclerc], _) = given(&served);
    let other = Served::beside(&served, access());
    assert_eq!(other.get(&path(&served, &tabanou)).status(), 200, "another server opens it too");
    let withdrawal = format!("/v1/liens/{}/retrait", tabanou["id"].as_str().unwrap());
    let why = br#"{"raison":"perdu"}"#;
    assert_eq!(served.post(&withdrawal, &[JSON], why).status(), 401);
    assert_eq!(served.post("/v1/liens/x/retrait", &[JSON, BEARER], why).status(), 404);
    let withdrawn = served.post(&withdrawal, &[JSON, BEARER], why);
    assert_eq!(withdrawn.status(), 200);
    for server in [&served, &other] {
        let closed = server.get(&path(&served, &tabanou));
        assert_eq!(closed.status(), 410);
        assert_eq!(json(closed)["type"], "lien");
        assert_eq!(server.get(&path(&served, &leclerc)).status(), 200);
    }
    let whose = registry::Whose::Application("leclerc".to_owned());
    let erasing = served.given.registry.erase(whose, "dpo", "demande");
    served.wait_for(erasing).unwrap();
    let erased = served.get(&path(&served, &leclerc));
    assert_eq!(erased.status(), 410);
    assert_eq!(json(erased)["type"], "efface");
}

#[test]
fn a_link_is_asked_for_as_it_must_be() {
    let served = served();
    let (_, decision) = given(&served);
    let ask = |body: serde_json::Value| {
        served.post("/v1/liens", &[JSON, BEARER], body.to_string().as_bytes()).status().as_u16()
    };
    let whole = |days: u64| serde_json::json!({ "decision": decision, "candidat": "tabanou", "jours": days });
    assert_eq!((ask(whole(1)), ask(whole(0)), ask(whole(400))), (201, 400, 400));
    assert_eq!(ask(serde_json::json!({ "decision": decision, "candidat": "personne" })), 404);
    assert_eq!(ask(serde_json::json!({ "decision": "x", "candidat": "tabanou" })), 404);
    assert_eq!(ask(serde_json::json!({ "decision": decision })), 400);
}

#[test]
fn a_browser_shows_the_page_as_it_is_meant() {
    let served = served();
    let ([tabanou, _], _) = given(&served);
    let profile = tempfile::TempDir::new().unwrap();
    let output = Command::new(installed())
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(["--virtual-time-budget=5000", "--dump-dom", tabanou["lien"].as_str().unwrap()])
        .output()
        .unwrap();
    let (page, said) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(page.contains("536") && page.contains("<h1"), "{page}\n{said}");
    assert!(!said.contains("Content Security Policy"), "its style is let in: {said}");
}
