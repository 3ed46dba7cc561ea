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

/// What those who ask for decisions were told.
#[derive(Default)]
struct Told {
    acknowledged: Mutex<BTreeSet<String>>,
    refused: AtomicU64,
    stop: AtomicBool,
}

impl Told {
    fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Asks for decisions until it is told to stop.
    fn ask(&self, served: &Served) {
        while !self.stop.load(Ordering::Relaxed) {
            match decided(served) {
                Some(id) => drop(self.acknowledged.lock().unwrap().insert(id)),
                None => drop(self.refused.fetch_add(1, Ordering::Relaxed)),
            }
        }
    }
}

fn until(what: &str, is: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Without its database the server simulates, lives, and says that it is not ready.
fn is_without_its_database(served: &Served) {
    for _ in 0..5 {
        assert_eq!(served.post("/v1/evaluations", &[YAML], &example()).status(), 200);
    }
    assert_eq!(served.get("/healthz").status(), 200);
    let ready = served.get("/readyz");
    assert_eq!(ready.status(), 503);
    assert_eq!(json(ready)["registre"], false);
}

fn is_whole(served: &Served, acknowledged: &BTreeSet<String>) {
    let kept = served.wait_for(served.given.registry.decisions(0, u64::MAX / 2)).unwrap();
    let kept: BTreeSet<String> = kept.into_iter().map(|one| one.said.id).collect();
    assert!(acknowledged.is_subset(&kept), "what was acknowledged is kept");
    let report = served.wait_for(served.given.registry.verify_completely(&[])).unwrap();
    assert_eq!(report.faults, vec![]);
    println!("{} acknowledged, {} kept", acknowledged.len(), kept.len());
}

#[test]
fn postgresql_killed_and_started_again_is_told_and_recovered_from() {
    let cluster = Server::made();
    let mut database = cluster.start();
    let served = Served::at(&cluster.url("postgres"), Access::open());
    let told = Told::default();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| told.ask(&served));
        }
        for _ in 0..2 {
            let before = told.count();
            until("decisions are recorded", || told.count() >= before + 8);
            let before = told.refused();
            database.kill().unwrap();
            database.wait().unwrap();
            until("it is told", || told.refused() >= before + 4);
            is_without_its_database(&served);
            database = cluster.start_again();
        }
        let before = told.count();
        until("it is found again", || told.count() >= before + 4);
        told.stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(served.get("/readyz").status(), 200);
    is_whole(&served, &told.acknowledged.lock().unwrap());
    drop(served);
    database.kill().unwrap();
    database.wait().unwrap();
}
