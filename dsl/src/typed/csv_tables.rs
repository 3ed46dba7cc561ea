//! CSV tables: `;` between columns, decimal comma, cells written as in a text table.
//!
//! Optional first columns `du` and `au` date each row (ISO days).

use super::from_resolved::Checker;
use crate::limits::FILE_BYTES;
use crate::syntax::tree::{Cell, CellKind, Expr, Name, Period, TableRow, TableRows, Text};
use crate::syntax::{parse_cell, parse_expr, parse_result, too_long};
use engine::Date;
use source::{Checked, Diagnostic, FileId, Span, code, counted};

/// A cell of the file: its text and its place.
struct Piece<'t> {
    text: &'t str,
    span: Span,
}

impl Checker<'_> {
    /// Reads the rows of a CSV table. Errors: `E0508`, and those of its cells.
    pub(super) fn csv_rows(&mut self, file: &Text) -> Option<TableRows> {
        let Some(id) = self.files.table(&file.text) else {
            let message = format!("le tableau « {} » n'est pas dans le recueil", file.text);
            let known = self.files.tables.keys().map(String::as_str);
            self.out.push(
                Diagnostic::new(code::CSV_FILE, file.span, message)
                    .with_suggestion(&file.text, known),
            );
            return None;
        };
        let text = &self.sources.get(id)?.text;
        if text.len() > FILE_BYTES {
            self.out.push(too_long(id, text));
            return None;
        }
        let mut lines = csv_lines(id, text);
        let Some(header) = lines.next() else {
            self.out.push(Diagnostic::new(code::CSV_FILE, file.span, "le tableau est vide"));
            return None;
        };
        let dated = header.len() >= 2
            && header.first().is_some_and(|piece| piece.text == "du")
            && header.get(1).is_some_and(|piece| piece.text == "au");
        let skip = if dated { 2 } else { 0 };
        let (result, inputs) = header.get(skip..)?.split_last()?;
        let result = Name { text: result.text.to_owned(), span: result.span };
        let inputs: Vec<Option<Expr>> = inputs
            .iter()
            .map(|piece| self.kept(parse_expr(id, piece.text, piece.span.start as usize)))
            .collect();
        let inputs: Vec<Expr> = inputs.into_iter().collect::<Option<_>>()?;
        let mut rows = Vec::new();
        let mut sound = true;
        for line in lines {
            match self.csv_row(id, &line, skip, header.len()) {
                Some(row) => rows.push(row),
                None => sound = false,
            }
        }
        sound.then_some(TableRows { inputs, result, rows })
    }

    fn csv_row(
        &mut self,
        id: FileId,
        line: &[Piece<'_>],
        skip: usize,
        width: usize,
    ) -> Option<TableRow> {
        let span = line.first()?.span.to(line.last()?.span);
        if line.len() != width {
            let (due, found) = (counted(width, "colonne", "colonnes"), line.len());
            self.out.push(Diagnostic::new(
                code::CSV_FILE,
                span,
                format!("attendu {due}, trouvé {found}"),
            ));
            return None;
        }
        let (dates, rest) = line.split_at_checked(skip)?;
        let period = match dates {
            [from, to] => Some(Period { from: self.csv_date(from)?, to: self.csv_date(to)?, span }),
            _ => None,
        };
        let (result, cells) = rest.split_last()?;
        let mut read = Vec::new();
        for cell in cells {
            let kind: Option<CellKind> =
                self.kept(parse_cell(id, cell.text, cell.span.start as usize));
            read.push(kind.map(|kind| Cell { kind, span: cell.span }));
        }
        let cells: Vec<Cell> = read.into_iter().collect::<Option<_>>()?;
        let result = self.kept(parse_result(id, result.text, result.span.start as usize))?;
        Some(TableRow { period, cells, result, span })
    }

    fn csv_date(&mut self, piece: &Piece<'_>) -> Option<Option<Date>> {
        if piece.text.is_empty() {
            return Some(None);
        }
        let date = Date::parse_iso(piece.text);
        if date.is_none() {
            let message = format!("attendu une date comme 2020-05-02, trouvé « {} »", piece.text);
            self.out.push(Diagnostic::new(code::BAD_DATE, piece.span, message));
        }
        date.map(Some)
    }

    fn kept<T>(&mut self, checked: Checked<T>) -> Option<T> {
        self.out.extend(checked.diagnostics);
        checked.value
    }

    /// Lists the names that the inputs of a CSV table refer to.
    pub(super) fn csv_references(&self, file: &Text) -> Vec<String> {
        let mut names = Vec::new();
        let Some(id) = self.files.table(&file.text) else { return names };
        let Some(source) = self.sources.get(id) else { return names };
        let header = csv_lines(id, &source.text).next().unwrap_or_default();
        let inputs = header.split_last().map_or(&[][..], |(_, inputs)| inputs);
        for piece in inputs {
            if let Some(expr) = parse_expr(id, piece.text, piece.span.start as usize).value {
                expr.visit_names(&mut |name| names.push(name.text.clone()));
            }
        }
        names
    }
}

/// Splits a file into lines of trimmed cells; a quoted cell may hold `;`.
fn csv_lines(id: FileId, text: &str) -> impl Iterator<Item = Vec<Piece<'_>>> {
    let mut offset = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = offset;
        offset += line.len();
        let content = line.trim_end_matches(['\n', '\r']);
        let blank = content.trim().is_empty() || content.trim_start().starts_with('#');
        (!blank).then(|| pieces(id, content, start))
    })
}

/// Takes off the quotes that let a cell hold `;`. Other quotes are those of a text.
fn unquoted(cell: &str) -> &str {
    let inner = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| inner.contains(';')).unwrap_or(cell)
}

fn pieces(id: FileId, line: &str, start: usize) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut quoted = false;
    let mut from = 0;
    let ends = line.char_indices().chain(std::iter::once((line.len(), ';')));
    for (at, c) in ends {
        match c {
            '"' if at < line.len() => quoted = !quoted,
            ';' if !quoted || at == line.len() => {
                let cell = line.get(from..at).unwrap_or("");
                let text = unquoted(cell.trim_matches([' ', '\t', '\u{feff}']));
                let lead = cell.find(text).unwrap_or(0);
                let begin = start + from + lead;
                pieces.push(Piece { text, span: Span::new(id, begin, begin + text.len()) });
                from = at + 1;
            }
            _ => {}
        }
    }
    pieces
}
