//! Monotony: between two complete files that differ only by the facts of a quantity, the one with
//! more of it has no fewer points, or no more.

use super::pairs::{Pair, field_of, reads_any, variants};
use super::{Subject, Verdict};
use crate::cells::{Facts, Space, cone};
use crate::totals::{Total, criteria, opens};
use crate::trends::{Moved, Trend, Trends};
use crate::witness::{Aim, Goal};
use engine::{
    Code, Computed, Criterion, Direction, EntityId, Evaluator, Exact, FieldId, Op, Part, Pool,
    Retains, Slot, Value,
};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// How many files are varied, for one line.
const MOST_FILES: usize = 12;
/// How many searches for files are made.
const MOST_ASKS: usize = 40;
/// How many steps the search for files takes, for one line.
const TRIAL: u32 = 300;

/// Decides « croissant selon EXPR » and « décroissant selon EXPR ».
pub(super) fn decide(subject: &Subject<'_>, direction: Direction) -> Verdict {
    let (Some(total), [quantity]) = (subject.total(), subject.code.conditions.as_slice()) else {
        return Verdict::Undecided(super::SUM_OF_GRIDS.to_owned());
    };
    let read = Sources::of(&subject.code.code, *quantity);
    let wanted = match direction {
        Direction::Ascending => Trend::Rising,
        Direction::Descending => Trend::Falling,
    };
    let found = lines(subject, &total, *quantity, &read);
    let Some(doubtful) = found.iter().find(|line| !line.is(wanted)) else {
        return Verdict::Proved;
    };
    let word = match direction {
        Direction::Ascending => "fait perdre",
        Direction::Descending => "fait gagner",
    };
    match pair(subject, &total, &found, wanted, &read) {
        Some(pair) => {
            let second = total.of(&pair.second).unwrap_or(Exact::ZERO);
            let why = format!(
                "augmenter la grandeur {word} des points : {} puis {second}",
                pair.expected
            );
            Verdict::Refuted(why, pair.examples(subject, "le même, avec une grandeur plus grande"))
        }
        None => Verdict::Undecided(format!(
            "rien ne dit dans quel sens varie {}{}, et aucun dossier contraire n'a été trouvé",
            doubtful.name,
            doubtful.why()
        )),
    }
}

/// The facts that a quantity is made of.
pub(super) struct Sources {
    pub(super) fields: BTreeSet<FieldId>,
    pub(super) lists: BTreeSet<EntityId>,
}

impl Sources {
    pub(super) fn of(code: &Code, quantity: Slot) -> Self {
        let mut sources = Self { fields: BTreeSet::new(), lists: BTreeSet::new() };
        for (op, _) in code.ops.iter().zip(cone(code, &[quantity])).filter(|(_, needed)| *needed) {
            match op {
                Op::FoldList { list, .. } => {
                    sources.lists.insert(*list);
                }
                Op::ItemFact { .. } => {}
                op => sources.fields.extend(field_of(op)),
            }
        }
        sources
    }
}

/// A part of the grid, or what opens it, with its trend along the quantity.
struct Line<'t> {
    name: String,
    trend: Trend,
    part: Option<&'t Part>,
}

impl Line<'_> {
    fn is(&self, wanted: Trend) -> bool {
        self.trend == Trend::Constant || self.trend == wanted
    }

    /// Why nothing is sure, when the author may not see it.
    fn why(&self) -> &'static str {
        match self.part {
            Some(Part::Family(family)) if family.retains == Retains::First => {
                ", où une ligne qui s'ouvre prend la place d'une autre"
            }
            Some(Part::Family(_) | Part::Criterion(_) | Part::Tranche(_)) | None => "",
        }
    }
}

fn lines<'t>(
    subject: &Subject<'_>,
    total: &Total<'t>,
    quantity: Slot,
    read: &Sources,
) -> Vec<Line<'t>> {
    let version = total.version;
    let (moved, along) = moved(subject, total, quantity, read);
    let trends = Trends::new(total.program, &version.code, version.period, &moved);
    let gates = Line {
        name: "l'ouverture de la grille".to_owned(),
        trend: along.along(trends.gates(version)),
        part: None,
    };
    let parts = version.parts.iter().map(|part| Line {
        name: match part {
            Part::Criterion(criterion) => format!("le critère « {} »", criterion.id),
            Part::Family(family) => format!("la famille « {} »", family.id),
            Part::Tranche(tranche) => format!("la tranche « {} »", tranche.id),
        },
        trend: along.along(trends.part(part)),
        part: Some(part),
    });
    std::iter::once(gates).chain(parts).collect()
}

/// What moves, and which way the quantity goes then: through its only fact when it has but one and a
/// sure trend along it, else as a value of its own.
fn moved(
    subject: &Subject<'_>,
    total: &Total<'_>,
    quantity: Slot,
    read: &Sources,
) -> (Moved, Trend) {
    let code = &subject.code.code;
    if read.fields.len() == 1 && read.lists.is_empty() {
        let moved = Moved { fields: read.fields.clone(), ..Moved::default() };
        let own = Trends::new(total.program, code, total.version.period, &moved).of(quantity);
        if own == Trend::Rising || own == Trend::Falling {
            return (moved, own);
        }
    }
    let slot = same_slot(code, quantity, &total.version.code);
    let moved = Moved {
        fields: read.fields.clone(),
        lists: read.lists.clone(),
        // Without a slot of its own, nothing that its facts move has a sure trend.
        quantity: Some(slot.unwrap_or(Slot(u32::MAX))),
    };
    (moved, Trend::Rising)
}

/// Finds the slot of another code that computes the same value.
fn same_slot(code: &Code, slot: Slot, other: &Code) -> Option<Slot> {
    let needed = cone(code, &[slot]);
    let mut known: Vec<Option<Slot>> = vec![None; code.ops.len()];
    for (at, op) in code.ops.iter().enumerate() {
        if needed.get(at) != Some(&true) {
            continue;
        }
        let renamed = renamed(op, &known)?;
        let found = other.ops.iter().position(|candidate| *candidate == renamed)?;
        if let (Some(place), Ok(found)) = (known.get_mut(at), u32::try_from(found)) {
            *place = Some(Slot(found));
        }
    }
    known.get(slot.0 as usize).copied().flatten()
}

/// The operation with the operands of another code; absent when one is not there.
fn renamed(op: &Op, known: &[Option<Slot>]) -> Option<Op> {
    let go = |slot: &Slot| known.get(slot.0 as usize).copied().flatten();
    let all = |slots: &[Slot]| slots.iter().map(go).collect::<Option<Vec<_>>>();
    Some(match op {
        Op::Constant(_) | Op::NoValue | Op::EvaluationDate | Op::Fact(_) => op.clone(),
        Op::Arithmetic(operator, a, b) => Op::Arithmetic(*operator, go(a)?, go(b)?),
        Op::Round(mode, a, b) => Op::Round(*mode, go(a)?, go(b)?),
        Op::Calendar(calendar, a, b) => Op::Calendar(*calendar, go(a)?, go(b)?),
        Op::Compare(comparison, a, b) => Op::Compare(*comparison, go(a)?, go(b)?),
        Op::And(a, b) => Op::And(go(a)?, go(b)?),
        Op::Or(a, b) => Op::Or(go(a)?, go(b)?),
        Op::Not(a) => Op::Not(go(a)?),
        Op::IsKnown(a) => Op::IsKnown(go(a)?),
        Op::Select(condition, a, b) => Op::Select(go(condition)?, go(a)?, go(b)?),
        Op::Table(id, inputs) => Op::Table(*id, all(inputs)?),
        Op::Call(id, arguments) => Op::Call(*id, all(arguments)?),
        // Bodies of folds, what a frame shares and what a pool compares are not looked for.
        Op::SharedFact { .. }
        | Op::ItemFact { .. }
        | Op::FoldList { .. }
        | Op::Rank { .. }
        | Op::FoldPool { .. }
        | Op::GridTotal(_) => return None,
    })
}

/// Looks for two files that go the wrong way.
fn pair(
    subject: &Subject<'_>,
    total: &Total<'_>,
    lines: &[Line<'_>],
    wanted: Trend,
    read: &Sources,
) -> Option<Pair> {
    let doubtful = lines.iter().filter(|line| !line.is(wanted)).filter_map(|line| line.part);
    let mut asks: Vec<Vec<Goal>> = Vec::new();
    for criterion in doubtful.flat_map(criteria) {
        let open: Vec<Goal> = total.gates().into_iter().chain(opens(criterion)).collect();
        asks.push(open.clone());
        let beside = beside(total, criterion, &read.fields).into_iter();
        asks.extend(beside.map(|goal| open.iter().cloned().chain([goal]).collect()));
    }
    asks.push(total.gates());
    for goals in asks.into_iter().take(MOST_ASKS) {
        let mut found = None;
        let mut left = MOST_FILES;
        let mut looks = |pool: &Pool| {
            let Some(fewer) = left.checked_sub(1) else { return true };
            left = fewer;
            found = wrong_way(subject, total, pool, wanted, read);
            found.is_some()
        };
        total.find(&goals, TRIAL, &mut looks);
        if found.is_some() {
            return found;
        }
    }
    None
}

/// What brings the other quantities that a criterion compares into each of their cells.
fn beside(total: &Total<'_>, criterion: &Criterion, fields: &BTreeSet<FieldId>) -> Vec<Goal> {
    let Total { program, version, .. } = total;
    let slots = crate::points::slots(criterion);
    let space = Space::new(program, &version.code, version.period, &slots, Facts::Known);
    let others = space.variables.iter();
    let others = others.filter(|one| !reads_any(&version.code, &[one.slot], fields));
    let goals = others.flat_map(|variable| {
        let aims = variable.domains.iter().filter_map(|domain| Aim::inside(&domain.values));
        aims.map(|aim| Goal::new(variable.slot, aim))
    });
    goals.collect()
}

/// Compares the variants of a file with one another.
fn wrong_way(
    subject: &Subject<'_>,
    total: &Total<'_>,
    pool: &Pool,
    wanted: Trend,
    read: &Sources,
) -> Option<Pair> {
    let evaluator = Evaluator::new(total.program, total.scripts);
    let quantity = *subject.code.conditions.first()?;
    let measured = |pool: Pool| {
        let values = evaluator.values(&subject.code.code, &pool);
        match values.first()?.get(quantity.0 as usize)? {
            Computed::Known(value) => Some((value.clone(), total.of(&pool)?, pool)),
            Computed::NoValue | Computed::Unknown(_) => None,
        }
    };
    let all = std::iter::once(pool.clone()).chain(variants(total, pool, &read.fields));
    let mut all: Vec<(Value, Exact, Pool)> = all.filter_map(measured).collect();
    all.sort_by(|(a, ..), (b, ..)| crate::rows::compare(a, b).unwrap_or(Ordering::Equal));
    let grows = |a: &Value, b: &Value| crate::rows::compare(a, b) == Some(Ordering::Less);
    for (at, (more, after, second)) in all.iter().enumerate() {
        let before = all.get(..at).unwrap_or_default().iter().rev();
        let wrong = before.into_iter().find(|(less, points, _)| {
            grows(less, more)
                && match wanted {
                    Trend::Falling => points < after,
                    Trend::Rising | Trend::Constant | Trend::Either => points > after,
                }
        });
        if let Some((_, points, first)) = wrong {
            let (first, second) = (first.clone(), second.clone());
            return Some(Pair { first, second, expected: *points });
        }
    }
    None
}
