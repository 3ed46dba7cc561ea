//! A table as Parquet: typed columns, decimals as decimals, days as days.

mod group;

use super::columns::{Columns, DIGITS, Filling};
use super::{Cell, Heading, Kind, TableError};
use group::Group;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, SchemaDescriptor, Type};
use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};

/// How many rows are kept before they are encoded.
const ROWS: usize = 4_096;

/// How many rows a group holds at least, but for the last: what is encoded waits in memory for the end of its group.
const GROUP: usize = 131_072;

/// How many batches wait to be encoded.
const AHEAD: usize = 6;

/// Writes a table as Parquet, encoded and compressed in a thread of its own.
pub(super) struct Writer<W: Write + Send + 'static> {
    headings: Vec<Heading>,
    columns: Columns,
    /// Absent once it has ended.
    encoder: Option<Encoder<W>>,
}

/// A thread that encodes what it is given, and ends with the file.
struct Encoder<W> {
    to: SyncSender<Columns>,
    /// Columns that were encoded, whose room serves again.
    spare: Receiver<Columns>,
    thread: JoinHandle<Result<W, ParquetError>>,
}

impl<W: Write + Send + 'static> Encoder<W> {
    fn new(to: SerializedFileWriter<W>) -> Result<Self, TableError> {
        let (sender, batches) = sync_channel(AHEAD);
        let (back, spare) = channel();
        let thread = Builder::new().spawn(move || encode(to, &batches, &back))?;
        Ok(Self { to: sender, spare, thread })
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
    mut to: SerializedFileWriter<W>,
    batches: &Receiver<Columns>,
    back: &Sender<Columns>,
) -> Result<W, ParquetError> {
    let schema = SchemaDescriptor::new(to.schema_descr().root_schema_ptr());
    let properties = Arc::clone(to.properties());
    let mut group = Group::default();
    for mut columns in batches {
        group.encode(&mut columns, (&schema, &properties))?;
        columns.clear();
        // At the end, nobody wants it.
        let _ = back.send(columns);
        if group.rows >= GROUP {
            group.end(&mut to)?;
        }
    }
    if group.rows > 0 {
        group.end(&mut to)?;
    }
    to.into_inner()
}

impl<W: Write + Send + 'static> Writer<W> {
    pub(super) fn new(headings: &[Heading], to: W) -> Result<Self, TableError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_write_batch_size(ROWS)
            // No two are alike: a dictionary of them would be looked up for nothing.
            .set_column_dictionary_enabled(ColumnPath::from("id"), false)
            .build();
        let schema = schema(headings).map_err(said)?;
        let to = SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties));
        let encoder = Some(Encoder::new(to.map_err(said)?)?);
        Ok(Self { headings: headings.to_vec(), columns: Columns::new(headings), encoder })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        self.columns.row(cells);
        self.encode_from(ROWS)
    }

    /// Writes rows that come column by column, after those that wait.
    pub(super) fn columns(
        &mut self,
        fill: impl FnOnce(&mut Filling<'_>),
    ) -> Result<(), TableError> {
        self.columns.fill(fill)?;
        self.encode_from(ROWS)
    }

    pub(super) fn end(mut self) -> Result<W, TableError> {
        self.encode_from(1)?;
        self.encoder.take().ok_or_else(ended)?.end()
    }

    /// Gives what waits to the encoder, from so many rows on.
    fn encode_from(&mut self, rows: usize) -> Result<(), TableError> {
        if self.columns.rows < rows {
            return Ok(());
        }
        let encoder = self.encoder.as_ref().ok_or_else(ended)?;
        let spare = encoder.spare.try_recv().unwrap_or_else(|_| Columns::new(&self.headings));
        if encoder.to.send(std::mem::replace(&mut self.columns, spare)).is_ok() {
            return Ok(());
        }
        // The thread has ended: it says why.
        let stopped = self.encoder.take().ok_or_else(ended)?.end();
        Err(stopped.err().unwrap_or_else(ended))
    }
}

fn schema(headings: &[Heading]) -> Result<Type, ParquetError> {
    let fields = headings.iter().map(|it| field(it).map(Arc::new)).collect::<Result<_, _>>()?;
    Type::group_type_builder("table").with_fields(fields).build()
}

/// Says what a column is, any cell of which may be absent.
fn field(heading: &Heading) -> Result<Type, ParquetError> {
    let (physical, logical) = match heading.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Truth => (Physical::BOOLEAN, None),
        Kind::Whole => (Physical::INT64, None),
        Kind::Decimal(scale) => {
            (Physical::INT64, Some(LogicalType::decimal(scale.into(), DIGITS.into())))
        }
        Kind::Day => (Physical::INT32, Some(LogicalType::Date)),
    };
    let ty = Type::primitive_type_builder(&heading.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    match heading.kind {
        Kind::Decimal(scale) => ty.with_precision(DIGITS.into()).with_scale(scale.into()),
        Kind::Text | Kind::Truth | Kind::Whole | Kind::Day => ty,
    }
    .build()
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
