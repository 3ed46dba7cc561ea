//! The walk of planned code over registers: no allocation, no map, no reason.
//!
//! Whatever the walk cannot say exactly (a fact that is not known, an overflow, a division by zero, no
//! row, a text that is compared with nothing) ends it: the program is walked instead, and says why.

use super::code::{PlannedCode, Register, Step};
use super::days;
use super::facts::Items;
use crate::{Arithmetic, Calendar, Comparison, Fold, Rounding};

/// The plan says nothing of this case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deferred;

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Every step was done.
    Whole,
    /// The gate grants nothing: what comes after it is not read.
    AtGate,
}

/// A walk under way.
pub(super) struct Walk<'w> {
    pub(super) code: &'w PlannedCode,
    pub(super) registers: &'w mut [i64],
    pub(super) items: &'w Items,
    /// The packed day of evaluation.
    pub(super) today: i64,
}

impl Walk<'_> {
    /// Walks every step.
    pub(super) fn whole(&mut self) -> Result<Ended, Deferred> {
        self.steps(0, self.code.steps.len())
    }

    fn steps(&mut self, from: usize, to: usize) -> Result<Ended, Deferred> {
        let mut at = from;
        while at < to {
            let Some(written) = self.code.steps.get(at) else { break };
            let value = match written.step {
                Step::Close { gate } => {
                    if self.get(gate)? <= 0 {
                        return Ok(Ended::AtGate);
                    }
                    at += 1;
                    continue;
                }
                Step::Require { a, truth } => {
                    if self.get(a)? != i64::from(truth) {
                        return Err(Deferred);
                    }
                    at += 1;
                    continue;
                }
                Step::Fold { fold, list, body, filter, value } => {
                    let body = at + 1..at + 1 + body as usize;
                    at = body.end - 1;
                    self.fold(fold, list, body, (filter, value))?
                }
                Step::Table { table } => self.table(table, written.out)?,
                step @ (Step::Ratio { .. }
                | Step::RatioArithmetic(..)
                | Step::SelectRatio { .. }) => self.ratio(step, written.out)?,
                step => self.plain(step)?,
            };
            self.set(written.out, value)?;
            at += 1;
        }
        Ok(Ended::Whole)
    }

    fn get(&self, register: Register) -> Result<i64, Deferred> {
        self.registers.get(register as usize).copied().ok_or(Deferred)
    }

    fn set(&mut self, register: Register, value: i64) -> Result<(), Deferred> {
        *self.registers.get_mut(register as usize).ok_or(Deferred)? = value;
        Ok(())
    }

    /// Computes a step of one register.
    fn plain(&self, step: Step) -> Result<i64, Deferred> {
        match step {
            Step::Set(value) => Ok(value),
            Step::Today => Ok(self.today),
            Step::Scale { a, by } => self.get(a)?.checked_mul(by).ok_or(Deferred),
            Step::Arithmetic(operator, a, b) => arithmetic(operator, self.get(a)?, self.get(b)?),
            Step::Round { mode, a, times, by, step } => {
                let above = i128::from(self.get(a)?) * i128::from(times);
                rounded(mode, above, i128::from(by), step)
            }
            Step::RoundRatio { mode, a, times, by, step } => {
                let (above, below) = self.parts(a)?;
                let above = above.checked_mul(i128::from(times)).ok_or(Deferred)?;
                let below = below.checked_mul(i128::from(by)).ok_or(Deferred)?;
                rounded(mode, above, below, step)
            }
            Step::Whole { a, parts } => {
                let a = self.get(a)?;
                if a % parts == 0 { Ok(a / parts) } else { Err(Deferred) }
            }
            Step::Calendar(operator, a, b) => calendar(operator, self.get(a)?, self.get(b)?),
            Step::Compare(comparison, a, b) => {
                Ok(i64::from(compares(comparison, self.get(a)?, self.get(b)?)))
            }
            Step::CompareTo(comparison, a, value) => {
                Ok(i64::from(compares(comparison, self.get(a)?, value)))
            }
            Step::CompareRatio(comparison, a, b) => {
                let ((a, b), (c, d)) = (self.parts(a)?, self.parts(b)?);
                Ok(i64::from(compares(comparison, a * d, c * b)))
            }
            Step::And(a, b) => Ok(self.get(a)? & self.get(b)?),
            Step::Or(a, b) => Ok(self.get(a)? | self.get(b)?),
            Step::Not(a) => Ok(self.get(a)? ^ 1),
            Step::Select { condition, a, b } => {
                if self.get(condition)? == 1 {
                    self.get(a)
                } else {
                    self.get(b)
                }
            }
            Step::Ratio { .. }
            | Step::RatioArithmetic(..)
            | Step::SelectRatio { .. }
            | Step::Require { .. }
            | Step::Close { .. }
            | Step::Table { .. }
            | Step::Fold { .. } => Err(Deferred),
        }
    }

    /// Computes a step of two registers: sets the second, returns the first.
    fn ratio(&mut self, step: Step, out: Register) -> Result<i64, Deferred> {
        let (above, below) = match step {
            Step::Ratio { a, a_times, b, b_times } => {
                let above = i128::from(self.get(a)?) * i128::from(a_times);
                let below = i128::from(self.get(b)?) * i128::from(b_times);
                small(above, below)?
            }
            Step::RatioArithmetic(operator, a, b) => {
                let ((a, b), (c, d)) = (self.parts(a)?, self.parts(b)?);
                let (above, below) = match operator {
                    Arithmetic::Add => ((a * d).checked_add(c * b).ok_or(Deferred)?, b * d),
                    Arithmetic::Subtract => ((a * d).checked_sub(c * b).ok_or(Deferred)?, b * d),
                    Arithmetic::Multiply => (a * c, b * d),
                    Arithmetic::Divide => (a * d, b * c),
                    Arithmetic::Minimum => {
                        if a * d <= c * b {
                            (a, b)
                        } else {
                            (c, d)
                        }
                    }
                    Arithmetic::Maximum => {
                        if a * d >= c * b {
                            (a, b)
                        } else {
                            (c, d)
                        }
                    }
                };
                small(above, below)?
            }
            Step::SelectRatio { condition, a, b } => {
                let taken = if self.get(condition)? == 1 { a } else { b };
                (self.get(taken)?, self.get(taken + 1)?)
            }
            _ => return Err(Deferred),
        };
        self.set(out + 1, below)?;
        Ok(above)
    }

    fn parts(&self, a: Register) -> Result<(i128, i128), Deferred> {
        Ok((i128::from(self.get(a)?), i128::from(self.get(a + 1)?)))
    }

    fn table(&mut self, table: u32, out: Register) -> Result<i64, Deferred> {
        let table = self.code.tables.get(table as usize).ok_or(Deferred)?;
        let registers = &*self.registers;
        let get = |register: Register| registers.get(register as usize).copied().ok_or(Deferred);
        let found = table.find(&get)?;
        if let Some(below) = found.below {
            self.set(out + 1, below)?;
        }
        Ok(found.above)
    }

    fn fold(
        &mut self,
        fold: Fold,
        list: u32,
        body: std::ops::Range<usize>,
        (filter, value): (Option<Register>, Option<Register>),
    ) -> Result<i64, Deferred> {
        let planned = self.code.lists.get(list as usize).ok_or(Deferred)?;
        let items = self.items;
        let (mut count, mut held): (i64, Option<i64>) = (0, None);
        let mut seen = 0;
        for item in items.of(list as usize) {
            for (fact, value) in planned.facts.iter().zip(item) {
                self.set(fact.register, *value)?;
            }
            self.steps(body.start, body.end)?;
            seen += 1;
            if filter.map_or(Ok(1), |filter| self.get(filter))? == 0 {
                continue;
            }
            count += 1;
            if let Some(value) = value {
                let value = self.get(value)?;
                held = Some(match (held, fold) {
                    (None, _) => value,
                    (Some(held), Fold::Minimum) => held.min(value),
                    (Some(held), Fold::Maximum) => held.max(value),
                    (Some(held), Fold::Sum | Fold::Count | Fold::Exists | Fold::All) => {
                        held.checked_add(value).ok_or(Deferred)?
                    }
                });
            }
        }
        match fold {
            Fold::Count => Ok(count),
            Fold::Exists => Ok(i64::from(count > 0)),
            Fold::All => Ok(i64::from(count == seen)),
            Fold::Sum => Ok(held.unwrap_or(0)),
            Fold::Minimum | Fold::Maximum => held.ok_or(Deferred),
        }
    }
}

fn arithmetic(operator: Arithmetic, a: i64, b: i64) -> Result<i64, Deferred> {
    match operator {
        Arithmetic::Add => a.checked_add(b).ok_or(Deferred),
        Arithmetic::Subtract => a.checked_sub(b).ok_or(Deferred),
        Arithmetic::Multiply => a.checked_mul(b).ok_or(Deferred),
        Arithmetic::Minimum => Ok(a.min(b)),
        Arithmetic::Maximum => Ok(a.max(b)),
        Arithmetic::Divide => Err(Deferred),
    }
}

fn compares<T: Ord + Copy>(comparison: Comparison, a: T, b: T) -> bool {
    match comparison {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Less => a < b,
        Comparison::LessOrEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterOrEqual => a >= b,
    }
}

/// Makes a quotient of small parts, its denominator positive.
fn small(above: i128, below: i128) -> Result<(i64, i64), Deferred> {
    let (above, below) = match below.cmp(&0) {
        std::cmp::Ordering::Less => {
            (above.checked_neg().ok_or(Deferred)?, below.checked_neg().ok_or(Deferred)?)
        }
        std::cmp::Ordering::Equal => return Err(Deferred),
        std::cmp::Ordering::Greater => (above, below),
    };
    let part = |part: i128| i64::try_from(part).ok().filter(|part| *part != i64::MIN);
    match (part(above), part(below)) {
        (Some(above), Some(below)) => Ok((above, below)),
        (_, _) => {
            let common = num_integer::Integer::gcd(&above, &below);
            let above = part(above / common).ok_or(Deferred)?;
            Ok((above, part(below / common).ok_or(Deferred)?))
        }
    }
}

/// Rounds a quotient whose denominator is positive, and counts steps.
fn rounded(mode: Rounding, above: i128, below: i128, step: i64) -> Result<i64, Deferred> {
    let (floor, rest) = match (i64::try_from(above), i64::try_from(below)) {
        (Ok(above), Ok(below)) => {
            (i128::from(above.div_euclid(below)), i128::from(above.rem_euclid(below)))
        }
        (_, _) => (above.div_euclid(below), above.rem_euclid(below)),
    };
    let goes_up = mode.goes_up((rest, below), floor % 2 != 0, above < 0);
    let count = i64::try_from(floor + i128::from(goes_up)).map_err(|_| Deferred)?;
    count.checked_mul(step).ok_or(Deferred)
}

fn calendar(operator: Calendar, a: i64, b: i64) -> Result<i64, Deferred> {
    let moved = match operator {
        Calendar::AddMonths => days::plus_months(a, b),
        Calendar::SubtractMonths => b.checked_neg().and_then(|b| days::plus_months(a, b)),
        Calendar::AddDays => days::plus_days(a, b),
        Calendar::SubtractDays => b.checked_neg().and_then(|b| days::plus_days(a, b)),
        Calendar::CompletedMonths => Some(days::completed_months(a, b)),
        Calendar::CompletedYears => Some(days::completed_months(a, b).div_euclid(12) * 12),
        Calendar::DaysBetween => Some(days::days_between(a, b)),
    };
    moved.ok_or(Deferred)
}
