//! The database behind the registry: SQLite or PostgreSQL, one schema, the same statements.
//!
//! Only 64-bit integers, texts and bytes are stored, so that both mean the same. The one writer at a
//! time is whoever holds the lock that [`Store::write`] and [`Link::begin`] take: the write lock of the file
//! for SQLite, an advisory lock for PostgreSQL.
//!
//! Few rows at once are read by a pool of connections that any thread may ask. Who writes the log, or reads much
//! of it, does so by a [`Link`], the driver of its database alone.

mod file;
mod link;
mod migrations;
mod row;
mod server;
mod tags;
mod wal;

pub use link::{Insertion, Link, Lookup, Premises, Reader, Reads, first};
use row::bound;
pub use row::{Cell, Row};

use file::File;
use server::Server;
use sqlx::any::{AnyPoolOptions, AnyRow, install_default_drivers};
use sqlx::postgres::PgListener;
use sqlx::{
    Any, AnyConnection, AnyPool, AssertSqlSafe, Connection, Executor, Row as _, Transaction,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// How a transaction that writes the log begins in SQLite: with the write lock of the file.
const SQLITE_WRITES: &str = "BEGIN IMMEDIATE";
/// How the same lock is taken in PostgreSQL, until a transaction ends: an advisory one, « bareme » in ASCII.
const POSTGRES_LOCKS: &str = "SELECT pg_advisory_xact_lock(108170503679333)";

/// What PostgreSQL is told of the writer: it finds rows by their keys, as it was planned once. Of tables that grow
/// fast, a plan is made before they are known to be large, and would read them whole for each row that is looked up.
const POSTGRES_WRITER: &str = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";

/// What SQLite is told of the writer: it keeps the pages of its indexes at hand, up to 16 MiB, no more since it looks
/// over all their places at each commit; and it makes the checkpoints of its log that nobody made beside it, so
/// that the log ends too. Unit: KiB, then pages.
const SQLITE_WRITER: &str = "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000";

/// The channel of PostgreSQL on which servers tell each other that rules are put into force.
const NEWS: &str = "bareme_activation";

/// What SQLite is told on each connection: pages that hold two candidates (of files that it makes), durable at
/// each commit, patient with others, erasing for good.
const SQLITE_SETTINGS: [&str; 6] = [
    "PRAGMA page_size = 8192",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA secure_delete = ON",
];

/// What the database has that keeps us from reading or writing. Never says a value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An address of no store that we know.
    #[error("adresse de registre inconnue : « sqlite://CHEMIN » ou « postgres://… » attendu")]
    BadAddress,
    /// The database refuses or does not answer.
    #[error("le registre ne répond pas{}", reason(.0))]
    Database(#[from] sqlx::Error),
    /// The file refuses.
    #[error("le registre ne répond pas{}", reason_of_file(.0))]
    File(#[from] rusqlite::Error),
    /// What was begun for it in another thread did not end.
    #[error("le registre ne répond pas")]
    Unended,
    /// The schema cannot be brought up to date.
    #[error("le schéma du registre ne peut pas être mis à jour{}", migration_reason(.0))]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row that is not what this program writes.
    #[error("le registre contient « {0} », que ce programme n'a pas écrit")]
    Foreign(&'static str),
}

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Dialect {
    /// Tells the database of an address.
    pub fn of(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':') {
            Some(("sqlite", _)) => Ok(Self::Sqlite),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres),
            Some(_) | None => Err(StoreError::BadAddress),
        }
    }
}

/// Whether a database that is not there is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// It is.
    IfAbsent,
    /// It is not.
    Never,
}

/// Says why a database does not answer, for the reasons that people can do something about. What the
/// database itself says may hold a value, and is never repeated.
fn reason(error: &sqlx::Error) -> &'static str {
    let code = match error {
        sqlx::Error::Database(error) => error.code(),
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => return " : le serveur est injoignable",
        _ => None,
    };
    let Some(code) = code else { return "" };
    match &*code {
        "3D000" => return " : cette base n'existe pas",
        "28000" | "28P01" => return " : accès refusé par la base",
        "42501" | "25006" => return " : la base n'est pas ouverte en écriture à cet utilisateur",
        _ => {}
    }
    let code = code.parse::<i32>().ok().filter(|_| code.len() < 5);
    code.map_or("", reason_of_code)
}

fn reason_of_file(error: &rusqlite::Error) -> &'static str {
    error.sqlite_error().map_or("", |error| reason_of_code(error.extended_code))
}

/// Says the reason that SQLite says in the low byte of a number of a few digits.
fn reason_of_code(code: i32) -> &'static str {
    match code & 0xff {
        5 | 6 => " : un autre programme le tient",
        8 => " : il n'est pas ouvert en écriture",
        11 | 26 => " : ce fichier n'est pas une base SQLite",
        13 => " : le disque est plein",
        14 => " : le fichier est absent, ou son accès est refusé",
        _ => "",
    }
}

fn migration_reason(error: &sqlx::migrate::MigrateError) -> &'static str {
    match error {
        sqlx::migrate::MigrateError::Execute(error)
        | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => reason(error),
        _ => "",
    }
}

/// An open database, its schema up to date.
#[derive(Clone)]
pub struct Store {
    pool: AnyPool,
    dialect: Dialect,
    url: String,
    /// Connections to a file that read much, and wait to do it again.
    readers: Arc<Mutex<Vec<File>>>,
}

impl Store {
    /// Opens a database and brings its schema up to date; a SQLite file is made when it may be.
    ///
    /// Errors: [`StoreError::BadAddress`], [`StoreError::Database`], [`StoreError::Migration`].
    pub async fn open(url: &str, make: Make) -> Result<Self, StoreError> {
        let dialect = Dialect::of(url)?;
        install_default_drivers();
        let url = with_mode(url, dialect, make);
        // Alone first: a pool is patient with what cannot be opened, and does not say why.
        connect(&url, dialect).await?.close().await?;
        let options = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(move |connection, _| Box::pin(settle(connection, dialect)));
        let pool = options.connect(&url).await?;
        migrations::run(&pool, dialect).await?;
        Ok(Self { pool, dialect, url, readers: Arc::default() })
    }

    /// The connections, for reading.
    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Begins a transaction that no other writer of the log can be in.
    pub async fn write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        let begins = match self.dialect {
            Dialect::Sqlite => SQLITE_WRITES.to_owned(),
            Dialect::Postgres => format!("BEGIN; {POSTGRES_LOCKS}"),
        };
        Ok(self.pool.begin_with(AssertSqlSafe(begins)).await?)
    }

    /// Makes a connection of one's own, beside those of the pool, for a thread that may wait.
    pub async fn connect(&self) -> Result<Link, StoreError> {
        match self.dialect {
            Dialect::Sqlite => Ok(Link::File(File::open(&self.url)?.into_writer()?)),
            Dialect::Postgres => Ok(Link::Server(Server::open(&self.url).await?)),
        }
    }

    /// Does something by a connection of its own, in a thread that may wait.
    pub async fn apart<T, E, W>(&self, work: W) -> Result<T, E>
    where
        W: AsyncFnOnce(&mut Link) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = self.clone();
        let waits = async move || {
            let mut link = store.connect().await?;
            work(&mut link).await
        };
        waiting(waits).await
    }

    /// Reads a few rows, by a connection of the pool.
    pub async fn rows(&self, sql: &str, values: Vec<Cell>) -> Result<Vec<Row>, StoreError> {
        self.pool.acquire().await?.rows(sql, values).await
    }

    /// Reads many rows.
    pub async fn read(&self, sql: &str, values: Vec<Cell>) -> Result<Vec<Row>, StoreError> {
        let sql = sql.to_owned();
        self.reading(async move |by| by.rows(&sql, values).await).await
    }

    /// Reads much, or many times one after the other, by one connection and in a thread that may wait.
    pub async fn reading<T, E, W>(&self, work: W) -> Result<T, E>
    where
        W: AsyncFnOnce(&mut Reader) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = self.clone();
        let waits = async move || {
            let mut reader = store.reader().await?;
            let read = work(&mut reader).await?;
            store.leave(reader);
            Ok(read)
        };
        waiting(waits).await
    }

    async fn reader(&self) -> Result<Reader, StoreError> {
        match self.dialect {
            Dialect::Sqlite => {
                let waiting = self.readers().pop();
                waiting.map_or_else(|| File::open(&self.url), Ok).map(Reader::File)
            }
            Dialect::Postgres => Ok(Reader::Pool(self.pool.acquire().await?)),
        }
    }

    /// Leaves a reader to the next. None is left behind by a store that closes meanwhile.
    fn leave(&self, reader: Reader) {
        let mut readers = self.readers();
        if let Reader::File(file) = reader
            && !self.pool.is_closed()
        {
            readers.push(file);
        }
    }

    fn readers(&self) -> MutexGuard<'_, Vec<File>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who listen that rules are put into force, once what writes it is committed. Databases that
    /// carry no news are looked at by turns.
    pub async fn tell(&self, link: &mut Link) -> Result<(), StoreError> {
        match link {
            Link::File(_) => Ok(()),
            Link::Server(server) => server.tell(&format!("NOTIFY {NEWS}")).await,
        }
    }

    /// Begins to listen, where the database carries news.
    pub async fn listen(&self) -> Result<Option<PgListener>, StoreError> {
        if self.dialect != Dialect::Postgres {
            return Ok(None);
        }
        let mut listener = PgListener::connect(&self.url).await?;
        listener.listen(NEWS).await?;
        Ok(Some(listener))
    }

    /// Waits for something until the pool closes; none when it does first.
    pub async fn until_closed<T>(&self, awaited: impl Future<Output = T>) -> Option<T> {
        let mut closed = self.pool.close_event();
        // An event is made of a look and of a listening: what closed between the two would be waited for for ever.
        if self.pool.is_closed() {
            return None;
        }
        closed.do_until(awaited).await.ok()
    }

    /// Closes the connections.
    pub async fn close(&self) {
        self.pool.close().await;
        self.readers().clear();
    }
}

/// Does something in a thread that may wait.
async fn waiting<T, E, W>(work: W) -> Result<T, E>
where
    W: AsyncFnOnce() -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let runtime = Handle::current();
    let waits = spawn_blocking(move || runtime.block_on(work()));
    waits.await.map_err(|_| StoreError::Unended)?
}

async fn connect(url: &str, dialect: Dialect) -> Result<AnyConnection, StoreError> {
    let mut connection = AnyConnection::connect(url).await?;
    settle(&mut connection, dialect).await?;
    Ok(connection)
}

/// Tells a new connection how we work.
async fn settle(connection: &mut AnyConnection, dialect: Dialect) -> Result<(), sqlx::Error> {
    if dialect == Dialect::Sqlite {
        for setting in SQLITE_SETTINGS {
            connection.execute(setting).await?;
        }
    }
    Ok(())
}

/// Tells SQLite whether to make the file when it is not there.
fn with_mode(url: &str, dialect: Dialect, make: Make) -> String {
    let mode = match make {
        Make::IfAbsent => "rwc",
        Make::Never => "rw",
    };
    match dialect {
        Dialect::Sqlite if !url.contains("mode=") => {
            let mark = if url.contains('?') { '&' } else { '?' };
            format!("{url}{mark}mode={mode}")
        }
        Dialect::Sqlite | Dialect::Postgres => url.to_owned(),
    }
}

/// Reads an unsigned integer of a row.
pub fn unsigned(row: &AnyRow, column: usize) -> Result<u64, StoreError> {
    let value: i64 = row.try_get(column)?;
    u64::try_from(value).map_err(|_| StoreError::Foreign("un nombre négatif"))
}

/// Writes an unsigned integer for a row; none of ours comes near the limit.
pub fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::runtime::Runtime;

    #[test]
    fn who_waits_for_the_end_is_told_of_it_whenever_it_comes() {
        let name = format!("bareme-{}.sqlite", crate::applications::new_id());
        let path = std::env::temp_dir().join(name);
        let url = format!("sqlite://{}", path.display());
        let runtime = Runtime::new().unwrap();
        for _ in 0..100 {
            runtime.block_on(async {
                let store = Store::open(&url, Make::IfAbsent).await.unwrap();
                let waiting = store.clone();
                let waits = tokio::spawn(async move {
                    waiting.until_closed(std::future::pending::<()>()).await
                });
                store.close().await;
                let told = tokio::time::timeout(Duration::from_secs(30), waits).await;
                assert_eq!(told.unwrap().unwrap(), None);
            });
        }
        std::fs::remove_file(path).unwrap();
    }
}
