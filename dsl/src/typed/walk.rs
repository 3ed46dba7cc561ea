//! Walking typed expressions: children, and the facts read.

use super::tree::{
    Criterion, Expr, ExprKind, Footprint, ItemRef, Part, Recueil, Template, TemplatePart,
};

impl Expr {
    /// Returns the direct sub-expressions, in order.
    pub fn children(&self) -> Vec<&Expr> {
        let mut children = Vec::new();
        self.each_child(&mut |child| children.push(child));
        children
    }

    /// Visits the direct sub-expressions, in order.
    pub fn each_child<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match self.kind.as_ref() {
            ExprKind::Constant(_)
            | ExprKind::EvaluationDate
            | ExprKind::Fact(_)
            | ExprKind::ItemFact(..)
            | ExprKind::Item(_)
            | ExprKind::Argument(_)
            | ExprKind::Local(_)
            | ExprKind::GridTotal(_) => {}
            ExprKind::Definition(_, arguments)
            | ExprKind::Table(_, arguments)
            | ExprKind::Function(_, arguments) => arguments.iter().for_each(visit),
            ExprKind::And(items) | ExprKind::Or(items) => items.iter().for_each(visit),
            ExprKind::Arithmetic(_, a, b)
            | ExprKind::Round(_, a, b)
            | ExprKind::Calendar(_, a, b)
            | ExprKind::Compare(_, a, b) => {
                visit(a);
                visit(b);
            }
            ExprKind::Not(a) | ExprKind::IsKnown(a) | ExprKind::Rank(a, _, _) => visit(a),
            ExprKind::FoldList { filter, value, .. } | ExprKind::FoldPool { filter, value, .. } => {
                filter.iter().chain(value).for_each(visit);
            }
        }
    }
}

impl Recueil {
    /// Adds to a footprint everything an expression reads. Locals are not followed: their own
    /// expressions are walked where they are declared.
    pub fn read_by(&self, expr: &Expr, into: &mut Footprint) {
        match expr.kind.as_ref() {
            ExprKind::Fact(field) => {
                into.fields.insert(*field);
            }
            ExprKind::ItemFact(ItemRef::Bound(_) | ItemRef::Argument(_), field) => {
                into.fields.insert(*field);
            }
            ExprKind::Definition(id, _) => {
                if let Some(definition) = self.definitions.get(id.0 as usize) {
                    into.extend(&definition.footprint);
                }
            }
            ExprKind::Table(id, _) => {
                if let Some(table) = self.tables.get(id.0 as usize) {
                    into.extend(&table.footprint);
                }
            }
            ExprKind::FoldList { list, .. } => {
                into.lists.insert(*list);
            }
            ExprKind::Rank(..) | ExprKind::FoldPool { .. } => into.pool = true,
            ExprKind::Constant(_)
            | ExprKind::EvaluationDate
            | ExprKind::Item(_)
            | ExprKind::Argument(_)
            | ExprKind::Local(_)
            | ExprKind::Function(..)
            | ExprKind::Arithmetic(..)
            | ExprKind::Round(..)
            | ExprKind::Calendar(..)
            | ExprKind::Compare(..)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::IsKnown(_)
            | ExprKind::GridTotal(_) => {}
        }
        expr.each_child(&mut |child| self.read_by(child, into));
    }

    /// Returns everything an expression reads.
    pub fn footprint(&self, expr: &Expr) -> Footprint {
        let mut footprint = Footprint::default();
        self.read_by(expr, &mut footprint);
        footprint
    }
}

impl Part {
    /// Returns its criteria, in order.
    pub fn criteria(&self) -> &[Criterion] {
        match self {
            Self::Criterion(criterion) => std::slice::from_ref(criterion),
            Self::Family(family) => &family.criteria,
            Self::Tranche(tranche) => &tranche.criteria,
        }
    }
}

impl Criterion {
    /// Returns everything it evaluates, its local names and its texts included.
    pub fn expressions(&self) -> Vec<&Expr> {
        let locals = self.locals.iter().map(|(_, value)| value);
        let given = self.contributions.iter();
        let points = given.flat_map(|c| std::iter::once(&c.amount).chain(&c.condition));
        let conditions = self.condition.iter().chain(&self.exception);
        let bounds = self.floor.iter().chain(&self.cap);
        let said = self.says.iter().chain(&self.else_says).flat_map(Template::values);
        locals.chain(points).chain(conditions).chain(bounds).chain(said).collect()
    }
}

impl Template {
    /// Iterates over the expressions of a template.
    pub fn values(&self) -> impl Iterator<Item = &Expr> {
        self.parts.iter().filter_map(|part| match part {
            TemplatePart::Text(_) => None,
            TemplatePart::Value(expr) => Some(expr),
        })
    }
}
