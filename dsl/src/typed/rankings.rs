//! Rankings: eligibility, a total order, and how many are proposed.

use super::criteria::{Place, Role, Written};
use super::footprints::{Author, HasBasis, Reading};
use super::from_resolved::Checker;
use super::pools::way;
use super::scope::{Env, PoolAccess, Scope};
use super::tree::{Criterion, Expr, ExprKind, OrderKey, Ranking, Target};
use crate::resolved::Segment;
use crate::resolved::tree::{Unit, UnitId};
use crate::syntax::tree::{DeclarationKind, OrderKeyKind};
use engine::Type;
use source::{Diagnostic, code};
use std::rc::Rc;

impl Checker<'_> {
    /// Checks a ranking.
    pub(super) fn ranking(&mut self, id: UnitId, unit: &Unit, segment: &Segment) {
        let scope = self.unit_scope(id, unit, segment);
        let eligibilities = self.eligibilities(unit, &scope);
        let order = self.order(unit, &scope);
        let target = Target::Ranking(u32::try_from(self.tree.rankings.len()).unwrap_or(u32::MAX));
        self.tree.rankings.push(Ranking {
            unit: unit.name.text.clone(),
            version: unit.version.clone(),
            label: unit.label.clone(),
            period: segment.period,
            grids: unit.ranking().grids.iter().map(|name| name.text.clone()).collect(),
            eligibilities,
            order,
            keeps: unit.ranking().keeps,
            span: unit.name.span,
        });
        self.guarantees(unit, &scope, target);
        self.examples(unit, &scope, segment, target);
    }

    fn eligibilities(&mut self, unit: &Unit, scope: &Rc<Scope>) -> Vec<Criterion> {
        let place = Place {
            scope: Rc::clone(scope),
            unit,
            role: Role::Eligibility,
            author: Author::Operator,
            sharing: None,
            pool: PoolAccess::Refused("dans l'éligibilité, décidée avant les rangs"),
            grid_totals: unit.ranking().grids.iter().map(|name| name.text.clone()).collect(),
        };
        let mut eligibilities: Vec<Criterion> = Vec::new();
        for declaration in unit.held() {
            let DeclarationKind::Eligibility(written) = &declaration.kind else { continue };
            let written = Written {
                name: &written.name,
                label: written.label.as_ref(),
                doc: declaration.doc.as_ref(),
                clauses: &written.clauses,
            };
            if let Some(first) = eligibilities.iter().find(|other| other.id == written.name.text) {
                self.out.push(
                    Diagnostic::new(
                        code::DUPLICATE_NAME,
                        written.name.span,
                        format!("« {} » est déjà déclaré", written.name.text),
                    )
                    .with_label(first.span, "première déclaration"),
                );
                continue;
            }
            eligibilities.extend(self.criterion(&place, &written));
        }
        eligibilities
    }

    /// Checks that the order is total: no optional key, the last one unique. Errors: `E0405`.
    fn order(&mut self, unit: &Unit, scope: &Rc<Scope>) -> Vec<OrderKey> {
        if unit.ranking().grids.is_empty() && !unit.is_broken("grilles") {
            let message = format!("« {} » ne dit pas quelles grilles il ajoute", unit.name.text);
            self.out.push(
                Diagnostic::new(code::MISSING_CLAUSE, unit.name.span, message)
                    .with_help("ajoutez « grilles A + B »"),
            );
        }
        let Some(span) = unit.ranking().order_span else {
            if unit.is_broken("ordre") {
                return Vec::new();
            }
            self.out.push(
                Diagnostic::new(
                    code::MISSING_CLAUSE,
                    unit.name.span,
                    format!("« {} » ne dit pas dans quel ordre classer", unit.name.text),
                )
                .with_help("ajoutez « ordre par total décroissant ; … »"),
            );
            return Vec::new();
        };
        let mut env = Env::new(Rc::clone(scope), PoolAccess::Refused("dans l'ordre du classement"));
        let mut keys = Vec::new();
        let mut last_unique = false;
        let mut sound = true;
        for written in &unit.ranking().order {
            let (key, label) = match &written.key {
                OrderKeyKind::Total => {
                    last_unique = false;
                    (None, "total".to_owned())
                }
                OrderKeyKind::Expr(key) => {
                    let label = self.sources.excerpt(key.span).trim().to_owned();
                    let Some(key) = self.infer(&mut env, key) else {
                        sound = false;
                        continue;
                    };
                    sound &= self.check_key(&key);
                    let footprint = self.tree.footprint(&key);
                    self.check_reading(&Reading {
                        exprs: vec![&key],
                        footprint: &footprint,
                        author: Author::Operator,
                        sharing: None,
                        basis: HasBasis::of_unit(&unit.legal_bases),
                        span: key.span,
                    });
                    last_unique = written.unique || self.is_unique(&key);
                    let label = self.key_label(&key).unwrap_or(label);
                    (Some(key), label)
                }
            };
            keys.push(OrderKey { key, direction: way(written.direction), label });
        }
        if sound && !last_unique {
            let at = unit.ranking().order.last().map_or(span, |key| key.span);
            self.out.push(
                Diagnostic::new(code::ORDER_NOT_TOTAL, at, "la dernière clé peut être égale pour deux candidats")
                    .with_help("finissez par un fait marqué « unique », par exemple « demande.numéro_unique croissant »"),
            );
        }
        keys
    }

    fn check_key(&mut self, key: &Expr) -> bool {
        let footprint = self.tree.footprint(key);
        let optional = footprint
            .fields
            .iter()
            .find(|&&id| self.tree.schema.field(id).is_some_and(|f| f.optional));
        if let Some(&field) = optional {
            let path = self.tree.schema.path(field);
            self.out.push(Diagnostic::new(
                code::ORDER_NOT_TOTAL,
                key.span,
                format!("« {path} » est facultatif : il ne peut pas départager"),
            ));
            return false;
        }
        match key.ty {
            Type::Number(..) | Type::Date | Type::Text | Type::Code => true,
            Type::Bool | Type::Enum(_) | Type::Item(_) => {
                let found = self.tree.schema.type_name(key.ty);
                let message = format!("attendu une clé qui a un ordre, trouvé « {found} »");
                self.out.push(Diagnostic::new(code::TYPE_MISMATCH, key.span, message).with_help(
                    "dites l'ordre par un nombre : une table donne son rang à chaque valeur",
                ));
                false
            }
        }
    }

    fn is_unique(&self, key: &Expr) -> bool {
        match key.kind.as_ref() {
            ExprKind::Fact(field) => {
                self.tree.schema.field(*field).is_some_and(|field| field.unique)
            }
            _ => false,
        }
    }

    fn key_label(&self, key: &Expr) -> Option<String> {
        match key.kind.as_ref() {
            ExprKind::Fact(field) => {
                self.tree.schema.field(*field).map(|field| field.label.clone())
            }
            ExprKind::Definition(id, _) => {
                self.tree.definitions.get(id.0 as usize).map(|definition| definition.label.clone())
            }
            _ => None,
        }
    }
}
