//! The schema and its history, each step for both databases.

use super::{Dialect, StoreError};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, AssertSqlSafe, SqlSafeStr};
use std::borrow::Cow;

/// Every step, the oldest first. A step that was released is never changed.
const STEPS: [(i64, &str, &str); 9] = [
    (1, "registre", include_str!("../../migrations/0001_registre.sql")),
    (2, "jours", include_str!("../../migrations/0002_jours.sql")),
    (3, "recueils", include_str!("../../migrations/0003_recueils.sql")),
    (4, "actes", include_str!("../../migrations/0004_actes.sql")),
    (5, "brouillons", include_str!("../../migrations/0005_brouillons.sql")),
    (6, "sessions", include_str!("../../migrations/0006_sessions.sql")),
    (7, "rangées entières", include_str!("../../migrations/0007_rangees_entieres.sql")),
    (8, "étiquettes", include_str!("../../migrations/0008_etiquettes.sql")),
    (9, "préfixes", include_str!("../../migrations/0009_prefixes.sql")),
];

/// Brings a database up to date.
pub async fn run(pool: &AnyPool, dialect: Dialect) -> Result<(), StoreError> {
    migrator(dialect, STEPS.len()).run(pool).await?;
    Ok(())
}

/// Makes what runs the first steps.
fn migrator(dialect: Dialect, first: usize) -> Migrator {
    let steps = STEPS.iter().take(first).map(|(version, name, sql)| {
        let sql = AssertSqlSafe(translated(sql, dialect)).into_sql_str();
        Migration::new(*version, Cow::Borrowed(name), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(steps.collect())
}

/// Begin the lines of a step that are for one database alone.
const ALONE: [(Dialect, &str); 2] =
    [(Dialect::Sqlite, "sqlite: "), (Dialect::Postgres, "postgres: ")];

/// Puts the types of a database into a step, and leaves out what is for another.
fn translated(sql: &str, dialect: Dialect) -> String {
    let (bytes, integer, key) = match dialect {
        Dialect::Sqlite => ("BLOB", "INTEGER", "INTEGER PRIMARY KEY"),
        Dialect::Postgres => ("BYTEA", "BIGINT", "BIGINT PRIMARY KEY"),
    };
    let told = sql.lines().filter(|line| !line.starts_with("--"));
    let statements = told.filter_map(|line| {
        let alone = ALONE.iter().find_map(|(of, mark)| Some((*of, line.strip_prefix(mark)?)));
        match alone {
            Some((of, alone)) => (of == dialect).then_some(alone),
            None => Some(line),
        }
    });
    let typed = |line: &str| {
        let line = line.replace(" octets", &format!(" {bytes}"));
        let line = line.replace(" entier", &format!(" {integer}"));
        line.replace(" rang,", &format!(" {key},"))
    };
    statements.map(typed).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::any::install_default_drivers;
    use sqlx::{Executor, Row};

    #[test]
    fn a_file_of_before_is_brought_up_to_date_with_all_that_it_holds() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(brought_up_to_date());
    }

    async fn brought_up_to_date() {
        let path = std::env::temp_dir().join(format!("bareme-{}", crate::applications::new_id()));
        install_default_drivers();
        let pool =
            AnyPool::connect(&format!("sqlite://{}?mode=rwc", path.display())).await.unwrap();
        migrator(Dialect::Sqlite, 7).run(&pool).await.unwrap();
        for row in [
            "INSERT INTO entries VALUES (0, 'e0', 'decision', 7, x'00', '2026-01-01', 'r', 'o', x'0a', x'0b')",
            "INSERT INTO entries VALUES (1, 'e1', 'effacement', 8, x'01', NULL, NULL, NULL, NULL, NULL)",
            "INSERT INTO subjects VALUES ('s1', x'aa', x'01', NULL, '2026-02-02', 'attribution')",
            "INSERT INTO subjects VALUES ('s2', NULL, NULL, 1, NULL, NULL)",
        ] {
            pool.execute(row).await.unwrap();
        }
        run(&pool, Dialect::Sqlite).await.unwrap();
        let one = async |sql: &'static str| -> Option<String> {
            pool.fetch_one(sql).await.unwrap().get(0)
        };
        for (sql, expected) in [
            (
                "SELECT GROUP_CONCAT(position || id || kind || instant || HEX(body)) FROM entries",
                "0e0decision700,1e1effacement801",
            ),
            (
                "SELECT day || recueil || offer || HEX(request) || HEX(asked) FROM entries",
                "2026-01-01ro0A0B",
            ),
            ("SELECT subject FROM tagged WHERE tag = x'aa'", "s1"),
            ("SELECT subject FROM tags", "s1"),
            ("SELECT CAST(number AS TEXT) FROM tags_settled", "2"),
            (
                "SELECT GROUP_CONCAT(number || subject || COALESCE(HEX(wrapped), '') || COALESCE(erased, '')) FROM subjects",
                "1s101,2s21",
            ),
            (
                "SELECT closed_day || closed_why FROM subjects WHERE number = 1",
                "2026-02-02attribution",
            ),
        ] {
            assert_eq!(one(sql).await.as_deref(), Some(expected), "{sql}");
        }
        let of_recueil = crate::among::of_recueil("'r'");
        let of_recueil = format!("SELECT e.id FROM entries e WHERE {of_recueil}");
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {of_recueil} ORDER BY e.position"));
        let plan: String = pool.fetch_one(explain).await.unwrap().get(3);
        assert!(plan.contains("entries_recueil (<expr>=?)"), "{plan}");
        let found: String = pool.fetch_one(AssertSqlSafe(of_recueil)).await.unwrap().get(0);
        assert_eq!(found, "e0");
        let twice = "INSERT INTO entries SELECT 2, 'e2', kind, 9, body, day, recueil, offer, request, asked \
                     FROM entries WHERE position = 0";
        assert!(pool.execute(twice).await.is_err(), "a key of a request is used once");
        pool.close().await;
        std::fs::remove_file(path).unwrap();
    }
}
