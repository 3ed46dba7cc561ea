//! Criteria: clauses gathered, typed, and checked against where the criterion stands.

use super::expressions::{expr, number, settled};
use super::footprints::{Author, HasBasis, Reading};
use super::from_resolved::Checker;
use super::scope::{Env, PoolAccess, Scope};
use super::tree::{
    Contribution, Criterion, Expr, ExprKind, Footprint, SharingRule, Template, TemplatePart,
};
use crate::resolved::read_period;
use crate::resolved::tree::Unit;
use crate::syntax::tree::{self as syntax, Clause, ClauseKind};
use engine::{Arithmetic, Exact, FieldId, Grounds, NumberForm, Period, ProofLevel, Type};
use source::{Diagnostic, Span, code};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// Where a criterion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A line of a grid.
    Line,
    /// A line of a family.
    InFamily,
    /// A condition of a tranche.
    SubCriterion,
    /// A condition of eligibility.
    Eligibility,
}

/// What surrounds a criterion.
pub(super) struct Place<'p> {
    pub(super) scope: Rc<Scope>,
    pub(super) unit: &'p Unit,
    pub(super) role: Role,
    pub(super) author: Author,
    pub(super) sharing: Option<&'p SharingRule>,
    pub(super) pool: PoolAccess,
    pub(super) grid_totals: Vec<String>,
}

/// The written parts of a criterion or a condition of eligibility.
pub(super) struct Written<'w> {
    pub(super) name: &'w syntax::Name,
    pub(super) label: Option<&'w syntax::Text>,
    pub(super) doc: Option<&'w String>,
    pub(super) clauses: &'w [Clause],
}

impl Checker<'_> {
    /// Checks a criterion where it stands.
    ///
    /// Errors: `E0114`, `E0208`, `E0307`, `E0401`, `E0402`, `E0403`, `E0410`, and those of its
    /// expressions.
    pub(super) fn criterion(
        &mut self,
        place: &Place<'_>,
        written: &Written<'_>,
    ) -> Option<Criterion> {
        let clauses_fit = self.check_clauses(place, written);
        let mut env = Env::new(Rc::clone(&place.scope), place.pool);
        env.grid_totals.clone_from(&place.grid_totals);
        let locals = self.locals_of(&mut env, written.clauses)?;
        let condition = self.single_condition(&mut env, written, |kind| match kind {
            ClauseKind::If(condition) => Some(condition),
            _ => None,
        });
        let exception = self.single_condition(&mut env, written, |kind| match kind {
            ClauseKind::Unless(condition) => Some(condition),
            _ => None,
        });
        let contributions = self.contributions(&mut env, written);
        let floor = self.bound_clause(&mut env, written, |kind| match kind {
            ClauseKind::AtLeast(value) => Some(value),
            _ => None,
        });
        let cap = self.bound_clause(&mut env, written, |kind| match kind {
            ClauseKind::AtMost(value) => Some(value),
            _ => None,
        });
        let says = self.said(&mut env, written, |kind| match kind {
            ClauseKind::Says(template) => Some(template),
            _ => None,
        });
        let else_says = self.said(&mut env, written, |kind| match kind {
            ClauseKind::ElseSays(template) => Some(template),
            _ => None,
        });
        let mut criterion = Criterion {
            id: written.name.text.clone(),
            label: written.name.label(written.label),
            grounds: Arc::new(Grounds {
                doc: written.doc.cloned(),
                sources: texts(written.clauses, place.unit),
                legal_bases: legal_bases(written.clauses),
                hypotheses: hypotheses(written.clauses),
            }),
            period: self.criterion_period(written.clauses),
            locals,
            condition: settled(condition)?,
            exception: settled(exception)?,
            contributions: contributions?,
            floor: settled(floor)?,
            cap: settled(cap)?,
            proofs: Vec::new(),
            says: says?,
            else_says: else_says?,
            footprint: Footprint::default(),
            span: written.name.span,
        };
        criterion.footprint = self.criterion_footprint(&criterion);
        criterion.proofs = self.proofs(&mut env, written.clauses, &criterion.footprint)?;
        // Whether a fact is proved shows that it is there: asking for its proof reads it.
        let asked = criterion.proofs.iter().flat_map(|(_, fields)| fields);
        criterion.footprint.fields.extend(asked);
        self.check_reading(&Reading {
            exprs: criterion.expressions(),
            footprint: &criterion.footprint,
            author: place.author,
            sharing: place.sharing,
            basis: if criterion.grounds.legal_bases.is_empty() {
                HasBasis::No
            } else {
                HasBasis::Yes
            },
            span: written.name.span,
        });
        clauses_fit.map(|()| criterion)
    }

    fn check_clauses(&mut self, place: &Place<'_>, written: &Written<'_>) -> Option<()> {
        let mut seen: BTreeMap<&'static str, Span> = BTreeMap::new();
        let mut gives = false;
        let mut has_if = false;
        let mut sound = true;
        for clause in written.clauses {
            let (word, once) = clause_word(&clause.kind);
            if let Some(first) = seen.insert(word, clause.span)
                && once
            {
                let message = format!("« {word} » est déjà dit dans ce critère");
                let fault = Diagnostic::new(code::DUPLICATE_CLAUSE, clause.span, message)
                    .with_label(first, "une première fois ici");
                self.out.push(match &clause.kind {
                    ClauseKind::If(condition) => {
                        let word = Span { end: condition.span.start, ..clause.span };
                        fault
                            .with_help("reliez les deux conditions par « et » ou par « ou »")
                            .with_edit(word, "et ")
                    }
                    _ => fault.with_help(format!("gardez un seul « {word} »")),
                });
                sound = false;
            }
            has_if |= matches!(clause.kind, ClauseKind::If(_));
            let scores = matches!(
                clause.kind,
                ClauseKind::Gives(..)
                    | ClauseKind::Takes(..)
                    | ClauseKind::AtLeast(_)
                    | ClauseKind::AtMost(_)
            );
            gives |= matches!(clause.kind, ClauseKind::Gives(..) | ClauseKind::Takes(..));
            if scores && place.role == Role::SubCriterion {
                self.out.push(
                    Diagnostic::new(
                        code::FRAME_FIXES_POINTS,
                        clause.span,
                        format!("« {word} » n'a pas sa place dans une tranche : le cadre en fixe les points"),
                    )
                    .with_help("écrivez seulement la condition : si …")
                    .with_edit(clause.span, ""),
                );
                sound = false;
            } else if scores && place.role == Role::Eligibility {
                self.out.push(Diagnostic::new(
                    code::WRONG_DECLARATION,
                    clause.span,
                    "une condition d'éligibilité ne donne pas de points",
                ));
                sound = false;
            } else if matches!(clause.kind, ClauseKind::Takes(..)) && place.role == Role::InFamily {
                self.out.push(Diagnostic::new(
                    code::RETRACT_IN_FAMILY,
                    clause.span,
                    "« retire » n'a pas de sens dans une famille, où une seule ligne compte",
                ));
                sound = false;
            } else if matches!(clause.kind, ClauseKind::Cap(_) | ClauseKind::Floor(_)) {
                self.out.push(
                    Diagnostic::new(
                        code::WRONG_DECLARATION,
                        clause.span,
                        format!("« {word} » n'a pas sa place dans un critère"),
                    )
                    .with_help(
                        "dans un critère, écrivez « au plus … points » ou « au moins … points »",
                    ),
                );
                sound = false;
            }
        }
        let needs_points = matches!(place.role, Role::Line | Role::InFamily);
        if needs_points && !gives && sound {
            self.out.push(
                Diagnostic::new(
                    code::MISSING_CLAUSE,
                    written.name.span,
                    format!("le critère « {} » ne donne ni ne retire de points", written.name.text),
                )
                .with_help("ajoutez par exemple « donne 10 points »"),
            );
            sound = false;
        } else if !needs_points && !has_if && sound {
            self.out.push(
                Diagnostic::new(
                    code::MISSING_CLAUSE,
                    written.name.span,
                    format!("« {} » n'a pas de condition", written.name.text),
                )
                .with_help("ajoutez « si … »"),
            );
            sound = false;
        }
        sound.then_some(())
    }

    /// Checks `avec NOM = EXPR` clauses and adds their names to the environment.
    pub(super) fn locals_of(
        &mut self,
        env: &mut Env,
        clauses: &[Clause],
    ) -> Option<Vec<(String, Expr)>> {
        let mut locals = Vec::new();
        for clause in clauses {
            let ClauseKind::With(name, value) = &clause.kind else { continue };
            self.check_shadow(env, name)?;
            let value = self.infer(env, value)?;
            let footprint = self.tree.footprint(&value);
            env.locals.push((name.text.clone(), value.ty, footprint));
            locals.push((name.text.clone(), value));
        }
        Some(locals)
    }

    fn single_condition<'w>(
        &mut self,
        env: &mut Env,
        written: &Written<'w>,
        pick: impl Fn(&'w ClauseKind) -> Option<&'w syntax::Expr>,
    ) -> Option<Option<Expr>> {
        let found = written.clauses.iter().find_map(|clause| pick(&clause.kind))?;
        Some(self.condition(env, found))
    }

    fn bound_clause<'w>(
        &mut self,
        env: &mut Env,
        written: &Written<'w>,
        pick: impl Fn(&'w ClauseKind) -> Option<&'w syntax::Expr>,
    ) -> Option<Option<Expr>> {
        let found = written.clauses.iter().find_map(|clause| pick(&clause.kind))?;
        Some(self.points_expr(env, found))
    }

    fn points_expr(&mut self, env: &mut Env, written: &syntax::Expr) -> Option<Expr> {
        let points = Type::Number(engine::Unit::points(), NumberForm::Whole);
        let value = self.typed(env, written, points)?;
        if matches!(value.ty, Type::Number(_, NumberForm::Whole)) {
            return Some(value);
        }
        self.out.push(
            Diagnostic::new(
                code::POINTS_NOT_WHOLE,
                value.span,
                "cette ligne peut donner une fraction de point",
            )
            .with_help("dites comment arrondir : arrondi_inférieur(…), arrondi_commercial(…)…"),
        );
        None
    }

    fn contributions(&mut self, env: &mut Env, written: &Written<'_>) -> Option<Vec<Contribution>> {
        let mut contributions = Vec::new();
        let mut sound = true;
        for clause in written.clauses {
            let (amount, condition, takes) = match &clause.kind {
                ClauseKind::Gives(amount, condition) => (amount, condition, false),
                ClauseKind::Takes(amount, condition) => (amount, condition, true),
                _ => continue,
            };
            let amount = self.points_expr(env, amount);
            let condition =
                settled(condition.as_ref().map(|condition| self.condition(env, condition)));
            let (Some(amount), Some(condition)) = (amount, condition) else {
                sound = false;
                continue;
            };
            let amount = if takes { negated(amount) } else { amount };
            contributions.push(Contribution { amount, condition });
        }
        contributions.shrink_to_fit();
        sound.then_some(contributions)
    }

    fn said<'w>(
        &mut self,
        env: &mut Env,
        written: &Written<'w>,
        pick: impl Fn(&'w ClauseKind) -> Option<&'w syntax::Template>,
    ) -> Option<Option<Template>> {
        let Some(template) = written.clauses.iter().find_map(|clause| pick(&clause.kind)) else {
            return Some(None);
        };
        let mut parts = Vec::with_capacity(template.parts.len());
        for part in &template.parts {
            parts.push(match part {
                syntax::TemplatePart::Text(text) => TemplatePart::Text(text.as_str().into()),
                syntax::TemplatePart::Expr(value) => TemplatePart::Value(self.infer(env, value)?),
            });
        }
        Some(Some(Template { parts }))
    }

    fn proofs(
        &mut self,
        env: &mut Env,
        clauses: &[Clause],
        footprint: &Footprint,
    ) -> Option<Vec<(ProofLevel, BTreeSet<FieldId>)>> {
        let mut proofs = Vec::new();
        for clause in clauses {
            let ClauseKind::Requires(level, path) = &clause.kind else { continue };
            let fields = match path {
                None => self.applicants_facts(footprint),
                Some(path) => match self.path(env, path, None)?.kind.as_ref() {
                    ExprKind::Fact(field) => BTreeSet::from([*field]),
                    _ => {
                        let message =
                            format!("« {} » n'est pas un fait que l'on prouve", path.text());
                        self.out.push(Diagnostic::new(code::TYPE_MISMATCH, path.span, message));
                        return None;
                    }
                },
            };
            proofs.push((proof_level(level), fields));
        }
        Some(proofs)
    }

    /// The facts of a footprint that an applicant proves: all but the offer's.
    fn applicants_facts(&self, footprint: &Footprint) -> BTreeSet<FieldId> {
        let schema = &self.tree.schema;
        let offer = schema.entity_named("offre");
        let is_applicants =
            |id: &&FieldId| schema.field(**id).is_some_and(|def| Some(def.entity) != offer);
        footprint.fields.iter().filter(is_applicants).copied().collect()
    }

    fn criterion_footprint(&self, criterion: &Criterion) -> Footprint {
        let mut footprint = Footprint::default();
        for value in criterion.expressions() {
            self.tree.read_by(value, &mut footprint);
        }
        footprint
    }

    fn criterion_period(&mut self, clauses: &[Clause]) -> Period {
        let found = clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::InForce(period) => Some(period),
            _ => None,
        });
        found.map_or_else(Period::default, |period| read_period(period, &mut self.out))
    }
}

fn negated(amount: Expr) -> Expr {
    let (ty, span) = (amount.ty, amount.span);
    expr(
        ExprKind::Arithmetic(Arithmetic::Subtract, number(Exact::ZERO, ty, span), amount),
        ty,
        span,
    )
}

fn proof_level(level: &syntax::ProofLevel) -> ProofLevel {
    match level {
        syntax::ProofLevel::Verified => ProofLevel::Verified,
        syntax::ProofLevel::Validated(role) => {
            ProofLevel::Validated(role.as_ref().map(|role| role.text.clone()))
        }
    }
}

fn clause_word(kind: &ClauseKind) -> (&'static str, bool) {
    match kind {
        ClauseKind::Gives(..) => ("donne", false),
        ClauseKind::Takes(..) => ("retire", false),
        ClauseKind::If(_) => ("si", true),
        ClauseKind::Unless(_) => ("sauf si", true),
        ClauseKind::Requires(..) => ("exige", false),
        ClauseKind::AtLeast(_) => ("au moins", true),
        ClauseKind::AtMost(_) => ("au plus", true),
        ClauseKind::Cap(_) => ("plafond", true),
        ClauseKind::Floor(_) => ("plancher", true),
        ClauseKind::InForce(_) => ("en vigueur", true),
        ClauseKind::With(..) => ("avec", false),
        ClauseKind::Source(_) => ("source", false),
        ClauseKind::LegalBasis(_) => ("fondement", false),
        ClauseKind::Says(_) => ("dit", true),
        ClauseKind::ElseSays(_) => ("sinon dit", true),
        ClauseKind::Hypothesis(_) => ("hypothèse", false),
        ClauseKind::Reviewed(_) => ("relu le", false),
    }
}

/// Sources of a criterion, its unit's when it names none.
fn texts(clauses: &[Clause], unit: &Unit) -> Vec<String> {
    let own: Vec<String> = clauses
        .iter()
        .filter_map(|clause| match &clause.kind {
            ClauseKind::Source(text) => Some(text.text.clone()),
            _ => None,
        })
        .collect();
    if own.is_empty() { unit.sources.iter().map(|text| text.text.clone()).collect() } else { own }
}

fn legal_bases(clauses: &[Clause]) -> Vec<String> {
    let pick = |clause: &Clause| match &clause.kind {
        ClauseKind::LegalBasis(text) => Some(text.text.clone()),
        _ => None,
    };
    clauses.iter().filter_map(pick).collect()
}

fn hypotheses(clauses: &[Clause]) -> Vec<String> {
    let pick = |clause: &Clause| match &clause.kind {
        ClauseKind::Hypothesis(hypothesis) => Some(hypothesis.text.text.clone()),
        _ => None,
    };
    clauses.iter().filter_map(pick).collect()
}
