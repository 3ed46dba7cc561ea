//! A PostgreSQL of the tests' own: a server on loopback, started once for all tests of a process and
//! stopped with it.
//!
//! It listens on a port that was free, keeps its files in a directory of its own, and asks no
//! password. `tests/tools/postgres` finds its programs or installs them; a machine where it cannot
//! fails the test.

use crate::rules::root;
use sqlx::{Connection, Executor, PgConnection};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many files of its own log are there: 1 GiB, which it is told to keep.
const LOG_FILES: u32 = 64;

/// A server.
pub struct Server {
    programs: PathBuf,
    directory: TempDir,
    port: u16,
}

/// Makes an empty database on the server of this process; returns its address.
pub async fn fresh_database() -> String {
    static SERVER: OnceLock<Server> = OnceLock::new();
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(Server::started));
    let server = server.await.expect("the server starts");
    let name = format!("essai_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&server.url("postgres")).await.expect("it answers");
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    connection.execute(create).await.expect("a database is made");
    server.url(&name)
}

/// Makes the server of an address one that has run for a while: the files of its own log are there to be used again.
/// A new one would make each of them, 16 MiB of zeros, while a commit waits.
pub async fn with_its_log_there(url: &str) {
    let mut connection = PgConnection::connect(url).await.expect("it answers");
    for _ in 0..LOG_FILES {
        let next = "SELECT pg_logical_emit_message(false, 'bareme', ''); SELECT pg_switch_wal()";
        connection.execute(next).await.expect("it goes on to the next file");
    }
    connection.execute("CHECKPOINT").await.expect("what is behind is to be used again");
}

impl Server {
    /// Makes a server and starts it; it stops when this process does.
    pub fn started() -> Self {
        let server = Self::made();
        let (sent, started) = std::sync::mpsc::channel();
        let command = server.command();
        // The server is told to stop by the end of the thread that started it: this one only ends
        // with the process.
        std::thread::spawn(move || {
            let mut command = command;
            sent.send(command.spawn().map(drop)).expect("somebody waits");
            loop {
                std::thread::park();
            }
        });
        started.recv().expect("the thread sends").expect("the server is started");
        server.wait();
        server
    }

    /// Makes a server's files, and chooses its port.
    pub fn made() -> Self {
        let programs = programs();
        let directory = TempDir::new().expect("a directory");
        let port = free_port();
        let server = Self { programs, directory, port };
        give_to_postgres(server.directory.path());
        let mut init = server.as_user("initdb");
        init.args(["--auth=trust", "--username=bareme", "--encoding=UTF8", "--no-sync", "-D"]);
        let made = init.arg(server.data()).stdout(Stdio::null()).status().expect("initdb runs");
        assert!(made.success(), "initdb: {made}");
        server
    }

    /// Starts the server as a child of the caller, which may kill it.
    pub fn start(&self) -> Child {
        let child = self.command().spawn().expect("the server is started");
        self.wait();
        child
    }

    /// Starts a server that was killed again, on the same files, once what the dead one left lets it.
    pub fn start_again(&self) -> Child {
        let begun = Instant::now();
        loop {
            let mut child = self.command().spawn().expect("the server is started");
            loop {
                if self.answers() {
                    return child;
                }
                assert!(begun.elapsed() < PATIENCE, "PostgreSQL does not answer");
                std::thread::sleep(Duration::from_millis(30));
                if child.try_wait().expect("it is a child").is_some() {
                    break;
                }
            }
        }
    }

    /// Returns the address of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://bareme@127.0.0.1:{}/{database}", self.port)
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn command(&self) -> Command {
        let mut command = self.as_user("postgres");
        command.arg("-D").arg(self.data()).args(["-p", &self.port.to_string()]);
        command.arg("-k").arg(self.directory.path());
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"]);
        command.args(["-c", "min_wal_size=1GB", "-c", "max_wal_size=4GB"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs a program as a user that PostgreSQL accepts, which root is not.
    fn as_user(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM"]);
        if is_root() {
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
        }
        command.arg(self.programs.join(program)).current_dir("/").stdin(Stdio::null());
        command
    }

    /// Waits until it answers.
    pub fn wait(&self) {
        let begun = Instant::now();
        while !self.answers() {
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL does not answer");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn answers(&self) -> bool {
        let mut ready = Command::new(self.programs.join("pg_isready"));
        ready.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        ready.status().is_ok_and(|it| it.success())
    }
}

fn programs() -> PathBuf {
    let output = Command::new(root().join("tests/tools/postgres")).output();
    let output = output.expect("tests/tools/postgres runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tests/tools/postgres: {said}");
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id runs");
    output.stdout.starts_with(b"0")
}

fn give_to_postgres(directory: &Path) {
    if is_root() {
        let given = Command::new("chown").arg("postgres:postgres").arg(directory).status();
        assert!(given.expect("chown runs").success(), "the directory is PostgreSQL's");
    }
}
