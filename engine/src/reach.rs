//! What values code can reach: abstract interpretation of the flat code over intervals.
//!
//! The same walk serves two questions: what a rule can give whatever the facts ([`reach`]), and what
//! one file can still give once its missing facts are known. Sound, not tight: a reach holds every
//! value that the code can compute. Conditions are looked at one by one; those that open a line also
//! narrow what it gives.

mod cells;
mod guarded;
mod interval;
mod lists;
mod numbers;
mod points;
mod possible;
mod tables;
mod touched;
mod walk;

pub use cells::{Absence, Domain, Exploration, Explored, Values, Variable, Visit, explore};
pub use interval::{Excluded, Interval};
pub use points::{Openness, criterion_maximum, criterion_minimum, criterion_range, openness};
pub use possible::Reach;

pub(crate) use points::{GridReach, grid_range, opens, waits};
pub(crate) use possible::Reached;
pub(crate) use walk::{Candidate, Membership, candidate_reach};

use crate::scalar::Run;
use crate::{Code, Date, NoScripts, Period, Program};

/// Returns what each slot can reach, whatever the facts, at any date of a period.
///
/// Shape: one per operation; the operations of a fold's body hold what its last walk reached.
pub fn reach(code: &Code, program: &Program, period: Period) -> Vec<Reach> {
    let day = period.from.or(period.to).or_else(|| Date::new(2000, 1, 1));
    let Some(day) = day else { return Vec::new() };
    let mut run = Run::new(program, &NoScripts, day);
    walk::any_reach(&mut run, code, period).into_vec()
}

#[cfg(test)]
mod tests;
