//! How a server behaves: its limits, its patience, what it signs links with.

use axum::http::HeaderValue;
use std::num::NonZeroU32;
use std::time::Duration;

/// How a server behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address that others reach it at, without a last `/`: links begin by it.
    pub public: String,
    /// The key that signs links.
    pub link_key: [u8; 32],
    /// How long a link opens when nobody says. Unit: days.
    pub link_days: u32,
    /// What is let through.
    pub limits: Limits,
    /// How old the last look at the rules' directory that found it fit may be before the server says
    /// that it is not ready; for ever without.
    pub max_staleness: Option<Duration>,
    /// How long what runs is waited for once the server is told to stop.
    pub grace: Duration,
    /// The origins whose pages may ask from a browser.
    pub origins: Vec<HeaderValue>,
}

/// What is let through.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The longest body of a request, and the longest line of a batch. Unit: bytes.
    pub bytes: usize,
    /// The most candidates of one dossier.
    pub candidates: usize,
    /// How long a request may take.
    pub patience: Duration,
    /// How long the head of a request, or the next piece of its body, may take to come.
    pub silence: Duration,
    /// How many requests one key, or one address without a key, may make in a minute.
    pub per_minute: NonZeroU32,
    /// How many connections are open at once; who comes next waits.
    pub connections: usize,
    /// How many long works (large dossiers, rules to check, documents) are done at once.
    pub works: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public: String::new(),
            link_key: [0; 32],
            link_days: 60,
            limits: Limits::default(),
            max_staleness: None,
            grace: Duration::from_secs(20),
            origins: Vec::new(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024 * 1024,
            candidates: 10_000,
            patience: Duration::from_secs(30),
            silence: Duration::from_secs(15),
            per_minute: NonZeroU32::MAX,
            connections: 4_096,
            works: std::thread::available_parallelism().map_or(2, |cores| cores.get() * 2),
        }
    }
}
