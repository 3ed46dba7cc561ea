//! Requests by who wishes the server no good: whatever is sent, it answers, never with a fault of its own, and
//! goes on.
//!
//! Routes come from the table, each in its turn, so that a new one is attacked without anybody thinking of it;
//! fields come from the vocabulary and from the shapes of bodies: each is absent, null, of each wrong type, huge, deep.
//! The server is a process of its own, whose memory is measured.
//!
//! Several hundreds in everyday runs; `HOSTILES=10000` for the endurance run. The seed is fixed: a failure says
//! which request it was.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::{Map, Value, json};
use server::{Method, Role, Route, Takes, interface, table};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;
use tests::rules::root;
use tests::spawned::{Spawned, bearer};

const BAREME: &str = env!("CARGO_BIN_EXE_bareme_under_test");

/// The most memory that the server may ever hold, whatever is sent. Unit: kibibytes.
const MOST_MEMORY: u64 = 768 * 1024;

/// What is put in the places of addresses.
const PIECES: [&str; 16] = [
    "x",
    "",
    "..",
    "%2e%2e",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "'",
    "%22",
    "%00",
    "%ff%fe",
    "%F0%9F%98%80",
    "tabanou",
    "-1",
    "18446744073709551616",
    "%0d%0aX-A:%20b",
    "$(id)",
    "0000000000000000000000000000000000",
];

/// What is put in headers.
const HEADERS: [&str; 10] = [
    "Accept: */*;q=x",
    "Accept: text/html;q=0.0000000000000000000001",
    "Accept: ,,,;;;q=",
    "Content-Type: application/yaml",
    "Content-Type: multipart/form-data; boundary=",
    "Authorization: Bearer ",
    "Authorization: Basic Og==",
    "Bareme-Recueil: ../..",
    "Idempotency-Key: \u{1}",
    "If-None-Match: \"\", W/\"\", *",
];

/// What is put in place of a field.
const WRONGS: usize = 10;

fn wrong(which: usize) -> Option<Value> {
    Some(match which {
        0 => return None,
        1 => Value::Null,
        2 => json!(-1),
        3 => json!("\u{202e}"),
        4 => json!(true),
        5 => json!([[], null, {}]),
        6 => json!({ "valeur": { "valeur": null } }),
        7 => json!(1e308),
        8 => json!("9".repeat(40_000)),
        _ => {
            let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
            serde_json::from_str(&deep).unwrap()
        }
    })
}

fn put(into: &mut Map<String, Value>, name: &str, which: usize) {
    match wrong(which) {
        Some(value) => drop(into.insert(name.to_owned(), value)),
        None => drop(into.remove(name)),
    }
}

/// A field that a dossier may have: what it is of, whether there are several, its name.
struct Field {
    of: String,
    name: String,
}

struct Sender {
    random: ChaCha8Rng,
    example: String,
    dossier: Value,
    /// What the interface says of itself, shapes of bodies among it.
    interface: Value,
    /// Every field that a dossier may have.
    fields: Vec<Field>,
    /// How many fields were put wrong.
    swept: usize,
    /// Much in little.
    bomb: Vec<u8>,
    /// How many requests were made.
    made: usize,
}

impl Sender {
    fn new(spawned: &Spawned) -> Self {
        let example = std::fs::read_to_string(root().join("examples/lyon-6e.yaml")).unwrap();
        let dossier = serde_yaml::from_str(&example).unwrap();
        let vocabulary = tests::served::json(spawned.get(Role::Service, "/v1/vocabulaire"));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut fields = Vec::new();
        for entity in vocabulary["entites"].as_array().unwrap() {
            let of = text(&entity["nom"]);
            fields.push(Field { of: String::new(), name: of.clone() });
            for field in entity["champs"].as_array().unwrap() {
                fields.push(Field { of: of.clone(), name: text(&field["nom"]) });
            }
        }
        for name in ["id", "postule", "date", "offre", "candidats"] {
            fields.push(Field { of: String::new(), name: name.to_owned() });
        }
        let random = ChaCha8Rng::seed_from_u64(6);
        let interface = interface();
        Self { random, example, dossier, interface, fields, swept: 0, bomb: bomb(), made: 0 }
    }

    /// Makes a dossier with one field that is wrong, the next at each call.
    fn swept(&mut self) -> Vec<u8> {
        let field = &self.fields[self.swept / WRONGS % self.fields.len()];
        let which = self.swept % WRONGS;
        self.swept += 1;
        let mut dossier = self.dossier.clone();
        for place in ["", "/offre", "/candidats/0"] {
            let Some(Value::Object(at)) = dossier.pointer_mut(place) else { continue };
            if field.of.is_empty() {
                // What a dossier has at its top goes there, what a candidate has in the first one.
                if place.is_empty() == ["date", "offre", "candidats"].contains(&&*field.name) {
                    put(at, &field.name, which);
                }
            } else if place.ends_with(&field.of) {
                put(at, &field.name, which);
            } else if place == "/candidats/0" && field.of != "offre" {
                match at.entry(field.of.clone()).or_insert_with(|| json!({})) {
                    Value::Object(inner) => put(inner, &field.name, which),
                    Value::Array(items) => {
                        let first = items.first_mut().and_then(Value::as_object_mut);
                        first.into_iter().for_each(|inner| put(inner, &field.name, which));
                    }
                    _ => {}
                }
            }
        }
        dossier.to_string().into_bytes()
    }

    /// Returns the shape of the JSON that a route takes.
    fn shape(&self, route: &Route) -> Value {
        let operation = &self.interface["paths"][route.path][route.method.word().to_lowercase()];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let at = schema["$ref"].as_str().unwrap().trim_start_matches('#');
        self.interface.pointer(at).unwrap().clone()
    }

    /// Makes a body of a shape, whose every field is anything.
    fn shaped(&mut self, schema: &Value) -> Vec<u8> {
        let mut body = Map::new();
        for name in schema["properties"].as_object().into_iter().flat_map(Map::keys) {
            if self.below(3) == 0 {
                let value = self.one_of(&PIECES).to_owned();
                body.insert(name.clone(), value.into());
            } else {
                let which = self.below(WRONGS);
                put(&mut body, name, which);
            }
        }
        Value::Object(body).to_string().into_bytes()
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.random.next_u32()).unwrap() % most
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn request(&mut self) -> Vec<u8> {
        let all = table();
        let route = &all[self.made % all.len()];
        self.made += 1;
        let method = match (self.below(12), route.method) {
            (0, _) => "PATCH",
            (1, Method::Get) => "POST",
            (1, Method::Post | Method::Put | Method::Delete) => "GET",
            (_, method) => method.word(),
        };
        let path = self.path(route);
        let body = match self.below(60) {
            0 => self.bomb.clone(),
            1 if self.below(4) == 0 => vec![b' '; 17 * 1024 * 1024],
            _ => self.body(route),
        };
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
        if body == self.bomb {
            head.push_str("Content-Encoding: gzip\r\n");
        }
        let role = match self.below(10) {
            0 => Role::ALL[self.below(Role::ALL.len())],
            _ => Role::ALL.into_iter().find(|role| route.action.is_for(*role)).unwrap(),
        };
        head.push_str(&format!("Authorization: {}\r\n", bearer(role)));
        let media = match route.takes {
            Takes::Form => "application/x-www-form-urlencoded",
            Takes::Text => "text/plain",
            Takes::Nothing | Takes::Dossier | Takes::Dossiers | Takes::Json => "application/json",
        };
        if self.below(4) > 0 {
            head.push_str(&format!("Content-Type: {media}\r\n"));
        }
        for _ in 0..self.below(4) {
            head.push_str(self.one_of(&HEADERS));
            head.push_str("\r\n");
        }
        let length = if self.below(20) == 0 { body.len() / 2 } else { body.len() };
        head.push_str(&format!("Content-Length: {length}\r\n\r\n"));
        let mut request = head.into_bytes();
        request.extend(body);
        request
    }

    fn path(&mut self, route: &Route) -> String {
        let mut path = String::new();
        for part in route.path.split('/').skip(1) {
            let replaced = part.starts_with('{') || self.below(25) == 0;
            path.push('/');
            path.push_str(if replaced { self.one_of(&PIECES) } else { part });
        }
        let mut sign = '?';
        for parameter in route.asks {
            if self.below(3) > 0 {
                let value = match parameter.name {
                    "candidat" if self.below(2) == 0 => "tabanou",
                    "attendre" => "0",
                    _ => self.one_of(&PIECES),
                };
                path.push_str(&format!("{sign}{}={value}", parameter.name));
                sign = '&';
            }
        }
        path
    }

    /// Makes a body: half of the time one of what the route takes.
    fn body(&mut self, route: &Route) -> Vec<u8> {
        if self.below(2) == 0 {
            return self.anything();
        }
        match route.takes {
            Takes::Dossier | Takes::Dossiers => self.swept(),
            Takes::Json => {
                let shape = self.shape(route);
                self.shaped(&shape)
            }
            Takes::Form => {
                let [key, value] = [(); 2].map(|()| self.one_of(&PIECES).to_owned());
                format!("{key}={value}&cle={value}&jeton={key}&vers={value}").into_bytes()
            }
            Takes::Nothing | Takes::Text => self.anything(),
        }
    }

    fn anything(&mut self) -> Vec<u8> {
        match self.below(9) {
            0 => Vec::new(),
            1 => b"null".to_vec(),
            2 => "[".repeat(5_000).into_bytes(),
            3 => format!("a: &a [x, x]\n{}", "b: [*a, *a, *a, *a]\n".repeat(50)).into_bytes(),
            4 => self.example.clone().into_bytes(),
            5 => (0..self.below(3_000)).map(|_| self.random.next_u32().to_le_bytes()[0]).collect(),
            6 => {
                let end = self.below(self.example.len());
                self.example.as_bytes()[..end].to_vec()
            }
            7 => {
                let words: Vec<String> = self.example.split(": ").map(str::to_owned).collect();
                let at = self.below(words.len());
                let with = ["null", "-1", "1e400", "\"\u{202e}\"", "[]", "{a: b}"][self.below(6)];
                let mut words = words;
                words[at] = format!("{with}, {}", words[at]);
                words.join(": ").into_bytes()
            }
            _ => {
                br#"{"date":"2019-10-15","offre":{},"candidats":[{"id":"a"},{"id":"a"}]}"#.to_vec()
            }
        }
    }
}

/// Packs much in little.
fn bomb() -> Vec<u8> {
    let mut gzip = Command::new("gzip");
    let mut gzip = gzip.arg("-9").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = gzip.stdin.take().unwrap();
    let writing = std::thread::spawn(move || input.write_all(&vec![b'['; 64 * 1024 * 1024]));
    let packed = gzip.wait_with_output().unwrap().stdout;
    writing.join().unwrap().unwrap();
    packed
}

fn sent(spawned: &Spawned, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(spawned.address().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // The server may answer and leave before it has read everything.
    stream.write_all(request).unwrap_or_default();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap_or_default();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn hostile_requests_never_meet_a_fault() {
    let number = number();
    let spawned = Spawned::new(BAREME);
    let mut sender = Sender::new(&spawned);
    let mut statuses = std::collections::BTreeMap::<String, usize>::new();
    for at in 0..number {
        let request = sender.request();
        let answer = sent(&spawned, &request);
        let status = answer.split(' ').nth(1).unwrap_or("rien").to_owned();
        let shown = || String::from_utf8_lossy(&request).chars().take(400).collect::<String>();
        // Nothing prints here perhaps: that is said by its own status.
        let fault = status.starts_with('5') && status != "501";
        assert!(!fault, "request {at}: {}\n{answer}", shown());
        *statuses.entry(status).or_default() += 1;
    }
    let taken = spawned.taken();
    println!("{statuses:?}, {taken:?}");
    assert!(taken.most_memory <= MOST_MEMORY, "{taken:?}");
    // Who sends what is no request, or more than is read, may be hung up on; nobody else is.
    let unanswered = statuses.get("rien").copied().unwrap_or_default();
    assert!(unanswered * 20 <= number, "{statuses:?}");
    assert!(statuses.len() >= 6, "{statuses:?}");
    assert_eq!(spawned.get(Role::Service, "/readyz").status(), 200);
}

#[test]
fn every_field_of_a_dossier_may_be_absent_null_or_of_another_type() {
    let spawned = Spawned::new(BAREME);
    let mut sender = Sender::new(&spawned);
    let all = sender.fields.len() * WRONGS;
    assert!(all > 500, "the fields of the vocabulary: {all}");
    // One in a few, each time another way of being wrong, in everyday runs.
    let step = if number() >= 10_000 { 1 } else { 7 };
    let mut statuses = std::collections::BTreeMap::<u16, usize>::new();
    for at in (0..all).step_by(step) {
        sender.swept = at;
        let body = sender.swept();
        let how = ("POST", "/v1/evaluations", "application/json");
        let status = spawned.send(Role::Service, how, &body).status().as_u16();
        let field = &sender.fields[at / WRONGS];
        let named = format!("{}.{}, {}", field.of, field.name, at % WRONGS);
        assert!(matches!(status, 200 | 400 | 413 | 422), "{named}: {status}");
        *statuses.entry(status).or_default() += 1;
    }
    println!("{statuses:?} of {all}");
    assert!(statuses[&200] > 0 && statuses[&422] > 0, "{statuses:?}");
}

/// How many requests, in an everyday run; more when the environment says.
fn number() -> usize {
    std::env::var("HOSTILES").ok().and_then(|text| text.parse().ok()).unwrap_or(600)
}
