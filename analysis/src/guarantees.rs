//! Guarantees: proved, refuted with an example, or « non décidée » with the reason.
//!
//! A proof covers every file. A refutation is a file, or a pair of files, on which the engine was run.
//! What the procedures here can do neither of is not decided, and is said so: it is no fault.

mod bounds;
mod conditions;
mod independence;
mod monotony;
mod pairs;

use crate::totals::Total;
use dsl::Compiled;
use dsl::lower::GuaranteeCode;
use dsl::typed::tree::{Guarantee, GuaranteeKind, Target};
use engine::{Period, Scripts};
use source::{Diagnostic, Sources, code};

/// What is said of a guarantee.
enum Verdict {
    Proved,
    /// Why, and the examples that show it.
    Refuted(String, Option<String>),
    /// Why not.
    Undecided(String),
}

/// A guarantee with all that its verdict takes.
#[derive(Clone, Copy)]
struct Subject<'c> {
    sources: &'c Sources,
    compiled: &'c Compiled,
    scripts: &'c dyn Scripts,
    guarantee: &'c Guarantee,
    code: &'c GuaranteeCode,
}

/// Decides every guarantee. Errors: `E0412`; remarks: `N0101`.
pub(crate) fn check(
    sources: &Sources,
    compiled: &Compiled,
    scripts: &dyn Scripts,
    out: &mut Vec<Diagnostic>,
) {
    for (guarantee, code) in compiled.typed.guarantees.iter().zip(&compiled.lowered.guarantees) {
        let subject = Subject { sources, compiled, scripts, guarantee, code };
        let (code, message, example) = match subject.decide() {
            Verdict::Proved => continue,
            Verdict::Refuted(why, example) => {
                (code::GUARANTEE_REFUTED, format!("garantie réfutée : {why}"), example)
            }
            Verdict::Undecided(why) => {
                (code::GUARANTEE_UNDECIDED, format!("garantie non décidée : {why}"), None)
            }
        };
        let diagnostic = Diagnostic::new(code, guarantee.span, message);
        out.push(diagnostic.labelled(guarantee.label.clone()).with_example(example));
    }
}

impl<'c> Subject<'c> {
    fn decide(&self) -> Verdict {
        match &self.guarantee.kind {
            GuaranteeKind::TotalBetween(low, high) => bounds::decide(self, *low, *high),
            GuaranteeKind::Independent(field) => independence::decide(self, *field),
            GuaranteeKind::Always(promised) => conditions::always(self, promised),
            GuaranteeKind::Monotone(direction, _) => monotony::decide(self, *direction),
            GuaranteeKind::Implies(_, promised) => conditions::implies(self, promised),
        }
    }

    /// The grid it is about, when it is about one.
    fn total(&self) -> Option<Total<'c>> {
        let Target::Grid(at) = self.guarantee.target else { return None };
        self.total_of(at as usize)
    }

    fn total_of(&self, at: usize) -> Option<Total<'c>> {
        let place = *self.compiled.lowered.grids.get(at)?;
        Total::at(self.compiled, self.scripts, place)
    }

    /// The days it is about.
    fn period(&self) -> Period {
        let typed = &self.compiled.typed;
        let found = match self.guarantee.target {
            Target::Definitions => None,
            Target::Grid(at) => typed.grids.get(at as usize).map(|grid| grid.period),
            Target::Ranking(at) => typed.rankings.get(at as usize).map(|ranking| ranking.period),
        };
        found.unwrap_or_default()
    }
}
