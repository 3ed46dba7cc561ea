//! The explanation of a candidate whom somebody asks about: the evaluation, its trace, and for those who
//! may see it what could change.

use crate::changes::{self, Limits};
use crate::explain::Evaluation;
use crate::explanation::{Explanation, View};
use crate::since::Side;
use crate::views::without_sensitive;
use engine::{Date, Evaluator, PoolOutcome};

/// Why a candidate is not explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unexplained {
    /// Nobody has that identifier.
    NoSuchCandidate,
    /// No ranking is in force on that day.
    NoRanking(Date),
}

impl Side<'_> {
    /// Explains a candidate to those who may see a view; what a view leaves out is still there, since
    /// more may be added before it is reduced. What a territory may not know goes into no computation.
    ///
    /// Errors: [`Unexplained`].
    pub fn explain(&self, id: &str, view: View) -> Result<Explanation, Unexplained> {
        let index = self.index_of(id).ok_or(Unexplained::NoSuchCandidate)?;
        self.explain_at(index, view).map(|(explanation, _)| explanation)
    }

    /// Explains the candidate at a place of the pool. Shape: the outcome beside, which it is made from.
    ///
    /// Errors: [`Unexplained`].
    pub fn explain_at(
        &self,
        index: usize,
        view: View,
    ) -> Result<(Explanation, PoolOutcome), Unexplained> {
        match view {
            View::Applicant | View::Auditor | View::Employer => self.explained_at(index, view),
            View::Territory => {
                let pool = without_sensitive(self.pool, &self.program().schema);
                let known = Side { pool: &pool, ..*self };
                let (explanation, outcome) = known.explained_at(index, view)?;
                Ok((Explanation { without_sensitive: true, ..explanation }, outcome))
            }
        }
    }

    fn explained_at(
        &self,
        index: usize,
        view: View,
    ) -> Result<(Explanation, PoolOutcome), Unexplained> {
        let traced = Evaluator::new(self.program(), self.scripts).rank_traced(self.pool, index);
        let (outcome, trace) = traced.ok_or(Unexplained::NoRanking(self.pool.date))?;
        let own = outcome.candidates.iter().find(|candidate| candidate.index == index);
        let own = own.ok_or(Unexplained::NoSuchCandidate)?;
        let Self { rules, recueil, pool, .. } = *self;
        let explanation =
            Evaluation { rules, recueil, pool, outcome: &outcome }.explain(own, &trace);
        let changes = if view.is_whole() {
            let limits = Limits::default();
            changes::find(self.program(), self.scripts, pool, index, &limits)
        } else {
            None
        };
        let explanation = match changes {
            Some(changes) => explanation.with_changes(changes),
            None => explanation,
        };
        Ok((explanation, outcome))
    }
}
