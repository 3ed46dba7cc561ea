//! From a program's code to planned code: shapes, constants folded, the same computed once.
//!
//! Only the operations that are read from outside are lowered, with what they read. What has no
//! register ([`Place::Outside`]: a script, a text made of texts, a scale too fine) is left out; where
//! the value that is wanted does not always need it, the plan requires that it does not.

mod lists;
mod numbers;
mod tables;

use super::code::{Export, FactRegister, Place, PlannedCode, Register, Shape, Step, Written};
use super::days;
use super::facts::{parts_of, place_of};
use crate::evaluate::{body_of, level_of};
use crate::{
    Cell, Code, Comparison, Date, EntityId, FieldId, Fold, NumberForm, Op, Program, RowResult,
    Slot, TableId, Type, Value,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The finest scale of a number.
const FINEST: i64 = 1_000_000_000_000;

/// The shape of a grid's total.
const TOTAL: Shape = Shape::Number(TOTAL_PARTS);
/// The parts in which totals are counted.
pub(super) const TOTAL_PARTS: i64 = 100;

/// What is read of a code from outside.
pub(super) struct Wanted {
    /// Read even when the gate is closed: the gate itself, who the version is for.
    pub(super) before_gate: Vec<Slot>,
    /// The gate of sharing.
    pub(super) gate: Option<Slot>,
    /// Read otherwise.
    pub(super) after: Vec<Slot>,
}

/// Code being lowered.
pub(super) struct Lowering<'p> {
    program: &'p Program,
    code: &'p Code,
    date: Date,
    places: Vec<Place>,
    needed: Vec<bool>,
    done: Vec<bool>,
    seen: HashMap<Step, Register>,
    tables_seen: Vec<(TableId, Vec<Place>, Place)>,
    planned: PlannedCode,
    facts: BTreeMap<FieldId, (Register, Shape)>,
    /// The lists of the folds that are open, outermost first.
    open: Vec<usize>,
    /// Whether what the comparison of candidates gives is taken as given.
    compares: bool,
}

/// Lowers what some slots need of a code, comparisons of candidates included: what they give is given.
/// Returns what each slot is.
pub(crate) fn lower_whole(
    program: &Program,
    code: &Code,
    date: Date,
    (early, gate, after): (&[Slot], Option<Slot>, &[Slot]),
    texts: &Arc<[Arc<str>]>,
) -> Option<(PlannedCode, Vec<Place>)> {
    let end = code.ops.len();
    let mut lowering = Lowering { compares: true, ..Lowering::new(program, code, date) };
    lowering.planned.texts = Arc::clone(texts);
    lowering.pass(early, end);
    if let Some(gate) = gate {
        lowering.pass(&[gate], end);
        lowering.close(gate)?;
    }
    lowering.pass(after, end);
    let places = std::mem::take(&mut lowering.places);
    Some((lowering.finished(end), places))
}

/// Lowers the first stage of a code for the days around one on which the same rules are in force;
/// absent when something wanted has no register.
pub(super) fn lower(
    program: &Program,
    code: &Code,
    date: Date,
    wanted: &Wanted,
) -> Option<PlannedCode> {
    let end = crate::evaluate::stage(code, 0).end;
    let mut lowering = Lowering::new(program, code, date);
    let early: Vec<Slot> = wanted.before_gate.iter().chain(&wanted.gate).copied().collect();
    lowering.pass(&early, end);
    lowering.export(&early)?;
    lowering.planned.before_gate = lowering.planned.exports.len();
    if let Some(gate) = wanted.gate {
        lowering.close(gate)?;
    }
    lowering.pass(&wanted.after, end);
    lowering.export(&wanted.after)?;
    Some(lowering.finished(end))
}

impl<'p> Lowering<'p> {
    fn new(program: &'p Program, code: &'p Code, date: Date) -> Self {
        let count = code.ops.len();
        let planned = PlannedCode {
            steps: Vec::new(),
            registers: 0,
            tables: Vec::new(),
            lists: Vec::new(),
            facts: Vec::new(),
            given: Vec::new(),
            totals: Vec::new(),
            others: Vec::new(),
            items: Vec::new(),
            texts: texts(program, code).into(),
            compares_texts: false,
            exports: Vec::new(),
            before_gate: 0,
        };
        Self {
            program,
            code,
            date,
            places: vec![Place::Outside; count],
            needed: vec![false; count],
            done: vec![false; count],
            seen: HashMap::new(),
            tables_seen: Vec::new(),
            planned,
            facts: BTreeMap::new(),
            open: Vec::new(),
            compares: false,
        }
    }

    /// Lowers what some slots need and is not lowered yet.
    fn pass(&mut self, slots: &[Slot], end: usize) {
        let mut waiting: Vec<usize> = slots.iter().map(|slot| slot.0 as usize).collect();
        while let Some(at) = waiting.pop() {
            let (Some(mark), Some(op)) = (self.needed.get_mut(at), self.code.ops.get(at)) else {
                continue;
            };
            if !std::mem::replace(mark, true) {
                op.each_operand(&mut |slot| waiting.push(slot.0 as usize));
            }
        }
        self.range(0, end);
    }

    fn range(&mut self, from: usize, to: usize) {
        let mut at = from;
        while at < to {
            let Some(op) = self.code.ops.get(at) else { return };
            let flag = |flags: &[bool]| flags.get(at).copied().unwrap_or(false);
            if flag(&self.needed) && !flag(&self.done) {
                let place = self.op(op, at);
                if let (Some(held), Some(done)) = (self.places.get_mut(at), self.done.get_mut(at)) {
                    (*held, *done) = (place, true);
                }
            }
            at += 1 + body_of(op);
        }
    }

    fn place(&self, slot: Slot) -> Place {
        self.places.get(slot.0 as usize).cloned().unwrap_or(Place::Outside)
    }

    fn op(&mut self, op: &'p Op, at: usize) -> Place {
        match op {
            Op::Constant(value) => Place::Constant(value.clone()),
            Op::NoValue => Place::NoValue,
            Op::EvaluationDate => self.step(Step::Today, Shape::Date),
            Op::Fact(field) => self.fact(*field),
            Op::SharedFact { field, needs, gate } => self.shared(*field, *needs, *gate),
            Op::ItemFact { field, depth } => self.item_fact(*field, *depth),
            Op::Arithmetic(operator, a, b) => {
                self.arithmetic(*operator, &self.place(*a), &self.place(*b))
            }
            Op::Round(mode, a, step) => self.round(*mode, &self.place(*a), &self.place(*step)),
            Op::Calendar(operator, a, b) => {
                self.calendar(*operator, &self.place(*a), &self.place(*b))
            }
            Op::Compare(comparison, a, b) => {
                self.compare(*comparison, &self.place(*a), &self.place(*b))
            }
            Op::And(a, b) => self.logic(false, &self.place(*a), &self.place(*b)),
            Op::Or(a, b) => self.logic(true, &self.place(*a), &self.place(*b)),
            Op::Not(a) => match self.place(*a) {
                Place::Constant(Value::Bool(truth)) => Place::Constant(Value::Bool(!truth)),
                Place::Register(a, Shape::Bool) => self.step(Step::Not(a), Shape::Bool),
                Place::Constant(_) | Place::Register(..) | Place::NoValue | Place::Outside => {
                    Place::Outside
                }
            },
            // Whatever is planned is known; what is not ends the walk where it is computed.
            Op::IsKnown(a) => match self.place(*a) {
                Place::Outside => Place::Outside,
                Place::Constant(_) | Place::NoValue | Place::Register(..) => {
                    Place::Constant(Value::Bool(true))
                }
            },
            Op::Select(condition, a, b) => {
                self.select(&self.place(*condition), &self.place(*a), &self.place(*b))
            }
            Op::Table(id, inputs) => self.table(*id, inputs),
            Op::FoldList { .. } => self.fold(op, at),
            Op::GridTotal(grid) => self.total(*grid),
            Op::Rank { .. } | Op::FoldPool { .. } if self.compares => self.given(op, at),
            Op::Call(..) | Op::Rank { .. } | Op::FoldPool { .. } => Place::Outside,
        }
    }

    /// Writes a step, unless the same is written already.
    fn step(&mut self, step: Step, shape: Shape) -> Place {
        if let Some(register) = self.seen.get(&step) {
            return Place::Register(*register, shape);
        }
        let out = self.register(shape);
        self.planned.steps.push(Written { step, out });
        self.seen.insert(step, out);
        Place::Register(out, shape)
    }

    fn register(&mut self, shape: Shape) -> Register {
        let out = self.planned.registers;
        self.planned.registers += if shape == Shape::Ratio { 2 } else { 1 };
        out
    }

    /// Puts a place into a register.
    fn held(&mut self, place: &Place) -> Option<(Register, Shape)> {
        let (value, shape) = match place {
            Place::Register(register, shape) => return Some((*register, *shape)),
            Place::NoValue | Place::Outside => return None,
            Place::Constant(Value::Bool(truth)) => (i64::from(*truth), Shape::Bool),
            Place::Constant(Value::Date(day)) => (days::packed(*day)?, Shape::Date),
            Place::Constant(Value::Enum(value)) => (i64::from(*value), Shape::Enum),
            Place::Constant(Value::Text(text)) => {
                (place_of(text, &self.planned.texts), Shape::Text)
            }
            Place::Constant(Value::Number(number)) => {
                let parts = i64::try_from(number.denominator()).ok()?;
                (parts_of(*number, parts)?, Shape::Number(parts))
            }
        };
        match self.step(Step::Set(value), shape) {
            Place::Register(register, shape) => Some((register, shape)),
            Place::Constant(_) | Place::NoValue | Place::Outside => None,
        }
    }

    fn fact(&mut self, field: FieldId) -> Place {
        if let Some((register, shape)) = self.facts.get(&field) {
            return Place::Register(*register, *shape);
        }
        let Some(shape) = self.shape_of(field) else { return Place::Outside };
        let register = self.register(shape);
        self.facts.insert(field, (register, shape));
        Place::Register(register, shape)
    }

    fn total(&mut self, grid: u32) -> Place {
        let held = self.planned.totals.iter().find(|(other, _)| *other == grid);
        let held = held.map(|(_, register)| *register);
        let register = held.unwrap_or_else(|| {
            let register = self.register(TOTAL);
            self.planned.totals.push((grid, register));
            register
        });
        Place::Register(register, TOTAL)
    }

    /// Takes what the comparison of candidates gives into a register.
    fn given(&mut self, op: &Op, at: usize) -> Place {
        let shape = match op {
            Op::Rank { .. } | Op::FoldPool { fold: Fold::Count, .. } => Shape::Number(1),
            Op::FoldPool { fold: Fold::Exists | Fold::All, .. } => Shape::Bool,
            Op::FoldPool { fold: Fold::Sum, value: Some(value), .. } => match self.place(*value) {
                Place::Register(_, shape @ Shape::Number(_)) => shape,
                _ => return Place::Outside,
            },
            Op::FoldPool { value: Some(value), .. } => match self.place(*value) {
                Place::Register(_, shape @ (Shape::Number(_) | Shape::Date)) => shape,
                _ => return Place::Outside,
            },
            _ => return Place::Outside,
        };
        let register = self.register(shape);
        if let Ok(at) = u32::try_from(at) {
            self.planned.given.push(super::code::Given { at, register, shape });
        }
        Place::Register(register, shape)
    }

    /// The shape of a fact: cents for amounts, hundredths of a percent.
    fn shape_of(&self, field: FieldId) -> Option<Shape> {
        match self.program.schema.field(field)?.ty {
            Type::Bool => Some(Shape::Bool),
            Type::Number(_, NumberForm::Whole) => Some(Shape::Number(1)),
            Type::Number(_, NumberForm::Decimal) => Some(Shape::Number(100)),
            Type::Number(_, NumberForm::Percent) => Some(Shape::Number(10_000)),
            Type::Text | Type::Code => Some(Shape::Text),
            Type::Date => Some(Shape::Date),
            Type::Enum(_) => Some(Shape::Enum),
            Type::Item(_) => None,
        }
    }

    fn shared(&mut self, field: FieldId, needs: Option<crate::Sharing>, gate: Slot) -> Place {
        let Some(needs) = needs else { return Place::Outside };
        let due = Place::Constant(Value::Number(level_of(needs)));
        let granted = self.compare(Comparison::GreaterOrEqual, &self.place(gate), &due);
        if self.require(&granted, true) { self.fact(field) } else { Place::Outside }
    }

    /// Ends the walk where a truth is not so; tells whether it can be so.
    fn require(&mut self, place: &Place, truth: bool) -> bool {
        match place {
            Place::Constant(Value::Bool(held)) => *held == truth,
            Place::Register(a, Shape::Bool) => {
                self.step(Step::Require { a: *a, truth }, Shape::Bool);
                true
            }
            Place::Constant(_) | Place::Register(..) | Place::NoValue | Place::Outside => false,
        }
    }

    /// `et` when false decides, `ou` when true does.
    fn logic(&mut self, decides: bool, a: &Place, b: &Place) -> Place {
        let constant = |place: &Place| match place {
            Place::Constant(Value::Bool(truth)) => Some(*truth),
            Place::Constant(_) | Place::NoValue | Place::Register(..) | Place::Outside => None,
        };
        match (constant(a), constant(b), a, b) {
            (Some(truth), _, _, other) | (_, Some(truth), other, _) => {
                if truth == decides {
                    Place::Constant(Value::Bool(decides))
                } else {
                    other.clone()
                }
            }
            (_, _, Place::Register(a, Shape::Bool), Place::Register(b, Shape::Bool)) => {
                let step = if decides { Step::Or(*a, *b) } else { Step::And(*a, *b) };
                self.step(step, Shape::Bool)
            }
            (_, _, known @ Place::Register(_, Shape::Bool), _)
            | (_, _, _, known @ Place::Register(_, Shape::Bool)) => {
                self.require(known, decides);
                Place::Constant(Value::Bool(decides))
            }
            _ => Place::Outside,
        }
    }

    fn select(&mut self, condition: &Place, a: &Place, b: &Place) -> Place {
        let condition = match condition {
            Place::Constant(Value::Bool(true)) => return a.clone(),
            Place::Constant(Value::Bool(false)) => return b.clone(),
            Place::Register(condition, Shape::Bool) => *condition,
            Place::Constant(_) | Place::Register(..) | Place::NoValue | Place::Outside => {
                return Place::Outside;
            }
        };
        let is_planned = |place: &Place| matches!(place, Place::Constant(_) | Place::Register(..));
        match (is_planned(a), is_planned(b)) {
            (true, true) if a == b => a.clone(),
            (true, true) => self.selected(condition, a, b).unwrap_or(Place::Outside),
            (true, false) => {
                self.require(&Place::Register(condition, Shape::Bool), true);
                a.clone()
            }
            (false, true) => {
                self.require(&Place::Register(condition, Shape::Bool), false);
                b.clone()
            }
            (false, false) => Place::Outside,
        }
    }

    fn selected(&mut self, condition: Register, a: &Place, b: &Place) -> Option<Place> {
        let ((a_held, a_shape), (b_held, b_shape)) = (self.held(a)?, self.held(b)?);
        if let (Shape::Number(_) | Shape::Ratio, Shape::Number(_) | Shape::Ratio) =
            (a_shape, b_shape)
        {
            return self.selected_number(condition, a, b);
        }
        let step = Step::Select { condition, a: a_held, b: b_held };
        (a_shape == b_shape).then(|| self.step(step, a_shape))
    }

    /// Says some slots to the outside. Absent: one has no register, or none that can be read back.
    fn export(&mut self, slots: &[Slot]) -> Option<()> {
        let mut said: BTreeSet<Slot> = self.planned.exports.iter().map(|(slot, _)| *slot).collect();
        for slot in slots {
            if !said.insert(*slot) {
                continue;
            }
            let export = match (self.place(*slot), self.code.ops.get(slot.0 as usize)) {
                (Place::Register(_, Shape::Text), Some(Op::Fact(field))) => Export::Fact(*field),
                (Place::Register(_, Shape::Text) | Place::Outside, _) => return None,
                (place @ (Place::Register(..) | Place::Constant(_) | Place::NoValue), _) => {
                    Export::Place(place)
                }
            };
            self.planned.exports.push((*slot, export));
        }
        Some(())
    }

    /// Ends the walk at a gate that grants nothing.
    fn close(&mut self, gate: Slot) -> Option<()> {
        match self.place(gate) {
            Place::Register(gate, Shape::Number(_)) => {
                self.step(Step::Close { gate }, Shape::Bool);
                Some(())
            }
            Place::Constant(Value::Number(_)) => Some(()),
            Place::Constant(_) | Place::Register(..) | Place::NoValue | Place::Outside => None,
        }
    }

    fn finished(mut self, end: usize) -> PlannedCode {
        for (field, (register, shape)) in &self.facts {
            let (field, register, shape) = (*field, *register, *shape);
            self.planned.facts.push(FactRegister { field, register, shape });
        }
        let mut lists: BTreeMap<EntityId, BTreeSet<FieldId>> = BTreeMap::new();
        let mut others = BTreeSet::new();
        for op in self.code.ops.get(..end).unwrap_or_default() {
            match op {
                Op::Fact(field) | Op::SharedFact { field, .. }
                    if !self.facts.contains_key(field) =>
                {
                    others.insert(*field);
                }
                Op::FoldList { list, .. } => {
                    lists.entry(*list).or_default();
                }
                Op::ItemFact { field, .. } => {
                    if let Some(def) = self.program.schema.field(*field) {
                        lists.entry(def.entity).or_default().insert(*field);
                    }
                }
                _ => {}
            }
        }
        self.planned.others = others.into_iter().collect();
        self.planned.items =
            lists.into_iter().map(|(list, facts)| (list, facts.into_iter().collect())).collect();
        self.planned
    }
}

/// Lists the texts that a code compares with, sorted.
fn texts(program: &Program, code: &Code) -> Vec<Arc<str>> {
    let mut texts = BTreeSet::new();
    take_texts(program, code, &mut texts);
    texts.into_iter().collect()
}

/// Adds the texts that a code compares with.
pub(crate) fn take_texts(program: &Program, code: &Code, texts: &mut BTreeSet<Arc<str>>) {
    let mut take = |value: &Value| {
        if let Value::Text(text) = value {
            texts.insert(Arc::clone(text));
        }
    };
    for op in &code.ops {
        match op {
            Op::Constant(value) => take(value),
            Op::Table(id, _) => {
                let rows = program.tables.get(id.0 as usize).map_or(&[][..], |table| &table.rows);
                for row in rows {
                    for cell in &row.cells {
                        let Cell::OneOf(ranges) = cell else { continue };
                        let ends = ranges.iter().flat_map(|range| [&range.low, &range.high]);
                        ends.flatten().for_each(|bound| take(&bound.value));
                    }
                    if let RowResult::Value(value) = &row.result {
                        take(value);
                    }
                }
            }
            _ => {}
        }
    }
}
