//! A sign of life on standard error, for work that lasts and a person who watches.
//!
//! The work runs in the caller's thread; another one looks at it from time to time and draws.

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(400);

/// How often the sign moves.
const BEAT: Duration = Duration::from_millis(100);

/// What a bar shows: how many of all, how many a second, how long it will last.
const COUNTED: &str = "{msg} {bar:30} {human_pos}/{human_len}, {pace}/s, reste {eta}";

/// How much of the work is done.
#[derive(Debug, Default)]
pub struct Steps(AtomicU64);

impl Steps {
    /// Says that one more is done.
    pub fn done(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Tells whether a person watches.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// Runs a piece of work that cannot be counted.
pub fn during<T>(message: &'static str, work: impl FnOnce() -> T) -> T {
    counted(message, 1, |_| work())
}

/// Runs a piece of work of some steps: a bar when there are several, else a spinner.
pub fn counted<T>(message: &'static str, total: usize, work: impl FnOnce(&Steps) -> T) -> T {
    let steps = Steps::default();
    if !is_watched() {
        return work(&steps);
    }
    let total = u64::try_from(total).unwrap_or(u64::MAX);
    let (done, over) = channel::<()>();
    let steps = &steps;
    std::thread::scope(|scope| {
        scope.spawn(move || watch(message, total, steps, &over));
        let result = work(steps);
        drop(done);
        result
    })
}

/// Writes how many steps are done in a second; of what is shown alone, a float may be the measure.
fn pace(state: &ProgressState, to: &mut dyn std::fmt::Write) {
    let _ = write!(to, "{:.0}", state.per_sec());
}

fn watch(message: &'static str, total: u64, steps: &Steps, over: &Receiver<()>) {
    let is_over = |patience| over.recv_timeout(patience) == Err(RecvTimeoutError::Disconnected);
    if is_over(PATIENCE) {
        return;
    }
    let bar = if total > 1 { ProgressBar::new(total) } else { ProgressBar::new_spinner() };
    let template = if total > 1 { COUNTED } else { "{spinner} {msg} ({elapsed})" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.with_key("pace", pace));
    }
    bar.set_message(message);
    while !is_over(BEAT) {
        bar.set_position(steps.0.load(Ordering::Relaxed));
        bar.tick();
    }
    bar.finish_and_clear();
}
