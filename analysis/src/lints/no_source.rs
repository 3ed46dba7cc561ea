//! Lines of which no text is named (`W0103`). A line without a source in a frame with free criteria
//! is an error of its own (`E0411`), said by the checker.

use super::Subject;
use super::written::{Line, Role};
use dsl::syntax::tree::{Clause, ClauseKind};
use source::{Diagnostic, code};

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for line in subject.lines().filter(|line| !is_sourced(line)) {
        let message =
            format!("ni {} « {} » ni son unité ne citent de source", line.kind(), line.name.text);
        out.push(
            Diagnostic::new(code::NO_SOURCE, line.name.span, message)
                .with_help("ajoutez « source \"…\" »"),
        );
    }
}

fn is_sourced(line: &Line<'_>) -> bool {
    let around = match line.role {
        Role::InFamily(family) => family.clauses.iter().any(is_source),
        Role::InTranche(slot) => slot.clauses.iter().any(is_source),
        Role::Alone | Role::Eligibility => false,
    };
    around || !line.unit.sources.is_empty() || line.clauses.iter().any(is_source)
}

fn is_source(clause: &Clause) -> bool {
    matches!(clause.kind, ClauseKind::Source(_))
}
