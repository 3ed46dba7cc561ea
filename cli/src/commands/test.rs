//! `tester`: runs the examples of a recueil and says what they reach.

use super::{located, sound};
use crate::arguments::{Format, Test};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::during;
use crate::recueil::Recueil;
use crate::{render, terminal};
use analysis::Coverage;
use wire::{Due, suffices};

/// Runs the command.
pub fn run(arguments: &Test, format: Format) -> Result<Exit, Failure> {
    let directory = located(arguments.recueil.as_ref())?;
    let Some(recueil) = sound(&directory, format)? else { return Ok(Exit::Policy) };
    let (compiled, scripts) = (&recueil.compiled, &recueil.sandbox);
    let reports = during("Exemples", || analysis::run_examples(compiled, scripts));
    let coverage = (arguments.couverture || arguments.seuil.is_some())
        .then(|| during("Couverture", || analysis::coverage(compiled, scripts)));
    let due = due(arguments, &recueil);
    match format {
        Format::Json => {
            let coverage = coverage.as_ref().map(|coverage| (coverage, due));
            terminal::answer_json(&wire::tests(recueil.judged(), &reports, coverage))?;
        }
        Format::Court => {
            let failures = reports.iter().flat_map(|report| &report.failures);
            terminal::answer(&render::short(failures, recueil.sources()))?;
        }
        Format::Humain => {
            terminal::answer(&render::examples(&recueil, &reports))?;
            if let Some(coverage) = &coverage {
                terminal::answer(&render::coverage(&recueil, coverage, due))?;
            }
        }
    }
    let failed = reports.iter().any(|report| !report.failures.is_empty());
    let short = coverage.as_ref().is_some_and(|coverage| !enough(coverage, due));
    Ok(if failed || short { Exit::Tests } else { Exit::Yes })
}

/// Returns the coverage due: the option's for criteria and rows, else the manifest's.
fn due(arguments: &Test, recueil: &Recueil) -> Due {
    let manifest = recueil.files.coverage;
    Due {
        criteria: arguments.seuil.unwrap_or(manifest.criteres),
        rows: arguments.seuil.unwrap_or(manifest.lignes_de_table),
        branches: None,
    }
}

fn enough(coverage: &Coverage, due: Due) -> bool {
    suffices(&coverage.criteria, due.criteria)
        && suffices(&coverage.rows, due.rows)
        && suffices(&coverage.branches, due.branches.unwrap_or(0))
}
