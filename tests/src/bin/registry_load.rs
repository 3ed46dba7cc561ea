//! Records decisions in a registry until it is killed, and says each one that is acknowledged.
//!
//! `registry_load ADRESSE CLE_MAITRE CLE_DU_JOURNAL`. Each line of its output is a key of request and
//! the identifier of its decision, written after the registry has answered.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tests::explained::example;
use tests::registered::{Given, draft};

/// How many requests wait at once.
const CLIENTS: u64 = 16;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, master, log] = arguments.as_slice() else {
        eprintln!("registry_load ADRESSE CLE_MAITRE CLE_DU_JOURNAL");
        std::process::exit(2);
    };
    let registry = match Given::opened_by_keys(url, master, log).await {
        Ok(registry) => registry,
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    };
    let number = Arc::new(AtomicU64::new(0));
    let run = std::process::id();
    let clients = (0..CLIENTS).map(|_| {
        let (registry, number) = (registry.clone(), number.clone());
        tokio::spawn(async move {
            loop {
                let key = format!("{run}-{}", number.fetch_add(1, Ordering::Relaxed));
                let pool = numbered(&key);
                match registry.record(draft(&pool, Some(&key))).await {
                    Ok(recorded) => say(&key, &recorded.id),
                    Err(error) => say(&key, &format!("refus : {error}")),
                }
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        drop(client.await);
    }
}

/// Makes the pool of an application of its own.
fn numbered(key: &str) -> engine::Pool {
    let mut pool = example("un-candidat", |text| text);
    for candidate in &mut pool.candidates {
        key.clone_into(&mut candidate.id);
    }
    pool
}

/// Says what became of a request; whoever listens has it at once.
fn say(key: &str, what: &str) {
    let mut out = std::io::stdout().lock();
    let said = writeln!(out, "{key} {what}").and_then(|()| out.flush());
    if said.is_err() {
        std::process::exit(0);
    }
}
