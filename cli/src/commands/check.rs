//! `verifier`: every diagnostic of every file, then the units.

use super::fix::Fixes;
use super::located;
use crate::arguments::{Check, Format, Solveur};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::recueil::Recueil;
use crate::render::Page;
use crate::{date, progress, render, terminal};
use source::counted;
use std::time::Instant;

/// Runs the command.
pub fn run(arguments: &Check, format: Format) -> Result<Exit, Failure> {
    let started = Instant::now();
    let directory = located(arguments.recueil.as_ref())?;
    let today = arguments.date.or_else(date::today);
    if arguments.corriger {
        explain_fixes(&super::fix::fix(&directory, today)?);
    }
    let mut recueil = Recueil::load(&directory, today)?;
    if let Some(solver) = arguments.solveur {
        ask(solver, &mut recueil)?;
    }
    match format {
        Format::Json => {
            let points = arguments.points.then(|| analysis::points(&recueil.compiled));
            terminal::answer_json(&wire::check(recueil.judged()).with_points(points.as_deref()))?;
        }
        Format::Court => {
            terminal::answer(&render::short(&recueil.diagnostics, recueil.sources()))?;
        }
        Format::Humain => {
            terminal::answer(&report(&recueil, arguments))?;
            let elapsed = started.elapsed().as_millis();
            terminal::explain(&format!("Vérifié en {elapsed} ms\n"));
        }
    }
    Ok(if recueil.has_errors() { Exit::Policy } else { Exit::Yes })
}

/// Asks a solver about the guarantees that are not decided.
///
/// Errors: there is no such program, or it does not answer.
fn ask(solver: Solveur, recueil: &mut Recueil) -> Result<(), Failure> {
    let solver = match solver {
        Solveur::Z3 => solver::Z3::find().ok_or(Failure::NoSolver)?,
    };
    progress::during("Garanties demandées au solveur", || recueil.settle(&solver))
}

/// Says what was mended, on standard error: the answer is what is left.
fn explain_fixes(fixes: &Fixes) {
    for line in &fixes.done {
        terminal::explain(&format!("{line}\n"));
    }
    for line in &fixes.left_out {
        terminal::explain(&format!("{line}, qui ajouterait une erreur\n"));
    }
    let done = counted(fixes.done.len(), "correction appliquée", "corrections appliquées");
    terminal::explain(&format!("{done}\n"));
}

fn report(recueil: &Recueil, arguments: &Check) -> String {
    let mut page = Page::starting(render::diagnostics(&recueil.diagnostics, recueil.sources()));
    let resolved = &recueil.compiled.resolved;
    if !resolved.units.is_empty() {
        page.lines(render::units(recueil));
        page.blank();
    }
    if arguments.points && !recueil.has_errors() {
        page.lines(render::reachable(&analysis::points(&recueil.compiled)));
        page.blank();
    }
    let units = counted(resolved.by_name.len(), "unité", "unités");
    let versions = counted(resolved.units.len(), "version", "versions");
    let found = render::summary(recueil);
    page.line(format!("{} : {units}, {versions} ; {found}", named(recueil)));
    if !recueil.files.hash.is_empty() {
        page.line(format!("Empreinte {}", recueil.files.hash));
    }
    if !recueil.has_errors() {
        let cost = recueil.compiled.lowered.program.cost();
        page.line(format!("Coût estimé : au plus {} par candidat", render::operations(cost)));
    }
    page.done()
}

/// Names a recueil; a broken manifest gives no name.
fn named(recueil: &Recueil) -> String {
    match recueil.files.name.as_str() {
        "" => "Recueil".to_owned(),
        name => format!("Recueil « {name} »"),
    }
}
