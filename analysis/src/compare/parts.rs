//! Families, tranches and whole grids: what their numbers, their order and their clauses do to files.
//!
//! Where a number rises or falls the direction is proved by that; the rest is looked for in files that
//! open the lines, one by one and two by two.

use super::changes::{Versions, change, one_way, textual};
use super::outcome::View;
use super::pairing;
use super::segments::{Place, Segment};
use super::stage::{Asked, Stage, Wanted};
use super::tree::{Answer, Change, ChangeKind, Effect, SubjectKind};
use super::written::{Topic, Written};
use crate::totals::{End, lines_of, opens};
use crate::witness::Goal;
use engine::{
    Criterion, Exact, Family, GridVersion, Part, ProofGate, Reach, Retains, Slot, Tranche,
};
use std::sync::Arc;

/// No more lists of goals than this are tried in one segment.
const MOST_ASKS: usize = 24;

/// Where something is looked for, and what is asked of a file there.
pub(super) struct Hunt<'h> {
    pub(super) title: &'h str,
    pub(super) views: (View<'h>, View<'h>),
    /// The goals of a segment; each list is enough.
    pub(super) asks: &'h dyn Fn(&Segment<'_>) -> Vec<Vec<Goal>>,
    /// Slots whose gates are left out.
    pub(super) free: &'h dyn Fn(&Segment<'_>) -> Vec<Slot>,
}

impl Hunt<'_> {
    /// Looks in every segment, then in the fillings of a frame.
    pub(super) fn run(&self, versions: &Versions<'_>, wanted: &[Wanted]) -> Answer {
        let all = versions.segments.iter().chain(versions.fillings);
        let mut all = all.filter(|segment| !segment.same);
        let found = all.find_map(|segment| {
            let stage = segment.stage(versions.joint);
            let stage = stage.without(&(self.free)(segment));
            wanted.iter().find_map(|wanted| self.find(&stage, segment, *wanted))
        });
        Answer::found(found)
    }

    fn find(
        &self,
        stage: &Stage<'_>,
        segment: &Segment<'_>,
        wanted: Wanted,
    ) -> Option<super::stage::Witness> {
        let proofs: Vec<ProofGate> =
            criteria(segment).flat_map(|criterion| criterion.proofs.clone()).collect();
        let reads = super::lines::reads(criteria(segment));
        let (title, views) = (self.title, self.views);
        let asked = Asked { views, title, reads: &reads, proofs: &proofs, wanted, check: None };
        let asks: Vec<Vec<Goal>> = (self.asks)(segment).into_iter().take(MOST_ASKS).collect();
        stage.find(asked, &asks)
    }

    /// The effect of a change that may go both ways.
    pub(super) fn both(&self, versions: &Versions<'_>) -> Effect {
        Effect {
            gains: self.run(versions, &[Wanted::More]),
            losses: self.run(versions, &[Wanted::Less]),
        }
    }

    /// The effect of a number that rises or falls.
    pub(super) fn one_way(&self, versions: &Versions<'_>, rises: bool, falls: bool) -> Effect {
        one_way(rises, falls, |more| {
            self.run(versions, &[if more { Wanted::More } else { Wanted::Less }])
        })
    }
}

/// Leaves every gate.
pub(super) fn nothing_free(_: &Segment<'_>) -> Vec<Slot> {
    Vec::new()
}

/// The criteria of both sides.
pub(super) fn criteria<'s>(segment: &'s Segment<'_>) -> impl Iterator<Item = &'s Criterion> {
    let lines = segment.second.lines.iter().chain(&segment.first.lines);
    lines.map(|line| &line.criterion)
}

/// Compares the points of a tranche, or what a family retains and how it is bounded.
pub(super) fn compare(
    versions: &Versions<'_>,
    before: &Written,
    after: &Written,
    changes: &mut Vec<Change>,
) {
    let names = (before.subject.name.as_str(), after.subject.name.as_str());
    if let Some(told) = textual(before, after, &[Topic::Points]) {
        changes.push(weighed(versions, names, told));
    }
    for topic in [Topic::Retains, Topic::Bounds] {
        if let Some(told) = textual(before, after, &[topic]) {
            let effect = family_effect(versions, names, topic);
            changes.push(Change { effect, ..told });
        }
    }
}

fn weighed(versions: &Versions<'_>, names: (&str, &str), told: Change) -> Change {
    let found = versions.segments.iter().find_map(|segment| {
        let first = tranche(segment.first.version.as_ref()?, names.0)?;
        let second = tranche(segment.second.version.as_ref()?, names.1)?;
        Some((first.points, second.points))
    });
    let Some((from, to)) = found else { return told };
    let opening = |segment: &Segment<'_>| {
        let of = |place: &Place| matches!(place, Place::Tranche(_, name) if name == names.1);
        let lines = segment.second.lines.iter().filter(|line| of(&line.place));
        lines.map(|line| opens(&line.criterion)).collect()
    };
    let hunt = Hunt {
        title: names.1,
        views: (View::Tranche(names.0), View::Tranche(names.1)),
        asks: &opening,
        free: &nothing_free,
    };
    let effect = hunt.one_way(versions, to > from, to < from);
    Change { kind: ChangeKind::Reweighted(from, to), effect: Some(effect), ..told }
}

fn family_effect(versions: &Versions<'_>, names: (&str, &str), topic: Topic) -> Option<Effect> {
    let (first, second) = versions.segments.iter().find_map(|segment| {
        let first = family(segment.first.version.as_ref()?, names.0)?;
        Some((first, family(segment.second.version.as_ref()?, names.1)?))
    })?;
    let asks = |segment: &Segment<'_>| of_family(versions, segment, names);
    let hunt =
        Hunt { title: names.1, views: (View::Grid, View::Grid), asks: &asks, free: &nothing_free };
    Some(match topic {
        Topic::Bounds => {
            let (rises, falls) = bounds((first.floor, first.cap), (second.floor, second.cap));
            hunt.one_way(versions, rises, falls)
        }
        _ => hunt.both(versions),
    })
}

/// Whether bounds may raise points, and lower them.
pub(super) fn bounds(
    (floor, cap): (Option<Exact>, Option<Exact>),
    (new_floor, new_cap): (Option<Exact>, Option<Exact>),
) -> (bool, bool) {
    let higher_floor = new_floor > floor;
    let higher_cap = cap.is_some_and(|cap| new_cap.is_none_or(|new| new > cap));
    let lower_floor = new_floor < floor;
    let lower_cap = new_cap.is_some_and(|new| cap.is_none_or(|cap| new < cap));
    (higher_floor || higher_cap, lower_floor || lower_cap)
}

/// What opens the lines of a family: to its ends, then two by two.
fn of_family(
    versions: &Versions<'_>,
    segment: &Segment<'_>,
    names: (&str, &str),
) -> Vec<Vec<Goal>> {
    let part = |version: &Option<GridVersion>, name: &str| -> Option<Part> {
        family(version.as_ref()?, name).cloned().map(Part::Family)
    };
    let own = [part(&segment.second.version, names.1), part(&segment.first.version, names.0)];
    let reach = reach(versions, segment);
    let mut asks = Vec::new();
    for part in own.into_iter().flatten() {
        for end in [End::Most, End::Least] {
            asks.push(lines_of(&part, &segment.both.code, &reach, end));
        }
        let Part::Family(family) = part else { continue };
        for (at, one) in family.criteria.iter().enumerate() {
            let others = family.criteria.iter().skip(at + 1);
            asks.extend(others.map(|other| opens(one).into_iter().chain(opens(other)).collect()));
        }
    }
    asks
}

/// What code of both reaches.
pub(super) fn reach(versions: &Versions<'_>, segment: &Segment<'_>) -> Vec<Reach> {
    engine::reach(&segment.both.code, &versions.joint.program, segment.days)
}

fn tranche<'v>(version: &'v GridVersion, name: &str) -> Option<&'v Arc<Tranche>> {
    version.parts.iter().find_map(|part| match part {
        Part::Tranche(tranche) if tranche.id == name => Some(tranche),
        Part::Tranche(_) | Part::Criterion(_) | Part::Family(_) => None,
    })
}

fn family<'v>(version: &'v GridVersion, name: &str) -> Option<&'v Arc<Family>> {
    version.parts.iter().find_map(|part| match part {
        Part::Family(family) if family.id == name => Some(family),
        Part::Family(_) | Part::Criterion(_) | Part::Tranche(_) => None,
    })
}

/// What it does to be in another family or tranche.
pub(super) fn moved(versions: &Versions<'_>, before: &Written, after: &Written) -> Option<Effect> {
    let asks = |segment: &Segment<'_>| {
        let own = segment.second.line(after.span).map(|line| opens(&line.criterion));
        let own = own.unwrap_or_default();
        let other = segment.first.line(before.span).map(|line| opens(&line.criterion));
        let both: Vec<Goal> = own.iter().cloned().chain(other.unwrap_or_default()).collect();
        let around = criteria(segment).map(|one| own.iter().cloned().chain(opens(one)).collect());
        std::iter::once(both).chain(around).collect()
    };
    let title = &after.subject.name;
    let views = (View::Grid, View::Grid);
    let hunt = Hunt { title, views, asks: &asks, free: &nothing_free };
    (!versions.segments.is_empty()).then(|| hunt.both(versions))
}

/// Tells which families have their criteria in another order.
pub(super) fn reordered(versions: &Versions<'_>, pairs: &[pairing::Pair<'_>]) -> Vec<Change> {
    let families = pairs.iter().filter_map(|(one, other)| Some((*one.as_ref()?, *other.as_ref()?)));
    let families = families.filter(|(_, own)| own.subject.kind == SubjectKind::Family);
    families.filter_map(|(before, after)| reorder(versions, pairs, before, after)).collect()
}

fn reorder(
    versions: &Versions<'_>,
    pairs: &[pairing::Pair<'_>],
    before: &Written,
    after: &Written,
) -> Option<Change> {
    let inside = |one: &Written, family: &Written| {
        one.subject.kind == SubjectKind::Criterion
            && one.subject.within.as_ref() == Some(&family.subject.name)
    };
    let kept = pairs.iter().filter_map(|(one, other)| Some((*one.as_ref()?, *other.as_ref()?)));
    let kept: Vec<(&Written, &Written)> =
        kept.filter(|(one, other)| inside(one, before) && inside(other, after)).collect();
    let mut old = kept.clone();
    old.sort_by_key(|(one, _)| one.span.start);
    let mut new = kept;
    new.sort_by_key(|(_, other)| other.span.start);
    let names = |all: &[(&Written, &Written)]| -> Vec<String> {
        all.iter().map(|(_, other)| other.subject.name.clone()).collect()
    };
    let (old, new) = (names(&old), names(&new));
    if old == new {
        return None;
    }
    let family_names = (before.subject.name.as_str(), after.subject.name.as_str());
    let first = versions.segments.iter().find_map(|segment| {
        family(segment.second.version.as_ref()?, family_names.1).map(|family| family.retains)
    });
    let effect = match first {
        Some(Retains::First) => family_effect(versions, family_names, Topic::Retains),
        Some(Retains::Maximum) => Some(Effect::none()),
        None => None,
    };
    let sides = (Some(before), Some(after));
    let told = change(after.subject.clone(), ChangeKind::Reordered, sides);
    Some(Change { before: old, after: new, effect, ..told })
}
