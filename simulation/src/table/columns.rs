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
pub(super) struct Column {
    pub(super) values: Values,
    /// One for a row that has a value and none for a row that has not, as far as the last that has not.
    levels: Vec<i16>,
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

    /// Adds rows column by column.
    ///
    /// Errors: other columns than those of the headings, or of as many rows.
    pub(super) fn fill(&mut self, fill: impl FnOnce(&mut Filling<'_>)) -> Result<(), TableError> {
        let mut filling = Filling { columns: self.filled.iter_mut(), is_strange: false };
        fill(&mut filling);
        let is_strange = filling.is_strange || filling.columns.next().is_some();
        self.rows = self.filled.first().map_or(0, |column| column.rows);
        if is_strange || self.filled.iter().any(|column| column.rows != self.rows) {
            return Err(TableError::Columns);
        }
        Ok(())
    }

    /// Forgets the rows, and keeps their room.
    pub(super) fn clear(&mut self) {
        self.rows = 0;
        self.filled.iter_mut().for_each(Column::clear);
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

/// Columns that are filled one after the other.
pub(crate) struct Filling<'c> {
    columns: std::slice::IterMut<'c, Column>,
    /// Whether one was given that is not of its heading.
    is_strange: bool,
}

impl Filling<'_> {
    /// Fills the next column with texts that are all there.
    pub(crate) fn texts<'t>(&mut self, added: impl Iterator<Item = &'t str>) {
        match self.columns.next() {
            Some(Column { values: Values::Texts(texts), rows, .. }) => {
                added.for_each(|text| texts.push(text));
                *rows = texts.lengths.len();
            }
            _ => self.is_strange = true,
        }
    }

    /// Fills the next column with truths that are all there.
    pub(crate) fn truths(&mut self, added: &[bool]) {
        match self.columns.next() {
            Some(Column { values: Values::Truths(truths), rows, .. }) => {
                truths.extend_from_slice(added);
                *rows += added.len();
            }
            _ => self.is_strange = true,
        }
    }

    /// Fills the next column with whole numbers, or counts of decimal parts, where they are there.
    pub(crate) fn wholes(&mut self, added: impl ExactSizeIterator<Item = Option<i64>>) {
        match self.columns.next() {
            Some(Column { values: Values::Wholes(wholes), levels, rows }) => {
                wholes.reserve(added.len());
                for whole in added {
                    match whole {
                        Some(whole) => wholes.push(whole),
                        None => miss(levels, *rows),
                    }
                    *rows += 1;
                }
            }
            _ => self.is_strange = true,
        }
    }
}

/// Says that a row has no value.
fn miss(levels: &mut Vec<i16>, row: usize) {
    levels.resize(row, 1);
    levels.push(0);
}

impl Column {
    fn new(kind: Kind) -> Self {
        let values = match kind {
            Kind::Text => Values::Texts(Texts::default()),
            Kind::Truth => Values::Truths(Vec::new()),
            Kind::Whole | Kind::Decimal(_) => Values::Wholes(Vec::new()),
            Kind::Day => Values::Days(Vec::new()),
        };
        Self { values, levels: Vec::new(), rows: 0 }
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
            miss(&mut self.levels, self.rows);
        }
        self.rows += 1;
    }

    fn clear(&mut self) {
        match &mut self.values {
            Values::Texts(Texts { bytes, lengths }) => {
                bytes.clear();
                lengths.clear();
            }
            Values::Truths(held) => held.clear(),
            Values::Wholes(held) => held.clear(),
            Values::Days(held) => held.clear(),
        }
        self.levels.clear();
        self.rows = 0;
    }

    /// Returns its values, and a level for each row; none where every row has a value.
    pub(super) fn encoded(&mut self) -> (&mut Values, &[i16]) {
        if !self.levels.is_empty() {
            self.levels.resize(self.rows, 1);
        }
        (&mut self.values, &self.levels)
    }

    fn arrow(mut self, kind: Kind) -> Result<ArrayRef, ArrowError> {
        let (_, levels) = self.encoded();
        let nulls = (!levels.is_empty()).then(|| dense::nulls(levels));
        let values = self.values;
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
