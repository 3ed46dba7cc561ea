//! Populations, what was found of them, and the mistakes of their mappings, in words.

use super::page::Page;
use super::style::{self, heading, paint};
use super::{help_line, words};
use crate::simulated::Simulated;
use engine::{Date, show_counted};
use pages::simulation::Comparison;
use simulation::{Form, Mistake};
use std::path::Path;

/// Says what a population holds and where it is.
pub fn population(size: u64, offers: u64, today: Date, (file, form): (&str, Form)) -> String {
    let size = show_counted(size, "candidat", "candidats");
    let offers = show_counted(offers, "offre", "offres");
    let drawn = format!("{size} pour {offers}, au {}, dans « {file} »\n", words::date(today));
    match form {
        Form::Csv | Form::Parquet => {
            let command = format!("bareme simuler --population \"{file}\" --date {today}");
            format!("{drawn}  Pour les classer ce jour-là : {command}\n")
        }
        Form::Json => drawn,
    }
}

/// Says what became of a population, and what changes for it.
pub fn simulation(answer: &Simulated, day: Date, report: Option<&Path>) -> String {
    let mut page = Page::default();
    let read = show_counted(answer.read, "ligne lue", "lignes lues");
    let offers = show_counted(answer.offers, "offre", "offres");
    page.line(heading(&format!("{read}, {offers}, au {}", words::date(day))));
    let written = show_counted(answer.written, "candidat classé", "candidats classés");
    let eligible = show_counted(answer.eligible, "éligible", "éligibles");
    let kept = show_counted(answer.kept, "retenu", "retenus");
    page.line(format!("  {written}, dont {eligible} et {kept}, dans « {} »", answer.file));
    let aside = show_counted(answer.aside, "ligne écartée", "lignes écartées");
    page.line(format!("  {aside}, avec leur motif, dans « {} »", answer.beside));
    if let (Some(found), Some(report)) = (&answer.comparison, report) {
        changes(found, &mut page);
        page.line(format!("  Le rapport est dans « {} »", report.display()));
    }
    page.done()
}

/// Says what changes, at a glance.
fn changes(found: &Comparison, page: &mut Page) {
    let total = &found.total;
    page.line(heading("Ce que changent les règles"));
    let gain = show_counted(total.gain, "candidat gagne", "candidats gagnent");
    let lose = show_counted(total.lose, "en perd", "en perdent");
    page.line(format!(
        "  {gain} {}, {lose} {}",
        words::points(total.gained.0),
        words::points(total.lost.0)
    ));
    let same = show_counted(total.same, "garde son total", "gardent leur total");
    page.line(format!("  {same}"));
    let changed = show_counted(found.offers.changed, "offre retient", "offres retiennent");
    let entering = show_counted(found.kept.entering, "candidat entre", "candidats entrent");
    let leaving = show_counted(found.kept.leaving, "en sort", "en sortent");
    page.line(format!("  {changed} d'autres candidats : {entering}, {leaving}"));
}

/// Says the mistakes of a mapping, each at its place.
pub fn mapping(path: Option<&Path>, table: &Path, mistakes: &[Mistake]) -> String {
    let mut page = Page::default();
    let name =
        |path: Option<&Path>| path.map_or_else(String::new, |path| path.display().to_string());
    for mistake in mistakes {
        let place = match mistake.place {
            Some(place) => format!("{}:{}:{}", name(path), place.line, place.column),
            None => name(Some(table)),
        };
        let error = paint(style::ERROR, "erreur");
        page.line(format!("{error} : {place} : {}", mistake.message));
        if let Some(help) = &mistake.help {
            page.lines(help_line(help));
        }
    }
    page.done()
}
