//! A tranche: one line, granted once as soon as one sub-criterion holds.

use super::{Cause, Draft, Sheet, condition};
use crate::scalar::Run;
use crate::{LineState, MotifCode, Tranche, Truth};

/// Decides a tranche: any true, else any pending, else any unknown, else none.
pub(super) fn tranche(run: &mut Run<'_>, tranche: &Tranche, sheet: Sheet<'_>) -> Draft {
    if tranche.criteria.is_empty() {
        return Draft::not_obtained(MotifCode::SlotUnfilled);
    }
    let (mut pending, mut unknown) = (false, None);
    for criterion in &tranche.criteria {
        match condition(run, criterion, sheet) {
            (Truth::Yes, cause) => {
                return Draft { state: LineState::Obtained, points: tranche.points, cause };
            }
            (Truth::No, _) => {}
            (Truth::Unknown, Cause::Unknown(reason)) => {
                unknown = Some(match unknown {
                    Some(before) => run.reasons.both(before, reason),
                    None => reason,
                });
            }
            (Truth::Unknown, Cause::Plain(_) | Cause::Clipped(..)) => pending = true,
        }
    }
    match (pending, unknown) {
        (true, _) => Draft::pending(MotifCode::ProofAwaited),
        (false, Some(reason)) => Draft::not_evaluable(reason),
        (false, None) => Draft::not_obtained(MotifCode::ConditionFalse),
    }
}
