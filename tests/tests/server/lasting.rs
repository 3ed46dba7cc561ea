//! What a server takes of the system while it lasts: rules that come and go, everything at once for a while; memory,
//! open files and threads stay where they are.
//!
//! Eighteen reloads and six seconds in everyday runs; `RECHARGES=200` and `TENUE=600` for the endurance run. The
//! process is another's: what it takes is read from `/proc`.

use server::Role;
use std::io::Write;
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tests::rules::root;
use tests::served::json;
use tests::spawned::{Spawned, Taken};

const BAREME: &str = env!("CARGO_BIN_EXE_bareme_under_test");

/// How long a change may take to be seen.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much more memory may be held later than before: what caches and the allocator keep, far less than the
/// generations of rules that would be kept otherwise (several mebibytes each). Unit: kibibytes.
const MORE: u64 = 96 * 1024;

/// How many more files and threads may be there later than before: a connection comes and goes.
const FEW: u64 = 24;

fn number(name: &str, few: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

/// Rules that are changed on disk, one in three of them broken.
struct Changing<'s> {
    spawned: &'s Spawned,
    file: PathBuf,
    text: String,
    generation: u64,
}

impl<'s> Changing<'s> {
    fn new(spawned: &'s Spawned) -> Self {
        let file = spawned.rules().join("als/als_2019.bareme");
        let text = std::fs::read_to_string(&file).unwrap();
        Self { spawned, file, text, generation: 1 }
    }

    /// Writes the rules once more, and waits until the server has said what it thinks of them.
    fn change(&mut self, turn: u64) {
        let broken = turn % 3 == 2;
        let text = if broken {
            format!("{}\ncritère {turn}\n", self.text)
        } else {
            self.generation += 1;
            format!("{}\n# {turn}\n", self.text)
        };
        std::fs::write(&self.file, text).unwrap();
        let begun = Instant::now();
        loop {
            let ready = json(self.spawned.get(Role::Service, "/readyz"));
            let refused = ready["dernier_essai"]["issue"] == "refuse";
            if ready["generation"] == self.generation && refused == broken {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "change {turn}, broken {broken}: {ready}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Evaluates, and tells whether it was answered well.
fn evaluate(spawned: &Spawned, example: &[u8]) {
    let how = ("POST", "/v1/evaluations", "application/yaml");
    assert_eq!(spawned.send(Role::Service, how, example).status(), 200);
}

#[test]
fn rules_that_no_longer_serve_are_let_go() {
    let spawned = Spawned::new(BAREME);
    let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
    let reloads = number("RECHARGES", 18).max(15);
    let (stop, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    // Some rules that have served are kept at hand: they are all there by then.
    let warm = 14.max(reloads / 4);
    let (before, after) = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                evaluate(&spawned, &example);
                asked.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut changing = Changing::new(&spawned);
        (0..warm).for_each(|turn| changing.change(turn));
        let before = spawned.taken();
        (warm..reloads).for_each(|turn| changing.change(turn));
        stop.store(true, Ordering::Relaxed);
        (before, spawned.taken())
    });
    println!(
        "{reloads} reloads, {asked:?} answers; after {warm}: {before:?}; at the end: {after:?}"
    );
    assert!(asked.load(Ordering::Relaxed) > 0);
    assert!(after.memory <= before.memory + MORE, "{before:?} then {after:?}");
    assert!(after.threads <= before.threads + FEW && after.files <= before.files + FEW);
}

/// One of those who ask during a soak.
fn asks(spawned: &Spawned, who: usize, decision: &str, example: &[u8]) {
    let ok = |role, path: &str| assert_eq!(spawned.get(role, path).status(), 200, "{path}");
    match who {
        0 => evaluate(spawned, example),
        1 => {
            let how = ("POST", "/v1/decisions", "application/yaml");
            assert_eq!(spawned.send(Role::Service, how, example).status(), 201);
        }
        2 => ok(Role::Service, &format!("/v1/decisions/{decision}/explication?candidat=tabanou")),
        3 => {
            for path in ["/", "/regles/index.html", "/v1/politiques?date=2019-10-15", "/audit"] {
                ok(Role::Auditeur, path);
            }
            ok(Role::Auditeur, &format!("/audit/decisions/{decision}"));
        }
        _ => {
            // Silent in the middle of a request, then gone.
            let mut stream =
                TcpStream::connect(spawned.address().trim_start_matches("http://")).unwrap();
            stream.write_all(b"POST /v1/evaluations HTTP/1.1\r\nHost: a\r\n").unwrap();
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

fn most(taken: &[Taken], what: impl Fn(&Taken) -> u64) -> u64 {
    taken.iter().map(what).max().unwrap_or_default()
}

#[test]
fn everything_at_once_for_a_while_takes_no_more_and_no_more() {
    let spawned = Spawned::new(BAREME);
    let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
    let how = ("POST", "/v1/decisions", "application/yaml");
    let decided = json(spawned.send(Role::Service, how, &example));
    let decision = decided["decision"].as_str().unwrap().to_owned();
    let lasting = Duration::from_secs(number("TENUE", 6));
    let (stop, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut taken = Vec::new();
    std::thread::scope(|scope| {
        let (spawned, stop, asked, decision, example) =
            (&spawned, &stop, &asked, &decision, &example);
        for who in 0..5 {
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    asks(spawned, who, decision, example);
                    asked.fetch_add(1, Ordering::Relaxed);
                    // One who asks without end would hide what the others cost.
                    std::thread::sleep(Duration::from_millis(10));
                }
            });
        }
        scope.spawn(move || {
            let mut changing = Changing::new(spawned);
            let mut turn = 0;
            while !stop.load(Ordering::Relaxed) {
                changing.change(turn);
                turn += 1;
                std::thread::sleep(Duration::from_secs(1));
            }
        });
        let begun = Instant::now();
        while begun.elapsed() < lasting {
            std::thread::sleep(Duration::from_millis(250));
            taken.push(spawned.taken());
        }
        stop.store(true, Ordering::Relaxed);
    });
    let third = taken.len() / 3;
    let (middle, last) = (&taken[third..2 * third], &taken[2 * third..]);
    let both = |what: fn(&Taken) -> u64| (most(middle, what), most(last, what));
    let (memory, files, threads) =
        (both(|it| it.memory), both(|it| it.files), both(|it| it.threads));
    println!(
        "{asked:?} asked in {lasting:?}; middle third, last third: memory {memory:?} KiB, files {files:?}, \
         threads {threads:?}"
    );
    assert!(memory.1 <= memory.0 + MORE, "memory: {memory:?}");
    assert!(files.1 <= files.0 + FEW, "files: {files:?}");
    assert!(threads.1 <= threads.0 + FEW, "threads: {threads:?}");
}
