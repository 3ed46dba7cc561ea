//! Why a value is unknown: an arena of reasons, so that values stay `Copy`.
//!
//! An operation with two unknown operands makes a union node; the set of reasons of a value is read
//! from the arena only when something is shown.

use crate::{EvalError, FactRef};
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
