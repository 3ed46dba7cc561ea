//! What is read of a code from outside: by the lines of a grid, by eligibility and the order, by the
//! operations that compare candidates.

use super::lower::Wanted;
use crate::evaluate::stage;
use crate::{
    Code, Criterion, GridVersion, Op, OrderKeyKind, Part, RankingVersion, Slot, ValidationGate,
};

/// Who reads a code.
#[derive(Clone, Copy)]
pub(crate) enum Wishes<'p> {
    Grid(&'p GridVersion),
    Ranking(&'p RankingVersion),
}

/// Lists what is read of a code.
pub(super) fn of(code: &Code, wishes: Wishes<'_>) -> Wanted {
    let mut wanted = match wishes {
        Wishes::Grid(version) => of_version(version),
        Wishes::Ranking(ranking) => of_ranking(ranking),
    };
    let first = stage(code, 0).end;
    for op in code.ops.iter().skip(first) {
        op.each_operand(&mut |slot| wanted.after.push(slot));
    }
    wanted.before_gate.retain(|slot| (slot.0 as usize) < first);
    wanted.after.retain(|slot| (slot.0 as usize) < first);
    // Candidates are compared, and sub-criteria told, even behind a closed gate.
    if code.reads_pool() || tells_sub_criteria(wishes) {
        let gate = wanted.gate.take();
        wanted.after.extend(gate);
    }
    wanted
}

fn of_version(version: &GridVersion) -> Wanted {
    let mut before_gate: Vec<Slot> = version.applies.into_iter().collect();
    if let Some((_, slot)) = &version.perimeter
        && !matches!(version.code.ops.get(slot.0 as usize), Some(Op::Fact(_)))
    {
        before_gate.push(*slot);
    }
    let mut after = Vec::new();
    if let ValidationGate::Fact { slot, .. } = version.validation {
        after.push(slot);
    }
    for part in &version.parts {
        match part {
            Part::Criterion(criterion) => after.extend(slots(criterion)),
            Part::Tranche(tranche) => after.extend(tranche.criteria.iter().flat_map(slots)),
            Part::Family(family) => after.extend(family.criteria.iter().flat_map(slots)),
        }
    }
    Wanted { before_gate, gate: version.sharing.as_ref().map(|sharing| sharing.gate), after }
}

fn tells_sub_criteria(wishes: Wishes<'_>) -> bool {
    match wishes {
        Wishes::Grid(version) => version.parts.iter().any(|part| match part {
            Part::Tranche(tranche) => !tranche.criteria.is_empty(),
            Part::Criterion(_) | Part::Family(_) => false,
        }),
        Wishes::Ranking(_) => false,
    }
}

fn of_ranking(ranking: &RankingVersion) -> Wanted {
    let conditions = ranking.eligibilities.iter().flat_map(|one| slots(&one.criterion));
    let keys = ranking.order.iter().filter_map(|key| match key.key {
        OrderKeyKind::Slot(slot) => Some(slot),
        OrderKeyKind::Total => None,
    });
    Wanted { before_gate: Vec::new(), gate: None, after: conditions.chain(keys).collect() }
}

fn slots(criterion: &Criterion) -> impl Iterator<Item = Slot> {
    let given = criterion.contributions.iter();
    let given = given.flat_map(|given| [Some(given.amount), given.condition]);
    let own = [criterion.condition, criterion.exception, criterion.floor, criterion.cap];
    given.chain(own).flatten()
}
