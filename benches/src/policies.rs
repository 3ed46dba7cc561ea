//! What evaluating a dossier of `examples/` by `policies/` costs: plain and traced, one and many.
//!
//! `cargo run --release --bin policies` in `benches/`; `policies PATH COUNT` does one thing that many
//! times, to be counted by an instruction counter.

use benches::timing::alone;
use benches::{Rules, root};
use engine::{Plans, Pool};
use std::hint::black_box;

/// The allocator of `bareme`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each thing is done.
const RUNS: usize = 400;
/// The dossiers.
const DOSSIERS: &[&str] = &["un-candidat", "lyon-6e", "neuf-candidats"];

fn main() -> Result<(), String> {
    let rules = Rules::from_dir(&root().join("policies"))?;
    let mut arguments = std::env::args().skip(1);
    if let (Some(path), Some(count)) = (arguments.next(), arguments.next()) {
        let count = count.parse().map_err(|_| "un nombre")?;
        return repeat(&rules, &path, count);
    }
    let plans = Plans::new(rules.evaluator());
    for name in DOSSIERS {
        let pool = example(&rules, name)?;
        let count = pool.candidates.len();
        let (all, planned) = plans.coverage(pool.date);
        println!("{name} ({count} candidats, {planned} codes planifiés sur {all}), par candidat :");
        for (path, run) in PATHS {
            let time = alone(RUNS, count, || run(&rules, &plans, &pool));
            println!("  {path:<10} {time:>10.0} ns");
        }
    }
    Ok(())
}

/// A way to evaluate.
type Path = fn(&Rules, &Plans<'_>, &Pool);

const PATHS: &[(&str, Path)] =
    &[("classé", ranked), ("tracé", traced), ("jugé", assessed), ("planifié", planned)];

fn ranked(rules: &Rules, _: &Plans<'_>, pool: &Pool) {
    black_box(rules.evaluator().rank(black_box(pool)));
}

fn traced(rules: &Rules, _: &Plans<'_>, pool: &Pool) {
    black_box(rules.evaluator().rank_traced(black_box(pool), 0));
}

fn assessed(rules: &Rules, _: &Plans<'_>, pool: &Pool) {
    black_box(rules.evaluator().assess(black_box(pool)));
}

fn planned(_: &Rules, plans: &Plans<'_>, pool: &Pool) {
    black_box(plans.assess(black_box(pool)));
}

fn repeat(rules: &Rules, path: &str, count: usize) -> Result<(), String> {
    let pool = example(rules, "un-candidat")?;
    let run = PATHS.iter().find(|(name, _)| *name == path).ok_or("un chemin")?.1;
    let plans = Plans::new(rules.evaluator());
    (0..count).for_each(|_| run(rules, &plans, &pool));
    Ok(())
}

fn example(rules: &Rules, name: &str) -> Result<Pool, String> {
    let path = root().join("examples").join(format!("{name}.yaml"));
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    rules.pool(&text)
}
