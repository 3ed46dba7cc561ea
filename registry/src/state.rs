//! What a registry holds, counted.

use crate::entry::Kind;
use crate::ledger::Quota;
use crate::registry::{Registry, RegistryError};
use crate::store::unsigned;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;

/// What a registry holds, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// How many entries there are of each kind.
    pub entries: BTreeMap<Kind, u64>,
    /// How many recueils are kept.
    pub recueils: u64,
    /// How many applications have values.
    pub applications: u64,
    /// How many were erased.
    pub erased: u64,
    /// The quotas, by company and period.
    pub quotas: BTreeMap<(String, String), Quota>,
}

impl State {
    /// Counts the entries of every kind.
    pub fn size(&self) -> u64 {
        self.entries.values().sum()
    }
}

impl Registry {
    /// Counts what the registry holds.
    pub async fn state(&self) -> Result<State, RegistryError> {
        let sql = "SELECT kind, COUNT(*) FROM entries GROUP BY kind";
        let mut state = State::default();
        for row in sqlx::query(sql).fetch_all(self.store.pool()).await? {
            let kind = Kind::of_word(&row.try_get::<String, _>(0)?);
            let kind = kind.ok_or(RegistryError::Foreign("une entrée d'un autre type"))?;
            state.entries.insert(kind, unsigned(&row, 1)?);
        }
        state.recueils = self.count("recueils").await?;
        state.applications = self.count("subjects WHERE wrapped IS NOT NULL").await?;
        state.erased = self.count("subjects WHERE wrapped IS NULL").await?;
        state.quotas = Quota::all(&mut self.store.pool().acquire().await?).await?;
        Ok(state)
    }

    async fn count(&self, of: &'static str) -> Result<u64, RegistryError> {
        let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {of}"));
        Ok(unsigned(&sqlx::query(sql).fetch_one(self.store.pool()).await?, 0)?)
    }
}
