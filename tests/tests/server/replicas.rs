//! Servers of one registry follow each other, whatever the database; what was published survives a restart.

use engine::Date;
use registry::entry::{Act, Kind};
use registry::{After, RecordError};
use server::{Access, LastGood, Outcome, Reloader, keeper, last_good};
use std::time::{Duration, Instant};
use tests::registered::{Given, On};
use tests::rules::root;
use tests::served::{Served, json, text, write_policies};
use tokio::runtime::Runtime;

/// How long another server may take to follow.
const PATIENCE: Duration = Duration::from_secs(60);

const NEXT: &str = "/v1/politiques/air_france/versions/suite.1";

/// The policy of a company, in another version, from a day to come.
fn next() -> String {
    let today: String = jiff::Timestamp::now().to_string().chars().take(10).collect();
    let from = Date::parse_iso(&today).unwrap().plus_days(40).unwrap().to_string();
    let text =
        std::fs::read_to_string(root().join("policies/entreprises/air_france.bareme")).unwrap();
    let text = text.replace("version 2019.1", "version suite.1");
    let text = text.replace("à partir du 2019-07-01", &format!("à partir du {from}"));
    text.replace("le 2019-10-15", &format!("le {from}"))
}

fn publish(served: &Served) -> String {
    let answer = served.put(NEXT, &[("If-None-Match", "*")], next().as_bytes());
    assert_eq!(answer.status(), 201);
    json(answer)["empreinte"].as_str().unwrap().to_owned()
}

fn hash(served: &Served) -> String {
    json(served.get("/readyz"))["recueil"].as_str().unwrap().to_owned()
}

/// Waits until a server serves some rules.
fn until(served: &Served, wanted: &str) {
    let begun = Instant::now();
    while hash(served) != wanted {
        assert!(begun.elapsed() < PATIENCE, "{}", json(served.get("/readyz")));
        std::thread::sleep(Duration::from_millis(40));
    }
}

fn back(served: &Served) -> u16 {
    served.post("/v1/recueil/retour", &[], b"").status().as_u16()
}

fn followed(on: On) {
    let one = Served::new(on, Access::open());
    let other = Served::beside(&one, Access::open());
    let first = hash(&one);
    // A version published here serves there, and is in the directory of both.
    let published = publish(&one);
    until(&other, &published);
    assert_eq!(text(other.get_with(NEXT, &[("Accept", "text/plain")])), next());
    let there = other.rules.join("entreprises/air_france_suite.1.bareme");
    assert_eq!(std::fs::read_to_string(there).unwrap(), next());
    other.reloader.look();
    assert_eq!(hash(&other), published, "and it stays");
    // So does a step back, from the other side; one more leads nowhere, on either.
    assert_eq!(back(&other), 200);
    until(&one, &first);
    assert_eq!((back(&one), back(&other)), (404, 404));
    one.reloader.look();
    other.reloader.look();
    assert_eq!((hash(&one), hash(&other)), (first.clone(), first.clone()), "it holds on both");
    // A directory that changes is followed too.
    let file = one.rules.join("als/als_2019.bareme");
    let changed = format!("{}\n# autrement\n", std::fs::read_to_string(&file).unwrap());
    std::fs::write(&file, changed).unwrap();
    let begun = Instant::now();
    while hash(&one) == first {
        assert!(begun.elapsed() < PATIENCE, "{:?}", one.reloader.last());
        std::thread::sleep(Duration::from_millis(40));
    }
    until(&other, &hash(&one));
    let acts = one.wait_for(one.given.registry.acts(Kind::Activation, 0)).unwrap();
    let origins: Vec<_> =
        acts.iter().map(|(_, act)| act.content.details["origine"].clone()).collect();
    assert_eq!(origins, ["repertoire", "publication", "retour", "repertoire"], "each said once");
}

#[test]
fn servers_follow_each_other_on_postgresql() {
    followed(On::Postgres);
}

#[test]
fn servers_follow_each_other_on_sqlite() {
    followed(On::Sqlite);
}

#[test]
fn a_server_that_begins_behind_serves_what_was_published_since() {
    let served = Served::new(On::Sqlite, Access::open());
    let first = hash(&served);
    let published = publish(&served);
    let begin = |rules: &std::path::Path| {
        let last = served.wait_for(last_good(&served.given.registry)).unwrap();
        let keep = Box::new(|_: &_| Ok(0));
        Reloader::begin(rules, keep, last).unwrap()
    };
    let desk = tempfile::TempDir::new().unwrap();
    let stale = desk.path().join("regles");
    write_policies(&stale);
    let begun = begin(&stale);
    assert_eq!(begun.generations().current().rules.hash(), published);
    assert_eq!(begun.last().outcome, Outcome::Behind);
    assert_eq!(begun.last().failing_since, None);
    begun.look();
    assert_eq!(begun.generations().current().rules.hash(), published, "until it changes");
    let file = stale.join("als/als_2019.bareme");
    let changed = format!("{}\n# autrement\n", std::fs::read_to_string(&file).unwrap());
    std::fs::write(&file, changed).unwrap();
    assert!(matches!(begun.look().outcome, Outcome::Activated(2)));
    // One that holds what was published is not behind; nor is one after a step back, which is.
    assert_eq!(begin(&served.rules).last().outcome, Outcome::Activated(1));
    assert_eq!(back(&served), 200);
    let begun = begin(&served.rules);
    assert_eq!(begun.generations().current().rules.hash(), first);
    assert_eq!(begun.last().outcome, Outcome::Behind);
}

#[test]
fn where_directories_alone_decide_an_older_one_serves_again() {
    let runtime = Runtime::new().unwrap();
    let given = runtime.block_on(Given::new(On::Sqlite));
    let [old, new] = [(); 2].map(|()| tempfile::TempDir::new().unwrap());
    write_policies(old.path());
    write_policies(new.path());
    let file = new.path().join("als/als_2019.bareme");
    let changed = format!("{}\n# autrement\n", std::fs::read_to_string(&file).unwrap());
    std::fs::write(&file, changed).unwrap();
    let last = || -> Option<LastGood> { runtime.block_on(last_good(&given.registry)).unwrap() };
    let begin = |rules: &std::path::Path| {
        let keeper = keeper(runtime.handle().clone(), given.registry.clone());
        let begun = Reloader::begin(rules, keeper, last()).unwrap();
        assert_eq!(begun.last().outcome, Outcome::Activated(1));
        begun.generations().current().rules.hash().to_owned()
    };
    let (first, second) = (begin(old.path()), begin(new.path()));
    assert_ne!(first, second);
    assert_eq!(begin(old.path()), first, "an older image that is deployed again");
    let acts = runtime.block_on(given.registry.acts(Kind::Activation, 0)).unwrap();
    assert_eq!(acts.len(), 3);
}

/// What served before is not judged again before it serves, but after: a program that finds more in it says so, goes
/// on serving it, and takes what is put right.
#[test]
fn what_served_before_begins_without_being_judged_and_is_judged_then() {
    let runtime = Runtime::new().unwrap();
    let given = runtime.block_on(Given::new(On::Sqlite));
    let desk = tempfile::TempDir::new().unwrap();
    write_policies(desk.path());
    let begin = || {
        let last = runtime.block_on(last_good(&given.registry)).unwrap();
        let keeper = keeper(runtime.handle().clone(), given.registry.clone());
        Reloader::begin(desk.path(), keeper, last)
    };
    assert!(begin().unwrap().judge().is_none(), "judged when it began");
    let again = begin().unwrap();
    assert_eq!(again.last().outcome, Outcome::Activated(1));
    assert!(again.judge().is_none(), "and found good once more");
    assert_eq!(again.look().outcome, Outcome::Same);
    // An example of these fails, and the log says that they were put into force.
    let file = desk.path().join("entreprises/air_france.bareme");
    let good = std::fs::read_to_string(&file).unwrap();
    let broken = good.replacen("= 166 points", "= 165 points", 1);
    assert_ne!(broken, good);
    std::fs::write(&file, &broken).unwrap();
    let files = tests::rules::files_of(desk.path()).unwrap();
    let recueil = dsl::recueil::open(&files).value.unwrap();
    runtime.block_on(given.registry.keep(&recueil, &files)).unwrap();
    let (acts, after) = (activation(&recueil.hash), After::Anything);
    runtime.block_on(given.registry.activate(acts, after)).unwrap();
    let begun = begin().unwrap();
    let serves = || begun.generations().current().rules.hash().to_owned();
    assert_eq!((serves(), begun.last().outcome), (recueil.hash.clone(), Outcome::Activated(1)));
    let judged = begun.judge().expect("it is told");
    assert!(judged.outcome.is_failure() && judged.failing_since.is_some(), "{judged:?}");
    assert!(judged.outcome.errors()[0].starts_with("entreprises/air_france.bareme:"), "{judged:?}");
    assert_eq!(serves(), recueil.hash, "it goes on");
    assert!(begun.judge().is_none(), "once");
    std::fs::write(&file, &good).unwrap();
    assert_eq!(begun.look().outcome, Outcome::Activated(2));
    // Rules that the log does not name last are judged first.
    std::fs::write(&file, &broken.replace("= 165 points", "= 164 points")).unwrap();
    let begun = begin().unwrap();
    assert!(begun.last().outcome.is_failure(), "{:?}", begun.last());
    assert_ne!(begun.generations().current().rules.hash(), recueil.hash, "the good ones serve");
}

/// An activation of rules, as the log takes it.
fn activation(hash: &str) -> Vec<(Kind, Act)> {
    let published = Act { object: Some("x 1".to_owned()), ..Act::new("essai", "publication") };
    let act = Act { recueil: Some(hash.to_owned()), ..Act::new("essai", "essai") };
    vec![(Kind::Publication, published), (Kind::Activation, act)]
}

fn nothing_is_lost(on: On) {
    let runtime = Runtime::new().unwrap();
    let given = runtime.block_on(Given::new(on));
    let activate = |after| runtime.block_on(given.registry.activate(activation("a"), after));
    assert_eq!(activate(After::This(Some(0))), Err(RecordError::Overtaken), "nothing is in force");
    let first = activate(After::This(None)).unwrap().index;
    assert_eq!(first, 1, "both acts are there, the activation last");
    for before in [None, Some(0), Some(first + 1)] {
        assert_eq!(activate(After::This(before)), Err(RecordError::Overtaken), "{before:?}");
    }
    assert_eq!(runtime.block_on(given.registry.size()).unwrap(), 2, "and nothing of them is kept");
    let second = activate(After::This(Some(first))).unwrap().index;
    let (place, act) =
        runtime.block_on(given.registry.last_act(Kind::Activation)).unwrap().unwrap();
    assert_eq!((place, act.content.par.as_str()), (second, "essai"));
    assert_eq!(activate(After::Anything).unwrap().index, second + 2);
    let report = runtime.block_on(given.registry.verify_completely(&[])).unwrap();
    assert_eq!((report.faults, report.entries), (vec![], 6));
}

#[test]
fn rules_come_into_force_after_those_they_were_made_for_or_not_at_all() {
    nothing_is_lost(On::Sqlite);
    nothing_is_lost(On::Postgres);
}

#[test]
fn news_of_an_activation_come_at_once_and_of_nothing_else() {
    let runtime = Runtime::new().unwrap();
    let given = runtime.block_on(Given::new(On::Postgres));
    runtime.block_on(async {
        let mut news = given.registry.news().await.unwrap();
        given.registry.act(Kind::Retrait, Act::new("essai", "essai")).await.unwrap();
        let begun = Instant::now();
        news.wait(Duration::from_millis(400)).await;
        assert!(begun.elapsed() >= Duration::from_millis(400), "another act is no news");
        given.again().await.activate(activation("a"), After::Anything).await.unwrap();
        let begun = Instant::now();
        news.wait(PATIENCE).await;
        assert!(begun.elapsed() < PATIENCE / 2, "told by the database");
    });
}
