//! Rules in the code of both: what is only shown is left out, so that equal rules are equal values.

use super::code::Both;
use super::joint::Joint;
use engine::{
    Code, Contribution, Criterion, Family, FieldId, Grid, GridVersion, Part, ProofGate,
    SharingGate, Slot, Tranche, ValidationGate,
};
use source::Span;
use std::sync::Arc;

/// Which of two recueils something is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The first.
    First,
    /// The second.
    Second,
}

/// How the slots and facts of one recueil are put in the code of both.
#[derive(Clone, Copy)]
pub(super) struct Placing<'p> {
    joint: &'p Joint<'p>,
    both: &'p Both,
    which: Which,
}

impl<'p> Placing<'p> {
    pub(super) fn new(joint: &'p Joint<'_>, both: &'p Both, which: Which) -> Self {
        Self { joint, both, which }
    }

    pub(super) fn slot(&self, slot: Slot) -> Slot {
        let found = match self.which {
            Which::First => self.both.first(slot),
            Which::Second => self.both.second(slot),
        };
        found.unwrap_or(slot)
    }

    fn field(&self, field: FieldId) -> FieldId {
        match self.which {
            Which::First => field,
            Which::Second => self.joint.facts.field(field),
        }
    }

    fn proof(&self, gate: &ProofGate) -> ProofGate {
        match self.which {
            Which::First => gate.clone(),
            Which::Second => self.joint.facts.proof(gate),
        }
    }

    /// Returns a criterion read in the code of both.
    pub(super) fn criterion(&self, criterion: &Criterion) -> Criterion {
        let put = |slot: Slot| self.slot(slot);
        let contributions = criterion
            .contributions
            .iter()
            .map(|one| Contribution { amount: put(one.amount), condition: one.condition.map(put) });
        Criterion {
            id: criterion.id.clone(),
            label: String::new(),
            grounds: Arc::default(),
            period: criterion.period,
            condition: criterion.condition.map(put),
            exception: criterion.exception.map(put),
            contributions: contributions.collect(),
            floor: criterion.floor.map(put),
            cap: criterion.cap.map(put),
            proofs: criterion.proofs.iter().map(|gate| self.proof(gate)).collect(),
            says: None,
            else_says: None,
            quantities: Vec::new(),
            maximum: None,
            span: Span::default(),
        }
    }

    fn criteria(&self, all: &[Criterion]) -> Vec<Criterion> {
        all.iter().map(|one| self.criterion(one)).collect()
    }

    fn part(&self, part: &Part) -> Part {
        match part {
            Part::Criterion(criterion) => Part::Criterion(self.criterion(criterion).into()),
            Part::Family(family) => {
                let criteria = self.criteria(&family.criteria);
                let family = Family::clone(family);
                Part::Family(Family { label: String::new(), criteria, ..family }.into())
            }
            Part::Tranche(tranche) => {
                let (label, criteria) = (String::new(), self.criteria(&tranche.criteria));
                let tranche = Tranche::clone(tranche);
                let span = Span::default();
                Part::Tranche(Tranche { label, criteria, span, ..tranche }.into())
            }
        }
    }

    /// Returns a version of a grid read in the code of both; it holds no code of its own.
    pub(super) fn version(&self, version: &GridVersion) -> GridVersion {
        let put = |slot: Slot| self.slot(slot);
        let sharing = version.sharing.as_ref().map(|sharing| SharingGate {
            gate: put(sharing.gate),
            choice: sharing.choice.map(|field| self.field(field)),
        });
        let validation = match version.validation {
            ValidationGate::Open => ValidationGate::Open,
            ValidationGate::Fact { slot, field, pending, refused, confirmed } => {
                let (slot, field) = (put(slot), self.field(field));
                ValidationGate::Fact { slot, field, pending, refused, confirmed }
            }
        };
        let perimeter = version.perimeter.as_ref();
        GridVersion {
            unit: version.unit.clone(),
            version: Arc::default(),
            filling: None,
            label: Arc::default(),
            period: version.period,
            sirens: version.sirens.clone(),
            perimeter: perimeter.map(|(perimeter, slot)| (perimeter.clone(), put(*slot))),
            applies: version.applies.map(put),
            scale: None,
            cap: version.cap,
            floor: version.floor,
            sharing,
            validation,
            parts: version.parts.iter().map(|part| self.part(part)).collect(),
            code: Code::default(),
        }
    }
}

/// Tells whether a grid of the second recueil gives what one of the first does, whatever the file.
pub(super) fn same_grid(joint: &Joint<'_>, first: &Grid, second: &Grid) -> bool {
    let same = |(a, b): (&GridVersion, &GridVersion)| {
        let both = joint.both(&a.code, &b.code);
        let a = Placing::new(joint, &both, Which::First).version(a);
        a == Placing::new(joint, &both, Which::Second).version(b)
    };
    first.id == second.id
        && first.open_frame == second.open_frame
        && first.all_versions().count() == second.all_versions().count()
        && first.all_versions().zip(second.all_versions()).all(same)
}
