//! The walk over one row: a loop over instructions, registers in an array, nothing allocated.

use super::code::{Code, REGISTERS};
use super::node::{Op, Pieces};
use crate::plan::days;
use crate::{Arithmetic, Calendar, Rounding};

/// The registers of a walk.
pub(super) type File = [i64; REGISTERS];

/// Puts the constants of a code into registers.
pub(super) fn prepare(code: &Code, file: &mut File) {
    for (register, value) in &code.constants {
        if let Some(held) = file.get_mut(usize::from(*register)) {
            *held = *value;
        }
    }
}

/// Walks a code over the row whose inputs are in the first registers. Returns whether what it says is whole.
#[expect(clippy::indexing_slicing, reason = "a byte is one of 256 registers")]
pub(super) fn walk(code: &Code, file: &mut File) -> bool {
    let mut fits = true;
    let truth = i64::from;
    for instruction in &code.instructions {
        macro_rules! get {
            ($register:expr) => {
                file[usize::from($register)]
            };
        }
        let value = match instruction.op {
            Op::Set(value) => value,
            Op::Input(_) => 0, // in its register already
            Op::Affine { a, by, plus } => get!(a).wrapping_mul(i64::from(by)).wrapping_add(plus),
            Op::Add(a, b) => get!(a).wrapping_add(get!(b)),
            Op::Subtract(a, b) => get!(a).wrapping_sub(get!(b)),
            Op::Multiply(a, b) => get!(a).wrapping_mul(get!(b)),
            Op::Minimum(a, b) => get!(a).min(get!(b)),
            Op::Maximum(a, b) => get!(a).max(get!(b)),
            Op::Checked(operator, a, b) => {
                let (value, leaves) = checked(operator, get!(a), get!(b));
                fits &= !leaves;
                value
            }
            Op::AtLeast(a, to) => truth(get!(a) >= to),
            Op::Below(a, to) => truth(get!(a) < to),
            Op::Is(a, to) => truth(get!(a) == to),
            Op::IsNot(a, to) => truth(get!(a) != to),
            Op::Less(a, b) => truth(get!(a) < get!(b)),
            Op::AtMost(a, b) => truth(get!(a) <= get!(b)),
            Op::Same(a, b) => truth(get!(a) == get!(b)),
            Op::Differs(a, b) => truth(get!(a) != get!(b)),
            Op::And(a, b) => get!(a) & get!(b),
            Op::Or(a, b) => get!(a) | get!(b),
            Op::Not(a) => get!(a) ^ 1,
            Op::Select(condition, a, b) => {
                let (a, b) = (get!(a), get!(b));
                if get!(condition) == 0 { b } else { a }
            }
            Op::Give(a, value) => get!(a).wrapping_neg() & value,
            Op::Keep(condition, a) => get!(condition).wrapping_neg() & get!(a),
            Op::Table(a, table) => by_piece(code, table, get!(a)),
            Op::Lookup(a, table) => by_place(code, table, get!(a)),
            Op::Quotient(mode, a, b) => quotient(mode, get!(a), get!(b)),
            Op::Calendar(operator, a, b) => {
                let (value, leaves) = calendar(operator, get!(a), get!(b));
                fits &= !leaves;
                value
            }
            Op::GiveAtLeast { a, to, value } => given(get!(a) >= to, value),
            Op::GiveBelow { a, to, value } => given(get!(a) < to, value),
            Op::GiveIs { a, to, value } => given(get!(a) == to, value),
            Op::GiveBoth { a, b, value } => (get!(a) & get!(b)).wrapping_neg() & i64::from(value),
            Op::Linear { a, by, b, times } => linear(get!(a), by, get!(b), times),
            Op::AffineAtLeast { a, by, plus, least } => affine_at_least(get!(a), by, plus, least),
            Op::AndEither(a, b, c) => get!(a) & (get!(b) | get!(c)),
            Op::AddThree(a, b, c) => get!(a).wrapping_add(get!(b)).wrapping_add(get!(c)),
            Op::AddFour(a, b, c, d) => {
                let (first, second) =
                    (get!(a).wrapping_add(get!(b)), get!(c).wrapping_add(get!(d)));
                first.wrapping_add(second)
            }
            Op::AddPlus { a, b, plus } => {
                get!(a).wrapping_add(get!(b)).wrapping_add(i64::from(plus))
            }
            Op::MaximumThree(a, b, c) => get!(a).max(get!(b)).max(get!(c)),
        };
        file[usize::from(instruction.out)] = value;
    }
    fits && file[usize::from(code.whole)] == 1
}

#[inline]
pub(super) fn given(holds: bool, value: i32) -> i64 {
    i64::from(holds).wrapping_neg() & i64::from(value)
}

#[inline]
pub(super) fn linear(a: i64, by: i32, b: i64, times: i32) -> i64 {
    a.wrapping_mul(i64::from(by)).wrapping_add(b.wrapping_mul(i64::from(times)))
}

#[inline]
pub(super) fn affine_at_least(a: i64, by: i32, plus: i32, least: i32) -> i64 {
    a.wrapping_mul(i64::from(by)).wrapping_add(i64::from(plus)).max(i64::from(least))
}

/// Computes what may not fit; tells whether it does not.
#[inline]
pub(super) fn checked(operator: Arithmetic, a: i64, b: i64) -> (i64, bool) {
    match operator {
        Arithmetic::Add => a.overflowing_add(b),
        Arithmetic::Subtract => a.overflowing_sub(b),
        Arithmetic::Multiply => a.overflowing_mul(b),
        Arithmetic::Divide | Arithmetic::Minimum | Arithmetic::Maximum => (0, true),
    }
}

#[inline]
pub(super) fn by_piece(code: &Code, table: u32, value: i64) -> i64 {
    let Some(table) = code.tables.get(table as usize) else { return 0 };
    match table.dense.split_last() {
        Some((last, before)) => {
            let at = usize::try_from(value.max(0)).unwrap_or(usize::MAX);
            before.get(at).copied().unwrap_or(*last)
        }
        None => piece_of(table, value),
    }
}

/// Reads a table by the piece in which a value is.
#[inline]
pub(super) fn piece_of(table: &Pieces, value: i64) -> i64 {
    let piece = if table.cuts.len() <= 8 {
        table.cuts.iter().map(|cut| usize::from(*cut <= value)).sum()
    } else {
        table.cuts.partition_point(|cut| *cut <= value)
    };
    table.values.get(piece).copied().unwrap_or_default()
}

#[inline]
pub(super) fn by_place(code: &Code, table: u32, place: i64) -> i64 {
    let table = code.tables.get(table as usize).map_or(&[][..], |table| &table.values);
    usize::try_from(place).ok().and_then(|place| table.get(place)).copied().unwrap_or_default()
}

/// Rounds a quotient; a denominator that is not positive marks the row elsewhere.
#[inline]
pub(super) fn quotient(mode: Rounding, above: i64, below: i64) -> i64 {
    let below = below.max(1);
    let (short, rest) = if above >= 0 {
        (above / below, above % below)
    } else {
        // Downwards, without the least number's overflow.
        let short = above.div_euclid(below);
        (short, above.wrapping_sub(short.wrapping_mul(below)))
    };
    let goes_up = mode.goes_up((rest, below), short % 2 != 0, above < 0);
    short.wrapping_add(i64::from(goes_up))
}

/// Computes a calendar operation; tells whether it leaves the days that are packed.
pub(super) fn calendar(operator: Calendar, a: i64, b: i64) -> (i64, bool) {
    if days::counts(operator) {
        return (days::counted(operator, a, b), false);
    }
    match days::moved(operator, a, b) {
        Some(day) => (day, false),
        None => (a, true),
    }
}
