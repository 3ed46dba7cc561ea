//! What running decisions again gave, in words.

use super::page::Page;
use super::style::{self, heading, paint};
use source::counted;
use wire::replay::{Gone, Line, Moved, Replayed, Replaying, Stood};

/// How many decisions are told one by one.
const MOST: usize = 20;

/// Says what running decisions again gave.
pub fn replayed(replayed: &Replayed) -> String {
    let mut page = Page::default();
    for one in replayed.detail.iter().take(MOST) {
        page.lines(decision(one, replayed.avec.is_some()));
    }
    let hidden = replayed.detail.len().saturating_sub(MOST);
    let more = u64::try_from(hidden).unwrap_or(u64::MAX).saturating_add(replayed.omises);
    if more > 0 {
        page.line(format!("… et {}", counted(more, "autre décision", "autres décisions")));
    }
    if let (1, 1, []) = (replayed.decisions, replayed.identiques, replayed.detail.as_slice()) {
        page.line(paint(style::GOOD, "Identique, octet pour octet."));
        return page.done();
    }
    page.lines(summary(replayed));
    page.done()
}

fn summary(replayed: &Replayed) -> String {
    let mut page = Page::default();
    let under = match &replayed.avec {
        Some(hash) => format!(", sous le recueil {}", hash.chars().take(12).collect::<String>()),
        None => String::new(),
    };
    let all = counted(replayed.decisions, "décision rejouée", "décisions rejouées");
    page.line(heading(&format!("{all}{under}")));
    for (count, [one, more]) in [
        (replayed.identiques, ["identique", "identiques"]),
        (replayed.differentes, ["différente", "différentes"]),
        (replayed.effacees, ["dont des faits sont effacés"; 2]),
        (replayed.impossibles, ["qui ne se rejoue pas", "qui ne se rejouent pas"]),
    ] {
        page.line(format!("  {}", counted(count, one, more)));
    }
    if replayed.differentes > 0 {
        page.line("Candidats");
        for (count, [one, more]) in [
            (replayed.gagnent, ["gagne des points", "gagnent des points"]),
            (replayed.perdent, ["en perd", "en perdent"]),
            (replayed.changent_de_rang, ["change de rang", "changent de rang"]),
            (replayed.entrent, ["devient retenu", "deviennent retenus"]),
            (replayed.sortent, ["ne l'est plus", "ne le sont plus"]),
        ] {
            page.line(format!("  {}", counted(count, one, more)));
        }
    }
    page.done()
}

fn decision(one: &Replaying, other_rules: bool) -> String {
    let mut page = Page::default();
    page.line(heading(&format!("Décision {} (entrée {}, {})", one.decision, one.entree, one.date)));
    if let Some(version) = &one.moteur {
        page.line(format!("  enregistrée par le moteur {version}"));
    }
    if let Some(why) = &one.impossible {
        page.line(format!("  ne se rejoue pas : {why}"));
    }
    for gone in &one.effaces {
        page.lines(lost(gone));
    }
    for moved in &one.candidats {
        page.lines(candidate(moved, other_rules));
    }
    page.done()
}

fn lost(gone: &Gone) -> String {
    let mut page = Page::default();
    page.line(format!(
        "  candidat {} effacé à l'entrée {} ; ses faits ne sont plus là :",
        gone.place + 1,
        gone.entree
    ));
    page.paragraph(style::FAINT, &gone.faits.join(", "), 4);
    page.done()
}

fn candidate(moved: &Moved, other_rules: bool) -> String {
    let mut page = Page::default();
    page.line(format!("  {} : {} → {}", moved.id, stood(&moved.avant), stood(&moved.apres)));
    for line in &moved.lignes {
        page.line(format!("    {}", points(line)));
    }
    if !other_rules || moved.lignes.is_empty() {
        page.line(format!("    première différence : {}", moved.ou));
        page.line(format!("      enregistré : {}", moved.enregistre));
        page.line(format!("      trouvé     : {}", moved.trouve));
    }
    page.done()
}

fn stood(stood: &Stood) -> String {
    let rank = stood.rang.map_or("non classé".to_owned(), |rank| format!("rang {rank}"));
    let kept = if stood.retenu { ", retenu" } else { "" };
    format!("{} ({rank}{kept})", stood.total.replace('.', ","))
}

fn points(line: &Line) -> String {
    let said = |points: &Option<String>| match points {
        Some(points) => points.replace('.', ","),
        None => "absente".to_owned(),
    };
    format!("{} : {} → {}", line.ligne, said(&line.avant), said(&line.apres))
}
