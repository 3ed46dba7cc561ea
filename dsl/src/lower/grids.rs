//! Grids and rankings to their compiled versions.

use super::LoweredVersion;
use super::Names;
use super::builder::remap;
use super::criteria::remap_criterion;
use super::expressions::Lowering;
use crate::typed::tree::{Grid, Part, Ranking, Recueil};
use engine::{
    Eligibility, Exact, GridVersion, OrderKey, OrderKeyKind, Program, RankingVersion, SharingGate,
    Slot, ValidationGate,
};
use source::{Diagnostic, code};
use std::sync::Arc;

/// Lowers one version of a grid; parts that are those of its frame alone are shared with them.
///
/// Errors: `E0110` for code beyond the limit.
pub(super) fn grid(
    tree: &Recueil,
    grid: &Grid,
    names: &Names,
    program: &Program,
) -> LoweredVersion {
    let mut lowering = Lowering::new(tree, names);
    let perimeter =
        grid.perimeter.as_ref().map(|(perimeter, fact)| (perimeter.clone(), lowering.expr(fact)));
    let applies = grid.applies.as_ref().map(|applies| lowering.expr(applies));
    let validation = match grid.validation {
        None => ValidationGate::Open,
        Some(rule) => ValidationGate::Fact {
            slot: lowering.fact_slot(rule.field, grid.span),
            field: rule.field,
            pending: rule.pending,
            refused: rule.refused,
            confirmed: rule.confirmed,
        },
    };
    let sharing = grid.sharing.as_ref().map(|rule| SharingGate {
        gate: lowering.share(rule),
        choice: match rule.choice.kind.as_ref() {
            crate::typed::tree::ExprKind::Fact(field) => Some(*field),
            _ => None,
        },
    });
    let parts = grid.parts.iter().map(|written| part(&mut lowering, written)).collect();
    let diagnostic = lowering.builder.is_full().then(|| {
        let message = format!("« {} » demande trop d'opérations", grid.unit);
        Diagnostic::new(code::TOO_LONG, grid.span, message)
    });
    let (code, map) = lowering.builder.finish();
    let mut version = GridVersion {
        unit: grid.unit.clone(),
        version: grid.version.clone(),
        filling: grid.filling.clone(),
        label: grid.label.clone(),
        period: grid.period,
        sirens: grid.sirens.clone(),
        perimeter,
        applies,
        scale: grid.scale.map(|(scale, _)| scale),
        cap: grid.cap,
        floor: grid.floor,
        sharing,
        validation,
        parts,
        code,
    };
    remap_grid(&mut version, &map);
    set_maximums(&mut version, program);
    let frame = names.grids.get(&*grid.unit).and_then(|at| program.grids.get(*at as usize));
    share(&mut version.parts, frame.map_or(&[], |frame| &frame.versions));
    LoweredVersion { version: Arc::new(version), diagnostic: diagnostic.map(Box::new) }
}

fn part(lowering: &mut Lowering<'_>, part: &Part) -> engine::Part {
    match part {
        Part::Criterion(criterion) => {
            engine::Part::Criterion(Arc::new(lowering.criterion(criterion)))
        }
        Part::Family(family) => engine::Part::Family(Arc::new(engine::Family {
            id: family.id.clone(),
            label: family.label.clone(),
            retains: family.retains,
            cap: family.cap,
            floor: family.floor,
            criteria: family
                .criteria
                .iter()
                .map(|criterion| lowering.criterion(criterion))
                .collect(),
        })),
        Part::Tranche(tranche) => engine::Part::Tranche(Arc::new(engine::Tranche {
            id: tranche.id.clone(),
            label: tranche.label.clone(),
            points: tranche.points,
            criteria: tranche
                .criteria
                .iter()
                .map(|criterion| lowering.criterion(criterion))
                .collect(),
            span: tranche.span,
        })),
    }
}

fn remap_grid(version: &mut GridVersion, map: &[Slot]) {
    let go = |slot: &mut Slot| remap(slot, map);
    version.perimeter.iter_mut().for_each(|(_, slot)| remap(slot, map));
    version.applies.iter_mut().for_each(go);
    version.sharing.iter_mut().for_each(|sharing| remap(&mut sharing.gate, map));
    match &mut version.validation {
        ValidationGate::Open => {}
        ValidationGate::Fact { slot, .. } => go(slot),
    }
    for part in &mut version.parts {
        for criterion in criteria_mut(part) {
            remap_criterion(criterion, map);
        }
    }
}

/// The criteria of a part, to be changed.
fn criteria_mut(part: &mut engine::Part) -> Vec<&mut engine::Criterion> {
    match part {
        engine::Part::Criterion(criterion) => vec![Arc::make_mut(criterion)],
        engine::Part::Family(family) => Arc::make_mut(family).criteria.iter_mut().collect(),
        engine::Part::Tranche(tranche) => Arc::make_mut(tranche).criteria.iter_mut().collect(),
    }
}

fn set_maximums(version: &mut GridVersion, program: &Program) {
    let code = &version.code;
    let reach = engine::reach(code, program, version.period);
    for part in &mut version.parts {
        for criterion in criteria_mut(part) {
            criterion.maximum = if criterion.contributions.is_empty() {
                None
            } else {
                engine::criterion_maximum(criterion, code, &reach).map(|most| most.max(Exact::ZERO))
            };
        }
    }
}

/// Replaces parts by the same ones of some frames.
fn share(parts: &mut [engine::Part], frames: &[Arc<GridVersion>]) {
    for part in parts {
        let same = frames.iter().flat_map(|frame| &frame.parts).find(|other| *other == part);
        if let Some(same) = same {
            *part = same.clone();
        }
    }
}

/// Lowers one version of a ranking.
pub(super) fn ranking(tree: &Recueil, ranking: &Ranking, names: &Names) -> RankingVersion {
    let mut lowering = Lowering::new(tree, names);
    let mut eligibilities: Vec<Eligibility> = Vec::new();
    for written in &ranking.eligibilities {
        eligibilities.push(Eligibility { criterion: lowering.criterion(written) });
    }
    lowering.locals.clear();
    let mut order = Vec::new();
    for written in &ranking.order {
        let key = match &written.key {
            None => OrderKeyKind::Total,
            Some(key) => OrderKeyKind::Slot(lowering.expr(key)),
        };
        order.push(OrderKey { key, direction: written.direction, label: written.label.clone() });
    }
    let (code, map) = lowering.builder.finish();
    for eligibility in &mut eligibilities {
        remap_criterion(&mut eligibility.criterion, &map);
    }
    for key in &mut order {
        match &mut key.key {
            OrderKeyKind::Total => {}
            OrderKeyKind::Slot(slot) => remap(slot, &map),
        }
    }
    RankingVersion {
        unit: ranking.unit.clone(),
        version: ranking.version.clone(),
        label: ranking.label.clone(),
        period: ranking.period,
        grids: ranking.grids.iter().filter_map(|name| names.grids.get(name).copied()).collect(),
        eligibilities,
        order,
        keeps: ranking.keeps,
        code,
    }
}
