//! A pool as an `exemple` of the language, ready to be pasted into a rule file.

use engine::{
    Candidate, Case, EntityId, Exact, Fact, FactState, FieldDef, FieldId, Item, ListState,
    NumberForm, Pool, Proof, Schema, Type, Unit, Value,
};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Writes an example; absent when a value has no spelling.
///
/// Shape: lines that end with a line break; one expectation a line.
pub(crate) fn example(
    schema: &Schema,
    title: &str,
    pool: &Pool,
    expectations: &[String],
) -> Option<String> {
    let mut text = format!("exemple \"{}\" le {}\n", title.replace(['"', '\\'], "'"), pool.date);
    let own = differing(pool);
    let first = pool.candidates.first()?;
    let shared = |field: &&FieldId| !own.contains(field);
    let given: Vec<&FieldId> = first.case.facts.keys().filter(shared).collect();
    if !given.is_empty() || !first.case.lists.is_empty() {
        text.push_str("  étant donné\n");
    }
    for field in given {
        let fact = first.case.facts.get(field)?;
        let line = spell_fact(schema, *field, fact)?;
        writeln!(text, "    {line}").ok()?;
    }
    for (list, state) in &first.case.lists {
        text.push_str(&spell_list(schema, *list, state)?);
    }
    if pool.candidates.len() > 1 {
        text.push_str(&candidates(schema, &pool.candidates, &own)?);
    }
    text.push_str("  attend\n");
    for line in expectations {
        writeln!(text, "    {line}").ok()?;
    }
    Some(text)
}

/// The facts that are not the same for every candidate.
fn differing(pool: &Pool) -> BTreeSet<FieldId> {
    let Some((first, others)) = pool.candidates.split_first() else { return BTreeSet::new() };
    let all = pool.candidates.iter().flat_map(|candidate| candidate.case.facts.keys());
    let same = |case: &Case, field: &FieldId| case.facts.get(field) == first.case.facts.get(field);
    let differs = |field: &&FieldId| !others.iter().all(|other| same(&other.case, field));
    all.filter(differs).copied().collect()
}

fn spell_fact(schema: &Schema, field: FieldId, fact: &Fact) -> Option<String> {
    let path = schema.path(field);
    match &fact.state {
        FactState::Missing => Some(format!("{path} non renseigné")),
        FactState::Withheld => Some(format!("{path} non communiqué")),
        FactState::Known(known) => {
            let known = value(known, schema.field(field)?.ty, schema)?;
            let proof = match &fact.proof {
                Proof::Declared => String::new(),
                Proof::Verified => " vérifié".to_owned(),
                Proof::Validated(None) => " validé".to_owned(),
                Proof::Validated(Some(role)) => format!(" validé par {role}"),
            };
            Some(format!("{path} = {known}{proof}"))
        }
    }
}

fn spell_list(schema: &Schema, list: EntityId, state: &ListState) -> Option<String> {
    let name = &schema.entity(list)?.name;
    let items = match state {
        ListState::Missing => return Some(format!("    {name} non renseigné\n")),
        ListState::Withheld => return Some(format!("    {name} non communiqué\n")),
        ListState::Known(items) if items.is_empty() => return Some(format!("    {name} aucun\n")),
        ListState::Known(items) => items,
    };
    let fields: BTreeSet<FieldId> = items.iter().flat_map(Item::keys).copied().collect();
    let heads = fields.iter().map(|field| Some(schema.field(*field)?.name.clone()));
    let mut rows: Vec<Vec<String>> = vec![heads.collect::<Option<_>>()?];
    for item in items {
        let cells = fields.iter().map(|field| cell(schema, *field, item.get(field)));
        rows.push(cells.collect::<Option<_>>()?);
    }
    Some(format!("    {name}\n{}", grid(&rows, 6)))
}

fn candidates(
    schema: &Schema,
    candidates: &[Candidate],
    own: &BTreeSet<FieldId>,
) -> Option<String> {
    let heads = own.iter().map(|field| schema.path(*field));
    let mut rows: Vec<Vec<String>> =
        vec![std::iter::once("candidat".to_owned()).chain(heads).collect()];
    for candidate in candidates {
        let mut row = vec![candidate.id.clone()];
        for field in own {
            row.push(cell(schema, *field, candidate.case.facts.get(field))?);
        }
        rows.push(row);
    }
    Some(format!("  parmi les candidats\n{}", grid(&rows, 4)))
}

/// A cell; a table of facts has no way to say that one is withheld or proved.
fn cell(schema: &Schema, field: FieldId, fact: Option<&Fact>) -> Option<String> {
    let FieldDef { ty, .. } = schema.field(field)?;
    match fact {
        None => Some("-".to_owned()),
        Some(Fact { state: FactState::Missing, .. }) => Some("-".to_owned()),
        Some(Fact { state: FactState::Known(known), proof: Proof::Declared, .. }) => {
            value(known, *ty, schema)
        }
        Some(_) => None,
    }
}

fn grid(rows: &[Vec<String>], indent: usize) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut text = String::new();
    for row in rows {
        text.push_str(&" ".repeat(indent));
        text.push('|');
        for (column, cell) in row.iter().enumerate() {
            let pad = width(column).saturating_sub(cell.chars().count());
            text.extend([" ", cell, &" ".repeat(pad), " |"]);
        }
        text.push('\n');
    }
    text
}

/// Spells a value in the language; absent when it has no exact spelling.
pub(crate) fn value(value: &Value, ty: Type, schema: &Schema) -> Option<String> {
    match (value, ty) {
        (Value::Bool(true), _) => Some("oui".to_owned()),
        (Value::Bool(false), _) => Some("non".to_owned()),
        (Value::Date(day), _) => Some(day.to_string()),
        (Value::Text(text), _) => {
            let clear = !text.contains(['"', '\\', '\n']);
            clear.then(|| format!("\"{text}\""))
        }
        (Value::Enum(index), Type::Enum(id)) => {
            let def = schema.enumeration(id)?;
            def.values.get(*index as usize).map(|value| value.name.clone())
        }
        (Value::Number(number), Type::Number(unit, form)) => quantity(*number, unit, form),
        (Value::Enum(_) | Value::Number(_), _) => None,
    }
}

fn quantity(number: Exact, unit: Unit, form: NumberForm) -> Option<String> {
    if unit.is_none() {
        return match form {
            NumberForm::Percent => {
                let hundredths = number.multiply(Exact::whole(100)).ok()?;
                Some(format!("{} %", decimal(hundredths)?))
            }
            NumberForm::Whole | NumberForm::Decimal => decimal(number),
        };
    }
    let written = unit.to_string();
    let word = match written.as_str() {
        "points" | "jours" | "minutes" if is_singular(number) => written.trim_end_matches('s'),
        other => other,
    };
    Some(format!("{} {word}", decimal(number)?))
}

/// Plural begins at two in French.
fn is_singular(number: Exact) -> bool {
    let two = Exact::whole(2);
    number < two && number > Exact::whole(-2)
}

/// Spells a number with a decimal comma; absent when its decimals do not end.
fn decimal(number: Exact) -> Option<String> {
    for places in 0..=12_u32 {
        let scale = 10_i128.checked_pow(places)?;
        let scaled = number.multiply(Exact::whole(scale)).ok()?;
        if !scaled.is_whole() {
            continue;
        }
        let digits = scaled.numerator().unsigned_abs().to_string();
        let width = places as usize + 1;
        let padded = format!("{digits:0>width$}");
        let (whole, fraction) = padded.split_at(padded.len() - places as usize);
        let sign = if scaled.is_negative() { "-" } else { "" };
        let whole = grouped(whole);
        return Some(if fraction.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole},{fraction}")
        });
    }
    None
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// Spells a number of points.
pub(crate) fn points(number: Exact) -> Option<String> {
    quantity(number, Unit::points(), NumberForm::Decimal)
}
