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
mod run;
mod source;

pub use input::{
    Batch, Bits, ColumnError, FactColumn, ListColumn, Slots, pack_day, parts_of_type, unpack_day,
};
pub use output::{Amounts, Asked, GridColumn, LineColumn, Outcomes, RowError};

use crate::kernel::{Alone, For, Kernel, Rows, Single, Watch};
use crate::plan::Plans;
use crate::plan::lower::take_texts;
use crate::{Assessment, Candidate, Date, FieldId, Pool, Program};
use layout::Layout;
use rayon::prelude::*;
use run::{Keyed, Listed, Met, Run};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// Evaluates populations given by columns. One serves any number of batches, from any thread.
pub struct Columns<'p> {
    plans: Plans<'p>,
    program: &'p Program,
    layouts: RwLock<BTreeMap<Date, Option<Arc<Layout>>>>,
    kernels: RwLock<BTreeMap<Kept, Option<Arc<Kernel>>>>,
    /// The texts that rules compare with, sorted.
    texts: OnceLock<Arc<[Arc<str>]>>,
}

/// What kernels are kept by: the day, whether states are asked, the company whose fillings they have.
type Kept = (Date, bool, Option<Arc<str>>);

/// The most kernels that are kept.
const KERNELS: usize = 1_024;

impl<'p> Columns<'p> {
    /// Prepares the evaluation of populations.
    pub fn new(plans: Plans<'p>) -> Self {
        let program = plans.evaluator().program();
        let (layouts, kernels) = (RwLock::new(BTreeMap::new()), RwLock::new(BTreeMap::new()));
        Self { plans, program, layouts, kernels, texts: OnceLock::new() }
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
        let unsaid = self.said(batch, pools, asked, outcomes);
        let mut first = 0;
        for (number, pool) in pools.iter().enumerate() {
            if unsaid.as_ref().is_none_or(|unsaid| unsaid.get(number) != Some(&false)) {
                self.pool(batch, pool.clone(), first, outcomes);
            }
            first += pool.len();
        }
        outcomes.errors.sort_by_key(|(row, _)| *row);
        outcomes.errors.dedup_by_key(|(row, _)| *row);
        true
    }

    /// Ranks the pools of a batch on every core, by pieces of about so many rows: outcomes are those of the
    /// pieces, in the order of the pools. Returns whether a ranking is in force on the day of the batch.
    pub fn evaluate_all(
        &self,
        batch: &Batch<'_>,
        pools: &[Range<usize>],
        (asked, rows): (Asked, usize),
        outcomes: &mut Vec<Outcomes>,
    ) -> bool {
        let pieces = pieces(pools, rows);
        outcomes.resize_with(pieces.len(), Outcomes::default);
        let pieces = pieces.into_par_iter().zip(outcomes.par_iter_mut());
        pieces
            .map(|(pools, outcomes)| self.evaluate(batch, pools, asked, outcomes))
            .all(|said| said)
    }

    /// Makes what evaluates rows alone, of a company or of none, their facts already in slots; absent where a
    /// kernel cannot.
    pub fn single(&self, date: Date, company: Option<&str>) -> Option<Single> {
        self.alone_of(date, company, Watch::Nothing)
    }

    /// Makes what evaluates rows alone as [`Columns::single`] does, and records what each operation of the rules
    /// computed.
    pub fn watcher(&self, date: Date, company: Option<&str>) -> Option<Single> {
        self.alone_of(date, company, Watch::Everything)
    }

    fn alone_of(&self, date: Date, company: Option<&str>, watch: Watch) -> Option<Single> {
        let company = company.filter(|company| self.is_filled(company));
        Alone::new(self.of(date, company, Rows::Alone(watch))?).map(Single::new)
    }

    /// Evaluates by a kernel; returns the pools of which it does not say all.
    fn said(
        &self,
        batch: &Batch<'_>,
        pools: &[Range<usize>],
        asked: Asked,
        outcomes: &mut Outcomes,
    ) -> Option<Vec<bool>> {
        let ranking = self.program.ranking_at(batch.date())?;
        let met = self.met(batch, pools, asked)?;
        let kernel = &met.first()?.kernel;
        if met.iter().any(|met| !kernel.is_like(&met.kernel)) {
            return None;
        }
        let (order, keeps, texts) = (ranking.order.as_slice(), ranking.keeps, self.texts());
        let alone = |row: usize| self.alone(batch, row);
        let alone = &alone;
        Run { met: &met, kernel, batch, pools, order, keeps, texts, alone }.evaluate(outcomes)
    }

    /// Shares the rows of some pools between the kernels of their companies. Absent: one has none.
    fn met(&self, batch: &Batch<'_>, pools: &[Range<usize>], asked: Asked) -> Option<Vec<Met>> {
        let Some(field) = self.company(batch.date())? else {
            let kernel = self.kernel(batch.date(), asked, None)?;
            return Some(vec![Met { kernel, own: None }]);
        };
        let Slots::Texts(places, texts) = batch.facts().get(&field)?.values else { return None };
        let companies: Vec<Option<&Arc<str>>> =
            texts.iter().map(|text| self.is_filled(text).then_some(text)).collect();
        let mut groups: BTreeMap<Option<&Arc<str>>, Listed> = BTreeMap::new();
        for (row, place) in pools.iter().flat_map(Range::clone).zip(0_u32..) {
            let text = places.get(row).and_then(|text| companies.get(*text as usize));
            let group = groups.entry(text.copied().flatten()).or_default();
            group.0.push(u32::try_from(row).ok()?);
            group.1.push(place);
        }
        let of_group = |(company, own): (Option<&Arc<str>>, Listed)| {
            let kernel = self.kernel(batch.date(), asked, company.map(Arc::clone))?;
            Some(Met { kernel, own: Some(own) })
        };
        groups.into_iter().map(of_group).collect()
    }

    /// The fact that says which company a row is of, where fillings are chosen by it. Absent: there are two.
    fn company(&self, date: Date) -> Option<Option<FieldId>> {
        let ranking = self.program.ranking_at(date)?;
        let grids = ranking.grids.iter().filter_map(|id| self.program.grids.get(*id as usize));
        let chosen = grids.filter(|grid| !grid.by_siren.is_empty());
        let fields: BTreeSet<Option<FieldId>> = chosen.map(|grid| grid.siren).collect();
        match fields.len() {
            0 => Some(None),
            1 => fields.into_iter().next(),
            _ => None,
        }
    }

    fn is_filled(&self, company: &str) -> bool {
        self.program.grids.iter().any(|grid| grid.by_siren.contains_key(company))
    }

    fn kernel(&self, date: Date, asked: Asked, company: Option<Arc<str>>) -> Option<Arc<Kernel>> {
        let kept = (date, asked == Asked::States, company);
        let held = self.kernels.read().unwrap_or_else(PoisonError::into_inner).get(&kept).cloned();
        if let Some(kernel) = held {
            return kernel;
        }
        let made = self.made(date, asked, kept.2.as_deref()).map(Arc::new);
        let mut kernels = self.kernels.write().unwrap_or_else(PoisonError::into_inner);
        if kernels.len() >= KERNELS {
            kernels.clear();
        }
        kernels.insert(kept, made.clone());
        made
    }

    fn made(&self, date: Date, asked: Asked, company: Option<&str>) -> Option<Kernel> {
        let of = self.of(date, company, Rows::OfPools)?;
        let mut kernel = Kernel::new(of, asked == Asked::States)?;
        kernel.known.extend(self.company(date)?);
        Some(kernel)
    }

    /// Gathers the rules that a row meets on a day, with the fillings of a company.
    fn of(&self, date: Date, company: Option<&str>, rows: Rows) -> Option<For<'p>> {
        let program = self.program;
        let ranking = program.ranking_at(date)?;
        let texts = Arc::clone(self.texts());
        let mut fillings = Vec::with_capacity(ranking.grids.len());
        for id in &ranking.grids {
            let grid = program.grids.get(*id as usize)?;
            let own = company.and_then(|company| grid.by_siren.get(company));
            let all = grid.for_all.iter().chain(own.into_iter().flatten());
            let held = all.filter_map(|at| grid.fillings.get(*at as usize));
            fillings.push(held.map(Arc::as_ref).collect());
        }
        Some(For { program, ranking, date, texts, fillings, rows })
    }

    fn texts(&self) -> &Arc<[Arc<str>]> {
        self.texts.get_or_init(|| {
            let mut texts = BTreeSet::new();
            for version in self.program.grids.iter().flat_map(crate::Grid::all_versions) {
                take_texts(self.program, &version.code, &mut texts);
                let perimeter = version.perimeter.iter().map(|(perimeter, _)| perimeter);
                let ranges = perimeter.flat_map(|held| held.included.iter().chain(&held.excluded));
                let ends = ranges.flat_map(|(first, last)| [first, last]);
                texts.extend(ends.map(|end| Arc::from(end.as_str())));
            }
            for ranking in &self.program.rankings {
                take_texts(self.program, &ranking.code, &mut texts);
            }
            texts.into_iter().collect()
        })
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

    /// Evaluates a row alone, with the keys of the order. Errors: a slot that its type cannot hold.
    fn alone(&self, batch: &Batch<'_>, row: usize) -> Result<Option<Keyed<'p>>, RowError> {
        let case = case::case(batch, row)?;
        let one = Candidate { id: String::new(), applies: batch.applies(row), case };
        let pool = Pool { date: batch.date(), candidates: vec![one] };
        let Some((mut assessment, mut keys)) = self.plans.assess_with_keys(&pool) else {
            return Ok(None);
        };
        Ok(assessment.candidates.pop().zip(keys.pop()))
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
        outcomes.walked += candidates.len();
        let pool = Pool { date: batch.date(), candidates };
        let assessment: Option<Assessment<'p>> = self.plans.assess(&pool);
        for assessed in assessment.iter().flat_map(|assessment| &assessment.candidates) {
            if let Some(place) = places.get(assessed.index) {
                outcomes.take(*place, assessed);
            }
        }
    }
}

/// Cuts pools into runs of about so many rows.
fn pieces(pools: &[Range<usize>], rows: usize) -> Vec<&[Range<usize>]> {
    let (mut pieces, mut rest) = (Vec::new(), pools);
    while !rest.is_empty() {
        let mut held = 0;
        let count = rest.iter().take_while(|pool| {
            let more = held < rows;
            held += pool.len();
            more
        });
        let (piece, after) = rest.split_at(count.count().max(1));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests;
