//! `schema`: the JSON Schema of a dossier, from the vocabulary, or of an answer.
//!
//! Those of answers are files, which a test writes and holds to their types: the command computes none.

use super::{located, sound};
use crate::arguments::{Described, Format};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{arguments, terminal};
use schemars::Schema;
use wire::schema_of;

/// Runs the command: a schema is JSON whatever the format asked for.
pub fn run(arguments: &arguments::Schema) -> Result<Exit, Failure> {
    if let Some(written) = written(arguments.de) {
        terminal::answer(written)?;
        return Ok(Exit::Yes);
    }
    let directory = located(arguments.recueil.as_ref())?;
    let Some(recueil) = sound(&directory, Format::Humain)? else { return Ok(Exit::Policy) };
    terminal::answer_json(&dossier::schema(&recueil.compiled.lowered.program.schema))?;
    Ok(Exit::Yes)
}

macro_rules! answers {
    ($($described:ident $word:literal $shape:ty;)*) => {
        /// Returns the schema of an answer as it is written, and none of a dossier, which the recueil decides.
        fn written(described: Described) -> Option<&'static str> {
            match described {
                Described::Dossier => None,
                $(Described::$described => {
                    Some(include_str!(concat!("../../schemas/", $word, ".json")))
                })*
            }
        }

        /// Computes the schema of each answer, by the word that asks for it, from its type.
        pub fn schemas() -> impl Iterator<Item = (&'static str, Schema)> {
            [$(($word, schema_of::<$shape>())),*].into_iter()
        }
    };
}

answers! {
    Evaluation "evaluation" wire::Answer;
    Explication "explication" wire::ExplanationAnswer<'_>;
    Verification "verification" wire::Verification;
    Tests "tests" wire::TestsAnswer;
    FaitsLus "faits-lus" wire::FootprintAnswer;
    Comparaison "comparaison" wire::ComparisonAnswer;
    Publication "publication" pages::Publication;
    Registre "registre" wire::registry::RegistryAnswer;
    Rejeu "rejeu" wire::replay::Replayed;
    Simulation "simulation" crate::simulated::Simulated;
    Faits "faits" wire::FactsAnswer;
}
