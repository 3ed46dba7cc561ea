//! When two conditions hold: whether one may without the other, over the cells of one code.

use crate::cells::{Facts, Space};
use crate::points::condition_slots;
use engine::{Code, Criterion, Explored, Period, Program, openness};
use std::ops::ControlFlow;

/// Of whom something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Every file, whatever it lacks.
    Every,
    /// Files whose facts are known.
    Complete,
}

/// How two conditions stand to each other.
///
/// Sound: what is said never to be is never. Not tight: what may be is not shown to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openings {
    /// They hold together.
    Same(Whose),
    /// The second holds whenever the first does, and may alone.
    Weakened(Whose),
    /// The first holds whenever the second does, and may alone.
    Strengthened(Whose),
    /// Neither is seen to follow from the other.
    Open,
    /// There are too many cells.
    TooMany,
}

/// Compares the conditions of two criteria of one code on some days; periods and proofs apart.
pub fn openings(
    program: &Program,
    code: &Code,
    days: Period,
    first: &Criterion,
    second: &Criterion,
) -> Openings {
    if first.condition == second.condition && first.exception == second.exception {
        return Openings::Same(Whose::Every);
    }
    let over = |facts| alone(program, code, days, (first, second), facts);
    match over(Facts::Apart) {
        Some(Alone { first: true, second: true }) | None => match over(Facts::Known) {
            Some(alone) => alone.said(Whose::Complete),
            None => Openings::TooMany,
        },
        Some(alone) => alone.said(Whose::Every),
    }
}

/// Whether each of two conditions may hold without the other.
#[derive(Clone, Copy)]
struct Alone {
    first: bool,
    second: bool,
}

impl Alone {
    fn said(self, whose: Whose) -> Openings {
        match (self.first, self.second) {
            (false, false) => Openings::Same(whose),
            (false, true) => Openings::Weakened(whose),
            (true, false) => Openings::Strengthened(whose),
            (true, true) => Openings::Open,
        }
    }
}

fn alone(
    program: &Program,
    code: &Code,
    days: Period,
    (first, second): (&Criterion, &Criterion),
    facts: Facts,
) -> Option<Alone> {
    let slots: Vec<_> = condition_slots(first).into_iter().chain(condition_slots(second)).collect();
    let space = Space::new(program, code, days, &slots, facts);
    let mut found = Alone { first: false, second: false };
    let explored = space.each(&mut |_, reach| {
        let (a, b) = (openness(first, reach), openness(second, reach));
        found.first |= a.can_open && b.can_stay_shut;
        found.second |= b.can_open && a.can_stay_shut;
        if found.first && found.second { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    (explored != Explored::TooMany).then_some(found)
}
