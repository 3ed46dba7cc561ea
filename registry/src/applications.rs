//! The applications of a registry, under the names that say nothing, with their keys.
//!
//! Those seen lately are kept in memory, so that a decision is sealed where it is made. The store has
//! the last word: what is taken for new and is not, or was erased meanwhile, is sealed again when it is
//! written.

use crate::canonical::Digest;
use crate::seal::{ApplicationKey, MasterKey, SealError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// How many applications are kept in memory.
const KEPT: usize = 10_000;

/// An application: its name, and its key.
#[derive(Clone)]
pub(crate) struct Application {
    pub subject: String,
    pub key: ApplicationKey,
    /// Its key for the store, until the store has it.
    pub new: Option<Vec<u8>>,
}

impl Application {
    /// Draws a new application.
    pub fn draw(master: &MasterKey) -> Result<Self, SealError> {
        let (subject, key) = (new_id(), ApplicationKey::generate()?);
        let wrapped = master.wrap(&subject, &key)?;
        Ok(Self { subject, key, new: Some(wrapped) })
    }
}

/// The applications seen lately, by their tags.
#[derive(Clone, Default)]
pub(crate) struct Applications(Arc<Mutex<HashMap<Digest, Application>>>);

impl Applications {
    /// Finds an application, or draws one: the writer tells whether it is new.
    pub fn find(&self, master: &MasterKey, tag: &Digest) -> Result<Application, SealError> {
        let known = self.lock().get(tag).cloned();
        known.map_or_else(|| Application::draw(master), Ok)
    }

    /// Remembers applications that the store has.
    pub fn remember(&self, kept: impl IntoIterator<Item = (Digest, Application)>) {
        let mut known = self.lock();
        for (tag, application) in kept {
            if known.len() >= KEPT {
                known.clear();
            }
            known.insert(tag, Application { new: None, ..application });
        }
    }

    /// Forgets an application that is erased.
    pub fn forget(&self, subject: &str) {
        self.lock().retain(|_, application| application.subject != subject);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Application>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Draws an identifier; those drawn later come later.
pub(crate) fn new_id() -> String {
    Uuid::now_v7().simple().to_string()
}
