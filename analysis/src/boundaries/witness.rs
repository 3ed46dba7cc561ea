//! A file at the bound on which the two ways of writing it give different points, as an example that
//! expects what the other rule says.
//!
//! The second place is written the other way in a copy of the grid, and both grids are run.

use super::Subject;
use super::at_bound::asking;
use super::sites::{Boundary, By, Site, other};
use crate::cells::cone;
use crate::points::slots;
use crate::totals::{Total, criteria, opens};
use crate::witness::{self, Aim, Goal, Question};
use engine::{
    Bound, Case, Cell, Code, Criterion, GridVersion, LineState, Op, Part, Pool, Program, Slot,
};

/// How many steps the search of one file takes.
const STEPS: u32 = 600;

/// Writes the example; absent when none is found, or when it could not be pasted beside the fault.
pub(super) fn example(
    subject: Subject<'_>,
    grid: usize,
    boundary: &Boundary,
    site: &Site,
) -> Option<String> {
    if site.span.file != subject.own {
        return None;
    }
    let place = *subject.compiled.lowered.grids.get(grid)?;
    let total = Total::at(subject.compiled, subject.scripts, place)?;
    let (code, at_bound) = asking(&total.version.code, boundary)?;
    let written = GridVersion { code, ..total.version.clone() };
    let flipped = GridVersion { code: flipped_code(&written.code, site)?, ..written.clone() };
    let program = flipped_program(total.program, boundary, site);
    let both = Both {
        written: Total { version: &written, ..total },
        flipped: Total { version: &flipped, program: &program, ..total },
        at_bound,
    };
    let readers = total.criteria().filter(|one| reads(one, &total.version.code, site));
    let (pool, expected) = readers.into_iter().find_map(|reader| both.search(reader))?;
    let title = "À la borne tout juste";
    witness::example(&total.program.schema, title, &pool, &[expected])
}

fn reads(criterion: &Criterion, code: &Code, site: &Site) -> bool {
    let needed = cone(code, &slots(criterion));
    let ops = (0..).map(Slot).zip(&code.ops).zip(needed).filter(|(_, needed)| *needed);
    ops.into_iter().any(|((slot, op), _)| match (site.by, op) {
        (By::Comparison { slot: of, .. }, _) => slot == of,
        (By::Column { table, .. }, Op::Table(id, _)) => id.0 as usize == table,
        (By::Column { .. }, _) => false,
    })
}

/// The code with the comparison of a site written the other way.
fn flipped_code(code: &Code, site: &Site) -> Option<Code> {
    let mut code = code.clone();
    if let By::Comparison { slot, .. } = site.by
        && let Op::Compare(comparison, ..) = code.ops.get_mut(slot.0 as usize)?
    {
        *comparison = other(*comparison);
    }
    Some(code)
}

/// The program with the rows of a site that end at the bound written the other way.
fn flipped_program(program: &Program, boundary: &Boundary, site: &Site) -> Program {
    let mut program = program.clone();
    let By::Column { table, input } = site.by else { return program };
    let rows = program.tables.get_mut(table).into_iter().flat_map(|table| &mut table.rows);
    let ends = rows.filter_map(|row| row.cells.get_mut(input)).flat_map(bounds);
    for bound in ends.filter(|bound| bound.value == boundary.value) {
        bound.included = !bound.included;
    }
    program
}

fn bounds(cell: &mut Cell) -> Vec<&mut Bound> {
    match cell {
        Cell::Any => Vec::new(),
        Cell::OneOf(ranges) => ranges
            .iter_mut()
            .flat_map(|range| range.low.iter_mut().chain(&mut range.high))
            .collect(),
    }
}

/// A grid as it is written, and with the site the other way.
struct Both<'c> {
    written: Total<'c>,
    flipped: Total<'c>,
    at_bound: Slot,
}

impl Both<'_> {
    /// Finds a file on which the two differ by what a criterion gives.
    fn search(&self, reader: &Criterion) -> Option<(Pool, String)> {
        let mut goals = self.written.gates();
        goals.push(Goal::new(self.at_bound, Aim::Truth(true)));
        let open: Vec<Goal> = goals.iter().cloned().chain(opens(reader)).collect();
        let asks = [(&self.flipped, &open), (&self.written, &open), (&self.written, &goals)];
        asks.into_iter().find_map(|(total, goals)| self.file(total, goals, reader))
    }

    fn file(
        &self,
        total: &Total<'_>,
        goals: &[Goal],
        reader: &Criterion,
    ) -> Option<(Pool, String)> {
        let mut expected = None;
        let question = Question {
            program: total.program,
            scripts: total.scripts,
            code: &total.version.code,
            days: total.version.period,
            goals,
            reads: &slots(reader),
            fixed: &Case::default(),
            proofs: &reader.proofs,
            budget: STEPS,
        };
        let pool = witness::find(question, &mut |pool| {
            expected = self.difference(pool);
            expected.is_some()
        })?;
        Some((pool, expected?))
    }

    /// What the other way gives a line that is not given the same as it is written.
    fn difference(&self, pool: &Pool) -> Option<String> {
        let (written, flipped) = (self.written.lines(pool)?, self.flipped.lines(pool)?);
        flipped.iter().find_map(|line| {
            let own = written.iter().find(|own| own.id == line.id)?;
            let settled = |state: LineState| match state {
                LineState::Obtained | LineState::NotObtained | LineState::Capped => true,
                LineState::NotEvaluable | LineState::Pending => false,
            };
            if own.points == line.points || !settled(own.state) || !settled(line.state) {
                return None;
            }
            let kind = self.written.version.parts.iter().find_map(|part| kind(part, &line.id))?;
            Some(format!("{kind} {} = {}", line.id, witness::spell_points(line.points)?))
        })
    }
}

/// How an example names a line of a part.
fn kind(part: &Part, id: &str) -> Option<&'static str> {
    match part {
        Part::Tranche(tranche) => (tranche.id == id).then_some("tranche"),
        Part::Criterion(_) | Part::Family(_) => {
            criteria(part).iter().any(|criterion| criterion.id == id).then_some("critère")
        }
    }
}
