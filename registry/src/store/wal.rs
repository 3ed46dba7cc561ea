//! Checkpoints of SQLite's write-ahead log (<https://www.sqlite.org/wal.html>, « Checkpointing »), beside who writes:
//! a commit waits for its own pages alone.

use super::file::File;
use std::cell::{Cell, OnceCell};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

/// How many rows are written before what they took is moved from the log into the file: about a thousand pages.
pub(super) const ROWS: usize = 1_500;

/// The checkpoints of what one connection writes, which begin once it has written enough.
pub(super) struct WalCheckpoints {
    url: String,
    /// How many rows were written since one was asked for.
    written: Cell<usize>,
    /// None when there is none to be had: SQLite then makes them where it writes, when its log is long.
    maker: OnceCell<Option<Maker>>,
}

impl WalCheckpoints {
    /// Has none yet, of the file of an address.
    pub(super) fn of(url: &str) -> Self {
        Self { url: url.to_owned(), written: Cell::new(0), maker: OnceCell::new() }
    }

    /// Notes that rows were written.
    pub(super) fn wrote(&self, rows: usize) {
        self.written.set(self.written.get().saturating_add(rows));
    }

    /// Asks for one, when enough was written, of what is committed.
    pub(super) fn committed(&self) {
        if self.written.get() >= ROWS {
            self.written.set(0);
            let maker = self.maker.get_or_init(|| Maker::start(&self.url));
            maker.as_ref().map(Maker::ask).unwrap_or_default();
        }
    }

    /// Tells whether they have begun.
    #[cfg(test)]
    pub(super) fn have_begun(&self) -> bool {
        self.maker.get().is_some_and(Option::is_some)
    }
}

/// Who makes them, by a connection and in a thread of its own, until it is dropped.
struct Maker {
    asks: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Maker {
    fn start(url: &str) -> Option<Self> {
        let file = File::open(url).ok()?;
        let (asks, asked) = sync_channel(1);
        let thread = Builder::new().name("registre-wal".to_owned());
        let thread = thread.spawn(move || make(&file, &asked)).ok()?;
        Some(Self { asks: Some(asks), thread: Some(thread) })
    }

    /// Asks for one, unless one is asked for already.
    fn ask(&self) {
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

impl Drop for Maker {
    fn drop(&mut self) {
        self.asks = None;
        // It makes those that were asked for, and has nothing to say.
        self.thread.take().map_or(Ok(()), JoinHandle::join).unwrap_or_default();
    }
}
