//! Why a value is unknown: an arena of reasons, so that values stay `Copy`.
//!
//! An operation with two unknown operands makes a union node; the set of reasons of a value is read
//! from the arena only when something is shown.

use crate::{EvalError, FactRef, MotifCode};
use source::Span;

/// One reason why a value is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A fact is missing.
    Missing(FactRef),
    /// A fact is withheld by the applicant's choice.
    Withheld(FactRef),
    /// A fact is not shared through the frame.
    NotShared(FactRef),
    /// An operation failed.
    Failed {
        /// How.
        error: EvalError,
        /// The operation's place.
        span: Span,
    },
    /// An operation other than a comparison met « pas de valeur ».
    NoValue(Span),
    /// The candidate is not among those who are ranked.
    NotRanked,
}

impl Reason {
    /// The motive code of a line that is not evaluable for this reason.
    pub fn code(self) -> MotifCode {
        match self {
            Self::Missing(_) => MotifCode::Missing,
            Self::Withheld(_) => MotifCode::Withheld,
            Self::NotShared(_) => MotifCode::NotShared,
            Self::Failed { error: EvalError::ScriptLimit | EvalError::ScriptFailure, .. } => {
                MotifCode::Script
            }
            Self::Failed { .. } => MotifCode::Calculation,
            Self::NoValue(_) => MotifCode::NoValue,
            Self::NotRanked => MotifCode::NotRanked,
        }
    }

    /// The fact it names.
    pub fn fact(self) -> Option<FactRef> {
        match self {
            Self::Missing(fact) | Self::Withheld(fact) | Self::NotShared(fact) => Some(fact),
            Self::Failed { .. } | Self::NoValue(_) | Self::NotRanked => None,
        }
    }

    /// The error it is.
    pub fn error(self) -> Option<EvalError> {
        match self {
            Self::Failed { error, .. } => Some(error),
            Self::Missing(_)
            | Self::Withheld(_)
            | Self::NotShared(_)
            | Self::NoValue(_)
            | Self::NotRanked => None,
        }
    }
}

/// A place in the arena of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReasonId(u32);

impl ReasonId {
    /// What a slot holds before its stage has run: the comparison of candidates does not reach it.
    pub(crate) const NOT_RANKED: Self = Self(0);
}

#[derive(Clone, Copy, Debug)]
enum Node {
    One(Reason),
    Both(ReasonId, ReasonId),
}

/// The arena of one evaluation.
#[derive(Debug)]
pub(crate) struct Reasons {
    nodes: Vec<Node>,
}

/// A length of the arena to come back to once what was made since is no longer read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReasonMark(usize);

impl Reasons {
    /// Makes an arena.
    pub(crate) fn new() -> Self {
        Self { nodes: vec![Node::One(Reason::NotRanked)] }
    }

    /// Adds a reason.
    pub(crate) fn one(&mut self, reason: Reason) -> ReasonId {
        self.push(Node::One(reason))
    }

    /// Joins the reasons of two values.
    pub(crate) fn both(&mut self, a: ReasonId, b: ReasonId) -> ReasonId {
        if a == b { a } else { self.push(Node::Both(a, b)) }
    }

    fn push(&mut self, node: Node) -> ReasonId {
        let Ok(id) = u32::try_from(self.nodes.len()) else { return ReasonId::NOT_RANKED };
        self.nodes.push(node);
        ReasonId(id)
    }

    /// Returns the present length.
    pub(crate) fn mark(&self) -> ReasonMark {
        ReasonMark(self.nodes.len())
    }

    /// Forgets what was added since a mark.
    pub(crate) fn reset(&mut self, mark: ReasonMark) {
        self.nodes.truncate(mark.0.max(1));
    }

    /// Lists the reasons of a value, sorted, without duplicates.
    pub(crate) fn list(&self, id: ReasonId) -> Vec<Reason> {
        let mut found = Vec::new();
        let mut waiting = vec![id];
        while let Some(ReasonId(at)) = waiting.pop() {
            match self.nodes.get(at as usize) {
                Some(Node::One(reason)) => found.push(*reason),
                Some(Node::Both(a, b)) => waiting.extend([*a, *b]),
                None => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Joins the same reasons in as few nodes as there are reasons, to be read many times.
    pub(crate) fn compact(&mut self, id: ReasonId) -> ReasonId {
        let mut joined = None;
        for reason in self.list(id) {
            let one = self.one(reason);
            joined = Some(joined.map_or(one, |before| self.both(before, one)));
        }
        joined.unwrap_or(id)
    }

    /// Tells whether the fact itself is absent: missing, withheld or not shared.
    pub(crate) fn is_absence(&self, id: ReasonId) -> bool {
        self.list(id).iter().any(|reason| reason.fact().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FieldId;

    const A: Reason = Reason::Missing(FactRef::Field(FieldId(1)));
    const B: Reason = Reason::Withheld(FactRef::Field(FieldId(0)));

    #[test]
    fn a_union_lists_each_reason_once_in_order() {
        let mut reasons = Reasons::new();
        let (a, b) = (reasons.one(A), reasons.one(B));
        let union = reasons.both(b, a);
        let union = reasons.both(union, a);
        assert_eq!(reasons.list(union), [A, B]);
    }

    #[test]
    fn a_chain_of_many_unions_is_read_without_recursion() {
        let mut reasons = Reasons::new();
        let mut id = reasons.one(A);
        for _ in 0..200_000 {
            let other = reasons.one(A);
            id = reasons.both(other, id);
        }
        assert_eq!(reasons.list(id), [A]);
    }

    #[test]
    fn compacting_keeps_the_reasons() {
        let mut reasons = Reasons::new();
        let mut id = reasons.one(A);
        for _ in 0..1000 {
            let other = reasons.one(B);
            id = reasons.both(id, other);
        }
        let before = reasons.nodes.len();
        let compact = reasons.compact(id);
        assert_eq!(reasons.list(compact), [A, B]);
        assert_eq!(reasons.nodes.len() - before, 3);
    }

    #[test]
    fn a_failed_calculation_is_no_absent_fact() {
        let mut reasons = Reasons::new();
        let failed = Reason::Failed { error: EvalError::Overflow, span: Span::default() };
        let failed = reasons.one(failed);
        assert!(!reasons.is_absence(failed));
        assert!(!reasons.is_absence(ReasonId::NOT_RANKED));
    }
}
