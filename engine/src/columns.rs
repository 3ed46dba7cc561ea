//! Populations by columns: facts as slots of 64 bits in, points, states and ranks as columns out.
//!
//! What is said of a row is what [`Plans::assess`] says of its pool: columns are another way in and out,
//! never another meaning. A row is a candidate, a pool the rows of a range. A slot holds a truth (0 or
//! 1), the place of a value in its enumeration, a packed day ([`crate::pack_day`]), the place of a text
//! in the column's own list, or a number in the parts of its type ([`parts_of_type`]).
//!
//! A row that holds what its types cannot be is an error of that row: it is left out of its pool, and
//! named in [`Outcomes::errors`]. What slots cannot say (a third of a cent) is given as a [`Case`]
//! ([`Batch::replace`]).

mod case;
mod input;
mod layout;
mod output;

pub use input::{
    Batch, Bits, ColumnError, FactColumn, ListColumn, Slots, pack_day, parts_of_type, unpack_day,
};
pub use output::{Amounts, Asked, GridColumn, LineColumn, Outcomes, RowError};

use crate::plan::Plans;
use crate::{Assessment, Candidate, Date, Pool, Program};
use layout::Layout;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

/// Evaluates populations given by columns. One serves any number of batches, from any thread.
pub struct Columns<'p> {
    plans: Plans<'p>,
    program: &'p Program,
    layouts: RwLock<BTreeMap<Date, Option<Arc<Layout>>>>,
}

impl<'p> Columns<'p> {
    /// Prepares the evaluation of populations.
    pub fn new(plans: Plans<'p>) -> Self {
        let program = plans.evaluator().program();
        Self { plans, program, layouts: RwLock::new(BTreeMap::new()) }
    }

    /// Begins a batch of so many rows, evaluated on a day; its columns are added to it.
    pub fn batch<'a>(&self, date: Date, rows: usize) -> Batch<'a>
    where
        'p: 'a,
    {
        Batch::new(&self.program.schema, date, rows)
    }

    /// Ranks the pools of a batch, each a range of its rows. Outcomes are those of the rows of the
    /// pools, one pool after the other; what they held before is forgotten, and their room kept.
    /// Returns whether a ranking is in force on the day of the batch.
    pub fn evaluate(
        &self,
        batch: &Batch<'_>,
        pools: &[Range<usize>],
        asked: Asked,
        outcomes: &mut Outcomes,
    ) -> bool {
        let Some(layout) = self.layout(batch.date()) else { return false };
        let rows = pools.iter().map(Range::len).sum();
        outcomes.begin(&layout, rows, asked);
        let mut first = 0;
        for pool in pools {
            self.pool(batch, pool.clone(), first, outcomes);
            first += pool.len();
        }
        true
    }

    fn layout(&self, date: Date) -> Option<Arc<Layout>> {
        let held = self.layouts.read().unwrap_or_else(PoisonError::into_inner).get(&date).cloned();
        if let Some(layout) = held {
            return layout;
        }
        let made = Layout::new(self.program, date).map(Arc::new);
        let mut layouts = self.layouts.write().unwrap_or_else(PoisonError::into_inner);
        layouts.insert(date, made.clone());
        made
    }

    /// Ranks one pool, whose outcomes begin at a row.
    fn pool(&self, batch: &Batch<'_>, rows: Range<usize>, first: usize, outcomes: &mut Outcomes) {
        let mut candidates = Vec::with_capacity(rows.len());
        let mut places = Vec::with_capacity(rows.len());
        for (row, place) in rows.zip(first..) {
            match case::case(batch, row) {
                Ok(case) => {
                    let applies = batch.applies(row);
                    candidates.push(Candidate { id: String::new(), applies, case });
                    places.push(place);
                }
                Err(error) => outcomes.error(place, error),
            }
        }
        let pool = Pool { date: batch.date(), candidates };
        let assessment: Option<Assessment<'p>> = self.plans.assess(&pool);
        for assessed in assessment.iter().flat_map(|assessment| &assessment.candidates) {
            if let Some(place) = places.get(assessed.index) {
                outcomes.take(*place, assessed);
            }
        }
    }
}

#[cfg(test)]
mod tests;
