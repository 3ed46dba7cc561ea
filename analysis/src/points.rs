//! What each line can give, by cells: the least and the most, tighter than intervals alone.

use crate::cells::{Facts, Space};
use crate::scales::version;
use crate::witness;
use dsl::Compiled;
use engine::{
    Code, Criterion, Exact, Explored, Family, GridVersion, Openness, Part, Period, Program, Range,
    Reach, Slot, criterion_range, openness,
};
use source::Span;
use std::ops::ControlFlow;
use std::sync::Arc;

const NOTHING: Range = Range { low: Some(Exact::ZERO), high: Some(Exact::ZERO) };

/// What a line of a grid can give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePoints {
    /// The criterion's, family's or tranche's name.
    pub id: String,
    /// The least and the most.
    pub range: Range,
    /// Where its name stands.
    pub span: Span,
}

/// What one version of a grid can give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitPoints {
    /// The policy's or the frame's name.
    pub unit: Arc<str>,
    /// Its version label.
    pub version: Arc<str>,
    /// The filling's name and version.
    pub filling: Option<(Arc<str>, Arc<str>)>,
    /// Each part, in the order of the text.
    pub lines: Vec<LinePoints>,
    /// The least and the most of the grid.
    pub range: Range,
}

/// Returns what every version of every grid can give, line by line, whatever the facts.
///
/// Sound: no file gets more or less. Tight where lines depend on few quantities.
pub fn points(compiled: &Compiled) -> Vec<UnitPoints> {
    let program = &compiled.lowered.program;
    let mut all = Vec::new();
    for place in &compiled.lowered.grids {
        let Some(version) = version(compiled, *place) else { continue };
        let lines: Vec<LinePoints> = version
            .parts
            .iter()
            .map(|part| LinePoints {
                id: part_id(part).to_owned(),
                range: part_range(program, version, part),
                span: part_span(part),
            })
            .collect();
        let sum = lines.iter().fold(NOTHING, |sum, line| sum.plus(line.range));
        all.push(UnitPoints {
            unit: version.unit.clone(),
            version: version.version.clone(),
            filling: version.filling.clone(),
            range: clip(sum, version.floor, version.cap),
            lines,
        });
    }
    all
}

/// Says points as an author writes them: `1 point`, `1 600 points`.
pub(crate) fn in_words(points: Exact) -> String {
    witness::spell_points(points).unwrap_or_else(|| format!("{points} points"))
}

/// The slots that decide a criterion's points.
pub(crate) fn slots(criterion: &Criterion) -> Vec<Slot> {
    let given = criterion
        .contributions
        .iter()
        .flat_map(|contribution| [Some(contribution.amount), contribution.condition]);
    let own = [criterion.condition, criterion.exception, criterion.floor, criterion.cap];
    own.into_iter().chain(given).flatten().collect()
}

/// The slots that decide whether a criterion is open.
pub(crate) fn condition_slots(criterion: &Criterion) -> Vec<Slot> {
    criterion.condition.into_iter().chain(criterion.exception).collect()
}

/// The days on which a criterion of a version speaks.
pub(crate) fn days_of(version: Period, criterion: &Criterion) -> Option<Period> {
    version.intersection(criterion.period)
}

/// What a criterion gives over all cells, its proofs given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given {
    pub(crate) range: Range,
    /// Every cell gives these points, and nothing else.
    pub(crate) always: Option<Exact>,
    /// Some cell gives something else than nothing.
    pub(crate) ever: bool,
    /// Every cell was looked at.
    pub(crate) decided: bool,
}

/// Explores what a criterion gives on some days.
pub(crate) fn given(
    program: &Program,
    code: &Code,
    days: Period,
    criterion: &Criterion,
    facts: Facts,
) -> Given {
    let space = Space::new(program, code, days, &slots(criterion), facts);
    let mut found: Option<Range> = None;
    let mut always: Option<Option<Exact>> = None;
    let explored = space.each(&mut |_, reach| {
        let range = criterion_range(criterion, code, reach);
        found = Some(found.map_or(range, |found| found.or(range)));
        let single = range.single();
        let same = always.is_none_or(|before| before == single);
        always = Some(if same { single } else { None });
        ControlFlow::Continue(())
    });
    let decided = explored == Explored::Wholly;
    let range = match (decided, found) {
        (true, Some(range)) => range,
        (true, None) => NOTHING,
        (false, _) => coarse(program, code, days, criterion),
    };
    let ever = range != NOTHING;
    Given { range, always: always.flatten().filter(|_| decided), ever, decided }
}

fn coarse(program: &Program, code: &Code, days: Period, criterion: &Criterion) -> Range {
    criterion_range(criterion, code, &engine::reach(code, program, days))
}

/// Explores whether a criterion's conditions hold on some days; absent when there are too many
/// cells. Shape: whether they may hold, and may not, over all cells.
pub(crate) fn opening(
    program: &Program,
    code: &Code,
    days: Period,
    criterion: &Criterion,
    facts: Facts,
) -> Option<Openness> {
    let space = Space::new(program, code, days, &condition_slots(criterion), facts);
    let mut all = Openness { can_open: false, can_stay_shut: false };
    let explored = space.each(&mut |_, reach| {
        let one = openness(criterion, reach);
        all.can_open |= one.can_open;
        all.can_stay_shut |= one.can_stay_shut;
        if all.can_open && all.can_stay_shut {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    (explored != Explored::TooMany).then_some(all)
}

/// Returns what a criterion's line can give, whatever the facts, the proofs and the day.
pub(crate) fn criterion_points(
    program: &Program,
    version: &GridVersion,
    criterion: &Criterion,
) -> Range {
    let Some(days) = days_of(version.period, criterion) else { return NOTHING };
    let range = given(program, &version.code, days, criterion, Facts::Any).range;
    if criterion.proofs.is_empty() && days == version.period { range } else { range.or(NOTHING) }
}

/// Returns what a part can give behind an open gate.
pub(crate) fn part_range(program: &Program, version: &GridVersion, part: &Part) -> Range {
    match part {
        Part::Criterion(criterion) => criterion_points(program, version, criterion),
        Part::Tranche(tranche) => tranche_range(program, version, tranche),
        Part::Family(family) => family_range(program, version, family),
    }
}

/// A frame alone has empty tranches, which its fillings grant.
fn tranche_range(program: &Program, version: &GridVersion, tranche: &engine::Tranche) -> Range {
    let granted = Range::only(tranche.points).or(NOTHING);
    if tranche.criteria.is_empty() {
        return granted;
    }
    let can_open = |criterion: &Criterion| {
        days_of(version.period, criterion).is_some_and(|days| {
            opening(program, &version.code, days, criterion, Facts::Any)
                .is_none_or(|open| open.can_open)
        })
    };
    if tranche.criteria.iter().any(can_open) { granted } else { NOTHING }
}

fn family_range(program: &Program, version: &GridVersion, family: &Family) -> Range {
    let lines: Vec<Range> =
        family.criteria.iter().map(|one| criterion_points(program, version, one)).collect();
    let least = |low: Exact, line: &Range| line.low.map(|one| low.min(one));
    let most = |high: Exact, line: &Range| line.high.map(|one| high.max(one));
    let sum = Range {
        low: lines.iter().try_fold(Exact::ZERO, least),
        high: lines.iter().try_fold(Exact::ZERO, most),
    };
    clip(sum, family.floor, family.cap)
}

/// Returns what a version's total can be, whatever the facts: each line may also be waiting, or held
/// back by the frame.
pub(crate) fn total_range(program: &Program, version: &GridVersion) -> Range {
    let lines = version.parts.iter().map(|part| part_range(program, version, part).or(NOTHING));
    let total = clip(lines.fold(NOTHING, Range::plus), version.floor, version.cap);
    let open = version.sharing.is_none() && version.validation == engine::ValidationGate::Open;
    if open { total } else { total.or(NOTHING) }
}

/// Clips a range as points are; the cap wins over the floor.
pub(crate) fn clip(range: Range, floor: Option<Exact>, cap: Option<Exact>) -> Range {
    let within = |points: Exact| {
        let raised = floor.map_or(points, |floor| points.max(floor));
        cap.map_or(raised, |cap| raised.min(cap))
    };
    Range { low: range.low.map(within).or(floor.map(within)), high: range.high.map(within).or(cap) }
}

/// Tells whether a slot may be true, and may not be, in a cell: « pas de valeur » and what stays unknown
/// are not true.
pub(crate) fn truths(reach: &[Reach], slot: Slot) -> (bool, bool) {
    let reach = reach.get(slot.0 as usize).copied();
    reach.map_or((true, true), |reach| {
        (
            reach.can_be_true(),
            reach.can_be_false() || reach.can_have_no_value() || reach.can_be_unknown(),
        )
    })
}

fn part_id(part: &Part) -> &str {
    match part {
        Part::Criterion(criterion) => &criterion.id,
        Part::Family(family) => &family.id,
        Part::Tranche(tranche) => &tranche.id,
    }
}

/// Where a part stands.
pub(crate) fn part_span(part: &Part) -> Span {
    match part {
        Part::Criterion(criterion) => criterion.span,
        Part::Tranche(tranche) => tranche.span,
        Part::Family(family) => {
            family.criteria.first().map_or(Span::default(), |criterion| criterion.span)
        }
    }
}
