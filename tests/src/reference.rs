//! A slow, naive, exact evaluator straight over the typed tree: the oracle of the engine.
//!
//! Same meaning, other means: rationals without limits instead of 128 bits, a recursive walk instead
//! of flat slots, counting instead of sorting, a set of reasons instead of an arena, and everything
//! computed again whenever it is needed. It says nothing of ranges, maxima and wording.

mod calendar;
mod expression;
mod lines;
mod outcome;
mod ranking;
mod table;
mod value;

pub use expression::{Env, World};
pub use outcome::{Because, Candidate, Condition, Grid, IfAllApply, Line, of_pool};
pub use ranking::{rank, ranking_at};
pub use value::{Val, Why, Whys, rational};
