//! How fast the server evaluates one candidate, beside a server of the same framework that only parses the same
//! dossier and echoes it: both in one run, turn by turn, on loopback, by the same clients.
//!
//! `server_speed [SECONDS]`: how long each turn lasts. Shape: requests per second and the 99th percentile of
//! each, then their ratios.
#![allow(clippy::expect_used, reason = "a measure that cannot be taken stops")]

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use dossier::{Format, Forms};
use server::Access;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tests::registered::On;
use tests::rules::root;
use tests::served::Served;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// How many clients ask at once.
const CLIENTS: usize = 32;

/// How many turns each server has.
const TURNS: usize = 3;

fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(3);
    let lasting = Duration::from_secs(seconds);
    let served = Served::new(On::Sqlite, Access::open());
    let runtime = Runtime::new().expect("a runtime");
    let ours = served.address().trim_start_matches("http://").parse().expect("an address");
    let echo = runtime.block_on(echo(&served));
    let dossier = std::fs::read(root().join("examples/un-candidat.yaml")).expect("an example");
    let (mut own, mut peer) = (Turns::default(), Turns::default());
    for _ in 0..TURNS {
        own.add(runtime.block_on(turn(ours, "/v1/evaluations", &dossier, lasting)), lasting);
        peer.add(runtime.block_on(turn(echo, "/echo", &dossier, lasting)), lasting);
    }
    let (own, peer) = (own.said("évaluation"), peer.said("écho"));
    println!("rapport : débit {:.2}, p99 {:.2}", own.0 / peer.0, own.1 / peer.1);
}

/// Starts the server that parses and echoes.
async fn echo(served: &Served) -> SocketAddr {
    let rules = served.app.generation().rules.clone();
    let answer = move |body: Bytes| {
        let rules = rules.clone();
        async move {
            let schema = &rules.program().schema;
            let read = dossier::read(&body, Format::Yaml, schema, Forms::none());
            assert!(read.is_ok());
            body
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().route("/echo", post(answer));
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

/// Asks for a while. Shape: how long each answer took.
async fn turn(at: SocketAddr, path: &str, body: &[u8], lasting: Duration) -> Vec<Duration> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/yaml\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let request: Arc<[u8]> = [head.as_bytes(), body].concat().into();
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
    let (begun, mut took) = (Instant::now(), Vec::new());
    let mut held = Vec::new();
    while begun.elapsed() < lasting {
        let asked = Instant::now();
        stream.write_all(&request).await.expect("it listens");
        held.clear();
        while !is_whole(&held) {
            assert!(stream.read_buf(&mut held).await.expect("it answers") > 0);
        }
        assert!(held.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&held));
        took.push(asked.elapsed());
    }
    took
}

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
