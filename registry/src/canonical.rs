//! The one way a record is written as bytes: JSON without spaces, keys in order, exact numbers as
//! texts.
//!
//! Invariant: what [`canonical`] writes is what RFC 8785 says of the same value. The types of this
//! crate declare their fields in the order of their keys, maps are B-trees, and no number but counts
//! and ranks is a JSON number; a test compares each with an implementation of the RFC.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Writes a record's canonical bytes.
///
/// Writing to memory fails only for keys that are no texts, which no record has; the bytes would
/// then be empty, and no check of theirs would hold.
pub fn canonical<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// Writes the same once, to be put into records as it is.
pub(crate) fn raw<T: Serialize + ?Sized>(value: &T) -> Box<RawValue> {
    to_raw_value(value).unwrap_or_default()
}

/// A SHA-256 hash or a salted commitment. Shape: 32 bytes, base64 (RFC 4648 §4) in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Hashes bytes, one part after the other.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// Reads it back; none when it is not of that shape.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_STANDARD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// Reads bytes; none when they are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("32 octets en base64 attendus"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_written_in_base64_and_read_back() {
        let digest = Digest::of(&[b"a", b"b"]);
        assert_eq!(digest, Digest::of(&[b"ab"]));
        assert_eq!(digest.to_string(), "+44g/C5MPySMYMOb1lLzwTRymLuXe4tNWQO4UFViBgM=");
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
        let json = String::from_utf8(canonical(&digest)).unwrap();
        assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digest);
    }

    #[test]
    fn what_is_no_digest_is_refused() {
        for text in ["", "AAAA", "pas du base64 !", &"A".repeat(43)] {
            assert_eq!(Digest::parse(text), None, "{text}");
        }
        assert!(serde_json::from_str::<Digest>("12").is_err());
        assert_eq!(Digest::from_bytes(&[0; 31]), None);
    }
}
