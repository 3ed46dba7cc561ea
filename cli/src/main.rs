//! `bareme`: checks rule files, ranks candidates, runs examples.
//!
//! The only crate that prints. One file per command under `commands/`; what they share is loading
//! a recueil, rendering, and the shapes of the JSON that leaves. No personal value is ever written
//! to an error: what a dossier holds appears in results only.

mod arguments;
mod commands;
mod date;
mod exit;
mod failure;
mod files;
mod forms;
mod justification;
mod progress;
mod recueil;
mod render;
mod terminal;
mod usage;
mod wire;

use exit::Exit;
use std::process::ExitCode;

fn main() -> ExitCode {
    let exit = match usage::arguments() {
        Ok(arguments) => commands::run(arguments).unwrap_or_else(|failure| {
            terminal::explain(&render::failure(&failure));
            failure.exit()
        }),
        Err(exit) => exit,
    };
    match terminal::flush() {
        Ok(()) => exit.into(),
        Err(_) => Exit::Failure.into(),
    }
}
