//! Arithmetic, comparisons and tables as terms.

use super::{Copy, Encoding, Files, Given};
use crate::solver::smt::{self, Term, all, any, apply, choice, compared, not};
use crate::solver::values::Sort;
use engine::{Arithmetic, Cell, CellRange, Comparison, Exact, Op, Rounding, Row, RowResult, Slot};

impl Encoding<'_> {
    /// Arithmetic; a division by zero is unknown, and so may be any product that is too great.
    pub(super) fn arithmetic(&mut self, operator: Arithmetic, a: &Given, b: &Given) -> Given {
        let both = [a.known.clone(), b.known.clone()];
        let sort = a.sort.or(b.sort);
        let (x, y) = (a.value.as_str(), b.value.as_str());
        let smaller = compared(Comparison::LessOrEqual, x, y);
        let value = match operator {
            Arithmetic::Add => apply("+", &[x, y]),
            Arithmetic::Subtract => apply("-", &[x, y]),
            Arithmetic::Multiply => apply("*", &[x, y]),
            Arithmetic::Divide => apply("/", &[x, y]),
            Arithmetic::Minimum => choice(&smaller, x, y),
            Arithmetic::Maximum => choice(&smaller, y, x),
        };
        let fits = match operator {
            Arithmetic::Multiply | Arithmetic::Divide => self.fits(),
            Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Minimum | Arithmetic::Maximum => {
                smt::truth(true)
            }
        };
        let zero = smt::number(Exact::ZERO);
        let defined = match operator {
            Arithmetic::Divide => not(&apply("=", &[y, &zero])),
            Arithmetic::Add
            | Arithmetic::Subtract
            | Arithmetic::Multiply
            | Arithmetic::Minimum
            | Arithmetic::Maximum => smt::truth(true),
        };
        let known = all(both.into_iter().chain([fits, defined]));
        Given { sort, value, known, none: smt::truth(false) }
    }

    /// That a product fits in the numbers of the engine: of complete files, as trends take it.
    fn fits(&mut self) -> Term {
        match self.asked.files {
            Files::Any => self.free_truth(),
            Files::Complete => smt::truth(true),
        }
    }

    /// A comparison; with « pas de valeur » it is false.
    pub(super) fn compare(
        &mut self,
        comparison: Comparison,
        (slot, op): (Slot, &Op),
        (a, of_a): (Slot, &Given),
        (b, of_b): (Slot, &Given),
        copy: Copy,
    ) -> Given {
        let valued = all([not(&of_a.none), not(&of_b.none)]);
        let known = any([
            of_a.none.clone(),
            of_b.none.clone(),
            all([of_a.known.clone(), of_b.known.clone()]),
        ]);
        let holds = match of_a.sort.or(of_b.sort) {
            None => smt::truth(false),
            Some(Sort::Word) if !self.is_constant(a) && !self.is_constant(b) => {
                self.untranslated(slot, op, copy).value
            }
            Some(Sort::Truth) if comparison == Comparison::NotEqual => {
                not(&apply("=", &[&of_a.value, &of_b.value]))
            }
            sort => compared(comparison, &of_a.as_sort(sort), &of_b.as_sort(sort)),
        };
        Given {
            sort: Some(Sort::Truth),
            value: all([valued, holds]),
            known,
            none: smt::truth(false),
        }
    }

    fn is_constant(&self, slot: Slot) -> bool {
        matches!(self.asked.code.ops.get(slot.0 as usize), Some(Op::Constant(_)))
    }

    /// « renseigné »: a fact that is there; what is computed may fail, which is no absence.
    pub(super) fn is_known(&mut self, slot: Slot, copy: Copy) -> Given {
        let given = self.get(slot, copy);
        let value = match self.asked.code.ops.get(slot.0 as usize) {
            Some(Op::Fact(_) | Op::SharedFact { .. }) => given.known,
            _ => {
                let failed = self.free_truth();
                any([given.known, given.none, failed])
            }
        };
        Given { sort: Some(Sort::Truth), value, known: smt::truth(true), none: smt::truth(false) }
    }

    /// The result of the first row that accepts; unknown behind a row that may.
    pub(super) fn table(&mut self, at: usize, inputs: &[Given]) -> Given {
        let program = self.asked.program;
        let Some(table) = program.tables.get(at) else { return Given::unknown() };
        let sort = Sort::of(table.ty);
        let mut given = Given { sort, ..Given::unknown() };
        given.value = sort.map_or(smt::truth(false), Sort::any);
        for row in table.rows.iter().rev() {
            if row.period.intersection(self.asked.period).is_none() {
                continue;
            }
            let in_force = super::during(row.period);
            let (accepts, refuses) = self.acceptance(row, inputs);
            let accepts = all([in_force.clone(), accepts]);
            let refuses = any([not(&in_force), refuses]);
            let (value, known, none) = self.result(row, inputs, &given.value);
            let later = |term: &str| all([refuses.clone(), term.to_owned()]);
            given = Given {
                sort,
                value: choice(&accepts, &value, &given.value),
                known: choice(&accepts, &known, &later(&given.known)),
                none: choice(&accepts, &none, &later(&given.none)),
            };
            given.value = self.named(sort.map_or("Bool", Sort::name), given.value);
            given.known = self.named("Bool", given.known);
            given.none = self.named("Bool", given.none);
        }
        given
    }

    /// Whether a row surely accepts, and surely refuses.
    fn acceptance(&mut self, row: &Row, inputs: &[Given]) -> (Term, Term) {
        let (mut accepts, mut refuses) = (Vec::new(), Vec::new());
        for (cell, input) in row.cells.iter().zip(inputs) {
            let Cell::OneOf(ranges) = cell else { continue };
            let inside = any(ranges.iter().map(|range| self.in_range(range, &input.value)));
            let inside = self.named("Bool", inside);
            accepts.push(all([input.known.clone(), inside.clone()]));
            refuses.push(all([input.known.clone(), not(&inside)]));
        }
        (all(accepts), any(refuses))
    }

    fn in_range(&self, range: &CellRange, value: &str) -> Term {
        if let (Some(low), Some(high)) = (&range.low, &range.high)
            && low.value == high.value
        {
            return apply("=", &[value, &self.words.term(&low.value)]);
        }
        let side = |bound: &engine::Bound, strict, wide| {
            let comparison = if bound.included { wide } else { strict };
            compared(comparison, value, &self.words.term(&bound.value))
        };
        let low = range.low.iter();
        let low = low.map(|low| side(low, Comparison::Greater, Comparison::GreaterOrEqual));
        let high = range.high.iter();
        let high = high.map(|high| side(high, Comparison::Less, Comparison::LessOrEqual));
        all(low.chain(high))
    }

    fn result(&self, row: &Row, inputs: &[Given], other: &str) -> (Term, Term, Term) {
        let (yes, no) = (smt::truth(true), smt::truth(false));
        match &row.result {
            RowResult::Value(value) => (self.words.term(value), yes, no),
            RowResult::NoValue => (other.to_owned(), no, yes),
            RowResult::Linear { input, across, between } => {
                let x = inputs.get(*input as usize);
                let sloping = x.and_then(|x| Some((x, line(&x.value, *across, *between)?)));
                match sloping {
                    Some((x, value)) => (value, x.known.clone(), no),
                    None => (other.to_owned(), no.clone(), no),
                }
            }
        }
    }
}

/// The value at `x` of the line through two points; absent when it has none.
fn line(x: &str, across: (Exact, Exact), between: (Exact, Exact)) -> Option<Term> {
    let run = across.1.subtract(across.0).ok()?;
    let slope = between.1.subtract(between.0).ok()?.divide(run).ok()?;
    let at_zero = between.0.subtract(slope.multiply(across.0).ok()?).ok()?;
    let rise = apply("*", &[&smt::number(slope), x]);
    Some(apply("+", &[&smt::number(at_zero), &rise]))
}

/// Rounding to a multiple of a step.
pub(super) fn rounded(mode: Rounding, a: &Given, step: &Given) -> Given {
    let (zero, half) = (smt::number(Exact::ZERO), "(/ 1.0 2.0)");
    let steps = apply("/", &[&a.value, &step.value]);
    let floor = |term: &str| apply("to_int", &[term]);
    let ceiling = |term: &str| apply("-", &[&floor(&apply("-", &[term]))]);
    let up = floor(&apply("+", &[&steps, half]));
    let down = ceiling(&apply("-", &[&steps, half]));
    let count = match mode {
        Rounding::Down => floor(&steps),
        Rounding::Up => ceiling(&steps),
        // Halves go up from zero, down below it.
        Rounding::HalfAway => {
            choice(&compared(Comparison::GreaterOrEqual, &steps, &zero), &up, &down)
        }
        // The two differ at a half: one of them is even.
        Rounding::HalfEven => choice(&apply("=", &[&apply("mod", &[&up, "2"]), "0"]), &up, &down),
    };
    let value = apply("*", &[&apply("to_real", &[&count]), &step.value]);
    let positive = compared(Comparison::Greater, &step.value, &zero);
    let known = all([a.known.clone(), step.known.clone(), positive]);
    Given { sort: Some(Sort::Number), value, known, none: smt::truth(false) }
}
