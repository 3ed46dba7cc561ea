//! Work that takes a while, beside the threads that answer: a bounded number at once.
//!
//! What is short is done where it is asked; what is long waits its turn, and a server that has too much of
//! it says so rather than grow.

use crate::problem::Problem;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Up to how long a dossier is evaluated where it is asked. Unit: bytes.
const SHORT: usize = 32 * 1024;

/// How long a work waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where long work is done.
#[derive(Clone)]
pub struct Workshop {
    turns: Arc<Semaphore>,
}

impl Workshop {
    /// Makes one for some works at once.
    pub fn new(works: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(works)) }
    }

    /// Does a work of some length: here when it is short. Unit of the length: bytes of what it reads.
    ///
    /// Errors: those of the work; no turn came.
    pub async fn of_length<T, W>(&self, length: usize, work: W) -> Result<T, Problem>
    where
        T: Send + 'static,
        W: FnOnce() -> Result<T, Problem> + Send + 'static,
    {
        if length <= SHORT { work() } else { self.long(work).await }
    }

    /// Does a long work, which goes to its end even when nobody waits for it any more.
    ///
    /// Errors: those of the work; no turn came.
    pub async fn long<T, W>(&self, work: W) -> Result<T, Problem>
    where
        T: Send + 'static,
        W: FnOnce() -> Result<T, Problem> + Send + 'static,
    {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Problem::busy()) };
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Problem::broken()))
    }
}
