//! One criterion: its condition, what it gives, its bounds and its proofs.

use super::{Cause, Draft, Sheet, failure, unmet};
use crate::reason::ReasonId;
use crate::scalar::Run;
use crate::{Criterion, Exact, LineState, MotifCode, Truth};

/// Whether a criterion's conditions let it speak; proofs apart.
enum Opening {
    Open,
    Closed(MotifCode),
    Unknown(ReasonId),
}

/// A false condition wins over an unknown exception, a true exception over an unknown condition.
fn opening(run: &mut Run<'_>, criterion: &Criterion, sheet: Sheet<'_>) -> Opening {
    if !criterion.period.contains(run.date) {
        return Opening::Closed(MotifCode::OutsidePeriod);
    }
    let mut read =
        |slot: Option<crate::Slot>| slot.map(|slot| sheet.truth(run, slot, criterion.span));
    let condition = read(criterion.condition).unwrap_or(Ok(true));
    let exception = read(criterion.exception).unwrap_or(Ok(false));
    match (condition, exception) {
        (Ok(false), _) => Opening::Closed(MotifCode::ConditionFalse),
        (_, Ok(true)) => Opening::Closed(MotifCode::Exception),
        (Err(a), Err(b)) => Opening::Unknown(run.reasons.both(a, b)),
        (Err(reason), Ok(false)) | (Ok(true), Err(reason)) => Opening::Unknown(reason),
        (Ok(true), Ok(false)) => Opening::Open,
    }
}

/// Decides a criterion that gives no points: a sub-criterion, a condition of eligibility.
pub(crate) fn condition(
    run: &mut Run<'_>,
    criterion: &Criterion,
    sheet: Sheet<'_>,
) -> (Truth, Cause) {
    match opening(run, criterion, sheet) {
        Opening::Closed(code) => (Truth::No, Cause::Plain(code)),
        Opening::Unknown(reason) => (Truth::Unknown, Cause::Unknown(reason)),
        Opening::Open if unmet(run.program, criterion, sheet.case) => {
            (Truth::Unknown, Cause::Plain(MotifCode::ProofAwaited))
        }
        Opening::Open => (Truth::Yes, Cause::Plain(MotifCode::Condition)),
    }
}

/// Decides a line.
pub(super) fn criterion(run: &mut Run<'_>, criterion: &Criterion, sheet: Sheet<'_>) -> Draft {
    match opening(run, criterion, sheet) {
        Opening::Closed(code) => Draft::not_obtained(code),
        Opening::Unknown(reason) => Draft::not_evaluable(reason),
        Opening::Open => {
            let draft = granted(run, criterion, sheet);
            let speaks = match draft.state {
                LineState::Obtained | LineState::Capped | LineState::NotEvaluable => true,
                LineState::NotObtained | LineState::Pending => false,
            };
            if speaks && unmet(run.program, criterion, sheet.case) {
                Draft::pending(MotifCode::ProofAwaited)
            } else {
                draft
            }
        }
    }
}

/// The contributions of a criterion, each alone.
struct Given {
    known: Exact,
    counted: usize,
    unknown: Option<ReasonId>,
}

fn given(run: &mut Run<'_>, criterion: &Criterion, sheet: Sheet<'_>) -> Given {
    let span = criterion.span;
    let mut given = Given { known: Exact::ZERO, counted: 0, unknown: None };
    for contribution in &criterion.contributions {
        let condition = contribution.condition.map(|slot| sheet.truth(run, slot, span));
        let amount = match condition.unwrap_or(Ok(true)) {
            Ok(false) => continue,
            Ok(true) => sheet.number(run, contribution.amount, span),
            Err(reason) => Err(reason),
        };
        let sum = amount
            .and_then(|amount| given.known.add(amount).map_err(|error| failure(run, error, span)));
        match sum {
            Ok(sum) => {
                given.known = sum;
                given.counted += 1;
            }
            Err(reason) => given.unknown = Some(join(run, given.unknown, reason)),
        }
    }
    given
}

fn join(run: &mut Run<'_>, before: Option<ReasonId>, reason: ReasonId) -> ReasonId {
    before.map_or(reason, |before| run.reasons.both(before, reason))
}

fn granted(run: &mut Run<'_>, criterion: &Criterion, sheet: Sheet<'_>) -> Draft {
    let given = given(run, criterion, sheet);
    let mut read = |slot: Option<crate::Slot>| {
        slot.map(|slot| sheet.number(run, slot, criterion.span)).transpose()
    };
    let (floor, cap) = match (read(criterion.floor), read(criterion.cap)) {
        (Ok(floor), Ok(cap)) => (floor, cap),
        (Err(a), Err(b)) => {
            let bounds = run.reasons.both(a, b);
            return Draft::not_evaluable(join(run, given.unknown, bounds));
        }
        (Err(reason), Ok(_)) | (Ok(_), Err(reason)) => {
            return Draft::not_evaluable(join(run, given.unknown, reason));
        }
    };
    if let Some(reason) = given.unknown {
        let none = Draft::not_evaluable(reason);
        let kept =
            if given.counted == 0 { Exact::ZERO } else { clipped(given.known, floor, cap).0 };
        return Draft { points: kept, ..none };
    }
    let (points, clip) = clipped(given.known, floor, cap);
    match clip {
        Some(code) => {
            Draft { state: LineState::Capped, points, cause: Cause::Clipped(code, given.known) }
        }
        None if !points.is_zero() => {
            Draft { state: LineState::Obtained, points, cause: Cause::Plain(MotifCode::Condition) }
        }
        None if given.counted > 0 => Draft::not_obtained(MotifCode::Condition),
        None => Draft::not_obtained(MotifCode::ConditionFalse),
    }
}

/// Clips points, and says which bound did it; the cap wins over the floor.
pub(crate) fn clipped(
    points: Exact,
    floor: Option<Exact>,
    cap: Option<Exact>,
) -> (Exact, Option<MotifCode>) {
    let raised = floor.map_or(points, |floor| points.max(floor));
    let kept = cap.map_or(raised, |cap| raised.min(cap));
    let code = match kept.cmp(&points) {
        std::cmp::Ordering::Less => Some(MotifCode::Capped),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(MotifCode::Floored),
    };
    (kept, code)
}
