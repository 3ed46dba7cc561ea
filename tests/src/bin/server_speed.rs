//! How fast the server answers one candidate, beside a server of the same framework that does less: both in one
//! run, turn by turn, on loopback, by the same clients.
//!
//! `server_speed evaluations|decisions [SECONDS]`: how long each turn lasts. Shape: requests per second and the
//! 99th percentile of each, then their ratios.
//!
//! - `evaluations`: beside one that only parses the same dossier and echoes it.
//! - `decisions`: recorded before they are answered, on SQLite with full sync and on PostgreSQL; beside one that
//!   makes and seals the same record, drops it and answers the same. Each request is an application of its own.
#![allow(clippy::expect_used, reason = "a measure that cannot be taken stops")]

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use dossier::{Format, Forms};
use engine::Pool;
use registry::entry::Mode;
use registry::{Context, Draft, GivenCandidate};
use serde_json::json;
use server::{Access, Rules};
use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tests::registered::On;
use tests::served::Served;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// The allocator of `bareme`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many clients ask at once.
const CLIENTS: usize = 64;

/// How many turns each server has.
const TURNS: usize = 3;

/// What stands in the dossier where each request writes a number of its own.
const NUMBER: &str = "0000000000";

fn main() {
    // Logs as an operator has them, to nowhere.
    tracing_subscriber::fmt().json().with_env_filter("info").with_writer(std::io::sink).init();
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next();
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(3);
    let lasting = Duration::from_secs(seconds);
    match what.as_deref() {
        Some("evaluations") => evaluations(lasting),
        Some("decisions") => {
            decisions(On::Sqlite, lasting);
            decisions(On::Postgres, lasting);
        }
        Some(_) | None => eprintln!("server_speed evaluations|decisions [SECONDS]"),
    }
}

fn evaluations(lasting: Duration) {
    let served = Served::new(On::Sqlite, Access::open());
    compared(&served, ("évaluation", "/v1/evaluations"), ("écho", echoed), lasting);
}

fn decisions(on: On, lasting: Duration) {
    println!("— {on:?}");
    let served = Served::new(on, Access::open());
    compared(&served, ("enregistré", "/v1/decisions"), ("fait et jeté", dropped), lasting);
}

/// Makes the record of a decision, drops it, and answers what it gave.
fn dropped(rules: &Rules, body: &Bytes) -> Response {
    let pool = read(rules, body);
    let assessment = rules.evaluator().assess(&pool).expect("a ranking");
    let context = Context {
        by: "mesure".to_owned(),
        purpose: "classement".to_owned(),
        offer: None,
        recueil: rules.hash().to_owned(),
        key: None,
        mode: Mode::Proposition,
    };
    let draft = Draft::new(context, &rules.names, &pool, &assessment).expect("a proposal");
    let given = draft.given();
    let length = draft.rehearse().expect("it is made");
    let candidat = |one: GivenCandidate| (one.application, one.outcome);
    let candidates: Vec<_> = given.candidates.into_iter().map(candidat).collect();
    (StatusCode::CREATED, Json((length, given.recueil, candidates))).into_response()
}

/// Reads a dossier and answers its bytes.
fn echoed(rules: &Rules, body: &Bytes) -> Response {
    black_box(read(rules, body));
    body.clone().into_response()
}

fn read(rules: &Rules, body: &[u8]) -> Pool {
    let read = dossier::read(body, Format::Json, &rules.program().schema, Forms::none());
    let dossier = read.expect("a dossier");
    Pool { date: dossier.date.expect("a date"), candidates: dossier.candidates }
}

/// What another server answers.
type Work = fn(&Rules, &Bytes) -> Response;

/// Has both servers asked, turn by turn, and says what each gave.
fn compared(served: &Served, own: (&str, &str), other: (&str, Work), lasting: Duration) {
    // Clients and each server have threads of their own, as they would have processes.
    let runtime = Runtime::new().expect("a runtime");
    let beside = Runtime::new().expect("a runtime");
    let address = served.address().trim_start_matches("http://").parse().expect("an address");
    let peer = beside.block_on(peer(served, other.1));
    let dossier: Arc<str> = dossier().into();
    let (mut ours, mut theirs) = (Turns::default(), Turns::default());
    for _ in 0..TURNS {
        ours.add(runtime.block_on(turn(address, own.1, &dossier, lasting)), lasting);
        theirs.add(runtime.block_on(turn(peer, "/", &dossier, lasting)), lasting);
    }
    let (ours, theirs) = (ours.said(own.0), theirs.said(other.0));
    println!("rapport : débit {:.2}, p99 {:.2}", ours.0 / theirs.0, ours.1 / theirs.1);
}

/// The dossier of one candidate as JSON, whose identifier each request writes anew.
fn dossier() -> String {
    json!({
        "date": "2019-10-15",
        "offre": {
            "id": "lyon-6e-f1", "commune": "69386", "loyer": 500, "typologie": "T1",
            "zone": "autres_régions"
        },
        "candidats": [{
            "id": NUMBER,
            "postule": "oui",
            "demande": {
                "numéro_unique": "B2", "date_dépôt": "2019-09-05", "pièces_complètes": "oui"
            },
            "demandeur": { "date_naissance": "1988-03-01" },
            "foyer": {
                "revenus": 1550, "revenu_fiscal": 16500, "personnes": 1,
                "nombre_personnes_à_charge": 0
            }
        }]
    })
    .to_string()
}

/// Starts the other server.
async fn peer(served: &Served, work: Work) -> SocketAddr {
    let rules = served.app.generation().rules.clone();
    let answer = move |body: Bytes| std::future::ready(work(&rules, &body));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().route("/", post(answer));
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

/// Asks for a while. Shape: how long each answer took.
async fn turn(at: SocketAddr, path: &str, dossier: &Arc<str>, lasting: Duration) -> Vec<Duration> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        dossier.len()
    );
    let request: Arc<[u8]> = [head.as_bytes(), dossier.as_bytes()].concat().into();
    let clients = (0..CLIENTS).map(|_| tokio::spawn(client(at, request.clone(), lasting)));
    let clients: Vec<_> = clients.collect();
    let mut all = Vec::new();
    for client in clients {
        all.extend(client.await.expect("it ends well"));
    }
    all
}

async fn client(at: SocketAddr, request: Arc<[u8]>, lasting: Duration) -> Vec<Duration> {
    let mut stream = TcpStream::connect(at).await.expect("it is there");
    stream.set_nodelay(true).expect("it is set");
    let mut request = request.to_vec();
    let place = request.windows(NUMBER.len()).position(|one| one == NUMBER.as_bytes());
    let place = place.expect("a place for its number");
    let (begun, mut took) = (Instant::now(), Vec::new());
    let mut held = Vec::new();
    while begun.elapsed() < lasting {
        let number =
            format!("{:0width$}", NEXT.fetch_add(1, Ordering::Relaxed), width = NUMBER.len());
        request[place..place + NUMBER.len()].copy_from_slice(number.as_bytes());
        let asked = Instant::now();
        stream.write_all(&request).await.expect("it listens");
        held.clear();
        while !is_whole(&held) {
            assert!(stream.read_buf(&mut held).await.expect("it answers") > 0);
        }
        assert!(held.starts_with(b"HTTP/1.1 20"), "{}", String::from_utf8_lossy(&held));
        took.push(asked.elapsed());
    }
    took
}

/// The number of the next application.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Tells whether an answer has come whole: its head says how long it is.
fn is_whole(held: &[u8]) -> bool {
    let Some(end) = held.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(held.get(..end).unwrap_or_default()).to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|it| it.lines().next());
    let length: usize = length.and_then(|it| it.trim().parse().ok()).expect("a length");
    held.len() >= end + 4 + length
}

/// What a server gave in its turns.
#[derive(Default)]
struct Turns {
    took: Vec<Duration>,
    lasted: Duration,
}

impl Turns {
    fn add(&mut self, took: Vec<Duration>, lasting: Duration) {
        self.took.extend(took);
        self.lasted += lasting;
    }

    /// Says it. Shape: requests per second, and the 99th percentile in milliseconds.
    fn said(mut self, name: &str) -> (f64, f64) {
        self.took.sort_unstable();
        let at = self.took.len() * 99 / 100;
        let late = self.took.get(at).map_or(0.0, |it| it.as_secs_f64() * 1_000.0);
        let rate = f64::from(u32::try_from(self.took.len()).unwrap_or(u32::MAX))
            / self.lasted.as_secs_f64();
        println!("{name} : {rate:.0} par seconde, p99 {late:.2} ms");
        (rate, late)
    }
}
