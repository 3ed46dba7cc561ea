//! Who asks: keys, and the one place that decides what they open.
//!
//! A key is 32 random bytes, known here by its SHA-256 alone, and compared in the same time whichever it is.
//! Several keys may bear one name: the new one is added before the old one is taken away.

use crate::roles::{Action, Role};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use subtle::ConstantTimeEq;

/// Communes by their INSEE codes: one, or those from one to another.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Communes {
    /// The first code.
    pub from: String,
    /// The last one.
    pub to: String,
}

impl TryFrom<String> for Communes {
    type Error = &'static str;

    fn try_from(written: String) -> Result<Self, Self::Error> {
        let (from, to) = written.split_once('-').unwrap_or((&written, &written));
        let is_code = |code: &str| {
            code.len() == 5 && code.chars().all(|c| c.is_ascii_digit() || matches!(c, 'A' | 'B'))
        };
        if is_code(from) && is_code(to) && from <= to {
            Ok(Self { from: from.to_owned(), to: to.to_owned() })
        } else {
            Err("une commune, ou deux séparées par un tiret, par leurs codes INSEE")
        }
    }
}

/// Whose rules a caller may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Own {
    /// Everybody's.
    All,
    /// Those of a company, by its SIREN.
    Company(String),
    /// Those of a territory, by its communes.
    Territory(Vec<Communes>),
    /// Nobody's.
    Nothing,
}

/// A caller that is known: its name, what it is, the hash of its key, until when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// Who, as records name it.
    #[serde(rename = "nom")]
    pub name: String,
    /// What it is.
    #[serde(rename = "role")]
    pub role: Role,
    /// SHA-256 of its key. Shape: 64 hexadecimal digits.
    #[serde(rename = "empreinte")]
    pub hash: String,
    /// The last day on which it opens, ISO; for ever without.
    #[serde(rename = "jusqu_au", default)]
    pub until: Option<String>,
    /// The company whose applicants it may see, for human resources.
    #[serde(default)]
    pub siren: Option<String>,
    /// The communes whose rules it may write, for a territory.
    #[serde(default)]
    pub communes: Option<Vec<Communes>>,
    /// What it may do among what its role may; all of it without.
    #[serde(rename = "portees", default)]
    pub scopes: Option<Vec<Action>>,
}

impl Caller {
    /// Makes a caller who may do all that its role may, for ever.
    pub fn new(name: &str, role: Role, key: &str) -> Self {
        let (name, hash) = (name.to_owned(), hash_of(key));
        Self { name, role, hash, until: None, siren: None, communes: None, scopes: None }
    }

    /// Returns whose rules it may write.
    fn own(&self) -> Own {
        match self.role {
            Role::Auteur => Own::All,
            Role::Rh => self.siren.clone().map_or(Own::Nothing, Own::Company),
            Role::Territoire => self.communes.clone().map_or(Own::Nothing, Own::Territory),
            Role::Service | Role::Auditeur | Role::Exploitant => Own::Nothing,
        }
    }

    fn may(&self, action: Action) -> bool {
        let in_scope = self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&action));
        action.is_for(self.role) && (in_scope || action.is_public())
    }
}

/// Why a caller does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// No key, or one that nobody has.
    Unknown,
    /// A key that does not open this.
    Forbidden,
}

/// Who asks, once let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// Who, as records name it.
    pub name: String,
    /// What it is; nobody in particular without.
    pub role: Option<Role>,
    /// The company whose applicants it may see.
    pub siren: Option<String>,
    /// Whose rules it may write.
    pub own: Own,
    /// Whose share of requests this counts in.
    pub share: String,
}

impl By {
    fn known(caller: &Caller) -> Self {
        let name = caller.name.clone();
        let share = format!("cle {}", caller.hash);
        let (role, siren, own) = (Some(caller.role), caller.siren.clone(), caller.own());
        Self { name, role, siren, own, share }
    }

    /// Who records an example.
    pub fn example() -> Self {
        Self { name: "demonstration".to_owned(), ..Self::anyone(None) }
    }

    fn anyone(peer: Option<IpAddr>) -> Self {
        let share = peer.map_or_else(String::new, |peer| format!("adresse {peer}"));
        Self { name: "public".to_owned(), role: None, siren: None, own: Own::Nothing, share }
    }
}

/// The callers of a server.
#[derive(Clone, Debug, Default)]
pub struct Access {
    callers: Vec<Caller>,
    /// What whoever can reach the server is: on loopback, to try it.
    open: Option<Role>,
}

impl Access {
    /// Lets in the callers of a list, and nobody else.
    pub fn to(callers: Vec<Caller>) -> Self {
        Self { callers, open: None }
    }

    /// Lets in whoever can reach the server, for everything.
    pub fn open() -> Self {
        Self { callers: Vec::new(), open: Some(Role::Auditeur) }
    }

    /// Tells whether whoever can reach the server is let in.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Decides whether a request may do something on a day; returns who asks.
    ///
    /// Errors: [`Barred`].
    pub fn decide(
        &self,
        headers: &HeaderMap,
        peer: Option<IpAddr>,
        action: Action,
        today: &str,
    ) -> Result<By, Barred> {
        if let Some(role) = self.open {
            let name = "essai".to_owned();
            return Ok(By { name, role: Some(role), own: Own::All, ..By::anyone(peer) });
        }
        match self.caller(headers, today) {
            Some(caller) if caller.may(action) => Ok(By::known(caller)),
            Some(_) => Err(Barred::Forbidden),
            None if action.is_public() => Ok(By::anyone(peer)),
            None => Err(Barred::Unknown),
        }
    }

    /// Finds who holds a key; every key is compared, in the same time whichever it is.
    fn caller(&self, headers: &HeaderMap, today: &str) -> Option<&Caller> {
        let key = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
        let hash = hash_of(key);
        let mut found = None;
        for caller in &self.callers {
            let same = bool::from(caller.hash.as_bytes().ct_eq(hash.as_bytes()));
            if same && caller.until.as_deref().is_none_or(|until| today <= until) {
                found = Some(caller);
            }
        }
        found
    }
}

/// Returns what is kept of a key.
pub fn hash_of(key: &str) -> String {
    hexadecimal(&Sha256::digest(key.as_bytes()))
}

/// Draws a key: 32 random bytes, as they are sent.
///
/// Errors: the system gives no random bytes.
pub fn draw_key() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// Writes bytes in hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn access() -> Access {
        let until = |caller: Caller, day: &str| Caller { until: Some(day.to_owned()), ..caller };
        Access::to(vec![
            Caller::new("classement", Role::Service, "s3cr3t"),
            until(Caller::new("cour", Role::Auditeur, "4ud1t"), "2026-12-31"),
            until(Caller::new("cour", Role::Auditeur, "4ud1t-2"), "2027-12-31"),
            Caller {
                scopes: Some(vec![Action::Simulate]),
                ..Caller::new("essais", Role::Service, "3ss41")
            },
        ])
    }

    fn decided(key: Option<&str>, action: Action, today: &str) -> Result<By, Barred> {
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            let value = HeaderValue::from_str(&format!("Bearer {key}")).unwrap();
            headers.insert(AUTHORIZATION, value);
        }
        access().decide(&headers, None, action, today)
    }

    #[test]
    fn each_role_does_what_its_rows_say() {
        for action in Action::ALL {
            let decided = decided(Some("s3cr3t"), action, "2026-11-28");
            assert_eq!(decided.is_ok(), action.is_for(Role::Service), "{action:?}");
        }
    }

    #[test]
    fn without_a_key_only_what_is_public_opens() {
        for action in Action::ALL {
            for key in [None, Some("autre"), Some("")] {
                let decided = decided(key, action, "2026-11-28").map(|by| by.name);
                let public = Ok("public".to_owned());
                let expected = if action.is_public() { public } else { Err(Barred::Unknown) };
                assert_eq!(decided, expected, "{action:?}");
            }
        }
    }

    #[test]
    fn a_key_that_has_expired_is_no_key_and_the_next_one_bears_the_same_name() {
        assert!(decided(Some("4ud1t"), Action::ReadDecision, "2026-12-31").is_ok());
        let late = decided(Some("4ud1t"), Action::ReadDecision, "2027-01-01");
        assert_eq!(late, Err(Barred::Unknown));
        let next = decided(Some("4ud1t-2"), Action::ReadDecision, "2027-01-01");
        assert_eq!(next.unwrap().name, "cour");
    }

    #[test]
    fn a_scope_takes_away_from_a_role_and_adds_nothing() {
        assert!(decided(Some("3ss41"), Action::Simulate, "2026-11-28").is_ok());
        assert!(decided(Some("3ss41"), Action::See, "2026-11-28").is_ok());
        let decide = decided(Some("3ss41"), Action::Decide, "2026-11-28");
        assert_eq!(decide, Err(Barred::Forbidden));
    }

    #[test]
    fn keys_are_drawn_and_known_by_their_hash() {
        let (one, other) = (draw_key().unwrap(), draw_key().unwrap());
        assert!(one != other && one.len() == 43);
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hash_of(""), empty);
    }
}
