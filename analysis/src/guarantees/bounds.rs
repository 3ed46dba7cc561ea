//! Bounds of a total.

use super::{Subject, Verdict};
use crate::cells::{Facts, Space};
use crate::points::{clip, in_words, slots, total_range};
use crate::totals::{End, Total, criteria};
use crate::witness;
use engine::{Exact, Explored, Part, Range, criterion_range, openness};
use std::ops::ControlFlow;

const NOTHING: Range = Range { low: Some(Exact::ZERO), high: Some(Exact::ZERO) };

/// Decides « total entre A et B ».
pub(super) fn decide(subject: &Subject<'_>, low: Exact, high: Exact) -> Verdict {
    let Some(total) = subject.total() else {
        return Verdict::Undecided(super::SUM_OF_GRIDS.to_owned());
    };
    let inside = |range: Range| {
        range.low.is_some_and(|least| low <= least) && range.high.is_some_and(|most| most <= high)
    };
    let range = total_range(total.program, total.version);
    if inside(range) || together(&total, &inside) {
        return Verdict::Proved;
    }
    let ends = [(End::Most, high), (End::Least, low)];
    for (end, bound) in ends {
        let beyond = move |points: Exact| match end {
            End::Most => points > bound,
            End::Least => points < bound,
        };
        let Some(pool) = total.extreme(end, &mut beyond.clone()) else { continue };
        let found = total.of(&pool).unwrap_or(Exact::ZERO);
        let expected = witness::spell_points(bound).map(|points| format!("total = {points}"));
        let example = expected.and_then(|expected| {
            let schema = &total.program.schema;
            witness::example(schema, &subject.guarantee.label, &pool, &[expected])
        });
        let why = format!("un dossier a {}", in_words(found));
        return Verdict::Refuted(why, example);
    }
    Verdict::Undecided(format!(
        "ligne par ligne, le total {}, et aucun dossier hors des bornes n'a été trouvé",
        told(range)
    ))
}

/// Says what a total can be.
fn told(range: Range) -> String {
    match (range.low, range.high) {
        (Some(low), Some(high)) => format!("va de {low} à {}", in_words(high)),
        (None, Some(high)) => format!("va jusqu'à {}, sans limite vers le bas", in_words(high)),
        (Some(low), None) => format!("part de {}, sans limite vers le haut", in_words(low)),
        (None, None) => "n'a de limite ni vers le bas ni vers le haut".to_owned(),
    }
}

/// Tells whether the lines together stay inside, cell by cell of all that they compare.
fn together(total: &Total<'_>, inside: &dyn Fn(Range) -> bool) -> bool {
    let (version, code) = (total.version, &total.version.code);
    let all: Vec<_> = total.criteria().flat_map(slots).collect();
    let space = Space::new(total.program, code, version.period, &all, Facts::Any);
    let explored = space.each(&mut |_, reach| {
        let lines = version.parts.iter().map(|part| {
            // A proof, a day or a gate may hold any line back.
            let own =
                criteria(part).iter().map(|one| criterion_range(one, code, reach).or(NOTHING));
            match part {
                Part::Criterion(_) => own.fold(NOTHING, Range::plus),
                Part::Tranche(tranche) => {
                    let open = tranche.criteria.iter().any(|one| openness(one, reach).can_open);
                    let given = Range::only(tranche.points).or(NOTHING);
                    if open || tranche.criteria.is_empty() { given } else { NOTHING }
                }
                Part::Family(family) => {
                    let best = own.fold(NOTHING, Range::or);
                    clip(best, family.floor, family.cap)
                }
            }
        });
        let range = clip(lines.fold(NOTHING, Range::plus), version.floor, version.cap);
        if inside(range.or(NOTHING)) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    explored == Explored::Wholly
}
