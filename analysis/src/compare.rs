//! Two versions of rules side by side: one program that says both.
//!
//! Rules are compared by the cells of one code, in which what both versions compute the same way is
//! one slot: a condition that did not change is then the same condition, whatever its facts.

mod code;
mod facts;
mod openings;

pub use code::{Both, Terms};
pub use facts::{Apart, Facts};
pub use openings::{Openings, Whose, openings};
