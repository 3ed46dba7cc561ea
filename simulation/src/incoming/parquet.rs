//! A Parquet table, row by row.

use super::{Incoming, ReadError};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use csv::StringRecord;
use engine::Date;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::fmt::Write;
use std::fs::File;

/// How many rows are decoded at once.
const ROWS: usize = 4_096;

/// The rows of a table.
pub(super) struct Rows {
    reader: ParquetRecordBatchReader,
    batch: Option<RecordBatch>,
    at: usize,
    cell: String,
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
    Ok((names, kinds, count, Rows { reader, batch: None, at: 0, cell: String::new() }))
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
    pub(super) fn next(&mut self, row: &mut StringRecord) -> Result<bool, ReadError> {
        while self.batch.as_ref().is_none_or(|batch| self.at >= batch.num_rows()) {
            let Some(batch) = self.reader.next() else { return Ok(false) };
            self.batch = Some(batch.map_err(|error| broken(&error.to_string()))?);
            self.at = 0;
        }
        if let Some(batch) = &self.batch {
            for column in batch.columns() {
                self.cell.clear();
                if column.is_valid(self.at) {
                    cell(column, self.at, &mut self.cell);
                }
                row.push_field(&self.cell);
            }
        }
        self.at += 1;
        Ok(true)
    }
}

/// Writes a cell as a dossier would.
fn cell(column: &ArrayRef, at: usize, to: &mut String) {
    match column.data_type() {
        DataType::Utf8 => to.push_str(column.as_string::<i32>().value(at)),
        DataType::LargeUtf8 => to.push_str(column.as_string::<i64>().value(at)),
        DataType::Boolean => to.push_str(if column.as_boolean().value(at) { "oui" } else { "non" }),
        DataType::Int8 => whole::<Int8Type>(column, at, to),
        DataType::Int16 => whole::<Int16Type>(column, at, to),
        DataType::Int32 => whole::<Int32Type>(column, at, to),
        DataType::Int64 => whole::<Int64Type>(column, at, to),
        DataType::UInt8 => whole::<UInt8Type>(column, at, to),
        DataType::UInt16 => whole::<UInt16Type>(column, at, to),
        DataType::UInt32 => whole::<UInt32Type>(column, at, to),
        DataType::UInt64 => whole::<UInt64Type>(column, at, to),
        DataType::Decimal128(_, scale) => {
            let value = column.as_primitive::<Decimal128Type>().value(at);
            decimal(value, usize::try_from(*scale).unwrap_or(0), to);
        }
        DataType::Date32 => {
            let days = i64::from(column.as_primitive::<Date32Type>().value(at));
            let day = Date::new(1970, 1, 1).and_then(|first| first.plus_days(days));
            // A day that no calendar has is told as one that cannot be read.
            let _ = match day {
                Some(day) => write!(to, "{day}"),
                None => write!(to, "9999-99-99"),
            };
        }
        // Refused when the table was opened.
        _ => {}
    }
}

fn whole<T: ArrowPrimitiveType<Native: std::fmt::Display>>(
    column: &ArrayRef,
    at: usize,
    to: &mut String,
) {
    let _ = write!(to, "{}", column.as_primitive::<T>().value(at));
}

fn decimal(value: i128, scale: usize, to: &mut String) {
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, parts) = digits.split_at(digits.len() - scale);
    let parts = parts.trim_end_matches('0');
    let mark = if parts.is_empty() { "" } else { "." };
    let _ = write!(to, "{sign}{whole}{mark}{parts}");
}

/// Says why a table cannot be read on: a codec that is not there is told apart.
fn broken(error: &str) -> ReadError {
    let codec = error.contains("codec") || error.contains("Disabled feature");
    let why = if codec { ", ou sa compression n'est pas Snappy" } else { "" };
    ReadError::Parquet(why.to_owned())
}
