//! Kernels: all the rules that a row meets on a day, as one flat code over whole numbers.
//!
//! A kernel is made for a day and for the fillings of a company: facts in, points, states, totals,
//! eligibility and keys out. The same instructions are walked over one row or over blocks of rows. It says
//! nothing of its own: a row of which a fact is not known, or of which something leaves 64 bits, is marked,
//! and evaluated by [`crate::Plans`].

mod block;
mod build;
mod code;
mod fuse;
mod inputs;
mod lane;
mod lines;
mod narrow;
mod node;
mod pools;
mod scalar;
mod settled;
mod single;
mod translate;
mod watched;

pub(crate) use block::{Blocks, Lanes, ROWS};
pub(crate) use build::{Key, Rows, Watch, grid_state};
pub(crate) use inputs::{Input, range_of};
pub(crate) use lane::Lane;
pub(crate) use lines::{state_of, truth_of};
pub(crate) use pools::{Placed, Pool as PoolRows, compare, order};
pub use single::{Single, SingleRow};
pub use watched::Recorded;

use crate::plan::days;
use crate::plan::facts::place_of;
use crate::{Date, FieldId, GridVersion, Program, ProofGate, RankingVersion};
use build::{Built, Compared, ComparedKind, Wanted};
pub(crate) use code::Code;
use code::Layout;
use node::Id;
use std::sync::Arc;
use watched::Watched;

/// A number as one of the outputs of a code, in parts of a denominator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) register: u8,
    pub(crate) parts: i64,
}

/// A line of a grid as outputs.
#[derive(Clone, Debug)]
pub(crate) struct LineOut {
    pub(crate) id: String,
    pub(crate) points: Output,
    /// Absent unless asked.
    pub(crate) state: Option<u8>,
}

/// A grid as outputs.
#[derive(Clone, Debug)]
pub(crate) struct GridOut {
    pub(crate) state: u8,
    pub(crate) points: Output,
    pub(crate) lines: Vec<LineOut>,
}

/// The comparisons of candidates of a stage, and the code that they need.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) code: Code,
    /// With the place of each among those of the kernel.
    pub(crate) compared: Vec<(u32, Compared<u8>)>,
    /// Whether each row is eligible, where it is asked.
    pub(crate) eligible: Option<u8>,
}

/// All the rules that a row meets on a day when it is a pool of its own: its facts come first among
/// registers, then what comparisons give, then what comes out.
#[derive(Clone, Debug)]
pub(crate) struct Alone {
    /// With the range in which the code takes each.
    facts: Vec<(FieldId, (i64, i64))>,
    /// None where nothing reads what comparisons give.
    stages: Vec<Stage>,
    /// By comparison of candidates, the register of what it gives; absent where nothing reads it.
    given: Vec<Option<u8>>,
    code: Code,
    /// What comes out, and in how many parts of a point it is counted.
    outputs: Vec<(SingleRow, i64)>,
    watched: Vec<Watched<u8>>,
}

/// All the rules that a row meets on a day.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub(crate) inputs: Vec<Input>,
    pub(crate) gates: Vec<ProofGate>,
    /// Facts that must be known.
    pub(crate) known: Vec<FieldId>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) code: Code,
    pub(crate) eligible: u8,
    pub(crate) total: Output,
    pub(crate) keys: Vec<Key<u8>>,
    pub(crate) grids: Vec<GridOut>,
    /// Whether what is compared depends on who applies.
    pub(crate) depends: bool,
    /// The ranges that some facts must keep to for lanes of 32 bits to be enough, where they may be.
    pub(crate) narrow: Option<Vec<(FieldId, (i64, i64))>>,
}

impl Kernel {
    /// Tells whether another compares candidates as this one does, and counts totals alike: rows of both can be
    /// ranked together.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let stages = |kernel: &Self| {
            let stages = kernel.stages.iter();
            stages.map(|stage| stage.compared.iter().map(|one| one.0).collect()).collect()
        };
        let (own, its): (Vec<Vec<u32>>, Vec<Vec<u32>>) = (stages(self), stages(other));
        own == its
            && self.total.parts == other.total.parts
            && self.keys.len() == other.keys.len()
            && self.keys.iter().zip(&other.keys).all(|(own, its)| own.is_like(*its))
    }

    /// Returns the greatest rank that matters: what a comparison of candidates gives beyond it changes nothing.
    pub(crate) fn greatest_rank(&self, compared: u32) -> i64 {
        let read = self.inputs.iter().position(|input| *input == Input::Given(compared));
        let codes = self.stages.iter().map(|stage| &stage.code).chain([&self.code]);
        let settled = codes.filter_map(|code| code.settled.get(read?)).max();
        settled.copied().unwrap_or(i64::MIN).max(1)
    }

    /// Lists the registers of the keys of the order.
    pub(crate) fn key_registers(&self) -> impl Iterator<Item = u8> {
        self.keys.iter().filter_map(|key| match key {
            Key::Register(register, _) => Some(*register),
            Key::Total | Key::Text(_) | Key::None => None,
        })
    }
}

/// What a kernel is made for.
pub(crate) struct For<'p> {
    pub(crate) program: &'p Program,
    pub(crate) ranking: &'p RankingVersion,
    pub(crate) date: Date,
    pub(crate) texts: Arc<[Arc<str>]>,
    /// By grid of the ranking, the fillings that a row may have.
    pub(crate) fillings: Vec<Vec<&'p GridVersion>>,
    pub(crate) rows: Rows,
}

impl Kernel {
    /// Makes a kernel for the rows of pools, which says the states of lines where they are asked. Absent: the
    /// rules have something that no kernel says.
    pub(crate) fn new(of: For<'_>, states: bool) -> Option<Self> {
        Finishing::new(of)?.kernel(states)
    }
}

impl Alone {
    /// Makes a kernel for rows that are alone. Absent: as for those of pools, or proofs are asked.
    pub(crate) fn new(of: For<'_>) -> Option<Self> {
        Finishing::new(of)?.alone()
    }
}

/// Nodes becoming code.
struct Finishing {
    built: Built,
    rows: Rows,
    /// The greatest number that stands for a text.
    texts: i64,
    /// The node of what is always so.
    always: Id,
}

/// Nodes that are wanted, each with its place among them.
#[derive(Default)]
struct Wishes(Vec<Id>);

impl Wishes {
    fn want(&mut self, id: Id) -> usize {
        self.0.push(id);
        self.0.len() - 1
    }
}

impl Finishing {
    fn new(of: For<'_>) -> Option<Self> {
        let today = days::packed(of.date)?;
        let For { program, ranking, date, texts, fillings, rows } = of;
        // What comes after the last text of the rules has less than twice its number.
        let greatest = texts.last().map_or(0, |last| place_of(last, &texts)) * 2;
        let wanted = Wanted { program, ranking, date, today, texts, fillings, rows };
        let mut built = build::build(&wanted)?;
        let always = built.building.nodes.truth(true);
        Some(Self { built, rows, texts: greatest, always })
    }

    fn kernel(self, states: bool) -> Option<Kernel> {
        let mut stages = self.stages(Layout::Blocks)?;
        let built = &self.built;
        let mut wishes = Wishes::default();
        let (eligible, total) = (wishes.want(built.eligible), wishes.want(built.total.node));
        let keys = built.keys.iter().map(|key| key.map(&mut |id| wishes.want(id)));
        let keys: Vec<Key<usize>> = keys.collect();
        let mut grids = Vec::new();
        for grid in &built.grids {
            let mut lines = Vec::new();
            for line in &grid.lines {
                let state = states.then(|| wishes.want(line.state));
                lines.push((wishes.want(line.points.node), state));
            }
            grids.push((wishes.want(grid.state), wishes.want(grid.points.node), lines));
        }
        let mut code = self.code(built.building.required, &wishes, Layout::Blocks)?;
        let codes: Vec<&Code> = stages.iter().map(|stage| &stage.code).chain([&code]).collect();
        let (nodes, inputs) = (&built.building.nodes, &built.building.inputs);
        let narrow = narrow::narrow(nodes, inputs, &codes, self.texts);
        for code in stages.iter_mut().map(|stage| &mut stage.code).chain([&mut code]) {
            code.computed = Vec::new();
        }
        let at = |place: usize| code.outputs.get(place).copied().unwrap_or_default();
        let output = |place: usize, parts: i64| Output { register: at(place), parts };
        let grids = grids.into_iter().zip(&built.grids).map(|((state, points, lines), held)| {
            let lines = lines.into_iter().zip(&held.lines).map(|((points, state), line)| LineOut {
                id: line.id.clone(),
                points: output(points, line.points.parts),
                state: state.map(at),
            });
            let lines = lines.collect();
            GridOut { state: at(state), points: output(points, held.points.parts), lines }
        });
        Some(Kernel {
            inputs: built.building.inputs.all.clone(),
            gates: built.gates.clone(),
            known: built.known.clone(),
            stages,
            eligible: at(eligible),
            total: output(total, built.total.parts),
            keys: keys.iter().map(|key| key.map(&mut |place: usize| at(place))).collect(),
            grids: grids.collect(),
            depends: built.compared.iter().any(Compared::is_of_eligible),
            narrow,
            code,
        })
    }

    fn code(&self, whole: Id, wishes: &Wishes, layout: Layout<'_>) -> Option<Code> {
        Code::new(&self.built.building.nodes, whole, &wishes.0, layout)
    }

    /// Makes the codes of what the comparisons of candidates read.
    fn stages(&self, layout: Layout<'_>) -> Option<Vec<Stage>> {
        let last = self.built.compared.iter().map(|one| one.stage).max().unwrap_or(0);
        (1..=last).map(|stage| self.stage(stage, layout)).collect()
    }

    fn stage(&self, stage: usize, layout: Layout<'_>) -> Option<Stage> {
        let built = &self.built;
        let mut wishes = Wishes::default();
        let own = (0_u32..).zip(&built.compared).filter(|(_, one)| one.stage == stage);
        let own = own.map(|(place, one)| (place, one.map(&mut |id| wishes.want(id))));
        let own: Vec<_> = own.collect();
        let asks = own.iter().any(|(_, one)| one.is_of_eligible());
        let eligible = asks.then(|| wishes.want(built.eligible));
        let code = self.code(self.always, &wishes, layout)?;
        let mut at = |place: usize| code.outputs.get(place).copied().unwrap_or_default();
        let compared = own.iter().map(|(place, one)| (*place, one.map(&mut at))).collect();
        let eligible = eligible.map(at);
        Some(Stage { code, compared, eligible })
    }

    fn alone(self) -> Option<Alone> {
        let built = &self.built;
        if !built.gates.is_empty() {
            return None;
        }
        let inputs = &built.building.inputs.all;
        let registers = single::registers(inputs)?;
        let layout = Layout::OneRow(&registers);
        let (mut wishes, mut outputs) = (Wishes::default(), Vec::new());
        for (place, grid) in built.grids.iter().enumerate() {
            for line in &grid.lines {
                wishes.want(line.points.node);
                outputs.push((SingleRow::Line(place, line.id.clone()), line.points.parts));
            }
            wishes.want(grid.points.node);
            outputs.push((SingleRow::Grid(place), grid.points.parts));
        }
        wishes.want(built.total.node);
        wishes.want(built.eligible);
        outputs.extend([(SingleRow::Total, built.total.parts), (SingleRow::Eligible, 1)]);
        let under_watch = match self.rows {
            Rows::OfPools | Rows::Alone(Watch::Nothing) => &[][..],
            Rows::Alone(Watch::Everything) => &built.watched,
        };
        let mut kept = Vec::new();
        for code in under_watch {
            code.each(&mut |id| kept.push(id));
        }
        let (nodes, whole) = (&built.building.nodes, built.building.required);
        let code = Code::keeping(nodes, whole, (&wishes.0, &kept), layout)?;
        let mut next = code.kept.iter().copied();
        let mut register = |_| next.next().unwrap_or_default();
        let watched = under_watch.iter().map(|code| code.map(&mut register)).collect();
        let facts = inputs.iter().filter_map(|input| match input {
            Input::Fact(field) => Some((*field, built.building.inputs.range(*field))),
            Input::Short(_) | Input::Given(_) => None,
        });
        let compared = 0..u32::try_from(built.compared.len()).ok()?;
        let given = compared.map(|place| {
            let at = inputs.iter().position(|input| *input == Input::Given(place))?;
            registers.get(at).copied()
        });
        let (facts, given): (_, Vec<_>) = (facts.collect(), given.collect());
        let is_read = given.iter().any(Option::is_some);
        let stages = if is_read { self.stages(layout)? } else { Vec::new() };
        Some(Alone { facts, stages, given, code, outputs, watched })
    }
}

impl<R: Copy> Key<R> {
    fn is_like(self, other: Self) -> bool {
        match (self, other) {
            (Self::Total, Self::Total) | (Self::None, Self::None) => true,
            (Self::Register(_, own), Self::Register(_, its)) => own == its,
            (Self::Text(own), Self::Text(its)) => own == its,
            (Self::Total | Self::None | Self::Register(..) | Self::Text(_), _) => false,
        }
    }

    fn map<S>(self, f: &mut impl FnMut(R) -> S) -> Key<S> {
        match self {
            Self::Total => Key::Total,
            Self::Register(register, shape) => Key::Register(f(register), shape),
            Self::Text(field) => Key::Text(field),
            Self::None => Key::None,
        }
    }
}

impl<R: Copy> Compared<R> {
    fn map<S>(self, f: &mut impl FnMut(R) -> S) -> Compared<S> {
        let kind = match self.kind {
            ComparedKind::Rank(key, direction) => ComparedKind::Rank(f(key), direction),
            ComparedKind::Fold { fold, filter, value } => {
                ComparedKind::Fold { fold, filter: filter.map(&mut *f), value: value.map(f) }
            }
        };
        Compared { stage: self.stage, population: self.population, kind }
    }

    fn is_of_eligible(&self) -> bool {
        match self.population {
            crate::Population::Eligible => true,
            crate::Population::Everyone => false,
        }
    }
}

#[cfg(test)]
mod tests;
