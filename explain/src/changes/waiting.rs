//! Waiting: the same pool evaluated on later days.
//!
//! A wait counts only because time passes since the marked date: what it reaches must be reached, too,
//! when that date alone is as much earlier, today. So neither an age nor the next campaign is ever a
//! reason to wait.

use super::Subject;
use super::value::Goal;
use crate::standing::Standing;
use engine::{Date, Fact, FactState, FieldId, Plans, Pool, Value};
use rayon::prelude::*;

/// A later day, whole months from today.
pub(super) struct Month {
    pub(super) count: u32,
    pub(super) day: Date,
    /// Where the candidate stands then, when it is better and because time passed.
    pub(super) gaining: Option<Gaining>,
}

/// Where a candidate stands after a wait.
pub(super) struct Gaining {
    pub(super) after: Standing,
    /// Where it would stand today, if the marked date were as much earlier.
    pub(super) older: Standing,
}

/// A lever on a date.
pub(super) struct Waiting<'w> {
    plans: &'w Plans<'w>,
    pool: &'w Pool,
    candidate: usize,
    field: FieldId,
    fact: Fact,
    since: Date,
}

impl<'w> Waiting<'w> {
    /// Prepares it; absent when the fact is no known date, or when no rule reads it.
    pub(super) fn new(subject: Subject<'w>, pool: &'w Pool, field: FieldId) -> Option<Self> {
        let candidate = subject.candidate;
        let fact = pool.candidates.get(candidate)?.case.facts.get(&field)?.clone();
        let FactState::Known(Value::Date(since)) = fact.state else { return None };
        subject.reads(field).then_some(Self {
            plans: subject.plans,
            pool,
            candidate,
            field,
            fact,
            since,
        })
    }

    /// Evaluates the pool month after month.
    pub(super) fn months(&self, horizon: u32, before: &Standing) -> Vec<Month> {
        let day = |count| Some((count, self.pool.date.plus_months(i64::from(count))?));
        let days: Vec<(u32, Date)> = (1..=horizon).map_while(day).collect();
        days.into_par_iter().map(|(count, day)| self.month(count, day, before)).collect()
    }

    fn month(&self, count: u32, day: Date, before: &Standing) -> Month {
        let pool = Pool { date: day, candidates: self.pool.candidates.clone() };
        let after = self.standing_of(&pool).filter(|after| after.is_better_than(before));
        let gaining = after.and_then(|after| {
            let older = self.older(count).filter(|older| older.is_better_than(before))?;
            Some(Gaining { after, older })
        });
        Month { count, day, gaining }
    }

    fn standing_of(&self, pool: &Pool) -> Option<Standing> {
        self.plans.assess(pool)?.candidate(self.candidate).map(Standing::of)
    }

    /// Where the candidate would stand today, if the marked date were so many months earlier.
    fn older(&self, months: u32) -> Option<Standing> {
        let since = self.since.plus_months(-i64::from(months))?;
        let mut pool = self.pool.clone();
        let candidate = pool.candidates.get_mut(self.candidate)?;
        let state = FactState::Known(Value::Date(since));
        candidate.case.facts.insert(self.field, Fact { state, ..self.fact.clone() });
        self.standing_of(&pool)
    }

    /// Returns the last day tried that keeps what another gains; absent when the days run out first.
    pub(super) fn last_day(months: &[Month], at: usize, goals: &[Goal]) -> Option<Date> {
        let reached = &months.get(at)?.gaining.as_ref()?.after;
        let keeps = |month: &Month| {
            month.gaining.as_ref().map(|gaining| &gaining.after).is_some_and(|standing| {
                standing.total >= reached.total
                    && goals.iter().all(|goal| match goal {
                        Goal::More(line) | Goal::Most(line) => {
                            standing.points(line) >= reached.points(line)
                        }
                        Goal::Gain { .. } | Goal::Eligible => standing.eligible == reached.eligible,
                    })
            })
        };
        let lost = months.iter().skip(at + 1).position(|month| !keeps(month))?;
        months.get(at + lost).map(|month| month.day)
    }
}
