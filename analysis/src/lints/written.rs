//! Units and lines as they are written, with the unit and the family or tranche around them.

use super::Subject;
use dsl::resolved::tree::Unit;
use dsl::syntax::tree::{
    Clause, ClauseKind, Criterion, Declaration, DeclarationKind, Expr, Family, Hypothesis,
    MarkKind, Name, Slot, TemplatePart, Text,
};
use std::borrow::Cow;
use std::ops::Deref;

/// A unit with what it declares, read once for all rules.
pub(crate) struct WrittenUnit<'c> {
    unit: &'c Unit,
    pub(crate) declarations: Cow<'c, [Declaration]>,
}

impl<'c> WrittenUnit<'c> {
    pub(super) fn new(unit: &'c Unit) -> Self {
        Self { unit, declarations: unit.declarations() }
    }
}

impl Deref for WrittenUnit<'_> {
    type Target = Unit;

    fn deref(&self) -> &Unit {
        self.unit
    }
}

/// What a written line is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role<'c> {
    /// A criterion in the first column.
    Alone,
    /// A criterion of a family.
    InFamily(&'c Family),
    /// A criterion that a company puts in a tranche.
    InTranche(&'c Slot),
    /// A condition of eligibility.
    Eligibility,
}

/// A criterion or a condition of eligibility, as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'c> {
    pub(crate) unit: &'c Unit,
    pub(crate) role: Role<'c>,
    pub(crate) name: &'c Name,
    pub(crate) label: Option<&'c Text>,
    pub(crate) clauses: &'c [Clause],
}

impl<'c> Line<'c> {
    fn of(unit: &'c Unit, role: Role<'c>, written: &'c Criterion) -> Self {
        let label = written.label.as_ref();
        Self { unit, role, name: &written.name, label, clauses: &written.clauses }
    }

    /// Tells whether one of its clauses is of a kind.
    pub(crate) fn has(&self, is: impl Fn(&ClauseKind) -> bool) -> bool {
        self.clauses.iter().any(|clause| is(&clause.kind))
    }

    /// Returns what it is called in a message: « critère » or « condition ».
    pub(crate) fn kind(&self) -> &'static str {
        match self.role {
            Role::Alone | Role::InFamily(_) | Role::InTranche(_) => "le critère",
            Role::Eligibility => "la condition",
        }
    }
}

/// Returns every line of a unit, in order.
pub(crate) fn lines<'c>(unit: &'c WrittenUnit<'_>) -> Vec<Line<'c>> {
    let mut lines = Vec::new();
    for declaration in unit.declarations.iter() {
        match &declaration.kind {
            DeclarationKind::Criterion(d) => lines.push(Line::of(unit, Role::Alone, d)),
            DeclarationKind::Family(family) => {
                let role = Role::InFamily(family);
                lines.extend(family.criteria.iter().map(|d| Line::of(unit, role, d)));
            }
            DeclarationKind::Slot(slot) => {
                let role = Role::InTranche(slot);
                lines.extend(slot.criteria.iter().map(|d| Line::of(unit, role, d)));
            }
            DeclarationKind::Eligibility(d) => lines.push(Line {
                unit,
                role: Role::Eligibility,
                name: &d.name,
                label: d.label.as_ref(),
                clauses: &d.clauses,
            }),
            DeclarationKind::Enumeration(_)
            | DeclarationKind::Entity(_)
            | DeclarationKind::Definition(_)
            | DeclarationKind::Parameter(_)
            | DeclarationKind::Table(_)
            | DeclarationKind::Function(_)
            | DeclarationKind::Guarantee(_)
            | DeclarationKind::Example(_) => {}
        }
    }
    lines
}

impl Subject<'_> {
    /// Returns every line of every unit to look at.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.units.iter().flat_map(lines)
    }
}

/// Returns the clauses of a declaration, those of the criteria it holds included.
pub(crate) fn clauses(kind: &DeclarationKind) -> Vec<&Clause> {
    match kind {
        DeclarationKind::Definition(d) => d.clauses.iter().collect(),
        DeclarationKind::Parameter(d) => d.clauses.iter().collect(),
        DeclarationKind::Table(d) => d.clauses.iter().collect(),
        DeclarationKind::Function(d) => d.clauses.iter().collect(),
        DeclarationKind::Criterion(d) => d.clauses.iter().collect(),
        DeclarationKind::Eligibility(d) => d.clauses.iter().collect(),
        DeclarationKind::Family(d) => held(&d.clauses, &d.criteria),
        DeclarationKind::Slot(d) => held(&d.clauses, &d.criteria),
        DeclarationKind::Entity(_)
        | DeclarationKind::Enumeration(_)
        | DeclarationKind::Guarantee(_)
        | DeclarationKind::Example(_) => Vec::new(),
    }
}

fn held<'c>(own: &'c [Clause], criteria: &'c [Criterion]) -> Vec<&'c Clause> {
    own.iter().chain(criteria.iter().flat_map(|criterion| &criterion.clauses)).collect()
}

/// Returns every hypothesis of a unit: its own, its declarations' and its fields'.
pub(crate) fn hypotheses<'c>(unit: &'c WrittenUnit<'_>) -> Vec<&'c Hypothesis> {
    let mut found: Vec<&Hypothesis> = unit.hypotheses.iter().collect();
    for declaration in unit.declarations.iter() {
        found.extend(clauses(&declaration.kind).into_iter().filter_map(
            |clause| match &clause.kind {
                ClauseKind::Hypothesis(hypothesis) => Some(hypothesis),
                _ => None,
            },
        ));
        let DeclarationKind::Entity(entity) = &declaration.kind else { continue };
        let marks = entity.fields.iter().flat_map(|field| &field.marks);
        found.extend(marks.filter_map(|mark| match &mark.kind {
            MarkKind::Hypothesis(hypothesis) => Some(hypothesis),
            _ => None,
        }));
    }
    found
}

/// Returns the expressions of a clause.
pub(crate) fn expressions(kind: &ClauseKind) -> Vec<&Expr> {
    match kind {
        ClauseKind::Gives(amount, condition) | ClauseKind::Takes(amount, condition) => {
            std::iter::once(amount).chain(condition).collect()
        }
        ClauseKind::If(value)
        | ClauseKind::Unless(value)
        | ClauseKind::AtLeast(value)
        | ClauseKind::AtMost(value)
        | ClauseKind::With(_, value) => vec![value],
        ClauseKind::Says(template) | ClauseKind::ElseSays(template) => template
            .parts
            .iter()
            .filter_map(|part| match part {
                TemplatePart::Expr(value) => Some(value),
                TemplatePart::Text(_) => None,
            })
            .collect(),
        ClauseKind::Requires(..)
        | ClauseKind::Cap(_)
        | ClauseKind::Floor(_)
        | ClauseKind::InForce(_)
        | ClauseKind::Source(_)
        | ClauseKind::LegalBasis(_)
        | ClauseKind::Hypothesis(_)
        | ClauseKind::Reviewed(_) => Vec::new(),
    }
}
