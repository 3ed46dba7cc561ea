//! The facts that a rule looked at, as the rule saw them.
//!
//! A fact that a frame does not share is shown as not shared, whatever the dossier holds: what the
//! rule could not see, its explanation does not say.

use crate::explanation::{Fact, Known, Proof};
use crate::value::{Shown, State};
use engine::{Case, Computed, FieldId, ListState, Reason, Schema};

/// What is known of a field where a rule read it.
pub(crate) enum Seen<'r> {
    /// A field of a single entity, as an operation read it.
    Single(&'r Computed),
    /// A field of the items of a list, of which the list's operation gave this.
    Items(&'r Computed),
}

/// Tells what a rule saw of a field.
pub(crate) fn fact(schema: &Schema, case: &Case, field: FieldId, seen: &Seen<'_>) -> Option<Fact> {
    let def = schema.field(field)?;
    let values = match seen {
        Seen::Single(computed) => vec![single(schema, case, field, computed)],
        Seen::Items(computed) => items(schema, case, field, computed),
    };
    let of_list = schema.entity(def.entity).filter(|entity| entity.list);
    let list =
        of_list.map(|entity| entity.label.clone().unwrap_or_else(|| entity.name.replace('_', " ")));
    Some(Fact {
        path: schema.path(field),
        label: def.label.clone(),
        list,
        values,
        form_box: def.cerfa.clone(),
    })
}

fn single(schema: &Schema, case: &Case, field: FieldId, computed: &Computed) -> Known {
    let ty = schema.field(field).map_or(engine::Type::Text, |def| def.ty);
    let value = Shown::of(Some(computed), ty, schema);
    established(value, case.facts.get(&field))
}

fn items(schema: &Schema, case: &Case, field: FieldId, computed: &Computed) -> Vec<Known> {
    let Some(def) = schema.field(field) else { return Vec::new() };
    let hidden = |reason: &Reason| matches!(reason, Reason::NotShared(_) | Reason::NotRanked);
    if let Computed::Unknown(reasons) = computed
        && reasons.iter().any(hidden)
    {
        return vec![established(Shown::of(Some(computed), def.ty, schema), None)];
    }
    match case.lists.get(&def.entity) {
        Some(ListState::Known(items)) => items
            .iter()
            .map(|item| {
                let fact = item.get(&field);
                let state = fact.map(|fact| &fact.state);
                established(Shown::of_state(state, def.ty, schema), fact)
            })
            .collect(),
        Some(ListState::Withheld) => vec![established(Shown::without(State::Withheld), None)],
        Some(ListState::Missing) | None => {
            vec![established(Shown::without(State::Missing), None)]
        }
    }
}

/// Adds where a known value comes from and how it is established.
fn established(value: Shown, fact: Option<&engine::Fact>) -> Known {
    let fact = fact.filter(|_| value.state == State::Known);
    let validator = fact.and_then(|fact| match &fact.proof {
        engine::Proof::Validated(by) => by.as_ref().map(|by| by.replace('_', " ")),
        engine::Proof::Declared | engine::Proof::Verified => None,
    });
    Known {
        value,
        proof: fact.map(|fact| match fact.proof {
            engine::Proof::Declared => Proof::Declared,
            engine::Proof::Verified => Proof::Verified,
            engine::Proof::Validated(_) => Proof::Validated,
        }),
        validator,
        source: fact.and_then(|fact| fact.source.as_ref()).map(ToString::to_string),
        date: fact.and_then(|fact| fact.date),
    }
}
