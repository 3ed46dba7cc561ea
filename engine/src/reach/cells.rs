//! Reach cell by cell: the domains of some slots are cut into cells, and the code is walked in each.
//!
//! Variables are taken in the order of their slots, so that only what comes after a changed one is
//! walked again, and a cell that an earlier choice excludes is left with all that would follow.
//! Sound: every set of facts belongs to a cell that is visited, as long as the domains of each
//! variable cover all that it can be.

use super::interval::{Days, Interval};
use super::possible::{EnumSet, Possible, Reach};
use super::walk::AbstractWalk;
use crate::scalar::{Run, Scalar};
use crate::{Code, Date, NoScripts, Period, Program, Slot};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The known values that a slot is held to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// All.
    Any,
    /// A truth.
    Bool(bool),
    /// Numbers.
    Numbers(Interval),
    /// Days.
    Days(Period),
    /// Values of an enumeration.
    Enum(Vec<u32>),
    /// A text.
    Text(Arc<str>),
}

/// Whether a slot may be without a known value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// As its operation says.
    Free,
    /// It is known, unless nothing can make it so.
    Never,
    /// It is unknown.
    Only,
}

/// What a slot is held to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its known values.
    pub values: Values,
    /// Whether it may be unknown.
    pub absence: Absence,
}

impl Domain {
    /// Limits what a slot reaches; absent when nothing is left.
    fn hold(&self, run: &mut Run<'_>, reach: Reach) -> Option<Reach> {
        let values = match &self.values {
            Values::Any => reach.possible,
            Values::Bool(truth) => reach.possible.and(Possible::Bool { yes: *truth, no: !*truth }),
            Values::Numbers(interval) => reach.possible.and(Possible::Number(*interval)),
            Values::Days(Period { from, to }) => {
                reach.possible.and(Possible::Date(Days { low: *from, high: *to }))
            }
            Values::Enum(values) => reach.possible.and(Possible::Enum(EnumSet::of(values))),
            Values::Text(text) => match run.scalar(&crate::Value::Text(Arc::clone(text))) {
                Scalar::Text(id) => reach.possible.and(Possible::Text(Some(id))),
                Scalar::Bool(_)
                | Scalar::Number(_)
                | Scalar::Date(_)
                | Scalar::Enum(_)
                | Scalar::NoValue
                | Scalar::Unknown(_) => reach.possible,
            },
        };
        let emptied = reach.can_be_known() && values == Possible::Nothing;
        match self.absence {
            Absence::Free if emptied => None,
            Absence::Free => Some(Reach { possible: values, ..reach }),
            Absence::Never if emptied => None,
            // What a choice does not share stays unknown, however complete the file.
            Absence::Never if !reach.can_be_known() => Some(reach),
            Absence::Never if values == Possible::Nothing && !reach.no_value => None,
            Absence::Never => Some(Reach { possible: values, unknown: false, ..reach }),
            Absence::Only if reach.unknown => Some(Reach::UNKNOWN),
            Absence::Only => None,
        }
    }
}

/// A slot whose domain is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The slot, outside of any fold's body.
    pub slot: Slot,
    /// Its cells; together they cover what it can be.
    pub domains: Vec<Domain>,
}

/// What is explored.
#[derive(Clone, Copy, Debug)]
pub struct Exploration<'x> {
    /// The code.
    pub code: &'x Code,
    /// The days of evaluation.
    pub period: Period,
    /// Which operations are walked, by index: those that the slots looked at depend on.
    pub needed: &'x [bool],
    /// The variables, in the order of their slots.
    pub variables: &'x [Variable],
    /// How many cells may be entered.
    pub limit: usize,
}

/// What is shown each cell: the domain of each variable, and what every slot reaches.
pub type Visit<'v> = &'v mut dyn FnMut(&[usize], &[Reach]) -> ControlFlow<()>;

/// How far an exploration went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explored {
    /// Every cell was visited.
    Wholly,
    /// The visitor stopped it.
    Stopped,
    /// There are too many cells.
    TooMany,
}

/// Walks code in each cell that is not empty, and shows its domains (one index per variable) and
/// what every slot reaches there.
pub fn explore(program: &Program, exploration: Exploration<'_>, visit: Visit<'_>) -> Explored {
    let Exploration { code, period, needed, variables, limit } = exploration;
    let day = period.from.or(period.to).or_else(|| Date::new(2000, 1, 1));
    let Some(day) = day else { return Explored::TooMany };
    let mut run = Run::new(program, &NoScripts, day);
    let mut walk = AbstractWalk::of_some(&mut run, code, period, needed);
    let first = variables.first().map_or(code.ops.len(), |variable| variable.slot.0 as usize);
    walk.ops(0..first);
    let mut cells = Cells { walk, code, variables, chosen: Vec::new(), left: limit, visit };
    match cells.choose(0) {
        ControlFlow::Continue(()) => Explored::Wholly,
        ControlFlow::Break(how) => how,
    }
}

struct Cells<'c, 'w, 'r, 'e> {
    walk: AbstractWalk<'w, 'r, 'e>,
    code: &'r Code,
    variables: &'r [Variable],
    chosen: Vec<usize>,
    left: usize,
    visit: Visit<'c>,
}

impl Cells<'_, '_, '_, '_> {
    fn choose(&mut self, number: usize) -> ControlFlow<Explored> {
        let variables = self.variables;
        let Some(variable) = variables.get(number) else {
            return match (self.visit)(&self.chosen, &self.walk.slots) {
                ControlFlow::Continue(()) => ControlFlow::Continue(()),
                ControlFlow::Break(()) => ControlFlow::Break(Explored::Stopped),
            };
        };
        let at = variable.slot.0 as usize;
        let body = self.code.ops.get(at).map_or(0, crate::Op::body);
        let next = variables.get(number + 1).map(|next| next.slot.0 as usize);
        let next = next.unwrap_or(self.code.ops.len());
        let reach = self.walk.one(at);
        for (index, domain) in variable.domains.iter().enumerate() {
            let Some(left) = self.left.checked_sub(1) else {
                return ControlFlow::Break(Explored::TooMany);
            };
            self.left = left;
            let Some(held) = domain.hold(self.walk.run, reach) else { continue };
            if let Some(slot) = self.walk.slots.get_mut(at) {
                *slot = held;
            }
            self.walk.ops(at + 1 + body..next);
            self.chosen.push(index);
            self.choose(number + 1)?;
            self.chosen.pop();
        }
        ControlFlow::Continue(())
    }
}
