//! Plain values: what a reader would give a fact before looking for anything rarer.
//!
//! Invariant: every number proposed has a decimal spelling in the unit of its fact.

use super::aims::Aim;
use super::spell;
use engine::{
    Base, Date, Exact, Interval, NumberForm, Period, Rounding, Schema, Type, Unit, Value,
};
use std::sync::Arc;

/// How many values are proposed for a fact.
const MOST: usize = 8;

/// The values of a type that an aim wants, the plainest first.
pub(crate) fn values(
    aim: &Aim,
    ty: Type,
    today: Date,
    schema: &Schema,
    texts: &[Arc<str>],
) -> Vec<Value> {
    let all: Vec<Value> = match ty {
        Type::Bool => vec![Value::Bool(false), Value::Bool(true)],
        Type::Enum(id) => {
            let count = schema.enumeration(id).map_or(0, |def| def.values.len());
            (0..u32::try_from(count).unwrap_or(0)).map(Value::Enum).collect()
        }
        Type::Date => {
            let period = if let Aim::Days(period) = aim { *period } else { Period::default() };
            days(period, today).into_iter().map(Value::Date).collect()
        }
        Type::Number(unit, form) => {
            let any = if ty.counts_from_zero() {
                Interval::closed(Some(Exact::ZERO), None)
            } else {
                Interval::ANY
            };
            let any = Interval { whole: form == NumberForm::Whole, ..any };
            let interval =
                if let Aim::Numbers(interval) = aim { interval.and(any) } else { Some(any) };
            let numbers = interval.map_or_else(Vec::new, |interval| numbers(interval, unit, form));
            numbers.into_iter().map(Value::Number).collect()
        }
        Type::Code => codes().into_iter().chain(texts.iter().cloned()).map(Value::Text).collect(),
        Type::Text => {
            let plain = std::iter::once(Arc::from("texte"));
            plain.chain(texts.iter().cloned()).map(Value::Text).collect()
        }
        Type::Item(_) => Vec::new(),
    };
    let wanted = all.into_iter().filter(|value| aim.holds(value));
    wanted.filter(|value| spell::value(value, ty, schema).is_some()).take(MOST).collect()
}

fn codes() -> Vec<Arc<str>> {
    ["69386", "42218", "75056"].map(Arc::from).to_vec()
}

fn numbers(interval: Interval, unit: Unit, form: NumberForm) -> Vec<Exact> {
    let mut found: Vec<Exact> = Vec::new();
    let ends = [interval.low, interval.high];
    let usual = usual(unit, form);
    let plain = usual.iter().copied().filter(|x| interval.contains(*x));
    let proposed = plain
        .chain(roundest(interval))
        .chain(ends.into_iter().flatten().filter(|x| interval.contains(*x)));
    for number in proposed {
        if !found.contains(&number) {
            found.push(number);
        }
    }
    found
}

fn usual(unit: Unit, form: NumberForm) -> Vec<Exact> {
    let whole = |numbers: &[i128]| numbers.iter().copied().map(Exact::whole).collect();
    if form == NumberForm::Percent {
        return [30, 20, 50, 0, 100].iter().filter_map(|n| Exact::fraction(*n, 100)).collect();
    }
    let has = |base: Base| unit.exponent(base) != 0;
    if has(Base::Euro) && has(Base::Month) {
        whole(&[1600, 500, 1000, 2500, 0])
    } else if has(Base::Euro) {
        whole(&[20_000, 15_000, 1000, 0])
    } else if has(Base::Month) {
        whole(&[24, 12, 36, 0])
    } else if has(Base::Minute) {
        whole(&[30, 60, 90, 0])
    } else if has(Base::Kilometre) {
        whole(&[20, 50, 80, 0])
    } else if has(Base::SquareMetre) {
        whole(&[50, 30, 70])
    } else if has(Base::Point) || has(Base::Day) {
        whole(&[10, 20, 100, 0])
    } else {
        whole(&[2, 1, 3, 4, 5, 0])
    }
}

/// The numbers of an interval with the fewest figures.
fn roundest(interval: Interval) -> Option<Exact> {
    for scale in (-6_i32..=6).rev() {
        let Some(step) = power(scale) else { continue };
        let near = match (interval.low, interval.high) {
            (Some(low), _) => [
                low.round(Rounding::Up, step),
                low.add(step).and_then(|x| x.round(Rounding::Down, step)),
            ],
            (None, Some(high)) => [
                high.round(Rounding::Down, step),
                high.subtract(step).and_then(|x| x.round(Rounding::Up, step)),
            ],
            (None, None) => return Some(Exact::ZERO),
        };
        let inside = near.into_iter().flatten().find(|x| interval.contains(*x));
        // A bounded interval takes its roundest number; an open one stays near its end.
        let small = |x: &Exact| match (interval.low, interval.high) {
            (Some(_), Some(_)) => true,
            (Some(end), None) | (None, Some(end)) => {
                step <= Exact::ONE
                    || distance(*x, end).is_some_and(|far| far <= step) && step <= magnitude(end)
            }
            (None, None) => true,
        };
        if let Some(found) = inside.filter(small) {
            return Some(found);
        }
    }
    None
}

fn distance(a: Exact, b: Exact) -> Option<Exact> {
    let apart = a.subtract(b).ok()?;
    if apart.is_negative() { apart.negate().ok() } else { Some(apart) }
}

/// A tenth of a number, without its sign.
fn magnitude(x: Exact) -> Exact {
    let tenth = x.divide(Exact::whole(10)).unwrap_or(Exact::ZERO);
    if tenth.is_negative() { tenth.negate().unwrap_or(Exact::ZERO) } else { tenth }
}

fn power(scale: i32) -> Option<Exact> {
    let size = 10_i128.checked_pow(scale.unsigned_abs())?;
    if scale < 0 { Exact::fraction(1, size) } else { Some(Exact::whole(size)) }
}

fn days(period: Period, today: Date) -> Vec<Date> {
    let ago = |months: i64| today.plus_months(-months);
    let usual = [ago(24), ago(12 * 35), ago(60), ago(6), Some(today), ago(12 * 70)];
    let ends = [period.to, period.from, period.to.map(Date::yesterday)];
    let mut found = Vec::new();
    for day in usual.into_iter().chain(ends).flatten() {
        if period.contains(day) && !found.contains(&day) {
            found.push(day);
        }
    }
    found
}
