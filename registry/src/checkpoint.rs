//! Signed statements of what the log holds: C2SP checkpoints in C2SP signed notes (Ed25519).
//!
//! A checkpoint names the log (its origin), its size and its root. Whoever keeps one can later tell a
//! log that goes on from one that was cut, rewritten or replaced. A witness who keeps them adds a
//! signature of its own to the same note.

use crate::canonical::Digest;
use crate::tree::Head;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::SigningKey;
use signed_note::{
    Note, Signer, StandardSigner, StandardVerifier, Verifier, VerifierList, key_id,
    new_ed25519_verifier_key,
};
use tlog_tiles::Checkpoint;
use tlog_tiles::tlog::Hash;
use zeroize::Zeroizing;

/// The signature algorithm's number in a key (C2SP signed-note).
const ED25519: u8 = 1;

/// What a key or a checkpoint has that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// A signing or verifying key that cannot be read.
    #[error("clé de signature illisible")]
    BadKey,
    /// A note that is none.
    #[error("point de contrôle illisible")]
    Malformed,
    /// A note that does not bear the signature of a known key, or bears it under another text.
    #[error("point de contrôle que cette clé n'a pas signé")]
    Unsigned,
    /// A note of another log.
    #[error("point de contrôle d'un autre journal")]
    OtherLog,
}

/// Who signs the checkpoints of a log, or sees them as a witness.
#[derive(Clone)]
pub struct LogKey {
    signer: StandardSigner,
    secret: Zeroizing<String>,
    public: PublicKey,
}

impl LogKey {
    /// Draws a key under a name: the log's origin, or the witness's name.
    ///
    /// Errors: [`NoteError::BadKey`] for a name that no key can bear: empty, or with a space or a plus.
    pub fn generate(name: &str) -> Result<Self, NoteError> {
        let mut seed = Zeroizing::new([0_u8; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(|_| NoteError::BadKey)?;
        let public = SigningKey::from_bytes(&seed).verifying_key();
        let id = key_id(name, &[&[ED25519][..], public.as_bytes()].concat());
        let encoded = Zeroizing::new([&[ED25519][..], &seed[..]].concat());
        let encoded = Zeroizing::new(BASE64_STANDARD.encode(&*encoded));
        Self::parse(&Zeroizing::new(format!("PRIVATE+KEY+{name}+{id:08x}+{}", *encoded)))
    }

    /// Reads a secret key as [`LogKey::secret`] writes it. Errors: [`NoteError::BadKey`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let secret = Zeroizing::new(text.trim().to_owned());
        let signer = StandardSigner::new(&secret).map_err(|_| NoteError::BadKey)?;
        // A key in base64 may hold « + » itself: the fifth part is all that is left.
        let encoded = secret.splitn(5, '+').nth(4).ok_or(NoteError::BadKey)?;
        let decoded =
            Zeroizing::new(BASE64_STANDARD.decode(encoded).map_err(|_| NoteError::BadKey)?);
        let seed = decoded.get(1..).and_then(|seed| <&[u8; 32]>::try_from(seed).ok());
        let public = SigningKey::from_bytes(seed.ok_or(NoteError::BadKey)?).verifying_key();
        let public = PublicKey::parse(&new_ed25519_verifier_key(signer.name(), &public))?;
        Ok(Self { signer, secret, public })
    }

    /// Returns the secret key, for a file that only its owner reads.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Returns the public key, to give.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs what a log of this name holds.
    pub fn sign(&self, head: Head) -> Result<String, NoteError> {
        let root = Hash(head.root.0);
        let body = Checkpoint::new(self.public.name(), head.size, root, "");
        let body = body.map_err(|_| NoteError::Malformed)?;
        let note = Note::new(&body.to_bytes(), &[]).map_err(|_| NoteError::Malformed)?;
        self.add_to(note)
    }

    /// Adds this key's signature to a note that was signed by others.
    ///
    /// Errors: [`NoteError::Malformed`].
    pub fn cosign(&self, note: &str) -> Result<String, NoteError> {
        self.add_to(Note::from_bytes(note.as_bytes()).map_err(|_| NoteError::Malformed)?)
    }

    fn add_to(&self, mut note: Note) -> Result<String, NoteError> {
        note.add_sigs(&[&self.signer]).map_err(|_| NoteError::Malformed)?;
        String::from_utf8(note.to_bytes()).map_err(|_| NoteError::Malformed)
    }
}

/// The public key of a log or a witness. Shape: `nom+empreinte+clé` (C2SP signed-note).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    text: String,
}

impl PublicKey {
    /// Reads a public key. Errors: [`NoteError::BadKey`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let text = text.trim().to_owned();
        let verifier = StandardVerifier::new(&text).map_err(|_| NoteError::BadKey)?;
        Ok(Self { name: verifier.name().to_owned(), text })
    }

    /// Returns the name that it signs under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Opens a checkpoint of the log of this key: its signature, its origin, then what it says.
    ///
    /// Errors: [`NoteError::Malformed`], [`NoteError::Unsigned`], [`NoteError::OtherLog`].
    pub fn open(&self, note: &str) -> Result<Head, NoteError> {
        let opened = Note::from_bytes(note.as_bytes()).map_err(|_| NoteError::Malformed)?;
        self.check(&opened)?;
        let body = Checkpoint::from_bytes(opened.text()).map_err(|_| NoteError::Malformed)?;
        if body.origin() != self.name {
            return Err(NoteError::OtherLog);
        }
        Ok(Head { size: body.size(), root: Digest(body.hash().0) })
    }

    /// Tells whether a note bears this key's signature: that of a witness, over any log.
    ///
    /// Errors: [`NoteError::Malformed`], [`NoteError::Unsigned`].
    pub fn has_signed(&self, note: &str) -> Result<(), NoteError> {
        self.check(&Note::from_bytes(note.as_bytes()).map_err(|_| NoteError::Malformed)?)
    }

    fn check(&self, note: &Note) -> Result<(), NoteError> {
        let verifier = StandardVerifier::new(&self.text).map_err(|_| NoteError::BadKey)?;
        let known: Vec<Box<dyn Verifier>> = vec![Box::new(verifier)];
        note.verify(&VerifierList::new(known)).map_err(|_| NoteError::Unsigned)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(size: u64) -> Head {
        Head { size, root: Digest::of(&[b"racine"]) }
    }

    #[test]
    fn a_checkpoint_is_signed_and_opened() {
        let key = LogKey::generate("bareme.exemple/registre").unwrap();
        let note = key.sign(head(42)).unwrap();
        let lines: Vec<&str> = note.lines().collect();
        assert_eq!(lines[..2], ["bareme.exemple/registre", "42"]);
        assert_eq!(lines[3], "");
        assert!(lines[4].starts_with("— bareme.exemple/registre "));
        assert_eq!(key.public().open(&note), Ok(head(42)));
    }

    #[test]
    fn keys_are_written_and_read_back() {
        for _ in 0..50 {
            let key = LogKey::generate("journal").unwrap();
            let back = LogKey::parse(key.secret()).unwrap();
            assert_eq!(back.public(), key.public());
            assert_eq!(PublicKey::parse(key.public().text()).as_ref(), Ok(key.public()));
        }
    }

    #[test]
    fn a_changed_checkpoint_is_refused() {
        let key = LogKey::generate("journal").unwrap();
        let note = key.sign(head(42)).unwrap();
        assert_eq!(key.public().open(&note.replace("42", "41")), Err(NoteError::Unsigned));
        assert_eq!(key.public().open("rien"), Err(NoteError::Malformed));
        assert_eq!(key.public().open(&note.replace('—', "-")), Err(NoteError::Malformed));
    }

    #[test]
    fn another_logs_key_is_refused() {
        let (ours, theirs) = (LogKey::generate("a").unwrap(), LogKey::generate("b").unwrap());
        let note = theirs.sign(head(1)).unwrap();
        assert_eq!(ours.public().open(&note), Err(NoteError::Unsigned));
        let both = ours.cosign(&note).unwrap();
        assert_eq!(ours.public().open(&both), Err(NoteError::OtherLog), "a witness is not the log");
        assert_eq!(ours.public().has_signed(&both), Ok(()));
        assert_eq!(theirs.public().open(&both), Ok(head(1)));
    }

    #[test]
    fn a_name_that_a_note_cannot_hold_makes_no_key() {
        for name in ["", "a b", "a+b"] {
            assert_eq!(LogKey::generate(name).err(), Some(NoteError::BadKey), "{name}");
        }
    }
}
