//! What servers of the tests say in their logs, read again when each of them ends: nothing of a person, no key.
//!
//! Our own crates are listened to in every detail, others as an operator does.

use std::io::Write;
use std::sync::{LazyLock, Mutex, PoisonError};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

/// What is listened to.
pub const HEARD: &str =
    "info,server=trace,registry=trace,wire=trace,pages=trace,explain=trace,dossier=trace";

/// Values of persons in the dossiers that tests send, and keys that they send with them.
const SECRET: [&str; 12] = [
    "tabanou",
    "leclerc",
    "morel",
    "1990-03-14",
    "1988-03-01",
    "Baguette Dor",
    "s3cr3t",
    "4ud1t",
    "s3rv",
    "3xpl",
    "0p3r",
    "window.couru",
];

static SAID: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Where lines go.
struct Kept;

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        SAID.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Kept {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

static LISTENING: LazyLock<()> = LazyLock::new(|| {
    let listener = tracing_subscriber::fmt()
        .with_env_filter(HEARD)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(|| Kept);
    // A process that listens already goes on as it does.
    listener.try_init().ok();
});

/// Begins to listen, once in a process.
pub fn listen() {
    LazyLock::force(&LISTENING);
}

/// Returns all that was said.
pub fn said() -> String {
    String::from_utf8_lossy(&SAID.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

/// Lists the lines that hold something of a person, or a key.
pub fn betrayals(said: &str) -> Vec<&str> {
    said.lines().filter(|line| SECRET.iter().any(|secret| line.contains(secret))).collect()
}
