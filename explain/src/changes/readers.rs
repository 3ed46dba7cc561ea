//! Which facts each line of a candidate's grids reads, in whatever way, and which it still waits for.

use super::lines::gates;
use crate::standing::LineName;
use analysis::cone;
use engine::{
    Assessed, AssessedLine, Code, Computed, Criterion, FactRef, GridVersion, Op, Part,
    RankingVersion, Slot, Trace, Truth,
};
use std::collections::{BTreeMap, BTreeSet};

/// The facts of lines, and those of eligibility.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    pub(super) lines: BTreeMap<LineName, BTreeSet<FactRef>>,
    pub(super) eligibility: BTreeSet<FactRef>,
}

impl Read {
    /// Tells whether a line reads a fact.
    pub(super) fn has(&self, line: &LineName, fact: FactRef) -> bool {
        self.lines.get(line).is_some_and(|facts| facts.contains(&fact))
    }

    /// Lists every fact that is read.
    pub(super) fn all(&self) -> BTreeSet<FactRef> {
        self.lines.values().chain([&self.eligibility]).flatten().copied().collect()
    }

    /// Lists the lines that read a fact.
    pub(super) fn lines_of(&self, fact: FactRef) -> Vec<LineName> {
        let lines = self.lines.iter().filter(|(_, facts)| facts.contains(&fact));
        lines.map(|(name, _)| name.clone()).collect()
    }
}

/// What the versions that gave an outcome read.
#[derive(Clone, Debug, Default)]
pub(super) struct Readers {
    /// In whatever way, proofs included.
    pub(super) ever: Read,
    /// Where what is read is still unknown.
    pub(super) open: Read,
}

impl Readers {
    /// Looks at the versions that gave an outcome, and at what they computed.
    pub(super) fn of(ranking: &RankingVersion, outcome: &Assessed<'_>, trace: &Trace) -> Self {
        let mut readers = Self::default();
        let conditions = ranking.eligibilities.iter().map(|it| &it.criterion);
        let own: Vec<Slot> = conditions.clone().flat_map(slots).collect();
        readers.ever.eligibility = facts(&ranking.code, &cone(&ranking.code, &own));
        readers.ever.eligibility.extend(conditions.flat_map(proofs));
        let open = unknown(&ranking.code, &trace.standing, &undecided(outcome));
        readers.open.eligibility = facts(&ranking.code, &open);
        for grid in &outcome.grids {
            let Some(version) = grid.version else { continue };
            let values = trace.grids.get(&grid.grid.id).map_or(&[][..], Vec::as_slice);
            for (id, criteria) in lines(version) {
                let name = LineName { grid: grid.grid.id.clone(), line: id.clone() };
                let own = criteria.iter().flat_map(|criterion| slots(criterion));
                let slots: Vec<Slot> = own.chain(gates(version)).collect();
                let mut ever = facts(&version.code, &cone(&version.code, &slots));
                ever.extend(criteria.iter().flat_map(|criterion| proofs(criterion)));
                readers.ever.lines.insert(name.clone(), ever);
                let is_open =
                    |line: &AssessedLine<'_>| line.id() == *id && line.range.low != line.range.high;
                if grid.lines.iter().any(is_open) {
                    let open = unknown(&version.code, values, &slots);
                    readers.open.lines.insert(name, facts(&version.code, &open));
                }
            }
        }
        readers
    }
}

/// The slots of the conditions of eligibility that are not decided.
fn undecided(outcome: &Assessed<'_>) -> Vec<Slot> {
    let open = outcome.eligibilities.iter().filter(|it| it.truth == Truth::Unknown);
    open.flat_map(|it| slots(it.criterion)).collect()
}

/// Lists lines, with the criteria that decide of them: in a family, all do.
fn lines(version: &GridVersion) -> Vec<(&String, Vec<&Criterion>)> {
    let mut lines = Vec::new();
    for part in &version.parts {
        match part {
            Part::Criterion(it) => lines.push((&it.id, vec![&**it])),
            Part::Tranche(it) => lines.push((&it.id, it.criteria.iter().collect())),
            Part::Family(it) => {
                let all = || it.criteria.iter().collect();
                lines.extend(it.criteria.iter().map(|one| (&one.id, all())));
            }
        }
    }
    lines
}

/// Marks the operations behind some slots through which nothing is known yet.
fn unknown(code: &Code, values: &[Computed], slots: &[Slot]) -> Vec<bool> {
    let is_unknown = |at: usize| matches!(values.get(at), Some(Computed::Unknown(_)));
    let mut marked = vec![false; code.ops.len()];
    let mut waiting: Vec<usize> = slots.iter().map(|slot| slot.0 as usize).collect();
    while let Some(at) = waiting.pop() {
        let (Some(mark), Some(op)) = (marked.get_mut(at), code.ops.get(at)) else { continue };
        if !is_unknown(at) || std::mem::replace(mark, true) {
            continue;
        }
        op.each_operand(&mut |slot| waiting.push(slot.0 as usize));
    }
    marked
}

fn slots(criterion: &Criterion) -> Vec<Slot> {
    let given = criterion.contributions.iter();
    let given = given.flat_map(|it| [Some(it.amount), it.condition]);
    let own = [criterion.condition, criterion.exception, criterion.floor, criterion.cap];
    given.chain(own).flatten().collect()
}

fn proofs(criterion: &Criterion) -> Vec<FactRef> {
    let fields =
        criterion.proofs.iter().flat_map(|gate| gate.fields.iter().chain(&gate.item_fields));
    fields.map(|field| FactRef::Field(*field)).collect()
}

fn facts(code: &Code, marked: &[bool]) -> BTreeSet<FactRef> {
    let read = code.ops.iter().zip(marked).filter(|(_, marked)| **marked);
    read.filter_map(|(op, _)| match op {
        Op::Fact(field) | Op::SharedFact { field, .. } | Op::ItemFact { field, .. } => {
            Some(FactRef::Field(*field))
        }
        Op::FoldList { list, .. } => Some(FactRef::List(*list)),
        _ => None,
    })
    .collect()
}
