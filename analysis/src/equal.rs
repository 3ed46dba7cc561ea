//! Operations that compute the same thing, inside folds too.
//!
//! The builder of code shares equal operations, but not those of two folds' bodies: « the age of a
//! child » is one quantity wherever a rule goes through the children.

use engine::{Code, Op, Slot};
use std::collections::HashMap;

/// Numbers operations so that equal ones have one number. Shape: one number per slot.
pub(crate) fn numbers(code: &Code) -> Vec<u32> {
    let mut numbers = vec![u32::MAX; code.ops.len()];
    let mut known: HashMap<Op, u32> = HashMap::new();
    for at in bodies_first(code) {
        let Some(mut op) = code.ops.get(at).cloned() else { continue };
        op.each_operand_mut(&mut |slot| {
            *slot = Slot(numbers.get(slot.0 as usize).copied().unwrap_or(u32::MAX));
        });
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        if let Some(number) = numbers.get_mut(at) {
            *number = *known.entry(op).or_insert(next);
        }
    }
    numbers
}

/// The operations in an order in which each comes after those it reads: a fold after its body.
fn bodies_first(code: &Code) -> Vec<usize> {
    let mut order = Vec::with_capacity(code.ops.len());
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (at, op) in code.ops.iter().enumerate() {
        while let Some((fold, _)) = open.pop_if(|(_, end)| *end < at) {
            order.push(fold);
        }
        match op.body() {
            0 => order.push(at),
            body => open.push((at, at + body)),
        }
    }
    order.extend(open.into_iter().rev().map(|(fold, _)| fold));
    order
}
