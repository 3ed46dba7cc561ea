//! Nodes as instructions over 256 registers: what is wanted, in order, registers taken up again.

use super::node::{Cuts, Id, Nodes, Op};
use std::sync::Arc;

/// How many registers there are: a byte says which.
pub(super) const REGISTERS: usize = 256;

/// How inputs come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coming {
    /// Each by an instruction, where it is first read.
    InTurn,
    /// All beforehand, in registers of their own.
    Beforehand,
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
    pub(super) tables: Arc<[Cuts]>,
    /// Where each thing that is wanted ends.
    pub(crate) outputs: Vec<u8>,
    /// Where the row is said to be whole.
    pub(super) whole: u8,
    /// Inputs that are in registers beforehand, by their places among those of the kernel.
    pub(super) held: Vec<(u8, u32)>,
}

impl Code {
    /// Makes the code of what is wanted, and of the rows that are whole. Absent: too many registers.
    pub(super) fn new(nodes: &Nodes, whole: Id, wanted: &[Id], coming: Coming) -> Option<Self> {
        let mut ends: Vec<Id> = vec![whole];
        ends.extend(wanted);
        let last = last_uses(nodes, &ends);
        let mut own = Registers::default();
        let mut places: Vec<u8> = vec![0; nodes.all.len()];
        let (mut constants, mut held, mut instructions) = (Vec::new(), Vec::new(), Vec::new());
        let needed = (0..).zip(&nodes.all).filter_map(|(id, node)| {
            Some((id, node.op, last.get(id as usize).copied().flatten()?))
        });
        let needed: Vec<(Id, Op<Id>, Id)> = needed.collect();
        // Constants first: no register of theirs is another's, before or after.
        for (id, op, until) in &needed {
            let Some(place) = places.get_mut(*id as usize) else { continue };
            match op {
                Op::Set(value) => {
                    *place = own.take(*until)?;
                    constants.push((*place, *value));
                }
                Op::Input(input) if coming == Coming::Beforehand => {
                    *place = own.take(Id::MAX)?;
                    held.push((*place, *input));
                }
                _ => {}
            }
        }
        for (id, op, until) in needed {
            match op {
                Op::Set(_) => continue,
                Op::Input(_) if coming == Coming::Beforehand => continue,
                _ => {}
            }
            let out = own.take(until)?;
            if let Some(place) = places.get_mut(id as usize) {
                *place = out;
            }
            let mut place = |id: Id| places.get(id as usize).copied().unwrap_or_default();
            instructions.push(Instruction { op: op.map(&mut place), out });
            own.free_before(id + 1);
        }
        let place = |id: &Id| places.get(*id as usize).copied().unwrap_or_default();
        let outputs: Vec<u8> = wanted.iter().map(place).collect();
        let tables = nodes.tables.clone().into();
        let whole = place(&whole);
        Some(Self { constants, instructions, tables, outputs, whole, held })
    }
}

/// Says of each node that is needed by which it is last read; what is wanted, and constants, to the end.
fn last_uses(nodes: &Nodes, wanted: &[Id]) -> Vec<Option<Id>> {
    let mut last = vec![None; nodes.all.len()];
    for id in wanted {
        if let Some(place) = last.get_mut(*id as usize) {
            *place = Some(Id::MAX);
        }
    }
    for (id, node) in (0..).zip(&nodes.all).collect::<Vec<(Id, _)>>().into_iter().rev() {
        match last.get_mut(id as usize) {
            Some(Some(until)) if matches!(node.op, Op::Set(_)) => *until = Id::MAX,
            Some(Some(_)) => {}
            Some(None) | None => continue,
        }
        node.op.each(&mut |operand: Id| {
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
