//! How long personal values are kept, and their end.
//!
//! The rules are declared; a run erases what is due and says in the log what it did. The time counts
//! from the end of an application (radiation, attribution), or from the last decision about it.

use crate::entry::{Act, Kind};
use crate::registry::{Registry, RegistryError};
use crate::writer::{Closing, RecordError, Recorded, Request, Whose};
use engine::Date;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use std::collections::BTreeMap;

/// The rules of an installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Each rule; the first that is due erases.
    pub conservation: Vec<RetentionRule>,
}

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// From when the time counts.
    pub depuis: Since,
    /// How long. Unit: months.
    pub mois: u32,
}

/// From when the time of a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// The application was struck off (CCH R441-2-8).
    Radiation,
    /// A dwelling was given.
    Attribution,
    /// The last decision about the application.
    DerniereDecision,
}

impl Since {
    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Radiation => "radiation",
            Self::Attribution => "attribution",
            Self::DerniereDecision => "derniere_decision",
        }
    }

    /// Finds the end that a word of the store says.
    fn of_word(word: &str) -> Option<Self> {
        [Self::Radiation, Self::Attribution].into_iter().find(|since| since.word() == word)
    }
}

/// What a run did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// How many applications each rule erased, in the order of the rules.
    pub erased: Vec<u64>,
    /// The entry that says the run; none when nothing was due, or nothing was to be done.
    pub entry: Option<Recorded>,
}

/// An application that has values, with its days.
struct Living {
    subject: String,
    closed: Option<(Since, Date)>,
    last: Option<Date>,
}

/// Why a run of the rules stops.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// The store cannot be read.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// An erasure cannot be recorded; what was erased before is said in the log.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Registry {
    /// Says that an application has ended: the time of the rules counts from that day.
    ///
    /// Errors: [`RecordError::UnknownApplication`].
    pub async fn close(
        &self,
        whose: Whose,
        why: Since,
        day: Date,
        by: &str,
    ) -> Result<Recorded, RecordError> {
        self.ask(Request::Closing(Closing { whose, why, day, by: by.to_owned() })).await
    }

    /// Lists what is due on a day, by rule, without erasing it.
    pub async fn due(
        &self,
        rules: &Retention,
        today: Date,
    ) -> Result<Vec<Vec<String>>, RegistryError> {
        let mut due = vec![Vec::new(); rules.conservation.len()];
        for living in self.living().await? {
            let first = rules.conservation.iter().position(|rule| living.is_due(*rule, today));
            if let Some(list) = first.and_then(|rule| due.get_mut(rule)) {
                list.push(living.subject);
            }
        }
        Ok(due)
    }

    /// Erases what is due on a day, and says so in the log.
    pub async fn purge(
        &self,
        rules: &Retention,
        today: Date,
        by: &str,
    ) -> Result<Purged, PurgeError> {
        let due = self.due(rules, today).await?;
        let mut purged = Purged::default();
        let mut details = BTreeMap::new();
        for (rule, subjects) in rules.conservation.iter().zip(due) {
            let why = format!("{} + {} mois", rule.depuis.word(), rule.mois);
            for subject in &subjects {
                match self.erase(Whose::Subject(subject.clone()), by, &why).await {
                    // Someone else erased it meanwhile.
                    Ok(_) | Err(RecordError::UnknownApplication) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            purged.erased.push(subjects.len() as u64);
            details.insert(why, subjects.len().to_string());
        }
        if purged.erased.iter().sum::<u64>() > 0 {
            let reason = format!("règles de conservation au {today}");
            let act = Act { details, ..Act::new(by, &reason) };
            purged.entry = Some(self.act(Kind::Purge, act).await?);
        }
        Ok(purged)
    }

    async fn living(&self) -> Result<Vec<Living>, RegistryError> {
        let sql = "SELECT s.subject, s.closed_why, s.closed_day, MAX(e.day) FROM subjects s \
                   LEFT JOIN candidates c ON c.subject = s.subject \
                   LEFT JOIN entries e ON e.position = c.entry \
                   WHERE s.wrapped IS NOT NULL GROUP BY s.subject, s.closed_why, s.closed_day \
                   ORDER BY s.subject";
        let day = |text: String| {
            Date::parse_iso(&text).ok_or(RegistryError::Foreign("une date d'une autre forme"))
        };
        let rows = sqlx::query(sql).fetch_all(self.store.pool()).await?;
        let living = rows.iter().map(|row| {
            let (why, closed): (Option<String>, Option<String>) =
                (row.try_get(1)?, row.try_get(2)?);
            let closed = why.as_deref().and_then(Since::of_word).zip(closed.map(day).transpose()?);
            let last = row.try_get::<Option<String>, _>(3)?.map(day).transpose()?;
            Ok(Living { subject: row.try_get(0)?, closed, last })
        });
        living.collect()
    }
}

impl Living {
    fn is_due(&self, rule: RetentionRule, today: Date) -> bool {
        let from = match rule.depuis {
            Since::Radiation | Since::Attribution => {
                self.closed.filter(|(why, _)| *why == rule.depuis).map(|(_, day)| day)
            }
            Since::DerniereDecision => self.last,
        };
        let end = from.and_then(|from| from.plus_months(i64::from(rule.mois)));
        end.is_some_and(|end| end <= today)
    }
}
