//! Every decision recorded, provable, replayable, erasable.
//!
//! A record is committed with its entry in the log before anybody is answered. The log is a Merkle
//! tree whose checkpoints are signed; personal values are sealed by application and go when its key
//! goes, while the log stays whole.

mod among;
mod applications;
mod canonical;
mod days;
mod draft;
mod ended;
mod intervention;
mod log;
mod news;
mod prepared;
mod read;
mod registry;
mod replay;
mod retention;
mod rule_drafts;
mod state;
mod store;
mod transfer;
mod witness;
mod writer;

pub mod checkpoint;
pub mod entry;
pub mod facts;
pub mod ledger;
pub mod outcome;
pub mod receipt;
pub mod seal;
pub mod tree;
pub mod verify;

pub use among::{Cursor, Filter, Listed, Page};
pub use canonical::{Digest, canonical};
pub use days::Days;
pub use draft::{Context, Draft, DraftError, Given, GivenCandidate, Sealed};
pub use intervention::{Intervention, InterventionError, Verdict};
pub use news::News;
pub use read::{InclusionProof, StoredCandidate, StoredDecision, StoredEntry, Unsealed, Values};
pub use registry::{Access, Registry, RegistryError, Settings, machine_clock};
pub use replay::{
    Beside, Difference, Known, LineChange, Lost, Replay, ReplayError, Rules, Standing, moved,
};
pub use retention::{PurgeError, Purged, Retention, RetentionRule, Since};
pub use rule_drafts::{DraftName, MOST_DRAFTS, RuleDraft};
pub use state::State;
pub use store::StoreError;
pub use transfer::TransferError;
pub use witness::{WitnessError, cosign};
pub use writer::{After, Clock, RecordError, Recorded, Whose};
