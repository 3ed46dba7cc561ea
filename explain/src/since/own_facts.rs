//! Which of the applicant's own facts differ between two evaluations.

use crate::value::Shown;
use engine::{Case, EntityId, Fact, FactState, FieldId, ListState, Schema};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Un fait du demandeur qui a changé
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FaitChange")]
pub struct Changed {
    /// entité.champ, ou le nom d'une liste
    #[serde(rename = "fait")]
    pub path: String,
    /// Ce que lit le demandeur
    #[serde(rename = "libelle")]
    pub label: String,
    /// Sa valeur avant ; absente pour une liste
    #[serde(rename = "avant", skip_serializing_if = "Option::is_none")]
    pub before: Option<Shown>,
    /// Sa valeur après ; absente pour une liste
    #[serde(rename = "apres", skip_serializing_if = "Option::is_none")]
    pub after: Option<Shown>,
}

/// Lists the facts whose value or proof differs, in the vocabulary's order, then the lists.
pub(super) fn changed(schema: &Schema, before: &Case, after: &Case) -> Vec<Changed> {
    let fields: BTreeSet<FieldId> =
        before.facts.keys().chain(after.facts.keys()).copied().collect();
    let facts = fields.into_iter().filter_map(|field| {
        let (old, new) = (before.facts.get(&field), after.facts.get(&field));
        (content(old) != content(new)).then(|| fact(schema, field, old, new)).flatten()
    });
    let lists: BTreeSet<EntityId> =
        before.lists.keys().chain(after.lists.keys()).copied().collect();
    let lists = lists.into_iter().filter_map(|list| {
        let same = items(before, list) == items(after, list);
        (!same).then(|| named_list(schema, list)).flatten()
    });
    facts.chain(lists).collect()
}

/// Returns what a rule can see of a fact: its state and its proof.
fn content(fact: Option<&Fact>) -> (FactState, engine::Proof) {
    fact.map(|fact| (fact.state.clone(), fact.proof.clone())).unwrap_or_default()
}

fn items(case: &Case, list: EntityId) -> ListState {
    case.lists.get(&list).cloned().unwrap_or_default()
}

fn fact(
    schema: &Schema,
    field: FieldId,
    before: Option<&Fact>,
    after: Option<&Fact>,
) -> Option<Changed> {
    let def = schema.field(field)?;
    let shown =
        |fact: Option<&Fact>| Some(Shown::of_state(fact.map(|fact| &fact.state), def.ty, schema));
    Some(Changed {
        path: schema.path(field),
        label: def.label.clone(),
        before: shown(before),
        after: shown(after),
    })
}

fn named_list(schema: &Schema, list: EntityId) -> Option<Changed> {
    let def = schema.entity(list)?;
    let label = def.label.clone().unwrap_or_else(|| def.name.clone());
    Some(Changed { path: def.name.clone(), label, before: None, after: None })
}
