//! Agreement of types, and what is said when they do not agree.

use super::from_resolved::Checker;
use super::tree::Expr;
use engine::{NumberForm, Type, Unit};
use source::{Diagnostic, Span, code};

/// Tells whether two types hold values that compare and replace each other.
pub(super) fn agree(a: Type, b: Type) -> bool {
    match (a, b) {
        (Type::Number(a, _), Type::Number(b, _)) => a == b,
        (Type::Text | Type::Code, Type::Text | Type::Code) => true,
        (Type::Bool, Type::Bool) | (Type::Date, Type::Date) => true,
        (Type::Enum(a), Type::Enum(b)) => a == b,
        (Type::Item(a), Type::Item(b)) => a == b,
        _ => false,
    }
}

/// Returns the unit of measure of a number.
pub(super) fn unit(ty: Type) -> Option<Unit> {
    match ty {
        Type::Number(unit, _) => Some(unit),
        Type::Bool | Type::Text | Type::Code | Type::Date | Type::Enum(_) | Type::Item(_) => None,
    }
}

/// The form of a sum, a difference, a minimum or a maximum.
pub(super) fn joint_form(a: NumberForm, b: NumberForm) -> NumberForm {
    match (a, b) {
        (NumberForm::Whole, NumberForm::Whole) => NumberForm::Whole,
        (NumberForm::Percent, _) | (_, NumberForm::Percent) => NumberForm::Percent,
        (NumberForm::Decimal, _) | (_, NumberForm::Decimal) => NumberForm::Decimal,
    }
}

impl Checker<'_> {
    /// Returns the expression when its type agrees, and reports it otherwise.
    pub(super) fn expect(&mut self, expr: Expr, wanted: Type) -> Option<Expr> {
        if agree(expr.ty, wanted) {
            return Some(expr);
        }
        self.mismatch(expr.span, expr.ty, wanted);
        None
    }

    /// Reports a type where another was due.
    pub(super) fn mismatch(&mut self, span: Span, found: Type, wanted: Type) {
        let wanted_name = self.tree.schema.type_name(wanted);
        let found_name = self.tree.schema.type_name(found);
        let diagnostic = match (unit(found), unit(wanted)) {
            (Some(from), Some(to)) => {
                let message = format!("attendu « {wanted_name} », trouvé « {found_name} »");
                let diagnostic = Diagnostic::new(code::UNIT_MISMATCH, span, message);
                if from.is_none() {
                    diagnostic
                        .with_help(format!("ajoutez l'unité : par exemple « {} »", sample(to)))
                } else if from.conversion(to).is_some() {
                    diagnostic.with_help(format!("convertissez avec « en {to} »"))
                } else {
                    diagnostic
                }
            }
            _ => Diagnostic::new(
                code::TYPE_MISMATCH,
                span,
                format!("attendu « {wanted_name} », trouvé « {found_name} »"),
            ),
        };
        self.out.push(diagnostic);
    }
}

fn sample(unit: Unit) -> String {
    if unit.is_none() { "10".to_owned() } else { format!("10 {unit}") }
}
