//! Nodes as instructions over 256 registers: what is wanted, in order, registers taken up again.

use super::fuse::fused;
use super::node::{Id, Nodes, Op, Pieces};
use super::settled::settled;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many registers there are: a byte says which.
pub(super) const REGISTERS: usize = 256;

/// How registers are laid out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layout<'k> {
    /// For blocks of rows: each input comes by an instruction, where it is first read.
    Blocks,
    /// For one row: inputs are in the first registers beforehand, each in the one told by its place; what is
    /// wanted ends in those that follow, in order.
    OneRow(&'k [u8]),
}

/// One instruction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction {
    pub(super) op: Op<u8>,
    pub(super) out: u8,
}

/// What is walked: over one row, or over blocks of rows.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    /// Held by registers beforehand, and never written over.
    pub(super) constants: Vec<(u8, i64)>,
    pub(super) instructions: Vec<Instruction>,
    pub(super) tables: Arc<[Pieces]>,
    /// Where each thing that is wanted ends.
    pub(crate) outputs: Vec<u8>,
    /// Where each thing that is kept beside stays.
    pub(super) kept: Vec<u8>,
    /// Where the row is said to be whole.
    pub(super) whole: u8,
    /// The nodes that it computes over blocks, until it is known which lanes hold them.
    pub(super) computed: Vec<(Id, Op<Id>)>,
    /// By place of an input, from which value on it changes nothing.
    pub(super) settled: Vec<i64>,
    /// How many registers it has.
    pub(super) registers: usize,
}

impl Code {
    /// Makes the code of what is wanted, and of the rows that are whole. Absent: too many registers.
    pub(super) fn new(nodes: &Nodes, whole: Id, wanted: &[Id], layout: Layout<'_>) -> Option<Self> {
        Self::keeping(nodes, whole, (wanted, &[]), layout)
    }

    /// Makes the code of what is wanted, and keeps more in registers to the end.
    pub(super) fn keeping(
        nodes: &Nodes,
        whole: Id,
        (wanted, kept): (&[Id], &[Id]),
        layout: Layout<'_>,
    ) -> Option<Self> {
        let mut ends: Vec<Id> = vec![whole];
        ends.extend(wanted.iter().chain(kept));
        let ops = fused(nodes, &ends);
        let last = last_uses(&ops, &ends);
        let needed = (0..).zip(&ops);
        let needed = needed
            .filter_map(|(id, op)| Some((id, *op, last.get(id as usize).copied().flatten()?)));
        let needed: Vec<(Id, Op<Id>, Id)> = needed.collect();
        let sets = |id: Id| match ops.get(id as usize) {
            Some(Op::Set(value)) => Some(*value),
            Some(_) | None => None,
        };
        let settled = settled(&needed, &ends, &nodes.tables, &sets);
        let mut own = Assigning::new(nodes, wanted, layout)?;
        // Constants first: no register of theirs is another's, before or after.
        for (id, op, until) in &needed {
            if let Op::Set(value) = op {
                let register = own.assign(*id, *until)?;
                own.constants.push((register, *value));
            }
        }
        let computed = match layout {
            Layout::Blocks => needed.iter().map(|(id, op, _)| (*id, *op)).collect(),
            Layout::OneRow(_) => Vec::new(),
        };
        for (id, op, until) in needed {
            match (op, layout) {
                (Op::Set(_), _) => continue,
                (Op::Input(place), Layout::OneRow(inputs)) => {
                    own.put(id, *inputs.get(place as usize)?);
                    continue;
                }
                (_, _) => {}
            }
            let out = own.assign(id, until)?;
            let op = op.map(&mut |id: Id| own.place(id));
            own.instructions.push(Instruction { op, out });
            own.registers.free_before(id + 1);
        }
        let outputs = own.outputs(wanted, layout);
        let kept = kept.iter().map(|id| own.place(*id)).collect();
        let (whole, tables) = (own.place(whole), nodes.tables.clone().into());
        let Assigning { constants, instructions, registers, .. } = own;
        let registers = registers.held.len();
        Some(Self {
            constants,
            instructions,
            tables,
            outputs,
            kept,
            whole,
            computed,
            settled,
            registers,
        })
    }

    /// Lists the inputs that come by an instruction, by their places.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = usize> {
        self.instructions.iter().filter_map(|instruction| match instruction.op {
            Op::Input(place) => Some(place as usize),
            _ => None,
        })
    }
}

/// Registers being given to nodes.
struct Assigning {
    registers: Registers,
    /// By node.
    places: Vec<u8>,
    /// What must end in a register of its own, first met first.
    due: BTreeMap<Id, u8>,
    constants: Vec<(u8, i64)>,
    instructions: Vec<Instruction>,
}

impl Assigning {
    fn new(nodes: &Nodes, wanted: &[Id], layout: Layout<'_>) -> Option<Self> {
        let mut own = Self {
            registers: Registers::default(),
            places: vec![0; nodes.all.len()],
            due: BTreeMap::new(),
            constants: Vec::new(),
            instructions: Vec::new(),
        };
        if let Layout::OneRow(inputs) = layout {
            for _ in inputs {
                own.registers.take(Id::MAX)?;
            }
            for id in wanted {
                let register = own.registers.take(Id::MAX)?;
                if !matches!(nodes.get(*id).op, Op::Input(_)) {
                    own.due.entry(*id).or_insert(register);
                }
            }
        }
        Some(own)
    }

    fn put(&mut self, id: Id, register: u8) {
        if let Some(place) = self.places.get_mut(id as usize) {
            *place = register;
        }
    }

    fn place(&self, id: Id) -> u8 {
        self.places.get(id as usize).copied().unwrap_or_default()
    }

    /// Gives a node its register.
    fn assign(&mut self, id: Id, until: Id) -> Option<u8> {
        let register = match self.due.get(&id) {
            Some(register) => *register,
            None => self.registers.take(until)?,
        };
        self.put(id, register);
        Some(register)
    }

    /// Says where each thing that is wanted ends; what is elsewhere is copied to its place.
    fn outputs(&mut self, wanted: &[Id], layout: Layout<'_>) -> Vec<u8> {
        let ends: Vec<u8> = wanted.iter().map(|id| self.place(*id)).collect();
        let Layout::OneRow(inputs) = layout else { return ends };
        let due = (0..=u8::MAX).skip(inputs.len());
        let due: Vec<u8> = due.take(wanted.len()).collect();
        for (end, due) in ends.into_iter().zip(&due) {
            if end != *due {
                let op = Op::Affine { a: end, by: 1, plus: 0 };
                self.instructions.push(Instruction { op, out: *due });
            }
        }
        due
    }
}

/// Says of each node that is needed by which it is last read; what is wanted, and constants, to the end.
fn last_uses(ops: &[Op<Id>], wanted: &[Id]) -> Vec<Option<Id>> {
    let mut last = vec![None; ops.len()];
    for id in wanted {
        if let Some(place) = last.get_mut(*id as usize) {
            *place = Some(Id::MAX);
        }
    }
    for (id, op) in (0..).zip(ops).collect::<Vec<(Id, _)>>().into_iter().rev() {
        match last.get_mut(id as usize) {
            Some(Some(until)) if matches!(op, Op::Set(_)) => *until = Id::MAX,
            Some(Some(_)) => {}
            Some(None) | None => continue,
        }
        op.each(&mut |operand: Id| {
            if let Some(place) = last.get_mut(operand as usize) {
                *place = Some(place.map_or(id, |until: Id| until.max(id)));
            }
        });
    }
    last
}

/// Registers as they are taken.
#[derive(Default)]
struct Registers {
    /// Until when each is held.
    held: Vec<Id>,
    free: Vec<u8>,
}

impl Registers {
    fn take(&mut self, until: Id) -> Option<u8> {
        let register = match self.free.pop() {
            Some(register) => register,
            None => {
                let register = u8::try_from(self.held.len()).ok()?;
                self.held.push(0);
                register
            }
        };
        *self.held.get_mut(usize::from(register))? = until;
        Some(register)
    }

    /// Frees what is not read from a node on.
    fn free_before(&mut self, id: Id) {
        for (register, until) in (0..=u8::MAX).zip(&mut self.held) {
            if *until != 0 && *until < id {
                *until = 0;
                self.free.push(register);
            }
        }
    }
}
