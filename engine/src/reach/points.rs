//! From reaches to points: what a line, a family and a grid can give.

use super::guarded::Guarded;
use super::interval::Interval;
use super::possible::{Reach, Reached};
use super::walk::CandidateReach;
use crate::lines::{Line, Sheet, clipped, may_be_asked, unmet};
use crate::scalar::{Run, Scalar};
use crate::{
    Code, Criterion, Exact, Family, GridVersion, LineState, Part, Period, Program, Range, Retains,
    SharingGate, Slot, Subject, Tranche, ValidationGate,
};

/// Returns the least upper bound of a criterion's points behind an open gate; absent when unbounded.
pub fn criterion_maximum(criterion: &Criterion, code: &Code, reach: &[Reach]) -> Option<Exact> {
    static_range(criterion, code, reach).high
}

/// Returns the greatest lower bound of a criterion's points behind an open gate; absent when
/// unbounded.
pub fn criterion_minimum(criterion: &Criterion, code: &Code, reach: &[Reach]) -> Option<Exact> {
    static_range(criterion, code, reach).low
}

/// A proof may be awaited, and a period may be over: such a line may be at 0.
fn static_range(criterion: &Criterion, code: &Code, reach: &[Reach]) -> Range {
    let range = criterion_range(criterion, code, reach);
    let always = criterion.proofs.is_empty() && criterion.period == Period::default();
    if always { range } else { range.or(NOTHING) }
}

/// Whether a criterion's conditions may hold, and may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Openness {
    /// They may hold.
    pub can_open: bool,
    /// They may be false or unknown.
    pub can_stay_shut: bool,
}

/// Looks at a criterion's condition and exception; period and proofs apart.
pub fn openness(criterion: &Criterion, reach: &[Reach]) -> Openness {
    opens(criterion, &reach)
}

/// As [`openness`], of slots asked one by one.
pub(crate) fn opens(criterion: &Criterion, reach: &dyn Reached) -> Openness {
    let condition = criterion.condition.map_or(Reach::truths(true, false), |slot| reach.at(slot));
    let exception = criterion.exception.map_or(Reach::truths(false, true), |slot| reach.at(slot));
    let doubt = |reach: Reach| reach.unknown || reach.no_value;
    Openness {
        can_open: condition.can_be_true() && exception.can_be_false(),
        can_stay_shut: condition.can_be_false()
            || doubt(condition)
            || exception.can_be_true()
            || doubt(exception),
    }
}

const NOTHING: Range = Range { low: Some(Exact::ZERO), high: Some(Exact::ZERO) };

/// Returns what a criterion can give, in its period, proofs and validation granted.
pub fn criterion_range(criterion: &Criterion, code: &Code, reach: &[Reach]) -> Range {
    ranges(criterion, code, &reach)
}

/// As [`criterion_range`], of slots asked one by one.
fn ranges(criterion: &Criterion, code: &Code, reach: &dyn Reached) -> Range {
    let open = opens(criterion, reach);
    if !open.can_open {
        return NOTHING;
    }
    let mut sum = Interval::only(Exact::ZERO);
    let mut may_be_nothing = open.can_stay_shut;
    let opened = Guarded::new(code, reach)
        .given(criterion.condition, true)
        .given(criterion.exception, false);
    for contribution in &criterion.contributions {
        let always = Reach::truths(true, false);
        let condition = contribution.condition.map_or(always, |slot| reach.at(slot));
        let amount = reach.at(contribution.amount);
        let unknown = condition.unknown || condition.no_value || amount.unknown || amount.no_value;
        may_be_nothing = may_be_nothing || unknown;
        if !condition.can_be_true() {
            continue;
        }
        let guarded = opened.clone().given(contribution.condition, true);
        let Some(points) = guarded.numbers(contribution.amount) else { continue };
        let nothing = Interval::only(Exact::ZERO);
        let part = if unknown || condition.can_be_false() { points.or(nothing) } else { points };
        sum = sum.plus(part);
    }
    for (bound, side) in [(criterion.floor, Side::Floor), (criterion.cap, Side::Cap)] {
        let Some(bound) = bound.map(|slot| reach.at(slot)) else { continue };
        may_be_nothing = may_be_nothing || bound.unknown || bound.no_value;
        let Some(limit) = bound.numbers() else { return NOTHING };
        sum = match side {
            Side::Floor => sum.greatest(limit),
            Side::Cap => sum.least(limit),
        };
    }
    let range = Range { low: sum.low, high: sum.high };
    if may_be_nothing { range.or(NOTHING) } else { range }
}

enum Side {
    Floor,
    Cap,
}

/// Whether a frame's gate may open and may stay shut, for one candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct GateReach {
    may_open: bool,
    may_shut: bool,
}

impl GateReach {
    fn of(version: &GridVersion, reach: &dyn Reached) -> Self {
        let sharing = match version.sharing {
            None => Self { may_open: true, may_shut: false },
            Some(SharingGate { gate, .. }) => {
                let level = reach.at(gate);
                let numbers = level.numbers();
                let high = |interval: Interval| interval.high.is_none_or(|x| x > Exact::ZERO);
                let low = |interval: Interval| interval.low.is_none_or(|x| x <= Exact::ZERO);
                Self {
                    may_open: numbers.is_some_and(high),
                    may_shut: level.unknown || level.no_value || numbers.is_none_or(low),
                }
            }
        };
        let validation = match version.validation {
            ValidationGate::Open => Self { may_open: true, may_shut: false },
            ValidationGate::Fact { slot, pending, confirmed, .. } => {
                let state = reach.at(slot);
                let surely = Reach::exactly(Scalar::Enum(confirmed));
                Self {
                    may_open: state.can_be_value(confirmed) || state.can_be_value(pending),
                    may_shut: state != surely,
                }
            }
        };
        Self {
            may_open: sharing.may_open && validation.may_open,
            may_shut: sharing.may_shut || validation.may_shut,
        }
    }
}

/// The ranges of a grid's lines, in their order, and of the grid.
pub(crate) struct GridReach {
    pub(crate) lines: Vec<Range>,
    pub(crate) grid: Range,
}

/// A candidate's grid, as it stands and as it may become.
struct Scope<'r> {
    program: &'r Program,
    code: &'r Code,
    sheet: Sheet<'r>,
    reach: &'r CandidateReach<'r>,
    date: crate::Date,
    gate: GateReach,
}

/// Returns the ranges of a candidate's drafted lines.
pub(crate) fn grid_range(
    run: &Run<'_>,
    version: &GridVersion,
    sheet: Sheet<'_>,
    reach: &CandidateReach<'_>,
    lines: &[Line<'_>],
) -> GridReach {
    let gate = GateReach::of(version, reach);
    let (program, code) = (run.program, &version.code);
    let scope = Scope { program, code, sheet, reach, date: run.date, gate };
    let mut drafted = lines.iter();
    let mut ranges = Vec::with_capacity(lines.len());
    let mut sum = NOTHING;
    for part in &version.parts {
        let range = match part {
            Part::Criterion(criterion) => {
                let line = drafted.next().map_or(Exact::ZERO, |line| line.draft.points);
                let range = scope.line(scope.criterion(criterion, line), line);
                ranges.push(range);
                range
            }
            Part::Tranche(tranche) => {
                let line = drafted.next().map_or(Exact::ZERO, |line| line.draft.points);
                let range = scope.line(scope.tranche(tranche, line), line);
                ranges.push(range);
                range
            }
            Part::Family(family) => {
                let count = family.criteria.len();
                let own: Vec<_> =
                    drafted.by_ref().take(count).map(|line| line.draft.points).collect();
                let clip = match drafted.clone().next().map(|line| line.subject) {
                    Some(Subject::FamilyClip(_)) => drafted.next().map(|line| line.draft.points),
                    Some(Subject::Criterion(_) | Subject::Tranche(_) | Subject::GridClip)
                    | None => None,
                };
                scope.family(family, &own, clip, &mut ranges)
            }
        };
        sum = sum.plus(range);
    }
    let grid = clip_range(sum, version.floor, version.cap);
    if drafted.next().is_some() {
        ranges.push(clip_line(sum, version.floor, version.cap));
    }
    let grid = if gate.may_shut { grid.or(NOTHING) } else { grid };
    GridReach { lines: ranges, grid }
}

impl Scope<'_> {
    /// Tells whether nothing missing or pending can change a criterion behind its gate.
    fn is_settled(&self, criterion: &Criterion) -> bool {
        let touched = |slot: Slot| self.reach.is_touched(slot);
        let given = criterion
            .contributions
            .iter()
            .flat_map(|contribution| [Some(contribution.amount), contribution.condition]);
        let own = [criterion.condition, criterion.exception, criterion.floor, criterion.cap];
        !given.chain(own).flatten().any(touched) && self.has_proofs(criterion)
    }

    /// Tells whether the proofs are there and no missing fact may ask for one.
    fn has_proofs(&self, criterion: &Criterion) -> bool {
        let case = self.sheet.case;
        !may_be_asked(self.program, criterion, case) && !unmet(self.program, criterion, case)
    }

    fn gate_is_settled(&self) -> bool {
        self.gate.may_open != self.gate.may_shut
    }

    /// Returns what a criterion's line can give behind an open gate.
    fn criterion(&self, criterion: &Criterion, points: Exact) -> Range {
        if !criterion.period.contains(self.date) {
            return NOTHING;
        }
        if self.is_settled(criterion) && self.gate_is_settled() {
            return Range::only(points);
        }
        let range = ranges(criterion, self.code, self.reach);
        if self.has_proofs(criterion) { range } else { range.or(NOTHING) }
    }

    fn tranche(&self, tranche: &Tranche, points: Exact) -> Range {
        let settled = tranche.criteria.iter().all(|criterion| self.is_settled(criterion));
        if settled && self.gate_is_settled() {
            return Range::only(points);
        }
        let (mut may, mut must) = (false, false);
        for criterion in &tranche.criteria {
            if !criterion.period.contains(self.date) {
                continue;
            }
            let open = opens(criterion, self.reach);
            may = may || open.can_open;
            must = must || (open.can_open && !open.can_stay_shut && self.has_proofs(criterion));
        }
        match (may, must) {
            (false, _) => NOTHING,
            (true, true) => Range::only(tranche.points),
            (true, false) => Range::only(tranche.points).or(NOTHING),
        }
    }

    /// Closes a line's range behind the gate.
    fn line(&self, range: Range, points: Exact) -> Range {
        match (self.gate.may_open, self.gate.may_shut) {
            (false, _) => Range::only(points),
            (true, true) => range.or(NOTHING),
            (true, false) => range,
        }
    }

    fn family(
        &self,
        family: &Family,
        own: &[Exact],
        clip: Option<Exact>,
        ranges: &mut Vec<Range>,
    ) -> Range {
        let settled = family.criteria.iter().all(|criterion| self.is_settled(criterion));
        if (settled && self.gate_is_settled()) || !self.gate.may_open {
            ranges.extend(own.iter().chain(&clip).copied().map(Range::only));
            return own.iter().chain(&clip).fold(NOTHING, |sum, p| sum.plus(Range::only(*p)));
        }
        let alone: Vec<Range> =
            family.criteria.iter().map(|criterion| self.criterion_alone(criterion)).collect();
        ranges.extend(alone.iter().map(|range| range.or(NOTHING)));
        let mut least = alone.iter().map(|range| range.low);
        let sure = least.clone().flatten().max().filter(|low| *low > Exact::ZERO);
        let low = match (family.retains, sure) {
            (Retains::Maximum, Some(sure)) if !self.gate.may_shut => Some(sure),
            (Retains::Maximum | Retains::First, _) => {
                least.try_fold(Exact::ZERO, |low, one| one.map(|one| low.min(one)))
            }
        };
        let high =
            alone.iter().try_fold(Exact::ZERO, |high, range| range.high.map(|one| high.max(one)));
        let sum = Range { low, high };
        if clip.is_some() {
            let line = clip_line(sum, family.floor, family.cap);
            ranges.push(if self.gate.may_shut { line.or(NOTHING) } else { line });
        }
        let range = clip_range(sum, family.floor, family.cap);
        if self.gate.may_shut { range.or(NOTHING) } else { range }
    }

    fn criterion_alone(&self, criterion: &Criterion) -> Range {
        if !criterion.period.contains(self.date) {
            return NOTHING;
        }
        let range = ranges(criterion, self.code, self.reach);
        if self.has_proofs(criterion) { range } else { range.or(NOTHING) }
    }
}

/// Clips a range as points are.
fn clip_range(range: Range, floor: Option<Exact>, cap: Option<Exact>) -> Range {
    let low = match (range.low, floor) {
        (Some(low), _) => Some(clipped(low, floor, cap).0),
        (None, Some(floor)) => Some(clipped(floor, None, cap).0),
        (None, None) => None,
    };
    let high = match (range.high, cap) {
        (Some(high), _) => Some(clipped(high, floor, cap).0),
        (None, cap) => cap,
    };
    Range { low, high }
}

/// Returns the range of the line that clips a sum: the greater the sum, the less it gives.
fn clip_line(range: Range, floor: Option<Exact>, cap: Option<Exact>) -> Range {
    let given = |sum: Exact| clipped(sum, floor, cap).0.subtract(sum).ok();
    let low = match (range.high, cap) {
        (Some(high), _) => given(high),
        (None, Some(_)) => None,
        (None, None) => Some(Exact::ZERO),
    };
    let high = match (range.low, floor) {
        (Some(low), _) => given(low),
        (None, Some(_)) => None,
        (None, None) => Some(Exact::ZERO),
    };
    Range { low: low.map(|x| x.min(Exact::ZERO)), high: high.map(|x| x.max(Exact::ZERO)) }
}

/// Tells whether a drafted line waits for a proof or a validation.
pub(crate) fn waits(line: &Line<'_>) -> bool {
    match line.draft.state {
        LineState::Pending => true,
        LineState::Obtained
        | LineState::NotObtained
        | LineState::NotEvaluable
        | LineState::Capped => false,
    }
}
