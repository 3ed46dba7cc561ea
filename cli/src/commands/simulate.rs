//! `simuler`: a recueil applied to a whole population, row by row, rows in error beside; against another, what changes.

use super::population::form_of;
use super::{located, sound};
use crate::arguments::Format;
use crate::arguments::simulation::Simulate as Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outgoing::Outgoing;
use crate::progress::{self, counted};
use crate::recueil::Recueil;
use crate::simulated::{Simulated, comparison};
use crate::{date, files, render, terminal};
use engine::{Date, Evaluator, Plans};
use simulation::{By, Form, Mapping, Mistake, ReadError, RunError, Simulation, Sink, Table};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The longest mapping file. Unit: bytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Runs the command.
pub fn run(arguments: &Arguments, format: Format) -> Result<Exit, Failure> {
    let places = Places::of(arguments)?;
    let Some(recueils) = recueils(arguments, format)? else { return Ok(Exit::Policy) };
    let none = || Failure::NoDate { path: arguments.population.clone() };
    let day = arguments.date.or_else(date::today).ok_or_else(none)?;
    let table = open(&arguments.population)?;
    let mappings = match mappings(arguments, &table, &recueils)? {
        Ok(mappings) => mappings,
        Err(mistakes) => return Ok(refuse(arguments, &mistakes)),
    };
    let simulation = simulation(&recueils, day);
    let simulation = simulation.map_err(|error| stopped(&arguments.population, error))?;
    let by = match arguments.par.as_slice() {
        [] => By::Enumerations,
        columns => By::Columns(columns),
    };
    let compared = match simulation.comparison(&table, &mappings, by) {
        Ok(compared) => compared,
        Err(mistakes) => return Ok(refuse(arguments, &mistakes)),
    };
    let unread = unread(&table, &mappings);
    let total = rows(&table, &arguments.population);
    let out = Outgoings::beside(&places)?;
    let (counts, found) = counted("Simulation", total, |steps| {
        let on_row = || steps.done();
        out.fill(&arguments.population, simulation, |simulation, sinks| {
            simulation.run(table, &mappings, compared, sinks, &on_row)
        })
    })?;
    let both = recueils.second.as_ref().map(|second| [&recueils.first, second]);
    let found = found.zip(both);
    let found = found.map(|(found, both)| comparison(found, &counts, day, both, unread));
    let names = [&places.out, &places.beside].map(|path| path.display().to_string());
    let answer = Simulated::new(&counts, day, names, found);
    out.place(&places, &answer)?;
    match format {
        Format::Humain | Format::Court => {
            terminal::answer(&render::simulation(&answer, day, places.report.as_deref()))?;
        }
        Format::Json => terminal::answer_json(&answer)?,
    }
    Ok(if counts.aside > 0 { Exit::Dossier } else { Exit::Yes })
}

/// Prepares what evaluates.
fn simulation(recueils: &Recueils, day: Date) -> Result<Simulation<'_>, RunError> {
    let first = Simulation::new(plans(&recueils.first), day)?;
    match &recueils.second {
        Some(second) => first.against(plans(second)),
        None => Ok(first),
    }
}

fn plans(recueil: &Recueil) -> Plans<'_> {
    Plans::new(Evaluator::new(&recueil.compiled.lowered.program, &recueil.sandbox))
}

/// Files on their way to their places.
struct Outgoings {
    form: Form,
    out: Outgoing,
    aside: Outgoing,
    report: Option<Outgoing>,
}

impl Outgoings {
    fn beside(places: &Places) -> Result<Self, Failure> {
        let out = Outgoing::beside(&places.out)?;
        let aside = Outgoing::beside(&places.beside)?;
        let report = places.report.as_deref().map(Outgoing::beside).transpose()?;
        Ok(Self { form: places.form, out, aside, report })
    }

    /// Fills those of rows.
    fn fill<'p, T>(
        &self,
        population: &Path,
        simulation: Simulation<'p>,
        run: impl FnOnce(Simulation<'p>, (&mut Sink<File>, &mut Sink<File>)) -> Result<T, RunError>,
    ) -> Result<T, Failure> {
        let Self { out, aside, .. } = self;
        let mut rows = Sink::new(self.form, &simulation.headings(), out.file()?)
            .map_err(|error| out.refused(error))?;
        let mut others = Sink::new(Form::Csv, &simulation.aside_headings(), aside.file()?)
            .map_err(|error| aside.refused(error))?;
        let found = run(simulation, (&mut rows, &mut others)).map_err(|error| match error {
            RunError::Found(error) => out.refused(error),
            RunError::Aside(error) => aside.refused(error),
            other => stopped(population, other),
        })?;
        rows.end().map_err(|error| out.refused(error))?;
        others.end().map_err(|error| aside.refused(error))?;
        Ok(found)
    }

    /// Writes the report, and puts everything in its place: the rows last.
    fn place(self, places: &Places, answer: &Simulated) -> Result<(), Failure> {
        if let (Some(report), Some(found)) = (&self.report, &answer.comparison) {
            let bytes = if places.is_page {
                pages::simulation::page(found).into_bytes()
            } else {
                serde_json::to_vec_pretty(answer)?
            };
            let mut file = report.file()?;
            file.write_all(&bytes).map_err(|error| report.refused(error.into()))?;
        }
        self.aside.place()?;
        self.report.map(Outgoing::place).transpose()?;
        self.out.place()
    }
}

/// Where everything goes.
struct Places {
    form: Form,
    out: PathBuf,
    beside: PathBuf,
    /// With two recueils.
    report: Option<PathBuf>,
    /// Whether the report is a page, rather than JSON.
    is_page: bool,
}

impl Places {
    fn of(arguments: &Arguments) -> Result<Self, Failure> {
        let form = form_of(&arguments.sortie)?;
        let (out, beside) =
            (arguments.sortie.clone(), arguments.sortie.with_extension("ecartes.csv"));
        let report = arguments.contre.as_ref().map(|_| arguments.rapport.clone());
        let is_page = match report.as_ref().map(|path| ending(path)).as_deref() {
            None | Some("html") => true,
            Some("json") => false,
            Some(_) => return Err(Failure::NoReportForm { path: arguments.rapport.clone() }),
        };
        if report.as_ref() == Some(&out) {
            return Err(Failure::SamePlace { path: out });
        }
        let outs = [&out, &beside].into_iter().chain(&report);
        apart(&arguments.population, outs)?;
        Ok(Self { form, out, beside, report, is_page })
    }
}

/// Returns what a name ends in, in small letters.
fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// The recueil that is applied, and the one that it is compared with.
struct Recueils {
    first: Recueil,
    second: Option<Recueil>,
}

/// Loads the recueils; absent: one has errors, which are told.
fn recueils(arguments: &Arguments, format: Format) -> Result<Option<Recueils>, Failure> {
    let Some(first) = sound(&located(arguments.recueil.as_ref())?, format)? else {
        return Ok(None);
    };
    let Some(directory) = &arguments.contre else {
        return Ok(Some(Recueils { first, second: None }));
    };
    let second = sound(&files::locate(Some(directory.as_path()), Path::new("."))?, format)?;
    Ok(second.map(|second| Recueils { first, second: Some(second) }))
}

/// Finds what each column is, for each recueil.
fn mappings(
    arguments: &Arguments,
    table: &Table,
    recueils: &Recueils,
) -> Result<Result<Vec<Mapping>, Vec<Mistake>>, Failure> {
    let text = arguments.correspondance.as_deref().map(mapping).transpose()?;
    let all = std::iter::once(&recueils.first).chain(&recueils.second);
    let schemas: Vec<_> = all.map(|one| &one.compiled.lowered.program.schema).collect();
    Ok(Mapping::resolve(text.as_deref(), table, &schemas))
}

/// Says what is wrong with columns.
fn refuse(arguments: &Arguments, mistakes: &[Mistake]) -> Exit {
    let path = arguments.correspondance.as_deref();
    terminal::explain(&render::mapping(path, &arguments.population, mistakes));
    Exit::Dossier
}

/// Names the columns that each recueil does not know.
fn unread(table: &Table, mappings: &[Mapping]) -> [Vec<String>; 2] {
    let names = |mapping: &Mapping| {
        let all = mapping.unread().iter().filter_map(|at| table.names.get(*at).cloned());
        all.collect::<Vec<_>>()
    };
    [mappings.first(), mappings.get(1)].map(|mapping| mapping.map(names).unwrap_or_default())
}

/// Refuses to write over the population.
fn apart<'p>(
    population: &Path,
    outs: impl IntoIterator<Item = &'p PathBuf>,
) -> Result<(), Failure> {
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
        other => stopped(path, RunError::Read(other)),
    })
}

fn mapping(path: &Path) -> Result<Vec<u8>, Failure> {
    let what = "une correspondance : elle est trop longue";
    let other = || Failure::NotThat { path: path.to_path_buf(), what };
    files::read_at_most(path, MOST_BYTES)?.ok_or_else(other)
}

fn stopped(population: &Path, error: RunError) -> Failure {
    match error {
        RunError::NoRanking(day) => Failure::NoRanking(day),
        error => Failure::Simulation { path: population.to_path_buf(), error },
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
