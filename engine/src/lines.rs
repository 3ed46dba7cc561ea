//! The lines of a grid: state, points and cause of each, so that they add up to the grid.
//!
//! Order of precedence: the sharing choice, a refused validation, the line itself (with its family),
//! then a validation that is awaited or unknown. What the text of the language leaves open is
//! settled so, as an applicant would expect:
//!
//! - a line whose condition holds but which comes to 0 points is `non_obtenu` with motive
//!   `condition` (its `dit` still speaks); when all its `donne` have a false condition, the motive
//!   is `condition_fausse`;
//! - a line clipped by its own bounds is `plafonne`, even to 0;
//! - known points of a line with an unknown part are kept, clipped by its bounds; none is kept when
//!   a bound is unknown, a proof is awaited or the validation is not given;
//! - a proof is awaited only of a line that it could open: not of one that comes to 0;
//! - `plafond` and `plancher` clip only behind an open gate: an anonymous applicant has 0.

mod criterion;
mod family;
mod proof;
mod tranche;
mod why;
mod wording;

pub(crate) use criterion::{clipped, condition};
pub(crate) use proof::{awaited, may_be_asked, meets, unmet};
pub(crate) use why::{condition_why, line_why, why};
pub(crate) use wording::{condition_words, grid_words, line_words};

use crate::reason::ReasonId;
use crate::scalar::{Run, Scalar};
use crate::{
    Case, EvalError, Exact, GridVersion, LineState, MotifCode, Part, SharingGate, Slot, Subject,
    ValidationGate,
};
use source::Span;

/// The id of a line that clips.
pub(crate) const CLIP: &str = "ecretement";

/// What was computed for a candidate, with its facts.
#[derive(Clone, Copy)]
pub(crate) struct Sheet<'r> {
    pub(crate) cells: &'r [Scalar],
    pub(crate) case: &'r Case,
}

impl Sheet<'_> {
    pub(crate) fn get(self, slot: Slot) -> Scalar {
        self.cells.get(slot.0 as usize).copied().unwrap_or(Scalar::UNSET)
    }

    /// Reads a condition: a truth, or why it is unknown. « Pas de valeur » is no truth.
    pub(crate) fn truth(self, run: &mut Run<'_>, slot: Slot, span: Span) -> Result<bool, ReasonId> {
        match self.get(slot) {
            Scalar::Bool(truth) => Ok(truth),
            other => Err(stopped(run, other, span)),
        }
    }

    /// Reads points: a number, or why it is unknown.
    pub(crate) fn number(
        self,
        run: &mut Run<'_>,
        slot: Slot,
        span: Span,
    ) -> Result<Exact, ReasonId> {
        match self.get(slot) {
            Scalar::Number(number) => Ok(number),
            other => Err(stopped(run, other, span)),
        }
    }
}

fn stopped(run: &mut Run<'_>, operand: Scalar, span: Span) -> ReasonId {
    match run.stops(operand, span) {
        Some(reason) => reason,
        None => failure(run, EvalError::IllTyped, span),
    }
}

/// Makes the reason of a failure outside the code.
pub(crate) fn failure(run: &mut Run<'_>, error: EvalError, span: Span) -> ReasonId {
    run.reasons.one(crate::Reason::Failed { error, span })
}

/// Why a line or a condition is as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A code that says all.
    Plain(MotifCode),
    /// Unknown values.
    Unknown(ReasonId),
    /// Clipped: the code, and the points before.
    Clipped(MotifCode, Exact),
}

/// A line before it is put into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) state: LineState,
    pub(crate) points: Exact,
    pub(crate) cause: Cause,
}

impl Draft {
    fn without_points(state: LineState, code: MotifCode) -> Self {
        Self { state, points: Exact::ZERO, cause: Cause::Plain(code) }
    }

    fn not_obtained(code: MotifCode) -> Self {
        Self::without_points(LineState::NotObtained, code)
    }

    fn not_evaluable(reason: ReasonId) -> Self {
        Self { state: LineState::NotEvaluable, points: Exact::ZERO, cause: Cause::Unknown(reason) }
    }

    fn pending(code: MotifCode) -> Self {
        Self::without_points(LineState::Pending, code)
    }
}

/// A line with what it is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'p> {
    pub(crate) subject: Subject<'p>,
    pub(crate) draft: Draft,
}

/// What stands before the lines of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Open,
    Anonymous,
    UnknownChoice(ReasonId),
    Refused,
    Pending,
    UnknownValidation(ReasonId),
}

impl Gate {
    fn of(run: &mut Run<'_>, version: &GridVersion, sheet: Sheet<'_>) -> Self {
        if let Some(SharingGate { gate, .. }) = version.sharing {
            match sheet.number(run, gate, Span::default()) {
                Ok(level) if level <= Exact::ZERO => return Self::Anonymous,
                Ok(_) => {}
                Err(reason) => return Self::UnknownChoice(reason),
            }
        }
        match version.validation {
            ValidationGate::Open => Self::Open,
            ValidationGate::Fact { slot, pending, refused, confirmed, .. } => {
                match sheet.get(slot) {
                    Scalar::Enum(value) if value == confirmed => Self::Open,
                    Scalar::Enum(value) if value == pending => Self::Pending,
                    Scalar::Enum(value) if value == refused => Self::Refused,
                    other => Self::UnknownValidation(stopped(run, other, Span::default())),
                }
            }
        }
    }

    /// Returns what every line is when the gate leaves none its say.
    fn closed(self) -> Option<Draft> {
        match self {
            Self::Anonymous => Some(Draft::not_obtained(MotifCode::Anonymous)),
            Self::Refused => Some(Draft::not_obtained(MotifCode::ValidationRefused)),
            Self::UnknownChoice(reason) => Some(Draft::not_evaluable(reason)),
            Self::Open | Self::Pending | Self::UnknownValidation(_) => None,
        }
    }

    /// Holds a line back while the validation is not given.
    fn hold(self, run: &mut Run<'_>, draft: Draft) -> Draft {
        let held = match self {
            Self::Pending => Draft::pending(MotifCode::ValidationPending),
            Self::UnknownValidation(reason) => Draft::not_evaluable(reason),
            Self::Open | Self::Anonymous | Self::UnknownChoice(_) | Self::Refused => return draft,
        };
        match (draft.state, draft.cause, held.cause) {
            (LineState::Obtained | LineState::Capped, _, _) => held,
            (LineState::NotEvaluable, Cause::Unknown(a), Cause::Unknown(b)) => {
                Draft::not_evaluable(run.reasons.both(a, b))
            }
            (LineState::NotEvaluable | LineState::NotObtained | LineState::Pending, _, _) => {
                Draft { points: Exact::ZERO, ..draft }
            }
        }
    }
}

/// Drafts the lines of a grid for a candidate into an emptied list.
pub(crate) fn draft<'p>(
    run: &mut Run<'_>,
    version: &'p GridVersion,
    sheet: Sheet<'_>,
    lines: &mut Vec<Line<'p>>,
) {
    lines.clear();
    let gate = Gate::of(run, version, sheet);
    let closed = gate.closed();
    for part in &version.parts {
        let start = lines.len();
        match part {
            Part::Criterion(criterion) => {
                let draft = closed.unwrap_or_else(|| criterion::criterion(run, criterion, sheet));
                lines.push(Line { subject: Subject::Criterion(criterion), draft });
            }
            Part::Tranche(tranche) => {
                let draft = closed.unwrap_or_else(|| tranche::tranche(run, tranche, sheet));
                lines.push(Line { subject: Subject::Tranche(tranche), draft });
            }
            Part::Family(family) => {
                for criterion in &family.criteria {
                    let draft =
                        closed.unwrap_or_else(|| criterion::criterion(run, criterion, sheet));
                    lines.push(Line { subject: Subject::Criterion(criterion), draft });
                }
                if closed.is_none() {
                    let members = lines.get_mut(start..).unwrap_or_default();
                    family::retain(run, family.retains, members);
                }
            }
        }
        for line in lines.iter_mut().skip(start) {
            line.draft = gate.hold(run, line.draft);
        }
        if let (Part::Family(family), Gate::Open) = (part, gate) {
            let subject = Subject::FamilyClip(family);
            push_clip(lines, start, subject, (family.floor, family.cap));
        }
    }
    if gate == Gate::Open {
        push_clip(lines, 0, Subject::GridClip, (version.floor, version.cap));
    }
}

/// Adds the signed line of a cap or a floor over the lines from one on, when it clips.
fn push_clip<'p>(
    lines: &mut Vec<Line<'p>>,
    from: usize,
    subject: Subject<'p>,
    (floor, cap): (Option<Exact>, Option<Exact>),
) {
    let Ok(sum) = total(lines.get(from..).unwrap_or_default()) else { return };
    let (kept, code) = clipped(sum, floor, cap);
    let (Some(code), Ok(points)) = (code, kept.subtract(sum)) else { return };
    let cause = Cause::Clipped(code, sum);
    lines.push(Line { subject, draft: Draft { state: LineState::Capped, points, cause } });
}

/// Adds lines up. Errors: overflow.
pub(crate) fn total(lines: &[Line<'_>]) -> Result<Exact, EvalError> {
    lines.iter().try_fold(Exact::ZERO, |sum, line| sum.add(line.draft.points))
}

#[cfg(test)]
mod tests;
