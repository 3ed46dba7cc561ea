//! Rules that are being written: kept by whoever writes them, and read by nobody else. They are not of the log:
//! what is not published binds nobody, and may go.

use crate::registry::{Registry, RegistryError};
use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

/// The most drafts that one owner keeps.
pub const MOST_DRAFTS: usize = 1_000;

/// A version of a unit that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDraft {
    /// Whose it is, in words of the caller.
    pub owner: String,
    /// The name of the unit.
    pub unit: String,
    /// Its version.
    pub version: String,
    /// Its text.
    pub text: String,
    /// Who wrote it last.
    pub author: String,
    /// When.
    pub at: Timestamp,
}

const SELECT: &str = "SELECT owner, unit, version, text, author, instant FROM drafts";

impl RuleDraft {
    fn of(row: &AnyRow) -> Result<Self, RegistryError> {
        let at = Timestamp::from_microsecond(row.try_get(5)?);
        Ok(Self {
            owner: row.try_get(0)?,
            unit: row.try_get(1)?,
            version: row.try_get(2)?,
            text: row.try_get(3)?,
            author: row.try_get(4)?,
            at: at.map_err(|_| RegistryError::Foreign("un instant impossible"))?,
        })
    }
}

/// Which draft: its owner, its unit, its version.
pub type DraftName<'a> = (&'a str, &'a str, &'a str);

impl Registry {
    /// Keeps a draft in place of the one of its name, if what is there is what `allows` wants. Errors of the
    /// answer: those of `allows`.
    ///
    /// Errors: [`RegistryError::Full`]; the store's.
    pub async fn keep_draft<E>(
        &self,
        draft: RuleDraft,
        allows: impl FnOnce(Option<&RuleDraft>) -> Result<(), E>,
    ) -> Result<Result<(), E>, RegistryError> {
        let mut transaction = self.store.write().await?;
        let name = (draft.owner.as_str(), draft.unit.as_str(), draft.version.as_str());
        let there = find(&mut transaction, name).await?;
        if let Err(error) = allows(there.as_ref()) {
            return Ok(Err(error));
        }
        if there.is_none() {
            let count = sqlx::query("SELECT COUNT(*) FROM drafts WHERE owner = $1");
            let row = count.bind(draft.owner.clone()).fetch_one(&mut *transaction).await?;
            if usize::try_from(row.try_get::<i64, _>(0)?).is_ok_and(|count| count >= MOST_DRAFTS) {
                return Err(RegistryError::Full);
            }
        }
        remove(&mut transaction, name).await?;
        let insert = "INSERT INTO drafts (owner, unit, version, text, author, instant) \
                      VALUES ($1, $2, $3, $4, $5, $6)";
        let RuleDraft { owner, unit, version, text, author, at } = draft;
        let query = sqlx::query(insert).bind(owner).bind(unit).bind(version).bind(text);
        query.bind(author).bind(at.as_microsecond()).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Lists the drafts of an owner, by name.
    pub async fn drafts(&self, owner: &str) -> Result<Vec<RuleDraft>, RegistryError> {
        let sql = AssertSqlSafe(format!("{SELECT} WHERE owner = $1 ORDER BY unit, version"));
        let query = sqlx::query(sql).bind(owner.to_owned());
        query.fetch_all(self.store.pool()).await?.iter().map(RuleDraft::of).collect()
    }

    /// Reads a draft; none of that name.
    pub async fn draft(&self, name: DraftName<'_>) -> Result<Option<RuleDraft>, RegistryError> {
        find(&mut *self.store.pool().acquire().await?, name).await
    }

    /// Removes a draft; tells whether it was there.
    pub async fn drop_draft(&self, name: DraftName<'_>) -> Result<bool, RegistryError> {
        let mut transaction = self.store.write().await?;
        let gone = remove(&mut transaction, name).await?;
        transaction.commit().await?;
        Ok(gone)
    }
}

async fn find(
    connection: &mut AnyConnection,
    (owner, unit, version): DraftName<'_>,
) -> Result<Option<RuleDraft>, RegistryError> {
    let sql = format!("{SELECT} WHERE owner = $1 AND unit = $2 AND version = $3");
    let query = sqlx::query(AssertSqlSafe(sql)).bind(owner.to_owned()).bind(unit.to_owned());
    let row = query.bind(version.to_owned()).fetch_optional(connection).await?;
    row.as_ref().map(RuleDraft::of).transpose()
}

async fn remove(
    connection: &mut AnyConnection,
    (owner, unit, version): DraftName<'_>,
) -> Result<bool, RegistryError> {
    let sql = "DELETE FROM drafts WHERE owner = $1 AND unit = $2 AND version = $3";
    let query = sqlx::query(sql).bind(owner.to_owned()).bind(unit.to_owned());
    let done = query.bind(version.to_owned()).execute(connection).await?;
    Ok(done.rows_affected() > 0)
}
