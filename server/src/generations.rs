//! The generation that serves, behind one pointer, and those that have served lately.
//!
//! A request takes the generation once and keeps it to its end, so that nothing it answers mixes two.
//! Putting another in its place is one store of a pointer: who holds the old one goes on with it. Rules
//! that have served lately are kept in memory; older ones are read from the registry by their hash.

use crate::rules::Rules;
use arc_swap::ArcSwap;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// How many rules that no longer serve are kept in memory.
const KEPT: usize = 8;

/// Rules in force.
#[derive(Clone)]
pub struct Generation {
    /// Which in the life of this server, from 1.
    pub number: u64,
    /// Since when it serves.
    pub since: Timestamp,
    /// Its rules.
    pub rules: Arc<Rules>,
}

/// The generation that serves, and those before it.
pub struct Generations {
    current: ArcSwap<Generation>,
    past: Mutex<Past>,
    told: watch::Sender<u64>,
}

/// What has served: the rules that were left last.
#[derive(Default)]
struct Past {
    kept: VecDeque<Arc<Rules>>,
}

impl Past {
    fn keep(&mut self, rules: Arc<Rules>) {
        self.kept.retain(|one| one.hash() != rules.hash());
        self.kept.push_back(rules);
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }
}

impl Generations {
    /// Begins with the first generation.
    pub fn new(rules: Rules, now: Timestamp) -> Self {
        let first = Generation { number: 1, since: now, rules: Arc::new(rules) };
        let (told, _) = watch::channel(first.number);
        Self { current: ArcSwap::from_pointee(first), past: Mutex::default(), told }
    }

    /// Tells whoever waits for it that another generation serves.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }

    /// Keeps rules that do not serve at hand, to be found by their hash.
    pub fn keep_at_hand(&self, rules: Arc<Rules>) {
        self.past().keep(rules);
    }

    /// Takes the generation that serves.
    pub fn current(&self) -> Arc<Generation> {
        self.current.load_full()
    }

    /// Takes the rules of a hash, when they are in memory.
    pub fn rules(&self, hash: &str) -> Option<Arc<Rules>> {
        let current = self.current();
        if current.rules.hash() == hash {
            return Some(current.rules.clone());
        }
        self.past().kept.iter().find(|one| one.hash() == hash).cloned()
    }

    /// Puts rules in force in place of those that serve.
    pub fn activate(&self, rules: Arc<Rules>, now: Timestamp) -> Arc<Generation> {
        let mut past = self.past();
        let number = self.current.load().number + 1;
        let generation = Arc::new(Generation { number, since: now, rules });
        let before = self.current.swap(generation.clone());
        past.keep(before.rules.clone());
        self.told.send_replace(number);
        generation
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
