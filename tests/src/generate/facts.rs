//! Generated pools: small values that tie, facts that are missing or withheld, proofs of all levels.

use super::Choices;
use super::vocabulary::{CODES, DATES, SIRENS};
use engine::{
    Candidate, Case, Date, EntityId, EnumId, Exact, Fact, FactState, FieldId, Item, ListState,
    Pool, Proof, Schema, Type, Unit, Value,
};
use std::sync::Arc;

/// Makes a pool of 1 to 5 candidates, some of them twice.
pub fn pool(c: &mut Choices<'_>, schema: &Schema, day: Date) -> Pool {
    let mut candidates: Vec<Candidate> = Vec::new();
    for number in 0..=c.below(5) {
        let case = match candidates.last() {
            Some(before) if c.often(25) => before.case.clone(),
            Some(_) | None => case(c, schema),
        };
        let applies = !c.often(25);
        candidates.push(Candidate { id: format!("candidat_{number}"), applies, case });
    }
    for (number, candidate) in candidates.iter_mut().enumerate() {
        number_application(schema, &mut candidate.case, number);
    }
    share_offer(schema, &mut candidates);
    Pool { date: day, candidates }
}

/// Gives an application its unique numbers, not in the pool's order.
fn number_application(schema: &Schema, case: &mut Case, number: usize) {
    let number = (number * 7 + 3) % 10;
    for (at, field) in (0u32..).map(FieldId).zip(&schema.fields) {
        let value = match field.ty {
            Type::Text | Type::Code => Value::Text(Arc::from(format!("N{number}"))),
            Type::Number(..) => Value::Number(Exact::whole(i128::try_from(number).unwrap_or(0))),
            Type::Bool | Type::Date | Type::Enum(_) | Type::Item(_) => continue,
        };
        if field.unique && schema.entity(field.entity).is_some_and(|entity| !entity.list) {
            case.facts.insert(at, Fact::known(value));
        }
    }
}

/// All candidates are for one offer.
fn share_offer(schema: &Schema, candidates: &mut [Candidate]) {
    let Some(offer) = schema.entity_named("offre") else { return };
    let of_offer = |field: &FieldId| schema.field(*field).is_some_and(|def| def.entity == offer);
    let Some((first, others)) = candidates.split_first_mut() else { return };
    for other in others {
        other.case.facts.retain(|field, _| !of_offer(field));
        let offered = first.case.facts.iter().filter(|(field, _)| of_offer(field));
        other.case.facts.extend(offered.map(|(field, fact)| (*field, fact.clone())));
    }
}

fn case(c: &mut Choices<'_>, schema: &Schema) -> Case {
    let mut case = Case::default();
    let missing = [5, 0, 30, 60];
    let missing = c.pick(&missing).copied().unwrap_or(5);
    for (at, entity) in (0u32..).map(EntityId).zip(&schema.entities) {
        if entity.list {
            let items = match c.below(8) {
                0 => ListState::Missing,
                1 => ListState::Withheld,
                _ => {
                    let fields = &entity.fields;
                    ListState::Known(
                        (0..c.below(4)).map(|_| item(c, schema, fields, missing)).collect(),
                    )
                }
            };
            case.lists.insert(at, items);
        } else {
            for field in &entity.fields {
                let held = fact(c, schema, *field, missing);
                case.facts.extend(held.map(|fact| (*field, fact)));
            }
        }
    }
    case
}

fn item(c: &mut Choices<'_>, schema: &Schema, fields: &[FieldId], missing: usize) -> Item {
    let held = fields.iter().map(|field| (*field, fact(c, schema, *field, missing)));
    held.filter_map(|(field, fact)| fact.map(|fact| (field, fact))).collect()
}

/// Makes a fact; absent and missing mean the same.
fn fact(c: &mut Choices<'_>, schema: &Schema, field: FieldId, missing: usize) -> Option<Fact> {
    let ty = schema.field(field)?.ty;
    let name = schema.field(field)?.name.as_str();
    let role = || Some(Arc::from("assistante"));
    let proof = match c.below(6) {
        0..=2 => Proof::Declared,
        3 => Proof::Verified,
        4 => Proof::Validated(None),
        _ => Proof::Validated(role()),
    };
    if c.often(missing) {
        return match c.below(3) {
            0 => None,
            1 => Some(Fact { proof, ..Fact::default() }),
            _ => Some(Fact { state: FactState::Withheld, proof, ..Fact::default() }),
        };
    }
    Some(Fact { proof, ..Fact::known(value(c, schema, ty, name)) })
}

fn value(c: &mut Choices<'_>, schema: &Schema, ty: Type, name: &str) -> Value {
    match ty {
        Type::Bool => Value::Bool(c.below(2) == 0),
        Type::Number(unit, _) => Value::Number(number(c, unit, name)),
        Type::Text => Value::Text(Arc::from(c.word(&["a", "b"]))),
        Type::Code if name == "siren" => Value::Text(Arc::from(c.word(SIRENS))),
        Type::Code => Value::Text(Arc::from(c.word(CODES))),
        Type::Date => {
            let day = Date::parse_iso(c.word(DATES));
            day.map_or(Value::Bool(false), Value::Date)
        }
        Type::Enum(id) => Value::Enum(enumerated(c, schema, id)),
        Type::Item(_) => Value::Bool(false),
    }
}

fn enumerated(c: &mut Choices<'_>, schema: &Schema, id: EnumId) -> u32 {
    let count = schema.enumeration(id).map_or(1, |def| def.values.len());
    u32::try_from(c.below(count)).unwrap_or(0)
}

fn number(c: &mut Choices<'_>, unit: Unit, name: &str) -> Exact {
    let text = match (unit.to_string().as_str(), name) {
        ("€/mois", _) => c.word(&["500", "0", "800", "1600", "1600.5", "1550"]),
        ("€/an", _) => c.word(&["6000", "0", "9600", "19200", "12000"]),
        ("km", _) => c.word(&["40", "0", "70", "12.5", "69.9"]),
        ("points" | "point", _) => c.word(&["10", "0", "5", "2.5", "-3"]),
        (_, "taux") => c.word(&["0.25", "0", "0.33", "0.3125"]),
        ("mois", _) => c.word(&["6", "0", "12", "18", "36", "37"]),
        ("jours" | "jour", _) => c.word(&["10", "0", "1", "31", "365"]),
        _ => c.word(&["1", "0", "2", "3", "5", "12"]),
    };
    Exact::parse_decimal(text).unwrap_or(Exact::ZERO)
}

/// Completes a pool: what one candidate misses becomes known, and its proofs rise, at random. What is
/// withheld stays withheld.
pub fn completed(c: &mut Choices<'_>, schema: &Schema, pool: &Pool, who: usize) -> Pool {
    let mut pool = pool.clone();
    let Some(candidate) = pool.candidates.get_mut(who) else { return pool };
    for (at, entity) in (0u32..).map(EntityId).zip(&schema.entities) {
        if !entity.list {
            for field in &entity.fields {
                complete(c, schema, *field, &mut candidate.case.facts);
            }
            continue;
        }
        let list = candidate.case.lists.entry(at).or_default();
        if *list == ListState::Missing {
            *list = ListState::Known(
                (0..c.below(4)).map(|_| item(c, schema, &entity.fields, 0)).collect(),
            );
        }
        if let ListState::Known(items) = list {
            for item in items {
                for field in &entity.fields {
                    complete(c, schema, *field, item);
                }
            }
        }
    }
    pool
}

fn complete(c: &mut Choices<'_>, schema: &Schema, field: FieldId, facts: &mut engine::Facts) {
    let raised = [Proof::Declared, Proof::Validated(Some(Arc::from("assistante")))];
    let raised = c.pick(&raised).cloned().unwrap_or_default();
    let held = facts.entry(field).or_default();
    if held.state == FactState::Missing
        && let Some(fact) = fact(c, schema, field, 0)
    {
        *held = fact;
    } else if raised != Proof::Declared {
        held.proof = raised;
    }
}
