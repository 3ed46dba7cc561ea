//! What is said of an evaluation, beside what it decides.

use crate::{Assessment, Shown, Voice};
use std::borrow::Cow;

/// What a line, a condition or a grid says, made while what was computed is at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words<'p> {
    /// The sentence, in French: the author's `dit` / `sinon dit` when there is one.
    pub text: Cow<'p, str>,
    /// Whose sentence it is.
    pub voice: Voice,
    /// What was looked at; none in sentences alone.
    pub quantities: Vec<Shown>,
    /// One per sub-criterion of a tranche; none in sentences alone.
    pub conditions: Vec<Self>,
}

/// What is said of one candidate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken<'p> {
    /// One per condition of eligibility.
    pub conditions: Vec<Words<'p>>,
    /// One per grid.
    pub grids: Vec<SpokenGrid<'p>>,
}

/// What is said of one grid of one candidate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpokenGrid<'p> {
    /// Why it is as it is, unless established.
    pub why: Option<Words<'p>>,
    /// One per line.
    pub lines: Vec<Words<'p>>,
}

/// A ranked pool and what is said of it. Rules are referred to, their sentences too where they have no value
/// in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<'p> {
    /// What was decided.
    pub assessment: Assessment<'p>,
    /// What is said of each candidate, in the same order.
    pub words: Vec<Spoken<'p>>,
}

/// How far an evaluation is put into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    Silent,
    /// What each line says.
    Sentences,
    /// With the quantities that were looked at, and what each sub-criterion says.
    Whole,
}
