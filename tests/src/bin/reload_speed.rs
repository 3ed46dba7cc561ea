//! How fast a server of many company policies begins, and follows one file that changes: a real `bareme servir` on a
//! registry of its own, told from outside.
//!
//! `reload_speed [COMPANIES] [RUNS]`: 1,000 companies and 7 runs unless told. Shape: the first start, on rules that
//! nobody has verified; each start after it; each change of one company's policy, from its writing to the answer
//! that is made by it, less the time that a directory is let come to rest; medians.
#![allow(clippy::expect_used, reason = "a measure that cannot be taken stops")]

use server::{DEBOUNCE, Role};
use std::path::Path;
use std::time::{Duration, Instant};
use tests::companies::{companies, company, path};
use tests::registered::policies;
use tests::served::json;
use tests::spawned::Spawned;

/// How often the server is asked whether it is there. Unit: milliseconds.
const PAUSE: Duration = Duration::from_millis(1);

fn main() {
    let mut arguments = std::env::args().skip(1).map(|it| it.parse::<usize>().expect("a number"));
    let (count, runs) = (arguments.next().unwrap_or(1_000), arguments.next().unwrap_or(7));
    let program = std::env::current_exe().expect("this program");
    let program = program.with_file_name("bareme_under_test");
    let mut files = policies();
    files.extend(companies(count).into_iter().map(|(path, text)| (path, text.into_bytes())));
    let begun = Instant::now();
    let mut served = Spawned::of(&program.to_string_lossy(), &files);
    ready(&served);
    println!("{count} entreprises ; registre fait, premier départ : {:?}", begun.elapsed());
    let starts = (0..runs).map(|_| started(&mut served)).collect();
    println!("départ, jusqu'à être prêt : {}", told(starts));
    let changes = (1..=runs).map(|run| changed(&served, 1 + run * count / (runs + 2), run));
    let changes = changes.collect();
    println!("un fichier change, au-delà de {DEBOUNCE:?} de repos : {}", told(changes));
    println!("mémoire : {} Mio", served.taken().memory / 1024);
}

/// Starts it again; returns how long it takes to be ready.
fn started(served: &mut Spawned) -> Duration {
    served.end_well();
    let begun = Instant::now();
    served.start();
    ready(served);
    begun.elapsed()
}

fn ready(served: &Spawned) {
    while served.get(Role::Exploitant, "/readyz").status() != 200 {
        std::thread::sleep(PAUSE);
    }
}

/// Changes the policy of a company; returns how long it takes to serve once the directory is at rest.
fn changed(served: &Spawned, number: usize, revision: usize) -> Duration {
    let before = hash(served);
    let text = company(number, revision);
    let begun = Instant::now();
    write(&served.rules().join(path(number)), &text);
    while hash(served) == before {
        std::thread::sleep(PAUSE);
    }
    begun.elapsed().saturating_sub(DEBOUNCE)
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
}

fn hash(served: &Spawned) -> String {
    let ready = json(served.get(Role::Exploitant, "/readyz"));
    assert!(ready["dernier_essai"].get("erreurs").is_none(), "{ready}");
    ready["recueil"].as_str().expect("a hash").to_owned()
}

/// Lists durations, then the middle one.
fn told(durations: Vec<Duration>) -> String {
    let mut sorted = durations.clone();
    sorted.sort_unstable();
    let median = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    format!("médiane {median:.0?} ({durations:.0?})")
}
