//! Hypotheses whose review date has passed (`W0102`).

use super::Subject;
use super::written::hypotheses;
use source::{Diagnostic, code};

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(today) = subject.today else { return };
    for hypothesis in subject.units.iter().flat_map(hypotheses) {
        let Some(review) = hypothesis.review.filter(|review| *review < today) else { continue };
        let message = format!("cette hypothèse était à revoir le {review}");
        out.push(
            Diagnostic::new(code::REVIEW_DUE, hypothesis.text.span, message)
                .with_help("revoyez-la, puis repoussez la date"),
        );
    }
}
