//! Aims: the values wanted of one slot, and how they follow from comparisons and cells.

use crate::rows::holds;
use engine::{
    CellRange, Comparison, Date, Exact, Excluded, Interval, Period, Schema, Type, Value, Values,
};
use std::sync::Arc;

/// What is wanted of one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Any known value.
    Known,
    /// No known value.
    Unknown,
    /// A truth.
    Truth(bool),
    /// A number.
    Numbers(Interval),
    /// A day.
    Days(Period),
    /// One of these values of its enumeration.
    Enum(Vec<u32>),
    /// A text.
    Text(Texts),
}

/// Texts inside a range and outside of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    /// Where it is; anywhere when absent.
    pub(crate) within: Option<CellRange>,
    /// Where it is not.
    pub(crate) outside: Vec<CellRange>,
}

impl Texts {
    /// Tells whether a text is one of them.
    pub(crate) fn contains(&self, text: &Arc<str>) -> bool {
        let value = Value::Text(Arc::clone(text));
        self.within.as_ref().is_none_or(|range| holds(range, &value))
            && !self.outside.iter().any(|range| holds(range, &value))
    }
}

impl Aim {
    /// One value and no other.
    pub(crate) fn exactly(value: &Value) -> Self {
        match value {
            Value::Bool(truth) => Self::Truth(*truth),
            Value::Number(number) => Self::Numbers(Interval::only(*number)),
            Value::Date(day) => Self::Days(Period { from: Some(*day), to: Some(*day) }),
            Value::Enum(index) => Self::Enum(vec![*index]),
            Value::Text(_) => Self::Text(Texts { within: Some(only(value)), outside: Vec::new() }),
        }
    }

    /// What is wanted of a slot to be in a cell; absent when any value is in it.
    pub(crate) fn inside(values: &Values) -> Option<Self> {
        Some(match values {
            Values::Any => return None,
            Values::Bool(truth) => Self::Truth(*truth),
            Values::Numbers(interval) => Self::Numbers(*interval),
            Values::Days(period) => Self::Days(*period),
            Values::Enum(values) => Self::Enum(values.clone()),
            Values::Text(text) => match text.strip_suffix('\u{1}') {
                None => Self::exactly(&Value::Text(Arc::clone(text))),
                Some(before) => {
                    let outside = vec![only(&Value::Text(Arc::from(before)))];
                    Self::Text(Texts { within: None, outside })
                }
            },
        })
    }

    /// Tells whether a known value is wanted.
    pub(crate) fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Known, _) => true,
            (Self::Truth(wanted), Value::Bool(truth)) => wanted == truth,
            (Self::Numbers(interval), Value::Number(number)) => interval.contains(*number),
            (Self::Days(period), Value::Date(day)) => period.contains(*day),
            (Self::Enum(values), Value::Enum(index)) => values.contains(index),
            (Self::Text(texts), Value::Text(text)) => texts.contains(text),
            (
                Self::Unknown
                | Self::Truth(_)
                | Self::Numbers(_)
                | Self::Days(_)
                | Self::Enum(_)
                | Self::Text(_),
                _,
            ) => false,
        }
    }

    /// The aims, each enough, that make « x comparison value » true.
    pub(crate) fn compared(
        comparison: Comparison,
        value: &Value,
        ty: Option<Type>,
        schema: &Schema,
    ) -> Vec<Self> {
        let bound = |included| Some(engine::Bound { value: value.clone(), included });
        let above = |included| CellRange { low: bound(included), high: None };
        let below = |included| CellRange { low: None, high: bound(included) };
        match comparison {
            Comparison::Equal => vec![Self::exactly(value)],
            Comparison::NotEqual => Self::outside(&[only(value)], ty, schema),
            Comparison::Less => Self::within(&[below(false)]),
            Comparison::LessOrEqual => Self::within(&[below(true)]),
            Comparison::Greater => Self::within(&[above(false)]),
            Comparison::GreaterOrEqual => Self::within(&[above(true)]),
        }
    }

    /// The aims, each enough, that some ranges accept.
    pub(crate) fn within(ranges: &[CellRange]) -> Vec<Self> {
        ranges.iter().map(Self::of_range).collect()
    }

    fn of_range(range: &CellRange) -> Self {
        let example = range.low.as_ref().or(range.high.as_ref()).map(|bound| &bound.value);
        match example {
            None => Self::Known,
            Some(Value::Number(_)) => Self::Numbers(interval(range)),
            Some(Value::Date(_)) => Self::Days(days(range)),
            Some(Value::Text(_)) => {
                Self::Text(Texts { within: Some(range.clone()), outside: Vec::new() })
            }
            Some(value @ (Value::Bool(_) | Value::Enum(_))) => Self::exactly(value),
        }
    }

    /// The aims, each enough, that no range accepts.
    pub(crate) fn outside(ranges: &[CellRange], ty: Option<Type>, schema: &Schema) -> Vec<Self> {
        let example = ranges
            .iter()
            .flat_map(|range| range.low.iter().chain(&range.high))
            .map(|bound| &bound.value)
            .next();
        match example {
            None => Vec::new(),
            Some(Value::Number(_)) => {
                let all = vec![Interval::ANY];
                let left = ranges.iter().fold(all, |left, range| {
                    left.into_iter().flat_map(|one| without(one, interval(range))).collect()
                });
                left.into_iter().map(Self::Numbers).collect()
            }
            Some(Value::Date(_)) => {
                let all = vec![Period::default()];
                let left = ranges.iter().fold(all, |left, range| {
                    left.into_iter().flat_map(|one| without_days(one, days(range))).collect()
                });
                left.into_iter().map(Self::Days).collect()
            }
            Some(Value::Text(_)) => {
                vec![Self::Text(Texts { within: None, outside: ranges.to_vec() })]
            }
            Some(Value::Bool(_)) => [false, true]
                .into_iter()
                .filter(|truth| !ranges.iter().any(|range| holds(range, &Value::Bool(*truth))))
                .map(Self::Truth)
                .collect(),
            Some(Value::Enum(_)) => {
                let Some(Type::Enum(id)) = ty else { return Vec::new() };
                let count = schema.enumeration(id).map_or(0, |def| def.values.len());
                let count = u32::try_from(count).unwrap_or(0);
                let free =
                    |index: &u32| !ranges.iter().any(|range| holds(range, &Value::Enum(*index)));
                let left: Vec<u32> = (0..count).filter(free).collect();
                if left.is_empty() { Vec::new() } else { vec![Self::Enum(left)] }
            }
        }
    }
}

/// The range of one value.
pub(crate) fn only(value: &Value) -> CellRange {
    let bound = Some(engine::Bound { value: value.clone(), included: true });
    CellRange { low: bound.clone(), high: bound }
}

/// A range of numbers as an interval.
pub(crate) fn interval(range: &CellRange) -> Interval {
    let end = |bound: &Option<engine::Bound>| match bound {
        Some(engine::Bound { value: Value::Number(number), included }) => {
            (Some(*number), !included)
        }
        Some(_) | None => (None, false),
    };
    let ((low, low_out), (high, high_out)) = (end(&range.low), end(&range.high));
    let excluded = Excluded { low: low_out, high: high_out };
    Interval { excluded, ..Interval::closed(low, high) }
}

fn days(range: &CellRange) -> Period {
    let end = |bound: &Option<engine::Bound>, inward: fn(Date) -> Date| match bound {
        Some(engine::Bound { value: Value::Date(day), included }) => {
            Some(if *included { *day } else { inward(*day) })
        }
        Some(_) | None => None,
    };
    Period { from: end(&range.low, Date::tomorrow), to: end(&range.high, Date::yesterday) }
}

fn without(of: Interval, hole: Interval) -> Vec<Interval> {
    let below = hole.low.map(|low| Interval {
        excluded: Excluded { low: false, high: !hole.excluded.low },
        ..Interval::closed(None, Some(low))
    });
    let above = hole.high.map(|high| Interval {
        excluded: Excluded { low: !hole.excluded.high, high: false },
        ..Interval::closed(Some(high), None)
    });
    below.into_iter().chain(above).filter_map(|side| of.and(side)).collect()
}

fn without_days(of: Period, hole: Period) -> Vec<Period> {
    let below = hole.from.map(|from| Period { from: None, to: Some(from.yesterday()) });
    let above = hole.to.map(|to| Period { from: Some(to.tomorrow()), to: None });
    below.into_iter().chain(above).filter_map(|side| of.intersection(side)).collect()
}

/// Numbers from one on, or up to one; itself included.
pub(crate) fn at_least(low: Exact) -> Aim {
    Aim::Numbers(Interval::closed(Some(low), None))
}
