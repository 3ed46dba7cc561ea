//! Where lanes of 32 bits are enough: the ranges that facts must keep to so that nothing of a kernel is wider.
//!
//! Invariant: whatever its inputs within those ranges, each register of each code fits in 32 bits, as does each
//! number that an operation compares with or adds up; sums and products within one operation keep the lowest
//! bits, which are all of a result that fits.

use super::code::Code;
use super::inputs::{Input, Inputs};
use super::node::{Id, Node, Nodes, Op};
use crate::{Arithmetic, FieldId};

/// The widest numbers of a lane: as many below zero as above.
const BITS: u32 = 31;
const WIDEST: i128 = (1 << BITS) - 1;

/// A range, both ends within.
type Range = (i128, i128);

/// Finds the ranges that facts must keep to for some codes to fit in 32 bits: those that may be wider, as wide
/// as can be. What stands for a text is at most `texts`. Absent: there are none.
pub(super) fn narrow(
    nodes: &Nodes,
    inputs: &Inputs,
    codes: &[&Code],
    texts: i64,
) -> Option<Vec<(FieldId, (i64, i64))>> {
    let all = inputs.all.iter().map(|input| range(inputs, *input, texts));
    let mut own = Own { nodes, codes, ranges: all.collect(), bits: vec![BITS; inputs.all.len()] };
    let wide = (0..).zip(&own.ranges).filter(|(_, range)| !fits(**range));
    let wide: Vec<usize> = wide.map(|(place, _)| place).collect();
    let facts: Vec<(usize, FieldId)> = wide
        .iter()
        .map(|place| match inputs.all.get(*place) {
            Some(Input::Fact(field)) => Some((*place, *field)),
            Some(Input::Short(_) | Input::Given(_)) | None => None,
        })
        .collect::<Option<_>>()?;
    // As wide as all can be alike, then each as wide as it can be beside the others.
    own.widen(&wide)?;
    for place in &wide {
        own.widen(&[*place])?;
    }
    let range = |place: usize| {
        let (low, high) = own.range(place);
        Some((i64::try_from(low).ok()?, i64::try_from(high).ok()?))
    };
    facts.into_iter().map(|(place, field)| Some((field, range(place)?))).collect()
}

/// The range of an input as rows may have it.
fn range(inputs: &Inputs, input: Input, texts: i64) -> Range {
    let (low, high) = inputs.range_of(input);
    match input {
        Input::Fact(field) if inputs.is_text(field) => (0, texts.into()),
        Input::Fact(_) | Input::Short(_) | Input::Given(_) => (low.into(), high.into()),
    }
}

fn fits((low, high): Range) -> bool {
    -WIDEST <= low && high <= WIDEST
}

/// The ranges that are tried.
struct Own<'k> {
    nodes: &'k Nodes,
    codes: &'k [&'k Code],
    /// By place of an input, its widest range.
    ranges: Vec<Range>,
    /// By place of an input, how many bits its numbers are held to.
    bits: Vec<u32>,
}

impl Own<'_> {
    /// Holds some inputs to as many bits as they can have. Absent: they can have none.
    fn widen(&mut self, places: &[usize]) -> Option<()> {
        let (mut can, mut cannot) = (0, BITS + 1);
        while can + 1 < cannot {
            let middle = can.midpoint(cannot);
            self.hold(places, middle);
            if self.fits() {
                can = middle;
            } else {
                cannot = middle;
            }
        }
        self.hold(places, can);
        self.fits().then_some(())
    }

    fn hold(&mut self, places: &[usize], bits: u32) {
        for place in places {
            if let Some(held) = self.bits.get_mut(*place) {
                *held = bits;
            }
        }
    }

    fn range(&self, place: usize) -> Range {
        let (low, high) = self.ranges.get(place).copied().unwrap_or((0, 0));
        let most = (1_i128 << self.bits.get(place).copied().unwrap_or(0)) - 1;
        (low.max(-most), high.min(most))
    }

    fn fits(&self) -> bool {
        let mut ranges: Vec<Range> = Vec::with_capacity(self.nodes.all.len());
        for node in &self.nodes.all {
            let own = self.of(node, &ranges);
            ranges.push(own);
        }
        let range = |id: Id| ranges.get(id as usize).copied().unwrap_or((0, 0));
        self.codes
            .iter()
            .flat_map(|code| &code.computed)
            .all(|(id, op)| fits(range(*id)) && self.is_narrow(*op, &|id| range(id)))
    }

    /// Tells whether what an operation holds beside registers fits.
    fn is_narrow(&self, op: Op<Id>, range: &dyn Fn(Id) -> Range) -> bool {
        let one = |number: i64| fits((number.into(), number.into()));
        match op {
            Op::AtLeast(_, to) | Op::Below(_, to) | Op::Is(_, to) | Op::IsNot(_, to) => one(to),
            Op::GiveAtLeast { to, .. } | Op::GiveBelow { to, .. } | Op::GiveIs { to, .. } => {
                one(to)
            }
            Op::Give(_, value) => one(value),
            Op::AffineAtLeast { a, by, plus, .. } => fits(affine(range(a), by, plus.into())),
            Op::Table(_, table) | Op::Lookup(_, table) => {
                let table = self.nodes.tables.get(table as usize);
                table.is_some_and(|table| {
                    table.cuts.iter().chain(&table.values).all(|all| one(*all))
                })
            }
            _ => true,
        }
    }

    /// The range of a node whose operands keep to theirs.
    fn of(&self, node: &Node, ranges: &[Range]) -> Range {
        let get = |id: Id| ranges.get(id as usize).copied().unwrap_or((0, 0));
        let held = (i128::from(node.low), i128::from(node.high));
        let (low, high) = match node.op {
            Op::Input(place) => self.range(place as usize),
            Op::Affine { a, by, plus } => affine(get(a), by, plus.into()),
            Op::Add(a, b) | Op::Checked(Arithmetic::Add, a, b) => {
                let (a, b) = (get(a), get(b));
                (a.0 + b.0, a.1 + b.1)
            }
            Op::Subtract(a, b) | Op::Checked(Arithmetic::Subtract, a, b) => {
                let (a, b) = (get(a), get(b));
                (a.0 - b.1, a.1 - b.0)
            }
            Op::Multiply(a, b) | Op::Checked(Arithmetic::Multiply, a, b) => {
                let (a, b) = (get(a), get(b));
                ends([a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1])
            }
            Op::Minimum(a, b) => (get(a).0.min(get(b).0), get(a).1.min(get(b).1)),
            Op::Maximum(a, b) => (get(a).0.max(get(b).0), get(a).1.max(get(b).1)),
            Op::Select(_, a, b) => (get(a).0.min(get(b).0), get(a).1.max(get(b).1)),
            Op::Keep(_, a) => (get(a).0.min(0), get(a).1.max(0)),
            Op::Quotient(_, a, b) => {
                let least = get(b).0.max(1);
                (get(a).0.min(0) / least - 1, get(a).1.max(0) / least + 1)
            }
            _ => held,
        };
        (low.max(held.0), high.min(held.1))
    }
}

fn affine((low, high): Range, by: i32, plus: i128) -> Range {
    ends([low, high].map(|end| end * i128::from(by) + plus))
}

fn ends<const N: usize>(all: [i128; N]) -> Range {
    let start = (i128::MAX, i128::MIN);
    all.iter().fold(start, |(low, high), end| (low.min(*end), high.max(*end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::code::Layout;

    /// The ranges of two numbers, of which a code gives something.
    fn of(wanted: impl Fn(&mut Nodes, Id, Id) -> Id) -> Option<Vec<(i64, i64)>> {
        let mut nodes = Nodes::default();
        let mut inputs = Inputs::of_numbers(2);
        let [a, b] = [0, 1].map(|field| {
            let (place, range) = inputs.place(Input::Fact(FieldId(field)));
            nodes.push(Op::Input(place), range)
        });
        let (whole, wanted) = (nodes.truth(true), wanted(&mut nodes, a, b));
        let code = Code::new(&nodes, whole, &[wanted], Layout::Blocks).unwrap();
        let ranges = narrow(&nodes, &inputs, &[&code], 0)?;
        Some(ranges.into_iter().map(|(_, range)| range).collect())
    }

    fn held(bits: u32) -> (i64, i64) {
        (-(1 << bits) + 1, (1 << bits) - 1)
    }

    #[test]
    fn a_fact_that_is_compared_is_as_wide_as_a_lane() {
        let both = |nodes: &mut Nodes, a, b| {
            let (a, b) = (nodes.at_least(a, 7), nodes.at_least(b, 8));
            nodes.and(a, b)
        };
        assert_eq!(of(both), Some(vec![held(31), held(31)]));
    }

    #[test]
    fn what_is_added_or_multiplied_leaves_room() {
        assert_eq!(of(Nodes::add), Some(vec![held(30), held(30)]));
        let scaled = |nodes: &mut Nodes, a, b| {
            let a = nodes.affine(a, 1_000, 0);
            nodes.minimum(a, b)
        };
        assert_eq!(of(scaled), Some(vec![held(21), held(31)]));
        // Neither can be wider beside the other; what would be checked in 64 bits cannot leave 32.
        assert_eq!(of(Nodes::multiply), Some(vec![held(16), held(15)]));
    }

    #[test]
    fn a_bound_or_a_value_beyond_32_bits_needs_64() {
        assert_eq!(of(|nodes, a, _| nodes.at_least(a, 1 << 33)), None);
        let given = |nodes: &mut Nodes, a, _| {
            let (holds, value) = (nodes.at_least(a, 3), nodes.set(1 << 33));
            nodes.keep(holds, value)
        };
        assert_eq!(of(given), None);
        let table = |nodes: &mut Nodes, a, _| nodes.piece(a, &[5, 1 << 33]);
        assert_eq!(of(table), None);
    }
}
