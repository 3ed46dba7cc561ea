//! Guarantees: what they promise, typed. Deciding them is the analysis' work.

use super::from_resolved::Checker;
use super::pools::way;
use super::scope::{Env, PoolAccess, Scope, Symbol};
use super::tables::fold_constant;
use super::tree::{ExprKind, Guarantee, GuaranteeKind, Target};
use crate::resolved::tree::Unit;
use crate::syntax::tree::{self as syntax, DeclarationKind};
use engine::{NumberForm, Type, Value};
use source::{Diagnostic, code};
use std::rc::Rc;

impl Checker<'_> {
    /// Checks the guarantees of a unit.
    pub(super) fn guarantees(&mut self, unit: &Unit, scope: &Rc<Scope>, target: Target) {
        for declaration in unit.held() {
            let DeclarationKind::Guarantee(written) = &declaration.kind else { continue };
            for form in &written.forms {
                if let Some(kind) = self.guarantee(scope, form) {
                    self.tree.guarantees.push(Guarantee {
                        label: written.label.text.clone(),
                        target,
                        kind,
                        span: form.span,
                    });
                }
            }
        }
    }

    fn guarantee(
        &mut self,
        scope: &Rc<Scope>,
        form: &syntax::GuaranteeForm,
    ) -> Option<GuaranteeKind> {
        let mut env = Env::new(Rc::clone(scope), PoolAccess::Allowed);
        match &form.kind {
            syntax::GuaranteeKind::Always(condition) => {
                if let Some((low, high)) = total_bounds(condition) {
                    let points = Type::Number(engine::Unit::points(), NumberForm::Decimal);
                    let low = self.typed(&mut env, low, points)?;
                    let high = self.typed(&mut env, high, points)?;
                    if let (Some(Value::Number(low)), Some(Value::Number(high))) =
                        (fold_constant(&low), fold_constant(&high))
                    {
                        return Some(GuaranteeKind::TotalBetween(low, high));
                    }
                    self.out.push(Diagnostic::new(
                        code::BAD_CELL,
                        form.span,
                        "les bornes d'un total sont des nombres de points",
                    ));
                    return None;
                }
                self.condition(&mut env, condition).map(GuaranteeKind::Always)
            }
            syntax::GuaranteeKind::Independent(path) => {
                if let [head, field] = path.segments.as_slice()
                    && let Some((Symbol::Entity(entity), _)) = env.scope.get(&head.text)
                    && self.tree.schema.entity(entity).is_some_and(|entity| entity.list)
                {
                    let (field, _) = self.field_of(entity, field)?;
                    return Some(GuaranteeKind::Independent(field));
                }
                match self.path(&mut env, path, None)?.kind.as_ref() {
                    ExprKind::Fact(field) => Some(GuaranteeKind::Independent(*field)),
                    _ => {
                        self.out.push(Diagnostic::new(
                            code::TYPE_MISMATCH,
                            path.span,
                            format!("« {} » n'est pas un fait", path.text()),
                        ));
                        None
                    }
                }
            }
            syntax::GuaranteeKind::Monotone(direction, quantity) => {
                let quantity = self.infer(&mut env, quantity)?;
                Some(GuaranteeKind::Monotone(way(*direction), quantity))
            }
            syntax::GuaranteeKind::Implies(condition, consequence) => {
                let condition = self.condition(&mut env, condition)?;
                let consequence = self.condition(&mut env, consequence)?;
                Some(GuaranteeKind::Implies(condition, consequence))
            }
        }
    }
}

/// Recognises `total entre A et B`.
fn total_bounds(condition: &syntax::Expr) -> Option<(&syntax::Expr, &syntax::Expr)> {
    match condition.kind.as_ref() {
        syntax::ExprKind::Between(value, low, high) => match value.kind.as_ref() {
            syntax::ExprKind::Path(path) if path.text() == "total" => Some((low, high)),
            _ => None,
        },
        _ => None,
    }
}
