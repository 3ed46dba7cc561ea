//! How long an explanation takes beside the evaluation that it explains, in one run.
//!
//! `cargo run --release -p tests --bin explain_speed`. Ratios of medians: the machine is shared.

use engine::{Pool, Trace};
use explain::changes::{Limits, find};
use explain::{Evaluation, Explanation, Words};
use std::hint::black_box;
use std::time::{Duration, Instant};
use tests::explained::{POLICIES, example, traced};

/// The allocator of `bareme`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each thing is done.
const RUNS: usize = 2_000;
/// How often what could change is searched.
const SEARCHES: usize = 50;

fn main() {
    let pool = example("lyon-6e", |text| text);
    let id = "tabanou";
    let index = pool.candidates.iter().position(|it| it.id == id).unwrap_or_default();
    let evaluator = POLICIES.evaluator();
    let evaluation = median(RUNS, || drop(black_box(evaluator.rank_traced(&pool, index))));
    let (outcome, trace) = traced(&pool, id);
    let explained = || explain(&pool, &outcome, &trace, id);
    let explanation = median(RUNS, || drop(black_box(explained())));
    let whole = explained();
    let json = median(RUNS, || drop(black_box(serde_json::to_string(&whole))));
    let bytes = serde_json::to_string(&whole).map_or(0, |text| text.len());
    println!("évaluation tracée : {evaluation:?} ({} candidats)", pool.candidates.len());
    println!("explication : {explanation:?}, {:.2} fois", ratio(explanation, evaluation));
    println!("JSON : {json:?} pour {bytes} octets");
    if let Some(whole) = &whole {
        in_words(whole);
    }
    could_change();
}

/// Measures what could change, for full dossiers: of two, of nine candidates, and one with much to
/// gain.
fn could_change() {
    let dearer = |text: String| text.replace("loyer: 500", "loyer: 600");
    let same = |text: String| text;
    let pools = [
        ("deux candidats", example("lyon-6e", same), "tabanou"),
        ("deux candidats, loyer de 600 €", example("lyon-6e", dearer), "tabanou"),
        ("neuf candidats", example("neuf-candidats", same), ""),
        ("territoire", example("territoire", same), "deuxieme"),
    ];
    for (name, pool, id) in &pools {
        let named = pool.candidates.iter().position(|it| it.id == *id);
        let index = named.unwrap_or_default();
        let program = &POLICIES.compiled.lowered.program;
        let limits = Limits::default();
        let found = || find(program, &POLICIES.sandbox, pool, index, &limits);
        let time = median(SEARCHES, || drop(black_box(found())));
        let evaluation = median(SEARCHES, || drop(black_box(POLICIES.rank(pool))));
        let proposals = found().map_or(0, |found| found.proposals.len());
        println!(
            "ce qui pourrait changer, {name} : {time:?}, {:.0} évaluations, {proposals} propositions",
            ratio(time, evaluation)
        );
    }
}

/// Measures the sentences, and their JSON with the explanation's.
fn in_words(explanation: &Explanation) {
    let (words, glossary) = (Words::french(), &POLICIES.recueil.glossary);
    let sentences = median(RUNS, || drop(black_box(words.worded(explanation, glossary))));
    let worded = words.worded(explanation, glossary);
    let json = median(RUNS, || drop(black_box(serde_json::to_string(&worded))));
    let bytes = serde_json::to_string(&worded).map_or(0, |text| text.len());
    println!("JSON avec les phrases : {json:?} pour {bytes} octets");
    println!(
        "phrases : {sentences:?} ; phrases et JSON : {:.2} fois le JSON des mêmes octets",
        ratio(sentences + json, json)
    );
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

fn median(runs: usize, mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(runs / 2).copied().unwrap_or_default()
}

fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64()
}
