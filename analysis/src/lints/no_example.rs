//! Lines that no example expects (`W0107`).
//!
//! A line is expected by name, or through its family or its tranche, in an example of its unit or of
//! a ranking.

use super::Subject;
use super::written::{Line, Role};
use dsl::syntax::tree::LineKind;
use dsl::typed::tree::{ExpectationKind, Target};
use source::{Diagnostic, FileId, code};
use std::collections::BTreeSet;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let expected = Expected::of(subject);
    for line in subject.lines().filter(|line| !expected.holds(line)) {
        let message = format!("aucun exemple n'attend {} « {} »", line.kind(), line.name.text);
        let wanted = match line.role {
            Role::Eligibility => format!("éligible {} = oui", line.name.text),
            Role::Alone | Role::InFamily(_) | Role::InTranche(_) => {
                format!("critère {} = …", line.name.text)
            }
        };
        out.push(
            Diagnostic::new(code::NO_EXAMPLE, line.name.span, message)
                .with_help(format!("ajoutez un exemple qui attend « {wanted} »")),
        );
    }
}

/// The lines that examples expect: in the file of a unit, and in rankings.
struct Expected<'c> {
    in_file: BTreeSet<(FileId, &'static str, &'c str)>,
    in_rankings: BTreeSet<(&'static str, &'c str)>,
}

impl<'c> Expected<'c> {
    fn of(subject: &Subject<'c>) -> Self {
        let mut expected = Self { in_file: BTreeSet::new(), in_rankings: BTreeSet::new() };
        for example in &subject.compiled.typed.examples {
            for expectation in &example.expectations {
                let ExpectationKind::Line(kind, name, ..) = &expectation.kind else { continue };
                expected.in_file.insert((example.span.file, word(*kind), name));
                if matches!(example.target, Target::Ranking(_)) {
                    expected.in_rankings.insert((word(*kind), name));
                }
            }
        }
        expected
    }

    fn holds(&self, line: &Line<'_>) -> bool {
        let own = match line.role {
            Role::Eligibility => LineKind::Eligibility,
            Role::Alone | Role::InFamily(_) | Role::InTranche(_) => LineKind::Criterion,
        };
        let around = match line.role {
            Role::InFamily(family) => Some((LineKind::Family, &family.name)),
            Role::InTranche(slot) => Some((LineKind::Slot, &slot.name)),
            Role::Alone | Role::Eligibility => None,
        };
        std::iter::once((own, line.name)).chain(around).any(|(kind, name)| {
            self.in_file.contains(&(line.unit.span.file, word(kind), name.text.as_str()))
                || self.in_rankings.contains(&(word(kind), name.text.as_str()))
        })
    }
}

fn word(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Criterion => "critère",
        LineKind::Slot => "tranche",
        LineKind::Family => "famille",
        LineKind::Eligibility => "éligible",
        LineKind::Grid => "grille",
    }
}
