//! Two codes as one, in which equal operations are one slot.
//!
//! An entry is an operation with the body of its fold; inside it, slots of the body are counted from
//! the entry, so that two equal folds are equal entries wherever they stand.

use super::facts::Facts;
use engine::{Code, Contribution, Criterion, FunctionId, Op, Program, Slot, TableId};
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
    /// Joins two codes of a program that holds the tables and functions of both.
    ///
    /// The second's are in the terms of its own recueil: `facts`, `tables` and `functions` say what
    /// they are in the program's.
    pub fn of(first: &Code, second: &Code, terms: &Terms<'_>) -> Self {
        let mut entries = Entries::default();
        let of_first = entries.add(first, &mut |_| {});
        let of_second = entries.add(second, &mut |op| terms.put(op));
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

    /// Returns a criterion of the first code, its conditions and points read in this one.
    pub fn first_criterion(&self, criterion: &Criterion) -> Criterion {
        placed(criterion, &self.first)
    }

    /// Returns a criterion of the second code, its conditions and points read in this one.
    pub fn second_criterion(&self, criterion: &Criterion) -> Criterion {
        placed(criterion, &self.second)
    }

    /// Returns where a slot of the second code is.
    pub fn second(&self, slot: Slot) -> Option<Slot> {
        self.second.get(slot.0 as usize).copied()
    }
}

/// What is shown of a criterion, and the facts it asks proofs of, are left as they are.
fn placed(criterion: &Criterion, slots: &[Slot]) -> Criterion {
    let put = |slot: Slot| slots.get(slot.0 as usize).copied().unwrap_or(slot);
    let contributions = criterion.contributions.iter();
    Criterion {
        condition: criterion.condition.map(put),
        exception: criterion.exception.map(put),
        contributions: contributions
            .map(|one| Contribution { amount: put(one.amount), condition: one.condition.map(put) })
            .collect(),
        floor: criterion.floor.map(put),
        cap: criterion.cap.map(put),
        says: None,
        else_says: None,
        quantities: Vec::new(),
        ..criterion.clone()
    }
}

/// What the facts, tables and functions of the second recueil are in the program of both.
pub struct Terms<'t> {
    /// Its facts.
    pub facts: &'t Facts,
    /// Its tables, by id.
    pub tables: &'t [TableId],
    /// Its functions, by id.
    pub functions: &'t [FunctionId],
}

impl Terms<'_> {
    /// Makes the terms of the tables and functions of a second program, which join a first's; equal
    /// ones are one.
    pub fn join(
        program: &mut Program,
        second: &Program,
        facts: &Facts,
    ) -> (Vec<TableId>, Vec<FunctionId>) {
        let tables = second.tables.iter().map(|table| {
            let mut table = table.clone();
            table.ty = facts.ty(table.ty);
            table.inputs.iter_mut().for_each(|ty| *ty = facts.ty(*ty));
            let same = |known: &engine::Table| same_table(known, &table);
            TableId(found_or_added(&mut program.tables, same, &table))
        });
        let tables = tables.collect();
        let functions = second.functions.iter().map(|function| {
            let mut function = function.clone();
            function.ty = facts.ty(function.ty);
            function.arguments.iter_mut().for_each(|ty| *ty = facts.ty(*ty));
            let same = |known: &engine::FunctionDef| *known == function;
            FunctionId(found_or_added(&mut program.functions, same, &function))
        });
        (tables, functions.collect())
    }

    fn put(&self, op: &mut Op) {
        match op {
            Op::Fact(field) | Op::SharedFact { field, .. } | Op::ItemFact { field, .. } => {
                *field = self.facts.field(*field);
            }
            Op::FoldList { list, .. } => *list = self.facts.entity(*list),
            Op::Table(id, _) => *id = self.tables.get(id.0 as usize).copied().unwrap_or(*id),
            Op::Call(id, _) => *id = self.functions.get(id.0 as usize).copied().unwrap_or(*id),
            Op::Constant(_)
            | Op::NoValue
            | Op::EvaluationDate
            | Op::Arithmetic(..)
            | Op::Round(..)
            | Op::Calendar(..)
            | Op::Compare(..)
            | Op::And(..)
            | Op::Or(..)
            | Op::Not(_)
            | Op::IsKnown(_)
            | Op::Select(..)
            | Op::Rank { .. }
            | Op::FoldPool { .. }
            | Op::GridTotal(_) => {}
        }
    }
}

/// Tells whether two tables say the same, wherever they are written.
fn same_table(a: &engine::Table, b: &engine::Table) -> bool {
    let rows = a.rows.iter().zip(&b.rows);
    a.name == b.name
        && a.inputs == b.inputs
        && a.ty == b.ty
        && a.rows.len() == b.rows.len()
        && rows
            .into_iter()
            .all(|(a, b)| a.period == b.period && a.cells == b.cells && a.result == b.result)
}

fn found_or_added<T: Clone>(all: &mut Vec<T>, same: impl Fn(&T) -> bool, one: &T) -> u32 {
    let at = all.iter().position(same).unwrap_or_else(|| {
        all.push(one.clone());
        all.len() - 1
    });
    u32::try_from(at).unwrap_or(u32::MAX)
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
    fn add(&mut self, code: &Code, put: &mut dyn FnMut(&mut Op)) -> Vec<u32> {
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
            while code.stages.len() <= stage as usize {
                code.stages.push(at);
            }
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
