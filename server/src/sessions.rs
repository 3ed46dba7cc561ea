//! Sessions of browsers: a cookie that says what opened it, for an hour, and never the key or the token itself.
//!
//! A session is worth its key, or the role that its token proved: it does what they do, on pages alone, and no more
//! once the key is taken away or has ended, or the token's time has passed. The cookie is signed, kept from scripts
//! and from other sites; forms of pages carry a mark that only servers of this key make for this session.

use crate::access::{Caller, Communes, hash_of};
use crate::roles::Role;
use crate::signed::{LONGEST, Signer, draw_name};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long a session lasts at most. Unit: seconds.
const LASTS: i64 = 3_600;

/// A session, as its cookie says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Its name.
    #[serde(rename = "i")]
    pub id: String,
    /// What opened it.
    #[serde(rename = "o")]
    pub holder: Holder,
    /// Its last instant. Unit: seconds since 1970.
    #[serde(rename = "e")]
    pub until: i64,
}

/// What opened a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holder {
    /// A key, by what is kept of it.
    #[serde(rename = "k")]
    Key(String),
    /// A token, by whom it proved.
    #[serde(rename = "t")]
    Token(Box<Claimed>),
}

/// Whom a token proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claimed {
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "r")]
    role: Role,
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    siren: Option<String>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    communes: Option<Vec<Communes>>,
}

impl From<Caller> for Claimed {
    fn from(Caller { name, role, siren, communes, .. }: Caller) -> Self {
        Self { name, role, siren, communes }
    }
}

impl From<Claimed> for Caller {
    fn from(Claimed { name, role, siren, communes }: Claimed) -> Self {
        let hash = hash_of(&name);
        Self { name, role, hash, siren, communes, until: None, scopes: None }
    }
}

/// Why no session is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    /// Browsers reach the server in clear.
    #[error("ce serveur se joint en clair : aucune session ne s'y ouvre")]
    Clear,
    /// What opens it is at its end.
    #[error("ce jeton a expiré")]
    Over,
    /// A cookie would not hold it.
    #[error("ce jeton dit trop de communes pour ouvrir une session")]
    TooLong,
    /// The system gives no random bytes.
    #[error("aucune session ne s'ouvre pour le moment")]
    NoName,
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
        }
    }

    /// Tells how browsers reach the server.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Opens a session for what opens it, until the end of that at most; returns its cookie.
    ///
    /// Errors: [`Unopened`].
    pub fn open(
        &self,
        holder: Holder,
        ends: Option<i64>,
        now: Timestamp,
    ) -> Result<HeaderValue, Unopened> {
        let secure = match self.reach {
            Reach::Tls => "; Secure",
            Reach::Loopback => "",
            Reach::Clear => return Err(Unopened::Clear),
        };
        let now = now.as_second();
        let until = ends.map_or(now + LASTS, |ends| ends.min(now + LASTS));
        let lasts = until - now;
        if lasts <= 0 {
            return Err(Unopened::Over);
        }
        let id = draw_name().map_err(|_| Unopened::NoName)?;
        let said = self.cookies.sign(&Session { id, holder, until });
        if said.len() > LONGEST {
            return Err(Unopened::TooLong);
        }
        let name = self.reach.cookie();
        let cookie = format!("{name}={said}; Path=/; Max-Age={lasts}; HttpOnly; SameSite=Strict");
        HeaderValue::from_str(&format!("{cookie}{secure}")).map_err(|_| Unopened::NoName)
    }

    /// Reads the session of a request; nothing when it has none, or one whose time has passed. One that was ended
    /// is known by the registry.
    pub fn of(&self, headers: &HeaderMap, now: Timestamp) -> Option<Session> {
        let name = self.reach.cookie();
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|all| all.split(';')).map(str::trim);
        let said = pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        let session: Session = self.cookies.read(said)?;
        (now.as_second() <= session.until).then_some(session)
    }

    /// Makes the cookie that takes a session's away.
    pub fn gone(&self) -> Option<HeaderValue> {
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

    fn key(hash: &str) -> Holder {
        Holder::Key(hash.to_owned())
    }

    #[test]
    fn a_session_lasts_an_hour_and_says_no_key() {
        let sessions = Sessions::new([7; 32], "https://cotation.exemple.fr");
        let cookie = sessions.open(key("empreinte"), None, at(1_000)).unwrap();
        let said = cookie.to_str().unwrap();
        assert!(said.starts_with("__Host-bareme=") && said.contains("; Path=/;"), "{said}");
        assert!(said.contains("; HttpOnly; SameSite=Strict; Secure"), "{said}");
        let headers = sent(&cookie);
        assert_eq!(sessions.of(&headers, at(1_000 + LASTS)).unwrap().holder, key("empreinte"));
        assert_eq!(sessions.of(&headers, at(1_001 + LASTS)), None);
        assert_eq!(Sessions::new([8; 32], "https://a").of(&headers, at(1_000)), None);
        let loopback = Sessions::new([7; 32], "http://127.0.0.1:8080");
        assert_eq!(loopback.of(&headers, at(1_000)), None, "a cookie of another name");
    }

    #[test]
    fn a_session_of_a_token_is_its_caller_until_its_end_at_most() {
        let sessions = Sessions::new([7; 32], "http://localhost:8080");
        let communes = |count: usize| {
            let code = |at| Communes::try_from(format!("{:05}", 10_000 + at)).unwrap();
            let communes = Some((0..count).map(code).collect());
            let caller = Caller::new("oidc:amel", Role::Territoire, "");
            Holder::Token(Box::new(Caller { communes, ..caller }.into()))
        };
        let opened = sessions.open(communes(200), Some(1_060), at(1_000)).unwrap();
        assert!(opened.to_str().unwrap().contains("Max-Age=60;"));
        assert!(opened.len() < 4_096, "what browsers keep");
        let session = sessions.of(&sent(&opened), at(1_060)).unwrap();
        assert_eq!(session.holder, communes(200));
        assert_eq!(sessions.of(&sent(&opened), at(1_061)), None);
        let long = sessions.open(communes(1), Some(1_000_000), at(1_000)).unwrap();
        assert!(long.to_str().unwrap().contains(&format!("Max-Age={LASTS};")));
        let refused = |count, ends| sessions.open(communes(count), Some(ends), at(1_000));
        assert_eq!(refused(1, 1_000), Err(Unopened::Over));
        assert_eq!(refused(1, -1), Err(Unopened::Over));
        assert_eq!(refused(900, 2_000), Err(Unopened::TooLong));
    }

    #[test]
    fn a_mark_is_of_one_session() {
        let sessions = Sessions::new([7; 32], "http://[::1]:8080");
        let open = || {
            let cookie = sessions.open(key("a"), None, at(0)).unwrap();
            sessions.of(&sent(&cookie), at(0)).unwrap()
        };
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
            let sessions = Sessions::new([7; 32], public);
            assert_eq!(sessions.open(key("a"), None, at(0)), Err(Unopened::Clear));
        }
        assert_eq!(Reach::of("http://127.0.0.1:80/x"), Reach::Loopback);
    }
}
