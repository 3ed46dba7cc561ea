//! Expectations of examples, conditions of guarantees and inputs of tables to code of their own.

use super::Names;
use super::builder::remap;
use super::expressions::Lowering;
use crate::typed::tree::{
    Example, ExpectationKind, Expr, ExprKind, Guarantee, GuaranteeKind, Recueil, TypedTable,
};
use engine::{Code, Slot, Type};

/// The code of an example's expectations.
#[derive(Clone, Debug, Default)]
pub struct ExampleCode {
    /// The code.
    pub code: Code,
    /// What each expectation looks at; those at the end that look at nothing are left out.
    probes: Vec<Option<Probe>>,
}

impl ExampleCode {
    /// Returns what each expectation looks at in the code, in order.
    pub fn probes(&self) -> impl Iterator<Item = Option<Probe>> {
        self.probes.iter().copied().chain(std::iter::repeat(None))
    }

    /// Tells whether no expectation looks at code.
    pub(super) fn is_empty(&self) -> bool {
        self.probes.is_empty() && self.code.ops.is_empty()
    }
}

/// What an expectation looks at.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    /// The condition, or the expression expected to be unknown.
    pub slot: Slot,
    /// The left side of a comparison and its type, to show what was found.
    pub found: Option<(Slot, Type)>,
}

/// The code of a guarantee's conditions.
#[derive(Clone, Debug)]
pub struct GuaranteeCode {
    /// The code.
    pub code: Code,
    /// The conditions, in the order of the form.
    pub conditions: Vec<Slot>,
}

/// Lowers the expectations of an example.
pub(super) fn example(tree: &Recueil, example: &Example, names: &Names) -> ExampleCode {
    let mut lowering = Lowering::new(tree, names);
    let mut probes = Vec::with_capacity(example.expectations.len());
    for expectation in &example.expectations {
        probes.push(match &expectation.kind {
            ExpectationKind::Holds(condition) => {
                let slot = lowering.expr(condition);
                let found = left_side(condition).map(|left| (lowering.expr(left), left.ty));
                Some(Probe { slot, found })
            }
            ExpectationKind::Unknown(value) => {
                let slot = lowering.expr(value);
                Some(Probe { slot, found: Some((slot, value.ty)) })
            }
            ExpectationKind::Line(..)
            | ExpectationKind::Total(_)
            | ExpectationKind::TotalRange(..)
            | ExpectationKind::Rank(_)
            | ExpectationKind::Order(_) => None,
        });
    }
    let (code, map) = lowering.builder.finish();
    for probe in probes.iter_mut().flatten() {
        remap(&mut probe.slot, &map);
        probe.found.iter_mut().for_each(|(slot, _)| remap(slot, &map));
    }
    let looked = probes.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    probes.truncate(looked);
    probes.shrink_to_fit();
    ExampleCode { code, probes }
}

fn left_side(condition: &Expr) -> Option<&Expr> {
    match condition.kind.as_ref() {
        ExprKind::Compare(_, left, _) => Some(left),
        _ => None,
    }
}

/// Lowers the conditions of a guarantee.
pub(super) fn guarantee(tree: &Recueil, guarantee: &Guarantee, names: &Names) -> GuaranteeCode {
    let mut lowering = Lowering::new(tree, names);
    let mut conditions: Vec<Slot> = match &guarantee.kind {
        GuaranteeKind::TotalBetween(..) | GuaranteeKind::Independent(_) => Vec::new(),
        GuaranteeKind::Always(condition) => vec![lowering.expr(condition)],
        GuaranteeKind::Monotone(_, quantity) => vec![lowering.expr(quantity)],
        GuaranteeKind::Implies(condition, consequence) => {
            vec![lowering.expr(condition), lowering.expr(consequence)]
        }
    };
    let (code, map) = lowering.builder.finish();
    for slot in &mut conditions {
        remap(slot, &map);
    }
    GuaranteeCode { code, conditions }
}

/// The code of a table's inputs.
#[derive(Clone, Debug)]
pub struct TableCode {
    /// The code.
    pub code: Code,
    /// One per input.
    pub inputs: Vec<Slot>,
}

/// Lowers the inputs of a table; absent when they need arguments.
pub(super) fn table(tree: &Recueil, table: &TypedTable, names: &Names) -> Option<TableCode> {
    if !table.arguments.is_empty() {
        return None;
    }
    let mut lowering = Lowering::new(tree, names);
    let mut inputs: Vec<Slot> = table.inputs.iter().map(|input| lowering.expr(input)).collect();
    let (code, map) = lowering.builder.finish();
    for slot in &mut inputs {
        remap(slot, &map);
    }
    Some(TableCode { code, inputs })
}
