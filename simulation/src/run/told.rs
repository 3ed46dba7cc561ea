//! What is said of a row under one recueil, in whole counts of decimal parts.

use crate::table::{Cell, Heading, Kind};
use engine::{Exact, GridState, Outcomes, Truth};

/// How many decimals points have.
pub(crate) const DECIMALS: u8 = 4;

/// What is said of a row. Its buffer serves from one row to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) eligible: Truth,
    /// Unit: decimal parts of a point.
    pub(crate) total: i64,
    /// From 1; 0 for who has none.
    pub(crate) rank: u32,
    pub(crate) kept: bool,
    pub(crate) rank_if_all: u32,
    /// Each grid, then its lines: absent for a grid that is not established, a line that there is not.
    /// Unit: decimal parts of a point.
    pub(crate) points: Vec<Option<i64>>,
}

impl Default for Told {
    fn default() -> Self {
        let (total, rank, kept, rank_if_all) = (0, 0, false, 0);
        Self { eligible: Truth::Unknown, total, rank, kept, rank_if_all, points: Vec::new() }
    }
}

/// Returns the heads of the columns of what is said of a row.
pub(super) fn headings(outcomes: &Outcomes) -> Vec<Heading> {
    let mut headings = vec![
        Heading::new("eligible", Kind::Text),
        Heading::new("total", Kind::Decimal(DECIMALS)),
        Heading::new("rang", Kind::Whole),
        Heading::new("retenu", Kind::Truth),
        Heading::new("rang_si_tous", Kind::Whole),
    ];
    for grid in &outcomes.grids {
        headings.push(Heading::new(&*grid.id, Kind::Decimal(DECIMALS)));
        let lines = grid.lines.iter().map(|line| format!("{}.{}", grid.id, line.id));
        headings.extend(lines.map(|name| Heading::new(name, Kind::Decimal(DECIMALS))));
    }
    headings
}

impl Told {
    /// Takes what is said of a row. Absent: points that no decimals say.
    pub(super) fn take(&mut self, outcomes: &Outcomes, at: usize) -> Option<()> {
        self.eligible = *outcomes.eligible.get(at)?;
        self.total = parts(outcomes.total.get(at)?)?;
        self.rank = *outcomes.rank.get(at)?;
        self.kept = *outcomes.kept.get(at)?;
        self.rank_if_all = *outcomes.rank_if_all.get(at)?;
        self.points.clear();
        for grid in &outcomes.grids {
            self.points.push(match grid.states.get(at)? {
                GridState::Established => Some(parts(grid.points.get(at)?)?),
                GridState::NotEstablished | GridState::NotApplicable | GridState::Indeterminate => {
                    None
                }
            });
            for line in &grid.lines {
                self.points.push(match line.states.get(at)? {
                    Some(_) => Some(parts(line.points.get(at)?)?),
                    None => None,
                });
            }
        }
        Some(())
    }

    /// Adds its cells, in the order of the headings.
    pub(super) fn write(&self, cells: &mut Vec<Cell<'_>>) {
        let rank = |rank: u32| if rank == 0 { Cell::Absent } else { Cell::Count(rank.into()) };
        cells.extend([
            Cell::of(super::columns::eligibility(self.eligible)),
            Cell::Count(self.total),
            rank(self.rank),
            Cell::Truth(self.kept),
            rank(self.rank_if_all),
        ]);
        cells.extend(self.points.iter().map(|points| points.map_or(Cell::Absent, Cell::Count)));
    }
}

/// Counts the decimal parts of points. Absent: they are no whole count.
fn parts(points: Exact) -> Option<i64> {
    let parts = 10_i128.pow(DECIMALS.into());
    let (above, below) = (points.numerator(), points.denominator());
    let count = (parts % below == 0).then(|| above.checked_mul(parts / below))??;
    i64::try_from(count).ok()
}
