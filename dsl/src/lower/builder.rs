//! Builds flat code: shares common operations, hoists what does not depend on an item out of folds,
//! and orders the result by stages.
//!
//! While building, slots are virtual (the order of creation); [`Builder::finish`] numbers them for
//! good and returns the renumbering.

use crate::limits::OPERATIONS;
use engine::{Code, Op, Slot, Type, Value};
use rustc_hash::{FxBuildHasher, FxHashMap};
use source::Span;
use std::collections::hash_map::Entry;

struct Node {
    op: Op,
    span: Span,
    level: usize,
    body: Vec<u32>,
}

/// A block of operations being written: the top level, or the body of a fold.
#[derive(Default)]
struct Block {
    nodes: Vec<u32>,
    /// A constant goes with its type: the same number is another thing in euros and in points.
    memo: FxHashMap<(Op, Option<Type>), u32>,
}

/// How many operations most grids have at most.
const OPERATIONS_OF_MOST: usize = 48;

/// Code under construction.
pub(super) struct Builder {
    nodes: Vec<Node>,
    blocks: Vec<Block>,
}

impl Builder {
    /// Makes an empty builder.
    pub(super) fn new() -> Self {
        let memo = FxHashMap::with_capacity_and_hasher(OPERATIONS_OF_MOST, FxBuildHasher);
        let nodes = Vec::with_capacity(OPERATIONS_OF_MOST);
        Self { nodes, blocks: vec![Block { memo, ..Block::default() }] }
    }

    /// Tells whether the code has outgrown its limit.
    pub(super) fn is_full(&self) -> bool {
        self.nodes.len() > OPERATIONS
    }

    /// How many folds enclose the operations being written.
    pub(super) fn depth(&self) -> usize {
        self.blocks.len() - 1
    }

    /// Adds an operation, or returns the slot of an equal one.
    pub(super) fn emit(&mut self, op: Op, span: Span) -> Slot {
        self.emit_as(op, None, span)
    }

    /// Adds a constant of a type, or returns the slot of an equal one.
    pub(super) fn constant(&mut self, value: Value, ty: Type, span: Span) -> Slot {
        self.emit_as(Op::Constant(value), Some(ty), span)
    }

    fn emit_as(&mut self, op: Op, ty: Option<Type>, span: Span) -> Slot {
        let mut operands = 0;
        op.each_operand(&mut |slot| operands = operands.max(self.level(slot)));
        let own = match &op {
            Op::ItemFact { depth, .. } => *depth as usize + 1,
            _ => 0,
        };
        let level = operands.max(own).min(self.depth());
        let slot = Slot(self.next());
        let Some(block) = self.blocks.get_mut(level) else { return slot };
        let op = match block.memo.entry((op, ty)) {
            Entry::Occupied(known) => return Slot(*known.get()),
            Entry::Vacant(free) => {
                let op = free.key().0.clone();
                free.insert(slot.0);
                op
            }
        };
        block.nodes.push(slot.0);
        self.nodes.push(Node { op, span, level, body: Vec::new() });
        slot
    }

    fn next(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    fn level(&self, slot: Slot) -> usize {
        self.nodes.get(slot.0 as usize).map_or(0, |node| node.level)
    }

    /// Opens the body of a fold.
    pub(super) fn open_body(&mut self) {
        self.blocks.push(Block::default());
    }

    /// Closes the body of a fold and adds the fold itself.
    pub(super) fn close_body(&mut self, op: Op, span: Span) -> Slot {
        let body = self.blocks.pop().unwrap_or_default().nodes;
        let (level, slot) = (self.depth(), Slot(self.next()));
        if let Some(block) = self.blocks.get_mut(level) {
            block.nodes.push(slot.0);
            block.memo.insert((op.clone(), None), slot.0);
        }
        self.nodes.push(Node { op, span, level, body });
        slot
    }

    /// Numbers the operations by stages. Shape: the code, and the final slot of each virtual one.
    pub(super) fn finish(mut self) -> (Code, Vec<Slot>) {
        let top = self.blocks.drain(..).next().unwrap_or_default().nodes;
        let stages = self.stages(&top);
        let mut order: Vec<(u32, bool, u32)> = top
            .iter()
            .map(|&id| (stages.get(id as usize).copied().unwrap_or(0), !self.is_pool(id), id))
            .collect();
        order.sort_unstable();
        let mut code = Code { stages: vec![0], ..Code::default() };
        let mut map = vec![Slot(0); self.nodes.len()];
        let mut written = Vec::with_capacity(self.nodes.len());
        let mut stage = 0;
        for (at, _, id) in order {
            while stage < at {
                code.stages.push(u32::try_from(written.len()).unwrap_or(u32::MAX));
                stage += 1;
            }
            self.flatten(id, &mut written, &mut map);
        }
        code.ops.reserve_exact(written.len());
        code.spans.reserve_exact(written.len());
        for id in written {
            let Some(node) = self.nodes.get_mut(id as usize) else { continue };
            let mut op = std::mem::replace(&mut node.op, Op::NoValue);
            op.each_operand_mut(&mut |slot| remap(slot, &map));
            code.ops.push(op);
            code.spans.push(node.span);
        }
        (code, map)
    }

    fn is_pool(&self, id: u32) -> bool {
        self.nodes
            .get(id as usize)
            .is_some_and(|node| matches!(node.op, Op::Rank { .. } | Op::FoldPool { .. }))
    }

    fn flatten(&mut self, id: u32, written: &mut Vec<u32>, map: &mut [Slot]) {
        let at = u32::try_from(written.len()).unwrap_or(u32::MAX);
        if let Some(slot) = map.get_mut(id as usize) {
            *slot = Slot(at);
        }
        written.push(id);
        let body = self.nodes.get_mut(id as usize).map(|node| std::mem::take(&mut node.body));
        for inner in body.unwrap_or_default() {
            self.flatten(inner, written, map);
        }
        let after = u32::try_from(written.len()).unwrap_or(u32::MAX);
        if let Some(Node { op: Op::FoldList { body, .. }, .. }) = self.nodes.get_mut(id as usize) {
            *body = after - at - 1;
        }
    }

    /// The stage of each node of the top level: how many pool operations it waits for in a row.
    fn stages(&self, top: &[u32]) -> Vec<u32> {
        let mut stages = vec![0; self.nodes.len()];
        for &id in top {
            let mut reads = Vec::new();
            self.reads(id, &mut reads);
            let waits = reads.iter().filter_map(|slot| stages.get(slot.0 as usize)).max();
            let stage = waits.copied().unwrap_or(0) + u32::from(self.is_pool(id));
            if let Some(at) = stages.get_mut(id as usize) {
                *at = stage;
            }
        }
        stages
    }

    fn reads(&self, id: u32, into: &mut Vec<Slot>) {
        let Some(node) = self.nodes.get(id as usize) else { return };
        into.extend(operands(&node.op));
        for &inner in &node.body {
            self.reads(inner, into);
        }
    }
}

/// The slots an operation reads.
fn operands(op: &Op) -> Vec<Slot> {
    let mut slots = Vec::new();
    op.each_operand(&mut |slot| slots.push(slot));
    slots
}

/// Replaces a virtual slot by its final one.
pub(super) fn remap(slot: &mut Slot, map: &[Slot]) {
    if let Some(&known) = map.get(slot.0 as usize) {
        *slot = known;
    }
}
