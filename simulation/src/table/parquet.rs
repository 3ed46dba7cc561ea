//! A table as Parquet: typed columns, decimals as decimals, days as days.

use super::{Cell, Heading, Kind, TableError};
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use engine::Date;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

/// How many rows are kept before they are encoded.
const ROWS: usize = 8_192;

/// How many rows a group holds: what is encoded waits in memory for the end of its group.
const GROUP: usize = 131_072;

/// The most digits of a number.
const DIGITS: u8 = 18;

/// How many batches wait to be encoded.
const AHEAD: usize = 2;

/// Writes a table as Parquet, encoded and compressed in a thread of its own.
pub(super) struct Writer<W: Write + Send + 'static> {
    schema: Arc<Schema>,
    columns: Vec<Column>,
    rows: usize,
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

enum Column {
    Text(StringBuilder),
    Truth(BooleanBuilder),
    Whole(Int64Builder),
    Decimal(Decimal128Builder, u8),
    Day(Date32Builder),
}

impl<W: Write + Send + 'static> Writer<W> {
    pub(super) fn new(headings: &[Heading], to: W) -> Result<Self, TableError> {
        let fields: Vec<Field> = headings
            .iter()
            .map(|it| Field::new(it.name.as_str(), data_type(it.kind), true))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP))
            .build();
        let to = ArrowWriter::try_new(to, Arc::clone(&schema), Some(properties)).map_err(said)?;
        let columns = headings.iter().map(|it| Column::new(it.kind)).collect();
        let encoder = Some(Encoder::new(to)?);
        Ok(Self { schema, columns, rows: 0, encoder })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        self.columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
        self.rows += 1;
        if self.rows == ROWS { self.encode() } else { Ok(()) }
    }

    pub(super) fn end(mut self) -> Result<W, TableError> {
        self.encode()?;
        self.encoder.take().ok_or_else(ended)?.end()
    }

    fn encode(&mut self) -> Result<(), TableError> {
        self.rows = 0;
        let arrays: Result<Vec<ArrayRef>, ArrowError> =
            self.columns.iter_mut().map(Column::finish).collect();
        let refused = |error: ArrowError| TableError::Parquet(error.to_string());
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays.map_err(refused)?);
        let encoder = self.encoder.as_ref().ok_or_else(ended)?;
        if encoder.to.send(batch.map_err(refused)?).is_ok() {
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

impl Column {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Truth => Self::Truth(BooleanBuilder::new()),
            Kind::Whole => Self::Whole(Int64Builder::new()),
            Kind::Decimal(scale) => Self::Decimal(Decimal128Builder::new(), scale),
            Kind::Day => Self::Day(Date32Builder::new()),
        }
    }

    /// Adds a cell; one of another kind is absent.
    fn push(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Text(column), Cell::Text(text)) => column.append_value(text),
            (Self::Text(column), _) => column.append_null(),
            (Self::Truth(column), Cell::Truth(truth)) => column.append_value(*truth),
            (Self::Truth(column), _) => column.append_null(),
            (Self::Whole(column), Cell::Count(count)) => column.append_value(*count),
            (Self::Whole(column), _) => column.append_null(),
            (Self::Decimal(column, _), Cell::Count(count)) => column.append_value((*count).into()),
            (Self::Decimal(column, _), _) => column.append_null(),
            (Self::Day(column), Cell::Day(day)) => column.append_option(since_1970(*day)),
            (Self::Day(column), _) => column.append_null(),
        }
    }

    fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Truth(column) => Arc::new(column.finish()),
            Self::Whole(column) => Arc::new(column.finish()),
            Self::Decimal(column, scale) => {
                let scale = i8::try_from(*scale).unwrap_or(0);
                Arc::new(column.finish().with_precision_and_scale(DIGITS, scale)?)
            }
            Self::Day(column) => Arc::new(column.finish()),
        })
    }
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        Kind::Truth => DataType::Boolean,
        Kind::Whole => DataType::Int64,
        Kind::Decimal(scale) => DataType::Decimal128(DIGITS, i8::try_from(scale).unwrap_or(0)),
        Kind::Day => DataType::Date32,
    }
}

/// Counts the days since the first of 1970, as Arrow does.
fn since_1970(day: Date) -> Option<i32> {
    let first = Date::new(1970, 1, 1)?;
    i32::try_from(first.days_until(day)).ok()
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
