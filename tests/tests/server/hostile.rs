//! Requests by who wishes the server no good: whatever is sent, it answers, never with a fault of its own, and
//! goes on.
//!
//! Several hundreds in everyday runs; `HOSTILES=10000` for the endurance run. The seed is fixed: a failure says
//! which request it was.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use server::{Access, Method, Route, table};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use tests::registered::On;
use tests::rules::root;
use tests::served::Served;

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

struct Sender {
    random: ChaCha8Rng,
    example: String,
}

impl Sender {
    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.random.next_u32()).unwrap() % most
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn request(&mut self) -> Vec<u8> {
        let all = table();
        let route = &all[self.below(all.len())];
        let method = match (self.below(12), route.method) {
            (0, _) => "PATCH",
            (1, Method::Get) => "POST",
            (1, Method::Post | Method::Put | Method::Delete) => "GET",
            (_, method) => method.word(),
        };
        let path = self.path(route);
        let body = self.body();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
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
        let parts = route.path.split(['{', '}']).enumerate();
        let mut path: String =
            parts.map(|(at, part)| if at % 2 == 1 { self.one_of(&PIECES) } else { part }).collect();
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

    fn body(&mut self) -> Vec<u8> {
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

fn sent(served: &Served, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(served.address().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // The server may answer and leave before it has read everything.
    stream.write_all(request).unwrap_or_default();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap_or_default();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn hostile_requests_never_meet_a_fault() {
    let number = std::env::var("HOSTILES").ok().and_then(|text| text.parse().ok()).unwrap_or(600);
    let served = Served::new(On::Sqlite, Access::open());
    let example = std::fs::read_to_string(root().join("examples/lyon-6e.yaml")).unwrap();
    let mut sender = Sender { random: ChaCha8Rng::seed_from_u64(6), example };
    let mut statuses = std::collections::BTreeMap::<String, usize>::new();
    for at in 0..number {
        let request = sender.request();
        let answer = sent(&served, &request);
        let status = answer.split(' ').nth(1).unwrap_or("rien").to_owned();
        let shown = || String::from_utf8_lossy(&request).chars().take(400).collect::<String>();
        // Nothing prints here perhaps: that is said by its own status.
        let fault = status.starts_with('5') && status != "501";
        assert!(!fault, "request {at}: {}\n{answer}", shown());
        *statuses.entry(status).or_default() += 1;
    }
    println!("{statuses:?}");
    // Who sends what is no request, or more than is read, may be hung up on; nobody else is.
    let unanswered = statuses.get("rien").copied().unwrap_or_default();
    assert!(unanswered * 20 <= number, "{statuses:?}");
    assert!(statuses.len() >= 6, "{statuses:?}");
    assert_eq!(served.get("/readyz").status(), 200);
}
