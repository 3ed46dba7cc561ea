//! A registry from one store to another, every hash the same.
//!
//! A line of JSON for each row, in an order that can be written again as it comes; bytes are in
//! base64. What is imported is verified completely, and taken back if it does not hold.

use crate::registry::{Registry, RegistryError};
use crate::store::{Cell, Insertion, Link};
use crate::verify::{Fault, Report};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Executor, Row};
use std::io::{BufRead, Write};

/// The name of the format.
pub const FORMAT: &str = "bareme-registre/1";

/// How many rows are written at once.
const ROWS: usize = 512;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Integer,
    Text,
    Bytes,
}

/// A table, as it is carried.
struct Table {
    name: &'static str,
    columns: &'static [(&'static str, Column)],
    order: &'static str,
}

use Column::{Bytes, Integer, Text};

/// Every table but that of the log's key, which opening a registry writes.
const TABLES: [Table; 10] = [
    Table { name: "contents", columns: &[("hash", Text), ("bytes", Bytes)], order: "hash" },
    Table { name: "recueils", columns: &[("hash", Text), ("listing", Text)], order: "hash" },
    Table {
        name: "entries",
        columns: &[
            ("position", Integer),
            ("id", Text),
            ("kind", Text),
            ("instant", Integer),
            ("body", Bytes),
            ("day", Text),
            ("recueil", Text),
            ("offer", Text),
            ("request", Bytes),
            ("asked", Bytes),
        ],
        order: "position",
    },
    Table {
        name: "subjects",
        columns: &[
            ("subject", Text),
            ("tag", Bytes),
            ("wrapped", Bytes),
            ("erased", Integer),
            ("closed_day", Text),
            ("closed_why", Text),
        ],
        order: "subject",
    },
    Table {
        name: "candidates",
        columns: &[
            ("entry", Integer),
            ("place", Integer),
            ("subject", Text),
            ("record", Bytes),
            ("sealed", Bytes),
        ],
        order: "entry, place",
    },
    Table {
        name: "quotas",
        columns: &[("siren", Text), ("period", Text), ("reserved", Text), ("granted", Text)],
        order: "siren, period",
    },
    Table {
        name: "tiles",
        columns: &[("level", Integer), ("position", Integer), ("root", Bytes), ("hashes", Bytes)],
        order: "level, position",
    },
    Table {
        name: "checkpoints",
        columns: &[("size", Integer), ("instant", Integer), ("note", Text)],
        order: "size",
    },
    Table {
        name: "drafts",
        columns: &[
            ("owner", Text),
            ("unit", Text),
            ("version", Text),
            ("text", Text),
            ("author", Text),
            ("instant", Integer),
        ],
        order: "owner, unit, version",
    },
    Table { name: "ended_sessions", columns: &[("id", Text), ("until", Integer)], order: "id" },
];

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Heading {
    /// The log's public key.
    cle: String,
    format: String,
}

/// A row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    table: String,
    valeurs: Vec<Value>,
}

/// Why a registry is not carried.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The store.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The file cannot be read or written.
    #[error("l'export ne se lit ou ne s'écrit pas : {0}")]
    File(#[from] std::io::Error),
    /// A line that is not of this format.
    #[error("ligne {0} : ce n'est pas un export de registre de ce format")]
    Malformed(u64),
    /// The export of another log.
    #[error("cet export est celui d'un autre journal que la clé de signature")]
    OtherLog,
    /// A registry that has entries already.
    #[error("un registre ne s'importe que dans un registre vide")]
    NotEmpty,
    /// What was imported does not hold, and was taken back.
    #[error("l'export ne tient pas, rien n'en est gardé : {}", first(.0))]
    Faulty(Box<Report>),
}

impl From<sqlx::Error> for TransferError {
    fn from(error: sqlx::Error) -> Self {
        Self::Registry(error.into())
    }
}

fn first(report: &Report) -> String {
    report.faults.first().map_or_else(String::new, Fault::to_string)
}

impl Registry {
    /// Writes the whole registry. Returns how many rows.
    ///
    /// Errors: [`TransferError::Registry`], [`TransferError::File`].
    pub async fn export(&self, to: &mut (dyn Write + Send)) -> Result<u64, TransferError> {
        let heading = Heading { cle: self.public.text().to_owned(), format: FORMAT.to_owned() };
        write_line(to, &heading)?;
        // One transaction, so that rows of all tables are of one moment.
        let mut transaction = self.store.write().await.map_err(RegistryError::from)?;
        let mut count = 0;
        for table in &TABLES {
            let sql = AssertSqlSafe(table.select());
            let mut rows = sqlx::query(sql).fetch(&mut *transaction);
            while let Some(row) = rows.try_next().await? {
                write_line(to, &table.line(&row)?)?;
                count += 1;
            }
        }
        to.flush()?;
        Ok(count)
    }

    /// Reads a whole registry into this one, which must be empty. Returns what verifying it said.
    ///
    /// Errors: [`TransferError`]; nothing is kept.
    pub async fn import(&self, from: &mut (dyn BufRead + Send)) -> Result<Report, TransferError> {
        if self.size().await? > 0 {
            return Err(TransferError::NotEmpty);
        }
        let mut lines = (1..).zip(from.lines());
        let heading = lines.next().map(|(_, line)| line).transpose()?.unwrap_or_default();
        let heading: Heading =
            serde_json::from_str(&heading).map_err(|_| TransferError::Malformed(1))?;
        match (&*heading.format, &*heading.cle) {
            (FORMAT, key) if key == self.public.text() => {}
            (FORMAT, _) => return Err(TransferError::OtherLog),
            _ => return Err(TransferError::Malformed(1)),
        }
        self.clear().await?;
        let mut link = self.store.connect().await.map_err(RegistryError::from)?;
        link.begin().await.map_err(RegistryError::from)?;
        let mut rows = Pending::default();
        for (number, line) in lines {
            let line: Line =
                serde_json::from_str(&line?).map_err(|_| TransferError::Malformed(number))?;
            let (table, row) = cells(&line).ok_or(TransferError::Malformed(number))?;
            if rows.is_full_for(table) {
                rows.write(&mut link).await?;
            }
            rows.add(table, row);
        }
        rows.write(&mut link).await?;
        link.rebuild_tags().map_err(RegistryError::from)?;
        link.commit().await.map_err(RegistryError::from)?;
        drop(link);
        let report = self.verify_completely(&[]).await?;
        if report.faults.is_empty() {
            return Ok(report);
        }
        self.clear().await?;
        Err(TransferError::Faulty(Box::new(report)))
    }

    async fn clear(&self) -> Result<(), TransferError> {
        let mut transaction = self.store.write().await.map_err(RegistryError::from)?;
        for table in TABLES.iter().rev() {
            let sql = AssertSqlSafe(format!("DELETE FROM {}", table.name));
            transaction.execute(sql).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

impl Table {
    fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    fn select(&self) -> String {
        format!("SELECT {} FROM {} ORDER BY {}", self.names(), self.name, self.order)
    }

    fn line(&self, row: &AnyRow) -> Result<Line, sqlx::Error> {
        let value = |(at, (_, column)): (usize, &(&str, Column))| {
            Ok::<_, sqlx::Error>(match column {
                Integer => Value::from(row.try_get::<Option<i64>, _>(at)?),
                Text => Value::from(row.try_get::<Option<String>, _>(at)?),
                Bytes => {
                    let bytes = row.try_get::<Option<Vec<u8>>, _>(at)?;
                    Value::from(bytes.map(|bytes| BASE64_STANDARD.encode(bytes)))
                }
            })
        };
        let values = self.columns.iter().enumerate().map(value).collect::<Result<_, _>>()?;
        Ok(Line { table: self.name.to_owned(), valeurs: values })
    }
}

/// Reads a row; none when it is not of its table.
fn cells(line: &Line) -> Option<(&'static Table, Vec<Cell>)> {
    let table = TABLES.iter().find(|table| table.name == line.table)?;
    if table.columns.len() != line.valeurs.len() {
        return None;
    }
    let cell = |((_, column), value): (&(&str, Column), &Value)| match (column, value) {
        (Integer, Value::Null) => Some(Cell::Integer(None)),
        (Integer, Value::Number(number)) => Some(Cell::Integer(Some(number.as_i64()?))),
        (Text, Value::Null) => Some(Cell::Text(None)),
        (Text, Value::String(text)) => Some(Cell::Text(Some(text.clone()))),
        (Bytes, Value::Null) => Some(Cell::Bytes(None)),
        (Bytes, Value::String(text)) => Some(Cell::bytes(BASE64_STANDARD.decode(text).ok()?)),
        (Integer | Text | Bytes, _) => None,
    };
    Some((table, table.columns.iter().zip(&line.valeurs).map(cell).collect::<Option<_>>()?))
}

/// Rows of one table that wait to be written.
#[derive(Default)]
struct Pending {
    table: Option<&'static Table>,
    rows: Vec<Vec<Cell>>,
}

impl Pending {
    fn is_full_for(&self, next: &Table) -> bool {
        self.table.is_some_and(|table| table.name != next.name) || self.rows.len() >= ROWS
    }

    fn add(&mut self, table: &'static Table, row: Vec<Cell>) {
        self.table = Some(table);
        self.rows.push(row);
    }

    async fn write(&mut self, link: &mut Link) -> Result<(), RegistryError> {
        let Some(table) = self.table.take() else { return Ok(()) };
        let into = format!("{} ({})", table.name, table.names());
        let rows = std::mem::take(&mut self.rows);
        Ok(link.insert(vec![Insertion { into: &into, rows }]).await?)
    }
}

fn write_line<T: Serialize>(to: &mut (dyn Write + Send), line: &T) -> std::io::Result<()> {
    serde_json::to_writer(&mut *to, line)?;
    to.write_all(b"\n")
}
