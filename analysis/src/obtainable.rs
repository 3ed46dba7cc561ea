//! Whether a condition can be true at all when some facts are never known.
//!
//! Conservative: what may be known is taken to take any value. A condition that is said never to be
//! true never is; the converse may not hold.

use dsl::typed::Read;
use dsl::typed::tree::{Criterion, DefinitionId, Expr, ExprKind, Recueil};
use engine::{Cell, Fold, Row, Value};
use std::collections::BTreeMap;

/// What an expression may become. A value that is no truth may be known when both are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Can {
    hold: bool,
    fail: bool,
}

impl Can {
    const NOTHING: Self = Self { hold: false, fail: false };

    fn known(is: bool) -> Self {
        Self { hold: is, fail: is }
    }

    fn is_known(self) -> bool {
        self.hold || self.fail
    }
}

/// Tells whether a criterion can be obtained when only some facts are shown.
pub(crate) fn is_obtainable(
    tree: &Recueil,
    criterion: &Criterion,
    shown: &dyn Fn(Read) -> bool,
) -> bool {
    let mut walk = Walk { tree, shown, definitions: BTreeMap::new() };
    let mut scope = Scope::default();
    for (_, value) in &criterion.locals {
        let can = walk.can(value, &scope);
        scope.locals.push(can);
    }
    let holds = criterion.condition.as_ref().is_none_or(|it| walk.can(it, &scope).hold);
    holds && criterion.exception.as_ref().is_none_or(|it| walk.can(it, &scope).fail)
}

/// What the names around an expression may become.
#[derive(Default)]
struct Scope {
    locals: Vec<Can>,
    arguments: Vec<Can>,
}

struct Walk<'t> {
    tree: &'t Recueil,
    shown: &'t dyn Fn(Read) -> bool,
    /// Definitions without arguments.
    definitions: BTreeMap<DefinitionId, Can>,
}

impl Walk<'_> {
    fn can(&mut self, expr: &Expr, scope: &Scope) -> Can {
        let of = |list: &[Can], at: u32| list.get(at as usize).copied().unwrap_or(Can::NOTHING);
        match expr.kind.as_ref() {
            ExprKind::Constant(Value::Bool(value)) => Can { hold: *value, fail: !*value },
            ExprKind::Constant(_) | ExprKind::EvaluationDate | ExprKind::Item(_) => {
                Can::known(true)
            }
            ExprKind::Fact(field) | ExprKind::ItemFact(_, field) => {
                Can::known((self.shown)(Read::Field(*field)))
            }
            ExprKind::Argument(at) => of(&scope.arguments, *at),
            ExprKind::Local(at) => of(&scope.locals, *at),
            ExprKind::Definition(id, arguments) => self.definition(*id, arguments, scope),
            ExprKind::Table(id, arguments) => {
                let arguments = self.all(arguments, scope);
                let Some(table) = self.tree.tables.get(id.0 as usize) else { return Can::NOTHING };
                let inputs = self.all(&table.inputs, &Scope { locals: Vec::new(), arguments });
                Can::known(table.table.rows.iter().any(|row| accepts(row, &inputs)))
            }
            ExprKind::And(items) => {
                let all = self.all(items, scope);
                Can { hold: all.iter().all(|it| it.hold), fail: all.iter().any(|it| it.fail) }
            }
            ExprKind::Or(items) => {
                let all = self.all(items, scope);
                Can { hold: all.iter().any(|it| it.hold), fail: all.iter().all(|it| it.fail) }
            }
            ExprKind::Not(inner) => {
                let Can { hold, fail } = self.can(inner, scope);
                Can { hold: fail, fail: hold }
            }
            ExprKind::IsKnown(inner) => Can { hold: self.can(inner, scope).is_known(), fail: true },
            ExprKind::FoldList { fold, list, filter, .. } => {
                if !self.reads_are_shown(expr, Read::List(*list)) {
                    return Can::NOTHING;
                }
                let filter = filter.as_ref().map_or(Can::known(true), |it| self.can(it, scope));
                match fold {
                    Fold::Exists => Can { hold: filter.hold, fail: true },
                    Fold::All => Can { hold: true, fail: filter.fail },
                    Fold::Count | Fold::Sum | Fold::Minimum | Fold::Maximum => Can::known(true),
                }
            }
            ExprKind::Function(..)
            | ExprKind::Arithmetic(..)
            | ExprKind::Round(..)
            | ExprKind::Calendar(..)
            | ExprKind::Compare(..) => {
                let known = expr.children().into_iter().all(|it| self.can(it, scope).is_known());
                Can::known(known)
            }
            ExprKind::Rank(..) | ExprKind::FoldPool { .. } | ExprKind::GridTotal(_) => {
                Can::known(true)
            }
        }
    }

    fn all(&mut self, exprs: &[Expr], scope: &Scope) -> Vec<Can> {
        exprs.iter().map(|expr| self.can(expr, scope)).collect()
    }

    fn definition(&mut self, id: DefinitionId, arguments: &[Expr], scope: &Scope) -> Can {
        if let Some(known) = self.definitions.get(&id) {
            return *known;
        }
        let Some(definition) = self.tree.definitions.get(id.0 as usize) else {
            return Can::NOTHING;
        };
        let inside = Scope { locals: Vec::new(), arguments: self.all(arguments, scope) };
        let can = self.can(&definition.value, &inside);
        if arguments.is_empty() {
            self.definitions.insert(id, can);
        }
        can
    }

    /// Tells whether a fold sees its list: all that it reads of it, or the list alone.
    fn reads_are_shown(&self, fold: &Expr, list: Read) -> bool {
        let of_list = |read: &Read| match (read, list) {
            (Read::Field(field), Read::List(list)) => {
                self.tree.schema.field(*field).is_some_and(|def| def.entity == list)
            }
            _ => false,
        };
        let footprint = self.tree.footprint(fold);
        footprint.all().filter(of_list).all(|read| (self.shown)(read)) && (self.shown)(list)
    }
}

/// Tells whether a row may surely accept: what its cells look at may be known.
fn accepts(row: &Row, inputs: &[Can]) -> bool {
    row.cells.iter().zip(inputs).all(|(cell, input)| match cell {
        Cell::Any => true,
        Cell::OneOf(_) => input.is_known(),
    })
}
