//! Expressions as written to typed expressions.
//!
//! A checker function returns nothing when it has reported an error: one root cause, no cascade.

use super::from_resolved::Checker;
use super::operators::scaled;
use super::scope::{Env, PoolAccess};
use super::tree::{Expr, ExprKind};
use super::types::{agree, unit};
use crate::resolved::quantity;
use crate::syntax::tree::{self as syntax, BinaryOp, CompareOp, FoldOp, Quantity, UnitExpr};
use engine::{Arithmetic, Comparison, Fold, NumberForm, Type, Unit, Value};
use source::{Diagnostic, Span, code};
use std::sync::Arc;

/// Makes a typed expression.
pub(super) fn expr(kind: ExprKind, ty: Type, span: Span) -> Expr {
    Expr { kind: Box::new(kind), ty, span }
}

/// Makes a numeric constant.
pub(super) fn number(value: engine::Exact, ty: Type, span: Span) -> Expr {
    expr(ExprKind::Constant(Value::Number(value)), ty, span)
}

fn text_constant(text: &str, span: Span, hint: Option<Type>) -> Expr {
    let ty = if hint == Some(Type::Code) { Type::Code } else { Type::Text };
    expr(ExprKind::Constant(Value::Text(Arc::from(text))), ty, span)
}

impl Checker<'_> {
    /// Checks an expression whose type is free.
    pub(super) fn infer(&mut self, env: &mut Env, written: &syntax::Expr) -> Option<Expr> {
        self.check_with(env, written, None)
    }

    /// Checks an expression of a given type.
    pub(super) fn typed(
        &mut self,
        env: &mut Env,
        written: &syntax::Expr,
        ty: Type,
    ) -> Option<Expr> {
        let found = self.check_with(env, written, Some(ty))?;
        self.expect(found, ty)
    }

    /// Checks a condition.
    pub(super) fn condition(&mut self, env: &mut Env, written: &syntax::Expr) -> Option<Expr> {
        self.typed(env, written, Type::Bool)
    }

    /// Checks an expression; `hint` is what bare words and codes are read as.
    pub(super) fn check_with(
        &mut self,
        env: &mut Env,
        written: &syntax::Expr,
        hint: Option<Type>,
    ) -> Option<Expr> {
        let span = written.span;
        match written.kind.as_ref() {
            syntax::ExprKind::Number(quantity) => self.literal(quantity, span, hint),
            syntax::ExprKind::Date(date) => {
                Some(expr(ExprKind::Constant(Value::Date(*date)), Type::Date, span))
            }
            syntax::ExprKind::Text(text) | syntax::ExprKind::Code(text) => {
                Some(text_constant(text, span, hint))
            }
            syntax::ExprKind::Bool(value) => {
                Some(expr(ExprKind::Constant(Value::Bool(*value)), Type::Bool, span))
            }
            syntax::ExprKind::EvaluationDate => {
                Some(expr(ExprKind::EvaluationDate, Type::Date, span))
            }
            syntax::ExprKind::Path(path) => self.path(env, path, hint),
            syntax::ExprKind::Call(name, arguments) => self.call(env, name, arguments, span, hint),
            syntax::ExprKind::Negate(inner) => self.negate(env, inner, span),
            syntax::ExprKind::Not(inner) => {
                let inner = self.condition(env, inner)?;
                Some(expr(ExprKind::Not(inner), Type::Bool, span))
            }
            syntax::ExprKind::Binary(op, a, b) => self.binary(env, *op, a, b, span),
            syntax::ExprKind::Compare(op, a, b) => self.compare(env, *op, a, b, span),
            syntax::ExprKind::Between(x, low, high) => self.between(env, x, low, high, span),
            syntax::ExprKind::OneOf(x, items) => self.one_of(env, x, items, span),
            syntax::ExprKind::And(items) => {
                Some(expr(ExprKind::And(self.conditions(env, items)?), Type::Bool, span))
            }
            syntax::ExprKind::Or(items) => {
                Some(expr(ExprKind::Or(self.conditions(env, items)?), Type::Bool, span))
            }
            syntax::ExprKind::Convert(inner, unit) => self.convert(env, inner, unit, span),
            syntax::ExprKind::IsKnown(path) => {
                let fact = self.path(env, path, None)?;
                Some(expr(ExprKind::IsKnown(fact), Type::Bool, span))
            }
            syntax::ExprKind::Fold(fold) => self.fold_list(env, fold, span),
            syntax::ExprKind::Rank(key, direction, population) => {
                self.rank(env, key, *direction, *population, span)
            }
            syntax::ExprKind::PoolCount(filter, population) => {
                self.fold_pool(env, FoldOp::Count, filter.as_ref(), None, *population, span)
            }
            syntax::ExprKind::PoolFold(op, value, population) => {
                self.fold_pool(env, *op, None, Some(value), *population, span)
            }
            syntax::ExprKind::GridTotal(name) => self.grid_total(env, name, span),
        }
    }

    fn literal(&mut self, written: &Quantity, span: Span, hint: Option<Type>) -> Option<Expr> {
        if written.unit.is_none() && hint == Some(Type::Code) {
            let text = self.sources.excerpt(span).trim().to_owned();
            return Some(text_constant(&text, span, hint));
        }
        match quantity(written) {
            Ok(measured) => Some(number(measured.value, measured.ty, span)),
            Err(diagnostic) => {
                self.out.push(diagnostic);
                None
            }
        }
    }

    /// Refuses bounds of which one alone has its « % »: 33 would be 3 300 %. Errors: `E0309`.
    pub(super) fn percent_forgotten(&mut self, low: &syntax::Expr, high: &syntax::Expr) {
        let bare = match percent_sign(low) {
            Some(Sign::None) => low.span,
            Some(Sign::Percent) | None => high.span,
        };
        let written = self.sources.excerpt(bare).trim();
        let message = format!("attendu un pourcentage, trouvé « {written} »");
        let help = format!("ajoutez le signe : « {written} % »");
        let end = Span { start: bare.end, ..bare };
        self.out.push(
            Diagnostic::new(code::PERCENT_FORGOTTEN, bare, message)
                .with_help(help)
                .with_edit(end, " %"),
        );
    }

    fn negate(&mut self, env: &mut Env, inner: &syntax::Expr, span: Span) -> Option<Expr> {
        let inner = self.infer(env, inner)?;
        let Type::Number(..) = inner.ty else {
            self.not_a_number(&inner);
            return None;
        };
        let ty = inner.ty;
        if let ExprKind::Constant(Value::Number(value)) = inner.kind.as_ref()
            && let Ok(value) = value.negate()
        {
            return Some(number(value, ty, span));
        }
        let zero = number(engine::Exact::ZERO, ty, span);
        Some(expr(ExprKind::Arithmetic(Arithmetic::Subtract, zero, inner), ty, span))
    }

    /// Reports an operand that is not a number.
    pub(super) fn not_a_number(&mut self, found: &Expr) {
        let name = self.tree.schema.type_name(found.ty);
        self.out.push(Diagnostic::new(
            code::TYPE_MISMATCH,
            found.span,
            format!("attendu un nombre, trouvé « {name} »"),
        ));
    }

    fn conditions(&mut self, env: &mut Env, items: &[syntax::Expr]) -> Option<Vec<Expr>> {
        let checked: Vec<Option<Expr>> =
            items.iter().map(|item| self.condition(env, item)).collect();
        checked.into_iter().collect()
    }

    /// Checks two sides that must agree: a bare word is read with the other side's type.
    fn sides(&mut self, env: &mut Env, a: &syntax::Expr, b: &syntax::Expr) -> Option<(Expr, Expr)> {
        if is_open_word(env, a) && !is_open_word(env, b) {
            let b = self.infer(env, b)?;
            let a = self.check_with(env, a, Some(b.ty))?;
            return Some((a, b));
        }
        let a = self.infer(env, a)?;
        let b = self.check_with(env, b, Some(a.ty))?;
        Some((a, b))
    }

    fn compare(
        &mut self,
        env: &mut Env,
        op: CompareOp,
        a: &syntax::Expr,
        b: &syntax::Expr,
        span: Span,
    ) -> Option<Expr> {
        let (a, b) = self.sides(env, a, b)?;
        let b = self.expect(b, a.ty)?;
        let op = comparison(op);
        let ordered = matches!(a.ty, Type::Number(..) | Type::Date);
        if !ordered && !matches!(op, Comparison::Equal | Comparison::NotEqual) {
            let name = self.tree.schema.type_name(a.ty);
            self.out.push(
                Diagnostic::new(
                    code::TYPE_MISMATCH,
                    span,
                    format!("« {name} » ne se compare que par « = », « ≠ » ou « parmi »"),
                )
                .with_label(a.span, name),
            );
            return None;
        }
        Some(expr(ExprKind::Compare(op, a, b), Type::Bool, span))
    }

    fn between(
        &mut self,
        env: &mut Env,
        x: &syntax::Expr,
        low: &syntax::Expr,
        high: &syntax::Expr,
        span: Span,
    ) -> Option<Expr> {
        let x = self.infer(env, x)?;
        if percents_differ(low, high) {
            self.percent_forgotten(low, high);
            return None;
        }
        let low = self.typed(env, low, x.ty)?;
        let high = self.typed(env, high, x.ty)?;
        if let (ExprKind::Constant(Value::Number(a)), ExprKind::Constant(Value::Number(b))) =
            (low.kind.as_ref(), high.kind.as_ref())
            && b < a
        {
            self.out.push(
                Diagnostic::new(
                    code::TYPE_MISMATCH,
                    span,
                    "les bornes de « entre » sont inversées",
                )
                .with_help("écrivez la plus petite d'abord")
                .with_edit(low.span, self.sources.excerpt(high.span))
                .with_edit(high.span, self.sources.excerpt(low.span)),
            );
            return None;
        }
        let above =
            expr(ExprKind::Compare(Comparison::GreaterOrEqual, x.clone(), low), Type::Bool, span);
        let below = expr(ExprKind::Compare(Comparison::LessOrEqual, x, high), Type::Bool, span);
        Some(expr(ExprKind::And(vec![above, below]), Type::Bool, span))
    }

    fn one_of(
        &mut self,
        env: &mut Env,
        x: &syntax::Expr,
        items: &[syntax::Expr],
        span: Span,
    ) -> Option<Expr> {
        let x = self.infer(env, x)?;
        let mut alternatives = Vec::new();
        for item in items {
            let item = self.typed(env, item, x.ty)?;
            let at = item.span;
            alternatives.push(expr(
                ExprKind::Compare(Comparison::Equal, x.clone(), item),
                Type::Bool,
                at,
            ));
        }
        Some(expr(ExprKind::Or(alternatives), Type::Bool, span))
    }

    fn convert(
        &mut self,
        env: &mut Env,
        inner: &syntax::Expr,
        to: &UnitExpr,
        span: Span,
    ) -> Option<Expr> {
        let inner = self.infer(env, inner)?;
        let target = match crate::resolved::unit_of(to) {
            Ok(scaled) => scaled.unit,
            Err(diagnostic) => {
                self.out.push(diagnostic);
                return None;
            }
        };
        let factor = unit(inner.ty).and_then(|from| from.conversion(target));
        let Some(factor) = factor else {
            let found = self.tree.schema.type_name(inner.ty);
            self.out.push(Diagnostic::new(
                code::UNIT_MISMATCH,
                span,
                format!("« {found} » ne se convertit pas en « {target} »"),
            ));
            return None;
        };
        let ty = Type::Number(target, NumberForm::Decimal);
        Some(scaled(expr(*inner.kind, ty, span), factor))
    }

    fn fold_list(&mut self, env: &mut Env, fold: &syntax::Fold, span: Span) -> Option<Expr> {
        let list = self.list_named(&fold.list)?;
        self.check_shadow(env, &fold.item)?;
        let item = self.next_item();
        env.items.push((fold.item.text.clone(), item, list));
        let pool = std::mem::replace(&mut env.pool, PoolAccess::Refused("dans une boucle"));
        let value = fold.value.as_ref().map(|value| self.infer(env, value));
        let filter = fold.filter.as_ref().map(|filter| self.condition(env, filter));
        env.pool = pool;
        env.items.pop();
        let (value, filter) = (settled(value)?, settled(filter)?);
        let ty = self.fold_type(fold.op, value.as_ref())?;
        let fold = fold_kind(fold.op);
        Some(expr(ExprKind::FoldList { fold, list, item, filter, value }, ty, span))
    }

    /// Returns the type of a fold from its operation and value.
    pub(super) fn fold_type(&mut self, op: FoldOp, value: Option<&Expr>) -> Option<Type> {
        match op {
            FoldOp::Count => Some(Type::Number(Unit::NONE, NumberForm::Whole)),
            FoldOp::Exists | FoldOp::All => Some(Type::Bool),
            FoldOp::Sum | FoldOp::Minimum | FoldOp::Maximum => {
                let value = value?;
                let numeric = matches!(value.ty, Type::Number(..));
                if numeric || (op != FoldOp::Sum && value.ty == Type::Date) {
                    return Some(value.ty);
                }
                self.not_a_number(value);
                None
            }
        }
    }

    fn binary(
        &mut self,
        env: &mut Env,
        op: BinaryOp,
        a: &syntax::Expr,
        b: &syntax::Expr,
        span: Span,
    ) -> Option<Expr> {
        if let Some(name) = hyphenated_name(env, op, a, b) {
            let message = format!("« {} » n'est déclaré nulle part ici", name.replace('_', "-"));
            self.out.push(
                Diagnostic::new(code::UNKNOWN_NAME, span, message)
                    .with_help(format!(
                        "un nom s'écrit avec « _ », sans trait d'union : « {name} »"
                    ))
                    .with_edit(span, name),
            );
            return None;
        }
        let a = self.infer(env, a);
        let b = self.infer(env, b);
        self.operate(op, a?, b?, span)
    }

    /// Checks that both values agree and returns them.
    pub(super) fn agreeing(&mut self, a: Expr, b: Expr) -> Option<(Expr, Expr)> {
        if agree(a.ty, b.ty) {
            return Some((a, b));
        }
        self.mismatch(b.span, b.ty, a.ty);
        None
    }
}

/// The declared name that « a-b » was meant to be, when neither word means anything.
fn hyphenated_name(env: &Env, op: BinaryOp, a: &syntax::Expr, b: &syntax::Expr) -> Option<String> {
    let word = |written: &syntax::Expr| match written.kind.as_ref() {
        syntax::ExprKind::Path(path) => match path.segments.as_slice() {
            [word] => Some(word.text.clone()),
            _ => None,
        },
        _ => None,
    };
    let glued = op == BinaryOp::Subtract && a.span.end + 1 == b.span.start;
    let (first, second) = (word(a)?, word(b)?);
    let name = format!("{first}_{second}");
    let meant = glued && env.declares(&name) && !(env.declares(&first) && env.declares(&second));
    meant.then_some(name)
}

/// Tells whether an expression is a word that is declared nowhere: a value, if anything.
fn is_open_word(env: &Env, written: &syntax::Expr) -> bool {
    match written.kind.as_ref() {
        syntax::ExprKind::Path(path) => match path.segments.as_slice() {
            [word] => !env.declares(&word.text),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a number has its « % ».
#[derive(Clone, Copy)]
enum Sign {
    Percent,
    None,
}

/// Tells whether one of two bounds, and it alone, has its « % ».
pub(super) fn percents_differ(low: &syntax::Expr, high: &syntax::Expr) -> bool {
    matches!(
        (percent_sign(low), percent_sign(high)),
        (Some(Sign::Percent), Some(Sign::None)) | (Some(Sign::None), Some(Sign::Percent))
    )
}

/// Reads the sign of a number other than zero; absent for anything else.
fn percent_sign(written: &syntax::Expr) -> Option<Sign> {
    let syntax::ExprKind::Number(quantity) = written.kind.as_ref() else { return None };
    let unit = crate::resolved::quantity(quantity).ok()?;
    if unit.value.is_zero() || !unit.ty_unit()?.is_none() {
        return None;
    }
    Some(if quantity.unit.is_some() { Sign::Percent } else { Sign::None })
}

/// An optional part that was checked: absent is fine, broken is not.
pub(super) fn settled(checked: Option<Option<Expr>>) -> Option<Option<Expr>> {
    match checked {
        None => Some(None),
        Some(None) => None,
        Some(found) => Some(found),
    }
}

/// The engine's fold.
pub(super) fn fold_kind(op: FoldOp) -> Fold {
    match op {
        FoldOp::Count => Fold::Count,
        FoldOp::Exists => Fold::Exists,
        FoldOp::All => Fold::All,
        FoldOp::Sum => Fold::Sum,
        FoldOp::Minimum => Fold::Minimum,
        FoldOp::Maximum => Fold::Maximum,
    }
}

fn comparison(op: CompareOp) -> Comparison {
    match op {
        CompareOp::Equal => Comparison::Equal,
        CompareOp::NotEqual => Comparison::NotEqual,
        CompareOp::Less => Comparison::Less,
        CompareOp::LessOrEqual => Comparison::LessOrEqual,
        CompareOp::Greater => Comparison::Greater,
        CompareOp::GreaterOrEqual => Comparison::GreaterOrEqual,
    }
}
