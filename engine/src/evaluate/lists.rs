//! Folds over the items of a list, and the accumulator that pools share.

use super::{Walk, arithmetic};
use crate::reason::ReasonId;
use crate::scalar::{Run, Scalar};
use crate::{Arithmetic, EvalError, Fold, Op};
use source::Span;

/// A fold under way.
///
/// Invariant: a member whose filter or value is unknown makes the result unknown, except where
/// Kleene's logic already decides `existe` and `tous`.
pub(crate) struct Folding {
    fold: Fold,
    span: Span,
    count: usize,
    decided: bool,
    unknown: Option<ReasonId>,
    value: Option<Scalar>,
}

impl Folding {
    /// Begins a fold.
    pub(crate) fn new(fold: Fold, span: Span) -> Self {
        Self { fold, span, count: 0, decided: false, unknown: None, value: None }
    }

    fn doubt(&mut self, run: &mut Run<'_>, operand: Scalar) {
        let reason = match run.stops(operand, self.span) {
            Some(reason) => Scalar::Unknown(reason),
            None => run.failed(EvalError::IllTyped, self.span),
        };
        if let Scalar::Unknown(reason) = reason {
            self.unknown = Some(match self.unknown {
                Some(before) => run.reasons.both(before, reason),
                None => reason,
            });
        }
    }

    /// Takes a member: its filter (absent: all) and its value.
    pub(crate) fn take(
        &mut self,
        run: &mut Run<'_>,
        filter: Option<Scalar>,
        value: Option<Scalar>,
    ) {
        match (self.fold, filter) {
            (Fold::Exists, None | Some(Scalar::Bool(true)))
            | (Fold::All, Some(Scalar::Bool(false))) => self.decided = true,
            (Fold::All, None | Some(Scalar::Bool(true)))
            | (
                Fold::Exists | Fold::Count | Fold::Sum | Fold::Minimum | Fold::Maximum,
                Some(Scalar::Bool(false)),
            ) => {}
            (Fold::Count, None | Some(Scalar::Bool(true))) => self.count += 1,
            (Fold::Sum | Fold::Minimum | Fold::Maximum, None | Some(Scalar::Bool(true))) => {
                self.add(run, value.unwrap_or(Scalar::UNSET));
            }
            (
                Fold::Count | Fold::Exists | Fold::All | Fold::Sum | Fold::Minimum | Fold::Maximum,
                Some(other),
            ) => self.doubt(run, other),
        }
    }

    fn add(&mut self, run: &mut Run<'_>, value: Scalar) {
        if run.stops(value, self.span).is_some() {
            self.doubt(run, value);
            return;
        }
        let next = match (self.value, self.fold) {
            (None, _) => value,
            (Some(before), Fold::Minimum) => {
                arithmetic(run, Arithmetic::Minimum, before, value, self.span)
            }
            (Some(before), Fold::Maximum) => {
                arithmetic(run, Arithmetic::Maximum, before, value, self.span)
            }
            (Some(before), Fold::Sum | Fold::Count | Fold::Exists | Fold::All) => {
                arithmetic(run, Arithmetic::Add, before, value, self.span)
            }
        };
        if let Scalar::Unknown(_) = next {
            self.doubt(run, next);
        } else {
            self.value = Some(next);
        }
    }

    /// Ends the fold.
    pub(crate) fn end(&mut self, run: &mut Run<'_>) -> Scalar {
        match (self.fold, self.decided, self.unknown) {
            (Fold::Exists | Fold::All, true, _) => Scalar::Bool(self.fold == Fold::Exists),
            (_, _, Some(reason)) => Scalar::Unknown(run.reasons.compact(reason)),
            (Fold::Exists | Fold::All, false, None) => Scalar::Bool(self.fold == Fold::All),
            (Fold::Count, _, None) => Scalar::count(self.count),
            (Fold::Sum, _, None) => self.value.unwrap_or(Scalar::count(0)),
            (Fold::Minimum | Fold::Maximum, _, None) => match self.value {
                Some(value) => value,
                None => run.failed(EvalError::EmptyList, self.span),
            },
        }
    }
}

impl<'r> Walk<'r, '_> {
    pub(super) fn fold_list(&mut self, op: &'r Op, at: usize, span: Span) -> Scalar {
        let Op::FoldList { fold, body, filter, value, .. } = op else { return Scalar::UNSET };
        let items = match self.list(op) {
            Ok(items) => items,
            Err(unknown) => return unknown,
        };
        let mut folding = Folding::new(*fold, span);
        for item in items {
            self.items.push(item);
            self.ops(at + 1..at + 1 + *body as usize);
            self.items.pop();
            let (filter, value) = (filter.map(|f| self.get(f)), value.map(|v| self.get(v)));
            folding.take(self.run, filter, value);
        }
        folding.end(self.run)
    }
}
