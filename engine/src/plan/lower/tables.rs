//! Tables cut into pieces: rows in force become boxes of pieces, the first row of the text on top.

use super::super::code::{Place, Register, Shape, Step};
use super::super::tables::{Along, Axis, Line, NO_ROW, PlannedTable};
use super::{Lowering, days, parts_of, place_of};
use crate::{
    Bound, Cell, CellRange, Exact, Rounding, Row, RowResult, Slot, Table, TableId, Type, Value,
};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// The most boxes that a table is cut into.
const BOXES: usize = 200_000;

/// An input that varies.
#[derive(Clone, Copy)]
struct Input {
    at: usize,
    register: Register,
    shape: Shape,
}

impl Lowering<'_> {
    pub(super) fn table(&mut self, id: TableId, inputs: &[Slot]) -> Place {
        let inputs: Vec<Place> = inputs.iter().map(|slot| self.place(*slot)).collect();
        let same = self.tables_seen.iter().find(|(other, held, _)| *other == id && *held == inputs);
        if let Some((_, _, place)) = same {
            return place.clone();
        }
        let place = self.planned_table(id, &inputs).unwrap_or(Place::Outside);
        self.tables_seen.push((id, inputs, place.clone()));
        place
    }

    fn planned_table(&mut self, id: TableId, inputs: &[Place]) -> Option<Place> {
        let table = self.program.tables.get(id.0 as usize)?;
        let rows = table.rows.iter().filter(|row| row.period.contains(self.date));
        let rows: Vec<&Row> = rows.collect();
        if inputs.is_empty() {
            return Some(match &rows.first()?.result {
                RowResult::Value(value) => Place::Constant(value.clone()),
                RowResult::NoValue => Place::NoValue,
                RowResult::Linear { .. } => return None,
            });
        }
        let mut varying = Vec::new();
        for (at, input) in inputs.iter().enumerate() {
            let is_read = rows.iter().any(|row| reads(row, at));
            if is_read {
                let (register, shape) = self.held(input)?;
                varying.push(Input { at, register, shape });
            }
        }
        let texts = self.planned.texts.clone();
        let axes: Vec<Axis> =
            varying.iter().map(|input| axis(*input, &rows, &texts)).collect::<Option<_>>()?;
        let boxes = axes.iter().try_fold(1_usize, |all, axis| all.checked_mul(axis.pieces()))?;
        if boxes > BOXES {
            return None;
        }
        let mut picked = vec![NO_ROW; boxes];
        let mut lines = Lines::new(table, &varying, &rows)?;
        for (number, row) in rows.iter().enumerate().rev() {
            let line = lines.row(row, &texts)?;
            let value = if line { u32::try_from(number).ok()? } else { NO_ROW };
            fill(&mut picked, row, &varying, &axes, &texts, value)?;
        }
        let shape = lines.shape;
        let planned =
            PlannedTable { axes, rows: picked, results: lines.results(), along: lines.along };
        let number = u32::try_from(self.planned.tables.len()).ok()?;
        self.planned.tables.push(planned);
        Some(self.step(Step::Table { table: number }, shape))
    }
}

/// Tells whether a row looks at an input.
fn reads(row: &Row, at: usize) -> bool {
    let is_linear = matches!(&row.result, RowResult::Linear { input, .. } if *input as usize == at);
    is_linear || matches!(row.cells.get(at), Some(Cell::OneOf(_)))
}

fn ranges(row: &Row, at: usize) -> Option<&[CellRange]> {
    match row.cells.get(at) {
        Some(Cell::OneOf(ranges)) => Some(ranges),
        Some(Cell::Any) | None => None,
    }
}

/// Cuts an input where the cells of the rows begin and end.
fn axis(input: Input, rows: &[&Row], texts: &[Arc<str>]) -> Option<Axis> {
    let ranges = || rows.iter().filter_map(|row| ranges(row, input.at)).flatten();
    if input.shape == Shape::Ratio {
        let mut bounds = BTreeSet::new();
        for bound in ranges().flat_map(|range| [&range.low, &range.high]).flatten() {
            let Value::Number(number) = &bound.value else { return None };
            bounds.insert(*number);
        }
        let parts = |number: Exact| {
            Some((
                i64::try_from(number.numerator()).ok()?,
                i64::try_from(number.denominator()).ok()?,
            ))
        };
        let bounds = bounds.into_iter().map(parts).collect::<Option<_>>()?;
        return Some(Axis::Ratio { input: input.register, bounds });
    }
    let mut cuts = BTreeSet::new();
    for range in ranges() {
        let (low, high) = whole_ends(range, input.shape, texts)?;
        cuts.extend(low);
        cuts.extend(high.map(|high| high.checked_add(1)).unwrap_or_default());
    }
    Some(Axis::Whole { input: input.register, cuts: cuts.into_iter().collect() })
}

/// Returns the first and the last whole number of a range, as registers hold it.
fn whole_ends(
    range: &CellRange,
    shape: Shape,
    texts: &[Arc<str>],
) -> Option<(Option<i64>, Option<i64>)> {
    let low = range.low.as_ref().map(|bound| whole_end(bound, shape, texts, Side::Low));
    let high = range.high.as_ref().map(|bound| whole_end(bound, shape, texts, Side::High));
    Some((
        low.map_or(Some(None), |low| low.map(Some))?,
        high.map_or(Some(None), |high| high.map(Some))?,
    ))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Low,
    High,
}

fn whole_end(bound: &Bound, shape: Shape, texts: &[Arc<str>], side: Side) -> Option<i64> {
    let (at, is_exact) = match (&bound.value, shape) {
        (Value::Bool(truth), Shape::Bool) => (i64::from(*truth), true),
        (Value::Date(day), Shape::Date) => (days::packed(*day)?, true),
        (Value::Enum(value), Shape::Enum) => (i64::from(*value), true),
        (Value::Text(text), Shape::Text) => (place_of(text, texts), true),
        (Value::Number(number), Shape::Number(parts)) => {
            let scaled = number.multiply(Exact::from(parts)).ok()?;
            let mode = if side == Side::Low { Rounding::Up } else { Rounding::Down };
            let whole = scaled.round(mode, Exact::ONE).ok()?;
            (i64::try_from(whole.numerator()).ok()?, scaled.is_whole())
        }
        (
            Value::Bool(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_) | Value::Number(_),
            _,
        ) => return None,
    };
    match (side, is_exact && !bound.included) {
        (_, false) => Some(at),
        (Side::Low, true) => at.checked_add(1),
        (Side::High, true) => at.checked_sub(1),
    }
}

/// Returns the pieces of an axis that a range takes.
fn pieces(
    range: &CellRange,
    input: Input,
    axis: &Axis,
    texts: &[Arc<str>],
) -> Option<Range<usize>> {
    match axis {
        Axis::Whole { cuts, .. } => {
            let (low, high) = whole_ends(range, input.shape, texts)?;
            let start = low.map_or(0, |low| cuts.partition_point(|cut| *cut <= low));
            let end =
                high.map_or(axis.pieces(), |high| cuts.partition_point(|cut| *cut <= high) + 1);
            Some(start..end)
        }
        Axis::Ratio { bounds, .. } => {
            let place = |bound: &Bound| {
                let Value::Number(number) = &bound.value else { return None };
                let own = bounds.iter().position(|(above, below)| {
                    (i128::from(*above), i128::from(*below))
                        == (number.numerator(), number.denominator())
                })?;
                Some(2 * own + 1)
            };
            let start = match &range.low {
                None => 0,
                Some(low) => place(low)? + usize::from(!low.included),
            };
            let end = match &range.high {
                None => axis.pieces(),
                Some(high) => place(high)? + usize::from(high.included),
            };
            Some(start..end)
        }
    }
}

/// Puts a row on every box that it accepts, over those already there.
fn fill(
    picked: &mut [u32],
    row: &Row,
    varying: &[Input],
    axes: &[Axis],
    texts: &[Arc<str>],
    value: u32,
) -> Option<()> {
    let mut boxes = vec![0_usize];
    for (input, axis) in varying.iter().zip(axes) {
        let mut taken = BTreeSet::new();
        match ranges(row, input.at) {
            None => taken.extend(0..axis.pieces()),
            Some(ranges) => {
                for range in ranges {
                    taken.extend(pieces(range, *input, axis, texts)?);
                }
            }
        }
        let width = axis.pieces();
        boxes = boxes
            .iter()
            .flat_map(|place| taken.iter().map(move |piece| place * width + piece))
            .collect();
    }
    for place in boxes {
        *picked.get_mut(place)? = value;
    }
    Some(())
}

/// The results of rows, at one scale.
struct Lines {
    shape: Shape,
    along: Option<Along>,
    /// The common denominator of slopes and ends.
    parts: i64,
    input_parts: i64,
    /// From the last row to the first.
    reversed: Vec<Line>,
}

impl Lines {
    fn new(table: &Table, varying: &[Input], rows: &[&Row]) -> Option<Self> {
        let linear = rows.iter().filter_map(|row| match &row.result {
            RowResult::Linear { input, .. } => Some(*input as usize),
            RowResult::Value(_) | RowResult::NoValue => None,
        });
        let linear: BTreeSet<usize> = linear.collect();
        if linear.len() > 1 {
            return None;
        }
        let mut parts: i64 = 1;
        let mut take = |number: Exact| {
            let below = i64::try_from(number.denominator()).ok()?;
            parts = (parts / num_integer::Integer::gcd(&parts, &below)).checked_mul(below)?;
            (parts <= super::FINEST).then_some(())
        };
        let along = match linear.first() {
            None => None,
            Some(at) => Some(*varying.iter().find(|input| input.at == *at)?),
        };
        let input_parts = match along.map(|input| input.shape) {
            Some(Shape::Number(parts)) => parts,
            Some(Shape::Ratio) | None => 1,
            Some(Shape::Bool | Shape::Date | Shape::Enum | Shape::Text) => return None,
        };
        for row in rows {
            match &row.result {
                RowResult::Value(Value::Number(number)) => take(*number)?,
                RowResult::Linear { across, between, .. } => {
                    if let Some((slope, at)) = line(*across, *between, input_parts) {
                        take(slope)?;
                        take(at)?;
                    }
                }
                RowResult::Value(_) | RowResult::NoValue => {}
            }
        }
        let (shape, along) = match (table.ty, along) {
            (Type::Number(..), None) => (Shape::Number(parts), None),
            (Type::Number(..), Some(Input { register, shape: Shape::Ratio, .. })) => {
                (Shape::Ratio, Some(Along::Ratio(register, parts)))
            }
            (Type::Number(..), Some(input)) => {
                (Shape::Number(parts), Some(Along::Whole(input.register)))
            }
            (Type::Bool, None) => (Shape::Bool, None),
            (Type::Date, None) => (Shape::Date, None),
            (Type::Enum(_), None) => (Shape::Enum, None),
            (Type::Text | Type::Code, None) => (Shape::Text, None),
            (
                Type::Bool | Type::Date | Type::Enum(_) | Type::Text | Type::Code | Type::Item(_),
                _,
            ) => return None,
        };
        Some(Self { shape, along, parts, input_parts, reversed: Vec::new() })
    }

    /// Takes the result of a row; tells whether it is said here. Absent: of another type.
    fn row(&mut self, row: &Row, texts: &[Arc<str>]) -> Option<bool> {
        let none = Line { slope: 0, at: 0 };
        let flat = |at: i64| Line { slope: 0, at };
        let line = match (&row.result, self.shape) {
            (RowResult::NoValue, _) => None,
            (RowResult::Value(Value::Number(number)), Shape::Number(_) | Shape::Ratio) => {
                Some(flat(parts_of(*number, self.parts)?))
            }
            (RowResult::Value(Value::Bool(truth)), Shape::Bool) => Some(flat(i64::from(*truth))),
            (RowResult::Value(Value::Date(day)), Shape::Date) => Some(flat(days::packed(*day)?)),
            (RowResult::Value(Value::Enum(value)), Shape::Enum) => Some(flat(i64::from(*value))),
            (RowResult::Value(Value::Text(text)), Shape::Text) => Some(flat(place_of(text, texts))),
            (RowResult::Linear { across, between, .. }, Shape::Number(_) | Shape::Ratio) => {
                match line(*across, *between, self.input_parts) {
                    Some((slope, at)) => Some(Line {
                        slope: parts_of(slope, self.parts)?,
                        at: parts_of(at, self.parts)?,
                    }),
                    None => None,
                }
            }
            (RowResult::Value(_) | RowResult::Linear { .. }, _) => return None,
        };
        self.reversed.push(line.unwrap_or(none));
        Some(line.is_some())
    }

    fn results(&mut self) -> Vec<Line> {
        let mut lines = std::mem::take(&mut self.reversed);
        lines.reverse();
        lines
    }
}

/// Returns the slope, per part of the input, and the value at zero of a line; absent when there is
/// none.
fn line(across: (Exact, Exact), between: (Exact, Exact), parts: i64) -> Option<(Exact, Exact)> {
    let run = across.1.subtract(across.0).ok()?;
    let slope = between.1.subtract(between.0).ok()?.divide(run).ok()?;
    let at = between.0.subtract(across.0.multiply(slope).ok()?).ok()?;
    Some((slope.divide(Exact::from(parts)).ok()?, at))
}
