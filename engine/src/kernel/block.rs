//! The walk over blocks of rows: each instruction is one loop over registers that are arrays, without a
//! branch, so that the compiler makes vectors of it. What it says is what the walk of each row says.

use super::code::{Code, REGISTERS};
use super::lane::Lane;
use super::node::{Op, Pieces};
use super::scalar::{calendar, checked, piece_of, quotient};
use crate::{Calendar, Rounding};

/// How many rows a block has.
pub(crate) const ROWS: usize = 128;

/// A register: the values of the rows of a block.
pub(crate) type Lanes<L> = [L; ROWS];

/// The registers of a walk over blocks.
pub(crate) struct Blocks<L> {
    held: Vec<Box<Lanes<L>>>,
    spare: Box<Lanes<L>>,
    /// Rows that something does not fit.
    leaves: Box<Lanes<L>>,
}

impl<L: Lane> Default for Blocks<L> {
    fn default() -> Self {
        let [spare, leaves] = [(); 2].map(|()| Box::new([L::default(); ROWS]));
        Self { held: Vec::new(), spare, leaves }
    }
}

impl<L: Lane> Blocks<L> {
    /// Puts the constants of a code into registers.
    pub(crate) fn prepare(&mut self, code: &Code) {
        while self.held.len() < REGISTERS {
            self.held.push(Box::new([L::default(); ROWS]));
        }
        for (register, value) in &code.constants {
            if let Some(lanes) = self.held.get_mut(usize::from(*register)) {
                lanes.fill(L::of(*value));
            }
        }
    }

    pub(crate) fn get(&self, register: u8) -> &Lanes<L> {
        self.held.get(usize::from(register)).unwrap_or(&self.spare)
    }

    /// Marks the rows of a block of which not all is said.
    pub(crate) fn mark(&self, code: &Code, marks: &mut [bool]) {
        let lanes = self.get(code.whole).iter().zip(self.leaves.iter());
        for (mark, (whole, leaves)) in marks.iter_mut().zip(lanes) {
            *mark |= *whole != L::of(1) || *leaves != L::default();
        }
    }

    /// Walks a code over a block, whose inputs are brought by a function. What becomes of rows beyond the
    /// last is not read.
    pub(crate) fn walk(&mut self, code: &Code, input: &mut dyn FnMut(u32, &mut Lanes<L>)) {
        let Self { held, spare, leaves } = self;
        leaves.fill(L::default());
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

/// Computes one instruction for every row.
fn one<L: Lane>(
    code: &Code,
    op: Op<u8>,
    held: &[Box<Lanes<L>>],
    (out, leaves): (&mut Lanes<L>, &mut Lanes<L>),
) {
    let get = |register: u8| held.get(usize::from(register)).map_or(L::ZEROS, |lanes| lanes);
    let truth = |holds: bool| L::of(i64::from(holds));
    let number = |number: i32| L::of(i64::from(number));
    match op {
        Op::Set(value) => out.fill(L::of(value)),
        Op::Input(_) => {}
        Op::Affine { a, by, plus } => {
            let (by, plus) = (number(by), L::of(plus));
            unary(out, get(a), |a| a.times(by).plus(plus));
        }
        Op::Add(a, b) => binary(out, get(a), get(b), L::plus),
        Op::Subtract(a, b) => binary(out, get(a), get(b), L::minus),
        Op::Multiply(a, b) => binary(out, get(a), get(b), L::times),
        Op::Minimum(a, b) => binary(out, get(a), get(b), |a, b| if a < b { a } else { b }),
        Op::Maximum(a, b) => binary(out, get(a), get(b), |a, b| if a > b { a } else { b }),
        Op::Checked(operator, a, b) => {
            marked((out, leaves), get(a), get(b), |a, b| checked(operator, a, b));
        }
        Op::AtLeast(a, to) => to_constant(out, get(a), to, |a, to| truth(a >= to)),
        Op::Below(a, to) => to_constant(out, get(a), to, |a, to| truth(a < to)),
        Op::Is(a, to) => to_constant(out, get(a), to, |a, to| truth(a == to)),
        Op::IsNot(a, to) => to_constant(out, get(a), to, |a, to| truth(a != to)),
        Op::Less(a, b) => binary(out, get(a), get(b), |a, b| truth(a < b)),
        Op::AtMost(a, b) => binary(out, get(a), get(b), |a, b| truth(a <= b)),
        Op::Same(a, b) => binary(out, get(a), get(b), |a, b| truth(a == b)),
        Op::Differs(a, b) => binary(out, get(a), get(b), |a, b| truth(a != b)),
        Op::And(a, b) => binary(out, get(a), get(b), |a, b| a & b),
        Op::Or(a, b) => binary(out, get(a), get(b), |a, b| a | b),
        Op::Not(a) => unary(out, get(a), |a| a ^ truth(true)),
        Op::Select(condition, a, b) => {
            let lanes = out.iter_mut().zip(get(condition)).zip(get(a).iter().zip(get(b)));
            lanes.for_each(|((out, condition), (a, b))| {
                *out = if *condition == L::default() { *b } else { *a };
            });
        }
        Op::Give(a, value) => to_constant(out, get(a), value, |a, value| a.negated() & value),
        Op::Keep(condition, a) => {
            binary(out, get(condition), get(a), |condition, a| condition.negated() & a);
        }
        Op::Table(a, table) => {
            if let Some(table) = code.tables.get(table as usize) {
                pieces(out, get(a), table);
            }
        }
        Op::Lookup(a, table) => {
            let values = code.tables.get(table as usize).map_or(&[][..], |table| &table.values);
            let at = |place: i64| usize::try_from(place).ok().and_then(|place| values.get(place));
            unary(out, get(a), |place| L::of(at(place.wide()).copied().unwrap_or_default()));
        }
        Op::Quotient(mode, a, b) => quotients(out, mode, get(a), get(b)),
        Op::Calendar(operator, a, b) => calendars((out, leaves), operator, get(a), get(b)),
        Op::GiveAtLeast { a, to, value } => {
            let value = number(value);
            to_constant(out, get(a), to, |a, to| truth(a >= to).negated() & value);
        }
        Op::GiveBelow { a, to, value } => {
            let value = number(value);
            to_constant(out, get(a), to, |a, to| truth(a < to).negated() & value);
        }
        Op::GiveIs { a, to, value } => {
            let value = number(value);
            to_constant(out, get(a), to, |a, to| truth(a == to).negated() & value);
        }
        Op::GiveBoth { a, b, value } => {
            let value = number(value);
            binary(out, get(a), get(b), |a, b| (a & b).negated() & value);
        }
        Op::Linear { a, by, b, times } => {
            let (by, times) = (number(by), number(times));
            binary(out, get(a), get(b), |a, b| a.times(by).plus(b.times(times)));
        }
        Op::AffineAtLeast { a, by, plus, least } => {
            let (by, plus, least) = (number(by), number(plus), number(least));
            unary(out, get(a), |a| a.times(by).plus(plus).max(least));
        }
        Op::AndEither(a, b, c) => ternary(out, (get(a), get(b), get(c)), |a, b, c| a & (b | c)),
        Op::AddThree(a, b, c) => {
            ternary(out, (get(a), get(b), get(c)), |a, b, c| a.plus(b).plus(c));
        }
        Op::AddFour(a, b, c, d) => {
            let lanes = get(a).iter().zip(get(b)).zip(get(c).iter().zip(get(d)));
            out.iter_mut().zip(lanes).for_each(|(out, ((a, b), (c, d)))| {
                *out = a.plus(*b).plus(c.plus(*d));
            });
        }
        Op::AddPlus { a, b, plus } => {
            let plus = number(plus);
            binary(out, get(a), get(b), |a, b| a.plus(b).plus(plus));
        }
        Op::MaximumThree(a, b, c) => {
            ternary(out, (get(a), get(b), get(c)), |a, b, c| a.max(b).max(c));
        }
    }
}

#[expect(clippy::inline_always, reason = "each caller is a loop of its own")]
#[inline(always)]
fn unary<L: Lane>(out: &mut Lanes<L>, a: &Lanes<L>, of: impl Fn(L) -> L) {
    out.iter_mut().zip(a).for_each(|(out, a)| *out = of(*a));
}

#[expect(clippy::inline_always, reason = "each caller is a loop of its own")]
#[inline(always)]
fn to_constant<L: Lane>(out: &mut Lanes<L>, a: &Lanes<L>, to: i64, of: impl Fn(L, L) -> L) {
    let to = L::of(to);
    out.iter_mut().zip(a).for_each(|(out, a)| *out = of(*a, to));
}

#[expect(clippy::inline_always, reason = "each caller is a loop of its own")]
#[inline(always)]
fn binary<L: Lane>(out: &mut Lanes<L>, a: &Lanes<L>, b: &Lanes<L>, of: impl Fn(L, L) -> L) {
    out.iter_mut().zip(a.iter().zip(b)).for_each(|(out, (a, b))| *out = of(*a, *b));
}

#[expect(clippy::inline_always, reason = "each caller is a loop of its own")]
#[inline(always)]
fn ternary<L: Lane>(
    out: &mut Lanes<L>,
    (a, b, c): (&Lanes<L>, &Lanes<L>, &Lanes<L>),
    of: impl Fn(L, L, L) -> L,
) {
    let lanes = a.iter().zip(b).zip(c);
    out.iter_mut().zip(lanes).for_each(|(out, ((a, b), c))| *out = of(*a, *b, *c));
}

/// Computes what may not fit, and marks the rows of which it does not.
#[expect(clippy::inline_always, reason = "each caller is a loop of its own")]
#[inline(always)]
fn marked<L: Lane>(
    (out, leaves): (&mut Lanes<L>, &mut Lanes<L>),
    a: &Lanes<L>,
    b: &Lanes<L>,
    of: impl Fn(i64, i64) -> (i64, bool),
) {
    let lanes = out.iter_mut().zip(leaves).zip(a.iter().zip(b));
    lanes.for_each(|((out, leaves), (a, b))| {
        let (value, does) = of(a.wide(), b.wide());
        *out = L::of(value);
        *leaves = *leaves | L::of(i64::from(does));
    });
}

/// The most cuts that are compared one by one.
const FEW: usize = 16;

/// Reads a table by pieces: what each cut adds, for those that are reached.
fn pieces<L: Lane>(out: &mut Lanes<L>, a: &Lanes<L>, table: &Pieces) {
    if table.cuts.len() > FEW {
        return unary(out, a, |a| L::of(piece_of(table, a.wide())));
    }
    let mut before = table.values.first().copied().unwrap_or_default();
    out.fill(L::of(before));
    for (cut, value) in table.cuts.iter().zip(table.values.iter().skip(1)) {
        let (cut, more) = (L::of(*cut), L::of(value.wrapping_sub(before)));
        before = *value;
        if more != L::default() {
            out.iter_mut().zip(a).for_each(|(out, a)| {
                *out = out.plus(if *a >= cut { more } else { L::default() });
            });
        }
    }
}

fn quotients<L: Lane>(out: &mut Lanes<L>, mode: Rounding, a: &Lanes<L>, b: &Lanes<L>) {
    // A division of 32 bits takes a fraction of one of 64; negative numbers have a high bit too.
    let widest = a.iter().zip(b).fold(L::default(), |widest, (a, b)| widest | *a | *b);
    if u32::try_from(widest.wide()).is_ok() {
        return match mode {
            Rounding::Down => binary(out, a, b, |a, b| small(Rounding::Down, a, b)),
            Rounding::Up => binary(out, a, b, |a, b| small(Rounding::Up, a, b)),
            Rounding::HalfAway | Rounding::HalfEven => binary(out, a, b, |a, b| small(mode, a, b)),
        };
    }
    binary(out, a, b, |a, b| L::of(quotient(mode, a.wide(), b.wide())));
}

/// Rounds a quotient of numbers that fit in 32 bits, none negative, as [`quotient`] does.
#[expect(clippy::inline_always, reason = "each caller is a loop of its own")]
#[inline(always)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they fit")]
fn small<L: Lane>(mode: Rounding, above: L, below: L) -> L {
    let (above, below) = (above.wide() as u32, (below.wide() as u32).max(1));
    let (short, rest) = (above / below, above % below);
    let goes_up = mode.goes_up((rest, below), short % 2 != 0, false);
    L::of(i64::from(short) + i64::from(goes_up))
}

fn calendars<L: Lane>(
    into: (&mut Lanes<L>, &mut Lanes<L>),
    operator: Calendar,
    a: &Lanes<L>,
    b: &Lanes<L>,
) {
    marked(into, a, b, |a, b| calendar(operator, a, b));
}

#[cfg(test)]
mod tests;
