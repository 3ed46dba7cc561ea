//! One column of a table, or its days, cut into pieces between which no row makes a difference.
//!
//! Bounds written in the rows cut the axis into points and what lies between two of them. A piece is
//! kept only if it holds a value that the input can have, and each keeps one such value as its
//! sample: a verdict about a piece is a verdict about its sample.

use crate::rows::compare;
use engine::{Bound, Cell, CellRange, Date, Exact, Interval, Period, Rounding, Value};
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

/// The values that an input can have.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Domain {
    /// Numbers.
    Numbers {
        /// Between which ends.
        interval: Interval,
        /// Every number is a multiple of it, when there is one.
        step: Option<Exact>,
        /// What a person counts by: a sample is a round number of it where it can.
        stride: Exact,
    },
    /// Days.
    Days(Period),
    /// Truths.
    Truths {
        /// It can be true.
        yes: bool,
        /// It can be false.
        no: bool,
    },
    /// Values of an enumeration.
    Values(Vec<u32>),
    /// Texts and codes.
    Texts,
}

/// One value, or all those between two, both excluded.
#[derive(Clone, Debug, PartialEq)]
enum Extent {
    One(Value),
    Between(Option<Value>, Option<Value>),
}

#[derive(Clone, Debug)]
struct Piece {
    extent: Extent,
    sample: Value,
}

/// The ends of a run of pieces; a bound that is not included is not in the run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ends {
    /// Absent: no value of the domain lies before.
    pub(crate) low: Option<Bound>,
    /// Absent: no value of the domain lies after.
    pub(crate) high: Option<Bound>,
}

/// A column cut into pieces, in order.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    domain: Domain,
    pieces: Vec<Piece>,
}

impl Axis {
    /// Cuts a domain at constants.
    pub(crate) fn cut(domain: Domain, constants: Vec<Value>) -> Self {
        let extents = match &domain {
            Domain::Truths { yes, no } => {
                let truths = [(false, *no), (true, *yes)];
                let held = truths.into_iter().filter(|(_, held)| *held);
                held.map(|(truth, _)| Extent::One(Value::Bool(truth))).collect()
            }
            Domain::Values(values) => {
                values.iter().map(|value| Extent::One(Value::Enum(*value))).collect()
            }
            Domain::Numbers { interval, .. } => {
                let ends = interval.low.into_iter().chain(interval.high).map(Value::Number);
                extents(constants.into_iter().chain(ends).collect())
            }
            Domain::Days(period) => {
                let ends = period.from.into_iter().chain(period.to).map(Value::Date);
                extents(constants.into_iter().chain(ends).collect())
            }
            Domain::Texts => extents(constants),
        };
        let piece = |extent| Some(Piece { sample: domain.sample(&extent)?, extent });
        let pieces = extents.into_iter().filter_map(piece).collect();
        Self { domain, pieces }
    }

    /// How many pieces it has.
    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Tells whether its values follow one another: numbers, days.
    pub(crate) fn is_ordered(&self) -> bool {
        match self.domain {
            Domain::Numbers { .. } | Domain::Days(_) => true,
            Domain::Truths { .. } | Domain::Values(_) | Domain::Texts => false,
        }
    }

    /// Tells whether its values go by steps.
    pub(crate) fn is_stepped(&self) -> bool {
        match self.domain {
            Domain::Numbers { step, .. } => step.is_some(),
            Domain::Days(_) | Domain::Truths { .. } | Domain::Values(_) | Domain::Texts => true,
        }
    }

    /// A value of a piece.
    pub(crate) fn sample(&self, at: usize) -> Option<&Value> {
        self.pieces.get(at).map(|piece| &piece.sample)
    }

    /// The pieces that a cell accepts, as runs that do not touch.
    pub(crate) fn accepted(&self, cell: &Cell) -> Vec<Range<usize>> {
        let Cell::OneOf(ranges) = cell else { return self.whole() };
        let mut runs: Vec<Range<usize>> =
            ranges.iter().flat_map(|range| self.within(range)).collect();
        runs.sort_by_key(|run| (run.start, run.end));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(runs.len());
        for run in runs {
            match merged.last_mut() {
                Some(last) if run.start <= last.end => last.end = last.end.max(run.end),
                Some(_) | None => merged.push(run),
            }
        }
        merged
    }

    /// The days of a period, on an axis of days.
    pub(crate) fn days(&self, period: Period) -> Vec<Range<usize>> {
        let bound =
            |day: Option<Date>| day.map(|day| Bound { value: Value::Date(day), included: true });
        self.within(&CellRange { low: bound(period.from), high: bound(period.to) })
    }

    fn whole(&self) -> Vec<Range<usize>> {
        Some(0..self.pieces.len()).filter(|all| !all.is_empty()).into_iter().collect()
    }

    /// Pieces are in order, except those of an enumeration, which are looked up one by one.
    fn within(&self, range: &CellRange) -> Vec<Range<usize>> {
        let start = self.pieces.partition_point(|piece| is_before(piece, range));
        let end = self.pieces.partition_point(|piece| !is_after(piece, range));
        Some(start..end).filter(|run| !run.is_empty()).into_iter().collect()
    }

    /// The ends of a run of pieces.
    pub(crate) fn ends(&self, run: &Range<usize>) -> Ends {
        let bound = |value: &Value, included| Some(Bound { value: value.clone(), included });
        let low = self.pieces.get(run.start).and_then(|first| match &first.extent {
            Extent::One(value) => bound(value, true),
            Extent::Between(low, _) => low.as_ref().and_then(|low| bound(low, false)),
        });
        let last = run.end.checked_sub(1).and_then(|last| self.pieces.get(last));
        let high = last.and_then(|last| match &last.extent {
            Extent::One(value) => bound(value, true),
            Extent::Between(_, high) => high.as_ref().and_then(|high| bound(high, false)),
        });
        Ends { low, high }
    }

    /// The least and the greatest number of a run, or what they tend to; absent when unbounded.
    pub(crate) fn extremes(&self, run: &Range<usize>) -> Option<(Exact, Exact)> {
        let Ends { low: Some(low), high: Some(high) } = self.ends(run) else { return None };
        let (Value::Number(low_at), Value::Number(high_at)) = (low.value, high.value) else {
            return None;
        };
        let Domain::Numbers { step: Some(step), .. } = self.domain else {
            return Some((low_at, high_at));
        };
        let first = if low.included { low_at } else { above(low_at, step)? };
        let last = if high.included { high_at } else { below(high_at, step)? };
        Some((first, last))
    }
}

/// A piece ends before a range begins.
fn is_before(piece: &Piece, range: &CellRange) -> bool {
    range.low.as_ref().is_some_and(|low| match compare(&piece.sample, &low.value) {
        Some(Ordering::Less) => true,
        Some(Ordering::Equal) => !low.included,
        Some(Ordering::Greater) | None => false,
    })
}

fn is_after(piece: &Piece, range: &CellRange) -> bool {
    range.high.as_ref().is_some_and(|high| match compare(&piece.sample, &high.value) {
        Some(Ordering::Greater) => true,
        Some(Ordering::Equal) => !high.included,
        Some(Ordering::Less) | None => false,
    })
}

/// The points, and what lies between them.
fn extents(mut points: Vec<Value>) -> Vec<Extent> {
    points.sort_by(|a, b| compare(a, b).unwrap_or(Ordering::Equal));
    points.dedup();
    let mut extents = Vec::with_capacity(2 * points.len() + 1);
    let mut before: Option<Value> = None;
    for point in points {
        extents.push(Extent::Between(before, Some(point.clone())));
        extents.push(Extent::One(point.clone()));
        before = Some(point);
    }
    extents.push(Extent::Between(before, None));
    extents
}

impl Domain {
    /// A value of the domain in an extent, the plainest that can be found; absent when there is none.
    fn sample(&self, extent: &Extent) -> Option<Value> {
        match (self, extent) {
            (Self::Numbers { interval, step, .. }, Extent::One(Value::Number(x))) => {
                let stands = step.is_none_or(|step| is_multiple(*x, step));
                (stands && interval.contains(*x)).then_some(Value::Number(*x))
            }
            (Self::Numbers { interval, step, stride }, Extent::Between(low, high)) => {
                let (low, high) = (number(low.as_ref())?, number(high.as_ref())?);
                let inside = interval.low.is_none_or(|end| low.is_some_and(|low| end <= low))
                    && interval.high.is_none_or(|end| high.is_some_and(|high| high <= end));
                if !inside {
                    return None;
                }
                match step {
                    Some(step) => multiple_between(low, high, *step),
                    None => between(low, high, *stride),
                }
                .map(Value::Number)
            }
            (Self::Days(period), Extent::One(Value::Date(day))) => {
                period.contains(*day).then_some(Value::Date(*day))
            }
            (Self::Days(period), Extent::Between(low, high)) => {
                let day = day_between(day(low.as_ref())?, day(high.as_ref())?)?;
                period.contains(day).then_some(Value::Date(day))
            }
            (Self::Texts, Extent::Between(low, high)) => {
                text_between(text(low.as_ref())?, text(high.as_ref())?).map(Value::Text)
            }
            (Self::Texts | Self::Truths { .. } | Self::Values(_), Extent::One(value)) => {
                Some(value.clone())
            }
            (Self::Truths { .. } | Self::Values(_), Extent::Between(..))
            | (Self::Numbers { .. } | Self::Days(_), Extent::One(_)) => None,
        }
    }
}

/// The inner option is an absent end; the outer, a value of another kind.
fn number(value: Option<&Value>) -> Option<Option<Exact>> {
    match value {
        None => Some(None),
        Some(Value::Number(number)) => Some(Some(*number)),
        Some(Value::Bool(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_)) => None,
    }
}

fn day(value: Option<&Value>) -> Option<Option<Date>> {
    match value {
        None => Some(None),
        Some(Value::Date(day)) => Some(Some(*day)),
        Some(Value::Bool(_) | Value::Number(_) | Value::Enum(_) | Value::Text(_)) => None,
    }
}

fn text(value: Option<&Value>) -> Option<Option<&str>> {
    match value {
        None => Some(None),
        Some(Value::Text(text)) => Some(Some(text)),
        Some(Value::Bool(_) | Value::Number(_) | Value::Enum(_) | Value::Date(_)) => None,
    }
}

fn is_multiple(x: Exact, step: Exact) -> bool {
    x.divide(step).is_ok_and(Exact::is_whole)
}

/// The first multiple of a step after a number.
fn above(x: Exact, step: Exact) -> Option<Exact> {
    x.round(Rounding::Down, step).ok()?.add(step).ok()
}

/// The last multiple of a step before a number.
fn below(x: Exact, step: Exact) -> Option<Exact> {
    x.round(Rounding::Up, step).ok()?.subtract(step).ok()
}

fn multiple_between(low: Option<Exact>, high: Option<Exact>, step: Exact) -> Option<Exact> {
    match (low, high) {
        (Some(low), high) => above(low, step).filter(|first| high.is_none_or(|high| *first < high)),
        (None, Some(high)) => below(high, step),
        (None, None) => Some(Exact::ZERO),
    }
}

/// A number between two others with as few decimals as it can.
fn between(low: Option<Exact>, high: Option<Exact>, stride: Exact) -> Option<Exact> {
    let (low, high) = match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => return low.add(stride).ok(),
        (None, Some(high)) => return high.subtract(stride).ok(),
        (None, None) => return Some(Exact::ZERO),
    };
    let middle = low.add(high).ok()?.divide(Exact::whole(2)).ok()?;
    let rounded = (0..=9).find_map(|decimals| {
        let grain = stride.multiply(Exact::decimal(1, decimals)?).ok()?;
        let rounded = middle.round(Rounding::HalfAway, grain).ok()?;
        (low < rounded && rounded < high).then_some(rounded)
    });
    Some(rounded.unwrap_or(middle))
}

fn day_between(low: Option<Date>, high: Option<Date>) -> Option<Date> {
    match (low, high) {
        (Some(low), high) => {
            let next = low.plus_days(1)?;
            high.is_none_or(|high| next < high).then_some(next)
        }
        (None, Some(high)) => high.plus_days(-1),
        (None, None) => Date::new(2000, 1, 1),
    }
}

/// A text between two others, a code of the same length where there is one.
fn text_between(low: Option<&str>, high: Option<&str>) -> Option<Arc<str>> {
    let fits = |text: &String| {
        low.is_none_or(|low| low < text.as_str()) && high.is_none_or(|high| text.as_str() < high)
    };
    let next = low.and_then(|low| {
        let number: u64 = low.parse().ok()?;
        Some(format!("{:0width$}", number.checked_add(1)?, width = low.len()))
    });
    let least = high.map(|high| "0".repeat(high.len()));
    let longer = low.map(|low| format!("{low}0"));
    let any = "0".to_owned();
    let tries = [next, least, longer, Some(any), Some(String::new())];
    tries.into_iter().flatten().find(fits).map(Arc::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn x(text: &str) -> Exact {
        Exact::parse_decimal(text).unwrap()
    }

    fn numbers(step: Option<&str>) -> Domain {
        Domain::Numbers { interval: Interval::ANY, step: step.map(x), stride: Exact::ONE }
    }

    fn samples(domain: Domain, points: &[&str]) -> Vec<String> {
        let points = points.iter().map(|point| Value::Number(x(point))).collect();
        let axis = Axis::cut(domain, points);
        axis.pieces
            .iter()
            .map(|piece| match &piece.sample {
                Value::Number(number) => number.to_string(),
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn between_two_bounds_lies_the_plainest_number() {
        assert_eq!(samples(numbers(None), &["199", "200"]), ["198", "199", "399/2", "200", "201"]);
        assert_eq!(samples(numbers(None), &["0,33", "0,34"])[2], "67/200");
    }

    #[test]
    fn whole_numbers_and_whole_years_leave_nothing_between_neighbours() {
        assert_eq!(samples(numbers(Some("1")), &["1", "2"]), ["0", "1", "2", "3"]);
        assert_eq!(samples(numbers(Some("12")), &["348", "360"]), ["336", "348", "360", "372"]);
        assert_eq!(samples(numbers(Some("12")), &["350"]), ["348", "360"]);
    }

    #[test]
    fn what_lies_outside_the_domain_is_left_out() {
        let interval = Interval::closed(Some(Exact::ZERO), None);
        let domain = Domain::Numbers { interval, step: Some(Exact::ONE), stride: Exact::ONE };
        assert_eq!(samples(domain, &["2"]), ["0", "1", "2", "3"]);
    }

    #[test]
    fn codes_have_codes_between_them() {
        let between = |low, high| text_between(low, high).map(|text| text.to_string());
        assert_eq!(between(Some("69381"), Some("69389")).as_deref(), Some("69382"));
        assert_eq!(between(None, Some("69381")).as_deref(), Some("00000"));
        assert_eq!(between(Some("69389"), None).as_deref(), Some("69390"));
        assert_eq!(between(Some("2A"), Some("2A0")), None);
        assert_eq!(between(Some("2A"), Some("2B")).as_deref(), Some("2A0"));
    }

    #[test]
    fn between_two_days_in_a_row_there_is_none() {
        let day = |text| Value::Date(Date::parse_iso(text).unwrap());
        let axis =
            Axis::cut(Domain::Days(Period::default()), vec![day("2019-12-31"), day("2020-01-01")]);
        assert_eq!(axis.len(), 4);
    }
}
