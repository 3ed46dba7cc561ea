//! From slots and their trace to steps.

use super::types::{PLAIN, told, types};
use super::{Accepted, Between, End, Operation, Step};
use crate::explanation::{Amount, Fact, Reasoning, Rounded};
use crate::facts::{Seen, fact};
use crate::value::{Shown, State};
use analysis::row_taken;
use engine::{
    Arithmetic, Bound, Calendar, Case, Cell, Code, Comparison, Computed, Criterion, Date, EntityId,
    Exact, FieldId, Fold, GridVersion, NumberForm, Op, Population, Program, Quantity,
    RankingVersion, Row, RowResult, Slot, TableId, Type, Unit, Value,
};
use std::collections::{BTreeMap, BTreeSet};

/// How deep steps are laid open, and how many a line may have: beyond, a step is shown by its value.
const DEPTH: usize = 40;
const STEPS: usize = 2_000;

/// Reads the steps of one grid, or of the ranking: for one candidate, or as the rules are for all.
pub struct Reader<'r> {
    program: &'r Program,
    code: &'r Code,
    values: Option<&'r [Computed]>,
    date: Date,
    types: Vec<Type>,
    /// By slot, how far it tells of other candidates.
    others: Vec<Others>,
}

/// What one line has already laid open, and the facts it looked at.
pub(crate) struct LineReader<'r, 'q> {
    reader: &'r Reader<'r>,
    /// What was computed; absent where no candidate is meant, or all of them are.
    values: Option<&'r [Computed]>,
    names: BTreeMap<Slot, &'q Quantity>,
    opened: BTreeSet<Slot>,
    steps: usize,
    /// The outermost fold that is being read.
    list: Option<Slot>,
    seen: Vec<(FieldId, Seen<'r>)>,
}

impl<'r> Reader<'r> {
    /// Makes a reader of a grid's rules, without a candidate.
    pub fn of_rules(program: &'r Program, version: &'r GridVersion, date: Date) -> Self {
        Self::of_grid(program, version, None, date)
    }

    /// Makes a reader of a ranking's rules, without a candidate.
    pub fn of_ranking_rules(program: &'r Program, ranking: &'r RankingVersion, date: Date) -> Self {
        Self::of_ranking(program, ranking, None, date)
    }

    /// Makes a reader of what the code of a grid computed.
    pub(crate) fn of_grid(
        program: &'r Program,
        version: &'r GridVersion,
        values: Option<&'r [Computed]>,
        date: Date,
    ) -> Self {
        let types = types(&version.code, program, &told(version));
        let others = others(&version.code);
        Self { program, code: &version.code, values, date, types, others }
    }

    /// Makes a reader of what the code of a ranking computed.
    pub(crate) fn of_ranking(
        program: &'r Program,
        ranking: &'r RankingVersion,
        values: Option<&'r [Computed]>,
        date: Date,
    ) -> Self {
        let types = types(&ranking.code, program, &[]);
        let others = others(&ranking.code);
        Self { program, code: &ranking.code, values, date, types, others }
    }

    /// Reads a criterion of these rules.
    pub fn criterion(&'r self, criterion: &Criterion) -> Reasoning {
        self.line(&criterion.quantities).reasoning(criterion)
    }

    /// Reads a condition of these rules that no criterion holds.
    pub fn condition(&'r self, slot: Slot) -> Step {
        self.line(&[]).condition(slot)
    }

    /// Begins a line, whose quantities have names.
    pub(crate) fn line<'q>(&'r self, quantities: &'q [Quantity]) -> LineReader<'r, 'q> {
        let mut names: BTreeMap<Slot, &'q Quantity> = BTreeMap::new();
        for quantity in quantities {
            names.entry(quantity.slot).or_insert(quantity);
        }
        LineReader {
            reader: self,
            values: self.values,
            names,
            opened: BTreeSet::new(),
            steps: 0,
            list: None,
            seen: Vec::new(),
        }
    }

    fn computed(&self, slot: Slot) -> Option<&'r Computed> {
        self.values?.get(slot.0 as usize)
    }

    /// Tells whether one of these depends on the other candidates.
    pub(crate) fn compares(&self, slots: impl Iterator<Item = Slot>) -> bool {
        self.reads(slots, &|op| matches!(op, Op::Rank { .. } | Op::FoldPool { .. }))
    }

    /// Lists the roundings behind these slots that changed a number.
    pub(crate) fn roundings(&self, slots: impl Iterator<Item = Slot>) -> Vec<Rounded> {
        let mut found = Vec::new();
        self.each(slots, &mut |slot, op| {
            let Op::Round(_, number, _) = op else { return };
            let (before, after) = (self.computed(*number), self.computed(slot));
            let known =
                matches!((before, after), (Some(Computed::Known(_)), Some(Computed::Known(_))));
            if known && before != after && self.others(slot) != Others::Values {
                found.push(Rounded { before: self.shown(*number), after: self.shown(slot) });
            }
        });
        found
    }

    fn others(&self, slot: Slot) -> Others {
        self.others.get(slot.0 as usize).copied().unwrap_or_default()
    }

    fn shown(&self, slot: Slot) -> Shown {
        let ty = self.types.get(slot.0 as usize).copied().unwrap_or(PLAIN);
        Shown::of(self.computed(slot), ty, &self.program.schema)
    }

    fn reads(&self, slots: impl Iterator<Item = Slot>, wanted: &dyn Fn(&Op) -> bool) -> bool {
        let mut found = false;
        self.each(slots, &mut |_, op| found = found || wanted(op));
        found
    }

    /// Calls a function once on each operation behind these slots, the bodies of folds included.
    fn each(&self, slots: impl Iterator<Item = Slot>, see: &mut dyn FnMut(Slot, &Op)) {
        let mut todo: Vec<Slot> = slots.collect();
        let mut seen = BTreeSet::new();
        while let Some(slot) = todo.pop() {
            let Some(op) = self.code.ops.get(slot.0 as usize).filter(|_| seen.insert(slot)) else {
                continue;
            };
            see(slot, op);
            op.each_operand(&mut |operand| todo.push(operand));
        }
    }
}

impl<'r> LineReader<'r, '_> {
    /// Lists the facts looked at so far, in order of meeting.
    pub(crate) fn facts(self, case: &Case) -> Vec<Fact> {
        let schema = &self.reader.program.schema;
        self.seen.iter().filter_map(|(field, seen)| fact(schema, case, *field, seen)).collect()
    }

    /// Reads all that makes a criterion's outcome.
    pub(crate) fn reasoning(&mut self, criterion: &Criterion) -> Reasoning {
        Reasoning {
            condition: criterion.condition.map(|slot| self.condition(slot)),
            exception: criterion.exception.map(|slot| self.condition(slot)),
            amounts: criterion
                .contributions
                .iter()
                .map(|contribution| Amount {
                    condition: contribution.condition.map(|slot| self.condition(slot)),
                    amount: self.points(contribution.amount),
                })
                .collect(),
            floor: criterion.floor.map(|slot| self.points(slot)),
            cap: criterion.cap.map(|slot| self.points(slot)),
        }
    }

    /// Reads a condition: its decisive parts are marked.
    pub(crate) fn condition(&mut self, slot: Slot) -> Step {
        let mut step = self.step(slot, 0);
        mark_decisive(&mut step);
        step
    }

    /// Reads a value.
    pub(crate) fn value(&mut self, slot: Slot) -> Step {
        self.step(slot, 0)
    }

    /// Reads points.
    fn points(&mut self, slot: Slot) -> Step {
        self.step_of(slot, Type::Number(Unit::points(), NumberForm::Decimal), 0)
    }

    /// Reads the two terms of an operation. Equal constants share a slot, whatever their units: a
    /// constant takes the type that its place asks for.
    fn both(&mut self, op: &Op, (a, b): (Slot, Slot), depth: usize) -> Vec<Step> {
        let (first, second) = (self.asked(op, a, b), self.asked(op, b, a));
        vec![self.step_of(a, first, depth), self.step_of(b, second, depth)]
    }

    /// Returns the type of a term, beside the other of an operation.
    fn asked(&self, op: &Op, term: Slot, other: Slot) -> Type {
        let is_constant = |slot| matches!(self.op(slot), Some(Op::Constant(Value::Number(_))));
        if !is_constant(term) {
            return self.ty(term);
        }
        match op {
            Op::Calendar(Calendar::AddMonths | Calendar::SubtractMonths, ..) => {
                Type::Number(Unit::months(), NumberForm::Whole)
            }
            Op::Calendar(Calendar::AddDays | Calendar::SubtractDays, ..) => {
                Type::Number(Unit::days(), NumberForm::Whole)
            }
            Op::Arithmetic(Arithmetic::Multiply | Arithmetic::Divide, ..) => self.ty(term),
            _ if is_constant(other) => self.ty(term),
            _ => self.ty(other),
        }
    }

    fn step(&mut self, slot: Slot, depth: usize) -> Step {
        self.step_of(slot, self.ty(slot), depth)
    }

    fn step_of(&mut self, slot: Slot, ty: Type, depth: usize) -> Step {
        let named = self.names.get(&slot).copied();
        let value = self.shown(slot, ty);
        self.steps += 1;
        let operation = if depth > DEPTH || self.steps > STEPS || self.is_open(slot, named) {
            Operation::Seen
        } else {
            self.operation(slot, depth + 1)
        };
        Step {
            name: named.map(|named| named.name.to_string()),
            label: self.label(slot, named),
            value,
            operation,
            decisive: false,
            ty,
        }
    }

    fn shown(&self, slot: Slot, ty: Type) -> Shown {
        let schema = &self.reader.program.schema;
        match (self.values, self.op(slot)) {
            (_, _) if self.list.is_some() && self.is_inside(slot) => Shown::without(State::PerItem),
            (Some(_), _) if self.is_of_others(slot) => Shown::without(State::OfOthers),
            (Some(_), _) => Shown::of(self.computed(slot), ty, schema),
            (None, Some(Op::Constant(value))) => Shown::known(value, ty, schema),
            (None, Some(Op::NoValue)) => Shown::without(State::NoValue),
            (None, _) => Shown::without(State::Open),
        }
    }

    fn computed(&self, slot: Slot) -> Option<&'r Computed> {
        self.values?.get(slot.0 as usize)
    }

    /// Tells whether a value, or why it is unknown, would tell what other candidates have; a truth
    /// only decides.
    fn is_of_others(&self, slot: Slot) -> bool {
        match self.computed(slot) {
            Some(Computed::Known(Value::Bool(_)) | Computed::NoValue) | None => false,
            Some(Computed::Known(_)) => self.reader.others(slot) == Others::Values,
            Some(Computed::Unknown(_)) => self.reader.others(slot) != Others::Nothing,
        }
    }

    /// Returns a quantity's label, when its author gave one, or a fact's.
    fn label(&self, slot: Slot, named: Option<&Quantity>) -> Option<String> {
        let schema = &self.reader.program.schema;
        match (self.op(slot), named) {
            (
                Some(Op::Fact(field) | Op::SharedFact { field, .. } | Op::ItemFact { field, .. }),
                _,
            ) => schema.field(*field).map(|def| def.label.clone()),
            (_, Some(named)) if named.label != named.name => Some(named.label.to_string()),
            (_, Some(_) | None) => None,
        }
    }

    /// Tells whether a named quantity has been laid open before, and notes it.
    fn is_open(&mut self, slot: Slot, named: Option<&Quantity>) -> bool {
        let is_fact = matches!(self.op(slot), Some(Op::Fact(_) | Op::SharedFact { .. }));
        // What has no label can only be told again by what computes it.
        let is_told = self.label(slot, named).is_some();
        is_told && !is_fact && !self.opened.insert(slot)
    }

    fn op(&self, slot: Slot) -> Option<&Op> {
        self.reader.code.ops.get(slot.0 as usize)
    }

    fn ty(&self, slot: Slot) -> Type {
        let own = self.names.get(&slot).map(|named| named.ty);
        own.or_else(|| self.reader.types.get(slot.0 as usize).copied()).unwrap_or(PLAIN)
    }

    /// Tells whether an operation reads an item of a list, by any path.
    fn is_inside(&self, slot: Slot) -> bool {
        let mut todo = vec![slot];
        while let Some(slot) = todo.pop() {
            match self.op(slot) {
                Some(Op::ItemFact { .. }) => return true,
                Some(Op::FoldList { .. }) | None => {}
                Some(op) => op.each_operand(&mut |operand| todo.push(operand)),
            }
        }
        false
    }

    fn operation(&mut self, slot: Slot, depth: usize) -> Operation {
        let Some(op) = self.reader.code.ops.get(slot.0 as usize) else { return Operation::Seen };
        match op {
            Op::Constant(_) => Operation::Constant,
            Op::NoValue => Operation::NoValue,
            Op::EvaluationDate => Operation::EvaluationDate,
            Op::Fact(field) | Op::SharedFact { field, .. } => {
                let seen = self.computed(slot).map(Seen::Single);
                self.fact(*field, seen)
            }
            Op::ItemFact { field, .. } => {
                let seen = self.list.and_then(|list| self.computed(list));
                self.fact(*field, seen.map(Seen::Items))
            }
            Op::Arithmetic(operator, a, b) => Operation::Arithmetic {
                operator: (*operator).into(),
                terms: self.both(op, (*a, *b), depth),
            },
            Op::Round(mode, number, step) => Operation::Round {
                mode: (*mode).into(),
                step: Box::new(self.step_of(*step, self.asked(op, *step, *number), depth)),
                number: Box::new(self.step(*number, depth)),
            },
            Op::Calendar(operator, a, b) => Operation::Calendar {
                operator: (*operator).into(),
                terms: self.both(op, (*a, *b), depth),
            },
            Op::Compare(operator, a, b) => Operation::Compare {
                operator: (*operator).into(),
                gap: self.gap(slot, *operator, *a, *b),
                terms: self.both(op, (*a, *b), depth),
            },
            Op::And(..) => Operation::And { parts: self.parts(slot, depth) },
            Op::Or(..) => Operation::Or { parts: self.parts(slot, depth) },
            Op::Not(part) => Operation::Not { part: Box::new(self.step(*part, depth)) },
            Op::IsKnown(part) => Operation::IsKnown { part: Box::new(self.step(*part, depth)) },
            Op::Select(condition, yes, no) => self.select(*condition, *yes, *no, depth),
            Op::Table(id, inputs) => self.table(*id, inputs, depth),
            Op::Call(_, arguments) => Operation::Call { arguments: self.all(arguments, depth) },
            Op::FoldList { fold, list, filter, value, .. } => {
                self.list(slot, (*fold, *list), (*filter, *value), depth)
            }
            Op::Rank { key, direction, population } => Operation::Rank {
                key: Box::new(self.step(*key, depth)),
                direction: (*direction).into(),
                population: (*population).into(),
            },
            Op::FoldPool { fold, population, filter, value } => {
                self.pool((*fold, *population), (*filter, *value), depth)
            }
            Op::GridTotal(grid) => {
                let named = self.reader.program.grids.get(*grid as usize);
                Operation::GridTotal {
                    grid: named.map_or_else(String::new, |grid| grid.label.clone()),
                }
            }
        }
    }

    fn fact(&mut self, field: FieldId, seen: Option<Seen<'r>>) -> Operation {
        let first = self.seen.iter().all(|(known, _)| *known != field);
        if let Some(seen) = seen.filter(|_| first) {
            self.seen.push((field, seen));
        }
        Operation::Fact { fact: self.reader.program.schema.path(field) }
    }

    fn all(&mut self, slots: &[Slot], depth: usize) -> Vec<Step> {
        slots.iter().map(|slot| self.step(*slot, depth)).collect()
    }

    /// Reads a chain of « et », or of « ou », as one step with many parts; a named part is a part.
    fn parts(&mut self, slot: Slot, depth: usize) -> Vec<Step> {
        let mut parts = Vec::new();
        let mut todo = vec![slot];
        while let Some(next) = todo.pop() {
            let inner = next == slot || !self.names.contains_key(&next);
            match (self.op(slot), self.op(next)) {
                (Some(Op::And(..)), Some(Op::And(a, b)))
                | (Some(Op::Or(..)), Some(Op::Or(a, b)))
                    if inner =>
                {
                    let (a, b) = (*a, *b);
                    todo.extend([b, a]);
                }
                _ => parts.push(self.step(next, depth)),
            }
        }
        parts
    }

    fn select(&mut self, condition: Slot, yes: Slot, no: Slot, depth: usize) -> Operation {
        let condition = self.step(condition, depth);
        let taken = condition.value.truth().map(|truth| if truth { yes } else { no });
        let branches = match self.values {
            Some(_) => Vec::new(),
            None => self.all(&[yes, no], depth),
        };
        Operation::Select {
            taken: taken.map(|slot| Box::new(self.step(slot, depth))),
            branches,
            condition: Box::new(condition),
        }
    }

    fn table(&mut self, id: TableId, inputs: &[Slot], depth: usize) -> Operation {
        let computed: Vec<Option<&Computed>> =
            inputs.iter().map(|slot| self.computed(*slot)).collect();
        let table = self.reader.program.tables.get(id.0 as usize);
        let per_item = self.list.is_some() && inputs.iter().any(|slot| self.is_inside(*slot));
        let row = table
            .filter(|_| !per_item && self.values.is_some())
            .and_then(|table| table.rows.get(row_taken(table, &computed, self.reader.date)?));
        let types = table.map_or(&[][..], |table| &table.inputs);
        Operation::Table {
            row: row.map(|row| self.accepted(row, types)),
            linear: row.is_some_and(|row| matches!(row.result, RowResult::Linear { .. })),
            inputs: self.all(inputs, depth),
        }
    }

    fn accepted(&self, row: &Row, types: &[Type]) -> Vec<Accepted> {
        let cells = row.cells.iter().zip(types);
        cells.map(|(cell, ty)| Accepted { ranges: self.ranges(cell, *ty) }).collect()
    }

    fn ranges(&self, cell: &Cell, ty: Type) -> Vec<Between> {
        let end = |bound: &Option<Bound>| {
            bound.as_ref().map(|bound| End {
                value: Shown::known(&bound.value, ty, &self.reader.program.schema),
                included: bound.included,
            })
        };
        match cell {
            Cell::Any => Vec::new(),
            Cell::OneOf(ranges) => ranges
                .iter()
                .map(|range| Between { low: end(&range.low), high: end(&range.high) })
                .collect(),
        }
    }

    fn list(
        &mut self,
        slot: Slot,
        (fold, list): (Fold, EntityId),
        (filter, value): (Option<Slot>, Option<Slot>),
        depth: usize,
    ) -> Operation {
        let entity = self.reader.program.schema.entity(list);
        let name = entity.map_or_else(String::new, |entity| entity.name.clone());
        let label = entity.and_then(|entity| entity.label.clone());
        let outer = self.list;
        self.list = outer.or(Some(slot));
        let filter = filter.map(|slot| Box::new(self.step(slot, depth)));
        let each = value.map(|slot| Box::new(self.step(slot, depth)));
        self.list = outer;
        let list_label = label.unwrap_or_else(|| name.replace('_', " "));
        Operation::List { operator: fold.into(), list: name, list_label, filter, each }
    }

    /// Reads a fold over the candidates: what it looks at is said, nobody's value is.
    fn pool(
        &mut self,
        (fold, population): (Fold, Population),
        (filter, value): (Option<Slot>, Option<Slot>),
        depth: usize,
    ) -> Operation {
        let values = self.values.take();
        let filter = filter.map(|slot| Box::new(self.step(slot, depth)));
        let each = value.map(|slot| Box::new(self.step(slot, depth)));
        self.values = values;
        let population = population.into();
        Operation::Pool { operator: fold.into(), population, filter, each }
    }

    /// Computes by how much a comparison that fails is missed: between numbers of one unit, or in
    /// days.
    fn gap(&self, slot: Slot, operator: Comparison, a: Slot, b: Slot) -> Option<Shown> {
        let failed = self.computed(slot) == Some(&Computed::Known(Value::Bool(false)));
        let ordered = match operator {
            Comparison::Less
            | Comparison::LessOrEqual
            | Comparison::Greater
            | Comparison::GreaterOrEqual => true,
            Comparison::Equal | Comparison::NotEqual => false,
        };
        if !failed || !ordered || self.is_of_others(a) || self.is_of_others(b) {
            return None;
        }
        if self.list.is_some() && self.is_inside(slot) {
            return None;
        }
        let (number, ty) = match (self.computed(a)?, self.computed(b)?) {
            (Computed::Known(Value::Number(left)), Computed::Known(Value::Number(right))) => {
                let is_constant = matches!(self.op(a), Some(Op::Constant(_)));
                (left.subtract(*right).ok()?, self.ty(if is_constant { b } else { a }))
            }
            (Computed::Known(Value::Date(left)), Computed::Known(Value::Date(right))) => {
                let days = Exact::whole(i128::from(left.days_until(*right)));
                (days, Type::Number(Unit::days(), NumberForm::Whole))
            }
            _ => return None,
        };
        let size = if number.is_negative() { number.negate().ok()? } else { number };
        Some(Shown::known(&Value::Number(size), ty, &self.reader.program.schema))
    }
}

/// How far a slot tells of other candidates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Others {
    /// Nothing, or a rank.
    #[default]
    Nothing,
    /// A count: who lacks a fact is theirs to tell.
    Count,
    /// Their values.
    Values,
}

/// Tells of each slot how far it tells of other candidates.
fn others(code: &Code) -> Vec<Others> {
    let mut told: Vec<Others> = Vec::with_capacity(code.ops.len());
    for op in &code.ops {
        let mut most = match op {
            Op::FoldPool { fold: Fold::Sum | Fold::Minimum | Fold::Maximum, .. } => Others::Values,
            Op::FoldPool { fold: Fold::Count | Fold::Exists | Fold::All, .. } => Others::Count,
            _ => Others::Nothing,
        };
        if !matches!(op, Op::FoldPool { .. } | Op::Rank { .. }) {
            op.each_operand(&mut |slot| {
                most = most.max(told.get(slot.0 as usize).copied().unwrap_or_default());
            });
        }
        told.push(most);
    }
    told
}

/// Marks the parts of a condition that make it what it is: those that are false of a false « et »,
/// those that are true of a true « ou », those that are unknown of an unknown one, and so on within.
fn mark_decisive(step: &mut Step) {
    step.decisive = true;
    let truth = step.value.truth();
    match &mut step.operation {
        Operation::And { parts } | Operation::Or { parts } => {
            for part in parts.iter_mut().filter(|part| part.value.truth() == truth) {
                mark_decisive(part);
            }
        }
        Operation::Not { part } => mark_decisive(part),
        Operation::Select { condition, taken, .. } => {
            mark_decisive(condition);
            if let Some(taken) = taken {
                mark_decisive(taken);
            }
        }
        Operation::Constant
        | Operation::NoValue
        | Operation::EvaluationDate
        | Operation::Fact { .. }
        | Operation::Seen
        | Operation::Arithmetic { .. }
        | Operation::Round { .. }
        | Operation::Calendar { .. }
        | Operation::Compare { .. }
        | Operation::IsKnown { .. }
        | Operation::Table { .. }
        | Operation::Call { .. }
        | Operation::List { .. }
        | Operation::Rank { .. }
        | Operation::Pool { .. }
        | Operation::GridTotal { .. } => {}
    }
}
