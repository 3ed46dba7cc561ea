//! What statements are run by: a connection of one's own, by the driver of its database, or one of the
//! pool. The same statements serve all.

use super::file::File;
use super::server::Server;
use super::{Cell, Row, StoreError, bound};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AssertSqlSafe};

/// Rows to be inserted into a table, named with its columns: `t (a, b)`. Shape: each row has as many cells as
/// columns are named.
pub struct Insertion<'t> {
    /// The table.
    pub into: &'t str,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// Rows to be found by a value of theirs. Shape: the statement ends with `WHERE column`.
pub struct Lookup<'t> {
    /// The statement's beginning.
    pub select: &'t str,
    /// The values.
    pub among: Vec<Cell>,
}

/// What must hold for rows to be appended.
pub struct Premises<'p> {
    /// A statement that gives a row when it does, and the values that it names.
    pub one: (&'p str, Vec<Cell>),
    /// What gives a row for each of its values, which are distinct.
    pub each: Lookup<'p>,
}

/// What rows are read by. Shape of statements: `$1`, `$2` name the values.
pub trait Reads: Send {
    /// Reads rows.
    fn rows(
        &mut self,
        sql: &str,
        values: Vec<Cell>,
    ) -> impl Future<Output = Result<Vec<Row>, StoreError>> + Send;
}

/// Reads the first row, if there is one.
pub async fn first(
    by: &mut impl Reads,
    sql: &str,
    values: Vec<Cell>,
) -> Result<Option<Row>, StoreError> {
    Ok(by.rows(sql, values).await?.into_iter().next())
}

/// A connection of one's own. That to a file waits where it is asked: it is for threads that may wait.
pub enum Link {
    /// To a file.
    File(File),
    /// To a server.
    Server(Server),
}

/// What reads much: a connection to a file, or one of the pool to a server.
pub enum Reader {
    /// To a file.
    File(File),
    /// To a server.
    Pool(PoolConnection<Any>),
}

impl Reads for Reader {
    async fn rows(&mut self, sql: &str, values: Vec<Cell>) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::File(file) => file.rows(sql, &values),
            Self::Pool(connection) => connection.rows(sql, values).await,
        }
    }
}

impl Reads for PoolConnection<Any> {
    async fn rows(&mut self, sql: &str, values: Vec<Cell>) -> Result<Vec<Row>, StoreError> {
        let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        let query = values.into_iter().fold(query, bound);
        query.fetch_all(&mut **self).await?.iter().map(Row::of_any).collect()
    }
}

impl Reads for Link {
    async fn rows(&mut self, sql: &str, values: Vec<Cell>) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::File(file) => file.rows(sql, &values),
            Self::Server(server) => server.rows(sql, values).await,
        }
    }
}

impl Link {
    /// Tells whether it still answers; a file does not go away.
    pub async fn answers(&mut self) -> bool {
        match self {
            Self::File(_) => true,
            Self::Server(server) => server.answers().await,
        }
    }

    /// Begins a transaction that no other writer of the log can be in. One that is not committed ends with
    /// the connection.
    pub async fn begin(&mut self) -> Result<(), StoreError> {
        match self {
            Self::File(file) => file.begin(),
            Self::Server(server) => server.begin().await,
        }
    }

    /// Makes what was written durable.
    pub async fn commit(&mut self) -> Result<(), StoreError> {
        match self {
            Self::File(file) => file.commit(),
            Self::Server(server) => server.commit().await,
        }
    }

    /// Runs a statement that gives no row.
    pub async fn run(&mut self, sql: &str, values: Vec<Cell>) -> Result<(), StoreError> {
        match self {
            Self::File(file) => file.run(sql, &values),
            Self::Server(server) => server.run(sql, values).await,
        }
    }

    /// Inserts rows into tables, in their order.
    pub async fn insert(&mut self, insertions: Vec<Insertion<'_>>) -> Result<(), StoreError> {
        match self {
            Self::File(file) => file.insert(&insertions),
            Self::Server(server) => server.insert(insertions).await,
        }
    }

    /// Appends rows to tables in a transaction of its own, and makes them durable. Returns whether it did: it leaves
    /// everything as it was when the premises do not hold, when what may stand once stands already, or when there is
    /// no row to append.
    pub async fn append(
        &mut self,
        premises: Premises<'_>,
        insertions: Vec<Insertion<'_>>,
    ) -> Result<bool, StoreError> {
        if insertions.iter().all(|one| one.rows.is_empty()) {
            return Ok(false);
        }
        match self {
            Self::File(file) => file.append(&premises, &insertions),
            Self::Server(server) => server.append(premises, insertions).await,
        }
    }

    /// Makes anew what finds applications by their tags, once many were written at once. A server does as they are
    /// written.
    pub fn rebuild_tags(&self) -> Result<(), StoreError> {
        match self {
            Self::File(file) => file.rebuild_tags(),
            Self::Server(_) => Ok(()),
        }
    }

    /// Finds rows of several tables, with those of a statement that takes no value: all give the same
    /// columns.
    pub async fn look_up(
        &mut self,
        first: Option<&str>,
        lookups: Vec<Lookup<'_>>,
    ) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::File(file) => file.look_up(first, &lookups),
            Self::Server(server) => server.look_up(first, lookups).await,
        }
    }
}
