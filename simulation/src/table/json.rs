//! A table as JSON: a list of objects, one a line; a number that is not whole is a text, as everywhere, so that
//! no reader makes it a float.

use super::{Cell, Heading, Kind, TableError, number, scale};
use std::io::Write;

/// Writes a table as JSON.
pub(super) struct Writer<W: Write> {
    /// The names as JSON writes them, and what cells are.
    headings: Vec<(String, Kind)>,
    to: std::io::BufWriter<W>,
    first: bool,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(headings: &[Heading], to: W) -> Result<Self, TableError> {
        let headings = headings.iter().map(|it| (quoted(&it.name), it.kind)).collect();
        let mut to = std::io::BufWriter::new(to);
        to.write_all(b"[")?;
        Ok(Self { headings, to, first: true })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        self.to.write_all(if self.first { b"\n{" } else { b",\n{" })?;
        self.first = false;
        for (at, ((name, kind), cell)) in self.headings.iter().zip(cells).enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(self.to, "{comma}{name}:{}", value(*kind, cell))?;
        }
        Ok(self.to.write_all(b"}")?)
    }

    pub(super) fn end(mut self) -> Result<W, TableError> {
        self.to.write_all(b"\n]\n")?;
        self.to.into_inner().map_err(|error| TableError::Write(error.into_error()))
    }
}

fn value(kind: Kind, cell: &Cell<'_>) -> String {
    match cell {
        Cell::Absent => "null".to_owned(),
        Cell::Text(text) => quoted(text),
        Cell::Truth(truth) => truth.to_string(),
        Cell::Day(day) => quoted(&day.to_string()),
        Cell::Count(count) => {
            let written = number((*count).into(), scale(kind));
            if written.contains('.') { quoted(&written) } else { written }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
