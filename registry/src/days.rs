//! The decisions of some days, read by pieces in the order of the log, so that a range of any length
//! takes the memory of one piece.

use crate::entry::Kind;
use crate::read::{StoredDecision, StoredEntry};
use crate::registry::{Registry, RegistryError};
use crate::store::{Cell, signed, unsigned};
use engine::Date;
use sqlx::AssertSqlSafe;

/// Days of evaluation, both ends included; without an end, no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: Option<Date>,
    /// The last.
    pub to: Option<Date>,
}

impl Days {
    /// Returns the bounds as texts that days, as they are stored, compare with.
    pub(crate) fn bounds(self) -> (String, String) {
        let text = |day: Option<Date>, none: &str| day.map_or(none.to_owned(), |it| it.to_string());
        (text(self.from, "0000-00-00"), text(self.to, "9999-99-99"))
    }
}

const OF_DAYS: &str = "e.kind = $1 AND e.position >= $2 AND e.day >= $3 AND e.day <= $4";

impl Registry {
    /// Counts the decisions of some days, from a place in the log on.
    pub async fn count_of(&self, days: Days, from: u64) -> Result<u64, RegistryError> {
        let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM entries e WHERE {OF_DAYS}"));
        let (first, last) = days.bounds();
        let query = sqlx::query(sql).bind(Kind::Decision.word()).bind(signed(from));
        let row = query.bind(first).bind(last).fetch_one(self.store.pool()).await?;
        Ok(unsigned(&row, 0)?)
    }

    /// Reads the first decisions of some days, from a place in the log on; fewer than asked when
    /// there are no more.
    pub async fn decisions_of(
        &self,
        days: Days,
        from: u64,
        count: u32,
    ) -> Result<Vec<StoredDecision>, RegistryError> {
        let sql = format!(
            "SELECT e.position, e.id, e.kind, e.body FROM entries e WHERE {OF_DAYS} \
             ORDER BY e.position LIMIT $5"
        );
        let (first, last) = days.bounds();
        let [first, last] = [first, last].map(|day| Cell::Text(Some(day)));
        let (kind, count) = (Cell::text(Kind::Decision.word()), Cell::unsigned(u64::from(count)));
        let values = vec![kind, Cell::unsigned(from), first, last, count];
        let rows = self.store.read(&sql, values).await?;
        let entries: Vec<StoredEntry> =
            rows.into_iter().map(StoredEntry::of).collect::<Result<_, _>>()?;
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Ok(Vec::new());
        };
        let mut candidates = self.candidates_of(days, first.index, last.index).await?;
        entries.into_iter().map(|entry| StoredDecision::new(entry, &mut candidates)).collect()
    }
}
