//! Hypotheses that nobody is asked to look at again (`W0106`).

use super::Subject;
use super::written::hypotheses;
use source::{Diagnostic, code};

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for hypothesis in subject.units.iter().flat_map(hypotheses) {
        if hypothesis.review.is_none() {
            out.push(
                Diagnostic::new(
                    code::NO_REVIEW_DATE,
                    hypothesis.text.span,
                    "cette hypothèse ne dit pas quand la revoir",
                )
                .with_help("ajoutez « à revoir le … » à sa suite"),
            );
        }
    }
}
