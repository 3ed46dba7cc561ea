//! A kernel from a program: the versions that a row may have, the lines of each, totals, eligibility,
//! keys, and what each comparison of candidates compares.

use super::inputs::{Input, Inputs};
use super::lines::{Drafting, Line};
use super::node::Id;
use super::pools::GREATEST_RANK;
use super::translate::{Amount, Building, Translation};
use super::watched::Watched;
use crate::plan::code::{Place, PlannedCode, Shape};
use crate::plan::lower::lower_whole;
use crate::{
    Code, Criterion, Date, Direction, FieldId, Fold, Grid, GridState, GridVersion, Op,
    OrderKeyKind, Part, Perimeter, Population, Program, ProofGate, RankingVersion, Slot, Type,
    ValidationGate, Value,
};
use std::sync::Arc;

/// Numbers the states of grids.
pub(super) fn grid_code(state: GridState) -> i64 {
    match state {
        GridState::Established => 0,
        GridState::NotEstablished => 1,
        GridState::NotApplicable => 2,
        GridState::Indeterminate => 3,
    }
}

/// Reads a grid's state back.
pub(crate) fn grid_state(code: i64) -> GridState {
    match code {
        0 => GridState::Established,
        1 => GridState::NotEstablished,
        2 => GridState::NotApplicable,
        _ => GridState::Indeterminate,
    }
}

/// A comparison of candidates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compared<R> {
    /// From 1: after how many others it comes.
    pub(super) stage: usize,
    pub(super) population: Population,
    pub(super) kind: ComparedKind<R>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum ComparedKind<R> {
    Rank(R, Direction),
    Fold { fold: Fold, filter: Option<R>, value: Option<R> },
}

/// A key of the order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key<R> {
    Total,
    Register(R, Shape),
    /// The text of a fact.
    Text(FieldId),
    /// The same for all.
    None,
}

/// A grid as nodes.
#[derive(Clone, Debug)]
pub(super) struct GridNodes {
    pub(super) state: Id,
    pub(super) points: Amount,
    pub(super) lines: Vec<Line>,
}

/// All that is wanted of a row, as nodes.
pub(super) struct Built {
    pub(super) building: Building,
    pub(super) gates: Vec<ProofGate>,
    /// Facts that must be known, whether or not they are read.
    pub(super) known: Vec<FieldId>,
    pub(super) compared: Vec<Compared<Id>>,
    pub(super) grids: Vec<GridNodes>,
    pub(super) total: Amount,
    pub(super) eligible: Id,
    pub(super) keys: Vec<Key<Id>>,
    /// Every code, when each of its operations is watched.
    pub(super) watched: Vec<Watched<Id>>,
}

/// The most versions of one grid among which a row may choose.
const CHOICES: usize = 8;

/// Which operations of the rules can be read once a row is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watch {
    /// None: what comes out alone.
    Nothing,
    Everything,
}

/// Which rows a kernel is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// Those of pools, compared with one another.
    OfPools,
    /// Each a pool of its own.
    Alone(Watch),
}

impl Rows {
    fn watch(self) -> Watch {
        match self {
            Self::OfPools => Watch::Nothing,
            Self::Alone(watch) => watch,
        }
    }
}

impl Watch {
    /// Lists the slots of a code that are watched: those that nodes can say, of facts that slots can.
    fn slots(self, program: &Program, code: &Code) -> Vec<Slot> {
        let is_text = |field: &FieldId| {
            let ty = program.schema.field(*field).map(|def| def.ty);
            matches!(ty, Some(Type::Text | Type::Code))
        };
        let mut said: Vec<bool> = Vec::with_capacity(code.ops.len());
        for op in &code.ops {
            let mut is_said = match op {
                Op::FoldList { .. } | Op::ItemFact { .. } | Op::Call(..) | Op::GridTotal(_) => {
                    false
                }
                Op::Fact(field) | Op::SharedFact { field, .. } => !is_text(field),
                _ => true,
            };
            op.each_operand(&mut |slot| is_said &= said.get(slot.0 as usize) == Some(&true));
            said.push(is_said && self == Self::Everything);
        }
        let slots = (0..).map(Slot).zip(said);
        slots.filter_map(|(slot, said)| said.then_some(slot)).collect()
    }
}

/// What a kernel is made for.
pub(super) struct Wanted<'p> {
    pub(super) program: &'p Program,
    pub(super) ranking: &'p RankingVersion,
    pub(super) date: Date,
    pub(super) today: i64,
    pub(super) texts: Arc<[Arc<str>]>,
    /// By grid of the ranking, the fillings of the row's company.
    pub(super) fillings: Vec<Vec<&'p GridVersion>>,
    pub(super) rows: Rows,
}

/// Builds a kernel. Absent: something has no node.
pub(super) fn build(wanted: &Wanted<'_>) -> Option<Built> {
    let inputs = Inputs::new(&wanted.program.schema);
    let building = Building::new(inputs, wanted.today);
    let zero = Amount { node: 0, parts: 1 };
    let mut built = Built {
        building,
        gates: Vec::new(),
        known: Vec::new(),
        compared: Vec::new(),
        grids: Vec::new(),
        total: zero,
        eligible: 0,
        keys: Vec::new(),
        watched: Vec::new(),
    };
    let none = built.building.nodes.set(0);
    built.total = Amount { node: none, parts: 1 };
    for (id, fillings) in wanted.ranking.grids.iter().zip(&wanted.fillings) {
        let grid = wanted.program.grids.get(*id as usize)?;
        let nodes = built.grid(wanted, grid, fillings)?;
        let (a, b, parts) = built.building.common(built.total, nodes.points)?;
        built.total = Amount { node: built.building.nodes.add(a, b), parts };
        built.grids.push(nodes);
    }
    built.ranking(wanted)?;
    Some(built)
}

/// A version with where it is the row's, and its lines there.
struct Version {
    applies: Id,
    lines: Vec<Line>,
    points: Amount,
}

/// Who a version is for, and where its code matters.
struct Taken<'b> {
    code: Translation<'b>,
    applies: Id,
}

impl Built {
    fn grid(
        &mut self,
        wanted: &Wanted<'_>,
        grid: &Grid,
        fillings: &[&GridVersion],
    ) -> Option<GridNodes> {
        let in_force = |version: &&GridVersion| version.period.contains(wanted.date);
        let base = grid.versions.iter().map(Arc::as_ref).find(in_force);
        let is_frame = grid.open_frame || !grid.fillings.is_empty();
        let mut fillings: Vec<&GridVersion> = if is_frame { fillings.to_vec() } else { Vec::new() };
        fillings.retain(|version| in_force(version));
        let apart = !grid.by_siren.is_empty();
        if fillings.len() > CHOICES
            || (apart && fillings.iter().any(|version| version.code.reads_pool()))
        {
            return None;
        }
        let nodes = &mut self.building.nodes;
        let (mut some, mut versions) = (nodes.truth(false), Vec::new());
        for version in &fillings {
            let own = self.version(wanted, grid, version)?;
            let nodes = &mut self.building.nodes;
            // Two fillings are an error, with its words.
            let both = nodes.and(some, own.applies);
            let apart = nodes.not(both);
            let always = nodes.truth(true);
            self.building.require(always, apart);
            some = self.building.nodes.or(some, own.applies);
            versions.push(own);
        }
        let without = match (is_frame && grid.open_frame, base, fillings.is_empty()) {
            (true, _, false) => GridState::NotApplicable,
            (true, _, true) | (false, None, _) => GridState::NotEstablished,
            (false, Some(_), _) => GridState::NotApplicable,
        };
        if let (false, Some(version)) = (grid.open_frame, base) {
            let mut own = self.version(wanted, grid, version)?;
            let free = self.building.nodes.not(some);
            own.applies = self.building.nodes.and(own.applies, free);
            some = self.building.nodes.or(some, own.applies);
            versions.push(own);
        }
        self.chosen(versions, some, without)
    }

    /// Joins the versions of which a row has one at most.
    fn chosen(
        &mut self,
        versions: Vec<Version>,
        some: Id,
        without: GridState,
    ) -> Option<GridNodes> {
        let nodes = &mut self.building.nodes;
        let established = nodes.set(grid_code(GridState::Established));
        let none = nodes.set(grid_code(without));
        let state = nodes.select(some, established, none);
        let mut points = Amount { node: nodes.set(0), parts: 1 };
        let mut lines: Vec<Line> = Vec::new();
        for version in versions {
            points = self.added(points, version.points, version.applies)?;
            for line in version.lines {
                let state = self.building.nodes.keep(version.applies, line.state);
                let zero = Amount { node: self.building.nodes.set(0), parts: 1 };
                let own = self.added(zero, line.points, version.applies)?;
                match lines.iter().position(|held| held.id == line.id) {
                    Some(at) => {
                        let before = lines.get(at)?.clone();
                        let always = self.building.nodes.truth(true);
                        let points = self.added(before.points, own, always)?;
                        let state = self.building.nodes.add(before.state, state);
                        *lines.get_mut(at)? = Line { points, state, ..before };
                    }
                    None => lines.push(Line { points: own, state, ..line }),
                }
            }
        }
        Some(GridNodes { state, points, lines })
    }

    fn added(&mut self, sum: Amount, more: Amount, applies: Id) -> Option<Amount> {
        let more = Amount { node: self.building.nodes.keep(applies, more.node), ..more };
        let (a, b, parts) = self.building.common(sum, more)?;
        Some(Amount { node: self.building.nodes.add(a, b), parts })
    }

    /// Drafts a version.
    fn version(
        &mut self,
        wanted: &Wanted<'_>,
        grid: &Grid,
        version: &GridVersion,
    ) -> Option<Version> {
        let slots = SlotsOf::version(version);
        // Candidates are compared, and operations watched, behind a closed gate too.
        let compares = version.code.reads_pool() || wanted.rows.watch() == Watch::Everything;
        let gate = slots.gate.filter(|_| !compares);
        let mut after = slots.after.clone();
        after.extend(slots.gate.filter(|_| compares));
        after.extend(compared_slots(&version.code));
        after.extend(wanted.rows.watch().slots(wanted.program, &version.code));
        let lowered = (slots.early.as_slice(), gate, after.as_slice());
        let (date, texts) = (wanted.date, &wanted.texts);
        let (planned, places) = lower_whole(wanted.program, &version.code, date, lowered, texts)?;
        let first = self.given(&version.code, &planned);
        self.known(&planned);
        let always = self.building.nodes.truth(true);
        let rows = wanted.rows;
        let given = |at: u32| given_of(&version.code, first, at, rows);
        let code = Translation::new(&mut self.building, &planned, always, &given)?;
        let taken = Taken { applies: always, code };
        let mut drafting =
            Drafting { code: taken.code, places: &places, date, gates: &mut self.gates };
        let mut applies = taken.applies;
        if let Some((perimeter, slot)) = &version.perimeter {
            applies = inside(&mut drafting, &places, perimeter, *slot)?;
        }
        if let Some(slot) = version.applies {
            let own = drafting.truth(slot, applies);
            applies = drafting.building().nodes.and(applies, own);
        }
        if let Some(slot) = slots.gate {
            gated(&mut drafting, &places, slot)?;
        }
        let compared = compared_of(&mut drafting, &version.code, &places)?;
        let slots = drafting.code.said(&places);
        let (lines, points) = drafting.lines(version, applies)?;
        self.compared.extend(compared);
        self.watched.push(Watched { grid: Some(grid.id.clone()), applies, slots });
        Some(Version { applies, lines, points })
    }

    /// Gives a place to each comparison of candidates, and the range of what it gives. Returns the first.
    fn given(&mut self, code: &Code, planned: &PlannedCode) -> u32 {
        let first = self.building.inputs.given.len();
        for (at, op) in (0_u32..).zip(&code.ops) {
            let held = planned.given.iter().find(|given| given.at == at);
            match op {
                Op::Rank { .. } => self.building.inputs.given.push((1, GREATEST_RANK)),
                Op::FoldPool { .. } => {
                    let range = match held.map(|given| given.shape) {
                        Some(Shape::Bool) => (0, 1),
                        Some(Shape::Date) => crate::plan::days::PACKED,
                        Some(Shape::Number(_)) | None => (-(1 << 56), 1 << 56),
                        Some(Shape::Enum | Shape::Text | Shape::Ratio) => (0, 0),
                    };
                    self.building.inputs.given.push(range);
                }
                _ => {}
            }
        }
        u32::try_from(first).unwrap_or(u32::MAX)
    }

    fn known(&mut self, planned: &PlannedCode) {
        for fact in &planned.facts {
            if !self.known.contains(&fact.field) {
                self.known.push(fact.field);
            }
        }
    }

    /// Translates the ranking's code: eligibility and keys.
    fn ranking(&mut self, wanted: &Wanted<'_>) -> Option<()> {
        let ranking = wanted.ranking;
        let mut after: Vec<Slot> =
            ranking.eligibilities.iter().flat_map(|one| criterion_slots(&one.criterion)).collect();
        after.extend(ranking.order.iter().filter_map(|key| match key.key {
            OrderKeyKind::Slot(slot) => Some(slot),
            OrderKeyKind::Total => None,
        }));
        after.extend(wanted.rows.watch().slots(wanted.program, &ranking.code));
        let (date, texts) = (wanted.date, &wanted.texts);
        let (planned, places) =
            lower_whole(wanted.program, &ranking.code, date, (&[], None, &after), texts)?;
        self.known(&planned);
        let always = self.building.nodes.truth(true);
        let code =
            Translation::new(&mut self.building, &planned, always, &|at| Some(Input::Given(at)))?;
        let mut drafting = Drafting { code, places: &places, date, gates: &mut self.gates };
        let (mut all, mut refused) = (always, drafting.building().nodes.truth(false));
        for one in &ranking.eligibilities {
            let (holds, waits) = drafting.condition(&one.criterion, always);
            let nodes = &mut drafting.building().nodes;
            let open = nodes.or(holds, waits);
            let not = nodes.not(open);
            refused = nodes.or(refused, not);
            all = nodes.and(all, holds);
        }
        let nodes = &mut drafting.building().nodes;
        let (no, yes, unknown) = (nodes.set(0), nodes.set(1), nodes.set(2));
        let otherwise = nodes.select(refused, no, unknown);
        // Where no proof is waited for, who is not refused is eligible.
        let spared = nodes.not(refused);
        let eligible = if spared == all { all } else { nodes.select(all, yes, otherwise) };
        let mut keys = Vec::new();
        for key in &ranking.order {
            keys.push(match key.key {
                OrderKeyKind::Total => Key::Total,
                OrderKeyKind::Slot(slot) => key_of(&mut drafting, &ranking.code, &places, slot)?,
            });
        }
        let slots = drafting.code.said(&places);
        (self.eligible, self.keys) = (eligible, keys);
        self.watched.push(Watched { grid: None, applies: always, slots });
        Some(())
    }
}

fn key_of(
    drafting: &mut Drafting<'_, '_>,
    code: &Code,
    places: &[Place],
    slot: Slot,
) -> Option<Key<Id>> {
    match (places.get(slot.0 as usize)?, code.ops.get(slot.0 as usize)?) {
        (Place::Register(_, Shape::Text), Op::Fact(field)) => Some(Key::Text(*field)),
        (Place::Register(_, Shape::Text | Shape::Ratio) | Place::Outside, _) => None,
        (place @ Place::Register(..), _) => {
            let (node, shape) = drafting.code.read(place)?;
            Some(Key::Register(node, shape))
        }
        (Place::Constant(_) | Place::NoValue, _) => Some(Key::None),
    }
}

/// The slots of a version that are read from outside.
struct SlotsOf {
    early: Vec<Slot>,
    gate: Option<Slot>,
    after: Vec<Slot>,
}

impl SlotsOf {
    fn version(version: &GridVersion) -> Self {
        let mut early: Vec<Slot> = version.applies.into_iter().collect();
        early.extend(version.perimeter.as_ref().map(|(_, slot)| *slot));
        let mut after = Vec::new();
        if let ValidationGate::Fact { slot, .. } = version.validation {
            after.push(slot);
        }
        for part in &version.parts {
            match part {
                Part::Criterion(criterion) => after.extend(criterion_slots(criterion)),
                Part::Tranche(tranche) => {
                    after.extend(tranche.criteria.iter().flat_map(criterion_slots));
                }
                Part::Family(family) => {
                    after.extend(family.criteria.iter().flat_map(criterion_slots));
                }
            }
        }
        Self { early, gate: version.sharing.as_ref().map(|sharing| sharing.gate), after }
    }
}

fn criterion_slots(criterion: &Criterion) -> impl Iterator<Item = Slot> {
    let given = criterion.contributions.iter();
    let given = given.flat_map(|given| [Some(given.amount), given.condition]);
    let own = [criterion.condition, criterion.exception, criterion.floor, criterion.cap];
    given.chain(own).flatten()
}

/// Lists what comparisons of candidates read.
fn compared_slots(code: &Code) -> Vec<Slot> {
    let mut slots = Vec::new();
    for op in code.ops.iter().filter(|op| compares(op)) {
        op.each_operand(&mut |slot| slots.push(slot));
    }
    slots
}

fn compares(op: &Op) -> bool {
    matches!(op, Op::Rank { .. } | Op::FoldPool { .. })
}

/// Returns the place of a comparison of candidates among those of the kernel. Absent: it gives the first rank,
/// since a row is alone among everyone.
fn given_of(code: &Code, first: u32, at: u32, rows: Rows) -> Option<Input> {
    let op = code.ops.get(at as usize);
    match (rows, op) {
        (Rows::Alone(_), Some(Op::Rank { population: Population::Everyone, .. })) => None,
        (Rows::OfPools | Rows::Alone(_), _) => {
            let before = code.ops.iter().take(at as usize).filter(|op| compares(op)).count();
            Some(Input::Given(first.saturating_add(u32::try_from(before).unwrap_or(u32::MAX))))
        }
    }
}

/// Reads what each comparison of candidates compares.
fn compared_of(
    drafting: &mut Drafting<'_, '_>,
    code: &Code,
    places: &[Place],
) -> Option<Vec<Compared<Id>>> {
    let mut all = Vec::new();
    for (at, op) in code.ops.iter().enumerate() {
        let stage = code.stages.iter().filter(|start| **start as usize <= at).count();
        let stage = stage.saturating_sub(1);
        let mut read = |slot: &Slot| drafting.code.read(places.get(slot.0 as usize)?);
        match op {
            Op::Rank { key, direction, population } => {
                let (key, shape) = read(key)?;
                if shape == Shape::Text {
                    return None;
                }
                let kind = ComparedKind::Rank(key, *direction);
                all.push(Compared { stage, population: *population, kind });
            }
            Op::FoldPool { fold, population, filter, value } => {
                let filter = filter.as_ref().map(|slot| read(slot).ok_or(())).transpose().ok()?;
                let value = value.as_ref().map(|slot| read(slot).ok_or(())).transpose().ok()?;
                let (filter, value) = (filter.map(|one| one.0), value.map(|one| one.0));
                let kind = ComparedKind::Fold { fold: *fold, filter, value };
                all.push(Compared { stage, population: *population, kind });
            }
            _ => {}
        }
    }
    Some(all)
}

/// A gate that is the same for all and grants nothing closes the code for all.
fn gated(drafting: &mut Drafting<'_, '_>, places: &[Place], gate: Slot) -> Option<()> {
    let place = places.get(gate.0 as usize)?;
    let (level, shape) = drafting.code.read(place)?;
    if !matches!(shape, Shape::Number(_)) {
        return None;
    }
    if !matches!(place, Place::Constant(Value::Number(_)) | Place::Register(..)) {
        return None;
    }
    let open = drafting.building().nodes.at_least(level, 1);
    drafting.code.narrow(open);
    Some(())
}

/// Tells whether a perimeter holds a code.
fn inside(
    drafting: &mut Drafting<'_, '_>,
    places: &[Place],
    perimeter: &Perimeter,
    slot: Slot,
) -> Option<Id> {
    let (code, shape) = drafting.code.read(places.get(slot.0 as usize)?)?;
    if shape != Shape::Text {
        return None;
    }
    let mut among = |ranges: &[(String, String)]| {
        let mut some = drafting.building().nodes.truth(false);
        for (first, last) in ranges {
            let text = |text: &str| Place::Constant(Value::Text(Arc::from(text)));
            let (first, last) =
                (drafting.code.read(&text(first))?.0, drafting.code.read(&text(last))?.0);
            let nodes = &mut drafting.building().nodes;
            let (under, over) = (nodes.less(code, first), nodes.less(last, code));
            let (from, to) = (nodes.not(under), nodes.not(over));
            let within = nodes.and(from, to);
            some = nodes.or(some, within);
        }
        Some(some)
    };
    let (included, excluded) = (among(&perimeter.included)?, among(&perimeter.excluded)?);
    let nodes = &mut drafting.building().nodes;
    let spared = nodes.not(excluded);
    let included = if perimeter.included.is_empty() { nodes.truth(true) } else { included };
    Some(nodes.and(included, spared))
}
