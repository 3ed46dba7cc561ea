//! Walking expressions as written.

use super::tree::{Expr, ExprKind, Name};

impl Expr {
    /// Returns the direct sub-expressions, in order.
    pub fn children(&self) -> Vec<&Expr> {
        match self.kind.as_ref() {
            ExprKind::Number(_)
            | ExprKind::Date(_)
            | ExprKind::Text(_)
            | ExprKind::Code(_)
            | ExprKind::Bool(_)
            | ExprKind::EvaluationDate
            | ExprKind::Path(_)
            | ExprKind::IsKnown(_)
            | ExprKind::GridTotal(_) => Vec::new(),
            ExprKind::Call(_, arguments) => arguments.iter().collect(),
            ExprKind::Negate(a) | ExprKind::Not(a) | ExprKind::Convert(a, _) => vec![a],
            ExprKind::Rank(a, _, _) | ExprKind::PoolFold(_, a, _) => vec![a],
            ExprKind::Binary(_, a, b) | ExprKind::Compare(_, a, b) => vec![a, b],
            ExprKind::Between(a, b, c) => vec![a, b, c],
            ExprKind::OneOf(a, items) => std::iter::once(a).chain(items).collect(),
            ExprKind::And(items) | ExprKind::Or(items) => items.iter().collect(),
            ExprKind::Fold(fold) => fold.value.iter().chain(&fold.filter).collect(),
            ExprKind::PoolCount(filter, _) => filter.iter().collect(),
        }
    }

    /// Calls `visit` on every name that may refer to a declaration: heads of paths and callees.
    pub fn visit_names<'a>(&'a self, visit: &mut impl FnMut(&'a Name)) {
        match self.kind.as_ref() {
            ExprKind::Path(path) | ExprKind::IsKnown(path) => {
                if let Some(head) = path.segments.first() {
                    visit(head);
                }
            }
            ExprKind::Call(name, _) => visit(name),
            _ => {}
        }
        for child in self.children() {
            child.visit_names(visit);
        }
    }
}
