//! The whole justification of one candidate: every line, what was looked at, and the texts.

use super::evaluation::{candidate_title, grid_title, line_points, quantity, title, truth_style};
use super::page::Page;
use super::style::{self, heading, paint};
use super::words;
use crate::recueil::Recueil;
use engine::{
    CandidateOutcome, ConditionOutcome, Date, GridOutcome, LineOutcome, PoolOutcome, Shown,
};
use explain::grounds::{self, Grounds};

/// Draws a candidate's justification.
pub fn detail(
    recueil: &Recueil,
    date: Date,
    outcome: &PoolOutcome,
    candidate: &CandidateOutcome,
) -> String {
    let mut page = Page::starting(title(recueil, date, outcome));
    page.blank();
    page.lines(candidate_title(candidate, outcome));
    let applies = if candidate.applies { "oui" } else { "non" };
    page.line(format!("  A postulé : {applies}"));
    page.blank();
    page.line(heading("Éligibilité"));
    for condition in &candidate.eligibilities {
        let grounds = grounds::of_eligibility(&recueil.compiled, &outcome.ranking, &condition.id);
        write_condition(&mut page, condition, "  ");
        write_texts(&mut page, &grounds, "      ");
    }
    for grid in &candidate.grids {
        page.blank();
        write_grid(&mut page, recueil, grid);
    }
    page.done()
}

fn write_grid(page: &mut Page, recueil: &Recueil, grid: &GridOutcome) {
    page.lines(grid_title(grid));
    for (said, unit) in [("Politique", &grid.version), ("Remplie par", &grid.filling)] {
        if let Some((unit, version)) = unit {
            page.line(format!("    {said} : {unit} {version}"));
        }
    }
    write_texts(page, &grounds::of_grid(&recueil.compiled, grid), "    ");
    for line in &grid.lines {
        page.blank();
        write_line(page, line);
        write_texts(page, &grounds::of_line(&recueil.compiled, grid, line), "      ");
    }
}

fn write_line(page: &mut Page, line: &LineOutcome) {
    let state = paint(words::line_style(line.state), words::line_state(line.state));
    page.line(format!("    {} : {}, {state}", heading(&line.label), line_points(line)));
    if let Some(range) = words::range(line.range, line.points) {
        page.line(format!("      Intervalle : {range}"));
    }
    if !line.motif.text.is_empty() {
        page.line(format!("      {}", line.motif.text));
    }
    if let Some(raw) = line.motif.raw {
        page.line(format!("      Avant écrêtement : {}", words::points(raw)));
    }
    write_quantities(page, &line.quantities, "      ");
    for condition in &line.sub_criteria {
        write_condition(page, condition, "      ");
    }
}

fn write_condition(page: &mut Page, condition: &ConditionOutcome, margin: &str) {
    let truth = paint(truth_style(condition.truth), words::truth(condition.truth));
    let why = match condition.motif.text.as_str() {
        "" => String::new(),
        why => format!(" ({why})"),
    };
    page.line(format!("{margin}{} : {truth}{why}", condition.label));
    write_quantities(page, &condition.quantities, &format!("{margin}    "));
}

fn write_quantities(page: &mut Page, quantities: &[Shown], margin: &str) {
    for shown in quantities {
        page.line(format!("{margin}{}", quantity(shown)));
    }
}

fn write_texts(page: &mut Page, grounds: &Grounds, margin: &str) {
    let kinds = [
        ("Source", &grounds.sources),
        ("Fondement", &grounds.legal_bases),
        ("Hypothèse", &grounds.hypotheses),
    ];
    for (kind, texts) in kinds {
        for text in texts {
            page.line(paint(style::FAINT, &format!("{margin}{kind} : {text}")));
        }
    }
}
