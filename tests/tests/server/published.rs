//! What is published: policies by day, in three forms, kept by who has them already; the wait for a change; the
//! interface's own description; what is measured.

use server::{Access, Caller, Method, Role, interface, table};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json, text};

const HTML: (&str, &str) = ("Accept", "text/html");

#[test]
fn policies_are_listed_by_day_and_given_in_three_forms() {
    let served = Served::new(On::Sqlite, Access::to(Vec::new()));
    let all = json(served.get("/v1/politiques"));
    let versions = all["versions"].as_array().unwrap();
    assert!(versions.len() > 8, "{all}");
    let on = json(served.get("/v1/politiques?date=2019-10-15"));
    let on = on["versions"].as_array().unwrap();
    assert!(on.len() < versions.len() && on.iter().all(|it| it["en_vigueur"] == true));
    let one = on.iter().find(|it| it["sorte"] == "politique").unwrap();
    let (unit, version) = (one["unite"].as_str().unwrap(), one["version"].as_str().unwrap());
    let sheet = json(served.get(&format!("/v1/politiques/{unit}?date=2019-10-15")));
    assert_eq!((&sheet["unite"], &sheet["version"]), (&one["unite"], &one["version"]));
    let path = format!("/v1/politiques/{unit}/versions/{version}");
    let source = text(served.get_with(&path, &[("Accept", "text/plain")]));
    assert!(source.starts_with(&format!("politique {unit} ")), "{source}");
    let moved = served.get_with(&path, &[HTML]);
    assert_eq!(moved.status(), 303);
    let page = moved.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(page, one["page"].as_str().unwrap());
    let page = text(served.get(&page));
    assert!(page.contains("<h1>") && page.contains("href=\"index.html\""));
    assert!(text(served.get("/regles/index.html")).contains(one["libelle"].as_str().unwrap()));
    let before = format!("/v1/politiques/{unit}?date=1950-01-01");
    for path in [&*before, "/v1/politiques/rien", "/regles/rien.html", "/regles/x", "/regles/..%2f"]
    {
        assert_eq!(served.get(path).status(), 404, "{path}");
    }
    for path in ["/v1/politiques?date=hier", "/v1/politiques?autre=1", "/v1/politiques?attendre=x"]
    {
        assert_eq!(served.get(path).status(), 400, "{path}");
    }
}

#[test]
fn who_has_it_already_is_not_sent_it_again_and_may_wait_for_a_change() {
    let served = Served::new(On::Sqlite, Access::open());
    let first = served.get("/v1/politiques");
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let known = [("If-None-Match", tag.as_str())];
    assert_eq!(served.get_with("/v1/politiques", &known).status(), 304);
    let begun = Instant::now();
    assert_eq!(served.get_with("/v1/politiques?attendre=1", &known).status(), 304);
    assert!(begun.elapsed() >= Duration::from_secs(1), "it waited");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| served.get_with("/v1/politiques?attendre=30", &known));
        std::thread::sleep(Duration::from_millis(300));
        let file = served.rules.join("glossaire.yaml");
        let before = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{before}\n# autre\n")).unwrap();
        let changed = waiting.join().unwrap();
        assert_eq!(changed.status(), 200);
        assert_ne!(changed.headers()["etag"].to_str().unwrap(), tag);
        let now = json(served.get("/readyz"));
        assert_eq!(json(changed)["empreinte"], now["recueil"]);
    });
}

#[test]
fn the_vocabulary_and_the_schema_say_what_a_dossier_holds() {
    let served = Served::new(On::Sqlite, Access::to(Vec::new()));
    let vocabulary = json(served.get("/v1/vocabulaire"));
    let entities = vocabulary["entites"].as_array().unwrap();
    let employer = entities.iter().find(|it| it["nom"] == "employeur").unwrap();
    let fields = employer["champs"].as_array().unwrap();
    let siren = fields.iter().find(|it| it["nom"] == "siren").unwrap();
    assert_eq!(siren["type"], "code");
    let validation = fields.iter().find(|it| it["nom"] == "validation").unwrap();
    assert_eq!(validation["valeurs"].as_array().unwrap().len(), 3);
    let schema = json(served.get("/v1/schemas/dossier"));
    assert!(schema["$schema"].as_str().unwrap().contains("2020-12"));
}

#[test]
fn the_description_says_every_route_and_its_references_lead_somewhere() {
    let served = Served::new(On::Sqlite, Access::to(Vec::new()));
    let described = json(served.get("/v1/openapi.json"));
    assert_eq!(described, interface());
    assert_eq!(described["openapi"], "3.1.0");
    let mut said = BTreeSet::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            said.insert((method.to_uppercase(), path.clone()));
            let placed = path.matches('{').count();
            let parameters = operation["parameters"].as_array().unwrap();
            let in_path = parameters.iter().filter(|it| it["in"] == "path").count();
            assert_eq!(in_path, placed, "{path}");
        }
    }
    let routes = table().iter().map(|it| (it.method.word().to_owned(), it.path.to_owned()));
    assert_eq!(said, routes.collect());
    let text = described.to_string();
    let references: Vec<&str> =
        text.split("\"$ref\":\"#").skip(1).filter_map(|it| it.split('"').next()).collect();
    assert!(references.len() > 40);
    for reference in references {
        assert!(described.pointer(reference).is_some(), "{reference}");
    }
    let page = tests::served::text(served.get("/docs"));
    for route in table() {
        assert!(page.contains(&format!("{} {}", route.method.word(), route.path)));
    }
}

#[test]
fn measures_count_what_was_answered_and_name_nobody() {
    let callers = vec![
        Caller::new("nuit", Role::Exploitant, "0p3r"),
        Caller::new("calcul", Role::Service, "s3rv"),
    ];
    let served = Served::new(On::Sqlite, Access::to(callers));
    let headers = [("Content-Type", "application/yaml"), ("Authorization", "Bearer s3rv")];
    let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
    assert_eq!(served.post("/v1/decisions?finalite=secret", &headers, &example).status(), 201);
    served.get("/v1/politiques/tabanou");
    let measures = text(served.get_as("/metrics", "0p3r"));
    for line in [
        "bareme_requetes_total{route=\"/v1/decisions\",statut=\"201\"} 1",
        "bareme_requetes_total{route=\"/v1/politiques/{id}\",statut=\"404\"} 1",
        "bareme_candidats_evalues_total 2",
        "bareme_decisions_total 1",
        "bareme_generation 1",
        "bareme_travaux_en_cours 0",
        "bareme_travaux_en_attente 0",
        "bareme_ecritures_en_attente 0",
    ] {
        assert!(measures.contains(line), "{line}\n{measures}");
    }
    for word in ["tabanou", "secret", "calcul", "s3rv"] {
        assert!(!measures.contains(word), "{word}");
    }
}

#[test]
fn rules_that_are_sent_are_checked_and_compared_with_those_in_force() {
    let served = Served::new(On::Sqlite, Access::open());
    let path = "als";
    let file = std::fs::read_dir(served.rules.join(path)).unwrap();
    let file = file
        .map(|entry| entry.unwrap().path())
        .find(|path| std::fs::read_to_string(path).unwrap().contains("moins_de_30_ans"));
    let file = file.unwrap();
    let name = format!("{path}/{}", file.file_name().unwrap().to_str().unwrap());
    let written = std::fs::read_to_string(&file).unwrap();
    let plain = [("Content-Type", "text/plain")];
    let check = |text: &str| {
        let path = format!("/v1/verifications?fichier={name}");
        json(served.post(&path, &plain, text.as_bytes()))
    };
    let errors = |found: &serde_json::Value| {
        let found = found["diagnostics"].as_array().unwrap().clone();
        found.into_iter().filter(|it| it["severite"] == "erreur").collect::<Vec<_>>()
    };
    assert_eq!(errors(&check(&written)).len(), 0);
    let broken = errors(&check(&written.replace("points", "pointz")));
    let first = &broken[0];
    assert_eq!(first["fichier"], name);
    assert!(first["ligne"].as_u64().unwrap() > 1 && first["debut"].as_u64().is_some());
    let corrections = broken.iter().map(|it| it["corrections"].as_array().unwrap().len());
    assert!(corrections.sum::<usize>() > 0, "{broken:?}");
    let compare = |text: &str| {
        let body = serde_json::json!({ "fichiers": { &name: text } }).to_string();
        served.post("/v1/comparaisons", &[("Content-Type", "application/json")], body.as_bytes())
    };
    assert_eq!(json(compare(&written))["unites"].as_array().unwrap().len(), 0);
    let changed = json(compare(&written.replace("< 30 ans", "< 29 ans")));
    assert_eq!(changed["unites"][0]["etat"], "change", "{changed}");
    assert_eq!(compare(&written.replace("points", "pointz")).status(), 422);
    let bodies: [&[u8]; 4] = [b"", b"{", b"{\"fichiers\":{\"../a\":\"\"}}", b"{\"autre\":1}"];
    for body in bodies {
        let status =
            served.post("/v1/verifications", &[("Content-Type", "application/json")], body);
        assert_eq!(status.status(), 400);
    }
    let method = table().iter().find(|it| it.path == "/v1/verifications").unwrap().method;
    assert_eq!(method, Method::Post);
    assert_eq!(served.get("/v1/verifications").status(), 405);
}
