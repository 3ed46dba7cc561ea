//! Work that takes a while, beside the threads that answer: a bounded number at once.
//!
//! What is short is done where it is asked; what is long waits its turn, and a server that has too much of
//! it says so rather than grow.

use crate::problem::Problem;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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
    works: usize,
    /// How many wait for their turn.
    waiting: Arc<AtomicUsize>,
}

/// A work that waits for its turn, counted until it has it or gives up.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn begin(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Workshop {
    /// Makes one for some works at once.
    pub fn new(works: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(works)), works, waiting: Arc::default() }
    }

    /// Counts the works that are being done.
    pub fn running(&self) -> usize {
        self.works.saturating_sub(self.turns.available_permits())
    }

    /// Counts those that wait for their turn.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
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
        let waiting = Waiting::begin(&self.waiting);
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        drop(waiting);
        let Ok(Ok(turn)) = turn else { return Err(Problem::busy()) };
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Problem::broken()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn works_are_counted_while_they_wait_and_while_they_run() {
        let workshop = Workshop::new(1);
        let (go, told) = mpsc::channel::<()>();
        let first = workshop.clone();
        let first = tokio::spawn(async move { first.long(move || Ok(told.recv().is_ok())).await });
        while workshop.running() == 0 {
            tokio::task::yield_now().await;
        }
        let second = workshop.clone();
        let second = tokio::spawn(async move { second.long(|| Ok(())).await });
        while workshop.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!((workshop.running(), workshop.waiting()), (1, 1));
        second.abort();
        assert!(second.await.unwrap_err().is_cancelled());
        assert_eq!((workshop.running(), workshop.waiting()), (1, 0), "who leaves waits no more");
        go.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        while workshop.running() > 0 {
            tokio::task::yield_now().await;
        }
    }
}
