//! From planned code to nodes: each register of the plan is a node, or a quotient of two.
//!
//! A quotient keeps its denominator as it was written (`numerator / (base × times)`, the base a node that
//! must be positive), so that sums, comparisons and roundings over one base are those of whole numbers.

use super::inputs::{Input, Inputs};
use super::node::{Id, Nodes, Pieces};
use super::watched::Said;
use crate::plan::code::{Place, PlannedCode, Register, Shape, Step, Written};
use crate::plan::days;
use crate::plan::tables::{Along, Axis, NO_ROW, PlannedTable};
use crate::{Arithmetic, Comparison, Rounding, Value};

/// What a register of the plan is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Held {
    Node(Id),
    Ratio(Ratio),
}

/// `above / (base × times)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ratio {
    above: Id,
    /// Absent: 1.
    base: Option<Id>,
    times: i64,
}

/// A number as a count of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) node: Id,
    pub(super) parts: i64,
}

/// A kernel under construction.
pub(super) struct Building {
    pub(super) nodes: Nodes,
    pub(super) inputs: Inputs,
    /// Rows of which it is not so are marked.
    pub(super) required: Id,
    /// The packed day of evaluation.
    pub(super) today: i64,
}

impl Building {
    pub(super) fn new(inputs: Inputs, today: i64) -> Self {
        let mut nodes = Nodes::default();
        let required = nodes.truth(true);
        Self { nodes, inputs, required, today }
    }

    /// Marks rows where something matters and does not hold.
    pub(super) fn require(&mut self, matters: Id, holds: Id) {
        let idle = self.nodes.not(matters);
        let fine = self.nodes.or(idle, holds);
        self.required = self.nodes.and(self.required, fine);
    }

    pub(super) fn input(&mut self, input: Input) -> Id {
        let (place, range) = self.inputs.place(input);
        self.nodes.push(super::node::Op::Input(place), range)
    }

    /// Multiplies by a constant.
    pub(super) fn times(&mut self, a: Id, by: i64) -> Id {
        let by = self.nodes.set(by);
        self.nodes.multiply(a, by)
    }

    /// Brings two numbers to the same parts.
    pub(super) fn common(&mut self, a: Amount, b: Amount) -> Option<(Id, Id, i64)> {
        let parts =
            (a.parts / num_integer::Integer::gcd(&a.parts, &b.parts)).checked_mul(b.parts)?;
        let (a_by, b_by) = (parts / a.parts, parts / b.parts);
        Some((self.times(a.node, a_by), self.times(b.node, b_by), parts))
    }
}

/// One code under translation.
pub(super) struct Translation<'b> {
    pub(super) building: &'b mut Building,
    code: &'b PlannedCode,
    registers: Vec<Option<Held>>,
    /// Where what is being computed matters.
    matters: Id,
}

impl<'b> Translation<'b> {
    /// Translates every step. Absent: something has no node. `given` is what the comparison of
    /// candidates gives, by the index of its operation; the first rank where it is absent.
    pub(super) fn new(
        building: &'b mut Building,
        code: &'b PlannedCode,
        matters: Id,
        given: &dyn Fn(u32) -> Option<Input>,
    ) -> Option<Self> {
        if code.compares_texts {
            return None;
        }
        let registers = vec![None; code.registers as usize + 1];
        let mut own = Self { building, code, registers, matters };
        for fact in &code.facts {
            let node = own.building.input(Input::Fact(fact.field));
            own.set(fact.register, Held::Node(node));
        }
        for one in &code.given {
            let node = match given(one.at) {
                Some(input) => own.building.input(input),
                None => own.building.nodes.set(1),
            };
            own.set(one.register, Held::Node(node));
        }
        if !code.totals.is_empty() {
            return None;
        }
        for written in &code.steps {
            own.step(*written)?;
        }
        Some(own)
    }

    /// Where the code's values matter once it is walked: behind its gate.
    pub(super) fn matters(&self) -> Id {
        self.matters
    }

    /// Says that values matter only where a truth holds.
    pub(super) fn narrow(&mut self, to: Id) {
        self.matters = self.building.nodes.and(self.matters, to);
    }

    fn set(&mut self, register: Register, held: Held) {
        if let Some(place) = self.registers.get_mut(register as usize) {
            *place = Some(held);
        }
    }

    fn node(&self, register: Register) -> Option<Id> {
        match self.registers.get(register as usize)? {
            Some(Held::Node(id)) => Some(*id),
            Some(Held::Ratio(_)) | None => None,
        }
    }

    fn ratio(&self, register: Register) -> Option<Ratio> {
        match self.registers.get(register as usize)? {
            Some(Held::Ratio(ratio)) => Some(*ratio),
            Some(Held::Node(_)) | None => None,
        }
    }

    fn step(&mut self, written: Written) -> Option<()> {
        let held = match written.step {
            Step::Require { a, truth } => {
                let a = self.node(a)?;
                let holds = if truth { a } else { self.building.nodes.not(a) };
                self.building.require(self.matters, holds);
                return Some(());
            }
            Step::Close { gate } => {
                let gate = self.node(gate)?;
                let open = self.building.nodes.at_least(gate, 1);
                self.matters = self.building.nodes.and(self.matters, open);
                return Some(());
            }
            Step::Fold { .. } => return None,
            Step::Table { table } => self.table(table)?,
            Step::Ratio { .. } | Step::RatioArithmetic(..) | Step::SelectRatio { .. } => {
                Held::Ratio(self.quotient(written.step)?)
            }
            step => Held::Node(self.plain(step)?),
        };
        self.set(written.out, held);
        Some(())
    }

    fn plain(&mut self, step: Step) -> Option<Id> {
        let nodes = &mut self.building.nodes;
        Some(match step {
            Step::Set(value) => nodes.set(value),
            Step::Today => {
                let today = self.building.today;
                self.building.nodes.set(today)
            }
            Step::Scale { a, by } => {
                let a = self.node(a)?;
                self.building.times(a, by)
            }
            Step::Arithmetic(operator, a, b) => {
                let (a, b) = (self.node(a)?, self.node(b)?);
                self.arithmetic(operator, a, b)?
            }
            Step::Round { mode, a, times, by, step } => {
                let above = self.node(a)?;
                let ratio = Ratio { above, base: None, times: 1 };
                self.rounded(mode, ratio, (times, by), step)?
            }
            Step::RoundRatio { mode, a, times, by, step } => {
                let ratio = self.ratio(a)?;
                self.rounded(mode, ratio, (times, by), step)?
            }
            Step::Whole { a, parts } => {
                let a = self.node(a)?;
                let below = self.building.nodes.set(parts);
                let whole = self.building.nodes.quotient(Rounding::Down, a, below);
                let again = self.building.times(whole, parts);
                let exact = self.building.nodes.same(again, a);
                self.building.require(self.matters, exact);
                whole
            }
            Step::Calendar(operator, a, b) => {
                let (a, b) = (self.node(a)?, self.node(b)?);
                if let (false, Some(day), Some(by)) = (
                    days::counts(operator),
                    self.building.nodes.constant(a),
                    self.building.nodes.constant(b),
                ) {
                    let moved = days::moved(operator, day, by)?;
                    return Some(self.building.nodes.set(moved));
                }
                self.building.nodes.calendar(operator, a, b)
            }
            Step::Compare(comparison, a, b) => {
                let (a, b) = (self.node(a)?, self.node(b)?);
                compared(&mut self.building.nodes, comparison, a, b)
            }
            Step::CompareTo(comparison, a, to) => {
                let (a, to) = (self.node(a)?, self.building.nodes.set(to));
                compared(&mut self.building.nodes, comparison, a, to)
            }
            Step::CompareRatio(comparison, a, b) => {
                let (a, b) = (self.ratio(a)?, self.ratio(b)?);
                let (a, b, _, _) = self.over_one(a, b)?;
                compared(&mut self.building.nodes, comparison, a, b)
            }
            Step::And(a, b) => {
                let (a, b) = (self.node(a)?, self.node(b)?);
                self.building.nodes.and(a, b)
            }
            Step::Or(a, b) => {
                let (a, b) = (self.node(a)?, self.node(b)?);
                self.building.nodes.or(a, b)
            }
            Step::Not(a) => {
                let a = self.node(a)?;
                self.building.nodes.not(a)
            }
            Step::Select { condition, a, b } => {
                let (condition, a, b) = (self.node(condition)?, self.node(a)?, self.node(b)?);
                self.building.nodes.select(condition, a, b)
            }
            Step::Ratio { .. }
            | Step::RatioArithmetic(..)
            | Step::SelectRatio { .. }
            | Step::Require { .. }
            | Step::Close { .. }
            | Step::Table { .. }
            | Step::Fold { .. } => return None,
        })
    }

    fn arithmetic(&mut self, operator: Arithmetic, a: Id, b: Id) -> Option<Id> {
        let nodes = &mut self.building.nodes;
        match operator {
            Arithmetic::Add => Some(nodes.add(a, b)),
            Arithmetic::Subtract => Some(nodes.subtract(a, b)),
            Arithmetic::Multiply => Some(nodes.multiply(a, b)),
            Arithmetic::Minimum => Some(nodes.minimum(a, b)),
            Arithmetic::Maximum => Some(nodes.maximum(a, b)),
            Arithmetic::Divide => None,
        }
    }

    /// Makes a quotient of two numbers; a denominator that is not positive marks the row.
    fn divided(&mut self, above: Id, below: Id, times: i64) -> Option<Ratio> {
        match self.building.nodes.constant(below) {
            Some(0) => None,
            Some(value) if value > 0 => {
                Some(Ratio { above, base: None, times: times.checked_mul(value)? })
            }
            Some(value) => {
                let above = self.building.times(above, -1);
                let times = times.checked_mul(value.checked_neg()?)?;
                Some(Ratio { above, base: None, times })
            }
            None => {
                let positive = self.building.nodes.at_least(below, 1);
                self.building.require(self.matters, positive);
                Some(Ratio { above, base: Some(below), times })
            }
        }
    }

    fn quotient(&mut self, step: Step) -> Option<Ratio> {
        match step {
            Step::Ratio { a, a_times, b, b_times } => {
                let (a, b) = (self.node(a)?, self.node(b)?);
                let above = self.building.times(a, a_times);
                self.divided(above, b, b_times)
            }
            Step::RatioArithmetic(operator, a, b) => {
                let (a, b) = (self.ratio(a)?, self.ratio(b)?);
                self.ratio_arithmetic(operator, a, b)
            }
            Step::SelectRatio { condition, a, b } => {
                let (condition, a, b) = (self.node(condition)?, self.ratio(a)?, self.ratio(b)?);
                let (a, b, base, times) = self.over_one(a, b)?;
                let above = self.building.nodes.select(condition, a, b);
                Some(Ratio { above, base, times })
            }
            _ => None,
        }
    }

    fn ratio_arithmetic(&mut self, operator: Arithmetic, a: Ratio, b: Ratio) -> Option<Ratio> {
        match operator {
            Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Minimum | Arithmetic::Maximum => {
                let (a, b, base, times) = self.over_one(a, b)?;
                let above = self.arithmetic(operator, a, b)?;
                Some(Ratio { above, base, times })
            }
            Arithmetic::Multiply => {
                let above = self.building.nodes.multiply(a.above, b.above);
                let base = self.product(a.base, b.base);
                Some(Ratio { above, base, times: a.times.checked_mul(b.times)? })
            }
            Arithmetic::Divide => {
                // (x / (B × s)) / (y / (C × t)) = x × C × t / (B × s × y).
                let above = self.building.times(a.above, b.times);
                let above = match b.base {
                    Some(base) => self.building.nodes.multiply(above, base),
                    None => above,
                };
                let inner = self.divided(above, b.above, a.times)?;
                let base = self.product(a.base, inner.base);
                Some(Ratio { base, ..inner })
            }
        }
    }

    fn product(&mut self, a: Option<Id>, b: Option<Id>) -> Option<Id> {
        match (a, b) {
            (Some(a), Some(b)) => Some(self.building.nodes.multiply(a, b)),
            (a, b) => a.or(b),
        }
    }

    /// Brings two quotients over one denominator.
    fn over_one(&mut self, a: Ratio, b: Ratio) -> Option<(Id, Id, Option<Id>, i64)> {
        let common = num_integer::Integer::gcd(&a.times, &b.times);
        let times = (a.times / common).checked_mul(b.times)?;
        let mut above = self.building.times(a.above, times / a.times);
        let mut other = self.building.times(b.above, times / b.times);
        let nodes = &mut self.building.nodes;
        let base = match (a.base, b.base) {
            (a, b) if a == b => a,
            (Some(a), Some(b)) => {
                above = nodes.multiply(above, b);
                other = nodes.multiply(other, a);
                Some(nodes.multiply(a, b))
            }
            (Some(base), None) => {
                other = nodes.multiply(other, base);
                Some(base)
            }
            (None, base) => {
                if let Some(base) = base {
                    above = nodes.multiply(above, base);
                }
                base
            }
        };
        Some((above, other, base, times))
    }

    /// Rounds `a × times / by`, and counts steps.
    fn rounded(
        &mut self,
        mode: Rounding,
        a: Ratio,
        (times, by): (i64, i64),
        step: i64,
    ) -> Option<Id> {
        let below = a.times.checked_mul(by)?;
        let common = num_integer::Integer::gcd(&times, &below);
        let above = self.building.times(a.above, times / common);
        let below = match a.base {
            None => self.building.nodes.set(below / common),
            Some(base) => self.building.times(base, below / common),
        };
        let count = self.building.nodes.quotient(mode, above, below);
        Some(self.building.times(count, step))
    }

    fn table(&mut self, table: u32) -> Option<Held> {
        let code = self.code;
        let table = code.tables.get(table as usize)?;
        if let ([Axis::Whole { input, cuts }], None) = (table.axes.as_slice(), table.along) {
            let input = self.node(*input)?;
            let (values, holds) = by_row(table, |line| line.at);
            if let Some(holds) = holds {
                let cuts = cuts.clone();
                let holds = self.building.nodes.by_piece(input, Pieces::new(cuts, holds));
                self.building.require(self.matters, holds);
            }
            let cuts = cuts.clone();
            return Some(Held::Node(
                self.building.nodes.by_piece(input, Pieces::new(cuts, values)),
            ));
        }
        let mut place = self.building.nodes.set(0);
        for axis in &table.axes {
            let piece = self.piece(axis)?;
            place = self.building.times(place, i64::try_from(axis.pieces()).ok()?);
            place = self.building.nodes.add(place, piece);
        }
        let (at, holds) = by_row(table, |line| line.at);
        if let Some(holds) = holds {
            let holds = self.building.nodes.lookup(place, holds);
            self.building.require(self.matters, holds);
        }
        let at = self.building.nodes.lookup(place, at);
        let Some(along) = table.along else { return Some(Held::Node(at)) };
        let slope = self.building.nodes.lookup(place, by_row(table, |line| line.slope).0);
        self.along(along, slope, at)
    }

    /// Computes `slope × input + at`.
    fn along(&mut self, along: Along, slope: Id, at: Id) -> Option<Held> {
        match along {
            Along::Whole(input) => {
                let input = self.node(input)?;
                let risen = self.building.nodes.multiply(slope, input);
                Some(Held::Node(self.building.nodes.add(risen, at)))
            }
            Along::Ratio(input, parts) => {
                let Ratio { above, base, times } = self.ratio(input)?;
                let risen = self.building.nodes.multiply(slope, above);
                let mut level = self.building.times(at, times);
                if let Some(base) = base {
                    level = self.building.nodes.multiply(level, base);
                }
                let above = self.building.nodes.add(risen, level);
                let times = times.checked_mul(parts)?;
                Some(Held::Ratio(Ratio { above, base, times }))
            }
        }
    }

    fn piece(&mut self, axis: &Axis) -> Option<Id> {
        match axis {
            Axis::Whole { input, cuts } => {
                let input = self.node(*input)?;
                Some(self.building.nodes.piece(input, cuts))
            }
            Axis::Ratio { input, bounds } => {
                let input = self.ratio(*input)?;
                let mut piece = self.building.nodes.set(0);
                for (above, below) in bounds {
                    let above = self.building.nodes.set(*above);
                    let bound = Ratio { above, base: None, times: *below };
                    let (a, b, _, _) = self.over_one(input, bound)?;
                    let nodes = &mut self.building.nodes;
                    let beyond = nodes.less(b, a);
                    let under = nodes.less(a, b);
                    let reached = nodes.not(under);
                    let both = nodes.add(beyond, reached);
                    piece = nodes.add(piece, both);
                }
                Some(piece)
            }
        }
    }

    /// Tells what each slot is, by what its place holds.
    pub(super) fn said(&self, places: &[Place]) -> Vec<Said<Id>> {
        let said = places.iter().map(|place| match place {
            Place::Constant(value) => Said::Constant(value.clone()),
            Place::NoValue => Said::NoValue,
            Place::Register(_, Shape::Text) | Place::Outside => Said::Not,
            Place::Register(register, shape) => match self.registers.get(*register as usize) {
                Some(Some(Held::Node(id))) => Said::Held(*id, *shape),
                Some(Some(Held::Ratio(Ratio { above, base, times }))) => {
                    Said::Ratio { above: *above, base: *base, times: *times }
                }
                Some(None) | None => Said::Not,
            },
        });
        said.collect()
    }

    /// Reads the node of a place, with its shape. Absent: it is no node.
    pub(super) fn read(&mut self, place: &Place) -> Option<(Id, Shape)> {
        match place {
            Place::Register(register, shape) => Some((self.node(*register)?, *shape)),
            Place::Constant(Value::Bool(truth)) => {
                Some((self.building.nodes.truth(*truth), Shape::Bool))
            }
            Place::Constant(Value::Number(number)) => {
                let parts = i64::try_from(number.denominator()).ok()?;
                let above = i64::try_from(number.numerator()).ok()?;
                Some((self.building.nodes.set(above), Shape::Number(parts)))
            }
            Place::Constant(Value::Date(day)) => {
                Some((self.building.nodes.set(days::packed(*day)?), Shape::Date))
            }
            Place::Constant(Value::Enum(value)) => {
                Some((self.building.nodes.set(i64::from(*value)), Shape::Enum))
            }
            Place::Constant(Value::Text(text)) => {
                let place = crate::plan::facts::place_of(text, &self.code.texts);
                Some((self.building.nodes.set(place), Shape::Text))
            }
            Place::NoValue | Place::Outside => None,
        }
    }
}

/// Lists the value of the row of each place, and whether it has one, when some have none.
fn by_row(
    table: &PlannedTable,
    value: impl Fn(&crate::plan::tables::Line) -> i64,
) -> (Vec<i64>, Option<Vec<i64>>) {
    let line = |row: &u32| table.results.get(*row as usize).filter(|_| *row != NO_ROW);
    let values = table.rows.iter().map(|row| line(row).map_or(0, &value)).collect();
    let holds = table.rows.iter().map(|row| i64::from(line(row).is_some()));
    let holds: Vec<i64> = holds.collect();
    let some_have_none = holds.contains(&0);
    (values, some_have_none.then_some(holds))
}

/// Compares two nodes.
pub(super) fn compared(nodes: &mut Nodes, comparison: Comparison, a: Id, b: Id) -> Id {
    match comparison {
        Comparison::Equal => nodes.same(a, b),
        Comparison::NotEqual => {
            let same = nodes.same(a, b);
            nodes.not(same)
        }
        Comparison::Less => nodes.less(a, b),
        Comparison::GreaterOrEqual => {
            let less = nodes.less(a, b);
            nodes.not(less)
        }
        Comparison::Greater => nodes.less(b, a),
        Comparison::LessOrEqual => {
            let less = nodes.less(b, a);
            nodes.not(less)
        }
    }
}
