//! Columns that are filled, as Parquet takes them: of each, the values that are there, and which rows have one.

use super::{Cell, Heading, Kind, TableError};
use crate::dense;
use arrow_array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch};
use arrow_schema::{ArrowError, Field, Schema};
use engine::Date;
use std::sync::Arc;

/// The most digits of a number with decimals.
pub(super) const DIGITS: u8 = 18;

/// Columns that are being filled.
pub(crate) struct Columns {
    pub(super) filled: Vec<Column>,
    pub(super) rows: usize,
}

/// A column that is being filled.
#[derive(Default)]
pub(crate) struct Column {
    pub(super) values: Values,
    /// One for a row that has a value and none for a row that has not, as far as the last that has not.
    pub(super) levels: Vec<i16>,
    rows: usize,
}

/// The values of a column.
pub(super) enum Values {
    Texts(Texts),
    Truths(Vec<bool>),
    /// Whole numbers, and counts of decimal parts.
    Wholes(Vec<i64>),
    /// Unit: days since the first of 1970.
    Days(Vec<i32>),
}

impl Default for Values {
    fn default() -> Self {
        Self::Wholes(Vec::new())
    }
}

/// Texts, one after the other.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) bytes: Vec<u8>,
    pub(super) lengths: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.lengths.push(text.len());
    }

    fn append(&mut self, others: &Self) {
        self.bytes.extend_from_slice(&others.bytes);
        self.lengths.extend_from_slice(&others.lengths);
    }
}

impl Columns {
    pub(crate) fn new(headings: &[Heading]) -> Self {
        Self { filled: headings.iter().map(|it| Column::new(it.kind)).collect(), rows: 0 }
    }

    /// Adds a row, a cell for each heading; those that are not given are absent.
    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) {
        let cells = cells.iter().chain(std::iter::repeat(&Cell::Absent));
        self.filled.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
        self.rows += 1;
    }

    /// Adds rows that are columns already, one for each heading.
    ///
    /// Errors: other columns than those of the headings.
    pub(super) fn append(&mut self, columns: &[Column]) -> Result<(), TableError> {
        let rows = columns.first().map_or(0, |column| column.rows);
        if columns.len() != self.filled.len() || columns.iter().any(|column| column.rows != rows) {
            return Err(TableError::Columns);
        }
        self.filled.iter_mut().zip(columns).try_for_each(|(held, column)| held.append(column))?;
        self.rows += rows;
        Ok(())
    }

    /// Takes the rows, and begins anew.
    pub(super) fn take(&mut self) -> Self {
        let filled = self.filled.iter_mut().map(Column::take).collect();
        Self { filled, rows: std::mem::take(&mut self.rows) }
    }

    /// Makes columns of Arrow of them.
    ///
    /// Errors: columns that Arrow refuses.
    pub(crate) fn arrow(self, headings: &[Heading]) -> Result<RecordBatch, TableError> {
        let columns: Result<Vec<ArrayRef>, ArrowError> = self
            .filled
            .into_iter()
            .zip(headings)
            .map(|(column, it)| column.arrow(it.kind))
            .collect();
        let columns = columns?;
        let fields: Vec<Field> = headings
            .iter()
            .zip(&columns)
            .map(|(it, column)| Field::new(it.name.as_str(), column.data_type().clone(), true))
            .collect();
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }
}

impl Column {
    fn new(kind: Kind) -> Self {
        let values = match kind {
            Kind::Text => Values::Texts(Texts::default()),
            Kind::Truth => Values::Truths(Vec::new()),
            Kind::Whole | Kind::Decimal(_) => Values::Wholes(Vec::new()),
            Kind::Day => Values::Days(Vec::new()),
        };
        Self { values, ..Self::default() }
    }

    /// Makes a column of texts that are all there.
    pub(crate) fn texts<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut all = Texts::default();
        texts.for_each(|text| all.push(text));
        Self { rows: all.lengths.len(), values: Values::Texts(all), levels: Vec::new() }
    }

    /// Makes a column of truths that are all there.
    pub(crate) fn truths(truths: Vec<bool>) -> Self {
        Self { rows: truths.len(), values: Values::Truths(truths), levels: Vec::new() }
    }

    /// Makes a column of whole numbers, or of counts of decimal parts, where they are there.
    pub(crate) fn wholes(wholes: impl Iterator<Item = Option<i64>>) -> Self {
        let (mut column, mut held) = (Self::default(), Vec::with_capacity(wholes.size_hint().0));
        for whole in wholes {
            match whole {
                Some(whole) => held.push(whole),
                None => column.miss(),
            }
            column.rows += 1;
        }
        Self { values: Values::Wholes(held), ..column }
    }

    /// Adds a cell; one of another kind is absent.
    fn push(&mut self, cell: &Cell<'_>) {
        let is_there = match (&mut self.values, cell) {
            (Values::Texts(texts), Cell::Text(text)) => {
                texts.push(text);
                true
            }
            (Values::Truths(truths), Cell::Truth(truth)) => {
                truths.push(*truth);
                true
            }
            (Values::Wholes(wholes), Cell::Count(count)) => {
                wholes.push(*count);
                true
            }
            (Values::Days(days), Cell::Day(day)) => {
                let day = since_1970(*day);
                days.extend(day);
                day.is_some()
            }
            _ => false,
        };
        if !is_there {
            self.miss();
        }
        self.rows += 1;
    }

    /// Says that the next row has no value.
    fn miss(&mut self) {
        self.levels.resize(self.rows, 1);
        self.levels.push(0);
    }

    fn append(&mut self, others: &Self) -> Result<(), TableError> {
        match (&mut self.values, &others.values) {
            (Values::Texts(held), Values::Texts(others)) => held.append(others),
            (Values::Truths(held), Values::Truths(others)) => held.extend_from_slice(others),
            (Values::Wholes(held), Values::Wholes(others)) => held.extend_from_slice(others),
            (Values::Days(held), Values::Days(others)) => held.extend_from_slice(others),
            _ => return Err(TableError::Columns),
        }
        if !others.levels.is_empty() {
            self.levels.resize(self.rows, 1);
            self.levels.extend_from_slice(&others.levels);
        }
        self.rows += others.rows;
        Ok(())
    }

    /// Takes the rows, and begins anew with as much room.
    fn take(&mut self) -> Self {
        let values = match &self.values {
            Values::Texts(Texts { bytes, lengths }) => Values::Texts(Texts {
                bytes: Vec::with_capacity(bytes.len()),
                lengths: Vec::with_capacity(lengths.len()),
            }),
            Values::Truths(held) => Values::Truths(Vec::with_capacity(held.len())),
            Values::Wholes(held) => Values::Wholes(Vec::with_capacity(held.len())),
            Values::Days(held) => Values::Days(Vec::with_capacity(held.len())),
        };
        std::mem::replace(self, Self { values, ..Self::default() })
    }

    fn arrow(self, kind: Kind) -> Result<ArrayRef, ArrowError> {
        let Self { values, mut levels, rows } = self;
        let nulls = (!levels.is_empty()).then(|| {
            levels.resize(rows, 1);
            dense::nulls(&levels)
        });
        Ok(match values {
            Values::Texts(Texts { bytes, lengths }) => {
                Arc::new(dense::texts(bytes, lengths.into_iter(), nulls)?)
            }
            Values::Truths(truths) => {
                let truths = dense::spread(truths, nulls.as_ref());
                Arc::new(BooleanArray::new(truths.into(), nulls))
            }
            Values::Wholes(counts) => {
                let counts = dense::spread(counts, nulls.as_ref());
                match kind {
                    Kind::Decimal(scale) => {
                        let counts = counts.into_iter().map(i128::from).collect();
                        let scale = i8::try_from(scale).unwrap_or(0);
                        let array = Decimal128Array::new(counts, nulls);
                        Arc::new(array.with_precision_and_scale(DIGITS, scale)?)
                    }
                    _ => Arc::new(Int64Array::new(counts.into(), nulls)),
                }
            }
            Values::Days(days) => {
                let days = dense::spread(days, nulls.as_ref());
                Arc::new(Date32Array::new(days.into(), nulls))
            }
        })
    }
}

/// Counts the days since the first of 1970, as Parquet and Arrow do.
fn since_1970(day: Date) -> Option<i32> {
    let first = Date::new(1970, 1, 1)?;
    i32::try_from(first.days_until(day)).ok()
}
