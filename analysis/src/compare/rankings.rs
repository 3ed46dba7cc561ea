//! The order of a ranking: two candidates that it puts the other way round.

use super::changes::Versions;
use super::outcome::View;
use super::segments::Segment;
use super::stage::{Asked, Wanted, Witness};
use super::tree::{Answer, Effect};
use crate::cells::cone;
use crate::totals::opens;
use crate::witness::{self, Goal, Question};
use dsl::resolved::tree::Unit;
use engine::{Candidate, Case, Exact, Fact, FactState, FieldId, Op, Pool, Slot, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// No more facts than this are varied.
const MOST_FACTS: usize = 4;

/// What another order does: whoever passes before someone else puts them behind.
pub(super) fn order(versions: &Versions<'_>, unit: &Unit) -> Option<Effect> {
    let changed =
        versions.segments.iter().filter(|segment| segment.first.keys != segment.second.keys);
    let mut changed = changed.peekable();
    changed.peek()?;
    let found = changed.find_map(|segment| swapped(versions, unit, segment));
    Some(Effect { gains: Answer::found(found.clone()), losses: Answer::found(found) })
}

fn swapped(versions: &Versions<'_>, unit: &Unit, segment: &Segment<'_>) -> Option<Witness> {
    let stage = segment.stage(versions.joint);
    let keys = segment.first.keys.iter().chain(&segment.second.keys);
    let slots: Vec<Slot> = keys.filter_map(|key| key.slot).collect();
    let plain = eligible(versions, segment, &slots)?;
    let fields = fields(segment, &slots);
    let asked = Asked {
        views: (View::Order, View::Order),
        title: &unit.name.text,
        reads: &[],
        proofs: &[],
        wanted: Wanted::Outcome,
        check: None,
    };
    let ways = 0_usize..1 << fields.len();
    ways.into_iter().find_map(|way| stage.judge(asked, &pair(&plain, &fields, way)?))
}

/// A plain candidate that both versions take in.
fn eligible(versions: &Versions<'_>, segment: &Segment<'_>, keys: &[Slot]) -> Option<Pool> {
    let goals: Vec<Goal> = super::parts::criteria(segment).flat_map(opens).collect();
    let mut proofs = Vec::new();
    super::parts::criteria(segment).for_each(|one| proofs.extend(one.proofs.clone()));
    let question = Question {
        program: &versions.joint.program,
        scripts: versions.joint.scripts(),
        code: &segment.both.code,
        days: segment.days,
        goals: &goals,
        reads: keys,
        fixed: &Case::default(),
        proofs: &proofs,
        budget: witness::BUDGET,
    };
    witness::find(question, &mut |_| true)
}

fn fields(segment: &Segment<'_>, slots: &[Slot]) -> Vec<FieldId> {
    let needed = cone(&segment.both.code, slots);
    let read = segment.both.code.ops.iter().zip(&needed).filter(|(_, needed)| **needed);
    let fields: BTreeSet<FieldId> = read
        .filter_map(|(op, _)| if let Op::Fact(field) = op { Some(*field) } else { None })
        .collect();
    fields.into_iter().take(MOST_FACTS).collect()
}

/// Two candidates: where one has the lesser value of a fact, the other has the greater.
fn pair(plain: &Pool, fields: &[FieldId], way: usize) -> Option<Pool> {
    let case = &plain.candidates.first()?.case;
    let (mut first, mut second) = (case.clone(), case.clone());
    for (at, field) in fields.iter().enumerate() {
        let Some(FactState::Known(value)) = case.facts.get(field).map(|fact| &fact.state) else {
            continue;
        };
        let Some((lesser, greater)) = apart(value) else { continue };
        let swap = way >> at & 1 == 1;
        let (own, other) = if swap { (greater, lesser) } else { (lesser, greater) };
        first.facts.insert(*field, Fact::known(own));
        second.facts.insert(*field, Fact::known(other));
    }
    let candidate = |id: &str, case| Candidate { id: id.to_owned(), applies: true, case };
    let candidates = vec![candidate("anne", first), candidate("bruno", second)];
    Some(Pool { date: plain.date, candidates })
}

/// A lesser and a greater value.
fn apart(value: &Value) -> Option<(Value, Value)> {
    Some(match value {
        Value::Bool(_) => (Value::Bool(false), Value::Bool(true)),
        Value::Number(number) => {
            (Value::Number(*number), Value::Number(number.add(Exact::ONE).ok()?))
        }
        Value::Date(day) => (Value::Date(day.yesterday()), Value::Date(*day)),
        Value::Enum(index) => (Value::Enum(*index), Value::Enum(*index)),
        Value::Text(_) => (Value::Text(Arc::from("A1")), Value::Text(Arc::from("B2"))),
    })
}
