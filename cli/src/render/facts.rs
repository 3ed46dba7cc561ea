//! The facts of a raw application, with the box that each comes from.

use super::page::Page;
use super::style::{self, heading};
use super::table::{Align, Cell, Table};
use engine::{Case, Fact, FactState, FieldId, ListState, Proof, Schema, show};

/// Draws the facts, entity by entity.
pub fn facts(case: &Case, schema: &Schema) -> String {
    let mut page = Page::default();
    for entity in schema.entities.iter().filter(|entity| !entity.list) {
        let here: Vec<(FieldId, &Fact)> = entity
            .fields
            .iter()
            .filter_map(|field| Some((*field, case.facts.get(field)?)))
            .collect();
        if !here.is_empty() {
            page.lines(format!("{}\n{}", heading(&entity.name), table(&here, schema)));
        }
    }
    for (entity, list) in &case.lists {
        let Some(entity) = schema.entity(*entity) else { continue };
        let name = heading(&entity.name);
        match list {
            ListState::Missing => page.line(format!("{name} : non renseigné")),
            ListState::Withheld => page.line(format!("{name} : non communiqué")),
            ListState::Known(items) if items.is_empty() => {
                page.line(format!("{name} : aucun"));
            }
            ListState::Known(items) => {
                for (at, item) in items.iter().enumerate() {
                    let here: Vec<(FieldId, &Fact)> =
                        item.iter().map(|(field, fact)| (*field, fact)).collect();
                    page.lines(format!("{name} {}\n{}", at + 1, table(&here, schema)));
                }
            }
        }
    }
    page.done()
}

fn table(facts: &[(FieldId, &Fact)], schema: &Schema) -> String {
    let mut table = Table::new([Align::Left, Align::Left, Align::Left, Align::Left]);
    for (field, fact) in facts {
        let Some(def) = schema.field(*field) else { continue };
        let value = match &fact.state {
            FactState::Known(value) => show(value, def.ty, schema),
            FactState::Missing => "non renseigné".to_owned(),
            FactState::Withheld => "non communiqué".to_owned(),
        };
        table.row(vec![
            def.name.as_str().into(),
            value.into(),
            proof(&fact.proof).into(),
            Cell::styled(style::FAINT, fact.source.as_deref().unwrap_or_default()),
        ]);
    }
    table.draw("  ")
}

fn proof(proof: &Proof) -> String {
    match proof {
        Proof::Declared => "déclaré".to_owned(),
        Proof::Verified => "vérifié".to_owned(),
        Proof::Validated(None) => "validé".to_owned(),
        Proof::Validated(Some(role)) => format!("validé par {role}"),
    }
}
