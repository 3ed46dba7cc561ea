//! Text to the syntax tree.
//!
//! The text is cleaned (`original`), cut into chunks and blocks (`layout`), each block is scanned
//! for mistakes that a grammar cannot name (`lexis`), parsed (`machine`, or pest where it must say what is wrong:
//! `node` is the only module that knows it) and built into the tree (`literals`, `expressions`, `clauses`, `tables`, then
//! `declarations`, `criteria`, `examples`, `unit`). For the formatter, the words of each block are
//! kept on the way (`trace`) and given line by line (`lines`).
//!
//! Invariants: nothing panics or hangs on any input; a broken block is exactly one diagnostic and
//! hides no other; places are bytes of the text as read.

mod clauses;
mod criteria;
mod declarations;
mod examples;
mod expected;
mod expressions;
mod layout;
mod lexis;
mod lines;
mod literals;
mod machine;
mod node;
mod original;
mod reader;
mod repair;
mod tables;
mod trace;
mod unit;

use super::outline;
use super::tree::{CellKind, Expr, RowResult, Unit};
use crate::limits::FILE_BYTES;
use node::{Node, Rule};
use original::Original;
use reader::Reader;
use source::{Checked, Diagnostic, FileId, Span, code};
use trace::Trace;

/// A value, or the one diagnostic of its block.
type Built<T> = Result<T, Box<Diagnostic>>;

const HEADER_WORDS: &[&str] = &["vocabulaire", "cadre", "politique", "classement"];
const UNIT_WORDS: &[&str] = &[
    "version",
    "en vigueur",
    "utilise",
    "source",
    "fondement",
    "sur",
    "plafond",
    "plancher",
    "hypothèse",
    "relu",
    "applique",
    "s'applique",
    "périmètre",
    "critères",
    "exige",
    "visible",
    "partage",
    "employeur",
    "quota",
    "validation",
    "champ",
    "propose",
    "grilles",
    "ordre",
    "retient",
];
const DECLARATION_WORDS: &[&str] = &[
    "énumération",
    "entité",
    "définition",
    "paramètre",
    "table",
    "fonction",
    "critère",
    "famille",
    "tranche",
    "éligible",
    "garantie",
    "exemple",
];
const CLAUSE_WORDS: &[&str] = &[
    "donne",
    "retire",
    "si",
    "sauf",
    "exige",
    "au moins",
    "au plus",
    "en vigueur",
    "avec",
    "source",
    "fondement",
    "dit",
    "sinon",
    "hypothèse",
    "relu",
    "plafond",
    "plancher",
    "partage",
    "facultatif",
    "sensible",
    "protégé",
    "unique",
    "cerfa",
    "levier",
];

/// Parses one file of rules.
///
/// Errors: `E0101` to `E0112`, `E0114`; a file beyond 1 MiB (`E0110`) is not parsed at all.
pub fn parse(file: FileId, text: &str) -> Checked<Unit> {
    if text.len() > FILE_BYTES {
        return Checked::new(None, vec![too_long(file, text)]);
    }
    let (mut original, faults) = Original::clean(file, text, 0);
    let layout = layout::cut(&mut original);
    let mut reader = Reader { original: &original, faults, broken: Vec::new(), trace: None };
    let unit = reader.unit(&layout);
    Checked::new(unit, reader.faults)
}

/// Parses one file of rules, and says of each of its lines what it is and what words it holds.
///
/// Errors: as [`parse`]; there is no outline when there is an error.
pub(crate) fn outlined(file: FileId, text: &str) -> Checked<Outlined> {
    if text.len() > FILE_BYTES {
        return Checked::new(None, vec![too_long(file, text)]);
    }
    let (mut original, faults) = Original::clean(file, text, 0);
    let written = original.text.clone();
    let layout = layout::cut(&mut original);
    let trace = Some(Trace::default());
    let mut reader = Reader { original: &original, faults, broken: Vec::new(), trace };
    let unit = reader.unit(&layout);
    let Reader { faults, trace, .. } = reader;
    let found = Checked::new(unit, faults);
    if found.has_errors() {
        return Checked::new(None, found.diagnostics);
    }
    let lines = lines::lines(&written, &original.text, &layout, trace.unwrap_or_default());
    let outlined = found.value.map(|unit| Outlined { unit, lines });
    Checked::new(outlined, found.diagnostics)
}

/// A file parsed, and its lines as they are written.
#[derive(Debug)]
pub(crate) struct Outlined {
    /// The tree.
    pub(crate) unit: Unit,
    /// Its lines, comments and blank ones included.
    pub(crate) lines: Vec<outline::Line>,
}

/// Says that a file is beyond the limit.
pub(crate) fn too_long(file: FileId, text: &str) -> Diagnostic {
    let first_line = text.find('\n').unwrap_or(text.len());
    let first_line = text.floor_char_boundary(first_line.min(80));
    let megabytes = text.len().div_ceil(FILE_BYTES);
    let message = format!("fichier de plus de 1 Mo (environ {megabytes} Mo)");
    Diagnostic::new(code::TOO_LONG, Span::new(file, 0, first_line), message)
        .with_help("coupez le fichier, ou mettez les grands tableaux en CSV")
}

/// Parses one cell of a table, such as `de 1 an à moins de 3 ans`.
///
/// `offset` is where the text starts in its file. Errors: as [`parse`].
pub fn parse_cell(file: FileId, text: &str, offset: usize) -> Checked<CellKind> {
    alone(file, text, offset, Rule::cell_entry, |node| tables::cell(&node.only()))
}

/// Parses the result of a row, such as `de 0 point à 40 points`.
///
/// `offset` is where the text starts in its file. Errors: as [`parse`].
pub fn parse_result(file: FileId, text: &str, offset: usize) -> Checked<RowResult> {
    alone(file, text, offset, Rule::result_entry, |node| tables::result(&node.only()))
}

/// Parses one expression.
///
/// `offset` is where the text starts in its file. Errors: as [`parse`].
pub fn parse_expr(file: FileId, text: &str, offset: usize) -> Checked<Expr> {
    alone(file, text, offset, Rule::expr_entry, |node| expressions::expr(&node.only()))
}

fn alone<T>(
    file: FileId,
    text: &str,
    offset: usize,
    rule: Rule,
    build: impl FnOnce(&Node<'_>) -> Built<T>,
) -> Checked<T> {
    if text.len() > FILE_BYTES {
        return Checked::new(None, vec![too_long(file, text)]);
    }
    let (original, mut faults) = Original::clean(file, text, offset);
    let trimmed = original.text.trim_end();
    let start = trimmed.len() - trimmed.trim_start().len();
    let parsed =
        node::parse(rule, &original, start, trimmed.len()).and_then(|tree| build(&tree.root()));
    match parsed {
        Ok(value) => Checked::new(Some(value), faults),
        Err(fault) => {
            faults.push(*fault);
            Checked::new(None, faults)
        }
    }
}
