//! Tables over reaches: every row that the inputs may select.

use super::interval::Interval;
use super::possible::{Orders, Possible, Reach};
use crate::evaluate::linear;
use crate::scalar::{Run, Scalar};
use crate::{Bound, Cell, CellRange, Comparison, Exact, Period, Row, RowResult, Table, Value};

/// How surely a row accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Acceptance {
    Never,
    Perhaps,
    Always,
}

/// Returns what a table can give for inputs, on the days of a period.
pub(super) fn table(run: &mut Run<'_>, table: &Table, inputs: &[Reach], period: Period) -> Reach {
    let mut found: Option<Reach> = None;
    let mut complete = false;
    for row in &table.rows {
        let acceptance = accepts(run, row, inputs, period);
        if acceptance == Acceptance::Never {
            continue;
        }
        let result = result(run, row, inputs);
        found = Some(found.map_or(result, |found| found.or(result)));
        if acceptance == Acceptance::Always {
            complete = true;
            break;
        }
    }
    let mut reach = found.unwrap_or(Reach::UNKNOWN);
    reach.unknown = reach.unknown || !complete;
    inputs.iter().fold(reach, |reach, input| reach.stopped_by(*input))
}

fn accepts(run: &mut Run<'_>, row: &Row, inputs: &[Reach], period: Period) -> Acceptance {
    let Some(common) = row.period.intersection(period) else { return Acceptance::Never };
    let mut all = if common == period { Acceptance::Always } else { Acceptance::Perhaps };
    for (cell, input) in row.cells.iter().zip(inputs) {
        let one = match cell {
            Cell::Any if input.possible == Possible::Nothing => Acceptance::Never,
            Cell::Any => Acceptance::Always,
            Cell::OneOf(ranges) => {
                let mut best = Acceptance::Never;
                for range in ranges {
                    match (in_range(run, range, input.possible), best) {
                        (Acceptance::Always, _) => best = Acceptance::Always,
                        (Acceptance::Perhaps, Acceptance::Never) => best = Acceptance::Perhaps,
                        (Acceptance::Perhaps | Acceptance::Never, _) => {}
                    }
                }
                best
            }
        };
        match one {
            Acceptance::Never => return Acceptance::Never,
            Acceptance::Perhaps => all = Acceptance::Perhaps,
            Acceptance::Always => {}
        }
    }
    all
}

fn in_range(run: &mut Run<'_>, range: &CellRange, input: Possible) -> Acceptance {
    let mut side = |bound: &Option<Bound>, strict: Comparison, loose: Comparison| {
        let Some(bound) = bound else { return Reach::truths(true, false) };
        let limit = Reach::exactly(run.scalar(&bound.value));
        let comparison = if bound.included { loose } else { strict };
        Reach::known(Orders::of(run, input, limit.possible).truths(comparison))
    };
    let low = side(&range.low, Comparison::Greater, Comparison::GreaterOrEqual);
    let high = side(&range.high, Comparison::Less, Comparison::LessOrEqual);
    let skips = is_skipped_by_whole(range, input);
    match (low.can_be_true() && high.can_be_true(), low.can_be_false() || high.can_be_false()) {
        (false, _) => Acceptance::Never,
        (true, _) if skips => Acceptance::Never,
        (true, true) => Acceptance::Perhaps,
        (true, false) => Acceptance::Always,
    }
}

/// Tells whether no whole number lies in a range while the input is whole.
fn is_skipped_by_whole(range: &CellRange, input: Possible) -> bool {
    let number = |bound: &Option<Bound>| {
        let Value::Number(number) = bound.as_ref()?.value else { return None };
        Some(number)
    };
    let (Possible::Number(interval), Some(low), Some(high)) =
        (input, number(&range.low), number(&range.high))
    else {
        return false;
    };
    let excluded = |bound: &Option<Bound>| bound.as_ref().is_some_and(|bound| !bound.included);
    let round = |x: Exact, mode| x.round(mode, Exact::ONE).ok();
    let (Some(mut first), Some(mut last)) =
        (round(low, crate::Rounding::Up), round(high, crate::Rounding::Down))
    else {
        return false;
    };
    if excluded(&range.low) && first == low {
        first = first.add(Exact::ONE).unwrap_or(first);
    }
    if excluded(&range.high) && last == high {
        last = last.subtract(Exact::ONE).unwrap_or(last);
    }
    interval.whole && first > last
}

fn result(run: &mut Run<'_>, row: &Row, inputs: &[Reach]) -> Reach {
    match &row.result {
        RowResult::Value(value) => Reach::exactly(run.scalar(value)),
        RowResult::NoValue => Reach::exactly(Scalar::NoValue),
        RowResult::Linear { input, across, between } => {
            let interval = inputs.get(*input as usize).and_then(|input| input.numbers());
            let Some(interval) = interval else { return Reach::UNKNOWN };
            let low = interval.low.map_or(across.0, |low| low.max(across.0));
            let high = interval.high.map_or(across.1, |high| high.min(across.1));
            match (linear(low, *across, *between), linear(high, *across, *between)) {
                (Ok(a), Ok(b)) => {
                    let interval = Interval::only(a).or(Interval::only(b));
                    let whole = interval.single().is_some_and(Exact::is_whole);
                    Reach::known(Possible::Number(Interval { whole, ..interval }))
                }
                (Err(_), _) | (_, Err(_)) => {
                    Reach::known(Possible::Number(Interval::ANY)).or_unknown()
                }
            }
        }
    }
}
