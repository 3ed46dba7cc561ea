//! Text to the syntax tree, and back.

mod from_text;
mod print;
pub mod tree;
mod walk;

pub(crate) use from_text::too_long;
pub use from_text::{parse, parse_cell, parse_expr, parse_result};
pub use print::print;
