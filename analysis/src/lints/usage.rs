//! What rules and examples refer to, by the place where it is declared.

use dsl::typed::tree::{
    ExpectationKind, Expr, ExprKind, FunctionId, GuaranteeKind, ItemRef, Part, Recueil,
};
use engine::FieldId;
use rayon::prelude::*;
use source::Span;
use std::collections::BTreeSet;

/// Declarations and fields that some expressions refer to, themselves or through others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usage {
    /// Definitions, tables and parameters, by the place of their name.
    pub(crate) named: BTreeSet<Span>,
    /// Scripted functions, by name.
    pub(crate) functions: BTreeSet<String>,
    /// Fields.
    pub(crate) fields: BTreeSet<FieldId>,
}

impl Usage {
    /// Returns what rules refer to: lines, conditions, orders, guarantees.
    pub(super) fn by_rules(tree: &Recueil) -> Self {
        let read = |mut usage: Self, value: &Expr| {
            usage.read(tree, value);
            usage
        };
        let read = rules(tree).into_par_iter().fold(Self::default, read);
        let mut usage = read.reduce(Self::default, Self::and);
        for guarantee in &tree.guarantees {
            if let GuaranteeKind::Independent(field) = guarantee.kind {
                usage.fields.insert(field);
            }
        }
        for grid in &tree.grids {
            usage.fields.extend(grid.validation.iter().map(|rule| rule.field));
        }
        usage
    }

    /// Returns what examples refer to: what they expect, and the facts they give.
    pub(super) fn by_examples(tree: &Recueil) -> Self {
        let mut usage = Self::default();
        for example in &tree.examples {
            for expectation in &example.expectations {
                if let ExpectationKind::Holds(value) | ExpectationKind::Unknown(value) =
                    &expectation.kind
                {
                    usage.read(tree, value);
                }
            }
        }
        usage
    }

    fn and(mut self, other: Self) -> Self {
        self.named.extend(other.named);
        self.functions.extend(other.functions);
        self.fields.extend(other.fields);
        self
    }

    fn read(&mut self, tree: &Recueil, value: &Expr) {
        match value.kind.as_ref() {
            ExprKind::Fact(field)
            | ExprKind::ItemFact(ItemRef::Bound(_) | ItemRef::Argument(_), field) => {
                self.fields.insert(*field);
            }
            ExprKind::Definition(id, _) => {
                if let Some(definition) = tree.definitions.get(id.0 as usize)
                    && self.named.insert(definition.span)
                {
                    self.read(tree, &definition.value);
                }
            }
            ExprKind::Table(id, _) => {
                if let Some(table) = tree.tables.get(id.0 as usize)
                    && self.named.insert(table.span)
                {
                    table.inputs.iter().for_each(|input| self.read(tree, input));
                }
            }
            ExprKind::Function(FunctionId(at), _) => {
                let function = tree.functions.get(*at as usize);
                self.functions.extend(function.map(|function| function.name.clone()));
            }
            _ => {}
        }
        value.each_child(&mut |child| self.read(tree, child));
    }
}

/// Returns every expression that a rule evaluates.
fn rules(tree: &Recueil) -> Vec<&Expr> {
    let mut all = Vec::new();
    for grid in &tree.grids {
        all.extend(grid.perimeter.iter().map(|(_, commune)| commune));
        all.extend(&grid.applies);
        all.extend(grid.sharing.iter().map(|rule| &rule.choice));
        // A filling's frame is a grid of its own.
        let own = grid.parts.iter().flat_map(Part::criteria);
        let own = own.filter(|criterion| criterion.span.file == grid.span.file);
        all.extend(own.flat_map(|criterion| criterion.expressions()));
    }
    for ranking in &tree.rankings {
        all.extend(ranking.eligibilities.iter().flat_map(|c| c.expressions()));
        all.extend(ranking.order.iter().filter_map(|key| key.key.as_ref()));
    }
    for guarantee in &tree.guarantees {
        match &guarantee.kind {
            GuaranteeKind::Always(value) | GuaranteeKind::Monotone(_, value) => all.push(value),
            GuaranteeKind::Implies(a, b) => all.extend([a, b]),
            GuaranteeKind::TotalBetween(..) | GuaranteeKind::Independent(_) => {}
        }
    }
    all
}
