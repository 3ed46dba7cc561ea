//! Who asks: keys, tokens of an issuer, sessions of browsers, and the one place that decides what they open.
//!
//! A key is 32 random bytes, known here by its SHA-256 alone, and compared in the same time whichever it is.
//! Several keys may bear one name: the new one is added before the old one is taken away. A session is worth the
//! key or the token that opened it, on pages alone; a key that is sent is the one that counts.

use crate::roles::{Action, Role};
use crate::sessions::{Holder, Session};
use crate::tokens::{Tokens, Unproved};
use axum::http::header::{AUTHORIZATION, HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// Communes by their INSEE codes: one, or those from one to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
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

impl From<Communes> for String {
    fn from(Communes { from, to }: Communes) -> Self {
        if from == to { from } else { format!("{from}-{to}") }
    }
}

impl Communes {
    /// Tells whether it has every commune from one to another.
    pub fn hold(&self, from: &str, to: &str) -> bool {
        self.from.as_str() <= from && to <= self.to.as_str()
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
    /// The communes whose rules it may write and whose candidates it may see, for a territory.
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
    /// A token by a key of its issuer that is not known, and may be new.
    NewKey,
}

/// How one comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// By a key that is sent with each request.
    Key,
    /// By a key, or by a session: a page for people, or one of its forms.
    Page,
}

/// What of a request tells who asks.
pub struct Knock<'r> {
    /// Its headers.
    pub headers: &'r HeaderMap,
    /// Where it comes from.
    pub peer: Option<IpAddr>,
    /// The session that it comes by, where it may and sends no key.
    pub session: Option<Session>,
    /// When it comes.
    pub now: Timestamp,
}

/// What browsers say of where a request comes from.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Tells whether a browser says that a request comes from a page of another site. Who is no browser says
/// nothing.
pub fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let said = |name: HeaderName| headers.get(name).map(HeaderValue::as_bytes);
    match (said(FETCH_SITE), said(ORIGIN)) {
        (Some(site), _) => !matches!(site, b"same-origin" | b"none"),
        (None, Some(origin)) => {
            let host = said(HOST).unwrap_or_default();
            let origin = origin.splitn(2, |sign| *sign == b':').nth(1).unwrap_or_default();
            origin.strip_prefix(b"//") != Some(host)
        }
        (None, None) => false,
    }
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
    /// Whose rules it may write; whose candidates a company or a territory may see.
    pub own: Own,
    /// Whose share of requests this counts in.
    pub share: String,
    /// The session that a browser came by.
    pub session: Option<Session>,
}

impl By {
    fn known(caller: &Caller, session: Option<Session>) -> Self {
        let name = caller.name.clone();
        let share = format!("cle {}", caller.hash);
        let (role, siren, own) = (Some(caller.role), caller.siren.clone(), caller.own());
        Self { name, role, siren, own, share, session }
    }

    /// Who records an example.
    pub fn example() -> Self {
        Self { name: "demonstration".to_owned(), ..Self::anyone(None) }
    }

    fn anyone(peer: Option<IpAddr>) -> Self {
        let share = peer.map_or_else(String::new, |peer| format!("adresse {peer}"));
        let (name, own) = ("public".to_owned(), Own::Nothing);
        Self { name, role: None, siren: None, own, share, session: None }
    }
}

/// The callers of a server.
#[derive(Clone, Debug, Default)]
pub struct Access {
    callers: Vec<Caller>,
    /// The tokens of an issuer.
    tokens: Option<Arc<Tokens>>,
    /// What whoever can reach the server is: on loopback, to try it.
    open: Option<Role>,
}

impl Access {
    /// Lets in the callers of a list, and nobody else.
    pub fn to(callers: Vec<Caller>) -> Self {
        Self { callers, ..Self::default() }
    }

    /// Lets in those whom tokens of an issuer prove, too.
    #[must_use]
    pub fn with_tokens(self, tokens: Tokens) -> Self {
        Self { tokens: Some(Arc::new(tokens)), ..self }
    }

    /// Returns the tokens that it knows.
    pub fn tokens(&self) -> Option<Arc<Tokens>> {
        self.tokens.clone()
    }

    /// Lets in whoever can reach the server, for everything.
    pub fn open() -> Self {
        Self { open: Some(Role::Auditeur), ..Self::default() }
    }

    /// Tells whether whoever can reach the server is let in.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Decides whether a request may do something; returns who asks.
    ///
    /// Errors: [`Barred`].
    pub fn decide(&self, knock: &Knock<'_>, action: Action) -> Result<By, Barred> {
        if let Some(role) = self.open {
            let name = "essai".to_owned();
            return Ok(By { name, role: Some(role), own: Own::All, ..By::anyone(knock.peer) });
        }
        match self.caller(knock) {
            Ok((caller, session)) if caller.may(action) => Ok(By::known(&caller, session)),
            Ok(_) => Err(Barred::Forbidden),
            Err(_) if action.is_public() => Ok(By::anyone(knock.peer)),
            Err(Unproved::UnknownKey) => Err(Barred::NewKey),
            Err(
                Unproved::Refused | Unproved::Expired | Unproved::Misdirected | Unproved::Unclear,
            ) => Err(Barred::Unknown),
        }
    }

    /// Finds who holds a key on a day; every key is compared, in the same time whichever it is.
    pub fn holder(&self, key: &str, now: Timestamp) -> Option<&Caller> {
        let hash = hash_of(key);
        self.known(now, |caller| caller.hash.as_bytes().ct_eq(hash.as_bytes()).into())
    }

    /// Finds who asks: by the key or the token that is sent, else by the session where pages are.
    fn caller(&self, knock: &Knock<'_>) -> Result<(Cow<'_, Caller>, Option<Session>), Unproved> {
        let Some(sent) = knock.headers.get(AUTHORIZATION) else {
            let session = knock.session.clone().ok_or(Unproved::Refused)?;
            let caller = self.of_session(&session, knock.now).ok_or(Unproved::Refused)?;
            return Ok((caller, Some(session)));
        };
        let sent = sent.to_str().ok().and_then(|sent| sent.strip_prefix("Bearer "));
        let key = sent.ok_or(Unproved::Refused)?;
        match (self.holder(key, knock.now), &self.tokens) {
            (Some(caller), _) => Ok((Cow::Borrowed(caller), None)),
            (None, Some(tokens)) => Ok((Cow::Owned(tokens.prove(key)?.caller), None)),
            (None, None) => Err(Unproved::Refused),
        }
    }

    /// Finds who opened a session, while what opened it still would: its key, or tokens.
    fn of_session(&self, session: &Session, now: Timestamp) -> Option<Cow<'_, Caller>> {
        match &session.holder {
            Holder::Key(hash) => self.known(now, |caller| caller.hash == *hash).map(Cow::Borrowed),
            Holder::Token(claimed) => {
                self.tokens.as_ref().map(|_| Cow::Owned(claimed.as_ref().clone().into()))
            }
        }
    }

    fn known(&self, now: Timestamp, is_it: impl Fn(&Caller) -> bool) -> Option<&Caller> {
        let today = day_of(now);
        let mut found = None;
        for caller in &self.callers {
            let same = is_it(caller);
            if same && caller.until.as_deref().is_none_or(|until| *today <= *until) {
                found = Some(caller);
            }
        }
        found
    }
}

/// Returns the day of an instant, ISO, UTC.
pub fn day_of(now: Timestamp) -> String {
    now.to_string().chars().take(10).collect()
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
        let now = format!("{today}T12:00:00Z").parse().unwrap();
        access().decide(&Knock { headers: &headers, peer: None, session: None, now }, action)
    }

    #[test]
    fn a_session_is_worth_what_opened_it_while_that_is_known() {
        let access = access();
        let hash = hash_of("4ud1t");
        let session = |holder| Some(Session { id: "a".to_owned(), holder, until: i64::MAX });
        let read = |access: &Access, holder: &Holder, today: &str, action| {
            let (headers, now) = (&HeaderMap::new(), format!("{today}T12:00:00Z").parse().unwrap());
            let knock = Knock { headers, peer: None, session: session(holder.clone()), now };
            access.decide(&knock, action).map(|by| by.name)
        };
        let (key, action) = (Holder::Key(hash), Action::ReadDecision);
        assert_eq!(read(&access, &key, "2026-12-31", action), Ok("cour".to_owned()));
        let late = read(&access, &key, "2027-01-01", action);
        assert_eq!(late, Err(Barred::Unknown), "its key has ended");
        let decided = read(&access, &key, "2026-12-31", Action::Decide);
        assert_eq!(decided, Err(Barred::Forbidden));
        let caller = Caller::new("oidc:amel", Role::Auditeur, "");
        let token = Holder::Token(Box::new(caller.into()));
        let without = read(&access, &token, "2026-12-31", action);
        assert_eq!(without, Err(Barred::Unknown), "no token opens anything any more");
        let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static("Bearer x"))]);
        let now = "2026-12-31T12:00:00Z".parse().unwrap();
        let knock = Knock { headers: &headers, peer: None, session: session(key), now };
        assert_eq!(
            access.decide(&knock, action),
            Err(Barred::Unknown),
            "a key that is sent counts"
        );
    }

    #[test]
    fn a_form_of_another_site_is_known_by_what_browsers_say() {
        let said = |pairs: &[(&'static str, &'static str)]| {
            let pair = |(name, value): &(&'static str, &'static str)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            };
            is_from_elsewhere(&pairs.iter().map(pair).collect())
        };
        assert!(!said(&[]) && !said(&[("sec-fetch-site", "same-origin")]));
        assert!(!said(&[("host", "a:80"), ("origin", "http://a:80")]));
        for elsewhere in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site"), ("host", "a"), ("origin", "http://a")],
            &[("host", "a"), ("origin", "http://b")],
            &[("host", "a"), ("origin", "null")],
            &[("origin", "http://a")],
            &[("host", "a"), ("origin", "http://a.b")],
        ] {
            assert!(said(elsewhere), "{elsewhere:?}");
        }
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
