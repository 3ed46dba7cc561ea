//! The walk over blocks of rows: each instruction is one loop over registers that are arrays, without a
//! branch, so that the compiler makes vectors of it. What it says is what the walk of each row says.

use super::code::{Code, REGISTERS};
use super::node::{Op, Pieces};
use super::scalar::{affine_at_least, calendar, checked, given, linear, piece_of, quotient};
use crate::{Calendar, Rounding};

/// How many rows a block has.
pub(crate) const ROWS: usize = 128;

/// A register: the values of the rows of a block.
pub(crate) type Lanes = [i64; ROWS];

/// The registers of a walk over blocks.
#[expect(clippy::vec_box, reason = "registers are exchanged, not copied")]
pub(crate) struct Blocks {
    held: Vec<Box<Lanes>>,
    spare: Box<Lanes>,
    /// Rows that something does not fit.
    leaves: Box<Lanes>,
}

impl Default for Blocks {
    fn default() -> Self {
        let (spare, leaves) = (Box::new([0; ROWS]), Box::new([0; ROWS]));
        Self { held: Vec::new(), spare, leaves }
    }
}

impl Blocks {
    /// Puts the constants of a code into registers.
    pub(crate) fn prepare(&mut self, code: &Code) {
        while self.held.len() < REGISTERS {
            self.held.push(Box::new([0; ROWS]));
        }
        for (register, value) in &code.constants {
            if let Some(lanes) = self.held.get_mut(usize::from(*register)) {
                lanes.fill(*value);
            }
        }
    }

    pub(crate) fn get(&self, register: u8) -> &Lanes {
        self.held.get(usize::from(register)).unwrap_or(&self.spare)
    }

    /// Marks the rows of a block of which not all is said.
    pub(crate) fn mark(&self, code: &Code, marks: &mut [bool]) {
        let lanes = self.get(code.whole).iter().zip(self.leaves.iter());
        for (mark, (whole, leaves)) in marks.iter_mut().zip(lanes) {
            *mark |= *whole != 1 || *leaves != 0;
        }
    }

    /// Walks a code over a block, whose inputs are brought by a function. What becomes of rows beyond the
    /// last is not read.
    pub(crate) fn walk(&mut self, code: &Code, input: &mut dyn FnMut(u32, &mut Lanes)) {
        let Self { held, spare, leaves } = self;
        leaves.fill(0);
        for instruction in &code.instructions {
            match instruction.op {
                Op::Input(place) => input(place, spare),
                op => one(code, op, held, (spare, leaves)),
            }
            if let Some(register) = held.get_mut(usize::from(instruction.out)) {
                std::mem::swap(register, spare);
            }
        }
    }
}

const NONE: &Lanes = &[0; ROWS];

/// Computes one instruction for every row.
fn one(code: &Code, op: Op<u8>, held: &[Box<Lanes>], (out, leaves): (&mut Lanes, &mut Lanes)) {
    let get = |register: u8| held.get(usize::from(register)).map_or(NONE, |lanes| lanes);
    let truth = i64::from;
    match op {
        Op::Set(value) => out.fill(value),
        Op::Input(_) => {}
        Op::Affine { a, by, plus } => {
            let by = i64::from(by);
            unary(out, get(a), |a| a.wrapping_mul(by).wrapping_add(plus));
        }
        Op::Add(a, b) => binary(out, get(a), get(b), i64::wrapping_add),
        Op::Subtract(a, b) => binary(out, get(a), get(b), i64::wrapping_sub),
        Op::Multiply(a, b) => binary(out, get(a), get(b), i64::wrapping_mul),
        Op::Minimum(a, b) => binary(out, get(a), get(b), |a, b| if a < b { a } else { b }),
        Op::Maximum(a, b) => binary(out, get(a), get(b), |a, b| if a > b { a } else { b }),
        Op::Checked(operator, a, b) => {
            marked((out, leaves), get(a), get(b), |a, b| checked(operator, a, b));
        }
        Op::AtLeast(a, to) => unary(out, get(a), |a| truth(a >= to)),
        Op::Below(a, to) => unary(out, get(a), |a| truth(a < to)),
        Op::Is(a, to) => unary(out, get(a), |a| truth(a == to)),
        Op::IsNot(a, to) => unary(out, get(a), |a| truth(a != to)),
        Op::Less(a, b) => binary(out, get(a), get(b), |a, b| truth(a < b)),
        Op::AtMost(a, b) => binary(out, get(a), get(b), |a, b| truth(a <= b)),
        Op::Same(a, b) => binary(out, get(a), get(b), |a, b| truth(a == b)),
        Op::Differs(a, b) => binary(out, get(a), get(b), |a, b| truth(a != b)),
        Op::And(a, b) => binary(out, get(a), get(b), |a, b| a & b),
        Op::Or(a, b) => binary(out, get(a), get(b), |a, b| a | b),
        Op::Not(a) => unary(out, get(a), |a| a ^ 1),
        Op::Select(condition, a, b) => {
            let lanes = out.iter_mut().zip(get(condition)).zip(get(a).iter().zip(get(b)));
            lanes.for_each(|((out, condition), (a, b))| {
                *out = if *condition == 0 { *b } else { *a };
            });
        }
        Op::Give(a, value) => unary(out, get(a), |a| a.wrapping_neg() & value),
        Op::Keep(condition, a) => {
            binary(out, get(condition), get(a), |condition, a| condition.wrapping_neg() & a);
        }
        Op::Table(a, table) => {
            if let Some(table) = code.tables.get(table as usize) {
                pieces(out, get(a), table);
            }
        }
        Op::Lookup(a, table) => {
            let values = code.tables.get(table as usize).map_or(&[][..], |table| &table.values);
            let at = |place: i64| usize::try_from(place).ok().and_then(|place| values.get(place));
            unary(out, get(a), |place| at(place).copied().unwrap_or_default());
        }
        Op::Quotient(mode, a, b) => quotients(out, mode, get(a), get(b)),
        Op::Calendar(operator, a, b) => calendars((out, leaves), operator, get(a), get(b)),
        Op::GiveAtLeast { a, to, value } => unary(out, get(a), |a| given(a >= to, value)),
        Op::GiveBelow { a, to, value } => unary(out, get(a), |a| given(a < to, value)),
        Op::GiveIs { a, to, value } => unary(out, get(a), |a| given(a == to, value)),
        Op::GiveBoth { a, b, value } => {
            let value = i64::from(value);
            binary(out, get(a), get(b), |a, b| (a & b).wrapping_neg() & value);
        }
        Op::Linear { a, by, b, times } => {
            binary(out, get(a), get(b), |a, b| linear(a, by, b, times));
        }
        Op::AffineAtLeast { a, by, plus, least } => {
            unary(out, get(a), |a| affine_at_least(a, by, plus, least));
        }
        Op::AndEither(a, b, c) => ternary(out, (get(a), get(b), get(c)), |a, b, c| a & (b | c)),
        Op::AddThree(a, b, c) => {
            ternary(out, (get(a), get(b), get(c)), |a, b, c| a.wrapping_add(b).wrapping_add(c));
        }
        Op::AddFour(a, b, c, d) => {
            let lanes = get(a).iter().zip(get(b)).zip(get(c).iter().zip(get(d)));
            out.iter_mut().zip(lanes).for_each(|(out, ((a, b), (c, d)))| {
                *out = a.wrapping_add(*b).wrapping_add(c.wrapping_add(*d));
            });
        }
    }
}

#[expect(clippy::inline_always, reason = "each caller is a loop of its own")]
#[inline(always)]
fn unary(out: &mut Lanes, a: &Lanes, of: impl Fn(i64) -> i64) {
    out.iter_mut().zip(a).for_each(|(out, a)| *out = of(*a));
}

#[expect(clippy::inline_always, reason = "each caller is a loop of its own")]
#[inline(always)]
fn binary(out: &mut Lanes, a: &Lanes, b: &Lanes, of: impl Fn(i64, i64) -> i64) {
    out.iter_mut().zip(a.iter().zip(b)).for_each(|(out, (a, b))| *out = of(*a, *b));
}

#[expect(clippy::inline_always, reason = "each caller is a loop of its own")]
#[inline(always)]
fn ternary(
    out: &mut Lanes,
    (a, b, c): (&Lanes, &Lanes, &Lanes),
    of: impl Fn(i64, i64, i64) -> i64,
) {
    let lanes = a.iter().zip(b).zip(c);
    out.iter_mut().zip(lanes).for_each(|(out, ((a, b), c))| *out = of(*a, *b, *c));
}

/// Computes what may not fit, and marks the rows of which it does not.
#[expect(clippy::inline_always, reason = "each caller is a loop of its own")]
#[inline(always)]
fn marked(
    (out, leaves): (&mut Lanes, &mut Lanes),
    a: &Lanes,
    b: &Lanes,
    of: impl Fn(i64, i64) -> (i64, bool),
) {
    let lanes = out.iter_mut().zip(leaves).zip(a.iter().zip(b));
    lanes.for_each(|((out, leaves), (a, b))| {
        let (value, does) = of(*a, *b);
        *out = value;
        *leaves |= i64::from(does);
    });
}

/// The most cuts that are compared one by one.
const FEW: usize = 16;
/// How many lanes are added up at once.
const TOGETHER: usize = 16;

/// Reads a table by pieces: what each cut adds, for those that are reached.
fn pieces(out: &mut Lanes, a: &Lanes, table: &Pieces) {
    if table.cuts.len() > FEW {
        return unary(out, a, |a| piece_of(table, a));
    }
    // What each cut adds; lanes by lanes, so that what is added up stays where it is.
    let first = table.values.first().copied().unwrap_or_default();
    let mut steps = [(i64::MAX, 0); FEW];
    let mut before = first;
    let cuts = steps.iter_mut().zip(table.cuts.iter().zip(table.values.iter().skip(1)));
    for (step, (cut, value)) in cuts {
        *step = (*cut, value.wrapping_sub(before));
        before = *value;
    }
    let steps = steps.get(..table.cuts.len()).unwrap_or_default();
    let (lanes, _) = out.as_chunks_mut::<TOGETHER>();
    let (values, _) = a.as_chunks::<TOGETHER>();
    for (out, a) in lanes.iter_mut().zip(values) {
        let mut sum = [first; TOGETHER];
        for (cut, more) in steps {
            sum.iter_mut().zip(a).for_each(|(sum, a)| {
                *sum = sum.wrapping_add(if *a >= *cut { *more } else { 0 });
            });
        }
        *out = sum;
    }
}

fn quotients(out: &mut Lanes, mode: Rounding, a: &Lanes, b: &Lanes) {
    // A division of 32 bits takes a fraction of one of 64; negative numbers have a high bit too.
    let widest = a.iter().zip(b).fold(0, |widest, (a, b)| widest | *a | *b);
    if u32::try_from(widest).is_ok() {
        return match mode {
            Rounding::Down => binary(out, a, b, |a, b| small(Rounding::Down, a, b)),
            Rounding::Up => binary(out, a, b, |a, b| small(Rounding::Up, a, b)),
            Rounding::HalfAway | Rounding::HalfEven => binary(out, a, b, |a, b| small(mode, a, b)),
        };
    }
    binary(out, a, b, |a, b| quotient(mode, a, b));
}

/// Rounds a quotient of numbers that fit in 32 bits, none negative, as [`quotient`] does.
#[expect(clippy::inline_always, reason = "each caller is a loop of its own")]
#[inline(always)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they fit")]
fn small(mode: Rounding, above: i64, below: i64) -> i64 {
    let (above, below) = (above as u32, (below as u32).max(1));
    let (short, rest) = (above / below, above % below);
    let goes_up = mode.goes_up((rest, below), short % 2 != 0, false);
    i64::from(short) + i64::from(goes_up)
}

fn calendars((out, leaves): (&mut Lanes, &mut Lanes), operator: Calendar, a: &Lanes, b: &Lanes) {
    marked((out, leaves), a, b, |a, b| calendar(operator, a, b));
}

#[cfg(test)]
mod tests;
