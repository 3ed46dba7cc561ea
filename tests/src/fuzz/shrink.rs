//! A failing input made small, so that a reader sees what fails: parts are taken out, from the largest
//! to the smallest, as long as it fails.

use super::change::{lines, tokens};
use std::ops::Range;

/// How often an input is tried.
const TRIES: usize = 400;

/// Returns the smallest input found that still fails.
pub fn shrunk(input: &[u8], fails: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut left = TRIES;
    let by_line = without(input.to_vec(), lines, &fails, &mut left);
    let by_token = without(by_line, tokens, &fails, &mut left);
    without(by_token, lines, &fails, &mut left)
}

/// Takes out runs of parts: halves, then quarters, down to one.
fn without(
    mut input: Vec<u8>,
    cut: impl Fn(&[u8]) -> Vec<Range<usize>>,
    fails: &impl Fn(&[u8]) -> bool,
    left: &mut usize,
) -> Vec<u8> {
    let mut run = cut(&input).len().div_ceil(2);
    while run > 0 {
        let mut at = 0;
        loop {
            let parts = cut(&input);
            let Some(first) = parts.get(at) else { break };
            let last = parts.get(at + run - 1).or(parts.last()).unwrap_or(first);
            if *left == 0 {
                return input;
            }
            *left -= 1;
            let mut smaller = input.clone();
            drop(smaller.splice(first.start..last.end, []));
            if fails(&smaller) {
                input = smaller;
            } else {
                at += run;
            }
        }
        run /= 2;
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_is_taken_out() {
        let input = "un\ndeux trois quatre\ncinq\nsix sept\n".repeat(4) + "ici (a + b) là\n";
        let fails = |input: &[u8]| input.windows(5).any(|it| it == b"a + b");
        assert_eq!(shrunk(input.as_bytes(), fails), b"a + b");
    }
}
