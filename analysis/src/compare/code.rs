//! Two codes as one, in which equal operations are one slot.
//!
//! An entry is an operation with the body of its fold; inside it, slots of the body are counted from
//! the entry, so that two equal folds are equal entries wherever they stand.

use engine::{Code, Op, Slot};
use source::Span;
use std::collections::HashMap;

/// Slots from here on are counted from their entry.
const LOCAL: u32 = 1 << 31;

/// One code for two, with the slots that each one's have in it.
#[derive(Clone, Debug)]
pub struct Both {
    /// The code.
    pub code: Code,
    first: Vec<Slot>,
    second: Vec<Slot>,
}

impl Both {
    /// Joins two codes, each put in the terms of one program by a function of its own.
    pub(super) fn of(
        (first, of_first): (&Code, &dyn Fn(&mut Op)),
        (second, of_second): (&Code, &dyn Fn(&mut Op)),
    ) -> Self {
        let mut entries = Entries::default();
        let of_first = entries.add(first, of_first);
        let of_second = entries.add(second, of_second);
        let (code, slots) = entries.finish();
        let place = |own: Vec<u32>| -> Vec<Slot> {
            own.iter().map(|id| slots.get(*id as usize).copied().unwrap_or(Slot(0))).collect()
        };
        Self { code, first: place(of_first), second: place(of_second) }
    }

    /// Returns where a slot of the first code is.
    pub fn first(&self, slot: Slot) -> Option<Slot> {
        self.first.get(slot.0 as usize).copied()
    }

    /// Returns where a slot of the second code is.
    pub fn second(&self, slot: Slot) -> Option<Slot> {
        self.second.get(slot.0 as usize).copied()
    }
}

/// An operation, with the body of its fold.
struct Entry {
    ops: Vec<Op>,
    spans: Vec<Span>,
    stage: u32,
}

#[derive(Default)]
struct Entries {
    all: Vec<Entry>,
    known: HashMap<Vec<Op>, u32>,
}

impl Entries {
    /// Adds the operations of a code. Shape: the entry of each.
    fn add(&mut self, code: &Code, put: &dyn Fn(&mut Op)) -> Vec<u32> {
        let mut entries: Vec<u32> = Vec::with_capacity(code.ops.len());
        while let Some(op) = code.ops.get(entries.len()) {
            let at = entries.len();
            let end = (at + 1 + op.body()).min(code.ops.len());
            let mut ops = code.ops.get(at..end).unwrap_or_default().to_vec();
            for op in &mut ops {
                put(op);
                op.each_operand_mut(&mut |slot| {
                    let read = slot.0 as usize;
                    let offset = read.checked_sub(at).and_then(|it| u32::try_from(it).ok());
                    *slot = match (entries.get(read), offset) {
                        (Some(entry), _) => Slot(*entry),
                        (None, offset) => Slot(LOCAL + offset.unwrap_or(0)),
                    };
                });
            }
            let spans = code.spans.get(at..end).unwrap_or_default().to_vec();
            let entry = self.entry(ops, spans);
            entries.resize(end, entry);
        }
        entries
    }

    fn entry(&mut self, ops: Vec<Op>, spans: Vec<Span>) -> u32 {
        if let Some(known) = self.known.get(&ops) {
            return *known;
        }
        let id = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let mut waits = 0;
        for op in &ops {
            op.each_operand(&mut |slot| {
                waits = waits.max(self.all.get(slot.0 as usize).map_or(0, |entry| entry.stage));
            });
        }
        let stage = waits + u32::from(ops.first().is_some_and(is_pool));
        self.known.insert(ops.clone(), id);
        self.all.push(Entry { ops, spans, stage });
        id
    }

    /// Numbers the operations by stages. Shape: the code, and the slot of each entry.
    fn finish(self) -> (Code, Vec<Slot>) {
        let mut order: Vec<(u32, bool, usize)> = (0..)
            .zip(&self.all)
            .map(|(id, entry)| (entry.stage, !entry.ops.first().is_some_and(is_pool), id))
            .collect();
        order.sort_unstable();
        let mut slots = vec![Slot(0); self.all.len()];
        let mut code = Code { stages: vec![0], ..Code::default() };
        for (stage, _, id) in order {
            let Some(entry) = self.all.get(id) else { continue };
            let at = u32::try_from(code.ops.len()).unwrap_or(u32::MAX);
            code.stages.resize(code.stages.len().max(stage as usize + 1), at);
            if let Some(slot) = slots.get_mut(id) {
                *slot = Slot(at);
            }
            for op in &entry.ops {
                let mut op = op.clone();
                op.each_operand_mut(&mut |slot| {
                    *slot = match slot.0.checked_sub(LOCAL) {
                        Some(offset) => Slot(at + offset),
                        None => slots.get(slot.0 as usize).copied().unwrap_or(Slot(0)),
                    };
                });
                code.ops.push(op);
            }
            code.spans.extend(&entry.spans);
        }
        (code, slots)
    }
}

fn is_pool(op: &Op) -> bool {
    matches!(op, Op::Rank { .. } | Op::FoldPool { .. })
}
