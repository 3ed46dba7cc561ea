//! Comparisons between candidates: ranks, counts, aggregates, and totals of grids.

use super::expressions::{expr, fold_kind};
use super::from_resolved::Checker;
use super::scope::{Env, PoolAccess};
use super::tree::{Expr, ExprKind};
use crate::syntax::tree::{self as syntax, FoldOp, Name};
use engine::{Direction, NumberForm, Population, Type, Unit};
use source::{Diagnostic, Span, code};

impl Checker<'_> {
    /// Checks a rank.
    pub(super) fn rank(
        &mut self,
        env: &mut Env,
        key: &syntax::Expr,
        direction: syntax::Direction,
        among: syntax::Population,
        span: Span,
    ) -> Option<Expr> {
        self.pool_allowed(env, span)?;
        let key = self.infer(env, key)?;
        if !matches!(key.ty, Type::Number(..) | Type::Date) {
            let found = self.tree.schema.type_name(key.ty);
            self.out.push(Diagnostic::new(
                code::TYPE_MISMATCH,
                key.span,
                format!("un rang se calcule sur un nombre ou une date, trouvé « {found} »"),
            ));
            return None;
        }
        let kind = ExprKind::Rank(key, way(direction), population(among));
        Some(expr(kind, Type::Number(Unit::NONE, NumberForm::Whole), span))
    }

    /// Checks a count or an aggregate over the pool.
    pub(super) fn fold_pool(
        &mut self,
        env: &mut Env,
        op: FoldOp,
        filter: Option<&syntax::Expr>,
        value: Option<&syntax::Expr>,
        among: syntax::Population,
        span: Span,
    ) -> Option<Expr> {
        self.pool_allowed(env, span)?;
        let filter = match filter {
            Some(filter) => Some(self.condition(env, filter)?),
            None => None,
        };
        let value = match value {
            Some(value) => Some(self.infer(env, value)?),
            None => None,
        };
        let ty = self.fold_type(op, value.as_ref())?;
        let kind = ExprKind::FoldPool {
            fold: fold_kind(op),
            population: population(among),
            filter,
            value,
        };
        Some(expr(kind, ty, span))
    }

    /// Checks `total_de GRILLE`.
    pub(super) fn grid_total(&mut self, env: &Env, name: &Name, span: Span) -> Option<Expr> {
        if !env.grid_totals.contains(&name.text) {
            let message = if env.grid_totals.is_empty() {
                "« total_de » ne se lit que dans « éligible »".to_owned()
            } else {
                format!("« {} » n'est pas une grille de ce classement", name.text)
            };
            let names: Vec<&str> = env.grid_totals.iter().map(String::as_str).collect();
            self.out.push(
                Diagnostic::new(code::UNKNOWN_NAME, name.span, message)
                    .with_suggestion(&name.text, names),
            );
            return None;
        }
        let ty = Type::Number(Unit::points(), NumberForm::Whole);
        Some(expr(ExprKind::GridTotal(name.text.clone()), ty, span))
    }

    fn pool_allowed(&mut self, env: &Env, span: Span) -> Option<()> {
        match env.pool {
            PoolAccess::Allowed => Some(()),
            PoolAccess::Refused(place) => {
                self.out.push(Diagnostic::new(
                    code::POOL_NOT_ALLOWED,
                    span,
                    format!("les candidats ne se comparent pas {place}"),
                ));
                None
            }
        }
    }
}

/// The engine's direction.
pub(super) fn way(direction: syntax::Direction) -> Direction {
    match direction {
        syntax::Direction::Ascending => Direction::Ascending,
        syntax::Direction::Descending => Direction::Descending,
    }
}

fn population(among: syntax::Population) -> Population {
    match among {
        syntax::Population::Eligible => Population::Eligible,
        syntax::Population::Everyone => Population::Everyone,
    }
}
