//! Two files that differ only by some facts.
//!
//! Variants of a file give these facts other values: plain ones, and such as bring each quantity that
//! depends on them into each of the cells that the code cuts it into.

use super::Subject;
use crate::cells::{Facts, Space, cone};
use crate::totals::Total;
use crate::witness::{self, Aim, Goal, Question, plain_values};
use engine::{
    Absence, Case, Code, Evaluator, Exact, Fact, FactState, FieldId, Op, Pool, Slot, Value,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// No more variants of a file than this are looked at.
const MOST: usize = 80;
/// How many steps the search for one variant takes.
const TRIAL: u32 = 60;

/// Returns variants of a pool's first candidate.
pub(super) fn variants(total: &Total<'_>, pool: &Pool, fields: &BTreeSet<FieldId>) -> Vec<Pool> {
    let Some(candidate) = pool.candidates.first() else { return Vec::new() };
    let schema = &total.program.schema;
    let mut found: Vec<Pool> = Vec::new();
    let mut add = |case: Case| {
        let mut pool = pool.clone();
        if let Some(first) = pool.candidates.first_mut() {
            first.case = case;
        }
        if found.len() < MOST && !found.contains(&pool) {
            found.push(pool);
        }
    };
    for field in fields {
        let Some(def) = schema.field(*field) else { continue };
        for value in plain_values(&Aim::Known, def.ty, pool.date, schema, &[]) {
            set(&candidate.case, *field, &value).into_iter().for_each(&mut add);
        }
    }
    let mut fixed = candidate.case.clone();
    fixed.facts.retain(|field, _| !fields.contains(field));
    for goal in thresholds(total, fields) {
        let goals = [goal];
        let question = Question {
            program: total.program,
            scripts: total.scripts,
            code: &total.version.code,
            days: engine::Period { from: Some(pool.date), to: Some(pool.date) },
            goals: &goals,
            reads: &[],
            fixed: &fixed,
            proofs: &[],
            budget: TRIAL,
        };
        let Some(other) = witness::find(question, &mut |_| true) else { continue };
        let Some(other) = other.candidates.into_iter().next() else { continue };
        let mut case = candidate.case.clone();
        for field in fields {
            if let Some(fact) = other.case.facts.get(field) {
                let proof = case.facts.get(field).map(|fact| fact.proof.clone());
                let fact = Fact { proof: proof.unwrap_or_default(), ..fact.clone() };
                case.facts.insert(*field, fact);
            }
        }
        add(case);
    }
    found
}

/// The case with another value of a field: of the case, or of each item of its list in turn.
fn set(case: &Case, field: FieldId, value: &Value) -> Vec<Case> {
    let state = || FactState::Known(value.clone());
    if case.facts.contains_key(&field) {
        let mut case = case.clone();
        if let Some(fact) = case.facts.get_mut(&field) {
            fact.state = state();
        }
        return vec![case];
    }
    let mut cases = Vec::new();
    for (list, items) in &case.lists {
        let engine::ListState::Known(items) = items else { continue };
        for at in 0..items.len() {
            let mut case = case.clone();
            if let Some(engine::ListState::Known(items)) = case.lists.get_mut(list)
                && let Some(fact) = items.get_mut(at).and_then(|item| item.get_mut(&field))
            {
                fact.state = state();
                cases.push(case);
            }
        }
    }
    cases
}

/// What brings each quantity that depends on some facts into each of its cells.
fn thresholds(total: &Total<'_>, fields: &BTreeSet<FieldId>) -> Vec<Goal> {
    let code = &total.version.code;
    let reads = total.reads();
    let space = Space::new(total.program, code, total.version.period, &reads, Facts::Known);
    let mut goals = Vec::new();
    for variable in &space.variables {
        if !reads_any(code, &[variable.slot], fields) {
            continue;
        }
        for domain in &variable.domains {
            if domain.absence != Absence::Only {
                goals.extend(Aim::inside(&domain.values).map(|aim| Goal::new(variable.slot, aim)));
            }
        }
    }
    goals
}

/// Tells whether slots depend on one of some facts.
pub(super) fn reads_any(code: &Code, slots: &[Slot], fields: &BTreeSet<FieldId>) -> bool {
    code.ops
        .iter()
        .zip(cone(code, slots))
        .any(|(op, needed)| needed && field_of(op).is_some_and(|field| fields.contains(&field)))
}

/// The fact that an operation reads.
pub(super) fn field_of(op: &Op) -> Option<FieldId> {
    match op {
        Op::Fact(field) | Op::SharedFact { field, .. } | Op::ItemFact { field, .. } => Some(*field),
        _ => None,
    }
}

/// Gives the candidate an employer whose policy fills the frame, when it takes one.
fn employed_by(total: &Total<'_>, pool: &mut Pool) {
    let (Some(field), Some(siren)) = (total.grid.siren, total.version.sirens.first()) else {
        return;
    };
    for candidate in &mut pool.candidates {
        let siren = Fact::known(Value::Text(Arc::from(siren.as_str())));
        candidate.case.facts.entry(field).or_insert(siren);
    }
}

/// Two files, the total that the second should have for the guarantee to hold, and how they differ.
pub(super) struct Pair {
    pub(super) first: Pool,
    pub(super) second: Pool,
    pub(super) expected: Exact,
}

impl Pair {
    /// Writes both files as examples that expect the same total: the second fails.
    pub(super) fn examples(&self, subject: &Subject<'_>, other: &str) -> Option<String> {
        self.expecting(subject, other, "total")
    }

    /// The same for the file of a ranking, where a grid is one of several and is chosen anew.
    pub(super) fn examples_when_ranked(
        mut self,
        subject: &Subject<'_>,
        total: &Total<'_>,
        other: &str,
    ) -> Option<String> {
        for pool in [&mut self.first, &mut self.second] {
            employed_by(total, pool);
        }
        let evaluator = Evaluator::new(total.program, total.scripts);
        let points = |pool: &Pool| {
            let outcome = evaluator.rank(pool)?;
            let grids = outcome.candidates.into_iter().next()?.grids;
            grids.into_iter().find(|grid| grid.id == total.grid.id)?.points
        };
        if points(&self.first)? != self.expected || points(&self.second) == Some(self.expected) {
            return None;
        }
        self.expecting(subject, other, &format!("grille {}", total.grid.id))
    }

    fn expecting(&self, subject: &Subject<'_>, other: &str, what: &str) -> Option<String> {
        let schema = &subject.compiled.lowered.program.schema;
        let expected = [format!("{what} = {}", witness::spell_points(self.expected)?)];
        let label = &subject.guarantee.label;
        let first = format!("{label} : un dossier");
        let second = format!("{label} : {other}");
        let first = witness::example(schema, &first, &self.first, &expected)?;
        let second = witness::example(schema, &second, &self.second, &expected)?;
        Some(format!("{first}\n{second}"))
    }
}
