//! `expliquer`: why a candidate has these points, for the applicant, HR or the auditor.

use crate::arguments::{Explain, Format, Language};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::recueil::Recueil;
use crate::wire::ExplanationAnswer;
use crate::{dossiers, files, render, terminal, wire};
use ::explain::{Evaluation, Explanation, Words};
use engine::{Evaluator, Pool};
use std::path::Path;

/// Runs the command.
pub fn run(arguments: &Explain, format: Format) -> Result<Exit, Failure> {
    let near = arguments.dossier.parent().unwrap_or(Path::new(""));
    let directory = files::locate(arguments.recueil.as_deref(), near)?;
    let Some(recueil) = super::sound(&directory, format)? else { return Ok(Exit::Policy) };
    let pool = match dossiers::pool(&arguments.dossier, &recueil, arguments.date)? {
        Ok(pool) => pool,
        Err(errors) => {
            match format {
                Format::Humain | Format::Court => {
                    terminal::explain(&render::dossier_errors(&arguments.dossier, &errors));
                }
                Format::Json => {
                    let path = arguments.dossier.display().to_string();
                    terminal::answer_json(&ExplanationAnswer::refused(path, &errors))?;
                }
            }
            return Ok(Exit::Dossier);
        }
    };
    let explanation = explained(&recueil, &pool, &arguments.candidat)?;
    let explanation = explanation.seen_by(arguments.vue.into());
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
