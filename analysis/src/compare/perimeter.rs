//! Communes of one perimeter and not of another: the ends of ranges cut all codes of one length into
//! pieces, and a code next to an end stands for each.

use engine::Perimeter;
use std::collections::BTreeSet;

/// No more communes than this are tried.
const MOST: usize = 3;

/// What is in one perimeter and not in another.
pub(super) struct Only {
    /// Whether a code is.
    pub(super) any: bool,
    /// Codes to look at, that a commune may have.
    pub(super) codes: Vec<String>,
}

/// Looks for codes of a perimeter that are not of another; an absent one is everywhere.
pub(super) fn only(of: Option<&Perimeter>, not_of: Option<&Perimeter>) -> Only {
    let is_only = |code: &str| contains(of, code) && !contains(not_of, code);
    let ends: BTreeSet<&str> = [of, not_of].into_iter().flatten().flat_map(ends).collect();
    // Between two ends, the code next to one stands for all.
    let near: Vec<String> = ends.iter().flat_map(|end| neighbours(end)).collect();
    let inland = ["69123", "75056", "2A004", "2B033", "97411"].map(str::to_owned);
    let known: Vec<String> = near.into_iter().chain(inland).filter(|code| is_only(code)).collect();
    Only { any: !known.is_empty(), codes: known.into_iter().take(MOST).collect() }
}

fn ends(perimeter: &Perimeter) -> impl Iterator<Item = &str> {
    let ranges = perimeter.included.iter().chain(&perimeter.excluded);
    ranges.flat_map(|(low, high)| [low.as_str(), high.as_str()])
}

/// A code with those just before and after it, of the same length.
fn neighbours(code: &str) -> Vec<String> {
    let digits = code.chars().rev().take_while(char::is_ascii_digit).count();
    let (head, tail) = code.split_at(code.len() - digits);
    let near = |number: Option<u32>| {
        let tail = number.map(|number| format!("{number:0>digits$}"));
        tail.filter(|tail| tail.len() == digits).map(|tail| format!("{head}{tail}"))
    };
    let number = tail.parse::<u32>().ok();
    let before = near(number.and_then(|number| number.checked_sub(1)));
    let after = near(number.and_then(|number| number.checked_add(1)));
    std::iter::once(code.to_owned()).chain(before).chain(after).collect()
}

fn contains(perimeter: Option<&Perimeter>, code: &str) -> bool {
    let Some(perimeter) = perimeter else { return true };
    let within = |(low, high): &(String, String)| low.as_str() <= code && code <= high.as_str();
    (perimeter.included.is_empty() || perimeter.included.iter().any(within))
        && !perimeter.excluded.iter().any(within)
}
