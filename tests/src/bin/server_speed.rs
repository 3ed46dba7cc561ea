//! How fast the server answers one candidate, beside the same server that does less: both in one run, turn by
//! turn, on loopback, by the same clients (`wrk`, 64 connections, one thread).
//!
//! `server_speed evaluations|decisions [SECONDS]`: how long each turn lasts. Shape: requests per second and the
//! 99th percentile of each, then their ratios.
//!
//! - `evaluations`: beside one whose route only parses the same dossier and echoes it, written from what was parsed;
//!   then beside bare axum that does that, without what the server puts around every answer (who asks, limits, logs, measures, headers).
//! - `decisions`: recorded before they are answered, on SQLite with full sync and on PostgreSQL, as one that has run for a while; beside one whose
//!   route makes and seals the same record, drops it and answers the same; and beside one whose route has the bytes of
//!   that record inserted before it answers, many rows in a durable commit, and nothing else: no tree, no key, no index
//!   but that of a number. Each request is an application of its own.
#![allow(clippy::expect_used, reason = "a measure that cannot be taken stops")]

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use axum::{Json, Router};
use dossier::{Format, Forms};
use engine::{Candidate, Fact, FactState, FieldId, Pool, Schema, Type};
use explain::Points;
use registry::entry::Mode;
use registry::{Context, Draft, Given, GivenCandidate};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};
use server::{Access, App, Route, Rules, Under, serve_routes, table};
use sqlx::query::Query;
use sqlx::{Connection, Executor, PgConnection};
use std::fmt::{self, Display, Formatter};
use std::future::pending;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard};
use tempfile::NamedTempFile;
use tests::postgres::with_its_log_there;
use tests::registered::On;
use tests::served::Served;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};

/// The allocator of `bareme`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many clients ask at once.
const CLIENTS: u32 = 64;

/// How many turns each server has.
const TURNS: u32 = 5;

/// What stands in the dossier where each request writes a number of its own.
const NUMBER: &str = "0000000000";

fn main() {
    // Logs as an operator has them, to nowhere.
    tracing_subscriber::fmt().json().with_env_filter("info").with_writer(std::io::sink).init();
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next();
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(3);
    match what.as_deref() {
        Some("evaluations") => evaluations(seconds),
        Some("decisions") => {
            decisions(On::Sqlite, seconds);
            decisions(On::Postgres, seconds);
        }
        Some(_) | None => eprintln!("server_speed evaluations|decisions [SECONDS]"),
    }
}

fn evaluations(seconds: u32) {
    const PATH: &str = "/v1/evaluations";
    let served = Served::new(On::Sqlite, Access::open());
    let peers = Peers::new(&served);
    let same = peers.same(PATH, || {
        post(|Under(rules): Under, body: Bytes| async move { echoed(&rules, &body) })
    });
    let bare = peers.bare(PATH);
    for (name, dossier) in [("complet", complete()), ("le plus petit", smallest())] {
        println!("— dossier {name}");
        let peers = [("écho du même serveur", same), ("écho d'axum seul", bare)];
        compared(&served, (PATH, &dossier), &peers, seconds);
    }
}

fn decisions(on: On, seconds: u32) {
    const PATH: &str = "/v1/decisions";
    println!("— {on:?}");
    let served = Served::new(on, Access::open());
    let peers = Peers::new(&served);
    if on == On::Postgres {
        served.wait_for(with_its_log_there(&served.given.settings.url));
    }
    let dropped = peers.same(PATH, || {
        post(|Under(rules): Under, body: Bytes| async move { Made::of(&rules, &body).answer() })
    });
    *bare() = Some(begin_bare(on, &served.given.settings.url));
    let inserted = peers.same(PATH, || {
        post(|Under(rules): Under, body: Bytes| async move {
            let mut made = Made::of(&rules, &body);
            inserted(std::mem::take(&mut made.record)).await;
            made.answer()
        })
    });
    let beside = [("fait et jeté", dropped), ("fait et inséré nu", inserted)];
    compared(&served, (PATH, &complete()), &beside, seconds);
}

/// The bytes of a record that are to be inserted, and who waits for it.
type Inserting = (Vec<Vec<u8>>, oneshot::Sender<()>);

/// Has a record inserted.
async fn inserted(record: Vec<Vec<u8>>) {
    let (answer, answered) = oneshot::channel();
    let asks = bare().clone().expect("it is begun");
    asks.send((record, answer)).await.expect("it goes on");
    answered.await.expect("it is inserted");
}

/// Where that is asked for.
fn bare() -> MutexGuard<'static, Option<mpsc::Sender<Inserting>>> {
    static BARE: Mutex<Option<mpsc::Sender<Inserting>>> = Mutex::new(None);
    BARE.lock().expect("nobody failed")
}

/// How many records are inserted together at most.
const MOST: usize = 256;

/// Begins what inserts records, in a thread and by a connection of its own: what waits is one commit.
fn begin_bare(on: On, url: &str) -> mpsc::Sender<Inserting> {
    let (asks, asked) = mpsc::channel(MOST);
    let url = url.to_owned();
    std::thread::spawn(move || match on {
        On::Sqlite => insert_into_file(&url, asked),
        On::Postgres => {
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(insert_into_server(&url, asked));
        }
    });
    asks
}

/// Inserts into a file, by a statement that is kept.
fn insert_into_file(url: &str, mut asked: mpsc::Receiver<Inserting>) {
    let path = url.trim_start_matches("sqlite://").split('?').next().expect("a path");
    let file = rusqlite::Connection::open(path).expect("it opens");
    let table = "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; \
                 CREATE TABLE bare (at INTEGER PRIMARY KEY, leaf BLOB, entry BLOB, record BLOB, sealed BLOB)";
    file.execute_batch(table).expect("a table");
    let insert = "INSERT INTO bare (leaf, entry, record, sealed) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = file.prepare(insert).expect("a statement");
    let mut waiting = Vec::new();
    while asked.blocking_recv_many(&mut waiting, MOST) > 0 {
        let (records, answers): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
        file.execute_batch("BEGIN IMMEDIATE").expect("it begins");
        for record in records {
            insert.execute(rusqlite::params_from_iter(record)).expect("inserted");
        }
        file.execute_batch("COMMIT").expect("it is durable");
        answer(answers);
    }
}

/// Inserts into a server, by one command, a column of values as one array.
async fn insert_into_server(url: &str, mut asked: mpsc::Receiver<Inserting>) {
    let mut server = PgConnection::connect(url).await.expect("it answers");
    // As the registry has them, rows stay whole in their pages.
    let table = "CREATE TABLE bare (at BIGSERIAL PRIMARY KEY, leaf BYTEA, entry BYTEA, record BYTEA, sealed BYTEA); \
                 ALTER TABLE bare SET (toast_tuple_target = 8160)";
    server.execute(table).await.expect("a table");
    let mut waiting = Vec::new();
    while asked.recv_many(&mut waiting, MOST).await > 0 {
        let (records, answers): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
        let mut columns: [Vec<Vec<u8>>; 4] = Default::default();
        for record in records {
            columns.iter_mut().zip(record).for_each(|(column, value)| column.push(value));
        }
        let insert = "INSERT INTO bare (leaf, entry, record, sealed) \
                      SELECT * FROM UNNEST($1::BYTEA[], $2::BYTEA[], $3::BYTEA[], $4::BYTEA[])";
        let insert = columns.into_iter().fold(sqlx::query(insert), Query::bind);
        insert.execute(&mut server).await.expect("inserted");
        answer(answers);
    }
}

/// Tells those who wait that their records are inserted.
fn answer(answers: Vec<oneshot::Sender<()>>) {
    for one in answers {
        one.send(()).unwrap_or_default();
    }
}

/// The record of a decision, made and sealed, and what it gave.
struct Made {
    record: Vec<Vec<u8>>,
    /// How long the record is. Unit: bytes.
    length: usize,
    given: Given,
}

impl Made {
    fn of(rules: &Rules, body: &Bytes) -> Self {
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
        let record = draft.rehearse().expect("it is made");
        Self { length: record.iter().map(Vec::len).sum(), record, given }
    }

    /// Answers what a recorded decision answers.
    fn answer(self) -> Response {
        let Self { length, given, .. } = self;
        let candidat = |one: GivenCandidate| (one.application, one.outcome);
        let candidates: Vec<_> = given.candidates.into_iter().map(candidat).collect();
        (StatusCode::CREATED, Json((length, given.recueil, candidates))).into_response()
    }
}

/// Reads a dossier and answers it, written from what was read.
fn echoed(rules: &Rules, body: &Bytes) -> Response {
    let pool = read(rules, body);
    Json(Echo { pool: &pool, schema: &rules.program().schema }).into_response()
}

/// A dossier as it is answered: its date, its candidates, their facts by entity.
struct Echo<'r> {
    pool: &'r Pool,
    schema: &'r Schema,
}

impl Serialize for Echo<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let candidates = self.pool.candidates.iter();
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("date", &Written(self.pool.date))?;
        let schema = self.schema;
        let candidates = candidates.map(|candidate| EchoedCandidate { candidate, schema });
        map.serialize_entry("candidats", &Several(candidates))?;
        map.end()
    }
}

struct EchoedCandidate<'r> {
    candidate: &'r Candidate,
    schema: &'r Schema,
}

impl Serialize for EchoedCandidate<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Candidate { id, applies, case } = self.candidate;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", id)?;
        map.serialize_entry("postule", applies)?;
        let entity = |field: &FieldId| self.schema.field(*field).map(|def| def.entity);
        let facts: Vec<(FieldId, &Fact)> =
            case.facts.iter().map(|(id, fact)| (*id, fact)).collect();
        for facts in facts.chunk_by(|(a, _), (b, _)| entity(a) == entity(b)) {
            let first = facts.first().and_then(|(field, _)| entity(field));
            let Some(entity) = first.and_then(|id| self.schema.entity(id)) else { continue };
            map.serialize_entry(&entity.name, &EchoedFacts { facts, schema: self.schema })?;
        }
        map.end()
    }
}

struct EchoedFacts<'r> {
    facts: &'r [(FieldId, &'r Fact)],
    schema: &'r Schema,
}

impl Serialize for EchoedFacts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.facts.len()))?;
        for (field, fact) in self.facts {
            let Some(def) = self.schema.field(*field) else { continue };
            let FactState::Known(value) = &fact.state else { continue };
            match (value, def.ty) {
                (engine::Value::Bool(truth), _) => map.serialize_entry(&def.name, truth)?,
                (engine::Value::Number(number), _) => {
                    map.serialize_entry(&def.name, &Points(*number))?;
                }
                (engine::Value::Date(day), _) => map.serialize_entry(&def.name, &Written(*day))?,
                (engine::Value::Text(text), _) => map.serialize_entry(&def.name, &**text)?,
                (engine::Value::Enum(value), Type::Enum(id)) => {
                    let values = self.schema.enumeration(id).map(|def| &def.values);
                    let name = values.and_then(|values| values.get(*value as usize));
                    map.serialize_entry(&def.name, &name.map(|value| &value.name))?;
                }
                (engine::Value::Enum(_), _) => {}
            }
        }
        map.end()
    }
}

/// What is written as its `Display` says.
struct Written<T>(T);

impl<T: Display> Serialize for Written<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// What is written as a list.
struct Several<I>(I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Several<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

fn read(rules: &Rules, body: &[u8]) -> Pool {
    let read = dossier::read(body, Format::Json, &rules.program().schema, Forms::none());
    let dossier = read.expect("a dossier");
    Pool { date: dossier.date.expect("a date"), candidates: dossier.candidates }
}

/// The dossier of Leclerc, in the worked example of the source, whose identifier each request writes anew.
fn complete() -> Value {
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
                "numéro_unique": "B2", "type": "première_demande", "date_dépôt": "2019-09-05",
                "choix_partage": "accompagné", "refus_en_cal": "non", "attribution_refusée": "non",
                "pièces_complètes": "oui"
            },
            "demandeur": { "date_naissance": "1988-03-01", "statut": "cdi" },
            "foyer": {
                "revenus": 1550, "revenu_fiscal": 16500, "personnes": 1,
                "nombre_personnes_à_charge": 0
            },
            "personne_à_charge": [],
            "co_titulaire": [],
            "logement_actuel": { "catégorie": "locataire_privé", "département": "69" },
            "emploi": { "date_entrée": "2015-01-05", "département": "69" },
            "employeur": {
                "nom": "La Baguette Dorée", "siren": "000000018", "catégorie": "pme",
                "cotisante": "oui", "validation": "confirmée"
            },
            "mobilité": { "distance": 5, "trajet": 25 }
        }]
    })
}

/// The smallest dossier that is of use: what it does not say is unknown, and what it could give is bounded.
fn smallest() -> Value {
    let mut dossier = complete();
    if let Some(candidate) = dossier["candidats"][0].as_object_mut() {
        let said = ["id", "postule", "demande", "demandeur", "foyer"];
        candidate.retain(|name, _| said.contains(&name.as_str()));
    }
    if let Some(demand) = dossier["candidats"][0]["demande"].as_object_mut() {
        let said = ["numéro_unique", "date_dépôt", "pièces_complètes"];
        demand.retain(|name, _| said.contains(&name.as_str()));
    }
    dossier
}

/// The servers that are asked beside ours, on threads of their own, as they would be processes.
struct Peers {
    runtime: Runtime,
    app: App,
}

impl Peers {
    fn new(served: &Served) -> Self {
        Self { runtime: Runtime::new().expect("a runtime"), app: served.app.clone() }
    }

    fn listener(&self) -> (TcpListener, SocketAddr) {
        let listener = self.runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("an address");
        (listener, address)
    }

    /// Starts the same server with one route, which does something else.
    fn same(&self, path: &str, does: fn() -> MethodRouter<App>) -> SocketAddr {
        let route = table().iter().find(|route| route.path == path).expect("a route");
        let route = Route { does, ..*route };
        let (listener, address) = self.listener();
        let app = self.app.clone();
        self.runtime.spawn(async move { serve_routes(listener, app, &[route], pending()).await });
        address
    }

    /// Starts axum alone, which reads a dossier and answers it.
    fn bare(&self, path: &str) -> SocketAddr {
        let rules = self.app.generation().rules.clone();
        let answer = move |body: Bytes| std::future::ready(echoed(&rules, &body));
        let (listener, address) = self.listener();
        let router = Router::new().route(path, post(answer));
        self.runtime.spawn(axum::serve(listener, router).into_future());
        address
    }
}

/// Has each server asked, turn by turn, and says what each gave.
fn compared(
    served: &Served,
    (path, dossier): (&str, &Value),
    peers: &[(&str, SocketAddr)],
    seconds: u32,
) {
    let own = served.address().trim_start_matches("http://").parse().expect("an address");
    let mut asked = vec![Asked::new("barème", own)];
    asked.extend(peers.iter().map(|(name, address)| Asked::new(name, *address)));
    let script = script(dossier);
    for _ in 0..TURNS {
        for one in &mut asked {
            one.turn(script.path(), path, seconds);
        }
    }
    let [own, others @ ..] = asked.as_slice() else { return };
    println!("{own}");
    for other in others {
        let (rate, late) = (own.rate() / other.rate(), own.late() / other.late());
        println!("{other}");
        println!("  rapport : débit {rate:.2}, p99 {late:.2}");
    }
}

/// Writes what `wrk` sends: the dossier, with a number of its own in each request.
fn script(dossier: &Value) -> NamedTempFile {
    let dossier = dossier.to_string();
    let (before, after) = dossier.split_once(NUMBER).expect("a place for its number");
    let mut file = NamedTempFile::new().expect("a file");
    write!(
        file,
        "local n = os.time() % 100000 * 100000\n\
         local headers = {{ [\"Content-Type\"] = \"application/json\" }}\n\
         function request()\n\
         n = n + 1\n\
         return wrk.format(\"POST\", nil, headers, [==[{before}]==] .. string.format(\"%010d\", n) .. [==[{after}]==])\n\
         end\n"
    )
    .expect("it is written");
    file
}

/// A server that is asked, and what it gave in its turns.
struct Asked<'n> {
    name: &'n str,
    address: SocketAddr,
    /// By turn: requests per second, and the 99th percentile in milliseconds.
    turns: Vec<(f64, f64)>,
}

impl<'n> Asked<'n> {
    fn new(name: &'n str, address: SocketAddr) -> Self {
        Self { name, address, turns: Vec::new() }
    }

    fn turn(&mut self, script: &Path, path: &str, seconds: u32) {
        let mut wrk = Command::new("wrk");
        wrk.args(["--latency", "-t1", &format!("-c{CLIENTS}"), &format!("-d{seconds}s"), "-s"]);
        wrk.arg(script).arg(format!("http://{}{path}", self.address));
        let said = wrk.output().expect("wrk is installed").stdout;
        let said = String::from_utf8_lossy(&said);
        assert!(!said.contains("Non-2xx") && !said.contains("Socket errors"), "{said}");
        let after = |word: &str| {
            let line = said.lines().find_map(|line| line.trim().strip_prefix(word));
            line.map(str::trim).unwrap_or_else(|| panic!("no {word} in {said}")).to_owned()
        };
        let rate = after("Requests/sec:").parse().expect("a number");
        self.turns.push((rate, milliseconds(&after("99%"))));
    }

    /// The median of its rates.
    fn rate(&self) -> f64 {
        median(self.turns.iter().map(|(rate, _)| *rate))
    }

    /// The median of its 99th percentiles.
    fn late(&self) -> f64 {
        median(self.turns.iter().map(|(_, late)| *late))
    }
}

impl Display for Asked<'_> {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let (rate, late) = (self.rate(), self.late());
        write!(to, "{} : {rate:.0} par seconde, p99 {late:.2} ms ; par tour", self.name)?;
        self.turns.iter().try_for_each(|(rate, _)| write!(to, " {rate:.0}"))
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Reads a time of `wrk`: `1.25ms`, `830.00us`, `1.02s`. Unit: milliseconds.
fn milliseconds(written: &str) -> f64 {
    let scaled =
        [("us", 0.001), ("ms", 1.0), ("s", 1_000.0)].into_iter().find_map(|(unit, scale)| {
            let number: f64 = written.strip_suffix(unit)?.parse().ok()?;
            Some(number * scale)
        });
    scaled.expect("a time")
}
