//! The registry as a whole, on a real store.

mod given;

mod attacks;
mod decisions;
