//! Every route, for every role, with and without a key, for one's own and for others: the expected answers are
//! written here once more, apart from the table that the server asks.

use server::{Access, Action, Caller, Method, Role, Route, table};
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json};

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
    (Role::Territoire, &["verifier", "rediger", "publier"]),
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
    callers
}

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
