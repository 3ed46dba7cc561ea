//! Sessions of browsers: a cookie that says which key opened it, for an hour, and never the key itself.
//!
//! A session is worth its key: it does what the key does, on pages alone, and no more once the key is taken
//! away or has ended. The cookie is signed, kept from scripts and from other sites; forms of pages carry a mark
//! that only this server makes for this session.

use crate::signed::{Signer, draw_name};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// How long a session lasts. Unit: seconds.
const LASTS: i64 = 3_600;

/// A session, as its cookie says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Its name.
    #[serde(rename = "i")]
    id: String,
    /// The key that opened it, by what is kept of it.
    #[serde(rename = "k")]
    pub key: String,
    /// Its last instant. Unit: seconds since 1970.
    #[serde(rename = "e")]
    until: i64,
}

/// How a browser reaches the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Through TLS.
    Tls,
    /// From this machine.
    Loopback,
    /// In clear, from elsewhere: no session is opened.
    Clear,
}

impl Reach {
    /// Tells it by the address that others reach the server at.
    pub fn of(public: &str) -> Self {
        if public.starts_with("https://") {
            return Self::Tls;
        }
        let host = public.strip_prefix("http://").unwrap_or(public);
        let host = host.split('/').next().unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        match name {
            "localhost" | "[::1]" => Self::Loopback,
            name if name.parse().is_ok_and(|ip: std::net::Ipv4Addr| ip.is_loopback()) => {
                Self::Loopback
            }
            _ => Self::Clear,
        }
    }

    /// Names the cookie: browsers keep the first one for TLS and for this host alone.
    fn cookie(self) -> &'static str {
        match self {
            Self::Tls => "__Host-bareme",
            Self::Loopback | Self::Clear => "bareme",
        }
    }
}

/// The sessions of a server.
pub struct Sessions {
    cookies: Signer,
    forms: Signer,
    reach: Reach,
    /// Those that were ended before their last instant, until it has passed.
    ended: Mutex<BTreeMap<String, i64>>,
}

/// Never says the key.
impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("reach", &self.reach).finish_non_exhaustive()
    }
}

impl Sessions {
    /// Takes the key that signs, and the address that others reach the server at.
    pub fn new(key: [u8; 32], public: &str) -> Self {
        Self {
            cookies: Signer::new(key, "session d'un navigateur"),
            forms: Signer::new(key, "formulaire d'une session"),
            reach: Reach::of(public),
            ended: Mutex::default(),
        }
    }

    /// Tells how browsers reach the server.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Opens a session for a key, by what is kept of it; returns its cookie. Nothing when browsers reach the
    /// server in clear, or when the system gives no random bytes.
    pub fn open(&self, key: &str, now: Timestamp) -> Option<HeaderValue> {
        let secure = match self.reach {
            Reach::Tls => "; Secure",
            Reach::Loopback => "",
            Reach::Clear => return None,
        };
        let (id, until) = (draw_name().ok()?, now.as_second() + LASTS);
        let said = self.cookies.sign(&Session { id, key: key.to_owned(), until });
        let name = self.reach.cookie();
        let cookie = format!("{name}={said}; Path=/; Max-Age={LASTS}; HttpOnly; SameSite=Strict");
        HeaderValue::from_str(&format!("{cookie}{secure}")).ok()
    }

    /// Reads the session of a request; nothing when it has none, or one that has ended.
    pub fn of(&self, headers: &HeaderMap, now: Timestamp) -> Option<Session> {
        let name = self.reach.cookie();
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|all| all.split(';')).map(str::trim);
        let said = pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        let session: Session = self.cookies.read(said)?;
        let over = now.as_second() > session.until || self.ended().contains_key(&session.id);
        (!over).then_some(session)
    }

    /// Ends a session; returns the cookie that takes its own away.
    pub fn end(&self, session: Option<&Session>, now: Timestamp) -> Option<HeaderValue> {
        if let Some(session) = session {
            let mut ended = self.ended();
            ended.retain(|_, until| *until >= now.as_second());
            ended.insert(session.id.clone(), session.until);
        }
        let secure = if self.reach == Reach::Tls { "; Secure" } else { "" };
        let name = self.reach.cookie();
        let gone = format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{secure}");
        HeaderValue::from_str(&gone).ok()
    }

    /// Makes the mark that forms of a session carry.
    pub fn mark(&self, session: &Session) -> String {
        self.forms.mark(&session.id)
    }

    /// Tells whether a form is of a session.
    pub fn is_of(&self, session: &Session, mark: &str) -> bool {
        self.forms.is_mark(&session.id, mark)
    }

    fn ended(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, i64>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Sends back what a browser keeps of a cookie.
    fn sent(cookie: &HeaderValue) -> HeaderMap {
        let kept = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        let all = format!("autre=1; {kept}");
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&all).unwrap())])
    }

    #[test]
    fn a_session_lasts_an_hour_and_says_no_key() {
        let sessions = Sessions::new([7; 32], "https://cotation.exemple.fr");
        let cookie = sessions.open("empreinte", at(1_000)).unwrap();
        let said = cookie.to_str().unwrap();
        assert!(said.starts_with("__Host-bareme=") && said.contains("; Path=/;"), "{said}");
        assert!(said.contains("; HttpOnly; SameSite=Strict; Secure"), "{said}");
        let headers = sent(&cookie);
        assert_eq!(sessions.of(&headers, at(1_000 + LASTS)).unwrap().key, "empreinte");
        assert_eq!(sessions.of(&headers, at(1_001 + LASTS)), None);
        assert_eq!(Sessions::new([8; 32], "https://a").of(&headers, at(1_000)), None);
        let loopback = Sessions::new([7; 32], "http://127.0.0.1:8080");
        assert_eq!(loopback.of(&headers, at(1_000)), None, "a cookie of another name");
    }

    #[test]
    fn a_session_that_is_ended_opens_nothing_more() {
        let sessions = Sessions::new([7; 32], "http://localhost:8080");
        let (one, other) = (sessions.open("a", at(0)).unwrap(), sessions.open("a", at(0)).unwrap());
        assert!(!one.to_str().unwrap().contains("Secure"));
        let session = sessions.of(&sent(&one), at(1)).unwrap();
        let gone = sessions.end(Some(&session), at(1)).unwrap();
        assert!(
            gone.to_str().unwrap().starts_with("bareme=; ")
                && gone.to_str().unwrap().contains("Max-Age=0")
        );
        assert_eq!(sessions.of(&sent(&one), at(1)), None);
        assert!(sessions.of(&sent(&other), at(1)).is_some());
    }

    #[test]
    fn a_mark_is_of_one_session() {
        let sessions = Sessions::new([7; 32], "http://[::1]:8080");
        let open = || sessions.of(&sent(&sessions.open("a", at(0)).unwrap()), at(0)).unwrap();
        let (one, other) = (open(), open());
        assert!(sessions.is_of(&one, &sessions.mark(&one)));
        assert!(!sessions.is_of(&one, &sessions.mark(&other)) && !sessions.is_of(&one, ""));
    }

    #[test]
    fn in_clear_from_elsewhere_no_session_is_opened() {
        for public in
            ["http://cotation.exemple.fr", "http://192.168.1.2:80", "http://127.0.0.1.nip.io", ""]
        {
            assert_eq!(Reach::of(public), Reach::Clear, "{public}");
            assert_eq!(Sessions::new([7; 32], public).open("a", at(0)), None);
        }
        assert_eq!(Reach::of("http://127.0.0.1:80/x"), Reach::Loopback);
    }
}
