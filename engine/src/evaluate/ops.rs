//! Arithmetic, comparison, logic and calls on scalars.

use super::Walk;
use crate::scalar::{Run, Scalar};
use crate::{
    Arithmetic, Comparison, Date, EvalError, Exact, FunctionId, Rounding, Slot, TableId, Type,
    Value,
};
use source::Span;
use std::cmp::Ordering;

/// Computes arithmetic on two numbers.
fn arithmetic_of(operator: Arithmetic, a: Exact, b: Exact) -> Result<Exact, EvalError> {
    match operator {
        Arithmetic::Add => a.add(b),
        Arithmetic::Subtract => a.subtract(b),
        Arithmetic::Multiply => a.multiply(b),
        Arithmetic::Divide => a.divide(b),
        Arithmetic::Minimum => Ok(a.min(b)),
        Arithmetic::Maximum => Ok(a.max(b)),
    }
}

/// Computes arithmetic on two scalars; the smaller and the greater also of dates.
pub(crate) fn arithmetic(
    run: &mut Run<'_>,
    operator: Arithmetic,
    a: Scalar,
    b: Scalar,
    span: Span,
) -> Scalar {
    if let Some(reason) = run.stops_either(a, b, span) {
        return Scalar::Unknown(reason);
    }
    let result = if let (Scalar::Date(a), Scalar::Date(b)) = (a, b) {
        of_dates(operator, a, b).map(Scalar::Date)
    } else {
        a.number().and_then(|a| arithmetic_of(operator, a, b.number()?)).map(Scalar::Number)
    };
    result.unwrap_or_else(|error| run.failed(error, span))
}

fn of_dates(operator: Arithmetic, a: Date, b: Date) -> Result<Date, EvalError> {
    match operator {
        Arithmetic::Minimum => Ok(a.min(b)),
        Arithmetic::Maximum => Ok(a.max(b)),
        Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Multiply | Arithmetic::Divide => {
            Err(EvalError::IllTyped)
        }
    }
}

/// Tells whether a comparison holds of an order.
pub(crate) fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }
}

/// Compares two scalars. Any comparison with « pas de valeur » is false, even of an unknown.
pub(crate) fn compare(
    run: &mut Run<'_>,
    comparison: Comparison,
    a: Scalar,
    b: Scalar,
    span: Span,
) -> Scalar {
    if a == Scalar::NoValue || b == Scalar::NoValue {
        return Scalar::Bool(false);
    }
    if let Some(reason) = run.stops_either(a, b, span) {
        return Scalar::Unknown(reason);
    }
    match run.order(a, b) {
        Some(order) => Scalar::Bool(holds(comparison, order)),
        None => run.failed(EvalError::IllTyped, span),
    }
}

impl Walk<'_, '_> {
    pub(super) fn round(&mut self, mode: Rounding, a: Slot, step: Slot, span: Span) -> Scalar {
        let (a, step) = (self.get(a), self.get(step));
        if let Some(reason) = self.run.stops_either(a, step, span) {
            return Scalar::Unknown(reason);
        }
        let rounded = a.number().and_then(|a| a.round(mode, step.number()?));
        rounded.map_or_else(|error| self.run.failed(error, span), Scalar::Number)
    }

    pub(super) fn and(&mut self, a: Slot, b: Slot, span: Span) -> Scalar {
        match (self.get(a), self.get(b)) {
            (Scalar::Bool(false), _) | (_, Scalar::Bool(false)) => Scalar::Bool(false),
            (Scalar::Bool(true), Scalar::Bool(true)) => Scalar::Bool(true),
            (a, b) => self.unknown_of_two(a, b, span),
        }
    }

    pub(super) fn or(&mut self, a: Slot, b: Slot, span: Span) -> Scalar {
        match (self.get(a), self.get(b)) {
            (Scalar::Bool(true), _) | (_, Scalar::Bool(true)) => Scalar::Bool(true),
            (Scalar::Bool(false), Scalar::Bool(false)) => Scalar::Bool(false),
            (a, b) => self.unknown_of_two(a, b, span),
        }
    }

    pub(super) fn not(&mut self, a: Slot, span: Span) -> Scalar {
        match self.get(a) {
            Scalar::Bool(value) => Scalar::Bool(!value),
            other => self.stopped(other, span),
        }
    }

    fn unknown_of_two(&mut self, a: Scalar, b: Scalar, span: Span) -> Scalar {
        match self.run.stops_either(a, b, span) {
            Some(reason) => Scalar::Unknown(reason),
            None => self.run.failed(EvalError::IllTyped, span),
        }
    }

    /// Joins the reasons of every operand that stops an operation.
    fn stops_any(&mut self, operands: &[Slot], span: Span) -> Option<Scalar> {
        let mut joined = None;
        for slot in operands {
            let operand = self.get(*slot);
            if let Some(reason) = self.run.stops(operand, span) {
                joined = Some(match joined {
                    Some(before) => self.run.reasons.both(before, reason),
                    None => reason,
                });
            }
        }
        joined.map(Scalar::Unknown)
    }

    pub(super) fn table(&mut self, id: TableId, inputs: &[Slot], span: Span) -> Scalar {
        let program = self.run.program;
        let Some(table) = program.tables.get(id.0 as usize) else {
            return self.run.failed(EvalError::IllTyped, span);
        };
        let cells = &*self.cells;
        let input = |at: usize| {
            let slot = inputs.get(at)?;
            cells.get(slot.0 as usize).copied()
        };
        super::table(self.run, table, &input, span)
            .unwrap_or_else(|error| self.run.failed(error, span))
    }

    pub(super) fn call(&mut self, id: FunctionId, arguments: &[Slot], span: Span) -> Scalar {
        if let Some(unknown) = self.stops_any(arguments, span) {
            return unknown;
        }
        let program = self.run.program;
        let Some(function) = program.functions.get(id.0 as usize) else {
            return self.run.failed(EvalError::IllTyped, span);
        };
        let values: Option<Vec<Value>> =
            arguments.iter().map(|slot| self.run.value(self.get(*slot))).collect();
        let called = match values {
            Some(values) => self.run.scripts.call(function, &values, &program.schema),
            None => Err(EvalError::IllTyped),
        };
        match called {
            Ok(value) if is_of(&value, function.ty) => self.run.scalar(&value),
            Ok(_) => self.run.failed(EvalError::ScriptFailure, span),
            Err(error) => self.run.failed(error, span),
        }
    }
}

/// Tells whether a value is of a type, as far as the engine reads it.
fn is_of(value: &Value, ty: Type) -> bool {
    match ty {
        Type::Bool => matches!(value, Value::Bool(_)),
        Type::Number(..) => matches!(value, Value::Number(_)),
        Type::Text | Type::Code => matches!(value, Value::Text(_)),
        Type::Date => matches!(value, Value::Date(_)),
        Type::Enum(_) => matches!(value, Value::Enum(_)),
        Type::Item(_) => false,
    }
}
