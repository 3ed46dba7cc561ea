//! Proof gates: how well the facts a criterion read must be established.
//!
//! A fact without a value is no matter of proof: its line is not evaluable already.

use crate::{Case, Criterion, Fact, FactRef, FactState, ListState, Program, Proof, ProofLevel};

/// Tells whether a proof that a criterion asks for is not there.
pub(crate) fn unmet(program: &Program, criterion: &Criterion, case: &Case) -> bool {
    !criterion.proofs.is_empty() && !awaited(program, criterion, case).is_empty()
}

/// Tells whether a missing fact, once known, could ask a criterion for a proof that is not there: whatever is read of it
/// today, since a text or an empty list may leave it unread.
pub(crate) fn may_be_asked(program: &Program, criterion: &Criterion, case: &Case) -> bool {
    let is_missing = |fact: Option<&Fact>| fact.is_none_or(|fact| fact.state == FactState::Missing);
    criterion.proofs.iter().any(|gate| {
        gate.fields.iter().any(|field| is_missing(case.facts.get(field)))
            || gate.item_fields.iter().any(|field| {
                let entity = program.schema.field(*field).map(|def| def.entity);
                match entity.and_then(|entity| case.lists.get(&entity)) {
                    Some(ListState::Known(items)) => {
                        items.iter().any(|item| is_missing(item.get(field)))
                    }
                    Some(ListState::Withheld) => false,
                    Some(ListState::Missing) | None => true,
                }
            })
    })
}

/// Lists the facts whose proof is awaited, sorted, without duplicates.
pub(crate) fn awaited(program: &Program, criterion: &Criterion, case: &Case) -> Vec<FactRef> {
    let mut facts = Vec::new();
    for gate in &criterion.proofs {
        for field in &gate.fields {
            if case.facts.get(field).is_some_and(|fact| is_short(fact, &gate.level)) {
                facts.push(FactRef::Field(*field));
            }
        }
        for field in &gate.item_fields {
            let list = program.schema.field(*field).and_then(|def| case.lists.get(&def.entity));
            if let Some(ListState::Known(items)) = list {
                let mut held = items.iter().filter_map(|item| item.get(field));
                if held.any(|fact| is_short(fact, &gate.level)) {
                    facts.push(FactRef::Field(*field));
                }
            }
        }
    }
    facts.sort_unstable();
    facts.dedup();
    facts
}

fn is_short(fact: &Fact, level: &ProofLevel) -> bool {
    match &fact.state {
        FactState::Missing | FactState::Withheld => false,
        FactState::Known(_) => !meets(&fact.proof, level),
    }
}

/// Tells whether a proof reaches a level: `déclaré` < `vérifié` < `validé`, by the right role.
pub(crate) fn meets(proof: &Proof, level: &ProofLevel) -> bool {
    match (proof, level) {
        (Proof::Declared, _) | (Proof::Verified, ProofLevel::Validated(_)) => false,
        (Proof::Verified | Proof::Validated(_), ProofLevel::Verified)
        | (Proof::Validated(_), ProofLevel::Validated(None)) => true,
        (Proof::Validated(role), ProofLevel::Validated(Some(due))) => {
            role.as_deref() == Some(due.as_str())
        }
    }
}
