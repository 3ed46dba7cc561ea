//! Chance that is the same everywhere: whole numbers out of ChaCha8, by seed and by stream.
//!
//! No float, no clock, nothing of the machine: what is drawn depends on the seed, on what it is drawn for and
//! on the order of the draws alone.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What is drawn: each offer and each applicant has a stream of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawn {
    /// An offer, by its number.
    Offer(u64),
    /// An applicant, by its number.
    Applicant(u64),
}

/// Draws whole numbers.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// Begins the stream of a seed for what is drawn.
    pub(crate) fn new(seed: u64, drawn: Drawn) -> Self {
        let mut key = [0; 32];
        let (head, _) = key.split_at_mut(8);
        head.copy_from_slice(&seed.to_le_bytes());
        let mut chance = ChaCha8Rng::from_seed(key);
        chance.set_stream(match drawn {
            Drawn::Offer(number) => number << 1,
            Drawn::Applicant(number) => number << 1 | 1,
        });
        Self(chance)
    }

    /// Draws a number from zero up to a bound, which it does not reach; zero when the bound is zero.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// Draws a number between two, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).saturating_add(1);
        low.saturating_add(self.below(u64::try_from(width).unwrap_or(0)).cast_signed())
    }

    /// Tells whether something of so many chances in a thousand happens.
    pub(crate) fn in_a_thousand(&mut self, chances: u64) -> bool {
        self.below(1_000) < chances
    }

    /// Draws one of several, each by its weight. Absent: none has a weight.
    pub(crate) fn one_of<T: Copy>(&mut self, all: &[(u64, T)]) -> Option<T> {
        let mut at = self.below(all.iter().map(|(weight, _)| weight).sum());
        let found = all.iter().find(|(weight, _)| {
            let found = at < *weight;
            at = at.saturating_sub(*weight);
            found
        });
        found.map(|(_, one)| *one)
    }

    /// Draws along quantiles at equal steps, straight from one to the next.
    pub(crate) fn along(&mut self, quantiles: &[i64]) -> i64 {
        let steps = quantiles.len().saturating_sub(1);
        let at = usize::try_from(self.below(steps.try_into().unwrap_or(0))).unwrap_or(0);
        let next = quantiles.get(at + 1).copied();
        let (low, high) = (quantiles.get(at).copied().unwrap_or(0), next.unwrap_or(0));
        self.between(low, high.saturating_sub(1).max(low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_its_seed_and_its_number() {
        let first = |seed, drawn| Draw::new(seed, drawn).below(u64::MAX);
        assert_eq!(first(7, Drawn::Applicant(3)), first(7, Drawn::Applicant(3)));
        assert_ne!(first(7, Drawn::Applicant(3)), first(8, Drawn::Applicant(3)));
        assert_ne!(first(7, Drawn::Applicant(3)), first(7, Drawn::Applicant(4)));
        assert_ne!(first(7, Drawn::Applicant(3)), first(7, Drawn::Offer(3)));
    }

    #[test]
    fn draws_stay_within_their_bounds_and_reach_them() {
        let mut draw = Draw::new(1, Drawn::Offer(0));
        let mut seen = [0_u32; 3];
        for _ in 0..300 {
            let at = usize::try_from(draw.between(5, 7) - 5).unwrap_or(9);
            seen.get_mut(at).map_or_else(|| panic!("out of bounds"), |count| *count += 1);
        }
        assert!(seen.iter().all(|count| *count > 60), "{seen:?}");
        assert_eq!(draw.below(0), 0);
        assert_eq!(draw.between(4, 4), 4);
        assert_eq!(draw.one_of::<u8>(&[]), None);
        assert_eq!(draw.one_of(&[(0, 1), (3, 2), (0, 3)]), Some(2));
        assert!((0..200).all(|_| (10..30).contains(&draw.along(&[10, 20, 30]))));
    }
}
