//! Tables: what no row takes, rows that clash, rows that say nothing, jumps, directions, and the row
//! that goes against one.
//!
//! Exact, by coordinate compression: the bounds written in a column cut its input into pieces between
//! which no row makes a difference, the days being one more column; a row is then a set of boxes of
//! pieces, and each question is a search that divides regions until the answer is plain. Every
//! verdict carries a point where it can be seen. A search that would be too long says so.

mod against;
mod axis;
mod course;
mod domains;
mod gaps;
mod layout;
mod overlaps;
mod searches;
mod shown;
mod useless;
mod wording;

#[cfg(test)]
mod tests;

pub use course::{Course, direction};
pub(crate) use shown::Stage;
pub(crate) use wording::literal;

use crate::readers::Reader;
use dsl::Compiled;
use dsl::recueil::Recueil;
use engine::{Period, Scripts};
use gaps::Reached;
use layout::{Budget, Layout};
use source::{Diagnostic, code};

/// How many rows the searches of one table may look at.
const BUDGET: usize = 30_000_000;

/// Looks at every table.
///
/// Errors: `E0505`; warnings: `W0130` to `W0135`, `W0191`; remarks: `N0103`, `N0104`, `N0105`.
pub(crate) fn check(
    recueil: &Recueil,
    compiled: &Compiled,
    scripts: &dyn Scripts,
    readers: &[Reader<'_>],
    out: &mut Vec<Diagnostic>,
) {
    let program = &compiled.lowered.program;
    let reached = Reached::new(readers);
    let own = compiled.lowered.tables.iter().map(Option::as_ref);
    for ((at, typed), own) in compiled.typed.tables.iter().enumerate().zip(own) {
        if typed.parameter {
            continue;
        }
        let Some(stage) = Stage::of(&recueil.sources, compiled, scripts, at) else { continue };
        let domains = domains::possible(program, &typed.table, own);
        let layout = Layout::new(&typed.table, domains, Period::default());
        let told =
            of_rows(stage, &layout, out).and_then(|()| gaps::check(stage, at, &reached, out));
        if told.is_none() {
            let message = format!(
                "le tableau « {} » croise trop de lignes pour être vérifié en entier",
                typed.table.name
            );
            out.push(Diagnostic::new(code::TABLE_UNDECIDED, typed.span, message));
        }
    }
}

fn of_rows(stage: Stage<'_>, layout: &Layout<'_>, out: &mut Vec<Diagnostic>) -> Option<()> {
    let mut budget = Budget(BUDGET);
    let clashing = overlaps::check(stage, layout, &mut budget, out)?;
    useless::check(stage, layout, &clashing, &mut budget, out)?;
    course::jumps(stage, layout, &mut budget, out)?;
    against::check(stage.speech, layout, &mut budget, out)
}
