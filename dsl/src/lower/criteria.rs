//! Criteria to slots, with the quantities worth showing.

use super::builder::remap;
use super::expressions::Lowering;
use crate::typed::tree::{Criterion, Expr, ExprKind, TableId, Template, TemplatePart};
use engine::{Contribution, FieldId, ProofGate, Quantity, Slot};
use source::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Lowering<'_> {
    /// Lowers a criterion; its slots are virtual until the code is finished.
    pub(super) fn criterion(&mut self, criterion: &Criterion) -> engine::Criterion {
        self.locals.clear();
        for (_, value) in &criterion.locals {
            let slot = self.expr(value);
            self.locals.push(slot);
        }
        let condition = criterion.condition.as_ref().map(|condition| self.expr(condition));
        let exception = criterion.exception.as_ref().map(|exception| self.expr(exception));
        let mut contributions = Vec::with_capacity(criterion.contributions.len());
        for contribution in &criterion.contributions {
            contributions.push(Contribution {
                amount: self.expr(&contribution.amount),
                condition: contribution.condition.as_ref().map(|condition| self.expr(condition)),
            });
        }
        let floor = criterion.floor.as_ref().map(|floor| self.expr(floor));
        let cap = criterion.cap.as_ref().map(|cap| self.expr(cap));
        let says = criterion.says.as_ref().map(|said| self.template(said));
        let else_says = criterion.else_says.as_ref().map(|said| self.template(said));
        engine::Criterion {
            id: criterion.id.clone(),
            label: criterion.label.clone(),
            grounds: Arc::clone(&criterion.grounds),
            period: criterion.period,
            condition,
            exception,
            contributions,
            floor,
            cap,
            proofs: self.proofs(criterion),
            says,
            else_says,
            quantities: self.quantities(criterion),
            maximum: None,
            span: criterion.span,
        }
    }

    fn template(&mut self, template: &Template) -> engine::Template {
        let mut parts = Vec::with_capacity(template.parts.len());
        for part in &template.parts {
            parts.push(match part {
                TemplatePart::Text(text) => engine::TemplatePart::Text(text.clone()),
                TemplatePart::Value(value) => {
                    engine::TemplatePart::Value(self.expr(value), value.ty)
                }
            });
        }
        engine::Template { parts }
    }

    fn proofs(&self, criterion: &Criterion) -> Vec<ProofGate> {
        let schema = &self.tree.schema;
        let in_list = |id: &FieldId| {
            let entity = schema.field(*id).and_then(|field| schema.entity(field.entity));
            entity.is_some_and(|entity| entity.list)
        };
        let gate = |(level, fields): &(engine::ProofLevel, BTreeSet<FieldId>)| {
            let (item_fields, fields) = fields.iter().copied().partition(in_list);
            ProofGate { level: level.clone(), fields, item_fields }
        };
        criterion.proofs.iter().map(gate).collect()
    }

    /// The facts, definitions, tables and local names that a criterion looks at: facts first, then
    /// what is derived from them, each after what it needs.
    fn quantities(&mut self, criterion: &Criterion) -> Vec<Quantity> {
        let mut read = Read::default();
        for expr in expressions(criterion) {
            self.collect(expr, &mut read);
        }
        let mut quantities = Vec::new();
        for field in read.fields {
            quantities.extend(self.fact_quantity(field, criterion.span));
        }
        for id in read.definitions {
            let slot = self.definition_slot(id);
            let definition = self.tree.definitions.get(id.0 as usize);
            if let (Some(slot), Some(definition)) = (slot, definition) {
                quantities.push(Quantity {
                    name: definition.name.as_str().into(),
                    label: definition.label.as_str().into(),
                    slot,
                    ty: definition.value.ty,
                });
            }
        }
        for id in read.tables {
            let slot = self.table_slot(id, criterion.span);
            if let Some(table) = self.tree.tables.get(id.0 as usize) {
                quantities.push(Quantity {
                    name: table.table.name.as_str().into(),
                    label: table.label.as_str().into(),
                    slot,
                    ty: table.table.ty,
                });
            }
        }
        for ((name, value), slot) in criterion.locals.iter().zip(self.locals.clone()) {
            quantities.push(Quantity {
                name: name.as_str().into(),
                label: name.as_str().into(),
                slot,
                ty: value.ty,
            });
        }
        quantities
    }

    fn fact_quantity(&mut self, field: FieldId, span: Span) -> Option<Quantity> {
        let ty = self.tree.schema.field(field)?.ty;
        let (name, label) = self.names.facts.get(field.0 as usize)?.clone();
        Some(Quantity { name, label, slot: self.fact_slot(field, span), ty })
    }

    fn collect(&self, expr: &Expr, read: &mut Read) {
        let tree = self.tree;
        let mut todo: Vec<&Expr> = vec![expr];
        let mut seen_tables = BTreeSet::new();
        for id in self.needed(expr) {
            let Some(definition) = tree.definitions.get(id.0 as usize) else { continue };
            if definition.arguments.is_empty() {
                read.definitions.insert(id);
            }
            todo.push(&definition.value);
        }
        while let Some(expr) = todo.pop() {
            match expr.kind.as_ref() {
                ExprKind::Fact(field) if !read.fields.contains(field) => read.fields.push(*field),
                ExprKind::Table(id, _) if seen_tables.insert(*id) => {
                    if let Some(table) = tree.tables.get(id.0 as usize) {
                        if table.arguments.is_empty() {
                            read.tables.insert(*id);
                        }
                        todo.extend(&table.inputs);
                    }
                }
                _ => {}
            }
            todo.extend(expr.children());
        }
    }
}

#[derive(Default)]
struct Read {
    fields: Vec<FieldId>,
    definitions: BTreeSet<crate::typed::tree::DefinitionId>,
    tables: BTreeSet<TableId>,
}

fn expressions(criterion: &Criterion) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = criterion.locals.iter().map(|(_, value)| value).collect();
    all.extend(&criterion.condition);
    all.extend(&criterion.exception);
    for contribution in &criterion.contributions {
        all.push(&contribution.amount);
        all.extend(&contribution.condition);
    }
    all.extend(&criterion.floor);
    all.extend(&criterion.cap);
    all
}

/// Gives a criterion its final slots.
pub(super) fn remap_criterion(criterion: &mut engine::Criterion, map: &[Slot]) {
    let go = |slot: &mut Slot| remap(slot, map);
    let options = [
        &mut criterion.condition,
        &mut criterion.exception,
        &mut criterion.floor,
        &mut criterion.cap,
    ];
    options.into_iter().flatten().for_each(go);
    for contribution in &mut criterion.contributions {
        go(&mut contribution.amount);
        contribution.condition.iter_mut().for_each(go);
    }
    for template in criterion.says.iter_mut().chain(&mut criterion.else_says) {
        for part in &mut template.parts {
            match part {
                engine::TemplatePart::Text(_) => {}
                engine::TemplatePart::Value(slot, _) => go(slot),
            }
        }
    }
    criterion.quantities.iter_mut().for_each(|quantity| go(&mut quantity.slot));
}
