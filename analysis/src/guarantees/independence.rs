//! Independence: whatever the value of a fact, or its absence, the total is the same.
//!
//! What is not read cannot matter. What is read may still not matter: then every cell of the other
//! quantities gives one result over all cells of the fact, its absence included.

use super::pairs::{Pair, field_of, reads_any, variants};
use super::{Subject, Verdict};
use crate::cells::{Facts, Space, cone};
use crate::points::slots;
use crate::totals::{Total, criteria, opens};
use crate::witness::{Aim, Goal};
use dsl::typed::tree::Target;
use engine::{
    Absence, Criterion, Domain, Exact, Explored, Fact, FieldId, Op, OrderKeyKind, Part, Pool,
    Retains, Slot, Values, Variable, criterion_range, openness,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// How many files are varied, for one criterion.
const MOST_FILES: usize = 24;
/// How many steps the search for files takes, for one criterion.
const TRIAL: u32 = 400;

/// Decides « indépendant de FAIT ».
pub(super) fn decide(subject: &Subject<'_>, field: FieldId) -> Verdict {
    let compiled = subject.compiled;
    let path = compiled.typed.schema.path(field);
    let totals: Vec<Total<'_>> = match subject.guarantee.target {
        Target::Grid(at) => subject.total_of(at as usize).into_iter().collect(),
        Target::Ranking(at) => {
            if let Some(reader) = ranking_reader(subject, at as usize, field) {
                return Verdict::Undecided(format!("« {path} » est lu par {reader}"));
            }
            let names = compiled.typed.rankings.get(at as usize).map(|ranking| &ranking.grids);
            let grids = compiled.typed.grids.iter().enumerate();
            let named = grids.filter(|(_, grid)| {
                names.is_some_and(|all| all.iter().any(|name| **name == *grid.unit))
            });
            named.filter_map(|(at, _)| subject.total_of(at)).collect()
        }
        Target::Definitions => {
            return Verdict::Undecided("un vocabulaire ne donne pas de points".to_owned());
        }
    };
    for total in &totals {
        let Some(reader) = reader(total, field) else { continue };
        if is_indifferent(total, field) {
            continue;
        }
        let Some(pair) = pair(total, field) else {
            return Verdict::Undecided(format!(
                "« {path} » est lu par {reader}, et aucun dossier dont il change le total n'a été trouvé"
            ));
        };
        let why = format!("« {path} » change le total, par {reader}");
        let other = format!("le même, sauf {path}");
        let example = match subject.guarantee.target {
            Target::Grid(_) => pair.examples(subject, &other),
            Target::Ranking(_) => pair.examples_when_ranked(subject, total, &other),
            Target::Definitions => None,
        };
        return Verdict::Refuted(why, example);
    }
    Verdict::Proved
}

/// What reads a fact in a version of a grid, in words.
fn reader(total: &Total<'_>, field: FieldId) -> Option<String> {
    let version = total.version;
    let fields = BTreeSet::from([field]);
    let reads = |slot: Slot| reads_any(&version.code, &[slot], &fields);
    if version.applies.is_some_and(reads) {
        return Some(format!("« s'applique si » de « {} »", version.label));
    }
    if let Some(criterion) = total.criteria().find(|one| reads_fact(total, one, field)) {
        return Some(format!("le critère « {} »", criterion.id));
    }
    let gates = total.gates();
    let gate = gates.iter().any(|goal| reads(goal.slot));
    gate.then(|| format!("le périmètre, le partage ou la validation de « {} »", version.label))
}

fn reads_fact(total: &Total<'_>, criterion: &Criterion, field: FieldId) -> bool {
    let asked = criterion
        .proofs
        .iter()
        .any(|gate| gate.fields.contains(&field) || gate.item_fields.contains(&field));
    asked || reads_any(&total.version.code, &slots(criterion), &BTreeSet::from([field]))
}

/// What reads a fact in a ranking outside of its grids, in words.
fn ranking_reader(subject: &Subject<'_>, at: usize, field: FieldId) -> Option<String> {
    let program = &subject.compiled.lowered.program;
    let ranking = program.rankings.get(at)?;
    let fields = BTreeSet::from([field]);
    let conditions = ranking.eligibilities.iter().find(|one| {
        let gates = one.criterion.proofs.iter();
        let asked = gates.clone().any(|gate| gate.fields.contains(&field));
        asked || reads_any(&ranking.code, &slots(&one.criterion), &fields)
    });
    if let Some(condition) = conditions {
        return Some(format!("la condition d'éligibilité « {} »", condition.criterion.id));
    }
    let keyed = ranking.order.iter().any(|key| match key.key {
        OrderKeyKind::Total => false,
        OrderKeyKind::Slot(slot) => reads_any(&ranking.code, &[slot], &fields),
    });
    if keyed {
        return Some("l'ordre du classement".to_owned());
    }
    let grids = ranking.grids.iter().filter_map(|at| program.grids.get(*at as usize));
    let mut chosen = grids.filter(|grid| grid.siren == Some(field) && !grid.by_siren.is_empty());
    chosen.next().map(|grid| format!("le choix de la politique qui remplit « {} »", grid.label))
}

/// Tells whether a fact that is read changes no line, in any cell.
fn is_indifferent(total: &Total<'_>, field: FieldId) -> bool {
    let code = &total.version.code;
    let fields = BTreeSet::from([field]);
    let reads = |slot: &Slot| reads_any(code, &[*slot], &fields);
    let gates = total.gates();
    let compares = |op: &Op| matches!(op, Op::Rank { .. } | Op::FoldPool { .. });
    let compared = code
        .ops
        .iter()
        .enumerate()
        .any(|(at, op)| compares(op) && u32::try_from(at).is_ok_and(|at| reads(&Slot(at))));
    if gates.iter().any(|goal| reads(&goal.slot)) || compared {
        return false;
    }
    total.version.parts.iter().all(|part| {
        let mut reading = criteria(part).iter().filter(|one| reads_fact(total, one, field));
        match part {
            // There an unknown line holds back those behind it.
            Part::Family(family) if family.retains == Retains::First => reading.next().is_none(),
            Part::Family(_) | Part::Criterion(_) | Part::Tranche(_) => {
                reading.all(|criterion| changes_nothing(total, criterion, field))
            }
        }
    })
}

/// Tells whether a criterion gives the same over all cells of a fact, in each cell of the others.
fn changes_nothing(total: &Total<'_>, criterion: &Criterion, field: FieldId) -> bool {
    let code = &total.version.code;
    let asked = |fields: &[FieldId]| fields.contains(&field);
    if criterion.proofs.iter().any(|gate| asked(&gate.fields) || asked(&gate.item_fields)) {
        return false;
    }
    let mut space =
        Space::new(total.program, code, total.version.period, &slots(criterion), Facts::Known);
    let reading = |op: &Op| field_of(op) == Some(field);
    let mut readers =
        (0_u32..).zip(&code.ops).filter(|(_, op)| reading(op)).map(|(at, _)| Slot(at));
    let (Some(fact), None) = (readers.next(), readers.next()) else { return false };
    if matches!(code.ops.get(fact.0 as usize), Some(Op::ItemFact { .. })) {
        return false;
    }
    let entangled = |variable: &Variable| {
        variable.slot != fact
            && cone(code, &[variable.slot]).get(fact.0 as usize).copied().unwrap_or(true)
    };
    if space.variables.iter().any(entangled) {
        return false;
    }
    with_absences(&mut space);
    let Some(place) = space.variables.iter().position(|variable| variable.slot == fact) else {
        return false;
    };
    let mut seen: BTreeMap<Vec<usize>, (bool, Exact)> = BTreeMap::new();
    let explored = space.each(&mut |chosen, reach| {
        let (open, range) = (openness(criterion, reach), criterion_range(criterion, code, reach));
        let Some(points) = range.single().filter(|_| open.can_open != open.can_stay_shut) else {
            return ControlFlow::Break(());
        };
        let mut others = chosen.to_vec();
        others.remove(place);
        let result = (open.can_open, points);
        if *seen.entry(others).or_insert(result) == result {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    explored == Explored::Wholly
}

/// Gives each fact a cell of its own for its absence.
fn with_absences(space: &mut Space<'_>) {
    let ops = &space.code.ops;
    for variable in &mut space.variables {
        let is_fact = ops.get(variable.slot.0 as usize).and_then(field_of).is_some();
        let absent = variable.domains.iter().any(|domain| domain.absence == Absence::Only);
        if is_fact && !absent {
            variable.domains.push(Domain { values: Values::Any, absence: Absence::Only });
        }
    }
}

/// Looks for two files with different totals that differ by a fact.
fn pair(total: &Total<'_>, field: FieldId) -> Option<Pair> {
    let fields = BTreeSet::from([field]);
    let mut asks: Vec<Vec<Goal>> = Vec::new();
    for criterion in total.criteria().filter(|one| reads_fact(total, one, field)) {
        asks.push(total.gates().into_iter().chain(opens(criterion)).collect());
        let shut = criterion.condition.map(|slot| Goal::new(slot, Aim::Truth(false)));
        asks.push(total.gates().into_iter().chain(shut).collect());
    }
    let gates: Vec<Slot> = total.gates().iter().map(|goal| goal.slot).collect();
    if reads_any(&total.version.code, &gates, &fields) {
        asks.extend(
            total.criteria().map(|one| total.gates().into_iter().chain(opens(one)).collect()),
        );
    }
    asks.push(total.gates());
    for goals in asks {
        let mut found = None;
        let mut left = MOST_FILES;
        let mut looks = |pool: &Pool| {
            let Some(fewer) = left.checked_sub(1) else { return true };
            left = fewer;
            let own = total.of(pool);
            let others = variants(total, pool, &fields).into_iter().chain(without(pool, field));
            found = others.into_iter().find_map(|other| different(own, pool, total, other));
            found.is_some()
        };
        total.find(&goals, TRIAL, &mut looks);
        if found.is_some() {
            return found;
        }
    }
    None
}

fn different(own: Option<Exact>, pool: &Pool, total: &Total<'_>, other: Pool) -> Option<Pair> {
    match (own, total.of(&other)) {
        (Some(own), points) if points != Some(own) => {
            Some(Pair { first: pool.clone(), second: other, expected: own })
        }
        (None, Some(points)) => Some(Pair { first: other, second: pool.clone(), expected: points }),
        (Some(_) | None, _) => None,
    }
}

/// The same file without the fact: why it is not there changes no points.
fn without(pool: &Pool, field: FieldId) -> Option<Pool> {
    let mut pool = pool.clone();
    *pool.candidates.first_mut()?.case.facts.get_mut(&field)? = Fact::default();
    Some(pool)
}
