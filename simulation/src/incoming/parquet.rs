//! A Parquet table, row by row.

use super::columns::{Column, heads};
use super::{Block, Given, Incoming, ReadError};
use arrow_schema::{DataType, Schema};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
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
    let builder = apart(move || plainly(file))?;
    let builder = builder.map_err(|_| ReadError::NotWhole)?;
    let count = u64::try_from(builder.metadata().file_metadata().num_rows()).ok();
    let (names, kinds) = heads(builder.schema())?;
    codecs(builder.metadata())?;
    let reader = apart(move || builder.with_batch_size(ROWS).build())?;
    let reader = reader.map_err(|_| ReadError::NotWhole)?;
    let (to, decoded) = sync_channel(AHEAD);
    named().spawn(move || decode(reader, &to))?;
    let (columns, at, held, passed) = (Vec::new(), 0, 0, 0);
    Ok((names, kinds, count, Rows { decoded, columns, at, held, passed }))
}

/// Begins to read a table, its dictionaries as the values that they stand for.
fn plainly(file: File) -> Result<ParquetRecordBatchReaderBuilder<File>, ParquetError> {
    let mut metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())?;
    let fields = metadata.schema().fields();
    if fields.iter().any(|field| matches!(field.data_type(), DataType::Dictionary(..))) {
        let plain = fields.iter().map(|field| match field.data_type() {
            DataType::Dictionary(_, values) => {
                field.as_ref().clone().with_data_type((**values).clone())
            }
            _ => field.as_ref().clone(),
        });
        let plain = Arc::new(Schema::new(plain.collect::<Vec<_>>()));
        let options = ArrowReaderOptions::new().with_schema(plain);
        metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options)?;
    }
    Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata))
}

fn named() -> Builder {
    Builder::new().name(DECODER.to_owned())
}

/// Does what may panic on a damaged file.
fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ReadError> {
    named().spawn(work)?.join().map_err(|_| ReadError::NotWhole)
}

fn decode(reader: ParquetRecordBatchReader, to: &SyncSender<Decoded>) {
    for batch in reader {
        let Ok(batch) = batch else { return };
        let columns = batch.columns().iter().map(Column::of).collect();
        if to.send(Decoded::Rows(columns, batch.num_rows())).is_err() {
            return;
        }
    }
    // Whoever stops reading does not wait for the end.
    let _ = to.send(Decoded::End);
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
