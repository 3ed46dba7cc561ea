//! Two recueils on one population: who gains and who loses, by line and by category, totals and ranks, before and after.
//!
//! Rows are looked at once, as they are evaluated, and counted; what is kept does not grow with them. Points are whole
//! counts of decimal parts, so that sums are exact. Invariants: what lines move is what totals move; each compared row is
//! once in each table of counts.

mod categories;
mod histogram;
mod lines;
mod ranks;

pub use categories::{Category, Group, Value};
pub use histogram::{Bin, Distribution, Spread};
pub use lines::LineMovement;
pub use ranks::{Flows, OfferMoves, Offers, Step};

pub(crate) use categories::categories;
pub(crate) use lines::{Place, Rules};

use crate::run::{DECIMALS, Told};
use categories::Counted;
use engine::{Exact, FactState, Truth};
use histogram::Histogram;
use lines::Lines;
use ranks::Ranks;

/// For which recueil something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first.
    Before,
    /// The second.
    After,
    /// Both.
    Both,
}

impl Side {
    /// Names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "avant",
            Self::After => "apres",
            Self::Both => "les deux",
        }
    }
}

/// Who gains, who loses, and how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// How many gain points.
    pub gain: u64,
    /// How many lose some.
    pub lose: u64,
    /// How many keep theirs.
    pub same: u64,
    /// The points that the first gain, together.
    pub gained: Exact,
    /// The points that the second lose, together; never negative.
    pub lost: Exact,
}

/// A movement that is being counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    gain: u64,
    lose: u64,
    same: u64,
    /// Unit: decimal parts of a point.
    gained: i128,
    /// Unit: decimal parts of a point.
    lost: i128,
}

impl Tally {
    fn take(&mut self, before: i64, after: i64) {
        let moved = i128::from(after) - i128::from(before);
        match moved.cmp(&0) {
            std::cmp::Ordering::Equal => self.same += 1,
            std::cmp::Ordering::Greater => {
                self.gain += 1;
                self.gained += moved;
            }
            std::cmp::Ordering::Less => {
                self.lose += 1;
                self.lost -= moved;
            }
        }
    }

    fn movement(self) -> Movement {
        let Self { gain, lose, same, gained, lost } = self;
        Movement { gain, lose, same, gained: points(gained), lost: points(lost) }
    }
}

/// Reads a count of decimal parts as points.
fn points(parts: i128) -> Exact {
    Exact::fraction(parts, 10_i128.pow(DECIMALS.into())).unwrap_or(Exact::ZERO)
}

/// Who passes from one side of a line to the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// How many are there before.
    pub before: u64,
    /// How many are there after.
    pub after: u64,
    /// How many come in.
    pub entering: u64,
    /// How many go out.
    pub leaving: u64,
}

impl Passage {
    fn take(&mut self, before: bool, after: bool) {
        self.before += u64::from(before);
        self.after += u64::from(after);
        self.entering += u64::from(after && !before);
        self.leaving += u64::from(before && !after);
    }
}

/// Rows that are wrong for one recueil, or for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asides {
    /// For the first alone.
    pub before: u64,
    /// For the second alone.
    pub after: u64,
    /// For both.
    pub both: u64,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many rows were compared.
    pub compared: u64,
    /// Those that were not.
    pub asides: Asides,
    /// What totals move.
    pub total: Movement,
    /// Who is eligible.
    pub eligible: Passage,
    /// Who is kept.
    pub kept: Passage,
    /// Totals before and after.
    pub distribution: Distribution,
    /// What each line moves, in the order of the rules.
    pub lines: Vec<LineMovement>,
    /// The same by the values of some facts.
    pub categories: Vec<Category>,
    /// Where ranks go.
    pub flows: Flows,
    /// What happens offer by offer.
    pub offers: Offers,
}

/// A comparison that is being made.
pub struct Comparison {
    compared: u64,
    asides: Asides,
    total: Tally,
    eligible: Passage,
    kept: Passage,
    histogram: Histogram,
    lines: Lines,
    categories: Vec<Counted>,
    ranks: Ranks,
}

impl Comparison {
    /// Prepares a comparison: of which points, by which categories, of how many kept.
    pub(crate) fn new(
        places: [Vec<Place>; 2],
        categories: Vec<Counted>,
        keeps: Option<u32>,
    ) -> Self {
        Self {
            compared: 0,
            asides: Asides::default(),
            total: Tally::default(),
            eligible: Passage::default(),
            kept: Passage::default(),
            histogram: Histogram::default(),
            lines: Lines::new(places),
            categories,
            ranks: Ranks::new(keeps),
        }
    }

    /// Counts a row that is not compared.
    pub(crate) fn aside(&mut self, side: Side) {
        match side {
            Side::Before => self.asides.before += 1,
            Side::After => self.asides.after += 1,
            Side::Both => self.asides.both += 1,
        }
    }

    /// Counts a row; `fact` reads a fact of it, by the place of its column for one of the recueils.
    pub(crate) fn take(
        &mut self,
        offer: &str,
        [before, after]: [&Told; 2],
        fact: impl Fn(usize, usize) -> FactState,
    ) {
        self.compared += 1;
        self.total.take(before.total, after.total);
        self.eligible.take(before.eligible == Truth::Yes, after.eligible == Truth::Yes);
        self.kept.take(before.kept, after.kept);
        self.histogram.take([before.total, after.total]);
        self.lines.take([&before.points, &after.points]);
        for category in &mut self.categories {
            let state = fact(category.side, category.at);
            category.take(state, [before, after]);
        }
        self.ranks.take(offer, [before, after]);
    }

    /// Ends the comparison.
    pub(crate) fn report(self) -> Report {
        let (flows, offers) = self.ranks.done();
        Report {
            compared: self.compared,
            asides: self.asides,
            total: self.total.movement(),
            eligible: self.eligible,
            kept: self.kept,
            distribution: self.histogram.distribution(),
            lines: self.lines.done(),
            categories: self.categories.into_iter().map(Counted::done).collect(),
            flows,
            offers,
        }
    }
}

#[cfg(test)]
mod tests;
