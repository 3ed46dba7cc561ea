//! A `bareme servir` that is a process of its own, with a key for each role: what it takes of the system is read
//! from outside, and what it has said is read again when it ends.

use crate::logged;
use crate::registered::policies;
use crate::rules::root;
use crate::served::write_files;
use server::{Files, Role, hash_of};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use ureq::http::{Request, Response};
use ureq::{Agent, Body};

/// How long it may take to begin, or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub struct Spawned {
    child: Option<Child>,
    bareme: String,
    desk: TempDir,
    address: String,
    agent: Agent,
}

/// What a process takes of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Unit: kibibytes.
    pub memory: u64,
    /// The most that it ever took. Unit: kibibytes.
    pub most_memory: u64,
    /// Open files and sockets.
    pub files: u64,
    /// Threads.
    pub threads: u64,
}

impl Spawned {
    /// Starts a server of the real policies on a new registry, by the program at a path.
    pub fn new(bareme: &str) -> Self {
        Self::of(bareme, &policies())
    }

    /// Starts a server of some rules on a new registry.
    pub fn of(bareme: &str, rules: &Files) -> Self {
        let desk = TempDir::new().expect("a directory");
        write_files(&desk.path().join("regles"), rules);
        std::fs::write(desk.path().join("bareme.yaml"), configuration()).expect("written");
        let mut made = command(bareme, desk.path());
        made.args(["registre", "creer", "--nom", "essai.exemple", "--cles", "cles"]);
        made.args(["--registre", "registre.sqlite"]).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(made.status().expect("it runs").success(), "a registry is made");
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = Agent::new_with_config(config.allow_non_standard_methods(true).build());
        let (bareme, address) = (bareme.to_owned(), String::new());
        let mut spawned = Self { child: None, bareme, desk, address, agent };
        spawned.start();
        spawned
    }

    /// Starts it; returns once it listens.
    pub fn start(&mut self) {
        let log = self.desk.path().join("journal");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).expect("a file");
        let said = log.metadata().expect("a file").len().try_into().expect("a length");
        let mut command = command(&self.bareme, self.desk.path());
        command.args(["servir", "--config", "bareme.yaml"]);
        command.env("BAREME_TRACES", logged::HEARD).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().expect("it starts"));
        self.address = self.found(said);
    }

    /// Tells it to end; it ends well.
    pub fn end_well(&mut self) {
        assert_eq!(self.end(), Some(0), "told to end, it ends well");
    }

    /// Waits for the address that it says it listens at, beyond what was said before.
    fn found(&self, before: usize) -> String {
        let begun = Instant::now();
        loop {
            let said = self.said().split_off(before);
            let after = said.split_once("écoute sur ").map(|(_, after)| after);
            if let Some((address, _)) = after.and_then(|after| after.split_once(' ')) {
                return address.to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "it does not begin: {said}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Returns its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns the directory of its rules.
    pub fn rules(&self) -> PathBuf {
        self.desk.path().join("regles")
    }

    /// Returns a directory of its own, for what a test writes.
    pub fn desk(&self) -> &Path {
        self.desk.path()
    }

    /// Asks for a page by the key of a role.
    pub fn get(&self, role: Role, path: &str) -> Response<Body> {
        let address = format!("{}{path}", self.address);
        let request = self.agent.get(address).header("Authorization", &bearer(role));
        request.call().expect("it answers")
    }

    /// Sends a body by the key of a role.
    pub fn send(&self, role: Role, how: (&str, &str, &str), body: &[u8]) -> Response<Body> {
        let (method, path, media) = how;
        let request = Request::builder().method(method).uri(format!("{}{path}", self.address));
        let request = request.header("Authorization", bearer(role)).header("Content-Type", media);
        let request = request.body(body).expect("a request");
        self.agent.run(request).expect("it answers")
    }

    /// Tells what it takes of the system now.
    pub fn taken(&self) -> Taken {
        let child = self.child.as_ref().expect("it runs");
        let process = PathBuf::from(format!("/proc/{}", child.id()));
        let status = std::fs::read_to_string(process.join("status")).expect("it runs");
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a field");
            line.split_whitespace().next().and_then(|it| it.parse().ok()).expect("a number")
        };
        let files = std::fs::read_dir(process.join("fd")).expect("it runs").count();
        Taken {
            memory: field("VmRSS:"),
            most_memory: field("VmHWM:"),
            files: files as u64,
            threads: field("Threads:"),
        }
    }

    /// Returns all that it has said.
    pub fn said(&self) -> String {
        let bytes = std::fs::read(self.desk.path().join("journal")).expect("a log");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Tells it to end, and waits for it; returns its exit.
    fn end(&mut self) -> Option<i32> {
        let mut child = self.child.take()?;
        let told = Command::new("kill").arg(child.id().to_string()).status();
        let begun = Instant::now();
        while told.as_ref().is_ok_and(std::process::ExitStatus::success)
            && begun.elapsed() < PATIENCE
        {
            if let Ok(Some(status)) = child.try_wait() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        child.kill().ok();
        child.wait().ok();
        None
    }
}

/// Whatever a test asked: it ends well, nothing broke within it, and nothing of a person, no key, is in its log.
impl Drop for Spawned {
    fn drop(&mut self) {
        let ended = self.end();
        let said = self.said();
        let broken: Vec<&str> = said.lines().filter(|line| line.contains("panicked")).collect();
        let betrayals = logged::betrayals(&said);
        if !std::thread::panicking() {
            assert!(betrayals.is_empty(), "in the log: {betrayals:?}");
            assert!(broken.is_empty(), "in the log: {broken:?}");
            assert_eq!(ended, Some(0), "told to end, it ends well");
        }
    }
}

/// Returns the key of a role.
pub fn key(role: Role) -> String {
    format!("s3cr3t-{role:?}").to_lowercase()
}

/// Returns the header that proves a role.
pub fn bearer(role: Role) -> String {
    format!("Bearer {}", key(role))
}

fn configuration() -> String {
    let mut text =
        "ecoute: 127.0.0.1:0\nrecueil: regles\nregistre: registre.sqlite\ncles: cles\nacces:\n"
            .to_owned();
    for role in Role::ALL {
        let own = match role {
            Role::Rh => ", siren: \"420495178\"",
            Role::Territoire => ", communes: [\"69123\", \"69381-69389\"]",
            Role::Service | Role::Auteur | Role::Auditeur | Role::Exploitant => "",
        };
        let name = format!("{role:?}").to_lowercase();
        let hash = hash_of(&key(role));
        writeln!(text, "  - {{ nom: {name}, role: {name}, empreinte: \"{hash}\"{own} }}")
            .expect("a line");
    }
    text
}

fn command(bareme: &str, here: &Path) -> Command {
    let mut command = Command::new(root().join(bareme));
    command.current_dir(here).stdin(Stdio::null());
    for name in
        ["BAREME_CONFIG", "BAREME_ECOUTE", "BAREME_REGISTRE", "BAREME_CLES", "BAREME_RECUEIL"]
    {
        command.env_remove(name);
    }
    command
}
