//! Checkpoints of SQLite's write-ahead log (<https://www.sqlite.org/wal.html>, « Checkpointing »), beside who writes:
//! a commit waits for its own pages alone.

use super::file::File;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

/// How many rows are written before what they took is moved from the log into the file: about a thousand pages.
pub(super) const ROWS: usize = 1_500;

/// Who makes them, until it is dropped.
pub(super) struct WalCheckpoints {
    asks: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl WalCheckpoints {
    /// Begins to make them, by a connection and in a thread of its own. None when there is none to be had: SQLite
    /// then makes them where it writes, when its log is long.
    pub(super) fn start(url: &str) -> Option<Self> {
        let file = File::open(url).ok()?;
        let (asks, asked) = sync_channel(1);
        let thread = Builder::new().name("registre-wal".to_owned());
        let thread = thread.spawn(move || make(&file, &asked)).ok()?;
        Some(Self { asks: Some(asks), thread: Some(thread) })
    }

    /// Asks for one, unless one is asked for already.
    pub(super) fn ask(&self) {
        if let Some(asks) = &self.asks {
            let (Ok(()) | Err(_)) = asks.try_send(());
        }
    }
}

fn make(file: &File, asked: &Receiver<()>) {
    while asked.recv().is_ok() {
        // What it cannot move now, the next does.
        file.tell("PRAGMA wal_checkpoint(PASSIVE)").unwrap_or_default();
    }
}

impl Drop for WalCheckpoints {
    fn drop(&mut self) {
        self.asks = None;
        // It makes those that were asked for, and has nothing to say.
        self.thread.take().map_or(Ok(()), JoinHandle::join).unwrap_or_default();
    }
}
