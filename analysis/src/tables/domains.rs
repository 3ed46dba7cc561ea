//! What the inputs of a table can be: from the code that computes them, or from their types.
//!
//! Two views. *Possible* holds every value that a file can give: what is said useless is useless
//! there. *Expected* leaves out a count of time that would be negative because a fact is dated after
//! the day of evaluation: no author writes a row for an age of minus one.

use super::axis::Domain;
use dsl::lower::TableCode;
use engine::{
    Absence, Arithmetic, Calendar, Code, Exact, Exploration, Explored, Fold, Interval, NumberForm,
    Op, Period, Program, Reach, RowResult, Schema, Slot, Table, Type, Unit, Value, Values,
    Variable,
};
use std::ops::ControlFlow;

/// Returns everything that the inputs of a table can be, whatever the facts and the day.
pub(super) fn possible(program: &Program, table: &Table, own: Option<&TableCode>) -> Vec<Domain> {
    let Some(own) = own else {
        return table.inputs.iter().map(|ty| of_type(&program.schema, *ty)).collect();
    };
    let reached = engine::reach(&own.code, program, Period::default());
    let each = own.inputs.iter().zip(&table.inputs);
    each.map(|(slot, ty)| of_slot(program, &own.code, &reached, *slot, *ty)).collect()
}

/// Returns what every slot of some code reaches, times counted from a fact to the day of evaluation
/// being positive.
pub(super) fn expected(program: &Program, code: &Code, days: Period) -> Vec<Reach> {
    let positive = engine::Domain {
        values: Values::Numbers(Interval::closed(Some(Exact::ZERO), None)),
        absence: Absence::Free,
    };
    let variables: Vec<Variable> =
        elapsed(code).map(|slot| Variable { slot, domains: vec![positive.clone()] }).collect();
    let needed = vec![true; code.ops.len()];
    let mut reached = Vec::new();
    let exploration = Exploration {
        code,
        period: days,
        needed: &needed,
        variables: &variables,
        limit: variables.len() + 1,
    };
    let explored = engine::explore(program, exploration, &mut |_, reach| {
        reached = reach.to_vec();
        ControlFlow::Continue(())
    });
    if explored == Explored::Wholly && !reached.is_empty() {
        reached
    } else {
        engine::reach(code, program, days)
    }
}

/// The slots, outside of folds, that count the time elapsed since a fact.
fn elapsed(code: &Code) -> impl Iterator<Item = Slot> {
    let mut body_end = 0;
    code.ops.iter().enumerate().filter_map(move |(at, op)| {
        if at < body_end {
            return None;
        }
        body_end = at + 1 + op.body();
        let Op::Calendar(
            Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween,
            from,
            to,
        ) = op
        else {
            return None;
        };
        let until_today = matches!(code.ops.get(to.0 as usize), Some(Op::EvaluationDate));
        let since_fact =
            matches!(code.ops.get(from.0 as usize), Some(Op::Fact(_) | Op::SharedFact { .. }));
        (until_today && since_fact).then(|| u32::try_from(at).ok().map(Slot)).flatten()
    })
}

/// Returns what a slot can be, from what the slots of its code reach.
pub(super) fn of_slot(
    program: &Program,
    code: &Code,
    reached: &[Reach],
    slot: Slot,
    ty: Type,
) -> Domain {
    let whole = of_type(&program.schema, ty);
    let Some(reach) = reached.get(slot.0 as usize) else { return whole };
    match whole {
        Domain::Numbers { stride, step, .. } => {
            let interval = reach.numbers().unwrap_or(NOTHING);
            let counted = interval.whole.then_some(Exact::ONE);
            let found = Steps { program, code }.of(slot, 0).or(counted).or(step);
            let step = found.filter(|step| !step.is_zero()).and_then(absolute);
            Domain::Numbers { interval, step, stride }
        }
        Domain::Days(_) => match reach.dates() {
            Some((from, to)) => Domain::Days(Period { from, to }),
            None => Domain::Values(Vec::new()),
        },
        Domain::Truths { .. } => {
            Domain::Truths { yes: reach.can_be_true(), no: reach.can_be_false() }
        }
        Domain::Values(values) => {
            let possible = values.into_iter().filter(|value| reach.can_be_value(*value));
            Domain::Values(possible.collect())
        }
        Domain::Texts => Domain::Texts,
    }
}

/// No number at all.
const NOTHING: Interval = Interval::closed(Some(Exact::ONE), Some(Exact::ZERO));

/// Returns every value of a type.
pub(super) fn of_type(schema: &Schema, ty: Type) -> Domain {
    match ty {
        Type::Bool => Domain::Truths { yes: true, no: true },
        Type::Number(unit, form) => {
            let step = (form == NumberForm::Whole).then_some(Exact::ONE);
            Domain::Numbers { interval: Interval::ANY, step, stride: stride(unit, form) }
        }
        Type::Text | Type::Code => Domain::Texts,
        Type::Date => Domain::Days(Period::default()),
        Type::Enum(id) => {
            let count = schema.enumeration(id).map_or(0, |def| def.values.len());
            Domain::Values((0..u32::try_from(count).unwrap_or(0)).collect())
        }
        Type::Item(_) => Domain::Values(Vec::new()),
    }
}

/// Returns every value of a fact of a type.
pub(super) fn of_fact_type(schema: &Schema, ty: Type) -> Domain {
    match of_type(schema, ty) {
        Domain::Numbers { step, stride, .. } if ty.counts_from_zero() => {
            let interval = Interval::closed(Some(Exact::ZERO), None);
            Domain::Numbers { interval, step, stride }
        }
        other @ (Domain::Numbers { .. }
        | Domain::Days(_)
        | Domain::Truths { .. }
        | Domain::Values(_)
        | Domain::Texts) => other,
    }
}

fn stride(unit: Unit, form: NumberForm) -> Exact {
    match form {
        NumberForm::Percent if unit.is_none() => Exact::fraction(1, 100).unwrap_or(Exact::ONE),
        NumberForm::Percent | NumberForm::Whole | NumberForm::Decimal => Exact::ONE,
    }
}

/// Finds what every number of a slot is a multiple of.
#[derive(Clone, Copy)]
struct Steps<'c> {
    program: &'c Program,
    code: &'c Code,
}

impl Steps<'_> {
    /// Absent when nothing is known.
    fn of(self, slot: Slot, depth: u32) -> Option<Exact> {
        if depth > 32 {
            return None;
        }
        let of = |slot: &Slot| self.of(*slot, depth + 1);
        let both = |a: &Slot, b: &Slot| common(of(a)?, of(b)?);
        match self.code.ops.get(slot.0 as usize)? {
            Op::Constant(Value::Number(number)) => Some(*number),
            Op::Fact(field) | Op::SharedFact { field, .. } | Op::ItemFact { field, .. } => {
                whole(self.program.schema.field(*field)?.ty)
            }
            Op::Calendar(Calendar::CompletedYears, ..) => Some(Exact::whole(12)),
            Op::Calendar(Calendar::CompletedMonths | Calendar::DaysBetween, ..)
            | Op::Rank { .. }
            | Op::FoldPool { fold: Fold::Count, .. }
            | Op::FoldList { fold: Fold::Count, .. } => Some(Exact::ONE),
            Op::FoldList { fold: Fold::Sum | Fold::Minimum | Fold::Maximum, value, .. } => {
                of(value.as_ref()?)
            }
            Op::Arithmetic(
                Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Minimum | Arithmetic::Maximum,
                a,
                b,
            )
            | Op::Select(_, a, b) => both(a, b),
            Op::Arithmetic(Arithmetic::Multiply, a, b) => of(a)?.multiply(of(b)?).ok(),
            Op::Round(_, _, step) => match self.code.ops.get(step.0 as usize)? {
                Op::Constant(Value::Number(step)) => Some(*step),
                _ => None,
            },
            Op::Table(id, _) => {
                let table = self.program.tables.get(id.0 as usize)?;
                table.rows.iter().try_fold(Exact::ZERO, |step, row| match &row.result {
                    RowResult::Value(Value::Number(number)) => common(step, *number),
                    RowResult::NoValue => Some(step),
                    RowResult::Value(_) | RowResult::Linear { .. } => None,
                })
            }
            Op::Call(id, _) => whole(self.program.functions.get(id.0 as usize)?.ty),
            Op::Constant(_)
            | Op::NoValue
            | Op::EvaluationDate
            | Op::Arithmetic(Arithmetic::Divide, ..)
            | Op::Calendar(..)
            | Op::Compare(..)
            | Op::And(..)
            | Op::Or(..)
            | Op::Not(_)
            | Op::IsKnown(_)
            | Op::FoldList { .. }
            | Op::FoldPool { .. }
            | Op::GridTotal(_) => None,
        }
    }
}

fn absolute(x: Exact) -> Option<Exact> {
    if x.is_negative() { x.negate().ok() } else { Some(x) }
}

fn whole(ty: Type) -> Option<Exact> {
    match ty {
        Type::Number(_, NumberForm::Whole) => Some(Exact::ONE),
        Type::Number(_, NumberForm::Decimal | NumberForm::Percent)
        | Type::Bool
        | Type::Text
        | Type::Code
        | Type::Date
        | Type::Enum(_)
        | Type::Item(_) => None,
    }
}

/// The greatest number that both are multiples of; every number divides zero.
fn common(a: Exact, b: Exact) -> Option<Exact> {
    let (mut a, mut b) = (a, b);
    for _ in 0..200 {
        if b.is_zero() {
            return Some(a);
        }
        let times = a.divide(b).ok()?.round(engine::Rounding::Down, Exact::ONE).ok()?;
        (a, b) = (b, a.subtract(b.multiply(times).ok()?).ok()?);
    }
    None
}
