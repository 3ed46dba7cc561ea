//! What makes personal values unreadable, provable while they last, and gone when they must be.
//!
//! - The *master key* belongs to the installation and is never in the store.
//! - Each application has a *key* of its own, drawn at random, kept in the store wrapped by the master
//!   key. Its facts and outcomes are sealed under it (XChaCha20-Poly1305), and the salts of its
//!   commitments come from it.
//! - Destroying the wrapped key destroys both: what the log holds of the person is then noise.
//!
//! What is sealed of a candidate is compressed before, since what is sealed no longer can be: a byte
//! [`COMPRESSED`], then Snappy's raw format (google/snappy, `format_description.txt`).
//!
//! Key of a use: `HMAC-SHA256(key, "bareme/<use>/1")`. Salt of a fact in a decision:
//! `HMAC-SHA256(salt key, decision ‖ 0x00 ‖ path)`. Commitment:
//! `SHA-256("bareme/engagement/1" ‖ 0x00 ‖ salt ‖ path ‖ 0x00 ‖ canonical value)`.

use crate::canonical::Digest;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// The length of a nonce. Unit: bytes.
const NONCE: usize = 24;

/// What stands before values that were compressed. Those that were sealed before any was are JSON, and begin
/// with `{`.
const COMPRESSED: u8 = 1;

/// What a key or a sealed value has that is wrong. Never says what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The system gave no random bytes.
    #[error("le système ne donne pas d'aléa")]
    NoRandomness,
    /// A key that is not of 32 bytes in base64.
    #[error("clé illisible : 32 octets en base64 attendus")]
    BadKey,
    /// A sealed value that this key does not open, or that was changed.
    #[error("scellé illisible : autre clé, ou contenu modifié")]
    Broken,
}

/// A secret key.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Draws a key. Errors: [`SealError::NoRandomness`].
    pub fn generate() -> Result<Self, SealError> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    /// Reads a key as it is written in a file or the environment. Errors: [`SealError::BadKey`].
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let bytes = BASE64_STANDARD.decode(text.trim()).map_err(|_| SealError::BadKey)?;
        Self::from_bytes(&Zeroizing::new(bytes))
    }

    /// Writes it, for a file that only its owner reads.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_STANDARD.encode(self.0.as_slice()))
    }

    /// Returns its bytes, for another use than sealing.
    pub fn bytes(&self) -> [u8; 32] {
        *self.0
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let bytes = bytes.try_into().map_err(|_| SealError::BadKey)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// Derives the key of one use.
    fn of_use(&self, label: &[u8]) -> Self {
        Self(Zeroizing::new(keyed(&self.0, &[label]).0))
    }

    fn seal(&self, bound_to: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE] = random()?;
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        let payload = Payload { msg: plain, aad: bound_to };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload);
        Ok([&nonce[..], &sealed.map_err(|_| SealError::Broken)?].concat())
    }

    fn open(&self, bound_to: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(SealError::Broken)?;
        let cipher = XChaCha20Poly1305::new((&*self.0).into());
        let payload = Payload { msg: sealed, aad: bound_to };
        let plain = cipher.decrypt(&XNonce::from(*nonce), payload);
        plain.map(Zeroizing::new).map_err(|_| SealError::Broken)
    }
}

/// The installation's key, with what it is used for.
#[derive(Clone)]
pub struct MasterKey {
    tags: Key,
    wraps: Key,
}

impl MasterKey {
    /// Makes the uses of a key.
    pub fn new(key: &Key) -> Self {
        Self { tags: key.of_use(b"bareme/etiquettes/1"), wraps: key.of_use(b"bareme/cles/1") }
    }

    /// Computes the tag by which an application is found, or a request: without this key, nobody
    /// tells whose or which it is.
    pub fn tag(&self, of: impl AsRef<[u8]>) -> Digest {
        keyed(&self.tags.0, &[of.as_ref()])
    }

    /// Wraps an application's key for the store. Errors: [`SealError::NoRandomness`].
    pub fn wrap(&self, subject: &str, key: &ApplicationKey) -> Result<Vec<u8>, SealError> {
        self.wraps.seal(subject.as_bytes(), key.root.0.as_slice())
    }

    /// Unwraps an application's key. Errors: [`SealError::Broken`].
    pub fn unwrap(&self, subject: &str, wrapped: &[u8]) -> Result<ApplicationKey, SealError> {
        let key = Key::from_bytes(&self.wraps.open(subject.as_bytes(), wrapped)?)?;
        Ok(ApplicationKey::new(key))
    }
}

/// The key of one application, with what it is used for.
#[derive(Clone)]
pub struct ApplicationKey {
    root: Key,
    seals: Key,
    /// Made when it is asked for: who reads values needs none.
    salts: OnceLock<Key>,
}

impl ApplicationKey {
    /// Draws a key. Errors: [`SealError::NoRandomness`].
    pub fn generate() -> Result<Self, SealError> {
        Key::generate().map(Self::new)
    }

    fn new(root: Key) -> Self {
        let seals = root.of_use(b"bareme/sceaux/1");
        Self { root, seals, salts: OnceLock::new() }
    }

    /// Seals what is known of a candidate, bound to its place in a decision.
    ///
    /// Errors: [`SealError::NoRandomness`].
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.seals.seal(place.as_bytes(), &compressed(plain)?)
    }

    /// Opens it. Errors: [`SealError::Broken`].
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let plain = self.seals.open(place.as_bytes(), sealed)?;
        match plain.split_first() {
            Some((&COMPRESSED, compressed)) => uncompressed(compressed),
            Some(_) | None => Ok(plain),
        }
    }

    /// Computes the salt of one fact in one decision.
    pub fn salt(&self, decision: &str, path: &str) -> Digest {
        let salts = self.salts.get_or_init(|| self.root.of_use(b"bareme/sels/1"));
        keyed(&salts.0, &[decision.as_bytes(), &[0], path.as_bytes()])
    }

    /// Commits to one fact in one decision.
    pub fn commitment(&self, decision: &str, path: &str, value: &[u8]) -> Digest {
        commitment(&self.salt(decision, path), path, value)
    }
}

/// Commits to a value under a salt: nothing is learnt of the value without the salt, and no other
/// value has the same.
pub fn commitment(salt: &Digest, path: &str, value: &[u8]) -> Digest {
    Digest::of(&[b"bareme/engagement/1\0", &salt.0, path.as_bytes(), &[0], value])
}

fn compressed(plain: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let room = snap::raw::max_compress_len(plain.len());
    let mut written = Zeroizing::new(vec![COMPRESSED; 1 + room]);
    let (_, after) = written.split_at_mut(1);
    let length = snap::raw::Encoder::new().compress(plain, after).map_err(|_| SealError::Broken)?;
    written.truncate(1 + length);
    Ok(written)
}

fn uncompressed(compressed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let length = snap::raw::decompress_len(compressed).map_err(|_| SealError::Broken)?;
    let mut plain = Zeroizing::new(vec![0; length]);
    let read = snap::raw::Decoder::new().decompress(compressed, &mut plain);
    read.map(|_| plain).map_err(|_| SealError::Broken)
}

fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> Digest {
    // HMAC fills a key up to a block of 64 bytes with zeros (RFC 2104 §2).
    let block: [u8; 64] = std::array::from_fn(|at| key.get(at).copied().unwrap_or_default());
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    Digest(mac.finalize().into_bytes().into())
}

fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_at_its_place_only() {
        let key = ApplicationKey::generate().unwrap();
        let sealed = key.seal("d1/0", b"des faits").unwrap();
        assert_eq!(key.open("d1/0", &sealed).unwrap().as_slice(), b"des faits");
        assert_eq!(key.open("d1/1", &sealed).unwrap_err(), SealError::Broken);
        let other = ApplicationKey::generate().unwrap();
        assert_eq!(other.open("d1/0", &sealed).unwrap_err(), SealError::Broken);
    }

    #[test]
    fn what_is_sealed_is_compressed_and_what_was_sealed_as_it_is_still_opens() {
        let key = ApplicationKey::generate().unwrap();
        let plain = br#"{"emploi":"cdi","statut":"cdi"}"#.repeat(50);
        let sealed = key.seal("d", &plain).unwrap();
        assert!(sealed.len() < plain.len() / 5, "{} of {}", sealed.len(), plain.len());
        assert_eq!(*key.open("d", &sealed).unwrap(), plain);
        let before = key.seals.seal(b"d", &plain).unwrap();
        assert_eq!(*key.open("d", &before).unwrap(), plain);
    }

    #[test]
    fn values_that_are_said_to_be_compressed_and_are_not_do_not_open() {
        let key = ApplicationKey::generate().unwrap();
        for plain in [&[COMPRESSED][..], &[COMPRESSED, 200, 200, 200, 200, 200, 200], b"\x01{}"] {
            let sealed = key.seals.seal(b"d", plain).unwrap();
            assert_eq!(key.open("d", &sealed).unwrap_err(), SealError::Broken, "{plain:?}");
        }
    }

    #[test]
    fn each_bit_of_a_sealed_value_matters() {
        let key = ApplicationKey::generate().unwrap();
        let sealed = key.seal("d", b"x").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open("d", &changed).unwrap_err(), SealError::Broken, "octet {at}");
        }
        assert_eq!(key.open("d", &sealed[..NONCE - 1]).unwrap_err(), SealError::Broken);
    }

    #[test]
    fn an_application_key_comes_back_by_the_master_key_and_its_subject() {
        let master = MasterKey::new(&Key::generate().unwrap());
        let key = ApplicationKey::generate().unwrap();
        let wrapped = master.wrap("s1", &key).unwrap();
        let back = master.unwrap("s1", &wrapped).unwrap();
        assert_eq!(back.salt("d", "a.b"), key.salt("d", "a.b"));
        assert_eq!(master.unwrap("s2", &wrapped).err(), Some(SealError::Broken));
        let other = MasterKey::new(&Key::generate().unwrap());
        assert_eq!(other.unwrap("s1", &wrapped).err(), Some(SealError::Broken));
        assert_ne!(other.tag("A1"), master.tag("A1"), "a tag says nothing without the master key");
    }

    #[test]
    fn commitments_differ_by_decision_path_and_value() {
        let key = ApplicationKey::generate().unwrap();
        let one = key.commitment("d1", "a.b", b"1");
        assert_eq!(one, key.commitment("d1", "a.b", b"1"));
        for other in [
            key.commitment("d2", "a.b", b"1"),
            key.commitment("d1", "a.c", b"1"),
            key.commitment("d1", "a.b", b"2"),
            ApplicationKey::generate().unwrap().commitment("d1", "a.b", b"1"),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn a_key_is_written_and_read_back_and_nothing_else_is_read() {
        let key = Key::generate().unwrap();
        assert_eq!(*Key::parse(&key.to_text()).unwrap().0, *key.0);
        for text in ["", "AAAA", "pas une clé"] {
            assert_eq!(Key::parse(text).err(), Some(SealError::BadKey), "{text}");
        }
    }
}
