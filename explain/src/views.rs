//! What each view leaves out of an explanation.
//!
//! The employer sees the grid that its policy fills, and there only what the applicant's choice
//! shares: neither total, rank, eligibility nor another grid, neither report nor
//! what changed or could change, and no range, since the width of one tells of facts that are missing.

use crate::explanation::{Explanation, Grid, View};

impl Explanation {
    /// Returns what a view shows of it. An explanation once reduced for the employer stays so.
    #[must_use]
    pub fn seen_by(self, view: View) -> Self {
        match (self.view, view) {
            (View::Employer, _) => self,
            (View::Applicant | View::Auditor, View::Employer) => self.for_employer(),
            (View::Applicant | View::Auditor, View::Applicant | View::Auditor) => {
                Self { view, ..self }
            }
        }
    }

    fn for_employer(self) -> Self {
        let own = self.grids.into_iter().filter(|grid| grid.of_employer);
        Self {
            view: View::Employer,
            ranking: None,
            headline: None,
            eligibility: Vec::new(),
            grids: own.map(without_ranges).collect(),
            since: None,
            changes: None,
            report: None,
            ..self
        }
    }
}

fn without_ranges(mut grid: Grid) -> Grid {
    grid.range = None;
    for line in &mut grid.lines {
        line.range = None;
    }
    grid
}
