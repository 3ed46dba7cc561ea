//! Witnesses: whoever keeps checkpoints, sees that each log goes on from the last, and signs that.
//!
//! A witness needs no access to the store: it is shown a checkpoint and the proof that it continues the
//! one that it kept. Its signature joins the log's on the note.

use crate::canonical::Digest;
use crate::checkpoint::{LogKey, NoteError, PublicKey};
use crate::registry::{Registry, RegistryError};
use crate::store::signed;
use crate::tree::{Head, TreeError, check_consistency};

/// Why a witness does not sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
    /// A checkpoint that is not the log's.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The log does not go on from what the witness has seen.
    #[error("le journal ne continue pas celui que le témoin a vu à {0} entrées")]
    NotContinued(u64),
}

/// Signs a checkpoint, after the proof that it continues the last one seen; the first is taken as it
/// comes.
pub fn cosign(
    witness: &LogKey,
    log: &PublicKey,
    last: Option<&str>,
    new: &str,
    proof: &[Digest],
) -> Result<String, WitnessError> {
    let head = log.open(new)?;
    if let Some(last) = last {
        let last = log.open(last)?;
        continues(last, head, proof).map_err(|_| WitnessError::NotContinued(last.size))?;
    }
    Ok(witness.cosign(new)?)
}

fn continues(last: Head, new: Head, proof: &[Digest]) -> Result<(), TreeError> {
    if last == new { Ok(()) } else { check_consistency(proof, last, new) }
}

impl Registry {
    /// Keeps a checkpoint that witnesses have signed, in the place of the one it was made from.
    ///
    /// Errors: [`RegistryError::Note`] for one that the log has not signed, [`RegistryError::Unknown`]
    /// for one that it does not keep.
    pub async fn keep_cosigned(&self, note: &str) -> Result<(), RegistryError> {
        let head = self.public.open(note)?;
        let kept = self.checkpoint_at(head.size).await?;
        if self.public.open(&kept)? != head {
            return Err(RegistryError::Broken);
        }
        let sql = "UPDATE checkpoints SET note = $1 WHERE size = $2";
        let query = sqlx::query(sql).bind(note.to_owned()).bind(signed(head.size));
        query.execute(self.store.pool()).await?;
        Ok(())
    }
}
