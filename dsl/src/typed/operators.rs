//! The four operations and their units of measure.

use super::expressions::{expr, number};
use super::from_resolved::Checker;
use super::tree::{Expr, ExprKind};
use super::types::{joint_form, unit};
use crate::syntax::tree::BinaryOp;
use engine::{Arithmetic, Calendar, Exact, NumberForm, Scaled, Type, Unit};
use source::{Diagnostic, Span, code};

impl Checker<'_> {
    /// Checks one operation on two checked values.
    pub(super) fn operate(&mut self, op: BinaryOp, a: Expr, b: Expr, span: Span) -> Option<Expr> {
        match (op, a.ty, b.ty) {
            (BinaryOp::Add | BinaryOp::Subtract, Type::Date, _) => self.shift_date(op, a, b, span),
            (BinaryOp::Add, Type::Number(from, x), Type::Number(to, y)) if from == to => {
                let ty = Type::Number(from, joint_form(x, y));
                Some(expr(ExprKind::Arithmetic(Arithmetic::Add, a, b), ty, span))
            }
            (BinaryOp::Subtract, Type::Number(from, x), Type::Number(to, y)) if from == to => {
                let ty = Type::Number(from, joint_form(x, y));
                Some(expr(ExprKind::Arithmetic(Arithmetic::Subtract, a, b), ty, span))
            }
            (BinaryOp::Add | BinaryOp::Subtract, Type::Number(..), Type::Number(..)) => {
                self.unlike(&a, &b, span);
                None
            }
            (BinaryOp::Multiply, Type::Number(x, f), Type::Number(y, g)) => {
                let product = x.times(y);
                let form = product_form(product, f, g);
                let ty = Type::Number(product.unit, form);
                let whole = expr(ExprKind::Arithmetic(Arithmetic::Multiply, a, b), ty, span);
                Some(scaled(whole, product.factor))
            }
            (BinaryOp::Divide, Type::Number(x, _), Type::Number(y, _)) => {
                let quotient = x.over(y);
                let ratio = quotient.unit.is_none() && !x.is_none();
                let form = if ratio { NumberForm::Percent } else { NumberForm::Decimal };
                let ty = Type::Number(quotient.unit, form);
                let whole = expr(ExprKind::Arithmetic(Arithmetic::Divide, a, b), ty, span);
                Some(scaled(whole, quotient.factor))
            }
            (_, Type::Number(..), _) => {
                self.not_a_number(&b);
                None
            }
            _ => {
                self.not_a_number(&a);
                None
            }
        }
    }

    fn unlike(&mut self, a: &Expr, b: &Expr, span: Span) {
        let (left, right) = (self.tree.schema.type_name(a.ty), self.tree.schema.type_name(b.ty));
        let convertible =
            unit(a.ty).zip(unit(b.ty)).is_some_and(|(a, b)| b.conversion(a).is_some());
        let diagnostic = Diagnostic::new(
            code::UNIT_MISMATCH,
            span,
            format!("« {left} » et « {right} » ne s'ajoutent pas"),
        )
        .with_label(a.span, left.clone())
        .with_label(b.span, right);
        self.out.push(if convertible {
            let end = Span { start: b.span.end, ..b.span };
            diagnostic
                .with_help(format!("convertissez avec « en {left} »"))
                .with_edit(end, format!(" en {left}"))
        } else {
            diagnostic
        });
    }

    fn shift_date(&mut self, op: BinaryOp, a: Expr, b: Expr, span: Span) -> Option<Expr> {
        let adds = op == BinaryOp::Add;
        let calendar = match b.ty {
            Type::Number(unit, _) if unit == Unit::months() => {
                if adds {
                    Calendar::AddMonths
                } else {
                    Calendar::SubtractMonths
                }
            }
            Type::Number(unit, _) if unit == Unit::days() => {
                if adds {
                    Calendar::AddDays
                } else {
                    Calendar::SubtractDays
                }
            }
            Type::Date => {
                let message = if adds {
                    "deux dates ne s'ajoutent pas"
                } else {
                    "deux dates ne se soustraient pas"
                };
                let fault = Diagnostic::new(code::TYPE_MISMATCH, span, message).with_help(
                    "écrivez « mois_révolus(début ; fin) » ou « jours_entre(début ; fin) »",
                );
                let (end, start) = (self.sources.excerpt(a.span), self.sources.excerpt(b.span));
                self.out.push(if adds {
                    fault
                } else {
                    fault.with_edit(span, format!("mois_révolus({start} ; {end})"))
                });
                return None;
            }
            _ => {
                let found = self.tree.schema.type_name(b.ty);
                self.out.push(Diagnostic::new(
                    code::UNIT_MISMATCH,
                    b.span,
                    format!("attendu une durée en mois, ans ou jours, trouvé « {found} »"),
                ));
                return None;
            }
        };
        Some(expr(ExprKind::Calendar(calendar, a, b), Type::Date, span))
    }
}

/// Multiplies by the factor that reducing a unit cost.
pub(super) fn scaled(inner: Expr, factor: Exact) -> Expr {
    if factor == Exact::ONE {
        return inner;
    }
    let (ty, span) = (inner.ty, inner.span);
    let factor = number(factor, Type::Number(Unit::NONE, NumberForm::Decimal), span);
    expr(ExprKind::Arithmetic(Arithmetic::Multiply, inner, factor), ty, span)
}

fn product_form(product: Scaled, a: NumberForm, b: NumberForm) -> NumberForm {
    match (a, b) {
        (NumberForm::Whole, NumberForm::Whole) if product.factor.is_whole() => NumberForm::Whole,
        (NumberForm::Percent, NumberForm::Percent) => NumberForm::Percent,
        _ => NumberForm::Decimal,
    }
}
