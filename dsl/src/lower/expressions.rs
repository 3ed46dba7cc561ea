//! Typed expressions to operations.

use super::Names;
use super::builder::Builder;
use crate::typed::tree::{
    DefinitionId, Expr, ExprKind, ItemId, ItemRef, Recueil, SharingRule, TableId,
};
use engine::{Comparison, EntityId, Exact, FieldId, FunctionId, Op, Sharing, Slot, Value};
use source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// What an argument of a definition or a table stands for at a call.
#[derive(Clone, Copy)]
enum Argument {
    Slot(Slot),
    /// An item, by the depth of the fold that binds it.
    Item(u32),
}

/// Lowers the expressions of one grid, one ranking or one example.
pub(super) struct Lowering<'t> {
    pub(super) tree: &'t Recueil,
    pub(super) builder: Builder,
    sharing: Option<(&'t SharingRule, Slot)>,
    definitions: BTreeMap<DefinitionId, Slot>,
    pub(super) locals: Vec<Slot>,
    items: Vec<(ItemId, u32)>,
    arguments: Vec<Argument>,
    pub(super) names: &'t Names,
}

impl<'t> Lowering<'t> {
    /// Starts code over a recueil.
    pub(super) fn new(tree: &'t Recueil, names: &'t Names) -> Self {
        Self {
            tree,
            builder: Builder::new(),
            sharing: None,
            definitions: BTreeMap::new(),
            locals: Vec::new(),
            items: Vec::new(),
            arguments: Vec::new(),
            names,
        }
    }

    /// From here on, facts are read as the frame shares them. Shape: the slot of the level granted.
    pub(super) fn share(&mut self, rule: &'t SharingRule) -> Slot {
        let choice = self.expr(&rule.choice);
        let span = rule.choice.span;
        let mut granted = self.number(0, span);
        for (&value, &level) in rule.levels.iter().rev() {
            let level = self.number(level_number(level), span);
            let value = self.builder.emit(Op::Constant(Value::Enum(value)), span);
            let chosen = self.builder.emit(Op::Compare(Comparison::Equal, choice, value), span);
            granted = self.builder.emit(Op::Select(chosen, level, granted), span);
        }
        self.sharing = Some((rule, granted));
        self.definitions.clear();
        granted
    }

    fn number(&mut self, value: i64, span: Span) -> Slot {
        self.builder.emit(Op::Constant(Value::Number(Exact::from(value))), span)
    }

    /// Lowers an expression and, before it, the definitions it needs, dependencies first.
    pub(super) fn expr(&mut self, expr: &Expr) -> Slot {
        for id in self.needed(expr) {
            if !self.definitions.contains_key(&id)
                && let Some(definition) = self.tree.definitions.get(id.0 as usize)
                && definition.arguments.is_empty()
            {
                let slot = self.go(&definition.value);
                self.definitions.insert(id, slot);
            }
        }
        self.go(expr)
    }

    /// All definitions an expression refers to, directly or not, dependencies first.
    pub(super) fn needed(&self, expr: &Expr) -> BTreeSet<DefinitionId> {
        let tree: &'t Recueil = self.tree;
        let mut found = BTreeSet::new();
        let mut todo: Vec<&Expr> = vec![expr];
        let mut tables = BTreeSet::new();
        while let Some(expr) = todo.pop() {
            match expr.kind.as_ref() {
                ExprKind::Definition(id, _) => {
                    if found.insert(*id)
                        && let Some(definition) = tree.definitions.get(id.0 as usize)
                    {
                        todo.push(&definition.value);
                    }
                }
                ExprKind::Table(id, _) => {
                    if tables.insert(*id)
                        && let Some(table) = tree.tables.get(id.0 as usize)
                    {
                        todo.extend(&table.inputs);
                    }
                }
                _ => {}
            }
            todo.extend(expr.children());
        }
        found
    }

    fn go(&mut self, expr: &Expr) -> Slot {
        let span = expr.span;
        if self.builder.is_full() {
            return Slot(0);
        }
        let op = match expr.kind.as_ref() {
            ExprKind::Constant(value) => {
                return self.builder.constant(value.clone(), expr.ty, span);
            }
            ExprKind::EvaluationDate => Op::EvaluationDate,
            ExprKind::Fact(field) => self.fact(*field),
            ExprKind::ItemFact(item, field) => {
                Op::ItemFact { field: *field, depth: self.item_depth(*item) }
            }
            // An item is only ever an argument, bound without being computed.
            ExprKind::Item(_) => Op::NoValue,
            ExprKind::Argument(at) => return self.argument(*at),
            ExprKind::Local(at) => {
                return self.locals.get(*at as usize).copied().unwrap_or(Slot(0));
            }
            ExprKind::Definition(id, arguments) => return self.definition(*id, arguments),
            ExprKind::Table(id, arguments) => self.table(*id, arguments),
            ExprKind::Function(id, arguments) => {
                let inputs = arguments.iter().map(|argument| self.go(argument)).collect();
                Op::Call(FunctionId(id.0), inputs)
            }
            ExprKind::Arithmetic(op, a, b) => {
                let (a, b) = (self.go(a), self.go(b));
                Op::Arithmetic(*op, a, b)
            }
            ExprKind::Round(mode, a, b) => {
                let (a, b) = (self.go(a), self.go(b));
                Op::Round(*mode, a, b)
            }
            ExprKind::Calendar(op, a, b) => {
                let (a, b) = (self.go(a), self.go(b));
                Op::Calendar(*op, a, b)
            }
            ExprKind::Compare(op, a, b) => {
                let (a, b) = (self.go(a), self.go(b));
                Op::Compare(*op, a, b)
            }
            ExprKind::And(items) => return self.chain(items, true, span, Op::And),
            ExprKind::Or(items) => return self.chain(items, false, span, Op::Or),
            ExprKind::Not(a) => Op::Not(self.go(a)),
            ExprKind::IsKnown(a) => Op::IsKnown(self.go(a)),
            ExprKind::FoldList { .. } => return self.fold_list(expr),
            ExprKind::Rank(key, direction, population) => {
                let key = self.go(key);
                Op::Rank { key, direction: *direction, population: *population }
            }
            ExprKind::FoldPool { fold, population, filter, value } => {
                let filter = filter.as_ref().map(|filter| self.go(filter));
                let value = value.as_ref().map(|value| self.go(value));
                Op::FoldPool { fold: *fold, population: *population, filter, value }
            }
            ExprKind::GridTotal(name) => {
                Op::GridTotal(self.names.grids.get(name).copied().unwrap_or(u32::MAX))
            }
        };
        self.builder.emit(op, span)
    }

    fn chain(
        &mut self,
        items: &[Expr],
        neutral: bool,
        span: Span,
        join: fn(Slot, Slot) -> Op,
    ) -> Slot {
        let mut slots = Vec::with_capacity(items.len());
        for item in items {
            slots.push(self.go(item));
        }
        let joined = slots.into_iter().reduce(|a, b| self.builder.emit(join(a, b), span));
        joined.unwrap_or_else(|| self.builder.emit(Op::Constant(Value::Bool(neutral)), span))
    }

    fn fact(&self, field: FieldId) -> Op {
        match self.sharing {
            Some((rule, gate)) if !rule.visible.contains(&field) => {
                let needs = self.tree.schema.field(field).and_then(|field| field.sharing);
                Op::SharedFact { field, needs, gate }
            }
            Some(_) | None => Op::Fact(field),
        }
    }

    /// The slot of a fact, as the grid reads it.
    pub(super) fn fact_slot(&mut self, field: FieldId, span: Span) -> Slot {
        let op = self.fact(field);
        self.builder.emit(op, span)
    }

    /// The slot of a definition without parameters that was lowered.
    pub(super) fn definition_slot(&self, id: DefinitionId) -> Option<Slot> {
        self.definitions.get(&id).copied()
    }

    fn item_depth(&self, item: ItemRef) -> u32 {
        match item {
            ItemRef::Bound(id) => self
                .items
                .iter()
                .rev()
                .find(|(bound, _)| *bound == id)
                .map_or(0, |(_, depth)| *depth),
            ItemRef::Argument(at) => match self.arguments.get(at as usize) {
                Some(Argument::Item(depth)) => *depth,
                Some(Argument::Slot(_)) | None => 0,
            },
        }
    }

    fn argument(&self, at: u32) -> Slot {
        match self.arguments.get(at as usize) {
            Some(Argument::Slot(slot)) => *slot,
            Some(Argument::Item(_)) | None => Slot(0),
        }
    }

    fn bind(&mut self, arguments: &[Expr]) -> Vec<Argument> {
        let mut bound = Vec::with_capacity(arguments.len());
        for argument in arguments {
            bound.push(match argument.kind.as_ref() {
                ExprKind::Item(item) => Argument::Item(self.item_depth(*item)),
                _ => Argument::Slot(self.go(argument)),
            });
        }
        bound
    }

    fn definition(&mut self, id: DefinitionId, arguments: &[Expr]) -> Slot {
        if let Some(&slot) = self.definitions.get(&id) {
            return slot;
        }
        let tree: &'t Recueil = self.tree;
        let Some(definition) = tree.definitions.get(id.0 as usize) else { return Slot(0) };
        let bound = self.bind(arguments);
        let outer = std::mem::replace(&mut self.arguments, bound);
        let slot = self.go(&definition.value);
        self.arguments = outer;
        slot
    }

    fn table(&mut self, id: TableId, arguments: &[Expr]) -> Op {
        let tree: &'t Recueil = self.tree;
        let mut inputs = Vec::new();
        if let Some(table) = tree.tables.get(id.0 as usize) {
            let bound = self.bind(arguments);
            let outer = std::mem::replace(&mut self.arguments, bound);
            for input in &table.inputs {
                inputs.push(self.go(input));
            }
            self.arguments = outer;
        }
        Op::Table(engine::TableId(id.0), inputs)
    }

    /// The slot of a table without parameters.
    pub(super) fn table_slot(&mut self, id: TableId, span: Span) -> Slot {
        let op = self.table(id, &[]);
        self.builder.emit(op, span)
    }

    fn fold_list(&mut self, expr: &Expr) -> Slot {
        let ExprKind::FoldList { fold, list, item, filter, value } = expr.kind.as_ref() else {
            return Slot(0);
        };
        let shared = self.list_sharing(*list, expr);
        let depth = u32::try_from(self.builder.depth()).unwrap_or(u32::MAX);
        self.builder.open_body();
        self.items.push((*item, depth));
        let filter = filter.as_ref().map(|filter| self.go(filter));
        let value = value.as_ref().map(|value| self.go(value));
        self.items.pop();
        let op = Op::FoldList { fold: *fold, list: *list, shared, body: 0, filter, value };
        self.builder.close_body(op, expr.span)
    }

    /// The level that a fold's list takes in a frame: the strictest of the fields it reads, or the
    /// least of the list's when it reads none.
    fn list_sharing(&self, list: EntityId, fold: &Expr) -> Option<(Option<Sharing>, Slot)> {
        let (rule, gate) = self.sharing?;
        if rule.visible_lists.contains(&list) {
            return None;
        }
        let schema = &self.tree.schema;
        let of_list = |id: &FieldId| schema.field(*id).is_some_and(|field| field.entity == list);
        let footprint = self.tree.footprint(fold);
        let level = |id: FieldId| {
            if rule.visible.contains(&id) {
                return Some(Sharing::Nothing);
            }
            schema.field(id).and_then(|field| field.sharing)
        };
        let read: Vec<Option<Sharing>> =
            footprint.fields.iter().filter(|id| of_list(id)).map(|&id| level(id)).collect();
        let needs = if read.is_empty() {
            schema
                .entity(list)
                .and_then(|entity| entity.fields.iter().filter_map(|&id| level(id)).min())
        } else if read.contains(&None) {
            None
        } else {
            read.into_iter().flatten().max()
        };
        Some((needs, gate))
    }
}

fn level_number(level: Sharing) -> i64 {
    match level {
        Sharing::Nothing => 0,
        Sharing::Identification => 1,
        Sharing::Complete => 2,
    }
}
