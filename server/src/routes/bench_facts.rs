//! The facts of the test bench: a form made from the vocabulary, and what it says read back into a case.

use crate::forms::Sent;
use crate::problem::Problem;
use crate::rules::Rules;
use engine::{Case, EntityId, Fact, FactState, FieldDef, FieldId, NumberForm, Schema, Type};
use pages::people::bench::{Field, Group, Input, Value};
use registry::facts::{Facts, Recorded, RecordedFact};
use std::collections::BTreeMap;

/// A case with what a form changes in it, and the form.
pub struct Entered {
    /// The case.
    pub case: Case,
    /// The form, as it was filled.
    pub groups: Vec<Group>,
}

/// Reads a form over a case. A fact that is not sent stays as it is; one that cannot be read too, and is marked.
///
/// Errors: a fact that the vocabulary has not.
pub fn entered(rules: &Rules, case: &Case, sent: &Sent) -> Result<Entered, Problem> {
    let schema = &rules.program().schema;
    let held = values(rules, case);
    let mut sent: BTreeMap<&str, &str> =
        sent.0.iter().map(|(name, value)| (name.as_str(), value.trim())).collect();
    let (mut changed, mut groups) = (case.clone(), Vec::new());
    for (at, entity) in (0..).map(EntityId).zip(&schema.entities) {
        if entity.list {
            continue;
        }
        let mut fields = Vec::with_capacity(entity.fields.len());
        for id in &entity.fields {
            let Some(def) = schema.field(*id) else { continue };
            let path = schema.path(*id);
            let was = held.get(&path).cloned().unwrap_or_default();
            let is = sent.remove(path.as_str()).map_or_else(|| was.clone(), str::to_owned);
            let is_changed = is != was;
            let is_wrong = is_changed && put(rules, &mut changed, *id, def, &path, &is).is_none();
            let (label, input) = (def.label.clone(), input(def, schema));
            let is_changed = is_changed && !is_wrong;
            fields.push(Field { path, label, input, value: is, is_wrong, is_changed });
        }
        groups.push(Group { label: name(schema, at), fields });
    }
    match sent.keys().next() {
        Some(unknown) => Err(Problem::unknown(unknown)),
        None => Ok(Entered { case: changed, groups }),
    }
}

fn name(schema: &Schema, id: EntityId) -> String {
    let entity = schema.entity(id);
    entity.map(|it| it.label.clone().unwrap_or_else(|| it.name.clone())).unwrap_or_default()
}

/// Writes the values that a case holds, by path.
fn values(rules: &Rules, case: &Case) -> BTreeMap<String, String> {
    let all = rules.names.own(case).into_iter().chain(rules.names.offer(case));
    all.filter_map(|(path, recorded)| match recorded {
        Recorded::Fact(fact) => Some((path, fact.value?)),
        Recorded::Items(_) => None,
    })
    .collect()
}

fn input(def: &FieldDef, schema: &Schema) -> Input {
    let value = |name: &str, label: &str| Value { name: name.to_owned(), label: label.to_owned() };
    match def.ty {
        Type::Bool => Input::Among(vec![value("oui", "oui"), value("non", "non")]),
        Type::Enum(id) => {
            let values = schema.enumeration(id).map(|def| def.values.as_slice());
            let values = values.unwrap_or_default().iter();
            Input::Among(values.map(|it| value(&it.name, &it.label)).collect())
        }
        Type::Number(_, NumberForm::Percent) => Input::Number("en part de 1".to_owned()),
        Type::Number(..) => Input::Number(schema.type_name(def.ty)),
        Type::Date => Input::Day,
        Type::Text | Type::Code | Type::Item(_) => Input::Text,
    }
}

/// Puts a value in a case, as established as what was there; nothing when it cannot be read.
fn put(
    rules: &Rules,
    case: &mut Case,
    id: FieldId,
    def: &FieldDef,
    path: &str,
    written: &str,
) -> Option<()> {
    let state = if written.is_empty() {
        FactState::Missing
    } else {
        let value = match def.ty {
            Type::Number(..) => number(written),
            Type::Bool | Type::Enum(_) | Type::Date | Type::Text | Type::Code | Type::Item(_) => {
                written.to_owned()
            }
        };
        if def.ty.counts_from_zero() && value.starts_with('-') {
            return None;
        }
        let fact = RecordedFact { value: Some(value), ..RecordedFact::default() };
        let mut read = Case::default();
        let facts = Facts::from([(path.to_owned(), Recorded::Fact(fact))]);
        rules.names.read_into(&facts, &mut read).ok()?;
        read.facts.remove(&id)?.state
    };
    let before = case.facts.remove(&id).unwrap_or_default();
    case.facts.insert(id, Fact { state, ..before });
    Some(())
}

/// Writes a number as records do: a point, and no space.
fn number(written: &str) -> String {
    written.chars().filter(|sign| !sign.is_whitespace()).collect::<String>().replace(',', ".")
}
