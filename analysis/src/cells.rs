//! Cells: the domains of what code compares, cut at the constants it is compared with.
//!
//! A variable is a slot (a fact, or a quantity derived from facts such as an age) that the code
//! compares with constants, directly or through a table. Between two constants nothing changes, so a
//! finite number of cells says everything that comparisons can say. Quantities are taken one by one:
//! what relates two of them is kept only as far as intervals carry it.

use engine::{
    Absence, Arithmetic, Calendar, Cell, Code, Date, Domain, Exact, Excluded, Exploration,
    Explored, Fold, Interval, Op, Period, Program, Reach, RowResult, Slot, Type, Value, Values,
    Variable, Visit,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// How many cells are entered at most.
const MAX_CELLS: usize = 50_000;
/// How many operations are walked at most, over all cells.
const MAX_STEPS: usize = 2_000_000;
/// Beyond this many constants, a quantity is not cut.
const MAX_CONSTANTS: usize = 64;

/// Which facts are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Facts {
    /// All, known or not.
    Any,
    /// Known ones.
    Known,
    /// All, those that are known and those that are not in cells of their own.
    Apart,
}

/// Code with its variables, for some slots.
pub(crate) struct Space<'c> {
    program: &'c Program,
    pub(crate) code: &'c Code,
    pub(crate) period: Period,
    pub(crate) needed: Vec<bool>,
    pub(crate) variables: Vec<Variable>,
}

impl<'c> Space<'c> {
    /// Cuts the domains of what some slots depend on.
    pub(crate) fn new(
        program: &'c Program,
        code: &'c Code,
        period: Period,
        targets: &[Slot],
        facts: Facts,
    ) -> Self {
        let needed = cone(code, targets);
        let mut space = Self { program, code, period, needed, variables: Vec::new() };
        let mut base = Vec::new();
        space.each(&mut |_, reach| {
            base = reach.to_vec();
            ControlFlow::Continue(())
        });
        let (by_slot, held) = (BTreeMap::new(), BTreeMap::new());
        let mut cuts = Cuts { program, code, period, base: &base, by_slot, held };
        cuts.read(&space.needed);
        space.variables = cuts.variables(&space.needed, facts);
        space
    }

    /// Visits every cell that is not empty.
    pub(crate) fn each(&self, visit: Visit<'_>) -> Explored {
        let walked = self.needed.iter().filter(|needed| **needed).count().max(1);
        let exploration = Exploration {
            code: self.code,
            period: self.period,
            needed: &self.needed,
            variables: &self.variables,
            limit: MAX_CELLS.min(MAX_STEPS / walked),
        };
        engine::explore(self.program, exploration, visit)
    }
}

/// Marks the operations that some slots depend on, bodies of folds included.
pub fn cone(code: &Code, targets: &[Slot]) -> Vec<bool> {
    let mut needed = vec![false; code.ops.len()];
    let mut waiting: Vec<usize> = targets.iter().map(|slot| slot.0 as usize).collect();
    while let Some(at) = waiting.pop() {
        let (Some(mark), Some(op)) = (needed.get_mut(at), code.ops.get(at)) else { continue };
        if std::mem::replace(mark, true) {
            continue;
        }
        op.each_operand(&mut |slot| waiting.push(slot.0 as usize));
        waiting.extend(at + 1..at + 1 + op.body());
    }
    needed
}

/// Tells whether two cones meet in something that is not a constant.
pub(crate) fn share_a_source(code: &Code, a: &[bool], b: &[bool]) -> bool {
    code.ops.iter().zip(a.iter().zip(b)).any(|(op, (a, b))| *a && *b && is_source(op))
}

fn is_source(op: &Op) -> bool {
    match op {
        Op::EvaluationDate
        | Op::Fact(_)
        | Op::SharedFact { .. }
        | Op::ItemFact { .. }
        | Op::FoldList { .. }
        | Op::Rank { .. }
        | Op::FoldPool { .. }
        | Op::GridTotal(_) => true,
        Op::Table(_, inputs) => inputs.is_empty(),
        Op::Constant(_)
        | Op::NoValue
        | Op::Arithmetic(..)
        | Op::Round(..)
        | Op::Calendar(..)
        | Op::Compare(..)
        | Op::And(..)
        | Op::Or(..)
        | Op::Not(_)
        | Op::IsKnown(_)
        | Op::Select(..)
        | Op::Call(..) => false,
    }
}

/// The constants that one slot is compared with.
#[derive(Clone, Debug, Default)]
struct Constants {
    numbers: BTreeSet<Exact>,
    days: BTreeSet<Date>,
    values: BTreeSet<u32>,
    texts: BTreeSet<Arc<str>>,
    /// A truth of which nothing more is known.
    truth: bool,
    /// Asked by « renseigné ».
    presence: bool,
    /// Compared with something that is no constant.
    opaque: bool,
    enumeration: Option<engine::EnumId>,
}

impl Constants {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Bool(_) => {}
            Value::Number(number) => {
                self.numbers.insert(*number);
            }
            Value::Date(day) => {
                self.days.insert(*day);
            }
            Value::Enum(value) => {
                self.values.insert(*value);
            }
            Value::Text(text) => {
                self.texts.insert(Arc::clone(text));
            }
        }
    }
}

struct Cuts<'c> {
    program: &'c Program,
    code: &'c Code,
    period: Period,
    base: &'c [Reach],
    by_slot: BTreeMap<usize, Constants>,
    /// What slots can hold, for those that hold constants and nothing else.
    held: BTreeMap<usize, Vec<Value>>,
}

impl Cuts<'_> {
    fn read(&mut self, needed: &[bool]) {
        let mut body_end = 0;
        for (at, op) in self.code.ops.iter().enumerate() {
            if needed.get(at) != Some(&true) {
                continue;
            }
            let inside = at < body_end;
            if !inside {
                body_end = at + 1 + op.body();
            }
            self.read_op(at, op);
            if let Some(held) = self.constants_of(at, op) {
                self.held.insert(at, held);
            }
            if !inside && self.is_open_truth(op) {
                self.by_slot.entry(at).or_default().truth = true;
            }
        }
    }

    fn read_op(&mut self, at: usize, op: &Op) {
        match op {
            Op::Compare(_, a, b) => {
                let (of_a, of_b) = (self.constants(*a), self.constants(*b));
                if of_a.is_none() && of_b.is_none() {
                    self.by_slot.entry(at).or_default().truth = true;
                    self.slot(*a).opaque = true;
                    self.slot(*b).opaque = true;
                }
                self.add_all(*a, &of_b.unwrap_or_default());
                self.add_all(*b, &of_a.unwrap_or_default());
            }
            Op::Arithmetic(Arithmetic::Minimum | Arithmetic::Maximum, a, b) => {
                let (of_a, of_b) = (self.constants(*a), self.constants(*b));
                self.add_all(*a, &of_b.unwrap_or_default());
                self.add_all(*b, &of_a.unwrap_or_default());
            }
            Op::Table(id, inputs) => {
                let Some(table) = self.program.tables.get(id.0 as usize) else { return };
                for (column, slot) in inputs.iter().enumerate() {
                    let constants = self.by_slot.entry(slot.0 as usize).or_default();
                    if let Some(Type::Enum(id)) = table.inputs.get(column) {
                        constants.enumeration = Some(*id);
                    }
                    for row in &table.rows {
                        let Some(Cell::OneOf(ranges)) = row.cells.get(column) else { continue };
                        for range in ranges {
                            for bound in range.low.iter().chain(&range.high) {
                                constants.add(&bound.value);
                            }
                        }
                    }
                }
            }
            Op::IsKnown(a) => self.slot(*a).presence = true,
            Op::Fact(field) | Op::SharedFact { field, .. } => {
                let ty = self.program.schema.field(*field).map(|def| def.ty);
                if let Some(Type::Enum(id)) = ty {
                    self.by_slot.entry(at).or_default().enumeration = Some(id);
                }
            }
            Op::Constant(_)
            | Op::NoValue
            | Op::EvaluationDate
            | Op::ItemFact { .. }
            | Op::Arithmetic(..)
            | Op::Round(..)
            | Op::Calendar(..)
            | Op::And(..)
            | Op::Or(..)
            | Op::Not(_)
            | Op::Select(..)
            | Op::Call(..)
            | Op::FoldList { .. }
            | Op::Rank { .. }
            | Op::FoldPool { .. }
            | Op::GridTotal(_) => {}
        }
    }

    fn is_open_truth(&self, op: &Op) -> bool {
        let schema = &self.program.schema;
        match op {
            Op::Fact(field) | Op::SharedFact { field, .. } => {
                schema.field(*field).is_some_and(|def| def.ty == Type::Bool)
            }
            Op::FoldList { fold, .. } | Op::FoldPool { fold, .. } => match fold {
                Fold::Exists | Fold::All => true,
                Fold::Count | Fold::Sum | Fold::Minimum | Fold::Maximum => false,
            },
            Op::Call(id, _) => {
                let def = self.program.functions.get(id.0 as usize);
                def.is_some_and(|def| def.ty == Type::Bool)
            }
            Op::Constant(_)
            | Op::NoValue
            | Op::EvaluationDate
            | Op::ItemFact { .. }
            | Op::Arithmetic(..)
            | Op::Round(..)
            | Op::Calendar(..)
            | Op::Compare(..)
            | Op::And(..)
            | Op::Or(..)
            | Op::Not(_)
            | Op::IsKnown(_)
            | Op::Select(..)
            | Op::Table(..)
            | Op::Rank { .. }
            | Op::GridTotal(_) => false,
        }
    }

    fn slot(&mut self, slot: Slot) -> &mut Constants {
        self.by_slot.entry(slot.0 as usize).or_default()
    }

    fn add_all(&mut self, slot: Slot, values: &[Value]) {
        let constants = self.slot(slot);
        for value in values {
            constants.add(value);
        }
    }

    /// Returns the constants that a slot can hold, when it can hold nothing else.
    fn constants(&self, slot: Slot) -> Option<Vec<Value>> {
        self.held.get(&(slot.0 as usize)).cloned()
    }

    /// Reads the same of one operation, whose operands are read.
    fn constants_of(&self, at: usize, op: &Op) -> Option<Vec<Value>> {
        match op {
            Op::Constant(value) => Some(vec![value.clone()]),
            Op::NoValue => Some(Vec::new()),
            Op::Select(_, a, b) => {
                distinct(self.constants(*a)?.into_iter().chain(self.constants(*b)?))
            }
            Op::Table(id, _) => {
                let table = self.program.tables.get(id.0 as usize)?;
                let rows = table.rows.iter();
                let rows = rows.filter(|row| row.period.intersection(self.period).is_some());
                let results = rows.filter_map(|row| match &row.result {
                    RowResult::Value(value) => Some(Some(value.clone())),
                    RowResult::NoValue => None,
                    RowResult::Linear { .. } => Some(None),
                });
                distinct(results.collect::<Option<Vec<Value>>>()?)
            }
            _ => {
                let number = self.base.get(at)?.numbers()?.single()?;
                Some(vec![Value::Number(number)])
            }
        }
    }

    fn variables(&self, needed: &[bool], facts: Facts) -> Vec<Variable> {
        let mut variables = Vec::new();
        let none = Constants::default();
        let mut at = 0;
        while let Some(op) = self.code.ops.get(at) {
            let wanted = needed.get(at) == Some(&true) && !matches!(op, Op::Constant(_));
            if wanted {
                let constants = self.by_slot.get(&at).unwrap_or(&none);
                variables.extend(self.variable(at, op, constants, facts));
            }
            at += 1 + op.body();
        }
        variables
    }

    fn variable(
        &self,
        at: usize,
        op: &Op,
        constants: &Constants,
        facts: Facts,
    ) -> Option<Variable> {
        let known = facts == Facts::Known && is_fact(op);
        let mut cells = self.cells(at, constants);
        let told_apart = facts == Facts::Apart && (is_fact(op) || !cells.is_empty());
        let asked = constants.presence || told_apart;
        if cells.is_empty() {
            if !known && !asked {
                return None;
            }
            cells.push(Values::Any);
        }
        let absence = if known || asked { Absence::Never } else { Absence::Free };
        let mut domains: Vec<Domain> =
            cells.into_iter().map(|values| Domain { values, absence }).collect();
        if asked {
            domains.push(Domain { values: Values::Any, absence: Absence::Only });
        }
        let slot = Slot(u32::try_from(at).ok()?);
        Some(Variable { slot, domains })
    }

    fn cells(&self, at: usize, constants: &Constants) -> Vec<Values> {
        if constants.truth {
            return vec![Values::Bool(true), Values::Bool(false)];
        }
        if !constants.numbers.is_empty() && constants.numbers.len() <= MAX_CONSTANTS {
            let whole = self.base.get(at).and_then(|reach| reach.numbers());
            let mut cells =
                numbers(&constants.numbers, whole.is_some_and(|interval| interval.whole));
            if let Some(Op::Calendar(Calendar::CompletedYears, ..)) = self.code.ops.get(at) {
                cells.retain(holds_whole_years);
            }
            return cells;
        }
        if !constants.days.is_empty() && constants.days.len() <= MAX_CONSTANTS {
            return days(&constants.days);
        }
        if let (false, Some(id)) = (constants.values.is_empty(), constants.enumeration) {
            let count = self.program.schema.enumeration(id).map_or(0, |def| def.values.len());
            let count = u32::try_from(count).unwrap_or(0);
            let rest: Vec<u32> =
                (0..count).filter(|value| !constants.values.contains(value)).collect();
            let mut cells: Vec<Values> =
                constants.values.iter().map(|value| Values::Enum(vec![*value])).collect();
            if !rest.is_empty() {
                cells.push(Values::Enum(rest));
            }
            return cells;
        }
        let texts = &constants.texts;
        if !texts.is_empty() && texts.len() <= MAX_CONSTANTS && !constants.opaque {
            return text_cells(texts);
        }
        Vec::new()
    }
}

/// Each value once, unless they are too many to cut at.
fn distinct(values: impl IntoIterator<Item = Value>) -> Option<Vec<Value>> {
    let mut all: Vec<Value> = Vec::new();
    for value in values {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    (all.len() <= MAX_CONSTANTS).then_some(all)
}

/// Tells whether an operation reads facts, so that it is known once they are.
fn is_fact(op: &Op) -> bool {
    match op {
        Op::Fact(_) | Op::SharedFact { .. } => true,
        Op::FoldList { fold, .. } => match fold {
            Fold::Count | Fold::Exists | Fold::All | Fold::Sum => true,
            Fold::Minimum | Fold::Maximum => false,
        },
        Op::Constant(_)
        | Op::NoValue
        | Op::EvaluationDate
        | Op::ItemFact { .. }
        | Op::Arithmetic(..)
        | Op::Round(..)
        | Op::Calendar(..)
        | Op::Compare(..)
        | Op::And(..)
        | Op::Or(..)
        | Op::Not(_)
        | Op::IsKnown(_)
        | Op::Select(..)
        | Op::Table(..)
        | Op::Call(..)
        | Op::Rank { .. }
        | Op::FoldPool { .. }
        | Op::GridTotal(_) => false,
    }
}

/// Tells whether numbers of months hold a whole number of years.
fn holds_whole_years(cell: &Values) -> bool {
    let Values::Numbers(interval) = cell else { return true };
    let year = Exact::whole(12);
    let first = interval.low.and_then(|low| low.round(engine::Rounding::Up, year).ok());
    let Some(first) = first else { return true };
    let next = first.add(year).unwrap_or(first);
    interval.contains(first) || interval.contains(next)
}

/// The points, and what lies between them.
fn numbers(points: &BTreeSet<Exact>, whole: bool) -> Vec<Values> {
    let mut cells = Vec::new();
    let between = |low: Option<Exact>, high: Option<Exact>| {
        let excluded = Excluded { low: low.is_some(), high: high.is_some() };
        Values::Numbers(Interval { low, high, whole, excluded })
    };
    let mut before = None;
    for point in points {
        cells.push(between(before, Some(*point)));
        cells.push(Values::Numbers(Interval::only(*point)));
        before = Some(*point);
    }
    cells.push(between(before, None));
    cells
}

fn days(points: &BTreeSet<Date>) -> Vec<Values> {
    let mut cells = Vec::new();
    let mut from = None;
    for point in points {
        let before = Period { from, to: Some(point.yesterday()) };
        if before.from <= before.to {
            cells.push(Values::Days(before));
        }
        cells.push(Values::Days(Period { from: Some(*point), to: Some(*point) }));
        from = Some(point.tomorrow());
    }
    cells.push(Values::Days(Period { from, to: None }));
    cells
}

/// Each text, and one that stands for all those between two of them.
fn text_cells(points: &BTreeSet<Arc<str>>) -> Vec<Values> {
    let mut cells = vec![Values::Text(Arc::from(""))];
    for point in points {
        if !point.is_empty() {
            cells.push(Values::Text(Arc::clone(point)));
        }
        cells.push(Values::Text(Arc::from(format!("{point}\u{1}"))));
    }
    cells
}
