//! Where code compares a quantity with a value, and on which side each place puts this value.

use crate::cells::cone;
use crate::equal;
use crate::points::{days_of, slots};
use engine::{
    Calendar, Cell, CellRange, Code, Comparison, Criterion, Exact, Fold, NumberForm, Op, Period,
    Program, RowResult, Slot, TableId, Type, Unit, Value,
};
use source::Span;
use std::collections::HashMap;

/// The side on which a value is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// With what is smaller.
    Below,
    /// With what is greater.
    Above,
}

impl Side {
    /// Says it in French.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Below => "au-dessous",
            Self::Above => "au-dessus",
        }
    }
}

/// What puts a value on a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum By {
    /// The operation of that slot.
    Comparison { slot: Slot, comparison: Comparison },
    /// The rows of a table, by one of its inputs.
    Column { table: usize, input: usize },
}

/// A place that puts a value on a side.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) by: By,
    pub(super) side: Side,
    pub(super) span: Span,
    /// When it is read.
    days: Vec<Period>,
}

/// A value of a quantity, with the places that compare one with the other.
#[derive(Clone, Debug)]
pub(super) struct Boundary {
    /// One slot that computes the quantity.
    pub(super) quantity: Slot,
    pub(super) value: Value,
    /// The quantity's type, when it is known.
    pub(super) ty: Option<Type>,
    pub(super) sites: Vec<Site>,
}

impl Boundary {
    /// The first two sites that disagree on a day.
    pub(super) fn pair(&self) -> Option<(&Site, &Site)> {
        let together = |a: &Site, b: &Site| {
            a.days.iter().any(|one| b.days.iter().any(|other| one.intersection(*other).is_some()))
        };
        self.sites.iter().enumerate().find_map(|(at, second)| {
            let before = self.sites.get(..at)?.iter();
            let mut disagreeing = before.filter(|first| first.side != second.side);
            Some((disagreeing.find(|first| together(first, second))?, second))
        })
    }
}

/// What is read, and when.
#[derive(Clone, Copy)]
pub(super) struct Read<'c> {
    pub(super) program: &'c Program,
    pub(super) code: &'c Code,
    pub(super) days: Period,
}

/// Lists the boundaries of what criteria read, in order of slots.
pub(super) fn read(read: Read<'_>, criteria: &[&Criterion]) -> Vec<Boundary> {
    let types = types(criteria);
    let mut found = Found {
        read,
        types,
        quantities: equal::numbers(read.code),
        known: HashMap::new(),
        boundaries: Vec::new(),
    };
    for criterion in criteria {
        if let Some(days) = days_of(read.days, criterion) {
            found.criterion(criterion, days);
        }
    }
    for boundary in &mut found.boundaries {
        drop_undecided_tables(read.program, boundary);
    }
    found.boundaries
}

/// The types of the quantities that criteria show.
fn types(criteria: &[&Criterion]) -> HashMap<Slot, Type> {
    let shown = criteria.iter().flat_map(|criterion| &criterion.quantities);
    shown.map(|quantity| (quantity.slot, quantity.ty)).collect()
}

struct Found<'c> {
    read: Read<'c>,
    types: HashMap<Slot, Type>,
    /// Slots of one number compute the same.
    quantities: Vec<u32>,
    known: HashMap<(u32, Value), usize>,
    boundaries: Vec<Boundary>,
}

/// A comparison of a slot with a value.
struct Bound {
    quantity: Slot,
    value: Value,
    side: Side,
    by: By,
    span: Span,
    days: Period,
}

impl Found<'_> {
    fn criterion(&mut self, criterion: &Criterion, days: Period) {
        let code = self.read.code;
        let needed = cone(code, &slots(criterion));
        let ops = (0..).map(Slot).zip(&code.ops).zip(&code.spans).zip(needed);
        for (((slot, op), span), _) in ops.filter(|(_, needed)| *needed) {
            match op {
                Op::Compare(comparison, a, b) => {
                    let by = By::Comparison { slot, comparison: *comparison };
                    self.compared(*comparison, (*a, *b), by, *span, days);
                    self.compared(comparison.mirrored(), (*b, *a), by, *span, days);
                }
                Op::Table(id, inputs) if !inputs.is_empty() => self.table(*id, inputs, days),
                _ => {}
            }
        }
    }

    fn compared(
        &mut self,
        comparison: Comparison,
        (quantity, bound): (Slot, Slot),
        by: By,
        span: Span,
        days: Period,
    ) {
        let Some(side) = side(comparison) else { return };
        if !self.constants(quantity).is_empty() {
            return;
        }
        for (value, period) in self.constants(bound) {
            if let Some(days) = days.intersection(period) {
                self.add(Bound { quantity, value, side, by, span, days });
            }
        }
    }

    /// The values of a constant or of a parameter, with their days.
    fn constants(&self, slot: Slot) -> Vec<(Value, Period)> {
        match self.read.code.ops.get(slot.0 as usize) {
            Some(Op::Constant(value)) => vec![(value.clone(), Period::default())],
            Some(Op::Table(id, inputs)) if inputs.is_empty() => {
                let rows = self.read.program.tables.get(id.0 as usize).map(|table| &table.rows);
                let rows = rows.into_iter().flatten();
                let values = rows.filter_map(|row| match &row.result {
                    RowResult::Value(value) => Some((value.clone(), row.period)),
                    RowResult::Linear { .. } | RowResult::NoValue => None,
                });
                values.collect()
            }
            _ => Vec::new(),
        }
    }

    fn table(&mut self, id: TableId, inputs: &[Slot], days: Period) {
        let table = id.0 as usize;
        let Some(def) = self.read.program.tables.get(table) else { return };
        for row in &def.rows {
            let Some(days) = days.intersection(row.period) else { continue };
            for (input, (slot, cell)) in inputs.iter().zip(&row.cells).enumerate() {
                if let Some(ty) = def.inputs.get(input) {
                    self.types.entry(*slot).or_insert(*ty);
                }
                for (value, side) in ends(cell) {
                    let by = By::Column { table, input };
                    self.add(Bound { quantity: *slot, value, side, by, span: row.span, days });
                }
            }
        }
    }

    fn add(&mut self, bound: Bound) {
        let Bound { quantity, value, side, by, span, days } = bound;
        let ty = self.ty(quantity, 0);
        let zero = value == Value::Number(Exact::ZERO);
        let Some(number) = self.quantities.get(quantity.0 as usize).copied() else { return };
        if zero || ty == Some(COUNT) || matches!(value, Value::Text(_)) {
            return;
        }
        let next = self.boundaries.len();
        let place = *self.known.entry((number, value.clone())).or_insert(next);
        if place == next {
            self.boundaries.push(Boundary { quantity, value, ty, sites: Vec::new() });
        }
        let Some(boundary) = self.boundaries.get_mut(place) else { return };
        boundary.ty = boundary.ty.or(ty);
        let same = |site: &&mut Site| site.by == by && site.side == side;
        match boundary.sites.iter_mut().find(same) {
            Some(site) => site.days.push(days),
            None => boundary.sites.push(Site { by, side, span, days: vec![days] }),
        }
    }

    /// The type of what a slot computes, as far as it shows.
    fn ty(&self, slot: Slot, depth: u32) -> Option<Type> {
        let program = self.read.program;
        if let Some(ty) = self.types.get(&slot) {
            return Some(*ty);
        }
        let field = |field| program.schema.field(field).map(|def| def.ty);
        match self.read.code.ops.get(slot.0 as usize)? {
            Op::Fact(id) | Op::SharedFact { field: id, .. } | Op::ItemFact { field: id, .. } => {
                field(*id)
            }
            Op::EvaluationDate => Some(Type::Date),
            Op::Calendar(calendar, ..) => Some(match calendar {
                Calendar::AddMonths
                | Calendar::SubtractMonths
                | Calendar::AddDays
                | Calendar::SubtractDays => Type::Date,
                Calendar::CompletedMonths | Calendar::CompletedYears => {
                    Type::Number(Unit::months(), NumberForm::Whole)
                }
                Calendar::DaysBetween => {
                    Type::Number(Unit::of(engine::Base::Day), NumberForm::Whole)
                }
            }),
            Op::Table(id, _) => program.tables.get(id.0 as usize).map(|table| table.ty),
            Op::Call(id, _) => program.functions.get(id.0 as usize).map(|def| def.ty),
            Op::Arithmetic(arithmetic, a, b) if depth < DEEPEST => {
                use engine::Arithmetic::{Add, Divide, Maximum, Minimum, Multiply, Subtract};
                let (a, b) = (self.ty(*a, depth + 1), self.ty(*b, depth + 1));
                match arithmetic {
                    Add | Subtract | Minimum | Maximum => a.or(b),
                    Multiply if a == Some(COUNT) && b == Some(COUNT) => Some(COUNT),
                    Multiply | Divide => None,
                }
            }
            Op::Round(_, a, _) | Op::Select(_, a, _) if depth < DEEPEST => self.ty(*a, depth + 1),
            Op::FoldList { fold, value, .. } | Op::FoldPool { fold, value, .. } => match fold {
                Fold::Count => Some(COUNT),
                Fold::Exists | Fold::All => Some(Type::Bool),
                Fold::Sum | Fold::Minimum | Fold::Maximum => self.ty((*value)?, depth + 1),
            },
            Op::Rank { .. } => Some(COUNT),
            Op::GridTotal(_) => Some(Type::Number(Unit::points(), NumberForm::Whole)),
            Op::Constant(_)
            | Op::NoValue
            | Op::Arithmetic(..)
            | Op::Round(..)
            | Op::Compare(..)
            | Op::And(..)
            | Op::Or(..)
            | Op::Not(_)
            | Op::IsKnown(_)
            | Op::Select(..) => None,
        }
    }
}

/// How deep the type of a quantity is looked for.
const DEEPEST: u32 = 16;
/// What goes by whole steps.
const COUNT: Type = Type::Number(Unit::NONE, NumberForm::Whole);

/// On which side « x comparison v » puts v.
fn side(comparison: Comparison) -> Option<Side> {
    match comparison {
        Comparison::Less | Comparison::GreaterOrEqual => Some(Side::Above),
        Comparison::LessOrEqual | Comparison::Greater => Some(Side::Below),
        Comparison::Equal | Comparison::NotEqual => None,
    }
}

/// The comparison that differs at the bound alone.
pub(super) fn other(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::LessOrEqual,
        Comparison::LessOrEqual => Comparison::Less,
        Comparison::Greater => Comparison::GreaterOrEqual,
        Comparison::GreaterOrEqual => Comparison::Greater,
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
    }
}

/// The ends of a cell's ranges with their sides; a single value has none.
fn ends(cell: &Cell) -> Vec<(Value, Side)> {
    let Cell::OneOf(ranges) = cell else { return Vec::new() };
    let is_single = |range: &&CellRange| match (&range.low, &range.high) {
        (Some(low), Some(high)) => low.value == high.value,
        (Some(_) | None, None) | (None, Some(_)) => false,
    };
    let ranges = ranges.iter().filter(|range| !is_single(range));
    let ends = ranges.flat_map(|range| {
        let low = range
            .low
            .iter()
            .map(|low| (low.value.clone(), if low.included { Side::Above } else { Side::Below }));
        let high = range.high.iter().map(|high| {
            (high.value.clone(), if high.included { Side::Below } else { Side::Above })
        });
        low.chain(high)
    });
    ends.collect()
}

/// Leaves out tables that put the value on both sides, where rows agree or the bound has a row of
/// its own, and those that slope up to it, where nothing changes.
fn drop_undecided_tables(program: &Program, boundary: &mut Boundary) {
    let sides: Vec<(By, Side)> = boundary.sites.iter().map(|site| (site.by, site.side)).collect();
    let value = boundary.value.clone();
    boundary.sites.retain(|site| {
        let By::Column { table, input } = site.by else { return true };
        let both = sides.iter().any(|(by, side)| *by == site.by && *side != site.side);
        !both && !slopes_to(program, table, input, &value)
    });
}

fn slopes_to(program: &Program, table: usize, column: usize, value: &Value) -> bool {
    let rows = program.tables.get(table).into_iter().flat_map(|table| &table.rows);
    rows.into_iter().any(|row| match &row.result {
        RowResult::Linear { input, across: (from, to), .. } => {
            let at = |end: &Exact| Value::Number(*end) == *value;
            *input as usize == column && (at(from) || at(to))
        }
        RowResult::Value(_) | RowResult::NoValue => false,
    })
}
