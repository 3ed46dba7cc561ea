//! A connection to a server of PostgreSQL that is the writer's own: whatever a batch holds, it is looked up by
//! one command and written by one, whose texts do not change, so that the server reads and plans them once.
//!
//! The values of a column go as one array.

use super::row::OTHER_TYPE;
use super::{Cell, Insertion, Lookup, POSTGRES_LOOKS_UP, POSTGRES_WRITES, Row, StoreError, bound};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Postgres};

/// A connection to a server.
pub struct Server(PgConnection);

/// The values of a column.
enum Values {
    Integers(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

type Asked<'q> = Query<'q, Postgres, PgArguments>;

impl Server {
    /// Connects to the server of an address.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let mut connection = PgConnection::connect(url).await?;
        connection.execute(POSTGRES_LOOKS_UP).await?;
        Ok(Self(connection))
    }

    /// Tells whether it still answers.
    pub async fn answers(&mut self) -> bool {
        self.0.ping().await.is_ok()
    }

    /// Begins a transaction that no other writer of the log can be in.
    pub async fn begin(&mut self) -> Result<(), StoreError> {
        self.tell(POSTGRES_WRITES).await
    }

    /// Makes what was written durable.
    pub async fn commit(&mut self) -> Result<(), StoreError> {
        self.tell("COMMIT").await
    }

    /// Tells the server something.
    pub async fn tell(&mut self, what: &str) -> Result<(), StoreError> {
        self.0.execute(AssertSqlSafe(what.to_owned())).await?;
        Ok(())
    }

    /// Reads rows.
    pub async fn rows(&mut self, sql: &str, values: Vec<Cell>) -> Result<Vec<Row>, StoreError> {
        let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        let query = values.into_iter().fold(query, bound);
        query.fetch_all(&mut self.0).await?.iter().map(Row::of_server).collect()
    }

    /// Runs a statement that gives no row.
    pub async fn run(&mut self, sql: &str, values: Vec<Cell>) -> Result<(), StoreError> {
        let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        values.into_iter().fold(query, bound).execute(&mut self.0).await?;
        Ok(())
    }

    /// Inserts rows into tables by one command.
    pub async fn insert(&mut self, insertions: Vec<Insertion<'_>>) -> Result<(), StoreError> {
        let tables = insertions.into_iter().filter(|one| !one.rows.is_empty());
        let tables = tables.map(|one| Ok((one.into, columns(one.rows)?)));
        let tables: Vec<(&str, Vec<Values>)> = tables.collect::<Result<_, StoreError>>()?;
        if tables.is_empty() {
            return Ok(());
        }
        let query = sqlx::query(AssertSqlSafe(inserting(&tables)));
        let values = tables.into_iter().flat_map(|(_, columns)| columns);
        values.fold(query, with_values).execute(&mut self.0).await?;
        Ok(())
    }

    /// Finds rows of several tables by one command: all give the same columns.
    pub async fn look_up(
        &mut self,
        first: Option<&str>,
        lookups: Vec<Lookup<'_>>,
    ) -> Result<Vec<Row>, StoreError> {
        let (mut selects, mut asked): (Vec<String>, Vec<Values>) = Default::default();
        selects.extend(first.map(str::to_owned));
        for Lookup { select, among } in lookups {
            let among = columns(among.into_iter().map(|value| vec![value]).collect())?;
            for values in among {
                asked.push(values);
                selects.push(format!("{select} = ANY(${})", asked.len()));
            }
        }
        if selects.is_empty() {
            return Ok(Vec::new());
        }
        let query = sqlx::query(AssertSqlSafe(selects.join(" UNION ALL ")));
        let query = asked.into_iter().fold(query, with_values);
        query.fetch_all(&mut self.0).await?.iter().map(Row::of_server).collect()
    }
}

/// Writes a command that inserts the rows of several tables: one statement made of them all.
fn inserting(tables: &[(&str, Vec<Values>)]) -> String {
    let mut given = 0;
    let statements = tables.iter().map(|(into, columns)| {
        let arrays: Vec<String> = (given + 1..)
            .zip(columns)
            .map(|(number, one)| format!("${number}::{}", one.array()))
            .collect();
        given += columns.len();
        format!("INSERT INTO {into} SELECT * FROM UNNEST({})", arrays.join(","))
    });
    let mut statements: Vec<String> = statements.collect();
    let last = statements.pop().unwrap_or_default();
    let named = statements.iter().enumerate().map(|(at, one)| format!("w{at} AS ({one})"));
    let named: Vec<String> = named.collect();
    if named.is_empty() { last } else { format!("WITH {} {last}", named.join(",")) }
}

/// Turns rows into columns. Errors: the cells of a column are not all of one type.
fn columns(rows: Vec<Vec<Cell>>) -> Result<Vec<Values>, StoreError> {
    let mut columns: Vec<Values> = Vec::new();
    for row in rows {
        for (at, cell) in row.into_iter().enumerate() {
            match columns.get_mut(at) {
                Some(column) => column.push(cell)?,
                None => columns.push(Values::of(cell)),
            }
        }
    }
    Ok(columns)
}

impl Values {
    fn of(cell: Cell) -> Self {
        match cell {
            Cell::Integer(value) => Self::Integers(vec![value]),
            Cell::Text(value) => Self::Texts(vec![value]),
            Cell::Bytes(value) => Self::Bytes(vec![value]),
        }
    }

    /// Adds a value. Errors: it is of another type.
    fn push(&mut self, cell: Cell) -> Result<(), StoreError> {
        match (self, cell) {
            (Self::Integers(values), Cell::Integer(value)) => values.push(value),
            (Self::Texts(values), Cell::Text(value)) => values.push(value),
            (Self::Bytes(values), Cell::Bytes(value)) => values.push(value),
            (Self::Integers(_) | Self::Texts(_) | Self::Bytes(_), _) => return Err(OTHER_TYPE),
        }
        Ok(())
    }

    fn array(&self) -> &'static str {
        match self {
            Self::Integers(_) => "BIGINT[]",
            Self::Texts(_) => "TEXT[]",
            Self::Bytes(_) => "BYTEA[]",
        }
    }
}

fn with_values(query: Asked<'_>, values: Values) -> Asked<'_> {
    match values {
        Values::Integers(values) => query.bind(values),
        Values::Texts(values) => query.bind(values),
        Values::Bytes(values) => query.bind(values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: usize) -> Vec<Values> {
        let row = vec![Cell::unsigned(1), Cell::Text(None), Cell::Bytes(Some(vec![2]))];
        columns(vec![row; rows]).unwrap()
    }

    #[test]
    fn the_values_of_a_column_are_one_array() {
        let one = inserting(&[("a (x, y, z)", table(1))]);
        assert_eq!(
            one,
            "INSERT INTO a (x, y, z) SELECT * FROM UNNEST($1::BIGINT[],$2::TEXT[],$3::BYTEA[])"
        );
        let [Values::Integers(x), Values::Texts(y), Values::Bytes(z)] = &table(2)[..] else {
            panic!("a column of another type");
        };
        assert_eq!((&x[..], &y[..]), (&[Some(1); 2][..], &[None, None][..]));
        assert_eq!(z[..], [Some(vec![2]), Some(vec![2])]);
    }

    #[test]
    fn a_value_of_another_type_than_its_column_is_refused() {
        let rows = vec![vec![Cell::Text(None)], vec![Cell::unsigned(7)]];
        assert!(matches!(columns(rows), Err(StoreError::Foreign(_))));
    }

    #[test]
    fn tables_are_written_by_one_command_whatever_their_rows() {
        let written = inserting(&[("a (x, y, z)", table(1)), ("b (x, y, z)", table(9))]);
        assert_eq!(
            written,
            "WITH w0 AS (INSERT INTO a (x, y, z) SELECT * FROM \
             UNNEST($1::BIGINT[],$2::TEXT[],$3::BYTEA[])) INSERT INTO b (x, y, z) SELECT * FROM \
             UNNEST($4::BIGINT[],$5::TEXT[],$6::BYTEA[])"
        );
        let more = inserting(&[("a (x, y, z)", table(7)), ("b (x, y, z)", table(2))]);
        assert_eq!(written, more);
    }
}
