//! Lines that say nothing of their own to the applicant (`W0104`).
//!
//! A criterion speaks when it is met (`dit`); a condition of eligibility, when it is not
//! (`sinon dit`).

use super::Subject;
use super::written::{Line, Role};
use dsl::syntax::tree::ClauseKind;
use source::{Diagnostic, code};

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for line in subject.lines() {
        let Some(missing) = missing(&line) else { continue };
        let message =
            format!("{} « {} » laisse son message au texte généré", line.kind(), line.name.text);
        out.push(
            Diagnostic::new(code::NO_MESSAGE, line.name.span, message)
                .with_help(format!("ajoutez « {missing} \"…\" »")),
        );
    }
}

/// Returns the clause that a line lacks.
fn missing(line: &Line<'_>) -> Option<&'static str> {
    match line.role {
        Role::Alone | Role::InFamily(_) | Role::InTranche(_) => {
            (!line.has(|kind| matches!(kind, ClauseKind::Says(_)))).then_some("dit")
        }
        Role::Eligibility => {
            (!line.has(|kind| matches!(kind, ClauseKind::ElseSays(_)))).then_some("sinon dit")
        }
    }
}
