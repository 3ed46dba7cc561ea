//! The commands, one file each.

mod check;
mod code;
mod compare;
mod evaluate;
mod explain;
mod facts;
mod fix;
mod footprint;
mod format;
mod hash;
mod population;
mod publish;
mod receipt;
mod registry;
mod replay;
pub mod schema;
mod serve;
mod simulate;
mod test;

use crate::arguments::{Arguments, Command, Format};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::recueil::Recueil;
use crate::{render, terminal};
use source::{Diagnostic, Sources};
use std::path::{Path, PathBuf};

/// Runs a command.
pub fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let asked = arguments.format;
    let format = asked.format().ok_or(Failure::OnlyExplained);
    match arguments.command {
        Command::Verifier(arguments) => check::run(&arguments, format?),
        Command::Formater(arguments) => format::run(&arguments, format?),
        Command::Evaluer(arguments) => evaluate::run(&arguments, format?),
        Command::Expliquer(arguments) => explain::run(&arguments, asked),
        Command::Tester(arguments) => test::run(&arguments, format?),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Code(arguments) => code::run(&arguments, format?),
        Command::Empreinte(arguments) => hash::run(&arguments, format?),
        Command::Faits(arguments) => facts::run(&arguments, format?),
        Command::FaitsLus(arguments) => footprint::run(&arguments, format?),
        Command::Comparer(arguments) => compare::run(&arguments, format?),
        Command::Publier(arguments) => publish::run(&arguments, format?),
        Command::Population(arguments) => population::run(&arguments, format?),
        Command::Simuler(arguments) => simulate::run(&arguments, format?),
        Command::Servir(arguments) => serve::run(&arguments, format?),
        Command::Registre(arguments) => registry::run(&arguments, format?),
        Command::Rejouer(arguments) => replay::run(&arguments, format?),
        Command::Recu(arguments) => receipt::run(&arguments, format?),
    }
}

/// Returns the recueil named in an argument, or the one of the current directory.
fn located(named: Option<&PathBuf>) -> Result<PathBuf, Failure> {
    files::locate(named.map(PathBuf::as_path), Path::new("."))
}

/// Loads a recueil that must be without errors: when it has some, says them and returns nothing.
fn sound(directory: &Path, format: Format) -> Result<Option<Recueil>, Failure> {
    let recueil = Recueil::load(directory, None)?;
    if !recueil.has_errors() {
        return Ok(Some(recueil));
    }
    match format {
        Format::Humain | Format::Court => explain_errors(&recueil, format),
        Format::Json => terminal::answer_json(&wire::check(recueil.judged()))?,
    }
    Ok(None)
}

/// Says the errors of a recueil on standard error.
fn explain_errors(recueil: &Recueil, format: Format) {
    let errors = recueil.diagnostics.iter().filter(|it| it.severity == source::Severity::Error);
    terminal::explain(&said(errors, recueil.sources(), format));
    let summary = format!("Recueil invalide : {}\n", render::summary(recueil));
    terminal::explain(&summary);
}

/// Says diagnostics: one a line for editors, with their excerpts for people.
fn said<'d>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    sources: &Sources,
    format: Format,
) -> String {
    match format {
        Format::Court => render::short(diagnostics, sources),
        Format::Humain | Format::Json => render::diagnostics(diagnostics, sources),
    }
}
