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
mod lines;
mod node;
mod pools;
mod scalar;
mod single;
mod translate;
mod watched;

pub(crate) use block::{Blocks, Lanes, ROWS};
pub(crate) use build::{Key, Watch, grid_state};
pub(crate) use inputs::{Input, range_of};
pub(crate) use lines::{state_of, truth_of};
pub(crate) use pools::{Placed, Pool as PoolRows, compare, order};
pub use single::{Single, SingleRow};
pub use watched::Recorded;

use crate::plan::days;
use crate::{Date, FieldId, GridVersion, Program, ProofGate, RankingVersion};
use build::{Built, Compared, ComparedKind, Wanted};
use code::{Code, Layout};
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

/// What is walked over one row, whose facts come first among registers, then what comparisons give.
#[derive(Clone, Debug)]
struct Alone {
    stages: Vec<Stage>,
    /// Gives the points of each line of each grid, then of the grid; the total; eligibility.
    code: Code,
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
    /// The same for one row.
    alone: Option<Alone>,
    pub(crate) eligible: u8,
    pub(crate) total: Output,
    pub(crate) keys: Vec<Key<u8>>,
    pub(crate) grids: Vec<GridOut>,
    /// Whether what is compared depends on who applies.
    pub(crate) depends: bool,
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
    /// Whether the states of lines are wanted.
    pub(crate) states: bool,
    pub(crate) watch: Watch,
}

impl Kernel {
    /// Makes a kernel. Absent: the rules have something that no kernel says.
    pub(crate) fn new(of: For<'_>) -> Option<Self> {
        let today = days::packed(of.date)?;
        let For { program, ranking, date, texts, fillings, states, watch } = of;
        let wanted = Wanted { program, ranking, date, today, texts, fillings, watch };
        Finishing::new(build::build(&wanted)?, states, watch).finished()
    }
}

/// Nodes becoming code.
struct Finishing {
    built: Built,
    states: bool,
    watch: Watch,
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
    fn new(mut built: Built, states: bool, watch: Watch) -> Self {
        let always = built.building.nodes.truth(true);
        Self { built, states, watch, always }
    }

    fn finished(self) -> Option<Kernel> {
        let stages = self.stages(Layout::Blocks)?;
        let built = &self.built;
        let mut wishes = Wishes::default();
        let (eligible, total) = (wishes.want(built.eligible), wishes.want(built.total.node));
        let keys = built.keys.iter().map(|key| key.map(&mut |id| wishes.want(id)));
        let keys: Vec<Key<usize>> = keys.collect();
        let mut grids = Vec::new();
        for grid in &built.grids {
            let mut lines = Vec::new();
            for line in &grid.lines {
                let state = self.states.then(|| wishes.want(line.state));
                lines.push((wishes.want(line.points.node), state));
            }
            grids.push((wishes.want(grid.state), wishes.want(grid.points.node), lines));
        }
        let code = self.code(built.building.required, &wishes, Layout::Blocks)?;
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
            alone: self.alone(),
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

    /// Makes the code of one row. Absent: too many registers.
    fn alone(&self) -> Option<Alone> {
        let built = &self.built;
        let registers = single::registers(&built.building.inputs.all)?;
        let layout = Layout::OneRow(&registers);
        let mut wishes = Wishes::default();
        for grid in &built.grids {
            for line in &grid.lines {
                wishes.want(line.points.node);
            }
            wishes.want(grid.points.node);
        }
        wishes.want(built.total.node);
        wishes.want(built.eligible);
        let mut kept = Vec::new();
        if self.watch == Watch::Everything {
            for watched in &built.watched {
                watched.map(&mut |id| {
                    kept.push(id);
                    0
                });
            }
        }
        let (nodes, whole) = (&built.building.nodes, built.building.required);
        let code = Code::keeping(nodes, whole, (&wishes.0, &kept), layout)?;
        let mut registers = code.kept.iter();
        let mut next = |_| registers.next().copied().unwrap_or_default();
        let watched = match self.watch {
            Watch::Nothing => Vec::new(),
            Watch::Everything => built.watched.iter().map(|code| code.map(&mut next)).collect(),
        };
        Some(Alone { stages: self.stages(layout)?, code, watched })
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
