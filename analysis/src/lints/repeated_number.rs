//! Numbers that several criteria repeat (`W0112`): a parameter would change them all at once.
//!
//! Only numbers with a unit, in conditions, bounds and local names. Points are each criterion's own,
//! and 0, 1 and 100 % are no choice of anybody. A company declares no parameter.

use super::Subject;
use super::written::{expressions, lines};
use dsl::resolved::Measured;
use dsl::resolved::tree::Unit;
use dsl::syntax::tree::{Clause, ClauseKind, Expr, ExprKind, Quantity};
use engine::{Exact, Type};
use source::{Diagnostic, Span, code};
use std::collections::{BTreeMap, BTreeSet};

/// How many times a number is written before it is said.
const TIMES: usize = 3;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let closed = |unit: &Unit| subject.compiled.resolved.fills_a_closed_frame(unit);
    for unit in subject.units.iter().filter(|unit| !closed(unit)) {
        let mut written: BTreeMap<(Exact, Type), Places> = BTreeMap::new();
        for line in lines(unit) {
            for value in line
                .clauses
                .iter()
                .filter(|clause| counts(clause))
                .flat_map(|c| expressions(&c.kind))
            {
                each_number(value, &mut |quantity| {
                    if let Some(key) = choice(quantity) {
                        let places = written.entry(key).or_default();
                        places.numbers.push(quantity.span);
                        places.lines.insert(line.name.span);
                    }
                });
            }
        }
        out.extend(written.values().filter_map(|places| places.report(subject)));
    }
}

/// Where one number is written.
#[derive(Default)]
struct Places {
    numbers: Vec<Span>,
    lines: BTreeSet<Span>,
}

impl Places {
    fn report(&self, subject: &Subject<'_>) -> Option<Diagnostic> {
        let [first, others @ ..] = self.numbers.as_slice() else { return None };
        if self.numbers.len() < TIMES || self.lines.len() < 2 {
            return None;
        }
        let number = subject.recueil.sources.excerpt(*first).trim();
        let message =
            format!("« {number} » est écrit {} fois dans les critères", self.numbers.len());
        let found = Diagnostic::new(code::REPEATED_NUMBER, *first, message)
            .with_help("donnez-lui un nom, par un paramètre");
        Some(others.iter().fold(found, |found, at| found.with_label(*at, "ici aussi")))
    }
}

fn counts(clause: &Clause) -> bool {
    !matches!(clause.kind, ClauseKind::Says(_) | ClauseKind::ElseSays(_))
}

fn each_number<'c>(value: &'c Expr, visit: &mut impl FnMut(&'c Quantity)) {
    if let ExprKind::Number(quantity) = value.kind.as_ref() {
        visit(quantity);
    }
    for child in value.children() {
        each_number(child, visit);
    }
}

/// Returns a number that somebody chose: its value, with its unit of measure.
fn choice(quantity: &Quantity) -> Option<(Exact, Type)> {
    let unit = quantity.unit.as_ref()?;
    let Measured { value, ty } = dsl::resolved::quantity(quantity).ok()?;
    let of_points = unit.factors.iter().any(|(word, _)| word.starts_with("point"));
    (!of_points && !value.is_zero() && value != Exact::ONE).then_some((value, ty))
}
