//! Which version of a grid a candidate has on the day.
//!
//! A policy: the version in force, if its perimeter and its population take the case in. A frame:
//! among the fillings in force for the employer's SIREN and those for every SIREN, the one that
//! applies; two is an error; none leaves a closed frame alone with its empty slots. A filling whose
//! population depends on an unknown does not apply: a closed frame then stands alone, and an open
//! one is undetermined. An unknown SIREN selects no filling of a company.

use crate::evaluate::{Completeness, PoolColumns};
use crate::lines::{Cause, Sheet, failure};
use crate::plan::{Walked, Wishes, read_stage};
use crate::reach::{Candidate, Membership, Reached, candidate_reach};
use crate::reason::{Reason, ReasonId};
use crate::scalar::{Run, Scalar};
use crate::scratch::Scratch;
use crate::{
    Case, Date, EvalError, FactRef, FactState, FieldId, Grid, GridState, GridVersion, MotifCode,
    Op, Perimeter, Slot, Value,
};
use source::Span;
use std::sync::Arc;

/// The version a candidate has, or why none.
#[derive(Clone, Copy)]
pub(super) enum Picked<'g> {
    Version(&'g GridVersion),
    None { state: GridState, cause: Cause },
}

/// A choice, with what the missing facts could make of it.
pub(super) struct Pick<'g> {
    pub(super) picked: Picked<'g>,
    /// The version that was looked at, to be named when there are no lines.
    pub(super) named: Option<&'g GridVersion>,
    /// Other versions that missing facts could bring.
    pub(super) others: Vec<&'g GridVersion>,
    /// Whether missing facts could leave the candidate without a version.
    pub(super) may_have_none: bool,
}

/// Whether a version takes a case in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Applies {
    Yes,
    No(MotifCode),
    Unknown(ReasonId),
}

/// Whether it takes it in, now and once the missing facts are known.
#[derive(Clone, Copy, Debug)]
struct Verdict {
    now: Applies,
    may_apply: bool,
    may_not_apply: bool,
}

impl Verdict {
    fn certain(now: Applies) -> Self {
        match now {
            Applies::Yes => Self { now, may_apply: true, may_not_apply: false },
            Applies::No(_) | Applies::Unknown(_) => {
                Self { now, may_apply: false, may_not_apply: true }
            }
        }
    }

    fn open(now: Applies) -> Self {
        Self { now, may_apply: true, may_not_apply: true }
    }
}

/// How versions are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The version in force.
    Policy,
    /// A filling, else the frame alone.
    ClosedFrame,
    /// A filling, else nothing.
    OpenFrame,
}

/// The versions in force of one grid, and the cells of the one looked at last.
pub(super) struct Selection<'g> {
    grid: &'g Grid,
    kind: Kind,
    /// A policy's version, or the frame's own, in force that day.
    base: Option<&'g GridVersion>,
    /// Fillings for every SIREN in force that day.
    for_all: Vec<&'g GridVersion>,
    date: Date,
    cells: Scratch<Scalar>,
    loaded: Option<(&'g GridVersion, (Completeness, Walked))>,
}

impl<'g> Selection<'g> {
    /// Looks at what is in force on a day.
    pub(super) fn new(grid: &'g Grid, date: Date) -> Self {
        let kind = match (grid.open_frame, grid.fillings.is_empty()) {
            (true, _) => Kind::OpenFrame,
            (false, false) => Kind::ClosedFrame,
            (false, true) => Kind::Policy,
        };
        let mut versions = grid.versions.iter().map(Arc::as_ref);
        let base = versions.find(|version| version.period.contains(date));
        let for_all = in_force(grid, &grid.for_all, date).collect();
        Self { grid, kind, base, for_all, date, cells: Scratch::new(), loaded: None }
    }

    /// Looks at one version only, as if it were a policy; a frame with free criteria is nothing by
    /// itself.
    pub(super) fn only(grid: &'g Grid, version: &'g GridVersion, date: Date) -> Self {
        let alone = grid.open_frame && version.filling.is_none();
        let kind = if alone { Kind::OpenFrame } else { Kind::Policy };
        let base = Some(version).filter(|version| version.period.contains(date));
        let (for_all, cells) = (Vec::new(), Scratch::new());
        Self { grid, kind, base, for_all, date, cells, loaded: None }
    }

    /// Returns the cells of the version loaded last.
    pub(super) fn cells(&self) -> &[Scalar] {
        &self.cells
    }

    /// Computes what is read of a version's first stage for the case being looked at, unless it is
    /// loaded already.
    pub(super) fn load(
        &mut self,
        run: &mut Run<'_>,
        version: &'g GridVersion,
        case: &Case,
    ) -> (Completeness, Walked) {
        match self.loaded {
            Some((held, loaded)) if std::ptr::eq(held, version) => loaded,
            Some(_) | None => {
                let code = (&version.code, Wishes::Grid(version));
                let loaded = read_stage(run, code, case, &[], &mut self.cells);
                self.loaded = Some((version, loaded));
                loaded
            }
        }
    }
}

impl<'g> Selection<'g> {
    /// Chooses a candidate's version.
    pub(super) fn pick(&mut self, run: &mut Run<'_>, case: &Case) -> Pick<'g> {
        self.loaded = None;
        match self.kind {
            Kind::Policy => self.pick_base(run, case),
            Kind::ClosedFrame | Kind::OpenFrame => self.pick_filling(run, case),
        }
    }

    fn pick_base(&mut self, run: &mut Run<'_>, case: &Case) -> Pick<'g> {
        let Some(version) = self.base else {
            let code = MotifCode::NotEstablished;
            return Pick::none(GridState::NotEstablished, Cause::Plain(code), None);
        };
        let verdict = self.verdict(run, version, case);
        let others = if verdict.may_apply { vec![version] } else { Vec::new() };
        match verdict.now {
            Applies::Yes => Pick {
                picked: Picked::Version(version),
                named: Some(version),
                others: Vec::new(),
                may_have_none: verdict.may_not_apply,
            },
            Applies::No(code) => {
                let why = Cause::Plain(code);
                Pick { others, ..Pick::none(GridState::NotApplicable, why, Some(version)) }
            }
            Applies::Unknown(reason) => {
                let why = Cause::Unknown(reason);
                Pick { others, ..Pick::none(GridState::Indeterminate, why, Some(version)) }
            }
        }
    }

    fn pick_filling(&mut self, run: &mut Run<'_>, case: &Case) -> Pick<'g> {
        let siren = self.siren(run, case);
        let mut considered = self.for_all.clone();
        if let Siren::Known(siren) = &siren
            && let Some(indexes) = self.grid.by_siren.get(siren.as_ref())
        {
            considered.extend(in_force(self.grid, indexes, self.date));
        }
        let mut verdicts = Vec::with_capacity(considered.len());
        for version in considered {
            verdicts.push((version, self.verdict(run, version, case)));
        }
        let mut possible: Vec<&'g GridVersion> = verdicts
            .iter()
            .filter(|(_, verdict)| verdict.now != Applies::Yes && verdict.may_apply)
            .map(|(version, _)| *version)
            .collect();
        if let Siren::Missing(_) = siren {
            let grid = self.grid;
            let all = grid.by_siren.values().flatten();
            let fillings = all.filter_map(|index| grid.fillings.get(*index as usize));
            let fillings = fillings.map(Arc::as_ref);
            for filling in fillings.filter(|filling| filling.period.contains(self.date)) {
                if !possible.iter().any(|held| std::ptr::eq(*held, filling)) {
                    possible.push(filling);
                }
            }
        }
        let mut applying = verdicts.iter().filter(|(_, verdict)| verdict.now == Applies::Yes);
        match (applying.next(), applying.next()) {
            (Some((version, verdict)), None) => {
                let may_have_none = verdict.may_not_apply || !possible.is_empty();
                let others = if verdict.may_not_apply {
                    possible.extend(self.base.filter(|_| self.kind == Kind::ClosedFrame));
                    possible
                } else {
                    Vec::new()
                };
                let picked = Picked::Version(version);
                Pick { picked, named: Some(version), others, may_have_none }
            }
            (Some((first, a)), Some((second, b))) => {
                let reason = failure(run, EvalError::TwoFillings, Span::default());
                let why = Cause::Unknown(reason);
                if a.may_not_apply || b.may_not_apply {
                    possible.extend([*first, *second]);
                } else {
                    possible.clear();
                }
                Pick { others: possible, ..Pick::none(GridState::Indeterminate, why, None) }
            }
            (None, _) => self.without_filling(run, case, &verdicts, possible, &siren),
        }
    }

    fn without_filling(
        &mut self,
        run: &mut Run<'_>,
        case: &Case,
        verdicts: &[(&'g GridVersion, Verdict)],
        possible: Vec<&'g GridVersion>,
        siren: &Siren,
    ) -> Pick<'g> {
        if self.kind == Kind::ClosedFrame {
            let mut pick = self.pick_base(run, case);
            pick.others.extend(possible);
            return pick;
        }
        let mut unknown = None;
        let mut excluded = None;
        for (version, verdict) in verdicts {
            match verdict.now {
                Applies::Yes => {}
                Applies::Unknown(reason) => {
                    unknown = Some(match unknown {
                        Some(before) => run.reasons.both(before, reason),
                        None => reason,
                    });
                }
                Applies::No(MotifCode::OutsidePopulation) => {
                    excluded = Some((MotifCode::OutsidePopulation, Some(*version)));
                }
                Applies::No(code) => excluded = excluded.or(Some((code, None))),
            }
        }
        if let (None, Siren::Missing(reason) | Siren::Unknown(reason)) = (unknown, siren)
            && !self.grid.by_siren.is_empty()
        {
            unknown = Some(*reason);
        }
        let none = match (unknown, excluded) {
            (Some(reason), _) => Pick::none(GridState::Indeterminate, Cause::Unknown(reason), None),
            (None, Some((code, version))) => {
                Pick::none(GridState::NotApplicable, Cause::Plain(code), version)
            }
            (None, None) => {
                let why = Cause::Plain(MotifCode::NotEstablished);
                Pick::none(GridState::NotEstablished, why, None)
            }
        };
        Pick { others: possible, ..none }
    }

    fn siren(&self, run: &mut Run<'_>, case: &Case) -> Siren {
        let Some(field) = self.grid.siren else { return Siren::None };
        let fact = FactRef::Field(field);
        match case.facts.get(&field).map(|fact| &fact.state) {
            Some(FactState::Known(Value::Text(siren))) => Siren::Known(Arc::clone(siren)),
            Some(FactState::Known(_)) => Siren::None,
            Some(FactState::Withheld) => Siren::Unknown(run.reasons.one(Reason::Withheld(fact))),
            Some(FactState::Missing) | None => {
                Siren::Missing(run.reasons.one(Reason::Missing(fact)))
            }
        }
    }

    /// Decides whether a version takes a case in. The perimeter comes first: most fillings end
    /// there, and it needs no walk when it is a plain fact.
    fn verdict(&mut self, run: &mut Run<'_>, version: &'g GridVersion, case: &Case) -> Verdict {
        let inside = match &version.perimeter {
            None => Verdict::certain(Applies::Yes),
            Some((perimeter, slot)) => self.inside(run, version, (perimeter, *slot), case),
        };
        let (Some(slot), true) = (version.applies, inside.may_apply || inside.is_unknown()) else {
            return inside;
        };
        let population = self.population(run, version, slot, case);
        let now = match (inside.now, population.now) {
            (Applies::No(code), _) | (_, Applies::No(code)) => Applies::No(code),
            (Applies::Unknown(a), Applies::Unknown(b)) => Applies::Unknown(run.reasons.both(a, b)),
            (Applies::Unknown(reason), Applies::Yes) | (Applies::Yes, Applies::Unknown(reason)) => {
                Applies::Unknown(reason)
            }
            (Applies::Yes, Applies::Yes) => Applies::Yes,
        };
        Verdict {
            now,
            may_apply: inside.may_apply && population.may_apply,
            may_not_apply: inside.may_not_apply || population.may_not_apply,
        }
    }

    fn inside(
        &mut self,
        run: &mut Run<'_>,
        version: &'g GridVersion,
        (perimeter, slot): (&Perimeter, Slot),
        case: &Case,
    ) -> Verdict {
        let op = version.code.ops.get(slot.0 as usize);
        let known = if let Some(Op::Fact(field)) = op {
            plain_code(run, case, *field)
        } else {
            self.computed_code(run, version, slot, case)
        };
        match known {
            Ok(code) if contains(perimeter, &code) => Verdict::certain(Applies::Yes),
            Ok(_) => Verdict::certain(Applies::No(MotifCode::OutsidePerimeter)),
            Err(verdict) => verdict,
        }
    }

    /// Reads a code that an operation gives.
    fn computed_code(
        &mut self,
        run: &mut Run<'_>,
        version: &'g GridVersion,
        slot: Slot,
        case: &Case,
    ) -> Result<Arc<str>, Verdict> {
        let (completeness, _) = self.load(run, version, case);
        let held = Sheet { cells: &self.cells, case }.get(slot);
        if let Some(Value::Text(code)) = run.value(held) {
            return Ok(code);
        }
        let reason = match run.stops(held, Span::default()) {
            Some(reason) => reason,
            None => failure(run, EvalError::IllTyped, Span::default()),
        };
        let unknown = Applies::Unknown(reason);
        Err(match completeness {
            Completeness::Incomplete => Verdict::open(unknown),
            Completeness::Complete => Verdict::certain(unknown),
        })
    }

    fn population(
        &mut self,
        run: &mut Run<'_>,
        version: &'g GridVersion,
        slot: Slot,
        case: &Case,
    ) -> Verdict {
        let (completeness, _) = self.load(run, version, case);
        let sheet = Sheet { cells: &self.cells, case };
        let now = match sheet.truth(run, slot, Span::default()) {
            Ok(true) => Applies::Yes,
            Ok(false) => Applies::No(MotifCode::OutsidePopulation),
            Err(reason) => Applies::Unknown(reason),
        };
        if completeness == Completeness::Complete {
            return Verdict::certain(now);
        }
        let columns = PoolColumns::new();
        let candidate = Candidate {
            case,
            cells: &self.cells,
            columns: &columns,
            membership: Membership::Out,
            totals: &[],
        };
        let reach = candidate_reach(run, &version.code, candidate);
        let truth = reach.at(slot);
        Verdict {
            now,
            may_apply: truth.can_be_true(),
            may_not_apply: truth.can_be_false()
                || truth.can_be_unknown()
                || truth.can_have_no_value(),
        }
    }
}

/// The employer's SIREN of a case.
enum Siren {
    /// The frame does not look at it.
    None,
    Known(Arc<str>),
    Missing(ReasonId),
    /// Withheld.
    Unknown(ReasonId),
}

impl<'g> Pick<'g> {
    fn none(state: GridState, cause: Cause, named: Option<&'g GridVersion>) -> Self {
        let picked = Picked::None { state, cause };
        Self { picked, named, others: Vec::new(), may_have_none: true }
    }
}

impl Verdict {
    fn is_unknown(self) -> bool {
        match self.now {
            Applies::Unknown(_) => true,
            Applies::Yes | Applies::No(_) => false,
        }
    }
}

/// Reads a code held by a plain fact.
fn plain_code(run: &mut Run<'_>, case: &Case, field: FieldId) -> Result<Arc<str>, Verdict> {
    let fact = FactRef::Field(field);
    match case.facts.get(&field).map(|fact| &fact.state) {
        Some(FactState::Known(Value::Text(code))) => Ok(Arc::clone(code)),
        Some(FactState::Known(_)) => {
            let reason = failure(run, EvalError::IllTyped, Span::default());
            Err(Verdict::certain(Applies::Unknown(reason)))
        }
        Some(FactState::Withheld) => {
            let reason = run.reasons.one(Reason::Withheld(fact));
            Err(Verdict::certain(Applies::Unknown(reason)))
        }
        Some(FactState::Missing) | None => {
            let reason = run.reasons.one(Reason::Missing(fact));
            Err(Verdict::open(Applies::Unknown(reason)))
        }
    }
}

/// Tells whether a perimeter holds a code; codes compare letter by letter.
fn contains(perimeter: &Perimeter, code: &str) -> bool {
    let among = |ranges: &[(String, String)]| {
        ranges.iter().any(|(first, last)| first.as_str() <= code && code <= last.as_str())
    };
    (perimeter.included.is_empty() || among(&perimeter.included)) && !among(&perimeter.excluded)
}

fn in_force<'g>(
    grid: &'g Grid,
    indexes: &'g [u32],
    date: Date,
) -> impl Iterator<Item = &'g GridVersion> {
    let fillings = indexes.iter().filter_map(|index| grid.fillings.get(*index as usize));
    let fillings = fillings.map(Arc::as_ref);
    fillings.filter(move |filling| filling.period.contains(date))
}
