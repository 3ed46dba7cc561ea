//! Versions are published and withdrawn by those who answer for them, through the gate that files pass; what
//! was in force does not change.

use engine::Date;
use registry::entry::Kind;
use server::{Access, Caller, Communes, Role};
use std::path::Path;
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json, text};

const NEW: (&str, &str) = ("If-None-Match", "*");
const YAML: (&str, &str) = ("Content-Type", "application/yaml");
const FIRST: &str = "/v1/politiques/air_france/versions/2019.1";
const NEXT: &str = "/v1/politiques/air_france/versions/suite.1";

/// A day, so many days from now.
fn in_days(days: i64) -> String {
    let today: String = jiff::Timestamp::now().to_string().chars().take(10).collect();
    Date::parse_iso(&today).unwrap().plus_days(days).unwrap().to_string()
}

fn bearer(key: &str) -> String {
    format!("Bearer {key}")
}

fn callers() -> Vec<Caller> {
    let company = |name: &str, siren: &str| {
        let siren = Some(siren.to_owned());
        Caller { siren, ..Caller::new(name, Role::Rh, name) }
    };
    let territory = |name: &str, communes: &[&str]| {
        let communes = communes.iter().map(|it| Communes::try_from((*it).to_owned()).unwrap());
        let communes = Some(communes.collect());
        Caller { communes, ..Caller::new(name, Role::Territoire, name) }
    };
    vec![
        Caller::new("auteur", Role::Auteur, "auteur"),
        Caller::new("service", Role::Service, "service"),
        Caller::new("exploitant", Role::Exploitant, "exploitant"),
        company("rh", "420495178"),
        company("rh-autre", "000000018"),
        territory("lyon", &["69123", "69381-69389"]),
        territory("villeurbanne", &["69266"]),
    ]
}

fn served() -> Served {
    Served::new(On::Sqlite, Access::to(callers()))
}

fn policy(path: &str) -> String {
    std::fs::read_to_string(root().join("policies").join(path)).unwrap()
}

/// The policy of a company, in another version, from a day on.
fn next(from: &str) -> String {
    let text = policy("entreprises/air_france.bareme");
    let text = text.replace("version 2019.1", "version suite.1");
    let text = text.replace("à partir du 2019-07-01", &format!("à partir du {from}"));
    text.replace("le 2019-10-15", &format!("le {from}"))
}

/// Puts a text; returns the status and the answer.
fn put(
    served: &Served,
    who: &str,
    path: &str,
    expected: (&str, &str),
    text: &str,
) -> (u16, serde_json::Value) {
    let headers = [("Authorization", &*bearer(who)), expected];
    let answer = served.put(path, &headers, text.as_bytes());
    (answer.status().as_u16(), json(answer))
}

fn withdraw(served: &Served, who: &str, path: &str, from: &str) -> (u16, serde_json::Value) {
    let headers = [("Authorization", &*bearer(who)), ("Content-Type", "application/json")];
    let body = format!("{{\"a_partir_du\":\"{from}\",\"raison\":\"fin du dispositif\"}}");
    let answer = served.post(&format!("{path}/retrait"), &headers, body.as_bytes());
    (answer.status().as_u16(), json(answer))
}

fn tag(served: &Served, path: &str) -> String {
    let answer = served.get_with(path, &[("Accept", "text/plain")]);
    assert_eq!(answer.status(), 200);
    answer.headers()["etag"].to_str().unwrap().to_owned()
}

fn hash(served: &Served) -> String {
    json(served.get("/v1/recueil"))["empreinte"].as_str().unwrap().to_owned()
}

fn acts(served: &Served, kind: Kind) -> Vec<registry::entry::Act> {
    let acts = served.wait_for(served.given.registry.acts(kind, 0)).unwrap();
    acts.into_iter().map(|(_, act)| act.content).collect()
}

#[test]
fn a_company_publishes_its_next_version_which_serves_and_is_in_the_log_and_on_disk() {
    let served = served();
    let before = hash(&served);
    let from = in_days(40);
    let (status, published) = put(&served, "rh", NEXT, NEW, &next(&from));
    assert_eq!(status, 201, "{published}");
    assert_eq!(published["fichier"], "entreprises/air_france_suite.1.bareme");
    assert_eq!(
        (&published["fin"]["version"], &published["fin"]["au"]),
        (&"2019.1".into(), &in_days(39).into())
    );
    assert_eq!(published["generation"], 2);
    assert_eq!(published["empreinte"], hash(&served).as_str(), "it serves when it is answered");
    assert_eq!(text(served.get_with(NEXT, &[("Accept", "text/plain")])), next(&from));
    let first = text(served.get_with(FIRST, &[("Accept", "text/plain")]));
    let whole = policy("entreprises/air_france.bareme");
    let ended = format!("en vigueur du 2019-07-01 au {}", in_days(39));
    assert_eq!(first, whole.replace("en vigueur à partir du 2019-07-01", &ended), "its end alone");
    let on_disk =
        std::fs::read_to_string(served.rules.join("entreprises/air_france_suite.1.bareme"));
    assert_eq!(on_disk.unwrap(), next(&from));
    served.reloader.look();
    assert_eq!(json(served.get("/readyz"))["generation"], 2, "its own file is no news");
    let [publication] = acts(&served, Kind::Publication).try_into().unwrap();
    assert_eq!(
        (publication.par.as_str(), publication.object.as_deref()),
        ("rh", Some("air_france suite.1"))
    );
    assert_eq!(publication.recueil, published["empreinte"].as_str().map(str::to_owned));
    let activations = acts(&served, Kind::Activation);
    let last = activations.last().unwrap();
    assert_eq!(
        (activations.len(), &*last.details["origine"], &*last.par),
        (2, "publication", "rh")
    );
    // A step back undoes it, and holds.
    let back = served.post("/v1/recueil/retour", &[("Authorization", &bearer("exploitant"))], b"");
    assert_eq!((back.status().as_u16(), hash(&served)), (200, before));
}

#[test]
fn a_version_to_come_is_replaced_by_whoever_has_read_it() {
    let served = served();
    assert_eq!(put(&served, "rh", NEXT, NEW, &next(&in_days(40))).0, 201);
    assert_eq!(put(&served, "rh", NEXT, NEW, &next(&in_days(40))).0, 412, "it is there");
    let tag = tag(&served, NEXT);
    let later = next(&in_days(60));
    assert_eq!(put(&served, "rh", NEXT, ("If-Match", "\"autre\""), &later).0, 412);
    assert_eq!(put(&served, "rh", NEXT, ("X-Rien", ""), &later).0, 428);
    let headers = [("Authorization", &*bearer("rh")), ("If-Match", &*tag)];
    let replaced = served.put(NEXT, &headers, later.as_bytes());
    assert_eq!(replaced.status(), 200);
    let told = replaced.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(
        json(replaced)["fin"]["au"],
        in_days(59),
        "and the version before it goes on till then"
    );
    assert_eq!(told, self::tag(&served, NEXT));
    assert_eq!(
        put(&served, "rh", NEXT, ("If-Match", &tag), &later).0,
        412,
        "what was read is gone"
    );
    let nothing = "/v1/politiques/air_france/versions/rien";
    assert_eq!(put(&served, "rh", nothing, ("If-Match", "*"), &later).0, 412);
}

#[test]
fn what_is_or_was_in_force_does_not_change_and_nothing_begins_in_the_past() {
    let served = served();
    let first = policy("entreprises/air_france.bareme");
    let tag = tag(&served, FIRST);
    let (status, told) = put(&served, "rh", FIRST, ("If-Match", &tag), &first.replace("90", "60"));
    assert_eq!((status, told["type"].as_str()), (409, Some("en_vigueur")));
    for from in ["2019-10-01", &in_days(-1)] {
        let (status, told) = put(&served, "rh", NEXT, NEW, &next(from));
        assert_eq!((status, told["type"].as_str()), (422, Some("date")), "{from}");
    }
    assert_eq!(put(&served, "rh", NEXT, NEW, &next(&in_days(0))).0, 201, "today is not the past");
    let tag = self::tag(&served, NEXT);
    let changed = next(&in_days(0)).replace("90 minutes", "60 minutes");
    assert_eq!(
        put(&served, "rh", NEXT, ("If-Match", &tag), &changed).0,
        409,
        "in force since today"
    );
}

#[test]
fn what_is_not_fit_to_serve_is_refused_with_every_diagnostic_and_changes_nothing() {
    let served = served();
    let (before, disk) = (hash(&served), files(&served.rules));
    let good = next(&in_days(40));
    let broken = good.replace("> 90 minutes", "> 90 points");
    let wrong = good.replace("tranche A = 166 points", "tranche A = 1 points");
    let nonsense = "politique".to_owned();
    for (text, code) in [(broken, "E03"), (wrong, "E0"), (nonsense, "E0")] {
        let (status, told) = put(&served, "rh", NEXT, NEW, &text);
        assert_eq!((status, told["type"].as_str()), (422, Some("regles")), "{told}");
        let found = &told["diagnostics"][0];
        assert!(found["code"].as_str().unwrap().starts_with(code), "{told}");
        assert_eq!(found["fichier"], "entreprises/air_france_suite.1.bareme");
        assert!(found["ligne"].as_u64().unwrap() > 0);
    }
    assert_eq!((hash(&served), files(&served.rules)), (before, disk));
    assert_eq!(acts(&served, Kind::Publication), []);
    assert_eq!(acts(&served, Kind::Activation).len(), 1);
}

/// Lists the files of a directory, hidden ones too, with their length.
fn files(directory: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let (path, kind) = (entry.path(), entry.metadata().unwrap());
        match kind.is_dir() {
            true => found.extend(files(&path)),
            false => found.push((path.display().to_string(), kind.len())),
        }
    }
    found.sort();
    found
}

#[test]
fn a_text_that_is_not_what_its_address_says_or_has_no_place_is_refused() {
    let served = served();
    let text = next(&in_days(40));
    let other = "/v1/politiques/air_france/versions/autre.1";
    assert_eq!(put(&served, "rh", other, NEW, &text).0, 400);
    assert_eq!(put(&served, "auteur", "/v1/politiques/x/versions/suite.1", NEW, &text).0, 400);
    for place in ["../dehors.bareme", "entreprises/.cache.bareme", "/etc/x.bareme", "a%5Cb.bareme"]
    {
        let path = format!("{NEXT}?fichier={place}");
        assert_eq!(put(&served, "auteur", &path, NEW, &text).0, 400, "{place}");
    }
    let taken = format!("{NEXT}?fichier=entreprises/orango.bareme");
    assert_eq!(put(&served, "auteur", &taken, NEW, &text).0, 400);
    let (status, told) =
        put(&served, "auteur", &format!("{NEXT}?fichier=ailleurs.bareme"), NEW, &text);
    assert_eq!(status, 422, "no pattern of the manifest names it: {told}");
    assert_eq!(put(&served, "auteur", &format!("{NEXT}?dossier=x"), NEW, &text).0, 400);
    assert!(!served.rules.join("ailleurs.bareme").exists());
}

#[test]
fn each_publishes_its_own_rules_and_others_are_unknown() {
    let served = served();
    let text = next(&in_days(40));
    for who in ["rh-autre", "lyon"] {
        let (status, told) = put(&served, who, NEXT, NEW, &text);
        assert_eq!((status, told["type"].as_str()), (404, Some("inconnu")), "{who}");
        assert_eq!(withdraw(&served, who, FIRST, &in_days(3)).0, 404, "{who}");
    }
    assert_eq!(put(&served, "service", NEXT, NEW, &text).0, 403);
    // A name of one's own does not make somebody else's rules one's own.
    let stolen = text.replace("politique air_france", "politique la_mienne");
    let path = "/v1/politiques/la_mienne/versions/suite.1";
    let (status, told) = put(&served, "rh-autre", path, NEW, &stolen);
    assert_eq!((status, told["type"].as_str()), (422, Some("regles")), "{told}");
    // The rules of all are not a company's, nor a territory's.
    let als = "/v1/politiques/als/versions/2030.1";
    for who in ["rh", "lyon"] {
        let text = policy("als/als_2019.bareme").replace("version 2019.1", "version 2030.1");
        assert_eq!(put(&served, who, als, NEW, &text).0, 404, "{who}");
    }
    let unit =
        format!("politique a_moi \"À moi\"\nversion 1\nen vigueur à partir du {}\n", in_days(9));
    let path = "/v1/politiques/a_moi/versions/1?fichier=als/a_moi.bareme";
    for who in ["rh", "lyon"] {
        let (status, told) = put(&served, who, path, NEW, &unit);
        assert_eq!((status, told["type"].as_str()), (422, Some("regles")), "{who}: {told}");
    }
    // A territory's are.
    let place = "/v1/politiques/territoire_exemple/versions/suite.1";
    let from = in_days(40);
    let grid = policy("territoires/exemple_lyonnais.bareme");
    let grid = grid.split("# ----").next().unwrap().replace("version 2021.1", "version suite.1");
    let grid =
        grid.replace("vigueur à partir du 2021-01-01", &format!("vigueur à partir du {from}"));
    let grid =
        grid.replace("vigueur à partir du 2021-06-01", &format!("vigueur à partir du {from}"));
    assert_eq!(put(&served, "villeurbanne", place, NEW, &grid).0, 404);
    assert_eq!(put(&served, "rh", place, NEW, &grid).0, 404);
    let wider = grid.replace("69123 ; 69381 à 69389", "69123 ; 69266 ; 69381 à 69389");
    assert_eq!(put(&served, "lyon", place, NEW, &wider).0, 422, "another's communes");
    let everywhere = grid.replace("périmètre communes 69123 ; 69381 à 69389 sauf 69385\n", "");
    assert_eq!(put(&served, "lyon", place, NEW, &everywhere).0, 422);
    let (status, told) = put(&served, "lyon", place, NEW, &grid);
    assert_eq!(status, 201, "{told}");
    assert_eq!(told["fichier"], "territoires/territoire_exemple_suite.1.bareme");
}

#[test]
fn a_version_ends_on_a_day_that_is_not_past_and_one_to_come_goes() {
    let served = served();
    for (day, status) in [(in_days(-1), 422), ("demain".to_owned(), 400)] {
        assert_eq!(withdraw(&served, "rh", FIRST, &day).0, status, "{day}");
    }
    assert_eq!(put(&served, "rh", NEXT, NEW, &next(&in_days(40))).0, 201);
    let (status, gone) = withdraw(&served, "rh", NEXT, &in_days(20));
    assert_eq!((status, gone.get("au")), (200, None), "{gone}");
    assert_eq!(served.get(NEXT).status(), 404);
    assert!(!served.rules.join("entreprises/air_france_suite.1.bareme").exists());
    let (status, ended) = withdraw(&served, "rh", FIRST, &in_days(10));
    assert_eq!((status, &ended["au"]), (200, &in_days(9).into()), "{ended}");
    let on =
        |day: &str| served.get(&format!("/v1/politiques/air_france?date={day}")).status().as_u16();
    assert_eq!((on(&in_days(9)), on(&in_days(10))), (200, 404));
    assert_eq!(withdraw(&served, "rh", FIRST, &in_days(12)).0, 422, "it has ended before");
    assert_eq!(
        withdraw(&served, "rh", "/v1/politiques/air_france/versions/rien", &in_days(2)).0,
        404
    );
    let withdrawn = acts(&served, Kind::Retrait);
    let said = |act: &registry::entry::Act| (act.object.clone().unwrap(), act.reason.clone());
    assert_eq!(withdrawn.len(), 2);
    assert_eq!(
        said(&withdrawn[1]),
        ("air_france 2019.1".to_owned(), "fin du dispositif".to_owned())
    );
    assert_eq!(withdrawn[1].details["a_partir_du"], in_days(10));
}

/// The version that is in force on a day.
fn in_force(served: &Served, day: &str) -> Option<String> {
    let answer = served.get(&format!("/v1/politiques/air_france?date={day}"));
    let found = answer.status() == 200;
    found.then(|| json(answer)["version"].as_str().unwrap().to_owned())
}

#[test]
fn a_version_to_come_that_is_withdrawn_opens_again_the_one_that_it_closed() {
    let served = served();
    let file = served.rules.join("entreprises/air_france.bareme");
    let first = std::fs::read_to_string(&file).unwrap();
    let days = [39, 40, 41].map(in_days);
    let versions = || days.clone().map(|day| in_force(&served, &day).unwrap_or_default());
    assert_eq!(put(&served, "rh", NEXT, NEW, &next(&in_days(40))).0, 201);
    assert_eq!(versions(), ["2019.1", "suite.1", "suite.1"]);
    assert_ne!(std::fs::read_to_string(&file).unwrap(), first);
    let (status, gone) = withdraw(&served, "rh", NEXT, &in_days(40));
    assert_eq!((status, gone.get("au")), (200, None), "{gone}");
    assert_eq!(gone["reprend"], serde_json::json!({ "version": "2019.1" }));
    assert_eq!(versions(), ["2019.1"; 3]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), first, "to the byte");
    let withdrawn = acts(&served, Kind::Retrait);
    assert_eq!(withdrawn[0].details["reprise"], "2019.1 sans fin");
    let (status, told) = withdraw(&served, "rh", NEXT, &in_days(40));
    assert_eq!((status, told["type"].as_str()), (404, Some("inconnu")), "{told}");
    // Moved to another day before it is withdrawn, it is the end that was moved that is taken back.
    assert_eq!(put(&served, "rh", NEXT, NEW, &next(&in_days(40))).0, 201);
    let tag = served.get_with(NEXT, &[("Accept", "text/plain")]).headers()["etag"].clone();
    let same = ("If-Match", tag.to_str().unwrap());
    assert_eq!(put(&served, "rh", NEXT, same, &next(&in_days(41))).0, 200);
    assert_eq!(versions(), ["2019.1", "2019.1", "suite.1"]);
    assert_eq!(withdraw(&served, "rh", NEXT, &in_days(30)).0, 200);
    assert_eq!(versions(), ["2019.1"; 3]);
}

#[test]
fn between_two_versions_what_is_withdrawn_gives_its_days_to_the_one_before() {
    const LATER: &str = "/v1/politiques/air_france/versions/suite.2";
    let served = served();
    assert_eq!(put(&served, "rh", NEXT, NEW, &next(&in_days(40))).0, 201);
    let later = next(&in_days(60)).replace("suite.1", "suite.2");
    assert_eq!(put(&served, "rh", LATER, NEW, &later).0, 201);
    let (status, gone) = withdraw(&served, "rh", NEXT, &in_days(40));
    let until = serde_json::json!({ "version": "2019.1", "au": in_days(59) });
    assert_eq!((status, &gone["reprend"]), (200, &until), "{gone}");
    let versions = [39, 40, 59, 60].map(|day| in_force(&served, &in_days(day)).unwrap());
    assert_eq!(versions, ["2019.1", "2019.1", "2019.1", "suite.2"]);
    // The last one was published after the other, which is gone: nothing of the first was closed by it.
    let (status, gone) = withdraw(&served, "rh", LATER, &in_days(60));
    assert_eq!((status, gone.get("reprend")), (200, None), "{gone}");
    assert_eq!(in_force(&served, &in_days(60)), None);
}

#[test]
fn an_end_that_no_publication_made_and_a_version_that_has_begun_open_nothing_again() {
    let served = served();
    // Its own text ends it.
    assert_eq!(withdraw(&served, "rh", FIRST, &in_days(40)).0, 200);
    assert_eq!(put(&served, "rh", NEXT, NEW, &next(&in_days(40))).0, 201);
    let (status, gone) = withdraw(&served, "rh", NEXT, &in_days(40));
    assert_eq!((status, gone.get("reprend")), (200, None), "{gone}");
    assert_eq!(in_force(&served, &in_days(39)).as_deref(), Some("2019.1"));
    assert_eq!(in_force(&served, &in_days(40)), None);
    // One that begins today is withdrawn from tomorrow on, and nothing comes back.
    let served = self::served();
    assert_eq!(put(&served, "rh", NEXT, NEW, &next(&in_days(0))).0, 201);
    let (status, told) = withdraw(&served, "rh", NEXT, &in_days(0));
    assert_eq!((status, told["type"].as_str()), (422, Some("date")), "{told}");
    assert!(told["detail"].as_str().unwrap().contains("elle se retire demain"), "{told}");
    let (status, ended) = withdraw(&served, "rh", NEXT, &in_days(1));
    assert_eq!((status, ended.get("reprend")), (200, None), "{ended}");
    assert_eq!(in_force(&served, &in_days(0)).as_deref(), Some("suite.1"));
    assert_eq!(in_force(&served, &in_days(1)), None);
    // A file that was changed meanwhile is not written over.
    let served = self::served();
    assert_eq!(put(&served, "rh", NEXT, NEW, &next(&in_days(40))).0, 201);
    let file = served.rules.join("entreprises/air_france.bareme");
    let changed = std::fs::read_to_string(&file).unwrap().replace("points", "pointz");
    std::fs::write(&file, &changed).unwrap();
    let (status, told) = withdraw(&served, "rh", NEXT, &in_days(40));
    assert_eq!((status, told["type"].as_str()), (409, Some("repertoire")), "{told}");
    assert!(told["detail"].as_str().unwrap().contains("répertoire"), "{told}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), changed);
    assert_eq!(in_force(&served, &in_days(40)).as_deref(), Some("suite.1"));
}

#[test]
fn rules_that_others_need_are_not_withdrawn() {
    let served = served();
    let before = hash(&served);
    let words = "/v1/politiques/plateforme/versions/2019.1";
    let (status, told) = withdraw(&served, "auteur", words, &in_days(5));
    assert_eq!((status, told["type"].as_str()), (422, Some("regles")), "{told}");
    assert_eq!(hash(&served), before);
}

#[test]
fn a_directory_that_holds_other_rules_or_cannot_be_written_takes_no_version() {
    let served = served();
    let text = next(&in_days(40));
    let file = served.rules.join("als/als_2019.bareme");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace("points", "pointz")).unwrap();
    let (status, told) = put(&served, "rh", NEXT, NEW, &text);
    assert_eq!((status, told["type"].as_str()), (409, Some("repertoire")), "{told}");
    std::fs::write(&file, &good).unwrap();
    // Where its file would be written beside, something else is.
    let in_the_way = served.rules.join("entreprises/.air_france_suite.1.bareme.nouveau");
    std::fs::create_dir(&in_the_way).unwrap();
    let before = hash(&served);
    let (status, told) = put(&served, "rh", NEXT, NEW, &text);
    assert_eq!((status, told["type"].as_str()), (503, Some("repertoire")), "{told}");
    assert_eq!((hash(&served), acts(&served, Kind::Publication)), (before, vec![]));
    std::fs::remove_dir(&in_the_way).unwrap();
    assert_eq!(put(&served, "rh", NEXT, NEW, &text).0, 201);
}

#[test]
fn two_who_publish_at_once_lose_nothing() {
    let served = served();
    let one = next(&in_days(40));
    let other = one.replace("suite.1", "suite.2");
    let path = "/v1/politiques/air_france/versions/suite.2";
    let statuses = std::thread::scope(|scope| {
        let first = scope.spawn(|| put(&served, "rh", NEXT, NEW, &one).0);
        let second = scope.spawn(|| put(&served, "auteur", path, NEW, &other).0);
        [first.join().unwrap(), second.join().unwrap()]
    });
    // Both begin on one day: whoever comes second is told, by the rules or by the generation.
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409 | 422)), "{statuses:?}");
    assert_eq!(acts(&served, Kind::Publication).len(), 1);
}

#[test]
fn decisions_keep_the_version_under_which_they_were_made() {
    let served = served();
    let service = bearer("service");
    let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
    let headers = [YAML, ("Authorization", &*service)];
    let before = json(served.post("/v1/decisions", &headers, &example));
    assert_eq!(put(&served, "rh", NEXT, NEW, &next(&in_days(40))).0, 201);
    let id = before["decision"].as_str().unwrap();
    let replay = json(served.post(&format!("/v1/decisions/{id}/rejeu"), &headers[1..], b""));
    assert_eq!(replay["issue"], "identique");
    let after = json(served.post("/v1/decisions", &headers, &example));
    assert_ne!(after["recueil"], before["recueil"]);
}
