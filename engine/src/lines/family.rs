//! A family: only one of its lines counts.
//!
//! `le maximum`: the line with the most points carries them, the first in the text on a tie; a line
//! with an unknown part competes with the points it keeps. `le premier`: the first line whose
//! condition holds counts, even while its proof is awaited; behind a line that is unknown, a true
//! one is not evaluable.

use super::{Cause, Draft, Line};
use crate::reason::ReasonId;
use crate::scalar::Run;
use crate::{Exact, LineState, MotifCode, Retains};

/// Leaves the points to one line.
pub(super) fn retain(run: &mut Run<'_>, retains: Retains, lines: &mut [Line<'_>]) {
    match retains {
        Retains::Maximum => maximum(lines),
        Retains::First => first(run, lines),
    }
}

fn maximum(lines: &mut [Line<'_>]) {
    let mut best: Option<(usize, Exact)> = None;
    for (at, line) in lines.iter().enumerate() {
        let points = line.draft.points;
        if competes(line.draft) && best.is_none_or(|(_, before)| before < points) {
            best = Some((at, points));
        }
    }
    for (at, line) in lines.iter_mut().enumerate() {
        if best.is_some_and(|(winner, _)| winner != at) {
            yield_to_another(&mut line.draft);
        }
    }
}

fn competes(draft: Draft) -> bool {
    match draft.state {
        LineState::Obtained | LineState::Capped => true,
        LineState::NotEvaluable => !draft.points.is_zero(),
        LineState::NotObtained | LineState::Pending => false,
    }
}

fn yield_to_another(draft: &mut Draft) {
    if draft.points.is_zero() {
        return;
    }
    match draft.state {
        LineState::Obtained | LineState::Capped => {
            *draft = Draft::not_obtained(MotifCode::FamilyOther);
        }
        LineState::NotEvaluable | LineState::NotObtained | LineState::Pending => {
            draft.points = Exact::ZERO;
        }
    }
}

/// What the lines before say.
enum Before {
    AllFalse,
    Unknown(ReasonId),
    Taken,
}

fn first(run: &mut Run<'_>, lines: &mut [Line<'_>]) {
    let mut before = Before::AllFalse;
    for line in lines {
        let own = line.draft;
        match before {
            Before::Taken => yield_to_another(&mut line.draft),
            Before::Unknown(reason) => match own.state {
                LineState::Obtained | LineState::Capped | LineState::Pending => {
                    line.draft = Draft::not_evaluable(reason);
                }
                LineState::NotEvaluable => line.draft.points = Exact::ZERO,
                LineState::NotObtained => {}
            },
            Before::AllFalse => {}
        }
        before = match (before, own.state, own.cause) {
            (Before::Taken, _, _) => Before::Taken,
            (Before::AllFalse, LineState::Obtained | LineState::Capped | LineState::Pending, _)
            | (Before::AllFalse, LineState::NotObtained, Cause::Plain(MotifCode::Condition)) => {
                Before::Taken
            }
            (Before::AllFalse, LineState::NotEvaluable, Cause::Unknown(reason)) => {
                Before::Unknown(reason)
            }
            (Before::Unknown(a), LineState::NotEvaluable, Cause::Unknown(b)) => {
                Before::Unknown(run.reasons.both(a, b))
            }
            (before, _, _) => before,
        };
    }
}
