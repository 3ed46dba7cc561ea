//! What a server bears: too many requests, bodies that are too long or packed, clients who are slow or silent,
//! and its own end under load.

use server::{Access, Caller, Limits, Role};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json};

const YAML: (&str, &str) = ("Content-Type", "application/yaml");

fn example() -> Vec<u8> {
    std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap()
}

fn connect(served: &Served) -> TcpStream {
    let stream = TcpStream::connect(served.address().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

#[test]
fn one_key_that_asks_too_often_waits_and_the_others_do_not() {
    let callers =
        vec![Caller::new("un", Role::Service, "k1"), Caller::new("deux", Role::Service, "k2")];
    let limits = Limits { per_minute: 5.try_into().unwrap(), ..Limits::default() };
    let served = Served::with(On::Sqlite, Access::to(callers), limits);
    let ask = |key: &str| served.get_as("/v1/recueil", key);
    assert!((0..5).all(|_| ask("k1").status() == 200));
    let late = ask("k1");
    assert_eq!(late.status(), 429);
    let wait: u64 = late.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(json(late)["type"], "trop_souvent");
    assert_eq!(ask("k2").status(), 200);
}

#[test]
fn what_is_too_long_or_packed_is_refused_before_it_is_read() {
    let limits = Limits { bytes: 10_000, candidates: 1, ..Limits::default() };
    let served = Served::with(On::Sqlite, Access::open(), limits);
    let long = served.post("/v1/evaluations", &[YAML], &vec![b' '; 20_000]);
    assert_eq!(long.status(), 413);
    assert_eq!(json(long)["type"], "trop_grand");
    let many = served.post("/v1/evaluations", &[YAML], &example());
    assert_eq!(many.status(), 413, "two candidates where one is let through");
    let packed = [YAML, ("Content-Encoding", "gzip")];
    assert_eq!(served.post("/v1/evaluations", &packed, &[31, 139, 8, 0]).status(), 415);
}

#[test]
fn who_is_slow_or_silent_costs_nothing_to_others() {
    let limits = Limits {
        silence: Duration::from_secs(2),
        patience: Duration::from_secs(4),
        ..Limits::default()
    };
    let served = Served::with(On::Sqlite, Access::open(), limits);
    let idle: Vec<TcpStream> = (0..many(100)).map(|_| connect(&served)).collect();
    let mut slow = connect(&served);
    slow.write_all(b"POST /v1/evaluations HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{")
        .unwrap();
    let mut half = connect(&served);
    half.write_all(b"GET /healthz HT").unwrap();
    let begun = Instant::now();
    for _ in 0..20 {
        assert_eq!(served.post("/v1/evaluations", &[YAML], &example()).status(), 200);
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap_or_default();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    let mut rest = Vec::new();
    half.read_to_end(&mut rest).unwrap_or_default();
    assert!(begun.elapsed() < Duration::from_secs(20), "the half request is not waited for");
    drop(idle);
    assert_eq!(served.get("/healthz").status(), 200);
}

#[test]
fn told_to_stop_under_load_it_answers_what_it_has_taken() {
    let mut served = Served::new(On::Sqlite, Access::open());
    let answered = AtomicU64::new(0);
    let address = served.address().trim_start_matches("http://").to_owned();
    let ask = || {
        // A request is taken once its head is read: one that finds the door closed was never taken.
        let Ok(mut stream) = TcpStream::connect(&address) else { return false };
        let body = example();
        let head = format!(
            "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: \
             application/yaml\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap_or_default();
        stream.write_all(&body).unwrap_or_default();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap_or_default();
        if answer.is_empty() {
            return false;
        }
        let text = String::from_utf8_lossy(&answer);
        assert!(text.starts_with("HTTP/1.1 201"), "{text}");
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        let decided: serde_json::Value = serde_json::from_str(body).unwrap();
        assert!(decided["decision"].is_string(), "whole");
        answered.fetch_add(1, Ordering::Relaxed);
        true
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| while ask() {});
        }
        std::thread::sleep(Duration::from_millis(700));
        served.stop();
    });
    let answered = answered.load(Ordering::Relaxed);
    assert!(answered > 0);
    let decisions = served.wait_for(served.given.registry.decisions(0, u64::MAX / 2)).unwrap();
    assert_eq!(decisions.len() as u64, answered, "what is recorded is answered");
    let report = served.wait_for(served.given.registry.verify_completely(&[])).unwrap();
    assert_eq!(report.faults, vec![]);
}

/// How many, in an everyday run; more when the environment says.
fn many(few: usize) -> usize {
    std::env::var("CHARGE").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}
