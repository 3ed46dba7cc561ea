//! Many rows in one statement: a statement costs the same whatever it holds, so rows are written and
//! looked up by the dozen.
//!
//! Statements come in a few sizes, so that a connection prepares few of them.

use super::StoreError;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe};

/// How many rows a statement takes, the most first. The largest, with the most columns, stays under
/// the 32,766 parameters of SQLite.
const SIZES: [usize; 3] = [64, 8, 1];

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
    let mut rows = rows.into_iter().peekable();
    let mut left = rows.len();
    for size in SIZES {
        while left >= size {
            let columns = rows.peek().map_or(0, Vec::len);
            let sql = format!("{into} VALUES {}", placeholders(size, columns));
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
    let mut found = Vec::new();
    let mut rest = values;
    while let Some(last) = rest.last() {
        let size = SIZES.into_iter().rev().find(|size| *size >= rest.len());
        let size = size.unwrap_or(SIZES[0]);
        let sql = format!("{select} {}", placeholders(1, size));
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

fn placeholders(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let numbers = (1..=columns).map(|column| format!("${}", row * columns + column));
        format!("({})", numbers.collect::<Vec<_>>().join(","))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(",")
}

fn bound(query: Query<'_, Any, AnyArguments>, cell: Cell) -> Query<'_, Any, AnyArguments> {
    match cell {
        Cell::Integer(value) => query.bind(value),
        Cell::Text(value) => query.bind(value),
        Cell::Bytes(value) => query.bind(value),
    }
}
