//! Tables that leave: headings, rows of cells, and the three forms that they are written in.
//!
//! A number is a count of decimal parts and is written as such: no form makes it a float. A table is written
//! row by row, in bounded memory; who holds the file decides what becomes of one that is not ended.

mod columns;
mod json;
mod parquet;

pub(crate) use columns::{Columns, Filling};

use arrow_schema::ArrowError;
use engine::Date;
use std::borrow::Cow;
use std::io::Write;

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Texts, codes, names of values.
    Text,
    /// Truths.
    Truth,
    /// Whole numbers.
    Whole,
    /// Numbers of so many decimals.
    Decimal(u8),
    /// Days.
    Day,
}

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its name.
    pub name: String,
    /// What its cells are.
    pub kind: Kind,
}

impl Heading {
    /// Makes a heading.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind }
    }
}

/// A cell. Invariant: of the kind of its column, or absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Absent,
    /// A text.
    Text(Cow<'a, str>),
    /// A truth.
    Truth(bool),
    /// A whole number, or a count of the decimal parts of its column.
    Count(i64),
    /// A day.
    Day(Date),
}

impl Cell<'static> {
    /// Makes a text that lasts.
    pub fn of(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

/// The forms of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated, by RFC 4180, in UTF-8.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// A list of objects, one a line.
    Json,
}

impl Form {
    /// Returns the form that a file name asks for by its end.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, end) = name.rsplit_once('.')?;
        [("csv", Self::Csv), ("parquet", Self::Parquet), ("json", Self::Json)]
            .into_iter()
            .find_map(|(known, form)| end.eq_ignore_ascii_case(known).then_some(form))
    }
}

/// Why a table cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file takes no more.
    #[error("écriture impossible")]
    Write(#[from] std::io::Error),
    /// Columns that are not those of its headings, or that its form does not take.
    #[error("ces colonnes ne sont pas celles de la table")]
    Columns,
    /// Arrow refuses its columns.
    #[error("colonnes impossibles : {0}")]
    Arrow(#[from] ArrowError),
    /// The form refuses what it is given.
    #[error("écriture impossible en Parquet : {0}")]
    Parquet(String),
}

/// Writes a table, row by row.
pub struct Sink<W: Write + Send + 'static>(Inner<W>);

enum Inner<W: Write + Send + 'static> {
    Csv(Box<csv::Writer<W>>, Vec<Heading>),
    Parquet(Box<parquet::Writer<W>>),
    Json(json::Writer<W>),
}

impl<W: Write + Send + 'static> Sink<W> {
    /// Begins a table.
    ///
    /// Errors: what cannot be written.
    pub fn new(form: Form, headings: &[Heading], to: W) -> Result<Self, TableError> {
        Ok(Self(match form {
            Form::Csv => {
                let mut writer = csv::Writer::from_writer(to);
                let names = headings.iter().map(|heading| heading.name.as_str());
                writer.write_record(names).map_err(of_csv)?;
                Inner::Csv(Box::new(writer), headings.to_vec())
            }
            Form::Parquet => Inner::Parquet(Box::new(parquet::Writer::new(headings, to)?)),
            Form::Json => Inner::Json(json::Writer::new(headings, to)?),
        }))
    }

    /// Writes a row, a cell for each heading.
    ///
    /// Errors: what cannot be written.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        match &mut self.0 {
            Inner::Csv(writer, headings) => {
                for (heading, cell) in headings.iter().zip(cells) {
                    writer.write_field(&*text(heading.kind, cell)).map_err(of_csv)?;
                }
                writer.write_record(None::<&[u8]>).map_err(of_csv)
            }
            Inner::Parquet(writer) => writer.row(cells),
            Inner::Json(writer) => writer.row(cells),
        }
    }

    /// Tells whether it takes rows as columns.
    pub(crate) fn takes_columns(&self) -> bool {
        match self.0 {
            Inner::Parquet(_) => true,
            Inner::Csv(..) | Inner::Json(_) => false,
        }
    }

    /// Writes rows that come column by column, in the order of the headings.
    ///
    /// Errors: what cannot be written; a form that takes rows alone.
    pub(crate) fn columns(
        &mut self,
        fill: impl FnOnce(&mut Filling<'_>),
    ) -> Result<(), TableError> {
        match &mut self.0 {
            Inner::Parquet(writer) => writer.columns(fill),
            Inner::Csv(..) | Inner::Json(_) => Err(TableError::Columns),
        }
    }

    /// Ends the table; returns what it was written to.
    ///
    /// Errors: what cannot be written.
    pub fn end(self) -> Result<W, TableError> {
        match self.0 {
            Inner::Csv(writer, _) => {
                writer.into_inner().map_err(|error| TableError::Write(error.into_error()))
            }
            Inner::Parquet(writer) => writer.end(),
            Inner::Json(writer) => writer.end(),
        }
    }
}

fn of_csv(error: csv::Error) -> TableError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        _ => std::io::Error::from(std::io::ErrorKind::InvalidData).into(),
    }
}

/// Writes a cell as text: « oui », `2019-10-15`, `1234.50`; nothing for what is absent.
fn text<'c>(kind: Kind, cell: &'c Cell<'_>) -> Cow<'c, str> {
    match cell {
        Cell::Absent => Cow::Borrowed(""),
        Cell::Text(text) => Cow::Borrowed(text),
        Cell::Truth(true) => Cow::Borrowed("oui"),
        Cell::Truth(false) => Cow::Borrowed("non"),
        Cell::Day(day) => Cow::Owned(day.to_string()),
        Cell::Count(count) => Cow::Owned(number((*count).into(), scale(kind))),
    }
}

fn scale(kind: Kind) -> u8 {
    match kind {
        Kind::Decimal(scale) => scale,
        Kind::Text | Kind::Truth | Kind::Whole | Kind::Day => 0,
    }
}

/// Writes a count of decimal parts, without the decimals that say nothing.
pub(crate) fn number(count: i128, scale: u8) -> String {
    let sign = if count < 0 { "-" } else { "" };
    let digits = usize::from(scale);
    let padded = format!("{:0>width$}", count.unsigned_abs(), width = digits + 1);
    let (whole, parts) = padded.split_at(padded.len() - digits);
    let parts = parts.trim_end_matches('0');
    if parts.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{parts}") }
}

#[cfg(test)]
mod tests;
