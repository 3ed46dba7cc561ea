//! The leaf of the workspace: source files, spans, and the [`Diagnostic`] value.
//!
//! Nothing here reads a disk or renders a message: a diagnostic is data until it reaches an edge
//! (terminal, JSON, page).

mod codes;
mod counted;
mod diagnostic;
mod file;
mod suggestion;

pub use codes::{Code, CodeInfo, all_codes, code_info};
pub use counted::{counted, ordinal};
pub use diagnostic::{Checked, Diagnostic, Edit, Example, Label, Severity};
pub use file::{FileId, LineColumn, SourceFile, Sources, Span};
pub use suggestion::{did_you_mean, fold, nearest, nearest_all};

/// The constants naming each diagnostic code.
pub mod code {
    pub use crate::codes::constants::*;
}
