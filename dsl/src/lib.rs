//! Rule files to a compiled program.

pub mod resolved;
pub mod syntax;
pub mod typed;
