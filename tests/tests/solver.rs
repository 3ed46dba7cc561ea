//! Z3 and our own procedures on generated promises: they never contradict each other, and no file
//! drawn at random contradicts what Z3 adds. `PROPTEST_CASES` sets how many recueils; the full run is
//! `PROPTEST_CASES=600`.

use analysis::Solver;
use proptest::collection::vec;
use proptest::prelude::{TestCaseError, any};
use std::cell::Cell;
use tests::drawn::same_each_time;
use tests::soundness::{By, Tally, check};
use tests::z3::z3;

/// Pools per recueil.
const POOLS: usize = 2;
/// Recueils of an everyday run: always the same ones, so that what they count is known.
const RECUEILS: u32 = 10;

#[test]
fn z3_agrees_with_our_procedures_and_no_file_contradicts_it() {
    let mut runner = same_each_time(RECUEILS, 100);
    let strategy = (vec(any::<u32>(), 40..700), vec(vec(any::<u32>(), 200..900), POOLS));
    let total = Cell::new(Tally::default());
    let result = runner.run(&strategy, |(rules, facts)| {
        let tally = check(By::Z3, &rules, &facts).map_err(TestCaseError::fail)?;
        total.set(total.get().plus(tally));
        Ok(())
    });
    let tally = total.get();
    println!("{tally:?}");
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let [proved, refuted] = tally.decided;
    assert!(proved > 0 && refuted > 0, "both decide promises of both kinds");
}

/// Three cubes that make 114: nobody knows. The question has no limit of steps, so that only time
/// ends it.
#[test]
fn a_question_that_does_not_end_is_left_open() {
    let question = "(declare-const a Int)(declare-const b Int)(declare-const c Int)\n\
                    (assert (= (+ (* a a a) (* b b b) (* c c c)) 114))\n(check-sat)\n";
    let answer = z3().clone().within(1).answer(question).expect("it ends");
    assert_eq!(answer.trim(), "timeout");
}
