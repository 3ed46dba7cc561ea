//! Runners of property tests: `PROPTEST_CASES` says how many cases, else the everyday number.

use proptest::prelude::ProptestConfig;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// Makes a runner that draws other cases each time.
pub fn others_each_time(everyday: u32, shrinks: u32) -> TestRunner {
    TestRunner::new(config(everyday, shrinks))
}

/// Makes a runner that always draws the same cases, for a test that counts what they reach.
pub fn same_each_time(everyday: u32, shrinks: u32) -> TestRunner {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config(everyday, shrinks), rng)
}

fn config(everyday: u32, shrinks: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(everyday),
        max_shrink_iters: shrinks,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
