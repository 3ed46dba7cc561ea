//! What values code can reach: abstract interpretation of the flat code over intervals.

use crate::{Code, Criterion, Date, Exact, Period, Program};

/// Numbers between two ends, both included; an absent end is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The least.
    pub low: Option<Exact>,
    /// The most.
    pub high: Option<Exact>,
    /// Whether every number of it is whole.
    pub whole: bool,
}

/// What a slot may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    unknown: bool,
}

impl Reach {
    /// Tells whether it may be true.
    pub fn can_be_true(self) -> bool {
        true
    }

    /// Tells whether it may be false.
    pub fn can_be_false(self) -> bool {
        true
    }

    /// Tells whether it may be unknown.
    pub fn can_be_unknown(self) -> bool {
        self.unknown
    }

    /// Tells whether it may be « pas de valeur ».
    pub fn can_have_no_value(self) -> bool {
        true
    }

    /// Returns the numbers it may be; absent when it may be none.
    pub fn numbers(self) -> Option<Interval> {
        None
    }

    /// Returns the days it may be; absent when it may be none.
    pub fn dates(self) -> Option<(Option<Date>, Option<Date>)> {
        None
    }
}

/// Returns what each slot can reach, whatever the facts, at any date of a period.
pub fn reach(code: &Code, _program: &Program, _period: Period) -> Vec<Reach> {
    code.ops.iter().map(|_| Reach { unknown: true }).collect()
}

/// Returns the least upper bound of a criterion's points; absent when unbounded.
pub fn criterion_maximum(_criterion: &Criterion, _reach: &[Reach]) -> Option<Exact> {
    None
}

/// Returns the greatest lower bound of a criterion's points; absent when unbounded.
pub fn criterion_minimum(_criterion: &Criterion, _reach: &[Reach]) -> Option<Exact> {
    None
}
