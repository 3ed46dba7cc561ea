//! Examples and what they reach.

use super::diagnostics;
use super::page::Page;
use super::style::{self, heading, paint};
use crate::recueil::Recueil;
use analysis::{Coverage, Covered, ExampleReport};
use source::counted;
use wire::{Due, reached, suffices};

/// Draws the failures, then the count.
pub fn examples(recueil: &Recueil, reports: &[ExampleReport]) -> String {
    let mut page = Page::default();
    for report in reports.iter().filter(|report| !report.failures.is_empty()) {
        let named = format!("{}, « {} »", report.unit, report.label);
        page.line(format!("{} : {}", paint(style::ERROR, "échec"), heading(&named)));
        page.lines(diagnostics(&report.failures, recueil.sources()));
    }
    let failed = reports.iter().filter(|report| !report.failures.is_empty()).count();
    let ran = counted(reports.len(), "exemple", "exemples");
    let said = match failed {
        0 => paint(style::GOOD, "tous vérifiés"),
        _ => paint(style::ERROR, &counted(failed, "en échec", "en échec")),
    };
    page.line(format!("{ran}, {said}"));
    page.done()
}

/// Draws what examples reach and miss.
pub fn coverage(recueil: &Recueil, coverage: &Coverage, due: Due) -> String {
    let mut page = Page::starting(format!("\n{}\n", heading("Couverture")));
    page.lines(share(recueil, "critères", &coverage.criteria, Some(due.criteria)));
    page.lines(share(recueil, "lignes de tableau", &coverage.rows, Some(due.rows)));
    page.lines(share(recueil, "branches", &coverage.branches, due.branches));
    page.done()
}

fn share(recueil: &Recueil, what: &str, covered: &Covered, due: Option<u32>) -> String {
    let due_here = due.unwrap_or(0);
    let enough = suffices(covered, due_here);
    let style = if enough { style::GOOD } else { style::ERROR };
    let count = format!("{} sur {}", reached(covered), covered.total);
    let percent = percent(covered);
    let threshold = match due {
        Some(due) if due > 0 => format!(", seuil {due} %"),
        Some(_) | None => String::new(),
    };
    let mut page = Page::starting(format!(
        "  {what} : {}{threshold}\n",
        paint(style, &format!("{count} ({percent} %)"))
    ));
    for missed in &covered.missed {
        let place = recueil.sources().get(missed.span.file).map_or_else(String::new, |file| {
            format!("{}:{}", file.path, file.line_column(missed.span.start).line)
        });
        page.line(format!("    {} : {} ({place})", missed.unit, missed.what));
    }
    page.done()
}

/// Returns the share reached in whole percents, rounded down so that 100 means all.
fn percent(covered: &Covered) -> usize {
    (reached(covered) * 100).checked_div(covered.total).unwrap_or(100)
}
