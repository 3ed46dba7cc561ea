//! The workload in Barème beside the same by hand: equal on every value, then timed in one run.
//!
//! `cargo run --release --bin compare` in `benches/`.

use benches::by_hand::{self, NAMES, Values};
use benches::population::{Applicant, POOL, examples, population};
use benches::timing::beside;
use benches::workload::Workload;
use engine::{Assessed, Exact, Pool, Truth};
use std::hint::black_box;

/// The allocator of `bareme`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many offers are compared and timed.
const OFFERS: usize = 40;
/// How often each thing is done.
const REPETITIONS: usize = 15;

fn main() -> Result<(), String> {
    let workload = Workload::open()?;
    let applicants = population(OFFERS * POOL);
    let ranks = by_hand::ranks(&applicants);
    check_examples(&workload)?;
    for (applicants, ranks) in applicants.chunks(POOL).zip(ranks.chunks(POOL)) {
        check(&workload, applicants, ranks)?;
    }
    println!("{} candidats : {} valeurs égales pour chacun", applicants.len(), NAMES.len());
    timed(&workload, &applicants, &ranks);
    Ok(())
}

/// Compares the worked examples with their totals.
fn check_examples(workload: &Workload) -> Result<(), String> {
    let (rows, totals): (Vec<Applicant>, Vec<i16>) = examples().into_iter().unzip();
    let ranks = by_hand::ranks(&rows);
    check(workload, &rows, &ranks)?;
    let given = rows.iter().zip(&ranks).map(|(row, rank)| by_hand::evaluate(row, *rank)[17]);
    if given.eq(totals) { Ok(()) } else { Err("les exemples ne font pas 536 et 539".to_owned()) }
}

/// Compares every value of the candidates of one offer. Errors: the first that differs.
fn check(workload: &Workload, applicants: &[Applicant], ranks: &[u8]) -> Result<(), String> {
    let pool = workload.pool(applicants);
    let assessment = workload.rules.evaluator().assess(&pool).ok_or("pas de classement")?;
    for (at, (applicant, rank)) in applicants.iter().zip(ranks).enumerate() {
        let assessed = assessment.candidate(at).ok_or("un candidat manque")?;
        let (own, hand) = (values(assessed), by_hand::evaluate(applicant, *rank));
        let differs = NAMES.iter().zip(own).zip(hand).find(|((_, own), hand)| own != hand);
        if let Some(((name, own), hand)) = differs {
            return Err(format!("{applicant:?} : {name} {own}, à la main {hand}"));
        }
    }
    Ok(())
}

/// Lists the values in the order of [`NAMES`].
fn values(assessed: &Assessed<'_>) -> Values {
    let mut all = [0; NAMES.len()];
    let grids = assessed.grids.iter().flat_map(|grid| {
        let lines = grid.lines.iter().filter(|line| line.id() != "ecretement");
        let is_a_line = grid.lines.len() == 1;
        let sum = grid.points.filter(|_| !is_a_line).map(points);
        lines.map(|line| points(line.points)).chain(sum)
    });
    let eligible = i16::from(assessed.eligible == Truth::Yes);
    let last = [points(assessed.total), eligible];
    all.iter_mut().zip(grids.chain(last)).for_each(|(slot, value)| *slot = value);
    all
}

fn points(points: Exact) -> i16 {
    if points.is_whole() { points.numerator() as i16 } else { i16::MIN }
}

fn timed(workload: &Workload, applicants: &[Applicant], ranks: &[u8]) {
    let mut out = vec![[0; NAMES.len()]; applicants.len()];
    let mut hand = || {
        let rows = applicants.iter().zip(ranks).zip(&mut out);
        rows.for_each(|((row, rank), out)| *out = by_hand::evaluate(black_box(row), *rank));
        black_box(&out);
    };
    let count = applicants.len();
    let pools: Vec<Pool> = applicants.chunks(POOL).map(|offer| workload.pool(offer)).collect();
    let evaluator = workload.rules.evaluator();
    let pooled = || pools.iter().for_each(|pool| drop(black_box(evaluator.assess(pool))));
    let measure = beside(REPETITIONS, (count, pooled), (count, &mut hand));
    println!("par offre de {POOL} : {:.0} ns, {:.1} fois la main", measure.each, measure.ratio);
    let alone: Vec<Pool> = applicants.iter().take(POOL).map(|it| workload.pool(&[*it])).collect();
    let single = || alone.iter().for_each(|pool| drop(black_box(evaluator.assess(pool))));
    let measure = beside(REPETITIONS, (POOL, single), (count, &mut hand));
    println!("un candidat : {:.0} ns, {:.1} fois la main", measure.each, measure.ratio);
}
