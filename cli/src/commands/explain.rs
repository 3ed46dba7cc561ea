//! `expliquer`: why a candidate has these points, for the applicant, HR or the auditor.

use crate::arguments::{Explain, Format, Language};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::recueil::Recueil;
use crate::wire::ExplanationAnswer;
use crate::{dossiers, files, render, terminal, wire};
use ::explain::since::{Side, since};
use ::explain::{Evaluation, Explanation, Words};
use engine::{Date, Evaluator, Pool};
use std::path::Path;

/// Runs the command.
pub fn run(arguments: &Explain, format: Format) -> Result<Exit, Failure> {
    let near = arguments.dossier.parent().unwrap_or(Path::new(""));
    let directory = files::locate(arguments.recueil.as_deref(), near)?;
    let Some(recueil) = super::sound(&directory, format)? else { return Ok(Exit::Policy) };
    let Some(pool) = read(&arguments.dossier, &recueil, arguments.date, format)? else {
        return Ok(Exit::Dossier);
    };
    let mut explanation = explained(&recueil, &pool, &arguments.candidat)?;
    if let Some(earlier) = &arguments.depuis {
        let other = match &arguments.depuis_recueil {
            Some(directory) => match super::sound(directory, format)? {
                Some(other) => Some(other),
                None => return Ok(Exit::Policy),
            },
            None => None,
        };
        let rules = other.as_ref().unwrap_or(&recueil);
        let Some(before) = read(earlier, rules, None, format)? else { return Ok(Exit::Dossier) };
        let sides = (side(rules, &before), side(&recueil, &pool));
        let since = since(sides.0, sides.1, &arguments.candidat).map_err(Failure::Incomparable)?;
        explanation = explanation.with_since(since);
    }
    let mut explanation = explanation.seen_by(arguments.vue.into());
    if arguments.rapport {
        explanation = explanation.with_report();
    }
    let words = match arguments.langue {
        Language::Fr => Words::french(),
        Language::En => Words::english(),
    };
    let worded = words.worded(&explanation, &recueil.files.glossary);
    match format {
        Format::Humain | Format::Court => terminal::answer(&render::explanation(&worded, words))?,
        Format::Json => terminal::answer_json(&wire::ExplanationAnswer::Explained(worded))?,
    }
    Ok(Exit::Yes)
}

/// Reads a dossier; when it has mistakes, says them and returns nothing.
fn read(
    path: &Path,
    recueil: &Recueil,
    date: Option<Date>,
    format: Format,
) -> Result<Option<Pool>, Failure> {
    match dossiers::pool(path, recueil, date)? {
        Ok(pool) => Ok(Some(pool)),
        Err(errors) => {
            match format {
                Format::Humain | Format::Court => {
                    terminal::explain(&render::dossier_errors(path, &errors));
                }
                Format::Json => {
                    let path = path.display().to_string();
                    terminal::answer_json(&ExplanationAnswer::refused(path, &errors))?;
                }
            }
            Ok(None)
        }
    }
}

fn side<'e>(recueil: &'e Recueil, pool: &'e Pool) -> Side<'e> {
    Side {
        rules: &recueil.compiled,
        scripts: &recueil.sandbox,
        recueil: (&recueil.files.name, &recueil.files.hash),
        pool,
    }
}

/// Explains a candidate: the whole.
///
/// Errors: nobody has that identifier; nothing ranks on that day.
fn explained(recueil: &Recueil, pool: &Pool, id: &str) -> Result<Explanation, Failure> {
    let named = pool.candidates.iter().position(|candidate| candidate.id == id);
    let index = named.ok_or(Failure::NoSuchCandidate)?;
    let evaluator = Evaluator::new(&recueil.compiled.lowered.program, &recueil.sandbox);
    let ranked = evaluator.rank_traced(pool, index);
    let (outcome, trace) = ranked.ok_or(Failure::NoRanking(pool.date))?;
    let evaluation = Evaluation {
        rules: &recueil.compiled,
        recueil: (&recueil.files.name, &recueil.files.hash),
        pool,
        outcome: &outcome,
    };
    let own = outcome.candidates.iter().find(|candidate| candidate.index == index);
    let own = own.ok_or(Failure::NoSuchCandidate)?;
    Ok(evaluation.explain(own, &trace))
}
