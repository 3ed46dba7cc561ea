//! What each view leaves out of an explanation.
//!
//! Who answers for one grid sees that grid alone: neither total, rank, eligibility nor another grid, neither
//! report nor what changed or could change. The employer sees the grid that its policy fills, and there only what the
//! applicant's choice shares, without a range, since the width of one tells of facts that are missing. A territory
//! sees the grid of its perimeter as it is without any sensitive fact: [`without_sensitive`] takes them away before
//! anything is computed, so that no line, sum or range can give them away.

use crate::explanation::{Explanation, Grid, Motif, View, Voice};
use engine::{Case, Fact, FactState, FieldDef, FieldId, ListState, MotifCode, Pool, Schema};

impl Explanation {
    /// Returns what a view shows of it. An explanation once reduced to one grid stays so; one that sensitive facts
    /// went into shows a territory no grid.
    #[must_use]
    pub fn seen_by(self, view: View) -> Self {
        match (self.view, view) {
            (View::Employer | View::Territory, _) => self,
            (View::Applicant | View::Auditor, View::Employer) => {
                self.of_one_grid(view, |grid| grid.of_employer.then(|| without_ranges(grid)))
            }
            (View::Applicant | View::Auditor, View::Territory) => {
                let sound = self.without_sensitive;
                self.of_one_grid(view, |grid| (sound && grid.of_territory).then(|| withheld(grid)))
            }
            (View::Applicant | View::Auditor, View::Applicant | View::Auditor) => {
                Self { view, ..self }
            }
        }
    }

    fn of_one_grid(self, view: View, own: impl Fn(Grid) -> Option<Grid>) -> Self {
        Self {
            view,
            ranking: None,
            headline: None,
            eligibility: Vec::new(),
            grids: self.grids.into_iter().filter_map(own).collect(),
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

/// Says of what is withheld that a territory is not told it, whoever withholds it.
fn withheld(mut grid: Grid) -> Grid {
    let lines = grid.lines.iter_mut().flat_map(|line| {
        let subs = line.criteria.iter_mut().map(|it| &mut it.motif);
        std::iter::once(&mut line.motif).chain(subs)
    });
    let is_said =
        |motif: &&mut Motif| motif.code == MotifCode::Withheld && motif.voice == Voice::Program;
    for motif in lines.chain(&mut grid.motif).filter(is_said) {
        "Information non communiquée au territoire.".clone_into(&mut motif.text);
    }
    grid
}

/// Makes the pool that a territory may know of: every sensitive fact, given or not, is withheld, of every
/// candidate.
pub(crate) fn without_sensitive(pool: &Pool, schema: &Schema) -> Pool {
    let mut pool = pool.clone();
    for candidate in &mut pool.candidates {
        withhold(&mut candidate.case, schema);
    }
    pool
}

fn withhold(case: &mut Case, schema: &Schema) {
    let withheld = || Fact { state: FactState::Withheld, ..Fact::default() };
    for (at, field) in schema.fields.iter().enumerate().filter(|(_, field)| field.sensitive) {
        let Ok(id) = u32::try_from(at).map(FieldId) else { continue };
        if !is_of_list(field, schema) {
            case.facts.insert(id, withheld());
        } else if let Some(ListState::Known(items)) = case.lists.get_mut(&field.entity) {
            for item in items {
                item.insert(id, withheld());
            }
        }
    }
}

fn is_of_list(field: &FieldDef, schema: &Schema) -> bool {
    schema.entity(field.entity).is_some_and(|entity| entity.list)
}
