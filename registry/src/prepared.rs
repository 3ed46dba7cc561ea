//! A decision made ready to be written, where it was made: all that takes time and not the store.

use crate::applications::{Application, Applications, new_id};
use crate::canonical::Digest;
use crate::draft::{self, Draft, Written};
use crate::ledger::QuotaMove;
use crate::seal::{MasterKey, SealError};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A decision that is sealed under the keys that its applications are thought to have.
pub(crate) struct Prepared {
    pub draft: Draft,
    /// Its identifier.
    pub id: String,
    /// The tag of the request's key, and that of what is asked under it.
    pub request: Option<(Digest, Digest)>,
    /// The tags of its candidates.
    pub tags: Vec<Digest>,
    /// Their applications.
    pub applications: Vec<Application>,
    /// Their records.
    pub written: Vec<Written>,
    /// What the log says of it, unless it moves quotas.
    pub content: Box<RawValue>,
}

impl Prepared {
    /// Seals a decision.
    pub fn new(
        draft: Draft,
        master: &MasterKey,
        applications: &Applications,
    ) -> Result<Self, SealError> {
        let key = draft.context.key.as_deref().map(|key| master.tag(key));
        let request = key.map(|key| (key, master.tag(draft.asked())));
        let tags = draft.candidates.iter().map(|candidate| master.tag(&candidate.application));
        let tags: Vec<Digest> = tags.collect();
        let found = tags.iter().map(|tag| applications.find(master, tag));
        let applications = found.collect::<Result<Vec<_>, _>>()?;
        let id = new_id();
        let written = draft::seal(&id, &draft.candidates, &applications)?;
        let content = draft::content(&draft, request.map(|(key, _)| key), Vec::new(), &written);
        Ok(Self { draft, id, request, tags, applications, written, content })
    }

    /// Seals it again, under the keys that its applications have.
    pub fn again(&self, applications: &[Application]) -> Result<Vec<Written>, SealError> {
        draft::seal(&self.id, &self.draft.candidates, applications)
    }

    /// Says in the log what was sealed and what quotas became; as it was made ready where it can be.
    #[expect(clippy::ptr_arg, reason = "what is borrowed is as it was made ready")]
    pub fn content(
        &self,
        written: &Cow<'_, [Written]>,
        quotas: Vec<QuotaMove>,
    ) -> Cow<'_, RawValue> {
        match written {
            Cow::Borrowed(_) if quotas.is_empty() => Cow::Borrowed(&self.content),
            Cow::Borrowed(_) | Cow::Owned(_) => {
                let key = self.request.map(|(key, _)| key);
                Cow::Owned(draft::content(&self.draft, key, quotas, written))
            }
        }
    }
}
