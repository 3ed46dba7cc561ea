//! Guarantees: proved, refuted with an example, or « non décidée » with the reason.
//!
//! A proof covers every file. A refutation is a file, or a pair of files, on which the engine was run.
//! What the procedures here can do neither of is not decided, and is said so: it is no fault.

mod bounds;
mod conditions;
mod independence;
mod monotony;
mod pairs;
mod solved;

use crate::solver::{Solver, SolverFailure};
use crate::totals::Total;
use dsl::Compiled;
use dsl::lower::GuaranteeCode;
use dsl::typed::tree::{Guarantee, GuaranteeKind, Target};
use engine::{Period, Scripts};
use source::{Diagnostic, Sources, Span, code};
use std::collections::{BTreeMap, BTreeSet};

/// Why a promise about the total of a ranking is not decided, and what to do.
const SUM_OF_GRIDS: &str =
    "le total d'un classement additionne des grilles ; écrivez une garantie dans chacune d'elles";

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

/// What a solver says of a guarantee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// No file breaks it.
    Proved,
    /// The engine shows a file that breaks it, or two that do together.
    Refuted {
        /// Why, in French.
        why: String,
        /// The examples that show it.
        example: Option<String>,
    },
    /// Neither, and why, in French.
    Undecided(String),
}

impl From<Verdict> for Opinion {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Proved => Self::Proved,
            Verdict::Refuted(why, example) => Self::Refuted { why, example },
            Verdict::Undecided(why) => Self::Undecided(why),
        }
    }
}

/// Asks a solver about some guarantees. Shape: by index in `compiled.typed.guarantees`.
///
/// Errors: the solver does not answer.
pub fn opinions(
    sources: &Sources,
    compiled: &Compiled,
    scripts: &dyn Scripts,
    solver: &dyn Solver,
    about: &mut dyn FnMut(&Guarantee) -> bool,
) -> Result<BTreeMap<usize, Opinion>, SolverFailure> {
    let guarantees = compiled.typed.guarantees.iter().zip(&compiled.lowered.guarantees);
    let mut opinions = BTreeMap::new();
    for (at, (guarantee, code)) in guarantees.enumerate() {
        if about(guarantee) {
            let subject = Subject { sources, compiled, scripts, guarantee, code };
            opinions.insert(at, solved::decide(&subject, solver)?.into());
        }
    }
    Ok(opinions)
}

/// Asks a solver about the guarantees that were not decided (`N0101`), and says what it decides in
/// their place: `N0110` when it proves one, `E0412` when it refutes it.
///
/// Errors: the solver does not answer; what was found stays as it was.
pub fn settle(
    sources: &Sources,
    compiled: &Compiled,
    scripts: &dyn Scripts,
    solver: &dyn Solver,
    found: &mut [Diagnostic],
) -> Result<(), SolverFailure> {
    let open: BTreeSet<Span> = found
        .iter()
        .filter(|one| one.code == code::GUARANTEE_UNDECIDED)
        .map(|one| one.primary)
        .collect();
    let about = &mut |guarantee: &Guarantee| open.contains(&guarantee.span);
    let opinions = opinions(sources, compiled, scripts, solver, about)?;
    let name = solver.name();
    for (at, opinion) in opinions {
        let span = compiled.typed.guarantees.get(at).map(|guarantee| guarantee.span);
        let undecided = |one: &&mut Diagnostic| {
            one.code == code::GUARANTEE_UNDECIDED && Some(one.primary) == span
        };
        let Some(told) = found.iter_mut().find(undecided) else { continue };
        let label = told.primary_label.clone();
        *told = match opinion {
            Opinion::Proved => Diagnostic::new(
                code::GUARANTEE_PROVED_BY_SOLVER,
                told.primary,
                format!("garantie prouvée par {name}"),
            )
            .labelled(label),
            Opinion::Refuted { why, example } => {
                let message = format!("garantie réfutée, par {name} puis par le moteur : {why}");
                Diagnostic::new(code::GUARANTEE_REFUTED, told.primary, message)
                    .labelled(label)
                    .with_example(example)
            }
            Opinion::Undecided(why) => {
                let message = format!("{}, ni par {name} : {why}", told.message);
                Diagnostic { message, ..told.clone() }
            }
        };
    }
    Ok(())
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
