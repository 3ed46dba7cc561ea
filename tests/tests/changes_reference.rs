//! What could change against the slow search, on generated rules and facts.
//!
//! `PROPTEST_CASES` sets how many recueils.

use proptest::collection::vec;
use proptest::prelude::{TestCaseError, any};
use tests::changed::reference::{Tally, check};
use tests::drawn::same_each_time;

/// Recueils of an everyday run.
const RECUEILS: u32 = 30;
/// How many candidates a long run draws at least.
const LONG: usize = 400;

#[test]
fn what_is_shown_is_reached_and_nothing_smaller_reaches_it() {
    let mut runner = same_each_time(RECUEILS, 400);
    let strategy = (vec(any::<u32>(), 40..700), vec(vec(any::<u32>(), 20..500), 2));
    let total = std::cell::Cell::new(Tally::default());
    let result = runner.run(&strategy, |(rules, facts)| {
        let tally = check(&rules, &facts).map_err(TestCaseError::fail)?;
        let before = total.get();
        total.set(Tally {
            candidates: before.candidates + tally.candidates,
            changes: before.changes + tally.changes,
            pairs: before.pairs + tally.pairs,
            undecided: before.undecided + tally.undecided,
            margins: before.margins + tally.margins,
            tried: before.tried + tally.tried,
        });
        Ok(())
    });
    let tally = total.get();
    println!("{tally:?}");
    if let Err(failure) = result {
        panic!("{failure}");
    }
    assert!(tally.changes > tally.candidates / 4, "the generated rules have levers that matter");
    // Drawn rules seldom leave a margin: a long run meets some.
    assert!(
        tally.margins > 0 || tally.candidates < LONG,
        "some may move without a loss, and not beyond"
    );
    assert!(tally.undecided * 4 < tally.candidates, "most levers are tried to the end");
}
