//! The course of a table along an input: jumps beside linear rows, and whether results only rise or
//! only fall.
//!
//! Two rows follow one another along an axis when, for some values of the other inputs, one is taken
//! in a piece and the other in the next.

use super::domains;
use super::layout::{Budget, Found, Layout, Region};
use super::searches::{is_otherwise, value_at};
use super::shown::Stage;
use dsl::Compiled;
use engine::{Exact, Period, RowResult, Value};
use source::{Diagnostic, code};
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// How the results of a table go along one of its inputs, the others staying the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// They do not change.
    Constant,
    /// They never decrease.
    NeverDecreasing,
    /// They never increase.
    NeverIncreasing,
}

/// Returns how a table's results go along an input, on any one day; absent when they go both ways,
/// when some values have no result, or when it takes too long to say.
///
/// Shape: the table's index in `compiled.typed.tables`, and the column's.
pub fn direction(compiled: &Compiled, table: usize, input: usize) -> Option<Course> {
    let program = &compiled.lowered.program;
    let typed = compiled.typed.tables.get(table)?;
    let own = compiled.lowered.tables.get(table).and_then(Option::as_ref);
    let domains = domains::possible(program, &typed.table, own);
    let layout = Layout::new(&typed.table, domains, Period::default());
    let steps = steps_of(&layout, input, &mut Budget(super::BUDGET))?;
    match (steps.rises, steps.falls) {
        (false, false) => Some(Course::Constant),
        (true, false) => Some(Course::NeverDecreasing),
        (false, true) => Some(Course::NeverIncreasing),
        (true, true) => None,
    }
}

/// Returns which ways the results of a full table go along an axis.
pub(super) fn steps_of(layout: &Layout<'_>, axis: usize, budget: &mut Budget) -> Option<Steps> {
    if !layout.axes.get(axis)?.is_ordered() || !layout.is_full(budget)? {
        return None;
    }
    layout.steps(axis, budget)
}

/// Which ways results go.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Steps {
    pub(super) rises: bool,
    pub(super) falls: bool,
}

impl Steps {
    fn add(&mut self, order: Ordering) {
        self.rises |= order == Ordering::Less;
        self.falls |= order == Ordering::Greater;
    }

    fn has(self, order: Ordering) -> bool {
        match order {
            Ordering::Less => self.rises,
            Ordering::Greater => self.falls,
            Ordering::Equal => true,
        }
    }
}

impl Layout<'_> {
    /// Tells whether some row is taken everywhere; absent when it takes too long to say.
    fn is_full(&self, budget: &mut Budget) -> Option<bool> {
        let mut full = true;
        self.holes(self.everywhere(), budget, &mut |_| {
            full = false;
            ControlFlow::Break(())
        })?;
        Some(full)
    }

    /// Which ways results go along an axis; absent when a result is no number.
    fn steps(&self, axis: usize, budget: &mut Budget) -> Option<Steps> {
        let mut steps = Steps::default();
        for row in 0..self.row_count() {
            let slope = self.slope(row, axis)?;
            if !steps.has(slope) && self.taken_by(row, budget) != Found::Nowhere {
                steps.add(slope);
            }
        }
        let pieces = self.axes.get(axis)?.len();
        for at in 1..pieces {
            let (here, there) = (self.rows_at(axis, at - 1), self.rows_at(axis, at));
            for first in &here {
                for second in there.iter().filter(|second| *second != first) {
                    budget.0 = budget.0.checked_sub(1)?;
                    let order = self.step((*first, *second), axis, at)?;
                    if !steps.has(order)
                        && self.follow((*first, *second), axis, at, budget)?.is_some()
                    {
                        steps.add(order);
                    }
                }
            }
        }
        Some(steps)
    }

    fn rows_at(&self, axis: usize, piece: usize) -> Vec<usize> {
        let mut region = self.everywhere();
        if let Some(span) = region.get_mut(axis) {
            *span = piece..piece + 1;
        }
        self.near(&region)
    }

    /// Which way a row goes along an axis; absent when its result is no number, or slopes elsewhere.
    fn slope(&self, row: usize, axis: usize) -> Option<Ordering> {
        match &self.table.rows.get(row)?.result {
            RowResult::Value(Value::Number(_)) => Some(Ordering::Equal),
            RowResult::Linear { input, between: (from, to), .. } if *input as usize == axis => {
                Some(from.cmp(to))
            }
            RowResult::Value(_) | RowResult::Linear { .. } | RowResult::NoValue => None,
        }
    }

    /// Which way results go from a row in the piece before `at` to another in it.
    fn step(&self, (first, second): (usize, usize), axis: usize, at: usize) -> Option<Ordering> {
        let cut = self.cut(axis, at);
        let value = |row: usize| match &self.table.rows.get(row)?.result {
            RowResult::Value(Value::Number(number)) => Some(*number),
            result @ RowResult::Linear { .. } => match value_at(result, axis, cut?)? {
                Value::Number(number) => Some(number),
                Value::Bool(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_) => None,
            },
            RowResult::Value(_) | RowResult::NoValue => None,
        };
        Some(value(first)?.cmp(&value(second)?))
    }

    /// The number at which a piece meets the one before.
    fn cut(&self, axis: usize, at: usize) -> Option<Exact> {
        let axis = self.axes.get(axis)?;
        let (before, after) = (axis.ends(&(0..at)).high?, axis.ends(&(at..axis.len())).low?);
        match (before.value, after.value) {
            (Value::Number(before), Value::Number(after)) if before == after => Some(after),
            _ => None,
        }
    }

    /// Tells whether the value at which a piece meets the one before is in it.
    fn takes_cut(&self, axis: usize, at: usize) -> bool {
        let low = self.axes.get(axis).and_then(|axis| axis.ends(&(at..at + 1)).low);
        low.is_some_and(|low| low.included)
    }

    /// Finds where a row is taken in the piece before `at` and another in it, all else being the
    /// same; the outer absence says that it takes too long.
    fn follow(
        &self,
        (first, second): (usize, usize),
        axis: usize,
        at: usize,
        budget: &mut Budget,
    ) -> Option<Option<Region>> {
        let (Some(mut shared), Some(other)) = (self.around(first), self.around(second)) else {
            return Some(None);
        };
        for (span, other) in shared.iter_mut().zip(&other) {
            *span = span.start.max(other.start)..span.end.min(other.end);
        }
        *shared.get_mut(axis)? = at - 1..at;
        let mut regions = Vec::new();
        self.search_all(
            shared,
            budget,
            &mut |region, rows| self.look_taken(first, region, rows),
            &mut |region| {
                regions.push(region.clone());
                ControlFlow::Continue(())
            },
        )?;
        for mut region in regions {
            *region.get_mut(axis)? = at..at + 1;
            let taken = self
                .search(region, budget, &mut |region, rows| self.look_taken(second, region, rows));
            match taken {
                Found::Here(region) => return Some(Some(region)),
                Found::Nowhere => {}
                Found::TooLong => return None,
            }
        }
        Some(None)
    }
}

/// Tells where results jump beside a linear row; absent when it takes too long.
///
/// Counts of whole things go by steps and do not jump; `sinon` says what is left, whatever it is.
pub(super) fn jumps(
    stage: Stage<'_>,
    layout: &Layout<'_>,
    budget: &mut Budget,
    out: &mut Vec<Diagnostic>,
) -> Option<()> {
    for (row, def) in layout.table.rows.iter().enumerate() {
        let RowResult::Linear { input, .. } = &def.result else { continue };
        let axis = *input as usize;
        let Some(run) = layout.sides(row).and_then(|sides| sides.get(axis)?.first()) else {
            continue;
        };
        if layout.axes.get(axis).is_none_or(super::axis::Axis::is_stepped) {
            continue;
        }
        let before = run.start.checked_sub(1).map(|piece| layout.rows_at(axis, piece));
        for other in before.unwrap_or_default() {
            jump(stage, layout, (other, row), (axis, run.start), budget, out)?;
        }
        for other in layout.rows_at(axis, run.end) {
            let sloping = layout.table.rows.get(other);
            let told =
                sloping.is_some_and(|other| matches!(other.result, RowResult::Linear { .. }));
            if !told {
                jump(stage, layout, (row, other), (axis, run.end), budget, out)?;
            }
        }
    }
    Some(())
}

fn jump(
    stage: Stage<'_>,
    layout: &Layout<'_>,
    (first, second): (usize, usize),
    (axis, at): (usize, usize),
    budget: &mut Budget,
    out: &mut Vec<Diagnostic>,
) -> Option<()> {
    let (speech, rows) = (stage.speech, &layout.table.rows);
    let (Some(before), Some(after)) = (rows.get(first), rows.get(second)) else { return Some(()) };
    let Some(cut) = layout.cut(axis, at) else { return Some(()) };
    if first == second || is_otherwise(before) || is_otherwise(after) {
        return Some(());
    }
    let (Some(from), Some(to)) =
        (value_at(&before.result, axis, cut), value_at(&after.result, axis, cut))
    else {
        return Some(());
    };
    if from == to {
        return Some(());
    }
    let Some(region) = layout.follow((first, second), axis, at, budget)? else { return Some(()) };
    let shown = |value: &Value| super::wording::literal(value, layout.table.ty, speech.schema);
    let bound = speech.value(axis, &Value::Number(cut));
    let message = format!(
        "le tableau « {} » saute de {} à {} quand « {} » passe {bound}",
        layout.table.name,
        shown(&from),
        shown(&to),
        speech.input(axis),
    );
    let mut diagnostic = Diagnostic::new(code::TABLE_JUMP, after.span, message)
        .with_label(before.span, format!("ici, le résultat va jusqu'à {}", shown(&from)));
    let point = layout.point(&region);
    if let Some(point) = point.as_ref().filter(|_| layout.axes.len() > 2) {
        diagnostic = diagnostic.with_help(format!("par exemple pour {}", speech.point(point)));
    }
    // The bound itself belongs to one of the rows: without a jump, it would have the other's result.
    let to_second = layout.takes_cut(axis, at);
    let example = point.and_then(|mut point| {
        *point.get_mut(axis)? = Value::Number(cut);
        let point = stage.on_a_day_of(&point, [before.period, after.period])?;
        stage.expects_instead(&point, if to_second { &from } else { &to })
    });
    let diagnostic = diagnostic.with_help(
        "pour une pente sans saut, les deux lignes donnent le même résultat à leur borne",
    );
    out.push(stage.show(diagnostic, example));
    Some(())
}
