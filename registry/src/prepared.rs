//! A decision made ready to be written, where it was made: all that takes time and not the store. Facts are then
//! bytes that are wiped, and few: many decisions wait at once.

use crate::applications::{Application, Applications, new_id};
use crate::canonical::Digest;
use crate::draft::{self, Draft, Plain, Written};
use crate::ledger::{QuotaMove, QuotaRequest};
use crate::seal::{MasterKey, SealError};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A decision that is sealed under the keys that its applications are thought to have.
pub(crate) struct Prepared {
    /// Its identifier.
    pub id: String,
    /// The date of evaluation, ISO.
    pub day: String,
    /// The recueil's hash.
    pub recueil: String,
    /// The offer's identifier.
    pub offer: Option<String>,
    /// What it asks of quotas.
    pub quotas: Vec<QuotaRequest>,
    /// The tag of the request's key, and that of what is asked under it.
    pub request: Option<(Digest, Digest)>,
    /// The tags of its candidates.
    pub tags: Vec<Digest>,
    /// Their applications.
    pub applications: Vec<Application>,
    /// What is sealed of them.
    plain: Vec<Plain>,
    /// Their records.
    pub written: Vec<Written>,
    /// What the log says of it, unless it moves quotas.
    content: Box<RawValue>,
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
        let (written, plain) = draft.seal(&id, &applications)?;
        let content = draft.content(request.map(|(key, _)| key), &written);
        let Draft { context, date: day, quotas, .. } = draft;
        let (recueil, offer) = (context.recueil, context.offer);
        Ok(Self {
            id,
            day,
            recueil,
            offer,
            quotas,
            request,
            tags,
            applications,
            plain,
            written,
            content,
        })
    }

    /// Seals it again, under the keys that its applications have.
    pub fn again(&self, applications: &[Application]) -> Result<Vec<Written>, SealError> {
        let placed = self.written.iter().zip(&self.plain).zip(applications).enumerate();
        placed
            .map(|(place, (it, application))| draft::seal_again(&self.id, place, it, application))
            .collect()
    }

    /// Says in the log what was sealed and what quotas became; as it was made ready where it can be.
    #[expect(clippy::ptr_arg, reason = "what is borrowed is as it was made ready")]
    pub fn content(
        &self,
        written: &Cow<'_, [Written]>,
        quotas: Vec<QuotaMove>,
    ) -> Result<Cow<'_, RawValue>, SealError> {
        match written {
            Cow::Borrowed(_) if quotas.is_empty() => Ok(Cow::Borrowed(&self.content)),
            Cow::Borrowed(_) | Cow::Owned(_) => {
                draft::content_again(&self.content, quotas, written).map(Cow::Owned)
            }
        }
    }
}
