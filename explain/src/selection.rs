//! What is shown of a long explanation, the same on a terminal and on a page.
//!
//! Invariant: what is not shown is counted, and its points are added up, so that the lines shown and
//! the rest still add up to their grid. All is in the value, and in its JSON.

use crate::explanation::{Grid, Line, LineState};
use crate::wording::{GridTexts, LineTexts};
use engine::Exact;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The most lines of a grid, or conditions, that are shown in full.
pub const MOST_LINES: usize = 100;
/// The most steps, facts or criteria shown under one line.
pub const MOST_DETAILS: usize = 40;
/// The most sentences under a heading of the report.
pub const MOST_SENTENCES: usize = 400;
/// The most characters of one text.
const MOST_CHARACTERS: usize = 1_000;

/// The lines of a grid that are shown, and what the others amount to.
#[derive(Clone, Debug)]
pub struct Selection<'e> {
    /// Lines shown in full, with their texts, in the order of the grid.
    pub shown: Vec<(&'e Line, &'e LineTexts)>,
    /// The others, when there are some.
    pub rest: Option<Rest>,
}

/// Lines that are counted and not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// How many.
    pub count: usize,
    /// Their points; absent when the sum is too large to be exact.
    pub points: Option<Exact>,
    /// The most that they can give; absent when one has no maximum.
    pub maximum: Option<Exact>,
}

impl<'e> Selection<'e> {
    /// Chooses the lines of a grid.
    pub fn of(grid: &'e Grid, texts: &'e GridTexts) -> Self {
        let chosen = chosen(&grid.lines);
        let lines = grid.lines.iter().zip(&texts.lines).enumerate();
        let (shown, rest): (Vec<_>, Vec<_>) = lines.partition(|(at, _)| chosen.contains(at));
        Self {
            shown: shown.into_iter().map(|(_, line)| line).collect(),
            rest: Rest::of(rest.into_iter().map(|(_, (line, _))| line)),
        }
    }
}

impl Rest {
    fn of<'l>(lines: impl Iterator<Item = &'l Line>) -> Option<Self> {
        let none = Self { count: 0, points: Some(Exact::ZERO), maximum: Some(Exact::ZERO) };
        let rest = lines.fold(none, |rest, line| Self {
            count: rest.count + 1,
            points: added(rest.points, Some(line.points.0)),
            maximum: added(rest.maximum, line.maximum.map(|most| most.0)),
        });
        (rest.count > 0).then_some(rest)
    }
}

fn added(sum: Option<Exact>, next: Option<Exact>) -> Option<Exact> {
    sum?.add(next?).ok()
}

/// Chooses the lines that are shown, by their place: all, or of too many the first that count or
/// wait for something, then the first of the others.
fn chosen(lines: &[Line]) -> BTreeSet<usize> {
    let matters = |(_, line): &(usize, &Line)| match line.state {
        LineState::Obtained | LineState::Capped | LineState::NotObtained => {
            !line.points.0.is_zero()
        }
        LineState::NotEvaluable | LineState::Pending => true,
    };
    let (mattering, others): (Vec<_>, Vec<_>) = lines.iter().enumerate().partition(matters);
    mattering.into_iter().chain(others).take(MOST_LINES).map(|(at, _)| at).collect()
}

/// Returns the first of many, and how many are left.
pub fn first<T>(all: &[T], most: usize) -> (&[T], usize) {
    let shown = all.get(..most).unwrap_or(all);
    (shown, all.len() - shown.len())
}

/// Returns a text that is not endless.
pub fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((at, _)) => Cow::Owned(format!("{}…", text.get(..at).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}
