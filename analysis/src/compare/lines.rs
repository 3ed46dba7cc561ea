//! Two criteria side by side: what the change of each of their parts does to files.

use super::effects::{Aspect, Rule, Seen, Whose, constant, look};
use super::outcome::View;
use super::proofs;
use super::stage::{Asked, Check, Stage, Wanted};
use super::tree::{Answer, Effect};
use crate::points::slots;
use crate::totals::{End, criterion_goals, opens, shuts};
use crate::witness::Goal;
use engine::{Criterion, Exact, Period, ProofGate, Slot};

/// Two criteria in the code of both, one of which may not be there.
#[derive(Clone, Copy)]
pub(super) struct Pair<'c> {
    pub(super) first: Option<Placed<'c>>,
    pub(super) second: Option<Placed<'c>>,
    /// What the absence of one is worth: shut for a criterion, open for a condition of eligibility.
    pub(super) absent: Exact,
    /// What the author reads of it.
    pub(super) title: &'c str,
    /// The criteria of the tranche around before, and with this change alone: one is enough.
    pub(super) tranche: Option<(&'c [&'c Criterion], &'c [&'c Criterion])>,
    /// Slots whose facts are all to be given.
    pub(super) reads: &'c [Slot],
}

/// A criterion in the code of both, and how its outcome is looked at.
#[derive(Clone, Copy)]
pub(super) struct Placed<'c> {
    pub(super) criterion: &'c Criterion,
    /// Where its points show.
    pub(super) points: View<'c>,
    /// Where its truth shows.
    pub(super) truth: View<'c>,
}

/// A search for one direction of a change.
struct Way<'w> {
    seen: Seen,
    /// What is asked of a file; each list is enough.
    asks: Vec<Vec<Goal>>,
    /// What a file is to show, the plainest first.
    wanted: &'w [Wanted],
    check: Option<Check<'w>>,
}

impl<'c> Pair<'c> {
    /// What the change of the conditions does; absent when they are the same.
    pub(super) fn condition(self, stage: &Stage<'_>) -> Option<Effect> {
        let (a, b) = (self.first?.criterion, self.second?.criterion);
        let same = a.condition == b.condition && a.exception == b.exception;
        (!same).then(|| self.opening(stage, Rule::Criterion(a), Rule::Criterion(b)))
    }

    /// What the change of the points does; absent when they are the same.
    pub(super) fn points(self, stage: &Stage<'_>) -> Option<Effect> {
        let (a, b) = (self.first?.criterion, self.second?.criterion);
        let same = a.contributions == b.contributions && a.floor == b.floor && a.cap == b.cap;
        (!same).then(|| {
            let both: Vec<Goal> = opens(a).into_iter().chain(opens(b)).collect();
            let asks = far(stage, &[a, b], &both);
            self.worth(stage, Aspect::Amount, (Rule::Criterion(a), Rule::Criterion(b)), &asks)
        })
    }

    /// The two constants that open criteria give, when they differ and nothing else does.
    pub(super) fn reweighted(self, stage: &Stage<'_>) -> Option<(Exact, Exact)> {
        let of = |placed: Placed<'_>| constant(stage.place(), placed.criterion);
        let (from, to) = (of(self.first?)?, of(self.second?)?);
        (from != to).then_some((from, to))
    }

    /// What the appearance or the disappearance of the whole does.
    pub(super) fn presence(self, stage: &Stage<'_>) -> Effect {
        let criteria = [self.first, self.second].map(|one| one.map(|placed| placed.criterion));
        let gives = criteria.into_iter().flatten().any(|one| !one.contributions.is_empty());
        let absent = Rule::Always(if gives { Exact::ZERO } else { self.absent });
        let [a, b] = match self.tranche {
            Some((before, after)) => [Rule::Any(before), Rule::Any(after)],
            None => criteria.map(|one| one.map_or(absent, Rule::Criterion)),
        };
        if gives {
            let own: Vec<&Criterion> = criteria.into_iter().flatten().collect();
            let open: Vec<Goal> = own.iter().flat_map(|one| opens(one)).collect();
            self.worth(stage, Aspect::Line, (a, b), &far(stage, &own, &open))
        } else {
            self.opening(stage, a, b)
        }
    }

    /// What the change of the proofs asked for does; absent when they are the same.
    pub(super) fn proof(self, stage: &Stage<'_>) -> Option<Effect> {
        let (a, b) = (self.first?.criterion, self.second?.criterion);
        if a.proofs == b.proofs {
            return None;
        }
        let asks = [opens(a).into_iter().chain(opens(b)).collect::<Vec<Goal>>()];
        let of = |given: &[ProofGate], asked: &[ProofGate]| {
            if proofs::implies(given, asked) {
                Answer::Never(Whose::Every)
            } else {
                self.shown(stage, given, &asks, &[Wanted::Points, Wanted::Outcome])
            }
        };
        Some(Effect { gains: of(&b.proofs, &a.proofs), losses: of(&a.proofs, &b.proofs) })
    }

    /// What the change of the days does; absent when they are the same on the days looked at.
    pub(super) fn period(self, stage: &Stage<'_>) -> Option<Effect> {
        let (a, b) = (self.first?.criterion, self.second?.criterion);
        let days = |one: &Criterion| stage.days.intersection(one.period);
        let (before, after) = (days(a), days(b));
        let on = |own: Option<Period>, other: Option<Period>, criterion: &Criterion| {
            let only = own.map_or_else(Vec::new, |own| without(own, other));
            if only.is_empty() {
                return Answer::Never(Whose::Every);
            }
            let asks = [opens(criterion)];
            let found = only.into_iter().map(|days| {
                let stage = stage.on(days);
                self.shown(&stage, &criterion.proofs, &asks, &[Wanted::Points, Wanted::Outcome])
            });
            found.fold(Answer::Open, Answer::or)
        };
        let changed = before != after;
        changed.then(|| Effect { gains: on(after, before, b), losses: on(before, after, a) })
    }

    /// Whether some open, and some are shut.
    pub(super) fn opening(self, stage: &Stage<'_>, a: Rule<'c>, b: Rule<'c>) -> Effect {
        let seen = look(stage.place(), Aspect::Opening, a, b);
        let way = |seen, shut, open| {
            let opening: Vec<Vec<Goal>> = match open {
                Rule::Always(_) => vec![Vec::new()],
                Rule::Criterion(_) | Rule::Any(_) => {
                    open.criteria().into_iter().map(opens).collect()
                }
            };
            let asks = opening.iter().flat_map(|own| shutting(shut, own)).collect();
            let check = Some(Check { shut, open });
            Way { seen, asks, wanted: &[Wanted::Points, Wanted::Outcome], check }
        };
        Effect {
            gains: self.answer(stage, &way(seen.gains, a, b)),
            losses: self.answer(stage, &way(seen.losses, b, a)),
        }
    }

    /// Whether some get more, and some less.
    fn worth(
        self,
        stage: &Stage<'_>,
        aspect: Aspect,
        (a, b): (Rule<'_>, Rule<'_>),
        asks: &[Vec<Goal>],
    ) -> Effect {
        let seen = look(stage.place(), aspect, a, b);
        let way = |seen, wanted| Way { seen, asks: asks.to_vec(), wanted, check: None };
        Effect {
            gains: self.answer(stage, &way(seen.gains, &[Wanted::More])),
            losses: self.answer(stage, &way(seen.losses, &[Wanted::Less])),
        }
    }

    /// Answers what cells leave open by looking for a file: first in the cells, then anywhere.
    fn answer(self, stage: &Stage<'_>, way: &Way<'_>) -> Answer {
        if way.seen.never == Some(Whose::Every) {
            return Answer::Never(Whose::Every);
        }
        // What a cell asks is the narrowest: it comes first.
        let with = |cell: &Vec<Goal>, ask: &Vec<Goal>| cell.iter().chain(ask).cloned().collect();
        let cells = way.seen.cells.iter();
        let in_cells = cells.flat_map(|cell| way.asks.iter().map(|ask| with(cell, ask)));
        let all: Vec<Vec<Goal>> = in_cells.chain(way.asks.iter().cloned()).collect();
        let proofs = self.proofs();
        let found = way.wanted.iter().find_map(|wanted| {
            let asked = Asked { check: way.check, ..self.asked(*wanted, &proofs) };
            stage.find(asked, &all)
        });
        match (found, way.seen.never) {
            (Some(witness), _) => Answer::Shown(Box::new(witness)),
            (None, Some(whose)) => Answer::Never(whose),
            (None, None) => Answer::Open,
        }
    }

    fn shown(
        self,
        stage: &Stage<'_>,
        proofs: &[ProofGate],
        asks: &[Vec<Goal>],
        wanted: &[Wanted],
    ) -> Answer {
        let mut found = wanted.iter().map(|wanted| stage.find(self.asked(*wanted, proofs), asks));
        Answer::found(found.find_map(|one| one))
    }

    fn asked<'a>(self, wanted: Wanted, proofs: &'a [ProofGate]) -> Asked<'a>
    where
        'c: 'a,
    {
        let view = |placed: Placed<'c>| match wanted {
            Wanted::More | Wanted::Less | Wanted::Points => placed.points,
            Wanted::Outcome => placed.truth,
        };
        let [a, b] = [self.first.or(self.second), self.second.or(self.first)];
        let views = (a.map_or(View::Grid, view), b.map_or(View::Grid, view));
        Asked { views, title: self.title, reads: self.reads, proofs, wanted, check: None }
    }

    fn proofs(self) -> Vec<ProofGate> {
        let own = [self.first, self.second].into_iter().flatten();
        own.flat_map(|placed| placed.criterion.proofs.clone()).collect()
    }
}

/// What opens some goals while a rule is shut, the surest way first.
fn shutting(shut: Rule<'_>, own: &[Goal]) -> Vec<Vec<Goal>> {
    let each: Vec<Vec<Goal>> = shut.criteria().into_iter().map(shuts).collect();
    let all: Vec<Goal> = each.iter().flatten().cloned().collect();
    let ways = match shut {
        Rule::Criterion(_) => all.iter().map(|goal| vec![goal.clone()]).collect(),
        Rule::Any(_) => vec![all],
        Rule::Always(_) => Vec::new(),
    };
    let with = |goals: Vec<Goal>| own.iter().cloned().chain(goals).collect();
    ways.into_iter().map(with).chain([own.to_vec()]).collect()
}

/// What opens some criteria, then what brings each to its ends.
fn far(stage: &Stage<'_>, criteria: &[&Criterion], open: &[Goal]) -> Vec<Vec<Goal>> {
    let (program, code, days) = stage.place();
    let reach = engine::reach(code, program, days);
    let ends = [End::Most, End::Least];
    let goals = |one: &&Criterion| ends.map(|end| criterion_goals(one, code, &reach, end));
    let each = criteria.iter().flat_map(goals);
    let each = each.map(|goals| open.iter().cloned().chain(goals).collect());
    std::iter::once(open.to_vec()).chain(each).collect()
}

/// Every slot that some criteria read.
pub(super) fn reads<'c>(criteria: impl IntoIterator<Item = &'c Criterion>) -> Vec<Slot> {
    criteria.into_iter().flat_map(slots).collect()
}

/// The days of a period that another does not have.
fn without(own: Period, other: Option<Period>) -> Vec<Period> {
    let Some(other) = other.and_then(|other| own.intersection(other)) else { return vec![own] };
    let before = other.from.filter(|from| own.contains(from.yesterday()));
    let after = other.to.filter(|to| own.contains(to.tomorrow()));
    let before = before.map(|from| Period { from: own.from, to: Some(from.yesterday()) });
    let after = after.map(|to| Period { from: Some(to.tomorrow()), to: own.to });
    before.into_iter().chain(after).collect()
}
