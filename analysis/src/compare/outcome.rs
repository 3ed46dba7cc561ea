//! What one candidate gets under each of two versions of rules, as far as a change is about it.

use crate::examples::{grid_word, line_word, truth_word};
use engine::{CandidateOutcome, Exact, GridOutcome, GridState, LineState, PoolOutcome, Truth};

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View<'v> {
    /// A criterion that is a line.
    Line(&'v str),
    /// A tranche.
    Tranche(&'v str),
    /// A criterion of a tranche.
    Sub(&'v str),
    /// The grid.
    Grid,
    /// A condition of eligibility.
    Eligibility(&'v str),
    /// The ranked candidates.
    Order,
}

/// What a candidate gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A line, with its points.
    Line(LineState, Exact),
    /// A condition.
    Condition(Truth),
    /// A grid.
    Grid(GridState),
    /// Candidates, ranked.
    Order(Vec<String>),
    /// The rules have nothing of that name.
    Nothing,
}

impl Given {
    /// The word of its state, as in an example; absent for an order, or nothing.
    pub fn state(&self) -> Option<&'static str> {
        match self {
            Self::Line(state, _) => Some(line_word(*state)),
            Self::Condition(truth) => Some(truth_word(*truth)),
            Self::Grid(state) => Some(grid_word(*state)),
            Self::Order(_) | Self::Nothing => None,
        }
    }
}

/// What a candidate gets, and the total around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What it gets of what changed.
    pub given: Given,
    /// The points of the grid, or the total of the ranking; absent when not established.
    pub total: Option<Exact>,
}

impl Outcome {
    /// The outcome of rules that are not there.
    pub(super) fn nothing() -> Self {
        Self { given: Given::Nothing, total: None }
    }

    /// The points that it is compared by.
    pub(super) fn points(&self) -> Exact {
        match &self.given {
            Given::Line(_, points) => *points,
            Given::Condition(_) | Given::Order(_) | Given::Nothing => Exact::ZERO,
            Given::Grid(_) => self.total.unwrap_or(Exact::ZERO),
        }
    }

    pub(super) fn of_grid(grid: &GridOutcome, view: View<'_>) -> Self {
        let line = |name: &str| {
            let found = grid.lines.iter().find(|line| line.id == name);
            found.map_or(Given::Nothing, |line| Given::Line(line.state, line.points))
        };
        let given = match view {
            View::Line(name) | View::Tranche(name) => line(name),
            View::Sub(name) => {
                let all = grid.lines.iter().flat_map(|line| &line.sub_criteria);
                let found = all.into_iter().find(|one| one.id == name);
                found.map_or(Given::Nothing, |one| Given::Condition(one.truth))
            }
            View::Grid => Given::Grid(grid.state),
            View::Eligibility(_) | View::Order => Given::Nothing,
        };
        Self { given, total: grid.points }
    }

    pub(super) fn of_ranking(ranked: &PoolOutcome, view: View<'_>) -> Self {
        let first = ranked.candidates.iter().find(|candidate| candidate.index == 0);
        let given = match view {
            View::Eligibility(name) => first.map_or(Given::Nothing, |one| condition(one, name)),
            View::Order => Given::Order(order(ranked)),
            View::Line(_) | View::Tranche(_) | View::Sub(_) | View::Grid => Given::Nothing,
        };
        Self { given, total: first.map(|candidate| candidate.total) }
    }
}

fn condition(candidate: &CandidateOutcome, name: &str) -> Given {
    let found = candidate.eligibilities.iter().find(|one| one.id == name);
    found.map_or(Given::Nothing, |one| Given::Condition(one.truth))
}

fn order(ranked: &PoolOutcome) -> Vec<String> {
    let placed = ranked.candidates.iter().filter(|candidate| candidate.rank.is_some());
    placed.map(|candidate| candidate.id.clone()).collect()
}
