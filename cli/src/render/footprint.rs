//! The facts that each unit reads, reader by reader.

use super::page::Page;
use super::style::{self, heading};
use super::table::{Align, Cell, Table};
use crate::recueil::Recueil;
use analysis::{Choice, FactReader, ReadFact, ReaderRole, UnitReads};
use dsl::typed::Read;
use engine::Sharing;

/// Draws what units read.
pub fn footprint(recueil: &Recueil, units: &[UnitReads<'_>]) -> String {
    let mut page = Page::default();
    for (at, reads) in units.iter().enumerate() {
        if at > 0 {
            page.blank();
        }
        let (name, version) = (&reads.unit.name.text, &reads.unit.version);
        let frame = reads.unit.applies.as_ref();
        let frame = frame.map_or(String::new(), |it| format!(", dans le cadre « {} »", it.text));
        page.line(format!("{}{frame}", heading(&format!("{name} {version}"))));
        for reader in &reads.readers {
            page.line(format!("  {}", title(reader)));
            page.lines(facts(recueil, &reader.facts));
            for total in &reader.totals {
                page.line(format!("    le total de « {total} »"));
            }
        }
    }
    if units.is_empty() {
        page.line("Aucun fait n'est lu");
    }
    page.done()
}

fn title(reader: &FactReader) -> String {
    let FactReader { name, label, .. } = reader;
    match reader.role {
        ReaderRole::Criterion => format!("critère {name} : {label}"),
        ReaderRole::Eligibility => format!("éligible {name} : {label}"),
        ReaderRole::Application => "s'applique si".to_owned(),
        ReaderRole::Perimeter => "périmètre".to_owned(),
        ReaderRole::Sharing => "partage selon".to_owned(),
        ReaderRole::OrderKey => format!("ordre par {label}"),
    }
}

fn facts(recueil: &Recueil, facts: &[ReadFact]) -> String {
    let mut table = Table::new([Align::Left; 4]);
    for fact in facts {
        let way = recueil.compiled.typed.way_in_words(&fact.way);
        table.row(vec![
            fact.name.as_str().into(),
            marks(recueil, fact).into(),
            fact.seen.as_deref().map_or_else(String::new, seen).into(),
            way.map_or_else(|| Cell::from(""), |way| Cell::styled(style::FAINT, way)),
        ]);
    }
    let drawn = table.draw("    ");
    drawn.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn marks(recueil: &Recueil, fact: &ReadFact) -> String {
    let Read::Field(field) = fact.read else { return "liste".to_owned() };
    let Some(def) = recueil.compiled.typed.schema.field(field) else { return String::new() };
    let is_visible = fact.seen.as_ref().is_some_and(|choices| !choices.is_empty());
    let level = match def.sharing {
        None if is_visible => "visible",
        None => "jamais partagé",
        Some(Sharing::Nothing) => "partagé",
        Some(Sharing::Identification) => "identification",
        Some(Sharing::Complete) => "complet",
    };
    let marked = [
        (def.sensitive, "sensible"),
        (def.protected, "protégé"),
        (fact.complementary, "complémentaire"),
    ];
    let marks = marked.into_iter().filter(|(is, _)| *is).map(|(_, word)| word);
    std::iter::once(level).chain(marks).collect::<Vec<_>>().join(", ")
}

fn seen(choices: &[Choice]) -> String {
    let numbers: Vec<String> = choices.iter().map(|choice| choice.number.to_string()).collect();
    match numbers.as_slice() {
        [] => "sous aucun choix".to_owned(),
        [only] => format!("sous le seul choix {only}"),
        _ => format!("sous les choix {}", numbers.join(", ")),
    }
}
