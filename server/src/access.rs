//! Who may do what: one table, one place that asks it.
//!
//! Every route names an [`Action`]; every action has its row here, or nothing compiles. What is not
//! granted is refused.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a caller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A service that evaluates.
    Service,
    /// Reads all, changes nothing.
    Auditeur,
    /// Runs the server.
    Exploitant,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Service, Self::Auditeur, Self::Exploitant];
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Ask whether the server lives and is ready.
    See,
    /// Read what is in force: the vocabulary, the schema of dossiers.
    ReadRules,
    /// Evaluate or explain without a record.
    Simulate,
    /// Decide, with a record.
    Decide,
    /// Read a decision with its facts, its proof, its receipt; run it again.
    ReadDecision,
    /// Read the log: entries without personal values, checkpoints, proofs.
    ReadLog,
    /// Put back the rules that served before.
    StepBack,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 7] = [
        Self::See,
        Self::ReadRules,
        Self::Simulate,
        Self::Decide,
        Self::ReadDecision,
        Self::ReadLog,
        Self::StepBack,
    ];

    /// Tells whether it asks for no key.
    pub fn is_public(self) -> bool {
        match self {
            Self::See | Self::ReadRules | Self::ReadLog => true,
            Self::Simulate | Self::Decide | Self::ReadDecision | Self::StepBack => false,
        }
    }

    /// Tells whether a role may do it: the table of permissions.
    pub fn is_for(self, role: Role) -> bool {
        match (self, role) {
            (Self::See | Self::ReadRules | Self::ReadLog, _) => true,
            (Self::Simulate, Role::Service | Role::Auditeur) => true,
            (Self::Decide, Role::Service) => true,
            (Self::ReadDecision, Role::Service | Role::Auditeur) => true,
            (Self::StepBack, Role::Exploitant) => true,
            (Self::Simulate, Role::Exploitant)
            | (Self::Decide, Role::Auditeur | Role::Exploitant)
            | (Self::ReadDecision, Role::Exploitant)
            | (Self::StepBack, Role::Service | Role::Auditeur) => false,
        }
    }
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
}

/// Why a caller does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// No key, or one that nobody has.
    Unknown,
    /// A key that does not open this.
    Forbidden,
}

/// The callers of a server.
#[derive(Clone, Debug, Default)]
pub struct Access {
    callers: Vec<Caller>,
    /// Whether whoever can reach the server is a service and an auditor: on loopback, to try it.
    open: bool,
}

impl Access {
    /// Lets in the callers of a list, and nobody else.
    pub fn to(callers: Vec<Caller>) -> Self {
        Self { callers, open: false }
    }

    /// Lets in whoever can reach the server.
    pub fn open() -> Self {
        Self { callers: Vec::new(), open: true }
    }

    /// Decides whether a request may do something on a day; returns who asks.
    pub fn decide(
        &self,
        headers: &HeaderMap,
        action: Action,
        today: &str,
    ) -> Result<String, Barred> {
        if self.open {
            return Ok("essai".to_owned());
        }
        match self.caller(headers, today) {
            Some(caller) if action.is_for(caller.role) => Ok(caller.name.clone()),
            Some(_) => Err(Barred::Forbidden),
            None if action.is_public() => Ok("public".to_owned()),
            None => Err(Barred::Unknown),
        }
    }

    /// Finds who holds a key; every key is compared, in the same time whichever it is.
    fn caller(&self, headers: &HeaderMap, today: &str) -> Option<&Caller> {
        let key = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
        let hash = hexadecimal(&Sha256::digest(key.as_bytes()));
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

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn access() -> Access {
        let caller = |name: &str, role, key: &str, until: Option<&str>| Caller {
            name: name.to_owned(),
            role,
            hash: hexadecimal(&Sha256::digest(key.as_bytes())),
            until: until.map(str::to_owned),
        };
        Access::to(vec![
            caller("classement", Role::Service, "s3cr3t", None),
            caller("cour", Role::Auditeur, "4ud1t", Some("2026-12-31")),
            caller("nuit", Role::Exploitant, "0p3r", None),
        ])
    }

    fn decided(key: Option<&str>, action: Action, today: &str) -> Result<String, Barred> {
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            let value = HeaderValue::from_str(&format!("Bearer {key}")).unwrap();
            headers.insert(AUTHORIZATION, value);
        }
        access().decide(&headers, action, today)
    }

    #[test]
    fn each_role_does_what_its_rows_say() {
        for (key, role) in
            [("s3cr3t", Role::Service), ("4ud1t", Role::Auditeur), ("0p3r", Role::Exploitant)]
        {
            for action in Action::ALL {
                let decided = decided(Some(key), action, "2026-11-28");
                assert_eq!(decided.is_ok(), action.is_for(role), "{role:?} {action:?}");
            }
        }
    }

    #[test]
    fn without_a_key_only_what_is_public_opens() {
        for action in Action::ALL {
            let expected =
                if action.is_public() { Ok("public".to_owned()) } else { Err(Barred::Unknown) };
            assert_eq!(decided(None, action, "2026-11-28"), expected, "{action:?}");
            assert_eq!(decided(Some("autre"), action, "2026-11-28"), expected, "{action:?}");
        }
    }

    #[test]
    fn a_key_that_has_expired_is_no_key() {
        assert!(decided(Some("4ud1t"), Action::ReadDecision, "2026-12-31").is_ok());
        let late = decided(Some("4ud1t"), Action::ReadDecision, "2027-01-01");
        assert_eq!(late, Err(Barred::Unknown));
    }

    #[test]
    fn an_auditor_changes_nothing() {
        for action in [Action::Decide, Action::StepBack] {
            let refused = decided(Some("4ud1t"), action, "2026-11-28");
            assert_eq!(refused, Err(Barred::Forbidden));
        }
    }
}
