//! Tables that arrive: CSV, Parquet and what is in memory, row by row, each cell as its table holds it.
//!
//! Whatever the form, a cell has the text that a dossier would hold, so that both mean the same: a decimal has its
//! digits, a day is `2019-10-15`. Floats are refused before the first row: their text would be a guess.

mod columns;
mod given;
mod parquet;

pub(crate) use columns::Column as Held;
pub(crate) use given::{Given, day};
pub use parquet::DECODER;

use ::csv::{ByteRecord, ReaderBuilder, StringRecord, Trim};
use arrow_array::RecordBatch;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::Range;

/// What the cells of a column are, as far as the table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// Any text.
    Text,
    /// Truths.
    Truth,
    /// Numbers.
    Number,
    /// Days.
    Day,
}

/// Why a table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("lecture impossible")]
    Read(#[from] std::io::Error),
    /// No row of names.
    #[error("la table n'a pas de noms de colonnes")]
    Empty,
    /// Names that are no text.
    #[error("les noms de colonnes ne sont pas en UTF-8")]
    Encoding,
    /// A name given twice.
    #[error("deux colonnes ont le nom « {0} »")]
    Twice(String),
    /// A column without a name.
    #[error("la colonne {0} n'a pas de nom")]
    Nameless(usize),
    /// Not a whole Parquet file.
    #[error("ce n'est pas un fichier Parquet entier")]
    NotWhole,
    /// A Parquet file that cannot be decoded to its end.
    #[error("le fichier Parquet est abîmé après la ligne {rows}")]
    Damaged {
        /// How many rows could be decoded.
        rows: u64,
    },
    /// A column that is compressed in a way that is not read.
    #[error("la colonne « {name} » est compressée en {codec}, qui ne se lit pas")]
    Codec {
        /// Its name.
        name: String,
        /// Its compression, as Parquet says it.
        codec: String,
    },
    /// A column of floats.
    #[error("la colonne « {0} » est en virgule flottante, où 0,1 n'existe pas")]
    Float(String),
    /// A column whose cells are no simple values.
    #[error("la colonne « {name} » est de type {ty}, qui ne se lit pas")]
    Type {
        /// Its name.
        name: String,
        /// Its type, as Parquet says it.
        ty: String,
    },
}

/// What is wrong with a row before its cells are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFault {
    /// More or fewer cells than columns.
    Ragged,
    /// Cells that are no text.
    Encoding,
    /// Quotes that never end swallow what follows.
    TooLong,
}

impl RowFault {
    /// Says it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Ragged => "la ligne n'a pas autant de cases que la table a de colonnes",
            Self::Encoding => "la ligne n'est pas en UTF-8",
            Self::TooLong => "la ligne est trop longue : un guillemet n'est peut-être pas fermé",
        }
    }
}

/// The most bytes of a row.
const LONGEST: usize = 1 << 20;

/// A table that is read row by row.
pub struct Table {
    /// The names of its columns.
    pub names: Vec<String>,
    /// What their cells are.
    pub kinds: Vec<Incoming>,
    /// How many rows it has, when it says.
    pub count: Option<u64>,
    rows: Rows,
}

/// Rows that were decoded together.
pub(crate) struct Block<'t> {
    /// Which: no other block of the table has the same.
    pub(crate) number: usize,
    pub(crate) columns: &'t [Held],
    pub(crate) rows: Range<usize>,
}

enum Rows {
    Csv(Box<::csv::Reader<BufReader<File>>>, ByteRecord, StringRecord),
    Parquet(Box<parquet::Rows>),
    Held(columns::Held),
}

impl Table {
    /// Opens a CSV table: commas, or semicolons when its names are apart by these alone.
    ///
    /// Errors: what cannot be read; no names, or twice the same.
    pub fn csv(file: File) -> Result<Self, ReadError> {
        let mut file = BufReader::with_capacity(1 << 16, file);
        let head = file.fill_buf()?;
        let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let semicolons = first.contains(&b';') && !first.contains(&b',');
        let mark = usize::from(head.starts_with(b"\xef\xbb\xbf")) * 3;
        file.consume(mark);
        let mut reader = ReaderBuilder::new()
            .delimiter(if semicolons { b';' } else { b',' })
            .flexible(true)
            .trim(Trim::Headers)
            .from_reader(file);
        let names = reader.byte_headers().map_err(of_csv)?.clone();
        let names = StringRecord::from_byte_record(names).map_err(|_| ReadError::Encoding)?;
        let names = sound(names.iter().map(str::to_owned).collect())?;
        let kinds = names.iter().map(|_| Incoming::Text).collect();
        let rows = Rows::Csv(Box::new(reader), ByteRecord::new(), StringRecord::new());
        Ok(Self { names, kinds, count: None, rows })
    }

    /// Opens a Parquet table.
    ///
    /// Errors: a file that is not whole; floats, and what is no simple value.
    pub fn parquet(file: File) -> Result<Self, ReadError> {
        let (names, kinds, count, rows) = parquet::open(file)?;
        Ok(Self { names: sound(names)?, kinds, count, rows: Rows::Parquet(Box::new(rows)) })
    }

    /// Takes a table that is in memory.
    ///
    /// Errors: no names, or twice the same; floats, and what is no simple value.
    pub fn held(batch: &RecordBatch) -> Result<Self, ReadError> {
        let (names, kinds) = columns::heads(&batch.schema())?;
        let count = u64::try_from(batch.num_rows()).ok();
        let rows = Rows::Held(columns::Held::of(batch));
        Ok(Self { names: sound(names)?, kinds, count, rows })
    }

    /// Reads the next row; absent at the end.
    ///
    /// Errors: what cannot be read any more; a row that is wrong by itself is a fault of its own.
    pub fn read(&mut self) -> Result<Option<Result<(), RowFault>>, ReadError> {
        match &mut self.rows {
            Rows::Parquet(rows) => Ok(rows.read()?.then_some(Ok(()))),
            Rows::Held(rows) => Ok(rows.read().then_some(Ok(()))),
            Rows::Csv(reader, bytes, row) => {
                row.clear();
                if !reader.read_byte_record(bytes).map_err(of_csv)? {
                    return Ok(None);
                }
                Ok(Some(text(bytes, self.names.len(), row)))
            }
        }
    }

    /// Returns the rows that were decoded together, from the one that was read on; absent where rows come one by one.
    pub(crate) fn block(&self) -> Option<Block<'_>> {
        match &self.rows {
            Rows::Parquet(rows) => Some(rows.block()),
            Rows::Held(rows) => rows.block(),
            Rows::Csv(..) => None,
        }
    }

    /// Returns a cell of the row that was read.
    pub(crate) fn cell(&self, column: usize) -> Given<'_> {
        match &self.rows {
            Rows::Parquet(rows) => rows.cell(column),
            Rows::Held(rows) => rows.cell(column),
            Rows::Csv(_, _, row) => Given::Text(row.get(column).unwrap_or("")),
        }
    }
}

fn text(bytes: &ByteRecord, columns: usize, row: &mut StringRecord) -> Result<(), RowFault> {
    if bytes.as_slice().len() > LONGEST {
        return Err(RowFault::TooLong);
    }
    if bytes.len() != columns {
        return Err(RowFault::Ragged);
    }
    for cell in bytes {
        row.push_field(std::str::from_utf8(cell).map_err(|_| RowFault::Encoding)?);
    }
    Ok(())
}

/// Refuses names that are none, or given twice.
fn sound(names: Vec<String>) -> Result<Vec<String>, ReadError> {
    let mut seen = BTreeSet::new();
    for (at, name) in names.iter().enumerate() {
        if name.trim().is_empty() {
            return Err(if names.len() == 1 {
                ReadError::Empty
            } else {
                ReadError::Nameless(at + 1)
            });
        }
        if !seen.insert(name) {
            return Err(ReadError::Twice(name.clone()));
        }
    }
    if names.is_empty() { Err(ReadError::Empty) } else { Ok(names) }
}

fn of_csv(error: ::csv::Error) -> ReadError {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error.into(),
        _ => ReadError::Encoding,
    }
}

#[cfg(test)]
mod tests;
