//! A column of a group of rows, decoded some rows at a time.

use super::super::columns::Column;
use super::meaning::Meaning;
use crate::dense::{nulls, spread, texts};
use arrow_array::{
    BooleanArray, Date32Array, Decimal128Array, Int64Array, StringArray, UInt64Array,
};
use arrow_buffer::NullBuffer;
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, FixedLenByteArrayType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;
use std::fs::File;
use std::sync::Arc;

/// A column that is being decoded.
pub(super) struct Chunk {
    meaning: Meaning,
    pages: Pages,
}

/// The pages of a column, by how its values are stored.
enum Pages {
    /// None that is worth decoding.
    None,
    Truths(Reading<BoolType>),
    Small(Reading<Int32Type>),
    Long(Reading<Int64Type>),
    Bytes(Reading<ByteArrayType>),
    Fixed(Reading<FixedLenByteArrayType>),
}

impl Chunk {
    /// Opens a column of a group of so many rows.
    ///
    /// Errors: what cannot be read.
    pub(super) fn open(
        file: &Arc<File>,
        column: &ColumnChunkMetaData,
        meaning: Meaning,
        rows: usize,
    ) -> Result<Self, ParquetError> {
        let pages = match meaning {
            Meaning::Nothing => Pages::None,
            Meaning::Truth => Pages::Truths(Reading::open(file, column, rows)?),
            Meaning::Small(_) | Meaning::SmallUnsigned | Meaning::Day => {
                Pages::Small(Reading::open(file, column, rows)?)
            }
            Meaning::Long(_) | Meaning::LongUnsigned => {
                Pages::Long(Reading::open(file, column, rows)?)
            }
            Meaning::Text | Meaning::Bytes(_) => Pages::Bytes(Reading::open(file, column, rows)?),
            Meaning::Fixed(_) => Pages::Fixed(Reading::open(file, column, rows)?),
        };
        Ok(Self { meaning, pages })
    }

    /// Takes so many rows.
    ///
    /// Errors: what cannot be decoded, or means something else; fewer rows.
    pub(super) fn take(&mut self, rows: usize) -> Result<Column, ParquetError> {
        let meaning = self.meaning;
        Ok(match &mut self.pages {
            Pages::None => Column::Nothing,
            Pages::Truths(pages) => {
                let (truths, nulls) = pages.take(rows)?;
                Column::Truth(BooleanArray::new(spread(truths, nulls.as_ref()).into(), nulls))
            }
            Pages::Small(pages) => {
                let (counts, nulls) = pages.take(rows)?;
                small(spread(counts, nulls.as_ref()), nulls, meaning)
            }
            Pages::Long(pages) => {
                let (counts, nulls) = pages.take(rows)?;
                long(spread(counts, nulls.as_ref()), nulls, meaning)
            }
            Pages::Bytes(pages) => {
                let (values, nulls) = pages.take(rows)?;
                if meaning == Meaning::Text {
                    Column::Text(whole_texts(&values, nulls)?)
                } else {
                    decimals(values.iter().map(ByteArray::data), nulls, meaning.scale())?
                }
            }
            Pages::Fixed(pages) => {
                let (values, nulls) = pages.take(rows)?;
                decimals(values.iter().map(|value| value.data()), nulls, meaning.scale())?
            }
        })
    }
}

/// A column that is read.
struct Reading<T: DataType> {
    pages: ColumnReaderImpl<T>,
    /// Whether a row may have no value.
    is_optional: bool,
    /// One for a row that has a value; kept, to serve again.
    levels: Vec<i16>,
}

impl<T: DataType> Reading<T> {
    fn open(
        file: &Arc<File>,
        column: &ColumnChunkMetaData,
        rows: usize,
    ) -> Result<Self, ParquetError> {
        let pages = SerializedPageReader::new(Arc::clone(file), column, rows, None)?;
        let described = column.column_descr_ptr();
        let is_optional = described.max_def_level() > 0;
        let pages = ColumnReaderImpl::new(described, Box::new(pages));
        Ok(Self { pages, is_optional, levels: Vec::new() })
    }

    /// Takes the values that so many rows have, and which have none, where one has not.
    fn take(&mut self, rows: usize) -> Result<(Vec<T::T>, Option<NullBuffer>), ParquetError> {
        let mut values = Vec::with_capacity(rows);
        self.levels.clear();
        let levels = self.is_optional.then_some(&mut self.levels);
        let (read, held, _) = self.pages.read_records(rows, levels, None, &mut values)?;
        if read != rows {
            return Err(ParquetError::EOF("a column has fewer rows than its group".to_owned()));
        }
        let nulls = (held < rows).then(|| nulls(&self.levels));
        Ok((values, nulls))
    }
}

/// Makes a column of whole numbers of 32 bits.
fn small(counts: Vec<i32>, nulls: Option<NullBuffer>, meaning: Meaning) -> Column {
    let wide = match meaning {
        Meaning::Day => return Column::Day(Date32Array::new(counts.into(), nulls)),
        Meaning::SmallUnsigned => {
            counts.into_iter().map(|count| i64::from(count.cast_unsigned())).collect()
        }
        _ => counts.into_iter().map(i64::from).collect(),
    };
    Column::Whole(Int64Array::new(wide, nulls), meaning.scale())
}

/// Makes a column of whole numbers of 64 bits.
fn long(counts: Vec<i64>, nulls: Option<NullBuffer>, meaning: Meaning) -> Column {
    if meaning == Meaning::LongUnsigned {
        let wide = counts.into_iter().map(i64::cast_unsigned).collect();
        return Column::Wide(UInt64Array::new(wide, nulls));
    }
    Column::Whole(Int64Array::new(counts.into(), nulls), meaning.scale())
}

/// Makes texts of bytes.
///
/// Errors: bytes that are no UTF-8.
fn whole_texts(
    values: &[ByteArray],
    nulls: Option<NullBuffer>,
) -> Result<StringArray, ParquetError> {
    let lengths = values.iter().map(ByteArray::len);
    let mut bytes = Vec::with_capacity(lengths.clone().sum());
    for value in values {
        bytes.extend_from_slice(value.data());
    }
    let texts = texts(bytes, lengths, nulls);
    texts.map_err(|error| ParquetError::General(error.to_string()))
}

/// Makes counts of bytes, the highest first (Parquet's DECIMAL).
///
/// Errors: more bytes than a number has.
fn decimals<'v>(
    values: impl Iterator<Item = &'v [u8]>,
    nulls: Option<NullBuffer>,
    scale: u8,
) -> Result<Column, ParquetError> {
    let counts = values.map(count).collect::<Option<Vec<_>>>();
    let counts = counts.ok_or_else(|| ParquetError::General("a number is too long".to_owned()))?;
    let counts = spread(counts, nulls.as_ref());
    Ok(Column::Decimal(Decimal128Array::new(counts.into(), nulls), scale))
}

fn count(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|first| *first > 0x7f);
    let mut all = [if negative { 0xff } else { 0 }; 16];
    let from = all.len().checked_sub(bytes.len())?;
    all.get_mut(from..)?.copy_from_slice(bytes);
    Some(i128::from_be_bytes(all))
}
