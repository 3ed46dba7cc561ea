//! The two ways out: answers on standard output, explanations on standard error.
//!
//! Colours appear on a terminal only, and never when `NO_COLOR` is set. A reader that closes its
//! end early (`| head`) is no error.

use crate::failure::Failure;
use std::io::{ErrorKind, IsTerminal, Write};

/// Writes an answer.
pub fn answer(text: &str) -> Result<(), Failure> {
    match anstream::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes an answer as it is, whatever it is made of.
pub fn answer_bytes(bytes: &[u8]) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes an answer as JSON, ended by a newline.
pub fn answer_json<T: serde::Serialize>(value: &T) -> Result<(), Failure> {
    answer(&json(value)?)
}

/// Writes a value as JSON, ended by a newline.
pub fn json<T: serde::Serialize>(value: &T) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}

/// Tells whether answers are read by someone, and not by a file or a program.
pub fn is_watched() -> bool {
    std::io::stdout().is_terminal()
}

/// Writes an explanation; there is nobody left to tell when that fails.
pub fn explain(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Waits until all is written.
pub fn flush() -> std::io::Result<()> {
    match std::io::stdout().flush() {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
