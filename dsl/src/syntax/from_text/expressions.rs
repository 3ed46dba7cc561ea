//! Expressions: from the flat lists of the grammar to operators with two sides.
//!
//! Invariant: no tree is higher than [`EXPRESSION_HEIGHT`], so that later passes may recurse.

use super::literals::{date, name, path, quantity, text, unit_expr};
use super::node::{Node, Parts, Rule, unexpected};
use super::{Built, literals};
use crate::limits::EXPRESSION_HEIGHT;
use crate::syntax::tree::{
    BinaryOp, CompareOp, Direction, Expr, ExprKind, Fold, FoldOp, Population,
};
use source::{Diagnostic, Span, code};

/// An expression with the height of its tree.
struct Grown {
    expr: Expr,
    height: usize,
}

impl Grown {
    fn leaf(kind: ExprKind, span: Span) -> Self {
        Self { expr: Expr { kind: Box::new(kind), span }, height: 1 }
    }

    /// Puts a node on top of sub-trees of at most `below`. Errors: `E0107`.
    fn over(below: usize, kind: ExprKind, span: Span) -> Built<Self> {
        if below < EXPRESSION_HEIGHT {
            return Ok(Self { expr: Expr { kind: Box::new(kind), span }, height: below + 1 });
        }
        let message =
            format!("plus de {EXPRESSION_HEIGHT} opérations emboîtées dans cette expression");
        let fault = Diagnostic::new(code::TOO_DEEP, span, message);
        Err(Box::new(fault.with_help("nommez les parties avec des définitions")))
    }
}

/// Builds an expression. Errors: `E0104`, `E0105`, `E0106`, `E0107`.
pub(super) fn expr(node: &Node) -> Built<Expr> {
    Ok(logic(node)?.expr)
}

/// Builds an arithmetic expression. Errors: as [`expr`].
pub(super) fn sum_expr(node: &Node) -> Built<Expr> {
    Ok(sum(node)?.expr)
}

fn logic(node: &Node) -> Built<Grown> {
    let operands: Vec<Node> = node.all().filter(|part| part.rule() == Rule::negation).collect();
    if let [only] = operands.as_slice() {
        return negation(only);
    }
    let mut joints = node.all().filter(|part| matches!(part.rule(), Rule::kw_et | Rule::kw_ou));
    let first = joints.next().ok_or_else(|| unexpected(node.span()))?;
    if let Some(other) = joints.find(|joint| joint.rule() != first.rule()) {
        return Err(Box::new(mixed(&first, &other)));
    }
    let mut height = 0;
    let mut items = Vec::with_capacity(operands.len());
    for operand in &operands {
        let grown = negation(operand)?;
        height = height.max(grown.height);
        items.push(grown.expr);
    }
    let kind = if first.rule() == Rule::kw_et { ExprKind::And(items) } else { ExprKind::Or(items) };
    Grown::over(height, kind, node.span())
}

fn mixed(first: &Node, other: &Node) -> Diagnostic {
    let message = format!("« {} » et « {} » mêlés sans parenthèses", first.text(), other.text());
    other
        .fault(code::MIXED_LOGIC, message)
        .with_label(first.span(), "l'autre est ici")
        .with_help("entourez de parenthèses ce qui va ensemble")
}

fn negation(node: &Node) -> Built<Grown> {
    let negations: Vec<Node> = node.all().filter(|part| part.rule() == Rule::kw_non).collect();
    let mut grown = comparison(&node.parts().need(Rule::comparison)?)?;
    for negation in negations.iter().rev() {
        let span = negation.span().to(grown.expr.span);
        grown = Grown::over(grown.height, ExprKind::Not(grown.expr), span)?;
    }
    Ok(grown)
}

fn comparison(node: &Node) -> Built<Grown> {
    let mut parts = node.parts();
    let left = sum(&parts.need(Rule::sum)?)?;
    let Some(tail) = parts.next() else {
        return Ok(left);
    };
    let span = node.span();
    let mut parts = tail.parts();
    match tail.rule() {
        Rule::compare_tail => {
            let op = comparator(&parts.need(Rule::comparator)?)?;
            let right = sum(&parts.need(Rule::sum)?)?;
            let height = left.height.max(right.height);
            Grown::over(height, ExprKind::Compare(op, left.expr, right.expr), span)
        }
        Rule::between_tail => {
            let low = sum(&parts.need(Rule::sum)?)?;
            let high = sum(&parts.need(Rule::sum)?)?;
            let height = left.height.max(low.height).max(high.height);
            Grown::over(height, ExprKind::Between(left.expr, low.expr, high.expr), span)
        }
        Rule::one_of_tail => one_of(left, &tail, span),
        _ => Err(unexpected(tail.span())),
    }
}

fn one_of(left: Grown, tail: &Node, span: Span) -> Built<Grown> {
    let items = tail.parts().map(|item| sum(&item)).collect::<Built<Vec<_>>>()?;
    let height = items.iter().map(|item| item.height).max().unwrap_or(0).max(left.height);
    let items = items.into_iter().map(|item| item.expr).collect();
    let grown = Grown::over(height, ExprKind::OneOf(left.expr, items), span)?;
    if tail.has(Rule::kw_non) {
        return Grown::over(grown.height, ExprKind::Not(grown.expr), span);
    }
    Ok(grown)
}

fn comparator(node: &Node) -> Built<CompareOp> {
    match node.choice() {
        Some(Rule::kw_est) => return Ok(CompareOp::Equal),
        Some(Rule::kw_n_est) => return Ok(CompareOp::NotEqual),
        _ => {}
    }
    match node.text() {
        "=" => Ok(CompareOp::Equal),
        "≠" | "<>" | "!=" => Ok(CompareOp::NotEqual),
        "<" => Ok(CompareOp::Less),
        "≤" | "<=" => Ok(CompareOp::LessOrEqual),
        ">" => Ok(CompareOp::Greater),
        "≥" | ">=" => Ok(CompareOp::GreaterOrEqual),
        _ => Err(unexpected(node.span())),
    }
}

fn sum(node: &Node) -> Built<Grown> {
    chain(node.parts(), product)
}

fn product(node: &Node) -> Built<Grown> {
    chain(node.parts(), signed)
}

/// Joins operands from the left: `a - b - c` is `(a - b) - c`.
fn chain(mut parts: Parts<'_>, operand: fn(&Node) -> Built<Grown>) -> Built<Grown> {
    let mut left = operand(&parts.need_any()?)?;
    while let Some(sign) = parts.next() {
        let right = operand(&parts.need_any()?)?;
        let span = left.expr.span.to(right.expr.span);
        let height = left.height.max(right.height);
        left = Grown::over(height, ExprKind::Binary(binary(&sign)?, left.expr, right.expr), span)?;
    }
    Ok(left)
}

fn binary(sign: &Node) -> Built<BinaryOp> {
    match sign.text() {
        "+" => Ok(BinaryOp::Add),
        "-" | "−" => Ok(BinaryOp::Subtract),
        "×" | "*" => Ok(BinaryOp::Multiply),
        "/" | "÷" => Ok(BinaryOp::Divide),
        _ => Err(unexpected(sign.span())),
    }
}

fn signed(node: &Node) -> Built<Grown> {
    let mut parts = node.parts();
    let mut signs = Vec::new();
    while let Some(sign) = parts.accept(Rule::minus) {
        signs.push(sign.span());
    }
    let mut grown = term(&parts.need(Rule::term)?)?;
    for sign in signs.into_iter().rev() {
        let span = sign.to(grown.expr.span);
        grown = Grown::over(grown.height, ExprKind::Negate(grown.expr), span)?;
    }
    Ok(grown)
}

fn term(node: &Node) -> Built<Grown> {
    let mut parts = node.parts();
    let mut grown = primary(&parts.need_any()?)?;
    for conversion in parts {
        let unit = unit_expr(&conversion.parts().need(Rule::unit)?);
        let span = grown.expr.span.to(unit.span);
        grown = Grown::over(grown.height, ExprKind::Convert(grown.expr, unit), span)?;
    }
    Ok(grown)
}

fn primary(node: &Node) -> Built<Grown> {
    let span = node.span();
    let mut parts = node.parts();
    let leaf = |kind| Ok(Grown::leaf(kind, span));
    match node.rule() {
        Rule::group => {
            let mut grown = logic(&parts.need(Rule::expr)?)?;
            grown.expr.span = span;
            Ok(grown)
        }
        Rule::date => leaf(ExprKind::Date(date(node)?)),
        Rule::quantity => leaf(ExprKind::Number(quantity(node)?)),
        Rule::code => leaf(ExprKind::Code(node.text().to_owned())),
        Rule::text => leaf(ExprKind::Text(text(node).text)),
        Rule::truth => leaf(ExprKind::Bool(node.choice() == Some(Rule::kw_oui))),
        Rule::evaluation_date => leaf(ExprKind::EvaluationDate),
        Rule::known => leaf(ExprKind::IsKnown(path(&parts.need(Rule::path)?))),
        Rule::grid_total => leaf(ExprKind::GridTotal(name(&parts.need(Rule::name)?))),
        Rule::reference => reference(node),
        Rule::rank => {
            let value = sum(&parts.need(Rule::sum)?)?;
            let direction = direction(&parts.need(Rule::direction)?);
            let population = population(&parts.need(Rule::population)?);
            Grown::over(value.height, ExprKind::Rank(value.expr, direction, population), span)
        }
        Rule::pool_count => pool_count(node),
        Rule::list_fold => list_fold(node),
        Rule::aggregate => aggregate(node),
        _ => Err(unexpected(span)),
    }
}

/// A path, or a call of a single name.
fn reference(node: &Node) -> Built<Grown> {
    let mut parts = node.parts();
    let written = parts.need(Rule::path)?;
    let Some(arguments) = parts.accept(Rule::call_arguments) else {
        return Ok(Grown::leaf(ExprKind::Path(path(&written)), node.span()));
    };
    let mut segments = written.parts();
    let callee = name(&segments.need(Rule::name)?);
    if segments.next().is_some() {
        let message = format!("« {} » est un fait : il ne prend pas d'arguments", written.text());
        return Err(Box::new(written.fault(code::SYNTAX, message)));
    }
    let mut height = 0;
    let mut list = Vec::new();
    for argument in arguments.parts() {
        let grown = logic(&argument)?;
        height = height.max(grown.height);
        list.push(grown.expr);
    }
    Grown::over(height, ExprKind::Call(callee, list), node.span())
}

/// Which way a rank or an order goes.
pub(super) fn direction(node: &Node) -> Direction {
    match node.choice() {
        Some(Rule::kw_decroissant) => Direction::Descending,
        _ => Direction::Ascending,
    }
}

fn population(node: &Node) -> Population {
    if node.has(Rule::kw_tous) { Population::Everyone } else { Population::Eligible }
}

/// Takes `tel que C`.
fn such_that(parts: &mut Parts<'_>) -> Built<Option<Grown>> {
    let Some(node) = parts.accept(Rule::such_that) else {
        return Ok(None);
    };
    logic(&node.parts().need(Rule::expr)?).map(Some)
}

fn height(grown: Option<&Grown>) -> usize {
    grown.map_or(0, |grown| grown.height)
}

fn pool_count(node: &Node) -> Built<Grown> {
    let mut parts = node.parts();
    let filter = such_that(&mut parts)?;
    let everyone = parts.accept(Rule::everyone).is_some();
    let population = if everyone { Population::Everyone } else { Population::Eligible };
    let below = height(filter.as_ref());
    let kind = ExprKind::PoolCount(filter.map(|grown| grown.expr), population);
    Grown::over(below, kind, node.span())
}

fn list_fold(node: &Node) -> Built<Grown> {
    let mut parts = node.parts();
    let op = match parts.need(Rule::list_fold_op)?.choice() {
        Some(Rule::kw_nombre) => FoldOp::Count,
        Some(Rule::kw_existe) => FoldOp::Exists,
        Some(Rule::kw_tous) => FoldOp::All,
        _ => return Err(unexpected(node.span())),
    };
    fold(op, None, parts, node.span())
}

fn aggregate(node: &Node) -> Built<Grown> {
    let mut parts = node.parts();
    let op = match parts.need(Rule::aggregate_op)?.choice() {
        Some(Rule::kw_somme) => FoldOp::Sum,
        Some(Rule::kw_minimum) => FoldOp::Minimum,
        Some(Rule::kw_maximum) => FoldOp::Maximum,
        _ => return Err(unexpected(node.span())),
    };
    let value = logic(&parts.need(Rule::expr)?)?;
    let over = parts.need_any()?;
    if over.rule() == Rule::over_list {
        return fold(op, Some(value), over.parts(), node.span());
    }
    let kind = ExprKind::PoolFold(op, value.expr, population(&over));
    Grown::over(value.height, kind, node.span())
}

/// Reads `x dans LISTE tel que C`.
fn fold(op: FoldOp, value: Option<Grown>, mut parts: Parts<'_>, span: Span) -> Built<Grown> {
    let item = literals::name(&parts.need(Rule::name)?);
    let list = literals::name(&parts.need(Rule::name)?);
    let filter = such_that(&mut parts)?;
    let below = height(value.as_ref()).max(height(filter.as_ref()));
    let value = value.map(|grown| grown.expr);
    let filter = filter.map(|grown| grown.expr);
    Grown::over(below, ExprKind::Fold(Fold { op, item, list, value, filter }), span)
}
