//! Texts that this server gives out and knows again: what they say, signed (HMAC-SHA-256) for one purpose.
//!
//! What is signed for a purpose is nothing for another, under the same key.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The longest text that is signed and read: a cookie holds it, with its name. Unit: bytes.
pub const LONGEST: usize = 3_800;

/// Who signs for one purpose.
#[derive(Clone)]
pub struct Signer {
    key: [u8; 32],
    purpose: &'static str,
}

impl Signer {
    /// Takes the key, and what it signs for. Shape of the purpose: one line.
    pub fn new(key: [u8; 32], purpose: &'static str) -> Self {
        Self { key, purpose }
    }

    /// Writes what is said, with its signature. Shape: two parts that an address takes as they are.
    pub fn sign<T: Serialize>(&self, said: &T) -> String {
        let said = serde_json::to_vec(said).unwrap_or_default();
        let signature = self.mac(&said).finalize().into_bytes();
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        format!("{}.{}", encode(&said), encode(&signature))
    }

    /// Reads what was said; nothing of what this key did not sign for this purpose.
    pub fn read<T: DeserializeOwned>(&self, text: &str) -> Option<T> {
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).ok();
        let (said, signature) = text.split_once('.').filter(|_| text.len() <= LONGEST)?;
        let (said, signature) = (decode(said)?, decode(signature)?);
        // The comparison takes the same time whatever the signature.
        self.mac(&said).verify_slice(&signature).ok()?;
        serde_json::from_slice(&said).ok()
    }

    /// Makes the mark of a text, which only this key makes.
    pub fn mark(&self, of: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.mac(of.as_bytes()).finalize().into_bytes())
    }

    /// Tells whether a mark is that of a text, in the same time whichever it is.
    pub fn is_mark(&self, of: &str, mark: &str) -> bool {
        self.mark(of).as_bytes().ct_eq(mark.as_bytes()).into()
    }

    fn mac(&self, said: &[u8]) -> Hmac<Sha256> {
        // A key is one block of the hash, filled with zeros: the same as a shorter one.
        let block: [u8; 64] = std::array::from_fn(|at| self.key.get(at).copied().unwrap_or(0));
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(self.purpose.as_bytes());
        mac.update(b"\n");
        mac.update(said);
        mac
    }
}

/// Draws a name that nobody guesses.
///
/// Errors: the system gives no random bytes.
pub fn draw_name() -> Result<String, getrandom::Error> {
    let mut name = [0; 12];
    getrandom::fill(&mut name)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(name))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_for_a_purpose_is_read_for_it_alone() {
        let signer = Signer::new([7; 32], "un usage");
        let text = signer.sign(&("a", 1));
        assert_eq!(signer.read::<(String, i64)>(&text), Some(("a".to_owned(), 1)));
        for other in [Signer::new([7; 32], "un autre"), Signer::new([8; 32], "un usage")] {
            assert_eq!(other.read::<(String, i64)>(&text), None);
            assert!(!other.is_mark("a", &signer.mark("a")));
        }
        assert!(signer.is_mark("a", &signer.mark("a")) && !signer.is_mark("b", &signer.mark("a")));
        assert!(!signer.is_mark("a", ""));
    }
}
