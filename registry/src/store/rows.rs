//! Many rows in one statement: a statement costs the same whatever it holds, so rows are written and
//! looked up by the dozen.
//!
//! Statements come in a few sizes, so that a connection prepares few of them.

use super::StoreError;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe};
use std::fmt::Write as _;

/// How many rows a statement takes, the most first: any number of rows takes few statements. The
/// largest, with the most columns, stays under the 32,766 parameters of SQLite.
const SIZES: [usize; 7] = [64, 32, 16, 8, 4, 2, 1];

/// A value of a row.
#[derive(Clone, Debug)]
pub enum Cell {
    /// An integer, or none.
    Integer(Option<i64>),
    /// A text, or none.
    Text(Option<String>),
    /// Bytes, or none.
    Bytes(Option<Vec<u8>>),
}

/// Inserts rows. Shape: the statement's beginning is `INSERT INTO t (a, b)`; each row has as many
/// cells as columns are named.
pub async fn insert(
    connection: &mut AnyConnection,
    into: &str,
    rows: Vec<Vec<Cell>>,
) -> Result<(), StoreError> {
    let mark = Mark::of(connection);
    let mut rows = rows.into_iter().peekable();
    let mut left = rows.len();
    for size in SIZES {
        while left >= size {
            let columns = rows.peek().map_or(0, Vec::len);
            let sql = format!("{into} VALUES {}", mark.placeholders(size, columns));
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for cell in rows.by_ref().take(size).flatten() {
                query = bound(query, cell);
            }
            query.execute(&mut *connection).await?;
            left -= size;
        }
    }
    Ok(())
}

/// Finds the rows whose column is among values. Shape: the statement ends with `WHERE column IN`.
pub async fn select_among(
    connection: &mut AnyConnection,
    select: &str,
    values: &[Cell],
) -> Result<Vec<AnyRow>, StoreError> {
    let mark = Mark::of(connection);
    let mut found = Vec::new();
    let mut rest = values;
    while let Some(last) = rest.last() {
        let size = SIZES.into_iter().rev().find(|size| *size >= rest.len());
        let size = size.unwrap_or(SIZES[0]);
        let sql = format!("{select} {}", mark.placeholders(1, size));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        // What is missing to the size of the statement is asked twice, which finds the same rows.
        let (now, later) = rest.split_at(size.min(rest.len()));
        let filled = now.iter().chain(std::iter::repeat(last)).take(size);
        for cell in filled {
            query = bound(query, cell.clone());
        }
        found.extend(query.fetch_all(&mut *connection).await?);
        rest = later;
    }
    Ok(found)
}

/// How a statement marks the places of its values.
#[derive(Clone, Copy)]
enum Mark {
    /// In their order: SQLite looks a numbered place up among all the others.
    Ordered,
    /// By number, as PostgreSQL wants.
    Numbered,
}

impl Mark {
    fn of(connection: &AnyConnection) -> Self {
        if connection.backend_name() == "SQLite" { Self::Ordered } else { Self::Numbered }
    }

    fn placeholders(self, rows: usize, columns: usize) -> String {
        let mut written = String::with_capacity(rows * (6 * columns + 3));
        for place in 0..rows * columns {
            written.push_str(match place {
                0 => "(",
                _ if place % columns == 0 => "),(",
                _ => ",",
            });
            match self {
                Self::Ordered => written.push('?'),
                // Writing to a text does not fail.
                Self::Numbered => drop(write!(written, "${}", place + 1)),
            }
        }
        written.push(')');
        written
    }
}

/// Gives a statement its next value.
pub fn bound(query: Query<'_, Any, AnyArguments>, cell: Cell) -> Query<'_, Any, AnyArguments> {
    match cell {
        Cell::Integer(value) => query.bind(value),
        Cell::Text(value) => query.bind(value),
        Cell::Bytes(value) => query.bind(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_its_places() {
        assert_eq!(Mark::Ordered.placeholders(2, 3), "(?,?,?),(?,?,?)");
        assert_eq!(Mark::Numbered.placeholders(2, 3), "($1,$2,$3),($4,$5,$6)");
        assert_eq!(Mark::Numbered.placeholders(1, 1), "($1)");
    }
}
