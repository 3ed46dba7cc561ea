//! Tables over reaches: every row that the inputs may select.

use super::interval::Interval;
use super::possible::{Orders, Possible, Reach};
use crate::evaluate::linear;
use crate::scalar::{Run, Scalar};
use crate::{Bound, Cell, CellRange, Comparison, Exact, Period, Row, RowResult, Table, Value};

/// How surely a known value is in a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Acceptance {
    Never,
    Perhaps,
    Always,
}

/// What a cell, or a row, may say of its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Verdict {
    accepts: bool,
    refuses: bool,
    /// Neither: an unknown input.
    doubts: bool,
}

/// Returns what a table can give for inputs, on the days of a period.
pub(super) fn table(
    run: &mut Run<'_>,
    table: &Table,
    input: &impl Fn(usize) -> Reach,
    period: Period,
) -> Reach {
    let mut found: Option<Reach> = None;
    let (mut doubtful, mut complete) = (false, false);
    for row in &table.rows {
        let verdict = row_verdict(run, row, input, period);
        if verdict.accepts {
            let result = result(run, row, input);
            found = Some(found.map_or(result, |found| found.or(result)));
        }
        doubtful = doubtful || verdict.doubts;
        if !verdict.refuses {
            complete = true;
            break;
        }
    }
    let mut reach = found.unwrap_or(Reach::UNKNOWN);
    reach.unknown = reach.unknown || doubtful || !complete;
    reach
}

/// A row is refused by one cell, and left undecided by one when no other refuses it.
fn row_verdict(
    run: &mut Run<'_>,
    row: &Row,
    input: &impl Fn(usize) -> Reach,
    period: Period,
) -> Verdict {
    let common = row.period.intersection(period);
    let mut all =
        Verdict { accepts: common.is_some(), refuses: common != Some(period), doubts: false };
    for (at, cell) in row.cells.iter().enumerate() {
        let Cell::OneOf(ranges) = cell else { continue };
        if !all.accepts && all.refuses && !all.doubts {
            break; // no cell can say otherwise
        }
        let one = cell_verdict(run, ranges, input(at));
        all = Verdict {
            accepts: all.accepts && one.accepts,
            refuses: all.refuses || one.refuses,
            doubts: (all.doubts && (one.accepts || one.doubts)) || (all.accepts && one.doubts),
        };
    }
    all
}

fn cell_verdict(run: &mut Run<'_>, ranges: &[CellRange], input: Reach) -> Verdict {
    let doubts = input.can_be_unknown() || input.can_have_no_value();
    if input.possible == Possible::Nothing {
        return Verdict { accepts: false, refuses: false, doubts };
    }
    let mut best = Acceptance::Never;
    for range in ranges {
        match (in_range(run, range, input.possible), best) {
            (Acceptance::Always, _) => best = Acceptance::Always,
            (Acceptance::Perhaps, Acceptance::Never) => best = Acceptance::Perhaps,
            (Acceptance::Perhaps | Acceptance::Never, _) => {}
        }
    }
    Verdict { accepts: best != Acceptance::Never, refuses: best != Acceptance::Always, doubts }
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

fn result(run: &mut Run<'_>, row: &Row, inputs: &impl Fn(usize) -> Reach) -> Reach {
    match &row.result {
        RowResult::Value(value) => Reach::exactly(run.scalar(value)),
        RowResult::NoValue => Reach::exactly(Scalar::NoValue),
        RowResult::Linear { input, across, between } => {
            let Some(interval) = inputs(*input as usize).numbers() else { return Reach::UNKNOWN };
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
