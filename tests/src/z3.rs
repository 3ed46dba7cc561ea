//! The Z3 program that the tests ask: the machine's, or one that `tests/tools/z3` gets.

use crate::rules::root;
use solver::Z3;
use std::process::Command;
use std::sync::OnceLock;

/// Returns the program.
///
/// # Panics
///
/// On a machine where there is none and none can be had: the test fails, nothing is passed over.
#[expect(clippy::panic, reason = "a test that cannot ask Z3 has failed")]
pub fn z3() -> &'static Z3 {
    static FOUND: OnceLock<Z3> = OnceLock::new();
    FOUND.get_or_init(|| {
        let output = Command::new(root().join("tests/tools/z3")).output();
        let output = output.unwrap_or_else(|error| panic!("tests/tools/z3: {error}"));
        let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !path.is_empty(), "tests/tools/z3: {said}");
        Z3::at(path)
    })
}
