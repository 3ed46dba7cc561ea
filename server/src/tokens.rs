//! Tokens of an OIDC issuer (JWT, RFC 7519): who they say asks, once they are proved.
//!
//! The server is a resource server: it knows the issuer's public keys (JWKS, RFC 7517, from a file or an address)
//! and nothing secret. Algorithms are those of the configuration, all of them with a public key, so that no key
//! that is published can sign; the issuer and the audience are those of the configuration; an end is due. What a
//! claim does not say clearly is refused: nobody gets a role by default.

use crate::access::{Caller, Communes, hash_of};
use crate::roles::Role;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// The longest token. Unit: bytes.
const LONGEST: usize = 16 * 1024;

/// The longest set of keys. Unit: bytes.
const MOST_BYTES: u64 = 1024 * 1024;

/// The shortest modulus of an RSA key. Unit: characters of its base64, 2048 bits.
const SHORTEST_MODULUS: usize = 342;

/// The most that clocks may differ. Unit: seconds.
pub const MOST_SKEW: u64 = 300;

/// How long the issuer may take to give its keys.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often keys are asked for at most, when a token names one that is not known.
const PAUSE: Duration = Duration::from_secs(10);

/// An algorithm that a token may be signed with: one whose verifying key is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Signing {
    /// RSA PKCS 1, SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSA PSS, SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// ECDSA over P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Signing {
    fn algorithm(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Ps256 => Algorithm::PS256,
            Self::Es256 => Algorithm::ES256,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

/// The issuer of tokens, as it is configured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// Its name: `iss`.
    #[serde(rename = "emetteur")]
    pub name: String,
    /// Ours: `aud`.
    pub audience: String,
    /// What tokens may be signed with.
    #[serde(rename = "algorithmes")]
    pub algorithms: Vec<Signing>,
    /// Its keys: a file, or an address.
    #[serde(rename = "cles")]
    pub keys: String,
    /// How far clocks may differ. Unit: seconds.
    #[serde(rename = "tolerance_s", default = "usual_skew")]
    pub skew: u64,
    /// The claim that names who asks.
    #[serde(rename = "nom", default = "usual_name")]
    pub who: String,
    /// The claim that says what it is.
    pub role: String,
    /// The roles that its values mean.
    pub roles: BTreeMap<String, Role>,
    /// The claim of a company's SIREN.
    #[serde(default)]
    pub siren: Option<String>,
    /// The claim of a territory's communes.
    #[serde(default)]
    pub communes: Option<String>,
}

fn usual_skew() -> u64 {
    30
}

fn usual_name() -> String {
    "sub".to_owned()
}

/// Where keys are.
enum Place {
    File(PathBuf),
    Address(String),
}

impl Issuer {
    fn place(&self) -> Place {
        if self.keys.contains("://") {
            Place::Address(self.keys.clone())
        } else {
            Place::File(PathBuf::from(&self.keys))
        }
    }

    /// Says what is wrong with it, and what to do.
    pub fn mistake(&self) -> Option<(&'static str, &'static str)> {
        let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
        let near = local.iter().any(|start| {
            let rest = self.keys.strip_prefix(start);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
        });
        if self.algorithms.is_empty() {
            return Some(("« algorithmes » est vide", "écrivez par exemple [RS256]"));
        }
        if self.roles.is_empty() {
            return Some(("« roles » est vide", "dites quel rôle ouvre chaque valeur"));
        }
        if self.name.is_empty() || self.audience.is_empty() {
            return Some((
                "« emetteur » ou « audience » est vide",
                "écrivez-les : ils sont vérifiés",
            ));
        }
        if self.skew > MOST_SKEW {
            return Some(("« tolerance_s » dépasse 300", "réglez les horloges plutôt"));
        }
        if self.keys.contains("://") && !near && !self.keys.starts_with("https://") {
            return Some((
                "« cles » se lit sans chiffrement",
                "écrivez une adresse https, ou un fichier",
            ));
        }
        None
    }
}

/// What a token proves.
#[derive(Clone, Debug)]
pub struct Proved {
    /// Who asks.
    pub caller: Caller,
    /// Its last instant, clocks apart. Unit: seconds since 1970.
    pub until: i64,
}

/// Why a token says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unproved {
    /// It names a key that is not known: it may be new.
    UnknownKey,
    /// It is of the issuer, and its time has passed.
    Expired,
    /// It is of the issuer, for another than us.
    Misdirected,
    /// It is of the issuer, and does not say who asks, or as what.
    Unclear,
    /// It does not hold.
    Refused,
}

/// The tokens of an issuer, and its keys as they were read last.
pub struct Tokens {
    issuer: Issuer,
    keys: RwLock<BTreeMap<String, (Algorithm, DecodingKey)>>,
    asked: Mutex<Option<Instant>>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("issuer", &self.issuer.name).finish_non_exhaustive()
    }
}

/// Why keys cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum NoKeys {
    /// The file.
    #[error("le fichier des clés ne se lit pas : {0}")]
    File(#[from] std::io::Error),
    /// The address.
    #[error("l'adresse des clés ne répond pas : {0}")]
    Address(#[from] ureq::Error),
    /// Not a set of keys.
    #[error("ce ne sont pas des clés (JWKS)")]
    Malformed,
    /// None that may be used.
    #[error("aucune clé n'y convient aux algorithmes de la configuration")]
    None,
}

impl Tokens {
    /// Takes the tokens of an issuer, whose keys are to be read.
    pub fn of(issuer: Issuer) -> Self {
        Self { issuer, keys: RwLock::default(), asked: Mutex::default() }
    }

    /// Reads the keys in place of those that are known, which stay when it fails. It waits for the disk or for the
    /// issuer.
    ///
    /// Errors: [`NoKeys`].
    pub fn read_keys(&self) -> Result<usize, NoKeys> {
        let text = match self.issuer.place() {
            Place::File(path) => std::fs::read(path)?,
            Place::Address(address) => fetched(&address)?,
        };
        let set: JwkSet = serde_json::from_slice(&text).map_err(|_| NoKeys::Malformed)?;
        let keys: BTreeMap<_, _> = set.keys.iter().filter_map(|key| self.usable(key)).collect();
        if keys.is_empty() {
            return Err(NoKeys::None);
        }
        let count = keys.len();
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(count)
    }

    /// Reads the keys again, unless they were a moment ago. Who asks meanwhile waits for what is being read.
    pub fn renew(&self) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.is_some_and(|at| at.elapsed() < PAUSE) {
            return;
        }
        match self.read_keys() {
            Ok(count) => tracing::info!(count, "clés de l'émetteur relues"),
            Err(error) => tracing::error!(%error, "clés de l'émetteur"),
        }
        *asked = Some(Instant::now());
    }

    /// Tells whether its keys are a file, which is read before anybody is served.
    pub fn is_at_hand(&self) -> bool {
        match self.issuer.place() {
            Place::File(_) => true,
            Place::Address(_) => false,
        }
    }

    /// Takes a key that has a name, signs, and is of an algorithm of ours.
    fn usable(&self, key: &Jwk) -> Option<(String, (Algorithm, DecodingKey))> {
        let name = key.common.key_id.clone()?;
        if key.common.public_key_use.as_ref().is_some_and(|it| *it != PublicKeyUse::Signature) {
            return None;
        }
        let said = key.common.key_algorithm.map(|it| format!("{it:?}"));
        let fits = |one: &Signing| {
            let of_kind = match (&key.algorithm, one) {
                (AlgorithmParameters::RSA(rsa), Signing::Rs256 | Signing::Ps256) => {
                    rsa.n.len() >= SHORTEST_MODULUS
                }
                (AlgorithmParameters::EllipticCurve(_), Signing::Es256)
                | (AlgorithmParameters::OctetKeyPair(_), Signing::EdDsa) => true,
                _ => false,
            };
            let algorithm = format!("{:?}", one.algorithm());
            of_kind && said.as_ref().is_none_or(|said| *said == algorithm)
        };
        let algorithm = self.issuer.algorithms.iter().find(|one| fits(one))?.algorithm();
        Some((name, (algorithm, DecodingKey::from_jwk(key).ok()?)))
    }

    /// Proves a token, and says who asks.
    ///
    /// Errors: [`Unproved`].
    pub fn prove(&self, token: &str) -> Result<Proved, Unproved> {
        if token.len() > LONGEST {
            return Err(Unproved::Refused);
        }
        let header = decode_header(token).map_err(|_| Unproved::Refused)?;
        let name = header.kid.ok_or(Unproved::Refused)?;
        let key = self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        let (algorithm, key) = key.ok_or(Unproved::UnknownKey)?;
        let mut wanted = Validation::new(algorithm);
        wanted.leeway = self.issuer.skew;
        wanted.validate_nbf = true;
        wanted.set_issuer(&[&self.issuer.name]);
        wanted.set_audience(&[&self.issuer.audience]);
        wanted.set_required_spec_claims(&["exp", "iss", "aud"]);
        // What is claimed is looked at after the signature alone.
        let read = decode::<Map<String, Value>>(token, &key, &wanted);
        let claims = read.map_err(|error| unproved(error.kind()))?.claims;
        let caller = self.caller(&claims).ok_or(Unproved::Unclear)?;
        let until = claims.get("exp").and_then(instant).ok_or(Unproved::Unclear)?;
        Ok(Proved { caller, until })
    }

    /// Reads who asks in claims; none when they do not say it clearly.
    fn caller(&self, claims: &Map<String, Value>) -> Option<Caller> {
        let Issuer { who, role, roles, siren, communes, .. } = &self.issuer;
        // Named apart from the keys of the configuration, which nobody can pass for.
        let name = format!("oidc:{}", one(claims, who)?);
        let meant: BTreeSet<Role> =
            all(claims, role).iter().filter_map(|value| roles.get(value)).copied().collect();
        let [role] = meant.into_iter().collect::<Vec<_>>().try_into().ok()?;
        let mut caller = Caller { hash: hash_of(&name), ..Caller::new(&name, role, "") };
        match role {
            Role::Rh => {
                let siren = one(claims, siren.as_ref()?)?;
                let is_one = siren.len() == 9 && siren.chars().all(|c| c.is_ascii_digit());
                caller.siren = is_one.then_some(siren);
                caller.siren.as_ref()?;
            }
            Role::Territoire => {
                let written = all(claims, communes.as_ref()?);
                let codes = written.iter().flat_map(|text| text.split_whitespace());
                let codes = codes.map(|code| Communes::try_from(code.to_owned()).ok());
                let codes = codes.collect::<Option<Vec<_>>>()?;
                caller.communes = (!codes.is_empty()).then_some(codes);
                caller.communes.as_ref()?;
            }
            Role::Service | Role::Auteur | Role::Auditeur | Role::Exploitant => {}
        }
        Some(caller)
    }
}

/// Says what is wrong with a token, as far as its bearer may know.
fn unproved(kind: &ErrorKind) -> Unproved {
    match kind {
        ErrorKind::ExpiredSignature => Unproved::Expired,
        ErrorKind::InvalidAudience | ErrorKind::InvalidIssuer => Unproved::Misdirected,
        _ => Unproved::Refused,
    }
}

/// Reads an instant: whole seconds, what is less being dropped.
fn instant(written: &Value) -> Option<i64> {
    written.as_i64().or_else(|| {
        let written = written.as_number()?.to_string();
        written.split('.').next()?.parse().ok()
    })
}

/// Finds a claim by its path: `realm_access.roles`; a claim that has the whole name comes first.
fn claim<'c>(claims: &'c Map<String, Value>, path: &str) -> Option<&'c Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    claim(claims.get(first)?.as_object()?, rest)
}

/// Reads the texts of a claim.
fn all(claims: &Map<String, Value>, path: &str) -> Vec<String> {
    match claim(claims, path) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(values)) => {
            values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {
            Vec::new()
        }
    }
}

/// Reads the one text of a claim.
fn one(claims: &Map<String, Value>, path: &str) -> Option<String> {
    let text = claim(claims, path)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// Asks an address for keys: one answer, of a bounded length, in a bounded time, from there and nowhere else.
fn fetched(address: &str) -> Result<Vec<u8>, NoKeys> {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(true)
        .build();
    let mut answer = ureq::Agent::new_with_config(config).get(address).call()?;
    Ok(answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec()?)
}
