//! How long an explanation takes beside the evaluation that it explains, in one run.
//!
//! `cargo run --release -p tests --bin explain_speed`. Ratios of medians: the machine is shared.

use engine::{Pool, Trace};
use explain::{Evaluation, Explanation, Words};
use std::hint::black_box;
use std::time::{Duration, Instant};
use tests::explained::{POLICIES, example, traced};

/// How often each thing is done.
const RUNS: usize = 2_000;

fn main() {
    let pool = example("lyon-6e", |text| text);
    let id = "tabanou";
    let index = pool.candidates.iter().position(|it| it.id == id).unwrap_or_default();
    let evaluator = POLICIES.evaluator();
    let evaluation = median(|| drop(black_box(evaluator.rank_traced(&pool, index))));
    let (outcome, trace) = traced(&pool, id);
    let explained = || explain(&pool, &outcome, &trace, id);
    let explanation = median(|| drop(black_box(explained())));
    let whole = explained();
    let json = median(|| drop(black_box(serde_json::to_string(&whole))));
    let bytes = serde_json::to_string(&whole).map_or(0, |text| text.len());
    println!("évaluation tracée : {evaluation:?} ({} candidats)", pool.candidates.len());
    println!("explication : {explanation:?}, {:.2} fois", ratio(explanation, evaluation));
    println!("JSON : {json:?} pour {bytes} octets");
    if let Some(whole) = &whole {
        in_words(whole);
    }
}

/// Measures the sentences, and their JSON with the explanation's.
fn in_words(explanation: &Explanation) {
    let (words, glossary) = (Words::french(), &POLICIES.recueil.glossary);
    let sentences = median(|| drop(black_box(words.worded(explanation, glossary))));
    let worded = words.worded(explanation, glossary);
    let json = median(|| drop(black_box(serde_json::to_string(&worded))));
    let bytes = serde_json::to_string(&worded).map_or(0, |text| text.len());
    println!("phrases : {sentences:?}, {:.2} fois le JSON", ratio(sentences, json));
    println!("JSON avec les phrases : {json:?} pour {bytes} octets");
}

fn explain(
    pool: &Pool,
    outcome: &engine::PoolOutcome,
    trace: &Trace,
    id: &str,
) -> Option<Explanation> {
    let candidate = outcome.candidates.iter().find(|it| it.id == id)?;
    let recueil = ("action-logement", "empreinte");
    let evaluation = Evaluation { rules: &POLICIES.compiled, recueil, pool, outcome };
    Some(evaluation.explain(candidate, trace))
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(RUNS / 2).copied().unwrap_or_default()
}

fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64()
}
