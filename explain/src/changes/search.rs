//! The search: one lever at a time, then two where one is not enough.
//!
//! Nothing is kept but what the engine gave: each change comes with the candidate's standing after an
//! evaluation of the whole pool, the other candidates as they are.

use super::edits::{Edit, edited, fields_with_levers, named, proofs, settings};
use super::profile::{Piece, Profile, Survey};
use super::readers::Readers;
use super::value::{Action, Change, Goal, Phrase, Step, Undecided};
use super::waiting::{Gaining, Month, Waiting};
use super::{Limits, Subject};
use crate::standing::{LineName, Standing};
use crate::value::Shown;
use engine::{Assessed, Exact, FactRef, FieldId, Lever, Pool, Sentence, Truth, Type, Value};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// What is looked for: lines to raise, points to gain, and whether being eligible counts.
#[derive(Clone, Debug)]
struct Wanted {
    /// Every line when absent.
    lines: Option<BTreeSet<LineName>>,
    gains: Vec<Exact>,
    eligible: bool,
}

/// A search under way.
pub(super) struct Search<'s> {
    subject: Subject<'s>,
    readers: &'s Readers,
    limits: &'s Limits,
    outcome: &'s Assessed<'s>,
    before: Standing,
    found: Vec<Change>,
    undecided: Vec<Undecided>,
}

/// The pool to start from, and what was done to get there.
#[derive(Clone, Copy)]
struct Start<'c> {
    pool: &'c Pool,
    standing: &'c Standing,
    done: &'c [Step],
    field: Option<FieldId>,
}

impl<'s> Search<'s> {
    /// Begins a search.
    pub(super) fn new(
        subject: Subject<'s>,
        outcome: &'s Assessed<'s>,
        readers: &'s Readers,
        limits: &'s Limits,
    ) -> Self {
        let before = Standing::of(outcome);
        let (found, undecided) = (Vec::new(), Vec::new());
        Self { subject, readers, limits, outcome, before, found, undecided }
    }

    /// Searches, and returns what was found and what could not be told.
    pub(super) fn run(mut self) -> (Vec<Change>, Vec<Undecided>) {
        let pool = self.subject.pool;
        let before = self.before.clone();
        let start = Start { pool, standing: &before, done: &[], field: None };
        let edits = self.edits(pool);
        let wanted = Wanted { lines: None, gains: self.limits.gains.clone(), eligible: true };
        self.edited(start, &edits, &wanted);
        self.moved(start, &wanted);
        self.pairs(&edits);
        self.found.sort_by_key(|change| {
            let gained = change.total.after.0.subtract(change.total.before.0);
            let is_for_points = !change.goals.contains(&Goal::Eligible);
            (change.steps.len(), is_for_points, std::cmp::Reverse(gained.unwrap_or(Exact::ZERO)))
        });
        (self.found, self.undecided)
    }

    fn edits(&self, pool: &Pool) -> Vec<Edit> {
        let Some(candidate) = pool.candidates.get(self.subject.candidate) else {
            return Vec::new();
        };
        let program = self.subject.program;
        let mut edits = settings(&program.schema, &candidate.case);
        edits.extend(proofs(&program.schema, self.outcome));
        edits
    }

    /// Two edits, or an edit and a number or a wait, for what no single change reached. What follows
    /// each first edit is searched apart from the others, side by side.
    fn pairs(&mut self, edits: &[Edit]) {
        let unreached = self.unreached();
        let following: Vec<Vec<Change>> = (0..edits.len())
            .into_par_iter()
            .map(|at| self.following(edits, at, &unreached).unwrap_or_default())
            .collect();
        for change in following.into_iter().flatten() {
            self.join(change);
        }
    }

    /// What a second step reaches once an edit is made, the edits before it apart.
    fn following(&self, edits: &[Edit], at: usize, unreached: &Wanted) -> Option<Vec<Change>> {
        let first = edits.get(at)?;
        let wanted = self.beside(unreached, first);
        if wanted.is_empty() {
            return None;
        }
        let mut pool = self.subject.pool.clone();
        let schema = &self.subject.program.schema;
        edited(&mut pool.candidates, self.subject.candidate, first, schema);
        let standing = self.standing(&pool)?;
        let done = [first.step.clone()];
        let start = Start { pool: &pool, standing: &standing, done: &done, field: first.field() };
        let others = edits.iter().skip(at + 1);
        let others =
            others.filter(|other| other.field().is_none() || other.field() != first.field());
        let mut others: Vec<Edit> = others.cloned().collect();
        others.extend(self.proofs_after(&pool, edits));
        let mut branch = self.branch();
        branch.edited(start, &others, &wanted);
        branch.moved(start, &wanted);
        Some(branch.found)
    }

    /// The same search, with nothing found yet.
    fn branch(&self) -> Self {
        let (found, undecided) = (Vec::new(), Vec::new());
        Self { before: self.before.clone(), found, undecided, ..*self }
    }

    /// The proofs that come to be awaited once something else is done.
    fn proofs_after(&self, pool: &Pool, known: &[Edit]) -> Vec<Edit> {
        let Some(assessment) = self.subject.plans.assess(pool) else { return Vec::new() };
        let Some(outcome) = assessment.candidate(self.subject.candidate) else {
            return Vec::new();
        };
        let edits = proofs(&self.subject.program.schema, outcome).into_iter();
        edits.filter(|edit| !known.iter().any(|held| held.step == edit.step)).collect()
    }

    /// What no change found so far reaches.
    fn unreached(&self) -> Wanted {
        let reached: BTreeSet<&Goal> = self.found.iter().flat_map(|change| &change.goals).collect();
        let lines = self.before.lines.iter().filter(|(name, line)| {
            line.maximum.is_none_or(|maximum| line.points < maximum)
                && !reached.contains(&Goal::More((*name).clone()))
        });
        let lines: BTreeSet<LineName> = lines.map(|(name, _)| name.clone()).collect();
        let gains = self.limits.gains.iter().copied();
        let gains = gains
            .filter(|points| !reached.contains(&Goal::Gain { points: crate::Points(*points) }))
            .collect();
        let eligible = self.before.eligible != Truth::Yes && !reached.contains(&Goal::Eligible);
        Wanted { lines: Some(lines), gains, eligible }
    }

    /// What of it a change may help to reach: the lines that read what it changes.
    fn beside(&self, wanted: &Wanted, first: &Edit) -> Wanted {
        let fields = first.fields();
        let helped = |line: &&LineName| {
            fields.iter().any(|field| self.readers.ever.has(line, FactRef::Field(*field)))
        };
        let lines = wanted.lines.iter().flatten().filter(helped).cloned().collect();
        Wanted { lines: Some(lines), ..wanted.clone() }
    }

    fn standing(&self, pool: &Pool) -> Option<Standing> {
        self.subject.plans.assess(pool)?.candidate(self.subject.candidate).map(Standing::of)
    }

    /// Tries edits one by one.
    fn edited(&mut self, start: Start<'_>, edits: &[Edit], wanted: &Wanted) {
        let schema = &self.subject.program.schema;
        let mut better: Vec<(&Edit, Standing)> = Vec::new();
        for edit in edits {
            let mut pool = start.pool.clone();
            edited(&mut pool.candidates, self.subject.candidate, edit, schema);
            let after = self.standing(&pool).filter(|after| after.is_better_than(&self.before));
            better.extend(after.filter(|after| after != start.standing).map(|after| (edit, after)));
        }
        for (edit, after) in &better {
            let same = better.iter().filter(|(other, _)| other.fields() == edit.fields());
            let same: Vec<&Standing> = same.map(|(_, standing)| standing).collect();
            let goals =
                self.goals(after, wanted).into_iter().filter(|goal| is_best(goal, after, &same));
            self.keep(start, edit.step.clone(), after, goals.collect());
        }
    }

    /// The goals that a standing reaches.
    fn goals(&self, after: &Standing, wanted: &Wanted) -> Vec<Goal> {
        let mut goals = Vec::new();
        for line in after.risen(&self.before) {
            if wanted.takes(&line) {
                goals.extend([Goal::More(line.clone()), Goal::Most(line)]);
            }
        }
        let gains = wanted.gains.iter().copied();
        let gains = gains.filter(|points| after.gains(&self.before, *points));
        goals.extend(gains.map(|points| Goal::Gain { points: crate::Points(points) }));
        if wanted.eligible && after.becomes_eligible(&self.before) {
            goals.push(Goal::Eligible);
        }
        goals
    }

    /// Keeps a change that reaches some goals.
    fn keep(&mut self, start: Start<'_>, step: Step, after: &Standing, goals: Vec<Goal>) {
        if goals.is_empty() {
            return;
        }
        let mut steps = start.done.to_vec();
        steps.push(step);
        self.join(after.change(&self.before, steps, goals));
    }

    /// Joins a change with the same one found for another goal.
    fn join(&mut self, change: Change) {
        match self.found.iter_mut().find(|held| held.steps == change.steps) {
            Some(held) => {
                held.goals.extend(change.goals);
                held.goals.sort();
                held.goals.dedup();
            }
            None => self.found.push(change),
        }
    }

    /// Tries the levers that have many values: numbers and waiting.
    fn moved(&mut self, start: Start<'_>, wanted: &Wanted) {
        let schema = &self.subject.program.schema;
        for (field, lever) in fields_with_levers(schema) {
            if start.field == Some(field) || !wanted.concerns(self.readers, field) {
                continue;
            }
            match (lever, schema.field(field).map(|def| def.ty)) {
                (Lever::Choose(sentence), Some(ty @ Type::Number(..))) => {
                    self.numbers(start, (field, ty), sentence, wanted);
                }
                (Lever::Wait(sentence), _) => self.waits(start, field, sentence, wanted),
                (Lever::Choose(_) | Lever::Reach { .. }, _) => {}
            }
        }
    }

    fn waits(&mut self, start: Start<'_>, field: FieldId, sentence: &Sentence, wanted: &Wanted) {
        let waiting = Waiting::new(self.subject, start.pool, field);
        let Some(waiting) = waiting else { return };
        let months = waiting.months(self.limits.months, &self.before);
        let reached = self.reached_by_time(&months, wanted);
        let mut told: BTreeSet<Goal> = BTreeSet::new();
        for (at, after, goals) in &reached {
            let Some(month) = months.get(*at) else { continue };
            let fresh = goals.iter().filter(|goal| {
                let rivals = reached.iter().filter(|(_, _, goals)| goals.contains(goal));
                is_best(goal, after, &rivals.map(|(_, after, _)| *after).collect::<Vec<_>>())
            });
            let fresh: Vec<Goal> =
                fresh.filter(|goal| told.insert((*goal).clone())).cloned().collect();
            if fresh.is_empty() {
                continue;
            }
            let facts = vec![named(&self.subject.program.schema, field)];
            let last_day = Waiting::last_day(&months, *at, &fresh);
            let action = Action::Wait {
                phrase: Phrase::from(sentence),
                months: month.count,
                first_day: month.day,
                last_day,
            };
            self.keep(start, Step { facts, action }, after, fresh);
        }
    }

    /// What each month reaches because time passed.
    fn reached_by_time<'m>(
        &self,
        months: &'m [Month],
        wanted: &Wanted,
    ) -> Vec<(usize, &'m Standing, Vec<Goal>)> {
        let mut reached = Vec::new();
        for (at, month) in months.iter().enumerate() {
            let Some(Gaining { after, older }) = &month.gaining else { continue };
            let by_time = self.goals(older, wanted);
            let mut goals = self.goals(after, wanted);
            goals.retain(|goal| by_time.contains(goal));
            reached.push((at, after, goals));
        }
        reached
    }

    fn numbers(
        &mut self,
        start: Start<'_>,
        (field, ty): (FieldId, Type),
        sentence: &Sentence,
        wanted: &Wanted,
    ) {
        let rules = (self.subject.program, self.subject.plans);
        let Some(mut survey) = Survey::new(rules, start.pool, self.subject.candidate, field) else {
            return;
        };
        let reads = |line: &LineName| self.readers.ever.has(line, FactRef::Field(field));
        if !survey.may_gain(&self.before, &reads) {
            return;
        }
        let Some(profile) = survey.profile(self.limits.evaluations) else { return };
        let lever = Number { survey: &survey, field, ty, sentence };
        if start.done.is_empty() {
            self.undecided.extend(lever.undecided(&profile, self.subject));
        }
        for (at, goals) in self.nearest(&profile, &survey, wanted) {
            let Some(piece) = profile.pieces.get(at) else { continue };
            let (from, to) = kept(&profile, at, &self.before, &goals);
            let schema = &self.subject.program.schema;
            let Some(action) = lever.action(schema, piece, (from, to)) else { continue };
            let step = Step { facts: vec![named(schema, field)], action };
            let after = piece.standing.clone();
            self.keep(start, step, &after, goals);
        }
    }

    /// For each goal, the piece nearest to today's value that reaches it.
    fn nearest(
        &self,
        profile: &Profile,
        survey: &Survey<'_>,
        wanted: &Wanted,
    ) -> Vec<(usize, Vec<Goal>)> {
        let mut near: Vec<(usize, &Piece)> = profile.pieces.iter().enumerate().collect();
        near.retain(|(_, piece)| piece.standing.is_better_than(&self.before));
        near.sort_by_key(|(_, piece)| survey.distance(piece));
        let mut reached: BTreeSet<Goal> = BTreeSet::new();
        let mut chosen = Vec::new();
        let standings: Vec<&Standing> = near.iter().map(|(_, piece)| &piece.standing).collect();
        for (at, piece) in &near {
            let goals = self.goals(&piece.standing, wanted).into_iter();
            let goals = goals.filter(|goal| is_best(goal, &piece.standing, &standings));
            let goals: Vec<Goal> = goals.filter(|goal| reached.insert(goal.clone())).collect();
            if !goals.is_empty() {
                chosen.push((*at, goals));
            }
        }
        chosen
    }
}

/// Tells whether a standing gives a line as much as any does, when that is the goal.
fn is_best(goal: &Goal, standing: &Standing, all: &[&Standing]) -> bool {
    match goal {
        Goal::Most(line) => {
            all.iter().map(|other| other.points(line)).max() == Some(standing.points(line))
        }
        Goal::More(_) | Goal::Gain { .. } | Goal::Eligible => true,
    }
}

impl Wanted {
    fn is_empty(&self) -> bool {
        self.lines.as_ref().is_some_and(BTreeSet::is_empty)
            && self.gains.is_empty()
            && !self.eligible
    }

    /// Tells whether a fact may help to reach any of it.
    fn concerns(&self, readers: &Readers, field: FieldId) -> bool {
        let fact = FactRef::Field(field);
        let by_eligibility = self.eligible && readers.ever.eligibility.contains(&fact);
        by_eligibility
            || !self.gains.is_empty()
            || self
                .lines
                .as_ref()
                .is_none_or(|lines| lines.iter().any(|line| readers.ever.has(line, fact)))
    }

    fn takes(&self, line: &LineName) -> bool {
        self.lines.as_ref().is_none_or(|lines| lines.contains(line))
    }
}

/// The values around a piece that keep what it gives: its goals, with a total as high.
fn kept(
    profile: &Profile,
    at: usize,
    before: &Standing,
    goals: &[Goal],
) -> (Option<i128>, Option<i128>) {
    let Some(reached) = profile.pieces.get(at) else { return (None, None) };
    let keeps = |piece: &Piece| {
        let standing = &piece.standing;
        standing.is_better_than(before)
            && standing.total >= reached.standing.total
            && goals.iter().all(|goal| match goal {
                Goal::More(line) | Goal::Most(line) => {
                    standing.points(line) >= reached.standing.points(line)
                }
                Goal::Gain { .. } => true,
                Goal::Eligible => standing.becomes_eligible(before),
            })
    };
    let below = profile.pieces.iter().take(at).rev().take_while(|piece| keeps(piece));
    let above = profile.pieces.iter().skip(at + 1).take_while(|piece| keeps(piece));
    let first = below.last().unwrap_or(reached).first;
    let last = above.last().unwrap_or(reached).last;
    (first, last)
}

/// A lever on a number.
struct Number<'n, 's> {
    survey: &'n Survey<'s>,
    field: FieldId,
    ty: Type,
    sentence: &'n Sentence,
}

impl Number<'_, '_> {
    fn shown(&self, schema: &engine::Schema, value: Exact) -> Shown {
        Shown::known(&Value::Number(value), self.ty, schema)
    }

    fn at(&self, schema: &engine::Schema, grains: i128) -> Option<Shown> {
        self.survey.value(grains).map(|value| self.shown(schema, value))
    }

    fn action(
        &self,
        schema: &engine::Schema,
        piece: &Piece,
        (first, last): (Option<i128>, Option<i128>),
    ) -> Option<Action> {
        let first = first.filter(|first| !self.survey.is_lowest(*first));
        Some(Action::Choose {
            phrase: Phrase::from(self.sentence),
            current: self.shown(schema, self.survey.today()),
            nearest: self.at(schema, piece.nearest)?,
            from: first.and_then(|first| self.at(schema, first)),
            to: last.and_then(|last| self.at(schema, last)),
            grain: self.shown(schema, self.survey.grain()),
        })
    }

    /// Says how far values were tried, when not to the end.
    fn undecided(&self, profile: &Profile, subject: Subject<'_>) -> Option<Undecided> {
        if profile.whole == (true, true) {
            return None;
        }
        let schema = &subject.program.schema;
        let first = profile.pieces.first().and_then(|piece| piece.first);
        let last = profile.pieces.last().and_then(|piece| piece.last);
        let end = |is_whole: bool, grains: Option<i128>| {
            grains.filter(|_| !is_whole).and_then(|grains| self.at(schema, grains))
        };
        let (from, to) = (end(profile.whole.0, first), end(profile.whole.1, last));
        Some(Undecided { fact: named(schema, self.field), from, to })
    }
}
