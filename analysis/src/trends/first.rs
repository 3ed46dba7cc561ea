//! The trend of the first open line of several: each has its own, and a line that opens takes the
//! place of one behind it, or of nothing.
//!
//! What a line gives is looked at in the cells where it may be the first. A line that a complete file
//! may leave unknown, or without its proof, gives nothing and lets none behind it pass.

use super::{Trend, Trends};
use crate::cells::{Facts, Space};
use crate::points::slots;
use engine::{Code, Criterion, Exact, Explored, Range, Reach, criterion_range, openness};
use std::ops::ControlFlow;

const NOTHING: Range = Range { low: Some(Exact::ZERO), high: Some(Exact::ZERO) };
const ANYTHING: Range = Range { low: None, high: None };

/// A line among those of which the first counts.
struct Place {
    opening: Trend,
    /// While it is the first.
    within: Trend,
    given: Range,
}

/// What the lines do over the cells of all of them.
struct Seen {
    lines: Vec<SeenLine>,
    /// Whether all may be shut.
    nothing: bool,
}

/// What one line does.
#[derive(Clone, Copy, Default)]
struct SeenLine {
    /// What it gives where it may be the first; absent when it never is.
    given: Option<Range>,
    /// Whether a complete file may leave something of it unknown: a division, a table.
    wavers: bool,
}

impl Trends<'_> {
    /// The trend of what the first open line gives.
    pub(super) fn first(&self, lines: &[Criterion]) -> Trend {
        let seen = self.seen(lines);
        let each = lines.iter().zip(seen.lines);
        let mut places: Vec<Place> =
            each.filter_map(|(line, seen)| self.place(line, seen)).collect();
        let nothing = Place { opening: Trend::Constant, within: Trend::Constant, given: NOTHING };
        places.extend(seen.nothing.then_some(nothing));
        let mut trend = Trend::Constant;
        for (at, place) in places.iter().enumerate() {
            trend = trend.and(place.within);
            for behind in places.iter().skip(at + 1) {
                trend = trend.and(step(behind.given, place.given).along(place.opening));
            }
        }
        trend
    }

    fn place(&self, line: &Criterion, seen: SeenLine) -> Option<Place> {
        let given = seen.given?;
        let within = if seen.wavers { self.criterion(line) } else { self.amount(line) };
        let may_be_nothing = seen.wavers || !line.proofs.is_empty();
        let given = if may_be_nothing { given.or(NOTHING) } else { given };
        Some(Place { opening: self.opening(line), within, given })
    }

    fn seen(&self, lines: &[Criterion]) -> Seen {
        let read: Vec<_> = lines.iter().flat_map(slots).collect();
        let space = Space::new(self.program, self.code, self.days, &read, Facts::Known);
        let mut all = Seen { lines: vec![SeenLine::default(); lines.len()], nothing: false };
        let explored = space.each(&mut |_, reach| {
            for (line, seen) in lines.iter().zip(&mut all.lines) {
                let open = openness(line, reach);
                seen.wavers |= wavers(line, reach);
                if open.can_open || seen.wavers {
                    let given = given(line, self.code, reach);
                    seen.given = Some(seen.given.map_or(given, |known| known.or(given)));
                }
                // Those behind it are not the first here, unless its period is over that day.
                let always = line.period == engine::Period::default();
                if always && !open.can_stay_shut && !seen.wavers {
                    return ControlFlow::Continue(());
                }
            }
            all.nothing = true;
            ControlFlow::Continue(())
        });
        if explored == Explored::Wholly {
            return all;
        }
        let anything = SeenLine { given: Some(ANYTHING), wavers: true };
        Seen { lines: vec![anything; lines.len()], nothing: true }
    }
}

/// What a line gives once it is open.
fn given(line: &Criterion, code: &Code, reach: &[Reach]) -> Range {
    let open = Criterion { condition: None, exception: None, ..line.clone() };
    criterion_range(&open, code, reach)
}

fn wavers(line: &Criterion, reach: &[Reach]) -> bool {
    let may_lack = |one: &Reach| one.can_be_unknown() || one.can_have_no_value();
    slots(line).iter().any(|slot| reach.get(slot.0 as usize).is_none_or(may_lack))
}

/// The trend from what one place gives to what another does.
fn step(from: Range, to: Range) -> Trend {
    let below = |high: Option<Exact>, low: Option<Exact>| {
        high.zip(low).is_some_and(|(high, low)| high <= low)
    };
    match (below(from.high, to.low), below(to.high, from.low)) {
        (true, true) => Trend::Constant,
        (true, false) => Trend::Rising,
        (false, true) => Trend::Falling,
        (false, false) => Trend::Either,
    }
}
