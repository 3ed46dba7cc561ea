//! Populations, what was found of them, and the mistakes of their mappings, in words.

use super::page::Page;
use super::style::{self, heading, paint};
use super::{help_line, words};
use engine::{Date, Exact};
use simulation::{Counts, Mistake};
use std::path::Path;

/// Says what a population holds and where it is.
pub fn population(size: u64, offers: u64, today: Date, file: &str) -> String {
    format!(
        "{} pour {}, au {}, dans « {file} »\n",
        counted(size, ["candidat", "candidats"]),
        counted(offers, ["offre", "offres"]),
        words::date(today)
    )
}

/// Says what became of a population.
pub fn simulation(counts: &Counts, day: Date, out: &str, beside: &str) -> String {
    let mut page = Page::default();
    let read = counted(counts.read, ["ligne lue", "lignes lues"]);
    let offers = counted(counts.offers, ["offre", "offres"]);
    page.line(heading(&format!("{read}, {offers}, au {}", words::date(day))));
    let written = counted(counts.written, ["candidat classé", "candidats classés"]);
    let eligible = counted(counts.eligible, ["éligible", "éligibles"]);
    let kept = counted(counts.kept, ["retenu", "retenus"]);
    page.line(format!("  {written}, dont {eligible} et {kept}, dans « {out} »"));
    let aside = counted(counts.aside, ["ligne écartée", "lignes écartées"]);
    page.line(format!("  {aside}, avec leur motif, dans « {beside} »"));
    page.done()
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

fn counted(count: u64, [one, more]: [&str; 2]) -> String {
    let noun = if count > 1 { more } else { one };
    format!("{} {noun}", words::number(Exact::whole(count.into())))
}
