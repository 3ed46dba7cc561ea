//! Arithmetic, comparisons and calendars over static scales.
//!
//! A product with a constant is often nothing but another scale; a comparison with a constant is one
//! of whole numbers.

use super::super::code::{Place, Register, Shape, Step};
use super::{FINEST, Lowering};
use crate::evaluate::{calendar, holds};
use crate::scalar::Scalar;
use crate::{Arithmetic, Calendar, Comparison, Exact, Rounding, Value};

/// A number as an operand.
#[derive(Clone, Copy)]
enum Number {
    Constant(Exact),
    Parts(Register, i64),
    Ratio(Register),
}

fn number(place: &Place) -> Option<Number> {
    match place {
        Place::Constant(Value::Number(number)) => Some(Number::Constant(*number)),
        Place::Register(register, Shape::Number(parts)) => Some(Number::Parts(*register, *parts)),
        Place::Register(register, Shape::Ratio) => Some(Number::Ratio(*register)),
        Place::Constant(_) | Place::Register(..) | Place::NoValue | Place::Outside => None,
    }
}

fn constant(number: Exact) -> Place {
    Place::Constant(Value::Number(number))
}

/// Returns a denominator that is not too fine.
fn scale(parts: Option<i64>) -> Option<i64> {
    parts.filter(|parts| *parts <= FINEST)
}

impl Lowering<'_> {
    pub(super) fn arithmetic(&mut self, operator: Arithmetic, a: &Place, b: &Place) -> Place {
        self.of_dates(operator, a, b)
            .or_else(|| self.of_numbers(operator, number(a)?, number(b)?))
            .unwrap_or(Place::Outside)
    }

    fn of_dates(&mut self, operator: Arithmetic, a: &Place, b: &Place) -> Option<Place> {
        let is_date = |place: &Place| {
            matches!(place, Place::Constant(Value::Date(_)) | Place::Register(_, Shape::Date))
        };
        let chooses = matches!(operator, Arithmetic::Minimum | Arithmetic::Maximum);
        if !chooses || !is_date(a) || !is_date(b) {
            return None;
        }
        let ((a, _), (b, _)) = (self.held(a)?, self.held(b)?);
        Some(self.step(Step::Arithmetic(operator, a, b), Shape::Date))
    }

    fn of_numbers(&mut self, operator: Arithmetic, a: Number, b: Number) -> Option<Place> {
        if let (Number::Constant(a), Number::Constant(b)) = (a, b) {
            let folded = match operator {
                Arithmetic::Add => a.add(b),
                Arithmetic::Subtract => a.subtract(b),
                Arithmetic::Multiply => a.multiply(b),
                Arithmetic::Divide => a.divide(b),
                Arithmetic::Minimum => Ok(a.min(b)),
                Arithmetic::Maximum => Ok(a.max(b)),
            };
            return folded.ok().map(constant);
        }
        match (operator, a, b) {
            (Arithmetic::Multiply, Number::Parts(a, parts), Number::Constant(by))
            | (Arithmetic::Multiply, Number::Constant(by), Number::Parts(a, parts)) => {
                self.times(a, parts, by)
            }
            (Arithmetic::Divide, Number::Parts(a, parts), Number::Constant(by)) => {
                self.times(a, parts, Exact::ONE.divide(by).ok()?)
            }
            (Arithmetic::Multiply, Number::Parts(a, p), Number::Parts(b, q)) => {
                let parts = scale(p.checked_mul(q))?;
                Some(self.step(Step::Arithmetic(operator, a, b), Shape::Number(parts)))
            }
            (Arithmetic::Divide, Number::Parts(..) | Number::Constant(_), Number::Parts(..)) => {
                let ((a, p), (b, q)) = (self.parts(a)?, self.parts(b)?);
                let common = num_integer::Integer::gcd(&p, &q);
                let step = Step::Ratio { a, a_times: q / common, b, b_times: p / common };
                Some(self.step(step, Shape::Ratio))
            }
            (_, Number::Ratio(_), _) | (_, _, Number::Ratio(_)) => {
                let (a, b) = (self.ratio(a)?, self.ratio(b)?);
                Some(self.step(Step::RatioArithmetic(operator, a, b), Shape::Ratio))
            }
            (
                Arithmetic::Add
                | Arithmetic::Subtract
                | Arithmetic::Minimum
                | Arithmetic::Maximum
                | Arithmetic::Multiply
                | Arithmetic::Divide,
                Number::Parts(..) | Number::Constant(_),
                Number::Parts(..) | Number::Constant(_),
            ) => {
                let (a, b, parts) = self.common(a, b)?;
                Some(self.step(Step::Arithmetic(operator, a, b), Shape::Number(parts)))
            }
        }
    }

    /// Multiplies by a constant.
    fn times(&mut self, a: Register, parts: i64, by: Exact) -> Option<Place> {
        if by.is_zero() {
            return Some(constant(Exact::ZERO));
        }
        let scaled = by.divide(Exact::from(parts)).ok()?;
        let parts = scale(i64::try_from(scaled.denominator()).ok())?;
        let by = i64::try_from(scaled.numerator()).ok()?;
        if by == 1 {
            return Some(Place::Register(a, Shape::Number(parts)));
        }
        Some(self.step(Step::Scale { a, by }, Shape::Number(parts)))
    }

    fn parts(&mut self, number: Number) -> Option<(Register, i64)> {
        match number {
            Number::Parts(register, parts) => Some((register, parts)),
            Number::Constant(value) => match self.held(&constant(value))? {
                (register, Shape::Number(parts)) => Some((register, parts)),
                (_, Shape::Bool | Shape::Date | Shape::Enum | Shape::Text | Shape::Ratio) => None,
            },
            Number::Ratio(_) => None,
        }
    }

    /// Brings two numbers to one denominator.
    fn common(&mut self, a: Number, b: Number) -> Option<(Register, Register, i64)> {
        let denominator = |number: Number| match number {
            Number::Parts(_, parts) => Some(parts),
            Number::Constant(value) => i64::try_from(value.denominator()).ok(),
            Number::Ratio(_) => None,
        };
        let (p, q) = (denominator(a)?, denominator(b)?);
        let parts = scale((p / num_integer::Integer::gcd(&p, &q)).checked_mul(q))?;
        Some((self.at_scale(a, parts)?, self.at_scale(b, parts)?, parts))
    }

    fn at_scale(&mut self, number: Number, parts: i64) -> Option<Register> {
        match number {
            Number::Constant(value) => {
                let held = super::parts_of(value, parts)?;
                match self.step(Step::Set(held), Shape::Number(parts)) {
                    Place::Register(register, _) => Some(register),
                    Place::Constant(_) | Place::NoValue | Place::Outside => None,
                }
            }
            Number::Parts(register, own) if own == parts => Some(register),
            Number::Parts(a, own) => {
                match self.step(Step::Scale { a, by: parts / own }, Shape::Number(parts)) {
                    Place::Register(register, _) => Some(register),
                    Place::Constant(_) | Place::NoValue | Place::Outside => None,
                }
            }
            Number::Ratio(_) => None,
        }
    }

    /// Makes a number a quotient.
    fn ratio(&mut self, number: Number) -> Option<Register> {
        if let Number::Ratio(register) = number {
            return Some(register);
        }
        let (a, parts) = self.parts(number)?;
        let (b, _) = self.held(&constant(Exact::ONE))?;
        match self.step(Step::Ratio { a, a_times: 1, b, b_times: parts }, Shape::Ratio) {
            Place::Register(register, _) => Some(register),
            Place::Constant(_) | Place::NoValue | Place::Outside => None,
        }
    }

    /// Selects one of two numbers, at one scale.
    pub(super) fn selected_number(
        &mut self,
        condition: Register,
        a: &Place,
        b: &Place,
    ) -> Option<Place> {
        let (a, b) = (number(a)?, number(b)?);
        if let (Number::Ratio(_), _) | (_, Number::Ratio(_)) = (a, b) {
            let (a, b) = (self.ratio(a)?, self.ratio(b)?);
            return Some(self.step(Step::SelectRatio { condition, a, b }, Shape::Ratio));
        }
        let (a, b, parts) = self.common(a, b)?;
        Some(self.step(Step::Select { condition, a, b }, Shape::Number(parts)))
    }

    pub(super) fn round(&mut self, mode: Rounding, a: &Place, step: &Place) -> Place {
        self.rounded(mode, a, step).unwrap_or(Place::Outside)
    }

    fn rounded(&mut self, mode: Rounding, a: &Place, step: &Place) -> Option<Place> {
        let Number::Constant(step) = number(step)? else { return None };
        if step <= Exact::ZERO {
            return None;
        }
        let below = i64::try_from(step.denominator()).ok()?;
        let above = i64::try_from(step.numerator()).ok()?;
        let step = match number(a)? {
            Number::Constant(value) => {
                return value
                    .round(mode, Exact::fraction(above.into(), below.into())?)
                    .ok()
                    .map(constant);
            }
            Number::Parts(a, parts) => {
                let by = parts.checked_mul(above)?;
                Step::Round { mode, a, times: below, by, step: above }
            }
            Number::Ratio(a) => Step::RoundRatio { mode, a, times: below, by: above, step: above },
        };
        Some(self.step(step, Shape::Number(scale(Some(below))?)))
    }

    pub(super) fn calendar(&mut self, operator: Calendar, a: &Place, b: &Place) -> Place {
        self.calendar_of(operator, a, b).unwrap_or(Place::Outside)
    }

    fn calendar_of(&mut self, operator: Calendar, a: &Place, b: &Place) -> Option<Place> {
        if let (Place::Constant(a), Place::Constant(b)) = (a, b) {
            return match calendar(operator, scalar(a)?, scalar(b)?).ok()? {
                Scalar::Date(day) => Some(Place::Constant(Value::Date(day))),
                Scalar::Number(count) => Some(constant(count)),
                Scalar::Bool(_)
                | Scalar::Enum(_)
                | Scalar::Text(_)
                | Scalar::NoValue
                | Scalar::Unknown(_) => None,
            };
        }
        let ((a, a_shape), (b, b_shape)) = (self.held(a)?, self.held(b)?);
        match (operator, a_shape, b_shape) {
            (
                Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween,
                Shape::Date,
                Shape::Date,
            ) => Some(self.step(Step::Calendar(operator, a, b), Shape::Number(1))),
            (
                Calendar::AddMonths
                | Calendar::SubtractMonths
                | Calendar::AddDays
                | Calendar::SubtractDays,
                Shape::Date,
                Shape::Number(parts),
            ) => {
                let whole = if parts == 1 { b } else { self.whole(b, parts)? };
                Some(self.step(Step::Calendar(operator, a, whole), Shape::Date))
            }
            (_, _, _) => None,
        }
    }

    fn whole(&mut self, a: Register, parts: i64) -> Option<Register> {
        match self.step(Step::Whole { a, parts }, Shape::Number(1)) {
            Place::Register(register, _) => Some(register),
            Place::Constant(_) | Place::NoValue | Place::Outside => None,
        }
    }

    /// Any comparison with « pas de valeur » is false, even of what is not planned.
    pub(super) fn compare(&mut self, comparison: Comparison, a: &Place, b: &Place) -> Place {
        if *a == Place::NoValue || *b == Place::NoValue {
            return Place::Constant(Value::Bool(false));
        }
        self.compared(comparison, a, b).unwrap_or(Place::Outside)
    }

    fn compared(&mut self, comparison: Comparison, a: &Place, b: &Place) -> Option<Place> {
        match (a, b) {
            (Place::Constant(a), Place::Constant(b)) => {
                let order = order(a, b)?;
                Some(Place::Constant(Value::Bool(holds(comparison, order))))
            }
            (Place::Constant(_), _) => self.compared(comparison.mirrored(), b, a),
            (Place::Register(a, Shape::Number(parts)), Place::Constant(Value::Number(to))) => {
                self.compared_to(comparison, *a, to.multiply(Exact::from(*parts)).ok()?)
            }
            (_, _) => match (number(a), number(b)) {
                (Some(Number::Ratio(_)), Some(_)) | (Some(_), Some(Number::Ratio(_))) => {
                    let (a, b) = (self.ratio(number(a)?)?, self.ratio(number(b)?)?);
                    Some(self.step(Step::CompareRatio(comparison, a, b), Shape::Bool))
                }
                (Some(a), Some(b)) => {
                    let (a, b, _) = self.common(a, b)?;
                    Some(self.step(Step::Compare(comparison, a, b), Shape::Bool))
                }
                (_, _) => self.compared_plainly(comparison, a, b),
            },
        }
    }

    /// Compares a count of parts with a number of them, maybe not whole.
    fn compared_to(&mut self, comparison: Comparison, a: Register, to: Exact) -> Option<Place> {
        let whole = |mode| {
            let rounded = to.round(mode, Exact::ONE).ok()?;
            i64::try_from(rounded.numerator()).ok()
        };
        let to = match comparison {
            Comparison::Equal | Comparison::NotEqual if !to.is_whole() => {
                let differs = comparison == Comparison::NotEqual;
                return Some(Place::Constant(Value::Bool(differs)));
            }
            Comparison::Equal
            | Comparison::NotEqual
            | Comparison::LessOrEqual
            | Comparison::Greater => whole(Rounding::Down)?,
            Comparison::Less | Comparison::GreaterOrEqual => whole(Rounding::Up)?,
        };
        Some(self.step(Step::CompareTo(comparison, a, to), Shape::Bool))
    }

    /// Compares truths, days, values of an enumeration, texts.
    fn compared_plainly(&mut self, comparison: Comparison, a: &Place, b: &Place) -> Option<Place> {
        let is_constant = matches!(b, Place::Constant(_));
        let ((a, a_shape), (b_held, b_shape)) = (self.held(a)?, self.held(b)?);
        let ordered = match a_shape {
            Shape::Bool | Shape::Date | Shape::Enum => true,
            Shape::Text => {
                self.planned.compares_texts |= !is_constant;
                true
            }
            Shape::Number(_) | Shape::Ratio => false,
        };
        let step = Step::Compare(comparison, a, b_held);
        (ordered && a_shape == b_shape).then(|| self.step(step, Shape::Bool))
    }
}

fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::Number(number) => Some(Scalar::Number(*number)),
        Value::Date(day) => Some(Scalar::Date(*day)),
        Value::Bool(_) | Value::Enum(_) | Value::Text(_) => None,
    }
}

fn order(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Enum(a), Value::Enum(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (
            Value::Bool(_) | Value::Number(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_),
            _,
        ) => None,
    }
}
