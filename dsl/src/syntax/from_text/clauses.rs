//! Clauses of a declaration, and clauses of the unit.

use super::Built;
use super::expressions::{direction, expr, sum_expr};
use super::literals::{
    code_name, count, date, hypothesis, name, path, period, quantity, signed_quantity, siren,
    template, text,
};
use super::node::{Node, Parts, Rule, unexpected};
use crate::syntax::tree::{
    Clause, ClauseKind, CodeRange, Expr, Obligation, OrderKey, OrderKeyKind, Path, Perimeter,
    ProofLevel, SharingLevel, UnitClause, UnitClauseKind,
};
use source::code;

/// Builds an indented clause.
pub(super) fn clause(node: &Node) -> Built<Clause> {
    Ok(Clause { kind: clause_kind(&node.only())?, span: node.span() })
}

/// Reads a label, which no sign introduces. Errors: `E0101`.
fn version(label: &Node) -> Built<String> {
    let text = label.text();
    let plain = text.trim_start_matches([':', '=', ' ']);
    if plain == text {
        return Ok(text.to_owned());
    }
    let signs = text.get(..text.len() - plain.len()).unwrap_or("").trim();
    let fault = label.fault(code::SYNTAX, format!("« {signs} » de trop"));
    let span = fault.primary;
    Err(Box::new(fault.with_help(format!("supprimez « {signs} »")).with_edit(span, plain)))
}

fn clause_kind(node: &Node) -> Built<ClauseKind> {
    let mut parts = node.parts();
    Ok(match node.rule() {
        Rule::gives => ClauseKind::Gives(next_expr(&mut parts)?, condition(&mut parts)?),
        Rule::takes => ClauseKind::Takes(next_expr(&mut parts)?, condition(&mut parts)?),
        Rule::if_clause => ClauseKind::If(next_expr(&mut parts)?),
        Rule::unless => ClauseKind::Unless(next_expr(&mut parts)?),
        Rule::requires => requires(parts)?,
        Rule::at_least => ClauseKind::AtLeast(next_expr(&mut parts)?),
        Rule::at_most => ClauseKind::AtMost(next_expr(&mut parts)?),
        Rule::cap => ClauseKind::Cap(signed_quantity(&parts.need(Rule::signed_quantity)?)?),
        Rule::floor => ClauseKind::Floor(signed_quantity(&parts.need(Rule::signed_quantity)?)?),
        Rule::in_force => ClauseKind::InForce(period(&parts.need(Rule::period)?)?),
        Rule::with => ClauseKind::With(name(&parts.need(Rule::name)?), next_expr(&mut parts)?),
        Rule::source => ClauseKind::Source(text(&parts.need(Rule::text)?)),
        Rule::legal_basis => ClauseKind::LegalBasis(text(&parts.need(Rule::text)?)),
        Rule::says => ClauseKind::Says(template(&parts.need(Rule::text)?)?),
        Rule::else_says => ClauseKind::ElseSays(template(&parts.need(Rule::text)?)?),
        Rule::hypothesis => ClauseKind::Hypothesis(hypothesis(node)?),
        Rule::reviewed => ClauseKind::Reviewed(date(&parts.need(Rule::date)?)?),
        _ => return Err(unexpected(node.span())),
    })
}

fn next_expr(parts: &mut Parts<'_>) -> Built<Expr> {
    expr(&parts.need(Rule::expr)?)
}

fn condition(parts: &mut Parts<'_>) -> Built<Option<Expr>> {
    parts.accept(Rule::expr).map(|node| expr(&node)).transpose()
}

fn requires(mut parts: Parts<'_>) -> Built<ClauseKind> {
    let before: Option<Path> = parts.accept(Rule::free_path).map(|node| path(&node));
    let level = proof(&parts.need(Rule::proof)?);
    let after = parts.accept(Rule::free_path).map(|node| path(&node));
    Ok(ClauseKind::Requires(level, before.or(after)))
}

/// `vérifié`, `validé par RÔLE`.
pub(super) fn proof(node: &Node) -> ProofLevel {
    let form = node.only();
    match form.rule() {
        Rule::validated => {
            ProofLevel::Validated(form.parts().accept(Rule::name).map(|role| name(&role)))
        }
        _ => ProofLevel::Verified,
    }
}

/// `rien`, `identification`, `complet`.
pub(super) fn sharing_level(node: &Node) -> SharingLevel {
    match node.choice() {
        Some(Rule::kw_identification) => SharingLevel::Identification,
        Some(Rule::kw_complet) => SharingLevel::Complete,
        _ => SharingLevel::Nothing,
    }
}

/// Builds a clause of the unit; the rows of `partage selon` are added by the caller.
pub(super) fn unit_clause(node: &Node) -> Built<UnitClause> {
    Ok(UnitClause { kind: unit_clause_kind(&node.only())?, span: node.span() })
}

fn unit_clause_kind(node: &Node) -> Built<UnitClauseKind> {
    let mut parts = node.parts();
    Ok(match node.rule() {
        Rule::version => UnitClauseKind::Version(version(&parts.need(Rule::version_label)?)?),
        Rule::in_force => UnitClauseKind::InForce(period(&parts.need(Rule::period)?)?),
        Rule::uses => UnitClauseKind::Uses(parts.map(|node| name(&node)).collect()),
        Rule::source => UnitClauseKind::Source(text(&parts.need(Rule::text)?)),
        Rule::legal_basis => UnitClauseKind::LegalBasis(text(&parts.need(Rule::text)?)),
        Rule::scale => UnitClauseKind::Scale(quantity(&parts.need(Rule::quantity)?)?),
        Rule::cap => UnitClauseKind::Cap(signed_quantity(&parts.need(Rule::signed_quantity)?)?),
        Rule::floor => UnitClauseKind::Floor(signed_quantity(&parts.need(Rule::signed_quantity)?)?),
        Rule::hypothesis => UnitClauseKind::Hypothesis(hypothesis(node)?),
        Rule::reviewed => UnitClauseKind::Reviewed(date(&parts.need(Rule::date)?)?),
        Rule::applies => UnitClauseKind::Applies(name(&parts.need(Rule::name)?)),
        Rule::applies_if => UnitClauseKind::AppliesIf(next_expr(&mut parts)?),
        Rule::perimeter => UnitClauseKind::Perimeter(perimeter(parts)?),
        Rule::open_criteria => UnitClauseKind::OpenCriteria,
        Rule::employer_validation => UnitClauseKind::RequiresEmployerValidation,
        Rule::visible => UnitClauseKind::Visible(parts.map(|node| path(&node)).collect()),
        Rule::sharing => sharing(&parts.need_any()?)?,
        Rule::employer => UnitClauseKind::Employer(parts.map(|node| siren(&node)).collect()),
        Rule::quota => UnitClauseKind::Quota(quantity(&parts.need(Rule::quantity)?)?),
        Rule::delegated => UnitClauseKind::DelegatedValidation,
        Rule::field_wanted => field_wanted(parts)?,
        Rule::offers => {
            UnitClauseKind::OffersChoices(parts.map(|node| count(&node)).collect::<Built<_>>()?)
        }
        Rule::grids => UnitClauseKind::Grids(parts.map(|node| name(&node)).collect()),
        Rule::order => {
            UnitClauseKind::Order(parts.map(|node| order_key(&node)).collect::<Built<_>>()?)
        }
        Rule::keeps => UnitClauseKind::Keeps(count(&parts.need(Rule::count)?)?),
        _ => return Err(unexpected(node.span())),
    })
}

fn perimeter(mut parts: Parts<'_>) -> Built<Perimeter> {
    let included = code_ranges(&parts.need(Rule::code_ranges)?)?;
    let excluded = parts.accept(Rule::code_ranges).map(|node| code_ranges(&node)).transpose()?;
    Ok(Perimeter { included, excluded: excluded.unwrap_or_default() })
}

fn code_ranges(node: &Node) -> Built<Vec<CodeRange>> {
    node.parts().map(|range| code_range(&range)).collect()
}

fn code_range(node: &Node) -> Built<CodeRange> {
    let mut parts = node.parts();
    let from = code_name(&parts.need(Rule::insee)?);
    let to = parts.accept(Rule::insee).map_or_else(|| from.clone(), |to| code_name(&to));
    Ok(CodeRange { from, to })
}

fn sharing(node: &Node) -> Built<UnitClauseKind> {
    let mut parts = node.parts();
    if node.rule() == Rule::sharing_by {
        return Ok(UnitClauseKind::SharingBy(next_expr(&mut parts)?, Vec::new()));
    }
    let level = sharing_level(&parts.need(Rule::sharing_level)?);
    Ok(UnitClauseKind::SharingSize(level, count(&parts.need(Rule::count)?)?))
}

fn field_wanted(mut parts: Parts<'_>) -> Built<UnitClauseKind> {
    let field = name(&parts.need(Rule::name)?);
    let mandatory = parts.accept(Rule::mandatory).is_some();
    let obligation = if mandatory { Obligation::Mandatory } else { Obligation::Optional };
    Ok(UnitClauseKind::ComplementaryField(field, obligation))
}

fn order_key(node: &Node) -> Built<OrderKey> {
    let mut parts = node.parts();
    let form = parts.need_any()?;
    let unique = parts.accept(Rule::is_unique).is_some();
    let mut inner = form.parts();
    let key = match form.rule() {
        Rule::order_total => OrderKeyKind::Total,
        _ => OrderKeyKind::Expr(sum_expr(&inner.need(Rule::sum)?)?),
    };
    let direction = direction(&inner.need(Rule::direction)?);
    Ok(OrderKey { key, direction, unique, span: node.span() })
}
