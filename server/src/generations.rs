//! The generation that serves, behind one pointer, and the way back to those that have served.
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

/// What has served.
#[derive(Default)]
struct Past {
    /// The hashes of what served before, the last one last: a step back takes it.
    steps: Vec<String>,
    /// The rules that were left last.
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
    pub fn activate(&self, rules: Rules, now: Timestamp) -> Arc<Generation> {
        let mut past = self.past();
        let before = self.replace(Arc::new(rules), now);
        past.steps.push(before.rules.hash().to_owned());
        past.keep(before.rules.clone());
        self.current()
    }

    /// Tells which rules a step back would put in force: those that served before.
    pub fn step(&self) -> Option<String> {
        self.past().steps.last().cloned()
    }

    /// Goes one step back, to rules of the hash that [`Generations::step`] said. Nothing when another
    /// step was made meanwhile.
    pub fn step_back(&self, rules: Arc<Rules>, now: Timestamp) -> Option<Arc<Generation>> {
        let mut past = self.past();
        past.steps.pop_if(|last| *last == rules.hash())?;
        let before = self.replace(rules, now);
        past.keep(before.rules.clone());
        Some(self.current())
    }

    fn replace(&self, rules: Arc<Rules>, now: Timestamp) -> Arc<Generation> {
        let number = self.current.load().number + 1;
        let before = self.current.swap(Arc::new(Generation { number, since: now, rules }));
        self.told.send_replace(number);
        before
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
