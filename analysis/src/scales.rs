//! Scales: the sum of what the lines of a grid can give, against `sur N points`.
//!
//! The sum of the lines' maximums is what is shown to an applicant (« 70 sur 70 », « 40 sur 40 »…),
//! so it must be the scale, whether or not all lines can be full at once.

use crate::points::{part_range, part_span};
use dsl::Compiled;
use dsl::lower::GridPlace;
use engine::{Exact, GridVersion, Range};
use source::{Diagnostic, Severity, code};
use std::sync::Arc;

/// Compares each grid's lines with its scale. Errors: `E0404`; warnings: `W0101`.
pub(crate) fn check(compiled: &Compiled, out: &mut Vec<Diagnostic>) {
    let program = &compiled.lowered.program;
    for (typed, place) in compiled.typed.grids.iter().zip(&compiled.lowered.grids) {
        let Some((scale, span)) = typed.scale else { continue };
        let Some(version) = version(compiled, *place) else { continue };
        // Fillings change no points: their frame alone is compared.
        if version.filling.is_some() && !typed.open {
            continue;
        }
        let lines: Vec<Range> =
            version.parts.iter().map(|part| part_range(program, version, part)).collect();
        let Some(most) = maximum(version, &lines) else {
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
        for (part, line) in version.parts.iter().zip(&lines) {
            if let Some(points) = shown(*line) {
                let text = format!("jusqu'à {points} points");
                diagnostic = diagnostic.with_label(part_span(part), text);
            }
        }
        if above {
            diagnostic = diagnostic.with_help(format!(
                "annoncez « sur {most} points », ou bornez une ligne par « au plus »"
            ));
        }
        out.push(diagnostic);
    }
}

/// Finds a typed grid's compiled version.
pub(crate) fn version(compiled: &Compiled, place: GridPlace) -> Option<&GridVersion> {
    let grids = &compiled.lowered.program.grids;
    match place {
        GridPlace::Version { grid, version } => {
            grids.get(grid as usize)?.versions.get(version as usize).map(Arc::as_ref)
        }
        GridPlace::Filling { grid, filling } => {
            grids.get(grid as usize)?.fillings.get(filling as usize).map(Arc::as_ref)
        }
    }
}

/// The most that a line shows to an applicant: a malus shows nothing.
fn shown(line: Range) -> Option<Exact> {
    line.high.map(|most| most.max(Exact::ZERO))
}

/// The most that lines can give together; absent when unbounded.
fn maximum(version: &GridVersion, lines: &[Range]) -> Option<Exact> {
    let sum = lines.iter().try_fold(Exact::ZERO, |sum, line| sum.add(shown(*line)?).ok());
    match (sum, version.cap) {
        (Some(sum), Some(cap)) => Some(sum.min(cap)),
        (sum, cap) => sum.or(cap),
    }
}
