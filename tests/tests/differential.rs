//! The engine against the reference, on generated well-typed rules and facts.
//!
//! Each generated recueil meets several pools. `PROPTEST_CASES` sets how many recueils; the full run
//! is `PROPTEST_CASES=2500`, which makes more than 10,000 cases.

use proptest::collection::vec;
use proptest::prelude::{TestCaseError, any};
use tests::differential::{Tally, check};
use tests::drawn::others_each_time;

/// Pools per recueil.
const POOLS: usize = 5;
/// Recueils of an everyday run.
const RECUEILS: u32 = 150;

#[test]
fn the_engine_agrees_with_the_reference() {
    let mut runner = others_each_time(RECUEILS, 600);
    let strategy = (vec(any::<u32>(), 40..700), vec(vec(any::<u32>(), 20..500), POOLS));
    let total = std::cell::Cell::new(Tally::default());
    let result = runner.run(&strategy, |(rules, facts)| {
        let tally = check(&rules, &facts).map_err(TestCaseError::fail)?;
        let before = total.get();
        total.set(Tally {
            cases: before.cases + tally.cases,
            candidates: before.candidates + tally.candidates,
            lines: before.lines + tally.lines,
            overflows: before.overflows + tally.overflows,
        });
        Ok(())
    });
    let tally = total.get();
    println!("{tally:?}");
    if let Err(failure) = result {
        panic!("{failure}");
    }
    assert!(tally.lines > tally.cases, "the generated grids have lines");
    assert!(tally.overflows * 20 < tally.cases, "overflow is rare");
}
