//! Nodes that go together as one: what is read once, by the node that reads it.
//!
//! Invariant: a fused node gives what its parts gave; a part that something else reads stays as it is.

use super::node::{Id, Nodes, Op};

/// Returns the operation of each node once those that go together are one. `wanted` nodes stay.
pub(super) fn fused(nodes: &Nodes, wanted: &[Id]) -> Vec<Op<Id>> {
    let ops = nodes.all.iter().map(|node| node.op).collect();
    let mut fusing = Fusing { uses: uses(nodes, wanted), ops };
    for id in 0..fusing.ops.len() {
        fusing.node(id);
    }
    fusing.ops
}

/// Counts how often each node is read by what is needed.
fn uses(nodes: &Nodes, wanted: &[Id]) -> Vec<u32> {
    let mut uses = vec![0_u32; nodes.all.len()];
    let read = |uses: &mut Vec<u32>, id: Id| {
        if let Some(count) = uses.get_mut(id as usize) {
            *count += 1;
        }
    };
    for id in wanted {
        read(&mut uses, *id);
    }
    for (at, node) in nodes.all.iter().enumerate().rev() {
        if uses.get(at).is_some_and(|count| *count > 0) {
            node.op.each(&mut |operand| read(&mut uses, operand));
        }
    }
    uses
}

struct Fusing {
    uses: Vec<u32>,
    ops: Vec<Op<Id>>,
}

impl Fusing {
    /// Returns the operation of a node that is read once.
    fn once(&self, id: Id) -> Option<Op<Id>> {
        let is_once = self.uses.get(id as usize) == Some(&1);
        self.ops.get(id as usize).copied().filter(|_| is_once)
    }

    fn node(&mut self, at: usize) {
        let Some(op) = self.ops.get(at).copied() else { return };
        let fused = match op {
            Op::Give(condition, value) => self.give(condition, value),
            Op::And(a, b) => self.and(a, b).or_else(|| self.and(b, a)),
            Op::Add(a, b) => self.add(a, b).or_else(|| self.add(b, a)),
            Op::Subtract(a, b) => self.subtract(a, b),
            Op::Affine { a, by, plus: 0 } => self.scaled(a, by),
            Op::Affine { a, by: 1, plus } => self.plus(a, plus),
            Op::Maximum(a, b) => self
                .at_least(a, b)
                .or_else(|| self.at_least(b, a))
                .or_else(|| self.greatest(a, b).or_else(|| self.greatest(b, a))),
            _ => None,
        };
        if let (Some(fused), Some(held)) = (fused, self.ops.get_mut(at)) {
            *held = fused;
        }
    }

    fn give(&self, condition: Id, value: i64) -> Option<Op<Id>> {
        let value = i32::try_from(value).ok()?;
        match self.once(condition)? {
            Op::AtLeast(a, to) => Some(Op::GiveAtLeast { a, to, value }),
            Op::Below(a, to) => Some(Op::GiveBelow { a, to, value }),
            Op::Is(a, to) => Some(Op::GiveIs { a, to, value }),
            Op::And(a, b) => Some(Op::GiveBoth { a, b, value }),
            _ => None,
        }
    }

    fn and(&self, a: Id, either: Id) -> Option<Op<Id>> {
        match self.once(either)? {
            Op::Or(b, c) => Some(Op::AndEither(a, b, c)),
            _ => None,
        }
    }

    /// Returns a multiple, where it is read once.
    fn multiple(&self, id: Id) -> Option<(Id, i32)> {
        match self.once(id)? {
            Op::Affine { a, by, plus: 0 } => Some((a, by)),
            _ => None,
        }
    }

    fn subtract(&self, a: Id, b: Id) -> Option<Op<Id>> {
        let ((a, by), (b, less)) = (self.multiple(a)?, self.multiple(b)?);
        Some(Op::Linear { a, by, b, times: less.checked_neg()? })
    }

    fn scaled(&self, a: Id, factor: i32) -> Option<Op<Id>> {
        match self.once(a)? {
            Op::Linear { a, by, b, times } => {
                let (by, times) = (by.checked_mul(factor)?, times.checked_mul(factor)?);
                Some(Op::Linear { a, by, b, times })
            }
            _ => None,
        }
    }

    fn at_least(&self, least: Id, id: Id) -> Option<Op<Id>> {
        let Some(Op::Set(least)) = self.ops.get(least as usize) else { return None };
        match self.once(id)? {
            Op::Affine { a, by, plus } => {
                let (plus, least) = (i32::try_from(plus).ok()?, i32::try_from(*least).ok()?);
                Some(Op::AffineAtLeast { a, by, plus, least })
            }
            _ => None,
        }
    }

    fn plus(&self, sum: Id, plus: i64) -> Option<Op<Id>> {
        match self.once(sum)? {
            Op::Add(a, b) => Some(Op::AddPlus { a, b, plus: i32::try_from(plus).ok()? }),
            _ => None,
        }
    }

    fn greatest(&self, of_two: Id, more: Id) -> Option<Op<Id>> {
        match self.once(of_two)? {
            Op::Maximum(a, b) => Some(Op::MaximumThree(a, b, more)),
            _ => None,
        }
    }

    fn add(&self, sum: Id, more: Id) -> Option<Op<Id>> {
        match self.once(sum)? {
            Op::Add(a, b) => Some(Op::AddThree(a, b, more)),
            Op::AddThree(a, b, c) => Some(Op::AddFour(a, b, c, more)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three facts that are truths.
    fn facts() -> (Nodes, [Id; 3]) {
        let mut nodes = Nodes::default();
        let facts = [0, 1, 2].map(|place| nodes.push(Op::Input(place), (0, 1)));
        (nodes, facts)
    }

    #[test]
    fn what_is_read_once_goes_with_what_reads_it() {
        let (mut nodes, [a, b, c]) = facts();
        let either = nodes.or(b, c);
        let both = nodes.and(a, either);
        let nine = nodes.set(9);
        let points = nodes.keep(both, nine);
        let ops = fused(&nodes, &[points]);
        assert_eq!(ops[both as usize], Op::AndEither(a, b, c));
        assert_eq!(ops[points as usize], Op::Give(both, 9));
        let both = nodes.and(a, b);
        let given = nodes.keep(both, nine);
        let ops = fused(&nodes, &[given]);
        assert_eq!(ops[given as usize], Op::GiveBoth { a, b, value: 9 });
    }

    #[test]
    fn a_sum_goes_with_what_is_added_and_a_maximum_with_another() {
        let (mut nodes, [a, b, c]) = facts();
        let sum = nodes.add(a, b);
        let more = nodes.affine(sum, 1, 20);
        let ops = fused(&nodes, &[more]);
        assert_eq!(ops[more as usize], Op::AddPlus { a: a.min(b), b: a.max(b), plus: 20 });
        let kept = fused(&nodes, &[more, sum])[more as usize];
        assert_eq!(kept, Op::Affine { a: sum, by: 1, plus: 20 });
        let two = nodes.push(Op::Maximum(a, b), (0, 1));
        let three = nodes.push(Op::Maximum(two, c), (0, 1));
        assert_eq!(fused(&nodes, &[three])[three as usize], Op::MaximumThree(a, b, c));
        let kept = fused(&nodes, &[three, two])[three as usize];
        assert_eq!(kept, Op::Maximum(two, c));
    }

    #[test]
    fn what_is_wanted_or_read_twice_stays() {
        let (mut nodes, [a, b, c]) = facts();
        let sum = nodes.add(a, b);
        let three = nodes.add(sum, c);
        assert_eq!(fused(&nodes, &[three])[three as usize], Op::AddThree(a, b, c));
        let kept = Op::Add(sum.min(c), sum.max(c));
        assert_eq!(fused(&nodes, &[three, sum])[three as usize], kept);
        let twice = nodes.multiply(sum, c);
        assert_eq!(fused(&nodes, &[three, twice])[three as usize], kept);
        assert_eq!(fused(&nodes, &[three])[three as usize], Op::AddThree(a, b, c), "nobody asks");
    }

    #[test]
    fn points_beyond_32_bits_are_given_apart() {
        let mut nodes = Nodes::default();
        let a = nodes.push(Op::Input(0), (0, 100));
        let (holds, many) = (nodes.at_least(a, 7), nodes.set(1 << 40));
        let points = nodes.keep(holds, many);
        assert_eq!(fused(&nodes, &[points])[points as usize], Op::Give(holds, 1 << 40));
    }
}
