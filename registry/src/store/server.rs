//! A connection to a server of PostgreSQL that is the writer's own: whatever a batch holds, it is looked up by
//! one command and written by one, whose texts do not change, so that the server reads and plans them once.
//!
//! The values of a column go as one array.

use super::row::OTHER_TYPE;
use super::{
    Cell, Insertion, Lookup, POSTGRES_LOCKS, POSTGRES_WRITER, Premises, Row, StoreError, bound,
};
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
        connection.execute(POSTGRES_WRITER).await?;
        Ok(Self(connection))
    }

    /// Tells whether it still answers.
    pub async fn answers(&mut self) -> bool {
        self.0.ping().await.is_ok()
    }

    /// Begins a transaction that no other writer of the log can be in.
    pub async fn begin(&mut self) -> Result<(), StoreError> {
        self.tell(&format!("BEGIN; {POSTGRES_LOCKS}")).await
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
        let tables = tables(insertions)?;
        if tables.is_empty() {
            return Ok(());
        }
        let query = sqlx::query(AssertSqlSafe(inserting(&tables, None)));
        let values = tables.into_iter().flat_map(|(_, columns)| columns);
        values.fold(query, with_values).execute(&mut self.0).await?;
        Ok(())
    }

    /// Appends rows to tables by one command, which is a transaction of its own. Returns whether it did: not when
    /// the premises do not hold, or when what may stand once stands already.
    ///
    /// The command sees what was committed before it, and waits for the lock only then: what another writer
    /// commits meanwhile is found by what it must not share with it, as the place of an entry.
    pub async fn append(
        &mut self,
        premises: Premises<'_>,
        insertions: Vec<Insertion<'_>>,
    ) -> Result<bool, StoreError> {
        let Premises { one: (sql, values), each: Lookup { select, among } } = premises;
        let tables = tables(insertions)?;
        let each = columns(among.into_iter().map(|value| vec![value]).collect())?;
        let held =
            Held { given: values.len(), one: sql, each: (!each.is_empty()).then_some(select) };
        let query = sqlx::query(AssertSqlSafe(inserting(&tables, Some(&held))));
        let query = values.into_iter().fold(query, bound);
        let values = each.into_iter().chain(tables.into_iter().flat_map(|(_, columns)| columns));
        match values.fold(query, with_values).execute(&mut self.0).await {
            Ok(done) => Ok(done.rows_affected() > 0),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
            Err(error) => Err(error.into()),
        }
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

/// A table and the columns that are inserted into it.
type Table<'t> = (&'t str, Vec<Values>);

/// Makes columns of the rows of tables, those that have some.
fn tables(insertions: Vec<Insertion<'_>>) -> Result<Vec<Table<'_>>, StoreError> {
    let tables = insertions.into_iter().filter(|one| !one.rows.is_empty());
    tables.map(|one| Ok((one.into, columns(one.rows)?))).collect()
}

/// What must hold for rows to be inserted.
struct Held<'p> {
    /// How many values the first of its statements names.
    given: usize,
    /// What gives a row.
    one: &'p str,
    /// What gives a row for each value of an array, the next that is given.
    each: Option<&'p str>,
}

impl Held<'_> {
    /// How many values come before those of the rows.
    fn values(&self) -> usize {
        self.given + usize::from(self.each.is_some())
    }

    /// Writes what takes the writer's lock and gives a row when they hold.
    fn locking(&self) -> String {
        let Self { given, one, each } = self;
        let each = each.map_or_else(String::new, |select| {
            let number = given + 1;
            format!(
                " WHERE (SELECT COUNT(*) FROM ({select} = ANY(${number})) AS found) \
                 = CARDINALITY(${number})"
            )
        });
        format!("{POSTGRES_LOCKS} FROM ({one}) AS one{each}")
    }
}

/// Writes a command that inserts the rows of several tables, if something holds: one statement made of them all.
fn inserting(tables: &[Table<'_>], held: Option<&Held<'_>>) -> String {
    let mut given = held.map_or(0, Held::values);
    let when = if held.is_some() { " WHERE EXISTS (SELECT FROM held)" } else { "" };
    let statements = tables.iter().map(|(into, columns)| {
        let arrays: Vec<String> = (given + 1..)
            .zip(columns)
            .map(|(number, one)| format!("${number}::{}", one.array()))
            .collect();
        given += columns.len();
        format!("INSERT INTO {into} SELECT * FROM UNNEST({}){when}", arrays.join(","))
    });
    let mut statements: Vec<String> = statements.collect();
    let last = statements.pop().unwrap_or_default();
    let held = held.map(|held| format!("held AS MATERIALIZED ({})", held.locking()));
    let named = statements.iter().enumerate().map(|(at, one)| format!("w{at} AS ({one})"));
    let named: Vec<String> = held.into_iter().chain(named).collect();
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
            Cell::Bytes(value) => Self::Bytes(vec![value.map(Vec::from)]),
        }
    }

    /// Adds a value. Errors: it is of another type.
    fn push(&mut self, cell: Cell) -> Result<(), StoreError> {
        match (self, cell) {
            (Self::Integers(values), Cell::Integer(value)) => values.push(value),
            (Self::Texts(values), Cell::Text(value)) => values.push(value),
            (Self::Bytes(values), Cell::Bytes(value)) => values.push(value.map(Vec::from)),
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
        let row = vec![Cell::unsigned(1), Cell::Text(None), Cell::bytes(vec![2])];
        columns(vec![row; rows]).unwrap()
    }

    #[test]
    fn the_values_of_a_column_are_one_array() {
        let one = inserting(&[("a (x, y, z)", table(1))], None);
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
        let written = inserting(&[("a (x, y, z)", table(1)), ("b (x, y, z)", table(9))], None);
        assert_eq!(
            written,
            "WITH w0 AS (INSERT INTO a (x, y, z) SELECT * FROM \
             UNNEST($1::BIGINT[],$2::TEXT[],$3::BYTEA[])) INSERT INTO b (x, y, z) SELECT * FROM \
             UNNEST($4::BIGINT[],$5::TEXT[],$6::BYTEA[])"
        );
        let more = inserting(&[("a (x, y, z)", table(7)), ("b (x, y, z)", table(2))], None);
        assert_eq!(written, more);
    }

    #[test]
    fn rows_are_inserted_where_what_they_are_appended_on_holds() {
        let held = Held { given: 2, one: "SELECT 1 FROM l WHERE a = $1 AND b = $2", each: None };
        let written = inserting(&[("a (x, y, z)", table(1))], Some(&held));
        assert_eq!(
            written,
            "WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock(108170503679333) FROM (SELECT 1 \
             FROM l WHERE a = $1 AND b = $2) AS one) INSERT INTO a (x, y, z) SELECT * FROM \
             UNNEST($3::BIGINT[],$4::TEXT[],$5::BYTEA[]) WHERE EXISTS (SELECT FROM held)"
        );
        let held = Held { each: Some("SELECT a FROM s WHERE a"), ..held };
        let written = inserting(&[("a (x, y, z)", table(1))], Some(&held));
        let each = "AS one WHERE (SELECT COUNT(*) FROM (SELECT a FROM s WHERE a = ANY($3)) AS \
                    found) = CARDINALITY($3))";
        assert!(written.contains(each), "{written}");
        assert!(written.contains("UNNEST($4::BIGINT[],$5::TEXT[],$6::BYTEA[])"), "{written}");
    }
}
