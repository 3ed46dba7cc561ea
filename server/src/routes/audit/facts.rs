//! Facts as they were recorded, in the words of the vocabulary that they were recorded under; under their own names
//! where it cannot be had.

use super::words;
use crate::rules::Rules;
use engine::{Case, EntityId, Fact, FactState, FieldId, ListState, Proof, Schema, show};
use pages::people::audit::FactRow;
use registry::facts::{Absent, Facts, Proven, Recorded, RecordedFact};

/// Lists facts, in the order of their paths; items of a list one by one.
pub fn rows(facts: &Facts, rules: Option<&Rules>) -> Vec<FactRow> {
    facts.iter().flat_map(|(path, recorded)| of_path(path, recorded, rules)).collect()
}

fn of_path(path: &str, recorded: &Recorded, rules: Option<&Rules>) -> Vec<FactRow> {
    let read = rules.and_then(|rules| {
        let mut case = Case::default();
        let one = Facts::from([(path.to_owned(), recorded.clone())]);
        rules.names.read_into(&one, &mut case).ok().map(|()| (rules, case))
    });
    match read {
        Some((rules, case)) => of_case(path, &case, &rules.program().schema),
        None => as_recorded(path, recorded),
    }
}

fn of_case(path: &str, case: &Case, schema: &Schema) -> Vec<FactRow> {
    let facts = case.facts.iter().map(|(id, fact)| row(path.to_owned(), None, *id, fact, schema));
    let lists = case.lists.iter().flat_map(|(id, list)| of_list(path, *id, list, schema));
    facts.chain(lists).collect()
}

fn of_list(path: &str, id: EntityId, list: &ListState, schema: &Schema) -> Vec<FactRow> {
    let entity = schema.entity(id);
    let label = entity.and_then(|it| it.label.clone()).unwrap_or_else(|| path.to_owned());
    let whole = |value: &str| FactRow {
        label: label.clone(),
        path: path.to_owned(),
        value: value.to_owned(),
        proof: String::new(),
        date: String::new(),
        source: String::new(),
    };
    match list {
        ListState::Missing => vec![whole("non renseigné")],
        ListState::Withheld => vec![whole("non communiqué")],
        ListState::Known(items) if items.is_empty() => vec![whole("aucun")],
        ListState::Known(items) => {
            let of_item = |(number, item): (usize, &engine::Item)| {
                let item = item.iter().map(|(field, fact)| {
                    let name = schema.field(*field).map_or("", |field| field.name.as_str());
                    let path = format!("{path}[{number}].{name}");
                    row(path, Some(format!("{label} {number}")), *field, fact, schema)
                });
                item.collect::<Vec<_>>()
            };
            (1..).zip(items).flat_map(of_item).collect()
        }
    }
}

fn row(path: String, of: Option<String>, id: FieldId, fact: &Fact, schema: &Schema) -> FactRow {
    let field = schema.field(id);
    let label = field.map_or_else(|| path.clone(), |field| field.label.clone());
    let value = match (&fact.state, field) {
        (FactState::Known(value), Some(field)) => show(value, field.ty, schema),
        (FactState::Known(_), None) | (FactState::Missing, _) => "non renseigné".to_owned(),
        (FactState::Withheld, _) => "non communiqué".to_owned(),
    };
    let proof = match &fact.proof {
        Proof::Declared => "déclaré".to_owned(),
        Proof::Verified => "vérifié sur pièce".to_owned(),
        Proof::Validated(None) => "validé".to_owned(),
        Proof::Validated(Some(role)) => format!("validé par {role}"),
    };
    FactRow {
        label: of.map_or_else(|| label.clone(), |of| format!("{of} : {label}")),
        path,
        value,
        proof,
        date: fact.date.map(pages::days::day).unwrap_or_default(),
        source: fact.source.as_deref().unwrap_or_default().to_owned(),
    }
}

/// Lists what a record says, by its own names.
fn as_recorded(path: &str, recorded: &Recorded) -> Vec<FactRow> {
    match recorded {
        Recorded::Fact(fact) => vec![raw(path.to_owned(), fact)],
        Recorded::Items(items) => {
            let of_item = |(number, item): (usize, &std::collections::BTreeMap<String, _>)| {
                let facts = item.iter();
                facts
                    .map(|(name, fact)| raw(format!("{path}[{number}].{name}"), fact))
                    .collect::<Vec<_>>()
            };
            (1..).zip(items).flat_map(of_item).collect()
        }
    }
}

fn raw(path: String, fact: &RecordedFact) -> FactRow {
    let value = match (&fact.value, fact.absence) {
        (Some(value), _) => value.clone(),
        (None, Some(Absent::Withheld)) => "non communiqué".to_owned(),
        (None, Some(Absent::Missing) | None) => "non renseigné".to_owned(),
    };
    let proof = match (fact.proof, &fact.role) {
        (None, _) => "déclaré".to_owned(),
        (Some(Proven::Verified), _) => "vérifié sur pièce".to_owned(),
        (Some(Proven::Validated), None) => "validé".to_owned(),
        (Some(Proven::Validated), Some(role)) => format!("validé par {role}"),
    };
    FactRow {
        label: path.clone(),
        path,
        value,
        proof,
        date: fact.date.as_deref().map(words::day).unwrap_or_default(),
        source: fact.source.clone().unwrap_or_default(),
    }
}
