//! What a person decides of what rules propose (loi 78-17, art. 47: no decision by score alone).

use crate::entry::{Act, Kind};
use crate::ledger::QuotaRequest;
use crate::read::StoredDecision;
use crate::registry::Registry;
use crate::writer::{RecordError, Recorded, Request};
use std::collections::BTreeMap;

/// What a person decides of one candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intervention {
    /// The candidate's place in the decision.
    pub candidate: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// Who decides: a person's name and office.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What becomes of the points that were set aside.
    pub quotas: Vec<QuotaRequest>,
}

/// What a person decides of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It stands.
    Confirmed,
    /// Another rank is proposed.
    Changed {
        /// Which.
        rank: u32,
    },
    /// It is rejected.
    Rejected,
}

/// Why an intervention is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InterventionError {
    /// A candidate that the decision has not.
    #[error("la décision n'a pas de candidat à cette place")]
    UnknownCandidate,
    /// Nobody, or no reason.
    #[error("une intervention porte le nom de qui décide, et sa raison")]
    Nameless,
    /// It cannot be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Registry {
    /// Records what a person decides. Errors: [`InterventionError`].
    pub async fn intervene(
        &self,
        decision: &StoredDecision,
        intervention: Intervention,
    ) -> Result<Recorded, InterventionError> {
        let candidate = decision.candidates.get(intervention.candidate);
        let candidate = candidate.ok_or(InterventionError::UnknownCandidate)?;
        if intervention.by.trim().is_empty() || intervention.reason.trim().is_empty() {
            return Err(InterventionError::Nameless);
        }
        let mut details = BTreeMap::from([("sujet".to_owned(), candidate.subject.clone())]);
        let verdict = match intervention.verdict {
            Verdict::Confirmed => "confirme",
            Verdict::Changed { rank } => {
                details.insert("rang".to_owned(), rank.to_string());
                "modifie"
            }
            Verdict::Rejected => "rejette",
        };
        details.insert("avis".to_owned(), verdict.to_owned());
        let act = Act::new(&intervention.by, &intervention.reason);
        let act = Act { object: Some(decision.entry.id.clone()), details, ..act };
        Ok(self.ask(Request::Act(Kind::Intervention, act, intervention.quotas)).await?)
    }
}
