//! `expliquer`: why a candidate has these points, for the applicant, HR or the auditor.

use crate::arguments::{Asked, Explain, Format, Language};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::recueil::Recueil;
use crate::{dossiers, files, render, terminal};
use ::explain::explanation::View;
use ::explain::report::Responsible;
use ::explain::since::{Side, since};
use ::explain::wording::Worded;
use ::explain::{Explanation, Unexplained, Words};
use anstream::adapter::strip_str;
use engine::{Date, Pool};
use printer::Chromium;
use std::path::Path;
use wire::ExplanationAnswer;

/// Runs the command.
pub fn run(arguments: &Explain, asked: Asked) -> Result<Exit, Failure> {
    // Of a page that cannot be made, the mistakes are said as text.
    let format = asked.format().unwrap_or(Format::Humain);
    let to = arguments.sortie.as_deref();
    if asked == Asked::Pdf && to.is_none() && terminal::is_watched() {
        return Err(Failure::PdfOnTerminal);
    }
    let near = arguments.dossier.parent().unwrap_or(Path::new(""));
    let directory = files::locate(arguments.under.recueil.as_deref(), near)?;
    let Some(recueil) = super::sound(&directory, format)? else { return Ok(Exit::Policy) };
    let Some(pool) = read(&arguments.dossier, &recueil, arguments.under.date, format)? else {
        return Ok(Exit::Dossier);
    };
    let explained = explained(&recueil, &pool, &arguments.candidat, arguments.vue.into())?;
    let responsible = recueil.files.responsible.as_ref().map(Responsible::from);
    let mut explanation = explained.with_responsible(responsible);
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
    deliver(answer(worded, words, asked)?, to)?;
    Ok(Exit::Yes)
}

/// An answer that is ready to go.
enum Answer {
    /// Text, with styles that a terminal shows.
    Text(String),
    /// A document, as it is.
    Document(Vec<u8>),
}

fn answer(worded: Worded<'_>, words: &Words, asked: Asked) -> Result<Answer, Failure> {
    Ok(match asked {
        Asked::Humain | Asked::Court => Answer::Text(render::explanation(&worded, words)),
        Asked::Json => {
            Answer::Text(terminal::json(&ExplanationAnswer::Explained(Box::new(worded)))?)
        }
        Asked::Html => Answer::Document(pages::explanation(&worded, words).into_bytes()),
        Asked::Pdf => {
            let chromium = Chromium::find().ok_or(Failure::NoPrinter)?;
            Answer::Document(chromium.print(&pages::explanation(&worded, words))?)
        }
    })
}

/// Writes an answer to a file, without styles, or else to the standard output.
fn deliver(answer: Answer, to: Option<&Path>) -> Result<(), Failure> {
    match (answer, to) {
        (Answer::Text(text), None) => terminal::answer(&text),
        (Answer::Document(document), None) => terminal::answer_bytes(&document),
        (answer, Some(path)) => {
            let content = match answer {
                Answer::Text(text) => strip_str(&text).to_string().into_bytes(),
                Answer::Document(document) => document,
            };
            files::write(path, &content)?;
            terminal::answer(&render::written(path))
        }
    }
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

/// Explains a candidate.
///
/// Errors: nobody has that identifier; nothing ranks on that day.
fn explained(recueil: &Recueil, pool: &Pool, id: &str, view: View) -> Result<Explanation, Failure> {
    side(recueil, pool).explain(id, view).map_err(|why| match why {
        Unexplained::NoSuchCandidate => Failure::NoSuchCandidate,
        Unexplained::NoRanking(date) => Failure::NoRanking(date),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn fixture(change: impl Fn(String) -> String) -> Explanation {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let recueil = Recueil::load(&root.join("simple"), None).unwrap();
        let text = std::fs::read_to_string(root.join("dossiers/simple.yaml")).unwrap();
        let schema = &recueil.compiled.lowered.program.schema;
        let yaml = dossier::Format::Yaml;
        let text = change(text);
        let dossier = dossier::read(text.as_bytes(), yaml, schema, dossier::Forms::none()).unwrap();
        let pool = Pool { date: dossier.date.unwrap(), candidates: dossier.candidates };
        let id = pool.candidates.first().unwrap().id.clone();
        explained(&recueil, &pool, &id, View::Applicant).unwrap().seen_by(View::Applicant)
    }

    fn drawn(explanation: &Explanation) -> String {
        let words = Words::french();
        render::explanation(&words.worded(explanation, &std::collections::BTreeMap::new()), words)
    }

    #[test]
    fn ten_thousand_lines_are_grouped_and_bounded() {
        let mut explanation = fixture(|text| text);
        let grid = explanation.grids.first_mut().unwrap();
        let one = grid.lines.first().unwrap().clone();
        grid.lines = (0..10_000)
            .map(|at| ::explain::explanation::Line { id: format!("ligne_{at}"), ..one.clone() })
            .collect();
        let start = Instant::now();
        let text = drawn(&explanation);
        assert!(start.elapsed() < Duration::from_secs(60));
        assert!(text.lines().count() < 1_500, "{}", text.lines().count());
        assert!(text.contains("… et 9\u{202f}900 autres lignes"), "{text}");
    }

    #[test]
    fn a_list_of_ten_thousand_values_is_cut() {
        let mut explanation = fixture(|text| text);
        let line = explanation.grids.first_mut().and_then(|grid| grid.lines.first_mut()).unwrap();
        let fact = line.facts.first_mut().unwrap();
        let one = fact.values.first().unwrap().clone();
        fact.values = vec![one; 10_000];
        let text = drawn(&explanation);
        assert!(text.len() < 20_000, "{}", text.len());
    }

    #[test]
    fn what_a_dossier_or_a_rule_holds_is_shown_as_text() {
        let hostile = "\u{202e}<script>alert(1)</script>\u{1b}[31m\u{2066}";
        let mut explanation = fixture(|text| text);
        explanation.candidate = hostile.to_owned();
        let grid = explanation.grids.first_mut().unwrap();
        grid.label = hostile.to_owned();
        let line = grid.lines.first_mut().unwrap();
        line.label = hostile.to_owned();
        line.motif.text = hostile.to_owned();
        let fact = line.facts.first_mut().unwrap();
        fact.label = hostile.to_owned();
        fact.values.first_mut().unwrap().source = Some(hostile.to_owned());
        let text = drawn(&explanation);
        // The styles of the house are the only escapes, and are stripped off a terminal.
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert!(plain.contains("\u{fffd}<script>alert(1)</script>\u{fffd}[31m\u{fffd}"), "{plain}");
        let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!plain.chars().any(|c| (c.is_control() && c != '\n') || turns(c)), "{plain}");
    }
}
