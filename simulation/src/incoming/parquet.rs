//! A Parquet table, row by row.

use super::{Given, Incoming, ReadError};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, LargeStringArray,
    StringArray, UInt64Array,
};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::fs::File;

/// How many rows are decoded at once.
const ROWS: usize = 4_096;

/// The rows of a table.
pub(super) struct Rows {
    reader: ParquetRecordBatchReader,
    columns: Vec<Column>,
    /// The row that was read, among those that were decoded.
    at: usize,
    held: usize,
}

type Opened = (Vec<String>, Vec<Incoming>, Option<u64>, Rows);

/// Opens a table.
pub(super) fn open(file: File) -> Result<Opened, ReadError> {
    let whole = |_| ReadError::Parquet(String::new());
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(whole)?;
    let count = u64::try_from(builder.metadata().file_metadata().num_rows()).ok();
    let fields = builder.schema().fields();
    let names = fields.iter().map(|field| field.name().clone()).collect();
    let kinds = fields.iter().map(|field| kind(field.name(), field.data_type()));
    let kinds = kinds.collect::<Result<_, _>>()?;
    let reader = builder.with_batch_size(ROWS).build();
    let reader = reader.map_err(|error| broken(&error.to_string()))?;
    Ok((names, kinds, count, Rows { reader, columns: Vec::new(), at: 0, held: 0 }))
}

fn kind(name: &str, ty: &DataType) -> Result<Incoming, ReadError> {
    match ty {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Null => Ok(Incoming::Text),
        DataType::Boolean => Ok(Incoming::Truth),
        DataType::Date32 => Ok(Incoming::Day),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64 => Ok(Incoming::Number),
        DataType::Decimal128(_, scale) if (0..=18).contains(scale) => Ok(Incoming::Number),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            Err(ReadError::Float(name.to_owned()))
        }
        other => Err(ReadError::Type { name: name.to_owned(), ty: other.to_string() }),
    }
}

impl Rows {
    /// Reads the next row; tells whether there is one.
    pub(super) fn read(&mut self) -> Result<bool, ReadError> {
        self.at += 1;
        while self.at >= self.held {
            let Some(batch) = self.reader.next() else { return Ok(false) };
            let batch = batch.map_err(|error| broken(&error.to_string()))?;
            self.columns = batch.columns().iter().map(Column::of).collect();
            (self.at, self.held) = (0, batch.num_rows());
        }
        Ok(true)
    }

    /// Returns a cell of the row that was read.
    pub(super) fn cell(&self, column: usize) -> Given<'_> {
        self.columns.get(column).map_or(Given::Absent, |column| column.cell(self.at))
    }
}

/// A column of some rows, its type looked at once.
enum Column {
    /// Whatever cannot be here, refused when the table was opened, or nothing at all.
    Nothing,
    Text(StringArray),
    LongText(LargeStringArray),
    Truth(BooleanArray),
    Whole(Int64Array),
    Wide(UInt64Array),
    Decimal(Decimal128Array, u8),
    Day(Date32Array),
}

impl Column {
    fn of(column: &ArrayRef) -> Self {
        match column.data_type() {
            DataType::Utf8 => Self::Text(column.as_string::<i32>().clone()),
            DataType::LargeUtf8 => Self::LongText(column.as_string::<i64>().clone()),
            DataType::Boolean => Self::Truth(column.as_boolean().clone()),
            DataType::Int8 => widened::<Int8Type>(column),
            DataType::Int16 => widened::<Int16Type>(column),
            DataType::Int32 => widened::<Int32Type>(column),
            DataType::Int64 => Self::Whole(column.as_primitive::<Int64Type>().clone()),
            DataType::UInt8 => widened::<UInt8Type>(column),
            DataType::UInt16 => widened::<UInt16Type>(column),
            DataType::UInt32 => widened::<UInt32Type>(column),
            DataType::UInt64 => Self::Wide(column.as_primitive::<UInt64Type>().clone()),
            DataType::Decimal128(_, scale) => {
                let scale = u8::try_from(*scale).unwrap_or(0);
                Self::Decimal(column.as_primitive::<Decimal128Type>().clone(), scale)
            }
            DataType::Date32 => Self::Day(column.as_primitive::<Date32Type>().clone()),
            _ => Self::Nothing,
        }
    }

    fn cell(&self, at: usize) -> Given<'_> {
        match self {
            Self::Nothing => Given::Absent,
            Self::Text(column) => of(column, at, || Given::Text(column.value(at))),
            Self::LongText(column) => of(column, at, || Given::Text(column.value(at))),
            Self::Truth(column) => of(column, at, || Given::Truth(column.value(at))),
            Self::Whole(column) => of(column, at, || Given::Number(column.value(at).into(), 0)),
            Self::Wide(column) => of(column, at, || Given::Number(column.value(at).into(), 0)),
            Self::Decimal(column, scale) => {
                of(column, at, || Given::Number(column.value(at), *scale))
            }
            Self::Day(column) => of(column, at, || Given::Day(column.value(at))),
        }
    }
}

/// Reads a cell that is there.
fn of<'c>(column: &dyn Array, at: usize, value: impl FnOnce() -> Given<'c>) -> Given<'c> {
    if column.is_null(at) { Given::Absent } else { value() }
}

/// Takes whole numbers of fewer bits.
fn widened<T: ArrowPrimitiveType<Native: Into<i64>>>(column: &ArrayRef) -> Column {
    let values = column.as_primitive::<T>().iter();
    Column::Whole(values.map(|value| value.map(Into::into)).collect())
}

/// Says why a table cannot be read on: a codec that is not there is told apart.
fn broken(error: &str) -> ReadError {
    let codec = error.contains("codec") || error.contains("Disabled feature");
    let why = if codec { ", ou sa compression n'est pas Snappy" } else { "" };
    ReadError::Parquet(why.to_owned())
}
