//! Every route, for every role, with and without a key, for one's own and for others: the expected answers are
//! written here once more, apart from the table that the server asks.

use server::{Access, Action, Caller, Communes, Method, Role, Route, table};
use std::collections::BTreeMap;
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json, text};

const YAML: (&str, &str) = ("Content-Type", "application/yaml");

/// The SIREN of tabanou's employer, and of leclerc's.
const AIR_FRANCE: &str = "420495178";
const BOULANGERIE: &str = "000000018";

fn example() -> Vec<u8> {
    std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap()
}

/// What each role may do, in words; what is not here is refused.
const GRANTED: &[(Role, &[&str])] = &[
    (
        Role::Service,
        &["evaluer", "expliquer", "decider", "lire_decision", "lire_explication", "donner_lien"],
    ),
    (Role::Auteur, &["evaluer", "verifier", "rediger", "publier"]),
    (
        Role::Rh,
        &["voir_entreprise", "expliquer", "verifier", "rediger", "publier", "lire_explication"],
    ),
    (Role::Territoire, &["expliquer", "verifier", "rediger", "publier", "lire_explication"]),
    (
        Role::Auditeur,
        &[
            "evaluer",
            "expliquer",
            "verifier",
            "lire_decision",
            "exporter",
            "auditer",
            "lire_explication",
            "mesurer",
        ],
    ),
    (Role::Exploitant, &["mesurer", "revenir"]),
];

/// What needs no key.
const PUBLIC: &[&str] = &["voir", "lire_regles", "lire_journal", "ouvrir_lien"];

fn key(role: Role) -> String {
    format!("cle de {role:?}")
}

fn callers() -> Vec<Caller> {
    let caller = |role| Caller::new(&format!("{role:?}"), role, &key(role));
    let mut callers: Vec<Caller> = Role::ALL.into_iter().map(caller).collect();
    for caller in callers.iter_mut().filter(|caller| caller.role == Role::Rh) {
        caller.siren = Some(AIR_FRANCE.to_owned());
    }
    for caller in callers.iter_mut().filter(|caller| caller.role == Role::Territoire) {
        caller.communes = Some(vec![Communes::try_from("69381-69389".to_owned()).unwrap()]);
    }
    callers
}

/// The views, as an address names them; first the one that is not said.
const VIEWS: [Option<&str>; 5] =
    [None, Some("demandeur"), Some("rh"), Some("territoire"), Some("auditeur")];

/// What each role is shown for each of [`VIEWS`]; nothing: it is refused.
fn shown(role: Role) -> [Option<&'static str>; 5] {
    let own = VIEWS;
    match role {
        Role::Service => [Some("demandeur"), own[1], own[2], own[3], None],
        Role::Auditeur => [Some("auditeur"), own[1], own[2], own[3], own[4]],
        Role::Rh => [Some("rh"), None, own[2], None, None],
        Role::Territoire => [Some("territoire"), None, None, own[3], None],
        Role::Auteur | Role::Exploitant => [None; 5],
    }
}

/// The worked example once the territory has a grid. The applicant shares who it is alone; of its facts, one is
/// sensitive and gives points, and an income, a contract and a distance are not shared.
fn dossier(violences: &str) -> String {
    let text = String::from_utf8(example()).unwrap();
    let changed = text
        .replace("date: 2019-10-15", "date: 2021-03-01")
        .replacen("choix_partage: accompagné", "choix_partage: identification", 1)
        .replacen("numéro_unique: \"A1\"", &format!("numéro_unique: \"A1\", {violences}"), 1);
    assert_ne!(changed, text);
    changed
}

const CONFIRMED: &str = "violences: { valeur: oui, statut: validé, role: travailleur_social }";

/// What is known of the applicant and a view may hide: a sensitive fact, what its choice does not share.
const INCOME: &str = "1\u{202f}600";
const SENSITIVE: &str = "a confirmé votre situation";

/// Asks a route, with something in each place of its address and a body that it may read.
fn ask(served: &Served, route: &Route, key: Option<&str>) -> u16 {
    let path: String = route
        .path
        .split(['{', '}'])
        .enumerate()
        .map(|(at, part)| if at % 2 == 1 { "x" } else { part })
        .collect();
    let asked: Vec<String> = route
        .asks
        .iter()
        .filter(|it| it.due)
        .map(|it| format!("{}={}", it.name, if it.name == "depuis" { "1" } else { "tabanou" }))
        .collect();
    let path = if asked.is_empty() { path } else { format!("{path}?{}", asked.join("&")) };
    let bearer = format!("Bearer {}", key.unwrap_or_default());
    let headers = [YAML, ("Authorization", bearer.as_str())];
    let headers = if key.is_some() { &headers[..] } else { &headers[..1] };
    let answer = match route.method {
        Method::Get => served.get_with(&path, &headers[1..]),
        Method::Post => served.post(&path, headers, &example()),
        Method::Put => served.put(&path, headers, &example()),
        Method::Delete => served.delete(&path, &headers[1..]),
    };
    answer.status().as_u16()
}

#[test]
fn every_route_is_open_to_the_roles_that_are_granted_it_and_to_no_other() {
    let served = Served::new(On::Sqlite, Access::to(callers()));
    let mut asked = 0;
    for route in table() {
        let word = route.action.word();
        let public = PUBLIC.contains(&word);
        for (role, granted) in GRANTED {
            let status = ask(&served, route, Some(&key(*role)));
            let expected = public || granted.contains(&word);
            let barred = matches!(status, 401 | 403);
            assert_eq!(!barred, expected, "{} {role:?}: {status}", route.path);
            assert!(status < 500, "{} {role:?}: {status}", route.path);
            asked += 1;
        }
        for key in [None, Some("autre"), Some("")] {
            let status = ask(&served, route, key);
            assert_eq!(status != 401, public, "{} {key:?}: {status}", route.path);
            asked += 1;
        }
    }
    assert_eq!(asked, table().len() * (Role::ALL.len() + 3));
    assert!(table().len() >= 30);
}

#[test]
fn every_action_has_a_route_and_every_grant_an_action() {
    let words: Vec<&str> = Action::ALL.into_iter().map(Action::word).collect();
    for action in Action::ALL {
        assert!(table().iter().any(|route| route.action == action), "{action:?}");
        let granted = GRANTED.iter().any(|(_, granted)| granted.contains(&action.word()));
        assert_eq!(granted, !PUBLIC.contains(&action.word()), "{action:?}");
    }
    for word in GRANTED.iter().flat_map(|(_, granted)| *granted).chain(PUBLIC) {
        assert!(words.contains(word), "{word}");
    }
}

#[test]
fn a_company_sees_its_own_applicant_through_its_own_grid_alone() {
    let served = Served::new(On::Sqlite, Access::to(callers()));
    let bearer = |role: Role| format!("Bearer {}", key(role));
    let (service, hr) = (bearer(Role::Service), bearer(Role::Rh));
    let decided =
        json(served.post("/v1/decisions", &[YAML, ("Authorization", &service)], &example()));
    let id = decided["decision"].as_str().unwrap();
    let explanation = |candidate: &str, who: &str, more: &str| {
        let path = format!("/v1/decisions/{id}/explication?candidat={candidate}{more}");
        served.get_with(&path, &[("Authorization", who)])
    };
    let own = explanation("tabanou", &hr, "");
    assert_eq!(own.status(), 200);
    let own = json(own);
    assert_eq!(own["vue"], "rh");
    assert!(own.get("resultat").is_none() && own.get("eligibilite").is_none(), "{own}");
    assert_eq!(own["grilles"].as_array().unwrap().len(), 1);
    assert!(!own.to_string().contains("536"), "not the total");
    let others = explanation("leclerc", &hr, "");
    let nobody = explanation("personne", &hr, "");
    assert_eq!(
        (others.status(), nobody.status()),
        (404.try_into().unwrap(), 404.try_into().unwrap())
    );
    for view in ["demandeur", "auditeur"] {
        assert_eq!(explanation("tabanou", &hr, &format!("&vue={view}")).status(), 403, "{view}");
    }
    assert_eq!(explanation("leclerc", &service, "&vue=auditeur").status(), 403);
    assert_eq!(explanation("leclerc", &service, "").status(), 200);
    assert_eq!(explanation("leclerc", &bearer(Role::Auditeur), "&vue=auditeur").status(), 200);
    let sent = |candidate: &str| {
        let path = format!("/v1/explications?candidat={candidate}");
        served.post(&path, &[YAML, ("Authorization", &hr)], &example()).status().as_u16()
    };
    assert_eq!((sent("tabanou"), sent("leclerc")), (200, 404));
    assert_ne!(AIR_FRANCE, BOULANGERIE);
}

/// Asks for an explanation in a form: of a dossier that is sent, and of the decision that it led to.
fn explained(
    served: &Served,
    decision: &str,
    role: Role,
    view: Option<&str>,
) -> [(u16, String); 2] {
    let (bearer, json) = (format!("Bearer {}", key(role)), ("Accept", "application/json"));
    let asked = view.map_or_else(String::new, |view| format!("&vue={view}"));
    let headers = [YAML, json, ("Authorization", &bearer)];
    let path = format!("/v1/explications?candidat=tabanou{asked}");
    let sent = served.post(&path, &headers, dossier(CONFIRMED).as_bytes());
    let path = format!("/v1/decisions/{decision}/explication?candidat=tabanou{asked}");
    let recorded = served.get_with(&path, &headers[1..]);
    [sent, recorded].map(|answer| (answer.status().as_u16(), text(answer)))
}

/// Each role asks for every view, of a dossier and of a decision: it gets its own, or nothing; and in each view
/// only what those whom it is for may know.
#[test]
fn each_role_gets_its_views_and_each_view_what_it_may_hold() {
    let served = Served::new(On::Sqlite, Access::to(callers()));
    let service = format!("Bearer {}", key(Role::Service));
    let decided = served.post(
        "/v1/decisions",
        &[YAML, ("Authorization", &service)],
        dossier(CONFIRMED).as_bytes(),
    );
    let decided = json(decided);
    let decision = decided["decision"].as_str().unwrap();
    let mut views = BTreeMap::new();
    for role in Role::ALL {
        for (view, expected) in VIEWS.into_iter().zip(shown(role)) {
            for (status, body) in explained(&served, decision, role, view) {
                let told = format!("{role:?} {view:?}: {body}");
                assert_eq!(status, if expected.is_some() { 200 } else { 403 }, "{told}");
                let Some(expected) = expected else { continue };
                let body: serde_json::Value = serde_json::from_str(&body).unwrap();
                assert_eq!(body["vue"], expected, "{told}");
                let first = views.entry(expected).or_insert_with(|| body.clone());
                assert_eq!(*first, body, "a view is the same to all who have it: {told}");
            }
        }
    }
    let held = |view: &str| {
        let grids = views[view]["grilles"].as_array().unwrap().iter();
        let mut ids: Vec<_> = grids.map(|grid| grid["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        let text = views[view].to_string();
        let total = views[view].get("resultat").is_some();
        (ids, text.contains(INCOME), text.contains(SENSITIVE), total)
    };
    let all = vec!["als", "entreprise", "territoire", "équilibrage"];
    assert_eq!(held("auditeur"), (all.clone(), true, true, true));
    assert_eq!(held("demandeur"), (all, true, true, true));
    assert_eq!(held("rh"), (vec!["entreprise"], false, false, false));
    assert_eq!(held("territoire"), (vec!["territoire"], false, false, false));
}

#[test]
fn a_territory_sees_candidates_for_its_own_housing_alone_and_no_sensitive_fact() {
    let served = Served::new(On::Sqlite, Access::to(callers()));
    let territory = format!("Bearer {}", key(Role::Territoire));
    let explained = |dossier: &str| {
        let headers = [YAML, ("Authorization", territory.as_str())];
        let path = "/v1/explications?candidat=tabanou";
        let answer = served.post(path, &headers, dossier.as_bytes());
        (answer.status().as_u16(), text(answer))
    };
    let (status, seen) = explained(&dossier(CONFIRMED));
    assert_eq!(status, 200, "{seen}");
    for other in ["violences: non", "violences: { non_communique: true }", "violences: oui"] {
        assert_eq!(explained(&dossier(other)), (200, seen.clone()), "{other}");
    }
    for elsewhere in ["commune: \"69123\"", "commune: \"75056\"", "zone: autres_régions"] {
        let dossier = dossier(CONFIRMED).replace("commune: \"69386\"", elsewhere);
        let dossier = dossier.replace("zone: autres_régions, loyer", "loyer");
        let (status, told) = explained(&dossier);
        assert!(matches!(status, 404 | 422) && !told.contains("violences"), "{elsewhere}: {told}");
    }
}
