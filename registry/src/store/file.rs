//! A connection to a file of SQLite that waits where it is asked: for who has a thread of its own, or a
//! thread to wait in. What is asked costs no handing over between threads, row by row.
//!
//! The file was opened by the pool before, which made it and its schema.

use super::tags::Tags;
use super::wal::WalCheckpoints;
use super::{
    Cell, Insertion, Lookup, Premises, Row, SQLITE_SETTINGS, SQLITE_WRITER, SQLITE_WRITES,
    StoreError,
};
use rusqlite::ffi::{
    SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_TRIGGER, SQLITE_CONSTRAINT_UNIQUE,
};
use rusqlite::{CachedStatement, Connection, OpenFlags, Statement};
use sqlx::sqlite::SqliteConnectOptions;
use std::str::FromStr;

/// How many statements a connection keeps ready: more than we have.
const STATEMENTS: usize = 64;

/// A connection to a file.
pub struct File {
    connection: Connection,
    checkpoints: WalCheckpoints,
    /// Those of applications, when it writes them.
    tags: Option<Box<Tags>>,
}

impl File {
    /// Opens the file of an address, as the connections of the pool are told to work.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?;
        let mode = if is_read_only(url) {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE
        };
        let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(options.get_filename(), flags)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        for setting in SQLITE_SETTINGS {
            connection.execute_batch(setting)?;
        }
        Ok(Self::of(connection, url))
    }

    fn of(connection: Connection, url: &str) -> Self {
        Self { connection, checkpoints: WalCheckpoints::of(url), tags: None }
    }

    /// Prepares it to write the log of a file that has the schema.
    pub fn into_writer(mut self) -> Result<Self, StoreError> {
        self.tell(SQLITE_WRITER)?;
        self.tags = Some(Box::new(Tags::prepare(&self.connection)?));
        Ok(self)
    }

    /// How many tags wait by it.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.tags.as_ref().map_or(0, |tags| tags.waiting())
    }

    /// Tells the connection something.
    pub fn tell(&self, what: &str) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch(what)?)
    }

    /// Begins a transaction that no other writer of the log can be in.
    pub fn begin(&self) -> Result<(), StoreError> {
        self.tell(SQLITE_WRITES)?;
        self.tags.as_ref().map_or(Ok(()), |tags| tags.follow(&self.connection))
    }

    /// Makes what was written durable.
    pub fn commit(&self) -> Result<(), StoreError> {
        self.tags.as_ref().map_or(Ok(()), |tags| tags.settle(&self.connection))?;
        self.tell("COMMIT")?;
        self.tags.iter().for_each(|tags| tags.committed());
        self.checkpoints.committed();
        Ok(())
    }

    /// Reads rows.
    pub fn rows(&self, sql: &str, values: &[Cell]) -> Result<Vec<Row>, StoreError> {
        self.show(values)?;
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut found = Vec::new();
        read(&mut statement, values, &mut found)?;
        Ok(found)
    }

    /// Runs a statement that gives no row.
    pub fn run(&self, sql: &str, values: &[Cell]) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        bind(&mut statement, values)?;
        statement.raw_execute()?;
        Ok(())
    }

    /// Inserts rows into tables, in their order. SQLite would note what each page was, to undo a statement that
    /// fails alone; ours fail with their transaction.
    pub fn insert(&self, insertions: &[Insertion<'_>]) -> Result<(), StoreError> {
        for Insertion { into, rows } in insertions {
            let Some(first) = rows.first() else { continue };
            let places = vec!["?"; first.len()].join(",");
            let sql = format!("INSERT OR FAIL INTO {into} VALUES ({places})");
            let mut statement: CachedStatement<'_> = self.connection.prepare_cached(&sql)?;
            for row in rows {
                statement.execute(rusqlite::params_from_iter(row))?;
            }
            self.checkpoints.wrote(rows.len());
        }
        Ok(())
    }

    /// Appends rows to tables, in their order, in a transaction of its own. Returns whether it did: not when the
    /// premises do not hold, or when what may stand once stands already.
    pub fn append(
        &self,
        premises: &Premises<'_>,
        insertions: &[Insertion<'_>],
    ) -> Result<bool, StoreError> {
        self.begin()?;
        let appended = self.holds(premises)? && self.adds(insertions)?;
        if appended {
            self.commit()?;
        } else {
            self.roll_back()?;
        }
        Ok(appended)
    }

    /// Takes back what was written since the transaction began.
    pub fn roll_back(&self) -> Result<(), StoreError> {
        self.tell("ROLLBACK")?;
        self.tags.iter().for_each(|tags| tags.roll_back());
        Ok(())
    }

    /// Makes anew what finds applications by their tags, once many were written at once.
    pub fn rebuild_tags(&self) -> Result<(), StoreError> {
        Tags::rebuild(&self.connection)
    }

    /// Has applications found by those of some values that are tags.
    fn show(&self, values: &[Cell]) -> Result<(), StoreError> {
        self.tags.as_ref().map_or(Ok(()), |tags| tags.show(&self.connection, values))
    }

    fn holds(
        &self,
        Premises { one: (sql, values), each }: &Premises<'_>,
    ) -> Result<bool, StoreError> {
        let holds = !self.rows(sql, values)?.is_empty();
        let found = self.look_up(None, std::slice::from_ref(each))?;
        Ok(holds && found.len() == each.among.len())
    }

    /// Inserts rows; returns whether none of them stands already.
    fn adds(&self, insertions: &[Insertion<'_>]) -> Result<bool, StoreError> {
        match self.insert(insertions) {
            Ok(()) => Ok(true),
            Err(StoreError::File(error)) if is_of_one_that_stands(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Finds rows by values of theirs, one value after the other by one statement.
    pub fn look_up(
        &self,
        first: Option<&str>,
        lookups: &[Lookup<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        let mut found = first.map_or_else(|| Ok(Vec::new()), |sql| self.rows(sql, &[]))?;
        for Lookup { select, among } in lookups.iter().filter(|one| !one.among.is_empty()) {
            let mut statement = self.connection.prepare_cached(&format!("{select} = $1"))?;
            for value in among.iter().map(std::slice::from_ref) {
                self.show(value)?;
                read(&mut statement, value, &mut found)?;
            }
        }
        Ok(found)
    }
}

/// Tells whether a row is refused since what it may stand by once stands already.
fn is_of_one_that_stands(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    let stands =
        [SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_TRIGGER];
    code.is_some_and(|code| stands.contains(&code))
}

/// Tells whether an address says that its file is not written.
fn is_read_only(url: &str) -> bool {
    url.split_once('?').is_some_and(|(_, said)| said.split('&').any(|one| one == "mode=ro"))
}

fn read(
    statement: &mut Statement<'_>,
    values: &[Cell],
    found: &mut Vec<Row>,
) -> Result<(), StoreError> {
    bind(statement, values)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        found.push(Row::of_file(row, columns)?);
    }
    Ok(())
}

/// Gives a statement its values by their numbers: `$2` is the second, wherever it is written.
fn bind(statement: &mut Statement<'_>, values: &[Cell]) -> Result<(), StoreError> {
    for (number, value) in (1..).zip(values) {
        let name: String = format!("${number}");
        let at = statement.parameter_index(&name)?;
        let at = at.ok_or(StoreError::Foreign("une valeur que rien ne demande"))?;
        statement.raw_bind_parameter(at, value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::wal::ROWS;
    use super::*;
    use std::path::PathBuf;

    fn within() -> File {
        File::of(Connection::open_in_memory().unwrap(), "sqlite::memory:")
    }

    /// Makes a file; returns its address to write too.
    fn made() -> (PathBuf, String) {
        let name = format!("bareme-{}.sqlite", crate::applications::new_id());
        let path = std::env::temp_dir().join(name);
        drop(Connection::open(&path).unwrap());
        let url = format!("sqlite://{}?mode=rw", path.display());
        (path, url)
    }

    fn texts(rows: Vec<Row>) -> Vec<String> {
        rows.into_iter().map(|mut row| row.text(0).unwrap()).collect()
    }

    fn table(file: &File) -> Result<(), StoreError> {
        file.tell("CREATE TABLE t (a TEXT PRIMARY KEY, b BLOB)")?;
        let row = |text: &str| vec![Cell::text(text), Cell::Bytes(None)];
        let rows = ["x", "y", "z"].map(row).to_vec();
        file.insert(&[Insertion { into: "t (a, b)", rows }])
    }

    #[test]
    fn a_value_is_given_by_its_number_wherever_it_is_written() {
        let file = within();
        let values = ["premier", "second"].map(Cell::text);
        let rows = file.rows("SELECT $2 || $1 || $2", &values).unwrap();
        assert_eq!(texts(rows), ["secondpremiersecond"]);
        assert!(file.rows("SELECT $1", &values).is_err(), "nothing asks for the second");
    }

    #[test]
    fn rows_are_found_by_any_of_their_values() {
        let file = within();
        table(&file).unwrap();
        let among = ["z", "w", "x"].map(Cell::text).to_vec();
        let none = Lookup { select: "SELECT a FROM t WHERE b", among: Vec::new() };
        let some = Lookup { select: "SELECT a FROM t WHERE a", among };
        let found = file.look_up(Some("SELECT 'début'"), &[none, some]).unwrap();
        assert_eq!(texts(found), ["début", "z", "x"]);
    }

    #[test]
    fn rows_are_appended_when_their_premises_hold_and_nothing_stands_twice() {
        let file = within();
        table(&file).unwrap();
        let append = |one: &str, each: &[&str], rows: &[&str]| {
            let among = each.iter().map(|text| Cell::text(text)).collect();
            let premises = Premises {
                one: ("SELECT a FROM t WHERE a = $1", vec![Cell::text(one)]),
                each: Lookup { select: "SELECT a FROM t WHERE a", among },
            };
            let row = |text: &&str| vec![Cell::text(text), Cell::Bytes(None)];
            let rows = rows.iter().map(row).collect();
            file.append(&premises, &[Insertion { into: "t (a, b)", rows }]).unwrap()
        };
        assert!(append("x", &[], &["a"]));
        assert!(!append("w", &[], &["b"]), "there is no w");
        assert!(append("a", &["x", "y"], &["c"]));
        assert!(!append("a", &["x", "w"], &["d"]), "one of them is not there");
        assert!(!append("a", &["x"], &["e", "y"]), "y stands already, and e goes with it");
        let all = texts(file.rows("SELECT a FROM t ORDER BY a", &[]).unwrap());
        assert_eq!(all, ["a", "c", "x", "y", "z"]);
        let refused = Premises {
            one: ("SELECT a FROM nowhere", Vec::new()),
            each: Lookup { select: "", among: Vec::new() },
        };
        assert!(file.append(&refused, &[]).is_err(), "what fails otherwise is told");
    }

    #[test]
    fn what_is_committed_goes_from_the_wal_into_the_file_beside() {
        let (path, url) = made();
        let (file, other) = (File::open(&url).unwrap(), File::open(&url).unwrap());
        file.tell("PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a INTEGER, b BLOB)").unwrap();
        let row = || vec![Cell::unsigned(1), Cell::bytes(vec![7; 100])];
        for (rows, expected) in [(ROWS - 1, false), (1, true)] {
            file.begin().unwrap();
            let rows = (0..rows).map(|_| row()).collect();
            file.insert(&[Insertion { into: "t (a, b)", rows }]).unwrap();
            file.commit().unwrap();
            assert_eq!(file.checkpoints.have_begun(), expected);
        }
        drop(file);
        let length = std::fs::metadata(&path).unwrap().len();
        assert!(length > 100 * ROWS as u64, "{length}: all was checkpointed when it ended");
        drop(other);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn what_fails_is_told_and_leaves_the_transaction_to_end_with_its_connection() {
        let (path, url) = made();
        let file = File::open(&url).unwrap();
        table(&file).unwrap();
        file.begin().unwrap();
        file.run("DELETE FROM t WHERE a = $1", &[Cell::text("x")]).unwrap();
        let again = vec![vec![Cell::text("y"), Cell::Bytes(None)]];
        assert!(file.insert(&[Insertion { into: "t (a, b)", rows: again }]).is_err());
        drop(file);
        let file = File::open(&url).unwrap();
        assert_eq!(texts(file.rows("SELECT a FROM t ORDER BY a", &[]).unwrap()), ["x", "y", "z"]);
        file.begin().unwrap();
        file.run("DELETE FROM t WHERE a = $1", &[Cell::text("x")]).unwrap();
        file.commit().unwrap();
        drop(file);
        let file = File::open(&url).unwrap();
        assert_eq!(texts(file.rows("SELECT a FROM t ORDER BY a", &[]).unwrap()), ["y", "z"]);
        drop(file);
        assert!(!path.with_extension("sqlite-wal").exists(), "nothing is left beside");
        let url_to_read = url.replace("mode=rw", "mode=ro");
        let file = File::open(&url_to_read).unwrap();
        assert_eq!(texts(file.rows("SELECT a FROM t", &[]).unwrap()), ["y", "z"]);
        assert!(file.run("DELETE FROM t", &[]).is_err(), "it is not to be written");
        drop(file);
        for beside in ["sqlite-wal", "sqlite-shm"] {
            drop(std::fs::remove_file(path.with_extension(beside)));
        }
        std::fs::remove_file(path).unwrap();
        assert!(matches!(File::open(&url), Err(StoreError::File(_))), "a file is not made");
    }
}
