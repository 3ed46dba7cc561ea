//! Links that open one explanation for whoever holds them, until a day: what an applicant is given.
//!
//! A link says a decision, the place of one candidate in it and its last instant, signed (HMAC-SHA-256) under
//! a key of the server's own; it holds no value of a person. It opens that explanation as its applicant reads
//! it, and nothing else. One that is taken back is so by an entry of the log, which every server reads.

use crate::signed::{Signer, draw_name};
use jiff::Timestamp;
use registry::entry::{Act, Kind};
use registry::{RecordError, Registry, RegistryError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// What entries of the log call a link, before its identifier.
const OBJECT: &str = "lien ";

/// What a link opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its identifier, by which it is taken back.
    #[serde(rename = "i")]
    pub id: String,
    /// The decision.
    #[serde(rename = "d")]
    pub decision: String,
    /// The place of the candidate in it.
    #[serde(rename = "p")]
    pub place: usize,
    /// The last instant. Unit: seconds since 1970.
    #[serde(rename = "e")]
    pub until: i64,
}

/// Why a link does not open.
#[derive(Debug, thiserror::Error)]
pub enum Closed {
    /// Not one of ours, or changed since.
    #[error("ce lien n'est pas de ce serveur, ou a été modifié")]
    Forged,
    /// Its last instant has passed.
    #[error("ce lien a expiré")]
    Expired,
    /// It was taken back.
    #[error("ce lien a été retiré")]
    Withdrawn,
    /// The log cannot be read.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

/// Who gives links and opens them.
pub struct Links {
    signer: Signer,
    withdrawn: Mutex<Withdrawn>,
}

/// What was taken back, as far as the log has been read.
#[derive(Default)]
struct Withdrawn {
    read: u64,
    ids: BTreeSet<String>,
}

impl Links {
    /// Takes the key that signs.
    pub fn new(key: [u8; 32]) -> Self {
        let signer = Signer::new(key, "lien vers une explication");
        Self { signer, withdrawn: Mutex::default() }
    }

    /// Signs a link to a candidate of a decision. Shape: the text of the link, and what it says.
    ///
    /// Errors: the system gives no random bytes.
    pub fn give(
        &self,
        decision: &str,
        place: usize,
        until: Timestamp,
    ) -> Result<(String, Link), getrandom::Error> {
        let id = draw_name()?;
        let link = Link { id, decision: decision.to_owned(), place, until: until.as_second() };
        Ok((self.signer.sign(&link), link))
    }

    /// Reads a link. Errors: [`Closed::Forged`], [`Closed::Expired`].
    pub fn read(&self, text: &str, now: Timestamp) -> Result<Link, Closed> {
        let link: Link = self.signer.read(text).ok_or(Closed::Forged)?;
        if now.as_second() > link.until { Err(Closed::Expired) } else { Ok(link) }
    }

    /// Opens a link. Errors: [`Closed`].
    pub async fn open(
        &self,
        text: &str,
        now: Timestamp,
        registry: &Registry,
    ) -> Result<Link, Closed> {
        let link = self.read(text, now)?;
        let from = self.state(|state| state.read);
        let acts = registry.acts(Kind::Retrait, from).await?;
        let gone = self.state(|state| {
            for (place, act) in acts {
                state.read = state.read.max(place + 1);
                let id = act.content.object.as_deref().and_then(|it| it.strip_prefix(OBJECT));
                state.ids.extend(id.map(str::to_owned));
            }
            state.ids.contains(&link.id)
        });
        if gone { Err(Closed::Withdrawn) } else { Ok(link) }
    }

    /// Takes a link back, by an entry of the log.
    ///
    /// Errors: those of the registry.
    pub async fn withdraw(
        &self,
        id: &str,
        by: &str,
        reason: &str,
        registry: &Registry,
    ) -> Result<u64, RecordError> {
        let act = Act { object: Some(format!("{OBJECT}{id}")), ..Act::new(by, reason) };
        Ok(registry.act(Kind::Retrait, act).await?.index)
    }

    fn state<T>(&self, what: impl FnOnce(&mut Withdrawn) -> T) -> T {
        what(&mut self.withdrawn.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_link_opens_what_it_says_until_its_last_instant() {
        let links = Links::new([7; 32]);
        let (text, link) = links.give("d-1", 1, at(1_000)).unwrap();
        assert_eq!(links.read(&text, at(1_000)).unwrap(), link);
        assert!(matches!(links.read(&text, at(1_001)), Err(Closed::Expired)));
    }

    #[test]
    fn what_is_changed_or_of_another_key_opens_nothing() {
        let links = Links::new([7; 32]);
        let (text, _) = links.give("d-1", 1, at(1_000)).unwrap();
        let (other, _) = Links::new([8; 32]).give("d-1", 1, at(1_000)).unwrap();
        let (said, signature) = text.split_once('.').unwrap();
        let longer = BASE64_URL_SAFE_NO_PAD.decode(said).unwrap();
        let longer = String::from_utf8(longer).unwrap().replace("\"p\":1", "\"p\":0");
        let longer = format!("{}.{signature}", BASE64_URL_SAFE_NO_PAD.encode(longer));
        let cut = &text[..text.len() - 1];
        let long = format!("{}.{signature}", "A".repeat(4_000));
        for forged in [&*other, &longer, cut, &long, said, "", ".", "a.b", "é.é"] {
            assert!(matches!(links.read(forged, at(0)), Err(Closed::Forged)), "{forged}");
        }
    }
}
