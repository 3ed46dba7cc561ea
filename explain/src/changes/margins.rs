//! How far what a candidate chooses may move without a loss: the numbers that have a lever, from
//! today's value outwards.
//!
//! Each end is where an evaluation of the engine still holds and the next one loses; a number whose
//! ends are too far to be found has no margin to tell.

use super::Subject;
use super::edits::{fields_with_levers, named};
use super::profile::Survey;
use super::value::Margin;
use crate::standing::Standing;
use crate::value::Shown;
use engine::{Exact, FieldId, Lever, Schema, Type, Value};

/// Lists the margins of a candidate; a number that may be anything has none to tell.
pub(super) fn margins(subject: Subject<'_>, before: &Standing, budget: u32) -> Vec<Margin> {
    let schema = &subject.program.schema;
    let chosen = fields_with_levers(schema).filter_map(|(field, lever)| match lever {
        Lever::Choose(_) => Some(field),
        Lever::Reach { .. } | Lever::Wait(_) => None,
    });
    chosen.filter_map(|field| margin(subject, field, before, budget)).collect()
}

fn margin(subject: Subject<'_>, field: FieldId, before: &Standing, budget: u32) -> Option<Margin> {
    let schema = &subject.program.schema;
    let rules = (subject.program, subject.plans);
    let mut survey = Survey::new(rules, subject.pool, subject.candidate, field)?;
    let keeps = |standing: &Standing| standing.is_as_good_as(before);
    let (first, last) = survey.around(&keeps, budget)?;
    if (first, last) == (None, None) {
        return None;
    }
    let shown = |value: Exact| number(schema, field, value);
    let end = |grains: Option<i128>| grains.and_then(|grains| survey.value(grains)).and_then(shown);
    Some(Margin {
        fact: named(schema, field),
        current: shown(survey.today())?,
        from: end(first),
        to: end(last),
        grain: shown(survey.grain())?,
    })
}

fn number(schema: &Schema, field: FieldId, value: Exact) -> Option<Shown> {
    let ty @ Type::Number(..) = schema.field(field)?.ty else { return None };
    Some(Shown::known(&Value::Number(value), ty, schema))
}
