//! Values and rows, as every database gives and takes them: 64-bit integers, texts, bytes, or none.

use super::StoreError;
use bytes::Bytes;
use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use sqlx::any::{AnyRow, AnyTypeInfoKind};
use sqlx::postgres::PgRow;
use sqlx::query::Query;
use sqlx::{Column, Database, Encode, Row as _, Type, TypeInfo, ValueRef as _};

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// An integer, or none.
    Integer(Option<i64>),
    /// A text, or none.
    Text(Option<String>),
    /// Bytes, or none; they may be shared with who has them written.
    Bytes(Option<Bytes>),
}

/// A row that was read. A value is taken out of it once.
#[derive(Debug)]
pub struct Row(Vec<Cell>);

impl Cell {
    /// Makes a text.
    pub fn text(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }

    /// Makes bytes.
    pub fn bytes(value: impl Into<Bytes>) -> Self {
        Self::Bytes(Some(value.into()))
    }

    /// Makes an integer; none of ours comes near the limit.
    pub fn unsigned(value: u64) -> Self {
        Self::Integer(Some(super::signed(value)))
    }

    fn is_none(&self) -> bool {
        matches!(self, Self::Integer(None) | Self::Text(None) | Self::Bytes(None))
    }
}

/// What is told of a value that is not of the type that this program writes there.
pub(super) const OTHER_TYPE: StoreError = StoreError::Foreign("une valeur d'un autre type");

impl Row {
    /// Takes a value of the row of a file.
    pub(super) fn of_file(row: &rusqlite::Row<'_>, columns: usize) -> Result<Self, StoreError> {
        let cell = |at| {
            Ok(match row.get_ref(at)? {
                ValueRef::Null => Cell::Text(None),
                ValueRef::Integer(value) => Cell::Integer(Some(value)),
                ValueRef::Text(text) => {
                    let text = std::str::from_utf8(text).map_err(|_| OTHER_TYPE)?;
                    Cell::text(text)
                }
                ValueRef::Blob(bytes) => Cell::bytes(bytes.to_vec()),
                ValueRef::Real(_) => return Err(OTHER_TYPE),
            })
        };
        (0..columns).map(cell).collect::<Result<_, _>>().map(Self)
    }

    /// Takes the row of a server.
    pub(super) fn of_server(row: &PgRow) -> Result<Self, StoreError> {
        let cell = |column: &sqlx::postgres::PgColumn| {
            let at = column.ordinal();
            Ok(match column.type_info().name() {
                "INT8" => Cell::Integer(row.try_get(at)?),
                "TEXT" => Cell::Text(row.try_get(at)?),
                "BYTEA" => Cell::Bytes(row.try_get::<Option<Vec<u8>>, _>(at)?.map(Bytes::from)),
                _ => return Err(OTHER_TYPE),
            })
        };
        row.columns().iter().map(cell).collect::<Result<_, _>>().map(Self)
    }

    /// Takes the row of a connection of the pool.
    pub(super) fn of_any(row: &AnyRow) -> Result<Self, StoreError> {
        let cell = |at| {
            Ok(match row.try_get_raw(at)?.type_info().kind() {
                AnyTypeInfoKind::Null => Cell::Text(None),
                AnyTypeInfoKind::SmallInt | AnyTypeInfoKind::Integer | AnyTypeInfoKind::BigInt => {
                    Cell::Integer(row.try_get(at)?)
                }
                AnyTypeInfoKind::Text => Cell::Text(row.try_get(at)?),
                AnyTypeInfoKind::Blob => {
                    Cell::Bytes(row.try_get::<Option<Vec<u8>>, _>(at)?.map(Bytes::from))
                }
                AnyTypeInfoKind::Bool | AnyTypeInfoKind::Real | AnyTypeInfoKind::Double => {
                    return Err(OTHER_TYPE);
                }
            })
        };
        (0..row.columns().len()).map(cell).collect::<Result<_, _>>().map(Self)
    }

    /// Takes a value out; none where there is none.
    fn take(&mut self, at: usize) -> Result<Option<Cell>, StoreError> {
        let cell = self.0.get_mut(at).ok_or(OTHER_TYPE)?;
        let taken = std::mem::replace(cell, Cell::Integer(None));
        Ok((!taken.is_none()).then_some(taken))
    }

    /// Reads an integer.
    pub fn integer(&self, at: usize) -> Result<i64, StoreError> {
        match self.0.get(at) {
            Some(Cell::Integer(Some(value))) => Ok(*value),
            Some(_) | None => Err(OTHER_TYPE),
        }
    }

    /// Reads an integer that is not negative.
    pub fn unsigned(&self, at: usize) -> Result<u64, StoreError> {
        u64::try_from(self.integer(at)?).map_err(|_| StoreError::Foreign("un nombre négatif"))
    }

    /// Takes a text out, if there is one.
    pub fn text_if_any(&mut self, at: usize) -> Result<Option<String>, StoreError> {
        match self.take(at)? {
            Some(Cell::Text(text)) => Ok(text),
            None => Ok(None),
            Some(_) => Err(OTHER_TYPE),
        }
    }

    /// Takes a text out.
    pub fn text(&mut self, at: usize) -> Result<String, StoreError> {
        self.text_if_any(at)?.ok_or(OTHER_TYPE)
    }

    /// Takes bytes out, if there are some.
    pub fn bytes_if_any(&mut self, at: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self.take(at)? {
            Some(Cell::Bytes(bytes)) => Ok(bytes.map(Vec::from)),
            None => Ok(None),
            Some(_) => Err(OTHER_TYPE),
        }
    }

    /// Takes bytes out.
    pub fn bytes(&mut self, at: usize) -> Result<Vec<u8>, StoreError> {
        self.bytes_if_any(at)?.ok_or(OTHER_TYPE)
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Integer(Some(value)) => ToSqlOutput::from(*value),
            Self::Text(Some(text)) => ToSqlOutput::from(text.as_str()),
            Self::Bytes(Some(bytes)) => ToSqlOutput::from(&**bytes),
            Self::Integer(None) | Self::Text(None) | Self::Bytes(None) => {
                ToSqlOutput::Owned(Value::Null)
            }
        })
    }
}

/// Gives a statement its next value.
pub fn bound<'q, D: Database>(
    query: Query<'q, D, D::Arguments>,
    cell: Cell,
) -> Query<'q, D, D::Arguments>
where
    Option<i64>: Encode<'q, D> + Type<D>,
    Option<String>: Encode<'q, D> + Type<D>,
    Option<Vec<u8>>: Encode<'q, D> + Type<D>,
{
    match cell {
        Cell::Integer(value) => query.bind(value),
        Cell::Text(value) => query.bind(value),
        Cell::Bytes(value) => query.bind(value.map(Vec::from)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_once_and_as_what_it_is() {
        let cells = [Cell::unsigned(7), Cell::text("é"), Cell::bytes(vec![1]), Cell::Text(None)];
        let mut row = Row(cells.to_vec());
        assert!(matches!((row.integer(0), row.unsigned(0)), (Ok(7), Ok(7))));
        assert!(row.integer(1).is_err(), "a text is no integer");
        assert_eq!(row.text(1).unwrap(), "é");
        assert!(row.text(1).is_err(), "it was taken");
        assert_eq!(row.text_if_any(1).unwrap(), None);
        assert_eq!(row.bytes(2).unwrap(), [1]);
        assert_eq!(row.bytes_if_any(3).unwrap(), None, "none is of any type");
        assert!(row.bytes(3).is_err());
        assert!(row.text_if_any(4).is_err(), "there is no such column");
    }

    #[test]
    fn what_is_of_another_type_is_told_not_guessed() {
        let mut row = Row(vec![Cell::Integer(Some(-1)), Cell::text("7"), Cell::bytes(vec![b'7'])]);
        assert!(row.unsigned(0).is_err());
        assert!(row.text_if_any(0).is_err());
        assert!(row.bytes_if_any(1).is_err());
        assert!(row.text_if_any(2).is_err());
    }
}
