//! The database dies while the server serves: what records says so and when to ask again, what only reads the rules
//! goes on, and all comes back by itself; nothing that was acknowledged is lost.

use server::Access;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tests::postgres::Server;
use tests::rules::root;
use tests::served::{Served, json};

const YAML: (&str, &str) = ("Content-Type", "application/yaml");

/// How long what is back may take to be found.
const PATIENCE: Duration = Duration::from_secs(60);

fn example() -> Vec<u8> {
    std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap()
}

/// Asks for a decision: its identifier, or nothing when it is said to ask again.
fn decided(served: &Served) -> Option<String> {
    let answer = served.post("/v1/decisions", &[YAML], &example());
    let status = answer.status().as_u16();
    let wait = answer.headers().get("retry-after").cloned();
    let body = json(answer);
    if status == 201 {
        return Some(body["decision"].as_str().unwrap().to_owned());
    }
    assert_eq!((status, body["type"].as_str()), (503, Some("registre")), "{body}");
    assert!(wait.is_some(), "when to ask again");
    assert!(!body.to_string().contains("536"), "no score that is not recorded: {body}");
    None
}

#[test]
fn postgresql_killed_and_started_again_is_told_and_recovered_from() {
    let cluster = Server::made();
    let mut database = cluster.start();
    let served = Served::at(&cluster.url("postgres"), Access::open());
    let (stop, refused) = (AtomicBool::new(false), AtomicU64::new(0));
    let acknowledged = Mutex::new(BTreeSet::new());
    let begun = Instant::now();
    let until = |what: &str, is: &dyn Fn() -> bool| {
        let begun = Instant::now();
        while !is() {
            assert!(begun.elapsed() < PATIENCE, "{what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let count = || acknowledged.lock().unwrap().len();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    match decided(&served) {
                        Some(id) => drop(acknowledged.lock().unwrap().insert(id)),
                        None => drop(refused.fetch_add(1, Ordering::Relaxed)),
                    }
                }
            });
        }
        for round in 0..2 {
            let before = count();
            until("decisions are recorded", &|| count() >= before + 8);
            let before = refused.load(Ordering::Relaxed);
            database.kill().unwrap();
            database.wait().unwrap();
            until("it is told", &|| refused.load(Ordering::Relaxed) >= before + 4);
            for _ in 0..5 {
                assert_eq!(served.post("/v1/evaluations", &[YAML], &example()).status(), 200);
            }
            assert_eq!(served.get("/healthz").status(), 200);
            let ready = served.get("/readyz");
            assert_eq!(ready.status(), 503, "round {round}");
            assert_eq!(json(ready)["registre"], false);
            database = cluster.start_again();
        }
        let before = count();
        until("it is found again", &|| count() >= before + 4);
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(served.get("/readyz").status(), 200);
    let kept = served.wait_for(served.given.registry.decisions(0, u64::MAX / 2)).unwrap();
    let kept: BTreeSet<String> = kept.into_iter().map(|one| one.said.id).collect();
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.is_subset(&kept), "what was acknowledged is kept");
    let report = served.wait_for(served.given.registry.verify_completely(&[])).unwrap();
    assert_eq!(report.faults, vec![]);
    println!(
        "{} acknowledged, {} kept, {} refused, in {:?}",
        acknowledged.len(),
        kept.len(),
        refused.load(Ordering::Relaxed),
        begun.elapsed()
    );
    drop(served);
    database.kill().unwrap();
    database.wait().unwrap();
}
