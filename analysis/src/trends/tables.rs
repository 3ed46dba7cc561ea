//! The trend of a table along each of its inputs.
//!
//! Along one column, the others held, a table is a staircase with slopes. The column is cut at the
//! bounds of its cells; in each piece and for each choice of the other columns one row speaks, and its
//! results must follow one another. A piece where no row speaks ends the proof.

use super::{Trend, Trends};
use crate::rows;
use engine::{
    Bound, Cell, Date, Exact, Interval, Period, Row, RowResult, Slot, Table, TableId, Type, Value,
};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

/// No more pieces than this are looked at, over all choices of the other columns.
const MOST_PIECES: usize = 50_000;

impl Trends<'_> {
    pub(super) fn table(&self, id: TableId, inputs: &[Slot]) -> Trend {
        if inputs.iter().all(|slot| self.of(*slot) == Trend::Constant) {
            return Trend::Constant;
        }
        let Some(table) = self.program.tables.get(id.0 as usize) else { return Trend::Either };
        let mut trend = Trend::Constant;
        for (column, slot) in inputs.iter().enumerate() {
            let along = match self.of(*slot) {
                Trend::Constant => continue,
                Trend::Either => return Trend::Either,
                moved @ (Trend::Rising | Trend::Falling) => {
                    self.column(table, inputs, column).along(moved)
                }
            };
            trend = trend.and(along);
        }
        trend
    }

    /// The trend along one column, whatever the others hold.
    fn column(&self, table: &Table, inputs: &[Slot], column: usize) -> Trend {
        let pieces: Vec<Vec<Piece>> = (0..inputs.len())
            .map(|at| {
                let within = inputs.get(at).map_or(Interval::ANY, |slot| self.numbers(*slot));
                self.pieces(table, at, within)
            })
            .collect();
        let moved = table.inputs.get(column);
        // A truth may turn from « non » to unknown, and the table with it.
        if matches!(moved, Some(Type::Bool)) || pieces.iter().any(Vec::is_empty) {
            return Trend::Either;
        }
        let count = pieces.iter().try_fold(1_usize, |all, one| all.checked_mul(one.len().max(1)));
        let segments = segments(table, self.days);
        if count.and_then(|count| count.checked_mul(segments.len())).is_none_or(|n| n > MOST_PIECES)
        {
            return Trend::Either;
        }
        let mut walk = Staircase { table, column, pieces: &pieces, trend: Trend::Constant };
        for day in segments {
            walk.choose(day, &mut Vec::new());
            if walk.trend == Trend::Either {
                break;
            }
        }
        walk.trend
    }

    /// Values that stand for all those of a column, in order.
    fn pieces(&self, table: &Table, column: usize, within: Interval) -> Vec<Piece> {
        let bounds = table.rows.iter().filter_map(|row| match row.cells.get(column) {
            Some(Cell::OneOf(ranges)) => Some(ranges),
            Some(Cell::Any) | None => None,
        });
        let bounds: Vec<&Bound> =
            bounds.flatten().flat_map(|range| range.low.iter().chain(&range.high)).collect();
        match table.inputs.get(column) {
            Some(Type::Number(..)) => numbers(&bounds, within),
            Some(Type::Date) => days(&bounds).into_iter().map(Value::Date).map(Piece::at).collect(),
            Some(Type::Bool) => [false, true].map(Value::Bool).map(Piece::at).to_vec(),
            Some(Type::Enum(id)) => {
                let count = self.program.schema.enumeration(*id).map_or(0, |def| def.values.len());
                (0..u32::try_from(count).unwrap_or(0)).map(Value::Enum).map(Piece::at).collect()
            }
            Some(Type::Text | Type::Code) => texts(&bounds).into_iter().map(Piece::at).collect(),
            Some(Type::Item(_)) | None => Vec::new(),
        }
    }
}

/// A piece of a column: a value that stands for all of it, and the ends of an open interval.
#[derive(Clone)]
struct Piece {
    value: Value,
    ends: Option<(Exact, Exact)>,
}

impl Piece {
    fn at(value: Value) -> Self {
        Self { value, ends: None }
    }
}

struct Staircase<'t> {
    table: &'t Table,
    column: usize,
    pieces: &'t [Vec<Piece>],
    trend: Trend,
}

impl Staircase<'_> {
    /// Chooses a value for each other column, then climbs.
    fn choose(&mut self, day: Date, chosen: &mut Vec<Value>) {
        if self.trend == Trend::Either {
            return;
        }
        let at = chosen.len();
        let pieces = self.pieces;
        let Some(values) = pieces.get(at) else {
            self.climb(day, chosen);
            return;
        };
        if at == self.column {
            chosen.extend(values.first().map(|piece| piece.value.clone()));
            if chosen.len() > at {
                self.choose(day, chosen);
                chosen.pop();
            }
            return;
        }
        for piece in values {
            chosen.push(piece.value.clone());
            self.choose(day, chosen);
            chosen.pop();
        }
    }

    fn climb(&mut self, day: Date, chosen: &[Value]) {
        let mut before: Option<Value> = None;
        let Some(steps) = self.pieces.get(self.column) else { return };
        for step in steps {
            let mut inputs: Vec<Option<&Value>> = chosen.iter().map(Some).collect();
            if let Some(input) = inputs.get_mut(self.column) {
                *input = Some(&step.value);
            }
            let Some((low, high)) = self.step(day, &inputs, step) else {
                self.trend = Trend::Either;
                return;
            };
            if let Some(before) = before {
                self.trend = self.trend.and(between(&before, &low));
            }
            self.trend = self.trend.and(between(&low, &high));
            before = Some(high);
        }
    }

    /// What the table gives at a step: its first value and its last.
    fn step(&self, day: Date, inputs: &[Option<&Value>], step: &Piece) -> Option<(Value, Value)> {
        let in_force = |row: &&Row| row.period.contains(day);
        let mut rows = self.table.rows.iter().filter(in_force);
        let row = rows.find(|row| rows::accepts(row, inputs) == Some(true))?;
        match &row.result {
            RowResult::Value(value) => Some((value.clone(), value.clone())),
            RowResult::NoValue => None,
            RowResult::Linear { input, between, .. } if *input as usize != self.column => {
                let (low, high) = (between.0.min(between.1), between.0.max(between.1));
                // Along another column the line is one value, which this walk does not follow.
                (low == high).then_some((Value::Number(low), Value::Number(high)))
            }
            RowResult::Linear { across, between, .. } => {
                let Value::Number(x) = step.value else { return None };
                let (low, high) = step.ends.unwrap_or((x, x));
                let at = |x: Exact| on_line(x, *across, *between).map(Value::Number);
                Some((at(low)?, at(high)?))
            }
        }
    }
}

/// The value of a line at a point.
fn on_line(x: Exact, across: (Exact, Exact), between: (Exact, Exact)) -> Option<Exact> {
    let run = across.1.subtract(across.0).ok()?;
    let rise = between.1.subtract(between.0).ok()?;
    let part = x.subtract(across.0).ok()?.divide(run).ok()?;
    between.0.add(part.multiply(rise).ok()?).ok()
}

fn between(a: &Value, b: &Value) -> Trend {
    match (a, rows::compare(a, b)) {
        (_, Some(Ordering::Equal)) => Trend::Constant,
        (Value::Enum(_) | Value::Text(_), _) | (_, None) => Trend::Either,
        (_, Some(Ordering::Less)) => Trend::Rising,
        (_, Some(Ordering::Greater)) => Trend::Falling,
    }
}

/// Each bound, and a number between two of them, inside what the column can hold.
fn numbers(bounds: &[&Bound], within: Interval) -> Vec<Piece> {
    let mut points: BTreeSet<Exact> = BTreeSet::new();
    for bound in bounds {
        if let Value::Number(number) = bound.value {
            points.insert(number);
        }
    }
    points.extend(within.low.iter().chain(&within.high));
    let points: Vec<Exact> = points.into_iter().collect();
    let mut all: Vec<Piece> = Vec::new();
    let at = |x: Exact| Piece::at(Value::Number(x));
    let one = |x: Option<&Exact>, by: i128| x.and_then(|x| x.add(Exact::whole(by)).ok());
    all.extend(one(points.first(), -1).map(at));
    for pair in points.windows(2) {
        let [a, b] = pair else { continue };
        all.push(at(*a));
        let inside = if within.whole {
            let next = a.round(engine::Rounding::Down, Exact::ONE).and_then(|a| a.add(Exact::ONE));
            next.ok().filter(|next| next < b)
        } else {
            a.add(*b).and_then(|sum| sum.divide(Exact::whole(2))).ok()
        };
        let piece = |x| Piece { value: Value::Number(x), ends: Some((*a, *b)) };
        all.extend(inside.map(piece));
    }
    all.extend(points.last().copied().map(at));
    all.extend(one(points.last(), 1).map(at));
    if all.is_empty() {
        all.push(at(Exact::ZERO));
    }
    all.retain(|piece| matches!(piece.value, Value::Number(x) if within.contains(x)));
    all
}

fn days(bounds: &[&Bound]) -> Vec<Date> {
    let mut days: BTreeSet<Date> = BTreeSet::new();
    for bound in bounds {
        if let Value::Date(day) = bound.value {
            days.extend([day.yesterday(), day, day.tomorrow()]);
        }
    }
    if days.is_empty() {
        days.extend(Date::new(2000, 1, 1));
    }
    days.into_iter().collect()
}

fn texts(bounds: &[&Bound]) -> Vec<Value> {
    let mut texts: BTreeSet<Arc<str>> = BTreeSet::from([Arc::from("")]);
    for bound in bounds {
        if let Value::Text(text) = &bound.value {
            texts.insert(Arc::clone(text));
            texts.insert(Arc::from(format!("{text}\u{1}")));
        }
    }
    texts.into_iter().map(Value::Text).collect()
}

/// A day in each stretch of days over which the same rows are in force.
fn segments(table: &Table, days: Period) -> Vec<Date> {
    let first = days.from.or(days.to).or_else(|| Date::new(1, 1, 1));
    let starts = table.rows.iter().filter_map(|row| row.period.from);
    let ends = table.rows.iter().filter_map(|row| row.period.to.map(Date::tomorrow));
    let inside: BTreeSet<Date> =
        first.into_iter().chain(starts).chain(ends).filter(|day| days.contains(*day)).collect();
    inside.into_iter().collect()
}
