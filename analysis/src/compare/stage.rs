//! Two versions of one unit, ready to be run on the same file: where witnesses are looked for.
//!
//! A witness is found in the code of both and accepted only when the two programs, each on the file in
//! its own terms, give what is claimed.

use super::code::Both;
use super::effects::Rule;
use super::joint::{Joint, Side};
use super::outcome::{Given, Outcome, View};
use super::rules::Which;
use crate::examples::{grid_word, line_word, truth_word};
use crate::witness::{self, Aim, BUDGET, Goal, Question};
use engine::{
    Case, Computed, Criterion, Evaluator, Exact, Grid, GridVersion, Interval, LineState, Period,
    Pool, Program, ProofGate, Slot, Truth, Value,
};
use std::sync::Arc;

/// How many steps a search in one cell takes.
const TRIAL: u32 = 400;

/// Facts and a day on which two versions of rules give different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The candidates, in the terms of both recueils; the first is the one looked at.
    pub pool: Pool,
    /// What it gets by the first version.
    pub before: Outcome,
    /// What it gets by the second.
    pub after: Outcome,
    /// The unit and the version in whose file the example is to be pasted, when it is not the one that
    /// changed: a company's, for a frame.
    pub filling: Option<(Arc<str>, Arc<str>)>,
    /// The same as an example that holds of the first version and fails on the second; absent when
    /// one of the two does not know its facts.
    pub example: Option<String>,
}

/// What one side runs.
pub(super) enum Played<'s> {
    /// A version of a grid, in force on the days looked at.
    Grid(&'s Grid, Box<GridVersion>),
    /// A ranking, alone in a program.
    Ranking(Box<Program>),
    /// Nothing.
    Nothing,
}

/// What is wanted of a witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// More points after.
    More,
    /// Fewer points after.
    Less,
    /// Other points.
    Points,
    /// Another outcome, whatever the points.
    Outcome,
}

/// Two versions side by side.
pub(super) struct Stage<'s> {
    pub(super) joint: &'s Joint<'s>,
    pub(super) both: &'s Both,
    pub(super) days: Period,
    pub(super) first: &'s Played<'s>,
    pub(super) second: &'s Played<'s>,
    /// What opens the grid of each.
    pub(super) gates: Vec<Goal>,
    /// The company that fills the frame, when it is not the unit compared.
    pub(super) filling: Option<(Arc<str>, Arc<str>)>,
}

/// What is asked of a search.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// What is looked at in each.
    pub(super) views: (View<'a>, View<'a>),
    /// What the author reads of it.
    pub(super) title: &'a str,
    /// Slots whose facts are all to be given.
    pub(super) reads: &'a [Slot],
    /// Proofs that facts come with.
    pub(super) proofs: &'a [ProofGate],
    pub(super) wanted: Wanted,
    /// Which of two rules holds alone.
    pub(super) check: Option<Check<'a>>,
}

/// A file on which one of two rules is open, and the other is not.
#[derive(Clone, Copy)]
pub(super) struct Check<'a> {
    pub(super) shut: Rule<'a>,
    pub(super) open: Rule<'a>,
}

impl Check<'_> {
    fn holds(self, values: &[Computed]) -> bool {
        is_open(self.open, values) && !is_open(self.shut, values)
    }
}

fn is_open(rule: Rule<'_>, values: &[Computed]) -> bool {
    let holds = |criterion: &Criterion| {
        let is = |slot: Slot, truth| {
            values.get(slot.0 as usize) == Some(&Computed::Known(Value::Bool(truth)))
        };
        criterion.condition.is_none_or(|slot| is(slot, true))
            && criterion.exception.is_none_or(|slot| is(slot, false))
    };
    match rule {
        Rule::Always(truth) => truth == Exact::ONE,
        Rule::Criterion(_) | Rule::Any(_) => rule.criteria().into_iter().any(holds),
    }
}

impl Stage<'_> {
    /// The same on fewer days.
    pub(super) fn on(&self, days: Period) -> Stage<'_> {
        Stage { days, gates: self.gates.clone(), filling: self.filling.clone(), ..*self }
    }

    /// The same without what opens some slots.
    pub(super) fn without(&self, slots: &[Slot]) -> Stage<'_> {
        let gates = self.gates.iter().filter(|goal| !slots.contains(&goal.slot)).cloned();
        Stage { gates: gates.collect(), filling: self.filling.clone(), ..*self }
    }

    /// The program, the code and the days of both.
    pub(super) fn place(&self) -> (&Program, &engine::Code, Period) {
        (&self.joint.program, &self.both.code, self.days)
    }

    /// Looks for a file that meets one of some lists of goals and gives what is wanted.
    pub(super) fn find(&self, asked: Asked<'_>, all: &[Vec<Goal>]) -> Option<Witness> {
        let last = all.len().saturating_sub(1);
        let open = all.iter().enumerate().find_map(|(at, goals)| {
            let budget = if at == last { BUDGET } else { TRIAL };
            self.find_one(asked, &self.gates, goals, budget)
        });
        // What only some facts shared shows is looked for last.
        open.or_else(|| {
            let gates = self.partly_shared()?;
            all.iter().find_map(|goals| self.find_one(asked, &gates, goals, TRIAL))
        })
    }

    /// The gates of a file that shares its identification only; absent where nothing is shared by choice.
    fn partly_shared(&self) -> Option<Vec<Goal>> {
        let level = |goal: &Goal| matches!(goal.aim, Aim::Numbers(_));
        let identification = Aim::Numbers(Interval::only(Exact::ONE));
        self.gates.iter().any(level).then(|| {
            let gates = self.gates.iter().map(|goal| {
                let aim = if level(goal) { identification.clone() } else { goal.aim.clone() };
                Goal::new(goal.slot, aim)
            });
            gates.collect()
        })
    }

    fn find_one(
        &self,
        asked: Asked<'_>,
        gates: &[Goal],
        goals: &[Goal],
        budget: u32,
    ) -> Option<Witness> {
        let goals: Vec<Goal> = gates.iter().chain(goals).cloned().collect();
        let question = Question {
            program: &self.joint.program,
            scripts: self.joint.scripts(),
            code: &self.both.code,
            days: self.days,
            goals: &goals,
            reads: asked.reads,
            fixed: &Case::default(),
            proofs: asked.proofs,
            budget,
        };
        let mut found = None;
        witness::find(question, &mut |pool| {
            found = self.judge(asked, pool);
            found.is_some()
        })?;
        found
    }

    /// Runs both on a pool, and keeps it when it gives what is wanted.
    pub(super) fn judge(&self, asked: Asked<'_>, pool: &Pool) -> Option<Witness> {
        let before = self.run(Which::First, asked.views.0, pool);
        let after = self.run(Which::Second, asked.views.1, pool);
        let is_wanted = match asked.wanted {
            Wanted::More => after.points() > before.points(),
            Wanted::Less => after.points() < before.points(),
            Wanted::Points => after.points() != before.points(),
            Wanted::Outcome => after.given != before.given,
        };
        if !is_wanted || !self.checks(asked.check, pool) {
            return None;
        }
        let example = self.example(asked, pool, &before, &after);
        let filling = self.filling.clone();
        Some(Witness { pool: pool.clone(), before, after, filling, example })
    }

    fn checks(&self, check: Option<Check<'_>>, pool: &Pool) -> bool {
        let Some(check) = check else { return true };
        let evaluator = Evaluator::new(&self.joint.program, self.joint.scripts());
        let values = evaluator.values(&self.both.code, pool);
        values.first().is_some_and(|values| check.holds(values))
    }

    fn run(&self, which: Which, view: View<'_>, pool: &Pool) -> Outcome {
        let (side, played) = match which {
            Which::First => (&self.joint.first, self.first),
            Which::Second => (&self.joint.second, self.second),
        };
        let pool = self.joint.own_pool(which, pool);
        run(side, played, view, &pool).unwrap_or_else(Outcome::nothing)
    }

    /// An example that expects what the first version gives.
    fn example(
        &self,
        asked: Asked<'_>,
        pool: &Pool,
        before: &Outcome,
        after: &Outcome,
    ) -> Option<String> {
        let facts = |pool: &Pool| -> usize {
            let each =
                pool.candidates.iter().map(|one| one.case.facts.len() + one.case.lists.len());
            each.sum()
        };
        let written = |which| facts(&self.joint.own_pool(which, pool)) == facts(pool);
        if !written(Which::First) || !written(Which::Second) {
            return None;
        }
        let expected = match (self.first, &before.given) {
            (Played::Grid(grid, _), Given::Grid(state)) if after.given != before.given => {
                format!("grille {} = {}", grid.id, grid_word(*state))
            }
            _ => expectation(asked.views.0, before, after)?,
        };
        let title = format!("{} : {} avant, {} après", asked.title, said(before), said(after));
        witness::example(&self.joint.program.schema, &title, pool, &[expected])
    }
}

fn run(side: &Side<'_>, played: &Played<'_>, view: View<'_>, pool: &Pool) -> Option<Outcome> {
    match played {
        Played::Grid(grid, version) => {
            let evaluator = Evaluator::new(side.program(), side.scripts);
            let outcomes = evaluator.grid(grid, version, pool);
            outcomes.first().map(|outcome| Outcome::of_grid(outcome, view))
        }
        Played::Ranking(program) => {
            let ranked = Evaluator::new(program, side.scripts).rank(pool)?;
            Some(Outcome::of_ranking(&ranked, view))
        }
        Played::Nothing => None,
    }
}

/// What an example expects to have what was given before, and not what is after.
fn expectation(view: View<'_>, before: &Outcome, after: &Outcome) -> Option<String> {
    let total = |outcome: &Outcome| {
        let told = outcome.total.is_some() && outcome.total != after.total;
        outcome.total.filter(|_| told).and_then(witness::spell_points)
    };
    match (view, &before.given) {
        (_, Given::Nothing) => total(before).map(|points| format!("total = {points}")),
        (View::Line(name), Given::Line(state, points)) => {
            Some(format!("critère {name} = {}", line(*state, *points, before, after)?))
        }
        (View::Sub(name), Given::Condition(truth)) => {
            Some(format!("critère {name} = {}", sub_word(*truth)))
        }
        (View::Tranche(tranche), Given::Line(state, points)) => {
            Some(format!("tranche {tranche} = {}", line(*state, *points, before, after)?))
        }
        (View::Eligibility(name), Given::Condition(truth)) => {
            Some(format!("éligible {name} = {}", truth_word(*truth)))
        }
        (View::Order, Given::Order(ids)) if !ids.is_empty() => {
            Some(format!("ordre {}", ids.join(" ; ")))
        }
        (View::Grid, Given::Grid(_)) => total(before).map(|points| format!("total = {points}")),
        _ => None,
    }
}

fn line(state: LineState, points: Exact, before: &Outcome, after: &Outcome) -> Option<String> {
    if before.points() != after.points() {
        return witness::spell_points(points);
    }
    Some(line_word(state).to_owned())
}

/// The word of a criterion of a tranche.
fn sub_word(truth: Truth) -> &'static str {
    line_word(match truth {
        Truth::Yes => LineState::Obtained,
        Truth::No => LineState::NotObtained,
        Truth::Unknown => LineState::NotEvaluable,
    })
}

/// Says what is given, in a title.
fn said(outcome: &Outcome) -> String {
    match &outcome.given {
        Given::Line(_, points) => spelled(*points),
        Given::Condition(truth) => truth_word(*truth).to_owned(),
        Given::Order(ids) => ids.first().cloned().unwrap_or_else(|| "personne".to_owned()),
        Given::Grid(_) | Given::Nothing => outcome.total.map_or_else(|| "rien".to_owned(), spelled),
    }
}

fn spelled(points: Exact) -> String {
    witness::spell_points(points).unwrap_or_else(|| points.to_string())
}
