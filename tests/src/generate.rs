//! Well-typed rules and facts out of a stream of choices.
//!
//! Every decision takes the next number of the stream; past its end it is 0, the simplest. So a
//! shorter stream is a smaller recueil, and a failing case shrinks by itself. Numbers and dates are
//! drawn from small pools that rules and facts share, so that bounds are met exactly and ranks tie.

mod expressions;
mod facts;
mod policies;
mod tables;
mod vocabulary;

pub use facts::{completed, pool};
pub use policies::{days, recueil};

/// A stream of choices.
#[derive(Debug)]
pub struct Choices<'c> {
    stream: &'c [u32],
    taken: usize,
}

impl<'c> Choices<'c> {
    /// Starts a stream.
    pub fn new(stream: &'c [u32]) -> Self {
        Self { stream, taken: 0 }
    }

    /// Chooses a number below a positive count.
    pub fn below(&mut self, count: usize) -> usize {
        let next = self.stream.get(self.taken).copied().unwrap_or(0);
        self.taken += 1;
        next as usize % count.max(1)
    }

    /// Tells whether something that happens that often happens; never past the end of the stream.
    pub fn often(&mut self, percent: usize) -> bool {
        self.below(100) + percent >= 100
    }

    /// Chooses an item. An empty slice gives nothing.
    pub fn pick<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        items.get(self.below(items.len()))
    }

    /// Chooses a word.
    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words).copied().unwrap_or_default()
    }
}
