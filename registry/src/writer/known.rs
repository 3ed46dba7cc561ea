//! What is known of a batch before it is written: what memory has of it, which the store then holds to, or what is
//! looked up by one command, under the writer's lock.

use super::{RecordError, Recorded, Request};
use crate::applications::Application;
use crate::canonical::Digest;
use crate::log::Tail;
use crate::prepared::Prepared;
use crate::seal::MasterKey;
use crate::store::{Cell, Link, Lookup, Premises, Row, StoreError};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A key of a request that was used, and for what.
pub(super) struct Used {
    pub recorded: Recorded,
    pub asked: Option<Digest>,
}

/// Where the log ends: how many entries there are, and the last of them.
pub(super) type End = (u64, Option<Bytes>);

/// What is known of requests.
#[derive(Default)]
pub(super) struct Known {
    pub used: BTreeMap<Digest, Used>,
    pub applications: BTreeMap<Digest, Application>,
    pub recueils: BTreeSet<String>,
}

/// What a row is about: the first column of all that is looked up. Shape of the others: a number, a
/// text, bytes, bytes.
const ENDS: i64 = 0;
const USED: i64 = 1;
const APPLICATION: i64 = 2;

const END: &str = "SELECT CAST(0 AS BIGINT), position, id, body, asked FROM entries \
                   WHERE position = (SELECT MAX(position) FROM entries)";
const REQUESTS: &str =
    "SELECT CAST(1 AS BIGINT), position, id, request, asked FROM entries WHERE request";
const APPLICATIONS: &str =
    "SELECT CAST(2 AS BIGINT), CAST(0 AS BIGINT), subject, tag, wrapped FROM tagged WHERE tag";
const RECUEILS: &str =
    "SELECT CAST(3 AS BIGINT), CAST(0 AS BIGINT), hash, NULL, NULL FROM recueils WHERE hash";

/// The names of applications that are not erased, among some.
const NOT_ERASED: &str = "SELECT subject FROM subjects WHERE wrapped IS NOT NULL AND subject";

/// The entry that is at a place, if it is the last.
const LAST: &str = "SELECT position FROM entries WHERE position = $1 AND body = $2 \
                    AND NOT EXISTS (SELECT position FROM entries WHERE position > $1)";

impl Known {
    /// Knows what memory says of requests, where it is enough: decisions by recueils that are kept, without quotas.
    /// Keys of requests are taken for new.
    pub fn remembered(asked: &[Arc<Request>], recueils: &BTreeSet<String>) -> Option<Self> {
        let mut known = Self { recueils: recueils.clone(), ..Self::default() };
        for request in asked {
            let Prepared { quotas, recueil, tags, applications, .. } = request.decision()?;
            if !quotas.is_empty() || !recueils.contains(recueil) {
                return None;
            }
            let kept = tags.iter().zip(applications).filter(|(_, one)| one.new.is_none());
            known.applications.extend(kept.map(|(tag, one)| (*tag, one.clone())));
        }
        Some(known)
    }

    /// Says what must hold for it to be so, with a log that ends as it was left; none of an empty log.
    pub fn premises(&self, tail: &Tail) -> Option<Premises<'static>> {
        let place = tail.edge.size().checked_sub(1)?;
        let last = vec![Cell::unsigned(place), Cell::Bytes(tail.last.clone())];
        let subjects = self.applications.values().map(|one| &one.subject);
        let subjects: BTreeSet<&String> = subjects.collect();
        let among = subjects.into_iter().map(|subject| Cell::text(subject)).collect();
        Some(Premises { one: (LAST, last), each: Lookup { select: NOT_ERASED, among } })
    }

    /// Looks up what is asked, and where the log ends; `recueils` are known to be kept.
    pub async fn look_up(
        link: &mut Link,
        asked: &[Arc<Request>],
        (master, recueils): (&MasterKey, &BTreeSet<String>),
    ) -> Result<(End, Self), RecordError> {
        let decisions: Vec<&Prepared> =
            asked.iter().filter_map(|request| request.decision()).collect();
        let keys = decisions.iter().filter_map(|one| one.request.map(|(key, _)| key));
        let tags = decisions.iter().flat_map(|one| one.tags.iter().copied());
        let unknown = decisions.iter().map(|one| &one.recueil);
        let unknown: BTreeSet<&String> = unknown.filter(|hash| !recueils.contains(*hash)).collect();
        let hashes = unknown.into_iter().map(|hash| Cell::Text(Some(hash.clone()))).collect();
        let lookups = vec![
            Lookup { select: REQUESTS, among: cells(keys) },
            Lookup { select: APPLICATIONS, among: cells(tags) },
            Lookup { select: RECUEILS, among: hashes },
        ];
        let mut known = Self { recueils: recueils.clone(), ..Self::default() };
        let mut end = End::default();
        for mut row in link.look_up(Some(END), lookups).await? {
            if row.integer(0)? == ENDS {
                end = (row.unsigned(1)? + 1, Some(row.bytes(3)?.into()));
            } else {
                known.take(row, master)?;
            }
        }
        Ok((end, known))
    }

    fn take(&mut self, mut row: Row, master: &MasterKey) -> Result<(), RecordError> {
        let text = row.text(2)?;
        match row.integer(0)? {
            USED => {
                let recorded = Recorded { id: text, index: row.unsigned(1)?, again: true };
                let asked = row.bytes_if_any(4)?;
                let asked = asked.and_then(|bytes| Digest::from_bytes(&bytes));
                self.used.insert(digest(&mut row, 3)?, Used { recorded, asked });
            }
            APPLICATION => {
                let key = master.unwrap(&text, &row.bytes(4)?)?;
                let application = Application { subject: text, key, new: None };
                self.applications.insert(digest(&mut row, 3)?, application);
            }
            _ => drop(self.recueils.insert(text)),
        }
        Ok(())
    }
}

/// Makes distinct cells of digests.
fn cells(digests: impl Iterator<Item = Digest>) -> Vec<Cell> {
    let distinct: BTreeSet<Digest> = digests.collect();
    distinct.into_iter().map(|digest| Cell::bytes(digest.0.to_vec())).collect()
}

fn digest(row: &mut Row, column: usize) -> Result<Digest, StoreError> {
    Digest::from_bytes(&row.bytes(column)?)
        .ok_or(StoreError::Foreign("une empreinte d'une autre longueur"))
}
