//! What a change does, cell by cell: whether a file may gain by it, and whether one may lose.
//!
//! Sound: what is said never to be is never. Not tight: what may be is shown by a witness, or open.

use super::alike::Alike;
use crate::cells::{Facts, Space, cone};
use crate::points::{condition_slots, slots};
use crate::witness::{Aim, Goal};
use engine::{
    Absence, Code, Criterion, Date, Exact, Explored, Op, Period, Program, Range, Reach, Slot,
    criterion_range, openness,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Days are not cut into more runs than this.
const MOST_RUNS: usize = 24;
/// How many cells are kept to look for witnesses in.
const MOST_CELLS: usize = 10;

/// Of whom something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Every file, whatever it lacks.
    Every,
    /// Files whose facts are known.
    Complete,
}

/// What of a criterion is compared; its period and its proofs apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// Whether its conditions hold: who opens one that was shut gains.
    Opening,
    /// What it gives where the conditions of both hold.
    Amount,
    /// What it gives.
    Line,
}

/// One of the two things compared.
#[derive(Clone, Copy, Debug)]
pub enum Rule<'c> {
    /// A criterion, in the code of both.
    Criterion(&'c Criterion),
    /// Criteria of which one is enough, as those of a tranche.
    Any(&'c [&'c Criterion]),
    /// Nothing written, which is the same for all: 1 is open, 0 shut, or so many points.
    Always(Exact),
}

impl<'c> Rule<'c> {
    /// Its criteria.
    pub(super) fn criteria(&self) -> Vec<&'c Criterion> {
        match self {
            Self::Criterion(criterion) => vec![criterion],
            Self::Any(criteria) => criteria.to_vec(),
            Self::Always(_) => Vec::new(),
        }
    }
}

/// What is proved of a change: that nobody gains, that nobody loses; absent when it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved {
    /// Of whom it is proved that they gain nothing.
    pub no_gain: Option<Whose>,
    /// Of whom it is proved that they lose nothing.
    pub no_loss: Option<Whose>,
}

/// Compares one aspect of two rules of one code on some days.
pub fn effects(
    (program, code, days): (&Program, &Code, Period),
    aspect: Aspect,
    first: Rule<'_>,
    second: Rule<'_>,
) -> Proved {
    let look = look((program, code, days), aspect, first, second);
    Proved { no_gain: look.gains.never, no_loss: look.losses.never }
}

/// What was seen in one direction.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Of whom it is proved that it never happens.
    pub(super) never: Option<Whose>,
    /// Cells in which it may happen, as goals; the surest first.
    pub(super) cells: Vec<Vec<Goal>>,
}

/// What was seen in both.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    pub(super) gains: Seen,
    pub(super) losses: Seen,
}

/// Looks at all cells, those of missing facts apart, then at complete files.
///
/// Days are taken run by run, so that what tables say on each is one thing.
pub(super) fn look(
    (program, code, days): (&Program, &Code, Period),
    aspect: Aspect,
    first: Rule<'_>,
    second: Rule<'_>,
) -> Look {
    let whole = Cells { program, code, days, aspect, first, second };
    let runs = whole.runs();
    let over = |facts| {
        let each = runs.iter().map(|days| Cells { days: *days, ..whole }.explore(facts));
        each.reduce(Pair::and).unwrap_or_default()
    };
    let every = over(Facts::Apart);
    if every.gains.is_never() && every.losses.is_never() {
        return Look {
            gains: every.gains.seen(Whose::Every),
            losses: every.losses.seen(Whose::Every),
        };
    }
    let complete = over(Facts::Known);
    Look { gains: every.gains.then(complete.gains), losses: every.losses.then(complete.losses) }
}

/// The cells of one exploration in which something may happen.
#[derive(Default)]
struct Found {
    decided: bool,
    sure: Vec<Vec<Goal>>,
    possible: Vec<Vec<Goal>>,
    any: bool,
}

impl Found {
    fn is_never(&self) -> bool {
        self.decided && !self.any
    }

    fn add(&mut self, sure: bool, goals: impl FnOnce() -> Vec<Goal>) {
        self.any = true;
        let kept = if sure { &mut self.sure } else { &mut self.possible };
        if kept.len() < MOST_CELLS {
            kept.push(goals());
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.decided &= other.decided;
        self.any |= other.any;
        self.sure.extend(other.sure);
        self.possible.extend(other.possible);
        self
    }

    fn seen(self, whose: Whose) -> Seen {
        let never = self.is_never().then_some(whose);
        Seen { never, cells: self.sure.into_iter().chain(self.possible).collect() }
    }

    /// Joins what every file says, and what complete ones do.
    fn then(self, complete: Self) -> Seen {
        if self.is_never() {
            return self.seen(Whose::Every);
        }
        let mut seen = complete.seen(Whose::Complete);
        seen.cells.extend(self.seen(Whose::Every).cells);
        seen
    }
}

#[derive(Default)]
struct Pair {
    gains: Found,
    losses: Found,
}

impl Pair {
    fn and(self, other: Self) -> Self {
        Self { gains: self.gains.and(other.gains), losses: self.losses.and(other.losses) }
    }
}

/// Which of the two is asked to give no more than the other.
#[derive(Clone, Copy)]
enum Order {
    /// The first no more than the second: nobody loses.
    FirstSecond,
    /// The second no more than the first: nobody gains.
    SecondFirst,
}

/// What is explored.
#[derive(Clone, Copy)]
struct Cells<'c> {
    program: &'c Program,
    code: &'c Code,
    days: Period,
    aspect: Aspect,
    first: Rule<'c>,
    second: Rule<'c>,
}

impl Cells<'_> {
    fn explore(self, facts: Facts) -> Pair {
        let targets = self.targets();
        let space = Space::new(self.program, self.code, self.days, &targets, facts);
        let alike = Alike { program: self.program, code: self.code, days: self.days };
        let mut found = Pair::default();
        let explored = space.each(&mut |chosen, reach| {
            let Some((a, b)) = self.ranges(reach) else { return ControlFlow::Continue(()) };
            let more = passes(b.high, a.low) && !self.is_at_most(alike, Order::SecondFirst, reach);
            let less = passes(a.high, b.low) && !self.is_at_most(alike, Order::FirstSecond, reach);
            if more {
                found.gains.add(surely_passes(b.low, a.high), || goals(&space, chosen));
            }
            if less {
                found.losses.add(surely_passes(a.low, b.high), || goals(&space, chosen));
            }
            ControlFlow::Continue(())
        });
        let decided = explored != Explored::TooMany;
        (found.gains.decided, found.losses.decided) = (decided, decided);
        found
    }

    fn targets(self) -> Vec<Slot> {
        [self.first, self.second].into_iter().flat_map(|rule| self.slots(rule)).collect()
    }

    /// Runs of days on each of which the rows in force do not change; the whole, when they are many.
    fn runs(self) -> Vec<Period> {
        let needed = cone(self.code, &self.targets());
        let mut starts: BTreeSet<Date> = BTreeSet::new();
        for (op, _) in self.code.ops.iter().zip(&needed).filter(|(_, needed)| **needed) {
            let Op::Table(id, _) = op else { continue };
            let rows = self.program.tables.get(id.0 as usize).map(|table| &table.rows);
            for row in rows.into_iter().flatten() {
                starts.extend(row.period.from);
                starts.extend(row.period.to.map(Date::tomorrow));
            }
        }
        let inside = |day: &Date| self.days.contains(*day) && self.days.contains(day.yesterday());
        let starts: Vec<Date> = starts.into_iter().filter(inside).collect();
        if starts.len() >= MOST_RUNS {
            return vec![self.days];
        }
        let from = std::iter::once(self.days.from).chain(starts.iter().copied().map(Some));
        let to = starts.iter().map(|day| Some(day.yesterday())).chain([self.days.to]);
        from.zip(to).map(|(from, to)| Period { from, to }).collect()
    }

    fn slots(self, rule: Rule<'_>) -> Vec<Slot> {
        let read = |criterion: &Criterion| match self.aspect {
            Aspect::Opening => condition_slots(criterion),
            Aspect::Amount | Aspect::Line => slots(criterion),
        };
        rule.criteria().into_iter().flat_map(read).collect()
    }

    /// What each gives in a cell; absent when nothing is to be compared there.
    fn ranges(self, reach: &[Reach]) -> Option<(Range, Range)> {
        let can_open = |rule| opening(rule, reach).high != Some(Exact::ZERO);
        match self.aspect {
            Aspect::Opening => Some((opening(self.first, reach), opening(self.second, reach))),
            Aspect::Line => {
                Some((line(self.first, self.code, reach), line(self.second, self.code, reach)))
            }
            Aspect::Amount if can_open(self.first) && can_open(self.second) => {
                Some((amount(self.first, self.code, reach), amount(self.second, self.code, reach)))
            }
            Aspect::Amount => None,
        }
    }

    /// Tells whether one side surely gives no more than the other in a cell.
    fn is_at_most(self, alike: Alike<'_>, order: Order, reach: &[Reach]) -> bool {
        let (Rule::Criterion(first), Rule::Criterion(second)) = (self.first, self.second) else {
            return false;
        };
        let (less, more) = match order {
            Order::FirstSecond => (first, second),
            Order::SecondFirst => (second, first),
        };
        match self.aspect {
            Aspect::Opening => alike.conditions(less, more, reach),
            Aspect::Amount => alike.gives_no_more(less, more, reach),
            Aspect::Line => {
                alike.conditions(less, more, reach) && alike.gives_no_more(less, more, reach)
            }
        }
    }
}

fn passes(high: Option<Exact>, low: Option<Exact>) -> bool {
    high.zip(low).is_none_or(|(high, low)| high > low)
}

fn surely_passes(low: Option<Exact>, high: Option<Exact>) -> bool {
    low.zip(high).is_some_and(|(low, high)| low > high)
}

fn opening(rule: Rule<'_>, reach: &[Reach]) -> Range {
    let truth = |truth: bool| Some(if truth { Exact::ONE } else { Exact::ZERO });
    let of = |criterion: &Criterion| {
        let open = openness(criterion, reach);
        Range { low: truth(!open.can_stay_shut), high: truth(open.can_open) }
    };
    match rule {
        Rule::Always(truth) => Range::only(truth),
        Rule::Criterion(criterion) => of(criterion),
        Rule::Any(criteria) => {
            let each = criteria.iter().map(|criterion| of(criterion));
            each.fold(Range::only(Exact::ZERO), |all, one| Range {
                low: all.low.max(one.low),
                high: all.high.max(one.high),
            })
        }
    }
}

fn line(rule: Rule<'_>, code: &Code, reach: &[Reach]) -> Range {
    match rule {
        Rule::Always(points) => Range::only(points),
        Rule::Criterion(criterion) => criterion_range(criterion, code, reach),
        Rule::Any(_) => opening(rule, reach),
    }
}

fn amount(rule: Rule<'_>, code: &Code, reach: &[Reach]) -> Range {
    match rule {
        Rule::Criterion(criterion) => {
            let open = Criterion { condition: None, exception: None, ..criterion.clone() };
            criterion_range(&open, code, reach)
        }
        Rule::Always(_) | Rule::Any(_) => line(rule, code, reach),
    }
}

/// What brings a file into a cell; what cannot be asked for is left out.
fn goals(space: &Space<'_>, chosen: &[usize]) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (variable, index) in space.variables.iter().zip(chosen) {
        let Some(domain) = variable.domains.get(*index) else { continue };
        let is_fact = matches!(space.code.ops.get(variable.slot.0 as usize), Some(Op::Fact(_)));
        let aim = match domain.absence {
            Absence::Only if is_fact => Some(Aim::Unknown),
            Absence::Only => None,
            Absence::Never | Absence::Free => Aim::inside(&domain.values),
        };
        goals.extend(aim.map(|aim| Goal::new(variable.slot, aim)));
    }
    goals
}

/// The points of a criterion where it is open, when they are the same for all.
pub(super) fn constant(
    (program, code, days): (&Program, &Code, Period),
    criterion: &Criterion,
) -> Option<Exact> {
    let reach = engine::reach(code, program, days);
    let single = |slot: &Slot| reach.get(slot.0 as usize)?.numbers()?.single();
    let [one] = criterion.contributions.as_slice() else { return None };
    let plain = one.condition.is_none() && criterion.floor.is_none() && criterion.cap.is_none();
    single(&one.amount).filter(|_| plain)
}
