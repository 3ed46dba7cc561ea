//! Dossiers of the real policies, evaluated and explained.

use crate::changed::{changes, dossier};
use crate::rules::{Rules, root};
use engine::{Pool, PoolOutcome, Trace};
use explain::changes::Limits;
use explain::since::Side;
use explain::{Evaluation, Explanation, View};
use std::sync::LazyLock;

/// The real policies.
pub static POLICIES: LazyLock<Rules> =
    LazyLock::new(|| Rules::from_dir(&root().join("policies")).expect("the policies are there"));

/// Reads a dossier of `examples/`, its text changed as asked.
pub fn example(name: &str, change: impl Fn(String) -> String) -> Pool {
    let path = root().join("examples").join(format!("{name}.yaml"));
    let text = std::fs::read_to_string(path).expect("the example is there");
    read(&change(text))
}

/// Reads a dossier for the real policies.
pub fn read(text: &str) -> Pool {
    dossier(&POLICIES, text)
}

/// Ranks a pool by the real policies, and keeps the trace of a candidate.
pub fn traced(pool: &Pool, id: &str) -> (PoolOutcome, Trace) {
    traced_by(&POLICIES, pool, id)
}

fn traced_by(rules: &Rules, pool: &Pool, id: &str) -> (PoolOutcome, Trace) {
    let index = pool.candidates.iter().position(|it| it.id == id).expect("the candidate");
    rules.evaluator().rank_traced(pool, index).expect("a ranking is in force")
}

/// Explains a candidate of a pool by the real policies: the whole.
pub fn explained(pool: &Pool, id: &str) -> Explanation {
    explained_by(&POLICIES, pool, id)
}

/// Explains a candidate, with what could change.
pub fn explained_with_changes(rules: &Rules, pool: &Pool, id: &str) -> Explanation {
    explained_by(rules, pool, id).with_changes(changes(rules, pool, id, &Limits::default()))
}

/// Explains a candidate of a pool by some rules: the whole.
pub fn explained_by(rules: &Rules, pool: &Pool, id: &str) -> Explanation {
    let (outcome, trace) = traced_by(rules, pool, id);
    let candidate = outcome.candidates.iter().find(|it| it.id == id).expect("the candidate");
    let recueil = ("action-logement", "empreinte");
    Evaluation { rules: &rules.compiled, recueil, pool, outcome: &outcome }
        .explain(candidate, &trace)
}

/// Explains a candidate of a pool by some rules to a territory.
pub fn explained_to_a_territory(rules: &Rules, pool: &Pool, id: &str) -> Explanation {
    let recueil = ("action-logement", "empreinte");
    let side = Side { rules: &rules.compiled, scripts: &rules.sandbox, recueil, pool };
    side.explain(id, View::Territory).expect("a candidate").seen_by(View::Territory)
}
