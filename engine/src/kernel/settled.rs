//! From which value on an input changes nothing of what a code gives: a rank is computed no further.

use super::node::{Id, Op, Pieces};

/// Returns, by place of an input, the least value from which on all values of it give the same; the greatest
/// number where there is none. An input that no operation reads is settled from the least number on.
pub(super) fn settled(
    needed: &[(Id, Op<Id>, Id)],
    ends: &[Id],
    tables: &[Pieces],
    sets: &dyn Fn(Id) -> Option<i64>,
) -> Vec<i64> {
    let mut settled = Vec::new();
    for (input, op, _) in needed {
        let Op::Input(place) = op else { continue };
        let place = *place as usize;
        if settled.len() <= place {
            settled.resize(place + 1, i64::MIN);
        }
        let mut from = if ends.contains(input) { i64::MAX } else { i64::MIN };
        for (_, reader, _) in needed {
            let mut reads = false;
            reader.each(&mut |operand| reads |= operand == *input);
            if reads {
                from = from.max(by(*reader, *input, tables, sets));
            }
        }
        if let Some(held) = settled.get_mut(place) {
            *held = from;
        }
    }
    settled
}

/// Returns from which value of an operand on an operation gives the same.
fn by(op: Op<Id>, input: Id, tables: &[Pieces], sets: &dyn Fn(Id) -> Option<i64>) -> i64 {
    let from = match op {
        Op::AtLeast(_, to) | Op::Below(_, to) => Some(to),
        Op::GiveAtLeast { to, .. } | Op::GiveBelow { to, .. } => Some(to),
        Op::Is(_, to) | Op::IsNot(_, to) | Op::GiveIs { to, .. } => to.checked_add(1),
        Op::AffineAtLeast { by: by @ ..=-1, plus, least, .. } => {
            // The greatest before which it is more than the least.
            let (more, by) = (i64::from(plus) - i64::from(least), -i64::from(by));
            Some(more.div_euclid(by) + i64::from(more.rem_euclid(by) > 0))
        }
        Op::Minimum(a, b) => sets(if a == input { b } else { a }),
        Op::Table(_, table) => {
            let cuts = tables.get(table as usize).map(|table| &table.cuts);
            cuts.map(|cuts| cuts.last().copied().unwrap_or(i64::MIN))
        }
        _ => None,
    };
    from.unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::code::{Code, Layout};
    use crate::kernel::node::Nodes;

    /// The value from which on the first input is settled, in a code that gives something of it.
    fn of(wanted: impl Fn(&mut Nodes, Id) -> Id) -> i64 {
        let mut nodes = Nodes::default();
        let rank = nodes.push(Op::Input(0), (1, 1 << 32));
        let (whole, wanted) = (nodes.truth(true), wanted(&mut nodes, rank));
        Code::new(&nodes, whole, &[wanted], Layout::Blocks).unwrap().settled[0]
    }

    fn points(nodes: &mut Nodes, rank: Id, by: i64) -> Id {
        let points = nodes.affine(rank, by, 21);
        let none = nodes.set(0);
        nodes.maximum(points, none)
    }

    #[test]
    fn points_that_do_not_go_below_a_floor_settle_where_they_reach_it() {
        assert_eq!(of(|nodes, rank| points(nodes, rank, -1)), 21);
        assert_eq!(of(|nodes, rank| points(nodes, rank, -2)), 11, "10.5 is not reached");
        assert_eq!(of(|nodes, rank| points(nodes, rank, -3)), 7);
        assert_eq!(of(|nodes, rank| points(nodes, rank, 1)), i64::MAX, "they rise");
    }

    #[test]
    fn comparisons_and_tables_settle_at_their_last_bound() {
        assert_eq!(of(|nodes, rank| nodes.below(rank, 4)), 4);
        assert_eq!(of(|nodes, rank| nodes.is(rank, 4)), 5);
        assert_eq!(of(|nodes, rank| nodes.piece(rank, &[3, 9])), 9);
        let few = |nodes: &mut Nodes, rank| {
            let three = nodes.set(3);
            nodes.minimum(rank, three)
        };
        assert_eq!(of(few), 3);
    }

    #[test]
    fn what_is_given_out_or_read_otherwise_does_not_settle() {
        assert_eq!(of(|_, rank| rank), i64::MAX);
        let both = |nodes: &mut Nodes, rank| {
            let (first, points) = (nodes.below(rank, 4), points(nodes, rank, -1));
            let kept = nodes.keep(first, points);
            nodes.add(kept, points)
        };
        assert_eq!(of(both), 21);
        let whole = |nodes: &mut Nodes, rank| {
            let points = points(nodes, rank, -1);
            nodes.add(points, rank)
        };
        assert_eq!(of(whole), i64::MAX);
    }
}
