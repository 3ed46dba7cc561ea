//! Where a formula needs parentheses.

use dsl::typed::tree::{Expr, ExprKind};
use engine::Arithmetic;

/// How tightly the outermost operation of an expression holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grip {
    /// A sum or a difference.
    Sum,
    /// A product or a quotient.
    Product,
    /// A name, a value, words.
    Whole,
}

/// Which side of an operation an operand is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

pub(super) fn grip(expr: &Expr) -> Grip {
    match expr.kind.as_ref() {
        ExprKind::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, ..) => Grip::Sum,
        ExprKind::Arithmetic(Arithmetic::Multiply | Arithmetic::Divide, ..) => Grip::Product,
        _ => Grip::Whole,
    }
}

/// Tells whether an operand stands in parentheses: when it holds less tightly than the operation,
/// or as tightly, on the right of one that does not commute.
pub(super) fn is_enclosed(operation: Arithmetic, operand: &Expr, side: Side) -> bool {
    let (holds, inside) = match operation {
        Arithmetic::Add | Arithmetic::Subtract => (Grip::Sum, grip(operand)),
        Arithmetic::Multiply | Arithmetic::Divide => (Grip::Product, grip(operand)),
        Arithmetic::Minimum | Arithmetic::Maximum => return false,
    };
    let commutes = matches!(operation, Arithmetic::Add | Arithmetic::Multiply);
    inside < holds || (inside == holds && side == Side::Right && !commutes)
}
