//! A group of rows that is being encoded: each of its columns into memory of its own, put in the file when it ends.

use super::super::columns::{Column, Columns, Texts, Values};
use bytes::Bytes;
use parquet::column::page::{CompressedPage, PageWriteSpec, PageWriter};
use parquet::column::writer::{ColumnCloseResult, ColumnWriterImpl};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterPropertiesPtr;
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::SchemaDescriptor;
use std::io::Write;
use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError};

/// A group of rows.
#[derive(Default)]
pub(super) struct Group {
    /// None before the first row.
    columns: Vec<Encoded>,
    pub(super) rows: usize,
}

struct Encoded {
    pages: Pages,
    held: Held,
}

/// The pages of a column, by how its values are stored.
enum Pages {
    Texts(ColumnWriterImpl<'static, ByteArrayType>),
    Truths(ColumnWriterImpl<'static, BoolType>),
    Wholes(ColumnWriterImpl<'static, Int64Type>),
    Days(ColumnWriterImpl<'static, Int32Type>),
}

impl Group {
    /// Encodes rows.
    pub(super) fn encode(
        &mut self,
        columns: &mut Columns,
        (schema, properties): (&SchemaDescriptor, &WriterPropertiesPtr),
    ) -> Result<(), ParquetError> {
        if self.columns.is_empty() {
            let opened = columns.filled.iter().enumerate();
            let opened = opened.map(|(at, column)| Encoded::open(column, schema, at, properties));
            self.columns = opened.collect();
        }
        self.rows += columns.rows;
        let all_there = vec![1; columns.rows];
        let mut both = self.columns.iter_mut().zip(&mut columns.filled);
        both.try_for_each(|(encoded, column)| encoded.pages.write(column, &all_there))
    }

    /// Puts its rows in the file, and begins anew.
    pub(super) fn end<W: Write + Send>(
        &mut self,
        to: &mut SerializedFileWriter<W>,
    ) -> Result<(), ParquetError> {
        let mut group = to.next_row_group()?;
        for Encoded { pages, held } in take(self).columns {
            let closed = pages.close()?;
            group.append_column(&held.bytes(), closed)?;
        }
        group.close().map(drop)
    }
}

impl Encoded {
    fn open(
        column: &Column,
        schema: &SchemaDescriptor,
        at: usize,
        properties: &WriterPropertiesPtr,
    ) -> Self {
        let held = Held::default();
        let pages = match &column.values {
            Values::Texts(_) => Pages::Texts(open(schema, at, properties, &held)),
            Values::Truths(_) => Pages::Truths(open(schema, at, properties, &held)),
            Values::Wholes(_) => Pages::Wholes(open(schema, at, properties, &held)),
            Values::Days(_) => Pages::Days(open(schema, at, properties, &held)),
        };
        Self { pages, held }
    }
}

fn open<T: DataType>(
    schema: &SchemaDescriptor,
    at: usize,
    properties: &WriterPropertiesPtr,
    held: &Held,
) -> ColumnWriterImpl<'static, T> {
    let pages = Box::new(Kept(TrackedWrite::new(held.clone())));
    ColumnWriterImpl::new(schema.column(at), Arc::clone(properties), pages)
}

impl Pages {
    /// Encodes a column, with the levels of one whose values are all there.
    fn write(&mut self, column: &mut Column, all_there: &[i16]) -> Result<(), ParquetError> {
        let (values, levels) = column.encoded();
        let levels = Some(if levels.is_empty() { all_there } else { levels });
        match (self, values) {
            (Self::Texts(to), Values::Texts(texts)) => to.write_batch(&shared(texts), levels, None),
            (Self::Truths(to), Values::Truths(truths)) => to.write_batch(truths, levels, None),
            (Self::Wholes(to), Values::Wholes(wholes)) => to.write_batch(wholes, levels, None),
            (Self::Days(to), Values::Days(days)) => to.write_batch(days, levels, None),
            _ => Err(ParquetError::General("une colonne a changé de type".to_owned())),
        }
        .map(drop)
    }

    fn close(self) -> Result<ColumnCloseResult, ParquetError> {
        match self {
            Self::Texts(pages) => pages.close(),
            Self::Truths(pages) => pages.close(),
            Self::Wholes(pages) => pages.close(),
            Self::Days(pages) => pages.close(),
        }
    }
}

/// Makes of texts what Parquet takes, and takes their bytes for it.
fn shared(Texts { bytes, lengths }: &mut Texts) -> Vec<ByteArray> {
    let mut bytes = Bytes::from(take(bytes));
    lengths.iter().map(|length| bytes.split_to(*length).into()).collect()
}

/// The pages of a column, kept in memory.
struct Kept(TrackedWrite<Held>);

impl PageWriter for Kept {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec, ParquetError> {
        SerializedPageWriter::new(&mut self.0).write_page(page)
    }

    fn close(&mut self) -> Result<(), ParquetError> {
        SerializedPageWriter::new(&mut self.0).close()
    }
}

/// Bytes that who writes them and who takes them hold.
#[derive(Clone, Default)]
struct Held(Arc<Mutex<Vec<u8>>>);

impl Held {
    /// Takes what was written.
    fn bytes(&self) -> Bytes {
        take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
