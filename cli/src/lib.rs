//! `bareme`: checks rule files, ranks candidates, runs examples.
//!
//! The only crate that prints. One file per command under `commands/`; what they share is loading
//! a recueil, rendering, and the shapes of the JSON that leaves. No personal value is ever written
//! to an error: what a dossier holds appears in results only.
//!
//! A library under a thin binary, so that tests may see a diagnostic as its author does.

mod arguments;
mod commands;
mod date;
mod dossiers;
mod exit;
mod failure;
mod files;
mod folder;
mod forms;
mod keys;
mod outgoing;
mod progress;
mod recueil;
mod render;
mod simulated;
mod store;
mod terminal;
mod usage;

pub use commands::schema::schemas;
pub use render::{plain_diagnostics, plain_dossier_errors};

use exit::Exit;
use std::process::ExitCode;

/// Runs the command that the arguments of the process ask for.
pub fn run() -> ExitCode {
    quiet_decoders();
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

/// Lets the threads that decode a population fail without a word: a damaged file is told by its reader.
fn quiet_decoders() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(simulation::DECODER) {
            usual(panic);
        }
    }));
}
