//! Drafts: kept by whoever writes them and seen by nobody else, compared with what serves, tried on dossiers.

use engine::Date;
use server::{Access, Caller, Communes, Role};
use std::fmt::Write as _;
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json, text};

const DRAFT: &str = "/v1/brouillons/air_france/suite.1";

fn in_days(days: i64) -> String {
    let today: String = jiff::Timestamp::now().to_string().chars().take(10).collect();
    Date::parse_iso(&today).unwrap().plus_days(days).unwrap().to_string()
}

fn served() -> Served {
    let company = |name: &str, siren: &str| {
        let siren = Some(siren.to_owned());
        Caller { siren, ..Caller::new(name, Role::Rh, name) }
    };
    let communes = ["69123", "69381-69389"];
    let communes = Some(communes.map(|it| Communes::try_from(it.to_owned()).unwrap()).to_vec());
    Served::new(
        On::Sqlite,
        Access::to(vec![
            company("rh", "420495178"),
            company("rh-bis", "420495178"),
            company("rh-autre", "000000018"),
            Caller { communes, ..Caller::new("lyon", Role::Territoire, "lyon") },
            Caller::new("auteur", Role::Auteur, "auteur"),
            Caller::new("auditeur", Role::Auditeur, "auditeur"),
            Caller::new("service", Role::Service, "service"),
        ]),
    )
}

/// The next version of a company's policy: the trip that it looks at is shorter.
fn next() -> String {
    let text =
        std::fs::read_to_string(root().join("policies/entreprises/air_france.bareme")).unwrap();
    let from = in_days(40);
    let text = text.replace("version 2019.1", "version suite.1");
    let text = text.replace("à partir du 2019-07-01", &format!("à partir du {from}"));
    let text = text.split("exemple \"").next().unwrap().to_owned();
    text.replace("> 90 minutes", "> 10 minutes")
}

fn keep(
    served: &Served,
    who: &str,
    path: &str,
    more: &[(&str, &str)],
    body: &[u8],
) -> (u16, String) {
    let bearer = format!("Bearer {who}");
    let headers: Vec<_> =
        std::iter::once(("Authorization", &*bearer)).chain(more.iter().copied()).collect();
    let answer = served.put(path, &headers, body);
    let tag = answer.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned());
    (answer.status().as_u16(), tag.unwrap_or_default())
}

fn get(served: &Served, who: &str, path: &str) -> (u16, String) {
    let answer = served.get_as(path, who);
    (answer.status().as_u16(), text(answer))
}

fn listed(served: &Served, who: &str) -> Vec<String> {
    let list = json(served.get_as("/v1/brouillons", who));
    let name =
        |one: &serde_json::Value| format!("{} {}", one["unite"], one["version"]).replace('"', "");
    list["brouillons"].as_array().unwrap().iter().map(name).collect()
}

/// A dossier of the day on which the draft would be in force, with two candidates of two companies.
fn dossier() -> String {
    dated("lyon-6e")
}

fn dated(example: &str) -> String {
    let example = std::fs::read_to_string(root().join(format!("examples/{example}.yaml"))).unwrap();
    let mut dated = String::new();
    for line in example.lines() {
        match line.strip_prefix("date:") {
            Some(_) => writeln!(dated, "date: {}", in_days(60)).unwrap(),
            None => writeln!(dated, "{line}").unwrap(),
        }
    }
    dated
}

fn tried(served: &Served, who: &str, dossier: &str) -> (u16, serde_json::Value) {
    tried_as(served, who, DRAFT, dossier)
}

fn tried_as(served: &Served, who: &str, draft: &str, dossier: &str) -> (u16, serde_json::Value) {
    let bearer = format!("Bearer {who}");
    let headers = [("Authorization", &*bearer), ("Content-Type", "application/yaml")];
    let answer = served.post(&format!("{draft}/essai"), &headers, dossier.as_bytes());
    (answer.status().as_u16(), json(answer))
}

#[test]
fn a_draft_is_kept_sound_or_not_and_serves_nobody() {
    let served = served();
    let before = json(served.get("/readyz"))["recueil"].clone();
    let (status, tag) = keep(&served, "rh", DRAFT, &[], b"politique en cours");
    assert_eq!(status, 201);
    assert_eq!(get(&served, "rh", DRAFT), (200, "politique en cours".to_owned()));
    assert_eq!(keep(&served, "rh", DRAFT, &[("If-None-Match", "*")], b"x").0, 412);
    assert_eq!(keep(&served, "rh", DRAFT, &[("If-Match", "\"autre\"")], b"x").0, 412);
    let (status, other) = keep(&served, "rh", DRAFT, &[("If-Match", &tag)], next().as_bytes());
    assert_eq!(status, 200);
    assert_ne!(other, tag);
    assert_eq!(get(&served, "rh", DRAFT), (200, next()));
    assert_eq!(served.get("/v1/politiques/air_france/versions/suite.1").status(), 404);
    assert_eq!(json(served.get("/readyz"))["recueil"], before);
    let size = served.wait_for(served.given.registry.size()).unwrap();
    assert_eq!(size, 1, "a draft is not of the log");
    let gone = |who: &str| {
        served.delete(DRAFT, &[("Authorization", &format!("Bearer {who}"))]).status().as_u16()
    };
    assert_eq!((gone("rh-autre"), gone("rh"), gone("rh")), (404, 204, 404));
    assert_eq!(get(&served, "rh", DRAFT).0, 404);
}

#[test]
fn each_sees_its_own_drafts_alone() {
    let served = served();
    for (who, text) in [("rh", "a"), ("rh-autre", "b"), ("lyon", "c"), ("auteur", "d")] {
        assert_eq!(
            keep(&served, who, DRAFT, &[("If-None-Match", "*")], text.as_bytes()).0,
            201,
            "{who}"
        );
    }
    for (who, text) in
        [("rh", "a"), ("rh-bis", "a"), ("rh-autre", "b"), ("lyon", "c"), ("auteur", "d")]
    {
        assert_eq!(get(&served, who, DRAFT), (200, text.to_owned()), "{who}");
        assert_eq!(listed(&served, who), ["air_france suite.1"], "{who}");
    }
    let other = "/v1/brouillons/orango/2";
    assert_eq!(keep(&served, "rh-autre", other, &[], b"e").0, 201);
    assert_eq!(get(&served, "rh", other).0, 404);
    assert_eq!(listed(&served, "rh-autre").len(), 2);
    for (who, status) in [("auditeur", 403), ("service", 403), ("personne", 401)] {
        assert_eq!(get(&served, who, DRAFT).0, status, "{who}");
        assert_eq!(get(&served, who, "/v1/brouillons").0, status, "{who}");
    }
    assert_eq!(get(&served, "auditeur", &format!("{DRAFT}/comparaison")).0, 404);
}

#[test]
fn what_is_no_text_of_rules_is_not_kept() {
    let served = served();
    let long = format!("/v1/brouillons/{}/1", "a".repeat(101));
    assert_eq!(keep(&served, "rh", &long, &[], b"x").0, 400);
    assert_eq!(keep(&served, "rh", DRAFT, &[], &[0xff, 0xfe]).0, 400);
    assert_eq!(keep(&served, "rh", DRAFT, &[], b"a\0b").0, 413);
    assert_eq!(keep(&served, "rh", DRAFT, &[], &vec![b'a'; 1024 * 1024 + 1]).0, 413);
    assert_eq!(listed(&served, "rh"), [""; 0]);
}

#[test]
fn a_draft_is_compared_with_what_serves_as_if_it_were_published() {
    let served = served();
    let comparison = format!("{DRAFT}/comparaison");
    assert_eq!(get(&served, "rh", &comparison).0, 404);
    keep(&served, "rh", DRAFT, &[], next().as_bytes());
    let (status, told) = get(&served, "rh", &comparison);
    assert_eq!(status, 200, "{told}");
    assert!(told.contains("trajet_long") && told.contains("\"air_france\""), "{told}");
    // What cannot be published is told as publishing it would be.
    keep(&served, "rh", DRAFT, &[], next().replace("> 10 minutes", "> 10 points").as_bytes());
    let (status, told) = get(&served, "rh", &comparison);
    assert_eq!(status, 422);
    assert!(told.contains("diagnostics") && told.contains("E03"), "{told}");
    keep(&served, "rh", DRAFT, &[], next().replace("420495178", "000000018").as_bytes());
    assert_eq!(get(&served, "rh", &comparison).0, 422, "another company's");
    keep(&served, "rh", DRAFT, &[], next().replace(&in_days(40), "2019-12-01").as_bytes());
    assert_eq!(get(&served, "rh", &comparison).0, 422, "in the past");
}

#[test]
fn a_draft_is_tried_on_a_dossier_and_a_company_sees_its_applicants_through_its_grid() {
    let served = served();
    keep(&served, "rh", DRAFT, &[], next().as_bytes());
    keep(&served, "auteur", DRAFT, &[], next().as_bytes());
    let (status, whole) = tried(&served, "auteur", &dossier());
    assert_eq!(status, 200, "{whole}");
    assert_ne!(whole["avant"], whole["apres"]);
    let of = |told: &serde_json::Value, id: &str| {
        let all = told["candidats"].as_array().unwrap();
        all.iter().find(|one| one["id"] == id).cloned()
    };
    let tabanou = of(&whole, "tabanou").expect("his trip is long enough now");
    assert_eq!(tabanou["lignes"][0]["ligne"], "entreprise/B", "{tabanou}");
    assert_eq!(tabanou["lignes"][0]["apres"], "80");
    assert_ne!(tabanou["avant"]["total"], tabanou["apres"]["total"]);
    let (status, own) = tried(&served, "rh", &dossier());
    assert_eq!(status, 200, "{own}");
    assert_eq!(of(&own, "tabanou").unwrap()["lignes"], tabanou["lignes"]);
    assert!(of(&own, "tabanou").unwrap().get("avant").is_none(), "not the total: {own}");
    assert_eq!((of(&own, "leclerc"), &own["identiques"]), (None, &0.into()), "nor others: {own}");
    // The same dossier today gives the same: the draft would not be in force.
    let today = dossier().replace(&in_days(60), &in_days(1));
    let (status, same) = tried(&served, "auteur", &today);
    assert_eq!(
        (status, &same["candidats"], &same["identiques"]),
        (200, &serde_json::json!([]), &2.into())
    );
    assert_eq!(tried(&served, "auteur", "candidats: 3").0, 422);
    assert_eq!(served.wait_for(served.given.registry.size()).unwrap(), 1, "nothing is recorded");
    let state = served.wait_for(served.given.registry.state()).unwrap();
    assert_eq!(state.applications, 0);
}

/// Its own grid alone, of candidates for its own housing; the total, where other grids count, is not told.
#[test]
fn a_territory_tries_its_draft_on_its_housing_through_its_grid() {
    const GRID: &str = "/v1/brouillons/territoire_exemple/suite.1";
    let served = served();
    let path = root().join("policies/territoires/exemple_lyonnais.bareme");
    let text = std::fs::read_to_string(path).unwrap();
    let from = format!("vigueur à partir du {}", in_days(40));
    let draft = text.split("# ----").next().unwrap().replace("version 2021.1", "version suite.1");
    let draft = draft.replace("vigueur à partir du 2021-01-01", &from);
    let draft = draft.replace("vigueur à partir du 2021-06-01", &from);
    let draft = draft.replace("=> 50 points |", "=> 40 points |");
    for who in ["lyon", "auteur"] {
        assert_eq!(keep(&served, who, GRID, &[], draft.as_bytes()).0, 201, "{who}");
    }
    let (status, whole) = tried_as(&served, "auteur", GRID, &dated("territoire"));
    assert_eq!(status, 200, "{whole}");
    let (_, own) = tried_as(&served, "lyon", GRID, &dated("territoire"));
    assert_eq!(own["candidats"][0]["lignes"], whole["candidats"][0]["lignes"], "{own}");
    assert_eq!(own["candidats"][0]["lignes"][0]["ligne"], "territoire/situation", "{own}");
    assert!(whole["candidats"][0].get("avant").is_some(), "{whole}");
    assert!(own["candidats"][0].get("avant").is_none(), "{own}");
    let elsewhere = dated("territoire").replace("69386", "75056");
    let (status, none) = tried_as(&served, "lyon", GRID, &elsewhere);
    assert_eq!((status, &none["candidats"]), (200, &serde_json::json!([])), "{none}");
    assert_eq!(none["identiques"], 0, "nor how many: {none}");
}

#[test]
fn a_draft_is_published_by_its_text() {
    let served = served();
    keep(&served, "rh", DRAFT, &[], next().as_bytes());
    let (_, draft) = get(&served, "rh", DRAFT);
    let headers = [("Authorization", "Bearer rh"), ("If-None-Match", "*")];
    let path = "/v1/politiques/air_france/versions/suite.1";
    assert_eq!(served.put(path, &headers, draft.as_bytes()).status(), 201);
    assert_eq!(text(served.get_with(path, &[("Accept", "text/plain")])), draft);
}
