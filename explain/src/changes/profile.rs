//! What every value of one number would give: the profile of a lever.
//!
//! Values are those that a person writes, a grain apart. From today's value outwards, the engine
//! evaluates one value, the code read there tells how far nothing changes, and the next value after
//! that is evaluated in turn. So each piece of the profile is an evaluation of the engine, and no
//! value is passed over. A profile ends with the values, or with its budget.

use super::form::{At, Stretch};
use super::lines::{gates, of_condition, of_gates, of_version};
use super::reading::{Reading, Sample, Touched};
use crate::standing::{LineName, Standing};
use engine::{
    Base, Computed, Exact, Fact, FactState, FieldId, Grid, GridState, GridVersion, NumberForm, Op,
    Plans, Pool, Program, Rounding, Type, Value,
};
use std::sync::Arc;

/// Values between which nothing changes, in grains, both ends included; an absent end has no limit.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) first: Option<i128>,
    pub(super) last: Option<i128>,
    /// What the engine gave at the value nearest to today's.
    pub(super) standing: Standing,
    /// That value.
    pub(super) nearest: i128,
}

/// The pieces, in ascending order.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    pub(super) pieces: Vec<Piece>,
    /// Whether the values below, and above, are all there.
    pub(super) whole: (bool, bool),
}

/// Which way values are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// The grain of what a person writes: cents, hundredths of a percent, whole numbers, tenths.
pub(super) fn grain(ty: Type) -> Option<Exact> {
    let Type::Number(unit, form) = ty else { return None };
    let minutes = unit == engine::Unit::of(Base::Minute);
    match form {
        NumberForm::Whole => Some(Exact::ONE),
        NumberForm::Percent => Exact::fraction(1, 10_000),
        NumberForm::Decimal if unit.exponent(Base::Euro) != 0 => Exact::fraction(1, 100),
        NumberForm::Decimal if minutes => Some(Exact::ONE),
        NumberForm::Decimal => Exact::fraction(1, 10),
    }
}

/// A version of a grid that a candidate may have that day.
struct Version<'p> {
    grid: &'p str,
    rules: &'p GridVersion,
    touched: Touched,
    /// Whether the fact decides that the version applies.
    is_gated: bool,
    /// The other candidates' values.
    others: Vec<Vec<Computed>>,
}

/// A lever on a number, for one candidate of a pool.
pub(super) struct Survey<'p> {
    program: &'p Program,
    plans: &'p Plans<'p>,
    pool: Pool,
    candidate: usize,
    field: FieldId,
    /// The fact as it is, whose proof a new value keeps.
    fact: Fact,
    grain: Exact,
    lowest: Option<i128>,
    today: Exact,
    versions: Vec<Version<'p>>,
    standing: Option<Touched>,
}

impl<'p> Survey<'p> {
    /// Prepares a survey; absent when the fact is no known number, or when nothing reads it.
    pub(super) fn new(
        (program, plans): (&'p Program, &'p Plans<'p>),
        pool: &Pool,
        candidate: usize,
        field: FieldId,
    ) -> Option<Self> {
        let def = program.schema.field(field)?;
        let fact = pool.candidates.get(candidate)?.case.facts.get(&field)?.clone();
        let FactState::Known(Value::Number(today)) = fact.state else { return None };
        let mut survey = Self {
            program,
            plans,
            pool: pool.clone(),
            candidate,
            field,
            fact,
            grain: grain(def.ty)?,
            lowest: def.ty.counts_from_zero().then_some(0),
            today,
            versions: Vec::new(),
            standing: None,
        };
        survey.look();
        let reads = survey.standing.as_ref().is_some_and(Touched::any)
            || survey.versions.iter().any(|version| version.touched.any());
        reads.then_some(survey)
    }

    /// Lists the versions that the candidate may have, and what of them depends on the fact.
    fn look(&mut self) {
        let Some(ranking) = self.program.ranking_at(self.pool.date) else { return };
        let (program, field) = (self.program, self.field);
        let grids = |id: u32| program.grids.get(id as usize).is_some_and(|grid| reads(grid, field));
        self.standing = Some(Touched::by(&ranking.code, field, &grids));
        for grid in ranking.grids.iter().filter_map(|id| program.grids.get(*id as usize)) {
            for version in self.in_force(grid) {
                let touched = Touched::by(&version.code, field, &|_| false);
                let is_gated = gates(version).into_iter().any(|slot| touched.has(slot));
                let compares = version.code.reads_pool() && touched.any();
                let others = if compares { self.others(version) } else { Vec::new() };
                self.versions.push(Version {
                    grid: &grid.id,
                    rules: version,
                    touched,
                    is_gated,
                    others,
                });
            }
        }
    }

    fn others(&self, version: &GridVersion) -> Vec<Vec<Computed>> {
        let rows = self.plans.evaluator().values(&version.code, &self.pool).into_iter().enumerate();
        rows.filter(|(index, _)| *index != self.candidate).map(|(_, row)| row).collect()
    }

    fn in_force(&self, grid: &'p Grid) -> Vec<&'p GridVersion> {
        let date = self.pool.date;
        let siren = grid.siren.and_then(|field| self.text(field));
        let own = siren.and_then(|siren| grid.by_siren.get(siren.as_ref()));
        let indexes = grid.for_all.iter().chain(own.into_iter().flatten());
        let fillings = indexes.filter_map(|index| grid.fillings.get(*index as usize));
        let versions = grid.versions.iter().chain(fillings).map(Arc::as_ref);
        versions.filter(|version| version.period.contains(date)).collect()
    }

    fn text(&self, field: FieldId) -> Option<Arc<str>> {
        let case = &self.pool.candidates.get(self.candidate)?.case;
        match &case.facts.get(&field)?.state {
            FactState::Known(Value::Text(text)) => Some(Arc::clone(text)),
            FactState::Known(_) | FactState::Missing | FactState::Withheld => None,
        }
    }

    /// Returns the value that stands so many grains from zero.
    pub(super) fn value(&self, grains: i128) -> Option<Exact> {
        Exact::whole(grains).multiply(self.grain).ok()
    }

    /// Returns the grain.
    pub(super) fn grain(&self) -> Exact {
        self.grain
    }

    /// Returns the value today.
    pub(super) fn today(&self) -> Exact {
        self.today
    }

    /// Tells whether a value is the least that there is.
    pub(super) fn is_lowest(&self, grains: i128) -> bool {
        self.lowest == Some(grains)
    }

    /// How far a piece's nearest value is from today's.
    pub(super) fn distance(&self, piece: &Piece) -> Option<Exact> {
        let far = self.value(piece.nearest)?.subtract(self.today).ok()?;
        if far.is_negative() { far.negate().ok() } else { Some(far) }
    }

    /// Tells whether the fact, whatever it is, may raise a line that reads it, or decide of more than
    /// lines.
    pub(super) fn may_gain(&self, before: &Standing, reads: &dyn Fn(&LineName) -> bool) -> bool {
        let decides = self.versions.iter().any(|version| version.is_gated)
            || self.standing.as_ref().is_some_and(Touched::any);
        if decides {
            return true;
        }
        let mut pool = self.pool.clone();
        if let Some(candidate) = pool.candidates.get_mut(self.candidate) {
            candidate.case.facts.remove(&self.field);
        }
        let Some(assessment) = self.plans.assess(&pool) else { return false };
        let Some(outcome) = assessment.candidate(self.candidate) else { return false };
        outcome.grids.iter().any(|grid| {
            grid.lines.iter().any(|line| {
                let name = LineName::of(grid, line);
                reads(&name) && line.range.high.is_none_or(|high| high > before.points(&name))
            })
        })
    }

    /// Evaluates values outwards from today's, at most so many on either side.
    pub(super) fn profile(&mut self, budget: u32) -> Option<Profile> {
        let above = self.grains(self.today, Rounding::Up)?;
        let below = self.grains(self.today, Rounding::Down)?;
        let mut profile = Profile::default();
        let mut next_down = Some(below);
        if above == below {
            let here = self.piece(above)?;
            next_down = here.first.map(|first| first.saturating_sub(1));
            profile.whole.0 = here.first.is_none();
            profile.pieces.push(here);
        }
        let up = match profile.pieces.first() {
            Some(here) => here.last.map(|last| last.saturating_add(1)),
            None => Some(above),
        };
        profile.whole.1 = self.climb(&mut profile.pieces, up, budget);
        if let Some(from) = next_down {
            let mut lower = Vec::new();
            profile.whole.0 = self.descend(&mut lower, from, budget);
            lower.reverse();
            lower.append(&mut profile.pieces);
            profile.pieces = lower;
        }
        Some(profile)
    }

    /// Evaluates values outwards from today's while they keep something, and returns the first and
    /// the last. Shape: absent when nobody writes today's value, or when so many evaluations on
    /// either side do not tell where it ends.
    pub(super) fn around(
        &mut self,
        keeps: &dyn Fn(&Standing) -> bool,
        budget: u32,
    ) -> Option<(Option<i128>, Option<i128>)> {
        let at = self.grains(self.today, Rounding::Up)?;
        if at != self.grains(self.today, Rounding::Down)? {
            return None;
        }
        let here = self.piece(at)?;
        let first = self.outwards(here.first, Way::Down, keeps, budget)?;
        let last = self.outwards(here.last, Way::Up, keeps, budget)?;
        Some((first, last))
    }

    /// Goes from the end of a piece to the last value that keeps something. Shape: inside, absent
    /// when all do.
    fn outwards(
        &mut self,
        from: Option<i128>,
        way: Way,
        keeps: &dyn Fn(&Standing) -> bool,
        budget: u32,
    ) -> Option<Option<i128>> {
        let mut end = from;
        for _ in 0..budget {
            let Some(held) = end.filter(|held| way == Way::Up || !self.is_lowest(*held)) else {
                return Some(None);
            };
            let piece = self.piece(match way {
                Way::Up => held.saturating_add(1),
                Way::Down => held.saturating_sub(1),
            })?;
            if !keeps(&piece.standing) {
                return Some(Some(held));
            }
            end = match way {
                Way::Up => piece.last,
                Way::Down => piece.first,
            };
        }
        None
    }

    /// Tells whether the last value was reached.
    fn climb(&mut self, pieces: &mut Vec<Piece>, from: Option<i128>, budget: u32) -> bool {
        let mut next = from;
        for _ in 0..budget {
            let Some(at) = next else { return true };
            let Some(piece) = self.piece(at) else { return false };
            let piece = Piece { first: Some(at), ..piece };
            next = piece.last.map(|last| last.saturating_add(1));
            pieces.push(piece);
        }
        next.is_none()
    }

    fn descend(&mut self, pieces: &mut Vec<Piece>, from: i128, budget: u32) -> bool {
        let mut next = from;
        for _ in 0..budget {
            if self.lowest.is_some_and(|lowest| next < lowest) {
                return true;
            }
            let Some(piece) = self.piece(next) else { return false };
            let first = piece.first;
            pieces.push(Piece { last: Some(next), ..piece });
            let Some(first) = first else { return true };
            next = first.saturating_sub(1);
        }
        self.lowest.is_some_and(|lowest| next < lowest)
    }

    fn grains(&self, value: Exact, mode: Rounding) -> Option<i128> {
        let count = value.divide(self.grain).ok()?.round(mode, Exact::ONE).ok()?;
        Some(count.numerator())
    }

    /// Evaluates one value, and reads how far around it nothing changes.
    fn piece(&mut self, at: i128) -> Option<Piece> {
        let value = self.value(at)?;
        let fact = Fact { state: FactState::Known(Value::Number(value)), ..self.fact.clone() };
        let field = self.field;
        self.pool.candidates.get_mut(self.candidate)?.case.facts.insert(field, fact);
        let (assessment, trace) =
            self.plans.evaluator().assess_traced(&self.pool, self.candidate)?;
        let outcome = assessment.candidate(self.candidate)?;
        let mut stretch = self.eligibility(At(value), &trace.standing);
        for grid in &outcome.grids {
            let held = self
                .versions
                .iter()
                .filter(|it| grid.version.is_some_and(|own| std::ptr::eq(own, it.rules)));
            stretch = match (grid.state, trace.grids.get(&grid.grid.id)) {
                (GridState::Established, Some(values)) => held
                    .filter(|it| it.touched.any())
                    .map(|it| of_version(&self.reading(it, At(value), values), it.rules))
                    .fold(stretch, Stretch::and),
                // It may be that its points overflow: nothing is known of it but here.
                (GridState::Indeterminate, _) if self.touches(&grid.grid.id) => {
                    Stretch::only(value)
                }
                (
                    GridState::Established
                    | GridState::NotEstablished
                    | GridState::NotApplicable
                    | GridState::Indeterminate,
                    _,
                ) => stretch,
            };
        }
        stretch = self.selection(At(value)).and(stretch);
        let (first, last) = self.run(at, stretch)?;
        Some(Piece { first, last, standing: Standing::of(outcome), nearest: at })
    }

    fn touches(&self, grid: &str) -> bool {
        self.versions.iter().any(|version| version.grid == grid && version.touched.any())
    }

    fn reading<'r>(
        &'r self,
        version: &'r Version<'p>,
        at: At,
        values: &'r [Computed],
    ) -> Reading<'r> {
        Reading::of(Sample {
            program: self.program,
            code: &version.rules.code,
            date: self.pool.date,
            at,
            touched: &version.touched,
            values,
            others: &version.others,
        })
    }

    fn eligibility(&self, at: At, values: &[Computed]) -> Stretch {
        let ranking = self.program.ranking_at(self.pool.date);
        let (Some(ranking), Some(touched)) = (ranking, &self.standing) else { return Stretch::ALL };
        if !touched.any() {
            return Stretch::ALL;
        }
        let (program, date, code) = (self.program, self.pool.date, &ranking.code);
        let others = &[];
        let reading = Reading::of(Sample { program, code, date, at, touched, values, others });
        let conditions =
            ranking.eligibilities.iter().map(|it| of_condition(&reading, &it.criterion));
        conditions.fold(Stretch::ALL, Stretch::and)
    }

    /// The stretch over which the same versions apply.
    fn selection(&self, at: At) -> Stretch {
        let gated = self.versions.iter().filter(|version| version.is_gated);
        let stretches = gated.map(|version| {
            let rows = self.plans.evaluator().values(&version.rules.code, &self.pool);
            let values = rows.get(self.candidate).map_or(&[][..], Vec::as_slice);
            of_gates(&self.reading(version, at, values), version.rules)
        });
        stretches.fold(Stretch::ALL, Stretch::and)
    }

    /// Returns the grains of a stretch, the sample's included.
    fn run(&self, at: i128, stretch: Stretch) -> Option<(Option<i128>, Option<i128>)> {
        let first = match stretch.low {
            Some(low) => Some(self.grains(low, Rounding::Down)?.saturating_add(1).min(at)),
            None => None,
        };
        let last = match stretch.high {
            Some(high) => Some(self.grains(high, Rounding::Up)?.saturating_sub(1).max(at)),
            None => None,
        };
        let first = match (first, self.lowest) {
            (Some(first), Some(lowest)) => Some(first.max(lowest)),
            (first, lowest) => first.or(lowest),
        };
        Some((first, last))
    }
}

/// Tells whether a version of a grid reads a fact.
pub(super) fn reads(grid: &Grid, field: FieldId) -> bool {
    grid.all_versions().any(|version| {
        version.code.ops.iter().any(|op| match op {
            Op::Fact(read) | Op::SharedFact { field: read, .. } => *read == field,
            _ => false,
        })
    })
}
