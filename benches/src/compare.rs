//! The workload in Barème beside the same by hand: equal on every value, then timed in one run.
//!
//! `cargo run --release --bin compare` in `benches/`.

use benches::by_hand::{self, NAMES, Values};
use benches::columns::{self, Population, Slotted};
use benches::json::Answering;
use benches::population::{Applicant, POOL, examples, population};
use benches::timing::{Measure, beside, twofold};
use benches::workload::{Workload, today};
use engine::{Assessed, Columns, Exact, Outcomes, Plans, Pool, Truth};
use std::hint::black_box;
use yardstick::json;

/// The allocator of `bareme`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many offers are compared and timed.
const OFFERS: usize = 400;
/// How many are compared and timed row by row, without a kernel.
const WALKED: usize = 40;
/// How many offers are evaluated at once.
const PIECE: usize = 16;
/// How often each thing is done.
const REPETITIONS: usize = 15;

fn main() -> Result<(), String> {
    let workload = Workload::open()?;
    let applicants = population(OFFERS * POOL);
    let ranks = by_hand::ranks(&applicants);
    check_examples(&workload)?;
    for (applicants, ranks) in applicants.chunks(POOL).zip(ranks.chunks(POOL)).take(WALKED) {
        check(&workload, applicants, ranks)?;
    }
    check_columns(&workload, &applicants, &ranks)?;
    check_json(&workload, &applicants)?;
    println!("{} candidats : {} valeurs égales pour chacun", applicants.len(), NAMES.len());
    timed(&workload, &applicants, &ranks)
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

/// Compares every value by columns, by hand and by the engine, and the final ranks.
fn check_columns(
    workload: &Workload,
    applicants: &[Applicant],
    ranks: &[u8],
) -> Result<(), String> {
    let (own, slotted) = (Population::new(applicants), Slotted::new(applicants));
    let rules = Columns::new(Plans::new(workload.rules.evaluator()));
    let batch = slotted.batch(workload, &rules).map_err(|error| error.to_string())?;
    let mut outcomes = Outcomes::default();
    columns::evaluate(&rules, &batch, &columns::pools(0..applicants.len()), &mut outcomes)?;
    let mut out = columns::output(applicants.len());
    columns::by_hand(&own, ranks, &mut out, 0..applicants.len());
    let mut single = rules.single(today(), None).ok_or("pas de noyau")?;
    let facts = single.facts().to_vec();
    for (at, (applicant, rank)) in applicants.iter().zip(ranks).enumerate() {
        let hand = by_hand::evaluate(applicant, *rank);
        let by_columns = columns::row(&out, at);
        if by_columns != hand {
            return Err(format!("à la main {hand:?}, par colonnes {by_columns:?}"));
        }
        let engine = columns::values(&outcomes, at);
        if engine != hand {
            return Err(format!("à la main {hand:?}, par le noyau {engine:?}"));
        }
        if at % 97 == 0 {
            let first = by_hand::evaluate(applicant, 1);
            let slots = slotted.slots(workload, &facts, at);
            let said = single.evaluate(&slots).map(<[i64]>::to_vec);
            let own = said.map(|said| columns::alone_values(&single, &said));
            if own != Some(first) {
                return Err(format!("à la main {first:?}, seul {own:?}"));
            }
        }
    }
    let placed = by_hand::places(applicants, ranks);
    let (mut first, mut last) = (vec![0; ranks.len()], vec![0; ranks.len()]);
    columns::by_hand_ranked(&own, &mut out, &mut first, &mut last);
    if first != ranks || last != placed {
        return Err("les rangs à la main diffèrent".to_owned());
    }
    match placed.iter().zip(&outcomes.rank).position(|(hand, own)| hand != own) {
        Some(at) => Err(format!("candidat {at} : rang {}", outcomes.rank[at])),
        None => Ok(()),
    }
}

/// Compares every value that is written in JSON of some who apply alone, by hand and by the engine.
fn check_json(workload: &Workload, applicants: &[Applicant]) -> Result<(), String> {
    let rules = Columns::new(Plans::new(workload.rules.evaluator()));
    let mut ours = Answering::new(workload, &rules).ok_or("pas de noyau")?;
    let (mut own, mut hand) = (Vec::new(), Vec::new());
    for (at, applicant) in applicants.iter().enumerate().step_by(7) {
        let text = json::written(applicant, at % POOL);
        own.clear();
        hand.clear();
        ours.answer(text.as_bytes(), &mut own)?;
        json::by_hand(text.as_bytes(), &mut hand)?;
        let (own, hand) = (json::values(&own)?, json::values(&hand)?);
        if own != hand || hand != by_hand::evaluate(applicant, 1) {
            return Err(format!("en JSON, à la main {hand:?}, Barème {own:?}"));
        }
    }
    Ok(())
}

fn told(what: &str, measure: Measure) {
    println!("{what:<46} {:>9.1} ns {:>8.2}", measure.each, measure.ratio);
}

fn timed(workload: &Workload, applicants: &[Applicant], ranks: &[u8]) -> Result<(), String> {
    let mut out = vec![[0; NAMES.len()]; applicants.len()];
    let mut hand = || {
        let rows = applicants.iter().zip(ranks).zip(&mut out);
        rows.for_each(|((row, rank), out)| *out = by_hand::evaluate(black_box(row), *rank));
        black_box(&out);
    };
    println!("{:<46} {:>12} {:>8}", "", "par candidat", "÷ main");
    let count = applicants.len();
    let some = applicants.get(..WALKED * POOL).unwrap_or(applicants);
    let pools: Vec<Pool> = some.chunks(POOL).map(|offer| workload.pool(offer)).collect();
    let evaluator = workload.rules.evaluator();
    let pooled = || pools.iter().for_each(|pool| drop(black_box(evaluator.assess(pool))));
    told("par offre, sans noyau", beside(3, (some.len(), pooled), (count, &mut hand)));
    let alone: Vec<Pool> = applicants.iter().take(POOL).map(|it| workload.pool(&[*it])).collect();
    let single = || alone.iter().for_each(|pool| drop(black_box(evaluator.assess(pool))));
    told("un candidat, sans noyau", beside(3, (POOL, single), (count, &mut hand)));

    let slotted = Slotted::new(applicants);
    let rules = Columns::new(Plans::new(workload.rules.evaluator()));
    let mut one = rules.single(today(), None).ok_or("pas de noyau")?;
    let facts = one.facts().to_vec();
    let rows: Vec<Vec<i64>> = (0..POOL).map(|row| slotted.slots(workload, &facts, row)).collect();
    let single = || {
        for _ in 0..40 {
            for row in &rows {
                black_box(one.evaluate(black_box(row)));
            }
        }
    };
    let few = applicants.get(..POOL).unwrap_or_default();
    let mut held = vec![[0; NAMES.len()]; POOL];
    let mut by_one = || {
        for _ in 0..40 {
            let rows = few.iter().zip(&mut held);
            rows.for_each(|(row, out)| *out = by_hand::evaluate(black_box(row), 1));
            black_box(&held);
        }
    };
    let measure = beside(REPETITIONS, (POOL * 40, single), (POOL * 40, &mut by_one));
    told("un candidat, faits en cases, par le noyau", measure);
    let mut watcher = rules.watcher(today(), None).ok_or("pas de noyau")?;
    let facts = watcher.facts().to_vec();
    let rows: Vec<Vec<i64>> = (0..POOL).map(|row| slotted.slots(workload, &facts, row)).collect();
    let mut records = vec![vec![0; watcher.width()]; POOL];
    let traced = || {
        for _ in 0..40 {
            for (row, record) in rows.iter().zip(&mut records) {
                black_box(watcher.record(black_box(row), record));
            }
        }
    };
    let measure = beside(REPETITIONS, (POOL * 40, traced), (POOL * 40, &mut by_one));
    told("un candidat, chaque opération gardée", measure);

    timed_json(workload, few)?;
    let own = Population::new(applicants);
    let mut table = columns::output(count);
    let mut by_columns = || {
        columns::by_hand(&own, ranks, &mut table, 0..count);
        black_box(&table);
    };
    told("colonnes à la main", beside(REPETITIONS, (count, &mut by_columns), (count, &mut hand)));
    println!("{:<46} {:>12} {:>8}", "", "", "÷ col.");
    let all = columns::pools(0..count);
    let batch = slotted.batch(workload, &rules).map_err(|error| error.to_string())?;
    let mut outcomes = Outcomes::default();
    let ours = || {
        for some in all.chunks(PIECE) {
            black_box(columns::evaluate(&rules, &batch, some, &mut outcomes)).unwrap_or_default();
        }
    };
    let measure = beside(REPETITIONS, (count, ours), (count, &mut by_columns));
    told("colonnes par le noyau, les deux rangs", measure);
    let (mut first, mut last) = (vec![0; count], vec![0; count]);
    let mut ranked = || {
        columns::by_hand_ranked(&own, &mut table, &mut first, &mut last);
        black_box((&table, &last));
    };
    let ours = || {
        for some in all.chunks(PIECE) {
            black_box(columns::evaluate(&rules, &batch, some, &mut outcomes)).unwrap_or_default();
        }
    };
    println!("{:<46} {:>12} {:>8}", "", "", "÷ col. et rangs");
    let measure = beside(REPETITIONS, (count, ours), (count, &mut ranked));
    told("colonnes par le noyau, les deux rangs", measure);
    let states = [Outcomes::default(), Outcomes::default()];
    let twice = twofold(REPETITIONS, count, states, |outcomes| {
        for some in all.chunks(PIECE) {
            black_box(columns::evaluate(&rules, &batch, some, outcomes)).unwrap_or_default();
        }
    });
    println!("{:<46} {:>12} {twice:>8.2}", "deux cœurs, fois un", "");
    Ok(())
}

/// Times candidates from JSON to JSON, beside the same by hand.
fn timed_json(workload: &Workload, applicants: &[Applicant]) -> Result<(), String> {
    let rules = Columns::new(Plans::new(workload.rules.evaluator()));
    let mut ours = Answering::new(workload, &rules).ok_or("pas de noyau")?;
    let texts = applicants.iter().enumerate().map(|(at, it)| json::written(it, at));
    let texts: Vec<String> = texts.collect();
    let (mut own, mut hand) = (Vec::new(), Vec::new());
    let ours = || {
        for text in &texts {
            own.clear();
            black_box(ours.answer(black_box(text.as_bytes()), &mut own)).unwrap_or_default();
            black_box(&own);
        }
    };
    let by_hand = || {
        for text in &texts {
            hand.clear();
            black_box(json::by_hand(black_box(text.as_bytes()), &mut hand)).unwrap_or_default();
            black_box(&hand);
        }
    };
    println!("{:<46} {:>12} {:>8}", "", "", "÷ serde");
    let measure = beside(10 * REPETITIONS, (texts.len(), ours), (texts.len(), by_hand));
    told("un candidat, de JSON à JSON", measure);
    println!("{:<46} {:>12} {:>8}", "", "", "÷ main");
    Ok(())
}
