//! `empreinte`: the identity of a recueil.

use super::located;
use crate::arguments::{Format, Hash};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{files, terminal};
use serde_json::json;

/// Runs the command. The rules need not compile: the hash is that of the files.
pub fn run(arguments: &Hash, format: Format) -> Result<Exit, Failure> {
    let directory = located(arguments.recueil.as_ref())?;
    let opened = dsl::recueil::open(&files::read_all(&directory)?);
    let broken = opened.has_errors();
    let recueil = opened.value.unwrap_or_default();
    if broken {
        terminal::explain(&super::said(&opened.diagnostics, &recueil.sources, format));
        return Ok(Exit::Policy);
    }
    match format {
        Format::Humain | Format::Court => terminal::answer(&format!("{}\n", recueil.hash))?,
        Format::Json => {
            terminal::answer_json(&json!({ "nom": recueil.name, "empreinte": recueil.hash }))?;
        }
    }
    Ok(Exit::Yes)
}
