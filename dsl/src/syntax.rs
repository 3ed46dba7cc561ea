//! Text to the syntax tree, and back.

mod from_text;
pub(crate) mod outline;
mod print;
pub mod tree;
mod walk;

pub(crate) use from_text::{outlined, too_long};
pub use from_text::{parse, parse_cell, parse_expr, parse_result};
pub(crate) use print::grid::{Row, grid};
pub use print::{
    print, print_clause, print_communes, print_declaration, print_expr, print_field,
    print_order_key,
};
