//! Counts with their nouns, and ranks: zero and one are singular in French.

use std::fmt::Display;

/// Writes a count with its noun: `1 candidat`, `2 candidats`.
pub fn counted<N>(count: N, one: &str, many: &str) -> String
where
    N: Copy + Display + PartialOrd + From<u8>,
{
    format!("{count} {}", if count > N::from(1) { many } else { one })
}

/// Writes a rank: `1er`, `2e`.
pub fn ordinal(rank: u32) -> String {
    if rank == 1 { "1er".to_owned() } else { format!("{rank}e") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plural_begins_at_two() {
        let lines = |count: usize| counted(count, "ligne", "lignes");
        assert_eq!([0, 1, 2].map(lines), ["0 ligne", "1 ligne", "2 lignes"]);
    }
}
