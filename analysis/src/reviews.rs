//! Reviews due: hypotheses and stamps whose date has passed.

use dsl::Compiled;
use dsl::recueil::Recueil;
use dsl::syntax::tree::{Clause, ClauseKind, DeclarationKind, Hypothesis, MarkKind};
use engine::Date;
use source::{Diagnostic, Span, code};

/// Warns of every hypothesis to review before a day. Warnings: `W0102`.
pub(crate) fn check(
    _recueil: &Recueil,
    compiled: &Compiled,
    today: Date,
    out: &mut Vec<Diagnostic>,
) {
    for unit in &compiled.resolved.units {
        for hypothesis in &unit.hypotheses {
            due(hypothesis, today, out);
        }
        for declaration in &unit.declarations {
            for hypothesis in hypotheses(&declaration.kind) {
                due(hypothesis, today, out);
            }
        }
    }
}

fn due(hypothesis: &Hypothesis, today: Date, out: &mut Vec<Diagnostic>) {
    let Some(review) = hypothesis.review.filter(|review| *review < today) else { return };
    let span: Span = hypothesis.text.span;
    out.push(
        Diagnostic::new(
            code::REVIEW_DUE,
            span,
            format!("cette hypothèse était à revoir le {review}"),
        )
        .with_help("revoyez-la, puis repoussez la date"),
    );
}

fn hypotheses(kind: &DeclarationKind) -> Vec<&Hypothesis> {
    let clauses: Vec<&Clause> = match kind {
        DeclarationKind::Definition(d) => d.clauses.iter().collect(),
        DeclarationKind::Parameter(d) => d.clauses.iter().collect(),
        DeclarationKind::Table(d) => d.clauses.iter().collect(),
        DeclarationKind::Function(d) => d.clauses.iter().collect(),
        DeclarationKind::Criterion(d) => d.clauses.iter().collect(),
        DeclarationKind::Eligibility(d) => d.clauses.iter().collect(),
        DeclarationKind::Family(d) => d
            .clauses
            .iter()
            .chain(d.criteria.iter().flat_map(|criterion| &criterion.clauses))
            .collect(),
        DeclarationKind::Slot(d) => d
            .clauses
            .iter()
            .chain(d.criteria.iter().flat_map(|criterion| &criterion.clauses))
            .collect(),
        DeclarationKind::Entity(entity) => {
            let marks = entity.fields.iter().flat_map(|field| &field.marks);
            return marks
                .filter_map(|mark| match &mark.kind {
                    MarkKind::Hypothesis(hypothesis) => Some(hypothesis),
                    _ => None,
                })
                .collect();
        }
        DeclarationKind::Enumeration(_)
        | DeclarationKind::Guarantee(_)
        | DeclarationKind::Example(_) => Vec::new(),
    };
    clauses
        .into_iter()
        .filter_map(|clause| match &clause.kind {
            ClauseKind::Hypothesis(hypothesis) => Some(hypothesis),
            _ => None,
        })
        .collect()
}
