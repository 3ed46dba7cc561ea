//! One style for rule files: text in, text out.
//!
//! The words come from the parse (`syntax::outlined`), so that a keyword is told from a name; the
//! lines and the comments are the author's. `spacing` sets the words of a line, `rows` aligns
//! tables, `page` places lines, comments and blank lines.
//!
//! Invariants: a file with errors is not formatted; what is formatted parses to the same tree,
//! which is checked each time; formatting twice changes nothing more.

mod page;
mod rows;
mod spacing;

use crate::syntax::{outlined, parse, print};
use source::{Checked, Diagnostic, FileId, Span, code};

/// Formats a file of rules.
///
/// Errors: those of [`parse`]; `E0101` when the layout would change the meaning, which no known
/// text does.
pub fn format(file: FileId, text: &str) -> Checked<String> {
    let found = outlined(file, text);
    let Some(outlined) = found.value else {
        return Checked::new(None, found.diagnostics);
    };
    let formatted = page::page(&outlined.lines);
    let again = parse(file, &formatted);
    let same = again.diagnostics.is_empty()
        && again.value.is_some_and(|unit| print(&unit) == print(&outlined.unit));
    if same {
        return Checked::new(Some(formatted), found.diagnostics);
    }
    let message = "la mise en forme changerait le sens de ce fichier ; il reste tel quel";
    Checked::new(None, vec![Diagnostic::new(code::SYNTAX, Span::new(file, 0, 0), message)])
}
