//! A table as Parquet: typed columns, decimals as decimals, days as days.

use super::columns::Columns;
use super::{Cell, Heading, TableError};
use arrow_array::{ArrayRef, RecordBatch};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use std::io::Write;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

/// How many rows are kept before they are encoded.
const ROWS: usize = 8_192;

/// How many rows a group holds: what is encoded waits in memory for the end of its group.
const GROUP: usize = 131_072;

/// How many batches wait to be encoded.
const AHEAD: usize = 8;

/// Writes a table as Parquet, encoded and compressed in a thread of its own.
pub(super) struct Writer<W: Write + Send + 'static> {
    columns: Columns,
    /// Absent once it has ended.
    encoder: Option<Encoder<W>>,
}

/// A thread that encodes what it is given, and ends with the file.
struct Encoder<W> {
    to: SyncSender<RecordBatch>,
    thread: JoinHandle<Result<W, ParquetError>>,
}

impl<W: Write + Send + 'static> Encoder<W> {
    fn new(to: ArrowWriter<W>) -> Result<Self, TableError> {
        let (sender, batches) = sync_channel(AHEAD);
        let thread = Builder::new().spawn(move || encode(to, &batches))?;
        Ok(Self { to: sender, thread })
    }

    /// Waits for its end.
    fn end(self) -> Result<W, TableError> {
        drop(self.to);
        match self.thread.join() {
            Ok(ended) => ended.map_err(said),
            Err(_) => Err(TableError::Parquet("l'encodage s'est arrêté".to_owned())),
        }
    }
}

fn encode<W: Write + Send>(
    mut to: ArrowWriter<W>,
    batches: &Receiver<RecordBatch>,
) -> Result<W, ParquetError> {
    for batch in batches {
        to.write(&batch)?;
    }
    to.into_inner()
}

impl<W: Write + Send + 'static> Writer<W> {
    pub(super) fn new(headings: &[Heading], to: W) -> Result<Self, TableError> {
        let columns = Columns::new(headings);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP))
            // No two are alike: a dictionary of them would be looked up for nothing.
            .set_column_dictionary_enabled(ColumnPath::from("id"), false)
            .build();
        let to = ArrowWriter::try_new(to, columns.schema(), Some(properties)).map_err(said)?;
        let encoder = Some(Encoder::new(to)?);
        Ok(Self { columns, encoder })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        self.columns.row(cells);
        if self.columns.rows() == ROWS { self.encode() } else { Ok(()) }
    }

    /// Writes rows that are columns already, after those that wait.
    pub(super) fn columns(&mut self, columns: Vec<ArrayRef>) -> Result<(), TableError> {
        if self.columns.rows() > 0 {
            self.encode()?;
        }
        let batch = RecordBatch::try_new(self.columns.schema(), columns);
        self.send(batch.map_err(|error| TableError::Columns(error.to_string()))?)
    }

    pub(super) fn end(mut self) -> Result<W, TableError> {
        self.encode()?;
        self.encoder.take().ok_or_else(ended)?.end()
    }

    fn encode(&mut self) -> Result<(), TableError> {
        let batch = self.columns.take()?;
        self.send(batch)
    }

    fn send(&mut self, batch: RecordBatch) -> Result<(), TableError> {
        let encoder = self.encoder.as_ref().ok_or_else(ended)?;
        if encoder.to.send(batch).is_ok() {
            return Ok(());
        }
        // The thread has ended: it says why.
        let stopped = self.encoder.take().ok_or_else(ended)?.end();
        Err(stopped.err().unwrap_or_else(ended))
    }
}

/// Says that nothing is written after the end.
fn ended() -> TableError {
    TableError::Parquet("le fichier est déjà fini".to_owned())
}

fn said(error: ParquetError) -> TableError {
    match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(error) => TableError::Write(*error),
            Err(cause) => TableError::Parquet(cause.to_string()),
        },
        other => TableError::Parquet(other.to_string()),
    }
}
