//! Whether a quantity stands exactly at a bound: code to which the question is added.

use super::Subject;
use super::sites::Boundary;
use engine::{Code, Comparison, Computed, Evaluator, Fold, Op, Pool, Slot, Value};
use source::Span;

/// Tells whether the quantity of a boundary is at its bound for some candidate of a pool.
pub(super) fn is_reached(subject: Subject<'_>, boundary: &Boundary, pool: &Pool) -> bool {
    let Some((code, slot)) = asking(subject.code, boundary) else { return false };
    let evaluator = Evaluator::new(&subject.compiled.lowered.program, subject.scripts);
    evaluator
        .values(&code, pool)
        .iter()
        .any(|values| values.get(slot.0 as usize) == Some(&Computed::Known(Value::Bool(true))))
}

/// Adds to code whether a quantity is at its bound; of a quantity of items, whether one item is.
/// Absent for a fold inside another.
pub(super) fn asking(code: &Code, boundary: &Boundary) -> Option<(Code, Slot)> {
    let at = boundary.quantity.0 as usize;
    let around = |(fold, op): &(usize, &Op)| *fold < at && at <= *fold + op.body();
    let folds: Vec<(usize, &Op)> = code.ops.iter().enumerate().filter(around).collect();
    let mut code = code.clone();
    match folds.as_slice() {
        [] => {
            let slot = equals(&mut code, boundary.quantity, &boundary.value)?;
            Some((code, slot))
        }
        [(fold, Op::FoldList { list, shared, body, .. })] => {
            let ops = code.ops.get(*fold + 1..=*fold + *body as usize)?.to_vec();
            let start = u32::try_from(code.ops.len()).ok()?;
            let first = u32::try_from(*fold).ok()?;
            // Slots of the body move with it; those before the fold stay.
            let moved =
                |slot: Slot| if slot.0 > first { Slot(slot.0 - first + start) } else { slot };
            let body = body.checked_add(2)?;
            let filter = Some(Slot(start + body));
            let exists = Fold::Exists;
            let (list, shared) = (*list, *shared);
            push(&mut code, Op::FoldList { fold: exists, list, shared, body, filter, value: None });
            for mut op in ops {
                op.each_operand_mut(&mut |slot| *slot = moved(*slot));
                push(&mut code, op);
            }
            equals(&mut code, moved(boundary.quantity), &boundary.value)?;
            Some((code, Slot(start)))
        }
        _ => None,
    }
}

fn equals(code: &mut Code, quantity: Slot, value: &Value) -> Option<Slot> {
    let constant = Slot(u32::try_from(code.ops.len()).ok()?);
    push(code, Op::Constant(value.clone()));
    push(code, Op::Compare(Comparison::Equal, quantity, constant));
    Some(Slot(constant.0 + 1))
}

fn push(code: &mut Code, op: Op) {
    code.ops.push(op);
    code.spans.push(Span::default());
}
