//! Rule files to a compiled program.

pub mod syntax;
