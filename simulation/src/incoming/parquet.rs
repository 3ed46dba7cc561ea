//! A Parquet table, row by row.

mod chunk;
mod meaning;

use super::columns::Column;
use super::{Block, Given, Incoming, ReadError};
use chunk::Chunk;
use meaning::Meaning;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use std::fs::File;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

/// How many rows are decoded at once.
const ROWS: usize = 4_096;

/// How many times as many wait to be read.
const AHEAD: usize = 4;

/// The name of the threads that decode: what they panic of is a damaged file, told as such.
pub const DECODER: &str = "lecture de la population";

/// The rows of a table, decoded in a thread of their own, a little ahead.
///
/// A decoder may panic on a file that is damaged: its thread then ends without having said that it had ended.
pub(super) struct Rows {
    decoded: Receiver<Decoded>,
    columns: Vec<Column>,
    /// The row that was read, among those that were decoded.
    at: usize,
    held: usize,
    /// How many rows were decoded before those.
    passed: usize,
}

enum Decoded {
    Rows(Vec<Column>, usize),
    End,
}

type Opened = (Vec<String>, Vec<Incoming>, Option<u64>, Rows);

/// Opens a table.
pub(super) fn open(file: File) -> Result<Opened, ReadError> {
    let looked = apart(move || {
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file)?;
        Ok::<_, ParquetError>((file, metadata))
    })?;
    let (file, metadata) = looked.map_err(|_| ReadError::NotWhole)?;
    let count = u64::try_from(metadata.file_metadata().num_rows()).ok();
    let fields = metadata.file_metadata().schema_descr().root_schema().get_fields();
    let names = fields.iter().map(|field| field.name().to_owned()).collect();
    let meanings = fields.iter().map(|field| Meaning::of(field)).collect::<Result<Vec<_>, _>>()?;
    let kinds = meanings.iter().map(|meaning| meaning.incoming()).collect();
    codecs(&metadata)?;
    let (to, decoded) = sync_channel(AHEAD);
    named().spawn(move || {
        // What stops it is told by its silence.
        let _ = decode(file, &metadata, &meanings, &to);
    })?;
    let (columns, at, held, passed) = (Vec::new(), 0, 0, 0);
    Ok((names, kinds, count, Rows { decoded, columns, at, held, passed }))
}

fn named() -> Builder {
    Builder::new().name(DECODER.to_owned())
}

/// Does what may panic on a damaged file.
fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ReadError> {
    named().spawn(work)?.join().map_err(|_| ReadError::NotWhole)
}

/// Decodes the rows of every group; stops where nobody reads any more.
fn decode(
    file: File,
    metadata: &ParquetMetaData,
    meanings: &[Meaning],
    to: &SyncSender<Decoded>,
) -> Result<(), ParquetError> {
    let file = Arc::new(file);
    for group in metadata.row_groups() {
        let mut left = usize::try_from(group.num_rows())?;
        let chunks = group.columns().iter().zip(meanings);
        let chunks = chunks.map(|(column, meaning)| Chunk::open(&file, column, *meaning, left));
        let mut chunks = chunks.collect::<Result<Vec<_>, _>>()?;
        while left > 0 {
            let rows = left.min(ROWS);
            let columns = chunks.iter_mut().map(|chunk| chunk.take(rows));
            let columns = columns.collect::<Result<_, _>>()?;
            if to.send(Decoded::Rows(columns, rows)).is_err() {
                return Ok(());
            }
            left -= rows;
        }
    }
    // Whoever stops reading does not wait for the end.
    let _ = to.send(Decoded::End);
    Ok(())
}

/// Refuses columns whose compression is not there.
fn codecs(metadata: &ParquetMetaData) -> Result<(), ReadError> {
    for column in metadata.row_groups().iter().flat_map(RowGroupMetaData::columns) {
        match column.compression() {
            Compression::UNCOMPRESSED | Compression::SNAPPY => {}
            other => {
                let name = column.column_path().string();
                let codec = other.to_string();
                let codec = codec.split('(').next().unwrap_or_default().to_owned();
                return Err(ReadError::Codec { name, codec });
            }
        }
    }
    Ok(())
}

impl Rows {
    /// Reads the next row; tells whether there is one.
    pub(super) fn read(&mut self) -> Result<bool, ReadError> {
        self.at += 1;
        while self.at >= self.held {
            self.passed += self.held;
            self.held = 0;
            let rows = u64::try_from(self.passed).unwrap_or(u64::MAX);
            match self.decoded.recv().map_err(|_| ReadError::Damaged { rows })? {
                Decoded::End => return Ok(false),
                Decoded::Rows(columns, held) => {
                    (self.at, self.held, self.columns) = (0, held, columns);
                }
            }
        }
        Ok(true)
    }

    /// Returns the rows from the one that was read on, as far as they were decoded together.
    pub(super) fn block(&self) -> Block<'_> {
        Block { number: self.passed, columns: &self.columns, rows: self.at..self.held }
    }

    /// Returns a cell of the row that was read.
    pub(super) fn cell(&self, column: usize) -> Given<'_> {
        self.columns.get(column).map_or(Given::Absent, |column| column.cell(self.at))
    }
}
