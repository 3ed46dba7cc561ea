//! What a candidate can do that is one thing or nothing: a lever to one value, a proof to give.

use super::value::{Action, NamedFact, Phrase, Proof, Step};
use crate::value::Shown;
use engine::{
    Assessed, Candidate, Case, Criterion, Fact, FactState, FieldId, Lever, ListState, MotifCode,
    ProofGate, ProofLevel, Schema, Subject, Type, Value, Why,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A change of the facts that has one form, and how it is told.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    what: What,
    pub(super) step: Step,
}

#[derive(Clone, Debug)]
enum What {
    Set(FieldId, Value),
    Prove(Vec<ProofGate>),
}

impl Edit {
    /// Applies it to the facts.
    ///
    /// A new value is as well established as the one that it replaces.
    pub(super) fn apply(&self, case: &mut Case, schema: &Schema) {
        match &self.what {
            What::Set(field, value) => {
                case.facts.entry(*field).or_default().state = FactState::Known(value.clone());
            }
            What::Prove(gates) => gates.iter().for_each(|gate| prove(gate, case, schema)),
        }
    }

    /// Gives the proofs that a criterion asks for.
    pub(super) fn proving(schema: &Schema, criterion: &Criterion) -> Self {
        let facts = proven(criterion).into_iter().map(|field| named(schema, field)).collect();
        let levels = criterion.proofs.iter().map(|gate| &gate.level);
        let most = levels.max_by_key(|level| **level != ProofLevel::Verified);
        let (level, role) = match most {
            Some(ProofLevel::Validated(role)) => (Proof::Validated, role.clone()),
            Some(ProofLevel::Verified) | None => (Proof::Verified, None),
        };
        let step = Step { facts, action: Action::Prove { level, role } };
        Self { what: What::Prove(criterion.proofs.clone()), step }
    }

    /// Sets a fact; it says nothing to anyone.
    pub(super) fn setting(schema: &Schema, field: FieldId, value: Value) -> Self {
        let ty = schema.field(field).map_or(Type::Text, |def| def.ty);
        let value_shown = Shown::known(&value, ty, schema);
        let action = Action::Reach { says: String::new(), current: None, value: value_shown };
        set(schema, field, value, action)
    }

    /// The facts it changes.
    pub(super) fn fields(&self) -> BTreeSet<FieldId> {
        match &self.what {
            What::Set(field, _) => BTreeSet::from([*field]),
            What::Prove(gates) => gates
                .iter()
                .flat_map(|gate| gate.fields.iter().chain(&gate.item_fields))
                .copied()
                .collect(),
        }
    }

    /// The fact it sets, if it sets one.
    pub(super) fn field(&self) -> Option<FieldId> {
        match self.what {
            What::Set(field, _) => Some(field),
            What::Prove(_) => None,
        }
    }
}

/// Names a fact.
pub(super) fn named(schema: &Schema, field: FieldId) -> NamedFact {
    let label = schema.field(field).map(|def| def.label.clone()).unwrap_or_default();
    NamedFact { path: schema.path(field), label }
}

/// Lists the fields that have levers.
pub(super) fn fields_with_levers(schema: &Schema) -> impl Iterator<Item = (FieldId, &Lever)> {
    let fields = (0..).map(FieldId).zip(&schema.fields);
    fields.flat_map(|(id, def)| def.levers.iter().map(move |lever| (id, lever)))
}

/// Lists the levers that lead to one value, other than today's.
pub(super) fn settings(schema: &Schema, case: &Case) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (field, lever) in fields_with_levers(schema) {
        let Some(def) = schema.field(field) else { continue };
        let fact = case.facts.get(&field).map(|fact| &fact.state);
        match (lever, def.ty) {
            (Lever::Reach { value, says }, ty) => {
                edits.extend(reach(schema, field, ty, fact, (value, says)));
            }
            (Lever::Choose(sentence), Type::Enum(id)) => {
                let Some(FactState::Known(held)) = fact else { continue };
                let count = schema.enumeration(id).map_or(0, |def| def.values.len());
                let values = (0..u32::try_from(count).unwrap_or(0)).map(Value::Enum);
                edits.extend(values.filter(|value| value != held).map(|value| {
                    let action = Action::Pick {
                        phrase: Phrase::from(sentence),
                        current: Shown::known(held, def.ty, schema),
                        value: Shown::known(&value, def.ty, schema),
                    };
                    set(schema, field, value, action)
                }));
            }
            (Lever::Choose(_) | Lever::Wait(_), _) => {}
        }
    }
    edits
}

/// A value to reach: what is withheld stays withheld, by the applicant's choice.
fn reach(
    schema: &Schema,
    field: FieldId,
    ty: Type,
    fact: Option<&FactState>,
    (value, says): (&Value, &String),
) -> Option<Edit> {
    let current = match fact {
        Some(FactState::Known(held)) if held == value => return None,
        Some(FactState::Known(held)) => Some(Shown::known(held, ty, schema)),
        Some(FactState::Withheld) => return None,
        Some(FactState::Missing) | None => None,
    };
    let value_shown = Shown::known(value, ty, schema);
    let action = Action::Reach { says: says.clone(), current, value: value_shown };
    Some(set(schema, field, value.clone(), action))
}

fn set(schema: &Schema, field: FieldId, value: Value, action: Action) -> Edit {
    let facts = vec![named(schema, field)];
    Edit { what: What::Set(field, value), step: Step { facts, action } }
}

/// Lists the proofs that lines and conditions wait for, one edit for each criterion; a proof of a
/// sensitive or a protected fact is nothing to advise.
pub(super) fn proofs(schema: &Schema, outcome: &Assessed<'_>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for criterion in awaiting(outcome) {
        if let Some(edit) = advised_proof(schema, criterion)
            && !edits.iter().any(|held| held.step == edit.step)
        {
            edits.push(edit);
        }
    }
    edits
}

fn advised_proof(schema: &Schema, criterion: &Criterion) -> Option<Edit> {
    let fields = proven(criterion);
    let is_plain =
        |field: FieldId| schema.field(field).is_some_and(|def| !def.sensitive && !def.protected);
    fields.into_iter().all(is_plain).then(|| Edit::proving(schema, criterion))
}

/// Lists the facts that a criterion asks a proof of.
pub(super) fn proven(criterion: &Criterion) -> BTreeSet<FieldId> {
    let gates = criterion.proofs.iter();
    gates.flat_map(|gate| gate.fields.iter().chain(&gate.item_fields)).copied().collect()
}

/// Lists the criteria of lines that await a proof.
pub(super) fn awaiting<'p>(outcome: &Assessed<'p>) -> Vec<&'p Criterion> {
    let waits = |why: &Why| why.code == MotifCode::ProofAwaited;
    let mut criteria = Vec::new();
    for line in outcome.grids.iter().flat_map(|grid| &grid.lines).filter(|line| waits(&line.why)) {
        match line.subject {
            Subject::Criterion(criterion) => criteria.push(criterion),
            Subject::Tranche(_) => {
                let subs = line.conditions.iter().filter(|sub| waits(&sub.why));
                criteria.extend(subs.map(|sub| sub.criterion));
            }
            Subject::FamilyClip(_) | Subject::GridClip => {}
        }
    }
    criteria
}

/// Brings facts to a level of proof; those that are there already keep theirs.
fn prove(gate: &ProofGate, case: &mut Case, schema: &Schema) {
    let proof = match &gate.level {
        ProofLevel::Verified => engine::Proof::Verified,
        ProofLevel::Validated(role) => engine::Proof::Validated(role.as_deref().map(Arc::from)),
    };
    let raise = |fact: &mut Fact| {
        if !(gate.level == ProofLevel::Verified && fact.proof != engine::Proof::Declared) {
            fact.proof = proof.clone();
        }
    };
    for field in &gate.fields {
        if let Some(fact) = case.facts.get_mut(field) {
            raise(fact);
        }
    }
    for field in &gate.item_fields {
        let list = schema.field(*field).and_then(|def| case.lists.get_mut(&def.entity));
        if let Some(ListState::Known(items)) = list {
            items.iter_mut().filter_map(|item| item.get_mut(field)).for_each(raise);
        }
    }
}

/// Applies an edit to one candidate of a pool.
pub(super) fn edited(candidates: &mut [Candidate], index: usize, edit: &Edit, schema: &Schema) {
    if let Some(candidate) = candidates.get_mut(index) {
        edit.apply(&mut candidate.case, schema);
    }
}
