//! The slow search: values of each lever one by one, by the reference evaluator.
//!
//! What the search shows must come out of the reference as told, to its ends and not beyond; what the
//! reference finds must have been shown, no farther from today's value.

use crate::describe;
use crate::differential::overflows;
use crate::generate::{Choices, days, pool, recueil};
use crate::reference::{self, rational};
use crate::rules::{Rules, candidate};
use engine::{
    Case, Date, Exact, Fact, FactState, FieldId, GridState, Lever, ListState, NumberForm, Pool,
    Schema, Truth, Type, Value,
};
use explain::changes::{
    Action, Change, Changes, Goal, Limits, LineName, Margin, Proof, Step, find,
};
use explain::value::{ExactValue, Shown};
use num_rational::BigRational;
use num_traits::Zero;
use std::collections::BTreeMap;

/// How a generated recueil fared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Candidates whose changes were compared.
    pub candidates: usize,
    /// Changes shown.
    pub changes: usize,
    /// Those of two steps.
    pub pairs: usize,
    /// Levers that were not tried to the end.
    pub undecided: usize,
    /// Margins told.
    pub margins: usize,
    /// Values that the reference tried.
    pub tried: usize,
}

/// How far waiting is tried.
const MONTHS: u32 = 8;
/// What is wanted in all.
const GAIN: i128 = 12;

/// A candidate by the reference: its lines, its total, whether it is eligible, its rank.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    lines: BTreeMap<LineName, BigRational>,
    total: BigRational,
    eligible: Truth,
    rank: Option<u32>,
}

impl Place {
    fn of(candidate: &reference::Candidate) -> Self {
        let established = candidate.grids.iter().filter(|it| it.state == GridState::Established);
        let lines = established.flat_map(|grid| {
            grid.lines.iter().map(|line| {
                (LineName { grid: grid.id.clone(), line: line.id.clone() }, line.points.clone())
            })
        });
        let total = candidate.total.clone();
        Self { lines: lines.collect(), total, eligible: candidate.eligible, rank: candidate.rank }
    }

    fn points(&self, line: &LineName) -> BigRational {
        self.lines.get(line).cloned().unwrap_or_else(BigRational::zero)
    }

    fn risen(&self, before: &Self) -> Vec<LineName> {
        let risen = self.lines.iter().filter(|(name, points)| {
            !name.line.starts_with("ecretement") && **points > before.points(name)
        });
        risen.map(|(name, _)| name.clone()).collect()
    }

    fn becomes_eligible(&self, before: &Self) -> bool {
        self.eligible == Truth::Yes && before.eligible != Truth::Yes
    }

    fn is_better_than(&self, before: &Self) -> bool {
        let (own, its) = (certainty(self.eligible), certainty(before.eligible));
        own > its && self.total >= before.total || own == its && self.total > before.total
    }

    /// What it reaches of what the search looks for.
    fn goals(&self, before: &Self) -> Vec<Goal> {
        let mut goals: Vec<Goal> = self.risen(before).into_iter().map(Goal::More).collect();
        if self.total >= &before.total + rational(Exact::whole(GAIN)) {
            goals.push(Goal::Gain { points: explain::Points(Exact::whole(GAIN)) });
        }
        if self.becomes_eligible(before) {
            goals.push(Goal::Eligible);
        }
        goals
    }
}

/// One candidate under some rules.
struct Trial<'t> {
    rules: &'t Rules,
    pool: &'t Pool,
    who: usize,
    before: Place,
    found: Changes,
    tally: Tally,
}

/// Compiles a generated recueil and compares what could change with the slow search.
///
/// Errors: a sentence with the rules, the pool and the difference.
pub fn check(rules: &[u32], facts: &[Vec<u32>]) -> Result<Tally, String> {
    let texts = recueil(&mut Choices::new(rules));
    let compiled =
        Rules::from_texts(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let shown =
        || texts.iter().map(|(path, text)| format!("=== {path}\n{text}\n")).collect::<String>();
    let mut tally = Tally::default();
    for stream in facts {
        let mut c = Choices::new(stream);
        let day = c.pick(days()).and_then(|day| Date::parse_iso(day)).ok_or("aucun jour")?;
        let schema = &compiled.compiled.typed.schema;
        let pool = pool(&mut c, schema, day);
        let who = c.below(pool.candidates.len());
        one(&compiled, &pool, who, &mut c, &mut tally).map_err(|said| {
            format!("{who} : {said}\n{}\n{}", describe::pool(&pool, schema), shown())
        })?;
    }
    Ok(tally)
}

fn one(
    rules: &Rules,
    pool: &Pool,
    who: usize,
    c: &mut Choices<'_>,
    tally: &mut Tally,
) -> Result<(), String> {
    let outcome = rules.rank(pool).ok_or("aucun classement en vigueur")?;
    if overflows(&outcome) {
        return Ok(());
    }
    let limits = Limits { gains: vec![Exact::whole(GAIN)], months: MONTHS, evaluations: 60 };
    let program = &rules.compiled.lowered.program;
    let found = find(program, &rules.sandbox, pool, who, &limits).ok_or("rien")?;
    let own = candidate(&outcome, who).ok_or("rien")?;
    let before = Place::of(&reference::Candidate::from(own));
    let mut trial = Trial { rules, pool, who, before, found, tally: *tally };
    trial.tally.candidates += 1;
    trial.tally.changes += trial.found.proposals.len();
    trial.tally.undecided += trial.found.undecided.len();
    for change in trial.found.proposals.clone() {
        trial.shown(&change).map_err(|said| format!("{said}\nmontré : {change:#?}"))?;
    }
    for margin in trial.found.margins.clone() {
        trial.margin(&margin).map_err(|said| format!("{said}\nmarge : {margin:#?}"))?;
    }
    trial.singles(c)?;
    *tally = trial.tally;
    Ok(())
}

impl Trial<'_> {
    fn schema(&self) -> &Schema {
        &self.rules.compiled.typed.schema
    }

    /// Places the candidate by the reference; absent when the engine overflows.
    fn place(&mut self, pool: &Pool) -> Option<Place> {
        self.tally.tried += 1;
        let outcome = self.rules.rank(pool)?;
        if overflows(&outcome) {
            return None;
        }
        let slow = reference::rank(&self.rules.compiled.typed, &self.rules.sandbox, pool)?;
        let id = &pool.candidates.get(self.who)?.id;
        slow.iter().find(|it| it.id == *id).map(Place::of)
    }

    fn with(&self, change: impl FnOnce(&mut Case, &Schema)) -> Pool {
        let mut pool = self.pool.clone();
        if let Some(candidate) = pool.candidates.get_mut(self.who) {
            change(&mut candidate.case, self.schema());
        }
        pool
    }

    /// A change that is shown does what it says, keeps it to its ends, and no farther.
    fn shown(&mut self, change: &Change) -> Result<(), String> {
        self.tally.pairs += usize::from(change.steps.len() == 2);
        if change.steps.len() > 2 || change.goals.is_empty() {
            return Err("gestes ou buts".to_owned());
        }
        let pool = self.done(&change.steps, None)?;
        let Some(after) = self.place(&pool) else { return Ok(()) };
        self.is_as_told(change, &after)?;
        let Some(Step { action: Action::Choose { from, to, nearest, grain, .. }, .. }) =
            change.steps.last()
        else {
            return Ok(());
        };
        let (nearest, grain) = (number(nearest)?, number(grain)?);
        for (end, beyond) in [(from, -1), (to, 1)] {
            let Some(end) = end.as_ref().map(number).transpose()? else { continue };
            if !self.keeps(change, &after, end)? {
                return Err(format!("la borne {end} ne garde pas"));
            }
            let outside = grain.multiply(Exact::whole(beyond)).and_then(|by| end.add(by));
            let outside = outside.map_err(|error| error.to_string())?;
            if !self.is_cut(change, end)? && self.keeps(change, &after, outside)? {
                return Err(format!("au-delà de {end}, {outside} garde encore"));
            }
            let middle = end.add(nearest).and_then(|sum| sum.divide(Exact::whole(2)));
            let middle = middle
                .and_then(|it| it.divide(grain))
                .and_then(|it| it.round(engine::Rounding::Down, Exact::ONE)?.multiply(grain));
            let middle = middle.map_err(|error| error.to_string())?;
            let lowest = end.min(nearest);
            if middle >= lowest && !self.keeps(change, &after, middle)? {
                return Err(format!("{middle}, entre {nearest} et {end}, ne garde pas"));
            }
        }
        Ok(())
    }

    fn is_as_told(&self, change: &Change, after: &Place) -> Result<(), String> {
        let told = |points: explain::Points| rational(points.0);
        if told(change.total.after) != after.total || told(change.total.before) != self.before.total
        {
            return Err(format!("total {}", after.total));
        }
        if (change.rank.before, change.rank.after) != (self.before.rank, after.rank) {
            return Err(format!("rang {:?}", after.rank));
        }
        if !after.is_better_than(&self.before) {
            return Err("ce n'est pas mieux".to_owned());
        }
        for line in &change.lines {
            if told(line.points.after) != after.points(&line.name) {
                return Err(format!("ligne {:?}", line.name));
            }
        }
        let changed =
            after.lines.iter().filter(|(name, points)| **points != self.before.points(name));
        let silent =
            changed.into_iter().find(|(name, _)| change.lines.iter().all(|it| it.name != **name));
        if let Some((name, _)) = silent {
            return Err(format!("ligne tue : {name:?}"));
        }
        let reached = after.goals(&self.before);
        let claims = |goal: &Goal| match goal {
            Goal::Most(line) => reached.contains(&Goal::More(line.clone())),
            Goal::More(_) | Goal::Gain { .. } | Goal::Eligible => reached.contains(goal),
        };
        if change.goals.iter().all(claims) {
            Ok(())
        } else {
            Err("un but n'est pas atteint".to_owned())
        }
    }

    /// Tells whether the search stopped at a value.
    fn is_cut(&self, change: &Change, end: Exact) -> Result<bool, String> {
        let path = change.steps.last().and_then(|step| step.facts.first());
        let cut = self.found.undecided.iter().filter(|it| Some(&it.fact) == path);
        let mut ends = Vec::new();
        for one in cut {
            ends.extend(one.from.iter().chain(&one.to).map(number).collect::<Result<Vec<_>, _>>()?);
        }
        // A number beside another change has its own ends, which are not told.
        Ok(ends.contains(&end) || change.steps.len() > 1)
    }

    fn keeps(&mut self, change: &Change, reached: &Place, value: Exact) -> Result<bool, String> {
        if value.is_negative() {
            return Ok(false);
        }
        let pool = self.done(&change.steps, Some(value))?;
        let Some(place) = self.place(&pool) else { return Ok(true) };
        let goals = change.goals.iter().all(|goal| match goal {
            Goal::More(line) | Goal::Most(line) => place.points(line) >= reached.points(line),
            Goal::Gain { .. } => true,
            Goal::Eligible => place.becomes_eligible(&self.before),
        });
        Ok(goals && place.is_better_than(&self.before) && place.total >= reached.total)
    }

    /// A margin loses nothing from one end to the other, and loses a grain beyond.
    fn margin(&mut self, margin: &Margin) -> Result<(), String> {
        self.tally.margins += 1;
        let id = field(self.schema(), &margin.fact.path).ok_or("fait")?;
        let grain = number(&margin.grain)?;
        let ends = [(&margin.from, -1), (&margin.to, 1)];
        for (end, beyond) in ends {
            let Some(end) = end.as_ref().map(number).transpose()? else { continue };
            if !self.loses_nothing(id, end) {
                return Err(format!("la borne {end} perd"));
            }
            let outside = grain.multiply(Exact::whole(beyond)).and_then(|by| end.add(by));
            let outside = outside.map_err(|error| error.to_string())?;
            if !outside.is_negative() && self.loses_nothing(id, outside) {
                return Err(format!("au-delà de {end}, {outside} ne perd rien"));
            }
        }
        Ok(())
    }

    fn loses_nothing(&mut self, id: FieldId, value: Exact) -> bool {
        let pool = self.with(|case, _| {
            case.facts.entry(id).or_default().state = FactState::Known(Value::Number(value));
        });
        let before = self.before.clone();
        self.place(&pool).is_none_or(|place| {
            let kept = place.total >= before.total;
            kept && certainty(place.eligible) >= certainty(before.eligible)
        })
    }

    /// Does what steps say, the last number at a value.
    fn done(&self, steps: &[Step], value: Option<Exact>) -> Result<Pool, String> {
        let mut pool = self.pool.clone();
        for step in steps {
            let schema = self.schema();
            let candidate = pool.candidates.get_mut(self.who).ok_or("candidat")?;
            let fields: Vec<FieldId> =
                step.facts.iter().filter_map(|fact| field(schema, &fact.path)).collect();
            let target = fields.first().copied().ok_or("fait")?;
            let set = |case: &mut Case, value: Value| {
                case.facts.entry(target).or_default().state = FactState::Known(value);
            };
            match &step.action {
                Action::Choose { nearest, .. } => {
                    let value = value.map_or_else(|| number(nearest), Ok)?;
                    set(&mut candidate.case, Value::Number(value));
                }
                Action::Pick { value, .. } | Action::Reach { value, .. } => {
                    let (value, _) = value.value.clone().ok_or("valeur")?;
                    set(&mut candidate.case, value);
                }
                Action::Wait { first_day, months, .. } => {
                    if self.pool.date.plus_months(i64::from(*months)) != Some(*first_day) {
                        return Err("premier jour".to_owned());
                    }
                    pool.date = *first_day;
                }
                Action::Prove { level, role } => {
                    let proof = match level {
                        Proof::Verified => engine::Proof::Verified,
                        Proof::Validated => {
                            engine::Proof::Validated(role.as_deref().map(Into::into))
                        }
                    };
                    for field in fields {
                        prove(&mut candidate.case, schema, field, &proof);
                    }
                }
            }
        }
        Ok(pool)
    }

    /// Every lever, value by value: what is better must have been shown, and no farther.
    fn singles(&mut self, c: &mut Choices<'_>) -> Result<(), String> {
        let schema = self.schema().clone();
        let case = self.pool.candidates.get(self.who).map(|it| it.case.clone()).unwrap_or_default();
        for (id, def) in (0..).map(FieldId).zip(&schema.fields) {
            for lever in &def.levers {
                let held = case.facts.get(&id);
                let missing = Fact::default();
                let state = &held.unwrap_or(&missing).state;
                match (lever, state, def.ty) {
                    (Lever::Reach { .. }, FactState::Withheld, _) => {}
                    (Lever::Reach { value, .. }, _, _) => self.single_value(id, value)?,
                    (Lever::Choose(_), FactState::Known(_), Type::Enum(of)) => {
                        let count = schema.enumeration(of).map_or(0, |def| def.values.len());
                        for value in 0..u32::try_from(count).unwrap_or(0) {
                            self.single_value(id, &Value::Enum(value))?;
                        }
                    }
                    (
                        Lever::Choose(_),
                        FactState::Known(Value::Number(today)),
                        Type::Number(_, form),
                    ) => {
                        for value in values(c, form, *today) {
                            self.number(id, *today, value)?;
                        }
                    }
                    (Lever::Wait(_), FactState::Known(Value::Date(since)), _) => {
                        self.months(id, *since)?;
                    }
                    (Lever::Choose(_) | Lever::Wait(_), _, _) => {}
                }
            }
        }
        Ok(())
    }

    fn single_value(&mut self, id: FieldId, value: &Value) -> Result<(), String> {
        let pool = self.with(|case, _| {
            case.facts.entry(id).or_default().state = FactState::Known(value.clone());
        });
        let path = self.schema().path(id);
        self.must_show(&pool, &path, &|change| match &change.steps.first().map(|it| &it.action) {
            Some(Action::Pick { value: shown, .. } | Action::Reach { value: shown, .. }) => {
                shown.value.as_ref().is_some_and(|(shown, _)| shown == value)
            }
            _ => false,
        })
    }

    fn number(&mut self, id: FieldId, today: Exact, value: Exact) -> Result<(), String> {
        let path = self.schema().path(id);
        for one in self.found.undecided.clone().iter().filter(|it| it.fact.path == path) {
            let (from, to) = (
                one.from.as_ref().map(number).transpose()?,
                one.to.as_ref().map(number).transpose()?,
            );
            if from.is_some_and(|from| value < from) || to.is_some_and(|to| value > to) {
                return Ok(());
            }
        }
        let pool = self.with(|case, _| {
            case.facts.entry(id).or_default().state = FactState::Known(Value::Number(value));
        });
        let far = distance(today, value);
        self.must_show(&pool, &path, &|change| match &change.steps.first().map(|it| &it.action) {
            Some(Action::Choose { nearest, .. }) => {
                number(nearest).is_ok_and(|nearest| distance(today, nearest) <= far)
            }
            _ => false,
        })
        .map_err(|said| format!("{value} : {said}"))
    }

    fn months(&mut self, id: FieldId, since: Date) -> Result<(), String> {
        for months in 1..=MONTHS {
            let Some(day) = self.pool.date.plus_months(i64::from(months)) else { break };
            let Some(earlier) = since.plus_months(-i64::from(months)) else { break };
            let mut later = self.pool.clone();
            later.date = day;
            if self.rules.rank(&later).is_none() {
                continue;
            }
            let older = self.with(|case, _| {
                case.facts.entry(id).or_default().state = FactState::Known(Value::Date(earlier));
            });
            let (Some(after), Some(older)) = (self.place(&later), self.place(&older)) else {
                continue;
            };
            if !after.is_better_than(&self.before) || !older.is_better_than(&self.before) {
                continue;
            }
            let by_time = older.goals(&self.before);
            let mut goals = after.goals(&self.before);
            goals.retain(|goal| by_time.contains(goal));
            let path = self.schema().path(id);
            self.must_show_goals(&after, &goals, &path, &|change| match &change
                .steps
                .first()
                .map(|it| &it.action)
            {
                Some(Action::Wait { months: shown, .. }) => *shown <= months,
                _ => false,
            })
            .map_err(|said| format!("{months} mois : {said}"))?;
        }
        Ok(())
    }

    /// What a pool reaches must be shown by a change of one step of the fact that satisfies a test,
    /// and no line may go higher than the best that is shown.
    fn must_show(
        &mut self,
        pool: &Pool,
        path: &str,
        near: &dyn Fn(&Change) -> bool,
    ) -> Result<(), String> {
        let Some(place) = self.place(pool) else { return Ok(()) };
        if !place.is_better_than(&self.before) {
            return Ok(());
        }
        self.must_show_goals(&place, &place.goals(&self.before), path, near)
    }

    fn must_show_goals(
        &self,
        place: &Place,
        goals: &[Goal],
        path: &str,
        near: &dyn Fn(&Change) -> bool,
    ) -> Result<(), String> {
        let own = || {
            self.found.proposals.iter().filter(|change| {
                let step = change.steps.first().and_then(|step| step.facts.first());
                change.steps.len() == 1 && step.is_some_and(|fact| fact.path == path)
            })
        };
        for goal in goals {
            if !own().any(|change| change.goals.contains(goal) && near(change)) {
                return Err(format!("« {path} » : tu ou plus loin : {goal:?}"));
            }
            if let Goal::More(line) = goal {
                let best = own().filter(|change| change.goals.contains(&Goal::Most(line.clone())));
                let best = best.flat_map(|change| &change.lines).filter(|it| it.name == *line);
                let best = best.map(|it| rational(it.points.after.0)).max();
                if best.is_none_or(|best| best < place.points(line)) {
                    return Err(format!("« {path} » : {line:?} peut aller plus haut"));
                }
            }
        }
        Ok(())
    }
}

/// Values worth trying: all whole ones near zero, and what rules compare with, a grain around.
fn values(c: &mut Choices<'_>, form: NumberForm, today: Exact) -> Vec<Exact> {
    if form == NumberForm::Whole {
        return (0..=40).map(Exact::whole).collect();
    }
    let cents = |number: i128| Exact::fraction(number, 10);
    let written = [0, 125, 400, 699, 700, 5_000, 8_000, 16_000, 16_005, 19_200];
    let mut values: Vec<Exact> = Vec::new();
    for at in written {
        values.extend(
            [-1, 0, 1].iter().filter_map(|by| cents(at + by)).filter(|it| !it.is_negative()),
        );
    }
    values.extend((0..8).filter_map(|_| cents(i128::try_from(c.below(20_000)).unwrap_or(0))));
    values.retain(|value| *value != today);
    values
}

fn certainty(truth: Truth) -> Option<usize> {
    [Truth::No, Truth::Unknown, Truth::Yes].iter().position(|it| *it == truth)
}

fn distance(a: Exact, b: Exact) -> Exact {
    let far = a.subtract(b).unwrap_or(Exact::ZERO);
    if far.is_negative() { far.negate().unwrap_or(Exact::ZERO) } else { far }
}

fn number(shown: &Shown) -> Result<Exact, String> {
    match &shown.exact {
        Some(ExactValue::Number(number)) => Ok(number.0),
        _ => Err("un nombre est attendu".to_owned()),
    }
}

fn field(schema: &Schema, path: &str) -> Option<FieldId> {
    let (entity, name) = path.split_once('.')?;
    schema.field_named(schema.entity_named(entity)?, name)
}

fn prove(case: &mut Case, schema: &Schema, field: FieldId, proof: &engine::Proof) {
    if let Some(fact) = case.facts.get_mut(&field) {
        fact.proof = proof.clone();
    }
    let list = schema.field(field).and_then(|def| case.lists.get_mut(&def.entity));
    if let Some(ListState::Known(items)) = list {
        items
            .iter_mut()
            .filter_map(|item| item.get_mut(&field))
            .for_each(|it| it.proof = proof.clone());
    }
}
