//! Proofs that two criteria ask for: whether those of one are enough for the other.

use engine::{FieldId, ProofGate, ProofLevel};
use std::collections::BTreeMap;

/// Tells whether whoever brings the proofs of some gates brings those of others, whatever the file.
pub(super) fn implies(given: &[ProofGate], asked: &[ProofGate]) -> bool {
    let given = by_field(given);
    by_field(asked).iter().all(|(field, levels)| {
        let own = given.get(field).map_or(&[][..], Vec::as_slice);
        levels.iter().all(|level| own.iter().any(|own| reaches(own, level)))
    })
}

fn by_field(gates: &[ProofGate]) -> BTreeMap<FieldId, Vec<&ProofLevel>> {
    let mut levels: BTreeMap<FieldId, Vec<&ProofLevel>> = BTreeMap::new();
    for gate in gates {
        for field in gate.fields.iter().chain(&gate.item_fields) {
            levels.entry(*field).or_default().push(&gate.level);
        }
    }
    levels
}

fn reaches(given: &ProofLevel, asked: &ProofLevel) -> bool {
    match (given, asked) {
        (ProofLevel::Verified | ProofLevel::Validated(_), ProofLevel::Verified)
        | (ProofLevel::Validated(_), ProofLevel::Validated(None)) => true,
        (ProofLevel::Validated(given), ProofLevel::Validated(asked)) => given == asked,
        (ProofLevel::Verified, ProofLevel::Validated(_)) => false,
    }
}
