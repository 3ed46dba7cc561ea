//! What evaluating code costs, estimated from the code alone.
//!
//! The unit is one operation of the walk. The estimate supposes lists of [`LIST_ITEMS`] items and
//! the worst row of each table; a call of a script counts for [`CALL`] operations, and a comparison
//! of candidates for what sorting costs each of them. It grows as evaluation does, and does not
//! depend on the machine.

use crate::{Code, Op, Program, TableId};

/// How many items a list is supposed to have.
pub const LIST_ITEMS: u64 = 16;
/// What a call of a script counts for.
const CALL: u64 = 1_000;
/// What comparing a candidate with the others counts for.
const COMPARISON: u64 = 32;

/// Estimates what evaluating code costs for one candidate. Unit: operations.
pub fn cost(code: &Code, program: &Program) -> u64 {
    block(&code.ops, program)
}

/// A block of operations: the top level, or the body of a fold.
fn block(ops: &[Op], program: &Program) -> u64 {
    let mut total: u64 = 0;
    let mut at = 0;
    while let Some(op) = ops.get(at) {
        let body = at + 1..at + 1 + op.body();
        let inside = block(ops.get(body.clone()).unwrap_or_default(), program);
        total = total.saturating_add(own(op, inside, program));
        at = body.end;
    }
    total
}

fn own(op: &Op, body: u64, program: &Program) -> u64 {
    match op {
        Op::Table(id, _) => table(*id, program),
        Op::Call(..) => CALL,
        Op::FoldList { .. } => LIST_ITEMS.saturating_mul(body).saturating_add(1),
        Op::Rank { .. } | Op::FoldPool { .. } => COMPARISON,
        Op::Constant(_)
        | Op::NoValue
        | Op::EvaluationDate
        | Op::Fact(_)
        | Op::SharedFact { .. }
        | Op::ItemFact { .. }
        | Op::Arithmetic(..)
        | Op::Round(..)
        | Op::Calendar(..)
        | Op::Compare(..)
        | Op::And(..)
        | Op::Or(..)
        | Op::Not(_)
        | Op::IsKnown(_)
        | Op::Select(..)
        | Op::GridTotal(_) => 1,
    }
}

/// Every cell of every row may be looked at.
fn table(id: TableId, program: &Program) -> u64 {
    let cells = program
        .tables
        .get(id.0 as usize)
        .map_or(0, |table| table.rows.len().saturating_mul(table.inputs.len().max(1)));
    u64::try_from(cells).unwrap_or(u64::MAX).saturating_add(1)
}

impl Program {
    /// Estimates the most that ranking costs for each candidate: the dearest version of each grid,
    /// and the dearest ranking. Unit: operations.
    pub fn cost(&self) -> u64 {
        let grids = self.grids.iter().map(|grid| {
            grid.all_versions().map(|version| cost(&version.code, self)).max().unwrap_or(0)
        });
        let rankings = self.rankings.iter().map(|ranking| cost(&ranking.code, self));
        grids.fold(rankings.max().unwrap_or(0), u64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EntityId, Fold, Slot, Value};

    fn code(ops: Vec<Op>) -> Code {
        Code { spans: Vec::new(), stages: vec![0], ops }
    }

    fn fold(body: u32) -> Op {
        let (fold, list) = (Fold::Count, EntityId(0));
        Op::FoldList { fold, list, shared: None, body, filter: None, value: None }
    }

    #[test]
    fn each_operation_counts_once_and_a_body_for_each_item() {
        let program = Program::default();
        let one = Op::Constant(Value::Bool(true));
        assert_eq!(cost(&code(vec![]), &program), 0);
        assert_eq!(cost(&code(vec![one.clone(), Op::Not(Slot(0))]), &program), 2);
        let folded = vec![fold(2), one.clone(), Op::Not(Slot(1)), one.clone()];
        assert_eq!(cost(&code(folded), &program), 1 + 16 * 2 + 1);
        let nested = vec![fold(2), fold(1), one];
        assert_eq!(cost(&code(nested), &program), 1 + 16 * (1 + 16));
    }

    #[test]
    fn nested_loops_cannot_overflow_the_estimate() {
        let depth = 40;
        let mut ops: Vec<Op> = (1..=depth).rev().map(fold).collect();
        ops.push(Op::NoValue);
        assert_eq!(cost(&code(ops), &Program::default()), u64::MAX);
    }
}
