//! `simuler`: a recueil applied to a whole population, row by row, rows in error beside.

use super::population::form_of;
use super::{located, sound};
use crate::arguments::Format;
use crate::arguments::simulation::Simulate as Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outgoing::Outgoing;
use crate::progress::{self, counted};
use crate::{date, files, render, terminal};
use engine::{Date, Evaluator, Plans};
use serde_json::json;
use simulation::{
    Counts, Form, Mapping, ReadError, RunError, Simulation, Sink, Table, aside_headings,
};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The longest mapping file. Unit: bytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Runs the command.
pub fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let form = form_of(&arguments.sortie)?;
    let beside = arguments.sortie.with_extension("ecartes.csv");
    apart(&arguments.population, [&arguments.sortie, &beside])?;
    let Some(recueil) = sound(&located(arguments.recueil.as_ref())?, format)? else {
        return Ok(Exit::Policy);
    };
    let program = &recueil.compiled.lowered.program;
    let table = open(&arguments.population)?;
    let path = arguments.correspondance.as_deref();
    let text = path.map(mapping).transpose()?;
    let mapping = match Mapping::resolve(text.as_deref(), &table, &program.schema) {
        Ok(mapping) => mapping,
        Err(mistakes) => {
            let said = render::mapping(path, &arguments.population, &mistakes);
            terminal::explain(&said);
            return Ok(Exit::Dossier);
        }
    };
    let none = || Failure::NoDate { path: arguments.population.clone() };
    let day = arguments.date.or_else(date::today).ok_or_else(none)?;
    let plans = Plans::new(Evaluator::new(program, &recueil.sandbox));
    let simulation = Simulation::new(plans, day).map_err(|error| stopped(error, None))?;
    let (out, aside) = (Outgoing::beside(&arguments.sortie)?, Outgoing::beside(&beside)?);
    let mut to = Sink::new(form, &simulation.headings(), out.file()?)?;
    let mut set_aside = Sink::new(Form::Csv, &aside_headings(), aside.file()?)?;
    let total = rows(&table, &arguments.population);
    let counts = counted("Simulation", total, |steps| {
        let on_row = || steps.done();
        simulation.run(table, &mapping, (&mut to, &mut set_aside), &on_row)
    });
    let counts = counts.map_err(|error| stopped(error, Some(&out)))?;
    to.end().map_err(|error| out.refused(error))?;
    set_aside.end().map_err(|error| aside.refused(error))?;
    aside.place()?;
    out.place()?;
    answer(&counts, day, [&arguments.sortie, &beside], format)?;
    Ok(if counts.aside > 0 { Exit::Dossier } else { Exit::Yes })
}

/// Refuses to write over the population.
fn apart(population: &Path, outs: [&PathBuf; 2]) -> Result<(), Failure> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let there = real(population);
    match outs.into_iter().find(|out| there.is_some() && real(out) == there) {
        Some(out) => Err(Failure::OverPopulation { path: out.clone() }),
        None => Ok(()),
    }
}

fn open(path: &Path) -> Result<Table, Failure> {
    let unreadable = |error| Failure::Read { path: path.to_path_buf(), error };
    let form = form_of(path)?;
    let file = File::open(path).map_err(unreadable)?;
    let table = match form {
        Form::Csv => Table::csv(file),
        Form::Parquet => Table::parquet(file),
        Form::Json => return Err(Failure::NoTable { path: path.to_path_buf() }),
    };
    table.map_err(|error| match error {
        ReadError::Read(error) => unreadable(error),
        other => Failure::Simulation(RunError::Read(other)),
    })
}

fn mapping(path: &Path) -> Result<Vec<u8>, Failure> {
    let what = "une correspondance : elle est trop longue";
    let other = || Failure::NotThat { path: path.to_path_buf(), what };
    files::read_at_most(path, MOST_BYTES)?.ok_or_else(other)
}

fn stopped(error: RunError, out: Option<&Outgoing>) -> Failure {
    match (error, out) {
        (RunError::NoRanking(day), _) => Failure::NoRanking(day),
        (RunError::Write(error), Some(out)) => out.refused(error),
        (other, _) => Failure::Simulation(other),
    }
}

/// How many rows there are, for whoever watches: a CSV table says it by its lines.
fn rows(table: &Table, path: &Path) -> usize {
    let count = table.count.or_else(|| progress::is_watched().then(|| lines(path).ok()).flatten());
    count.and_then(|count| usize::try_from(count).ok()).unwrap_or(1)
}

fn lines(path: &Path) -> std::io::Result<u64> {
    let (mut file, mut bytes, mut count) = (File::open(path)?, vec![0; 1 << 16], 0_u64);
    loop {
        let read = file.read(&mut bytes)?;
        if read == 0 {
            return Ok(count.saturating_sub(1));
        }
        let ends = bytes.iter().take(read).filter(|byte| **byte == b'\n').count();
        count += u64::try_from(ends).unwrap_or(0);
    }
}

fn answer(
    counts: &Counts,
    day: Date,
    [out, beside]: [&PathBuf; 2],
    format: Format,
) -> Result<(), Failure> {
    let (out, beside) = (out.display().to_string(), beside.display().to_string());
    match format {
        Format::Humain | Format::Court => {
            terminal::answer(&render::simulation(counts, day, &out, &beside))
        }
        Format::Json => terminal::answer_json(&json!({
            "jour": day.to_string(),
            "lignes": counts.read,
            "ecrites": counts.written,
            "ecartees": counts.aside,
            "offres": counts.offers,
            "eligibles": counts.eligible,
            "retenus": counts.kept,
            "fichier": out,
            "ecartes": beside,
        })),
    }
}
