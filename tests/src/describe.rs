//! Pools and outcomes in few words, for the messages of failed tests.

use crate::reference::{Candidate, Grid};
use engine::{Case, Fact, FactState, ListState, Pool, Proof, Schema, Value};

/// Says the facts of a pool, one candidate a line.
pub fn pool(pool: &Pool, schema: &Schema) -> String {
    let mut said = format!("le {}\n", pool.date);
    for candidate in &pool.candidates {
        let applies = if candidate.applies { "" } else { " (ne postule pas)" };
        said.push_str(&format!("{}{applies} : {}\n", candidate.id, case(&candidate.case, schema)));
    }
    said
}

fn case(case: &Case, schema: &Schema) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (field, held) in &case.facts {
        parts.push(format!("{} {}", schema.path(*field), fact(held)));
    }
    for (list, state) in &case.lists {
        let name = schema.entity(*list).map_or("?", |entity| &entity.name);
        parts.push(match state {
            ListState::Missing => format!("{name} manque"),
            ListState::Withheld => format!("{name} tu"),
            ListState::Known(items) => {
                let item = |item: &engine::Item| {
                    let fields = item.iter().map(|(field, held)| {
                        let name = schema.field(*field).map_or("?", |field| &field.name);
                        format!("{name} {}", fact(held))
                    });
                    format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
                };
                format!("{name} [{}]", items.iter().map(item).collect::<Vec<_>>().join(" "))
            }
        });
    }
    parts.join(", ")
}

fn fact(fact: &Fact) -> String {
    let proof = match &fact.proof {
        Proof::Declared => String::new(),
        Proof::Verified => " (vérifié)".to_owned(),
        Proof::Validated(by) => format!(" (validé {})", by.as_deref().unwrap_or("")),
    };
    match &fact.state {
        FactState::Missing => format!("manque{proof}"),
        FactState::Withheld => format!("tu{proof}"),
        FactState::Known(Value::Bool(value)) => format!("= {value}{proof}"),
        FactState::Known(Value::Number(value)) => format!("= {value}{proof}"),
        FactState::Known(Value::Date(value)) => format!("= {value}{proof}"),
        FactState::Known(Value::Enum(value)) => format!("= #{value}{proof}"),
        FactState::Known(Value::Text(value)) => format!("= \"{value}\"{proof}"),
    }
}

/// Says the grids of a candidate, one line each.
pub fn grids(grids: &[Grid]) -> String {
    let mut said = String::new();
    for grid in grids {
        let points = grid.points.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        said.push_str(&format!("  {} {:?} {points} {:?}\n", grid.id, grid.state, grid.because));
        for line in &grid.lines {
            let because = &line.because;
            said.push_str(&format!(
                "    {} {:?} {} {because:?}\n",
                line.id, line.state, line.points
            ));
        }
    }
    said
}

/// Says a candidate's place and grids.
pub fn candidate(one: &Candidate) -> String {
    let bare = Candidate { grids: Vec::new(), ..one.clone() };
    format!("{bare:?}\n{}", grids(&one.grids))
}

/// Takes every `Span { … }` out of the debug form of a tree: what is left is what it means.
pub fn without_places(debug: &str) -> String {
    let mut parts = debug.split("Span { ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.filter_map(|part| part.split_once('}')).fold(first, |out, (_, rest)| out + rest)
}
