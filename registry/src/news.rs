//! The news that another server has put rules into force: told by PostgreSQL, else looked for by turns.
//!
//! News are hints: what the log says is what counts, and is read again after each.

use crate::registry::{Registry, RegistryError};
use sqlx::postgres::PgListener;
use std::time::Duration;

/// Who waits for news.
pub struct News {
    /// Where the database carries them.
    listener: Option<PgListener>,
}

impl Registry {
    /// Begins to listen to what other servers of this registry do.
    ///
    /// Errors: [`RegistryError::Store`].
    pub async fn news(&self) -> Result<News, RegistryError> {
        Ok(News { listener: self.store.listen().await? })
    }
}

impl News {
    /// Waits for news, or for a while: the next look at the log.
    pub async fn wait(&mut self, at_most: Duration) {
        match &mut self.listener {
            // A connection that broke comes back by itself; what was missed is found at the next look.
            Some(listener) => {
                if let Ok(Err(_)) = tokio::time::timeout(at_most, listener.recv()).await {
                    tokio::time::sleep(at_most).await;
                }
            }
            None => tokio::time::sleep(at_most).await,
        }
    }
}
