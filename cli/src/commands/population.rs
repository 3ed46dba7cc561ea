//! `population`: a synthetic population, drawn from a seed into a file.

use crate::arguments::Format;
use crate::arguments::simulation::Population as Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outgoing::Outgoing;
use crate::progress::{Steps, counted};
use crate::{render, terminal};
use serde_json::json;
use simulation::{Form, Population, Sink, TableError};
use std::path::Path;

/// Runs the command.
pub fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let population = Population::new(arguments.graine, arguments.nombre, arguments.offres)?;
    let form = form_of(&arguments.sortie)?;
    let outgoing = Outgoing::beside(&arguments.sortie)?;
    let total = usize::try_from(population.size()).unwrap_or(usize::MAX);
    let written = counted("Tirage", total, |steps| write(population, form, &outgoing, steps));
    written.map_err(|error| outgoing.refused(error))?;
    outgoing.place()?;
    let file = arguments.sortie.display().to_string();
    let (size, offers) = (population.size(), population.offers());
    match format {
        Format::Humain | Format::Court => {
            terminal::answer(&render::population(size, offers, population.today(), (&file, form)))?;
        }
        Format::Json => terminal::answer_json(&json!({
            "candidats": size,
            "offres": offers,
            "graine": arguments.graine,
            "jour": population.today().to_string(),
            "fichier": file,
        }))?,
    }
    Ok(Exit::Yes)
}

/// Returns the form that the name of a file asks for.
pub(super) fn form_of(path: &Path) -> Result<Form, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Form::of_name(&name).ok_or_else(|| Failure::NoForm { path: path.to_path_buf() })
}

fn write(
    population: Population,
    form: Form,
    outgoing: &Outgoing,
    steps: &Steps,
) -> Result<(), TableError> {
    let mut sink = Sink::new(form, &Population::headings(), outgoing.file()?)?;
    for row in population.rows() {
        sink.row(&row)?;
        steps.done();
    }
    sink.end().map(drop)
}
