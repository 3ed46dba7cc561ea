//! Guarantees: proved or refuted where intervals and dependencies decide, « non décidée » otherwise.

use crate::scales::version;
use dsl::Compiled;
use dsl::lower::GuaranteeCode;
use dsl::typed::tree::{Criterion, Footprint, Grid, Guarantee, GuaranteeKind, Part, Target};
use engine::{Exact, FieldId, GridVersion, Period, Reach};
use source::{Diagnostic, code};
use std::sync::Arc;

enum Verdict {
    Proved,
    Refuted(String),
    Undecided(String),
}

/// Decides every guarantee. Errors: `E0412`; remarks: `N0101`.
pub(crate) fn check(compiled: &Compiled, out: &mut Vec<Diagnostic>) {
    for (guarantee, code) in compiled.typed.guarantees.iter().zip(&compiled.lowered.guarantees) {
        match decide(compiled, guarantee, code) {
            Verdict::Proved => {}
            Verdict::Refuted(why) => out.push(
                Diagnostic::new(
                    code::GUARANTEE_REFUTED,
                    guarantee.span,
                    format!("garantie réfutée : {why}"),
                )
                .labelled(guarantee.label.clone()),
            ),
            Verdict::Undecided(why) => out.push(
                Diagnostic::new(
                    code::GUARANTEE_UNDECIDED,
                    guarantee.span,
                    format!("garantie non décidée : {why}"),
                )
                .labelled(guarantee.label.clone()),
            ),
        }
    }
}

fn decide(compiled: &Compiled, guarantee: &Guarantee, code: &GuaranteeCode) -> Verdict {
    match &guarantee.kind {
        GuaranteeKind::TotalBetween(low, high) => {
            total_between(compiled, guarantee.target, *low, *high)
        }
        GuaranteeKind::Independent(field) => independent(compiled, guarantee.target, *field),
        GuaranteeKind::Always(_) => always(compiled, guarantee.target, code),
        GuaranteeKind::Monotone(..) => monotone(compiled, guarantee),
        GuaranteeKind::Implies(..) => implies(compiled, guarantee.target, code),
    }
}

fn grid_at(compiled: &Compiled, target: Target) -> Option<(&Grid, &GridVersion)> {
    let Target::Grid(at) = target else { return None };
    let typed = compiled.typed.grids.get(at as usize)?;
    let place = compiled.lowered.grids.get(at as usize)?;
    Some((typed, version(compiled, *place)?))
}

/// Bounds of a total: within the intervals of its lines, proved.
fn total_between(compiled: &Compiled, target: Target, low: Exact, high: Exact) -> Verdict {
    let Some((_, version)) = grid_at(compiled, target) else {
        return Verdict::Undecided("elle porte sur une seule grille".to_owned());
    };
    let range = crate::points::total_range(&compiled.lowered.program, version);
    match (range.low, range.high) {
        (Some(least), Some(most)) if low <= least && most <= high => Verdict::Proved,
        (least, most) => {
            let side =
                |bound: Option<Exact>| bound.map_or("sans limite".to_owned(), |b| b.to_string());
            Verdict::Undecided(format!(
                "les intervalles des lignes vont de {} à {} points",
                side(least),
                side(most)
            ))
        }
    }
}

/// Independence: what is not read cannot matter.
fn independent(compiled: &Compiled, target: Target, field: FieldId) -> Verdict {
    let grids: Vec<&Grid> = match target {
        Target::Grid(at) => {
            compiled.typed.grids.get(at as usize).map(Arc::as_ref).into_iter().collect()
        }
        Target::Ranking(at) => {
            let names =
                compiled.typed.rankings.get(at as usize).map_or(&[][..], |ranking| &ranking.grids);
            let grids = compiled.typed.grids.iter().map(Arc::as_ref);
            grids.filter(|grid| names.contains(&grid.unit)).collect()
        }
        Target::Definitions => {
            return Verdict::Undecided("un vocabulaire ne donne pas de points".to_owned());
        }
    };
    let path = compiled.typed.schema.path(field);
    for grid in grids {
        let mut around = Footprint::default();
        if let Some(applies) = &grid.applies {
            compiled.typed.read_by(applies, &mut around);
        }
        if around.fields.contains(&field) {
            return Verdict::Undecided(format!(
                "« {path} » est lu par « s'applique si » de « {} »",
                grid.unit
            ));
        }
        let reader = criteria(grid)
            .into_iter()
            .find(|criterion| criterion.footprint.fields.contains(&field));
        if let Some(reader) = reader {
            return Verdict::Undecided(format!(
                "« {path} » est lu par le critère « {} »",
                reader.id
            ));
        }
    }
    if let Target::Ranking(at) = target
        && let Some(ranking) = compiled.typed.rankings.get(at as usize)
    {
        let conditions = ranking.eligibilities.iter().map(|condition| &condition.footprint);
        if conditions.into_iter().any(|footprint| footprint.fields.contains(&field)) {
            return Verdict::Undecided(format!("« {path} » est lu par l'éligibilité"));
        }
    }
    Verdict::Proved
}

fn criteria(grid: &Grid) -> Vec<&Criterion> {
    grid.parts
        .iter()
        .flat_map(|part| match part {
            Part::Criterion(criterion) => std::slice::from_ref(criterion),
            Part::Family(family) => &family.criteria,
            Part::Tranche(tranche) => &tranche.criteria,
        })
        .collect()
}

fn period_of(compiled: &Compiled, target: Target) -> Period {
    match target {
        Target::Definitions => Period::default(),
        Target::Grid(at) => {
            compiled.typed.grids.get(at as usize).map_or(Period::default(), |grid| grid.period)
        }
        Target::Ranking(at) => compiled
            .typed
            .rankings
            .get(at as usize)
            .map_or(Period::default(), |ranking| ranking.period),
    }
}

fn reached(compiled: &Compiled, target: Target, code: &GuaranteeCode) -> Vec<Reach> {
    let reach = engine::reach(&code.code, &compiled.lowered.program, period_of(compiled, target));
    code.conditions.iter().filter_map(|slot| reach.get(slot.0 as usize).copied()).collect()
}

fn always(compiled: &Compiled, target: Target, code: &GuaranteeCode) -> Verdict {
    match reached(compiled, target, code).as_slice() {
        [condition] if !condition.can_be_false() && condition.can_be_true() => Verdict::Proved,
        [condition] if !condition.can_be_true() && condition.can_be_false() => {
            Verdict::Refuted("la condition n'est jamais vraie".to_owned())
        }
        _ => Verdict::Undecided(
            "la condition peut être vraie ou fausse selon les intervalles".to_owned(),
        ),
    }
}

fn implies(compiled: &Compiled, target: Target, code: &GuaranteeCode) -> Verdict {
    match reached(compiled, target, code).as_slice() {
        [condition, _] if !condition.can_be_true() => Verdict::Proved,
        [_, consequence] if !consequence.can_be_false() && consequence.can_be_true() => {
            Verdict::Proved
        }
        [condition, consequence] if !condition.can_be_false() && !consequence.can_be_true() => {
            Verdict::Refuted("la conséquence n'est jamais vraie".to_owned())
        }
        _ => Verdict::Undecided("les intervalles des deux conditions ne suffisent pas".to_owned()),
    }
}

/// Monotony: a grid that reads nothing of what the quantity reads is constant along it.
fn monotone(compiled: &Compiled, guarantee: &Guarantee) -> Verdict {
    let (Some((grid, _)), GuaranteeKind::Monotone(_, quantity)) =
        (grid_at(compiled, guarantee.target), &guarantee.kind)
    else {
        return Verdict::Undecided("elle porte sur une seule grille".to_owned());
    };
    let moved = compiled.typed.footprint(quantity);
    let reader = criteria(grid)
        .into_iter()
        .find(|criterion| criterion.footprint.fields.intersection(&moved.fields).next().is_some());
    match reader {
        None => Verdict::Proved,
        Some(reader) => Verdict::Undecided(format!(
            "le critère « {} » en dépend, et les intervalles ne disent pas dans quel sens",
            reader.id
        )),
    }
}
