//! `registre`: the decisions that are kept. One file per verb of its own.

mod act;
mod check;
mod create;
mod evidence;
mod record;
mod transfer;
mod witness;

use crate::arguments::Format;
use crate::arguments::registry::{Registre, Verb};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal;
use serde::Serialize;

/// Runs the command.
pub fn run(arguments: &Registre, format: Format) -> Result<Exit, Failure> {
    let place = &arguments.place;
    match &arguments.verb {
        Verb::Creer(arguments) => create::create(arguments, place, format),
        Verb::Etat => create::state(place, format),
        Verb::Enregistrer(arguments) => record::run(arguments, place, format),
        Verb::Verifier(arguments) => check::run(arguments, place, format),
        Verb::Prouver(arguments) => evidence::prove(arguments, place),
        Verb::Recu(arguments) => evidence::receipt(arguments, place),
        Verb::Checkpoint(arguments) => witness::checkpoint(arguments, place),
        Verb::Temoigner(arguments) => witness::sign(arguments),
        Verb::Deposer(arguments) => witness::deposit(arguments, place, format),
        Verb::Exporter(arguments) => transfer::export(arguments, place, format),
        Verb::Importer(arguments) => transfer::import(arguments, place, format),
        Verb::Effacer(arguments) => act::erase(arguments, place, format),
        Verb::Cloturer(arguments) => act::close(arguments, place, format),
        Verb::Purger(arguments) => act::purge(arguments, place, format),
    }
}

/// Answers a value: as it is, or in words.
fn say<T: Serialize>(
    format: Format,
    value: &T,
    words: impl FnOnce(&T) -> String,
) -> Result<(), Failure> {
    match format {
        Format::Json => terminal::answer_json(value),
        Format::Humain | Format::Court => terminal::answer(&words(value)),
    }
}
