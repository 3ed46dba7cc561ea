//! Columns of Arrow, cell by cell, wherever they come from.

use super::{Block, Given, Incoming, ReadError};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, LargeStringArray,
    RecordBatch, StringArray, StringViewArray, UInt64Array,
};
use arrow_schema::{DataType, Schema};

/// Returns the names of columns, and what their cells are.
///
/// Errors: floats, and what is no simple value.
pub(super) fn heads(schema: &Schema) -> Result<(Vec<String>, Vec<Incoming>), ReadError> {
    let fields = schema.fields().iter();
    let kinds = fields.clone().map(|field| kind(field.name(), field.data_type()));
    Ok((fields.map(|field| field.name().clone()).collect(), kinds.collect::<Result<_, _>>()?))
}

fn kind(name: &str, ty: &DataType) -> Result<Incoming, ReadError> {
    match ty {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
            Ok(Incoming::Text)
        }
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

/// A column of some rows, its type looked at once.
pub(crate) enum Column {
    /// Whatever cannot be here, refused when the table was opened, or nothing at all.
    Nothing,
    Text(StringArray),
    LongText(LargeStringArray),
    Viewed(StringViewArray),
    Truth(BooleanArray),
    /// Whole numbers, or counts of so many decimals.
    Whole(Int64Array, u8),
    Wide(UInt64Array),
    Decimal(Decimal128Array, u8),
    Day(Date32Array),
}

impl Column {
    pub(crate) fn of(column: &ArrayRef) -> Self {
        match column.data_type() {
            DataType::Utf8 => Self::Text(column.as_string::<i32>().clone()),
            DataType::LargeUtf8 => Self::LongText(column.as_string::<i64>().clone()),
            DataType::Utf8View => Self::Viewed(column.as_string_view().clone()),
            DataType::Boolean => Self::Truth(column.as_boolean().clone()),
            DataType::Int8 => widened::<Int8Type>(column),
            DataType::Int16 => widened::<Int16Type>(column),
            DataType::Int32 => widened::<Int32Type>(column),
            DataType::Int64 => Self::Whole(column.as_primitive::<Int64Type>().clone(), 0),
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

    pub(crate) fn cell(&self, at: usize) -> Given<'_> {
        match self {
            Self::Nothing => Given::Absent,
            Self::Text(column) => of(column, at, || Given::Text(column.value(at))),
            Self::LongText(column) => of(column, at, || Given::Text(column.value(at))),
            Self::Viewed(column) => of(column, at, || Given::Text(column.value(at))),
            Self::Truth(column) => of(column, at, || Given::Truth(column.value(at))),
            Self::Whole(column, scale) => {
                of(column, at, || Given::Number(column.value(at).into(), *scale))
            }
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
    Column::Whole(values.map(|value| value.map(Into::into)).collect(), 0)
}

/// Rows that are in memory.
pub(super) struct Held {
    columns: Vec<Column>,
    count: usize,
    /// How many were read.
    read: usize,
}

impl Held {
    pub(super) fn of(batch: &RecordBatch) -> Self {
        let columns = batch.columns().iter().map(Column::of).collect();
        Self { columns, count: batch.num_rows(), read: 0 }
    }

    /// Goes to the next row; tells whether there is one.
    pub(super) fn read(&mut self) -> bool {
        let there = self.read < self.count;
        self.read += usize::from(there);
        there
    }

    /// Returns the rows from the one that was read on.
    pub(super) fn block(&self) -> Option<Block<'_>> {
        let from = self.read.checked_sub(1)?;
        Some(Block { number: 0, columns: &self.columns, rows: from..self.count })
    }

    /// Returns a cell of the row that was read.
    pub(super) fn cell(&self, column: usize) -> Given<'_> {
        let at = self.read.checked_sub(1);
        let column = self.columns.get(column).zip(at);
        column.map_or(Given::Absent, |(column, at)| column.cell(at))
    }
}
