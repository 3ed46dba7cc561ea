//! The decisions that answer to some questions, by pages in the order of the log.
//!
//! A page begins after a place of the log, never after a number of rows: entries are only ever added, at
//! the end and one writer at a time, so pages that follow each other join up whatever is recorded meanwhile.

use crate::days::Days;
use crate::entry::{Decision, Entry, Kind};
use crate::read::StoredEntry;
use crate::registry::{Registry, RegistryError};
use crate::store::{Cell, signed};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// What is asked of decisions; each question narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Their days of evaluation.
    pub days: Days,
    /// The hash of the recueil that they were made by.
    pub recueil: Option<String>,
    /// An application that is among their candidates; none is found once it is erased.
    pub application: Option<String>,
    /// The identifier of their offer.
    pub offer: Option<String>,
}

/// Where a page ends, and the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(u64);

impl Cursor {
    /// Writes it for who will give it back. Shape: 11 characters that a URL takes as they are.
    pub fn text(self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0.to_be_bytes())
    }

    /// Reads it back; none of what [`Cursor::text`] does not write.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let place = u64::from_be_bytes(bytes.try_into().ok()?);
        i64::try_from(place).is_ok().then_some(Self(place))
    }
}

/// A decision without its candidates: what its entry says, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its place in the log.
    pub index: u64,
    /// What its entry says.
    pub said: Entry<Decision>,
}

/// Some decisions, and where those after them begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The decisions, in the order of the log.
    pub decisions: Vec<Listed>,
    /// Where the next page begins; none when nothing more is recorded yet.
    pub next: Option<Cursor>,
}

impl Registry {
    /// Reads a page of the decisions that answer to a filter, after a cursor.
    pub async fn decisions_among(
        &self,
        filter: &Filter,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Page, RegistryError> {
        let mut question = Question::new(self, filter, after);
        // One more than a page tells whether there is another.
        let limit_mark = question.mark(Cell::Integer(Some(i64::from(limit) + 1)));
        let sql = format!(
            "SELECT e.position, e.id, e.kind, e.body FROM entries e WHERE {} ORDER BY e.position \
             LIMIT {limit_mark}",
            question.clauses.join(" AND ")
        );
        let rows = self.store.rows(&sql, question.values).await?;
        let more = rows.len() > limit as usize;
        let kept = rows.into_iter().take(limit as usize).map(|row| {
            let entry = StoredEntry::of(row)?;
            Ok(Listed { index: entry.index, said: entry.decision()? })
        });
        let decisions: Vec<Listed> = kept.collect::<Result<_, RegistryError>>()?;
        let next = decisions.last().filter(|_| more).map(|last| Cursor(last.index));
        Ok(Page { decisions, next })
    }
}

/// A question as the store is asked it: what must hold, and the values that it names by number.
#[derive(Default)]
struct Question {
    clauses: Vec<String>,
    values: Vec<Cell>,
}

impl Question {
    fn new(registry: &Registry, filter: &Filter, after: Option<Cursor>) -> Self {
        let text = |value: &str| Cell::Text(Some(value.to_owned()));
        let mut question = Self::default();
        question.add("e.kind =", text(Kind::Decision.word()));
        if let Some(Cursor(place)) = after {
            question.add("e.position >", Cell::Integer(Some(signed(place))));
        }
        if let Some(day) = filter.days.from {
            question.add("e.day >=", text(&day.to_string()));
        }
        if let Some(day) = filter.days.to {
            question.add("e.day <=", text(&day.to_string()));
        }
        if let Some(recueil) = &filter.recueil {
            let mark = question.mark(text(recueil));
            question.clauses.push(of_recueil(&mark));
        }
        if let Some(offer) = &filter.offer {
            question.add("e.offer =", text(offer));
        }
        if let Some(application) = &filter.application {
            let tag = registry.master.tag(application).0.to_vec();
            let mark = question.mark(Cell::bytes(tag));
            question.clauses.push(format!(
                "e.position IN (SELECT entry FROM candidates WHERE subject IN \
                 (SELECT subject FROM tagged WHERE tag = {mark}))"
            ));
        }
        question
    }

    fn add(&mut self, compared: &str, value: Cell) {
        let mark = self.mark(value);
        self.clauses.push(format!("{compared} {mark}"));
    }

    fn mark(&mut self, value: Cell) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }
}

/// Says that an entry is of a recueil, as the index `entries_recueil` finds it. The hash is between itself and itself:
/// SQLite would put the value of an equality into the expression of the index, and no longer know it.
pub(crate) fn of_recueil(mark: &str) -> String {
    format!(
        "SUBSTR(e.recueil, 1, 8) = SUBSTR({mark}, 1, 8) AND e.recueil BETWEEN {mark} AND {mark}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_nothing_else_is() {
        for place in [0, 1, 255, 256, 1 << 40, i64::MAX as u64] {
            let text = Cursor(place).text();
            assert_eq!(text.len(), 11);
            assert_eq!(Cursor::parse(&text), Some(Cursor(place)));
        }
        let beyond = BASE64_URL_SAFE_NO_PAD.encode(u64::MAX.to_be_bytes());
        for text in ["", "0", "12", "AAAAAAAAAA", "AAAAAAAAAAAA", "AAAAAAAAAAB", "É", &beyond] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
