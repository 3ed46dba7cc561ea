//! No file contradicts a verdict: what the analysis says of generated rules, against facts drawn at
//! random. `PROPTEST_CASES` sets how many recueils; the full run is `PROPTEST_CASES=2500`.

use proptest::collection::vec;
use proptest::prelude::{TestCaseError, any};
use tests::drawn::others_each_time;
use tests::soundness::{By, Tally, check};

/// Pools per recueil.
const POOLS: usize = 6;
/// Recueils of an everyday run.
const RECUEILS: u32 = 60;

#[test]
fn no_file_contradicts_a_verdict() {
    let mut runner = others_each_time(RECUEILS, 400);
    let strategy = (vec(any::<u32>(), 40..700), vec(vec(any::<u32>(), 200..900), POOLS));
    let total = std::cell::Cell::new(Tally::default());
    let result = runner.run(&strategy, |(rules, facts)| {
        let tally = check(By::Ourselves, &rules, &facts).map_err(TestCaseError::fail)?;
        total.set(total.get().plus(tally));
        Ok(())
    });
    let tally = total.get();
    println!("{tally:?}");
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let [proved, refuted, _] = tally.guarantees;
    assert!(proved > 0 && refuted > 0, "promises of both kinds are drawn");
    assert!(tally.trials > proved && tally.lines > 0 && tally.warnings > 0, "verdicts are tried");
}
