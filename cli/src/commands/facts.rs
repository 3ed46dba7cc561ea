//! `faits`: the facts of a raw application, through the recueil's adapter.

use super::sound;
use crate::arguments::{Facts, Format};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::forms::Adapters;
use crate::{files, render, terminal};
use dossier::{DossierError, facts_of_form};
use engine::{Case, Schema};
use std::path::Path;

/// The longest form read, in bytes: one more than the reader takes, so that it says so itself.
const MOST_BYTES: u64 = 64 * 1024 * 1024 + 1;

/// Runs the command.
pub fn run(arguments: &Facts, format: Format) -> Result<Exit, Failure> {
    let near = arguments.file.parent().unwrap_or(Path::new(""));
    let bytes = files::read_head(&arguments.file, MOST_BYTES)?;
    let directory = files::locate(arguments.recueil.as_deref(), near)?;
    let Some(recueil) = sound(&directory, format)? else { return Ok(Exit::Policy) };
    let schema = &recueil.compiled.lowered.program.schema;
    let case = read(&bytes, &arguments.file, &Adapters::of(&recueil), schema);
    match (format, &case) {
        (Format::Json, _) => {
            terminal::answer_json(&wire::facts(&case, schema, &recueil.files.hash)?)?;
        }
        (Format::Humain | Format::Court, Ok(case)) => {
            terminal::answer(&render::facts(case, schema))?;
        }
        (Format::Humain | Format::Court, Err(errors)) => {
            terminal::explain(&render::dossier_errors(&arguments.file, errors));
        }
    }
    Ok(if case.is_ok() { Exit::Yes } else { Exit::Dossier })
}

fn read(
    bytes: &[u8],
    path: &Path,
    adapters: &Adapters<'_>,
    schema: &Schema,
) -> Result<Case, Vec<DossierError>> {
    let name = path.to_string_lossy();
    let form = dossier::parse(bytes, dossier::Format::of_name(&name))?;
    facts_of_form(&form, adapters, schema)
}
