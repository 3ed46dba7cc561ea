//! `schema`: the JSON Schema of a dossier, from the vocabulary, or of an answer.

use super::{located, sound};
use crate::arguments::{Described, Format, Schema};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal;

/// Runs the command: a schema is JSON whatever the format asked for.
pub fn run(arguments: &Schema) -> Result<Exit, Failure> {
    match arguments.de {
        Described::Dossier => {
            let directory = located(arguments.recueil.as_ref())?;
            let Some(recueil) = sound(&directory, Format::Humain)? else { return Ok(Exit::Policy) };
            terminal::answer_json(&dossier::schema(&recueil.compiled.lowered.program.schema))?;
        }
        Described::Evaluation => terminal::answer_json(&wire::schema_of::<wire::Answer>())?,
        Described::Explication => {
            terminal::answer_json(&wire::schema_of::<wire::ExplanationAnswer<'_>>())?;
        }
        Described::Verification => terminal::answer_json(&wire::schema_of::<wire::Verification>())?,
        Described::Tests => terminal::answer_json(&wire::schema_of::<wire::TestsAnswer>())?,
        Described::FaitsLus => terminal::answer_json(&wire::schema_of::<wire::FootprintAnswer>())?,
        Described::Comparaison => {
            terminal::answer_json(&wire::schema_of::<wire::ComparisonAnswer>())?;
        }
        Described::Publication => {
            terminal::answer_json(&wire::schema_of::<pages::Publication>())?;
        }
        Described::Registre => {
            terminal::answer_json(&wire::schema_of::<wire::registry::RegistryAnswer>())?;
        }
        Described::Rejeu => {
            terminal::answer_json(&wire::schema_of::<wire::replay::Replayed>())?;
        }
        Described::Simulation => {
            terminal::answer_json(&wire::schema_of::<crate::simulated::Simulated>())?;
        }
        Described::Faits => terminal::answer_json(&wire::schema_of::<wire::FactsAnswer>())?,
    }
    Ok(Exit::Yes)
}
