//! Times the verification of a recueil of many companies, whole and again after a change:
//! `recheck 10000`. Each line is one run; the machine's noise is for the reader to see.

use analysis::{Opened, Verifier};
use mimalloc::MiMalloc;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tests::companies::{companies, company, path};
use tests::rules::{files_of, root};

/// The allocator of the `bareme` command, which is what is timed.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Changes of one file that are timed.
const RUNS: usize = 7;

fn main() -> std::io::Result<()> {
    let count = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let mut files = files_of(&root().join("policies"))?;
    files.extend(companies(count).into_iter().map(|(path, text)| (path, text.into_bytes())));
    let mut verifier = Verifier::default();
    println!("{count} entreprises, tout : {:?}", timed(&mut verifier, &files));
    for run in 1..=RUNS {
        let number = 1 + run * count / (RUNS + 2);
        files.insert(path(number), company(number, run).into_bytes());
        println!("une entreprise change : {:?}", timed(&mut verifier, &files));
    }
    Ok(())
}

fn timed(verifier: &mut Verifier, files: &BTreeMap<String, Vec<u8>>) -> Duration {
    let started = Instant::now();
    let checked = verifier.verify(&Opened::of(files), None);
    let elapsed = started.elapsed();
    assert!(!checked.has_errors(), "the generated recueil is sound");
    elapsed
}
