//! Columns of Arrow, filled row by row: decimals as decimals, days as days.

use super::{Cell, Heading, Kind, TableError};
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder,
};
use arrow_array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use engine::Date;
use std::sync::Arc;

/// The most digits of a number.
const DIGITS: u8 = 18;

/// Columns that are being filled, and serve again once they are taken.
pub(crate) struct Columns {
    schema: Arc<Schema>,
    filled: Vec<Column>,
    rows: usize,
}

impl Columns {
    pub(crate) fn new(headings: &[Heading]) -> Self {
        let fields: Vec<Field> = headings
            .iter()
            .map(|it| Field::new(it.name.as_str(), data_type(it.kind), true))
            .collect();
        let filled = headings.iter().map(|it| Column::new(it.kind)).collect();
        Self { schema: Arc::new(Schema::new(fields)), filled, rows: 0 }
    }

    pub(crate) fn schema(&self) -> Arc<Schema> {
        Arc::clone(&self.schema)
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row, a cell for each heading; those that are not given are absent.
    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) {
        let cells = cells.iter().chain(std::iter::repeat(&Cell::Absent));
        self.filled.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
        self.rows += 1;
    }

    /// Takes the rows.
    ///
    /// Errors: columns that Arrow refuses.
    pub(crate) fn take(&mut self) -> Result<RecordBatch, TableError> {
        self.rows = 0;
        let arrays: Result<Vec<ArrayRef>, ArrowError> =
            self.filled.iter_mut().map(Column::finish).collect();
        let refused = |error: ArrowError| TableError::Columns(error.to_string());
        RecordBatch::try_new(self.schema(), arrays.map_err(refused)?).map_err(refused)
    }
}

/// Makes a column of counts of decimal parts, where they are there. Absent: Arrow refuses them.
pub(crate) fn amounts(
    values: impl Iterator<Item = i128>,
    is_there: Option<&dyn Fn(usize) -> bool>,
    scale: u8,
) -> Option<ArrayRef> {
    let array: Decimal128Array = match is_there {
        None => values.map(Some).collect(),
        Some(is_there) => {
            values.enumerate().map(|(row, value)| is_there(row).then_some(value)).collect()
        }
    };
    let array = array.with_precision_and_scale(DIGITS, i8::try_from(scale).ok()?).ok()?;
    Some(Arc::new(array))
}

/// Makes a column of whole numbers, where they are there.
pub(crate) fn counts(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<Int64Array>())
}

enum Column {
    Text(StringBuilder),
    Truth(BooleanBuilder),
    Whole(Int64Builder),
    Decimal(Decimal128Builder, u8),
    Day(Date32Builder),
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
