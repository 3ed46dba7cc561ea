//! Scales: the sum of what the lines of a grid can give, against `sur N points`.
//!
//! The sum of the lines' maximums is what is shown to an applicant (« 70 sur 70 », « 40 sur 40 »…),
//! so it must be the scale, whether or not all lines can be full at once.

use dsl::Compiled;
use dsl::lower::GridPlace;
use engine::{Exact, Family, GridVersion, Part};
use source::{Diagnostic, Severity, code};

/// Compares each grid's lines with its scale. Errors: `E0404`; warnings: `W0101`.
pub(crate) fn check(compiled: &Compiled, out: &mut Vec<Diagnostic>) {
    for (typed, place) in compiled.typed.grids.iter().zip(&compiled.lowered.grids) {
        let Some((scale, span)) = typed.scale else { continue };
        let Some(version) = version(compiled, *place) else { continue };
        // Fillings change no points: their frame alone is compared.
        if version.filling.is_some() && !typed.open {
            continue;
        }
        let Some(most) = grid_maximum(version) else {
            out.push(
                Diagnostic::new(
                    code::SCALE_EXCEEDED,
                    span,
                    format!("« {} » peut donner des points sans limite", typed.unit),
                )
                .with_help("bornez la ligne par « au plus … points »"),
            );
            continue;
        };
        if most == scale {
            continue;
        }
        let above = most > scale;
        let code = if above { code::SCALE_EXCEEDED } else { code::SCALE_NOT_REACHED };
        let message = if above {
            format!(
                "les lignes de « {} » peuvent donner {most} points, plus que les {scale} annoncés",
                typed.unit
            )
        } else {
            format!(
                "les lignes de « {} » donnent au plus {most} points sur les {scale} annoncés",
                typed.unit
            )
        };
        let mut diagnostic = Diagnostic::new(code, span, message);
        debug_assert_eq!(diagnostic.severity == Severity::Error, above);
        for part in &version.parts {
            if let (Some(points), Some(span)) = (part_maximum(part), part_span(part)) {
                diagnostic = diagnostic.with_label(span, format!("jusqu'à {points} points"));
            }
        }
        out.push(diagnostic);
    }
}

/// Finds a typed grid's compiled version.
pub(crate) fn version(compiled: &Compiled, place: GridPlace) -> Option<&GridVersion> {
    let grids = &compiled.lowered.program.grids;
    match place {
        GridPlace::Version { grid, version } => {
            grids.get(grid as usize)?.versions.get(version as usize)
        }
        GridPlace::Filling { grid, filling } => {
            grids.get(grid as usize)?.fillings.get(filling as usize)
        }
    }
}

/// The most a grid's lines can give together; absent when unbounded.
pub(crate) fn grid_maximum(version: &GridVersion) -> Option<Exact> {
    let sum = version
        .parts
        .iter()
        .map(part_maximum)
        .try_fold(Exact::ZERO, |sum, most| sum.add(most?).ok());
    match (sum, version.cap) {
        (Some(sum), Some(cap)) => Some(sum.min(cap)),
        (sum, cap) => sum.or(cap),
    }
}

fn part_maximum(part: &Part) -> Option<Exact> {
    match part {
        Part::Criterion(criterion) => criterion.maximum,
        Part::Tranche(tranche) => Some(tranche.points),
        Part::Family(family) => family_maximum(family),
    }
}

fn family_maximum(family: &Family) -> Option<Exact> {
    let best = family
        .criteria
        .iter()
        .map(|criterion| criterion.maximum)
        .try_fold(Exact::ZERO, |best, most| Some(best.max(most?)));
    match (best, family.cap) {
        (Some(best), Some(cap)) => Some(best.min(cap)),
        (best, cap) => best.or(cap),
    }
}

fn part_span(part: &Part) -> Option<source::Span> {
    match part {
        Part::Criterion(criterion) => Some(criterion.span),
        Part::Tranche(tranche) => Some(tranche.span),
        Part::Family(family) => family.criteria.first().map(|criterion| criterion.span),
    }
}
