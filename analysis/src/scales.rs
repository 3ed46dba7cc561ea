//! Scales: the sum of what the lines of a grid can give, against `sur N points`.
//!
//! The sum of the lines' maximums is what is shown to an applicant (« 70 sur 70 », « 40 sur 40 »…),
//! so it must be the scale, whether or not all lines can be full at once.

use crate::points::{in_words, part_range, part_span};
use crate::totals::{End, Total};
use crate::witness;
use dsl::Compiled;
use dsl::lower::GridPlace;
use engine::{Exact, GridVersion, Range, Scripts};
use source::{Diagnostic, Span, code};
use std::sync::Arc;

/// Compares each grid's lines with its scale. Errors: `E0404`; warnings: `W0101`.
pub(crate) fn check(compiled: &Compiled, scripts: &dyn Scripts, out: &mut Vec<Diagnostic>) {
    let program = &compiled.lowered.program;
    for (typed, place) in compiled.typed.grids.iter().zip(&compiled.lowered.grids) {
        let Some((scale, said)) = typed.scale else { continue };
        let Some(total) = Total::at(compiled, scripts, *place) else { continue };
        // A closed frame holds all the points, an open one waits for those who fill it.
        if total.version.filling.is_some() != typed.open {
            continue;
        }
        // Lines that go beyond the scale of their frame are the mistake of those who wrote them.
        let name = typed.filling.as_ref().map_or(&typed.unit, |(filling, _)| filling);
        let own = said.file == typed.span.file;
        let span = if own { said } else { typed.span };
        let parts = total.version.parts.iter();
        let lines: Vec<Range> =
            parts.map(|part| part_range(program, total.version, part)).collect();
        let most = maximum(total.version, &lines);
        let found = match most {
            Some(most) if most == scale => continue,
            Some(most) if most < scale => short(name, span, most, scale),
            Some(most) => {
                let message = format!(
                    "les lignes de « {name} » peuvent donner {}, plus que les {scale} annoncés",
                    in_words(most)
                );
                let beyond = beyond(&total, name, scale);
                Diagnostic::new(code::SCALE_EXCEEDED, span, message)
                    .with_help(format!(
                        "annoncez « sur {} », ou bornez une ligne par « au plus »",
                        in_words(most)
                    ))
                    .with_example(beyond)
            }
            None => {
                let message = format!("« {name} » peut donner des points sans limite");
                Diagnostic::new(code::SCALE_EXCEEDED, span, message)
                    .with_help("bornez la ligne par « au plus … points »")
                    .with_example(beyond(&total, name, scale))
            }
        };
        let found = if own { found } else { found.with_label(said, "l'échelle de leur cadre") };
        out.push(if most.is_some() { labelled(found, total.version, &lines) } else { found });
    }
}

fn short(unit: &str, span: Span, most: Exact, scale: Exact) -> Diagnostic {
    let most = in_words(most);
    let message =
        format!("les lignes de « {unit} » donnent au plus {most} sur les {scale} annoncés");
    Diagnostic::new(code::SCALE_NOT_REACHED, span, message)
}

/// Shows what each line can give.
fn labelled(mut found: Diagnostic, version: &GridVersion, lines: &[Range]) -> Diagnostic {
    for (part, line) in version.parts.iter().zip(lines) {
        if let Some(points) = shown(*line) {
            found = found.with_label(part_span(part), format!("jusqu'à {}", in_words(points)));
        }
    }
    found
}

/// A file with more points than the scale, when the lines can be full together, as an example that
/// expects the scale.
fn beyond(total: &Total<'_>, unit: &str, scale: Exact) -> Option<String> {
    let pool = total.extreme(End::Most, &mut |points| points > scale)?;
    let expected = format!("total = {}", witness::spell_points(scale)?);
    let title = format!("Plus de points que n'en annonce « {unit} »");
    witness::example(&total.program.schema, &title, &pool, &[expected])
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
