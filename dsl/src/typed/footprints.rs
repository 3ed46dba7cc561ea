//! What criteria may read: sharing, marks, and local names put in place.

use super::from_resolved::Checker;
use super::tree::{Expr, ExprKind, Footprint, SharingRule};
use engine::FieldId;
use source::{Diagnostic, Span, code};

/// Replaces each local name by its value; a later local may use those before it.
pub(super) fn substitute_locals(value: Expr, locals: &[(String, Expr)]) -> Expr {
    if locals.is_empty() {
        return value;
    }
    let Expr { kind, ty, span } = value;
    let go = |inner: Expr| substitute_locals(inner, locals);
    let all = |items: Vec<Expr>| items.into_iter().map(go).collect::<Vec<_>>();
    let kind = match *kind {
        ExprKind::Local(at) => {
            let Some((before, [(_, value), ..])) = locals.split_at_checked(at as usize) else {
                return Expr { kind: Box::new(ExprKind::Local(at)), ty, span };
            };
            return substitute_locals(value.clone(), before);
        }
        ExprKind::Definition(id, arguments) => ExprKind::Definition(id, all(arguments)),
        ExprKind::Table(id, arguments) => ExprKind::Table(id, all(arguments)),
        ExprKind::Function(id, arguments) => ExprKind::Function(id, all(arguments)),
        ExprKind::Arithmetic(op, a, b) => ExprKind::Arithmetic(op, go(a), go(b)),
        ExprKind::Round(mode, a, b) => ExprKind::Round(mode, go(a), go(b)),
        ExprKind::Calendar(op, a, b) => ExprKind::Calendar(op, go(a), go(b)),
        ExprKind::Compare(op, a, b) => ExprKind::Compare(op, go(a), go(b)),
        ExprKind::And(items) => ExprKind::And(all(items)),
        ExprKind::Or(items) => ExprKind::Or(all(items)),
        ExprKind::Not(a) => ExprKind::Not(go(a)),
        ExprKind::IsKnown(a) => ExprKind::IsKnown(go(a)),
        ExprKind::Rank(a, direction, among) => ExprKind::Rank(go(a), direction, among),
        ExprKind::FoldList { fold, list, item, filter, value } => {
            ExprKind::FoldList { fold, list, item, filter: filter.map(go), value: value.map(go) }
        }
        ExprKind::FoldPool { fold, population, filter, value } => {
            ExprKind::FoldPool { fold, population, filter: filter.map(go), value: value.map(go) }
        }
        other @ (ExprKind::Constant(_)
        | ExprKind::EvaluationDate
        | ExprKind::Fact(_)
        | ExprKind::ItemFact(..)
        | ExprKind::Item(_)
        | ExprKind::Argument(_)
        | ExprKind::GridTotal(_)) => other,
    };
    Expr { kind: Box::new(kind), ty, span }
}

/// Who writes a criterion, for what it may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Author {
    /// Action Logement, in its own grids and frames.
    Operator,
    /// A territory, in a frame with free criteria.
    Territory,
    /// A company, in a frame with fixed points.
    Company,
}

impl Checker<'_> {
    /// Checks what a criterion reads against marks and sharing. Errors: `E0402`, `E0403`.
    pub(super) fn check_footprint(
        &mut self,
        footprint: &Footprint,
        author: Author,
        sharing: Option<&SharingRule>,
        has_basis: HasBasis,
        span: Span,
    ) {
        for &field in &footprint.fields {
            let Some(def) = self.tree.schema.field(field) else { continue };
            let marked = def.protected || def.sensitive;
            let refused = marked && (author == Author::Company || has_basis == HasBasis::No);
            if refused {
                let mark = if def.sensitive { "sensible" } else { "protégé" };
                let path = self.tree.schema.path(field);
                let help = if author == Author::Company {
                    "la politique d'une entreprise ne peut pas le lire"
                } else {
                    "citez le texte qui l'autorise : fondement \"…\""
                };
                let message = format!("« {path} » est un fait {mark}");
                self.out.push(Diagnostic::new(code::PROTECTED_FACT, span, message).with_help(help));
            }
            if let (Author::Company, Some(sharing)) = (author, sharing) {
                self.check_shared(field, sharing, span);
            }
        }
    }

    fn check_shared(&mut self, field: FieldId, sharing: &SharingRule, span: Span) {
        let Some(def) = self.tree.schema.field(field) else { return };
        let granted = sharing.levels.values().max();
        let shared =
            def.sharing.is_some_and(|needs| granted.is_some_and(|granted| needs <= *granted));
        let visible =
            sharing.visible.contains(&field) || sharing.visible_lists.contains(&def.entity);
        if !shared && !visible {
            let path = self.tree.schema.path(field);
            self.out.push(
                Diagnostic::new(
                    code::NOT_SHARED,
                    span,
                    format!("« {path} » n'est jamais partagé avec l'entreprise"),
                )
                .with_help("le cadre dit ce que chaque choix du salarié partage"),
            );
        }
    }
}

/// Whether a criterion states a legal basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HasBasis {
    /// It does.
    Yes,
    /// It does not.
    No,
}
