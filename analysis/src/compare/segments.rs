//! The compiled forms of two versions of a unit, days by days: what is run to see what a change does.
//!
//! A unit is compiled once for each run of days during which what it uses keeps one version; two
//! versions meet in one segment for each such run that they have in common.

use super::code::Both;
use super::joint::{Joint, Side};
use super::outcome::View;
use super::rules::{Placing, Which};
use super::stage::{Played, Stage};
use super::tree::Days;
use crate::points::slots;
use crate::scales::version;
use crate::totals::gates;
use crate::witness::Goal;
use dsl::lower::GridPlace;
use dsl::resolved::tree::Unit;
use dsl::syntax::tree::UnitKind;
use engine::{
    Code, Criterion, Direction, Grid, GridVersion, OrderKeyKind, Part, Period, Program,
    RankingVersion, Slot,
};
use source::Span;
use std::sync::Arc;

/// No more fillings than this are looked at for what changes in their frame.
const MOST_FILLINGS: usize = 4;

/// Two compiled versions on their common days.
pub(super) struct Segment<'s> {
    pub(super) days: Period,
    pub(super) both: Both,
    pub(super) first: Own<'s>,
    pub(super) second: Own<'s>,
    /// Whether the two give the same, whatever the file.
    pub(super) same: bool,
    /// The filling looked at for its frame.
    filling: Option<(Arc<str>, Arc<str>)>,
}

/// What one side has in a segment, in the code of both.
pub(super) struct Own<'s> {
    code: &'s Code,
    pub(super) lines: Vec<LineAt>,
    /// The keys of the order, for a ranking.
    pub(super) keys: Vec<Key>,
    /// The whole, for a grid.
    pub(super) version: Option<GridVersion>,
    pub(super) played: Played<'s>,
}

/// A key of an order; the total has no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) slot: Option<Slot>,
    direction: Direction,
}

/// A criterion where it stands.
pub(super) struct LineAt {
    /// Where its name is written.
    pub(super) span: Span,
    pub(super) criterion: Criterion,
    pub(super) place: Place,
    /// The slots of its own code that it reads.
    own: Vec<Slot>,
}

/// What a criterion is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing: it is a line.
    Alone,
    /// A family, of that index among the parts.
    Family(usize),
    /// A tranche, of that index and name.
    Tranche(usize, String),
    /// The conditions of eligibility.
    Eligibility,
}

impl LineAt {
    /// Where its points show.
    pub(super) fn points(&self) -> View<'_> {
        match &self.place {
            Place::Alone | Place::Family(_) => View::Line(&self.criterion.id),
            Place::Tranche(_, tranche) => View::Tranche(tranche),
            Place::Eligibility => View::Eligibility(&self.criterion.id),
        }
    }

    /// Where its truth shows.
    pub(super) fn truth(&self) -> View<'_> {
        match &self.place {
            Place::Alone | Place::Family(_) => View::Line(&self.criterion.id),
            Place::Tranche(..) => View::Sub(&self.criterion.id),
            Place::Eligibility => View::Eligibility(&self.criterion.id),
        }
    }
}

impl Own<'_> {
    /// Finds a criterion by the place of its name.
    pub(super) fn line(&self, span: Span) -> Option<&LineAt> {
        self.lines.iter().find(|line| line.span == span)
    }

    /// The code that a criterion is compiled to, and the slots that it reads there.
    pub(super) fn written(&self, span: Span) -> Option<(&Code, &[Slot])> {
        self.line(span).map(|line| (self.code, line.own.as_slice()))
    }

    /// The criteria of a tranche.
    pub(super) fn tranche(&self, name: &str) -> Vec<&Criterion> {
        let inside = |line: &&LineAt| matches!(&line.place, Place::Tranche(_, own) if own == name);
        self.lines.iter().filter(inside).map(|line| &line.criterion).collect()
    }

    /// The slots of the part that a criterion belongs to.
    pub(super) fn around(&self, line: &LineAt) -> Vec<Slot> {
        let same = |other: &&LineAt| match &line.place {
            Place::Alone | Place::Eligibility => other.span == line.span,
            Place::Family(_) | Place::Tranche(..) => other.place == line.place,
        };
        super::lines::reads(self.lines.iter().filter(same).map(|other| &other.criterion))
    }

    fn gates(&self) -> Vec<Goal> {
        self.version.as_ref().map_or_else(Vec::new, gates)
    }
}

impl<'s> Segment<'s> {
    /// What is run to see what changes.
    pub(super) fn stage(&'s self, joint: &'s Joint<'s>) -> Stage<'s> {
        let mut opening = self.second.gates();
        let more = self.first.gates().into_iter().filter(|goal| !opening.contains(goal));
        let more: Vec<Goal> = more.collect();
        opening.extend(more);
        Stage {
            joint,
            both: &self.both,
            days: self.days,
            first: &self.first.played,
            second: &self.second.played,
            gates: opening,
            filling: self.filling.clone(),
        }
    }
}

/// Finds the segments of two versions of a unit, of the days looked at.
pub(super) fn segments<'s>(
    joint: &Joint<'s>,
    (before, after): (&Unit, &Unit),
    days: Days,
) -> Vec<Segment<'s>> {
    if after.kind == UnitKind::Ranking {
        let (first, second) = (of_rankings(joint.first, before), of_rankings(joint.second, after));
        let met = meet(&first, &second, days, |ranking| ranking.period);
        return met.into_iter().map(|(a, b, days)| ranking(joint, a, b, days)).collect();
    }
    let (first, second) = (grids(joint.first, before), grids(joint.second, after));
    let met = meet(&first, &second, days, |(_, version)| version.period);
    met.into_iter().map(|(a, b, days)| grid(joint, *a, *b, days)).collect()
}

/// Finds the segments of the fillings of a frame, for what only they show.
pub(super) fn fillings<'s>(
    joint: &Joint<'s>,
    (before, after): (&Unit, &Unit),
    days: Days,
) -> Vec<Segment<'s>> {
    if after.kind != UnitKind::Frame {
        return Vec::new();
    }
    let (first, second) = (filled(joint.first, before), filled(joint.second, after));
    let mut found = Vec::new();
    for (grid_a, a) in &first {
        let same = second.iter().filter(|(_, b)| a.filling == b.filling);
        for (grid_b, b) in same {
            let pair = ([(*grid_a, *a)], [(*grid_b, *b)]);
            for (a, b, days) in meet(&pair.0, &pair.1, days, |(_, version)| version.period) {
                if found.len() < MOST_FILLINGS {
                    let filling = b.1.filling.clone();
                    found.push(Segment { filling, ..grid(joint, *a, *b, days) });
                }
            }
        }
    }
    found
}

/// Pairs what has days in common; where none has, the last of the first with each of the second.
fn meet<'t, T>(
    first: &'t [T],
    second: &'t [T],
    days: Days,
    period: impl Fn(&T) -> Period,
) -> Vec<(&'t T, &'t T, Period)> {
    match days {
        Days::Alone => Vec::new(),
        Days::Common(_) => first
            .iter()
            .flat_map(|a| second.iter().map(move |b| (a, b)))
            .filter_map(|(a, b)| Some((a, b, period(a).intersection(period(b))?)))
            .collect(),
        Days::Following(_) => {
            let last = first.iter().max_by_key(|one| period(one).from);
            last.into_iter()
                .flat_map(|a| second.iter().map(move |b| (a, b)))
                .map(|(a, b)| (a, b, period(b)))
                .collect()
        }
    }
}

type At<'s> = (&'s Grid, &'s GridVersion);

/// The compiled versions of a policy, of a frame alone, or of a filling.
fn grids<'s>(side: Side<'s>, unit: &Unit) -> Vec<At<'s>> {
    let own = |version: &GridVersion| match &version.filling {
        None => *version.unit == *unit.name.text && *version.version == *unit.version,
        Some((filling, version)) => **filling == *unit.name.text && **version == *unit.version,
    };
    all(side).filter(|(_, version)| own(version)).collect()
}

/// The compiled fillings of a frame.
fn filled<'s>(side: Side<'s>, unit: &Unit) -> Vec<At<'s>> {
    let own = |version: &GridVersion| {
        version.filling.is_some()
            && *version.unit == *unit.name.text
            && *version.version == *unit.version
    };
    all(side).filter(|(_, version)| own(version)).collect()
}

fn all(side: Side<'_>) -> impl Iterator<Item = At<'_>> {
    let Side { compiled, .. } = side;
    compiled.lowered.grids.iter().filter_map(move |place| {
        let (GridPlace::Version { grid, .. } | GridPlace::Filling { grid, .. }) = place;
        let grid = compiled.lowered.program.grids.get(*grid as usize)?;
        Some((grid, version(compiled, *place)?))
    })
}

fn grid<'s>(joint: &Joint<'s>, a: At<'s>, b: At<'s>, days: Period) -> Segment<'s> {
    let both = joint.both(&a.1.code, &b.1.code);
    let of = |which, (_, version): At<'s>| -> Own<'s> {
        let placing = Placing::new(joint, &both, which);
        let lines = lines_of(version, &placing);
        let placed = GridVersion { period: days, ..placing.version(version) };
        Own {
            code: &version.code,
            lines,
            keys: Vec::new(),
            version: Some(placed),
            played: Played::Nothing,
        }
    };
    let (mut first, mut second) = (of(Which::First, a), of(Which::Second, b));
    let same = first.version == second.version;
    if !same {
        let played = |(grid, version): At<'s>| {
            Played::Grid(grid, Box::new(GridVersion { period: days, ..version.clone() }))
        };
        (first.played, second.played) = (played(a), played(b));
    }
    Segment { days, both, first, second, same, filling: None }
}

fn lines_of(version: &GridVersion, placing: &Placing<'_>) -> Vec<LineAt> {
    let mut lines = Vec::new();
    let mut add = |criterion: &Criterion, place: Place| {
        lines.push(LineAt {
            span: criterion.span,
            criterion: placing.criterion(criterion),
            place,
            own: slots(criterion),
        });
    };
    for (at, part) in version.parts.iter().enumerate() {
        match part {
            Part::Criterion(criterion) => add(criterion, Place::Alone),
            Part::Family(family) => {
                family.criteria.iter().for_each(|one| add(one, Place::Family(at)));
            }
            Part::Tranche(tranche) => {
                let place = Place::Tranche(at, tranche.id.clone());
                tranche.criteria.iter().for_each(|one| add(one, place.clone()));
            }
        }
    }
    lines
}

fn of_rankings<'s>(side: Side<'s>, unit: &Unit) -> Vec<&'s RankingVersion> {
    let rankings = side.compiled.lowered.program.rankings.iter();
    let own = |ranking: &&RankingVersion| {
        ranking.unit == unit.name.text && ranking.version == unit.version
    };
    rankings.filter(own).collect()
}

fn ranking<'s>(
    joint: &Joint<'s>,
    a: &'s RankingVersion,
    b: &'s RankingVersion,
    days: Period,
) -> Segment<'s> {
    let both = joint.both(&a.code, &b.code);
    let of = |which, side: Side<'_>, ranking: &'s RankingVersion| -> Own<'s> {
        let placing = Placing::new(joint, &both, which);
        let lines = ranking.eligibilities.iter().map(|one| LineAt {
            span: one.criterion.span,
            criterion: placing.criterion(&one.criterion),
            place: Place::Eligibility,
            own: slots(&one.criterion),
        });
        let alone = RankingVersion { period: days, ..ranking.clone() };
        let program = Program { rankings: vec![alone], ..side.program().clone() };
        let played = Played::Ranking(Box::new(program));
        let keys = ranking.order.iter().map(|key| Key {
            slot: match key.key {
                OrderKeyKind::Total => None,
                OrderKeyKind::Slot(slot) => Some(placing.slot(slot)),
            },
            direction: key.direction,
        });
        Own {
            code: &ranking.code,
            lines: lines.collect(),
            keys: keys.collect(),
            version: None,
            played,
        }
    };
    let first = of(Which::First, joint.first, a);
    let second = of(Which::Second, joint.second, b);
    Segment { days, both, first, second, same: false, filling: None }
}
