//! The schema and its history, each step for both databases.

use super::{Dialect, StoreError};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, AssertSqlSafe, SqlSafeStr};
use std::borrow::Cow;

/// Every step, the oldest first. A step that was released is never changed.
const STEPS: [(i64, &str, &str); 7] = [
    (1, "registre", include_str!("../../migrations/0001_registre.sql")),
    (2, "jours", include_str!("../../migrations/0002_jours.sql")),
    (3, "recueils", include_str!("../../migrations/0003_recueils.sql")),
    (4, "actes", include_str!("../../migrations/0004_actes.sql")),
    (5, "brouillons", include_str!("../../migrations/0005_brouillons.sql")),
    (6, "sessions", include_str!("../../migrations/0006_sessions.sql")),
    (7, "rangées entières", include_str!("../../migrations/0007_rangees_entieres.sql")),
];

/// Brings a database up to date.
pub async fn run(pool: &AnyPool, dialect: Dialect) -> Result<(), StoreError> {
    let steps = STEPS.map(|(version, name, sql)| {
        let sql = AssertSqlSafe(translated(sql, dialect)).into_sql_str();
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(steps.to_vec()).run(pool).await?;
    Ok(())
}

/// Begins the lines of a step that are for PostgreSQL alone.
const POSTGRES_ALONE: &str = "postgres: ";

/// Puts the types of a database into a step, and leaves out what is for another.
fn translated(sql: &str, dialect: Dialect) -> String {
    let (bytes, integer, key) = match dialect {
        Dialect::Sqlite => ("BLOB", "INTEGER", "INTEGER PRIMARY KEY"),
        Dialect::Postgres => ("BYTEA", "BIGINT", "BIGINT PRIMARY KEY"),
    };
    let told = sql.lines().filter(|line| !line.starts_with("--"));
    let statements = told.filter_map(|line| match line.strip_prefix(POSTGRES_ALONE) {
        Some(alone) => (dialect == Dialect::Postgres).then_some(alone),
        None => Some(line),
    });
    let typed = |line: &str| {
        let line = line.replace(" octets", &format!(" {bytes}"));
        let line = line.replace(" entier", &format!(" {integer}"));
        line.replace(" rang,", &format!(" {key},"))
    };
    statements.map(typed).collect::<Vec<_>>().join("\n")
}
