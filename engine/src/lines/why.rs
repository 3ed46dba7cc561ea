//! Why lines and conditions are as they are: codes, facts, errors; sentences are made elsewhere.

use super::{Cause, Line, Sheet, awaited, condition};
use crate::reason::{Reason, ReasonId};
use crate::scalar::Run;
use crate::{
    AssessedCondition, Criterion, FactRef, LineState, MotifCode, Subject, Tranche, Truth, Why,
};

/// Decides a condition, and says why.
pub(crate) fn condition_why<'p>(
    run: &mut Run<'_>,
    criterion: &'p Criterion,
    sheet: Sheet<'_>,
) -> AssessedCondition<'p> {
    let (truth, cause) = condition(run, criterion, sheet);
    AssessedCondition { criterion, truth, why: why_of(run, cause, &[criterion], sheet) }
}

/// Says why a drafted line is as it is, with the sub-criteria of a tranche.
pub(crate) fn line_why<'p>(
    run: &mut Run<'_>,
    line: &Line<'p>,
    sheet: Sheet<'_>,
) -> (Why, Vec<AssessedCondition<'p>>) {
    let cause = line.draft.cause;
    match line.subject {
        Subject::Criterion(criterion) => (why_of(run, cause, &[criterion], sheet), Vec::new()),
        Subject::Tranche(tranche) => tranche_why(run, tranche, line, sheet),
        Subject::FamilyClip(_) | Subject::GridClip => (why(run, cause), Vec::new()),
    }
}

fn tranche_why<'p>(
    run: &mut Run<'_>,
    tranche: &'p Tranche,
    line: &Line<'_>,
    sheet: Sheet<'_>,
) -> (Why, Vec<AssessedCondition<'p>>) {
    let conditions = tranche.criteria.iter();
    let conditions: Vec<_> = conditions.map(|one| condition_why(run, one, sheet)).collect();
    if line.draft.state == LineState::Obtained
        && let Some(held) = conditions.iter().find(|one| one.truth == Truth::Yes)
    {
        return (held.why.clone(), conditions);
    }
    let waiting = conditions.iter().filter(|one| one.why.code == MotifCode::ProofAwaited);
    let waiting: Vec<_> = waiting.map(|one| one.criterion).collect();
    (why_of(run, line.draft.cause, &waiting, sheet), conditions)
}

/// Says why, naming the proofs that some criteria wait for.
fn why_of(run: &Run<'_>, cause: Cause, criteria: &[&Criterion], sheet: Sheet<'_>) -> Why {
    match cause {
        Cause::Plain(MotifCode::ProofAwaited) => {
            let mut facts: Vec<FactRef> =
                criteria.iter().flat_map(|one| awaited(run.program, one, sheet.case)).collect();
            facts.sort_unstable();
            facts.dedup();
            Why { facts, ..Why::plain(MotifCode::ProofAwaited) }
        }
        Cause::Plain(_) | Cause::Unknown(_) | Cause::Clipped(..) => why(run, cause),
    }
}

/// Says why, from the cause alone.
pub(crate) fn why(run: &Run<'_>, cause: Cause) -> Why {
    match cause {
        Cause::Plain(code) => Why::plain(code),
        Cause::Clipped(code, raw) => Why { raw: Some(raw), ..Why::plain(code) },
        Cause::Unknown(id) => unknown(run, id),
    }
}

/// Says the most telling of the reasons: the first in the order of [`Reason`].
fn unknown(run: &Run<'_>, id: ReasonId) -> Why {
    let reasons = run.reasons.list(id);
    let Some(first) = most_telling(&reasons) else { return Why::plain(MotifCode::NotRanked) };
    let code = first.code();
    let same = reasons.iter().filter(|reason| reason.code() == code);
    let facts = same.filter_map(|reason| reason.fact()).collect();
    Why { facts, error: first.error(), ..Why::plain(code) }
}

/// Orders reasons by what an applicant can act on: missing, withheld, not shared, then failures, a
/// parameter without a value, and not being ranked.
pub(super) fn most_telling(reasons: &[Reason]) -> Option<Reason> {
    reasons.iter().copied().min()
}
