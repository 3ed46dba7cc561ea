//! The schema and its history, each step for both databases.

use super::{Dialect, StoreError};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, AssertSqlSafe, SqlSafeStr};
use std::borrow::Cow;

/// Every step, the oldest first. A step that was released is never changed.
const STEPS: [(i64, &str, &str); 6] = [
    (1, "registre", include_str!("../../migrations/0001_registre.sql")),
    (2, "jours", include_str!("../../migrations/0002_jours.sql")),
    (3, "recueils", include_str!("../../migrations/0003_recueils.sql")),
    (4, "actes", include_str!("../../migrations/0004_actes.sql")),
    (5, "brouillons", include_str!("../../migrations/0005_brouillons.sql")),
    (6, "sessions", include_str!("../../migrations/0006_sessions.sql")),
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

/// Puts the types of a database into a step.
fn translated(sql: &str, dialect: Dialect) -> String {
    let (bytes, integer, key) = match dialect {
        Dialect::Sqlite => ("BLOB", "INTEGER", "INTEGER PRIMARY KEY"),
        Dialect::Postgres => ("BYTEA", "BIGINT", "BIGINT PRIMARY KEY"),
    };
    let statements = sql.lines().filter(|line| !line.starts_with("--"));
    let typed = |line: &str| {
        let line = line.replace(" octets", &format!(" {bytes}"));
        let line = line.replace(" entier", &format!(" {integer}"));
        line.replace(" rang,", &format!(" {key},"))
    };
    statements.map(typed).collect::<Vec<_>>().join("\n")
}
