//! The lines of one version of a grid for one candidate.

use super::expression::{Env, World};
use super::outcome::{Because, Line};
use super::value::{Val, Why, Whys, rational};
use dsl::typed::tree::{Criterion, Expr, Family, Grid, Part, SharingRule, Tranche};
use engine::{
    EvalError, Exact, Fact, FactRef, FactState, LineState, ListState, MotifCode, Proof, ProofLevel,
    Retains, Truth,
};
use num_rational::BigRational;
use num_traits::Zero;
use std::collections::BTreeSet;

/// A line under way: its state, its points, and why.
#[derive(Clone, Debug)]
struct Draft {
    state: LineState,
    points: BigRational,
    cause: Cause,
}

/// Why a line or a condition is as it is.
#[derive(Clone, Debug)]
pub enum Cause {
    /// A code, with the facts it names.
    Plain(Because),
    /// Unknown values.
    Unknown(Whys),
}

impl Cause {
    fn code(code: MotifCode) -> Self {
        Self::Plain(Because::plain(code))
    }

    /// Returns the motive: for an unknown, the most telling reason and the facts of its kind.
    pub fn because(&self) -> Because {
        match self {
            Self::Plain(because) => because.clone(),
            Self::Unknown(whys) => {
                let code = whys.first().map_or(MotifCode::NotRanked, |why| why.code());
                let of_kind = whys.iter().filter(|why| why.code() == code);
                Because { code, facts: of_kind.filter_map(|why| why.fact()).collect() }
            }
        }
    }
}

impl Draft {
    fn zero(state: LineState, cause: Cause) -> Self {
        Self { state, points: BigRational::zero(), cause }
    }

    fn not_obtained(code: MotifCode) -> Self {
        Self::zero(LineState::NotObtained, Cause::code(code))
    }

    fn not_evaluable(whys: Whys) -> Self {
        Self::zero(LineState::NotEvaluable, Cause::Unknown(whys))
    }

    fn stands_out(&self) -> bool {
        matches!(self.state, LineState::Obtained | LineState::Capped)
    }

    fn named(self, id: &str) -> Line {
        let because = self.cause.because();
        Line { id: id.to_owned(), state: self.state, points: self.points, because }
    }
}

/// Computes all the lines of a version, clipping lines included.
pub fn lines<'t>(world: World<'t>, grid: &'t Grid, who: usize) -> Vec<Line> {
    let gate = Gate::of(world, grid, who);
    let sheet = Sheet { world, sharing: grid.sharing.as_deref(), who };
    let mut lines = Vec::new();
    for part in &grid.parts {
        match part {
            Part::Criterion(criterion) => {
                lines.push(gate.pass(|| sheet.line(criterion)).named(&criterion.id));
            }
            Part::Tranche(tranche) => {
                lines.push(gate.pass(|| sheet.tranche(tranche)).named(&tranche.id));
            }
            Part::Family(family) => {
                let members = sheet.family(family);
                let mut own: Vec<Line> = family
                    .criteria
                    .iter()
                    .zip(members)
                    .map(|(criterion, draft)| gate.pass(|| draft).named(&criterion.id))
                    .collect();
                if gate.is_open() {
                    let id = format!("ecretement.{}", family.id);
                    own.extend(clip(&own, family.floor, family.cap, &id));
                }
                lines.extend(own);
            }
        }
    }
    if gate.is_open() {
        let own = clip(&lines, grid.floor, grid.cap, "ecretement");
        lines.extend(own);
    }
    lines
}

/// Returns the line that brings a sum within bounds; the cap wins.
fn clip(lines: &[Line], floor: Option<Exact>, cap: Option<Exact>, id: &str) -> Option<Line> {
    let sum: BigRational = lines.iter().map(|line| &line.points).sum();
    let bound = (floor.map(rational), cap.map(rational));
    let (kept, code) = bounded(&sum, bound);
    let draft = Draft { state: LineState::Capped, points: kept - sum, cause: Cause::code(code?) };
    Some(draft.named(id))
}

fn bounded(
    points: &BigRational,
    (floor, cap): (Option<BigRational>, Option<BigRational>),
) -> (BigRational, Option<MotifCode>) {
    let mut kept = points.clone();
    if let Some(floor) = floor.filter(|floor| kept < *floor) {
        kept = floor;
    }
    if let Some(cap) = cap.filter(|cap| kept > *cap) {
        kept = cap;
    }
    let code = match kept.cmp(points) {
        std::cmp::Ordering::Less => Some(MotifCode::Capped),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(MotifCode::Floored),
    };
    (kept, code)
}

/// What a frame puts before all its lines: the applicant's choice, then the employer's validation.
#[derive(Clone, Debug)]
enum Gate {
    Open,
    /// No line has its say.
    Closed(Draft),
    /// The lines have their say, but their points are held.
    Held(Draft),
}

impl Gate {
    fn of<'t>(world: World<'t>, grid: &'t Grid, who: usize) -> Self {
        if let Some(rule) = &grid.sharing {
            match world.granted(rule, who) {
                Err(whys) => return Self::Closed(Draft::not_evaluable(whys)),
                Ok(engine::Sharing::Nothing) => {
                    return Self::Closed(Draft::not_obtained(MotifCode::Anonymous));
                }
                Ok(engine::Sharing::Identification | engine::Sharing::Complete) => {}
            }
        }
        let Some(rule) = grid.validation else { return Self::Open };
        match world.case(who).and_then(|case| case.facts.get(&rule.field)).map(|fact| &fact.state) {
            Some(FactState::Known(engine::Value::Enum(value))) if *value == rule.confirmed => {
                Self::Open
            }
            Some(FactState::Known(engine::Value::Enum(value))) if *value == rule.pending => {
                let cause = Cause::code(MotifCode::ValidationPending);
                Self::Held(Draft::zero(LineState::Pending, cause))
            }
            Some(FactState::Known(engine::Value::Enum(value))) if *value == rule.refused => {
                Self::Closed(Draft::not_obtained(MotifCode::ValidationRefused))
            }
            Some(FactState::Withheld) => Self::held_by(Why::Withheld(FactRef::Field(rule.field))),
            Some(FactState::Known(_)) => Self::held_by(Why::Failed(EvalError::IllTyped)),
            Some(FactState::Missing) | None => {
                Self::held_by(Why::Missing(FactRef::Field(rule.field)))
            }
        }
    }

    fn held_by(why: Why) -> Self {
        Self::Held(Draft::not_evaluable(Whys::from([why])))
    }

    fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }

    /// Lets a line through. A line held back is as the gate says when it would have been granted;
    /// otherwise it stays as it is, without points.
    fn pass(&self, line: impl FnOnce() -> Draft) -> Draft {
        let held = match self {
            Self::Open => return line(),
            Self::Closed(closed) => return closed.clone(),
            Self::Held(held) => held,
        };
        let own = line();
        if own.stands_out() {
            return held.clone();
        }
        match (own.state, &own.cause, &held.cause) {
            (LineState::NotEvaluable, Cause::Unknown(a), Cause::Unknown(b)) => {
                Draft::not_evaluable(a.union(b).copied().collect())
            }
            _ => Draft::zero(own.state, own.cause),
        }
    }
}

/// A candidate before a version's criteria.
#[derive(Clone, Copy)]
pub struct Sheet<'t> {
    /// The population.
    pub world: World<'t>,
    /// The frame's sharing.
    pub sharing: Option<&'t SharingRule>,
    /// The candidate's index.
    pub who: usize,
}

/// Whether a criterion may speak, its proofs apart.
enum Opening {
    Open,
    Closed(MotifCode),
    Unknown(Whys),
}

impl<'t> Sheet<'t> {
    fn eval(self, criterion: &'t Criterion, expr: &'t Expr) -> Val {
        self.world.eval(expr, &Env::of(self.sharing, &criterion.locals), self.who)
    }

    fn opening(self, criterion: &'t Criterion) -> Opening {
        if !criterion.period.contains(self.world.pool.date) {
            return Opening::Closed(MotifCode::OutsidePeriod);
        }
        let truth = |expr: &'t Expr| self.eval(criterion, expr).truth();
        let condition = criterion.condition.as_ref().map_or(Ok(true), truth);
        let exception = criterion.exception.as_ref().map_or(Ok(false), truth);
        if condition == Ok(false) {
            return Opening::Closed(MotifCode::ConditionFalse);
        }
        if exception == Ok(true) {
            return Opening::Closed(MotifCode::Exception);
        }
        let whys: Whys =
            [condition, exception].into_iter().filter_map(Result::err).flatten().collect();
        if whys.is_empty() { Opening::Open } else { Opening::Unknown(whys) }
    }

    /// Decides a criterion without points: a sub-criterion, a condition of eligibility.
    pub fn condition(self, criterion: &'t Criterion) -> (Truth, Cause) {
        match self.opening(criterion) {
            Opening::Closed(code) => (Truth::No, Cause::code(code)),
            Opening::Unknown(whys) => (Truth::Unknown, Cause::Unknown(whys)),
            Opening::Open => {
                let awaited = self.awaited(criterion);
                if awaited.is_empty() {
                    (Truth::Yes, Cause::code(MotifCode::Condition))
                } else {
                    let code = MotifCode::ProofAwaited;
                    (Truth::Unknown, Cause::Plain(Because { code, facts: awaited }))
                }
            }
        }
    }

    fn line(self, criterion: &'t Criterion) -> Draft {
        let draft = match self.opening(criterion) {
            Opening::Closed(code) => return Draft::not_obtained(code),
            Opening::Unknown(whys) => return Draft::not_evaluable(whys),
            Opening::Open => self.granted(criterion),
        };
        let facts = self.awaited(criterion);
        if draft.state == LineState::NotObtained || facts.is_empty() {
            return draft;
        }
        let code = MotifCode::ProofAwaited;
        Draft::zero(LineState::Pending, Cause::Plain(Because { code, facts }))
    }

    /// What an open criterion gives: each contribution counts alone, the bounds clip the sum.
    fn granted(self, criterion: &'t Criterion) -> Draft {
        let mut known = Vec::new();
        let mut whys = Whys::new();
        for contribution in &criterion.contributions {
            let condition = contribution.condition.as_ref();
            match condition.map_or(Ok(true), |condition| self.eval(criterion, condition).truth()) {
                Ok(false) => {}
                Ok(true) => match self.eval(criterion, &contribution.amount).number() {
                    Ok(points) => known.push(points),
                    Err(unknown) => whys.extend(unknown),
                },
                Err(unknown) => whys.extend(unknown),
            }
        }
        let mut bound = |expr: &'t Option<Expr>| {
            let value = expr.as_ref().map(|expr| self.eval(criterion, expr).number()).transpose();
            value.map_err(|unknown| whys.extend(unknown))
        };
        let bounds = (bound(&criterion.floor), bound(&criterion.cap));
        let (Ok(floor), Ok(cap)) = bounds else { return Draft::not_evaluable(whys) };
        let sum: BigRational = known.iter().sum();
        let (kept, clipped) = bounded(&sum, (floor, cap));
        let nothing = known.is_empty();
        if !whys.is_empty() {
            let points = if nothing { BigRational::zero() } else { kept };
            return Draft { points, ..Draft::not_evaluable(whys) };
        }
        let (state, code) = match clipped {
            Some(code) => (LineState::Capped, code),
            None if !kept.is_zero() => (LineState::Obtained, MotifCode::Condition),
            None if nothing => (LineState::NotObtained, MotifCode::ConditionFalse),
            None => (LineState::NotObtained, MotifCode::Condition),
        };
        Draft { state, points: kept, cause: Cause::code(code) }
    }

    /// The known facts that are not established as well as the criterion asks.
    fn awaited(self, criterion: &Criterion) -> Vec<FactRef> {
        let Some(case) = self.world.case(self.who) else { return Vec::new() };
        let schema = &self.world.tree.schema;
        let mut facts = BTreeSet::new();
        for (level, fields) in &criterion.proofs {
            for field in fields {
                let list = schema.field(*field).and_then(|def| match case.lists.get(&def.entity) {
                    Some(ListState::Known(items)) => Some(items.as_slice()),
                    Some(ListState::Missing | ListState::Withheld) | None => None,
                });
                let in_items = list.unwrap_or_default().iter().filter_map(|item| item.get(field));
                let mut held = case.facts.get(field).into_iter().chain(in_items);
                if held.any(|fact| falls_short(fact, level)) {
                    facts.insert(FactRef::Field(*field));
                }
            }
        }
        facts.into_iter().collect()
    }

    fn tranche(self, tranche: &'t Tranche) -> Draft {
        if tranche.criteria.is_empty() {
            return Draft::not_obtained(MotifCode::SlotUnfilled);
        }
        let subs: Vec<_> =
            tranche.criteria.iter().map(|criterion| self.condition(criterion)).collect();
        if subs.iter().any(|(truth, _)| *truth == Truth::Yes) {
            let points = rational(tranche.points);
            return Draft {
                state: LineState::Obtained,
                points,
                cause: Cause::code(MotifCode::Condition),
            };
        }
        let mut awaited = BTreeSet::new();
        let mut whys = Whys::new();
        for (truth, cause) in &subs {
            match (truth, cause) {
                (Truth::Unknown, Cause::Plain(because)) => {
                    awaited.extend(because.facts.iter().copied())
                }
                (Truth::Unknown, Cause::Unknown(unknown)) => whys.extend(unknown.iter().copied()),
                (Truth::Yes | Truth::No, _) => {}
            }
        }
        if !awaited.is_empty() {
            let because =
                Because { code: MotifCode::ProofAwaited, facts: awaited.into_iter().collect() };
            Draft::zero(LineState::Pending, Cause::Plain(because))
        } else if !whys.is_empty() {
            Draft::not_evaluable(whys)
        } else {
            Draft::not_obtained(MotifCode::ConditionFalse)
        }
    }

    fn family(self, family: &'t Family) -> Vec<Draft> {
        let lines: Vec<Draft> =
            family.criteria.iter().map(|criterion| self.line(criterion)).collect();
        match family.retains {
            Retains::Maximum => best(lines),
            Retains::First => first(lines),
        }
    }
}

/// Leaves the points to the line with the most, the first in the text on a tie.
fn best(lines: Vec<Draft>) -> Vec<Draft> {
    let competes = |line: &Draft| {
        line.stands_out() || (line.state == LineState::NotEvaluable && !line.points.is_zero())
    };
    let most = lines.iter().filter(|line| competes(line)).map(|line| line.points.clone()).max();
    let winner =
        most.and_then(|most| lines.iter().position(|line| competes(line) && line.points == most));
    let Some(winner) = winner else { return lines };
    let others = |(at, line): (usize, Draft)| if at == winner { line } else { stood_down(line) };
    lines.into_iter().enumerate().map(others).collect()
}

/// A line whose points another line of the family takes.
fn stood_down(line: Draft) -> Draft {
    if line.points.is_zero() {
        line
    } else if line.stands_out() {
        Draft::not_obtained(MotifCode::FamilyOther)
    } else {
        Draft::zero(line.state, line.cause)
    }
}

/// Leaves the points to the first line whose condition holds; behind an unknown one, a true one is
/// not evaluable.
fn first(lines: Vec<Draft>) -> Vec<Draft> {
    let holds = |line: &Draft| match line.state {
        LineState::Obtained | LineState::Capped | LineState::Pending => true,
        LineState::NotObtained => line.cause.because().code == MotifCode::Condition,
        LineState::NotEvaluable => false,
    };
    let mut whys = Whys::new();
    let mut taken = false;
    let mut out = Vec::new();
    for line in lines {
        let held = holds(&line);
        let unknown = match &line.cause {
            Cause::Unknown(unknown) if line.state == LineState::NotEvaluable => unknown.clone(),
            Cause::Unknown(_) | Cause::Plain(_) => Whys::new(),
        };
        out.push(if taken {
            stood_down(line)
        } else if whys.is_empty() {
            line
        } else if line.state == LineState::NotEvaluable {
            Draft::zero(line.state, line.cause)
        } else if held && line.state != LineState::NotObtained {
            Draft::not_evaluable(whys.clone())
        } else {
            line
        });
        taken |= held && whys.is_empty();
        if !taken {
            whys.extend(unknown);
        }
    }
    out
}

fn falls_short(fact: &Fact, level: &ProofLevel) -> bool {
    let known = matches!(fact.state, FactState::Known(_));
    let meets = match (&fact.proof, level) {
        (Proof::Declared, _) => false,
        (Proof::Verified, level) => *level == ProofLevel::Verified,
        (Proof::Validated(_), ProofLevel::Verified | ProofLevel::Validated(None)) => true,
        (Proof::Validated(by), ProofLevel::Validated(Some(role))) => {
            by.as_deref() == Some(role.as_str())
        }
    };
    known && !meets
}
