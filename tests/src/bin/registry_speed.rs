//! What the registry costs, beside the same work without it, in one run.
//!
//! `cargo run --release -p tests --bin registry_speed -- durable|replay|proof|verify`. Ratios: the
//! machine is shared.
//!
//! - `durable`: decisions of one candidate by 64 clients at once, recorded and answered, on SQLite with
//!   full sync and on PostgreSQL; beside the same work that makes the record and drops it, and beside
//!   bare commits of many rows of the same bytes.
//! - `replay`: decisions read from SQLite, unsealed, evaluated and compared, on one core.
//! - `proof`: a proof of inclusion in a log of ten million entries.
//! - `verify`: a million entries of a kilobyte, read and hashed again.

use registry::entry::{Act, Kind};
use registry::{Digest, Registry, Replay};
use sqlx::{AnyPool, AssertSqlSafe, Executor};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};
use tests::explained::example;
use tests::postgres::with_its_log_there;
use tests::registered::{Given, On, RULES, draft};

/// The allocator of `bareme`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many clients ask at once.
const CLIENTS: usize = 64;
/// How many decisions each client asks for.
const EACH: usize = 150;

#[tokio::main]
async fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("durable") => durable().await,
        Some("replay") => replay().await,
        Some("proof") => proof().await,
        Some("verify") => verify().await,
        Some(_) | None => eprintln!("registry_speed durable|replay|proof|verify"),
    }
}

/// Says how many things were done per second.
fn rate(name: &str, count: usize, took: Duration) -> f64 {
    let rate = count as f64 / took.as_secs_f64();
    println!("{name} : {count} en {took:.2?}, {rate:.0} par seconde");
    rate
}

async fn durable() {
    for on in [On::Sqlite, On::Postgres] {
        println!("— {on:?}");
        let given = Given::new(on).await;
        if on == On::Postgres {
            with_its_log_there(&given.settings.url).await;
        }
        let (dropped, _) = clients(|pool| async move {
            black_box(draft(&pool, None).rehearse().expect("it is made"));
        })
        .await;
        let dropped = rate("fait et jeté", CLIENTS * EACH, dropped);
        let registry = given.registry.clone();
        let (recorded, mut waits) = clients(move |pool| {
            let registry = registry.clone();
            async move {
                registry.record(draft(&pool, None)).await.expect("it is recorded");
            }
        })
        .await;
        let recorded = rate("enregistré", CLIENTS * EACH, recorded);
        waits.sort_unstable();
        println!(
            "attente : médiane {:.2?}, 99 % {:.2?}",
            waits[waits.len() / 2],
            waits[waits.len() * 99 / 100]
        );
        let bare = bare(&given).await;
        println!(
            "enregistré : {:.2} de fait et jeté, {:.2} des écritures nues",
            recorded / dropped,
            recorded / bare
        );
    }
}

/// Has each client do something over applications of its own; returns how long all took, and each.
async fn clients<F, R>(work: F) -> (Duration, Vec<Duration>)
where
    F: Fn(engine::Pool) -> R + Clone + Send + 'static,
    R: Future<Output = ()> + Send,
{
    let pool = example("un-candidat", |text| text);
    let begun = Instant::now();
    let running: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (work, mut pool) = (work.clone(), pool.clone());
            tokio::spawn(async move {
                let mut waits = Vec::with_capacity(EACH);
                for number in 0..EACH {
                    pool.candidates[0].id = format!("{client}-{number}");
                    let asked = Instant::now();
                    work(pool.clone()).await;
                    waits.push(asked.elapsed());
                }
                waits
            })
        })
        .collect();
    let mut waits = Vec::new();
    for one in running {
        waits.extend(one.await.expect("a client ends"));
    }
    (begun.elapsed(), waits)
}

/// Writes the same bytes, 64 rows in a statement, a commit for each, with nothing else.
async fn bare(given: &Given) -> f64 {
    let database = AnyPool::connect(&given.settings.url).await.expect("it answers");
    let rows = "SELECT e.body, c.record, c.sealed FROM entries e JOIN candidates c ON c.entry = e.position";
    let rows: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> =
        sqlx::query_as(rows).fetch_all(&database).await.expect("rows");
    let bytes = if given.settings.url.starts_with("sqlite") { "BLOB" } else { "BYTEA" };
    let create =
        format!("CREATE TABLE bare (at BIGINT PRIMARY KEY, a {bytes}, b {bytes}, c {bytes})");
    database.execute(AssertSqlSafe(create)).await.expect("a table");
    if bytes == "BLOB" {
        database.execute("PRAGMA synchronous = FULL").await.expect("a setting");
    }
    let begun = Instant::now();
    for (at, rows) in (0_i64..).step_by(CLIENTS).zip(rows.chunks(CLIENTS)) {
        let values: Vec<String> = (0..rows.len())
            .map(|row| {
                format!("(${},${},${},${})", 4 * row + 1, 4 * row + 2, 4 * row + 3, 4 * row + 4)
            })
            .collect();
        let sql = AssertSqlSafe(format!("INSERT INTO bare VALUES {}", values.join(",")));
        let mut query = sqlx::query(sql);
        for (number, (a, b, c)) in (at..).zip(rows) {
            query = query.bind(number).bind(a.clone()).bind(b.clone()).bind(c.clone());
        }
        query.execute(&database).await.expect("written");
    }
    rate("écritures nues", rows.len(), begun.elapsed())
}

async fn replay() {
    const COUNT: usize = 20_000;
    let given = Given::new(On::Sqlite).await;
    let mut pool = example("un-candidat", |text| text);
    let mut running = Vec::new();
    for number in 0..COUNT {
        pool.candidates[0].id = format!("c{number}");
        let (registry, draft) = (given.registry.clone(), draft(&pool, None));
        running.push(tokio::spawn(async move { registry.record(draft).await.expect("recorded") }));
    }
    for one in running {
        one.await.expect("recorded");
    }
    let begun = Instant::now();
    let (mut read, mut computed) = (Duration::ZERO, Duration::ZERO);
    for from in (0..COUNT as u64).step_by(1_000) {
        let asked = Instant::now();
        let decisions = given.registry.decisions(from, from + 1_000).await.expect("read");
        read += asked.elapsed();
        let asked = Instant::now();
        for decision in &decisions {
            assert_eq!(given.registry.replay(decision, &RULES).expect("replayed"), Replay::Same);
        }
        computed += asked.elapsed();
    }
    rate("rejeu", COUNT, begun.elapsed());
    println!("dont lecture {read:.2?}, calcul {computed:.2?}");
}

async fn proof() {
    const COUNT: u64 = 10_000_000;
    let given = Given::new(On::Sqlite).await;
    filled(&given.registry, COUNT, 60).await;
    let mut times = Vec::new();
    for number in 0..1_000_u64 {
        let index = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % COUNT;
        let entry = given.registry.entries(index, 1).await.expect("read").remove(0);
        let asked = Instant::now();
        black_box(given.registry.prove(&entry).await.expect("proved"));
        times.push(asked.elapsed());
    }
    times.sort_unstable();
    println!("preuve dans {COUNT} entrées : médiane {:.2?}, 99 % {:.2?}", times[500], times[990]);
}

async fn verify() {
    const COUNT: u64 = 1_000_000;
    let given = Given::new(On::Sqlite).await;
    filled(&given.registry, COUNT, 800).await;
    let begun = Instant::now();
    let report = given.registry.verify_completely(&[]).await.expect("verified");
    assert_eq!((report.entries, report.faults), (COUNT, vec![]));
    rate("vérification complète", COUNT as usize, begun.elapsed());
}

/// Fills a log with acts, each with a text of a length.
async fn filled(registry: &Registry, count: u64, length: usize) {
    let begun = Instant::now();
    let mut running = Vec::new();
    for number in 0..count {
        let text = Digest::of(&[&number.to_be_bytes()]).to_string().repeat(length / 44 + 1);
        let details = BTreeMap::from([("texte".to_owned(), text.chars().take(length).collect())]);
        let act = Act { details, ..Act::new("essai", "mesure") };
        let registry = registry.clone();
        running.push(tokio::spawn(async move { registry.act(Kind::Publication, act).await }));
        if running.len() == 4_096 {
            for one in running.drain(..) {
                one.await.expect("ends").expect("recorded");
            }
        }
    }
    for one in running {
        one.await.expect("ends").expect("recorded");
    }
    rate("entrées écrites", usize::try_from(count).unwrap_or_default(), begun.elapsed());
}
