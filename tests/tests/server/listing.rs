//! Decisions are found over HTTP, page by page, by who may read them.

use serde_json::Value;
use server::{Access, Caller, Role};
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json};

const YAML: (&str, &str) = ("Content-Type", "application/yaml");

fn decided(served: &Served, name: &str, date: &str) -> String {
    let text = std::fs::read_to_string(root().join(format!("examples/{name}.yaml"))).unwrap();
    let text = text.replace("\ndate: 2019-10-15", &format!("\ndate: {date}"));
    let answer = served.post("/v1/decisions?finalite=essai", &[YAML], text.as_bytes());
    assert_eq!(answer.status(), 201);
    json(answer)["decision"].as_str().unwrap().to_owned()
}

fn listed(served: &Served, asked: &str) -> (Vec<String>, Option<String>) {
    let answer = served.get(&format!("/v1/decisions?{asked}"));
    assert_eq!(answer.status(), 200, "{asked}");
    let page = json(answer);
    let id = |one: &Value| one["decision"].as_str().unwrap().to_owned();
    let ids = page["decisions"].as_array().unwrap().iter().map(id).collect();
    (ids, page.get("suivant").map(|next| next.as_str().unwrap().to_owned()))
}

fn found_on(on: On) {
    let served = Served::new(on, Access::open());
    assert_eq!(listed(&served, ""), (Vec::new(), None));
    let one = decided(&served, "lyon-6e", "2019-10-15");
    let two = decided(&served, "un-candidat", "2019-10-16");
    let three = decided(&served, "lyon-6e", "2019-10-17");
    let all = vec![one.clone(), two.clone(), three.clone()];
    assert_eq!(listed(&served, ""), (all.clone(), None));
    assert_eq!(listed(&served, "limite=3"), (all.clone(), None), "no page after the last");
    let (first, next) = listed(&served, "limite=2");
    assert_eq!(first, all[..2]);
    let (rest, end) = listed(&served, &format!("limite=2&apres={}", next.unwrap()));
    assert_eq!((rest, end), (all[2..].to_vec(), None));
    let hash = served.app.generation().rules.hash().to_owned();
    for (asked, expected) in [
        ("depuis=2019-10-16".to_owned(), &all[1..]),
        ("jusqua=2019-10-15".to_owned(), &all[..1]),
        ("depuis=2019-10-16&jusqua=2019-10-16".to_owned(), &all[1..2]),
        ("depuis=2020-01-01".to_owned(), &[]),
        (format!("recueil={hash}"), &all[..]),
        ("recueil=autre".to_owned(), &[]),
        ("offre=lyon-6e-f1".to_owned(), &all[..]),
        ("offre=lyon".to_owned(), &[]),
        ("candidature=leclerc".to_owned(), &all[..]),
        ("candidature=leclerc&jusqua=2019-10-16&depuis=2019-10-16".to_owned(), &all[1..2]),
        ("candidature=personne".to_owned(), &[]),
    ] {
        assert_eq!(listed(&served, &asked).0, expected, "{asked}");
    }
    let page = json(served.get("/v1/decisions?candidature=tabanou&limite=1"));
    let said = &page["decisions"][0];
    assert_eq!((&said["date"], &said["candidats"]), (&"2019-10-15".into(), &2.into()));
    assert_eq!((&said["finalite"], &said["mode"]), (&"essai".into(), &"proposition".into()));
    assert_eq!((&said["recueil"], &said["offre"]), (&hash.into(), &"lyon-6e-f1".into()));
    assert!(!page.to_string().contains("tabanou"), "nothing of a person");
    assert_eq!(page["decisions"].as_array().unwrap().len(), 1);
    assert!(page["suivant"].is_string(), "{page}");
}

#[test]
fn decisions_are_found_page_by_page_on_sqlite() {
    found_on(On::Sqlite);
}

#[test]
fn decisions_are_found_page_by_page_on_postgresql() {
    found_on(On::Postgres);
}

#[test]
fn what_is_asked_wrongly_is_refused_with_a_way_out() {
    let served = Served::new(On::Sqlite, Access::open());
    for (asked, way_out) in [
        ("depuis=hier", "2026-11-28"),
        ("depuis=2019-02-30", "2026-11-28"),
        ("jusqua=15/10/2019", "« jusqua »"),
        ("depuis=", "2026-11-28"),
        ("depuis=2019-10-16&jusqua=2019-10-15", "échangez"),
        ("limite=0", "de 1 à 500"),
        ("limite=501", "suivez « suivant »"),
        ("limite=-1", "de 1 à 500"),
        ("limite=beaucoup", "de 1 à 500"),
        ("limite=99999999999999999999", "de 1 à 500"),
        ("apres=", "recommencez sans « apres »"),
        ("apres=7", "recommencez sans « apres »"),
        ("apres=__________8", "recommencez sans « apres »"),
        ("offer=lyon", "inconnu"),
        ("limite=1&limite=2", "paramètre"),
    ] {
        let answer = served.get(&format!("/v1/decisions?{asked}"));
        assert_eq!(answer.status(), 400, "{asked}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let problem = json(answer);
        assert_eq!(problem["type"], "illisible");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(way_out), "{asked}: {detail}");
        assert!(!detail.contains("hier") && !detail.contains("beaucoup"), "{detail}");
    }
    assert_eq!(listed(&served, "limite=500&apres=AAAAAAAAAAA").1, None);
}

#[test]
fn who_may_not_read_decisions_finds_none() {
    let callers =
        Role::ALL.map(|role| Caller::new(&format!("{role:?}"), role, &format!("{role:?}")));
    let served = Served::new(On::Sqlite, Access::to(callers.to_vec()));
    for role in Role::ALL {
        let answer = served.get_as("/v1/decisions?candidature=leclerc", &format!("{role:?}"));
        let reads = matches!(role, Role::Auditeur | Role::Service);
        assert_eq!(answer.status(), if reads { 200 } else { 403 }, "{role:?}");
    }
    assert_eq!(served.get("/v1/decisions").status(), 401);
    assert_eq!(served.get_as("/v1/decisions?limite=0", "Rh").status(), 403, "before it is read");
}
