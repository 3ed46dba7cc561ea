//! Sessions of browsers that were ended before their time, as every server of a registry knows it. They are not of
//! the log: who left when is nobody's business, and nothing is kept once the session would be over anyway.

use crate::registry::{Registry, RegistryError};

impl Registry {
    /// Ends a session, whose last instant would have been `until`; lets go of those that are over by themselves. Unit:
    /// seconds since 1970.
    pub async fn end_session(&self, id: &str, until: i64, now: i64) -> Result<(), RegistryError> {
        let mut transaction = self.store.write().await?;
        let over = sqlx::query("DELETE FROM ended_sessions WHERE until < $1").bind(now);
        over.execute(&mut *transaction).await?;
        let sql = "INSERT INTO ended_sessions (id, until) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let insert = sqlx::query(sql).bind(id.to_owned()).bind(until);
        insert.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Tells whether a session was ended.
    pub async fn is_ended(&self, id: &str) -> Result<bool, RegistryError> {
        let query = sqlx::query("SELECT until FROM ended_sessions WHERE id = $1");
        Ok(query.bind(id.to_owned()).fetch_optional(self.store.pool()).await?.is_some())
    }
}
